#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/establishment.h"
#include "store/inbox.h"
#include "store/integration.h"

static struct env_fixture f;

static int setup(void **state)
{
    (void)state;
    env_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    env_fixture_close(&f);
    return 0;
}

static struct inbox_message message(int64_t hotel, const char *integration, const char *verdict)
{
    struct inbox_message m = {
        .establishment_id = hotel,
        .integration_id = str_of(integration),
        .received_us = f.now_us,
        .request_id = S("r1"),
        .client = S("192.0.2.1"),
        .method = S("POST"),
        .target = S("/x?y"),
        .headers = S("[[\"A\",\"b\"]]"),
        .body = S("{\0\xff}"),
        .size = 9,
        .sha256 = S("0123456789012345678901234567890\0"),
        .message_key = S("msg_1"),
        .masked = true,
        .verdict = str_of(verdict),
    };
    if (str_eq(m.verdict, S("rejected"))) {
        m.reason = TEXT("too old", "trop ancien");
    }
    return m;
}

struct append {
    struct inbox_message *list[8];
    size_t count;
};

static bool append_work(struct db_conn *c, void *arg, struct err *e)
{
    struct append *p = arg;
    return inbox_append(c, p->list, p->count, e);
}

static int64_t put(int64_t hotel, const char *integration, const char *verdict)
{
    struct inbox_message m = message(hotel, integration, verdict);
    struct append p = {{&m}, 1};
    assert_true(db_write(f.store.inbox, append_work, &p, &f.e));
    return m.seq;
}

