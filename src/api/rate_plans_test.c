#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

static struct api_fixture f;

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

#define PLANS "/api/admin/demo/rate-plans"

static const char *one(const char *id)
{
    return arena_fmt(f.a, PLANS "/%s", id).p;
}

static const char *bar, *nr;

static void test_create(void **state)
{
    (void)state;
    struct reply r = ask(&f, MANAGER, "POST", PLANS, "{\"code\":\"BAR\",\"name\":\"Meilleur tarif\"}");
    assert_status(r, 201);
    bar = reply_text(&f, &r, "id");
    struct str whole = arena_fmt(
        f.a,
        "{\"id\":\"%s\",\"code\":\"BAR\",\"name\":\"Meilleur tarif\",\"pricing\":\"room\",\"baseOccupancy\":2,"
        "\"derived\":null,\"mealPlan\":\"room_only\",\"cancellation\":{\"text\":null,\"before\":null,"
        "\"unit\":null,\"feePercent\":null,\"feeNights\":null},\"taxesIncluded\":true,\"currency\":\"EUR\","
        "\"active\":true}",
        bar);
    assert_true(str_eq(r.body, whole));
    r = ask(
        &f, OWNER, "POST", PLANS,
        "{\"code\":\"NR\",\"derived\":{\"parent\":\"BAR\",\"percent\":\"-10\"},\"mealPlan\":\"breakfast\","
        "\"cancellation\":{\"text\":\"Non.\\nJamais.\",\"before\":2,\"unit\":\"days\",\"feeNights\":1}}");
    assert_status(r, 201);
    nr = reply_text(&f, &r, "id");
    assert_string_equal(reply_text(&f, &r, "derived.parent"), "BAR");
    assert_string_equal(reply_text(&f, &r, "derived.percent"), "-10");
    assert_string_equal(reply_text(&f, &r, "cancellation.unit"), "days");
    r = ask(&f, VIEWER, "GET", one(bar), NULL);
    assert_status(r, 200);
    assert_true(str_eq(r.body, whole));
    r = ask(&f, VIEWER, "GET", PLANS "?limit=1", NULL);
    assert_int_equal(reply_at(&r, "data")->count, 1);
    r = ask(&f, VIEWER, "GET", arena_fmt(f.a, PLANS "?limit=1&cursor=%s", reply_text(&f, &r, "nextCursor")).p,
            NULL);
    assert_string_equal(reply_text(&f, &r, "data.0.code"), "NR");
    assert_string_equal(reply_text(&f, &r, "nextCursor"), "null");
}

static void test_change(void **state)
{
    (void)state;
    struct reply r = ask(&f, OWNER, "PUT", one(nr), "{\"name\":\"Non remboursable\"}");
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "name"), "Non remboursable");
    assert_string_equal(reply_text(&f, &r, "derived.percent"), "-10"); /* left out stays */
    assert_string_equal(reply_text(&f, &r, "mealPlan"), "breakfast");
    assert_string_equal(reply_text(&f, &r, "cancellation.before"), "2");
    r = ask(&f, OWNER, "PUT", one(nr),
            "{\"derived\":{\"parent\":\"BAR\",\"amount\":\"-5\"},\"active\":false}");
    assert_string_equal(reply_text(&f, &r, "derived.amount"), "-5.00");
    assert_string_equal(reply_text(&f, &r, "derived.percent"), "null");
    r = ask(&f, OWNER, "PUT", one(nr), "{\"derived\":null,\"cancellation\":null,\"active\":true}");
    assert_string_equal(reply_text(&f, &r, "derived"), "null");
    assert_string_equal(reply_text(&f, &r, "cancellation.text"), "null");
    r = ask(&f, OWNER, "PUT", one(nr), "{\"code\":\"OTHER\"}");
    assert_problem(&f, r, 400, "/code");
    r = ask(&f, OWNER, "PUT", one(nr), "{\"derived\":{\"parent\":\"NR\",\"percent\":1}}");
    assert_problem(&f, r, 400, "/derived/parent");
    r = ask(&f, OWNER, "PUT", one("9999"), "{\"name\":\"x\"}");
    assert_status(r, 404);
    r = ask(&f, OWNER, "PUT", one("x"), "{\"name\":\"x\"}");
    assert_status(r, 404);
}

static void test_delete(void **state)
{
    (void)state;
    struct reply r = ask(&f, OWNER, "PUT", one(nr), "{\"derived\":{\"parent\":\"BAR\",\"percent\":\"5\"}}");
    assert_status(r, 200);
    r = ask(&f, OWNER, "DELETE", one(bar), NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "active"), "false");
    r = ask(&f, OWNER, "DELETE", one(nr), NULL);
    assert_status(r, 204);
    r = ask(&f, OWNER, "GET", one(nr), NULL);
    assert_status(r, 404);
    r = ask(&f, OWNER, "DELETE", one(bar), NULL);
    assert_status(r, 204);
}

static void test_seen(void **state)
{
    (void)state;
    struct reply r = ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"DBL\",\"units\":5}");
    assert_status(r, 201);
    r = ask(&f, OWNER, "POST", PLANS, "{\"code\":\"Bar\"}");
    assert_status(r, 201);
    r = ask(&f, OWNER, "POST", "/api/admin/demo/reservations",
            "{\"reference\":\"A\",\"rooms\":[{\"roomType\":\"DBL\",\"ratePlan\":\"BAR\",\"arrival\":"
            "\"2027-01-01\",\"departure\":\"2027-01-02\"},{\"roomType\":\"DBL\",\"ratePlan\":\"Weekly\","
            "\"arrival\":\"2027-01-01\",\"departure\":\"2027-01-02\"}]}");
    assert_status(r, 201);
    r = ask(&f, VIEWER, "GET", PLANS "?seen=true", NULL);
    assert_true(str_eq(r.body, S("{\"data\":[{\"code\":\"Weekly\"}],\"nextCursor\":null}")));
    r = ask(&f, VIEWER, "GET", PLANS "?seen=perhaps", NULL);
    assert_problem(&f, r, 400, "/seen");
}

static void test_roles(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "POST", PLANS, "{\"code\":\"V\"}");
    assert_status(r, 403);
    r = ask(&f, VIEWER, "DELETE", one(bar), NULL);
    assert_status(r, 403);
    r = ask(&f, STRANGER, "GET", PLANS, NULL);
    assert_status(r, 404);
    r = ask(&f, NOBODY, "GET", PLANS, NULL);
    assert_status(r, 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_create), cmocka_unit_test(test_change),
                                       cmocka_unit_test(test_delete), cmocka_unit_test(test_seen),
                                       cmocka_unit_test(test_roles)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
