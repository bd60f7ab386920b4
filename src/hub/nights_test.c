#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/nights.h"

static void test_range(void **state)
{
    (void)state;
    struct err e;
    assert_true(nights_check(10, 11, 1, &e) && nights_check(10, 20, 10, &e));
    assert_false(nights_check(10, 10, 10, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_true(str_eq(err_pointer(&e), S("/to")));
    assert_string_equal(e.en, "the end must be after the beginning");
    assert_false(nights_check(10, 21, 10, &e));
    assert_string_equal(e.fr, "au plus 10 nuits à la fois");
    assert_false(nights_check(INT32_MIN, INT32_MAX, 10, &e)); /* no overflow */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_range)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
