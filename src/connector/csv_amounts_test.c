#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_testing.h"

#include <string.h>

#define HEAD "ref;guest;arrival;departure;status;adults;rooms;total;commission\n"

static void test_rounding_is_half_even(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *rounded;
    } cases[] = {
        {"61.875", "61.88"}, {"61.865", "61.86"}, {"61.8651", "61.87"}, {"0.005", "0.00"}, {"0.015", "0.02"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        ARENA_SCOPE a = {0};
        arena_init(&a, 1 << 20);
        CSV_TESTING f = {0};
        csv_testing_run(&f, arena_fmt(&a, HEAD "1;;2027-01-01;2027-01-02;;;;5.5;%s\n", cases[i].cell), "EUR",
                        NULL, 99);
        assert_string_equal(decimal_fmt(&a, f.items[0].message.data.commission).p, cases[i].rounded);
        assert_int_equal(f.items[0].note_count, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rounding_is_half_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
