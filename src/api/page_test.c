#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/page.h"
#include "format/base64.h"

static struct arena a;
static struct http_pair query[2];
static struct http_request r;
static struct err e;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 20);
    r = (struct http_request){.arena = &a, .query = query};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static bool read_with(const char *limit, struct str cursor, struct page *p)
{
    r.query_count = 0;
    if (limit) {
        query[r.query_count++] = (struct http_pair){S("limit"), str_of(limit)};
    }
    if (str_given(cursor)) {
        query[r.query_count++] = (struct http_pair){S("cursor"), cursor};
    }
    return page_read(&r, "rooms", p, &e);
}

static void test_limit(void **state)
{
    (void)state;
    struct page p;
    assert_true(read_with(NULL, (struct str){0}, &p));
    assert_int_equal(p.limit, 50);
    assert_int_equal(p.key, 0);
    assert_true(read_with("200", S(""), &p));
    assert_int_equal(p.limit, 200);
    static const char *const bad[] = {"0", "201", "-1", "x", "", "1.5", "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(read_with(bad[i], (struct str){0}, &p));
        assert_int_equal(e.code, ERR_INVALID);
        assert_string_equal(e.pointer, "/limit");
    }
}

static void test_cursor(void **state)
{
    (void)state;
    struct page p = {.kind = S("rooms")}, back;
    struct str cursor = page_cursor(&a, &p, INT64_C(9223372036854775807));
    for (size_t i = 0; i < cursor.n; i++) {
        char c = cursor.p[i];
        assert_true((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '_');
    }
    assert_true(read_with(NULL, cursor, &back));
    assert_true(back.key == INT64_C(9223372036854775807));
    struct page other = {.kind = S("guests")};
    struct str bad[] = {S("!!"),
                        S("x"),
                        page_cursor(&a, &other, 5),
                        base64_url_encode(&a, S("rooms:0")),
                        base64_url_encode(&a, S("rooms:-4")),
                        base64_url_encode(&a, S("rooms:")),
                        base64_url_encode(&a, S("rooms")),
                        base64_url_encode(&a, S("rooms:1\0")),
                        base64_url_encode(&a, S("rooms:99999999999999999999"))};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(read_with(NULL, bad[i], &back));
        assert_string_equal(e.pointer, "/cursor");
    }
}

static void test_cut(void **state)
{
    (void)state;
    const struct page p = {.limit = 3};
    size_t count = 4;
    assert_true(page_cut(&p, &count) && count == 3);
    assert_false(page_cut(&p, &count) || count != 3);
    count = 0;
    assert_false(page_cut(&p, &count) || count != 0);
}

static void test_slice(void **state)
{
    (void)state;
    size_t from, to, seen = 0;
    struct page p;
    struct str cursor = {0};
    do {
        assert_true(read_with("3", cursor, &p));
        cursor = page_slice(&a, &p, 7, &from, &to);
        assert_int_equal(from, seen);
        seen = to;
    } while (str_given(cursor));
    assert_int_equal(seen, 7);
    p.key = 1000; /* the list became shorter meanwhile */
    assert_false(str_given(page_slice(&a, &p, 7, &from, &to)));
    assert_int_equal(from, 7);
    assert_int_equal(to, 7);
    p.key = 0;
    assert_false(str_given(page_slice(&a, &p, 0, &from, &to)));
    assert_int_equal(to, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cursor, setup, teardown),
        cmocka_unit_test(test_cut),
        cmocka_unit_test_setup_teardown(test_slice, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
