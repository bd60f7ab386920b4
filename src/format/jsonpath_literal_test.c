#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/jsonpath.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    struct arena a;
    struct err e;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->a, LIMIT_ARENA);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->a);
    free(f);
    return 0;
}

static void texts(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *source, *text;
        size_t behind;
    } cases[] = {
        {"'a\"b' rest", "a\"b", 5},
        {"\"it's\"", "it's", 6},
        {"''", "", 2},
        {"'\\'\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00'", "'\\/\b\f\n\r\té😀", 36},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t at = 0;
        struct str out;
        assert_true(jsonpath_literal_text(&f->a, str_of(cases[i].source), &at, false, &out, &f->e));
        assert_true(str_eq(out, str_of(cases[i].text)));
        assert_int_equal(at, cases[i].behind);
    }
    static const char *const bad[] = {"'a",        "'\\\"'",    "\"\\'\"",          "'\\u12'", "'\\ud800'",
                                      "'\\udc00'", "'\\u0000'", "'\\ud800\\ud800'", "'\n'",    "'\\"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        size_t at = 0;
        struct str out;
        assert_false(jsonpath_literal_text(&f->a, str_of(bad[i]), &at, false, &out, &f->e));
        assert_int_equal(f->e.code, ERR_INVALID);
    }
    size_t at = 0;
    struct str out;
    assert_true(jsonpath_literal_text(&f->a, S("'a\n\t'"), &at, true, &out, &f->e));
    assert_true(str_eq(out, S("a\n\t")));
    at = 0;
    assert_false(jsonpath_literal_text(&f->a, S("'a\x1b'"), &at, true, &out, &f->e));
}

static void numbers(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *source, *text;
    } cases[] = {{"-0)", "-0"}, {"12.50 ", "12.50"}, {"1e+05,", "1e+05"}, {"01", "0"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t at = 0;
        struct str out;
        assert_true(jsonpath_literal_number(&f->a, str_of(cases[i].source), &at, &out, &f->e));
        assert_true(str_eq(out, str_of(cases[i].text)));
        assert_int_equal(at, out.n);
    }
    static const char *const bad[] = {"-", "", "-x", "1.", "1e", "1e+", ".5", "+1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        size_t at = 0;
        struct str out;
        assert_false(jsonpath_literal_number(&f->a, str_of(bad[i]), &at, &out, &f->e));
        assert_non_null(strstr(f->e.en, "a digit is missing here"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
