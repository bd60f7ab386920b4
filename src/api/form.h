/* form.h: the fields of an HTML form as a browser sends them (application/x-www-form-urlencoded, URL standard 5.1). */
#ifndef API_FORM_H
#define API_FORM_H

#include "io/http_request.h"

#define FORM_FIELDS 100

/* In order, decoded, in the arena. ERR_INVALID for broken percent-encoding, text that is not UTF-8, NUL, or more
 * fields than FORM_FIELDS. */
bool form_read(struct arena *a, struct str body, struct http_pair **fields, size_t *count, struct err *e);
/* The first field of that name; absent when it is not there. */
struct str form_field(const struct http_pair *fields, size_t count, struct str name);

#endif