static void test_append(void **state)
{
    (void)state;
    struct inbox_message m[3] = {message(7, "a", "signed"), message(8, "b", "rejected"),
                                 message(7, "a", "open")};
    m[2].body = m[2].request_id = S("");
    m[2].message_key = (struct str){0};
    m[2].masked = false;
    struct append p = {{&m[0], &m[1], &m[2]}, 3};
    assert_true(db_write(f.store.inbox, append_work, &p, &f.e));
    assert_true(m[0].seq == 1 && m[1].seq == 2 && m[2].seq == 3);
    assert_int_equal(put(7, "a", "signed"), 4);

    struct inbox_message got;
    DB_READ_SCOPE *c = db_read(f.store.inbox, &f.e);
    assert_true(inbox_get(c, &f.a, 7, 1, &got, &f.e));
    assert_true(got.seq == 1 && got.establishment_id == 7 && got.received_us == f.now_us && got.size == 9);
    assert_true(str_eq(got.integration_id, S("a")) && str_eq(got.body, S("{\0\xff}")) && got.masked);
    assert_true(str_eq(got.headers, S("[[\"A\",\"b\"]]")) && str_eq(got.target, S("/x?y")));
    assert_true(str_eq(got.request_id, S("r1")) && str_eq(got.client, S("192.0.2.1")));
    assert_true(str_eq(got.method, S("POST")) && str_eq(got.message_key, S("msg_1")));
    assert_true(str_eq(got.sha256, m[0].sha256) && str_eq(got.verdict, S("signed")));
    assert_false(str_given(got.reason.en) || str_given(got.reason.fr));
    assert_true(inbox_get(c, &f.a, 8, 2, &got, &f.e));
    assert_true(str_eq(got.reason.en, S("too old")) && str_eq(got.reason.fr, S("trop ancien")));
    assert_true(inbox_get(c, &f.a, 7, 3, &got, &f.e));
    assert_true(str_given(got.body) && got.body.n == 0 && !str_given(got.message_key) && !got.masked);

    assert_false(inbox_get(c, &f.a, 8, 1, &got, &f.e)); /* another hotel's */
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(inbox_get(c, &f.a, 7, 99, &got, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
}

/* A batch is stored whole or not at all, and what it took of the numbers comes back with it. */
static void test_append_fails(void **state)
{
    (void)state;
    struct inbox_message m[2] = {message(7, "a", "signed"), message(7, "a", "signed")};
    m[1].headers = (struct str){0};
    struct append p = {{&m[0], &m[1]}, 2};
    assert_false(db_write(f.store.inbox, append_work, &p, &f.e));
    assert_int_equal(f.e.code, ERR_INTERNAL);
    assert_int_equal(put(7, "a", "signed"), 1);
}

static bool forget_work(struct db_conn *c, void *arg, struct err *e)
{
    return inbox_forget_rejected(c, *(int64_t *)arg, e);
}

static void forget(int64_t before_us)
{
    assert_true(db_write(f.store.inbox, forget_work, &before_us, &f.e));
}

static void test_after(void **state)
{
    (void)state;
    struct inbox_message *list;
    size_t count;
    int64_t last;
    const char *const verdicts[] = {"rejected", "signed", "rejected", "url_token", "open", "rejected"};
    for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
        put(i % 2 ? 7 : 8, "a", verdicts[i]);
    }
    {
        DB_READ_SCOPE *c = db_read(f.store.inbox, &f.e);
        assert_true(inbox_after(c, &f.a, 0, 10, &list, &count, &last, &f.e));
        assert_true(count == 3 && last == 6);
        assert_true(list[0].seq == 2 && list[1].seq == 4 && list[2].seq == 5);
        assert_true(str_eq(list[0].body, S("{\0\xff}")) && list[0].headers.n > 0);
        /* The limit counts what was looked at. */
        assert_true(inbox_after(c, &f.a, 2, 2, &list, &count, &last, &f.e));
        assert_true(count == 1 && last == 4 && list[0].seq == 4);
        assert_true(inbox_after(c, &f.a, 5, 1, &list, &count, &last, &f.e));
        assert_true(count == 0 && last == 6);
        assert_true(inbox_after(c, &f.a, 6, 5, &list, &count, &last, &f.e));
        assert_true(count == 0 && last == 6);
    }
    forget(INT64_MAX);
    assert_int_equal(put(7, "a", "signed"), 7); /* a number is never given twice */
}

static void test_list(void **state)
{
    (void)state;
    struct inbox_message *list;
    size_t count;
    for (int i = 0; i < 6; i++) {
        put(i == 5 ? 8 : 7, i % 2 ? "a" : "b", i == 1 ? "rejected" : "signed");
        f.now_us += 10;
    }
    DB_READ_SCOPE *c = db_read(f.store.inbox, &f.e);
    struct inbox_filter all = {.since_us = INSTANT_NONE, .rejected = -1, .limit = 3}, one;
    assert_true(inbox_list(c, &f.a, 7, &all, &list, &count, &f.e));
    assert_true(count == 3 && list[0].seq == 5 && list[1].seq == 4 && list[2].seq == 3);
    assert_false(str_given(list[0].body) || str_given(list[0].headers));
    assert_true(list[0].size == 9 && list[0].masked && str_eq(list[0].verdict, S("signed")));
    all.before_seq = 3;
    assert_true(inbox_list(c, &f.a, 7, &all, &list, &count, &f.e));
    assert_true(count == 2 && list[0].seq == 2 && list[1].seq == 1);
    assert_true(str_eq(list[0].reason.fr, S("trop ancien")));
    all.before_seq = 0;
    all.limit = 10;
    one = all;
    one.integration_id = S("a");
    assert_true(inbox_list(c, &f.a, 7, &one, &list, &count, &f.e));
    assert_true(count == 2 && list[0].seq == 4 && list[1].seq == 2);
    one.rejected = 1;
    assert_true(inbox_list(c, &f.a, 7, &one, &list, &count, &f.e));
    assert_true(count == 1 && list[0].seq == 2);
    one.rejected = 0;
    assert_true(inbox_list(c, &f.a, 7, &one, &list, &count, &f.e));
    assert_true(count == 1 && list[0].seq == 4);
    one = all;
    one.since_us = f.now_us - 30;
    assert_true(inbox_list(c, &f.a, 7, &one, &list, &count, &f.e));
    assert_true(count == 2 && list[0].seq == 5 && list[1].seq == 4);
    assert_true(inbox_list(c, &f.a, 9, &all, &list, &count, &f.e));
    assert_int_equal(count, 0);
}

static void test_since(void **state)
{
    (void)state;
    int64_t *seqs;
    size_t count;
    for (int i = 0; i < 8; i++) {
        put(i == 3 ? 8 : 7, i == 4 ? "b" : "a", i == 5 ? "rejected" : "signed"); /* 4, 5 and 6 do not count */
        f.now_us += 10;
    }
    DB_READ_SCOPE *c = db_read(f.store.inbox, &f.e);
    assert_true(inbox_since(c, &f.a, 7, S("a"), 0, 0, 10, &seqs, &count, &f.e));
    assert_int_equal(count, 5);
    assert_true(seqs[0] == 1 && seqs[1] == 2 && seqs[2] == 3 && seqs[3] == 7 && seqs[4] == 8);
    assert_true(inbox_since(c, &f.a, 7, S("a"), f.now_us - 70, 0, 2, &seqs, &count, &f.e));
    assert_true(count == 2 && seqs[0] == 2 && seqs[1] == 3);
    assert_true(inbox_since(c, &f.a, 7, S("a"), f.now_us - 70, 3, 2, &seqs, &count, &f.e));
    assert_true(count == 2 && seqs[0] == 7 && seqs[1] == 8);
    assert_true(inbox_since(c, &f.a, 7, S("a"), f.now_us, 0, 2, &seqs, &count, &f.e));
    assert_int_equal(count, 0);
}

static int64_t rejected_since(int64_t since_us)
{
    int64_t n = -1;
    DB_READ_SCOPE *c = db_read(f.store.inbox, &f.e);
    assert_true(inbox_count_rejected(c, 7, S("a"), since_us, &n, &f.e));
    return n;
}

static void test_rejected(void **state)
{
    (void)state;
    struct inbox_message got;
    put(7, "a", "rejected");
    put(7, "a", "signed");
    put(7, "b", "rejected");
    put(8, "a", "rejected");
    f.now_us += 100;
    put(7, "a", "rejected");
    assert_int_equal(rejected_since(0), 2);
    assert_int_equal(rejected_since(f.now_us), 1);
    assert_int_equal(rejected_since(f.now_us + 1), 0);
    forget(f.now_us);
    assert_int_equal(rejected_since(0), 1);
    DB_READ_SCOPE *c = db_read(f.store.inbox, &f.e);
    assert_false(inbox_get(c, &f.a, 7, 1, &got, &f.e));
    assert_true(inbox_get(c, &f.a, 7, 2, &got, &f.e)); /* what was accepted stays, however old */
    assert_true(inbox_get(c, &f.a, 7, 5, &got, &f.e));
}

/* --- the hotel's store --- */

static void (*in_hotel)(struct db_conn *);

static bool hotel_work(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    in_hotel(c);
    return true;
}

static void run(void (*test)(struct db_conn *))
{
    in_hotel = test;
    assert_true(db_write(f.store.hotel, hotel_work, NULL, &f.e));
}

static void check_cursor(struct db_conn *c)
{
    int64_t seq = 5;
    assert_true(inbox_cursor_get(c, &seq, &f.e) && seq == 0);
    assert_true(inbox_cursor_set(c, 7, &f.e));
    assert_true(inbox_cursor_set(c, 12, &f.e));
    assert_true(inbox_cursor_get(c, &seq, &f.e) && seq == 12);
}

static void put_outcome(struct db_conn *c, int64_t hotel, int64_t seq, const char *integration,
                        const char *outcome)
{
    struct inbox_outcome o = {
        .seq = seq, .integration_id = str_of(integration), .outcome = str_of(outcome), .applied_us = 9};
    assert_true(inbox_outcome_put(c, hotel, &o, &f.e));
}

static void check_outcome(struct db_conn *c)
{
    struct inbox_outcome o = {.seq = 3,
                              .integration_id = S("a"),
                              .outcome = S("failed"),
                              .pointer = S("/data/rooms/0/arrival"),
                              .detail = TEXT("no date", "pas une date"),
                              .applied_us = 5},
                         got;
    bool found = true;
    assert_true(inbox_outcome_get(c, &f.a, 7, 3, &got, &found, &f.e));
    assert_false(found);
    assert_true(inbox_outcome_put(c, 7, &o, &f.e));
    assert_true(inbox_outcome_get(c, &f.a, 7, 3, &got, &found, &f.e) && found);
    assert_true(got.seq == 3 && str_eq(got.integration_id, S("a")) && str_eq(got.outcome, S("failed")));
    assert_true(str_eq(got.pointer, o.pointer) && str_eq(got.detail.en, o.detail.en));
    assert_true(str_eq(got.detail.fr, S("pas une date")) && got.attempts == 1 && got.applied_us == 5);
    assert_true(got.reservation_id == 0 && got.duplicate_of == 0);
    /* Again: it is replaced, and counted. */
    o = (struct inbox_outcome){.seq = 3,
                               .integration_id = S("a"),
                               .outcome = S("duplicate"),
                               .reservation_id = 11,
                               .duplicate_of = 2,
                               .applied_us = 6};
    assert_true(inbox_outcome_put(c, 7, &o, &f.e));
    assert_true(inbox_outcome_get(c, &f.a, 7, 3, &got, &found, &f.e) && found);
    assert_true(str_eq(got.outcome, S("duplicate")) && !str_given(got.pointer) && !str_given(got.detail.en));
    assert_true(got.reservation_id == 11 && got.duplicate_of == 2);
    assert_true(got.attempts == 2 && got.applied_us == 6);
    assert_true(inbox_outcome_get(c, &f.a, 8, 3, &got, &found, &f.e));
    assert_false(found);
}

static void check_waiting(struct db_conn *c)
{
    int64_t *seqs, hotel = 0;
    size_t count;
    struct str integration;
    struct establishment h = {.slug = S("one"), .name = S("One"), .timezone = S("UTC"), .currency = S("EUR")};
    assert_true(establishment_insert(c, &h, &f.e));
    struct integration in = {.id = S("a"),
                             .establishment_id = h.id,
                             .establishment_slug = h.slug,
                             .type = S("webhook"),
                             .name = S("A"),
                             .configuration = S("{}"),
                             .is_active = false,
                             .last_sync = INSTANT_NONE,
                             .next_sync = INSTANT_NONE};
    assert_true(integration_insert(c, &in, &f.e));
    put_outcome(c, h.id, 1, "a", "waiting");
    put_outcome(c, h.id, 2, "a", "applied");
    put_outcome(c, h.id, 4, "a", "waiting");
    put_outcome(c, h.id, 3, "a", "waiting");
    assert_true(inbox_waiting(c, &f.a, h.id, S("a"), 10, &seqs, &count, &f.e));
    assert_true(count == 3 && seqs[0] == 1 && seqs[1] == 3 && seqs[2] == 4);
    assert_true(inbox_waiting(c, &f.a, h.id, S("a"), 2, &seqs, &count, &f.e));
    assert_true(count == 2 && seqs[1] == 3);
    assert_true(inbox_waiting(c, &f.a, h.id + 1, S("a"), 10, &seqs, &count, &f.e));
    assert_int_equal(count, 0);

    assert_true(inbox_waiting_in_vain(c, &f.a, &hotel, &integration, &f.e));
    assert_false(str_given(integration)); /* it is paused: they wait rightly */
    in.is_active = true;
    assert_true(integration_update(c, &in, &f.e));
    assert_true(inbox_waiting_in_vain(c, &f.a, &hotel, &integration, &f.e));
    assert_true(str_eq(integration, S("a")) && hotel == h.id);
    for (int64_t seq = 1; seq <= 4; seq++) {
        put_outcome(c, h.id, seq, "a", "unchanged");
    }
    assert_true(inbox_waiting_in_vain(c, &f.a, &hotel, &integration, &f.e));
    assert_false(str_given(integration));
    put_outcome(c, 99, 5, "gone", "waiting");
    assert_true(inbox_waiting_in_vain(c, &f.a, &hotel, &integration, &f.e));
    assert_true(str_eq(integration, S("gone")) && hotel == 99);
}

static void check_keys(struct db_conn *c)
{
    int64_t seq = 5;
    assert_true(inbox_key_find(c, 7, S("a"), S("k"), &seq, &f.e) && seq == 0);
    assert_true(inbox_key_put(c, 7, S("a"), S("k"), 3, &f.e));
    assert_true(inbox_key_put(c, 7, S("a"), S("k"), 4, &f.e)); /* the first one stays */
    assert_true(inbox_key_find(c, 7, S("a"), S("k"), &seq, &f.e) && seq == 3);
    assert_true(inbox_key_find(c, 7, S("b"), S("k"), &seq, &f.e) && seq == 0);
    assert_true(inbox_key_find(c, 8, S("a"), S("k"), &seq, &f.e) && seq == 0);
    assert_true(inbox_key_find(c, 7, S("a"), S("K"), &seq, &f.e) && seq == 0);
}

#define IN_HOTEL(name)                                                                                       \
    static void test_##name(void **state)                                                                    \
    {                                                                                                        \
        (void)state;                                                                                         \
        run(check_##name);                                                                                   \
    }
IN_HOTEL(cursor)
IN_HOTEL(outcome)
IN_HOTEL(waiting)
IN_HOTEL(keys)

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_append),  TEST(test_append_fails), TEST(test_after),  TEST(test_list),
        TEST(test_since),   TEST(test_rejected),     TEST(test_cursor), TEST(test_outcome),
        TEST(test_waiting), TEST(test_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
