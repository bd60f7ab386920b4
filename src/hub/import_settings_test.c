#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/import_fixture.h"
#include "hub/import_settings.h"

static struct import_fixture f;

static int setup(void **state)
{
    (void)state;
    import_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    import_fixture_close(&f);
    return 0;
}

static void test_integration(void **state)
{
    (void)state;
    struct str hook = integrate(
        &f, "{\"type\":\"webhook\",\"name\":\"Hook\",\"configuration\":{\"verification\":\"signed\"}}");
    assert_false(try_give(&f, GOOD_AND_BAD, .integration = arena_cstr(f.a, hook)));
    assert_true(f.e.code == ERR_INVALID && strcmp(f.e.pointer, "/integration") == 0);
    assert_false(try_give(&f, GOOD_AND_BAD, .integration = "aaaaaaaaaaaaaaaa"));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_int_equal(count_imports(&f), 0);
    assert_int_equal(count_files(&f), 0);

    /* Its settings answer what the file leaves open; what is said for this file counts more. */
    const char *id = arena_cstr(
        f.a, integrate(&f, "{\"type\":\"csv\",\"name\":\"Files\",\"configuration\":{\"dates\":\"mdy\","
                           "\"mapping\":{\"reference\":\"Our no.\",\"roomType\":\"kind\"}}}"));
    const char *file = "Our no.,ref,arrival,departure,kind\nX1,Y1,03/04/2027,03/05/2027,SGL\n";
    check_counts(&f, give(&f, file, .integration = id), 1, 0, 0, 0, 0, 0, 0);
    struct str by = str_of(id);
    struct reservation_row *r = booking(&f, id, "X1");
    assert_non_null(r);
    assert_true(str_eq(r->integration_id, by) && r->arrival == date_from_ymd(2027, 3, 4));
    check_counts(&f, give(&f, file, .integration = id, .answers = "dates=dmy,column.reference=ref"), 1, 0, 0,
                 0, 0, 0, 0);
    assert_int_equal(booking(&f, id, "Y1")->arrival, date_from_ymd(2027, 4, 3));
}

/* Bookings that name no channel are those of the channel that the settings name, whatever way they come. */
static void test_channel(void **state)
{
    (void)state;
    const char *id = arena_cstr(f.a, integrate(&f, "{\"type\":\"csv\",\"name\":\"Files\",\"configuration\":{"
                                                   "\"channel\":\" Booking \"}}"));
    const char *file = "reference,channel,arrival,departure,roomType\nX1,,2027-05-01,2027-05-02,SGL\n"
                       "X2,direct,2027-05-01,2027-05-02,SGL\n";
    check_counts(&f, give(&f, file, .integration = id), 2, 0, 0, 0, 0, 0, 0);
    assert_true(str_eq(booking(&f, "booking", "X1")->integration_id, str_of(id)));
    assert_non_null(booking(&f, "direct", "X2"));
    /* The same booking by another file that names its channel. */
    check_counts(
        &f, give(&f, "reference,channel,arrival,departure,roomType\nX1,Booking,2027-05-01,2027-05-02,SGL\n"),
        0, 0, 1, 0, 0, 0, 0);
}

static void test_all_settings(void **state)
{
    (void)state;
    struct import_row row = {.answers = S("{\"dates\":\"ymd\",\"column.notes\":\"\"}")};
    const struct csv_answer *list;
    size_t count;
    struct str name, channel;
    row.integration_id = integrate(
        &f,
        "{\"type\":\"csv\",\"name\":\"Files\",\"configuration\":{\"delimiter\":\"|\",\"dates\":\"dmy\","
        "\"decimal\":\"comma\",\"currency\":\"chf\",\"mapping\":{\"notes\":\"Wish\",\"guest\":\"Who\"}}}");
    assert_true(import_settings(&f.env.env, f.a, f.at, &row, &list, &count, &name, &channel, &f.e));
    assert_true(str_eq(name, S("Files")));
    struct buf b = buf_in(f.a);
    for (size_t i = 0; i < count; i++) {
        buf_fmt(&b, "%.*s=%.*s ", STR_ARG(list[i].name), STR_ARG(list[i].value));
    }
    assert_string_equal(buf_str(&b).p,
                        "dates=ymd column.notes= delimiter=| decimal=comma currency=chf column.guest=Who ");
    row.integration_id = (struct str){0};
    assert_true(import_settings(&f.env.env, f.a, f.at, &row, &list, &count, &name, &channel, &f.e));
    assert_true(count == 2 && !str_given(name));
}

/* Of several answers to one question the last counts, and new ones count more than old ones. */
static void test_answers(void **state)
{
    (void)state;
    const struct csv_answer answers[] = {
        {S("dates"), S("dmy")}, {S("dates"), S("mdy")}, {S("currency"), S("EUR")}};
    const struct json *old = json_parse(f.a, S("{\"currency\":\"USD\",\"decimal\":\"comma\"}"), &f.e);
    struct str all = import_answers_json(f.a, old, answers, ARRAY_LEN(answers));
    assert_string_equal(arena_cstr(f.a, all),
                        "{\"currency\":\"EUR\",\"dates\":\"mdy\",\"decimal\":\"comma\"}");
    assert_string_equal(arena_cstr(f.a, import_answers_json(f.a, NULL, NULL, 0)), "{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_integration, setup, teardown),
        cmocka_unit_test_setup_teardown(test_channel, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_settings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
