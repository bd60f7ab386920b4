#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

#define LIST "/api/admin/demo/integrations"

static struct api_fixture f;
static const char *one; /* the address of an integration */

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

static void test_types(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", "/api/admin/demo/integration-types", NULL);
    assert_status(r, 200);
    assert_true(reply_at(&r, "data")->count >= 2);
    assert_true(str_find(r.body, S("\"webhook\"")) != SIZE_MAX);
}

static void test_create(void **state)
{
    (void)state;
    struct reply r =
        ask(&f, MANAGER, "POST", LIST, "{\"type\":\"webhook\",\"name\":\"Engine\",\"configuration\":{}}");
    assert_status(r, 201);
    one = reply_header(&r, S("Location")).p;
    one = arena_cstr(f.a, reply_header(&r, S("Location")));
    assert_string_equal(one, arena_fmt(f.a, LIST "/%s", reply_text(&f, &r, "id")).p);
    const char *secret = reply_text(&f, &r, "configuration.secret");
    assert_true(strlen(secret) > 20);
    r = ask(&f, VIEWER, "GET", one, NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "configuration.secret"), "********");
    r = ask(&f, VIEWER, "GET", LIST, NULL);
    assert_string_equal(reply_text(&f, &r, "data.0.name"), "Engine");
    assert_true(str_find(r.body, str_of(secret)) == SIZE_MAX);
    r = ask(&f, MANAGER, "POST", LIST, "{\"type\":\"telegraph\",\"name\":\"x\",\"configuration\":{}}");
    assert_problem(&f, r, 400, "/type");
    r = ask(&f, MANAGER, "POST", LIST,
            "{\"type\":\"webhook\",\"name\":\"x\",\"configuration\":{\"colour\":1}}");
    assert_problem(&f, r, 400, "/configuration/colour");
    r = ask(&f, VIEWER, "POST", LIST, "{\"type\":\"webhook\",\"name\":\"x\",\"configuration\":{}}");
    assert_problem(&f, r, 403, "");
}

static void test_change(void **state)
{
    (void)state;
    struct reply r = ask(&f, MANAGER, "PUT", one, "{\"name\":\"Renamed\",\"isActive\":false}");
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "name"), "Renamed");
    assert_string_equal(reply_text(&f, &r, "isActive"), "false");
    r = ask(&f, MANAGER, "PUT", one, "{\"isActive\":true}");
    assert_status(r, 200);
    r = ask(&f, STRANGER, "PUT", one, "{\"name\":\"Mine\"}");
    assert_problem(&f, r, 404, "");
    struct str through = arena_fmt(f.a, "/api/admin/other%s", one + strlen("/api/admin/demo"));
    r = ask(&f, STRANGER, "PUT", through.p, "{\"name\":\"Mine\"}");
    assert_problem(&f, r, 404, "");
}

static void test_verbs(void **state)
{
    (void)state;
    static const char *const verbs[] = {"test", "sync"}, *const bodies[] = {NULL, "{}"};
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        for (size_t k = 0; k < ARRAY_LEN(bodies); k++) {
            struct reply r = ask(&f, MANAGER, "POST", arena_fmt(f.a, "%s/%s", one, verbs[i]).p, bodies[k]);
            assert_status(r, 200);
            assert_non_null(reply_at(&r, "success"));
        }
        struct reply r = ask(&f, MANAGER, "POST", arena_fmt(f.a, LIST "/nothing/%s", verbs[i]).p, NULL);
        assert_problem(&f, r, 404, "");
    }
    struct reply r = ask(&f, VIEWER, "POST", arena_fmt(f.a, "%s/test", one).p, NULL);
    assert_problem(&f, r, 403, "");
}

static void test_logs(void **state)
{
    (void)state;
    const char *path = arena_fmt(f.a, "%s/logs", one).p, *cursor = "";
    struct reply r = ask(&f, VIEWER, "GET", path, NULL);
    assert_status(r, 200);
    size_t all = reply_at(&r, "data")->count, seen = 0;
    assert_true(all >= 3);
    while (strcmp(cursor, "null") != 0 && seen <= all) {
        r = ask(&f, VIEWER, "GET", arena_fmt(f.a, "%s?limit=2&cursor=%s", path, cursor).p, NULL);
        assert_status(r, 200);
        seen += reply_at(&r, "data")->count;
        cursor = reply_text(&f, &r, "nextCursor");
    }
    assert_int_equal(seen, all);
    r = ask(&f, VIEWER, "GET", arena_fmt(f.a, "%s?action=created", path).p, NULL);
    assert_int_equal(reply_at(&r, "data")->count, 1);
    assert_string_equal(reply_text(&f, &r, "data.0.actor"), "manager@example.org");
}

static void test_delete(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "DELETE", one, NULL);
    assert_problem(&f, r, 403, "");
    r = ask(&f, MANAGER, "DELETE", one, NULL);
    assert_status(r, 204);
    r = ask(&f, MANAGER, "DELETE", one, NULL);
    assert_problem(&f, r, 404, "");
    r = ask(&f, MANAGER, "GET", one, NULL);
    assert_problem(&f, r, 404, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types), cmocka_unit_test(test_create), cmocka_unit_test(test_change),
        cmocka_unit_test(test_verbs), cmocka_unit_test(test_logs),   cmocka_unit_test(test_delete),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
