#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json_fields.h"
#include "hub/account.h"
#include "hub/env_fixture.h"

static struct env_fixture f;

static int setup(void **state)
{
    (void)state;
    struct establishment h;
    env_fixture_open(&f);
    struct hotel_new one = {S("one"), S("One"), S("Europe/Paris"), S("EUR")};
    struct hotel_new two = {S("two"), S("Two"), S("Europe/Paris"), S("EUR")};
    return hotel_add(&f.env, &f.a, &one, &h, &f.e) && hotel_add(&f.env, &f.a, &two, &h, &f.e) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    env_fixture_close(&f);
    return 0;
}

#define PASSWORD S("correct horse battery")

static bool add(struct account_new in)
{
    int64_t id;
    return account_add(&f.env, &f.a, &in, &id, &f.e);
}

static void test_email(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      "a",     "@",       "a@",    "@b",    "a@b@c",
                                      "a b@c", "a@b\n", "a@b,c@d", "<a@b>", "a@\xff"};
    struct str out;
    assert_true(account_email(&f.a, S(" Zoe.Martin@Example.ORG "), &out, &f.e));
    assert_true(str_eq(out, S("zoe.martin@example.org")));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str s = str_of(bad[i]);
        bool trimmed_is_good = i == 7; /* the line break is at its end */
        assert_int_equal(account_email(&f.a, s, &out, &f.e), trimmed_is_good);
    }
}

static void test_add(void **state)
{
    (void)state;
    struct account_new u = {
        .email = S("A@example.org"), .password = PASSWORD, .hotel = S("one"), .role = ROLE_OWNER};
    struct principal p;
    struct user_hotel *hotels;
    size_t n;
    assert_true(add(u));
    assert_true(account_find(&f.env, &f.a, S("a@EXAMPLE.org"), &p, &f.e));
    assert_true(str_eq(p.email, S("a@example.org")) && !p.is_operator);
    assert_false(add(u)); /* again */
    assert_int_equal(f.e.code, ERR_CONFLICT);

    /* Without a password: another hotel for the same person. */
    u.password = (struct str){0};
    u.hotel = S("two");
    u.role = ROLE_VIEWER;
    u.is_operator = true;
    assert_true(add(u));
    assert_true(account_hotels(&f.env, &f.a, &p, &hotels, &n, &f.e));
    assert_int_equal(n, 2);
    assert_int_equal(hotels[1].role, ROLE_VIEWER);
    assert_true(account_find(&f.env, &f.a, S("a@example.org"), &p, &f.e) && p.is_operator);
}

static void refused(struct account_new in, enum err_code code, const char *pointer)
{
    assert_false(add(in));
    assert_int_equal(f.e.code, code);
    assert_string_equal(f.e.pointer, pointer);
}

static void test_add_refused(void **state)
{
    (void)state;
    const struct account_new good = {
        .email = S("a@example.org"), .password = PASSWORD, .hotel = S("one"), .role = ROLE_OWNER};
    struct account_new u = good;
    u.email = S("nobody");
    refused(u, ERR_INVALID, "/email");
    u = good;
    u.password = S("eleven char");
    refused(u, ERR_INVALID, "/password");
    u.password = S("éééééééééé1"); /* 11 code points, more bytes */
    refused(u, ERR_INVALID, "/password");
    u.password = S("correct horse \xff battery");
    refused(u, ERR_INVALID, "/password");
    char *long_one = arena_alloc(&f.a, 257);
    memset(long_one, 'x', 257);
    u.password = (struct str){long_one, 257};
    refused(u, ERR_INVALID, "/password");
    u.password = (struct str){0};
    refused(u, ERR_INVALID, "/password");
    u = good;
    u.role = ROLE_NONE;
    refused(u, ERR_INVALID, "/role");
    u = good;
    u.hotel = S("three");
    refused(u, ERR_NOT_FOUND, "");
    u.hotel = (struct str){0};
    refused(u, ERR_INVALID, "");
    bool needed;
    assert_true(account_setup_needed(&f.env, &needed, &f.e) && needed); /* nothing was half done */
}

