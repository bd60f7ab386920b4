#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/process_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

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

static struct inbox_outcome became(int64_t seq, const char *expected)
{
    struct inbox_outcome o = outcome(&f, seq);
    if (!str_eq(o.outcome, str_of(expected))) {
        fail_msg("message %lld: %.*s, not %s: %.*s", (long long)seq, STR_ARG(o.outcome), expected,
                 STR_ARG(o.detail.en));
    }
    return o;
}

static int64_t tell(struct str id, const char *type, const char *reference, const char *room, int night,
                    int nights)
{
    return send_open(&f, id, booking(&f, type, reference, room, night, nights));
}

static struct integration_view view(struct str id)
{
    struct integration_view v;
    assert_true(integration_get(&f.env.env, f.a, f.at, id, &v, &f.e));
    return v;
}

/* The standing alerts' fingerprints. */
static const char *alerts(void)
{
    struct alert_row *list;
    size_t count;
    struct buf b = buf_in(f.a);
    assert_true(desk_alerts(&f.env.env, f.a, f.at, NULL, 100, &list, &count, &f.e));
    for (size_t i = 0; i < count; i++) {
        if (list[i].cleared_us == INSTANT_NONE) {
            buf_fmt(&b, "%s%.*s", b.n ? " " : "", STR_ARG(list[i].fingerprint));
        }
    }
    return buf_str(&b).p;
}

/* What came is applied in the order of its coming, each hotel's in its own hotel. */
static void test_order(void **state)
{
    (void)state;
    struct str one = hook(&f, HOOK_OPEN, NULL), other = hook(&f, HOOK_OPEN, NULL), two;
    f.at = &f.two;
    two = hook(&f, HOOK_OPEN, NULL);
    for (int i = 0; i < 2; i++) {
        f.at = &f.one;
        tell(one, i ? "modified" : "created", "A", "DBL", i, 2);
        tell(other, i ? "cancelled" : "created", "A", i ? NULL : "SGL", 0, 2);
        f.at = &f.two;
        tell(two, i ? "modified" : "created", "A", i ? "SGL" : "DBL", 5 * i, 1);
    }
    size_t done;
    assert_true(process_next(&f.env.env, 4, &done, &f.e));
    assert_int_equal(done, 4);
    f.at = &f.one;
    struct inbox_outcome first = became(1, "applied"), fourth = became(4, "applied");
    became(5, "");
    assert_true(first.reservation_id == fourth.reservation_id && first.reservation_id != 0);
    assert_true(str_eq(first.integration_id, one) && first.attempts == 1 && first.applied_us == f.env.now_us);
    assert_true(first.detail.en.n && first.detail.fr.n && !str_eq(first.detail.en, first.detail.fr));
    assert_true(process_next(&f.env.env, 4, &done, &f.e));
    assert_int_equal(done, 2);
    assert_true(process_next(&f.env.env, 4, &done, &f.e));
    assert_int_equal(done, 0);
    became(5, "applied");
    assert_int_equal(reserved(&f, one, "A")->arrival, FIXTURE_DAY + 1);
    assert_int_equal(reserved(&f, other, "A")->status, RESERVATION_CANCELLED);
    assert_true(night_of(&f, "DBL", 0).available == 2 && night_of(&f, "DBL", 1).available == 1);
    assert_int_equal(night_of(&f, "SGL", 0).available, 1);
    assert_null(reserved(&f, two, "A"));
    f.at = &f.two;
    assert_int_equal(reserved(&f, two, "A")->arrival, FIXTURE_DAY + 5);
    assert_true(night_of(&f, "DBL", 0).available == 2 && night_of(&f, "SGL", 5).available == 0);
    assert_true(str_eq(outcome(&f, 3).outcome, S("applied")) && str_eq(outcome(&f, 1).outcome, S("")));
    f.at = &f.one;
    struct integration_view v = view(one);
    assert_true(v.row.status == INTEGRATION_CONNECTED && v.row.last_sync == f.env.now_us);
}

