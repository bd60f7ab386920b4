/* csv_export.h: our own tables, as rows: what is exported, and bad rows given back.
 *
 * The caller owns the struct csv_out (comma, formula-neutral: csv_out(&b, ',', true)) and empties its buf as often as it
 * likes between rows. The first row names the columns as our messages name their members. */
#ifndef CONNECTOR_CSV_EXPORT_H
#define CONNECTOR_CSV_EXPORT_H

#include "connector/csv.h"
#include "model/stock.h"

/* Reservations: a row for each room stay, which repeats what concerns the whole booking; a booking without rooms has
 * one row without arrival. Columns: the first CSV_COLUMN_OWN of csv_columns. Importing the file again gives the same
 * reservations, but for what fits no row: extras, taxes, prices of nights, and what a room has of its own of commission
 * and collecting. Our JSON has all. */
void csv_export_reservation_header(struct csv_out *o);
void csv_export_reservation(struct csv_out *o, struct arena *a, const struct reservation *r);

/* Guests: firstName, lastName, email, phone, country, language. */
void csv_export_guest_header(struct csv_out *o);
void csv_export_guest(struct csv_out *o, const struct guest *g);

/* Stock: night, roomType, physical, outOfOrder, sold, held, overbookingLimit, available. */
void csv_export_stock_header(struct csv_out *o);
void csv_export_stock(struct csv_out *o, struct arena *a, int32_t night, const struct room_type *room,
                      const struct stock_day *day);

/* Bad rows of an import, to be corrected and imported again: the rows as they stood, with what is wrong in a last
 * column selfkey_error. UTF-8 with a byte-order mark, whatever the file was in, and the file's own delimiter. When
 * the file was itself such a file, the old errors give way to the new ones. People put it right in a spreadsheet: what
 * it could take for a formula has a ' in front, as in exports, and every cell reads as it did (reading takes the '
 * away). */
void csv_export_bad_header(struct buf *b, const struct csv_dialect *d);
void csv_export_bad_rows(struct buf *b, const struct csv_dialect *d, const struct csv_decoded *refused,
                         enum lang lang);

#endif
