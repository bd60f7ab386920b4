/* http_request.h: a request as the application sees it, and how it is read.
 *
 * All texts are views into the request's arena, valid until the exchange is answered. */
#ifndef IO_HTTP_REQUEST_H
#define IO_HTTP_REQUEST_H

#include "io/http_address.h"
#include "io/http_fault.h"

struct http_pair {
    struct str name, value;
};

struct http_request {
    struct str method;             /* GET HEAD POST PUT PATCH DELETE OPTIONS: nothing else gets here */
    struct str target;             /* as it was sent, e.g. "/api/x%20y?z=1" */
    struct str path;               /* decoded, valid UTF-8, begins with '/': "/api/x y"; or "*" (OPTIONS) */
    struct str query_text;         /* as it was sent, without '?'; absent when there is none */
    const struct http_pair *query; /* decoded, in order */
    size_t query_count;
    const struct http_pair *headers; /* in order, names as sent, values without blanks around */
    size_t header_count;
    struct str host;      /* the Host header; absent in some HTTP/1.0 requests */
    struct str body;      /* exact bytes (chunks joined); absent when there are none, or they are in a file */
    struct str body_path; /* the file that holds it instead, NUL-terminated; else absent */
    uint64_t body_size;
    struct str client;   /* IP address of who asked, in text; behind a trusted proxy, whom the proxy names */
    bool secure;         /* it came over TLS, or a trusted proxy says so */
    struct str id;       /* 16 hex digits, unique in this process's life; also sent as X-Request-Id */
    int64_t received_us; /* when its head was complete */
    enum lang lang;      /* French when Accept-Language prefers it to English, else English */
    struct arena *arena; /* for whoever works on the request */
    void *app;           /* the application's own; NULL at first */
};

/* The value of the first header of that name (case does not matter); absent when there is none. */
struct str http_header(const struct http_request *r, struct str name);
/* The decoded value of the first query parameter of that name; "" for "?name", absent when it is not there. */
struct str http_query(const struct http_request *r, struct str name);
/* The value of the first cookie of that name, without quotes around it, otherwise as sent (RFC 6265, 5.4). */
struct str http_cookie(const struct http_request *r, struct str name);

/* Reads a target into target, path, query_text and query; r->method, r->host and r->arena are set before.
 * Forms: origin ("/path?query"), absolute ("http://HOST/path", where HOST must be the Host header) and "*" for
 * OPTIONS (RFC 9112, 3.2). HTTP_FAULT_TARGET: bytes that must not stand in a URI, a fragment, broken
 * percent-encoding, invalid UTF-8, %00; in the path also control characters, an encoded slash or backslash, and
 * the segments "." and "..", so that a path has one meaning for every proxy and for us. In the query '+' is a
 * blank. HTTP_FAULT_TARGET_SIZE above LIMIT_URL bytes. */
enum http_fault http_target(struct http_request *r, struct str target);

/* The language of answers, from Accept-Language (RFC 9110, 12.5.4). */
enum lang http_lang(const struct http_request *r);

/* For a request that came from a trusted proxy: replaces r->client by the last address of X-Forwarded-For that is
 * not itself a trusted proxy (what stands before it is the client's own claim), and sets r->secure from the last
 * X-Forwarded-Proto. Malformed entries end the search; then the nearest known address stays. */
void http_forwarded(struct http_request *r, const struct http_network *trusted, size_t trusted_count);

#endif
