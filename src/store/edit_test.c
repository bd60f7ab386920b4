#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/edit.h"

#define NONE FIELD_INT_NONE

static struct env_fixture f;

static bool all(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    struct edit_row *list, one;
    struct edit_cell *cells;
    struct edit_past *past;
    size_t count;
    int64_t id, undoes;
    struct edit_cell k = {5, 7, 100, 2, EDIT_PRICE, NONE, 12000};
    for (int64_t i = 10; i < 13; i++) {
        struct edit_row row = {.id = i,
                               .kind = EDIT_KIND_RATES,
                               .actor = S("anna@x"),
                               .made_us = 1000 * i,
                               .summary = TEXT("price", "prix"),
                               .cells = 1,
                               .undoes = i == 12 ? 11 : 0};
        assert_true(edit_insert(c, 1, &row, e) && edit_cell_insert(c, 1, i, &k, e));
        k.before = k.after;
        k.after += 1000;
    }
    assert_false(edit_find(c, &f.a, 1, 9, &one, e));
    assert_int_equal(e->code, ERR_NOT_FOUND);
    assert_false(edit_find(c, &f.a, 2, 10, &one, e)); /* another hotel */
    assert_true(edit_find(c, &f.a, 1, 12, &one, e));
    assert_true(one.undoes == 11 && one.undone_by == 0 && one.made_us == 12000 && one.cells == 1 &&
                one.kind == EDIT_KIND_RATES && str_eq(one.actor, S("anna@x")) &&
                str_eq(one.summary.fr, S("prix")));
    assert_true(edit_set_undone(c, 1, 11, 12, e) && edit_find(c, &f.a, 1, 11, &one, e) &&
                one.undone_by == 12);
    assert_true(edit_set_undone(c, 1, 11, 0, e) && edit_find(c, &f.a, 1, 11, &one, e) && one.undone_by == 0);
    assert_true(edit_list(c, &f.a, 1, 0, 2, &list, &count, e) && count == 2 && list[0].id == 12);
    assert_true(edit_list(c, &f.a, 1, 11, 2, &list, &count, e) && count == 1 && list[0].id == 10);
    assert_true(edit_list(c, &f.a, 2, 0, 2, &list, &count, e) && count == 0);

    struct edit_cell other = {5, 0, 100, 0, EDIT_PHYSICAL, 3, NONE};
    assert_true(edit_cell_insert(c, 1, 11, &other, e));
    assert_true(edit_cell_list(c, &f.a, 1, 11, &cells, &count, e) && count == 2);
    assert_true(cells[0].field == EDIT_PHYSICAL && cells[0].before == 3 && cells[0].after == NONE);
    assert_true(cells[1].rate_plan_id == 7 && cells[1].occupancy == 2 && cells[1].before == 12000 &&
                cells[1].after == 13000);
    assert_true(edit_night_list(c, &f.a, 1, 5, 100, 10, &past, &count, e) && count == 4);
    assert_true(past[0].edit.id == 12 && past[3].edit.id == 10 && past[3].cell.before == NONE);
    assert_true(edit_night_list(c, &f.a, 1, 5, 100, 1, &past, &count, e) && count == 1);
    assert_true(edit_night_list(c, &f.a, 1, 5, 101, 10, &past, &count, e) && count == 0);

    assert_true(edit_cell_last(c, 1, &k, INT64_MAX, &id, &undoes, e) && id == 12 && undoes == 11);
    assert_true(edit_cell_last(c, 1, &k, 12, &id, &undoes, e) && id == 11 && undoes == 0);
    assert_true(edit_cell_last(c, 1, &k, 10, &id, &undoes, e) && id == 0);
    k.occupancy = 1;
    assert_true(edit_cell_last(c, 1, &k, INT64_MAX, &id, &undoes, e) && id == 0);
    return true;
}

static void test_edits(void **state)
{
    (void)state;
    env_fixture_open(&f);
    bool ok = db_write(f.store.hotel, all, NULL, &f.e);
    env_fixture_close(&f);
    assert_true(ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_edits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
