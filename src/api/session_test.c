#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

#define PASSWORD "correct horse battery"
#define JSON     "Content-Type: application/json\r\n"

static struct api_fixture f;

static int setup(void **state)
{
    (void)state;
    int64_t id;
    api_fixture_open(&f);
    struct account_new u = {.email = S("zoe@example.org"),
                            .password = S(PASSWORD),
                            .hotel = S("demo"),
                            .role = ROLE_MANAGER,
                            .language = LANG_FR};
    return account_add(&f.env.env, f.a, &u, &id, &f.env.e) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static struct reply login(const char *email, const char *password, const char *headers)
{
    struct str body = arena_fmt(f.a, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
    return fixture_ask(&f, "POST", "/api/login", arena_fmt(f.a, JSON "%s", headers).p, body);
}

static const char *cookie_of(const struct reply *r)
{
    struct str rest = reply_header(r, S("Set-Cookie")), pair = str_cut(&rest, ';');
    return arena_fmt(f.a, "Cookie: %.*s\r\n", STR_ARG(pair)).p;
}

static struct reply with_cookie(const char *method, const char *path, const char *cookie, const char *headers,
                                const char *body)
{
    return fixture_ask(&f, method, path, arena_fmt(f.a, "%s%s", cookie, headers).p, str_of(body));
}

static void test_login(void **state)
{
    (void)state;
    struct reply r = login("Zoe@Example.org", PASSWORD, "");
    assert_status(r, 200);
    struct str cookie = reply_header(&r, S("Set-Cookie"));
    assert_true(str_starts(cookie, S("selfkey_local=")));
    assert_true(str_find(cookie, S("; HttpOnly")) != SIZE_MAX &&
                str_find(cookie, S("; SameSite=Lax")) != SIZE_MAX);
    assert_string_equal(reply_text(&f, &r, "email"), "zoe@example.org");
    assert_string_equal(reply_text(&f, &r, "hotels.0.slug"), "demo");
    assert_string_equal(reply_text(&f, &r, "hotels.0.role"), "manager");
    struct reply me = with_cookie("GET", "/api/me", cookie_of(&r), "", NULL);
    assert_status(me, 200);
    assert_true(str_eq(me.body, r.body));
    /* Without Accept-Language texts come in the user's own language. */
    me = with_cookie("GET", "/api/admin/nowhere/rooms", cookie_of(&r), "", NULL);
    assert_problem(&f, me, 404, "");
    assert_string_equal(reply_text(&f, &me, "detail"), "cet hôtel n'existe pas");
}

static void test_logout(void **state)
{
    (void)state;
    struct reply r = login("zoe@example.org", PASSWORD, "");
    const char *cookie = cookie_of(&r);
    r = with_cookie("POST", "/api/logout", cookie, "Origin: http://localhost\r\n", NULL);
    assert_status(r, 204);
    assert_true(str_find(reply_header(&r, S("Set-Cookie")), S("Max-Age=0")) != SIZE_MAX);
    r = with_cookie("GET", "/api/me", cookie, "", NULL);
    assert_problem(&f, r, 401, "");
}

static void test_other_sites(void **state)
{
    (void)state;
    const char *path = "/api/admin/demo/rooms", *body = "{\"code\":\"CSRF\",\"units\":1}";
    struct reply r = login("zoe@example.org", PASSWORD, "");
    const char *cookie = cookie_of(&r);
    static const char *const foreign[] = {JSON "Origin: https://evil.example\r\n",
                                          JSON "Sec-Fetch-Site: cross-site\r\n",
                                          JSON "Sec-Fetch-Site: same-site\r\nOrigin: http://localhost\r\n"};
    static const char *const forms[] = {"Content-Type: text/plain\r\n",
                                        "Content-Type: application/x-www-form-urlencoded\r\n", ""};
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++) {
        r = with_cookie("POST", path, cookie, foreign[i], body);
        assert_problem(&f, r, 403, "");
    }
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        r = with_cookie("POST", path, cookie, forms[i], body);
        assert_problem(&f, r, 415, "");
        r = with_cookie("POST", "/api/logout", cookie, forms[i], i < 2 ? "{}" : NULL);
        assert_problem(&f, r, i < 2 ? 415 : 403, "");
    }
    r = with_cookie("POST", "/api/logout", cookie, "Sec-Fetch-Site: cross-site\r\n", NULL);
    assert_problem(&f, r, 403, "");
    r = login("zoe@example.org", PASSWORD, "Origin: https://evil.example\r\n");
    assert_problem(&f, r, 403, "");
    r = ask(&f, OWNER, "GET", path, NULL);
    assert_true(str_eq(r.body, S("{\"data\":[],\"nextCursor\":null}")));
    r = with_cookie("POST", path, cookie, JSON "Sec-Fetch-Site: same-origin\r\nOrigin: http://localhost\r\n",
                    body);
    assert_status(r, 201);
    /* A bearer token is never sent by a browser on its own. */
    struct str bearer = arena_fmt(f.a, "Authorization: Bearer %.*s\r\nOrigin: https://evil.example\r\n" JSON,
                                  STR_ARG(f.tokens[OWNER]));
    r = fixture_ask(&f, "POST", path, bearer.p, S("{\"code\":\"APP\",\"units\":1}"));
    assert_status(r, 201);
}

