#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/clock.h"

static void the_system_clock_moves_on(void **state)
{
    (void)state;
    struct clock c = clock_system();
    int64_t wall = clock_now_us(&c), start = clock_monotonic_us(&c);
    assert_true(wall > INT64_C(1767225600000000)); /* 2026-01-01 */
    int64_t last = start;
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_monotonic_us(&c);
        assert_true(now >= last);
        last = now;
    }
}

static void a_fixed_clock_stands(void **state)
{
    (void)state;
    int64_t us = 42;
    struct clock c = clock_fixed(&us);
    assert_int_equal(clock_now_us(&c), 42);
    us = 43;
    assert_int_equal(clock_now_us(&c), 43);
    assert_int_equal(clock_monotonic_us(&c), 43);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_system_clock_moves_on),
        cmocka_unit_test(a_fixed_clock_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
