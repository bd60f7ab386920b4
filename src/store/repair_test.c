#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/repair.h"

static struct env_fixture f;

static bool in_transaction(struct db_conn *c, void *arg, struct err *e)
{
    struct repair suite = {1, 5, S("int"), S("suite"), 0}, nobody = {1, 6, S(""), S("suite"), 0},
                  whoever = {1, 7, {0}, S("suite"), 0}, other = {2, 1, S("int"), S("suite"), 0}, r;
    int64_t *hotels;
    size_t count;
    bool found = true, stands;
    (void)arg;
    assert_true(repair_first(c, &f.a, 1, &r, &found, e));
    assert_false(found);
    assert_true(repair_hotels(c, &f.a, 9, &hotels, &count, e));
    assert_int_equal(count, 0);
    assert_true(repair_insert(c, &nobody, e) && repair_insert(c, &whoever, e) &&
                repair_insert(c, &suite, e) && repair_insert(c, &other, e));
    assert_true(repair_hotels(c, &f.a, 9, &hotels, &count, e));
    assert_int_equal(count, 2);
    assert_int_equal(hotels[1], 2);
    assert_true(repair_hotels(c, &f.a, 1, &hotels, &count, e));
    assert_int_equal(count, 1);
    assert_true(repair_first(c, &f.a, 1, &r, &found, e) && found);
    assert_int_equal(r.id, 5);
    assert_string_equal(r.integration_id.p, "int");
    assert_string_equal(r.room_key.p, "suite");
    assert_true(repair_advance(c, &r, 44, e));
    assert_true(repair_stands(c, &r, &stands, e));
    assert_false(stands); /* it went on */
    r.after_id = 44;
    assert_true(repair_stands(c, &r, &stands, e));
    assert_true(stands);
    /* The same name again begins anew, behind the others. */
    suite.id = 8;
    assert_true(repair_insert(c, &suite, e));
    assert_true(repair_stands(c, &r, &stands, e));
    assert_false(stands);
    assert_true(repair_first(c, &f.a, 1, &r, &found, e) && found);
    assert_int_equal(r.id, 6);
    assert_true(str_given(r.integration_id));
    assert_int_equal(r.integration_id.n, 0);
    assert_true(repair_delete(c, &r, e));
    assert_true(repair_first(c, &f.a, 1, &r, &found, e) && found);
    assert_int_equal(r.id, 7);
    assert_false(str_given(r.integration_id));
    whoever.id = 9;
    assert_true(repair_insert(c, &whoever, e));
    assert_true(repair_first(c, &f.a, 1, &r, &found, e) && found);
    assert_int_equal(r.id, 8);
    assert_int_equal(r.after_id, 0);
    return true;
}

static void repairs(void **state)
{
    (void)state;
    env_fixture_open(&f);
    bool ok = db_write(f.store.hotel, in_transaction, NULL, &f.e);
    env_fixture_close(&f);
    assert_true(ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(repairs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
