#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/charset.h"

#include <stdlib.h>
#include <string.h>

/* Decodes in pieces of `step` bytes (the first of `first`, which detection sees) and compares. */
static struct charset_decoder decode(enum charset charset, struct str in, size_t first, size_t step,
                                     struct str want)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct buf out = buf_in(&a);
    struct charset_decoder d;
    charset_decoder_init(&d, charset);
    for (size_t i = 0; i < in.n;) {
        size_t n = i == 0 ? first : step;
        n = n < in.n - i ? n : in.n - i;
        /* A copy of exact size lets the sanitizer see any read beyond the piece. */
        char *piece = malloc(n + 1);
        memcpy(piece, in.p + i, n);
        buf_add(&out, charset_decode(&d, &a, (struct str){piece, n}));
        free(piece);
        i += n;
    }
    buf_add(&out, charset_decode_end(&d, &a));
    assert_int_equal(buf_str(&out).n, want.n);
    assert_true(str_eq(buf_str(&out), want));
    return d;
}

static struct charset_decoder decode_all(enum charset charset, struct str in, size_t head, struct str want)
{
    for (size_t step = 1; step < 5; step++) {
        decode(charset, in, head, step, want);
    }
    return decode(charset, in, in.n, in.n, want);
}

static void test_names(void **state)
{
    (void)state;
    enum charset c;
    assert_true(charset_find(S("UTF-8"), &c));
    assert_int_equal(c, CHARSET_UTF8);
    assert_true(charset_find(S("Windows_1252"), &c));
    assert_int_equal(c, CHARSET_WINDOWS_1252);
    assert_true(charset_find(S("ISO-8859-1"), &c));
    assert_int_equal(c, CHARSET_WINDOWS_1252);
    assert_true(charset_find(S("utf-16be"), &c));
    assert_int_equal(c, CHARSET_UTF16BE);
    assert_false(charset_find(S("ebcdic"), &c));
    assert_false(charset_find(S("a-name-that-is-far-too-long"), &c));
    assert_false(charset_find(S(""), &c));
    assert_string_equal(charset_name(CHARSET_UTF16LE), "utf-16le");
    assert_string_equal(charset_name(CHARSET_AUTO), "");
}

static void test_utf8(void **state)
{
    (void)state;
    struct charset_decoder d = decode_all(CHARSET_AUTO, S("a;Zo\xC3\xAB;\xE6\x9D\x8E;\xF0\x9F\x8F\xA8"), 2,
                                          S("a;Zo\xC3\xAB;\xE6\x9D\x8E;\xF0\x9F\x8F\xA8"));
    assert_int_equal(d.charset, CHARSET_UTF8);
    assert_int_equal(d.bad, 0);
    d = decode_all(CHARSET_AUTO, S("\xEF\xBB\xBFN\xC3\xBAmero"), 3, S("N\xC3\xBAmero"));
    assert_true(d.mark);
    d = decode_all(CHARSET_UTF8, S("\xEF\xBB\xBFx"), 3, S("x"));
    assert_true(d.mark);
    d = decode_all(CHARSET_AUTO, S("plain"), 2, S("plain"));
    assert_int_equal(d.charset, CHARSET_UTF8);
    d = decode_all(CHARSET_AUTO, S(""), 0, S(""));
    assert_int_equal(d.charset, CHARSET_UTF8);
}

static void test_windows_1252(void **state)
{
    (void)state;
    /* No byte above 7F in what detection sees: the choice is made where the first one comes. */
    struct charset_decoder d =
        decode_all(CHARSET_AUTO, S("name;J\xFCrgen M\xFCller;\x80 10;\x8A\x9F\x81"), 4,
                   S("name;J\xC3\xBCrgen M\xC3\xBCller;\xE2\x82\xAC 10;\xC5\xA0\xC5\xB8\xC2\x81"));
    assert_int_equal(d.charset, CHARSET_WINDOWS_1252);
    assert_int_equal(d.bad, 0);
    /* The last byte looks like the beginning of a sequence. */
    d = decode_all(CHARSET_AUTO, S("caf\xE9"), 2, S("caf\xC3\xA9"));
    assert_int_equal(d.charset, CHARSET_WINDOWS_1252);
    d = decode_all(CHARSET_WINDOWS_1252, S("\xC3\xAB"), 1, S("\xC3\x83\xC2\xAB"));
    assert_int_equal(d.charset, CHARSET_WINDOWS_1252);
}

