/* csv_text.h: the characters of a cell. */
#ifndef CONNECTOR_CSV_TEXT_H
#define CONNECTOR_CSV_TEXT_H

#include "base/arena.h"

/* Without blanks at both ends: ASCII white space, U+00A0, U+202F, U+2000 to U+200B. */
struct str csv_cell_trim(struct str cell);

/* A name as it is compared: folded (base/fold.h), then only letters, digits and % are left; "Check-in" and
 * "check in" are checkin, "Gästename(n)" is gastenamen, "# of adults" is ofadults, "N.º de niños" is ndeninos. */
struct str csv_key(struct arena *a, struct str name);

/* Bytes of the blank at the beginning, 0 when there is none. */
size_t csv_text_blank(struct str s);
static inline bool csv_text_digit(struct str s, size_t i)
{
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}
/* Takes a run of digits at *i: its length, and its value in *v; 0 when there is none or it is longer than `most`. */
int csv_text_number(struct str s, size_t *i, int most, int *v);
/* Past the blanks at *i. */
void csv_text_skip(struct str s, size_t *i);

#endif
