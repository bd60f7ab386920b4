/* pick.h: the language of field mappings: where a value comes from and what is done to it.
 *
 *   pick     = source *( "|" function )
 *   source   = a path of RFC 9535 ($…; @… is the current item) or a constant: 'text', "text", 12.5, true,
 *              false, null
 *   function = name [ "(" [ pick *( "," pick ) ] ")" ]       arguments are picks of their own
 *
 *   $.booking.id | text
 *   $.event | table("new", "reservation.created", "del", "reservation.cancelled")
 *   @.from | date("DD/MM/YYYY")              $.total_cents | money($.currency)
 *
 * White space is free between the parts; line breaks and tabs may stand in a constant as they are. What
 * flows through is a list of 0 to n values. null is no value: it disappears at the source. Functions are
 * total, know no loop and no recursion, and see nothing but the document: the cost is bounded by a budget of
 * steps. Numbers are exact decimals of at most 18 digits (struct decimal), never floating point; a number
 * that no function touches keeps its text whatever its size.
 *
 * For each value (no value: no result):
 *   text                      a number or true/false as text
 *   trim  lower  upper        white space around; letters of Latin, Greek, Cyrillic and Armenian
 *   slice(from[, to])         characters [from, to); negative counts from the end
 *   replace(what, by)         every occurrence
 *   split(separator)          several values
 *   name_first  name_last     halves of "Zoë Martin", "Martin, Zoë", "Ludwig van Beethoven"
 *   int                       whole number, exactly: "007", 3.0
 *   decimal[(mark)]           number; with mark "," or ".": "1.234,50", thousands separators removed
 *   add(x) sub(x)             exact
 *   mul(x[, places])          exact, or rounded half-even to so many places
 *   div(x, places)  round(places)          half-even
 *   money(currency)           minor units to a decimal: 41250 with "EUR" is 412.50
 *   date[(format)]            YYYY-MM-DD; without format from a date or date-time of ISO 8601. Format: YYYY
 *                             YY (20..) MM M (one digit or two) MMM (English or French month name) DD D HH H
 *                             mm m ss s, "*" for anything up to the end; others stand for themselves
 *   datetime[(format[, offset])]           RFC 3339 in UTC; offset "Z" (default) or "+02:00"
 *   unix[(unit)]              seconds since 1970 ("ms", "us") to RFC 3339
 *   add_days(n)  nights(to)   on dates
 *   table(from, to, …[, otherwise])        constants; a value that is not in it is an error
 * For the list as a whole (a list of exactly one array stands for its items, but for the last line):
 *   first  last  at(n)        n from 0, negative from the end
 *   count  sum  join(separator)
 *   default(x, …)             the first that is given, when there is no value or an empty text
 *   if(then[, otherwise])     by truth: nothing, false, "", 0, [] and {} are false
 *   not                       of that truth
 *   equals(x, …)              true when a value equals one of these; a number equals its text
 *   concat(x, …)              the values and the arguments as one text, without those not given */
#ifndef FORMAT_PICK_H
#define FORMAT_PICK_H

#include "format/jsonpath.h"

#define PICK_LENGTH 4096      /* bytes of a pick */
#define PICK_DEPTH  8         /* picks inside arguments */
#define PICK_TEXT   (1 << 20) /* bytes of a text that a function makes */

struct pick;

struct pick_values {
    const struct json **items;
    size_t count, room;
};

/* One run's surroundings. steps is shared by all picks of one message. */
struct pick_env {
    struct arena *a; /* results live here; computed values too */
    const struct json *root;
    const struct json *item; /* what @ means; NULL: nothing */
    size_t steps;
};
struct pick_env pick_env(struct arena *a, const struct json *root); /* JSONPATH_STEPS, no item */

/* NULL with *e (ERR_INVALID, "column 5: …"). item: whether @ may be used. Arguments that are constants are
 * checked here, functions and their number of arguments too. Keeps no view into source. */
const struct pick *pick_compile(struct arena *a, struct str source, bool item, struct err *e);

/* All values, in order. ERR_INVALID with a text that begins with the path the value came from. Computed
 * values have type, text and source like parsed ones. */
bool pick_run(const struct pick *p, struct pick_env *env, struct pick_values *out, struct err *e);
/* At most one text, number or boolean; *out is NULL when there is none. An array, an object or several
 * values are an error. */
bool pick_one(const struct pick *p, struct pick_env *env, const struct json **out, struct err *e);
/* True for a constant without functions: it says nothing about the document. */
bool pick_constant(const struct pick *p);
/* The truth of a result, as for if(). */
bool pick_truth(const struct pick_values *v);

#endif
