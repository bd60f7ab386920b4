#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/import_fixture.h"

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

/* --- the files of the channels --- */

static struct str shared_file(const char *name)
{
    const char *root = getenv("SELFKEY_SHARED");
    struct str path = arena_fmt(f.a, "%s/data/csv/%s", root ? root : "", name);
    if (!root || !file_exists(path)) {
        printf("skipped: %s is not here (SELFKEY_SHARED)\n", name);
        skip();
    }
    return contents(&f, path);
}

static void test_channels(void **state)
{
    (void)state;
    static const struct {
        const char *file, *answers;
        int created, warnings, again; /* warnings the second time */
        const char *summary;
    } files[] = {
        {"airbnb_reservations_en.csv", "currency=USD", 3, 2, 0,
         "airbnb HMAA1B2C3D confirmed 1204.50 USD Nora/Lindqvist; Loft Canal 2027-07-14 2027-07-17\n"
         "airbnb HMBB2C3D4E cancelled 0.00 USD Sam/O'Neil; Loft Canal 2027-08-01 2027-08-02\n"
         "airbnb HMCC3D4E5F confirmed 870.00 USD 李/明; Studio \"Le Nid\" 2027-12-30 2028-01-02\n"},
        {"airbnb_reservations_fr.csv", NULL, 2, 1, 0,
         "airbnb HMFR000001 confirmed 412.50 EUR Zoë/Martin; Appartement Vieux-Port 2027-07-14 2027-07-17\n"
         "airbnb HMFR000002 cancelled 0.00 EUR Jean-François/Lefèvre; Appartement Vieux-Port 2027-08-03 "
         "2027-08-05\n"},
        {"ambiguous_dates.csv", "dates=dmy", 2, 2, 0,
         "direct A-1 confirmed 100.00 EUR Ana/;  2027-04-03 2027-04-05\n"
         "direct A-2 confirmed 120.00 EUR Ben/;  2027-08-07 2027-08-09\n"},
        {"ambiguous_dates.csv", "dates=mdy", 2, 2, 0,
         "direct A-1 confirmed 100.00 EUR Ana/;  2027-03-04 2027-05-04\n"
         "direct A-2 confirmed 120.00 EUR Ben/;  2027-07-08 2027-09-08\n"},
        {"booking_reservations_de_cp1252.csv", NULL, 1, 1, 0,
         "booking 4000000301 confirmed 62.70 EUR (9.41) Jürgen/Müller; Doppelzimmer 2027-05-09 2027-05-12\n"},
        {"booking_reservations_en.csv", NULL, 3, 1, 1,
         "booking 4000000101 confirmed 412.50 EUR (61.88) Zoë/Martin; Double Room 2027-07-14 2027-07-17\n"
         "booking 4000000102 cancelled 700.00 EUR Ada/Okafor; Double Room 2027-07-15 2027-07-18; Twin Room "
         "2027-07-15 2027-07-18\n"
         "booking 4000000103 no_show 180.00 EUR (27.00) Gianna/Rossi; Single Room 2027-12-31 2028-01-02\n"},
        {"booking_reservations_es_semicolon_bom.csv", NULL, 1, 1, 0,
         "booking 4000000201 confirmed 333.00 EUR (49.95) Lucía/Núñez;  2027-05-01 2027-05-04\n"},
        {"lodgify_en.csv", NULL, 1, 1, 0,
         "direct 9001 confirmed 250.00 EUR Tomás/Ruiz; Double 2027-06-10 2027-06-12\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct str bytes = shared_file(files[i].file);
        check_counts(&f, give(&f, .bytes = bytes, .answers = files[i].answers), files[i].created, 0, 0, 0, 0,
                     0, files[i].warnings);
        assert_true(str_eq(f.result.row.status, S("done")) && !f.result.asking);
        assert_string_equal(summary(&f), files[i].summary);
        const char *stock = stock_of(&f);
        f.env.now_us += 3600000000;
        check_counts(&f, give(&f, .bytes = bytes, .answers = files[i].answers), 0, 0, files[i].created, 0, 0,
                     0, files[i].again);
        assert_string_equal(summary(&f), files[i].summary);
        assert_string_equal(stock_of(&f), stock);
        import_fixture_close(&f);
        import_fixture_open(&f);
    }
}

static void test_stock(void **state)
{
    (void)state;
    give(&f, .bytes = shared_file("booking_reservations_en.csv"));
    assert_string_equal(stock_of(&f), "DBL 2027-07-14 sold 1 held 0\nDBL 2027-07-15 sold 1 held 0\n"
                                      "DBL 2027-07-16 sold 1 held 0\nSGL 2027-12-31 sold 1 held 0\n");
    /* … of which the no-show takes its first night only. */
}

/* --- questions --- */

static bool answer(const char *text)
{
    struct csv_answer list[4];
    size_t n = import_fixture_answers(text, list, ARRAY_LEN(list));
    return import_answer(&f.env.env, f.a, f.at, f.result.row.id, list, n, S("owner@example.org"), &f.result,
                         &f.e);
}

static void test_question(void **state)
{
    (void)state;
    check_counts(&f, give(&f, AMBIGUOUS), 0, 0, 0, 0, 0, 0, 0);
    int64_t id = f.result.row.id;
    assert_true(f.result.asking && str_eq(f.result.row.status, S("asking")) && id > 0);
    assert_string_equal(summary(&f), "");
    assert_string_equal(stock_of(&f), "");
    const struct json *report = json_parse(f.a, f.result.row.report, &f.e);
    const struct json *q = json_at(json_get(report, S("questions")), 0);
    assert_true(str_eq(json_get(q, S("name"))->text, S("dates")));
    struct str fr = json_get(json_get(q, S("text")), S("fr"))->text;
    assert_true(str_find(fr, S("« 03/04/2027 »")) != SIZE_MAX);
    assert_true(str_find(fr, S("3 avril 2027")) != SIZE_MAX);

    /* An answer that makes no sense leaves it asking. */
    assert_false(answer("dates=perhaps"));
    assert_true(f.e.code == ERR_INVALID && strcmp(f.e.pointer, "/dates") == 0);
    struct import_row row;
    assert_true(import_get(&f.env.env, f.a, f.at, id, &row, &f.e));
    assert_true(str_eq(row.status, S("asking")));
    f.result.row.id = id;

    /* It is nobody else's. */
    f.at = &f.other;
    assert_false(answer("dates=dmy"));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    f.at = &f.demo;

    assert_true(answer("dates=dmy"));
    check_counts(&f, f.result.counts, 2, 0, 0, 0, 0, 0, 2);
    assert_true(!f.result.asking && f.result.row.id == id);
    assert_string_equal(summary(&f), "direct A-1 confirmed 100.00 EUR Ana/;  2027-04-03 2027-04-05\n"
                                     "direct A-2 confirmed 120.00 EUR Ben/;  2027-08-07 2027-08-09\n");
    assert_false(answer("dates=mdy"));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_true(import_get(&f.env.env, f.a, f.at, id, &row, &f.e));
    assert_true(str_eq(row.status, S("done")) && str_eq(row.answers, S("{\"dates\":\"dmy\"}")));
}

/* --- no trace --- */

static void test_dry_run(void **state)
{
    (void)state;
    check_counts(&f, give(&f, GOOD_AND_BAD, .dry_run = true), 3, 0, 0, 0, 0, 2, 0);
    assert_int_equal(f.result.row.id, 0);
    assert_true(str_find(f.result.row.report, S("Line 3, column 4")) != SIZE_MAX);
    check_counts(&f, give(&f, AMBIGUOUS, .dry_run = true), 0, 0, 0, 0, 0, 0, 0);
    assert_true(f.result.asking);
    assert_false(try_give(&f, "nothing known here\n1\n", .dry_run = true));
    struct str id = integrate(&f, "{\"type\":\"csv\",\"name\":\"Files\",\"configuration\":{}}");
    const char *before = history(&f, id);
    give(&f, GOOD_AND_BAD, .dry_run = true, .integration = arena_cstr(f.a, id));
    assert_string_equal(history(&f, id), before);
    assert_string_equal(summary(&f), "");
    assert_string_equal(stock_of(&f), "");
    struct room_mapping *mappings;
    struct event_row *events;
    size_t count;
    assert_true(desk_mappings(&f.env.env, f.a, f.at, &mappings, &count, &f.e));
    assert_int_equal(count, 0);
    assert_true(desk_events(&f.env.env, f.a, f.at, 0, 100, &events, &count, &f.e));
    assert_int_equal(count, 3); /* of the rooms */
    assert_int_equal(count_imports(&f), 0);
    assert_int_equal(count_files(&f), 0);

    /* It says what would change: of a file that came before, nothing. */
    give(&f, GOOD_AND_BAD);
    f.env.now_us += 1000000;
    say(&f, NULL,
        "{\"type\":\"reservation.modified\",\"timestamp\":\"2026-07-02T00:00:00Z\",\"data\":{\"reference\":\"R1\","
        "\"channel\":\"direct\",\"notes\":\"newer\"}}");
    f.env.now_us += INT64_C(2) * 86400000000;
    check_counts(&f, give(&f, GOOD_AND_BAD, .dry_run = true), 0, 0, 3, 0, 0, 2, 0);
}

/* --- what is no table, and who may read --- */

static void test_no_table(void **state)
{
    (void)state;
    static const char *const files[] = {"", "PK\x03\x04zip", "a,b\n1,2\n"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        assert_false(try_give(&f, files[i]));
        assert_int_equal(f.e.code, ERR_INVALID);
        struct import_row row;
        assert_true(import_get(&f.env.env, f.a, f.at, f.result.row.id, &row, &f.e));
        assert_true(str_eq(row.status, S("failed")));
        const struct json *p = json_get(json_parse(f.a, row.report, &f.e), S("problems"));
        assert_int_equal(p->count, 1);
    }
    assert_false(try_give(&f, GOOD_AND_BAD, .answers = "datse=dmy"));
    assert_true(f.e.code == ERR_INVALID && strcmp(f.e.pointer, "/datse") == 0);
    assert_int_equal(count_imports(&f), 4);
    assert_string_equal(summary(&f), "");
}

static void test_history(void **state)
{
    (void)state;
    struct str id = integrate(&f, "{\"type\":\"csv\",\"name\":\"Files\",\"configuration\":{}}");
    const char *by = arena_cstr(f.a, id);
    give(&f, "reference,arrival,departure,roomType\nR1,2027-05-01,2027-05-02,SGL\n", .integration = by);
    give(&f, GOOD_AND_BAD, .integration = by);
    give(&f, AMBIGUOUS, .integration = by);
    assert_false(try_give(&f, "a,b\n1,2\n", .integration = by));
    const char *text = history(&f, id);
    assert_non_null(strstr(text,
                           "imported ok: file.csv: 1 created\n"
                           "imported warning: file.csv: 2 created, 1 changed, 2 refused\n"
                           "imported warning: file.csv: The dates of this file can be read in 2 ways."));
    assert_non_null(strstr(text, "\nimported error: file.csv: "));
    struct integration_view v;
    assert_true(integration_get(&f.env.env, f.a, f.at, id, &v, &f.e));
    assert_int_equal(v.row.status, INTEGRATION_ERROR);
    assert_true(str_starts(v.row.last_error.en, S("file.csv: ")));
    assert_int_equal(v.row.last_sync, f.env.now_us);
}

/* --- which says more: the file, or what came by itself --- */

static struct import_counts one(const char *status, const char *departure, int64_t ordered_us)
{
    struct str text = arena_fmt(f.a,
                                "reference,channel,status,arrival,departure,roomType\nB1,booking,%s,"
                                "2027-05-01,2027-05-%s,SGL\n",
                                status, departure);
    return give(&f, .bytes = text, .ordered_us = ordered_us);
}

static void test_newer_wins(void **state)
{
    (void)state;
    int64_t file_time = f.env.now_us - 3600000000;
    one("confirmed", "03", file_time);
    say(&f, NULL,
        "{\"type\":\"reservation.modified\",\"timestamp\":\"2026-07-01T09:30:00Z\",\"data\":{\"reference\":\"B1\","
        "\"channel\":\"booking\",\"rooms\":[{\"roomType\":\"SGL\",\"arrival\":\"2027-05-01\",\"departure\":"
        "\"2027-05-05\"}]}}");
    const char *stock = stock_of(&f);
    /* Another file, as old as the first: what came since stands. */
    check_counts(&f, one("confirmed", "04", file_time), 0, 0, 0, 1, 0, 0, 0);
    /* The same again: no second entry in the history. */
    check_counts(&f, one("confirmed", "04", file_time), 0, 0, 1, 0, 0, 0, 0);
    assert_string_equal(stock_of(&f), stock);
    assert_int_equal(booking(&f, "booking", "B1")->revisions, 3);
    /* The first file once more: it says what was so then, not now. */
    check_counts(&f, one("confirmed", "03", INSTANT_NONE), 0, 0, 1, 0, 0, 0, 0);
    assert_string_equal(stock_of(&f), stock);
    /* A file of which nobody says how old it is does not overrule a dated message; one that is newer wins. */
    check_counts(&f, one("confirmed", "06", INSTANT_NONE), 0, 0, 0, 1, 0, 0, 1);
    assert_string_equal(stock_of(&f), stock);
    check_counts(&f, one("confirmed", "08", f.env.now_us), 0, 1, 0, 0, 0, 0, 0);
    assert_int_equal(booking(&f, "booking", "B1")->departure, date_from_ymd(2027, 5, 8));
    /* No file comes from the future. */
    check_counts(&f, one("confirmed", "07", f.env.now_us + INT64_C(99) * 86400000000), 0, 1, 0, 0, 0, 0, 0);
    assert_int_equal(f.result.row.ordered_us, f.env.now_us);
}

static void test_cancelled_stays(void **state)
{
    (void)state;
    one("confirmed", "03", INSTANT_NONE);
    f.env.now_us += 1000000;
    check_counts(&f, one("cancelled", "03", INSTANT_NONE), 0, 1, 0, 0, 0, 0, 0);
    assert_string_equal(stock_of(&f), "");
    f.env.now_us += 1000000;
    check_counts(&f, one("confirmed", "04", INSTANT_NONE), 0, 0, 0, 1, 0, 0, 1);
    assert_int_equal(booking(&f, "booking", "B1")->status, RESERVATION_CANCELLED);
    assert_string_equal(stock_of(&f), "");
}

static void test_one_booking_two_ways(void **state)
{
    (void)state;
    struct str hook = integrate(
        &f, "{\"type\":\"webhook\",\"name\":\"API\",\"configuration\":{\"verification\":\"signed\"}}");
    say(&f, arena_cstr(f.a, hook),
        "{\"type\":\"reservation.created\",\"timestamp\":\"2026-06-30T09:30:00Z\",\"data\":{\"reference\":"
        "\"4000000101\",\"channel\":\"Booking\",\"rooms\":[{\"roomType\":\"DBL\",\"arrival\":\"2027-07-14\","
        "\"departure\":\"2027-07-16\"}]}}");
    check_counts(&f,
                 give(&f, .bytes = shared_file("booking_reservations_en.csv"), .ordered_us = f.env.now_us), 2,
                 1, 0, 0, 0, 0, 1);
    struct reservation_row *r = booking(&f, "booking", "4000000101");
    assert_true(str_eq(r->integration_id, hook) && r->departure == date_from_ymd(2027, 7, 17));
    assert_int_equal(r->commission_minor, 6188);
    assert_non_null(strstr(stock_of(&f), "DBL 2027-07-14 sold 1 held 0\nDBL 2027-07-15 sold 1 held 0\n"
                                         "DBL 2027-07-16 sold 1 held 0\n"));
}

static void test_unmapped(void **state)
{
    (void)state;
    struct str id = integrate(&f, "{\"type\":\"csv\",\"name\":\"Files\",\"configuration\":{}}");
    const char *file = "reference,arrival,departure,roomType\nR1,2027-05-01,2027-05-02,Loft\n";
    int64_t repaired;
    check_counts(&f, give(&f, file, .integration = arena_cstr(f.a, id)), 1, 0, 0, 0, 0, 0, 1);
    assert_string_equal(stock_of(&f), "DBL 2027-05-01 sold 0 held 1\nSGL 2027-05-01 sold 0 held 1\n"
                                      "TWN 2027-05-01 sold 0 held 1\n");
    assert_true(str_find(f.result.row.report, S("The room “Loft” of Files is not one of the hotel's.")) !=
                SIZE_MAX);
    assert_true(desk_map(&f.env.env, f.a, f.at, S("x"), id, S("Loft"), S("TWN"), &repaired, &f.e));
    assert_string_equal(stock_of(&f), "TWN 2027-05-01 sold 1 held 0\n");
    check_counts(&f, give(&f, file, .integration = arena_cstr(f.a, id)), 0, 0, 1, 0, 0, 0, 0);
    assert_string_equal(stock_of(&f), "TWN 2027-05-01 sold 1 held 0\n");
}

static void test_two_hotels(void **state)
{
    (void)state;
    one("confirmed", "03", INSTANT_NONE);
    int64_t id = f.result.row.id;
    struct import_row row;
    f.at = &f.other;
    assert_string_equal(summary(&f), "");
    assert_string_equal(stock_of(&f), "");
    assert_int_equal(count_imports(&f), 0);
    assert_false(import_get(&f.env.env, f.a, f.at, id, &row, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    check_counts(&f, one("confirmed", "03", INSTANT_NONE), 1, 0, 0, 0, 0, 0, 0);
    struct str demos = integrate(&f, "{\"type\":\"csv\",\"name\":\"Files\",\"configuration\":{}}");
    f.at = &f.demo;
    assert_false(try_give(&f, GOOD_AND_BAD, .integration = arena_cstr(f.a, demos)));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_int_equal(count_imports(&f), 1);
}

/* What is kept has no card number; what counts as the same file are the bytes that came. */
static void test_cards(void **state)
{
    (void)state;
    const char *file = "reference,arrival,departure,roomType,notes\n"
                       "R1,2027-05-01,2027-05-02,SGL,card 4111 1111 1111 1111 cvv 123\n";
    give(&f, file);
    struct str kept =
        contents(&f, arena_fmt(f.a, "%s/imports/demo-%lld.csv", f.env.dir, (long long)f.result.row.id));
    assert_true(str_starts(kept, S("reference,arrival,departure,roomType,notes\nR1,2027-05-01")));
    assert_true(str_find(kept, S("4111 1111")) == SIZE_MAX && str_find(kept, S("cvv 123")) == SIZE_MAX);
    assert_true(str_find(booking(&f, "direct", "R1")->notes, S("4111 1111")) == SIZE_MAX);
    assert_int_equal(f.result.row.size, strlen(file));
    assert_false(try_give(&f, file, .name = "4111111111111111.csv", .answers = "currency=4111111111111111"));
    assert_true(str_eq(f.result.row.name, S("************1111.csv")));
    assert_true(str_find(f.result.row.answers, S("4111111111111111")) == SIZE_MAX);
}

/* A copy that was not finished goes once it is old and nobody has it any more. */
static void test_tidy(void **state)
{
    (void)state;
    assert_true(import_tidy(&f.env.env, &f.e)); /* there is no such folder yet */
    one("confirmed", "03", INSTANT_NONE);
    const char *names[] = {"old", "held", "young"};
    int fds[3];
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        fds[i] = file_create(arena_fmt(f.a, "%s/imports/new/%s", f.env.dir, names[i]), &f.e);
        int64_t age_us = i < 2 ? INT64_C(3600000000) : 0;
        assert_true(fds[i] >= 0 && file_set_modified(fds[i], f.env.now_us - age_us, &f.e));
    }
    assert_true(file_try_lock(fds[1]));
    file_close(&fds[0]);
    for (int held = 1; held >= 0; held--) {
        assert_true(import_tidy(&f.env.env, &f.e));
        assert_false(file_exists(arena_fmt(f.a, "%s/imports/new/old", f.env.dir)));
        assert_int_equal(file_exists(arena_fmt(f.a, "%s/imports/new/held", f.env.dir)), held);
        assert_true(file_exists(arena_fmt(f.a, "%s/imports/new/young", f.env.dir)));
        file_close(&fds[1]);
    }
    file_close(&fds[2]);
    assert_true(
        file_exists(arena_fmt(f.a, "%s/imports/demo-%lld.csv", f.env.dir, (long long)f.result.row.id)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_channels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stock, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dry_run, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_table, setup, teardown),
        cmocka_unit_test_setup_teardown(test_history, setup, teardown),
        cmocka_unit_test_setup_teardown(test_newer_wins, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cancelled_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_booking_two_ways, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unmapped, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_hotels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cards, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tidy, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
