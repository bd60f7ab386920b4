#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/call.h"
#include "model/stock.h"

#include <string.h>

static struct arena a;
static struct http_pair query[4];
static struct http_request r;
static struct api_call c;
static struct err e;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 20);
    r = (struct http_request){.arena = &a, .query = query, .id = S("0123456789abcdef")};
    c = (struct api_call){.request = &r, .arena = &a};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static void set(const char *name, const char *value)
{
    query[0] = (struct http_pair){str_of(name), str_of(value)};
    r.query_count = 1;
}

static void test_params(void **state)
{
    (void)state;
    int64_t id;
    struct api_match m = api_match(&a, S("GET"), S("/api/admin/demo/reservations/42"));
    c.route = m.route;
    c.params[0] = m.params[0];
    c.params[1] = m.params[1];
    assert_true(str_eq(api_param(&c, "hotel"), S("demo")));
    assert_true(api_param_id(&c, "id", &id, &e) && id == 42);
    static const char *const bad[] = {"0", "-1", "042", "x", "4 2", "+1", "99999999999999999999", ""};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        c.params[1] = str_of(bad[i]);
        assert_false(api_param_id(&c, "id", &id, &e));
        assert_int_equal(e.code, ERR_NOT_FOUND);
    }
    assert_false(str_given(api_param(&c, "seq")));
}

static void test_query(void **state)
{
    (void)state;
    static const char *const choices[] = {"csv", "json", NULL};
    int32_t date = 7;
    int64_t us = 7;
    int flag = 7, choice = 7;
    assert_true(api_query_date(&c, "d", &date, &e) && date == 7);
    set("d", "");
    assert_true(api_query_date(&c, "d", &date, &e) && date == 7);
    set("d", "1970-01-02");
    assert_true(api_query_date(&c, "d", &date, &e) && date == 1);
    set("d", "1970-02-30");
    assert_false(api_query_date(&c, "d", &date, &e));
    assert_string_equal(e.pointer, "/d");
    assert_false(api_query_instant(&c, "d", &us, &e));
    set("d", "1970-01-01T00:00:01Z");
    assert_true(api_query_instant(&c, "d", &us, &e) && us == 1000000);
    assert_false(api_query_bool(&c, "d", &flag, &e));
    set("d", "false");
    assert_true(api_query_bool(&c, "d", &flag, &e) && flag == 0);
    set("d", "1");
    assert_true(api_query_bool(&c, "d", &flag, &e) && flag == 1);
    assert_false(api_query_choice(&c, "d", choices, &choice, &e));
    assert_non_null(strstr(e.en, "csv, json"));
    set("d", "json");
    assert_true(api_query_choice(&c, "d", choices, &choice, &e) && choice == 1);
}

static void test_optional(void **state)
{
    (void)state;
    struct room_type room;
    c.body = json_parse(&a, S("{\"units\":3}"), &e);
    assert_false(api_body(&c, &room_type_fields, &room, &e));
    struct field_table t = api_optional(&c, &room_type_fields, "code");
    assert_true(api_body(&c, &t, &room, &e));
    assert_false(str_given(room.code));
    assert_int_equal(room.units, 3);
    c.body = json_parse(&a, S("{}"), &e);
    assert_false(api_body(&c, &t, &room, &e));
    assert_string_equal(e.pointer, "/units");
}

static void test_answers(void **state)
{
    (void)state;
    struct json_out *o = api_list(&c);
    json_open(o, '{');
    api_member_id(o, S("a"), INT64_MAX);
    api_member_id(o, S("b"), 0);
    api_member_instant(o, S("c"), 1000000);
    api_member_instant(o, S("d"), INSTANT_NONE);
    api_member_date(o, S("e"), 1);
    api_member_date(o, S("f"), DATE_NONE);
    c.lang = LANG_FR;
    api_member_text(&c, o, S("g"), TEXT("yes", "oui"));
    json_close(o, '}');
    assert_true(api_list_send(&c, S("next")));
    assert_int_equal(c.answer.status, 200);
    assert_true(str_eq(c.answer.type, S("application/json")));
    assert_true(
        str_eq(c.answer.body,
               S("{\"data\":[{\"a\":\"9223372036854775807\",\"b\":null,\"c\":\"1970-01-01T00:00:01Z\","
                 "\"d\":null,\"e\":\"1970-01-02\",\"f\":null,\"g\":\"oui\"}],\"nextCursor\":\"next\"}")));
    for (int i = 0; i < 2 * API_HEADERS; i++) {
        api_header(&c, S("X"), S("y"));
    }
    assert_int_equal(c.answer.header_count, API_HEADERS);
}

static void test_failure(void **state)
{
    (void)state;
    err_set(&e, ERR_LIMITED, "wait", "attendez");
    c.retry_after_s = 9;
    struct http_response f = api_failure(&c, &e);
    assert_int_equal(f.status, 429);
    assert_true(str_eq(f.headers[0].value, S("9")));
    assert_true(str_find(f.body, S("urn:selfkey:request:0123456789abcdef")) != SIZE_MAX);
    c.anonymous = true;
    f = api_failure(&c, &e);
    assert_true(str_find(f.body, S("urn:")) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_params, setup, teardown),
        cmocka_unit_test_setup_teardown(test_query, setup, teardown),
        cmocka_unit_test_setup_teardown(test_optional, setup, teardown),
        cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failure, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
