#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_dates.h"

#define DAY(y, m, d) date_from_ymd(y, m, d)

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        struct str cell;
        int dmy[3], mdy[3], ymd[3]; /* zeros: no such day */
    } dates[] = {
        {S_INIT("2027-07-14"), {2027, 7, 14}, {2027, 7, 14}, {2027, 7, 14}},
        {S_INIT("2027/7/4"), {2027, 7, 4}, {2027, 7, 4}, {2027, 7, 4}},
        {S_INIT("20270714"), {2027, 7, 14}, {2027, 7, 14}, {2027, 7, 14}},
        {S_INIT("14/07/2027"), {2027, 7, 14}, {0}, {0}},
        {S_INIT("07/14/2027"), {0}, {2027, 7, 14}, {0}},
        {S_INIT("03/04/2027"), {2027, 4, 3}, {2027, 3, 4}, {0}},
        {S_INIT("3-4-2027"), {2027, 4, 3}, {2027, 3, 4}, {0}},
        {S_INIT("09.05.2027"), {2027, 5, 9}, {2027, 5, 9}, {2027, 5, 9}},
        {S_INIT("1.2.28"), {2028, 2, 1}, {2028, 2, 1}, {2028, 2, 1}},
        {S_INIT("27/03/04"), {2004, 3, 27}, {0}, {2027, 3, 4}},
        {S_INIT("30/02/2027"), {0}, {0}, {0}},
        {S_INIT("2027-02-30"), {0}, {0}, {0}},
        {S_INIT("14 juil. 2027"), {2027, 7, 14}, {2027, 7, 14}, {2027, 7, 14}},
        {S_INIT("14. März 2027"), {2027, 3, 14}, {2027, 3, 14}, {2027, 3, 14}},
        {S_INIT("Jul 14, 2027"), {2027, 7, 14}, {2027, 7, 14}, {2027, 7, 14}},
        {S_INIT("3 août 2027"), {2027, 8, 3}, {2027, 8, 3}, {2027, 8, 3}},
        {S_INIT("1 de diciembre de 2027"), {2027, 12, 1}, {2027, 12, 1}, {2027, 12, 1}},
        {S_INIT("14-Jun-2027"), {2027, 6, 14}, {2027, 6, 14}, {2027, 6, 14}},
        {S_INIT("1 February 2027"), {2027, 2, 1}, {2027, 2, 1}, {2027, 2, 1}},
        {S_INIT("31 décembre 27"), {2027, 12, 31}, {2027, 12, 31}, {2027, 12, 31}},
    };
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        struct csv_date d;
        assert_true(csv_date_read(dates[i].cell, &d));
        assert_int_equal(csv_date_day(&d, CSV_DATES_DMY),
                         DAY(dates[i].dmy[0], dates[i].dmy[1], dates[i].dmy[2]));
        assert_int_equal(csv_date_day(&d, CSV_DATES_MDY),
                         DAY(dates[i].mdy[0], dates[i].mdy[1], dates[i].mdy[2]));
        assert_int_equal(csv_date_day(&d, CSV_DATES_YMD),
                         DAY(dates[i].ymd[0], dates[i].ymd[1], dates[i].ymd[2]));
        assert_true(str_eq(d.digits, dates[i].cell));
    }
    static const struct str not_dates[] = {
        S_INIT(""),
        S_INIT("soon"),
        S_INIT("2027-07"),
        S_INIT("14/07/2027 x"),
        S_INIT("14/07-2027"),
        S_INIT("12345"),
        S_INIT("2027-07-142"),
        S_INIT("Foo 14, 2027"),
        S_INIT("1/2/3/4"),
        S_INIT("2027-07-14T25"),
        S_INIT("14 Jul"),
        S_INIT("2027-07-14 25:00"),
        S_INIT("2027-07-14 10:00 +82:00"),
        S_INIT("2027-07-14 10:00 +02:60"),
    };
    for (size_t i = 0; i < ARRAY_LEN(not_dates); i++) {
        struct csv_date d;
        assert_false(csv_date_read(not_dates[i], &d));
    }
}

static void test_times(void **state)
{
    (void)state;
    static const struct {
        struct str cell;
        int minutes, seconds;
    } times[] = {
        {S_INIT("2027-02-11"), 0, 0},
        {S_INIT("2027-02-11 09:26:33"), 566, 33},
        {S_INIT("2027-02-11T09:26:33.25Z"), 566, 33},
        {S_INIT("2027-02-11T09:26:33+02:00"), 446, 33},
        {S_INIT("11/02/2027, 9:26 PM"), 1286, 0},
        {S_INIT("11/02/2027 12:05 am"), 5, 0},
        {S_INIT("11.02.2027 09:12"), 552, 0},
        {S_INIT("11 Feb 2027 23:59:59"), 1439, 59},
    };
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        struct csv_date d;
        assert_true(csv_date_read(times[i].cell, &d));
        assert_int_equal(csv_date_day(&d, CSV_DATES_DMY), DAY(2027, 2, 11));
        assert_int_equal(d.time_us, (times[i].minutes * 60LL + times[i].seconds) * 1000000);
    }
}

static void test_edges(void **state)
{
    (void)state;
    struct csv_date d;
    assert_true(csv_date_read(S("1900-01-01T01:00+02:00"), &d)); /* 1899 in UTC */
    assert_int_equal(d.orders, 0);
    assert_true(csv_date_read(S("2200-12-31T23:00+02:00"), &d));
    assert_int_equal(d.orders, CSV_DATES_ANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
