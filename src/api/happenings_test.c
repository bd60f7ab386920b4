#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

static struct api_fixture f;

/* A channel sells the only room twice, and one that nobody knows. */
static int setup(void **state)
{
    (void)state;
    static const char *const rooms[] = {"SGL", "SGL", "Igloo"};
    size_t done;
    api_fixture_open(&f);
    ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"SGL\",\"units\":1}");
    struct reply r = ask(&f, OWNER, "POST", "/api/admin/demo/integrations",
                         "{\"type\":\"webhook\",\"name\":\"x\",\"configuration\":{\"verification\":\"open\","
                         "\"confirmOpen\":true}}");
    struct str path = arena_fmt(f.a, "/api/webhooks/integrations/demo/%s", reply_text(&f, &r, "id"));
    for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
        struct str body =
            arena_fmt(f.a,
                      "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"H-%zu\",\"rooms\":[{"
                      "\"roomType\":\"%s\",\"arrival\":\"2027-07-14\",\"departure\":\"2027-07-15\"}]}}",
                      i, rooms[i]);
        r = ask(&f, NOBODY, "POST", path.p, body.p);
        if (r.status != 200) {
            return -1;
        }
    }
    return process_next(&f.env.env, 10, &done, &f.env.e) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static void test_alerts(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", "/api/admin/demo/alerts", NULL);
    assert_status(r, 200);
    assert_true(reply_at(&r, "data")->count >= 2);
    assert_string_equal(reply_text(&f, &r, "data.0.standing"), "true");
    assert_string_equal(reply_text(&f, &r, "data.0.clearedAt"), "null");
    assert_true(strlen(reply_text(&f, &r, "data.0.message")) > 10);
    r = ask(&f, STRANGER, "GET", "/api/admin/other/alerts", NULL);
    assert_int_equal(reply_at(&r, "data")->count, 0);
}

static void test_events(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", "/api/admin/demo/events?limit=200", NULL);
    assert_status(r, 200);
    size_t all = reply_at(&r, "data")->count, seen = 0;
    assert_true(all >= 4);
    assert_true(str_find(r.body, S("\"reservation.created\"")) != SIZE_MAX);
    const char *second = reply_text(&f, &r, "data.1.id"), *cursor = "";
    struct reply after =
        ask(&f, VIEWER, "GET", arena_fmt(f.a, "/api/admin/demo/events?after=%s", second).p, NULL);
    assert_int_equal(reply_at(&after, "data")->count, all - 2);
    while (strcmp(cursor, "null") != 0 && seen <= all) {
        struct str path = arena_fmt(f.a, "/api/admin/demo/events?limit=3&cursor=%s", cursor);
        r = ask(&f, VIEWER, "GET", path.p, NULL);
        assert_status(r, 200);
        seen += reply_at(&r, "data")->count;
        cursor = reply_text(&f, &r, "nextCursor");
    }
    assert_int_equal(seen, all);
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/events?after=x", NULL);
    assert_problem(&f, r, 400, "/after");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/events?after=-1", NULL);
    assert_problem(&f, r, 400, "/after");
}

static void test_outbox(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", "/api/admin/demo/outbox", NULL);
    assert_status(r, 200);
    assert_non_null(reply_at(&r, "data"));
    assert_string_equal(reply_text(&f, &r, "nextCursor"), "null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alerts),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_outbox),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