static void test_refused(void **state)
{
    (void)state;
    struct reply wrong = login("zoe@example.org", "not the password", "");
    struct reply unknown = login("nobody@example.org", "not the password", "");
    assert_problem(&f, wrong, 401, "");
    assert_true(str_eq(wrong.body, unknown.body));
    struct reply r = ask(&f, NOBODY, "POST", "/api/login", "{\"email\":\"zoe@example.org\"}");
    assert_problem(&f, r, 400, "/password");
    r = ask(&f, NOBODY, "POST", "/api/login", "{\"email\":7,\"password\":\"x\"}");
    assert_problem(&f, r, 400, "/email");
    for (int i = 0; i < 10 && r.status != 429; i++) {
        r = login("zoe@example.org", "guess", "");
    }
    assert_problem(&f, r, 429, "");
    assert_true(reply_header(&r, S("Retry-After")).n > 0);
}

static void test_setup(void **state)
{
    (void)state;
    static struct api_fixture fresh;
    struct str token;
    const char *body =
        "{\"email\":\"first@example.org\",\"password\":\"" PASSWORD "\",\"hotel\":{\"slug\":\"h\","
        "\"name\":\"H\",\"timezone\":\"Europe/Paris\",\"currency\":\"EUR\"}}";
    api_fixture_open_with(&fresh, false);
    struct reply r = ask(&fresh, NOBODY, "GET", "/api/setup", NULL);
    assert_string_equal(reply_text(&fresh, &r, "needed"), "true");
    assert_true(account_setup_start(&fresh.env.env, fresh.a, &token, &fresh.env.e));
    r = ask(&fresh, NOBODY, "POST", "/api/setup?token=wrong", body);
    assert_problem(&fresh, r, 401, "");
    const char *path = arena_fmt(fresh.a, "/api/setup?token=%.*s", STR_ARG(token)).p;
    r = ask(&fresh, NOBODY, "POST", path, "{\"email\":\"first@example.org\",\"password\":\"short\"}");
    assert_problem(&fresh, r, 400, "/password");
    r = fixture_ask(&fresh, "POST", "/api/setup",
                    arena_fmt(fresh.a, JSON "Authorization: Bearer %.*s\r\n", STR_ARG(token)).p,
                    str_of(body));
    assert_status(r, 201);
    assert_string_equal(reply_text(&fresh, &r, "hotels.0.role"), "owner");
    r = ask(&fresh, NOBODY, "POST", path, body);
    assert_problem(&fresh, r, 401, "");
    r = ask(&fresh, NOBODY, "GET", "/api/setup", NULL);
    assert_string_equal(reply_text(&fresh, &r, "needed"), "false");
    api_fixture_close(&fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_login),   cmocka_unit_test(test_logout), cmocka_unit_test(test_other_sites),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_setup),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
