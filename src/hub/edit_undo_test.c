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

static struct edit_undone undone;

static bool undo(int64_t id)
{
    return edit_undo(&f.env.env, f.a, f.at, S("ben@x"), id, &undone, &f.e);
}

/* Sets BAR's price of the nights [from, to) of DBL; the edit. */
static int64_t price(const char *text, int from, int to)
{
    assert_true(rate_edit(.room = "DBL", .plan = "BAR", .from = from, .to = to, .sets = {PRICE(text)}));
    return edited.edit_id;
}

static const char *now(void)
{
    return rates_of("DBL", "BAR", EDIT_PRICE, 0, 3);
}

static void test_rates(void **state)
{
    (void)state;
    price("100", 0, 3);
    int64_t second = price("120", 0, 3);
    assert_true(undo(second));
    assert_true(undone.restored == 3 && undone.left == 0 && undone.edit_id > second);
    assert_string_equal(now(), "10000 10000 10000");
    struct edit_row row = last_edit();
    assert_true(row.id == undone.edit_id && row.undoes == second && row.kind == EDIT_KIND_UNDO &&
                row.cells == 3 && str_eq(row.actor, S("ben@x")));
    assert_string_equal(row.summary.en.p, "taken back: price: €120.00 · DBL · BAR · 14–16 July 2026");
    assert_false(undo(second));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    /* Taking back that it was taken back; and then once more. */
    assert_true(undo(row.id) && undone.restored == 3);
    assert_string_equal(now(), "12000 12000 12000");
    assert_string_equal(last_edit().summary.fr.p,
                        "rétabli : prix : 120,00 € · DBL · BAR · du 14 au 16 juillet 2026");
    assert_true(undo(second) && undone.restored == 3);
    assert_string_equal(now(), "10000 10000 10000");
    size_t count;
    struct event_row *events = events_of(&f, &count);
    assert_true(str_eq(events[count - 1].type, S("rates.modified")));
}

/* What somebody has changed since is named and left. */
static void test_left(void **state)
{
    (void)state;
    int64_t first = price("100", 0, 3), second = price("120", 1, 2);
    assert_true(undo(first));
    assert_true(undone.restored == 2 && undone.left == 1 && undone.left_shown == 1);
    assert_true(undone.left_cells[0].night == FIXTURE_DAY + 1 && undone.left_cells[0].before == NONE &&
                undone.left_cells[0].after == 12000);
    assert_string_equal(now(), "- 12000 -");
    assert_true(undo(second));
    assert_string_equal(now(), "- 10000 -");
    /* Set to the same amount by somebody else is changed since, too. */
    int64_t third = price("130", 0, 1);
    price("140", 0, 1);
    price("130", 0, 1);
    assert_true(undo(third));
    assert_true(undone.restored == 0 && undone.left == 1 && undone.edit_id == 0);
    assert_string_equal(now(), "13000 10000 -");
    assert_true(undo(third)); /* nothing was done, so it may be tried again */
}

/* A change that was taken back does not count. */
static void test_between(void **state)
{
    (void)state;
    int64_t first = price("100", 0, 3), second = price("120", 0, 3);
    assert_true(undo(second) && undo(first));
    assert_int_equal(undone.restored, 3);
    assert_string_equal(now(), "- - -");
    assert_true(undo(last_edit().id)); /* 100 again */
    assert_string_equal(now(), "10000 10000 10000");
    assert_true(undo(first) && undone.restored == 3);
    assert_string_equal(now(), "- - -");
}

static void test_stock(void **state)
{
    (void)state;
    struct apply_overs overs;
    struct stock_edit e = {.room_type = S("DBL"),
                           .from = FIXTURE_DAY,
                           .to = FIXTURE_DAY + 7,
                           .weekdays = 1u << 1 | 1u << 2 | 1u << 6, /* Tuesday, Wednesday, Sunday: +0 +1 +5 */
                           .physical = 5,
                           .out_of_order = 1,
                           .overbooking_limit = NONE};
    assert_true(desk_stock_edit(&f.env.env, f.a, f.at, S("o@x"), &e, &overs, &f.e));
    int64_t first = last_edit().id;
    assert_int_equal(last_edit().cells, 6);
    e.weekdays = 1u << 6;
    e.physical = NONE;
    e.out_of_order = 2;
    assert_true(desk_stock_edit(&f.env.env, f.a, f.at, S("o@x"), &e, &overs, &f.e));
    assert_true(undo(first) && undone.restored == 5 && undone.left == 1);
    assert_true(undone.left_cells[0].field == EDIT_OUT_OF_ORDER && undone.left_cells[0].after == 2);
    assert_true(stock_of(&f, "DBL", 0).physical == NONE && stock_of(&f, "DBL", 0).out_of_order == 0);
    assert_true(stock_of(&f, "DBL", 1).physical == NONE && stock_of(&f, "DBL", 1).out_of_order == 0);
    assert_true(stock_of(&f, "DBL", 5).physical == NONE && stock_of(&f, "DBL", 5).out_of_order == 2);
    /* More rooms than before the undo are sold: said. */
    int64_t undoing = undone.edit_id;
    assert_true(undo(undoing) && stock_of(&f, "DBL", 0).physical == 5);
    for (int i = 0; i < 4; i++) {
        char reference[2] = {(char)('A' + i), 0};
        tell(&f, .reference = reference, .rooms = {{"DBL", .night = 0, .nights = 1}});
    }
    assert_true(undo(first));
    assert_true(undone.overs.count == 1 && undone.overs.list[0].taken == 4 &&
                undone.overs.list[0].capacity == 2);
    assert_true(*alerts_of(&f) != 0);
}

static void test_bad(void **state)
{
    (void)state;
    assert_false(undo(9999));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(undo(last_edit().id)); /* of a rate plan */
    assert_int_equal(f.e.code, ERR_CONFLICT);
    int64_t mine = price("100", 0, 3);
    f.at = &f.other;
    assert_false(undo(mine));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rates, setup, teardown),
        cmocka_unit_test_setup_teardown(test_left, setup, teardown),
        cmocka_unit_test_setup_teardown(test_between, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stock, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
