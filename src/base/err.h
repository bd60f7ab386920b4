/* err.h: the one error type. It is the last parameter of whatever can fail.
 *
 * A function that can fail returns bool: true done, false with *e filled. It says what is wrong and what to
 * do, in English and in French, once, where it is known; callers add only the path (err_in, err_in_index)
 * and never rewrite the text. The edge (api/, cli/) chooses the language and the status. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/str.h"

enum err_code {
    ERR_NONE = 0,
    ERR_INVALID,         /* 400 */
    ERR_UNAUTHENTICATED, /* 401 */
    ERR_FORBIDDEN,       /* 403 */
    ERR_NOT_FOUND,       /* 404 */
    ERR_CONFLICT,        /* 409 */
    ERR_TOO_BIG,         /* 413 */
    ERR_LIMITED,         /* 429 */
    ERR_INTERNAL,        /* 500 */
    ERR_UPSTREAM,        /* 502 */
    ERR_BUSY,            /* 503 */
    ERR_FULL,            /* 507 */
    ERR_RETRY,           /* never leaves the program: run the transaction or the job again */
};

enum lang { LANG_EN, LANG_FR };

/* A text in both languages (views; owner is whoever made it). */
struct text {
    struct str en;
    struct str fr;
};
#define TEXT(en_lit, fr_lit) ((struct text){S(en_lit), S(fr_lit)})
#define TEXT_INIT(en_lit, fr_lit)                                                                            \
    {                                                                                                        \
        S_INIT(en_lit), S_INIT(fr_lit)                                                                       \
    } /* for static tables */
struct str text_in(struct text t, enum lang lang);

struct err {
    enum err_code code;
    char pointer[160]; /* JSON pointer of the field (RFC 6901), "" for the whole */
    char en[480];
    char fr[480];
};

/* Fills *e and returns false, so that `return err_set(…)` reads well. Both formats take the same arguments
 * in the same order. e may be NULL (nobody wants to know). The pointer becomes "". */
bool err_set(struct err *e, enum err_code code, const char *en, const char *fr, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
/* The same with the name of the member at fault: pointer "/name". */
bool err_field(struct err *e, enum err_code code, const char *name, const char *en, const char *fr, ...)
    __attribute__((format(printf, 4, 6), format(printf, 5, 6)));
/* Puts "/name" or "/index" in front of the pointer, on the way up; both return false. */
bool err_in(struct err *e, struct str name);
bool err_in_index(struct err *e, size_t index);

struct str err_text(const struct err *e, enum lang lang);
struct str err_pointer(const struct err *e);
int err_http_status(enum err_code code);
/* Stable snake_case name ("not_found"), as in a problem document's `code`. */
const char *err_name(enum err_code code);

#endif
