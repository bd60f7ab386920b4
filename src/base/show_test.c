#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/show.h"

static void test_dates(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 100000);
    int32_t d = date_from_ymd(2026, 7, 14);
    assert_string_equal(show_date(&a, d, LANG_EN).p, "14 July 2026");
    assert_string_equal(show_date(&a, d, LANG_FR).p, "14 juillet 2026");
    assert_string_equal(show_date(&a, date_from_ymd(2026, 8, 1), LANG_FR).p, "1er août 2026");
    assert_string_equal(show_date(&a, date_from_ymd(2026, 8, 1), LANG_EN).p, "1 August 2026");
}

static void test_stays(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 100000);
    static const struct {
        int from[3], to[3];
        const char *en, *fr;
    } cases[] = {
        {{2026, 7, 14}, {2026, 7, 17}, "14–17 July 2026", "du 14 au 17 juillet 2026"},
        {{2026, 7, 30}, {2026, 8, 1}, "30 July – 1 August 2026", "du 30 juillet au 1er août 2026"},
        {{2026, 12, 31},
         {2027, 1, 2},
         "31 December 2026 – 2 January 2027",
         "du 31 décembre 2026 au 2 janvier 2027"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int32_t from = date_from_ymd(cases[i].from[0], cases[i].from[1], cases[i].from[2]);
        int32_t to = date_from_ymd(cases[i].to[0], cases[i].to[1], cases[i].to[2]);
        assert_string_equal(show_stay(&a, from, to, LANG_EN).p, cases[i].en);
        assert_string_equal(show_stay(&a, from, to, LANG_FR).p, cases[i].fr);
    }
}

static void test_plural(void **state)
{
    (void)state;
    assert_string_equal(show_plural(1, LANG_EN, "night", "nights"), "night");
    assert_string_equal(show_plural(0, LANG_EN, "night", "nights"), "nights");
    assert_string_equal(show_plural(0, LANG_FR, "nuit", "nuits"), "nuit");
    assert_string_equal(show_plural(2, LANG_FR, "nuit", "nuits"), "nuits");
}

static void test_file_name(void **state)
{
    (void)state;
    ARENA_SCOPE a;
    arena_init(&a, 1u << 16);
    static const char *const cases[][2] = {
        {"march.csv", "march.csv"},
        {"/tmp/../in/août 2026.csv", "août 2026.csv"},
        {"C:\\Users\\me\\a.csv", "a.csv"},
        {"a/b\\c/", ""},
        {"", ""},
        {" \t\n", ""},
        {"a\nb\x1b[1m\x7f\xc2\x9b.csv ", "ab[1m.csv"},
        {"evil\xe2\x80\xaevsc.exe\xe2\x80\xa8\xe2\x81\xa6", "evilvsc.exe"},
        {"x\xff.csv", "x\xef\xbf\xbd.csv"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_true(str_eq(show_file_name(&a, str_of(cases[i][0])), str_of(cases[i][1])));
    }
    assert_true(str_eq(show_file_name(&a, (struct str){0}), S("")));
    struct buf b = buf_in(&a);
    for (int i = 0; i < 300; i++) {
        buf_add(&b, S("é"));
    }
    buf_add(&b, S(".csv"));
    struct str shown = show_file_name(&a, buf_str(&b));
    assert_true(utf8_count(shown) == 200 && str_ends(shown, S("é.csv")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_stays),
        cmocka_unit_test(test_plural),
        cmocka_unit_test(test_file_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
