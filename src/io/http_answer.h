/* http_answer.h: the server's own: the head of an answer, for the library or as bytes. */
#ifndef IO_HTTP_ANSWER_H
#define IO_HTTP_ANSWER_H

#include "io/http_server.h"

#define HTTP_DEFAULT_CSP    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
#define HTTP_PROBLEM_TYPE   "application/problem+json"
#define HTTP_ANSWER_HEADERS 32 /* with those that every answer has */

struct http_answer_headers {
    const char *name[HTTP_ANSWER_HEADERS], *value[HTTP_ANSWER_HEADERS];
    size_t count;
};

/* All headers of an answer that are ours (not Date, Content-Length); the C strings are constant, in the arena, or
 * q's id. close adds "Connection: close", as r->close does. False when there are too many headers, when one is not
 * well formed (a name that is no token; an empty value; control characters in a value), or the status is not one
 * of 200 to 599. */
bool http_answer_headers(struct http_answer_headers *h, const struct http_response *r,
                         const struct http_request *q, bool close, struct arena *a);

/* The whole answer as it goes over the wire, "Connection: close" included; without its body in answer to HEAD.
 * Absent when it has a file, or is not well formed. */
struct str http_answer_bytes(const struct http_response *r, const struct http_request *q, struct arena *a);

/* The answer to a fault; problem is its http_fault_problem(). */
struct http_response http_fault_response(enum http_fault f, struct str problem);

#endif
