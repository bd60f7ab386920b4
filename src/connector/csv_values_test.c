#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "connector/csv_values.h"

static void amount(struct str cell, unsigned styles, const char *point, const char *comma,
                   const char *currency)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct csv_amount got;
    assert_int_equal(csv_amount_read(cell, &got), styles != 0);
    assert_int_equal(got.styles, styles);
    if ((styles & CSV_DECIMAL_POINT) != 0) {
        assert_string_equal(decimal_fmt(&a, got.value[0]).p, point);
    }
    if ((styles & CSV_DECIMAL_COMMA) != 0) {
        assert_string_equal(decimal_fmt(&a, got.value[1]).p, comma);
    }
    if (styles != 0) {
        assert_true(str_eq(got.currency, str_of(currency)));
    }
}

static void test_amounts(void **state)
{
    (void)state;
    amount(S("412.5 EUR"), 1, "412.5", NULL, "EUR");
    amount(S("62,70 EUR"), 2, NULL, "62.70", "EUR");
    amount(S("$1,204.50"), 1, "1204.50", NULL, "$");
    amount(S("412,50\u00a0€"), 2, NULL, "412.50", "€");
    amount(S("1\u202f204,50 €"), 2, NULL, "1204.50", "€");
    amount(S("1.204,50"), 2, NULL, "1204.50", "");
    amount(S("CHF 1'204.50"), 1, "1204.50", NULL, "CHF");
    amount(S("1’204"), 3, "1204", "1204", "");
    amount(S("700"), 3, "700", "700", "");
    amount(S("1,204"), 3, "1204", "1.204", "");
    amount(S("61.875"), 3, "61.875", "61875", "");
    amount(S("0.875"), 1, "0.875", NULL, "");
    amount(S("1,234,567"), 1, "1234567", NULL, "");
    amount(S("1234.567"), 1, "1234.567", NULL, "");
    amount(S("-12.50"), 1, "-12.50", NULL, "");
    amount(S("\u221212,50 €"), 2, NULL, "-12.50", "€");
    amount(S("€-12.50"), 1, "-12.50", NULL, "€");
    amount(S("($12.50)"), 1, "-12.50", NULL, "$");
    amount(S("0,00\u00a0€"), 2, NULL, "0.00", "€");
    amount(S("1.204,50.2"), 0, NULL, NULL, NULL);
    amount(S("12,34,56"), 0, NULL, NULL, NULL);
    amount(S("1 204.50 7"), 0, NULL, NULL, NULL);
    amount(S("EUR 5 €"), 0, NULL, NULL, NULL);
    amount(S("free"), 0, NULL, NULL, NULL);
    amount(S(""), 0, NULL, NULL, NULL);
    amount(S("99999999999999999999"), 0, NULL, NULL, NULL);
    amount(S("about 12 or more"), 0, NULL, NULL, NULL);
}

static void test_currencies(void **state)
{
    (void)state;
    struct str several;
    const struct currency *eur = currency_find(S("EUR")), *cad = currency_find(S("CAD"));
    assert_ptr_equal(csv_currency_read(S("€"), NULL, &several), eur);
    assert_ptr_equal(csv_currency_read(S("eur"), cad, &several), eur);
    assert_ptr_equal(csv_currency_read(S("$"), cad, &several), cad);
    assert_null(csv_currency_read(S("$"), eur, &several));
    assert_true(str_starts(several, S("USD,CAD")));
    assert_null(csv_currency_read(S("¥"), eur, &several));
    assert_true(str_eq(several, S("JPY,CNY")));
    assert_ptr_equal(csv_currency_read(S("CA$"), eur, &several), cad);
    assert_null(csv_currency_read(S("XXX"), eur, &several));
    assert_false(str_given(several));
    assert_null(csv_currency_read(S(""), eur, &several));
    assert_false(str_given(several));
}

