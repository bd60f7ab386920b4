#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"
#include "hub/desk.h"
#include "hub/live.h"

static struct apply_fixture f;

static int setup(void **state)
{
    (void)state;
    apply_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    apply_fixture_close(&f);
    return 0;
}

/* What happens after it, and nothing else, has a higher number; hotels count for themselves. */
static void test_newest(void **state)
{
    (void)state;
    int64_t before = -1, after = -1, other = -1, other_after = -1;
    struct event_row *list;
    size_t count;
    assert_true(live_newest(&f.env.env, &f.demo, &before, &f.env.e));
    assert_true(live_newest(&f.env.env, &f.other, &other, &f.env.e));
    tell(&f, .reference = "A", .guest = "Martin", .rooms = {{.type = "DBL", .nights = 1}});
    assert_true(live_newest(&f.env.env, &f.demo, &after, &f.env.e));
    assert_true(live_newest(&f.env.env, &f.other, &other_after, &f.env.e));
    assert_true(after > before);
    assert_int_equal(other_after, other);
    assert_true(desk_events(&f.env.env, f.a, &f.demo, before, 10, &list, &count, &f.env.e));
    assert_int_equal(count, after - before);
    assert_int_equal(list[count - 1].seq, after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_newest)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
