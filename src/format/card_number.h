/* card_number.h: which digits are the number of a payment card.
 *
 * The last digit of a card number is a check digit (ISO/IEC 7812-1, annex B, "Luhn"); its first digits name the issuer.
 * Known here, with the lengths in use: Visa 4 (13, 16, 19), Mastercard 51–55 and 2221–2720 (16), American Express 34
 * and 37 (15), Diners 300–305, 3095, 36, 38, 39 (14, 16–19), Discover 6011, 644–649 and 65 (16–19), JCB 3528–3589
 * (16–19), UnionPay 62 and 8100–8171 (16–19), Maestro 5018, 5020, 5038, 5893, 6304, 6759 and 6761–6763 (13–19). Of the
 * wide range of Maestro (50, 56–69) only the beginnings in use: other numbers with those beginnings are common. */
#ifndef FORMAT_CARD_NUMBER_H
#define FORMAT_CARD_NUMBER_H

#include "base/str.h"

#define CARD_NUMBER_MIN 13
#define CARD_NUMBER_MAX 19

/* Of n characters '0' to '9'; false for n = 0. */
bool card_number_luhn(const char *digits, size_t n);
/* Luhn, and the beginning and the length of one of the issuers above. */
bool card_number_valid(const char *digits, size_t n);

#endif
