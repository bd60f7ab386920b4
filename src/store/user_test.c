#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/user.h"

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

static bool fill(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    struct establishment h1 = {
        .slug = S("b-hotel"), .name = S("B"), .timezone = S("Europe/Paris"), .currency = S("EUR")};
    struct establishment h2 = {
        .slug = S("a-hotel"), .name = S("A"), .timezone = S("Asia/Tokyo"), .currency = S("JPY")};
    struct user u1 = {
        .email = S("a@example.org"), .password_hash = S("$h"), .is_operator = true, .created_us = 5};
    struct user u2 = {.email = S("b@example.org"), .password_hash = S("$h"), .language = LANG_FR};
    return establishment_insert(c, &h1, e) && establishment_insert(c, &h2, e) && user_insert(c, &u1, e) &&
           user_insert(c, &u2, e) && user_set_role(c, u1.id, h1.id, ROLE_VIEWER, e) &&
           user_set_role(c, u1.id, h2.id, ROLE_OWNER, e) && user_set_role(c, u1.id, h1.id, ROLE_MANAGER, e) &&
           user_set_password(c, u2.id, S("$other"), e) && user_set_operator(c, u2.id, true, e);
}

static bool insert_again(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    struct user u = {.email = S("a@example.org"), .password_hash = S("$h")};
    return user_insert(c, &u, e);
}

static bool leave(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return user_set_role(c, 1, 1, ROLE_NONE, e);
}

static void test_users(void **state)
{
    (void)state;
    struct user u;
    int64_t count;
    assert_true(db_write(f.store.hotel, fill, NULL, &f.e));
    assert_false(db_write(f.store.hotel, insert_again, NULL, &f.e));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_string_equal(f.e.pointer, "/email");
    DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
    assert_true(user_count(c, &count, &f.e));
    assert_int_equal(count, 2);
    assert_true(user_find_email(c, &f.a, S("a@example.org"), &u, &f.e));
    assert_true(u.is_operator && u.language == LANG_EN && u.created_us == 5 &&
                str_eq(u.password_hash, S("$h")));
    assert_true(user_find_id(c, &f.a, 2, &u, &f.e));
    assert_true(u.is_operator && u.language == LANG_FR && str_eq(u.password_hash, S("$other")));
    assert_false(user_find_email(c, &f.a, S("A@example.org"), &u, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(user_find_id(c, &f.a, 3, &u, &f.e));
}

static void test_roles(void **state)
{
    (void)state;
    enum role role;
    struct user_hotel *list;
    size_t n;
    assert_true(db_write(f.store.hotel, fill, NULL, &f.e));
    {
        DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
        assert_true(user_role(c, 1, 1, &role, &f.e));
        assert_int_equal(role, ROLE_MANAGER);
        assert_true(user_role(c, 2, 1, &role, &f.e));
        assert_int_equal(role, ROLE_NONE);
        assert_true(user_hotels(c, &f.a, 1, &list, &n, &f.e));
        assert_int_equal(n, 2);
        assert_true(str_eq(list[0].hotel.slug, S("a-hotel")) && list[0].role == ROLE_OWNER);
        assert_true(str_eq(list[1].hotel.currency, S("EUR")) && list[1].role == ROLE_MANAGER);
    }
    assert_true(db_write(f.store.hotel, leave, NULL, &f.e));
    DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
    assert_true(user_role(c, 1, 1, &role, &f.e));
    assert_int_equal(role, ROLE_NONE);
    assert_int_equal(role_find(S("owner")), ROLE_OWNER);
    assert_int_equal(role_find(S("Owner")), ROLE_NONE);
    assert_int_equal(role_find((struct str){0}), ROLE_NONE);
    assert_true(str_eq(role_name(ROLE_VIEWER), S("viewer")));
    assert_false(str_given(role_name(ROLE_NONE)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_users, setup, teardown),
        cmocka_unit_test_setup_teardown(test_roles, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
