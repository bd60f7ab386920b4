#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/search.h"

static void test_pattern(void **state)
{
    (void)state;
    ARENA_SCOPE a;
    arena_init(&a, 1u << 16);
    assert_true(str_eq(search_pattern(&a, S("zoë")), S("%zoë%")));
    assert_true(str_eq(search_pattern(&a, S("50%_!")), S("%50!%!_!!%")));
    assert_true(str_eq(search_pattern(&a, S("")), S("%")));
    assert_true(str_eq(search_pattern(&a, (struct str){0}), S("%")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pattern)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
