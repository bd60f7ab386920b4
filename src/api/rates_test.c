#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

static struct api_fixture f;

static void post(const char *path, const char *json)
{
    struct reply r = ask(&f, OWNER, "POST", path, json);
    assert_status(r, 201);
}

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    post("/api/admin/demo/rooms", "{\"code\":\"DBL\",\"units\":5}");
    post("/api/admin/demo/rooms", "{\"code\":\"SGL\",\"units\":2}");
    post("/api/admin/demo/rate-plans", "{\"code\":\"BAR\"}");
    post("/api/admin/demo/rate-plans",
         "{\"code\":\"NR\",\"derived\":{\"parent\":\"BAR\",\"percent\":\"-10\"}}");
    post("/api/admin/demo/rate-plans", "{\"code\":\"PP\",\"pricing\":\"person\"}");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

#define RATES "/api/admin/demo/rates"

static struct reply put(const char *members)
{
    return ask(
        &f, MANAGER, "PUT", RATES,
        arena_fmt(f.a, "{\"roomTypes\":[\"DBL\"],\"from\":\"2026-07-14\",\"to\":\"2026-07-16\",%s}", members)
            .p);
}

static void test_change(void **state)
{
    (void)state;
    struct reply r = put("\"ratePlans\":[\"BAR\"],\"price\":\"120\",\"maxStay\":7,\"closedToArrival\":true");
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "changed"), "9");
    assert_string_equal(reply_text(&f, &r, "cells"), "9");
    assert_true(*reply_text(&f, &r, "edit") != 'n');
    assert_string_equal(reply_text(&f, &r, "warnings"), "[]");
    r = put("\"ratePlans\":[\"PP\"],\"prices\":[{\"occupancy\":1,\"amount\":\"80\"},{\"occupancy\":2,"
            "\"amount\":100.5}]");
    assert_status(r, 200);
    r = put("\"ratePlans\":[\"*\"],\"minStayThrough\":2,\"weekdays\":[\"wednesday\"]");
    assert_string_equal(reply_text(&f, &r, "changed"), "1");
    r = put("\"ratePlans\":[\"BAR\"],\"closedToArrival\":null,\"maxStay\":0");
    assert_string_equal(reply_text(&f, &r, "changed"), "6");
    r = put("\"ratePlans\":[\"BAR\"],\"maxStay\":0");
    assert_string_equal(reply_text(&f, &r, "edit"), "null");
    r = put("\"ratePlans\":[\"BAR\"],\"price\":\"1200\"");
    assert_string_equal(reply_text(&f, &r, "warnings.0.code"), "jump");
    assert_string_equal(reply_text(&f, &r, "warnings.0.count"), "3");
    assert_string_equal(reply_text(&f, &r, "warnings.0.date"), "2026-07-14");

    r = ask(&f, VIEWER, "GET", RATES "?from=2026-07-14&to=2026-07-17&roomType=dbl", NULL);
    assert_status(r, 200);
    assert_int_equal(reply_at(&r, "rooms")->count, 1);
    assert_int_equal(reply_at(&r, "rooms.0.ratePlans")->count, 4);
    assert_string_equal(reply_text(&f, &r, "rooms.0.ratePlans.0.days.1"),
                        "{\"date\":\"2026-07-15\",\"restrictions\":{\"minStayThrough\":{\"value\":2,\"from\":"
                        "\"own\",\"of\":\"*\"}}}");
    assert_string_equal(reply_text(&f, &r, "rooms.0.ratePlans.1.days.0"),
                        "{\"date\":\"2026-07-14\",\"price\":\"1200.00\",\"from\":\"own\",\"of\":\"BAR\","
                        "\"restrictions\":{\"maxStay\":{\"value\":0,\"from\":\"own\",\"of\":\"BAR\"}}}");
    assert_string_equal(
        reply_text(&f, &r, "rooms.0.ratePlans.2.days.1"),
        "{\"date\":\"2026-07-15\",\"price\":\"1080.00\",\"from\":\"parent\",\"of\":\"BAR\","
        "\"restrictions\":{\"minStayThrough\":{\"value\":2,\"from\":\"allPlans\",\"of\":\"*\"},"
        "\"maxStay\":{\"value\":0,\"from\":\"parent\",\"of\":\"BAR\"}}}");
    assert_string_equal(reply_text(&f, &r, "rooms.0.ratePlans.3.days.0.price"), "100.50");
    assert_string_equal(reply_text(&f, &r, "rooms.0.ratePlans.3.days.0.prices.0"),
                        "{\"occupancy\":1,\"price\":\"80.00\",\"from\":\"own\",\"of\":\"PP\"}");
    assert_string_equal(reply_text(&f, &r, "rooms.0.ratePlans.3.days.3.price"), "null");
    r = ask(&f, VIEWER, "GET", RATES, NULL);
    assert_int_equal(reply_at(&r, "rooms")->count, 2);
    assert_int_equal(reply_at(&r, "rooms.0.ratePlans.0.days")->count, 31);
    assert_string_equal(reply_text(&f, &r, "from"), "2026-07-01");
}

