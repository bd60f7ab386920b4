#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/pick_testing.h"

static void reading(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"$|int", "\" 007 \"", "7"},
        {"$|int", "3", "3"},
        {"$|int", "3.0", "3"},
        {"$|int", "-2e2", "-200"},
        {"$|int", "\"+5\"", "5"},
        {"$|int", "\"-0\"", "0"},
        {"$|int", "1098765432109876543210", "1098765432109876543210"},
        {"$|int", "3.5", "! $, int: “3.5” is not a whole number"},
        {"$|int", "\"\"", "! $, int: “” is not a whole number"},
        {"$|int", "\"3 rooms\"", "! $, int: “3 rooms” is not a whole number"},
        {"$|int", "true", "! $, int: “true” is not a whole number"},
        {"$|decimal", "\"412.50\"", "412.50"},
        {"$|decimal", "412.50", "412.50"},
        {"$|decimal", "\"412,50\"", "! $, decimal: “412,50” is not a number"},
        {"$|decimal(',')", "\"1.234,50\"", "1234.50"},
        {"$|decimal(',')", "\"1 234,50\"", "1234.50"},
        {"$|decimal(',')", "\"1\\u202f234\\u00a0567,5\"", "1234567.5"},
        {"$|decimal('.')", "\"1,234.50\"", "1234.50"},
        {"$|decimal('.')", "\"1’234.50\"", "1234.50"},
        {"$|decimal(',')", "12.5", "12.5"}, /* a JSON number has no separators */
        {"$|decimal(',')", "\"1,2,3\"", "! $, decimal: “1,2,3” is not a number"},
        {"$|decimal(';')", "1", "! column 11: this argument does not fit decimal"},
        {"$|decimal($.a)", "1", "! column 11: only a constant can stand here"},
        {"$|decimal", "1234567890123456789", "! $, decimal: “1234567890123456789” is not a number"},
    };
    pick_check(cases, ARRAY_LEN(cases));
}

static void arithmetic(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"$|add(0.2)", "0.1", "0.3"},
        {"$|add('1.05')", "\"1.1\"", "2.15"},
        {"$.a|add($.b)", "{\"a\":1,\"b\":-1.50}", "-0.50"},
        {"$.a|add($.b)", "{\"a\":1}", "! $.a, add: argument 1 has no value"},
        {"$.a|add($.b|default(0))", "{\"a\":1}", "1"},
        {"$|add(999999999999999999)", "1", "! $, add: the result has more than 18 digits"},
        {"$|add(0.000000000000000001)", "999999999999999999", "! $, add: the result has more than 18 digits"},
        {"$|sub(0.5)", "0", "-0.5"},
        {"$|mul(1.2)", "100.00", "120.000"},
        {"$|mul(0.15, 2)", "412.50", "61.88"}, /* 61.875: half to even */
        {"$|mul(0.15, 2)", "-412.50", "-61.88"},
        {"$|mul(0.1, 0)", "25", "2"},
        {"$|mul(0.1, 0)", "35", "4"},
        {"$|mul(999999999999999999)", "999999999999999999", "! $, mul: the result has more than 18 digits"},
        {"$|mul(0.000000000000000001, 2)", "999999999999999999", "1.00"},
        {"$|div(3, 2)", "10", "3.33"},
        {"$|div(3, 4)", "2", "0.6667"},
        {"$|div(-3, 4)", "2", "-0.6667"},
        {"$|div(8, 2)", "1", "0.12"}, /* 0.125 */
        {"$|div(8, 2)", "3", "0.38"}, /* 0.375 */
        {"$|div(100, 0)", "250", "2"},
        {"$|div(100, 0)", "350", "4"},
        {"$|div(1, 2)", "12.345", "12.34"}, /* fewer places than came */
        {"$|div(0.001, 0)", "5", "5000"},
        {"$|div(0.000000000000000001, 18)", "5", "! $, div: the result has more than 18 digits"},
        {"$|div(0, 2)", "1", "! $, div: division by zero"},
        {"$|div(3)", "1", "! column 3: div needs 2 argument(s)"},
        {"$|div(3, 19)", "1", "! $, div: “19” is not a whole number from 0 to 18"},
        {"$|round(2)", "\"2.345\"", "2.34"},
        {"$|round(2)", "2.355", "2.36"},
        {"$|round(2)", "-2.345", "-2.34"},
        {"$|round(2)", "7", "7.00"},
        {"$|round(0)", "0.5", "0"},
        {"$|round(0)", "1.5", "2"},
        {"$|round(0)", "1.51", "2"},
        {"$|round(18)", "7", "! $, round: the result has more than 18 digits"},
        {"$|round(2)", "\"much\"",
         "! $, round: “much” is not a number (digits, with a point for decimals; at most 18 digits)"},
        {"$[*]|sum", "[\"1.10\",2,0.205]", "3.305"},
        {"$|sum", "[1,2,3]", "6"},
        {"$|sum", "[]", ""},
        {"$|sum", "[999999999999999999,0.000000000000000001,1]",
         "! $, sum: the result has more than 18 digits"},
        {"$|sum", "[999999999999999999,-999999999999999999,0.5]", "0.5"},
        {"$[*].n|add(1)", "[{\"n\":1},{},{\"n\":2}]", "2 3"},
    };
    pick_check(cases, ARRAY_LEN(cases));
}

static void money(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"$|money('EUR')", "41250", "412.50"},
        {"$|money('eur')", "\"5\"", "0.05"},
        {"$|money('JPY')", "41250", "41250"},
        {"$|money('KWD')", "-41250", "-41.250"},
        {"$.n|money($.c)", "{\"n\":100,\"c\":\"USD\"}", "1.00"},
        {"$.n|money($.c)", "{\"n\":100}", "! $.n, money: argument 1 has no value"},
        {"$|money('EURO')", "1",
         "! $, money: “EURO” is not a currency (three letters of ISO 4217, such as EUR)"},
        {"$|money('EUR')", "1.5", "! $, money: “1.5” is not a whole number of minor units (cents)"},
    };
    pick_check(cases, ARRAY_LEN(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading),
        cmocka_unit_test(arithmetic),
        cmocka_unit_test(money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
