#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fold.h"

static void test_names(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 100000);
    static const struct {
        const char *name, *folded;
    } cases[] = {
        {"  Chambre  Supérieure ", "chambre superieure"},
        {"ŒUVRE Straße", "oeuvre strasse"},
        {"Łódź Ångström Øre", "lodz angstrom ore"},
        {"e\u0301te\u0301", "ete"}, /* combining accents */
        {"a\u00a0\u202fb\tc", "a b c"},
        {"李明 Ωmega", "李明 Ωmega"},
        {"ĲSSEL ſ ŉ", "ijssel s n"},
        {"", ""},
        {"   ", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(fold(&a, str_of(cases[i].name)).p, cases[i].folded);
    assert_false(str_given(fold(&a, str_of(NULL))));
}

static void test_bad_bytes_do_no_harm(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 100000);
    assert_true(utf8_valid(fold(&a, S("a\xff\xc3")), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names),
                                       cmocka_unit_test(test_bad_bytes_do_no_harm)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
