#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

#define LIST   "/api/admin/demo/imports"
#define HEADER "reference,status,currency,totalAmount,roomType,arrival,departure,lastName\n"

static struct api_fixture f;

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    struct reply r = ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"DBL\",\"units\":50}");
    return r.status == 201 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    /* The kept files are the hub's: a folder of their own, which the surroundings do not know. */
    struct str clean = arena_fmt(f.a, "%s/imports", f.env.dir);
    for (int id = 1; id < 100; id++) {
        remove(arena_fmt(f.a, "%.*s/demo-%d.csv", STR_ARG(clean), id).p);
        remove(arena_fmt(f.a, "%.*s/demo-%d.bad.csv", STR_ARG(clean), id).p);
    }
    rmdir(clean.p);
    api_fixture_close(&f);
    return 0;
}

static struct reply upload(const char *query, const char *table)
{
    struct str headers = arena_fmt(f.a, "Authorization: Bearer %.*s\r\nContent-Type: text/csv\r\n",
                                   STR_ARG(f.tokens[MANAGER]));
    return fixture_ask(&f, "POST", arena_fmt(f.a, LIST "%s", query).p, headers.p, str_of(table));
}

static void test_good_and_bad_rows(void **state)
{
    (void)state;
    struct reply r =
        upload("?name=march.csv", HEADER "I-1,confirmed,EUR,100.00,DBL,2027-07-14,2027-07-15,Ana\n"
                                         "I-2,confirmed,EUR,100.00,DBL,2027-07-14,2027-07-13,Bea\n");
    assert_status(r, 201);
    assert_string_equal(reply_text(&f, &r, "name"), "march.csv");
    assert_string_equal(reply_text(&f, &r, "status"), "done");
    assert_string_equal(reply_text(&f, &r, "report.counts.created"), "1");
    assert_string_equal(reply_text(&f, &r, "report.counts.refused"), "1");
    assert_string_equal(reply_text(&f, &r, "report.problems.0.line"), "3");
    const char *path = arena_fmt(f.a, LIST "/%s", reply_text(&f, &r, "id")).p;
    r = ask(&f, VIEWER, "GET", path, NULL);
    assert_status(r, 200);
    r = ask(&f, VIEWER, "GET", arena_fmt(f.a, "%s/bad-rows", path).p, NULL);
    assert_status(r, 200);
    assert_true(str_starts(reply_header(&r, S("Content-Type")), S("text/csv")));
    assert_true(str_find(r.body, S("I-2")) != SIZE_MAX && str_find(r.body, S("I-1")) == SIZE_MAX);
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/reservations?reference=I-1", NULL);
    assert_int_equal(reply_at(&r, "data")->count, 1);
    r = ask(&f, VIEWER, "GET", LIST, NULL);
    assert_int_equal(reply_at(&r, "data")->count, 1);
    r = ask(&f, STRANGER, "GET", path, NULL);
    assert_problem(&f, r, 404, "");
    r = ask(&f, VIEWER, "GET", LIST "/999", NULL);
    assert_problem(&f, r, 404, "");
}

static void test_name(void **state)
{
    (void)state;
    static const struct {
        const char *query, *name;
    } names[] = {
        {"", "import.csv"},
        {"?name=", "import.csv"},
        {"?name=..%2F..%2Fetc%2Fmarch.csv", "march.csv"},
        {"?name=C%3A%5CMes+documents%5Cao%C3%BBt.csv", "août.csv"},
        {"?name=%0Aa%1B%5B31mb%7F%C2%85.csv%0D%0A", "a[31mb.csv"},
        {"?name=in%2F", "import.csv"},
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct reply r =
            upload(names[i].query, HEADER "N-1,confirmed,EUR,100.00,DBL,2027-07-14,2027-07-15,Ana\n");
        assert_status(r, 201);
        assert_string_equal(reply_text(&f, &r, "name"), names[i].name);
    }
}

