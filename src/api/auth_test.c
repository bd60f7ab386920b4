#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/auth.h"
#include "hub/env_fixture.h"

static struct arena a;
static struct http_pair headers[8];
static struct http_request r;
static struct err e;
static const struct auth_site site = {S_INIT("https://hub.example.org"), true};

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 20);
    r = (struct http_request){
        .arena = &a, .method = S("POST"), .host = S("localhost:8080"), .headers = headers};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static void add(const char *name, const char *value)
{
    headers[r.header_count++] = (struct http_pair){str_of(name), str_of(value)};
}

static void test_credentials(void **state)
{
    (void)state;
    assert_int_equal(auth_credentials(&r).kind, AUTH_NONE);
    add("Cookie", "a=b; selfkey_local=SESSION; __Host-selfkey=SAFE");
    struct auth_credentials c = auth_credentials(&r);
    assert_int_equal(c.kind, AUTH_COOKIE);
    assert_true(str_eq(c.text, S("SESSION")));
    r.secure = true; /* the local cookie, which anybody on the line could have set, counts no more */
    assert_true(str_eq(auth_credentials(&r).text, S("SAFE")));
    add("Authorization", "bearer  TOKEN");
    c = auth_credentials(&r);
    assert_int_equal(c.kind, AUTH_BEARER);
    assert_true(str_eq(c.text, S("TOKEN")));
    headers[1].value = S("Basic YTpi");
    assert_int_equal(auth_credentials(&r).kind, AUTH_NONE);
}

static void test_who(void **state)
{
    (void)state;
    struct env_fixture f;
    env_fixture_open(&f);
    struct account_new u = {.email = S("a@example.org"),
                            .password = S("correct horse battery"),
                            .is_operator = true,
                            .language = LANG_FR};
    struct account_login in = {S("a@example.org"), S("correct horse battery"), S("")};
    struct account_session session;
    struct principal p;
    struct str token;
    int64_t id;
    assert_true(account_add(&f.env, &f.a, &u, &id, &f.e));
    assert_true(account_login(&f.env, &f.a, &in, &session, &f.e));
    assert_true(account_token_create(&f.env, &f.a, id, S("test"), &token, &f.e));
    struct auth_credentials c = {AUTH_COOKIE, session.token};
    assert_true(auth_who(&f.env, &f.a, &c, &p, &f.e));
    assert_true(p.user_id == id);
    c = (struct auth_credentials){AUTH_BEARER, token};
    assert_true(auth_who(&f.env, &f.a, &c, &p, &f.e));
    assert_true(p.user_id == id);
    /* A session's value is no bearer token, and the other way round. */
    c.text = session.token;
    assert_false(auth_who(&f.env, &f.a, &c, &p, &f.e));
    c = (struct auth_credentials){AUTH_COOKIE, token};
    assert_false(auth_who(&f.env, &f.a, &c, &p, &f.e));
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
    c = (struct auth_credentials){0};
    assert_false(auth_who(&f.env, &f.a, &c, &p, &f.e));
    assert_int_equal(f.e.code, ERR_UNAUTHENTICATED);
    env_fixture_close(&f);
}

static void test_cookie(void **state)
{
    (void)state;
    struct http_pair p = auth_cookie(&a, true, S("ABC"));
    assert_true(str_eq(p.name, S("Set-Cookie")));
    assert_true(
        str_eq(p.value, S("__Host-selfkey=ABC; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure")));
    p = auth_cookie(&a, false, S("ABC"));
    assert_true(str_eq(p.value, S("selfkey_local=ABC; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200")));
    p = auth_cookie(&a, false, (struct str){0});
    assert_true(str_eq(p.value, S("selfkey_local=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")));
}

static void test_host(void **state)
{
    (void)state;
    static const char *const good[] = {"localhost", "LOCALHOST:9", "127.0.0.1:8080",  "127.1.2.3",
                                       "[::1]",     "[::1]:8080",  "hub.example.org", "Hub.Example.org:443"};
    static const char *const bad[] = {"evil.example",
                                      "localhost.evil.example",
                                      "192.0.2.1:8080",
                                      "xhub.example.org",
                                      "hub.example.org.evil.example",
                                      "127.0.0.1.nip.io:80",
                                      "[::2]",
                                      "",
                                      "[::1"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_true(auth_host_fine(&site, str_of(good[i])));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(auth_host_fine(&site, str_of(bad[i])));
    }
    assert_false(auth_host_fine(&site, (struct str){0}));
    const struct auth_site anywhere = {0}, local = {.loopback = true};
    assert_true(auth_host_fine(&anywhere, S("whatever.example")));
    assert_false(auth_host_fine(&local, S("hub.example.org")));
}

static bool same_site(const char *fetch, const char *origin, bool special)
{
    r.header_count = 0;
    if (fetch) {
        add("Sec-Fetch-Site", fetch);
    }
    if (origin) {
        add("Origin", origin);
    }
    return auth_same_site(&site, &r, special, &e);
}

static void test_same_site(void **state)
{
    (void)state;
    assert_true(same_site("same-origin", "http://localhost:8080", true));
    assert_true(same_site("none", NULL, false));
    assert_true(same_site(NULL, "http://localhost:8080", false));
    assert_true(same_site(NULL, "https://hub.example.org", false));
    assert_true(same_site(NULL, NULL, true)); /* not a browser's form: it cannot send such a type */
    assert_false(same_site(NULL, NULL, false));
    assert_int_equal(e.code, ERR_FORBIDDEN);
    static const char *const origins[] = {"https://evil.example",
                                          "null",
                                          "http://localhost:8081",
                                          "https://localhost:8080",
                                          "http://localhost:8080.evil.example",
                                          "",
                                          "http://"};
    for (size_t i = 0; i < ARRAY_LEN(origins); i++) {
        assert_false(same_site(NULL, origins[i], true));
        assert_int_equal(same_site("same-origin", origins[i], true), str_eq(str_of(origins[i]), S("null")));
    }
    assert_false(same_site("cross-site", NULL, true));
    assert_false(same_site("cross-site", "null", true));
    assert_false(same_site("same-site", "http://localhost:8080", true));
    r.header_count = 0;
    add("X-Requested-With", "fetch");
    assert_true(auth_same_site(&site, &r, false, &e));
    r.secure = true;
    assert_false(same_site(NULL, "http://localhost:8080", true));
    assert_true(same_site(NULL, "https://localhost:8080", true));
}

static void test_safe(void **state)
{
    (void)state;
    assert_true(auth_is_safe(S("GET")) && auth_is_safe(S("HEAD")) && auth_is_safe(S("OPTIONS")));
    assert_false(auth_is_safe(S("POST")) || auth_is_safe(S("PUT")) || auth_is_safe(S("DELETE")) ||
                 auth_is_safe(S("PATCH")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_credentials, setup, teardown),
        cmocka_unit_test_setup_teardown(test_who, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cookie, setup, teardown),
        cmocka_unit_test_setup_teardown(test_host, setup, teardown),
        cmocka_unit_test_setup_teardown(test_same_site, setup, teardown),
        cmocka_unit_test_setup_teardown(test_safe, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
