#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_export.h"
#include "connector/csv_testing.h"
#include "format/json_fields.h"

#include <string.h>

static struct str json_of(struct arena *a, const struct reservation *r)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_encode(&o, &reservation_fields, r);
    return buf_str(&b);
}

static const char reservations[] =
    "[{\"reference\":\"BK-1042\",\"status\":\"confirmed\",\"revision\":\"3\",\"bookedAt\":\"2026-07-01T10:02:11.5Z\","
    "\"currency\":\"EUR\",\"totalAmount\":\"412.50\",\"commission\":\"61.88\",\"channel\":\"booking\","
    "\"guest\":{\"firstName\":\"Zo\\u00eb\",\"lastName\":\"O'Neil, \\\"Sam\\\"\",\"email\":\"zoe@example.org\","
    "\"phone\":\"+33612345678\",\"country\":\"FR\",\"language\":\"fr\"},"
    "\"rooms\":[{\"reference\":\"1\",\"roomType\":\"DBL, 2 x\",\"ratePlan\":\"BAR\",\"arrival\":\"2026-07-14\","
    "\"departure\":\"2026-07-17\",\"adults\":2,\"children\":0,\"amount\":\"212.50\"},"
    "{\"reference\":\"2\",\"roomType\":\"=TWN\",\"arrival\":\"2026-07-14\",\"departure\":\"2026-07-15\",\"amount\":"
    "\"200\",\"status\":\"cancelled\"}],\"notes\":\"late;\\nafter 22:00\",\"expiresAt\":\"2026-07-02T10:00:00Z\","
    "\"collect\":\"hotel\"},"
    "{\"reference\":\"007\",\"status\":\"cancelled\",\"channel\":\"My site\",\"currency\":\"JPY\",\"totalAmount\":"
    "\"9000\",\"guest\":{\"lastName\":\"\xE6\x9D\x8E\"}},"
    "{\"reference\":\"'=1\",\"status\":\"no_show\",\"guest\":{\"firstName\":\"@home\"},\"rooms\":[{\"arrival\":"
    "\"2026-12-31\",\"departure\":\"2027-01-01\"}]}]";

static void test_round_trip(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, SIZE_MAX);
    struct err e = {0};
    const struct json *list = json_parse(&a, str_of(reservations), &e);
    assert_string_equal(e.en, "");
    struct reservation *made = arena_array(&a, struct reservation, list->count);
    struct buf b = buf_in(&a);
    struct csv_out o = csv_out(&b, ',', true);
    csv_export_reservation_header(&o);
    for (size_t i = 0; i < list->count; i++) {
        assert_true(json_decode(&a, &reservation_fields, json_at(list, i), &made[i], &e));
        csv_export_reservation(&o, &a, &made[i]);
    }
    struct str text = buf_str(&b);
    assert_true(str_starts(
        text, S("reference,status,revision,bookedAt,channel,currency,totalAmount,commission,firstName,"
                "lastName,email,phone,country,language,roomReference,roomType,ratePlan,arrival,"
                "departure,adults,children,amount,notes,expiresAt,collect,roomStatus\r\n")));
    assert_true(str_find(text, S(",'+33612345678,")) != SIZE_MAX);
    assert_true(str_find(text, S("\r\n''=1,")) != SIZE_MAX);

    CSV_TESTING f = {0};
    csv_testing_run(&f, text, "EUR", NULL, 33);
    assert_string_equal(f.e.en, "");
    assert_string_equal(f.analysis->dialect.preset->id, "selfkey");
    assert_int_equal(f.analysis->question_count, 0);
    assert_int_equal(f.count, list->count);
    for (size_t i = 0; i < f.count; i++) {
        assert_int_equal(f.items[i].kind, CSV_MESSAGE);
        assert_int_equal(f.items[i].note_count, 0);
        assert_string_equal(json_of(&a, &f.items[i].message.data).p, json_of(&a, &made[i]).p);
    }
}

static void test_guests_and_stock(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct buf b = buf_in(&a);
    struct csv_out o = csv_out(&b, ',', true);
    csv_export_guest_header(&o);
    struct guest g = {.first_name = S("Ana"), .phone = S("+1"), .email = S("=x@example.org")};
    csv_export_guest(&o, &g);
    assert_string_equal(buf_str(&b).p, "firstName,lastName,email,phone,country,language\r\n"
                                       "Ana,,'=x@example.org,'+1,,\r\n");
    b = buf_in(&a);
    o = csv_out(&b, ';', true);
    csv_export_stock_header(&o);
    struct room_type room = {.code = S("DBL"), .units = 10};
    struct stock_day day = {
        .physical = FIELD_INT_NONE, .out_of_order = 1, .sold = 7, .held = 1, .overbooking_limit = 2};
    csv_export_stock(&o, &a, date_from_ymd(2027, 7, 14), &room, &day);
    day.physical = 8;
    csv_export_stock(&o, &a, date_from_ymd(2027, 7, 15), &room, &day);
    assert_string_equal(buf_str(&b).p,
                        "night;roomType;physical;outOfOrder;sold;held;overbookingLimit;available\r\n"
                        "2027-07-14;DBL;10;1;7;1;2;3\r\n2027-07-15;DBL;8;1;7;1;2;1\r\n");
}

static struct str bad_file(struct csv_testing *f, enum lang lang)
{
    struct buf b = buf_in(&f->a);
    csv_export_bad_header(&b, &f->analysis->dialect);
    for (size_t i = 0; i < f->count; i++) {
        if (f->items[i].kind == CSV_REFUSED) {
            csv_export_bad_rows(&b, &f->analysis->dialect, &f->items[i], lang);
        }
    }
    return buf_str(&b);
}

