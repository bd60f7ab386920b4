/* http_address.h: IP addresses as the HTTP server meets them: peers, trusted proxies, the address to listen on.
 *
 * Every address is kept in 16 bytes; an IPv4 address in its IPv6 form ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so that
 * the same client is the same whether it came in over an IPv4 or a dual-stack socket. No names are resolved. */
#ifndef IO_HTTP_ADDRESS_H
#define IO_HTTP_ADDRESS_H

#include "base/err.h"

#include <sys/socket.h>

struct http_address {
    uint8_t bytes[16];
};

/* An address, or a block of them in CIDR notation: addresses whose first `bits` bits are those of base. */
struct http_network {
    struct http_address base;
    unsigned bits; /* 0 to 128; an IPv4 block a.b.c.d/n has n + 96 */
};

#define HTTP_ADDRESS_TEXT_SIZE 46 /* longest text and NUL */

/* "192.0.2.1", "2001:db8::1" or "[2001:db8::1]"; no zone ("%eth0"), no port, no name. */
bool http_address_parse(struct str s, struct http_address *out);
/* The usual text (RFC 5952); an IPv4 address in dots. Returns a view of out. */
struct str http_address_text(const struct http_address *a, char out[static HTTP_ADDRESS_TEXT_SIZE]);
/* False when the socket is of another family. */
bool http_address_of(const struct sockaddr *sa, struct http_address *out);
bool http_address_eq(const struct http_address *a, const struct http_address *b);
bool http_address_is_loopback(const struct http_address *a); /* 127.0.0.0/8, ::1 */

/* An address as above, or one followed by /bits. Bits of the base beyond the prefix must be zero. */
bool http_network_parse(struct str s, struct http_network *out);
bool http_network_holds(const struct http_network *n, const struct http_address *a);

/* Opens a listening socket at "HOST:PORT": an IPv4 literal, an IPv6 literal in brackets, or localhost (which is
 * 127.0.0.1). Port 0 is any free one; *port tells which. [::] takes IPv4 too. The socket is non-blocking and
 * closed on exec; the caller closes it. ERR_INVALID for a text that is not such an address or for one that this
 * machine does not have, ERR_CONFLICT when the port is taken, ERR_FORBIDDEN when it needs more rights. */
bool http_listen(struct str host_port, int *fd, uint16_t *port, struct http_address *address, struct err *e);

#endif
