#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json.h"
#include "io/http_fault.h"

static void every_fault_has_a_problem(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1u << 20);
    for (int f = HTTP_FINE + 1; f < HTTP_FAULT_COUNT; f++) {
        for (int lang = LANG_EN; lang <= LANG_FR; lang++) {
            struct err e = {0};
            const struct json *v =
                json_parse(&a, http_fault_problem((enum http_fault)f, (enum lang)lang, &a), &e);
            assert_non_null(v);
            int64_t status;
            assert_true(str_to_i64(json_get(v, S("status"))->text, &status));
            assert_int_equal(status, http_fault_status((enum http_fault)f));
            assert_true(status >= 400 && json_get(v, S("title"))->text.n > 0);
            assert_true(json_get(v, S("code"))->text.n > 0 && json_get(v, S("detail"))->text.n > 0);
            const struct json *first = json_at(json_get(v, S("errors")), 0);
            assert_int_equal(json_get(first, S("pointer"))->text.n, 0);
            assert_true(str_eq(json_get(first, S("detail"))->text, json_get(v, S("detail"))->text));
        }
    }
}

static void titles(void **state)
{
    (void)state;
    assert_true(str_eq(http_status_title(413), S("Content Too Large")));
    assert_true(str_eq(http_status_title(299), S("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_fault_has_a_problem), cmocka_unit_test(titles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
