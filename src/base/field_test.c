#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/field.h"

struct inner {
    struct str text;
    int32_t day;
};

struct outer {
    int64_t number, instant;
    int8_t flag;
    int choice;
    struct inner inner;
    struct field_list list;
    struct decimal amount;
};

static const struct field inner_list[] = {
    {.name = "text", .type = FIELD_STR, .offset = offsetof(struct inner, text)},
    {.name = "day", .type = FIELD_DATE, .offset = offsetof(struct inner, day)},
};
static const struct field_table inner_fields = {"inner", sizeof(struct inner), inner_list,
                                                ARRAY_LEN(inner_list)};

static const char *const colours[] = {"red", "blue", NULL};
static const struct field outer_list[] = {
    {.name = "number", .type = FIELD_INT, .offset = offsetof(struct outer, number)},
    {.name = "instant", .type = FIELD_INSTANT, .offset = offsetof(struct outer, instant)},
    {.name = "flag", .type = FIELD_BOOL, .offset = offsetof(struct outer, flag)},
    {.name = "choice", .type = FIELD_ENUM, .offset = offsetof(struct outer, choice), .choices = colours},
    {.name = "inner", .type = FIELD_OBJECT, .offset = offsetof(struct outer, inner), .of = &inner_fields},
    {.name = "list", .type = FIELD_LIST, .offset = offsetof(struct outer, list), .of = &inner_fields},
    {.name = "amount", .type = FIELD_DECIMAL, .offset = offsetof(struct outer, amount)},
};
static const struct field_table outer_fields = {"outer", sizeof(struct outer), outer_list,
                                                ARRAY_LEN(outer_list)};

static void test_clear(void **state)
{
    (void)state;
    struct outer o = {.number = 1, .flag = 1, .choice = 1, .inner = {S("x"), 3}, .list = {NULL, 3}};
    field_clear(&outer_fields, &o);
    assert_true(o.number == FIELD_INT_NONE && o.instant == INSTANT_NONE);
    assert_int_equal(o.flag, -1);
    assert_int_equal(o.choice, -1);
    assert_false(str_given(o.inner.text));
    assert_int_equal(o.inner.day, DATE_NONE);
    assert_int_equal(o.list.count, 0);
    assert_false(o.amount.given);
}

static void test_find(void **state)
{
    (void)state;
    assert_ptr_equal(field_find(&outer_fields, S("choice")), &outer_list[3]);
    assert_null(field_find(&outer_fields, S("Choice")));
    assert_null(field_find(&outer_fields, S("cho")));
    assert_null(field_find(&outer_fields, S("")));
    assert_int_equal(field_choice(&outer_list[3], S("blue")), 1);
    assert_int_equal(field_choice(&outer_list[3], S("green")), -1);
    assert_int_equal(field_choice(&outer_list[3], S("")), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_clear), cmocka_unit_test(test_find)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
