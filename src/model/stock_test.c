#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/stock.h"

static void nights(void **state)
{
    (void)state;
    static const struct {
        int64_t units;
        struct stock_day day;
        int64_t capacity, available;
        bool over;
    } cases[] = {
        {3, {.physical = FIELD_INT_NONE}, 3, 3, false},
        {3, {.physical = 5}, 5, 5, false}, /* the night's own number wins */
        {3, {.physical = 0}, 0, 0, false}, /* also when it is none */
        {3, {.physical = FIELD_INT_NONE, .sold = 2, .held = 1}, 3, 0, false},
        {3, {.physical = FIELD_INT_NONE, .sold = 3, .held = 1}, 3, 0, true},
        {3, {.physical = FIELD_INT_NONE, .sold = 3, .held = 1, .overbooking_limit = 1}, 4, 0, false},
        {3, {.physical = FIELD_INT_NONE, .out_of_order = 1, .sold = 1}, 2, 1, false},
        {3, {.physical = FIELD_INT_NONE, .out_of_order = 5}, 0, 0, false}, /* never below nothing */
        {3, {.physical = FIELD_INT_NONE, .out_of_order = 5, .sold = 1}, 0, 0, true},
        {3, {.physical = FIELD_INT_NONE, .out_of_order = 5, .overbooking_limit = 3}, 1, 1, false},
        {0, {.physical = FIELD_INT_NONE}, 0, 0, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct stock_day *d = &cases[i].day;
        assert_int_equal(stock_capacity(d, cases[i].units), cases[i].capacity);
        assert_int_equal(stock_available(d, cases[i].units), cases[i].available);
        assert_int_equal(stock_is_over(d, cases[i].units), cases[i].over);
    }
}

static void room_type_members(void **state)
{
    (void)state;
    struct room_type r = {.id = 7, .units = 3};
    field_clear(&room_type_fields, &r);
    assert_int_equal(r.units, FIELD_INT_NONE);
    assert_int_equal(room_type_fields.count, 3);
    const struct field *units = field_find(&room_type_fields, S("units"));
    assert_non_null(units);
    assert_int_equal(units->min, 0);
    assert_true(units->flags & FIELD_REQUIRED);
    assert_null(field_find(&room_type_fields, S("id"))); /* nobody chooses it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nights), cmocka_unit_test(room_type_members)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
