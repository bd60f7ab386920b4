/* csv_words.h: the words that columns, statuses and channels go by in English, French, German and Spanish.
 *
 * Looked up by key (csv_key in csv_values.h). */
#ifndef CONNECTOR_CSV_WORDS_H
#define CONNECTOR_CSV_WORDS_H

#include "base/str.h"

/* What a column of that name usually means (enum csv_column), without any preset; -1 when nobody knows. */
int csv_word_column(struct str key);
/* enum reservation_status of a status as channels and hotels write it; -1 when unknown. */
int csv_word_status(struct str key);
/* A channel's name in our messages ("booking"), by what a file calls it; absent when unknown. */
struct str csv_word_channel(struct str key);
/* Whether a row of that type is a reservation; "Payout" or "Closed Period" is none, an empty type is one. */
bool csv_word_is_reservation(struct str key);

#endif
