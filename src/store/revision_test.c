#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/reservation.h"

static struct env_fixture f;

/* What was said already: any of it, or only the last that was applied. */
static void check_known(struct db_conn *c, struct revision_row last)
{
    last.number = 3;
    last.body_hash = 77;
    assert_true(revision_insert(c, 1, 10, &last, &f.e));
    static const struct {
        int64_t hotel, reservation, hash;
        bool any, latest;
    } cases[] = {
        {1, 10, INT64_MIN, true, false}, {1, 10, -1, true, false},       {1, 10, 77, true, true},
        {1, 10, 78, false, false},       {1, 11, INT64_MIN, true, true}, {1, 11, 77, false, false},
        {2, 10, 77, false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bool known;
        assert_true(
            revision_known(c, cases[i].hotel, cases[i].reservation, cases[i].hash, false, &known, &f.e));
        assert_int_equal(known, cases[i].any);
        assert_true(
            revision_known(c, cases[i].hotel, cases[i].reservation, cases[i].hash, true, &known, &f.e));
        assert_int_equal(known, cases[i].latest);
    }
}

static bool work(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    struct revision_row *list;
    size_t count;
    struct revision_row full = {.number = 1,
                                .integration_id = S("int"),
                                .actor = S("zoe@example.org"),
                                .inbox_seq = 5,
                                .import_id = 6,
                                .line = 7,
                                .type = MESSAGE_MODIFIED,
                                .revision = S("3"),
                                .ordered_us = 8,
                                .dated = true,
                                .received_us = 9,
                                .body_hash = INT64_MIN,
                                .outcome = REVISION_APPLIED,
                                .message = S("{}")};
    struct revision_row bare = {
        .number = 2, .body_hash = -1, .outcome = REVISION_STALE, .message = S("{\"a\":1}")};
    assert_true(revision_insert(c, 1, 10, &bare, &f.e)); /* not in order */
    assert_true(revision_insert(c, 1, 10, &full, &f.e));
    assert_false(revision_insert(c, 1, 10, &full, &f.e)); /* a number is used once */
    assert_true(revision_insert(c, 1, 11, &full, &f.e));
    assert_true(revision_list(c, &f.a, 1, 10, &list, &count, &f.e));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].number, 1);
    assert_string_equal(list[0].integration_id.p, "int");
    assert_string_equal(list[0].actor.p, "zoe@example.org");
    assert_true(list[0].inbox_seq == 5 && list[0].import_id == 6 && list[0].line == 7);
    assert_int_equal(list[0].type, MESSAGE_MODIFIED);
    assert_string_equal(list[0].revision.p, "3");
    assert_true(list[0].ordered_us == 8 && list[0].dated && list[0].received_us == 9);
    assert_true(list[0].body_hash == INT64_MIN);
    assert_string_equal(list[0].message.p, "{}");
    assert_false(str_given(list[1].integration_id) || str_given(list[1].actor) ||
                 str_given(list[1].revision));
    assert_true(list[1].inbox_seq == 0 && list[1].import_id == 0 && list[1].line == 0 && !list[1].dated);
    assert_int_equal(list[1].outcome, REVISION_STALE);
    assert_true(revision_list(c, &f.a, 2, 10, &list, &count, &f.e));
    assert_int_equal(count, 0);
    check_known(c, full);
    return true;
}

static void history(void **state)
{
    (void)state;
    env_fixture_open(&f);
    bool ok = db_write(f.store.hotel, work, NULL, &f.e);
    env_fixture_close(&f);
    assert_true(ok);
    assert_string_equal(revision_outcomes[REVISION_APPLIED], "applied");
    assert_string_equal(revision_outcomes[REVISION_SAME], "same");
    assert_null(revision_outcomes[REVISION_SAME + 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(history)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
