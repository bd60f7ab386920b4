#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/names.h"
#include "model/edit.h"

#include <string.h>

static struct arena a;
static struct api_call c;
static struct err e;

static void body(const char *json)
{
    c = (struct api_call){.arena = &a, .body = json_parse(&a, str_of(json), &e)};
    assert_non_null(c.body);
}

static void test_names(void **state)
{
    (void)state;
    struct str *list;
    size_t count = 9;
    arena_init(&a, 1 << 16);
    body("{}");
    assert_true(names_read(&c, "x", &list, &count, &e) && count == 0);
    body("{\"x\":null}");
    assert_true(names_read(&c, "x", &list, &count, &e) && count == 0);
    body("{\"x\":[\"a\",\"b\"]}");
    assert_true(names_read(&c, "x", &list, &count, &e) && count == 2 && str_eq(list[1], S("b")));
    body("{\"x\":\"a\"}");
    assert_false(names_read(&c, "x", &list, &count, &e));
    assert_string_equal(e.pointer, "/x");
    body("{\"x\":[\"a\",1]}");
    assert_false(names_read(&c, "x", &list, &count, &e));
    assert_string_equal(e.pointer, "/x/1");
    arena_free(&a);
}

static void test_weekdays(void **state)
{
    (void)state;
    unsigned days = 0;
    arena_init(&a, 1 << 16);
    body("{}");
    assert_true(names_weekdays(&c, &days, &e) && days == EDIT_EVERY_DAY);
    body("{\"weekdays\":null}");
    assert_true(names_weekdays(&c, &days, &e) && days == EDIT_EVERY_DAY);
    body("{\"weekdays\":[\"friday\",\"monday\",\"friday\"]}");
    assert_true(names_weekdays(&c, &days, &e) && days == (1u << 4 | 1u));
    static const char *const bad[][2] = {{"{\"weekdays\":[]}", "/weekdays"},
                                         {"{\"weekdays\":[\"Monday\"]}", "/weekdays/0"},
                                         {"{\"weekdays\":[\"monday\",5]}", "/weekdays/1"},
                                         {"{\"weekdays\":{}}", "/weekdays"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        body(bad[i][0]);
        assert_false(names_weekdays(&c, &days, &e));
        assert_string_equal(e.pointer, bad[i][1]);
        assert_true(e.fr[0]);
    }
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_weekdays)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
