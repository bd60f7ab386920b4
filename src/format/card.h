/* card.h: card data is masked before anything is stored or logged.
 *
 * What a hotel receives may hold card numbers and security codes although it should not. Signatures and hashes are
 * taken over the bytes as they came; then these functions replace card data by as many other bytes, and only the
 * result is written. Bytes that need no change are given back as they are.
 *
 * Which members are card data, and which are references that are never altered, by name: format/card_name.h. What is a
 * card number or a security code in running text: format/card_text.h. */
#ifndef FORMAT_CARD_H
#define FORMAT_CARD_H

#include "base/arena.h"

/* All return true when something was masked: *out is then a copy in the arena, of the same length. Else *out is the
 * text itself. out may point to the variable that the text was passed from. */

/* A body that should be JSON. A string: its digits by the name of its member, or as running text, become '*', or
 * \u002a where they were written as \u escapes. The elements of an array have the name of the array. A number under
 * such a name, or one that is a card number, stays a number of that length: its digits become 9, but for the last
 * four of a card number, and the digit before those 8 if the check digit would be right otherwise: 4111111111111111
 * becomes 9999999999991111, and a security code 123 becomes 999. So JSON stays JSON. Names are running text.
 *
 * Several values may follow each other (lines of JSON). From the first byte on that is not JSON, or is nested deeper
 * than LIMIT_JSON_DEPTH, the rest is running text; so is a body that is no JSON at all. */
bool card_mask_json(struct arena *a, struct str body, struct str *out);

/* Running text: notes, XML, log texts, headers, queries. */
bool card_mask_text(struct arena *a, struct str text, struct str *out);

/* The cell of a table under this heading. A cell without heading is running text. */
bool card_mask_cell(struct arena *a, struct str column_name, struct str cell, struct str *out);

#endif
