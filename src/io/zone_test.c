#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "io/zone.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t instant(const char *text)
{
    int64_t us = 0;
    assert_true(instant_parse(str_of(text), &us));
    return us;
}

static void names(void **state)
{
    (void)state;
    static const char *const good[] = {
        "Europe/Paris",           "UTC",    "Etc/GMT+12", "America/Argentina/Buenos_Aires",
        "America/Port-au-Prince", "EST5EDT"};
    static const char *const bad[] = {"",
                                      "Europe",
                                      "Europe/",
                                      "/Europe/Paris",
                                      "Europe//Paris",
                                      "Europe/Atlantis",
                                      "Europe/../Europe/Paris",
                                      "../../../etc/passwd",
                                      "posix/Europe/Paris",
                                      "right/Europe/Paris",
                                      "localtime",
                                      "posixrules",
                                      "zone.tab",
                                      "leapseconds",
                                      "Europe/Paris ",
                                      "Europe\\Paris",
                                      "+02:00"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(zone_exists(str_of(good[i])));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(zone_exists(str_of(bad[i])));
    assert_false(zone_exists(S("Europe/Paris\0")));
    assert_false(zone_exists((struct str){NULL, 0}));

    struct err e;
    struct zone_time t;
    assert_false(zone_local(S("Europe/Atlantis"), 0, &t, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_non_null(strstr(e.en, "Europe/Atlantis"));
    assert_non_null(strstr(e.fr, "Europe/Atlantis"));
}

static void wall(const char *zone, const char *utc, const char *date, int32_t second, int32_t offset)
{
    struct zone_time t;
    struct err e;
    char text[DATE_TEXT_SIZE];
    assert_true(zone_local(str_of(zone), instant(utc), &t, &e));
    date_text(t.date, text);
    assert_string_equal(text, date);
    assert_int_equal(t.second, second);
    assert_int_equal(t.offset_s, offset);
}

static void known_moments(void **state)
{
    (void)state;
    wall("Europe/Paris", "2026-07-13T22:30:00Z", "2026-07-14", 1800, 7200);
    wall("Europe/Paris", "2026-03-29T00:59:59Z", "2026-03-29", 7199, 3600);
    wall("Europe/Paris", "2026-03-29T01:00:00Z", "2026-03-29", 10800, 7200);
    wall("Europe/Paris", "2026-10-25T00:59:59Z", "2026-10-25", 10799, 7200);
    wall("Europe/Paris", "2026-10-25T01:00:00Z", "2026-10-25", 7200, 3600);
    wall("Europe/Paris", "2090-07-01T12:00:00Z", "2090-07-01", 14 * 3600, 7200); /* by the rule */
    wall("Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01", 20700, 20700);
    wall("America/St_Johns", "2026-01-01T00:00:00Z", "2025-12-31", 86400 - 12600, -12600);
    wall("Australia/Lord_Howe", "2060-01-01T00:00:00Z", "2060-01-01", 39600,
         39600); /* half an hour of summer */
    wall("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29", 86399, -36000);
    wall("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31", 0, 50400); /* no 30 December there */
    wall("UTC", "1969-12-31T23:59:59.5Z", "1969-12-31", 86399, 0);

    struct zone_time t;
    struct err e;
    assert_true(zone_local(S("Europe/Paris"), instant("2026-07-13T22:30:00.000007Z"), &t, &e));
    assert_true(t.summer);
    assert_int_equal(t.us, 7);
    assert_string_equal(t.abbreviation, "CEST");
}

/* libc reads the same files in its own way: both must agree, past the tables too. */
static void as_libc_says(void **state)
{
    (void)state;
    static const char *const zones[] = {
        "Europe/Paris",     "Europe/Dublin",    "Africa/Casablanca",   "America/Nuuk", "America/Santiago",
        "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Tehran",  "Asia/Gaza",
        "Pacific/Apia",     "Pacific/Chatham",  "Antarctica/Troll",    "Africa/Cairo", "Etc/GMT-14"};
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        ARENA_SCOPE a = {0};
        arena_init(&a, 1 << 20);
        const struct zone *z = zone_load(&a, str_of(zones[i]), NULL);
        assert_non_null(z);
        setenv("TZ", zones[i], 1);
        tzset();
        for (int64_t s = INT64_C(-1000000000); s < INT64_C(5000000000); s += 86400 * 3 + 3601) {
            time_t now = (time_t)s;
            struct tm tm;
            localtime_r(&now, &tm);
            struct zone_time t = zone_at(z, s * 1000000);
            assert_int_equal(t.offset_s, tm.tm_gmtoff);
            assert_int_equal(t.summer, tm.tm_isdst > 0);
            assert_int_equal(t.date, date_from_ymd(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday));
            assert_int_equal(t.second, tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec);
        }
    }
    unsetenv("TZ");
    tzset();
}

static void back_from_the_wall_clock(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    const struct zone *paris = zone_load(&a, S("Europe/Paris"), NULL);
    assert_non_null(paris);
    int32_t spring = date_from_ymd(2026, 3, 29), autumn = date_from_ymd(2026, 10, 25);
    assert_int_equal(zone_instant(paris, spring, 3600), instant("2026-03-29T00:00:00Z"));
    assert_int_equal(zone_instant(paris, spring, 7200), instant("2026-03-29T01:00:00Z")); /* skipped */
    assert_int_equal(zone_instant(paris, spring, 9000), instant("2026-03-29T01:00:00Z")); /* skipped */
    assert_int_equal(zone_instant(paris, spring, 10800), instant("2026-03-29T01:00:00Z"));
    assert_int_equal(zone_instant(paris, autumn, 9000),
                     instant("2026-10-25T00:30:00Z")); /* the first of two */
    assert_int_equal(zone_instant(paris, autumn, 10800), instant("2026-10-25T02:00:00Z"));

    const struct zone *apia = zone_load(&a, S("Pacific/Apia"), NULL);
    assert_non_null(apia);
    assert_int_equal(zone_instant(apia, date_from_ymd(2011, 12, 30), 43200), instant("2011-12-30T10:00:00Z"));

    for (int64_t s = 0; s < INT64_C(4000000000); s += 86400 * 5 + 1799) {
        struct zone_time t = zone_at(paris, s * 1000000);
        int64_t back = zone_instant(paris, t.date, t.second);
        assert_true(back == s * 1000000 || back == (s - 3600) * 1000000);
    }
}

int main(void)
{
    if (!zone_exists(S("UTC"))) {
        print_message("skipped: no time zones in /usr/share/zoneinfo (package tzdata)\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(known_moments),
        cmocka_unit_test(as_libc_says),
        cmocka_unit_test(back_from_the_wall_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
