#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/take_fixture.h"

static struct take_fixture f;

static int setup(void **state)
{
    (void)state;
    take_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    take_fixture_close(&f);
    return 0;
}

static void became(int64_t seq, const char *expected)
{
    struct inbox_outcome o = outcome(&f, seq);
    if (!str_eq(o.outcome, str_of(expected))) {
        fail_msg("message %lld: %.*s, not %s: %.*s", (long long)seq, STR_ARG(o.outcome), expected,
                 STR_ARG(o.detail.en));
    }
}

static int64_t tell(struct str id, const char *type, const char *reference, const char *room, int night,
                    int nights)
{
    return send_open(&f, id, booking(&f, type, reference, room, night, nights));
}

static struct inbox_outcome replay(struct str id, int64_t seq)
{
    struct inbox_outcome o;
    if (!process_replay(&f.env.env, f.a, f.at, id, seq, &o, &f.e)) {
        fail_msg("%s", f.e.en);
    }
    return o;
}

static struct replay_report since(struct str id, int64_t since_us, bool only_failed)
{
    struct replay_report r;
    if (!process_replay_since(&f.env.env, f.a, f.at, id, since_us, only_failed, &r, &f.e)) {
        fail_msg("%s", f.e.en);
    }
    return r;
}

/* A mapping that reads only days written DAY: what it cannot read today can be read after a change. */
static const char *mapping(const char *day)
{
    return arena_fmt(
               f.a,
               "{\"verification\":\"open\",\"confirmOpen\":true,\"mapping\":{\"type\":\"'reservation.created'\","
               "\"data\":{\"reference\":\"$.no\",\"rooms\":[{\"roomType\":\"$.room\",\"arrival\":\"$.from | "
               "date('%s')\",\"departure\":\"$.to | date('%s')\"}]}}}",
               day, day)
        .p;
}

static int64_t mapped(struct str id, int number, bool other_way)
{
    return send_open(&f, id,
                     arena_fmt(f.a, "{\"no\":\"N%d\",\"room\":\"DBL\",\"from\":\"%s\",\"to\":\"%s\"}", number,
                               other_way ? "2026-07-14" : "14/07/2026",
                               other_way ? "2026-07-15" : "15/07/2026"));
}

