#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"
#include "format/base64.h"
#include "store/event.h"

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

/* More than a page of the largest size: all of them come, the standing and critical ones first. */
static bool raise_many(struct db_conn *c, void *arg, struct err *e)
{
    struct establishment hotel;
    bool fresh;
    if (!establishment_find(c, arg, S("demo"), &hotel, e)) {
        return false;
    }
    for (int i = 0; i < 450; i++) {
        struct alert_row v = {.fingerprint = arena_fmt(f.a, "many:%03d", i),
                              .severity = i % 3 ? S("warning") : S("critical"),
                              .message = TEXT("full", "complet"),
                              .last_us = i / 2};
        if (!alert_raise(c, hotel.id, &v, &fresh, e) ||
            (i % 5 == 0 && !alert_clear(c, hotel.id, v.fingerprint, 900, e))) {
            return false;
        }
    }
    return true;
}

static void test_alert_pages(void **state)
{
    (void)state;
    struct str seen = S(""), path = S("/api/admin/demo/alerts?limit=200");
    size_t count = 0, pages = 0, cleared = 0, warnings = 0;
    assert_true(db_write(f.env.env.store->hotel, raise_many, f.a, &f.env.e));
    for (const char *cursor = ""; strcmp(cursor, "null") != 0; pages++) {
        struct reply r =
            ask(&f, VIEWER, "GET", arena_fmt(f.a, "%.*s&cursor=%s", STR_ARG(path), cursor).p, NULL);
        assert_status(r, 200);
        for (const struct json *v = reply_at(&r, "data")->first; v; v = v->next) {
            struct str id = arena_fmt(f.a, "<%.*s>", STR_ARG(json_get(v, S("id"))->text));
            assert_true(str_find(seen, id) == SIZE_MAX);
            seen = arena_fmt(f.a, "%.*s%.*s", STR_ARG(seen), STR_ARG(id));
            count++;
            bool standing = json_get(v, S("standing"))->type == JSON_TRUE;
            bool critical = str_eq(json_get(v, S("severity"))->text, S("critical"));
            assert_false(standing && cleared);
            assert_false(standing && critical && warnings);
            cleared += !standing;
            warnings += standing && !critical;
        }
        cursor = reply_text(&f, &r, "nextCursor");
    }
    assert_true(count >= 452 && pages == (count + 199) / 200);
    static const char *const places[] = {"alerts:5",     "alerts:1.2",   "alerts:x.2.f",
                                         "alerts:1.x.f", "events:1.2.f", "alerts:1.2.\xff"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct str cursor = base64_url_encode(f.a, str_of(places[i]));
        struct reply r = ask(&f, VIEWER, "GET",
                             arena_fmt(f.a, "%.*s&cursor=%.*s", STR_ARG(path), STR_ARG(cursor)).p, NULL);
        assert_problem(&f, r, 400, "/cursor");
    }
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
        cmocka_unit_test(test_alert_pages),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_outbox),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
