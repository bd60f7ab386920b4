#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

#include <dirent.h>

#define EXPORT "/api/admin/demo/export"

static struct api_fixture f;

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    ask(&f, OWNER, "POST", "/api/admin/demo/rooms", "{\"code\":\"DBL\",\"units\":5}");
    struct reply r =
        ask(&f, OWNER, "POST", "/api/admin/demo/reservations",
            "{\"reference\":\"E-1\",\"guest\":{\"lastName\":\"=cmd()\"},\"rooms\":[{\"roomType\":"
            "\"DBL\",\"arrival\":\"2027-07-14\",\"departure\":\"2027-07-15\"}]}");
    return r.status == 201 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static void test_csv(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", EXPORT "/reservations", NULL);
    assert_status(r, 200);
    assert_true(str_eq(reply_header(&r, S("Content-Type")), S("text/csv; charset=utf-8")));
    assert_true(str_eq(reply_header(&r, S("Content-Disposition")),
                       S("attachment; filename=\"demo-reservations.csv\"")));
    assert_true(str_find(r.body, S("E-1")) != SIZE_MAX);
    assert_true(str_find(r.body, S("'=cmd()")) != SIZE_MAX);
}

static void test_json(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", EXPORT "/reservations?format=json", NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "0.reference"), "E-1");
    r = ask(&f, VIEWER, "GET", EXPORT "/guests?format=json", NULL);
    assert_status(r, 200);
    assert_non_null(r.json);
    r = ask(&f, VIEWER, "GET", EXPORT "/stock?format=json&from=2027-07-14&to=2027-07-15", NULL);
    assert_status(r, 200);
    assert_int_equal(r.json->count, 2);
}

static void test_faults(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", EXPORT "/everything", NULL);
    assert_problem(&f, r, 404, "");
    r = ask(&f, VIEWER, "GET", EXPORT "/guests?format=pdf", NULL);
    assert_problem(&f, r, 400, "/format");
    r = ask(&f, VIEWER, "GET", EXPORT "/stock?from=2027-02-30", NULL);
    assert_problem(&f, r, 400, "/from");
    r = ask(&f, STRANGER, "GET", EXPORT "/guests", NULL);
    assert_problem(&f, r, 404, "");
}

/* Nothing of what was sent stays on the disk. */
static void test_leaves_nothing(void **state)
{
    (void)state;
    DIR *d = opendir(f.env.dir);
    assert_non_null(d);
    for (struct dirent *entry; (entry = readdir(d));) {
        assert_null(strstr(entry->d_name, "export"));
    }
    closedir(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
