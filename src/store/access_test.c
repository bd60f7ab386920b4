#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/access.h"
#include "store/user.h"

static struct env_fixture f;
static struct err *const e = &f.e;

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

/* All of one test runs in a transaction that is then undone: "false" with ERR_CONFLICT means it came to its end. */
static bool sessions(struct db_conn *c, void *arg, struct err *err)
{
    (void)arg;
    struct user u = {.email = S("a@example.org"), .password_hash = S("$h")};
    struct access_session s;
    assert_true(user_insert(c, &u, e));
    assert_true(access_session_insert(c, S("h1"), &(struct access_session){u.id, 100, 100}, e));
    assert_true(access_session_insert(c, S("h2"), &(struct access_session){u.id, 200, 900}, e));
    assert_true(access_session_insert(c, S("h3"), &(struct access_session){u.id, 800, 850}, e));
    assert_true(access_session_find(c, S("h2"), &s, e));
    assert_true(s.user_id == u.id && s.created_us == 200 && s.seen_us == 900);
    assert_true(access_session_seen(c, S("h2"), 880, e)); /* never backwards */
    assert_true(access_session_find(c, S("h2"), &s, e) && s.seen_us == 900);
    assert_true(access_session_seen(c, S("h2"), 950, e));
    assert_true(access_session_find(c, S("h2"), &s, e) && s.seen_us == 950);
    assert_true(access_session_expire(c, 150, 860, e));
    assert_false(access_session_find(c, S("h1"), &s, e)); /* too old */
    assert_int_equal(e->code, ERR_NOT_FOUND);
    assert_false(access_session_find(c, S("h3"), &s, e)); /* idle */
    assert_true(access_session_delete(c, S("h2"), e));
    assert_false(access_session_find(c, S("h2"), &s, e));
    assert_true(access_session_insert(c, S("h4"), &(struct access_session){u.id, 800, 850}, e));
    assert_true(access_session_delete_user(c, u.id, e));
    assert_false(access_session_find(c, S("h4"), &s, e));
    return err_set(err, ERR_CONFLICT, "end", "fin");
}

static bool tokens(struct db_conn *c, void *arg, struct err *err)
{
    (void)arg;
    struct user u = {.email = S("a@example.org"), .password_hash = S("$h")};
    struct access_token t, *list;
    size_t n;
    assert_true(user_insert(c, &u, e));
    assert_true(access_token_insert(c, S("h1"), &(struct access_token){S("bbbb"), u.id, S("one"), 2, 0}, e));
    assert_true(access_token_insert(c, S("h2"), &(struct access_token){S("aaaa"), u.id, S("two"), 1, 0}, e));
    assert_true(access_token_find(c, &f.a, S("h1"), &t, e));
    assert_true(str_eq(t.id, S("bbbb")) && str_eq(t.name, S("one")) && t.used_us == INSTANT_NONE);
    assert_true(access_token_used(c, S("bbbb"), 77, e));
    assert_true(access_token_list(c, &f.a, u.id, &list, &n, e));
    assert_int_equal(n, 2);
    assert_true(str_eq(list[0].id, S("aaaa")) && list[1].used_us == 77);
    assert_false(access_token_delete(c, u.id + 1, S("bbbb"), e)); /* somebody else's */
    assert_int_equal(e->code, ERR_NOT_FOUND);
    assert_true(access_token_delete(c, u.id, S("bbbb"), e));
    assert_false(access_token_find(c, &f.a, S("h1"), &t, e));
    return err_set(err, ERR_CONFLICT, "end", "fin");
}

static bool failures_and_links(struct db_conn *c, void *arg, struct err *err)
{
    (void)arg;
    struct access_failure x;
    bool valid;
    assert_true(access_failure_find(c, S("k"), &x, e) && x.failures == 0);
    assert_true(access_failure_put(c, S("k"), &(struct access_failure){1, 10}, e));
    assert_true(access_failure_put(c, S("k"), &(struct access_failure){2, 20}, e));
    assert_true(access_failure_find(c, S("k"), &x, e) && x.failures == 2 && x.last_us == 20);
    assert_true(access_failure_expire(c, 20, e));
    assert_true(access_failure_find(c, S("k"), &x, e) && x.failures == 2);
    assert_true(access_failure_expire(c, 21, e));
    assert_true(access_failure_find(c, S("k"), &x, e) && x.failures == 0);
    assert_true(access_failure_put(c, S("k"), &(struct access_failure){1, 10}, e));
    assert_true(access_failure_delete(c, S("k"), e));
    assert_true(access_failure_find(c, S("k"), &x, e) && x.failures == 0);

    assert_true(access_setup_replace(c, S("one"), 100, e));
    assert_true(access_setup_replace(c, S("two"), 100, e));
    assert_true(access_setup_valid(c, S("one"), 50, &valid, e) && !valid);
    assert_true(access_setup_valid(c, S("two"), 50, &valid, e) && valid);
    assert_true(access_setup_valid(c, S("two"), 100, &valid, e) && !valid);
    assert_true(access_setup_delete(c, e));
    assert_true(access_setup_valid(c, S("two"), 50, &valid, e) && !valid);
    return err_set(err, ERR_CONFLICT, "end", "fin");
}

static void run(bool (*work)(struct db_conn *, void *, struct err *))
{
    struct err end;
    assert_false(db_write(f.store.hotel, work, NULL, &end));
    assert_int_equal(end.code, ERR_CONFLICT);
}

static void test_sessions(void **state)
{
    (void)state;
    run(sessions);
}

static void test_tokens(void **state)
{
    (void)state;
    run(tokens);
}

static void test_failures_and_links(void **state)
{
    (void)state;
    run(failures_and_links);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sessions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tokens, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failures_and_links, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
