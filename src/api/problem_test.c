#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/problem.h"
#include "format/json.h"

static struct arena a;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static struct str member(const struct json *v, const char *name)
{
    const struct json *m = json_get(v, str_of(name));
    return m ? m->text : (struct str){0};
}

static void test_document(void **state)
{
    (void)state;
    struct err e;
    err_field(&e, ERR_INVALID, "arrival", "there is no such day “%s”", "ce jour n'existe pas : « %s »",
              "x\"y");
    struct problem p = problem_of(&e);
    p.request_id = S("0123456789abcdef");
    struct http_response r = problem_response(&a, &p, LANG_FR);
    assert_int_equal(r.status, 400);
    assert_true(str_eq(r.type, S("application/problem+json")));
    assert_int_equal(r.header_count, 0);
    const struct json *v = json_parse(&a, r.body, &e);
    assert_non_null(v);
    assert_true(str_eq(member(v, "type"), S("about:blank")));
    assert_true(str_eq(member(v, "title"), S("Bad Request")));
    assert_true(str_eq(member(v, "status"), S("400")));
    assert_true(str_eq(member(v, "code"), S("invalid")));
    assert_true(str_eq(member(v, "detail"), S("ce jour n'existe pas : « x\"y »")));
    assert_true(str_eq(member(v, "instance"), S("urn:selfkey:request:0123456789abcdef")));
    const struct json *first = json_at(json_get(v, S("errors")), 0);
    assert_true(str_eq(member(first, "pointer"), S("/arrival")));
    assert_true(str_eq(member(first, "detail"), member(v, "detail")));
}

static void test_internal_is_not_told(void **state)
{
    (void)state;
    struct err e;
    err_set(&e, ERR_INTERNAL, "table users is corrupt", "la table users est abîmée");
    struct problem p = problem_of(&e);
    struct str body = problem_json(&a, &p, LANG_EN);
    assert_int_equal(p.status, 500);
    assert_true(str_find(body, S("corrupt")) == SIZE_MAX);
    assert_true(str_find(body, S("instance")) == SIZE_MAX);
    /* A function that failed without saying why is a fault of the program too. */
    e = (struct err){0};
    assert_int_equal(problem_of(&e).status, 500);
    err_set(&e, ERR_RETRY, "snapshot is old", "l'instantané est ancien");
    assert_int_equal(problem_of(&e).status, 503);
    assert_true(str_eq(problem_of(&e).code, S("busy")));
}

static struct str header(const struct http_response *r, struct str name)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (str_eq_nocase(r->headers[i].name, name)) {
            return r->headers[i].value;
        }
    }
    return (struct str){0};
}

static void test_headers(void **state)
{
    (void)state;
    struct err e;
    err_set(&e, ERR_UNAUTHENTICATED, "no", "non");
    struct problem p = problem_of(&e);
    struct http_response r = problem_response(&a, &p, LANG_EN);
    assert_true(str_eq(header(&r, S("WWW-Authenticate")), S("Bearer")));
    err_set(&e, ERR_LIMITED, "no", "non");
    p = problem_of(&e);
    p.retry_after_s = 32;
    r = problem_response(&a, &p, LANG_EN);
    assert_int_equal(r.status, 429);
    assert_true(str_eq(header(&r, S("Retry-After")), S("32")));
    p = (struct problem){405, S("method_not_allowed"), TEXT("no", "non"), .allow = S("GET, HEAD")};
    r = problem_response(&a, &p, LANG_EN);
    assert_true(str_eq(header(&r, S("Allow")), S("GET, HEAD")));
    p = (struct problem){421, S("misdirected"), TEXT("no", "non")};
    assert_true(str_find(problem_json(&a, &p, LANG_EN), S("Misdirected Request")) != SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_document, setup, teardown),
        cmocka_unit_test_setup_teardown(test_internal_is_not_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_headers, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
