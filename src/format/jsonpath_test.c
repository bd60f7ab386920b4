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

static void errors_say_where(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *path, *en;
    } cases[] = {
        {"", "column 1: a path begins with $"},
        {"a.b", "column 1: a path begins with $"},
        {"@.a", "column 1: @ has no meaning here; a path begins with $"},
        {"$.é..", "column 6: a name is missing here; other names are written ['in quotes']"},
        {"$['a'", "column 6: a comma or ] is missing here"},
        {"$[a]", "column 3: a name in quotes, a number, * or ? is needed here"},
        {"$['a]", "column 3: this text is not closed"},
        {"$[?@.a==]", "column 9: a path, a value or a function is needed here"},
        {"$[?@.a.*==1]", "column 4: only a path to one single value can be compared"},
        {"$[?lenght(@)==1]", "column 4: there is no such function; there are length, count and value"},
        {"$[?count(1)==1]", "column 10: a path is needed here"},
        {"$[?true]", "column 4: this must be compared with something"},
        {"$.a b", "column 4: this is not part of a path"},
        {"$['\\u0000']", "column 6: the character U+0000 is not accepted"},
        {"$.\xff", "column 3: this is not UTF-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_null(jsonpath_compile(&f->a, str_of(cases[i].path), &f->e));
        assert_int_equal(f->e.code, ERR_INVALID);
        assert_string_equal(f->e.en, cases[i].en);
        assert_true(strncmp(f->e.fr, "colonne ", 8) == 0);
    }
}

static void nesting_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct buf deep = buf_in(&f->a);
    buf_char(&deep, '$');
    for (int i = 0; i < 200; i++) {
        buf_add(&deep, S("[?@"));
    }
    assert_null(jsonpath_compile(&f->a, buf_str(&deep), &f->e));
    assert_non_null(strstr(f->e.en, "nested too deeply"));
    deep = buf_in(&f->a);
    buf_add(&deep, S("$[?"));
    for (int i = 0; i < 200; i++) {
        buf_add(&deep, S("("));
    }
    assert_null(jsonpath_compile(&f->a, buf_str(&deep), &f->e));
    assert_non_null(strstr(f->e.en, "nested too deeply"));
}

static void singular(void **state)
{
    struct fixture *f = *state;
    assert_true(jsonpath_singular(jsonpath_compile(&f->a, S("$"), &f->e)));
    assert_true(jsonpath_singular(jsonpath_compile(&f->a, S("$['a'] [0].b"), &f->e)));
    assert_false(jsonpath_singular(jsonpath_compile(&f->a, S("$.a[*]"), &f->e)));
    assert_false(jsonpath_singular(jsonpath_compile(&f->a, S("$..a"), &f->e)));
    assert_false(jsonpath_singular(jsonpath_compile(&f->a, S("$[0,1]"), &f->e)));
    assert_false(jsonpath_singular(jsonpath_compile(&f->a, S("$[0:1]"), &f->e)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(errors_say_where, setup, teardown),
        cmocka_unit_test_setup_teardown(nesting_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(singular, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
