#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

#define LIST "/api/admin/demo/reservations"

static struct api_fixture f;

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    struct reply r = ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"DBL\",\"units\":2}");
    return r.status == 201 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static struct reply book(const char *reference, const char *arrival, const char *departure)
{
    struct str body =
        arena_fmt(f.a,
                  "{\"reference\":\"%s\",\"currency\":\"EUR\",\"totalAmount\":\"412.50\",\"guest\":"
                  "{\"lastName\":\"Martin\"},\"rooms\":[{\"reference\":\"1\",\"roomType\":\"DBL\","
                  "\"arrival\":\"%s\",\"departure\":\"%s\",\"adults\":2}]}",
                  reference, arrival, departure);
    return ask(&f, MANAGER, "POST", LIST, body.p);
}

static void test_book(void **state)
{
    (void)state;
    struct reply r = book("A-1", "2027-07-14", "2027-07-17");
    assert_status(r, 201);
    assert_string_equal(reply_text(&f, &r, "reference"), "A-1");
    assert_string_equal(reply_text(&f, &r, "status"), "confirmed");
    assert_string_equal(reply_text(&f, &r, "totalAmount"), "412.50");
    assert_string_equal(reply_text(&f, &r, "rooms.0.arrival"), "2027-07-14");
    const char *id = reply_text(&f, &r, "id");
    assert_true(str_eq(reply_header(&r, S("Location")), arena_fmt(f.a, LIST "/%s", id)));
    r = book("A-1", "2027-08-14", "2027-08-17");
    assert_problem(&f, r, 409, "/reference");
    r = book("A-2", "2027-07-16", "2027-07-18");
    assert_status(r, 201);
    r = book("A-3", "2027-07-15", "2027-07-17"); /* both rooms are sold on the 16th */
    assert_problem(&f, r, 409, "/rooms/0/roomType");
    r = book("A-4", "2027-07-17", "2027-07-17");
    assert_problem(&f, r, 400, "/rooms/0/departure");
    r = book("A-4", "2027-02-30", "2027-03-02");
    assert_problem(&f, r, 400, "/rooms/0/arrival");
    r = ask(&f, VIEWER, "GET", LIST, NULL);
    assert_int_equal(reply_at(&r, "data")->count, 2);
}

static void test_one(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", LIST "?reference=A-1", NULL);
    assert_int_equal(reply_at(&r, "data")->count, 1);
    const char *path = arena_fmt(f.a, LIST "/%s", reply_text(&f, &r, "data.0.id")).p;
    r = ask(&f, MANAGER, "PUT", path, "{\"notes\":\"late arrival\"}");
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "notes"), "late arrival");
    assert_string_equal(reply_text(&f, &r, "rooms.0.departure"), "2027-07-17");
    r = ask(&f, MANAGER, "PUT", path, "{\"status\":\"maybe\"}");
    assert_problem(&f, r, 400, "/status");
    r = ask(&f, MANAGER, "PUT", path, "{\"status\":\"cancelled\"}");
    assert_status(r, 200);
    r = ask(&f, VIEWER, "GET", path, NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "status"), "cancelled");
    assert_int_equal(reply_at(&r, "history")->count, 3);
    assert_string_equal(reply_text(&f, &r, "history.0.type"), "reservation.created");
    assert_string_equal(reply_text(&f, &r, "history.0.actor"), "manager@example.org");
    assert_string_equal(reply_text(&f, &r, "history.0.outcome"), "applied");
    assert_string_equal(reply_text(&f, &r, "history.1.message.data.notes"), "late arrival");
    static const char *const bad[] = {LIST "/0",
                                      LIST "/-1",
                                      LIST "/x",
                                      LIST "/999999",
                                      LIST "/01",
                                      LIST "/1x",
                                      LIST "/99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        r = ask(&f, MANAGER, "GET", bad[i], NULL);
        assert_problem(&f, r, 404, "");
        r = ask(&f, MANAGER, "PUT", bad[i], "{\"notes\":\"x\"}");
        assert_problem(&f, r, 404, "");
    }
    /* Not through another hotel. */
    struct str through = arena_fmt(f.a, "/api/admin/other%s", path + strlen("/api/admin/demo"));
    r = ask(&f, STRANGER, "GET", through.p, NULL);
    assert_problem(&f, r, 404, "");
}

