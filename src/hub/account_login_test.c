#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/account.h"
#include "hub/env_fixture.h"

#define SECOND   INT64_C(1000000)
#define MINUTE   (60 * SECOND)
#define PASSWORD S("correct horse battery")

static struct env_fixture f;
static struct account_session session;

static int setup(void **state)
{
    (void)state;
    int64_t id;
    env_fixture_open(&f);
    struct account_new u = {
        .email = S("a@example.org"), .password = PASSWORD, .is_operator = true, .language = LANG_FR};
    return account_add(&f.env, &f.a, &u, &id, &f.e) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    env_fixture_close(&f);
    return 0;
}

static bool login(struct str email, struct str password, struct str client)
{
    struct account_login in = {email, password, client};
    return account_login(&f.env, &f.a, &in, &session, &f.e);
}

static void test_session(void **state)
{
    (void)state;
    struct principal p;
    assert_true(login(S(" A@Example.org"), PASSWORD, S("192.0.2.1")));
    assert_int_equal(session.token.n, 43);
    assert_true(account_by_session(&f.env, &f.a, session.token, &p, &f.e));
    assert_true(str_eq(p.email, S("a@example.org")) && p.is_operator && p.language == LANG_FR);
    assert_false(account_by_session(&f.env, &f.a, S(""), &p, &f.e));
    assert_false(
        account_by_session(&f.env, &f.a, S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), &p, &f.e));
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
    assert_true(account_logout(&f.env, session.token, &f.e));
    assert_false(account_by_session(&f.env, &f.a, session.token, &p, &f.e));
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
}

static void test_session_ends(void **state)
{
    (void)state;
    struct principal p;
    assert_true(login(S("a@example.org"), PASSWORD, S("")));
    for (int i = 0; i < 24; i++) { /* used every 29 minutes: lives on, until it is 12 hours old */
        f.now_us += 29 * MINUTE;
        assert_true(account_by_session(&f.env, &f.a, session.token, &p, &f.e));
    }
    f.now_us += 24 * MINUTE;
    assert_false(account_by_session(&f.env, &f.a, session.token, &p, &f.e));

    assert_true(login(S("a@example.org"), PASSWORD, S("")));
    f.now_us += 50 * SECOND; /* not noted down: the last minute is enough */
    assert_true(account_by_session(&f.env, &f.a, session.token, &p, &f.e));
    f.now_us += 30 * MINUTE - 50 * SECOND;
    assert_false(account_by_session(&f.env, &f.a, session.token, &p, &f.e));
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
    f.now_us -= 30 * MINUTE;
    assert_true(account_by_session(&f.env, &f.a, session.token, &p, &f.e)); /* still a row … */
    f.now_us += 31 * MINUTE;
    assert_true(account_tidy(&f.env, &f.e));
    f.now_us -= 31 * MINUTE;
    assert_false(account_by_session(&f.env, &f.a, session.token, &p, &f.e)); /* … until the housekeeping */
}

static void test_wrong(void **state)
{
    (void)state;
    struct err wrong;
    assert_false(login(S("a@example.org"), S("correct horse batterY"), S("")));
    wrong = f.e;
    assert_int_equal(wrong.code, ERR_UNAUTHENTICATED);
    assert_false(login(S("b@example.org"), PASSWORD, S("")));
    assert_string_equal(f.e.en, wrong.en); /* nobody learns who has an account */
    assert_int_equal(f.e.code, wrong.code);
    assert_false(login(S("not an address"), PASSWORD, S("")));
    assert_string_equal(f.e.en, wrong.en);
    char *endless = arena_alloc(&f.a, 5000);
    memset(endless, 'x', 5000);
    assert_false(login(S("a@example.org"), (struct str){endless, 5000}, S("")));
    assert_string_equal(f.e.en, wrong.en);
}

static void fail_as(struct str email, struct str client)
{
    assert_false(login(email, S("wrong"), client));
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
}

static void limited(struct str email, struct str client, int64_t wait_s)
{
    assert_false(login(email, PASSWORD, client));
    assert_int_equal(f.e.code, ERR_LIMITED);
    assert_int_equal(session.retry_after_s, wait_s);
}