static void test_one(void **state)
{
    (void)state;
    struct str id = hook(&f, mapping("DD/MM/YYYY"), NULL), other = hook(&f, HOOK_OPEN, NULL);
    struct str closed = hook(&f, "{\"verification\":\"url_token\"}", NULL);
    int64_t good = mapped(id, 1, false), bad = mapped(id, 2, true);
    int64_t rejected = take_alone(&f, request(&f, closed, S("{}"), NULL, 0));
    process_all(&f);
    became(good, "applied");
    became(bad, "failed");
    struct inbox_outcome o = replay(id, bad); /* nothing was changed: it fails again */
    assert_true(str_eq(o.outcome, S("failed")) && str_eq(o.pointer, S("/data/rooms/0/arrival")));
    assert_int_equal(o.attempts, 2);
    change_hook(&f, id, arena_fmt(f.a, "{\"configuration\":%s}", mapping("YYYY-MM-DD")).p);
    o = replay(id, bad);
    assert_true(str_eq(o.outcome, S("applied")) && o.attempts == 3 && o.pointer.n == 0 && o.seq == bad);
    assert_int_equal(reserved(&f, id, "N2")->id, o.reservation_id);
    /* What was applied is not applied twice, and what cannot be read today any more changes nothing. */
    o = replay(id, bad);
    assert_true(str_eq(o.outcome, S("unchanged")) && reserved(&f, id, "N2")->revisions == 1);
    assert_int_equal(night_of(&f, "DBL", 0).stock.sold, 2);
    assert_true(str_eq(replay(id, good).outcome, S("failed")));
    assert_int_equal(reserved(&f, id, "N1")->revisions, 1);

    assert_false(process_replay(&f.env.env, f.a, f.at, other, bad, &o, &f.e)); /* it came by another way */
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(process_replay(&f.env.env, f.a, &f.two, id, bad, &o, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(
        process_replay(&f.env.env, f.a, f.at, closed, rejected, &o, &f.e)); /* nobody said whose it is */
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(process_replay(&f.env.env, f.a, f.at, id, 999, &o, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    became(rejected, "");
}

static void test_since(void **state)
{
    (void)state;
    enum { EACH = 230 }; /* more than one step */
    struct str id = hook(&f, mapping("DD/MM/YYYY"), NULL), other = hook(&f, HOOK_OPEN, NULL);
    int64_t in_other = send_open(&f, other, S("[]"));
    for (int i = 0; i < EACH; i++) {
        mapped(id, i, i % 2);
        f.env.now_us += 1000000;
    }
    process_all(&f);
    int64_t half_us = f.env.now_us - EACH / 2 * INT64_C(1000000);
    struct replay_report r = since(id, half_us, true);
    assert_true(r.replayed == 58 && r.failed == 58 && r.applied == 0);
    change_hook(&f, id, arena_fmt(f.a, "{\"configuration\":%s}", mapping("YYYY-MM-DD")).p);
    r = since(id, half_us, true);
    assert_true(r.replayed == 58 && r.failed == 0 && r.applied == 58);
    assert_true(reserved(&f, id, "N229") && !reserved(&f, id, "N113") && reserved(&f, id, "N112"));
    r = since(id, 0, true);
    assert_true(r.replayed == 57 && r.applied == 57);
    r = since(id, 0, true);
    assert_int_equal(r.replayed, 0);
    r = since(id, 0, false); /* all: half of them cannot be read any more, the others say nothing new */
    assert_true(r.replayed == EACH && r.applied == 0 && r.failed == EACH / 2);
    r = since(id, f.env.now_us, false);
    assert_int_equal(r.replayed, 0);
    r = since(S("nothing"), 0, false);
    assert_int_equal(r.replayed, 0);
    for (int i = 0; i < EACH; i++) {
        assert_int_equal(reserved(&f, id, arena_fmt(f.a, "N%d", i).p)->revisions, 1);
    }
    became(in_other, "failed");
    assert_int_equal(outcome(&f, in_other).attempts, 1);
}

/* --- waiting --- */

static bool resumed(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                    struct err *e)
{
    return process_resume(env, a, hotel, id, e);
}

static const struct integration_hook hooks[] = {{"webhook", NULL, NULL, resumed}, {0}};

#define PAUSE  "{\"isActive\":false}"
#define RESUME "{\"isActive\":true}"

/* Moved on a night again and again: only in their order do they come out as they should. */
static void story(struct str id, int from, int to)
{
    for (int i = from; i < to; i++) {
        tell(id, i ? "modified" : "created", "A", "DBL", i, 1);
    }
}

static void test_resume(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL);
    f.env.env.hooks = hooks;
    change_hook(&f, id, PAUSE);
    story(id, 0, 250);
    int64_t cancelled = tell(id, "cancelled", "B", NULL, 0, 0),
            again = tell(id, "cancelled", "B", NULL, 0, 0);
    process_all(&f);
    became(1, "waiting");
    became(again, "waiting");
    assert_null(reserved(&f, id, "A"));
    process_all(&f); /* it goes on waiting */
    assert_int_equal(outcome(&f, 1).attempts, 1);
    change_hook(&f, id, RESUME);
    for (int64_t seq = 1; seq <= 250; seq++) {
        became(seq, "applied");
        assert_int_equal(outcome(&f, seq).attempts, 2);
    }
    assert_int_equal(reserved(&f, id, "A")->arrival, FIXTURE_DAY + 249);
    became(cancelled, "applied");
    became(again, "duplicate");
    assert_true(process_resume(&f.env.env, f.a, f.at, id, &f.e)); /* nothing waits any more */
    assert_int_equal(outcome(&f, 1).attempts, 2);
    story(id, 250, 251);
    process_all(&f);
    assert_int_equal(reserved(&f, id, "A")->arrival, FIXTURE_DAY + 250);
}

/* A stop came between switching on and resuming; then more messages came. None overtakes another. */
static void test_stopped(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL);
    change_hook(&f, id, PAUSE);
    story(id, 0, 5);
    process_all(&f);
    change_hook(&f, id, RESUME); /* without hooks: nobody resumes */
    became(1, "waiting");
    take_fixture_leave(&f);
    take_fixture_return(&f);
    story(id, 5, 10);
    size_t done;
    assert_true(process_next(&f.env.env, 3, &done, &f.e));
    assert_int_equal(done, 3);
    for (int64_t seq = 1; seq <= 8; seq++) {
        became(seq, "applied");
    }
    became(9, "");
    assert_int_equal(reserved(&f, id, "A")->arrival, FIXTURE_DAY + 7);
    process_all(&f);
    assert_int_equal(outcome(&f, 10).attempts, 1);
    assert_int_equal(reserved(&f, id, "A")->arrival, FIXTURE_DAY + 9);
    /* And when nothing new comes, too. */
    change_hook(&f, id, PAUSE);
    story(id, 10, 12);
    process_all(&f);
    change_hook(&f, id, RESUME);
    became(12, "waiting");
    assert_true(process_next(&f.env.env, 3, &done, &f.e));
    assert_int_equal(done, 0);
    became(12, "applied");
}

static void test_paused_again(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL), other = hook(&f, HOOK_OPEN, NULL);
    change_hook(&f, id, PAUSE);
    story(id, 0, 3);
    process_all(&f);
    assert_true(process_resume(&f.env.env, f.a, f.at, id, &f.e)); /* it is still paused */
    became(1, "waiting");
    assert_true(str_eq(replay(id, 2).outcome, S("waiting")));
    struct replay_report r = since(id, 0, false);
    assert_true(r.replayed == 3 && r.applied == 0 && r.failed == 0);
    int64_t another = tell(other, "created", "A", "SGL", 0, 1); /* nobody else waits for that */
    process_all(&f);
    became(another, "applied");
    assert_null(reserved(&f, id, "A"));
}

static void test_deleted(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL);
    change_hook(&f, id, PAUSE);
    story(id, 0, 3);
    process_all(&f);
    assert_true(integration_remove(&f.env.env, f.a, f.at, S("o@x"), id, &f.e));
    process_all(&f);
    for (int64_t seq = 1; seq <= 3; seq++) {
        became(seq, "ignored"); /* and does not wait for ever */
    }
    assert_true(str_eq(replay(id, 1).outcome, S("ignored")));
}