/* A restart goes on where the last one stopped, whatever lies between of what was rejected. */
static void test_restart(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL), closed = hook(&f, "{\"verification\":\"url_token\"}", NULL);
    size_t done;
    for (int i = 0; i < 6; i++) {
        tell(id, "created", arena_fmt(f.a, "R%d", i).p, "DBL", 10 * i, 1);
        take_alone(&f, request(&f, closed, S("{}"), NULL, 0));
    }
    assert_true(process_next(&f.env.env, 5, &done, &f.e));
    assert_int_equal(done, 5); /* rejected ones count, so that nobody stops before the end */
    take_fixture_leave(&f);
    take_fixture_return(&f);
    became(5, "applied");
    became(7, "");
    process_all(&f);
    for (int64_t seq = 1; seq <= 12; seq++) {
        assert_int_equal(became(seq, seq % 2 ? "applied" : "").attempts, seq % 2);
    }
    take_fixture_leave(&f);
    take_fixture_return(&f);
    process_all(&f);
    assert_int_equal(became(11, "applied").attempts, 1);
    take_alone(&f, request(&f, closed, S("{}"), NULL, 0));
    process_all(&f); /* nothing but a rejected one */
    tell(id, "created", "LAST", "DBL", 0, 1);
    process_all(&f);
    became(14, "applied");
}

static struct take *numbered(struct str id, struct str secret, const char *number, const char *reference)
{
    return request_signed(&f, id, secret, number, booking(&f, "created", reference, "DBL", 0, 1));
}

static void test_duplicates(void **state)
{
    (void)state;
    struct str secret, id = hook(&f, "{\"verification\":\"signed\",\"preset\":\"standard\"}", &secret);
    struct str open = hook(&f, HOOK_OPEN, NULL);
    take_alone(&f, numbered(id, secret, "m1", "A"));
    take_alone(&f, numbered(id, secret, "m1", "A")); /* in the same batch */
    process_all(&f);
    take_alone(&f, numbered(id, secret, "m1", "A"));
    take_alone(&f, numbered(id, secret, "m1", "B")); /* the number again, but another booking: never lost */
    take_alone(&f, numbered(id, secret, "m2", "A")); /* another number, but nothing new */
    int64_t other = tell(open, "created", "A", "DBL", 3, 1); /* another source's is another reservation */
    int64_t again = tell(open, "created", "A", "DBL", 3, 1); /* without a number, the bytes decide */
    process_all(&f);
    became(1, "applied");
    assert_int_equal(became(2, "duplicate").duplicate_of, 1);
    struct inbox_outcome third = became(3, "duplicate");
    assert_true(third.duplicate_of == 1 && third.reservation_id == 0 &&
                strstr(third.detail.en.p, "message 1"));
    became(4, "applied");
    became(5, "unchanged");
    became(other, "applied");
    assert_int_equal(became(again, "duplicate").duplicate_of, other);
    assert_true(reserved(&f, id, "A")->revisions == 1 && reserved(&f, id, "B") != NULL);
    assert_int_equal(night_of(&f, "DBL", 0).stock.sold, 2);
    assert_int_equal(night_of(&f, "DBL", 3).stock.sold, 1);
}

/* X, Y, X without numbers and dates: the last may be a change back. It is not applied, and it is said. */
static void test_change_back(void **state)
{
    (void)state;
    struct str open = hook(&f, HOOK_OPEN, NULL);
    tell(open, "created", "A", "DBL", 0, 1);
    int64_t first = tell(open, "modified", "A", "DBL", 1, 1);
    tell(open, "modified", "A", "DBL", 2, 1);
    int64_t back = tell(open, "modified", "A", "DBL", 1, 1);
    process_all(&f);
    struct inbox_outcome o = became(back, "duplicate");
    assert_int_equal(o.duplicate_of, first);
    assert_non_null(strstr(o.detail.en.p, "changed in between"));
    assert_int_equal(night_of(&f, "DBL", 2).stock.sold, 1);
}