static void test_bad_utf8_stays_and_is_counted(void **state)
{
    (void)state;
    static const struct str bad[] = {
        S_INIT("\x80"),             /* a continuation alone */
        S_INIT("\xC0\xAF"),         /* overlong */
        S_INIT("\xED\xA0\x80"),     /* a surrogate */
        S_INIT("\xF4\x90\x80\x80"), /* beyond U+10FFFF */
        S_INIT("\xE2\x82"),         /* cut */
        S_INIT("\xFF"),
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ARENA_SCOPE a = {0};
        arena_init(&a, 1 << 20);
        struct buf text = buf_in(&a);
        buf_add(&text, S("\xC3\xA9,"));
        buf_add(&text, bad[i]);
        buf_add(&text, S(",x"));
        struct charset_decoder d = decode_all(CHARSET_AUTO, buf_str(&text), 2, buf_str(&text));
        assert_int_equal(d.charset, CHARSET_UTF8);
        assert_true(d.bad > 0);
        assert_int_equal(d.bad_at, 3);
    }
    struct charset_decoder d = decode_all(CHARSET_AUTO, S("\xC3\xA9\xC3"), 1, S("\xC3\xA9\xC3"));
    assert_int_equal(d.bad, 1);
    assert_int_equal(d.bad_at, 2);
    d = decode_all(CHARSET_AUTO, S("abc,d\0e,f"), 3, S("abc,d\0e,f"));
    assert_int_equal(d.bad, 1);
    assert_int_equal(d.bad_at, 5);
    d = decode_all(CHARSET_AUTO, S("abc,\xE9\0,f"), 3, S("abc,\xC3\xA9\0,f"));
    assert_int_equal(d.bad, 1);
    assert_int_equal(d.bad_at, 5);
}

static void test_utf16(void **state)
{
    (void)state;
    struct charset_decoder d = decode_all(CHARSET_AUTO, S("\xFF\xFE\x61\0,\0\xE9\0\x4E\x67\x3C\xD8\xE8\xDF"),
                                          2, S("a,\xC3\xA9\xE6\x9D\x8E\xF0\x9F\x8F\xA8"));
    assert_int_equal(d.charset, CHARSET_UTF16LE);
    assert_int_equal(d.bad, 0);
    d = decode_all(CHARSET_AUTO, S("\xFE\xFF\0a\0,\xD8\x3C\xDF\xE8"), 2, S("a,\xF0\x9F\x8F\xA8"));
    assert_int_equal(d.charset, CHARSET_UTF16BE);
    d = decode_all(CHARSET_AUTO, S("r\0e\0f\0;\0"), 4, S("ref;"));
    assert_int_equal(d.charset, CHARSET_UTF16LE);
    assert_false(d.mark);
    d = decode_all(CHARSET_AUTO, S("\0r\0e\0f\0;"), 4, S("ref;"));
    assert_int_equal(d.charset, CHARSET_UTF16BE);
    /* The mark wins over what was asked for: only the byte order differs. */
    d = decode_all(CHARSET_UTF16LE, S("\xFE\xFF\0a"), 2, S("a"));
    assert_int_equal(d.charset, CHARSET_UTF16BE);
}

static void test_bad_utf16(void **state)
{
    (void)state;
    struct charset_decoder d = decode_all(CHARSET_UTF16LE,
                                          S("a\0\x3C\xD8"
                                            "b\0"),
                                          2,
                                          S("a\xFF"
                                            "b"));
    assert_int_equal(d.bad, 1);
    assert_int_equal(d.bad_at, 2);
    d = decode_all(CHARSET_UTF16LE, S("a\0\xE8\xDF"), 2, S("a\xFF"));
    assert_int_equal(d.bad_at, 2);
    d = decode_all(CHARSET_UTF16LE, S("a\0\0\0b\0"), 2, S("a\0b"));
    assert_int_equal(d.bad_at, 2);
    d = decode_all(CHARSET_UTF16LE, S("a\0b"), 2, S("a\xFF"));
    assert_int_equal(d.bad_at, 2);
    d = decode_all(CHARSET_UTF16LE, S("a\0\x3C\xD8"), 2, S("a\xFF"));
    assert_int_equal(d.bad, 1);
}

static void test_head(void **state)
{
    (void)state;
    size_t mark = 9;
    assert_int_equal(charset_of_head(S(""), &mark), CHARSET_AUTO);
    assert_int_equal(mark, 0);
    assert_int_equal(charset_of_head(S("ab\0cd,ef"), &mark), CHARSET_AUTO);
    assert_int_equal(charset_of_head(S("\0\0\0\0"), NULL), CHARSET_AUTO);
    assert_int_equal(charset_of_head(S("\xEF\xBB\xBF"), &mark), CHARSET_UTF8);
    assert_int_equal(mark, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_windows_1252), cmocka_unit_test(test_bad_utf8_stays_and_is_counted),
        cmocka_unit_test(test_utf16),        cmocka_unit_test(test_bad_utf16),
        cmocka_unit_test(test_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