static bool trap_work(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(
        c, e,
        SQL("CREATE TRIGGER trap BEFORE INSERT ON reservations WHEN NEW.reference = 'POISON' BEGIN SELECT "
            "RAISE(ABORT, 'trapped'); END"));
}

static bool untrap_work(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(c, e, SQL("DROP TRIGGER trap"));
}

/* A message that breaks its transaction keeps the others neither from being resumed nor from being replayed. */
static void test_poison(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL);
    f.env.env.hooks = hooks;
    change_hook(&f, id, PAUSE);
    tell(id, "created", "A", "DBL", 0, 1);
    tell(id, "created", "POISON", "DBL", 1, 1);
    tell(id, "modified", "A", "DBL", 2, 1);
    process_all(&f);
    assert_true(db_write(f.env.store.hotel, trap_work, NULL, &f.e));
    change_hook(&f, id, RESUME);
    became(1, "applied");
    became(2, "failed");
    became(3, "applied");
    assert_int_equal(reserved(&f, id, "A")->arrival, FIXTURE_DAY + 2);
    struct replay_report r = since(id, 0, false);
    assert_true(r.replayed == 3 && r.failed == 1 && r.applied == 0);
    struct inbox_outcome o = replay(id, 2);
    assert_true(str_eq(o.outcome, S("failed")) && strstr(o.detail.en.p, "trapped"));
    assert_true(db_write(f.env.store.hotel, untrap_work, NULL, &f.e));
    r = since(id, 0, true);
    assert_true(r.replayed == 1 && r.applied == 1);
    assert_non_null(reserved(&f, id, "POISON"));
    became(2, "applied");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one),          TEST(test_since),   TEST(test_resume), TEST(test_stopped),
        TEST(test_paused_again), TEST(test_deleted), TEST(test_poison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
