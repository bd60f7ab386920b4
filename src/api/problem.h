/* problem.h: an error as a problem document (RFC 9457), and the response that carries it.
 *
 * {"type":"about:blank","title":"Bad Request","status":400,"detail":"…","instance":"urn:selfkey:request:<id>",
 *  "code":"invalid","errors":[{"pointer":"/arrival","detail":"…"}]}
 *
 * type is about:blank because the title is the status's own phrase (RFC 9457, 4.2.1); `code` is what a program
 * looks at. The detail is in the language of the request. What went wrong inside the program (ERR_INTERNAL) is
 * not told to clients: they get a general text and the request's id, under which the log has the whole. */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

#include "io/http_server.h"

struct problem {
    int status;
    struct str code; /* snake_case */
    struct text detail;
    struct str pointer; /* JSON pointer of what is at fault; "" for the whole; query parameters as "/limit" */
    struct str request_id; /* absent: no instance, for answers that must not differ from one another */
    struct str allow;      /* of a 405; else absent */
    int64_t retry_after_s; /* of a 429 or 503; else 0 */
};

/* From an error of the hub; views into *e. Without request_id. A 503 asks for another try after a second. */
struct problem problem_of(const struct err *e);

struct str problem_json(struct arena *a, const struct problem *p, enum lang lang);
/* The whole response in the arena: with WWW-Authenticate for 401, Allow for 405, Retry-After where it is given. */
struct http_response problem_response(struct arena *a, const struct problem *p, enum lang lang);

#endif
