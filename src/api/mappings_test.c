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
    /* The kept file is the hub's: a folder of its own, which the surroundings do not know. */
    for (int id = 1; id < 100; id++) {
        remove(arena_fmt(f.a, "%s/imports/demo-%d.csv", f.env.dir, id).p);
    }
    rmdir(arena_fmt(f.a, "%s/imports", f.env.dir).p);
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

/* What a file brought that belongs to no integration. */
static void test_nobodys(void **state)
{
    (void)state;
    static const char *const said[] = {"\"integrationId\":null,", "\"integrationId\":\"\",", ""};
    struct reply r = fixture_ask(
        &f, "POST", "/api/admin/demo/imports?name=a.csv",
        arena_fmt(f.a, "Authorization: Bearer %.*s\r\nContent-Type: text/csv\r\n", STR_ARG(f.tokens[OWNER]))
            .p,
        S("reference,channel,arrival,departure,roomType\n"
          "C-1,direct,2027-05-01,2027-05-02,Cave\n"));
    assert_status(r, 201);
    r = ask(&f, VIEWER, "GET", LIST, NULL);
    assert_string_equal(reply_text(&f, &r, "data.0.integrationId"), "null");
    assert_string_equal(reply_text(&f, &r, "data.0.remote"), "Cave");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/alerts", NULL);
    assert_string_equal(reply_text(&f, &r, "data.0.id"), "unmapped::cave");
    assert_string_equal(reply_text(&f, &r, "data.0.integrationId"), "null");
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        r = ask(&f, MANAGER, "POST", LIST,
                arena_fmt(f.a, "{%s\"remote\":\"Cave\",\"roomType\":\"DBL\"}", said[i]).p);
        assert_status(r, 200);
        assert_string_equal(reply_text(&f, &r, "integrationId"), "null");
        assert_string_equal(reply_text(&f, &r, "repaired"), i ? "0" : "1");
    }
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/alerts", NULL);
    for (size_t i = 0; i < reply_at(&r, "data")->count; i++) {
        bool cave = strcmp(reply_text(&f, &r, arena_fmt(f.a, "data.%zu.id", i).p), "unmapped::cave") == 0;
        assert_string_equal(reply_text(&f, &r, arena_fmt(f.a, "data.%zu.standing", i).p),
                            cave ? "false" : "true");
    }
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
        cmocka_unit_test(test_nobodys),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
