#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "hub/health.h"

static void test_stores(void **state)
{
    (void)state;
    struct env_fixture f;
    env_fixture_open(&f);
    assert_true(health_stores(&f.env, &f.e));
    env_fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stores)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
