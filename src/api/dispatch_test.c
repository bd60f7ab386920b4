#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/dispatch.h"
#include "hub/env_fixture.h"

static const struct auth_site site = {S_INIT("https://hub.example.org"), true};
static struct env_fixture f;
static struct http_request r;
static struct http_pair headers[4];
static struct api_call c;

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

static bool head(const char *method, const char *path)
{
    r.method = str_of(method);
    r.path = str_of(path);
    r.host = str_given(r.host) ? r.host : S("localhost");
    r.arena = &f.a;
    r.id = S("0123456789abcdef");
    r.headers = headers;
    c = (struct api_call){.env = &f.env, .request = &r, .arena = &f.a};
    return dispatch_head(&c, &site);
}

static void add(const char *name, const char *value)
{
    headers[r.header_count++] = (struct http_pair){str_of(name), str_of(value)};
}

static void test_types(void **state)
{
    (void)state;
    bool special;
    assert_true(dispatch_type_fits(API_BODY_JSON, S("application/json"), &special) && special);
    assert_true(dispatch_type_fits(API_BODY_JSON_OPTIONAL, S("APPLICATION/JSON ;charset=UTF-8"), &special));
    assert_true(dispatch_type_fits(API_BODY_JSON, S("application/json; charset=\"utf-8\""), &special));
    assert_true(dispatch_type_fits(API_BODY_FILE, S("text/csv; header=present"), &special) && special);
    assert_true(dispatch_type_fits(API_BODY_FORM, S("application/x-www-form-urlencoded"), &special) &&
                !special);
    assert_true(dispatch_type_fits(API_BODY_NONE, (struct str){0}, &special) && !special);
    assert_true(dispatch_type_fits(API_BODY_RAW, S("anything"), &special) && !special);
    static const char *const bad[] = {"",
                                      "text/json",
                                      "text/plain",
                                      "application/json2",
                                      "application/json; charset=latin1",
                                      "multipart/form-data; boundary=x"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(dispatch_type_fits(API_BODY_JSON, str_of(bad[i]), &special));
        assert_false(dispatch_type_fits(API_BODY_FILE, str_of(bad[i]), &special));
    }
}

/* What is refused before a byte of the body is read. */
static void test_head(void **state)
{
    (void)state;
    const char *rooms = "/api/admin/demo/rooms", *imports = "/api/admin/demo/imports";
    r = (struct http_request){0};
    assert_true(head("GET", "/healthz"));
    assert_int_equal(c.answer.status, 200);
    assert_false(head("GET", rooms));
    assert_int_equal(c.answer.status, 401);
    assert_false(head("GET", "/nowhere"));
    assert_int_equal(c.answer.status, 404);
    assert_false(head("PUT", rooms));
    assert_int_equal(c.answer.status, 405);
    assert_false(head("OPTIONS", rooms));
    assert_int_equal(c.answer.status, 204);
    add("Authorization", "Bearer x");
    assert_true(head("GET", rooms)); /* whether the token is good needs the store */
    assert_false(head("POST", rooms));
    assert_int_equal(c.answer.status, 415);
    assert_false(head("POST", imports));
    assert_int_equal(c.answer.status, 415);
    add("Content-Type", "text/csv");
    assert_true(head("POST", imports));
    assert_false(head("POST", rooms));
    assert_int_equal(c.answer.status, 415);
    r.host = S("evil.example");
    assert_false(head("GET", rooms));
    assert_int_equal(c.answer.status, 421);
    assert_true(head("GET", "/healthz"));
}

static void test_origin(void **state)
{
    (void)state;
    r = (struct http_request){0};
    add("Cookie", "selfkey_local=x");
    add("Content-Type", "application/json");
    assert_true(head("POST", "/api/admin/demo/rooms"));
    add("Origin", "https://evil.example");
    assert_false(head("POST", "/api/admin/demo/rooms"));
    assert_int_equal(c.answer.status, 403);
    assert_true(head("GET", "/api/admin/demo/rooms"));
    assert_true(head("POST", "/api/webhooks/integrations/demo/x"));
    assert_false(head("POST", "/api/login"));
    headers[0] = (struct http_pair){S("Authorization"), S("Bearer x")};
    assert_true(head("POST", "/api/admin/demo/rooms"));
    headers[0] = (struct http_pair){S("X"), S("none")};
    assert_false(head("POST", "/api/login"));
    assert_int_equal(c.answer.status, 403);
}

static void test_run(void **state)
{
    (void)state;
    r = (struct http_request){.body = S("{\"email\":\"a@example.org\",\"password\":7}")};
    add("Content-Type", "application/json");
    assert_true(head("POST", "/api/login"));
    dispatch_run(&c);
    assert_int_equal(c.answer.status, 400);
    add("Authorization", "Bearer nonsense");
    assert_true(head("GET", "/api/me"));
    dispatch_run(&c);
    assert_int_equal(c.answer.status, 401);
    r = (struct http_request){.body = S("{}")}; /* of no type at all */
    assert_false(head("POST", "/api/login"));
    assert_int_equal(c.answer.status, 415);
    add("Authorization", "Bearer nonsense");
    assert_true(head("POST", "/api/logout")); /* where none is needed */
    dispatch_run(&c);
    assert_int_equal(c.answer.status, 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_origin),
        cmocka_unit_test(test_run),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
