#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_connector.h"
#include "format/json_fields.h"

static struct arena a;
static struct err e;

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

static void test_paths(void **state)
{
    (void)state;
    static const char *const good[] = {"in", "files/in", "a b", "été", "...", "in.d", ".hidden"};
    static const char *const bad[] = {"",     "/",      "/in",  "in/",   "a//b",  "..",         "../in",
                                      "a/..", "a/../b", "./in", ".",     "a/./b", "~",          "~root/in",
                                      "a\\b", "C:/in",  "in\n", "a\x7f", "\xff",  "/etc/passwd"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_true(csv_connector_path_valid(str_of(good[i])));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (csv_connector_path_valid(str_of(bad[i]))) {
            fail_msg("accepted: %s", bad[i]);
        }
    }
    assert_false(csv_connector_path_valid((struct str){"a\0b", 3}));
    assert_false(csv_connector_path_valid((struct str){0}));
}

static void check(const char *json, const char *pointer)
{
    struct csv_connector_settings s;
    const struct json *v = json_parse(&a, str_of(json), &e);
    bool ok = v && json_decode(&a, &csv_connector_fields, v, &s, &e) && csv_connector.check(&a, &s, &e);
    if (ok != (pointer == NULL)) {
        fail_msg("%s: %s", json, ok ? "accepted" : e.en);
    }
    if (pointer) {
        assert_string_equal(e.pointer, pointer);
    }
}

static void test_check(void **state)
{
    (void)state;
    check("{}", NULL);
    check(
        "{\"importPath\":\"in\",\"exportPath\":\"out\",\"delimiter\":\";\",\"dates\":\"dmy\",\"decimal\":\"comma\","
        "\"currency\":\"EUR\",\"syncFrequency\":5,\"exportEvery\":60,\"enabled\":true}",
        NULL);
    check("{\"delimiter\":\"\\t\"}", NULL);
    check("{\"delimiter\":\"|\"}", NULL);
    check("{\"importPath\":\"../../etc\"}", "/importPath");
    check("{\"importPath\":\"/srv\"}", "/importPath");
    check("{\"exportPath\":\"a/../../b\"}", "/exportPath");
    check("{\"importPath\":\"same\",\"exportPath\":\"same\"}", "/exportPath");
    check("{\"exportEvery\":60}", "/exportPath");
    check("{\"delimiter\":\"ab\"}", "/delimiter");
    check("{\"delimiter\":\"a\"}", "/delimiter");
    check("{\"delimiter\":\"\\\"\"}", "/delimiter");
    check("{\"delimiter\":\"\\n\"}", "/delimiter");
    check("{\"delimiter\":\"é\"}", "/delimiter");
    check("{\"currency\":\"EUX\"}", "/currency");
    check("{\"dates\":\"ydm\"}", "/dates");
    check("{\"syncFrequency\":0}", "/syncFrequency");
    check("{\"mapping\":{\"reference\":\"Booking no.\"}}", NULL);
    check("{\"mapping\":{\"nonsense\":\"Booking no.\"}}", "/mapping/nonsense");
    check("{\"mapping\":[]}", "/mapping");
    check("{\"unknown\":1}", "/unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_paths, setup, teardown),
        cmocka_unit_test_setup_teardown(test_check, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
