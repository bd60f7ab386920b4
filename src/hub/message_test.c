#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "hub/env_fixture.h"
#include "hub/message.h"
#include "store/integration.h"

static struct env_fixture f;
static const struct establishment hotel = {.id = 7}, other = {.id = 8};

static bool append(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    struct inbox_message m[4], *list[4];
    for (int i = 0; i < 4; i++) {
        m[i] = (struct inbox_message){.establishment_id = i == 3 ? 8 : 7,
                                      .integration_id = i == 2 ? S("second") : S("first"),
                                      .received_us = 1000 + i,
                                      .request_id = S("r"),
                                      .client = S("192.0.2.1"),
                                      .method = S("POST"),
                                      .target = S("/x"),
                                      .headers = S("[]"),
                                      .body = S("{\0}"),
                                      .sha256 = S("12345678901234567890123456789012"),
                                      .verdict = i == 1 ? S("rejected") : S("signed"),
                                      .reason = {S("no"), S("non")}};
        list[i] = &m[i];
    }
    return inbox_append(c, list, 4, e);
}

static bool outcome(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    struct inbox_outcome o = {.seq = 1,
                              .integration_id = S("first"),
                              .outcome = S("failed"),
                              .pointer = S("/data"),
                              .applied_us = 5};
    return inbox_outcome_put(c, 7, &o, e);
}

static int setup(void **state)
{
    (void)state;
    env_fixture_open(&f);
    return db_write(f.store.inbox, append, NULL, &f.e) && db_write(f.store.hotel, outcome, NULL, &f.e) ? 0
                                                                                                       : -1;
}

static int teardown(void **state)
{
    (void)state;
    env_fixture_close(&f);
    return 0;
}

static bool add(struct db_conn *c, void *arg, struct err *e)
{
    struct establishment h = {
        .slug = S("a"), .name = S("A"), .timezone = S("Europe/Paris"), .currency = S("EUR")};
    struct integration *in = arg;
    bool ok = establishment_insert(c, &h, e);
    in->establishment_id = h.id;
    return ok && integration_insert(c, in, e);
}

static void test_list(void **state)
{
    (void)state;
    struct message *list;
    size_t count;
    struct inbox_filter filter = {
        .integration_id = S("first"), .since_us = INSTANT_NONE, .rejected = -1, .limit = 10};
    assert_true(message_list(&f.env, &f.a, &hotel, &filter, &list, &count, &f.e));
    assert_int_equal(count, 2);
    assert_true(list[0].raw.seq == 2 && !list[0].looked_at);
    assert_true(list[1].raw.seq == 1 && list[1].looked_at);
    assert_true(str_eq(list[1].outcome.outcome, S("failed")));
    filter.rejected = 1;
    assert_true(message_list(&f.env, &f.a, &hotel, &filter, &list, &count, &f.e));
    assert_int_equal(count, 1);
    filter.since_us = 5000; /* later than all of them: nothing is there, but the integration is */
    filter.integration_id = S("quiet");
    struct integration quiet = {.id = S("quiet"),
                                .establishment_slug = S("a"),
                                .type = S("webhook"),
                                .name = S("n"),
                                .configuration = S("{}"),
                                .last_sync = INSTANT_NONE,
                                .next_sync = INSTANT_NONE};
    assert_true(db_write(f.store.hotel, add, &quiet, &f.e));
    const struct establishment its = {.id = quiet.establishment_id};
    assert_true(message_list(&f.env, &f.a, &its, &filter, &list, &count, &f.e));
    assert_int_equal(count, 0);
    assert_false(message_list(&f.env, &f.a, &other, &filter, &list, &count, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    filter.integration_id = S("never");
    assert_false(message_list(&f.env, &f.a, &hotel, &filter, &list, &count, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
}

static void test_read(void **state)
{
    (void)state;
    struct message m;
    assert_true(message_read(&f.env, &f.a, &hotel, S("first"), 1, &m, &f.e));
    assert_true(str_eq(m.raw.body, S("{\0}")));
    assert_true(m.looked_at && str_eq(m.outcome.pointer, S("/data")));
    assert_true(message_read(&f.env, &f.a, &hotel, S("second"), 3, &m, &f.e));
    assert_false(m.looked_at);
    /* Neither through another integration nor through another hotel. */
    assert_false(message_read(&f.env, &f.a, &hotel, S("second"), 1, &m, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(message_read(&f.env, &f.a, &other, S("first"), 1, &m, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(message_read(&f.env, &f.a, &hotel, S("first"), 99, &m, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_read),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
