#include "format/card_number.h"

bool card_number_luhn(const char *digits, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int v = digits[n - 1 - i] - '0';
        if (i % 2 == 1) {
            v = v > 4 ? 2 * v - 9 : 2 * v;
        }
        sum += v;
    }
    return n > 0 && sum % 10 == 0;
}

/* Bit n: cards of n digits are issued. */
#define OF(n)      (1u << (n))
#define FROM16TO19 (OF(16) | OF(17) | OF(18) | OF(19))

static bool known_issuer(const char *digits, size_t n)
{
    static const struct {
        int from, to; /* of the first four digits */
        unsigned lengths;
    } issuers[] = {
        {2221, 2720, OF(16)},
        {3000, 3059, OF(14) | FROM16TO19},
        {3095, 3095, OF(14) | FROM16TO19},
        {3400, 3499, OF(15)},
        {3528, 3589, FROM16TO19},
        {3600, 3699, OF(14) | FROM16TO19},
        {3700, 3799, OF(15)},
        {3800, 3999, OF(14) | FROM16TO19},
        {4000, 4999, OF(13) | OF(16) | OF(19)},
        {5018, 5018, OF(13) | OF(14) | OF(15) | FROM16TO19},
        {5020, 5020, OF(13) | OF(14) | OF(15) | FROM16TO19},
        {5038, 5038, OF(13) | OF(14) | OF(15) | FROM16TO19},
        {5100, 5599, OF(16)},
        {5893, 5893, OF(13) | OF(14) | OF(15) | FROM16TO19},
        {6011, 6011, FROM16TO19},
        {6200, 6299, FROM16TO19},
        {6304, 6304, OF(13) | OF(14) | OF(15) | FROM16TO19},
        {6440, 6599, FROM16TO19},
        {6759, 6759, OF(13) | OF(14) | OF(15) | FROM16TO19},
        {6761, 6763, OF(13) | OF(14) | OF(15) | FROM16TO19},
        {8100, 8171, FROM16TO19},
    };
    int head = 0;
    for (size_t i = 0; i < 4; i++) {
        head = head * 10 + (digits[i] - '0');
    }
    for (size_t i = 0; i < ARRAY_LEN(issuers); i++) {
        if (head >= issuers[i].from && head <= issuers[i].to) {
            return (issuers[i].lengths & OF(n)) != 0;
        }
    }
    return false;
}

bool card_number_valid(const char *digits, size_t n)
{
    return n >= CARD_NUMBER_MIN && n <= CARD_NUMBER_MAX && known_issuer(digits, n) &&
           card_number_luhn(digits, n);
}
