/* csv_decode.h: what the files that decode a row share (csv_decode.c, csv_amounts.c). */
#ifndef CONNECTOR_CSV_DECODE_H
#define CONNECTOR_CSV_DECODE_H

#include "connector/csv.h"

/* One booking being decoded. */
struct csv_decode {
    struct arena *a;
    const struct csv_dialect *d;
    const struct csv_row *row; /* the one being read */
    struct csv_decoded *out;
    const struct currency *currency; /* of this booking's amounts */
};

struct str csv_decode_cell(const struct csv_decode *x, enum csv_column column);
/* A cell as an error quotes it. */
const char *csv_decode_quoted(struct csv_decode *x, struct str s);
/* The heading of a column of the file, for people; its number when it has none. */
struct str csv_decode_heading(const struct csv_decode *x, int index);

/* Adds a problem with the column of that index in the file (-1: with the whole row) and marks the booking as refused. */
void csv_decode_refuse(struct csv_decode *x, int index, const char *en, const char *fr, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
#define REFUSE(x, which, ...) csv_decode_refuse((x), (x)->d->column[which], __VA_ARGS__)
/* Adds something that people should know although the booking goes in. */
void csv_decode_note(struct csv_decode *x, const char *en, const char *fr, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* Currency and total of a booking, which must be exact. The currency is that of its column, else that of the total's
 * cell, else the file's; x->currency holds it afterwards. */
void csv_amounts_total(struct csv_decode *x, struct reservation *r);
/* A commission or a room's amount: not worth losing a booking for. One that is finer than the currency allows is
 * rounded half-even and one in another currency is left out, both with a note. absolute: a minus only says that it
 * is deducted. Not given when the cell is empty. */
struct decimal csv_amounts_secondary(struct csv_decode *x, enum csv_column column, bool absolute);

#endif
