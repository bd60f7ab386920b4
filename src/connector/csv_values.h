/* csv_values.h: what people and channels write into the cells of a table: amounts, counts, names, rooms.
 *
 * Pure: a cell in, every way to read it out. Which way is right is decided from the whole file (csv_detect.c)
 * or asked, never here. Cells are UTF-8 and were trimmed by csv_cell_trim(). */
#ifndef CONNECTOR_CSV_VALUES_H
#define CONNECTOR_CSV_VALUES_H

#include "base/money.h"

/* --- amounts --- */

enum csv_decimal { CSV_DECIMAL_NONE = 0, CSV_DECIMAL_POINT = 1, CSV_DECIMAL_COMMA = 2, CSV_DECIMAL_ANY = 3 };

struct csv_amount {
    unsigned styles;         /* with which decimal sign the cell is a number; 0: with none */
    struct decimal value[2]; /* for point and comma */
    struct str currency; /* what stands before or after the digits, as written ("EUR", "€"); may be empty */
};

/* "412.5 EUR", "$1,204.50", "412,50 €", "1'204.50", "-12.50", "(12.50)", "EUR 1 204,50". Thousands stand in threes and
 * are parted by the other sign, a blank of any kind or an apostrophe. False when there is no number in the cell
 * or something else around it. */
bool csv_amount_read(struct str cell, struct csv_amount *out);

/* What a currency code or sign can mean. NULL and *several (a comma-separated list of codes) when it can mean several
 * and the hotel's own currency is none of them; NULL and *several absent when it is no currency. hotel may be
 * NULL. */
const struct currency *csv_currency_read(struct str sign, const struct currency *hotel, struct str *several);

/* --- the rest --- */

/* "2", "2.0", "2,00". False for anything else and for more than 1000. */
bool csv_count_read(struct str cell, int64_t *out);

/* "Martin, Zoë" is last, first; "Zoë Martin" first, last, where a word in lower case after the first begins the last
 * name ("Ludwig van Beethoven"); a single word is a first name. Of several guests ("Ada Okafor; Chidi Okafor", a line
 * each) the first counts. Views. */
void csv_name_split(struct str cell, struct str *first, struct str *last);

/* The room of each of `rooms` stays (0: the file does not say how many): "Double Room, Twin Room" with two
 * rooms is one of each, "2 x Double Room" two (also without a count), "Double Room" with two rooms is two. When the
 * number of names does not fit, every stay gets the whole text and *unclear is set. Views in the arena; at most
 * LIMIT_ROOMS, else false. */
bool csv_rooms_split(struct arena *a, struct str cell, int64_t rooms, struct str **out, size_t *count,
                     bool *unclear);

#endif
