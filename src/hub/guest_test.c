#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"
#include "hub/guest.h"

static struct apply_fixture f;

static int setup(void **state)
{
    (void)state;
    apply_fixture_open(&f);
    tell(&f, .reference = "A", .guest = "Martin", .rooms = {{.type = "DBL", .nights = 1, .rate = "BAR"}});
    tell(&f, .reference = "B", .guest = "50%_!", .email = "b@example.org",
         .rooms = {{.type = "DBL", .nights = 1, .rate = "Abend"},
                   {.type = "SGL", .nights = 1, .rate = "BAR"}});
    f.at = &f.other;
    tell(&f, .reference = "C", .guest = "Stranger",
         .rooms = {{.type = "DBL", .nights = 1, .rate = "SECRET"}});
    f.at = &f.demo;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    apply_fixture_close(&f);
    return 0;
}

/* Last names of what is found, newest first. */
static const char *found(const char *search, int64_t before, size_t limit)
{
    struct guest_row *list;
    size_t count;
    struct guest_filter filter = {before, str_of(search), limit};
    struct buf b = buf_in(f.a);
    apply_fixture_must(&f, guest_list(&f.env.env, f.a, &f.demo, &filter, &list, &count, &f.e), "guests");
    for (size_t i = 0; i < count; i++) {
        buf_fmt(&b, "%s%.*s", i ? " " : "", STR_ARG(list[i].guest.last_name));
    }
    return buf_str(&b).p;
}

static void test_guests(void **state)
{
    (void)state;
    struct guest_row *list;
    size_t count;
    struct guest_filter one = {.limit = 1};
    assert_string_equal(found("", 0, 10), "50%_! Martin");
    assert_string_equal(found("mART", 0, 10), "Martin");
    assert_string_equal(found("%", 0, 10), "50%_!");
    assert_string_equal(found("_!", 0, 10), "50%_!");
    assert_string_equal(found("B@EXAMPLE", 0, 10), "50%_!");
    assert_string_equal(found("stranger", 0, 10), "");
    assert_string_equal(found("", 0, 1), "50%_!");
    assert_true(guest_list(&f.env.env, f.a, &f.demo, &one, &list, &count, &f.e));
    assert_string_equal(found("", list[0].id, 10), "Martin");
}

static void test_rate_plans(void **state)
{
    (void)state;
    struct str *names;
    size_t count;
    assert_true(guest_rate_plan_list(&f.env.env, f.a, &f.demo, &names, &count, &f.e));
    assert_int_equal(count, 2);
    assert_true(str_eq(names[0], S("Abend")) && str_eq(names[1], S("BAR")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guests),
        cmocka_unit_test(test_rate_plans),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
