#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"

static int open_hotel(void **state)
{
    static struct apply_fixture f;
    apply_fixture_open(&f);
    *state = &f;
    return 0;
}

static int close_hotel(void **state)
{
    apply_fixture_close(*state);
    return 0;
}

/* So many rooms on the nights [from, to). */
static void physical(struct apply_fixture *f, const char *code, int from, int to, int64_t rooms)
{
    struct stock_edit edit = {.room_type = str_of(code),
                              .from = FIXTURE_DAY + from,
                              .to = FIXTURE_DAY + to,
                              .physical = rooms,
                              .out_of_order = FIELD_INT_NONE,
                              .overbooking_limit = FIELD_INT_NONE};
    struct apply_overs overs;
    apply_fixture_must(f, desk_stock_edit(&f->env.env, f->a, f->at, S("o@x"), &edit, &overs, &f->e), code);
}

/* --- nights that are within stock again --- */

static void more_units_solve_an_oversold_night(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "SGL", .nights = 1}});
    tell(f, .reference = "B", .by = "demo-a", .rooms = {{.type = "SGL", .nights = 1}});
    assert_true(alerts_of(f)[0] != 0);
    struct room_type more = {.code = S("SGL"), .units = 3};
    assert_true(desk_room_change(&f->env.env, f->a, f->at, S("o@x"), &more, &(int64_t){0},
                                 &(struct apply_overs){0}, &f->e));
    assert_string_equal(alerts_of(f), "");
    assert_int_equal(room_named(f, "SGL")->units, 3);
    tell(f, .reference = "C", .rooms = {{.type = "SGL", .nights = 1}}, .refuse = true);
    /* Every night of the horizon is told. */
    struct outbox_row *list;
    size_t count;
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    assert_true(outbox_list(c, f->a, f->at->id, S("demo-b"), 2000, &list, &count, &f->e));
    assert_int_equal(count, APPLY_HORIZON_NIGHTS + 1);
}

static void only_what_was_solved_is_looked_at_again(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a",
         .rooms = {{.type = "SGL", .nights = 5}, {.type = "DBL", .nights = 5}, {.type = "DBL", .nights = 5}});
    tell(f, .reference = "B", .by = "demo-a", .rooms = {{.type = "SGL", .nights = 2}});
    tell(f, .reference = "C", .by = "demo-a", .rooms = {{.type = "SGL", .night = 3, .nights = 2}});
    tell(f, .reference = "D", .by = "demo-a",
         .rooms = {{.type = "DBL", .nights = 2}, {.type = "SGL", .night = 4, .nights = 1}});
    int64_t before = f->env.now_us++;
    physical(f, "SGL", 0, 4, 2);
    assert_false(booking(f, "demo-a", "B")->oversold);
    assert_true(booking(f, "demo-a", "C")->oversold); /* its second night */
    assert_true(booking(f, "demo-a", "D")->oversold);
    assert_int_equal(booking(f, "demo-a", "D")->updated_us, before);
    physical(f, "SGL", 4, 5, 3);
    assert_false(booking(f, "demo-a", "C")->oversold);
    struct reservation_row *d = booking(f, "demo-a", "D");
    assert_true(d->oversold && d->stays[0].oversold && !d->stays[1].oversold);
}

/* --- room types that are new --- */

/* However many wait, in whatever status, and however their nights lie. */
static void a_new_room_type_is_held_for_all(void **state)
{
    struct apply_fixture *f = *state;
    static const char *const statuses[] = {"confirmed", "hold", "inquiry", "cancelled", "no_show"};
    for (int i = 0; i < 20; i++) {
        tell(f, .reference = arena_fmt(f->a, "R%d", i).p, .by = "demo-a", .status = statuses[i % 5],
             .type = i % 5 == 3 ? MESSAGE_CANCELLED : MESSAGE_CREATED,
             .rooms = {{.type = "Suite", .nights = 1 + i % 3}, {.type = "Attic", .nights = 1}});
    }
    const char *before = nights_of(f, "DBL", 0, 4);
    apply_fixture_room(f, &f->demo, "ATT", "Loft", 1);
    tell(f, .reference = "X", .by = "demo-a", .rooms = {{.type = "DBL", .night = 9, .nights = 1}});
    assert_string_equal(nights_of(f, "ATT", 0, 4), before);
    tell(f, .reference = "Y", .by = "demo-a", .rooms = {{.type = "DBL", .night = 9, .nights = 1}});
    assert_string_equal(nights_of(f, "ATT", 0, 4), before); /* once */
    for (int i = 0; i < 20; i++) {
        tell(f, .type = MESSAGE_CANCELLED, .reference = arena_fmt(f->a, "R%d", i).p, .by = "demo-a",
             .at_s = 1);
    }
    assert_string_equal(nights_of(f, "ATT", 0, 4), "0/0 0/0 0/0 0/0");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_hotel, close_hotel)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(more_units_solve_an_oversold_night),
        CASE(only_what_was_solved_is_looked_at_again),
        CASE(a_new_room_type_is_held_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