static void test_failure(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL);
    const char *const bodies[][2] = {
        {"not json", ""},
        {"{\"type\":\"reservation.created\",\"data\":{\"reference\":\"A\",\"rooms\":[{\"roomType\":\"DBL\",\"arrival\":"
         "\"2026-07-14\",\"departure\":\"2026-02-30\"}]}}",
         "/data/rooms/0/departure"},
        {"{\"type\":\"reservation.created\",\"data\":{\"reference\":\"A\",\"rooms\":[{\"roomType\":\"DBL\",\"arrival\":"
         "\"2026-07-14\",\"departure\":\"2026-07-14\"}]}}",
         "/data/rooms/0/departure"},
        {"{\"type\":\"reservation.created\",\"data\":{\"reference\":\"A\",\"currency\":\"XYZ\",\"rooms\":[{\"arrival\":"
         "\"2026-07-14\",\"departure\":\"2026-07-15\"}]}}",
         "/data/currency"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        int64_t seq = send_open(&f, id, str_of(bodies[i][0]));
        int64_t good = tell(id, "created", arena_fmt(f.a, "G%zu", i).p, "DBL", 10 + (int)i, 1);
        process_all(&f);
        struct inbox_outcome o = became(seq, "failed");
        assert_true(str_eq(o.pointer, str_of(bodies[i][1])) && o.detail.en.n && o.detail.fr.n);
        became(good, "applied"); /* one does not hold up the next */
    }
    assert_null(reserved(&f, id, "A"));
    assert_string_equal(alerts(), ""); /* the last one went well */
    int64_t last = send_open(&f, id, S("[]"));
    process_all(&f);
    assert_string_equal(alerts(), arena_fmt(f.a, "failed:%.*s", STR_ARG(id)).p);
    struct integration_view v = view(id);
    assert_int_equal(v.row.status, INTEGRATION_ERROR);
    assert_non_null(strstr(v.row.last_error.en.p, arena_fmt(f.a, "message %lld", (long long)last).p));
    struct integration_log_row *log;
    size_t count;
    int64_t next;
    assert_true(integration_history(&f.env.env, f.a, f.at, id, (struct integration_log_filter){.limit = 1},
                                    &log, &count, &next, &f.e));
    assert_true(str_eq(log[0].action, S("message")) && str_eq(log[0].status, S("error")));
    assert_true(str_eq(log[0].data, arena_fmt(f.a, "{\"message\":\"%lld\"}", (long long)last)));
}

/* What failed for our own reasons is applied when it is sent again after the fix. */
static void test_redelivery(void **state)
{
    (void)state;
    struct str secret, body = S("{\"kind\":\"new\",\"no\":7,\"from\":\"14/07/2026\",\"to\":\"16/07/2026\"}");
    struct str id =
        hook(&f,
             "{\"verification\":\"signed\",\"preset\":\"standard\",\"mapping\":{\"skip\":\"$.kind | "
             "equals('ping')\",\"type\":\"$.kind | table('new','reservation.created')\",\"data\":{"
             "\"reference\":\"$.no\",\"rooms\":[{\"roomType\":\"$.room\",\"arrival\":\"$.from\","
             "\"departure\":\"$.to\"}]}}}",
             &secret);
    take_alone(&f, request_signed(&f, id, secret, "m1", body));
    take_alone(&f, request_signed(&f, id, secret, "m2", S("{\"kind\":\"ping\"}")));
    process_all(&f);
    assert_true(str_eq(became(1, "failed").pointer, S("/data/rooms/0/arrival")));
    became(2, "ignored");
    assert_true(*alerts() != 0);
    change_hook(
        &f, id,
        "{\"configuration\":{\"mapping\":{\"type\":\"$.kind | table('new','reservation.created')\",\"data\":{"
        "\"reference\":\"$.no\",\"rooms\":[{\"roomType\":\"$.room\",\"arrival\":\"$.from | "
        "date('DD/MM/YYYY')\",\"departure\":\"$.to | date('DD/MM/YYYY')\"}]}}}}");
    take_alone(&f, request_signed(&f, id, secret, "m1", body));
    take_alone(&f, request_signed(&f, id, secret, "m1", body));
    process_all(&f);
    became(3, "applied");
    assert_int_equal(became(4, "duplicate").duplicate_of, 3);
    assert_true(reserved(&f, id, "7")->departure == FIXTURE_DAY + 2 && reserved(&f, id, "7")->unmapped);
    assert_null(strstr(alerts(), "failed:"));
    assert_true(
        str_eq(became(1, "failed").outcome, S("failed"))); /* what became of the first stays to be seen */
}

static void test_deleted(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL), stays = hook(&f, HOOK_OPEN, NULL);
    int64_t gone = tell(id, "created", "A", "DBL", 0, 1), kept = tell(stays, "created", "A", "DBL", 0, 1);
    assert_true(integration_remove(&f.env.env, f.a, f.at, S("o@x"), id, &f.e));
    process_all(&f);
    assert_non_null(strstr(became(gone, "ignored").detail.en.p, "deleted"));
    became(kept, "applied");
    assert_null(reserved(&f, id, "A"));
}

