#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/key.h"

static bool fill(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return key_insert(c, &(struct key){S("k_new"), S("{b}"), true, 20}, e) &&
           key_insert(c, &(struct key){S("k_old"), S("{a}"), false, 10}, e);
}

static void test_keys(void **state)
{
    (void)state;
    struct env_fixture f;
    struct key *keys;
    size_t n;
    env_fixture_open(&f);
    assert_true(db_write(f.store.hotel, fill, NULL, &f.e));
    assert_false(db_write(f.store.hotel, fill, NULL, &f.e)); /* an id twice */
    {
        DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
        assert_true(key_list(c, &f.a, &keys, &n, &f.e));
    }
    assert_int_equal(n, 2);
    assert_true(str_eq(keys[0].kid, S("k_old")) && !keys[0].is_active && str_eq(keys[0].sealed, S("{a}")));
    assert_true(str_eq(keys[1].kid, S("k_new")) && keys[1].is_active && keys[1].created_us == 20);
    env_fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
