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

static struct edit_past *past;
static size_t count;

static bool history(const char *room, const char *plan, int night)
{
    return edit_history(&f.env.env, f.a, f.at, str_of(room), str_of(plan), FIXTURE_DAY + night, &past, &count,
                        &f.e);
}

static void test_history(void **state)
{
    (void)state;
    f.env.now_us += 1000000;
    assert_true(rate_edit_by(
        "anna@x", (struct rate_said){.room = "DBL", .plan = "BAR", .to = 2, .sets = {PRICE("120")}}));
    int64_t then = f.env.now_us;
    f.env.now_us += 1000000;
    assert_true(rate_edit(.room = "DBL", .plan = "*", .to = 1, .sets = {RULE(EDIT_STOP_SELL, 1)}));
    assert_true(rate_edit(.room = "DBL", .plan = "NR", .to = 1, .sets = {PRICE("99")}));
    assert_true(rate_edit(.room = "DBL", .plan = "PP", .to = 1, .sets = {PRICE("77")}));
    assert_true(rate_edit(.room = "DBL", .plan = "BAR", .to = 1, .sets = {PRICE("130")}));
    assert_true(history("dbl", "BAR", 0) && count == 3);
    assert_true(past[0].cell.before == 12000 && past[0].cell.after == 13000 &&
                past[0].cell.field == EDIT_PRICE);
    assert_true(past[1].cell.field == EDIT_STOP_SELL && past[1].cell.rate_plan_id == 0);
    assert_true(past[2].cell.before == NONE && str_eq(past[2].edit.actor, S("anna@x")) &&
                past[2].edit.made_us == then);
    assert_true(history("DBL", "NR", 0) && count == 4); /* its own, all plans' and its parent's */
    assert_true(history("DBL", "*", 0) && count == 1);
    assert_true(history("DBL", NULL, 0) && count == 5);
    assert_true(history("DBL", "BAR", 1) && count == 1);
    assert_true(history("DBL", "BAR", 2) && count == 0);
    assert_true(history("SGL", "BAR", 0) && count == 0);
    assert_false(history("LOFT", "BAR", 0));
    assert_true(f.e.code == ERR_NOT_FOUND && strcmp(f.e.pointer, "/roomType") == 0);
    assert_false(history("DBL", "LOFT", 0));
    assert_true(f.e.code == ERR_NOT_FOUND && strcmp(f.e.pointer, "/ratePlan") == 0);
    f.at = &f.other;
    assert_true(history("DBL", NULL, 0) && count == 0);
}

static void test_recent(void **state)
{
    (void)state;
    struct edit_row *list;
    size_t n;
    assert_true(edit_recent(&f.env.env, f.a, f.at, 0, 2, &list, &n, &f.e) && n == 2);
    assert_true(list[0].id > list[1].id && list[0].kind == EDIT_KIND_PLAN && list[0].cells == 0);
    assert_true(edit_recent(&f.env.env, f.a, f.at, list[1].id, 10, &list, &n, &f.e) && n == 1);
}

static void test_texts(void **state)
{
    (void)state;
    const struct str names[] = {S("A"), S("B"), S("C"), S("D"), S("E")};
    assert_string_equal(edit_names_text(f.a, names, 1).p, "A");
    assert_string_equal(edit_names_text(f.a, names, 5).p, "A, B, C + 2");
    struct text t = edit_nights_text(f.a, FIXTURE_DAY, FIXTURE_DAY + 1, EDIT_EVERY_DAY);
    assert_string_equal(t.en.p, "14 July 2026");
    t = edit_nights_text(f.a, FIXTURE_DAY, FIXTURE_DAY + 2, 1);
    assert_string_equal(t.fr.p, "du 14 au 15 juillet 2026, lun.");
    struct stock_day d = {.physical = 1, .out_of_order = 2, .overbooking_limit = 3};
    assert_true(edit_stock_value(&d, EDIT_PHYSICAL) == 1 && edit_stock_value(&d, EDIT_OUT_OF_ORDER) == 2 &&
                edit_stock_value(&d, EDIT_OVERBOOKING_LIMIT) == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_history, setup, teardown),
        cmocka_unit_test_setup_teardown(test_recent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_texts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
