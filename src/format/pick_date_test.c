#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/pick_testing.h"

static void dates(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"$|date('DD/MM/YYYY')", "\"14/07/2026\"", "\"2026-07-14\""},
        {"$|date('MM/DD/YYYY')", "\"07/14/2026\"", "\"2026-07-14\""},
        {"$|date('D.M.YY')", "\"4.7.26\"", "\"2026-07-04\""},
        {"$|date('D.M.YY')", "\"14.12.26\"", "\"2026-12-14\""},
        {"$|date('YYYYMMDD')", "20260714", "\"2026-07-14\""},
        {"$|date('D MMM YYYY')", "\"14 Jul 2026\"", "\"2026-07-14\""},
        {"$|date('D MMM YYYY')", "\"14 juillet 2026\"", "\"2026-07-14\""},
        {"$|date('D MMM YYYY')", "\"1 févr. 2026\"", "\"2026-02-01\""},
        {"$|date('D MMM YYYY')", "\"1 DÉCEMBRE 2026\"", "\"2026-12-01\""},
        {"$|date('MMM D, YYYY')", "\"March 3, 2026\"", "\"2026-03-03\""},
        {"$|date('D MMM YYYY')", "\"1 jui 2026\"", "! $, date: “1 jui 2026” is not written D MMM YYYY"},
        {"$|date('D MMM YYYY')", "\"1 xyz 2026\"", "! $, date: “1 xyz 2026” is not written D MMM YYYY"},
        {"$|date('DD/MM/YYYY*')", "\"14/07/2026 15:00\"", "\"2026-07-14\""},
        {"$|date('DD/MM/YYYY HH:mm')", "\"14/07/2026 15:00\"", "\"2026-07-14\""},
        {"$|date('DD/MM/YYYY HH:mm')", "\"14/07/2026 24:00\"",
         "! $, date: “14/07/2026 24:00” is not written DD/MM/YYYY HH:mm"},
        {"$|date('DD/MM/YYYY')", "\"14/07/2026 15:00\"",
         "! $, date: “14/07/2026 15:00” is not written DD/MM/YYYY"},
        {"$|date('DD/MM/YYYY')", "\"30/02/2026\"", "! $, date: 30 February 2026 does not exist"},
        {"$|date('DD/MM/YYYY')", "\"07/14/2026\"", "! $, date: there is no month 14"},
        {"$|date('DD/MM/YYYY')", "\"2026-07-14\"", "! $, date: “2026-07-14” is not written DD/MM/YYYY"},
        {"$|date('DD/MM/YYYY')", "\"4/7/2026\"", "! $, date: “4/7/2026” is not written DD/MM/YYYY"},
        {"$|date('DD/MM')", "\"\"", "! column 8: this argument does not fit date"},
        {"$|date('DD/MM/YYYY/DD')", "\"\"", "! column 8: this argument does not fit date"},
        {"$|date('DD/MM/YYY')", "\"\"", "! column 8: this argument does not fit date"},
        {"$|date('*DD/MM/YYYY')", "\"\"", "! column 8: this argument does not fit date"},
        {"$|date($.f)", "\"\"", "! column 8: only a constant can stand here"},
        {"$|date", "\"2026-07-14\"", "\"2026-07-14\""},
        {"$|date", "\" 2026-07-14T23:30:00-11:00\"", "\"2026-07-14\""},
        {"$|date", "\"2026-07-14 10:00\"", "\"2026-07-14\""},
        {"$|date", "\"2026-07-14x\"", "! $, date: “2026-07-14x” is not a date written YYYY-MM-DD"},
        {"$|date", "\"2026-13-14\"", "! $, date: there is no month 13"},
        {"$|date", "\"1066-10-14\"", "! $, date: the year 1066 is not between 1900 and 2200"},
        {"$.a|date", "{}", ""},
    };
    pick_check(cases, ARRAY_LEN(cases));
}

static void instants(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"$|datetime", "\"2026-07-01T12:02:11+02:00\"", "\"2026-07-01T10:02:11Z\""},
        {"$|datetime", "\"2026-07-01 12:02:11.5\"", "\"2026-07-01T12:02:11.500000Z\""},
        {"$|datetime", "\"2026-07-01\"",
         "! $, datetime: “2026-07-01” is not a date and time such as 2026-07-01T10:02:11Z"},
        {"$|datetime('DD/MM/YYYY HH:mm')", "\"01/07/2026 12:02\"", "\"2026-07-01T12:02:00Z\""},
        {"$|datetime('DD/MM/YYYY HH:mm:ss', '+02:00')", "\"01/07/2026 01:02:03\"",
         "\"2026-06-30T23:02:03Z\""},
        {"$|datetime('DD/MM/YYYY HH:mm', 'Paris')", "1", "! column 32: this argument does not fit datetime"},
        {"$|datetime('DD/MM/YYYY')", "1", "! column 12: this argument does not fit datetime"},
        {"$|unix", "1782900131", "\"2026-07-01T10:02:11Z\""},
        {"$|unix", "\"1782900131.25\"", "\"2026-07-01T10:02:11.250000Z\""},
        {"$|unix('ms')", "1782900131500", "\"2026-07-01T10:02:11.500000Z\""},
        {"$|unix('us')", "1782900131500000", "\"2026-07-01T10:02:11.500000Z\""},
        {"$|unix", "-1.5", "\"1969-12-31T23:59:58.500000Z\""},
        {"$|unix", "-0.0000001", "\"1969-12-31T23:59:59.999999Z\""},
        {"$|unix", "1782900131500", "! $, unix: “1782900131500” is not a time since 1970 in s"},
        {"$|unix", "\"soon\"", "! $, unix: “soon” is not a time since 1970 in s"},
        {"$|unix('h')", "1", "! column 8: this argument does not fit unix"},
    };
    pick_check(cases, ARRAY_LEN(cases));
}

static void nights(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"$|add_days(3)", "\"2026-02-27\"", "\"2026-03-02\""},
        {"$|add_days(-1)", "\"2024-03-01\"", "\"2024-02-29\""},
        {"$.a|add_days($.n)", "{\"a\":\"2026-07-14\",\"n\":\"2\"}", "\"2026-07-16\""},
        {"$|add_days(1)", "\"2200-12-31\"", "! $, add_days: the date is not between 1900 and 2200"},
        {"$|add_days(1.5)", "\"2200-12-31\"", "! column 12: this argument does not fit add_days"},
        {"$.a|nights($.d)", "{\"a\":\"2026-07-14\",\"d\":\"2026-07-17\"}", "3"},
        {"$.a|date('DD/MM/YYYY')|nights($.d|date('DD/MM/YYYY'))",
         "{\"a\":\"28/02/2026\",\"d\":\"01/03/2026\"}", "1"},
        {"$.a|nights($.d)", "{\"a\":\"2026-07-14\",\"d\":\"2026-07-13\"}",
         "! $.a, nights: the departure is before the arrival"},
        {"$.a|nights($.d)", "{\"a\":\"2026-07-14\"}", "! $.a, nights: the departure has no value"},
        {"$.a|nights('17/07/2026')", "{\"a\":\"2026-07-14\"}",
         "! $.a, nights: “17/07/2026” is not a date written YYYY-MM-DD"},
    };
    pick_check(cases, ARRAY_LEN(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates),
        cmocka_unit_test(instants),
        cmocka_unit_test(nights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
