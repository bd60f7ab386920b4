#include "io/http_address.h"

#include "io/reason.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#define BACKLOG 1024

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_v4(const struct http_address *a)
{
    return !memcmp(a->bytes, v4_prefix, sizeof(v4_prefix));
}

bool http_address_parse(struct str s, struct http_address *out)
{
    bool brackets = s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';
    if (brackets) {
        s = str_sub(s, 1, s.n - 2);
    }
    char text[HTTP_ADDRESS_TEXT_SIZE];
    if (!s.n || s.n >= sizeof(text) || memchr(s.p, 0, s.n)) {
        return false;
    }
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    memcpy(out->bytes, v4_prefix, sizeof(v4_prefix));
    return (!brackets && inet_pton(AF_INET, text, out->bytes + 12) == 1) ||
           inet_pton(AF_INET6, text, out->bytes) == 1;
}

struct str http_address_text(const struct http_address *a, char out[static HTTP_ADDRESS_TEXT_SIZE])
{
    bool v4 = is_v4(a);
    if (!inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? a->bytes + 12 : a->bytes, out, HTTP_ADDRESS_TEXT_SIZE)) {
        out[0] = 0;
    }
    return str_of(out);
}

bool http_address_of(const struct sockaddr *sa, struct http_address *out)
{
    if (sa && sa->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sa, sizeof(in));
        memcpy(out->bytes, v4_prefix, sizeof(v4_prefix));
        memcpy(out->bytes + 12, &in.sin_addr, 4);
        return true;
    }
    if (sa && sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, sa, sizeof(in6));
        memcpy(out->bytes, &in6.sin6_addr, 16);
        return true;
    }
    return false;
}

bool http_address_eq(const struct http_address *a, const struct http_address *b)
{
    return !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

bool http_address_is_loopback(const struct http_address *a)
{
    static const uint8_t one[16] = {[15] = 1};
    return (is_v4(a) && a->bytes[12] == 127) || !memcmp(a->bytes, one, sizeof(one));
}

bool http_network_parse(struct str s, struct http_network *out)
{
    size_t slash = str_find_char(s, '/');
    struct str host = slash == SIZE_MAX ? s : str_sub(s, 0, slash);
    if (!http_address_parse(host, &out->base)) {
        return false;
    }
    unsigned most = is_v4(&out->base) ? 32 : 128;
    out->bits = 128;
    if (slash != SIZE_MAX) {
        int64_t bits;
        struct str number = str_sub(s, slash + 1, s.n);
        if (!str_to_i64(number, &bits) || bits < 0 || bits > most || number.p[0] == '-') {
            return false;
        }
        out->bits = (unsigned)bits + 128 - most;
    }
    for (unsigned bit = out->bits; bit < 128; bit++) {
        if (out->base.bytes[bit / 8] & (0x80u >> bit % 8)) {
            return false;
        }
    }
    return true;
}

bool http_network_holds(const struct http_network *n, const struct http_address *a)
{
    size_t whole = n->bits / 8;
    unsigned rest = n->bits % 8;
    uint8_t mask = (uint8_t)(0xff00u >> rest);
    return !memcmp(n->base.bytes, a->bytes, whole) &&
           (!rest || !((n->base.bytes[whole] ^ a->bytes[whole]) & mask));
}

static bool bad_listen(struct str s, struct err *e)
{
    return err_set(
        e, ERR_INVALID,
        "“%.*s” is not an address to listen on: write HOST:PORT with an IP address or localhost, e.g. "
        "127.0.0.1:8080 or [::1]:8080.",
        "« %.*s » n’est pas une adresse d’écoute : indiquez HÔTE:PORT avec une adresse IP ou "
        "localhost, par exemple 127.0.0.1:8080 ou [::1]:8080.",
        STR_ARG(s));
}

static bool listen_failed(struct str s, int error, struct err *e)
{
    switch (error) {
    case EADDRINUSE:
        return err_set(
            e, ERR_CONFLICT, "%.*s is already in use by another program: stop it, or choose another port.",
            "%.*s est déjà utilisé par un autre programme : arrêtez-le ou choisissez un autre port.",
            STR_ARG(s));
    case EACCES:
    case EPERM:
        return err_set(
            e, ERR_FORBIDDEN,
            "%.*s may not be used by this account: choose a port from 1024 upwards, or put a proxy in "
            "front.",
            "Ce compte n’a pas le droit d’utiliser %.*s : choisissez un port à partir de 1024, ou "
            "placez un serveur mandataire devant.",
            STR_ARG(s));
    case EADDRNOTAVAIL:
        return err_set(e, ERR_INVALID, "%.*s is not an address of this machine.",
                       "%.*s n’est pas une adresse de cette machine.", STR_ARG(s));
    default:
        return err_set(e, ERR_INTERNAL, "Listening on %.*s failed: %s%.0s.",
                       "L’écoute sur %.*s a échoué : %.0s%s.", STR_ARG(s), REASON(error));
    }
}

/* Fills sa; a purely IPv4 address gets an IPv4 socket, as machines without IPv6 exist. */
static socklen_t socket_address(const struct http_address *a, uint16_t port, struct sockaddr_storage *sa)
{
    memset(sa, 0, sizeof(*sa));
    if (is_v4(a)) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
        memcpy(&in.sin_addr, a->bytes + 12, 4);
        memcpy(sa, &in, sizeof(in));
        return sizeof(in);
    }
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    memcpy(&in6.sin6_addr, a->bytes, 16);
    memcpy(sa, &in6, sizeof(in6));
    return sizeof(in6);
}

static bool bound_port(int fd, uint16_t *port)
{
    struct sockaddr_storage sa;
    socklen_t n = sizeof(sa);
    if (getsockname(fd, (struct sockaddr *)&sa, &n)) {
        return false;
    }
    struct sockaddr_in in; /* the port stands at the same place in both families */
    memcpy(&in, &sa, sizeof(in));
    *port = ntohs(in.sin_port);
    return true;
}

bool http_listen(struct str host_port, int *fd, uint16_t *port, struct http_address *address, struct err *e)
{
    size_t colon = host_port.n;
    while (colon && host_port.p[colon - 1] != ':') {
        colon--;
    }
    struct str host = colon ? str_sub(host_port, 0, colon - 1) : host_port;
    int64_t number;
    bool v6 = str_find_char(host, ':') != SIZE_MAX;
    if (!colon || !str_to_i64(str_sub(host_port, colon, host_port.n), &number) || number < 0 ||
        number > 65535 || (v6 && host.p[0] != '[') ||
        !http_address_parse(str_eq_nocase(host, S("localhost")) ? S("127.0.0.1") : host, address)) {
        return bad_listen(host_port, e);
    }
    struct sockaddr_storage sa;
    socklen_t n = socket_address(address, (uint16_t)number, &sa);
    *fd = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1, zero = 0;
    if (*fd >= 0) {
        setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
        if (sa.ss_family == AF_INET6) {
            setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
        }
    }
    if (*fd < 0 || bind(*fd, (struct sockaddr *)&sa, n) || listen(*fd, BACKLOG) || !bound_port(*fd, port)) {
        int error = errno;
        if (*fd >= 0) {
            close(*fd);
            *fd = -1;
        }
        return listen_failed(host_port, error, e);
    }
    return true;
}
