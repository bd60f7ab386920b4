/* Webhooks from the outside, and what the hotel then sees of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

#define JSON "Content-Type: application/json\r\n"

static struct api_fixture f;
static const char *open_id, *signed_id;

static const char *add(const char *name, const char *verification)
{
    struct str body =
        arena_fmt(f.a, "{\"type\":\"webhook\",\"name\":\"%s\",\"configuration\":{\"verification\":\"%s\"%s}}",
                  name, verification, strcmp(verification, "open") == 0 ? ",\"confirmOpen\":true" : "");
    struct reply r = ask(&f, OWNER, "POST", "/api/admin/demo/integrations", body.p);
    assert_status(r, 201);
    return reply_text(&f, &r, "id");
}

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"DBL\",\"units\":2}");
    open_id = add("Open", "open");
    signed_id = add("Signed", "signed");
    return *open_id && *signed_id ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static struct reply deliver(const char *hotel, const char *id, struct str body)
{
    struct str path = arena_fmt(f.a, "/api/webhooks/integrations/%s/%s", hotel, id);
    return fixture_ask(&f, "POST", path.p, JSON, body);
}

static void process(void)
{
    size_t done;
    fixture_must(&f, process_next(&f.env.env, 100, &done, &f.env.e), "process");
}

static const char *of(const char *id, const char *rest)
{
    return arena_fmt(f.a, "/api/admin/demo/integrations/%s%s", id, rest).p;
}

static void test_taken(void **state)
{
    (void)state;
    int before = f.taken;
    struct reply r = deliver(
        "demo", open_id,
        S("{\"type\":\"reservation.created\",\"data\":{\"reference\":\"W-1\",\"rooms\":[{\"roomType\":\"DBL\","
          "\"arrival\":\"2027-07-14\",\"departure\":\"2027-07-15\"}]}}"));
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "received"), "true");
    assert_string_equal(reply_text(&f, &r, "id"), "1");
    assert_int_equal(f.taken, before + 1);
    r = ask(&f, VIEWER, "GET", of(open_id, "/messages"), NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "data.0.verdict"), "open");
    assert_string_equal(reply_text(&f, &r, "data.0.result"), "null");
    process();
    r = ask(&f, VIEWER, "GET", of(open_id, "/messages/1"), NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "result.outcome"), "applied");
    assert_true(str_starts(str_of(reply_text(&f, &r, "text")), S("{\"type\"")));
    assert_string_equal(reply_text(&f, &r, "sha256"), reply_text(&f, &r, "sha256"));
    assert_int_equal(strlen(reply_text(&f, &r, "sha256")), 64);
    assert_true(str_find(str_of(reply_text(&f, &r, "headers")), S("Host")) != SIZE_MAX);
    assert_string_equal(reply_text(&f, &r, "client"), "127.0.0.1");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/reservations", NULL);
    assert_string_equal(reply_text(&f, &r, "data.0.reference"), "W-1");
}

static void test_failed_and_replayed(void **state)
{
    (void)state;
    struct reply r = deliver("demo", open_id, S("\xff\0 not JSON at all"));
    assert_status(r, 200);
    const char *path = of(open_id, arena_fmt(f.a, "/messages/%s", reply_text(&f, &r, "id")).p);
    process();
    r = ask(&f, VIEWER, "GET", path, NULL);
    assert_string_equal(reply_text(&f, &r, "result.outcome"), "failed");
    assert_string_equal(reply_text(&f, &r, "text"), "null");
    assert_string_equal(reply_text(&f, &r, "body"), "/wAgbm90IEpTT04gYXQgYWxs");
    r = ask(&f, MANAGER, "POST", arena_fmt(f.a, "%s/replay", path).p, NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "outcome"), "failed");
    r = ask(&f, VIEWER, "POST", arena_fmt(f.a, "%s/replay", path).p, NULL);
    assert_problem(&f, r, 403, "");
    r = ask(&f, MANAGER, "POST", of(open_id, "/replay"),
            "{\"since\":\"2020-01-01T00:00:00Z\",\"onlyFailed\":true}");
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "replayed"), "1");
    assert_string_equal(reply_text(&f, &r, "failed"), "1");
    r = ask(&f, MANAGER, "POST", of(open_id, "/replay"), "{\"since\":\"yesterday\"}");
    assert_problem(&f, r, 400, "/since");
    r = ask(&f, MANAGER, "POST", of(open_id, "/replay"), "{}");
    assert_problem(&f, r, 400, "/since");
    r = ask(&f, MANAGER, "POST", of(signed_id, "/messages/1/replay"), NULL);
    assert_problem(&f, r, 404, "");
}

static void test_unknown(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", of("nonexistent", "/messages"), NULL);
    assert_problem(&f, r, 404, "");
    r = ask(&f, MANAGER, "POST", of("nonexistent", "/replay"), "{\"since\":\"2020-01-01T00:00:00Z\"}");
    assert_problem(&f, r, 404, "");
    r = ask(&f, STRANGER, "GET", "/api/admin/other/integrations/nonexistent/messages", NULL);
    assert_problem(&f, r, 404, "");
    /* One that was never sent anything is another matter, and one that was deleted too. */
    const char *quiet = add("Quiet", "open");
    for (int i = 0; i < 2; i++) {
        r = ask(&f, VIEWER, "GET", of(quiet, "/messages"), NULL);
        assert_status(r, 200);
        r = ask(&f, MANAGER, "POST", of(quiet, "/replay"), "{\"since\":\"2020-01-01T00:00:00Z\"}");
        assert_status(r, 200);
        ask(&f, OWNER, "DELETE", of(quiet, ""), NULL);
    }
}

static void test_refused(void **state)
{
    (void)state;
    struct reply r = deliver("demo", signed_id, S("{}"));
    assert_problem(&f, r, 401, "");
    r = deliver("demo", "nothing", S("{}"));
    assert_problem(&f, r, 404, "");
    r = deliver("nowhere", open_id, S("{}"));
    assert_problem(&f, r, 404, "");
    r = deliver("other", open_id, S("{}"));
    assert_problem(&f, r, 404, "");
    r = ask(&f, NOBODY, "GET", "/api/webhooks/integrations/demo/x", NULL);
    assert_problem(&f, r, 405, "");
    r = ask(&f, VIEWER, "GET", of(signed_id, "/messages?rejected=true"), NULL);
    assert_status(r, 200);
    assert_int_equal(reply_at(&r, "data")->count, 1);
    assert_true(strlen(reply_text(&f, &r, "data.0.reason")) > 5);
    r = ask(&f, VIEWER, "GET", of(signed_id, "/messages?rejected=false"), NULL);
    assert_int_equal(reply_at(&r, "data")->count, 0);
    r = ask(&f, VIEWER, "GET", of(open_id, "/messages?limit=1"), NULL);
    assert_int_equal(reply_at(&r, "data")->count, 1);
    r = ask(&f, VIEWER, "GET",
            of(open_id, arena_fmt(f.a, "/messages?limit=1&cursor=%s", reply_text(&f, &r, "nextCursor")).p),
            NULL);
    assert_string_equal(reply_text(&f, &r, "data.0.id"), "1");
    assert_string_equal(reply_text(&f, &r, "nextCursor"), "null");
    r = ask(&f, VIEWER, "GET", of(open_id, "/messages/x"), NULL);
    assert_problem(&f, r, 404, "");
    r = ask(&f, STRANGER, "GET", of(open_id, "/messages"), NULL);
    assert_problem(&f, r, 404, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_failed_and_replayed),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
