#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/http_answer.h"

#include <string.h>

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 1u << 20);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const char *header(const struct http_answer_headers *h, const char *name, size_t *count)
{
    const char *value = NULL;
    *count = 0;
    for (size_t i = 0; i < h->count; i++) {
        if (!strcmp(h->name[i], name)) {
            value = h->value[i];
            ++*count;
        }
    }
    return value;
}

static void always_there(void **state)
{
    (void)state;
    struct http_request q = {.id = S("0123456789abcdef")};
    struct http_response r = {.status = 200};
    struct http_answer_headers h;
    size_t n;
    assert_true(http_answer_headers(&h, &r, &q, false, &arena));
    assert_int_equal(h.count, 7);
    assert_string_equal(header(&h, "X-Content-Type-Options", &n), "nosniff");
    assert_string_equal(header(&h, "Referrer-Policy", &n), "no-referrer");
    assert_string_equal(header(&h, "Cross-Origin-Opener-Policy", &n), "same-origin");
    assert_string_equal(header(&h, "Cross-Origin-Resource-Policy", &n), "same-origin");
    assert_string_equal(header(&h, "X-Request-Id", &n), "0123456789abcdef");
    assert_string_equal(header(&h, "Cache-Control", &n), "no-store");
    assert_string_equal(header(&h, "Content-Security-Policy", &n), HTTP_DEFAULT_CSP);
    q.secure = true;
    struct http_pair cookies[] = {{S("Set-Cookie"), S("a=1")}, {S("Set-Cookie"), S("b=2")}};
    r = (struct http_response){.status = 599,
                               .type = S("text/html"),
                               .csp = S("default-src 'self'"),
                               .cache = S("max-age=1"),
                               .headers = cookies,
                               .header_count = 2,
                               .close = true};
    assert_true(http_answer_headers(&h, &r, &q, false, &arena));
    assert_string_equal(header(&h, "Strict-Transport-Security", &n), "max-age=63072000; includeSubDomains");
    assert_string_equal(header(&h, "Content-Security-Policy", &n), "default-src 'self'");
    assert_int_equal(n, 1);
    assert_string_equal(header(&h, "Cache-Control", &n), "max-age=1");
    assert_int_equal(n, 1);
    assert_string_equal(header(&h, "Content-Type", &n), "text/html");
    assert_string_equal(header(&h, "Connection", &n), "close");
    header(&h, "Set-Cookie", &n);
    assert_int_equal(n, 2);
}

static void malformed(void **state)
{
    (void)state;
    struct http_request q = {0};
    struct http_answer_headers h;
    static const struct http_pair bad[] = {
        {S_INIT("X"), S_INIT("a\r\nSet-Cookie: b")},
        {S_INIT("X"), S_INIT("a\nb")},
        {S_INIT("X"), S_INIT("a\0b")},
        {S_INIT("X y"), S_INIT("a")},
        {S_INIT("X:"), S_INIT("a")},
        {S_INIT(""), S_INIT("a")},
        {S_INIT("X"), S_INIT("")},
        {S_INIT("X"), {NULL, 0}},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct http_response r = {.status = 200, .headers = &bad[i], .header_count = 1};
        assert_false(http_answer_headers(&h, &r, &q, false, &arena));
        assert_false(str_given(http_answer_bytes(&r, &q, &arena)));
    }
    struct http_response worse[] = {{.status = 0},
                                    {.status = 199},
                                    {.status = 600},
                                    {.status = 200, .type = S("a\nb")},
                                    {.status = 200, .csp = S("a\rb")},
                                    {.status = 200, .cache = S("\x7f")}};
    for (size_t i = 0; i < ARRAY_LEN(worse); i++) {
        assert_false(http_answer_headers(&h, &worse[i], &q, false, &arena));
    }
    struct http_pair many[HTTP_ANSWER_HEADERS];
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        many[i] = (struct http_pair){S("X"), S("1")};
    }
    struct http_response r = {.status = 200, .headers = many, .header_count = ARRAY_LEN(many)};
    assert_false(http_answer_headers(&h, &r, &q, false, &arena));
}

static void as_bytes(void **state)
{
    (void)state;
    struct http_request q = {.method = S("POST")};
    struct http_response r = http_fault_response(HTTP_FAULT_TIMEOUT, S("{}"));
    struct str s = http_answer_bytes(&r, &q, &arena);
    assert_true(str_starts(s, S("HTTP/1.1 408 Request Timeout\r\nX-Content-Type-Options: nosniff\r\n")));
    assert_true(str_find(s, S("\r\nConnection: close\r\n")) != SIZE_MAX);
    assert_true(str_find(s, S("\r\nContent-Type: application/problem+json\r\n")) != SIZE_MAX);
    assert_true(str_find(s, S("X-Request-Id")) == SIZE_MAX);
    assert_true(str_ends(s, S("\r\nContent-Length: 2\r\n\r\n{}")));
    q.method = S("HEAD");
    assert_true(str_ends(http_answer_bytes(&r, &q, &arena), S("\r\nContent-Length: 2\r\n\r\n")));
    r.body_fd = 5;
    assert_false(str_given(http_answer_bytes(&r, &q, &arena)));
    r = http_fault_response(HTTP_FAULT_METHOD_NEVER, S("{}"));
    assert_true(r.status == 405 && str_eq(r.headers[0].name, S("Allow")));
    r = http_fault_response(HTTP_FAULT_STOPPING, S("{}"));
    assert_true(r.status == 503 && str_eq(r.headers[0].name, S("Retry-After")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(always_there, setup, clean),
        cmocka_unit_test_setup_teardown(malformed, setup, clean),
        cmocka_unit_test_setup_teardown(as_bytes, setup, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
