#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

static struct api_fixture f;

static struct reply must(enum fixture_person who, const char *method, const char *path, const char *json,
                         int status)
{
    struct reply r = ask(&f, who, method, path, json);
    assert_status(r, status);
    return r;
}

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    must(OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"DBL\",\"units\":5}", 201);
    must(OWNER, "POST", "/api/admin/demo/rate-plans", "{\"code\":\"BAR\"}", 201);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static struct reply price(const char *amount, const char *to)
{
    return must(MANAGER, "PUT", "/api/admin/demo/rates",
                arena_fmt(f.a,
                          "{\"roomTypes\":[\"DBL\"],\"ratePlans\":[\"BAR\"],\"from\":\"2026-07-14\",\"to\":"
                          "\"%s\",\"price\":\"%s\"}",
                          to, amount)
                    .p,
                200);
}

static void test_edits(void **state)
{
    (void)state;
    struct reply r = price("100", "2026-07-16");
    const char *first = reply_text(&f, &r, "edit");
    r = price("120", "2026-07-14");
    const char *second = reply_text(&f, &r, "edit");
    must(OWNER, "PUT", "/api/admin/demo/stock",
         "{\"roomType\":\"DBL\",\"from\":\"2026-07-14\",\"to\":\"2026-07-20\",\"weekdays\":[\"tuesday\"],"
         "\"outOfOrder\":1}",
         200);
    r = must(VIEWER, "GET", "/api/admin/demo/edits?limit=2", NULL, 200);
    assert_string_equal(reply_text(&f, &r, "data.0.kind"), "stock");
    assert_string_equal(reply_text(&f, &r, "data.0.cells"), "1");
    assert_string_equal(reply_text(&f, &r, "data.1.id"), second);
    assert_string_equal(reply_text(&f, &r, "data.1.actor"), "manager@example.org");
    assert_string_equal(reply_text(&f, &r, "data.1.undoneBy"), "null");
    r = must(VIEWER, "GET",
             arena_fmt(f.a, "/api/admin/demo/edits?limit=2&cursor=%s", reply_text(&f, &r, "nextCursor")).p,
             NULL, 200);
    assert_string_equal(reply_text(&f, &r, "data.0.id"), first);
    assert_string_equal(reply_text(&f, &r, "data.1.kind"), "plan");
    assert_string_equal(reply_text(&f, &r, "nextCursor"), "null");

    const char *night = "/api/admin/demo/calendar/history?roomType=DBL&night=2026-07-14";
    r = must(VIEWER, "GET", night, NULL, 200);
    assert_int_equal(reply_at(&r, "data")->count, 3);
    assert_string_equal(reply_text(&f, &r, "data.0.field"), "outOfOrder");
    assert_string_equal(reply_text(&f, &r, "data.0.ratePlan"), "null");
    r = must(VIEWER, "GET", arena_fmt(f.a, "%s&ratePlan=BAR", night).p, NULL, 200);
    assert_int_equal(reply_at(&r, "data")->count, 2);
    assert_string_equal(reply_text(&f, &r, "data.0.before"), "100.00");
    assert_string_equal(reply_text(&f, &r, "data.0.after"), "120.00");
    assert_string_equal(reply_text(&f, &r, "data.1.before"), "null");
    assert_string_equal(reply_text(&f, &r, "data.1.actor"), "manager@example.org");

    const char *undo = arena_fmt(f.a, "/api/admin/demo/edits/%s/undo", first).p;
    must(VIEWER, "POST", undo, NULL, 403);
    r = must(MANAGER, "POST", undo, NULL, 200);
    assert_string_equal(reply_text(&f, &r, "restored"), "2");
    assert_string_equal(reply_text(&f, &r, "left"), "1");
    assert_string_equal(
        reply_text(&f, &r, "leftCells.0"),
        "{\"roomType\":\"DBL\",\"ratePlan\":\"BAR\",\"date\":\"2026-07-14\",\"field\":\"price\","
        "\"occupancy\":0,\"wanted\":null,\"value\":\"120.00\"}");
    assert_string_equal(reply_text(&f, &r, "oversold"), "[]");
    must(MANAGER, "POST", undo, NULL, 409);
    must(MANAGER, "POST", "/api/admin/demo/edits/9999/undo", NULL, 404);
    must(MANAGER, "POST", "/api/admin/demo/edits/x/undo", NULL, 404);
}

static void test_bad(void **state)
{
    (void)state;
    static const char *const bad[][2] = {{"roomType=DBL", "/night"},
                                         {"night=2026-07-14", "/roomType"},
                                         {"roomType=DBL&night=2026-02-30", "/night"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct reply r =
            ask(&f, VIEWER, "GET", arena_fmt(f.a, "/api/admin/demo/calendar/history?%s", bad[i][0]).p, NULL);
        assert_problem(&f, r, 400, bad[i][1]);
    }
    must(VIEWER, "GET", "/api/admin/demo/calendar/history?roomType=NO&night=2026-07-14", NULL, 404);
    must(STRANGER, "GET", "/api/admin/demo/edits", NULL, 404);
    struct reply r = must(STRANGER, "GET", "/api/admin/other/edits", NULL, 200);
    assert_int_equal(reply_at(&r, "data")->count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_edits), cmocka_unit_test(test_bad)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
