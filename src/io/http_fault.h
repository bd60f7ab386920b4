/* http_fault.h: what the HTTP server itself refuses, before or instead of the application: each fault's status and
 * its problem document (RFC 9457). */
#ifndef IO_HTTP_FAULT_H
#define IO_HTTP_FAULT_H

#include "base/arena.h"
#include "base/err.h"

enum http_fault {
    HTTP_FINE = 0,
    HTTP_FAULT_BODY_SIZE, /* 413 the body is larger than its limit */
    HTTP_FAULT_DISK,      /* 507 an upload could not be written */
    HTTP_FAULT_EXPECT,    /* 417 an Expect other than 100-continue */
    HTTP_FAULT_FIELD_NAME, /* 400 a header name that is not a token: blank before the colon, folded line, … */
    HTTP_FAULT_FIELD_VALUE, /* 400 a control character in a header value */
    HTTP_FAULT_FRAMING,     /* 400 the length of the body is ambiguous */
    HTTP_FAULT_HEAD_SIZE,   /* 431 more headers, or more bytes of them, than the limit */
    HTTP_FAULT_HOST,        /* 400 Host is missing, doubled or malformed */
    HTTP_FAULT_INTERNAL,    /* 500 */
    HTTP_FAULT_LINES,       /* 400 the lines of the head are not what they seem: bare LF, NUL, folded lines */
    HTTP_FAULT_METHOD,      /* 501 a method that nobody here knows */
    HTTP_FAULT_METHOD_NEVER, /* 405 TRACE or CONNECT */
    HTTP_FAULT_STOPPING,     /* 503 the server is going down */
    HTTP_FAULT_TARGET,       /* 400 the target's path or query is malformed */
    HTTP_FAULT_TARGET_SIZE,  /* 414 the target is longer than LIMIT_URL */
    HTTP_FAULT_TIMEOUT,      /* 408 the request came too slowly */
    HTTP_FAULT_COUNT,
};

int http_fault_status(enum http_fault f);
/* {"type":"about:blank","title","status","detail","code","errors":[{"pointer":"","detail"}]}; in the arena. */
struct str http_fault_problem(enum http_fault f, enum lang lang, struct arena *a);
/* The reason phrase of a status (RFC 9110, 15), e.g. "Bad Request"; "" for one not used here. */
struct str http_status_title(int status);

#endif
