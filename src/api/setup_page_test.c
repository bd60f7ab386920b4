#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

#define FORM   "Content-Type: application/x-www-form-urlencoded\r\n"
#define FIELDS "&email=first%40example.org&name=H%C3%B4tel+%3CA%26B%3E&timezone=Europe%2FParis&currency=EUR"

static struct api_fixture f;
static struct str token;

static int setup(void **state)
{
    (void)state;
    api_fixture_open_with(&f, false);
    return account_setup_start(&f.env.env, f.a, &token, &f.env.e) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static bool has(const struct reply *r, const char *text)
{
    return str_find(r->body, str_of(text)) != SIZE_MAX;
}

static struct reply send_form(const char *headers, const char *fields)
{
    struct str body = arena_fmt(f.a, "token=%.*s%s", STR_ARG(token), fields);
    return fixture_ask(&f, "POST", "/setup", headers, body);
}

static void test_page(void **state)
{
    (void)state;
    struct reply r = ask(&f, NOBODY, "GET", "/setup", NULL);
    assert_status(r, 200);
    assert_false(has(&r, "<form"));
    r = ask(&f, NOBODY, "GET", "/setup?token=a%22%3E%3Cscript%3E", NULL);
    assert_status(r, 200);
    assert_true(has(&r, "value=\"a&quot;&gt;&lt;script&gt;\""));
    assert_true(has(&r, "<label for=\"password\">Password</label>"));
    assert_false(has(&r, "<script"));
    struct str csp = reply_header(&r, S("Content-Security-Policy"));
    assert_true(str_starts(csp, S("default-src 'none'; style-src 'self'; form-action 'self'")));
    r = fixture_ask(&f, "GET", "/setup?token=x", "Accept-Language: fr\r\n", (struct str){0});
    assert_true(has(&r, "<html lang=\"fr\">") && has(&r, "Mot de passe"));
    r = ask(&f, NOBODY, "GET", "/setup.css", NULL);
    assert_status(r, 200);
    assert_true(str_starts(reply_header(&r, S("Content-Type")), S("text/css")));
}

static void test_faults(void **state)
{
    (void)state;
    struct reply r = send_form(FORM, "&password=tiny+one&slug=h" FIELDS);
    assert_status(r, 400);
    assert_true(has(&r, "role=\"alert\"") &&
                has(&r, "type=\"password\" autocomplete=\"new-password\" required "
                        "aria-describedby=\"password-help\" aria-invalid"));
    assert_false(has(&r, "tiny"));
    assert_true(has(&r, "value=\"Hôtel &lt;A&amp;B&gt;\""));
    r = send_form(FORM, "&password=correct+horse+battery&slug=" FIELDS);
    assert_status(r, 400);
    assert_true(
        has(&r, "name=\"slug\" type=\"text\" autocomplete=\"off\" required aria-describedby=\"slug-help\" "
                "aria-invalid"));
    r = fixture_ask(&f, "POST", "/setup", FORM,
                    S("token=wrong&password=correct+horse+battery&slug=h" FIELDS));
    assert_status(r, 401);
    r = fixture_ask(&f, "POST", "/setup", FORM, S("token=%ff"));
    assert_problem(&f, r, 400, "");
    r = fixture_ask(&f, "POST", "/setup", "Content-Type: application/json\r\n", S("{}"));
    assert_problem(&f, r, 415, "");
    r = send_form(FORM "Sec-Fetch-Site: cross-site\r\n", "&password=correct+horse+battery&slug=h" FIELDS);
    assert_problem(&f, r, 403, "");
}

static void test_done(void **state)
{
    (void)state;
    /* As a browser sends a form from a page without referrer. */
    struct reply r = send_form(FORM "Sec-Fetch-Site: same-origin\r\nOrigin: null\r\n",
                               "&password=correct+horse+battery&slug=h" FIELDS);
    assert_status(r, 201);
    assert_true(has(&r, "selfkey token add") && has(&r, "/api/admin/h/rooms"));
    struct principal p;
    assert_true(account_find(&f.env.env, f.a, S("first@example.org"), &p, &f.env.e));
    assert_true(p.is_operator);
    r = ask(&f, NOBODY, "GET", "/setup?token=x", NULL);
    assert_status(r, 410);
    r = send_form(FORM, "&password=correct+horse+battery&slug=h2" FIELDS);
    assert_status(r, 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_done),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
