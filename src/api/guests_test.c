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
    static const char *const guests[][2] = {{"Martin", "BAR"}, {"Ångström", "BAR"}, {"Dupont", "Nonref"}};
    api_fixture_open(&f);
    ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"DBL\",\"units\":5}");
    for (size_t i = 0; i < ARRAY_LEN(guests); i++) {
        struct str body =
            arena_fmt(f.a,
                      "{\"reference\":\"R-%zu\",\"guest\":{\"lastName\":\"%s\",\"country\":\"FR\"},"
                      "\"rooms\":[{\"roomType\":\"DBL\",\"ratePlan\":\"%s\",\"arrival\":\"2027-07-14\","
                      "\"departure\":\"2027-07-15\"}]}",
                      i, guests[i][0], guests[i][1]);
        struct reply r = ask(&f, OWNER, "POST", "/api/admin/demo/reservations", body.p);
        if (r.status != 201) {
            return -1;
        }
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static void test_guests(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", "/api/admin/demo/guests?limit=2", NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "data.0.lastName"), "Dupont");
    assert_string_equal(reply_text(&f, &r, "data.0.country"), "FR");
    assert_string_equal(reply_text(&f, &r, "data.0.email"), "null");
    struct str next =
        arena_fmt(f.a, "/api/admin/demo/guests?limit=2&cursor=%s", reply_text(&f, &r, "nextCursor"));
    r = ask(&f, VIEWER, "GET", next.p, NULL);
    assert_int_equal(reply_at(&r, "data")->count, 1);
    assert_string_equal(reply_text(&f, &r, "data.0.lastName"), "Martin");
    assert_string_equal(reply_text(&f, &r, "nextCursor"), "null");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/guests?search=%C3%85ng", NULL);
    assert_int_equal(reply_at(&r, "data")->count, 1);
    r = ask(&f, STRANGER, "GET", "/api/admin/other/guests", NULL);
    assert_int_equal(reply_at(&r, "data")->count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guests),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
