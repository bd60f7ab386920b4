#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

#include <string.h>

static void check_str(struct str got, const char *want)
{
    assert_int_equal(got.n, strlen(want));
    assert_memory_equal(got.p, want, got.n);
}

static void test_views(void **state)
{
    (void)state;
    assert_false(str_given(str_of(NULL)));
    assert_true(str_given(S("")));
    assert_true(str_eq(S(""), str_of(NULL)));
    assert_true(str_eq(S("a\0b"), S("a\0b")));
    assert_false(str_eq(S("a\0b"), S("a\0c")));
    assert_true(str_eq_nocase(S("EuR"), S("eUr")));
    assert_false(str_eq_nocase(S("é"), S("É"))); /* ASCII only */
    assert_false(str_eq_nocase(S("@"), S("`")));
    assert_true(str_cmp(S("ab"), S("abc")) < 0);
    assert_true(str_cmp(S("b"), S("abc")) > 0);
    assert_true(str_cmp(S("\xff"), S("a")) > 0); /* bytes, not chars */
    assert_int_equal(str_cmp(S(""), str_of(NULL)), 0);
    assert_true(str_starts(S("abc"), S("ab")) && str_starts(S("abc"), S("")) && !str_starts(S("a"), S("ab")));
    assert_true(str_ends(S("abc"), S("bc")) && str_ends(S(""), S("")) && !str_ends(S("c"), S("bc")));
    assert_true(str_hash(S("a")) != str_hash(S("b")));
}

static void test_parts(void **state)
{
    (void)state;
    check_str(str_trim(S(" \t a b\r\n")), "a b");
    check_str(str_trim(S("  ")), "");
    check_str(str_sub(S("abc"), 1, 1), "b");
    check_str(str_sub(S("abc"), 2, SIZE_MAX), "c");
    check_str(str_sub(S("abc"), 9, 9), "");
    assert_false(str_given(str_sub(str_of(NULL), 0, 1)));
    assert_int_equal(str_find_char(S("abc"), 'c'), 2);
    assert_true(str_find_char(S("abc"), 'd') == SIZE_MAX);
    assert_true(str_find_char(str_of(NULL), 'd') == SIZE_MAX);
    assert_int_equal(str_find(S("abcabd"), S("abd")), 3);
    assert_int_equal(str_find(S("abc"), S("")), 0);
    assert_true(str_find(S("ab"), S("abc")) == SIZE_MAX);
}

static void test_cut(void **state)
{
    (void)state;
    const char *want[] = {"a", "", "b", ""};
    size_t n = 0;
    for (struct str part, rest = S("a,,b,"); str_given(rest); n++) {
        part = str_cut(&rest, ',');
        assert_true(n < ARRAY_LEN(want));
        check_str(part, want[n]);
    }
    assert_int_equal(n, ARRAY_LEN(want));
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        int64_t value;
    } good[] = {
        {S_INIT("0"), 0},
        {S_INIT("-0"), 0},
        {S_INIT("007"), 7},
        {S_INIT("9223372036854775807"), INT64_MAX},
        {S_INIT("-9223372036854775808"), INT64_MIN},
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t v = 42;
        assert_true(str_to_i64(good[i].text, &v));
        assert_true(v == good[i].value);
    }
    const char *bad[] = {"",   "-", "+1", " 1", "1 ", "1a", "9223372036854775808", "-9223372036854775809",
                         "--1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t v = 42;
        assert_false(str_to_i64(str_of(bad[i]), &v));
        assert_int_equal(v, 42);
    }
}

static void test_utf8(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        size_t bad_at; /* SIZE_MAX: well-formed */
    } cases[] = {
        {S_INIT(""), SIZE_MAX},
        {S_INIT("plain ASCII, more than eight bytes of it"), SIZE_MAX},
        {S_INIT("Zoë 李明 🏨"), SIZE_MAX},
        {S_INIT("a\0b"), SIZE_MAX},
        {S_INIT("\xC0\x80"), 0},             /* overlong NUL */
        {S_INIT("ab\xE0\x80\x80"), 2},       /* overlong */
        {S_INIT("\xED\xA0\x80"), 0},         /* a surrogate */
        {S_INIT("\xF4\x90\x80\x80"), 0},     /* beyond U+10FFFF */
        {S_INIT("12345678\xC3"), 8},         /* cut short, after a whole word */
        {S_INIT("abc\x80"), 3},              /* a continuation alone */
        {S_INIT("\xF8\x88\x80\x80\x80"), 0}, /* five bytes */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t at = SIZE_MAX;
        assert_int_equal(utf8_valid(cases[i].text, &at), cases[i].bad_at == SIZE_MAX);
        assert_true(at == cases[i].bad_at);
    }
    assert_int_equal(utf8_count(S("Zoë 李🏨")), 6);
}

static void test_utf8_round_trip(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 257) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char out[4];
        struct str s = {out, utf8_put(c, out)};
        assert_true(utf8_valid(s, NULL));
        assert_int_equal(utf8_next(&s), c);
        assert_int_equal(s.n, 0);
    }
    struct str bad = S("\xFFz");
    assert_int_equal(utf8_next(&bad), 0xFFFD);
    assert_int_equal(utf8_next(&bad), 'z');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_views),   cmocka_unit_test(test_parts), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_utf8),  cmocka_unit_test(test_utf8_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
