#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/router.h"

static struct arena a;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static void test_match(void **state)
{
    (void)state;
    struct api_match m = api_match(&a, S("GET"), S("/api/admin/grand hôtel/integrations/abc/messages/12"));
    assert_non_null(m.route);
    assert_string_equal(m.route->pattern, "/api/admin/{hotel}/integrations/{id}/messages/{seq}");
    assert_true(str_eq(api_match_param(m.route, m.params, S("hotel")), S("grand hôtel")));
    assert_true(str_eq(api_match_param(m.route, m.params, S("id")), S("abc")));
    assert_true(str_eq(api_match_param(m.route, m.params, S("seq")), S("12")));
    assert_false(str_given(api_match_param(m.route, m.params, S("token"))));
    m = api_match(&a, S("HEAD"), S("/"));
    assert_non_null(m.route);
    assert_string_equal(m.route->method, "GET");
}

static void test_unknown(void **state)
{
    (void)state;
    static const char *const paths[] = {"",
                                        "*",
                                        "//",
                                        "/api",
                                        "/api/",
                                        "/healthz/",
                                        "/Healthz",
                                        "/api/admin/x",
                                        "/api/admin//rooms",
                                        "/api/admin/x/rooms/",
                                        "/api/admin/x/rooms/a/b",
                                        "/api/admin/{hotel}/nowhere",
                                        "/api/webhooks/integrations/x",
                                        "/api/webhooks/integrations/x/y/z/w",
                                        "/api/webhooks/integrations//y"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct api_match m = api_match(&a, S("GET"), str_of(paths[i]));
        assert_null(m.route);
        assert_false(str_given(m.allow));
    }
}

static void test_allow(void **state)
{
    (void)state;
    struct api_match m = api_match(&a, S("PATCH"), S("/api/admin/x/integrations/y"));
    assert_null(m.route);
    assert_true(str_eq(m.allow, S("GET, HEAD, PUT, DELETE, OPTIONS")));
    m = api_match(&a, S("GET"), S("/api/login"));
    assert_null(m.route);
    assert_true(str_eq(m.allow, S("POST, OPTIONS")));
    /* Methods are what they are: case matters (RFC 9110, 9.1). */
    assert_null(api_match(&a, S("get"), S("/healthz")).route);
}

/* What holds for every route, and for the matrix of routes and roles that reads the table. */
static void test_table(void **state)
{
    (void)state;
    size_t count;
    const struct api_route *routes = api_routes(&count);
    assert_true(count > 30);
    for (size_t i = 0; i < count; i++) {
        const struct api_route *r = &routes[i];
        struct str pattern = str_of(r->pattern), method = str_of(r->method);
        bool admin = str_starts(pattern, S("/api/admin/{hotel}/"));
        assert_int_equal(admin, r->access >= API_VIEWER);
        assert_int_equal(r->handle == NULL, r->lane == API_LANE_WEBHOOK);
        assert_non_null(api_access_names[r->access]);
        assert_non_null(api_body_names[r->body]);
        bool changes = !str_eq(method, S("GET"));
        assert_false(changes && admin && r->access < API_MANAGER);
        assert_false(!changes && r->body != API_BODY_NONE);
        assert_false(r->lane == API_LANE_NOW && (changes || r->access != API_PUBLIC));
        /* Each is reached, under its own name: no earlier one stands in its way. */
        struct api_match m = api_match(&a, method, pattern);
        assert_ptr_equal(m.route, r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_match, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unknown, setup, teardown),
        cmocka_unit_test_setup_teardown(test_allow, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
