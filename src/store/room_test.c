#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/establishment.h"
#include "store/room.h"

static struct env_fixture f;

/* A test runs in one transaction. */
static bool in_transaction(struct db_conn *c, void *arg, struct err *e)
{
    void (*test)(struct db_conn *) = *(void (**)(struct db_conn *))arg;
    struct establishment h = {.slug = S("a"), .name = S("A"), .timezone = S("UTC"), .currency = S("EUR")},
                         h2 = h;
    h2.slug = S("b");
    bool ok = establishment_insert(c, &h, e) && establishment_insert(c, &h2, e);
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

static void check_types(struct db_conn *c)
{
    struct room_type *list;
    size_t count;
    struct room_type sgl = {.id = 5,
                            .code = S("SGL"),
                            .name = S("Single"),
                            .units = 2,
                            .code_key = S("sgl"),
                            .name_key = S("single")};
    struct room_type dbl = {.id = 6,
                            .code = S("DBL"),
                            .name = S("Double"),
                            .units = 3,
                            .code_key = S("dbl"),
                            .name_key = S("double")};
    assert_true(room_type_list(c, &f.a, 1, &list, &count, &f.e));
    assert_int_equal(count, 0);
    assert_true(room_type_insert(c, 1, &sgl, 9, &f.e));
    assert_true(room_type_insert(c, 1, &dbl, 9, &f.e));
    struct room_type again = dbl;
    again.id = 7;
    again.code = S("dbl");
    assert_false(room_type_insert(c, 1, &again, 9, &f.e));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_string_equal(f.e.pointer, "/code");
    assert_true(room_type_insert(c, 2, &again, 9, &f.e)); /* another hotel's */
    dbl.name = S("Double, sea");
    dbl.name_key = S("double, sea");
    dbl.units = 0;
    assert_true(room_type_update(c, 1, &dbl, &f.e));
    assert_true(room_type_list(c, &f.a, 1, &list, &count, &f.e));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].code.p, "DBL"); /* by code */
    assert_string_equal(list[0].name.p, "Double, sea");
    assert_string_equal(list[0].name_key.p, "double, sea");
    assert_int_equal(list[0].units, 0);
    assert_int_equal(list[1].id, 5);
    assert_string_equal(list[1].code_key.p, "sgl");
    /* Nothing is held of a new one yet. */
    assert_false(list[0].holds_unmapped);
    assert_true(room_type_welcome(c, 1, &f.e));
    assert_true(room_type_list(c, &f.a, 1, &list, &count, &f.e));
    assert_true(list[0].holds_unmapped && list[1].holds_unmapped);
    assert_true(room_type_list(c, &f.a, 2, &list, &count, &f.e));
    assert_int_equal(count, 1);
    assert_false(list[0].holds_unmapped);
    assert_int_equal(list[0].units, 3);
}

static void check_mappings(struct db_conn *c)
{
    struct room_mapping seen = {S("int"), S("Suite "), S("suite"), 0, 5};
    struct room_mapping *list;
    size_t count;
    int64_t id = 77;
    assert_true(room_mapping_find(c, 1, S("int"), S("suite"), &id, &f.e));
    assert_int_equal(id, 0);
    assert_true(room_mapping_note(c, 1, &seen, &f.e));
    assert_true(room_mapping_find(c, 1, S("int"), S("suite"), &id, &f.e));
    assert_int_equal(id, 0); /* seen is not mapped */
    struct room_mapping set = {S("int"), S("SUITE"), S("suite"), 3, 6};
    assert_true(room_mapping_set(c, 1, &set, &f.e));
    seen.seen_us = 99;
    assert_true(room_mapping_note(c, 1, &seen, &f.e)); /* does not forget it */
    assert_true(room_mapping_find(c, 1, S("int"), S("suite"), &id, &f.e));
    assert_int_equal(id, 3);
    assert_true(room_mapping_find(c, 1, S("other"), S("suite"), &id, &f.e));
    assert_int_equal(id, 0);
    assert_true(room_mapping_find(c, 2, S("int"), S("suite"), &id, &f.e));
    assert_int_equal(id, 0);
    struct room_mapping nobody = {S(""), S("Attic"), S("attic"), 4, 7};
    assert_true(
        room_mapping_set(c, 1, &nobody, &f.e)); /* without an integration, and without a note before */
    assert_true(room_mapping_list(c, &f.a, 1, &list, &count, &f.e));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].remote.p, "Attic");
    assert_string_equal(list[1].remote.p, "Suite ");
    assert_int_equal(list[1].room_type_id, 3);
    assert_int_equal(list[1].seen_us, 5);
    set.room_type_id = 0; /* taken back */
    assert_true(room_mapping_set(c, 1, &set, &f.e));
    assert_true(room_mapping_find(c, 1, S("int"), S("suite"), &id, &f.e));
    assert_int_equal(id, 0);
}

struct nights {
    struct buf b;
};

static void note(void *ctx, int32_t night, const struct stock_day *d)
{
    struct nights *n = ctx;
    buf_fmt(&n->b, "%d:%d/%d/%d/%d/%d/%d ", night, d->physical == FIELD_INT_NONE ? -1 : (int)d->physical,
            (int)d->out_of_order, (int)d->sold, (int)d->held, (int)d->overbooking_limit, (int)d->version);
}

static const char *nights_of(struct db_conn *c, int64_t hotel, int64_t room, int32_t from, int32_t to)
{
    struct nights n = {buf_in(&f.a)};
    assert_true(stock_read(c, hotel, room, from, to, note, &n, &f.e));
    return buf_str(&n.b).p;
}

static void check_stock(struct db_conn *c)
{
    struct stock_day d = {
        .physical = 3, .out_of_order = 1, .sold = 2, .held = 1, .overbooking_limit = 4, .version = 9};
    assert_true(stock_write(c, 1, 5, 101, &d, &f.e));
    d.physical = FIELD_INT_NONE;
    d.version = 1;
    assert_true(stock_write(c, 1, 5, 100, &d, &f.e));
    assert_true(stock_write(c, 1, 6, 100, &d, &f.e));
    assert_true(stock_write(c, 2, 5, 100, &d, &f.e));
    assert_true(stock_write(c, 1, 5, -3, &d, &f.e)); /* before 1970 */
    assert_string_equal(nights_of(c, 1, 5, 100, 102), "100:-1/1/2/1/4/1 101:3/1/2/1/4/9 ");
    assert_string_equal(nights_of(c, 1, 5, 100, 101), "100:-1/1/2/1/4/1 "); /* half-open */
    assert_string_equal(nights_of(c, 1, 5, 102, 200), "");
    assert_string_equal(nights_of(c, 1, 5, -10, 0), "-3:-1/1/2/1/4/1 ");
    d = (struct stock_day){.physical = 0, .version = 2};
    assert_true(stock_write(c, 1, 5, 100, &d, &f.e));
    assert_string_equal(nights_of(c, 1, 5, 100, 101), "100:0/0/0/0/0/2 ");
}

static void room_types(void **state)
{
    (void)state;
    run(check_types);
}

static void mappings(void **state)
{
    (void)state;
    run(check_mappings);
}

static void stock(void **state)
{
    (void)state;
    run(check_stock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(room_types), cmocka_unit_test(mappings),
                                       cmocka_unit_test(stock)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