static void test_counts(void **state)
{
    (void)state;
    int64_t n = -1;
    assert_true(csv_count_read(S("2"), &n));
    assert_int_equal(n, 2);
    assert_true(csv_count_read(S("0"), &n));
    assert_int_equal(n, 0);
    assert_true(csv_count_read(S("3.0"), &n));
    assert_int_equal(n, 3);
    assert_true(csv_count_read(S("1000"), &n));
    static const struct str bad[] = {
        S_INIT(""),   S_INIT("two"), S_INIT("2.5"),  S_INIT("-1"),
        S_INIT("2."), S_INIT("2 3"), S_INIT("1001"), S_INIT("99999999999999999999")};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(csv_count_read(bad[i], &n));
    }
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        struct str cell;
        struct str first, last;
    } names[] = {
        {S_INIT("Martin, Zoë"), S_INIT("Zoë"), S_INIT("Martin")},
        {S_INIT("O'Neil, Sam"), S_INIT("Sam"), S_INIT("O'Neil")},
        {S_INIT("Zoë Martin"), S_INIT("Zoë"), S_INIT("Martin")},
        {S_INIT("Jean-François  Lefèvre"), S_INIT("Jean-François"), S_INIT("Lefèvre")},
        {S_INIT("Anna Maria Rossi"), S_INIT("Anna Maria"), S_INIT("Rossi")},
        {S_INIT("Ludwig van Beethoven"), S_INIT("Ludwig"), S_INIT("van Beethoven")},
        {S_INIT("Ada Okafor; Chidi Okafor"), S_INIT("Ada"), S_INIT("Okafor")},
        {S_INIT("Ada Okafor\nChidi Okafor"), S_INIT("Ada"), S_INIT("Okafor")},
        {S_INIT("李 明"), S_INIT("李"), S_INIT("明")},
        {S_INIT("Ana"), S_INIT("Ana"), {0}},
        {S_INIT("Martin,"), {0}, S_INIT("Martin")},
        {S_INIT(""), {0}, {0}},
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str first, last;
        csv_name_split(names[i].cell, &first, &last);
        assert_true(str_eq(first, names[i].first));
        assert_true(str_eq(last, names[i].last));
        assert_int_equal(str_given(first), str_given(names[i].first));
        assert_int_equal(str_given(last), str_given(names[i].last));
    }
}

static void rooms(struct str cell, int64_t n, bool unclear, const char *want)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct str *names;
    size_t count;
    bool got_unclear;
    assert_true(csv_rooms_split(&a, cell, n, &names, &count, &got_unclear));
    struct buf b = buf_in(&a);
    for (size_t i = 0; i < count; i++) {
        buf_add(&b, names[i]);
        buf_char(&b, '|');
    }
    assert_string_equal(buf_str(&b).p, want);
    assert_int_equal(got_unclear, unclear);
}

static void test_rooms(void **state)
{
    (void)state;
    rooms(S("Double Room"), 1, false, "Double Room|");
    rooms(S("Double Room"), 0, false, "Double Room|");
    rooms(S("Double Room, Twin Room"), 2, false, "Double Room|Twin Room|");
    rooms(S("Double Room, Sea View"), 1, false, "Double Room, Sea View|");
    rooms(S("Double Room, Sea View"), 0, false, "Double Room, Sea View|");
    rooms(S("2 x Double Room"), 0, false, "Double Room|Double Room|");
    rooms(S("2x Double Room, 1 × Twin"), 3, false, "Double Room|Double Room|Twin|");
    rooms(S("Double Room"), 2, false, "Double Room|Double Room|");
    rooms(S("Double; Twin"), 2, false, "Double|Twin|");
    rooms(S("A, B, C"), 2, true, "A, B, C|A, B, C|");
    rooms(S("3 x Double"), 2, true, "3 x Double|3 x Double|");
    rooms(S("101"), 1, false, "101|");
    rooms(S("101"), 0, false, "101|");
    rooms(S("2 Xanadu Suites"), 0, false, "2 Xanadu Suites|");
    rooms(S(""), 2, false, "||");
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct str *names;
    size_t count;
    bool unclear;
    assert_false(csv_rooms_split(&a, S("x"), LIMIT_ROOMS + 1, &names, &count, &unclear));
    assert_false(csv_rooms_split(&a, S("999 x Double"), 0, &names, &count, &unclear));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts), cmocka_unit_test(test_currencies), cmocka_unit_test(test_counts),
        cmocka_unit_test(test_names),   cmocka_unit_test(test_rooms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
