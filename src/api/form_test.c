#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/form.h"

static struct arena a;
static struct http_pair *fields;
static size_t count;
static struct err e;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static void test_fields(void **state)
{
    (void)state;
    assert_true(form_read(&a, S("name=Grand+H%C3%B4tel&empty=&bare&&a%3Db=1%26"), &fields, &count, &e));
    assert_int_equal(count, 4);
    assert_true(str_eq(form_field(fields, count, S("name")), S("Grand Hôtel")));
    assert_true(str_eq(form_field(fields, count, S("empty")), S("")));
    assert_true(str_given(form_field(fields, count, S("bare"))));
    assert_true(str_eq(form_field(fields, count, S("a=b")), S("1&")));
    assert_false(str_given(form_field(fields, count, S("other"))));
    assert_true(form_read(&a, S(""), &fields, &count, &e));
    assert_int_equal(count, 0);
    assert_true(form_read(&a, (struct str){0}, &fields, &count, &e));
}

static void test_bad(void **state)
{
    (void)state;
    struct str bad[] = {S("a=%"),   S("a=%4"),     S("a=%zz"), S("a=%00"),
                        S("%00=a"), S("a=%ff%fe"), S("a=\0x"), S("a=%-1")};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(form_read(&a, bad[i], &fields, &count, &e));
        assert_int_equal(e.code, ERR_INVALID);
    }
    struct buf many = buf_in(&a);
    for (int i = 0; i <= FORM_FIELDS; i++) {
        buf_add(&many, S("a=1&"));
    }
    assert_false(form_read(&a, buf_str(&many), &fields, &count, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