/* More integrations in one batch than it keeps open. */
static void test_many_sources(void **state)
{
    (void)state;
    enum { HOOKS = 70 };
    struct str ids[HOOKS];
    for (int i = 0; i < HOOKS; i++) {
        ids[i] = hook(&f, HOOK_OPEN, NULL);
    }
    for (int i = 0; i < 2 * HOOKS; i++) {
        tell(ids[i % HOOKS], i < HOOKS ? "created" : "cancelled", "A", i < HOOKS ? "DBL" : NULL, i, 1);
    }
    size_t done;
    assert_true(process_next(&f.env.env, 2 * HOOKS, &done, &f.e));
    assert_int_equal(done, 2 * HOOKS);
    for (int i = 0; i < HOOKS; i++) {
        assert_int_equal(reserved(&f, ids[i], "A")->status, RESERVATION_CANCELLED);
        assert_int_equal(night_of(&f, "DBL", i).stock.sold, 0);
    }
}

/* --- what goes wrong on our side --- */

static bool trap_work(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(
        c, e,
        SQL("CREATE TRIGGER trap BEFORE INSERT ON reservations WHEN NEW.reference = 'POISON' BEGIN SELECT "
            "RAISE(ABORT, 'trapped'); END"));
}

static bool ruin_work(struct db_conn *c, void *arg, struct err *e)
{
    const int64_t *hotel = arg;
    return db_exec(c, e, SQL("UPDATE establishments SET currency = 'NIL' WHERE id = $1"), V_INT(*hotel));
}

static bool stray_work(struct db_conn *c, void *arg, struct err *e)
{
    struct inbox_message *m = arg;
    return inbox_append(c, &m, 1, e);
}

/* A message that cannot be applied because something is wrong here does not hold up the others. */
static void test_poison(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL), two;
    struct inbox_message stray = {.establishment_id = 99, /* a hotel that is not there */
                                  .integration_id = S("nobody"),
                                  .request_id = S(""),
                                  .client = S(""),
                                  .method = S("POST"),
                                  .target = S(""),
                                  .headers = S("[]"),
                                  .body = S("{}"),
                                  .sha256 = S("x"),
                                  .verdict = S("open")};
    assert_true(db_write(f.env.store.hotel, trap_work, NULL, &f.e));
    f.at = &f.two;
    two = hook(&f, HOOK_OPEN, NULL);
    int64_t in_two = tell(two, "created", "A", "DBL", 0, 1);
    f.at = &f.one;
    int64_t before = tell(id, "created", "A", "DBL", 0, 1),
            poison = tell(id, "created", "POISON", "DBL", 1, 1);
    assert_true(db_write(f.env.store.inbox, stray_work, &stray, &f.e));
    int64_t after = tell(id, "modified", "A", "DBL", 5, 1);
    assert_true(db_write(f.env.store.hotel, ruin_work, &f.two.id, &f.e));
    size_t done;
    assert_true(process_next(&f.env.env, 5, &done, &f.e));
    assert_int_equal(done, 5); /* as many as it was asked for: there may be more */
    became(before, "applied");
    became(after, "applied");
    assert_int_equal(reserved(&f, id, "A")->arrival, FIXTURE_DAY + 5);
    assert_int_equal(reserved(&f, id, "A")->revisions, 2);
    assert_non_null(strstr(became(poison, "failed").detail.en.p, "trapped"));
    assert_true(night_of(&f, "DBL", 1).stock.sold == 0 && night_of(&f, "DBL", 5).stock.sold == 1);
    f.at = &f.two;
    assert_non_null(strstr(became(in_two, "failed").detail.fr.p, "devise"));
    assert_string_equal(alerts(), arena_fmt(f.a, "failed:%.*s", STR_ARG(two)).p); /* somebody must see it */
    f.at = &f.one;
    assert_true(process_next(&f.env.env, 5, &done, &f.e));
    assert_int_equal(done, 0);
}

static bool impatient_work(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(c, e, SQL("PRAGMA busy_timeout = 50"));
}

static bool meanwhile_work(struct db_conn *c, void *arg, struct err *e)
{
    size_t done = 9;
    struct err *busy = arg;
    (void)c;
    (void)e;
    if (process_next(&f.env.env, 10, &done, busy) || done != 0) {
        busy->code = ERR_NONE;
    }
    return true;
}

/* What will pass is no verdict on a message. */
static void test_busy(void **state)
{
    (void)state;
    struct store second;
    struct err busy;
    int64_t seq = tell(hook(&f, HOOK_OPEN, NULL), "created", "A", "DBL", 0, 1);
    assert_true(db_write(f.env.store.hotel, impatient_work, NULL, &f.e));
    assert_true(store_open(&second, str_of(f.env.dir), false, &f.e));
    assert_true(db_write(second.hotel, meanwhile_work, &busy, &f.e));
    store_close(&second);
    assert_int_equal(busy.code, ERR_BUSY);
    became(seq, "");
    process_all(&f);
    assert_int_equal(became(seq, "applied").attempts, 1);
}