static void test_rooms_that_end(void **state)
{
    (void)state;
    struct reply r =
        ask(&f, MANAGER, "POST", LIST,
            "{\"reference\":\"E-1\",\"totalAmount\":\"9.00\",\"rooms\":[{\"roomType\":\"DBL\",\"arrival\":"
            "\"2029-01-01\",\"departure\":\"2029-01-03\",\"amount\":\"4.00\"},{\"roomType\":\"DBL\","
            "\"arrival\":\"2029-01-01\",\"departure\":\"2029-01-02\",\"amount\":\"4.00\"}]}");
    assert_status(r, 201);
    assert_string_equal(reply_text(&f, &r, "mismatches.0.pointer"), "/totalAmount");
    assert_string_equal(reply_text(&f, &r, "mismatches.0.sum"), "8.00");
    assert_int_equal(reply_at(&r, "rooms.1.number")->text.p[0], '2');
    const char *path = arena_fmt(f.a, LIST "/%s", reply_text(&f, &r, "id")).p;
    const char *cancel = arena_fmt(f.a, "%s/cancel", path).p, *no_show = arena_fmt(f.a, "%s/no-show", path).p;
    r = ask(&f, VIEWER, "POST", cancel, "{}");
    assert_problem(&f, r, 403, "");
    r = ask(&f, STRANGER, "POST", cancel, "{}");
    assert_problem(&f, r, 404, "");
    r = ask(&f, MANAGER, "POST", cancel, "{\"rooms\":[{\"number\":9}]}");
    assert_problem(&f, r, 400, "/rooms/0/number");
    r = ask(&f, MANAGER, "POST", cancel, "{\"keepsNights\":true}");
    assert_problem(&f, r, 400, "/keepsNights");
    r = ask(&f, MANAGER, "POST", no_show, NULL);
    assert_problem(&f, r, 409, "/rooms"); /* the arrival is to come */
    r = ask(&f, MANAGER, "POST", cancel, "{\"rooms\":[{\"number\":2}]}");
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "status"), "confirmed");
    assert_string_equal(reply_text(&f, &r, "rooms.1.status"), "cancelled");
    r = ask(&f, MANAGER, "POST", cancel, NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "status"), "cancelled");
}

static size_t found(const char *query)
{
    struct reply r = ask(&f, VIEWER, "GET", arena_fmt(f.a, LIST "?%s", query).p, NULL);
    assert_status(r, 200);
    return reply_at(&r, "data")->count;
}

static void test_filters(void **state)
{
    (void)state;
    assert_int_equal(found("status=cancelled"), 1);
    assert_int_equal(found("status=confirmed"), 1);
    assert_int_equal(found("channel=direct"), 2);
    assert_int_equal(found("channel=booking"), 0);
    assert_int_equal(found("channel=&search="), 2);
    assert_int_equal(found("search=mart"), 2);
    assert_int_equal(found("search=A-2"), 1);
    assert_int_equal(found("search=nobody"), 0);
    assert_int_equal(found("from=2027-07-17&to=2027-07-17"), 1); /* the night of the 17th: A-2 */
    assert_int_equal(found("from=2027-07-18"), 0);
    assert_int_equal(found("to=2027-07-14"), 1);
    assert_int_equal(found("attention=true"), 0);
    assert_int_equal(found("unheard=of"), 2);
    static const struct {
        const char *query, *pointer;
    } bad[] = {
        {"status=maybe", "/status"},         {"from=2027-02-30", "/from"}, {"to=x", "/to"},
        {"attention=perhaps", "/attention"}, {"limit=201", "/limit"},      {"cursor=cm9vbXM6MQ", "/cursor"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct reply r = ask(&f, VIEWER, "GET", arena_fmt(f.a, LIST "?%s", bad[i].query).p, NULL);
        assert_problem(&f, r, 400, bad[i].pointer);
    }
}

static void test_pages(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        struct reply r = book(arena_fmt(f.a, "P-%d", i).p, "2028-01-01", "2028-01-02");
        assert_status(r, i < 2 ? 201 : 409);
    }
    const char *cursor = "", *seen[8];
    size_t n = 0;
    while (strcmp(cursor, "null") != 0 && n < ARRAY_LEN(seen)) {
        struct reply r = ask(&f, VIEWER, "GET", arena_fmt(f.a, LIST "?limit=1&cursor=%s", cursor).p, NULL);
        assert_status(r, 200);
        seen[n++] = reply_text(&f, &r, "data.0.reference");
        cursor = reply_text(&f, &r, "nextCursor");
    }
    assert_int_equal(n, 4);
    assert_string_equal(seen[0], "P-1");
    assert_string_equal(seen[3], "A-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_book),           cmocka_unit_test(test_one),
        cmocka_unit_test(test_filters),        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_rooms_that_end),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
