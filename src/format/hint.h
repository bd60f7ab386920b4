/* hint.h: what makes an error text helpful: a quotation that is safe to show, the name that was probably
 * meant, the day that does not exist. */
#ifndef FORMAT_HINT_H
#define FORMAT_HINT_H

#include "base/arena.h"
#include "base/err.h"

/* A text as an error may quote it: 60 code points at most (then "…"), control characters as spaces, bad
 * UTF-8 as U+FFFD. Always ends in NUL. */
struct str hint_excerpt(struct arena *a, struct str s);

/* Number of typing mistakes (a letter too many, missing, wrong, or two swapped) between a name that came
 * and one that exists; SIZE_MAX when there are more than two or as many as the shorter name has letters. */
size_t hint_distance(struct str came, struct str exists);

/* ERR_INVALID: "30 February 2026 does not exist", "there is no month 13", or the year is not between 1900
 * and 2200. For a date that date_from_ymd() refused. */
bool hint_no_such_day(struct err *e, int year, int month, int day);

#endif
