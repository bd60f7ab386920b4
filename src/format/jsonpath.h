/* jsonpath.h: JSONPath (RFC 9535): which values of a JSON document are meant.
 *
 * All of the RFC except the functions match() and search(): their regular expressions are refused when the
 * path is compiled. Numbers are compared exactly, whatever their size. Besides the RFC's rules: U+0000 is
 * not accepted in a name, and a path is at most JSONPATH_LENGTH bytes and JSONPATH_DEPTH expressions deep. */
#ifndef FORMAT_JSONPATH_H
#define FORMAT_JSONPATH_H

#include "format/json.h"

#define JSONPATH_LENGTH 8192
#define JSONPATH_DEPTH  32
#define JSONPATH_STEPS  5000000 /* a generous budget for one message: some tens of milliseconds */

struct jsonpath;

struct jsonpath_nodes {
    const struct json **items; /* in the order of the RFC; one value may be there more than once */
    size_t count;
};

/* The whole of source, without white space around it. NULL with *e (ERR_INVALID, "column 5: …", counted in
 * code points from 1). The result keeps no view into source. */
const struct jsonpath *jsonpath_compile(struct arena *a, struct str source, struct err *e);
/* For a language that contains paths: the path that begins at byte *at of source (valid UTF-8); *at moves
 * behind it. With item, the path may begin with '@'. */
const struct jsonpath *jsonpath_compile_part(struct arena *a, struct str source, size_t *at, bool item,
                                             struct err *e);
/* True when the path selects at most one value whatever the document is. */
bool jsonpath_singular(const struct jsonpath *p);

/* The selected values, in the arena. item is what '@' at the beginning means (NULL: nothing). Every value
 * that is looked at takes one from *steps; ERR_INVALID when none are left or the arena is over its limit. */
bool jsonpath_run(const struct jsonpath *p, struct arena *a, const struct json *root, const struct json *item,
                  size_t *steps, struct jsonpath_nodes *out, struct err *e);

/* Equal as the RFC says: numbers by value, objects without regard to order; NULL (nothing) equals NULL. */
bool jsonpath_equal(const struct json *x, const struct json *y);
/* Below zero, zero or above, like memcmp(), for two JSON number texts of any size; exact. */
int jsonpath_number_cmp(struct str x, struct str y);

/* A text in single or double quotes at byte *at of source, with the escapes of the RFC. breaks: line breaks and
 * tabs may stand in it as they are. */
bool jsonpath_literal_text(struct arena *a, struct str source, size_t *at, bool breaks, struct str *out,
                           struct err *e);
/* A number at byte *at, as RFC 9535 writes it (also "-0"); its text as it stands. */
bool jsonpath_literal_number(struct arena *a, struct str source, size_t *at, struct str *out, struct err *e);
/* The error of a language that contains paths: "column N: …" for byte `at` of source; returns false. */
bool jsonpath_fail(struct str source, size_t at, struct err *e, const char *en, const char *fr);

#endif
