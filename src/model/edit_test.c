#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/edit.h"

static void test_fields(void **state)
{
    (void)state;
    int stock = 0, restrictions = 0, flags = 0;
    for (int i = 0; i < EDIT_FIELDS; i++) {
        assert_non_null(edit_field_names[i]);
        assert_true(edit_field_label(i).en.n > 0 && edit_field_label(i).fr.n > 0);
        stock += edit_is_stock(i);
        restrictions += edit_is_restriction(i);
        flags += edit_is_flag(i);
        assert_false(edit_is_stock(i) && edit_is_restriction(i));
    }
    assert_null(edit_field_names[EDIT_FIELDS]);
    assert_true(stock == 3 && restrictions == EDIT_RESTRICTIONS && restrictions == 8 && flags == 3);
    assert_false(edit_is_stock(EDIT_PRICE) || edit_is_restriction(EDIT_PRICE) || edit_is_stock(-1) ||
                 edit_is_restriction(EDIT_FIELDS));
    assert_true(str_eq(edit_field_label(EDIT_FIELDS).en, S("?")));
}

static void test_weekdays(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 16);
    int32_t friday = date_from_ymd(2026, 7, 17);
    unsigned weekend = 1u << 4 | 1u << 5;
    assert_true(edit_on_weekday(weekend, friday) && edit_on_weekday(weekend, friday + 1));
    assert_false(edit_on_weekday(weekend, friday + 2) || edit_on_weekday(weekend, friday - 1) ||
                 edit_on_weekday(0, friday));
    assert_true(edit_on_weekday(weekend, date_from_ymd(1969, 12, 26))); /* before 1970, too */
    for (int32_t d = friday; d < friday + 7; d++) {
        assert_true(edit_on_weekday(EDIT_EVERY_DAY, d));
    }
    assert_string_equal(edit_weekdays_text(&a, weekend).en.p, "Fri, Sat");
    assert_string_equal(edit_weekdays_text(&a, weekend).fr.p, "ven., sam.");
    assert_int_equal(edit_weekdays_text(&a, EDIT_EVERY_DAY).en.n, 0);
    assert_string_equal(edit_weekdays[6], "sunday");
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fields), cmocka_unit_test(test_weekdays)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
