#include "hub/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"

struct seen {
    struct verify_night list[16];
    char codes[16][8];
    size_t count;
    struct verify_count sum;
};

static void see(void *ctx, const struct verify_night *n)
{
    struct seen *s = ctx;
    assert_true(s->count < ARRAY_LEN(s->list));
    snprintf(s->codes[s->count], sizeof(s->codes[0]), "%.*s", STR_ARG(n->room_type));
    s->list[s->count++] = *n;
}

static struct seen look(struct apply_fixture *f)
{
    struct seen s = {.count = 0};
    assert_true(verify_stock(&f->env.env, f->at, see, &s, &s.sum, &f->e));
    assert_int_equal(s.sum.differences, s.count);
    return s;
}

/* The stock of a night as somebody with another program might leave it. */
struct falsified {
    const struct establishment *hotel;
    int64_t room_type_id;
    int32_t night;
    struct stock_day day;
};

static bool falsify_work(struct db_conn *c, void *arg, struct err *e)
{
    const struct falsified *x = arg;
    return stock_write(c, x->hotel->id, x->room_type_id, x->night, &x->day, e);
}

static void falsify(struct apply_fixture *f, const char *room, int night, int64_t sold, int64_t held)
{
    struct falsified x = {f->at,
                          room_named(f, room)->id,
                          FIXTURE_DAY + night,
                          {.physical = FIELD_INT_NONE, .sold = sold, .held = held, .version = 9}};
    assert_true(db_write(f->env.store.hotel, falsify_work, &x, &f->e));
}

static void fill(struct apply_fixture *f)
{
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{"DBL", .night = 0, .nights = 3}});
    tell(f, .reference = "B", .by = "demo-a", .status = "hold", .rooms = {{"DBL", .night = 2, .nights = 2}});
    tell(f, .reference = "C", .by = "demo-b", .rooms = {{"Loft", .night = 1, .nights = 2}});
    tell(f, .reference = "D", .by = "demo-b", .status = "no_show",
         .rooms = {{"SGL", .night = 8, .nights = 3}});
    tell(f, .reference = "E", .by = "demo-b",
         .rooms = {{"SGL", "1", .night = 9, .nights = 2},
                   {"DBL", "2", .night = 9, .nights = 2, .status = "cancelled"}});
    tell(f, .reference = "A", .by = "demo-a", .type = MESSAGE_CANCELLED);
}

static void test_what_the_program_keeps_is_right(void **state)
{
    struct apply_fixture f;
    (void)state;
    apply_fixture_open(&f);
    assert_int_equal(look(&f).sum.looked_at, 0);
    fill(&f);
    assert_int_equal(look(&f).count, 0);
    assert_true(look(&f).sum.looked_at >= 9);
    apply_fixture_room(&f, &f.demo, "NEW", "New", 1); /* no batch has seen it: it holds nothing yet */
    assert_int_equal(look(&f).count, 0);
    tell(&f, .reference = "F", .by = "demo-a", .rooms = {{"SGL", .night = 20, .nights = 1}});
    assert_int_equal(look(&f).count, 0);
    assert_int_equal(remap(&f, "demo-b", "Loft", "NEW"), 1);
    assert_int_equal(look(&f).count, 0);
    apply_fixture_close(&f);
}

static void test_every_night_that_differs_is_named(void **state)
{
    struct apply_fixture f;
    (void)state;
    apply_fixture_open(&f);
    fill(&f);
    falsify(&f, "DBL", 2, 1, 2);  /* B and C hold it; nothing is sold */
    falsify(&f, "DBL", 40, 0, 1); /* nobody is there */
    falsify(&f, "SGL", 8, 0, 0);  /* D */
    struct seen s = look(&f);
    assert_int_equal(s.count, 3);
    assert_string_equal(s.codes[0], "DBL");
    assert_int_equal(s.list[0].night, FIXTURE_DAY + 2);
    assert_true(s.list[0].stored && s.list[0].sold == 1 && s.list[0].held == 2);
    assert_true(s.list[0].sold_due == 0 && s.list[0].held_due == 2);
    assert_int_equal(s.list[1].night, FIXTURE_DAY + 40);
    assert_true(s.list[1].held == 1 && s.list[1].held_due == 0);
    assert_string_equal(s.codes[2], "SGL");
    assert_true(s.list[2].sold == 0 && s.list[2].sold_due == 1);
    f.at = &f.other; /* another hotel is none of its business */
    assert_int_equal(look(&f).count, 0);
    apply_fixture_close(&f);
}

/* A stay without any stock, as if the rows had been lost. */
struct lost {
    const struct establishment *hotel;
    int64_t room_type_id;
};

static bool stay_only(struct db_conn *c, void *arg, struct err *e)
{
    const struct lost *x = arg;
    struct stay_row stay = {
        .room_type_id = x->room_type_id, .arrival = FIXTURE_DAY + 5, .departure = FIXTURE_DAY + 7};
    struct reservation_row r = {.id = 900,
                                .guest_id = 901,
                                .channel = S("direct"),
                                .reference = S("LOST"),
                                .status = RESERVATION_CONFIRMED,
                                .currency = S("EUR"),
                                .arrival = stay.arrival,
                                .departure = stay.departure,
                                .stays = &stay,
                                .stay_count = 1};
    return reservation_save(c, x->hotel->id, &r, true, false, e);
}

static void test_nights_without_a_row_are_missed(void **state)
{
    struct apply_fixture f;
    (void)state;
    apply_fixture_open(&f);
    struct lost x = {f.at, room_named(&f, "DBL")->id};
    assert_true(db_write(f.env.store.hotel, stay_only, &x, &f.e));
    struct seen s = look(&f);
    assert_int_equal(s.count, 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(s.list[i].night, FIXTURE_DAY + 5 + i);
        assert_true(!s.list[i].stored && s.list[i].sold == 0 && s.list[i].sold_due == 1);
    }
    apply_fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_program_keeps_is_right),
        cmocka_unit_test(test_every_night_that_differs_is_named),
        cmocka_unit_test(test_nights_without_a_row_are_missed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
