#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/import.h"

static struct env_fixture f;

/* A test runs in one transaction. */
static bool in_transaction(struct db_conn *c, void *arg, struct err *e)
{
    void (*test)(struct db_conn *) = *(void (**)(struct db_conn *))arg;
    (void)e;
    test(c);
    return true;
}

static void run(void (*test)(struct db_conn *))
{
    env_fixture_open(&f);
    bool ok = db_write(f.store.hotel, in_transaction, &test, &f.e);
    env_fixture_close(&f);
    assert_true(ok);
}

static struct import_row row(int64_t id, const char *status)
{
    return (struct import_row){.id = id,
                               .integration_id = S("csv"),
                               .name = S("réservations.csv"),
                               .size = 1234,
                               .content_hash = S("abc"),
                               .source = S("upload"),
                               .actor = S("o@x"),
                               .status = str_of(status),
                               .answers = S("{\"dates\":\"dmy\"}"),
                               .report = S("{}"),
                               .ordered_us = 100 + id,
                               .rows_done = 0,
                               .created_us = 1000 - id,
                               .updated_us = 1000};
}

static void check_find(struct db_conn *c)
{
    struct import_row r = row(5, "waiting"), bare = row(6, "asking"), got;
    bare.integration_id = bare.actor = (struct str){0};
    r.ordered_said = true;
    assert_true(import_insert(c, 1, &r, &f.e) && import_insert(c, 1, &bare, &f.e));
    assert_true(import_find(c, &f.a, 1, 5, &got, &f.e));
    assert_true(got.id == 5 && got.size == 1234 && got.ordered_us == 105 && got.ordered_said &&
                got.rows_done == 0);
    assert_true(got.created_us == 995 && got.updated_us == 1000 && str_eq(got.name, r.name));
    assert_true(str_eq(got.integration_id, S("csv")) && str_eq(got.content_hash, S("abc")));
    assert_true(str_eq(got.source, S("upload")) && str_eq(got.actor, S("o@x")));
    assert_true(str_eq(got.status, S("waiting")) && str_eq(got.answers, r.answers) &&
                str_eq(got.report, S("{}")));
    assert_true(import_find(c, &f.a, 1, 6, &got, &f.e));
    assert_false(str_given(got.integration_id) || str_given(got.actor) || got.ordered_said);
    assert_false(import_find(c, &f.a, 2, 5, &got, &f.e)); /* another hotel's */
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(import_find(c, &f.a, 1, 7, &got, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(import_insert(c, 1, &r, &f.e)); /* an id is there once */
    assert_true(import_insert(c, 2, &r, &f.e));
}

static void check_update(struct db_conn *c)
{
    struct import_row r = row(5, "waiting"), other = row(5, "waiting"), got;
    assert_true(import_insert(c, 1, &r, &f.e) && import_insert(c, 2, &other, &f.e));
    r.status = S("done");
    r.answers = S("{\"dates\":\"mdy\"}");
    r.report = S("{\"rows\":3}");
    r.rows_done = 3;
    r.updated_us = 2000;
    r.name = S("no.csv");
    r.ordered_us = 0;
    assert_true(import_update(c, 1, &r, &f.e));
    assert_true(import_find(c, &f.a, 1, 5, &got, &f.e));
    assert_true(str_eq(got.status, S("done")) && str_eq(got.answers, r.answers) &&
                str_eq(got.report, r.report));
    assert_true(got.rows_done == 3 && got.updated_us == 2000);
    assert_true(str_eq(got.name, S("réservations.csv")) &&
                got.ordered_us == 105); /* what it is does not change */
    assert_true(import_find(c, &f.a, 2, 5, &got, &f.e));
    assert_true(str_eq(got.status, S("waiting")) && got.updated_us == 1000);
}

static void check_list(struct db_conn *c)
{
    struct import_row *list;
    size_t count;
    assert_true(import_list(c, &f.a, 1, 0, 10, &list, &count, &f.e) && count == 0);
    for (int64_t id = 1; id <= 5; id++) {
        struct import_row r = row(id, "done");
        assert_true(import_insert(c, id == 4 ? 2 : 1, &r, &f.e));
    }
    assert_true(import_list(c, &f.a, 1, 0, 3, &list, &count, &f.e));
    assert_true(count == 3 && list[0].id == 5 && list[1].id == 3 && list[2].id == 2);
    assert_true(import_list(c, &f.a, 1, 2, 3, &list, &count, &f.e));
    assert_true(count == 1 && list[0].id == 1);
    assert_true(import_list(c, &f.a, 1, 1, 3, &list, &count, &f.e) && count == 0);
}

static bool same_as(struct db_conn *c, int64_t hotel, int64_t told, bool said, int64_t ordered, bool known)
{
    struct import_row r = row(9, "waiting");
    r.ordered_us = told;
    r.ordered_said = said;
    assert_true(import_same_file(c, hotel, &r, &f.e));
    return r.ordered_us == ordered && r.ordered_said == known;
}

static void check_same_file(struct db_conn *c)
{
    struct import_row r = row(1, "failed");
    assert_true(import_insert(c, 1, &r, &f.e));
    assert_true(same_as(c, 1, 142, true, 142, true)); /* what failed has said nothing */
    for (int64_t id = 2; id <= 3; id++) {
        r = row(id, "done");
        assert_true(import_insert(c, 1, &r, &f.e));
    }
    /* The first time counts, and how well that one was known. */
    assert_true(same_as(c, 1, 142, false, 102, false) && same_as(c, 1, 142, true, 102, false));
    assert_true(same_as(c, 1, 101, true, 101, true) && same_as(c, 1, 102, true, 102, true));
    r = row(4, "done");
    r.ordered_us = 90;
    r.ordered_said = true;
    assert_true(import_insert(c, 1, &r, &f.e));
    assert_true(same_as(c, 1, 142, false, 90, true) && same_as(c, 2, 142, false, 142, false));
    r = row(9, "waiting");
    r.content_hash = S("abd");
    assert_true(import_same_file(c, 1, &r, &f.e) && r.ordered_us == 109 && !r.ordered_said);
}

static void check_interrupted(struct db_conn *c)
{
    static const char *const statuses[] = {"waiting", "asking", "running", "done", "failed", "running"};
    struct import_key *list;
    size_t count;
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        struct import_row r = row((int64_t)i + 1, statuses[i]);
        assert_true(import_insert(c, i == 5 ? 2 : 1, &r, &f.e));
    }
    assert_true(import_interrupted(c, &f.a, 10, &list, &count, &f.e));
    assert_int_equal(count, 3);
    assert_true(list[0].establishment_id == 2 && list[0].id == 6); /* created first */
    assert_true(list[1].establishment_id == 1 && list[1].id == 3 && list[2].id == 1);
    assert_true(import_interrupted(c, &f.a, 2, &list, &count, &f.e) && count == 2);
}

#define CHECKED(name)                                                                                        \
    static void test_##name(void **state)                                                                    \
    {                                                                                                        \
        (void)state;                                                                                         \
        run(check_##name);                                                                                   \
    }
CHECKED(find)
CHECKED(update)
CHECKED(list)
CHECKED(same_file)
CHECKED(interrupted)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),      cmocka_unit_test(test_update),      cmocka_unit_test(test_list),
        cmocka_unit_test(test_same_file), cmocka_unit_test(test_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