/* When the file was exported, as far as whoever sends it knows. */
static void test_ordered(void **state)
{
    (void)state;
    const char *table = HEADER "O-1,confirmed,EUR,100.00,DBL,2027-07-14,2027-07-15,Ana\n";
    struct reply r = upload("?orderedAt=2026-01-02T03:04:05Z", table);
    assert_status(r, 201);
    assert_string_equal(reply_text(&f, &r, "orderedAt"), "2026-01-02T03:04:05Z");
    r = upload("", HEADER "O-2,confirmed,EUR,100.00,DBL,2027-07-14,2027-07-15,Ana\n");
    assert_string_equal(reply_text(&f, &r, "orderedAt"), "null");
    r = upload("?orderedAt=yesterday", table);
    assert_problem(&f, r, 400, "/orderedAt");
}

static void test_dry_run(void **state)
{
    (void)state;
    struct reply r =
        upload("?dryRun=true", HEADER "D-1,confirmed,EUR,100.00,DBL,2027-07-14,2027-07-15,Ana\n");
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "id"), "null");
    assert_string_equal(reply_text(&f, &r, "report.counts.created"), "1");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/reservations?reference=D-1", NULL);
    assert_int_equal(reply_at(&r, "data")->count, 0);
}

static void test_questions(void **state)
{
    (void)state;
    const char *table = HEADER "Q-1,confirmed,EUR,100.00,DBL,03/04/2027,05/04/2027,Ana\n";
    struct reply r = upload("", table);
    assert_status(r, 201);
    assert_string_equal(reply_text(&f, &r, "status"), "asking");
    assert_string_equal(reply_text(&f, &r, "report.questions.0.name"), "dates");
    const char *path = arena_fmt(f.a, LIST "/%s", reply_text(&f, &r, "id")).p;
    static const struct {
        const char *body, *pointer;
    } bad[] = {{"{}", "/set"}, {"{\"set\":[]}", "/set"}, {"{\"set\":{\"dates\":7}}", "/set/dates"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        r = ask(&f, MANAGER, "POST", path, bad[i].body);
        assert_problem(&f, r, 400, bad[i].pointer);
    }
    r = ask(&f, VIEWER, "POST", path, "{\"set\":{\"dates\":\"dmy\"}}");
    assert_problem(&f, r, 403, "");
    r = ask(&f, MANAGER, "POST", path, "{\"set\":{\"dates\":\"dmy\"}}");
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "status"), "done");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/reservations?reference=Q-1", NULL);
    assert_string_equal(reply_text(&f, &r, "data.0.rooms.0.arrival"), "2027-04-03");
    r = ask(&f, MANAGER, "POST", path, "{\"set\":{\"dates\":\"dmy\"}}");
    assert_problem(&f, r, 409, "");
    r = upload("?set.dates=mdy&name=answered.csv",
               HEADER "Q-2,confirmed,EUR,100.00,DBL,03/04/2027,05/04/2027,Ana\n");
    assert_status(r, 201);
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/reservations?reference=Q-2", NULL);
    assert_string_equal(reply_text(&f, &r, "data.0.rooms.0.arrival"), "2027-03-04");
}

static void test_refused(void **state)
{
    (void)state;
    struct str headers = arena_fmt(f.a, "Authorization: Bearer %.*s\r\n", STR_ARG(f.tokens[MANAGER]));
    struct reply r = fixture_ask(&f, "POST", LIST, headers.p, S("a,b\n"));
    assert_problem(&f, r, 415, "");
    headers =
        arena_fmt(f.a, "Authorization: Bearer %.*s\r\nContent-Type: text/csv\r\n", STR_ARG(f.tokens[VIEWER]));
    r = fixture_ask(&f, "POST", LIST, headers.p, S("a,b\n"));
    assert_problem(&f, r, 403, "");
    r = fixture_ask(&f, "POST", LIST, "Content-Type: text/csv\r\n", S("a,b\n"));
    assert_problem(&f, r, 401, "");
    r = upload("?dryRun=maybe", "a,b\n");
    assert_problem(&f, r, 400, "/dryRun");
    r = upload("?integration=nothing", HEADER);
    assert_problem(&f, r, 404, reply_text(&f, &r, "errors.0.pointer"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_and_bad_rows), cmocka_unit_test(test_name),
        cmocka_unit_test(test_ordered),           cmocka_unit_test(test_dry_run),
        cmocka_unit_test(test_questions),         cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
