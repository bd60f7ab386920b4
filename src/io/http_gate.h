/* http_gate.h: the strictness gate: is the head of a request exactly what RFC 9112 says, byte for byte?
 *
 * libmicrohttpd 0.9.75 is lenient (measured, also in its strict mode): it takes Content-Length together with
 * Transfer-Encoding, two Content-Lengths, a blank before the colon, folded headers, lines ending in a bare LF, and
 * cuts a value at NUL. Between us and a proxy in front that reads such a head otherwise, a second request can be
 * smuggled in. The library shows pieces (method, target, version, names, values), not the bytes; but the pieces lie
 * in the very buffer the bytes were received in, where it has only overwritten separators by NUL:
 *
 *     METHOD 0 TARGET 0 VERSION 0 0 ( NAME 0 blanks VALUE 0 0 )* 0 0
 *            ^SP      ^SP     ^CR LF       ^:             ^CR LF  ^CR LF
 *
 * and it tells the length of the whole. So the gate demands that the pieces, in order, fill the head without a gap
 * or an overlap. Whatever was joined, cut or moved (a folded line, NUL inside a piece, a bare LF, two blanks after
 * the method) breaks that chain. A library that lays its memory out in another way has every request refused, which
 * a test shows at once: the gate fails closed.
 *
 * What it cannot tell from CR LF, as the library leaves zero bytes of it just so: a NUL of the sender's in the place of
 * either, and at the end of the head CR LF colon LF or LF colon CR LF instead of CR LF CR LF (a line that is nothing
 * but a colon is an empty one to the library). And it is not shown what stands before the method: empty lines
 * (RFC 9112, 2.2), and lines that begin with NUL.
 *
 * Refused besides: names that are not tokens (RFC 9110, 5.6.2), control characters in values (5.5), methods other
 * than seven, versions other than 1.0 and 1.1, ambiguous lengths (RFC 9112, 6.3), a Host that is missing (in
 * HTTP/1.1), doubled or not a host (RFC 9110, 7.2), and whatever passes base/limits.h. */
#ifndef IO_HTTP_GATE_H
#define IO_HTTP_GATE_H

#include "io/http_request.h"

struct http_gate {
    /* Set by the gate for whoever goes on after http_gate_close() says HTTP_FINE. */
    size_t count;    /* headers */
    struct str host; /* absent when there is none (HTTP/1.0) */
    uint64_t length; /* Content-Length, else 0 */
    bool chunked;    /* a chunked body follows */
    bool expects;    /* the client waits for "100 Continue" */
    /* Its own. */
    struct http_pair *headers;
    const char *at, *end; /* where the next piece must begin; where the head ends */
    const char *copy;     /* of the byte at `begin` */
    const char *begin;
    enum http_fault fault;
    size_t line_bytes;
    unsigned lengths, hosts, encodings;
    bool old; /* HTTP/1.0 */
};

/* Begins. All views are into the library's buffer, head being the whole from the method's first byte to the end of
 * the empty line; target is where the target was (its bytes may have been altered since and are not read).
 * headers has room for LIMIT_HEADERS. The head is copied into the arena, and headers point into that copy. */
void http_gate_open(struct http_gate *g, struct str head, struct str method, struct str target,
                    struct str version, struct http_pair *headers, struct arena *a);
/* Each header in order. False when there is a fault: no need to go on. */
bool http_gate_header(struct http_gate *g, struct str name, struct str value);
/* The verdict: the first fault, or HTTP_FINE. */
enum http_fault http_gate_close(struct http_gate *g);

/* A header's name: a token, not empty (RFC 9110, 5.6.2). */
bool http_field_name(struct str s);
/* A header's value: visible characters, blanks, tabs and bytes from 0x80 (RFC 9110, 5.5). */
bool http_field_value(struct str s);

#endif
