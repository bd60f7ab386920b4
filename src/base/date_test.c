#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"

#include <string.h>

static void test_every_day(void **state)
{
    (void)state;
    int32_t first = date_from_ymd(1900, 1, 1), last = date_from_ymd(2200, 12, 31);
    assert_int_equal(date_from_ymd(1970, 1, 1), 0);
    assert_int_equal(last - first + 1, 301 * 365 + 73); /* 73 leap years: not 1900, 2100, 2200 */
    for (int32_t d = first; d <= last; d++) {
        int y, m, day;
        char text[DATE_TEXT_SIZE];
        int32_t back = DATE_NONE;
        date_to_ymd(d, &y, &m, &day);
        assert_int_equal(date_from_ymd(y, m, day), d);
        assert_true(date_parse(date_text(d, text), &back));
        assert_int_equal(back, d);
        assert_int_equal(date_weekday(d + 7), date_weekday(d));
    }
    assert_int_equal(date_weekday(date_from_ymd(2026, 11, 24)), 1); /* a Tuesday */
    assert_int_equal(date_weekday(first), 0);                       /* 1900 began on a Monday */
}

static void test_no_such_day(void **state)
{
    (void)state;
    static const int bad[][3] = {{2026, 2, 29}, {1900, 2, 29}, {2026, 4, 31},  {2026, 13, 1}, {2026, 0, 1},
                                 {2026, 1, 0},  {2026, 1, 32}, {1899, 12, 31}, {2201, 1, 1},  {2026, -1, 1}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(date_from_ymd(bad[i][0], bad[i][1], bad[i][2]), DATE_NONE);
    assert_int_not_equal(date_from_ymd(2000, 2, 29), DATE_NONE);
    const char *texts[] = {"",           "2026-7-14",  "2026/07/14",  "2026-02-30", "20260714",
                           "2026-07-1x", "-026-07-14", "2026-07-14 ", "0000-00-00"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        int32_t d = 42;
        assert_false(date_parse(str_of(texts[i]), &d));
        assert_int_equal(d, 42);
    }
}

static void test_instants(void **state)
{
    (void)state;
    static const struct {
        const char *text, *utc;
    } good[] = {
        {"2026-07-01T10:02:11Z", "2026-07-01T10:02:11Z"},
        {"2026-07-01t10:02:11z", "2026-07-01T10:02:11Z"},
        {"2026-07-01 10:02:11+02:00", "2026-07-01T08:02:11Z"},
        {"2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z"},
        {"2026-07-01T10:02:11.5Z", "2026-07-01T10:02:11.500000Z"},
        {"2026-07-01T10:02:11.1234567899Z", "2026-07-01T10:02:11.123456Z"},
        {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t us;
        char text[INSTANT_TEXT_SIZE];
        assert_true(instant_parse(str_of(good[i].text), &us));
        struct str back = instant_text(us, text);
        assert_int_equal(back.n, strlen(good[i].utc));
        assert_string_equal(text, good[i].utc);
    }
    const char *bad[] = {"2026-07-01",
                         "2026-07-01T10:02Z",
                         "2026-07-01T10:02:11",
                         "2026-07-01T24:00:00Z",
                         "2026-07-01T10:60:00Z",
                         "2026-07-01T10:02:11.Z",
                         "2026-07-01T10:02:11+0200",
                         "2026-07-01T10:02:11+24:00",
                         "2026-02-30T10:02:11Z",
                         "2026-07-01T10:02:11Zx",
                         "2026-07-01x10:02:11Z",
                         "1900-01-01T01:02:11+02:00", /* 1899 in UTC */
                         "2200-12-31T23:59:60Z"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t us = 42;
        assert_false(instant_parse(str_of(bad[i]), &us));
        assert_int_equal(us, 42);
    }
    assert_true(instant_of_date(date_from_ymd(1970, 1, 2)) == INT64_C(86400000000));
    assert_true(instant_of_date(-1) == INT64_C(-86400000000));
}

static void test_in_arena(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 10000);
    assert_string_equal(date_fmt(&a, date_from_ymd(2026, 7, 14)).p, "2026-07-14");
    assert_string_equal(instant_fmt(&a, 1).p, "1970-01-01T00:00:00.000001Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_no_such_day),
        cmocka_unit_test(test_instants),
        cmocka_unit_test(test_in_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
