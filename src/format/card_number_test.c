#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/card_number.h"
#include "format/card_testing.h"

static void known_numbers(void **state)
{
    (void)state;
    /* test numbers that payment companies publish */
    static const char *const good[] = {
        "4111111111111111", "4222222222222",  "5555555555554444",    "2223003122003222", "378282246310005",
        "371449635398431",  "30569309025904", "38520000023237",      "3530111333300000", "6011111111111117",
        "6011000990139424", "36227206271667", "6205500000000000004", "6304000000000000",
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        char other[20];
        size_t n = strlen(good[i]);
        assert_true(card_number_valid(good[i], n));
        memcpy(other, good[i], n + 1);
        other[n - 1] = other[n - 1] == '9' ? '0' : (char)(other[n - 1] + 1);
        assert_false(card_number_valid(other, n));
    }
}

static void no_numbers(void **state)
{
    (void)state;
    assert_false(card_number_luhn("", 0));
    assert_true(card_number_luhn("0", 1));
    assert_true(card_number_luhn("79927398713", 11)); /* ISO/IEC 7812-1's example */
    assert_false(card_number_valid("411111111111", 12));
    assert_false(card_number_valid("411111111111116", 15));  /* no Visa has 15 */
    assert_false(card_number_valid("0000000000000000", 16)); /* nobody's */
    assert_false(card_number_valid("9999999999999995", 16));
    assert_false(card_number_valid("41111111111111111111", 20)); /* too long */
}

static void invented_numbers(void **state)
{
    (void)state;
    struct card_testing g = {.seed = 1};
    for (int i = 0; i < 10000; i++) {
        char digits[20];
        size_t n = card_testing_number(&g, digits);
        assert_true(card_number_valid(digits, n));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_numbers),
        cmocka_unit_test(no_numbers),
        cmocka_unit_test(invented_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
