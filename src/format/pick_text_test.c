#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/pick_testing.h"

static void texts(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"$|text", "12.50", "\"12.50\""},
        {"$|text", "1098765432109876543", "\"1098765432109876543\""},
        {"$|text", "true", "\"true\""},
        {"$|text", "null", ""},
        {"$.a|text", "{}", ""},
        {"$|text", "[1]", "! $, text: a text or a number is needed; what came is of type array"},
        {"$|text", "\"a\\\"\\n\"", "\"a\\\"\\n\""},
        {"$[*]|text", "[1,null,\"x\"]", "\"1\" \"x\""},
        {"$|trim", "\" \\t a b \\n\"", "\"a b\""},
        {"$|lower", "\"ÀÉÎŒŠŁĐ STRASSE ΑΘΗΝΑ ПРИВЕТ Ÿ\"", "\"àéîœšłđ strasse αθηνα привет ÿ\""},
        {"$|upper", "\"àéîœšłđ straße αθήνας привет ÿ ő ș\"", "\"ÀÉÎŒŠŁĐ STRAßE ΑΘΉΝΑΣ ПРИВЕТ Ÿ Ő Ș\""},
        {"$|lower", "7", "\"7\""},
        {"$|slice(1)", "\"éàü\"", "\"àü\""},
        {"$|slice(0,2)", "\"éàü\"", "\"éà\""},
        {"$|slice(-2)", "\"éàü\"", "\"àü\""},
        {"$|slice(-9,-1)", "\"éàü\"", "\"éà\""},
        {"$|slice(2,1)", "\"éàü\"", "\"\""},
        {"$|slice(9)", "\"éàü\"", "\"\""},
        {"$|slice('a')", "\"x\"", "! column 9: this argument does not fit slice"},
        {"$|replace('a','bb')", "\"banana\"", "\"bbbnbbnbb\""},
        {"$|replace('a','')", "\"banana\"", "\"bnn\""},
        {"$|replace('','x')", "\"banana\"", "! column 11: this argument does not fit replace"},
        {"$.s|replace($.e,'x')", "{\"s\":\"a\",\"e\":\"\"}", "! $.s, replace: the text to look for is empty"},
        {"$.s|replace($.e,'x')", "{\"s\":\"a\"}", "! $.s, replace: argument 1 has no value"},
        {"$|split(', ')", "\"a, b,c, \"", "\"a\" \"b,c\" \"\""},
        {"$|split(',')", "\"\"", "\"\""},
    };
    pick_check(cases, ARRAY_LEN(cases));
}

/* Full name, given name, family name. */
static void names(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"Zoë Martin", "Zoë", "Martin"},
        {"Martin, Zoë", "Zoë", "Martin"},
        {"  Zoë   Martin ", "Zoë", "Martin"},
        {"Martin", "", "Martin"},
        {"", "", ""},
        {"Ludwig van Beethoven", "Ludwig", "van Beethoven"},
        {"María de la Cruz", "María", "de la Cruz"},
        {"Jeanne d'Arc", "Jeanne", "d'Arc"},
        {"Zoë MARTIN DUPONT", "Zoë", "MARTIN DUPONT"},
        {"MARTIN DUPONT Zoë", "Zoë", "MARTIN DUPONT"},
        {"ZOË MARTIN", "ZOË", "MARTIN"},
        {"J.R.R. Tolkien", "J.R.R.", "Tolkien"},
        {"Anna Maria Rossi", "Anna Maria", "Rossi"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (int half = 1; half <= 2; half++) {
            struct arena a;
            arena_init(&a, LIMIT_ARENA);
            struct str document = arena_fmt(&a, "\"%s\"", cases[i][0]);
            struct str got = pick_outcome(&a, half == 1 ? S("$|name_first") : S("$|name_last"), document);
            struct str wanted = cases[i][half][0] == '\0' ? S("") : arena_fmt(&a, "\"%s\"", cases[i][half]);
            if (!str_eq(got, wanted)) {
                fail_msg("%s: %.*s instead of %.*s", cases[i][0], STR_ARG(got), STR_ARG(wanted));
            }
            arena_free(&a);
        }
    }
}

/* A few letters must not make a text of any size. */
static void growth_is_bounded(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, LIMIT_ARENA);
    struct buf b = buf_in(&a);
    buf_char(&b, '$');
    for (int i = 0; i < 40; i++) {
        buf_add(&b, S("|replace('a','aaaaaaaaaaaaaaaaaaaa')"));
    }
    struct str got = pick_outcome(&a, buf_str(&b), S("\"a\""));
    assert_string_equal(got.p, "! $, replace: the text becomes too long");
    assert_true(a.used < 100u << 20);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(names),
        cmocka_unit_test(growth_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
