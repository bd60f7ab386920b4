/* card_text.h: card numbers and security codes in running text are blotted out, byte for byte.
 *
 * A card number is 13 to 19 digits that format/card_number.h knows, either written together or in groups with one to
 * three blanks, dashes, dots or '+' between them (also the no-break spaces, the dashes of U+2010–2015, "%20" and
 * fullwidth digits), and no part of a longer run of digits. The groups in use: all of 4 or all of 8, the last one of
 * them or shorter; 4-6-5, 4-6-4, 4-4-5, 6-13. All its digits but the last four become '*'. Were one number a card and
 * a longer one that begins with it too ("… 1111 123"), no digit is kept. What stands in a UUID, or as 14 digits after
 * the word SIRET (a French company's number has the same check digit), is no card number.
 *
 * A security code is 3 or 4 digits after cvv, cvc, csc, cvn, security code, series code, card code, cryptogram(me) or
 * code (de) sécurité, with at most eight characters that are no letters between, or one of the words code, number,
 * value, no, nr, is, est, visuel. All its digits become '*'.
 *
 * So are digits that stand behind a card number after a gap or a '/' and are as many as a security code (3; 4 for
 * American Express), also after a month of expiry: "4111 1111 1111 1111 12/26 123".
 *
 * The length of the text never changes. In the inside of a JSON string (escaped) a character may be written \uXXXX and
 * becomes \u002a. */
#ifndef FORMAT_CARD_TEXT_H
#define FORMAT_CARD_TEXT_H

#include "base/arena.h"
#include "format/card_name.h"

#define CARD_TEXT_BEYOND_PHONE 16 /* digits that no telephone number has */

/* One text being masked; offsets are of `in`. */
struct card_text {
    struct arena *a; /* of the copy */
    struct str in;
    char *out;    /* NULL until the first change; set it to the text itself to mask in place */
    bool changed; /* a byte of out differs from in */
    size_t least; /* digits of the shortest number that is a card's here; 0: CARD_NUMBER_MIN */
};

/* Changes one byte. */
void card_text_put(struct card_text *t, size_t at, char c);
/* [at, end) as running text. */
void card_text_mask(struct card_text *t, size_t at, size_t end, bool escaped);
/* [at, end) as the value of a member or a cell of this class: CODE loses every digit; NUMBER, and CARD with at least
 * twelve digits, all but the last four (all, when there are more than a card number has and they are not written
 * together); REFERENCE nothing; others are running text, PHONE with card numbers
 * of 16 digits and more only: a telephone number has at most 15 (ITU-T E.164, 6.2.1), and may look like a shorter one. */
void card_text_mask_value(struct card_text *t, size_t at, size_t end, bool escaped, enum card_name name);
/* False when neither running text nor JSON members can hold anything to mask: one cheap pass. */
bool card_text_suspicious(struct str text);

#endif