static void test_roles(void **state)
{
    (void)state;
    struct principal owner, viewer, operator_;
    struct establishment h;
    struct err missing;
    enum role role;
    assert_true(add((struct account_new){
        .email = S("o@x"), .password = PASSWORD, .hotel = S("one"), .role = ROLE_OWNER}));
    assert_true(add((struct account_new){
        .email = S("v@x"), .password = PASSWORD, .hotel = S("one"), .role = ROLE_VIEWER}));
    assert_true(add((struct account_new){.email = S("op@x"), .password = PASSWORD, .is_operator = true}));
    assert_true(account_find(&f.env, &f.a, S("o@x"), &owner, &f.e) &&
                account_find(&f.env, &f.a, S("v@x"), &viewer, &f.e) &&
                account_find(&f.env, &f.a, S("op@x"), &operator_, &f.e));

    assert_true(account_role(&f.env, &f.a, &viewer, S("one"), &role, &h, &f.e) && role == ROLE_VIEWER);
    assert_true(account_require(&f.env, &f.a, &viewer, S("one"), ROLE_VIEWER, &h, &f.e));
    assert_true(str_eq(h.slug, S("one")) && h.id == 1);
    assert_false(account_require(&f.env, &f.a, &viewer, S("one"), ROLE_MANAGER, &h, &f.e));
    assert_int_equal(f.e.code, ERR_FORBIDDEN);
    assert_non_null(strstr(f.e.en, "“viewer”"));
    assert_non_null(strstr(f.e.fr, "« lecture »"));
    assert_null(strstr(f.e.fr, "viewer"));
    assert_true(account_require(&f.env, &f.a, &owner, S("one"), ROLE_MANAGER, &h, &f.e));

    /* A stranger's hotel and one that does not exist look the same. */
    assert_false(account_require(&f.env, &f.a, &owner, S("nowhere"), ROLE_VIEWER, &h, &missing));
    assert_int_equal(missing.code, ERR_NOT_FOUND);
    assert_false(account_require(&f.env, &f.a, &owner, S("two"), ROLE_VIEWER, &h, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_string_equal(f.e.en, missing.en);
    assert_string_equal(f.e.fr, missing.fr);
    assert_string_equal(f.e.pointer, missing.pointer);
    assert_false(account_require(&f.env, &f.a, &operator_, S("one"), ROLE_VIEWER, &h, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_true(account_require_operator(&operator_, &f.e));
    assert_false(account_require_operator(&owner, &f.e));
    assert_int_equal(f.e.code, ERR_FORBIDDEN);
}

static struct account_setup setup_request(void)
{
    struct account_setup in;
    struct str body = S(
        "{\"email\": \"Owner@Example.org\", \"password\": \"correct horse battery\", \"language\": \"fr\","
        "\"hotel\": {\"slug\": \"mine\", \"name\": \"Mine\", \"timezone\": \"Europe/Paris\", \"currency\": \"EUR\"}}");
    assert_true(json_decode(&f.a, &account_setup_fields, json_parse(&f.a, body, &f.e), &in, &f.e));
    return in;
}

static void test_setup(void **state)
{
    (void)state;
    struct account_setup in = setup_request();
    struct str old, token, none;
    struct principal p;
    struct establishment h;
    bool needed;
    assert_true(account_setup_start(&f.env, &f.a, &old, &f.e));
    assert_true(account_setup_start(&f.env, &f.a, &token, &f.e));
    assert_int_equal(token.n, 43);
    assert_false(account_setup(&f.env, &f.a, old, &in, &p, &f.e)); /* replaced by the new start */
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
    assert_false(account_setup(&f.env, &f.a, S(""), &in, &p, &f.e));

    struct account_setup bad = in;
    bad.hotel.timezone = S("Mars/Olympus");
    assert_false(account_setup(&f.env, &f.a, token, &bad, &p, &f.e));
    assert_string_equal(f.e.pointer, "/hotel/timezone");
    bad.hotel = in.hotel;
    bad.hotel.slug = S("one"); /* taken: the user must not stay behind */
    assert_false(account_setup(&f.env, &f.a, token, &bad, &p, &f.e));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_true(account_setup_needed(&f.env, &needed, &f.e) && needed);

    assert_true(account_setup(&f.env, &f.a, token, &in, &p, &f.e));
    assert_true(p.is_operator && p.language == LANG_FR && str_eq(p.email, S("owner@example.org")));
    assert_true(account_require(&f.env, &f.a, &p, S("mine"), ROLE_OWNER, &h, &f.e));
    assert_false(account_setup(&f.env, &f.a, token, &in, &p, &f.e)); /* used up */
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
    assert_true(account_setup_start(&f.env, &f.a, &none, &f.e));
    assert_false(str_given(none));
    assert_true(account_setup_needed(&f.env, &needed, &f.e) && !needed);
}

static void test_setup_expires(void **state)
{
    (void)state;
    struct account_setup in = setup_request();
    struct str token;
    struct principal p;
    in.hotel = (struct hotel_new){0};
    assert_true(account_setup_start(&f.env, &f.a, &token, &f.e));
    f.now_us += INT64_C(3600000000);
    assert_false(account_setup(&f.env, &f.a, token, &in, &p, &f.e));
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
    f.now_us -= 1;
    assert_true(account_setup(&f.env, &f.a, token, &in, &p, &f.e)); /* also without a hotel */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_email, setup, teardown),
        cmocka_unit_test_setup_teardown(test_add, setup, teardown),
        cmocka_unit_test_setup_teardown(test_add_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_roles, setup, teardown),
        cmocka_unit_test_setup_teardown(test_setup, setup, teardown),
        cmocka_unit_test_setup_teardown(test_setup_expires, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
