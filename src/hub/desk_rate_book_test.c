#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/desk_rate_fixture.h"

static int setup(void **state)
{
    (void)state;
    rate_fixture_open();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    apply_fixture_close(&f);
    return 0;
}

static struct desk_rate_book b;

static bool book(const char *room, int from, int to)
{
    return desk_rates(&f.env.env, f.a, f.at, str_of(room), FIXTURE_DAY + from, FIXTURE_DAY + to, &b, &f.e);
}

static void refused(bool ok, enum err_code code, const char *pointer)
{
    assert_false(ok);
    assert_int_equal(f.e.code, code);
    assert_string_equal(f.e.pointer, pointer);
}

/* A parent's change is at once the child's; nothing is copied. */
static void test_derived(void **state)
{
    (void)state;
    assert_true(rate_edit(.room = "DBL", .plan = "BAR", .to = 3, .sets = {PRICE("123.45")}));
    assert_string_equal(rates_of("DBL", "NR", EDIT_PRICE, 0, 4), "11111 11111 11111 -");
    assert_true(rate_edit(.room = "DBL", .plan = "NR", .from = 1, .to = 2, .sets = {PRICE("90")}));
    assert_true(rate_edit(.room = "DBL", .plan = "BAR", .to = 3, .sets = {PRICE("200")}));
    assert_string_equal(rates_of("DBL", "NR", EDIT_PRICE, 0, 4), "18000 9000 18000 -");
    struct rate_plan nr = plan_named("NR");
    nr.derived.percent = amount("-25");
    assert_true(desk_rate_plan_change(&f.env.env, f.a, f.at, S("o@x"), &nr, &f.e));
    assert_string_equal(rates_of("DBL", "NR", EDIT_PRICE, 0, 4), "15000 9000 15000 -");
    assert_true(book(NULL, 0, 3) && b.room_count == 2 && b.book.plan_count == 3 && b.book.day_count == 4);
    assert_true(book("sgl", 0, 3) && b.room_count == 1 && str_eq(b.rooms[0].code, S("SGL")) &&
                b.book.day_count == 0);
    f.at = &f.other;
    assert_true(book(NULL, 0, 3) && b.book.plan_count == 0 && b.book.day_count == 0);
}

static void test_bad(void **state)
{
    (void)state;
    refused(book("LOFT", 0, 1), ERR_NOT_FOUND, "/roomType");
    refused(book(NULL, 0, 0), ERR_INVALID, "/to");
    refused(book(NULL, 1, 0), ERR_INVALID, "/to");
    refused(book(NULL, 0, DESK_RATE_NIGHTS + 1), ERR_INVALID, "/to");
    assert_true(book(NULL, 0, DESK_RATE_NIGHTS));
    refused(desk_rates(&f.env.env, f.a, f.at, (struct str){0}, DATE_NONE, INT32_MAX, &b, &f.e), ERR_INVALID,
            "/to");
    for (int i = 0; i < 60; i++) {
        char json[64];
        snprintf(json, sizeof(json), "{\"code\":\"P%d\"}", i);
        assert_true(add_plan(json) > 0);
    }
    refused(book(NULL, 0, DESK_RATE_NIGHTS), ERR_INVALID, "/to");
    assert_true(book("DBL", 0, DESK_RATE_NIGHTS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_derived, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
