#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/establishment.h"
#include "store/rate.h"
#include "store/room.h"

#define NONE FIELD_INT_NONE

static struct env_fixture f;

/* A test runs in one transaction. */
static bool in_transaction(struct db_conn *c, void *arg, struct err *e)
{
    void (*test)(struct db_conn *) = *(void (**)(struct db_conn *))arg;
    struct establishment h = {.slug = S("a"), .name = S("A"), .timezone = S("UTC"), .currency = S("EUR")};
    struct room_type r = {.id = 5, .code = S("D"), .code_key = S("d"), .name = S("D"), .name_key = S("d")};
    bool ok = establishment_insert(c, &h, e) && room_type_insert(c, 1, &r, 1, e);
    if (ok) {
        test(c);
    }
    return ok;
}

static void run(void (*test)(struct db_conn *))
{
    env_fixture_open(&f);
    bool ok = db_write(f.store.hotel, in_transaction, &test, &f.e);
    env_fixture_close(&f);
    assert_true(ok);
}

static struct rate_plan plan(int64_t id, const char *code)
{
    return (struct rate_plan){.id = id,
                              .code = str_of(code),
                              .code_key = str_of(code),
                              .name = S("Name"),
                              .base_occupancy = 2,
                              .percent_ppm = NONE,
                              .amount_minor = NONE,
                              .fee_ppm = NONE,
                              .cancellation = {.before = NONE, .unit = -1, .fee_nights = NONE},
                              .currency = S("EUR"),
                              .active = 1,
                              .version = 1};
}

static void check_plans(struct db_conn *c)
{
    struct rate_plan *list;
    size_t count;
    struct rate_plan bar = plan(7, "bar"), nr = plan(8, "aaa");
    nr.parent_id = 7;
    nr.percent_ppm = -100000;
    nr.pricing = RATE_PER_PERSON;
    nr.meal_plan = RATE_HALF_BOARD;
    nr.fee_ppm = RATE_PPM;
    nr.cancellation.text = S("Jamais.");
    nr.cancellation.before = 2;
    nr.cancellation.unit = RATE_DAYS;
    nr.taxes_included = 1;
    assert_true(rate_plan_insert(c, 1, &bar, 9, &f.e) && rate_plan_insert(c, 1, &nr, 9, &f.e));
    struct rate_plan again = plan(9, "bar");
    assert_false(rate_plan_insert(c, 1, &again, 9, &f.e));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_string_equal(f.e.pointer, "/code");
    assert_true(rate_plan_list(c, &f.a, 1, &list, &count, &f.e));
    assert_true(count == 2 && list[0].id == 8 && list[1].id == 7); /* by code */
    assert_true(list[0].parent_id == 7 && list[0].percent_ppm == -100000 && list[0].pricing == 1 &&
                list[0].meal_plan == RATE_HALF_BOARD && list[0].taxes_included == 1);
    assert_true(str_eq(list[0].derived.parent, S("bar")) && list[0].derived.percent.digits == -10);
    assert_true(list[0].cancellation.before == 2 && list[0].cancellation.unit == RATE_DAYS &&
                list[0].cancellation.fee_percent.digits == 100 && list[0].cancellation.fee_nights == NONE);
    assert_true(str_eq(list[0].cancellation.text, S("Jamais.")));
    assert_true(list[1].percent_ppm == NONE && list[1].cancellation.unit == -1 && list[1].active == 1 &&
                !str_given(list[1].cancellation.text) && list[1].version == 1);
    bar.name = S("Best");
    bar.active = 0;
    bar.version = 33;
    assert_true(rate_plan_update(c, 1, &bar, &f.e) && rate_plan_list(c, &f.a, 1, &list, &count, &f.e));
    assert_true(str_eq(list[1].name, S("Best")) && list[1].active == 0 && list[1].version == 33);

    bool prices, anything;
    assert_true(rate_plan_used(c, 1, 8, &prices, &anything, &f.e) && !prices && !anything);
    assert_true(rate_plan_used(c, 1, 7, &prices, &anything, &f.e) && !prices && anything); /* has a child */
    struct edit_cell rule = {.room_type_id = 5, .rate_plan_id = 8, .night = 1, .field = EDIT_MAX_STAY};
    assert_true(rate_cell_write(c, 1, &rule, 3, 1, &f.e));
    assert_true(rate_plan_used(c, 1, 8, &prices, &anything, &f.e) && !prices && anything);
    struct edit_cell price = {.room_type_id = 5, .rate_plan_id = 8, .night = 1, .field = EDIT_PRICE};
    assert_true(rate_cell_write(c, 1, &price, 3, 1, &f.e));
    assert_true(rate_plan_used(c, 1, 8, &prices, &anything, &f.e) && prices && anything);
    assert_true(rate_plan_delete(c, 1, 8, &f.e) && rate_plan_list(c, &f.a, 1, &list, &count, &f.e));
    assert_int_equal(count, 1);
}