static struct str replaced(struct arena *a, struct str s, struct str old, struct str new)
{
    struct buf b = buf_in(a);
    size_t at = str_find(s, old);
    assert_true(at != SIZE_MAX);
    buf_add(&b, str_sub(s, 0, at));
    buf_add(&b, new);
    buf_add(&b, str_sub(s, at + old.n, s.n));
    return buf_str(&b);
}

static void test_bad_rows_come_back_and_go_in_when_corrected(void **state)
{
    (void)state;
    CSV_TESTING f = {0};
    csv_testing_run(
        &f,
        S("sep=;\r\nref;guest;arrival;departure\r\n1;Zo\xEB;2027-01-01;2027-01-02\r\n"
          "2;\"J\xFCrgen; \"\"x\"\"\";2027-02-31;2027-03-02\r\n3;\"a\"b;2027-01-01;2027-01-02\r\n"),
        "EUR", NULL, 50);
    assert_int_equal(f.count, 3);
    struct str file = bad_file(&f, LANG_FR);
    assert_string_equal(
        file.p,
        "\xEF\xBB\xBFsep=;\r\nref;guest;arrival;departure;selfkey_error\r\n"
        "2;\"Jürgen; \"\"x\"\"\";2027-02-31;2027-03-02;Ligne 4, colonne 3 « arrival » : « 2027-02-31 » "
        "est un jour qui n'existe pas.\r\n"
        "3;\"a\"b;2027-01-01;2027-01-02;\"Ligne 5, colonne 2 : la cellule continue après son guillemet "
        "fermant. Doublez les guillemets à l'intérieur, ou supprimez-les.\"\r\n");

    /* One is corrected, the other is not: it comes back with one error, not two. */
    CSV_TESTING g = {0};
    csv_testing_run(&g, replaced(&f.a, file, S("\"a\"b"), S("ab")), "EUR", NULL, 50);
    assert_int_equal(g.count, 2);
    assert_int_equal(g.items[0].kind, CSV_REFUSED);
    assert_int_equal(g.items[1].kind, CSV_MESSAGE);
    assert_int_equal(g.analysis->dialect.error_column, 4);
    file = bad_file(&g, LANG_EN);
    assert_string_equal(
        file.p, "\xEF\xBB\xBFsep=;\r\nref;guest;arrival;departure;selfkey_error\r\n"
                "2;\"Jürgen; \"\"x\"\"\";2027-02-31;2027-03-02;Line 3, column 3 “arrival”: “2027-02-31” "
                "is a day that does not exist.\r\n");
    CSV_TESTING h = {0};
    csv_testing_run(&h, replaced(&f.a, file, S("2027-02-31"), S("2027-02-28")), "EUR", NULL, 50);
    assert_int_equal(h.count, 1);
    assert_int_equal(h.items[0].kind, CSV_MESSAGE);
    assert_string_equal(h.items[0].message.data.reference.p, "2");
}

/* No cell is a formula where bad rows are put right, a spreadsheet; each reads as it did, however often it goes round. */
static void test_bad_rows_are_no_formulas(void **state)
{
    (void)state;
    CSV_TESTING f = {0};
    csv_testing_run(&f,
                    S("ref,guest,arrival,departure,phone\r\n=1+1,\"@x, y\",2027-02-31,2027-03-02,+33 6\r\n"
                      "'-2+3,''=A1,2027-02-31,2027-03-02,-12.50\r\n\"=3\"+1,\"=4,=5,2027-02-31,\"@6\r\n"
                      "A-5,Zo\u00eb,2027-02-31,2027-03-02,\r\n\tB-6,@z,2027-02-31,2027-03-02,\r\n"),
                    "EUR", NULL, 50);
    struct str first = bad_file(&f, LANG_EN);
    static const char *const parts[] = {
        "\r\n'=1+1,\"'@x, y\",2027-02-31,2027-03-02,'+33 6,",
        "\r\n'-2+3,''=A1,2027-02-31,2027-03-02,-12.50,",
        "\r\n\"'=3\"+1,\"'=4,'=5,2027-02-31,\"'@6,\"Line 4",
        ".\"\r\nA-5,",                         /* what it left open is closed */
        "\r\nB-6,'@z,2027-02-31,2027-03-02,,", /* without the tab, or the ' would keep it */
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (str_find(first, str_of(parts[i])) == SIZE_MAX) {
            fail_msg("%s: not in %s", parts[i], first.p);
        }
    }
    CSV_TESTING g = {0};
    csv_testing_run(&g, first, "EUR", NULL, 50);
    struct str second = bad_file(&g, LANG_EN);
    for (size_t i = 0; i < 2; i++) {
        assert_true(str_find(second, str_of(parts[i])) != SIZE_MAX);
    }
    CSV_TESTING h = {0};
    for (size_t at; (at = str_find(second, S("02-31"))) != SIZE_MAX;) {
        second = replaced(&f.a, second, S("02-31"), S("02-28"));
    }
    csv_testing_run(&h, second, "EUR", NULL, 50);
    assert_string_equal(h.items[0].message.data.reference.p, "=1+1");
    assert_string_equal(h.items[0].message.data.guest.phone.p, "+33 6");
    assert_string_equal(h.items[1].message.data.reference.p, "-2+3");
    assert_int_equal(h.items[2].kind, CSV_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_guests_and_stock),
        cmocka_unit_test(test_bad_rows_come_back_and_go_in_when_corrected),
        cmocka_unit_test(test_bad_rows_are_no_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