static void test_bad(void **state)
{
    (void)state;
    static const struct {
        const char *body, *pointer;
        int status;
    } bad[] = {
        {"\"price\":1", "/ratePlans", 400},
        {"\"ratePlans\":[\"BAR\"]", "", 400},
        {"\"ratePlans\":[],\"price\":1", "/ratePlans", 400},
        {"\"ratePlans\":[\"NO\"],\"price\":1", "/ratePlans/0", 404},
        {"\"ratePlans\":[1],\"price\":1", "/ratePlans/0", 400},
        {"\"ratePlans\":[\"*\"],\"price\":1", "/price", 400},
        {"\"ratePlans\":[\"BAR\"],\"price\":-1", "/price", 400},
        {"\"ratePlans\":[\"BAR\"],\"price\":\"1.001\"", "/price", 400},
        {"\"ratePlans\":[\"BAR\"],\"price\":\"9999999999\"", "/price", 400},
        {"\"ratePlans\":[\"BAR\"],\"price\":\"abc\"", "/price", 400},
        {"\"ratePlans\":[\"BAR\"],\"prices\":[{\"occupancy\":2,\"amount\":1}]", "/prices/0/occupancy", 400},
        {"\"ratePlans\":[\"PP\"],\"prices\":[{\"occupancy\":2}]", "/prices/0/amount", 400},
        {"\"ratePlans\":[\"PP\"],\"prices\":[{\"occupancy\":1,\"amount\":1},{\"occupancy\":1,\"amount\":1}]",
         "/prices/1/occupancy", 400},
        {"\"ratePlans\":[\"PP\"],\"prices\":[{\"occupancy\":31,\"amount\":1}]", "/prices/0/occupancy", 400},
        {"\"ratePlans\":[\"BAR\"],\"maxStay\":1001", "/maxStay", 400},
        {"\"ratePlans\":[\"BAR\"],\"minStayArrival\":3,\"maxStay\":2", "/minStayArrival", 400},
        {"\"ratePlans\":[\"BAR\"],\"stopSell\":1", "/stopSell", 400},
        {"\"ratePlans\":[\"BAR\"],\"weekdays\":[\"monday\"],\"maxStay\":1", "/weekdays", 400},
        {"\"ratePlans\":[\"BAR\"],\"weekdays\":[],\"maxStay\":1", "/weekdays", 400},
        {"\"ratePlans\":[\"BAR\"],\"maxStays\":1", "/maxStays", 400},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct reply r = put(bad[i].body);
        assert_status(r, bad[i].status);
        if (*bad[i].pointer) {
            assert_string_equal(reply_text(&f, &r, "errors.0.pointer"), bad[i].pointer);
        }
    }
    static const char *const ranges[] = {"\"2026-07-14\",\"to\":\"2026-07-13\"",
                                         "\"2026-07-14\",\"to\":\"2036-07-13\""};
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        struct reply r =
            ask(&f, OWNER, "PUT", RATES,
                arena_fmt(f.a, "{\"roomTypes\":[\"DBL\"],\"ratePlans\":[\"BAR\"],\"price\":1,\"from\":%s}",
                          ranges[i])
                    .p);
        assert_problem(&f, r, 400, "/to");
    }
    struct reply r = ask(&f, VIEWER, "GET", RATES "?from=2026-07-14&to=2026-07-13", NULL);
    assert_problem(&f, r, 400, "/to");
    r = ask(&f, VIEWER, "GET", RATES "?roomType=NO", NULL);
    assert_problem(&f, r, 404, "/roomType");
    r = ask(&f, VIEWER, "PUT", RATES, "{}");
    assert_status(r, 403);
    r = ask(&f, STRANGER, "GET", RATES, NULL);
    assert_status(r, 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_change), cmocka_unit_test(test_bad)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
