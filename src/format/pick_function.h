/* pick_function.h: what pick.c offers to the functions of the language, and how they are described. */
#ifndef FORMAT_PICK_FUNCTION_H
#define FORMAT_PICK_FUNCTION_H

#include "base/date.h"
#include "base/money.h"
#include "format/pick.h"

/* One call: a function with its arguments, evaluated. */
struct pick_call {
    struct pick_env *env;
    struct str from;          /* the path or constant that the pick begins with, for errors */
    const char *name;         /* of the function */
    const struct json **args; /* NULL: the argument gave no value */
    size_t count;
    struct err *e;
};

struct pick_function {
    const char *name;
    /* One letter an argument: t text, s text that is not empty, i whole number, d decimal, v any value; a
     * capital must be a constant: C any, F a date format, U a unit of unix(), O an offset, M a decimal mark.
     * A last "+" repeats the letter before it. */
    const char *args;
    size_t least; /* arguments needed; as many as letters are accepted */
    bool (*each)(struct pick_call *c, const struct json *v, struct pick_values *out);
    bool (*all)(struct pick_call *c, const struct pick_values *in, struct pick_values *out);
    bool whole; /* all(): one array is not taken apart */
};

/* Each ends with an entry without name. */
extern const struct pick_function pick_text_functions[], pick_number_functions[], pick_date_functions[],
    pick_list_functions[];

/* ERR_INVALID, "$.a, date: …"; returns false. */
bool pick_fail(struct pick_call *c, const char *en, const char *fr, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
/* Safe to quote in pick_fail(). */
const char *pick_shown(struct pick_call *c, struct str s);

/* Results. False when the budget or the size of a text is used up. */
bool pick_give(struct pick_call *c, struct pick_values *out, const struct json *v);
bool pick_give_text(struct pick_call *c, struct pick_values *out, struct str s);
bool pick_give_number(struct pick_call *c, struct pick_values *out, struct str text);
bool pick_give_bool(struct pick_call *c, struct pick_values *out, bool v);

/* The text of a text, number or boolean. */
bool pick_text_of(struct pick_call *c, const struct json *v, struct str *out);
/* Arguments; an error when the argument gave no value or one of another type. */
bool pick_arg_text(struct pick_call *c, size_t i, struct str *out);
bool pick_arg_decimal(struct pick_call *c, size_t i, struct decimal *out);
bool pick_arg_int(struct pick_call *c, size_t i, int64_t low, int64_t high, int64_t *out);

/* True when s is a format that date() (time: datetime()) can read. */
bool pick_date_format_check(struct str format, bool time);
uint32_t pick_lower(uint32_t code_point);

#endif
