#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "hub/keys.h"
#include "io/keyfile.h"

#include <sys/stat.h>

static struct env_fixture f;
static const struct keyring_place place = {S_INIT("t"), S_INIT("c"), S_INIT("1"), S_INIT("r")};

static int setup(void **state)
{
    (void)state;
    env_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    keys_close(&f.env);
    env_fixture_close(&f);
    return 0;
}

static const char *path(void)
{
    return arena_cstr(&f.a, keys_path(&f.env, &f.a));
}

static void test_first_start_and_next(void **state)
{
    (void)state;
    bool created;
    struct str envelope, plain;
    struct stat st;
    struct keys_status status;
    assert_true(keys_open(&f.env, &created, &f.e));
    assert_true(created);
    assert_int_equal(stat(path(), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(keyring_seal(f.env.keys, &f.a, place, S("secret"), &envelope, &f.e));
    keys_close(&f.env);
    assert_true(keys_open(&f.env, &created, &f.e));
    assert_false(created);
    assert_true(keyring_open(f.env.keys, &f.a, place, envelope, &plain, &f.e));
    assert_true(str_eq(plain, S("secret")));
    assert_true(keys_status(&f.env, &f.a, &status, &f.e));
    assert_int_equal(status.count, 1);
    assert_true(str_eq(status.keys[0].kid, keyring_active(f.env.keys)) && status.keys[0].is_active);
    assert_true(str_starts(status.master_id, S("m_")));
}

static void refused(enum err_code code)
{
    bool created;
    struct keys_status status;
    assert_false(keys_open(&f.env, &created, &f.e));
    assert_int_equal(f.e.code, code);
    assert_true(strlen(f.e.en) > 20 && strlen(f.e.fr) > 20);
    assert_false(created);
    assert_null(f.env.keys);
    assert_false(keys_status(&f.env, &f.a, &status, &f.e));
}

static void test_missing_wrong_open(void **state)
{
    (void)state;
    bool created;
    assert_true(keys_open(&f.env, &created, &f.e));
    keys_close(&f.env);

    assert_int_equal(chmod(path(), 0644), 0);
    refused(ERR_FORBIDDEN);
    assert_int_equal(chmod(path(), 0600), 0);

    const char *aside = arena_cstr(&f.a, arena_fmt(&f.a, "%s.aside", path()));
    assert_int_equal(rename(path(), aside), 0);
    refused(ERR_NOT_FOUND); /* and no new one is made: that would lose the old one's data */
    assert_int_not_equal(access(path(), F_OK), 0);

    uint8_t other[SECRET_KEY_SIZE];
    assert_true(keyfile_create(str_of(path()), other, &f.e));
    refused(ERR_INTERNAL); /* another key: both are named */
    assert_non_null(strstr(f.e.en, "m_"));

    f.env.key_file = str_of(aside); /* said where it is */
    assert_true(keys_open(&f.env, &created, &f.e));
    assert_int_equal(remove(aside), 0);
}

static bool second_key(struct db_conn *c, void *arg, struct err *e)
{
    return key_insert(c, arg, e);
}

static void test_several(void **state)
{
    (void)state;
    bool created;
    struct str envelope, plain;
    uint8_t master[SECRET_KEY_SIZE], fresh[SECRET_KEY_SIZE] = {1, 2, 3};
    struct key key = {.kid = S("k_older"), .created_us = 1};
    assert_true(keys_open(&f.env, &created, &f.e));
    struct keyring *old = keyring_new();
    assert_true(keyring_add(old, key.kid, fresh, true, &f.e));
    assert_true(keyring_seal(old, &f.a, place, S("from before"), &envelope, &f.e));
    assert_false(keyring_open(f.env.keys, &f.a, place, envelope, &plain, &f.e));
    assert_true(keyfile_read(str_of(path()), master, &f.e));
    assert_true(keyring_seal_data_key(&f.a, master, key.kid, fresh, &key.sealed, &f.e));
    assert_true(db_write(f.store.hotel, second_key, &key, &f.e));
    assert_true(keys_open(&f.env, &created, &f.e));
    assert_true(keyring_open(f.env.keys, &f.a, place, envelope, &plain, &f.e));
    assert_true(str_eq(plain, S("from before")));
    assert_false(str_eq(keyring_active(f.env.keys), key.kid));
    keyring_free(old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_first_start_and_next, setup, teardown),
        cmocka_unit_test_setup_teardown(test_missing_wrong_open, setup, teardown),
        cmocka_unit_test_setup_teardown(test_several, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
