#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "io/http_request.h"

#include <string.h>

static struct arena arena;

static int clean(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct http_request request(const struct http_pair *headers, size_t count)
{
    arena_free(&arena);
    arena_init(&arena, 1u << 20);
    return (struct http_request){.method = S("GET"),
                                 .host = S("hotel.example"),
                                 .headers = headers,
                                 .header_count = count,
                                 .client = S("10.0.0.9"),
                                 .arena = &arena};
}

static void paths(void **state)
{
    (void)state;
    static const struct {
        const char *target, *path; /* NULL: refused */
    } cases[] = {
        {"/", "/"},
        {"/a/b%20c", "/a/b c"},
        {"/caf%C3%A9", "/café"},
        {"/a//b/", "/a//b/"},
        {"/%61%2d%7E", "/a-~"},
        {"/a+b", "/a+b"},
        {"/...", "/..."},
        {"/%25%32%66", "/%2f"}, /* decoded once */
        {"http://HOTEL.example/x?y", "/x"},
        {"https://hotel.example", "/"},
        {"http://hotel.example?x=1", "/"},
        {"http://other.example/x", NULL},
        {"http:///x", NULL},
        {"ftp://hotel.example/x", NULL},
        {"hotel.example:443", NULL},
        {"*", NULL},
        {"", NULL},
        {"a", NULL},
        {"/a%2Fb", NULL},
        {"/a%2fb", NULL},
        {"/a%5Cb", NULL},
        {"/a\\b", NULL},
        {"/a%00b", NULL},
        {"/a%0Ab", NULL},
        {"/a%7F", NULL},
        {"/a%", NULL},
        {"/a%4", NULL},
        {"/a%4g", NULL},
        {"/a%C3", NULL},
        {"/a%C0%AF", NULL},
        {"/a%ED%A0%80", NULL},
        {"/a b", NULL},
        {"/caf\xc3\xa9", NULL},
        {"/a#b", NULL},
        {"/a?b#c", NULL},
        {"/a/../b", NULL},
        {"/a/%2e%2E", NULL},
        {"/.", NULL},
        {"/a\tb", NULL},
        {"/a\x7f", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_request r = request(NULL, 0);
        enum http_fault f = http_target(&r, str_of(cases[i].target));
        assert_int_equal(f, cases[i].path ? HTTP_FINE : HTTP_FAULT_TARGET);
        if (cases[i].path) {
            assert_true(str_eq(r.path, str_of(cases[i].path)));
            assert_true(str_eq(r.target, str_of(cases[i].target)));
        }
    }
    struct http_request r = request(NULL, 0);
    r.method = S("OPTIONS");
    assert_int_equal(http_target(&r, S("*")), HTTP_FINE);
    assert_true(str_eq(r.path, S("*")));
}

static void long_targets(void **state)
{
    (void)state;
    static char text[LIMIT_URL + 1];
    memset(text, 'a', sizeof(text));
    text[0] = '/';
    struct http_request r = request(NULL, 0);
    assert_int_equal(http_target(&r, (struct str){text, LIMIT_URL}), HTTP_FINE);
    r = request(NULL, 0);
    assert_int_equal(http_target(&r, (struct str){text, LIMIT_URL + 1}), HTTP_FAULT_TARGET_SIZE);
}

static void queries(void **state)
{
    (void)state;
    struct http_request r = request(NULL, 0);
    assert_int_equal(http_target(&r, S("/x?a=1&b=&c&&a=2&n%C3%A9=x+y%2Bz%0A&=v&d=e=f")), HTTP_FINE);
    assert_true(str_eq(http_query(&r, S("a")), S("1")));
    assert_true(str_eq(http_query(&r, S("b")), S("")) && str_given(http_query(&r, S("b"))));
    assert_true(str_given(http_query(&r, S("c"))) && !http_query(&r, S("c")).n);
    assert_true(str_eq(http_query(&r, S("né")), S("x y+z\n")));
    assert_true(str_eq(http_query(&r, S("")), S("v")));
    assert_true(str_eq(http_query(&r, S("d")), S("e=f")));
    assert_false(str_given(http_query(&r, S("A"))));
    assert_int_equal(r.query_count, 7);
    assert_true(str_eq(r.query_text, S("a=1&b=&c&&a=2&n%C3%A9=x+y%2Bz%0A&=v&d=e=f")));
    static const char *const bad[] = {"/?%", "/?a=%zz", "/?a=%00", "/?%FF=1", "/?a=%C3"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        r = request(NULL, 0);
        assert_int_equal(http_target(&r, str_of(bad[i])), HTTP_FAULT_TARGET);
    }
    r = request(NULL, 0);
    assert_int_equal(http_target(&r, S("/x")), HTTP_FINE);
    assert_false(str_given(r.query_text));
    assert_int_equal(r.query_count, 0);
    r = request(NULL, 0);
    assert_int_equal(http_target(&r, S("/x?")), HTTP_FINE);
    assert_true(str_given(r.query_text) && !r.query_count);
}

static void headers_and_cookies(void **state)
{
    (void)state;
    static const struct http_pair headers[] = {
        {S_INIT("X-A"), S_INIT("1")},
        {S_INIT("cookie"), S_INIT("a=1; sid = \"q=\" ;b=;lonely; a=2")},
        {S_INIT("x-a"), S_INIT("2")},
        {S_INIT("Cookie"), S_INIT("late=yes")},
    };
    struct http_request r = request(headers, ARRAY_LEN(headers));
    assert_true(str_eq(http_header(&r, S("x-A")), S("1")));
    assert_false(str_given(http_header(&r, S("X-B"))));
    assert_true(str_eq(http_cookie(&r, S("a")), S("1")));
    assert_true(str_eq(http_cookie(&r, S("sid")), S("q=")));
    assert_true(str_given(http_cookie(&r, S("b"))) && !http_cookie(&r, S("b")).n);
    assert_false(str_given(http_cookie(&r, S("lonely"))));
    assert_true(str_eq(http_cookie(&r, S("late")), S("yes")));
    assert_false(str_given(http_cookie(&r, S("A"))));
}

static void languages(void **state)
{
    (void)state;
    static const struct {
        struct str header;
        enum lang lang;
    } cases[] = {
        {S_INIT("fr"), LANG_FR},
        {S_INIT("fr-CA,fr;q=0.9"), LANG_FR},
        {S_INIT("en-GB,en;q=0.9,fr;q=0.8"), LANG_EN},
        {S_INIT("en;q=0.5, fr;q=0.7"), LANG_FR},
        {S_INIT("de, fr;q=0.1"), LANG_FR},
        {S_INIT("fr, en"), LANG_FR},
        {S_INIT("en, fr"), LANG_EN},
        {S_INIT("fr;q=0"), LANG_EN},
        {S_INIT("FR ; Q=1.000 , en;q=0.999"), LANG_FR},
        {S_INIT("*"), LANG_EN},
        {S_INIT(",;q=,,fr;q=x"), LANG_EN},
        {S_INIT(""), LANG_EN},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_pair header = {S("Accept-Language"), cases[i].header};
        struct http_request r = request(&header, 1);
        assert_int_equal(http_lang(&r), cases[i].lang);
    }
    struct http_request r = request(NULL, 0);
    assert_int_equal(http_lang(&r), LANG_EN);
}

static void behind_proxies(void **state)
{
    (void)state;
    static const struct {
        struct str first, second; /* X-Forwarded-For */
        const char *client;
    } cases[] = {
        {S_INIT("203.0.113.7"), {NULL, 0}, "203.0.113.7"},
        {S_INIT("1.1.1.1, 203.0.113.7"), {NULL, 0}, "203.0.113.7"},
        {S_INIT("1.1.1.1, 203.0.113.7, 10.0.0.3"), {NULL, 0}, "203.0.113.7"},
        {S_INIT("1.1.1.1,203.0.113.7"), S_INIT("10.0.0.3"), "203.0.113.7"},
        {S_INIT("10.0.0.5, 10.0.0.4"), {NULL, 0}, "10.0.0.5"},
        {S_INIT("1.1.1.1, unknown, 10.0.0.3"), {NULL, 0}, "10.0.0.3"},
        {S_INIT("unknown"), {NULL, 0}, "10.0.0.9"},
        {S_INIT(""), {NULL, 0}, "10.0.0.9"},
        {S_INIT("203.0.113.7:5123"), {NULL, 0}, "203.0.113.7"},
        {S_INIT("[2001:db8::7]:443"), {NULL, 0}, "2001:db8::7"},
        {S_INIT("2001:db8::7"), {NULL, 0}, "2001:db8::7"},
        {{NULL, 0}, {NULL, 0}, "10.0.0.9"},
    };
    struct http_network trusted;
    assert_true(http_network_parse(S("10.0.0.0/24"), &trusted));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_pair headers[2];
        size_t n = 0;
        if (str_given(cases[i].first)) {
            headers[n++] = (struct http_pair){S("X-Forwarded-For"), cases[i].first};
        }
        if (str_given(cases[i].second)) {
            headers[n++] = (struct http_pair){S("x-forwarded-for"), cases[i].second};
        }
        struct http_request r = request(headers, n);
        http_forwarded(&r, &trusted, 1);
        assert_true(str_eq(r.client, str_of(cases[i].client)));
        assert_false(r.secure);
    }
    struct http_pair proto[] = {{S("X-Forwarded-Proto"), S("http")},
                                {S("X-Forwarded-Proto"), S("http, HTTPS")}};
    struct http_request r = request(proto, 2);
    http_forwarded(&r, &trusted, 1);
    assert_true(r.secure);
    r = request(proto, 1);
    http_forwarded(&r, &trusted, 1);
    assert_false(r.secure);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(paths, clean),     cmocka_unit_test_teardown(long_targets, clean),
        cmocka_unit_test_teardown(queries, clean),   cmocka_unit_test_teardown(headers_and_cookies, clean),
        cmocka_unit_test_teardown(languages, clean), cmocka_unit_test_teardown(behind_proxies, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
