#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/pick_testing.h"

static void lists(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"$[*]|first", "[1,2,3]", "1"},
        {"$|first", "[1,2,3]", "1"},
        {"$|last", "[1,2,3]", "3"},
        {"$|first", "[]", ""},
        {"$|first", "7", "7"},
        {"$|at(1)", "[1,2,3]", "2"},
        {"$|at(-1)", "[1,2,3]", "3"},
        {"$|at(3)", "[1,2,3]", ""},
        {"$|at(-4)", "[1,2,3]", ""},
        {"$|split('-')|at(1)", "\"a-b-c\"", "\"b\""},
        {"$|count", "[1,null,3]", "2"},
        {"$[*]|count", "[[1,2],[3]]", "2"},
        {"$.a|count", "{}", "0"},
        {"$|join(', ')", "[\"a\",1,true]", "\"a, 1, true\""},
        {"$[*].n|join('')", "[{\"n\":\"a\"},{\"n\":\"b\"}]", "\"ab\""},
        {"$|join(', ')", "[]", ""},
        {"$|join(', ')", "[[1]]", "! $, join: a text or a number is needed; what came is of type array"},
        {"$.f|concat(' ', $.l)", "{\"f\":\"Zoë\",\"l\":\"Martin\"}", "\"Zoë Martin\""},
        {"$.f|concat($.l)", "{\"l\":\"Martin\"}", "\"Martin\""},
        {"$.f|concat($.l)", "{}", ""},
    };
    pick_check(cases, ARRAY_LEN(cases));
}

static void choices(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"$.a|default('x')", "{}", "\"x\""},
        {"$.a|default('x')", "{\"a\":null}", "\"x\""},
        {"$.a|default('x')", "{\"a\":\"\"}", "\"x\""},
        {"$.a|default('x')", "{\"a\":0}", "0"},
        {"$.a|default('x')", "{\"a\":false}", "false"},
        {"$.a|default($.b, $.c, 'x')", "{\"c\":5}", "5"},
        {"$.a|default($.b)", "{}", ""},
        {"$|if('yes','no')", "true", "\"yes\""},
        {"$|if('yes','no')", "false", "\"no\""},
        {"$|if('yes','no')", "\"\"", "\"no\""},
        {"$|if('yes','no')", "\"false\"", "\"yes\""},
        {"$|if('yes','no')", "0.00", "\"no\""},
        {"$|if('yes','no')", "[]", "\"no\""},
        {"$|if('yes','no')", "[0]", "\"yes\""},
        {"$.a|if('yes','no')", "{}", "\"no\""},
        {"$|if('yes')", "0", ""},
        {"$.a|if($.b,$.c)", "{\"a\":1,\"b\":2,\"c\":3}", "2"},
        {"$|not", "0", "true"},
        {"$.a|not", "{}", "true"},
        {"$|not", "\"x\"", "false"},
        {"$|equals('a','b')", "\"b\"", "true"},
        {"$|equals('a','b')", "\"c\"", "false"},
        {"$|equals('1')", "1", "true"},
        {"$|equals(1.0)", "1", "true"},
        {"$|equals('1.0')", "1", "false"},
        {"$|equals('true')", "true", "true"},
        {"$.a|equals('x')", "{}", "false"},
        {"$.a|equals($.b)", "{\"a\":1,\"b\":1}", "true"},
        {"$|equals('b')", "[\"a\",\"b\"]", "true"},
        {"$.s|equals('X')|if('cancelled','confirmed')", "{\"s\":\"X\"}", "\"cancelled\""},
        {"$|table('a','confirmed','b','cancelled')", "\"b\"", "\"cancelled\""},
        {"$|table(1,'confirmed',2,'cancelled')", "\"2\"", "\"cancelled\""},
        {"$|table('a',1,'other')", "\"z\"", "\"other\""},
        {"$|table('a',1,null)", "\"z\"", ""},
        {"$|table('a',null)", "\"a\"", ""},
        {"$|table('a',1,'b',2)", "\"z\"", "! $, table: “z” is not in the table (a, b)"},
        {"$.x|table('a',1,'other')", "{}", ""},
        {"$|table('a')", "1", "! column 3: table needs 2 argument(s)"},
        {"$|table('a',$.b)", "1", "! column 13: only a constant can stand here"},
    };
    pick_check(cases, ARRAY_LEN(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists),
        cmocka_unit_test(choices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
