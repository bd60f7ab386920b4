/* money.h: exact decimals and money in minor units. No double anywhere. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/arena.h"
#include "base/err.h"

/* A decimal as it was written: digits × 10^-scale, |digits| < 10^18, scale 0 to 18. */
struct decimal {
    int64_t digits;
    uint8_t scale;
    bool given; /* false: absent */
};

/* JSON number syntax ("-12.50", "1e2" when it stays exact and in range); false otherwise. */
bool decimal_parse(struct str s, struct decimal *out);
struct str decimal_fmt(struct arena *a, struct decimal d);

struct currency {
    char code[4];     /* ISO 4217, upper case */
    uint8_t exponent; /* digits of the minor unit: EUR 2, JPY 0, KWD 3 */
};

/* NULL when the code is not an ISO 4217 currency in use; case does not matter. */
const struct currency *currency_find(struct str code);

/* To minor units. Finer amounts than the currency has: false unless round is set, then half-even and
 * *rounded (may be NULL) becomes true. False too when it does not fit an int64. */
bool money_from_decimal(struct decimal d, const struct currency *c, bool round, int64_t *minor,
                        bool *rounded);
/* "412.50"; the exponent decides the places. */
struct str money_fmt(struct arena *a, int64_t minor, const struct currency *c);
/* As a person of that language writes it: "€412.50", "412,50 €". */
struct str money_show(struct arena *a, int64_t minor, const struct currency *c, enum lang lang);

#endif
