/* export.h: the hotel's data as files: CSV that no spreadsheet takes for formulas, and JSON.
 *
 * CSV has the columns of our own layout (connector/csv_presets.h), so that an export can be imported; one row a
 * room. JSON is one array; a reservation in it is the `data` of our message with what desk_reservation_json()
 * adds. Rows are streamed: memory does not grow with the hotel. */
#ifndef HUB_EXPORT_H
#define HUB_EXPORT_H

#include "hub/env.h"
#include "store/establishment.h"

enum export_what { EXPORT_RESERVATIONS, EXPORT_GUESTS, EXPORT_STOCK };
extern const char *const export_names[]; /* "reservations", "guests", "stock", NULL */
enum export_format { EXPORT_CSV, EXPORT_JSON };

struct export_options {
    enum export_what what;
    enum export_format format;
    char delimiter;   /* 0: ',' */
    int32_t from, to; /* of stock: nights [from, to); DATE_NONE: 550 nights from today on */
};

/* Calls sink with pieces of the file, in order; false from sink (with *e) stops it. One consistent snapshot. */
bool export_write(struct env *env, const struct establishment *hotel, const struct export_options *o,
                  bool (*sink)(void *ctx, struct str bytes, struct err *e), void *ctx, struct err *e);

#endif