static void check_cells(struct db_conn *c)
{
    struct edit_cell k = {.room_type_id = 5, .rate_plan_id = 7, .night = 100, .field = EDIT_PRICE};
    int64_t v = 5;
    assert_true(rate_cell_read(c, 1, &k, &v, &f.e) && v == NONE);
    assert_true(rate_cell_write(c, 1, &k, 0, 40, &f.e) && rate_cell_read(c, 1, &k, &v, &f.e) && v == 0);
    assert_true(rate_cell_write(c, 1, &k, 12000, 41, &f.e));
    k.occupancy = 2;
    assert_true(rate_cell_write(c, 1, &k, 9900, 42, &f.e));
    k.night = 101;
    assert_true(rate_cell_write(c, 1, &k, NONE, 43, &f.e));
    struct rate_days days = {0};
    assert_true(rate_day_read(c, &f.a, 1, 5, 7, 100, 102, &days, &f.e));
    assert_int_equal(days.count, 3);
    assert_true(days.list[0].minor == 12000 && days.list[0].version == 41 && days.list[0].occupancy == 0);
    assert_true(days.list[1].minor == 9900 && days.list[1].occupancy == 2);
    assert_true(days.list[2].minor == NONE && days.list[2].night == 101 && days.list[2].version == 43);
    assert_true(rate_day_read(c, &f.a, 1, 5, 7, 100, 101, &days, &f.e) && days.count == 5); /* half-open */
    assert_true(rate_day_read(c, &f.a, 2, 5, 7, 100, 102, &days, &f.e) && days.count == 5); /* other hotel */

    /* Each restriction lands in its own column. */
    k = (struct edit_cell){.room_type_id = 5, .rate_plan_id = 0, .night = 100};
    for (int field = EDIT_RESTRICTION_FIRST; field < EDIT_FIELDS; field++) {
        k.field = field;
        assert_true(rate_cell_write(c, 1, &k, field == EDIT_MAX_STAY ? NONE : field, 40 + field, &f.e));
    }
    struct restriction_list rules = {0};
    assert_true(restriction_day_read(c, &f.a, 1, 5, 0, 100, 101, &rules, &f.e));
    assert_true(rules.count == 1 && rules.list[0].version == 40 + EDIT_FIELDS - 1);
    for (int field = EDIT_RESTRICTION_FIRST; field < EDIT_FIELDS; field++) {
        int64_t want = field == EDIT_MAX_STAY ? NONE : field;
        k.field = field;
        assert_int_equal(rules.list[0].values[field - EDIT_RESTRICTION_FIRST], want);
        assert_true(rate_cell_read(c, 1, &k, &v, &f.e) && v == want);
    }
    k.field = EDIT_PHYSICAL;
    assert_false(rate_cell_read(c, 1, &k, &v, &f.e));
    assert_false(rate_cell_write(c, 1, &k, 1, 1, &f.e));
    /* Many rows. */
    k.field = EDIT_PRICE;
    for (int32_t night = 1000; night < 1200; night++) {
        k.night = night;
        assert_true(rate_cell_write(c, 1, &k, night, night, &f.e));
    }
    days = (struct rate_days){0};
    assert_true(rate_day_read(c, &f.a, 1, 5, 0, 0, INT32_MAX, &days, &f.e) && days.count == 200);
    assert_true(days.list[0].minor == 1000 && days.list[199].minor == 1199);
}

static void plans(void **state)
{
    (void)state;
    run(check_plans);
}

static void cells(void **state)
{
    (void)state;
    run(check_cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plans), cmocka_unit_test(cells)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