static void test_delay_by_email(void **state)
{
    (void)state;
    struct str email = S("a@example.org");
    char client[] = "192.0.2.0";
    for (int i = 0; i < 5; i++) { /* each from elsewhere */
        client[8] = (char)('0' + i);
        fail_as(email, str_of(client));
    }
    limited(S("A@EXAMPLE.ORG"), S("198.51.100.1"), 1);
    limited(email, S("198.51.100.1"), 1); /* being refused does not make it longer */
    f.now_us += SECOND;
    fail_as(email, S("198.51.100.1"));
    limited(email, S("198.51.100.2"), 2);
    f.now_us += 2 * SECOND - 1;
    limited(email, S("198.51.100.2"), 1);
    f.now_us += 1;
    assert_true(login(email, PASSWORD, S("198.51.100.2"))); /* a success clears */
    for (int i = 0; i < 5; i++) {
        fail_as(email, S(""));
    }
    limited(email, S(""), 1);
    f.now_us -= 3600 * SECOND; /* a clock set back does not lock anybody out */
    limited(email, S(""), 1);
}

static void test_delay_by_client(void **state)
{
    (void)state;
    char email[] = "0@example.org";
    char client[] = "2001:db8:1:2::0";
    for (int i = 0; i < 5; i++) { /* one customer's network, many addresses and many names tried */
        email[0] = client[14] = (char)('0' + i);
        fail_as(str_of(email), str_of(client));
    }
    limited(S("a@example.org"), S("2001:db8:1:2:aaaa::1"), 1);
    assert_true(login(S("a@example.org"), PASSWORD, S("2001:db8:1:3::1")));
    assert_true(login(S("a@example.org"), PASSWORD, S("192.0.2.7")));
    for (int i = 0; i < 5; i++) {
        email[0] = (char)('5' + i);
        fail_as(str_of(email), S("::ffff:192.0.2.9"));
    }
    limited(S("a@example.org"), S("192.0.2.9"), 1);
    assert_true(login(S("a@example.org"), PASSWORD, S("192.0.2.10")));
}

/* Counted up without hashing a password for each: the delay grows to a quarter of an hour and stays there. */
static bool many_failures(struct db_conn *c, void *arg, struct err *e)
{
    uint8_t hash[SECRET_HASH_SIZE];
    secret_sha256(S("email a@example.org"), hash);
    return access_failure_put(c, (struct str){(char *)hash, sizeof(hash)},
                              &(struct access_failure){*(int64_t *)arg, f.now_us}, e);
}

static void test_delay_grows(void **state)
{
    (void)state;
    const int64_t waits[][2] = {{5, 1}, {6, 2}, {9, 16}, {14, 512}, {15, 900}, {16, 900}, {1000000, 900}};
    for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
        int64_t failures = waits[i][0];
        assert_true(db_write(f.store.hotel, many_failures, &failures, &f.e));
        limited(S("a@example.org"), (struct str){0}, waits[i][1]);
    }
    f.now_us += 24 * 60 * MINUTE + 1; /* forgotten after a day */
    assert_true(login(S("a@example.org"), PASSWORD, (struct str){0}));
}

static bool old_hash(struct db_conn *c, void *arg, struct err *e)
{
    return user_set_password(c, 1, *(struct str *)arg, e);
}

static void test_rehash(void **state)
{
    (void)state;
    /* "password", with one pass over 128 KiB: far less than today's costs. */
    struct str weak =
        S("$argon2id$v=19$m=128,t=1,p=1$SQRJ1Y54bZ80mquAWNBiug$7GeRh5Odm3AArP1DBgPkASxnXv0oAGg2JgWYZjCPRbs");
    struct user u;
    assert_true(db_write(f.store.hotel, old_hash, &weak, &f.e));
    if (!login(S("a@example.org"), S("password"), S(""))) {
        fail_msg("%s", f.e.en);
    }
    DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
    assert_true(user_find_id(c, &f.a, 1, &u, &f.e));
    assert_true(str_starts(u.password_hash, S("$argon2id$v=19$m=65536,t=3,p=1$")));
    assert_false(secret_password_is_old(u.password_hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_session, setup, teardown),
        cmocka_unit_test_setup_teardown(test_session_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong, setup, teardown),
        cmocka_unit_test_setup_teardown(test_delay_by_email, setup, teardown),
        cmocka_unit_test_setup_teardown(test_delay_by_client, setup, teardown),
        cmocka_unit_test_setup_teardown(test_delay_grows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rehash, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
