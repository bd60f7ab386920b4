#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/account.h"
#include "hub/env_fixture.h"

static struct env_fixture f;
static int64_t user_id;

static int setup(void **state)
{
    (void)state;
    env_fixture_open(&f);
    struct account_new u = {
        .email = S("a@example.org"), .password = S("correct horse battery"), .is_operator = true};
    return account_add(&f.env, &f.a, &u, &user_id, &f.e) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    env_fixture_close(&f);
    return 0;
}

static void test_token(void **state)
{
    (void)state;
    struct str text;
    struct principal p;
    struct access_token *list;
    size_t n;
    assert_true(account_token_create(&f.env, &f.a, user_id, S(" till "), &text, &f.e));
    assert_int_equal(text.n, 9 + 8 + 1 + 43 + 6);
    assert_true(str_starts(text, S("hub_live_")));
    assert_true(account_token_well_formed(text));
    assert_true(account_by_token(&f.env, &f.a, text, &p, &f.e));
    assert_int_equal(p.user_id, user_id);

    assert_true(account_token_list(&f.env, &f.a, user_id, &list, &n, &f.e));
    assert_int_equal(n, 1);
    assert_true(str_eq(list[0].name, S("till")) && str_eq(list[0].id, str_sub(text, 9, 8)));
    int64_t first = f.now_us;
    assert_int_equal(list[0].used_us, first);
    f.now_us += INT64_C(59000000); /* noted at most once a minute */
    assert_true(account_by_token(&f.env, &f.a, text, &p, &f.e));
    assert_true(account_token_list(&f.env, &f.a, user_id, &list, &n, &f.e) && list[0].used_us == first);
    f.now_us += INT64_C(1000000);
    assert_true(account_by_token(&f.env, &f.a, text, &p, &f.e));
    assert_true(account_token_list(&f.env, &f.a, user_id, &list, &n, &f.e) && list[0].used_us == f.now_us);

    assert_false(account_token_revoke(&f.env, user_id + 1, list[0].id, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_true(account_token_revoke(&f.env, user_id, list[0].id, &f.e));
    assert_false(account_by_token(&f.env, &f.a, text, &p, &f.e));
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
}

/* Every single letter that is mistyped is noticed without the store. */
static void test_typos(void **state)
{
    (void)state;
    struct str text;
    struct principal p;
    assert_true(account_token_create(&f.env, &f.a, user_id, S("till"), &text, &f.e));
    for (size_t i = 0; i < text.n; i++) {
        char *typo = (char *)arena_str(&f.a, text).p;
        typo[i] = typo[i] == 'x' ? 'y' : 'x';
        assert_false(account_token_well_formed((struct str){typo, text.n}));
        assert_false(account_token_well_formed(str_sub(text, 0, i)));
    }
    assert_false(account_token_well_formed((struct str){0}));
    assert_false(account_by_token(&f.env, &f.a, S("hub_live_"), &p, &f.e));
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
    assert_false(account_token_create(&f.env, &f.a, user_id, S("  "), &text, &f.e));
    assert_string_equal(f.e.pointer, "/name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_token, setup, teardown),
        cmocka_unit_test_setup_teardown(test_typos, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
