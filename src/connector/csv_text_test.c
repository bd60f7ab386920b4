#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_text.h"

static void test_trim_and_key(void **state)
{
    (void)state;
    assert_true(str_eq(csv_cell_trim(S(" \t\u00a0a b\u202f \u2009")), S("a b")));
    assert_true(str_eq(csv_cell_trim(S(" \u00a0 ")), S("")));
    assert_true(str_eq(csv_cell_trim(S("Zoë")), S("Zoë")));
    assert_int_equal(csv_cell_trim((struct str){0}).n, 0);
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    static const struct {
        struct str name;
        const char *key;
    } keys[] = {
        {S_INIT("Check-in"), "checkin"},
        {S_INIT(" check\u00a0In "), "checkin"},
        {S_INIT("Gästename(n) "), "gastenamen"},
        {S_INIT("# of adults"), "ofadults"},
        {S_INIT("N.º de niños"), "ndeninos"},
        {S_INIT("Kommission %"), "kommission%"},
        {S_INIT("Type d’hébergement"), "typedhebergement"},
        {S_INIT("totalAmount"), "totalamount"},
        {S_INIT("Straße"), "strasse"},
        {S_INIT("予約番号"), "予約番号"},
        {S_INIT("---"), ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        assert_string_equal(csv_key(&a, keys[i].name).p, keys[i].key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trim_and_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
