#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/money.h"

#include <string.h>

static void test_decimals(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 100000);
    static const struct {
        const char *text;
        int64_t digits;
        int scale;
        const char *again;
    } good[] = {
        {"0", 0, 0, "0"},
        {"412.50", 41250, 2, "412.50"},
        {"-12.5", -125, 1, "-12.5"},
        {"-0.05", -5, 2, "-0.05"},
        {"1e2", 100, 0, "100"},
        {"1.5E+1", 15, 0, "15"},
        {"25e-1", 25, 1, "2.5"},
        {"999999999999999999", INT64_C(999999999999999999), 0, "999999999999999999"},
        {"0.000000000000000001", 1, 18, "0.000000000000000001"},
        {"99999999999999999e1", INT64_C(999999999999999990), 0, "999999999999999990"},
        {"1e17", INT64_C(100000000000000000), 0, "100000000000000000"},
        {"1e-18", 1, 18, "0.000000000000000001"},
        {"100e-20", 1, 18, "0.000000000000000001"},
        {"-0", 0, 0, "0"},
        {"0e64", 0, 0, "0"},
        {"0.00e-64", 0, 18, "0.000000000000000000"},
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct decimal d = {0};
        assert_true(decimal_parse(str_of(good[i].text), &d));
        assert_true(d.given && d.digits == good[i].digits);
        assert_int_equal(d.scale, good[i].scale);
        assert_string_equal(decimal_fmt(&a, d).p, good[i].again);
    }
    const char *bad[] = {"",      "-",
                         ".5",    "5.",
                         "+1",    "01",
                         "-01",   "1,5",
                         "1 ",    "0x1",
                         "1e",    "1e+",
                         "1e+-1", "NaN",
                         "1e99",  "1000000000000000000",
                         "--1",   "1e-99",
                         "1.1.1", "1e2.0",
                         "1e18",  "100000000000000000e1",
                         "1e-19", "10e-20",
                         "0e65",  "-1e18",
                         "٣",     "0.0000000000000000001"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct decimal d = {.digits = 42};
        assert_false(decimal_parse(str_of(bad[i]), &d));
        assert_int_equal(d.digits, 42);
    }
    assert_false(str_given(decimal_fmt(&a, (struct decimal){0})));
}

static void test_currencies(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        int exponent;
    } known[] = {{"EUR", 2}, {"usd", 2}, {"JPY", 0}, {"KWD", 3}, {"XOF", 0}, {"CLP", 0}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        const struct currency *c = currency_find(str_of(known[i].code));
        assert_non_null(c);
        assert_int_equal(c->exponent, known[i].exponent);
    }
    const char *unknown[] = {"", "EU", "EURO", "XXX", "XAU", "ABC", "FRF", "€"};
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        assert_null(currency_find(str_of(unknown[i])));
}

static void test_minor_units(void **state)
{
    (void)state;
    static const struct {
        const char *text, *currency;
        int64_t minor;
        bool finer; /* than the currency: only with rounding, half-even */
    } cases[] = {
        {"412.5", "EUR", 41250, false},  {"412.500", "EUR", 41250, false}, {"7", "JPY", 7, false},
        {"0.001", "KWD", 1, false},      {"61.875", "EUR", 6188, true},    {"61.865", "EUR", 6186, true},
        {"-61.875", "EUR", -6188, true}, {"-61.865", "EUR", -6186, true},  {"61.8650001", "EUR", 6187, true},
        {"0.5", "JPY", 0, true},         {"1.5", "JPY", 2, true},          {"0.005", "EUR", 0, true},
        {"0.0051", "EUR", 1, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct decimal d;
        int64_t minor = 0;
        bool rounded = true;
        const struct currency *c = currency_find(str_of(cases[i].currency));
        assert_true(decimal_parse(str_of(cases[i].text), &d));
        assert_int_equal(money_from_decimal(d, c, false, &minor, NULL), !cases[i].finer);
        assert_true(money_from_decimal(d, c, true, &minor, &rounded));
        assert_int_equal(minor, cases[i].minor);
        assert_int_equal(rounded, cases[i].finer);
    }
    struct decimal huge;
    int64_t minor;
    assert_true(decimal_parse(S("999999999999999999"), &huge));
    assert_false(money_from_decimal(huge, currency_find(S("EUR")), true, &minor, NULL));
}

static void test_text(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 100000);
    const struct currency *eur = currency_find(S("EUR")), *jpy = currency_find(S("JPY"));
    const struct currency *chf = currency_find(S("CHF"));
    assert_string_equal(money_fmt(&a, 41250, eur).p, "412.50");
    assert_string_equal(money_fmt(&a, -5, eur).p, "-0.05");
    assert_string_equal(money_fmt(&a, 7, jpy).p, "7");
    assert_string_equal(money_fmt(&a, INT64_MIN, eur).p, "-92233720368547758.08");
    assert_string_equal(money_show(&a, 120450, eur, LANG_EN).p, "€1,204.50");
    assert_string_equal(money_show(&a, 120450, eur, LANG_FR).p, "1\u202f204,50\u00a0€");
    assert_string_equal(money_show(&a, -123456700, eur, LANG_EN).p, "-€1,234,567.00");
    assert_string_equal(money_show(&a, 100, chf, LANG_EN).p, "CHF\u00a01.00");
    assert_string_equal(money_show(&a, 999, jpy, LANG_FR).p, "999\u00a0¥");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_currencies),
        cmocka_unit_test(test_minor_units),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
