#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

#define LIST "/api/admin/demo/mappings"

static struct api_fixture f;
static const char *integration;

static int setup(void **state)
{
    (void)state;
    size_t done;
    api_fixture_open(&f);
    ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"DBL\",\"units\":5}");
    struct reply r = ask(&f, OWNER, "POST", "/api/admin/demo/integrations",
                         "{\"type\":\"webhook\",\"name\":\"x\",\"configuration\":{\"verification\":\"open\","
                         "\"confirmOpen\":true}}");
    integration = reply_text(&f, &r, "id");
    struct str path = arena_fmt(f.a, "/api/webhooks/integrations/demo/%s", integration);
    r = ask(
        &f, NOBODY, "POST", path.p,
        "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"M-1\",\"rooms\":[{\"roomType\":\"Suite \\\"Mer"
        "\\\"\",\"arrival\":\"2027-07-14\",\"departure\":\"2027-07-15\"}]}}");
    return r.status == 200 && process_next(&f.env.env, 10, &done, &f.env.e) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static void test_mappings(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", LIST, NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "data.0.integrationId"), integration);
    assert_string_equal(reply_text(&f, &r, "data.0.remote"), "Suite \"Mer\"");
    assert_string_equal(reply_text(&f, &r, "data.0.roomType"), "null");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/reservations?attention=1", NULL);
    assert_string_equal(reply_text(&f, &r, "data.0.unmapped"), "true");
    struct str body =
        arena_fmt(f.a, "{\"integrationId\":\"%s\",\"remote\":\"suite  \\\"mer\\\"\",\"roomType\":\"DBL\"}",
                  integration);
    r = ask(&f, MANAGER, "POST", LIST, body.p);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "repaired"), "1");
    assert_string_equal(reply_text(&f, &r, "repairing"), "false");
    r = ask(&f, VIEWER, "GET", LIST, NULL);
    assert_string_equal(reply_text(&f, &r, "data.0.roomType"), "DBL");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/reservations?attention=1", NULL);
    assert_int_equal(reply_at(&r, "data")->count, 0);
    body = arena_fmt(f.a, "{\"integrationId\":\"%s\",\"remote\":\"Suite \\\"Mer\\\"\"}", integration);
    r = ask(&f, MANAGER, "POST", LIST, body.p);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "roomType"), "null");
}

static void test_faults(void **state)
{
    (void)state;
    struct reply r = ask(&f, MANAGER, "POST", LIST, "{\"integrationId\":\"x\",\"roomType\":\"DBL\"}");
    assert_problem(&f, r, 400, "/remote");
    struct str body =
        arena_fmt(f.a, "{\"integrationId\":\"%s\",\"remote\":\"a\",\"roomType\":\"NONE\"}", integration);
    r = ask(&f, MANAGER, "POST", LIST, body.p);
    assert_true(r.status == 400 || r.status == 404);
    assert_string_equal(reply_text(&f, &r, "errors.0.pointer"), "/roomType");
    r = ask(&f, MANAGER, "POST", LIST,
            "{\"integrationId\":\"nothing\",\"remote\":\"a\",\"roomType\":\"DBL\"}");
    assert_problem(&f, r, 404, "/integrationId");
    r = ask(&f, VIEWER, "POST", LIST, body.p);
    assert_problem(&f, r, 403, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mappings),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
