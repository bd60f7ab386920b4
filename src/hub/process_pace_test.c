#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/process_pace.h"

#define SECOND INT64_C(1000000)

static void test_quiet(void **state)
{
    (void)state;
    struct process_pace p = PROCESS_PACE_INIT;
    assert_int_equal(process_pace_next(&p, 1, 1, 10 * SECOND), PROCESS_IDLE_MS);
    assert_false(p.rests);
    /* What a stop left: one long round after the other. */
    assert_int_equal(process_pace_next(&p, PROCESS_ROUND_LONG, 0, 11 * SECOND), 0);
    assert_int_equal(process_pace_next(&p, PROCESS_ROUND_LONG, 1, 12 * SECOND), 0);
    assert_int_equal(p.round, PROCESS_ROUND_LONG);
    assert_int_equal(process_pace_next(&p, 3, 0, 13 * SECOND), PROCESS_IDLE_MS);
}

static void test_pressed(void **state)
{
    (void)state;
    struct process_pace p = PROCESS_PACE_INIT;
    int64_t now = SECOND;
    assert_int_equal(process_pace_next(&p, PROCESS_ROUND_LONG, PROCESS_PRESSED, now), PROCESS_REST_MS);
    while (now - SECOND < PROCESS_BEHIND_MOST_US) {
        assert_true(p.rests && p.round == PROCESS_ROUND_SHORT);
        now += SECOND / 2;
        process_pace_next(&p, PROCESS_ROUND_SHORT, 10, now);
    }
    /* Too long: everything there is, until the end is seen; then it stands back again. */
    assert_true(!p.rests && p.round == PROCESS_ROUND_LONG);
    assert_int_equal(process_pace_next(&p, PROCESS_ROUND_LONG, 10, now + SECOND), 0);
    assert_int_equal(process_pace_next(&p, 5, 10, now + 2 * SECOND), PROCESS_REST_MS);
    assert_int_equal(p.behind_us, 0);
    assert_int_equal(process_pace_next(&p, 5, 0, now + 3 * SECOND), PROCESS_IDLE_MS);
    assert_int_equal(p.round, PROCESS_ROUND_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_quiet), cmocka_unit_test(test_pressed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
