#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/desk_rate_fixture.h"

/* What a change of stock does to reservations and channels is in desk_room_test.c. */

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

static struct apply_overs overs;

static bool put(int from, int to, unsigned weekdays, int64_t out_of_order, int64_t physical)
{
    struct stock_edit e = {.room_type = S("dbl"),
                           .from = FIXTURE_DAY + from,
                           .to = FIXTURE_DAY + to,
                           .weekdays = weekdays,
                           .physical = physical,
                           .out_of_order = out_of_order,
                           .overbooking_limit = NONE};
    return desk_stock_edit(&f.env.env, f.a, f.at, S("anna@x"), &e, &overs, &f.e);
}

static void test_weekdays(void **state)
{
    (void)state;
    assert_true(put(0, 14, 1u << 4 | 1u << 5, 1, NONE)); /* Friday, Saturday: +3 +4 +10 +11 */
    static const int64_t want[] = {0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0};
    for (int i = 0; i < 14; i++) {
        assert_int_equal(stock_of(&f, "DBL", i).out_of_order, want[i]);
    }
    assert_string_equal(outbox_of(&f, "demo-a"), "DBL+3 DBL+4 DBL+10 DBL+11");
    struct edit_row last = last_edit();
    assert_true(last.cells == 4 && last.kind == EDIT_KIND_STOCK && str_eq(last.actor, S("anna@x")));
    assert_string_equal(last.summary.en.p, "out of order: 1 · DBL · 14–27 July 2026, Fri, Sat");
    assert_string_equal(last.summary.fr.p, "hors service : 1 · DBL · du 14 au 27 juillet 2026, ven., sam.");
    int32_t version = (int32_t)stock_of(&f, "DBL", 3).version;
    assert_true(put(0, 14, 1u << 4, 1, NONE)); /* no change: no edit, no new version */
    assert_int_equal(last_edit().id, last.id);
    assert_int_equal(stock_of(&f, "DBL", 3).version, version);
}

static void test_cells(void **state)
{
    (void)state;
    struct edit_past *past;
    size_t count;
    assert_true(put(0, 1, 0, 1, 5) && put(0, 1, 0, NONE, -1));
    assert_string_equal(last_edit().summary.en.p, "rooms: as the room type has · DBL · 14 July 2026");
    assert_true(edit_history(&f.env.env, f.a, f.at, S("DBL"), S("*"), FIXTURE_DAY, &past, &count, &f.e));
    assert_int_equal(count, 3);
    assert_true(past[0].cell.field == EDIT_PHYSICAL && past[0].cell.before == 5 &&
                past[0].cell.after == NONE);
    assert_true(past[1].cell.field == EDIT_PHYSICAL && past[1].cell.before == NONE &&
                past[1].cell.after == 5);
    assert_true(past[2].cell.field == EDIT_OUT_OF_ORDER && past[2].cell.before == 0 &&
                past[2].cell.after == 1);
}

/* Several stretches: each night that is short of rooms is said once, and raises its alert once. */
static void test_overs(void **state)
{
    (void)state;
    tell(&f, .reference = "A", .rooms = {{"DBL", .night = 0, .nights = 14}});
    assert_true(put(0, 14, 1u << 4, 2, NONE));
    assert_true(overs.count == 2 && overs.list[0].night == FIXTURE_DAY + 3 &&
                overs.list[1].night == FIXTURE_DAY + 10 && str_eq(overs.room_type, S("DBL")));
    struct alert_row *list;
    size_t count;
    DB_READ_SCOPE *c = db_read(f.env.store.hotel, &f.e);
    assert_true(c && alert_list(c, f.a, f.at->id, NULL, 10, &list, &count, &f.e));
    assert_int_equal(count, 2);
    assert_true(list[0].occurrences == 1 && list[1].occurrences == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_weekdays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cells, setup, teardown),
        cmocka_unit_test_setup_teardown(test_overs, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