static void *race(void *arg)
{
    struct env *env = arg;
    struct err e;
    size_t done = 1;
    for (int i = 0; i < 1000 && done; i++) {
        if (!process_next(env, 3, &done, &e)) {
            fprintf(stderr, "%s\n", e.en);
            abort();
        }
    }
    return NULL;
}

/* Two programs on the same data: each message is applied by one of them. */
static void test_two_programs(void **state)
{
    (void)state;
    enum { MESSAGES = 120 };
    struct str id = hook(&f, HOOK_OPEN, NULL);
    struct store second;
    struct env other = f.env.env;
    pthread_t thread;
    for (int i = 0; i < MESSAGES; i++) {
        tell(id, i % 2 ? "modified" : "created", arena_fmt(f.a, "R%d", i / 2).p, "DBL", i, 1);
    }
    assert_true(store_open(&second, str_of(f.env.dir), false, &f.e));
    other.store = &second;
    assert_int_equal(pthread_create(&thread, NULL, race, &other), 0);
    race(&f.env.env);
    pthread_join(thread, NULL);
    store_close(&second);
    for (int64_t seq = 1; seq <= MESSAGES; seq++) {
        assert_int_equal(became(seq, "applied").attempts, 1);
    }
    assert_int_equal(reserved(&f, id, "R59")->arrival, FIXTURE_DAY + 119);
}

/* --- the power goes --- */

enum { ROUNDS = 50, KILLS = 4, EACH = 30 };

static int64_t cursor(void)
{
    int64_t seq;
    DB_READ_SCOPE *c = db_read(f.env.store.hotel, &f.e);
    assert_true(inbox_cursor_get(c, &seq, &f.e));
    return seq;
}

/* Works in a process of its own, which is killed so long after it began. */
static void work_and_die(uint64_t seed, int64_t after_us)
{
    int begun[2];
    char byte = 0;
    assert_int_equal(pipe(begun), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct random random = random_seeded(&seed);
        take_fixture_return(&f);
        for (bool ok = write(begun[1], &byte, 1) == 1; ok;) {
            uint8_t max;
            size_t done;
            random_bytes(&random, &max, 1);
            ok = process_next(&f.env.env, 1 + max % 5, &done, &f.e);
        }
        _exit(1);
    }
    int status;
    assert_int_equal(read(begun[0], &byte, 1), 1);
    nanosleep(&(struct timespec){.tv_nsec = after_us * 1000}, NULL);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    close(begun[0]);
    close(begun[1]);
}

static void test_killed(void **state)
{
    (void)state;
    static struct take_fixture twin;
    struct world w, v;
    struct random random = random_seeded(&(uint64_t){4});
    int64_t most_us = 8000, early = 0;
    take_fixture_open(&twin);
    world_open(&w, &f);
    world_open(&v, &twin);
    for (int i = 0; i < ROUNDS; i++) {
        world_send(&w, cursor() + 2 * EACH < w.sent ? 1 : EACH);
        take_fixture_leave(&f);
        for (int k = 0; k < KILLS; k++) {
            uint16_t after;
            random_bytes(&random, (uint8_t *)&after, sizeof(after));
            work_and_die((uint64_t)(i * KILLS + k), after % most_us);
        }
        take_fixture_return(&f);
        /* Not too early and not too late, on machines of all sorts. */
        bool unfinished = cursor() < w.sent;
        most_us = unfinished && most_us < 60000 ? most_us * 5 / 4 : most_us * 4 / 5 + 10;
        early += unfinished;
    }
    print_message("%d kills; after %d of %d rounds there was work left\n", ROUNDS * KILLS, (int)early,
                  ROUNDS);
    assert_true(early > ROUNDS / 10);
    process_all(&f);
    world_send(&v, (size_t)w.sent);
    process_all(&twin);
    assert_int_equal(cursor(), w.sent);
    f.at = &f.one;
    twin.at = &twin.one;
    compare(&f, &twin, w.sent);
    f.at = &f.two;
    twin.at = &twin.two;
    compare(&f, &twin, w.sent);
    take_fixture_close(&twin);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_order),   TEST(test_restart),    TEST(test_duplicates),   TEST(test_change_back),
        TEST(test_failure), TEST(test_redelivery), TEST(test_deleted),      TEST(test_many_sources),
        TEST(test_poison),  TEST(test_busy),       TEST(test_two_programs), TEST(test_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
