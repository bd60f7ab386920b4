/* http_client.h: asking another server over HTTP. Wraps libcurl, and is the only file that knows it. */
#ifndef IO_HTTP_CLIENT_H
#define IO_HTTP_CLIENT_H

#include "base/arena.h"
#include "base/err.h"

struct http_client; /* one connection kept between calls; one thread at a time */

struct http_client_header {
    const char *name;
    struct str value;
};

struct http_client_call {
    const char *method;
    struct str url; /* http:// or https:// */
    const struct http_client_header *headers;
    size_t header_count;
    struct str body;    /* absent: none */
    int64_t timeout_ms; /* for the whole call */
    size_t answer_max;  /* bytes of the answer's body that are taken; more is an error */
};

struct http_client_answer {
    int status;
    struct str body;
};

/* NULL with *e when the library cannot be used. */
struct http_client *http_client_new(struct err *e);
void http_client_free(struct http_client *c); /* accepts NULL */
/* Redirects are not followed and no proxy is asked. True when an answer came, whatever its status. ERR_UPSTREAM:
 * nobody there, too slow, or more than answer_max; the text names the server and not the path, which may hold a key.
 * ERR_INVALID: a header's value with a line break or NUL. */
bool http_client_call(struct http_client *c, struct arena *a, const struct http_client_call *call,
                      struct http_client_answer *out, struct err *e);

#endif
