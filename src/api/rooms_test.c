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

static void test_rooms(void **state)
{
    (void)state;
    struct reply r = ask(&f, OWNER, "POST", "/api/admin/demo/rooms",
                         "{\"code\":\"DBL\",\"name\":\"Chambre double\",\"units\":5}");
    assert_status(r, 201);
    assert_true(str_eq(r.body, S("{\"code\":\"DBL\",\"name\":\"Chambre double\",\"units\":5,\"repaired\":0,"
                                 "\"repairing\":false,\"oversold\":[]}")));
    r = ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"dbl\",\"units\":1}");
    assert_problem(&f, r, 409, "/code");
    r = ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"SGL\",\"units\":-1}");
    assert_problem(&f, r, 400, "/units");
    r = ask(&f, OWNER, "PUT", "/api/admin/demo/rooms/DBL", "{\"name\":\"Double\",\"units\":6}");
    assert_status(r, 200);
    r = ask(&f, OWNER, "PUT", "/api/admin/demo/rooms/DBL", "{\"code\":\"TWN\",\"units\":6}");
    assert_problem(&f, r, 400, "/code");
    r = ask(&f, OWNER, "PUT", "/api/admin/demo/rooms/NONE", "{\"units\":6}");
    assert_problem(&f, r, 404, "/roomType");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/rooms", NULL);
    assert_true(str_eq(
        r.body, S("{\"data\":[{\"code\":\"DBL\",\"name\":\"Double\",\"units\":6}],\"nextCursor\":null}")));
}

static void test_pages(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        struct str body = arena_fmt(f.a, "{\"code\":\"P%d\",\"units\":1}", i);
        struct reply r = ask(&f, OWNER, "POST", "/api/admin/demo/rooms", body.p);
        assert_status(r, 201);
    }
    int seen = 0;
    const char *cursor = "";
    do {
        struct str path = arena_fmt(f.a, "/api/admin/demo/rooms?limit=2&cursor=%s", cursor);
        struct reply r = ask(&f, OWNER, "GET", path.p, NULL);
        assert_status(r, 200);
        seen += (int)reply_at(&r, "data")->count;
        cursor = reply_text(&f, &r, "nextCursor");
    } while (strcmp(cursor, "null") != 0 && seen < 20);
    assert_int_equal(seen, 6);
}

static void test_stock(void **state)
{
    (void)state;
    struct reply r =
        ask(&f, OWNER, "PUT", "/api/admin/demo/stock",
            "{\"roomType\":\"DBL\",\"from\":\"2026-07-14\",\"to\":\"2026-07-15\",\"outOfOrder\":2}");
    assert_status(r, 200);
    assert_true(str_eq(r.body, S("{\"oversold\":[]}")));
    r = ask(&f, OWNER, "PUT", "/api/admin/demo/stock",
            "{\"roomType\":\"DBL\",\"from\":\"2026-07-14\",\"to\":\"2026-07-13\",\"outOfOrder\":2}");
    assert_problem(&f, r, 400, "/to");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/calendar?from=2026-07-14&to=2026-07-16", NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "rooms.0.roomType"), "DBL");
    assert_int_equal(reply_at(&r, "rooms.0.days")->count, 3);
    assert_string_equal(reply_text(&f, &r, "rooms.0.days.0.date"), "2026-07-14");
    assert_string_equal(reply_text(&f, &r, "rooms.0.days.0.available"), "4");
    assert_string_equal(reply_text(&f, &r, "rooms.0.days.0.physical"), "6");
    assert_string_equal(reply_text(&f, &r, "rooms.0.days.1.available"), "4"); /* both ends, as here */
    assert_string_equal(reply_text(&f, &r, "rooms.0.days.2.available"), "6");
    r = ask(&f, OWNER, "PUT", "/api/admin/demo/stock",
            "{\"roomType\":\"DBL\",\"from\":\"2026-07-16\",\"to\":\"2026-07-16\",\"outOfOrder\":1}");
    assert_status(r, 200);
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/calendar?from=2026-07-16&to=2026-07-17", NULL);
    assert_string_equal(reply_text(&f, &r, "rooms.0.days.0.available"), "5");
    assert_string_equal(reply_text(&f, &r, "rooms.0.days.1.available"), "6");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/calendar?from=2026-07-14&to=2026-07-14", NULL);
    assert_int_equal(reply_at(&r, "rooms.0.days")->count, 1);
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/calendar", NULL);
    assert_int_equal(reply_at(&r, "rooms.0.days")->count, 31);
    assert_string_equal(reply_text(&f, &r, "from"), "2026-07-01");
    int64_t now = f.env.now_us;
    f.env.now_us = now + INT64_C(45000000000); /* half past ten in the evening, in Paris after midnight */
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/calendar", NULL);
    f.env.now_us = now;
    assert_string_equal(reply_text(&f, &r, "from"), "2026-07-02");
    assert_string_equal(reply_text(&f, &r, "rooms.0.days.0.date"), "2026-07-02");
    static const struct {
        const char *query, *pointer;
    } bad[] = {{"from=2026-02-30&to=2026-03-01", "/from"},
               {"from=x", "/from"},
               {"from=2026-07-14&to=2026-07-01", "/to"},
               {"from=2026-07-14&to=2036-07-01", "/to"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        r = ask(&f, VIEWER, "GET", arena_fmt(f.a, "/api/admin/demo/calendar?%s", bad[i].query).p, NULL);
        assert_problem(&f, r, 400, bad[i].pointer);
    }
}

/* Fewer rooms than are sold: said at once, and an alert. */
static void test_fewer(void **state)
{
    (void)state;
    struct reply r = ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"TWN\",\"units\":2}");
    assert_status(r, 201);
    for (int i = 0; i < 2; i++) {
        r = ask(
            &f, OWNER, "POST", "/api/admin/demo/reservations",
            arena_fmt(f.a,
                      "{\"reference\":\"T-%d\",\"rooms\":[{\"roomType\":\"TWN\",\"arrival\":\"2027-03-01\","
                      "\"departure\":\"2027-03-03\"}]}",
                      i)
                .p);
        assert_status(r, 201);
    }
    r = ask(&f, OWNER, "PUT", "/api/admin/demo/stock",
            "{\"roomType\":\"twn\",\"from\":\"2027-03-02\",\"to\":\"2027-03-02\",\"outOfOrder\":1}");
    assert_status(r, 200);
    assert_true(str_eq(r.body, S("{\"oversold\":[{\"roomType\":\"TWN\",\"night\":\"2027-03-02\",\"taken\":2,"
                                 "\"capacity\":1}]}")));
    r = ask(&f, OWNER, "PUT", "/api/admin/demo/rooms/TWN", "{\"units\":1}");
    assert_status(r, 200);
    assert_int_equal(reply_at(&r, "oversold")->count, 2);
    assert_string_equal(reply_text(&f, &r, "oversold.0.night"), "2027-03-01");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/alerts", NULL);
    assert_int_equal(reply_at(&r, "data")->count, 2);
    assert_string_equal(reply_text(&f, &r, "data.0.severity"), "critical");
    assert_string_equal(reply_text(&f, &r, "data.0.reservationId"), "null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rooms),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_stock),
        cmocka_unit_test(test_fewer),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
