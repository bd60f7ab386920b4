#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/export.h"
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

static bool add(void *ctx, struct str bytes, struct err *e)
{
    (void)e;
    buf_add(ctx, bytes);
    return true;
}

static struct str export(struct export_options o)
{
    struct buf b = buf_in(f.a);
    o.from = o.from ? o.from : DATE_NONE;
    o.to = o.to ? o.to : DATE_NONE;
    if (!export_write(&f.env.env, f.at, &o, add, &b, &f.e)) {
        fail_msg("%s: %s", f.e.pointer, f.e.en);
    }
    return buf_str(&b);
}
#define EXPORT(...) export((struct export_options){__VA_ARGS__})

/* What a file cannot say by accident: formulas, delimiters, quotes, line breaks, rooms that look alike, currencies of
 * all exponents, every status, no guest, no amounts. */
static const char *const said[] = {
    "{\"type\":\"reservation.created\",\"timestamp\":\"2026-07-01T08:00:00Z\",\"data\":{\"reference\":\"BK-1042\","
    "\"revision\":\"3\",\"bookedAt\":\"2026-06-30T10:02:11.5Z\",\"currency\":\"EUR\",\"totalAmount\":\"412.50\","
    "\"commission\":\"61.88\",\"channel\":\"booking\",\"guest\":{\"firstName\":\"Zoë\",\"lastName\":\"Martin\","
    "\"email\":\"zoe@example.org\",\"phone\":\"+33612345678\",\"country\":\"FR\",\"language\":\"fr\"},"
    "\"rooms\":[{\"reference\":\"1\",\"roomType\":\"DBL\",\"ratePlan\":\"BAR\",\"arrival\":\"2026-07-14\","
    "\"departure\":\"2026-07-17\",\"adults\":2,\"children\":0,\"amount\":\"412.50\"}],\"notes\":\"late\\narrival;"
    " \\\"after\\\" 22:00, please\"}}",
    "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"=1+1\",\"channel\":\"direct\",\"guest\":{"
    "\"firstName\":\"@cmd\",\"lastName\":\"'=HYPERLINK(\\\"x\\\")\"},\"rooms\":[{\"roomType\":\"SGL\",\"arrival\":"
    "\"2026-08-01\",\"departure\":\"2026-08-02\"}],\"notes\":\"-2+3\"}}",
    "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"TWINS\",\"channel\":\"airbnb\",\"totalAmount\":"
    "\"0\",\"rooms\":[{\"roomType\":\"TWN\",\"arrival\":\"2026-08-01\",\"departure\":\"2026-08-03\",\"adults\":2},"
    "{\"roomType\":\"TWN\",\"arrival\":\"2026-08-01\",\"departure\":\"2026-08-03\",\"adults\":2},"
    "{\"roomType\":\"DBL\",\"arrival\":\"2026-08-02\",\"departure\":\"2026-08-03\"}]}}",
    "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"0007\",\"channel\":\"direct\",\"status\":\"hold\","
    "\"currency\":\"JPY\",\"totalAmount\":\"12000\",\"rooms\":[{\"roomType\":\"SGL\",\"arrival\":\"2026-09-01\","
    "\"departure\":\"2026-09-02\",\"amount\":\"12000\"}]}}",
    "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"K-1\",\"channel\":\"direct\",\"status\":"
    "\"checked_in\",\"currency\":\"KWD\",\"totalAmount\":\"1.234\",\"commission\":\"0.001\",\"rooms\":[{"
    "\"roomType\":\"SGL\",\"arrival\":\"2026-09-03\",\"departure\":\"2026-09-04\"}]}}",
    "{\"type\":\"reservation.cancelled\",\"data\":{\"reference\":\"GONE\",\"channel\":\"direct\"}}",
    "{\"type\":\"reservation.cancelled\",\"data\":{\"reference\":\"GONE-2\",\"channel\":\"direct\",\"guest\":{"
    "\"lastName\":\"Núñez\",\"country\":\"es\"},\"rooms\":[{\"roomType\":\"DBL\",\"arrival\":\"2026-08-01\","
    "\"departure\":\"2026-08-03\"}]}}",
    "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"NS\",\"channel\":\"direct\",\"status\":\"no_show\","
    "\"rooms\":[{\"roomType\":\"DBL\",\"arrival\":\"2026-08-01\",\"departure\":\"2026-08-03\"}]}}",
    "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"OUT\",\"channel\":\"direct\",\"status\":"
    "\"checked_out\",\"rooms\":[{\"roomType\":\"DBL\",\"arrival\":\"2026-06-28\",\"departure\":\"2026-07-01\"}]}}",
    "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"ASK\",\"channel\":\"direct\",\"status\":"
    "\"inquiry\",\"rooms\":[{\"roomType\":\"DBL\",\"arrival\":\"2026-08-01\",\"departure\":\"2026-08-03\"}]}}",
    "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"UNKNOWN\",\"channel\":\"pms\",\"rooms\":[{"
    "\"roomType\":\"Loft Canal\",\"arrival\":\"2026-08-05\",\"departure\":\"2026-08-06\"}]}}",
    "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"李 明/1\",\"channel\":\"direct\",\"guest\":{"
    "\"firstName\":\"明\",\"lastName\":\"李\",\"phone\":\"00861234\"},\"rooms\":[{\"reference\":\"a\",\"roomType\":"
    "\"Double Room\",\"arrival\":\"2026-08-05\",\"departure\":\"2026-08-06\"},{\"reference\":\"b\",\"roomType\":"
    "\"Twin Room\",\"arrival\":\"2026-08-05\",\"departure\":\"2026-08-07\",\"children\":3}]}}",
};

static void say_all(void)
{
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        say(&f, NULL, said[i]);
    }
}

static void test_csv_exact(void **state)
{
    (void)state;
    say(&f, NULL, said[0]);
    say(&f, NULL, said[1]);
    say(&f, NULL, said[2]);
    const char *text =
        "\xEF\xBB\xBFreference,status,revision,bookedAt,channel,currency,totalAmount,commission,firstName,lastName,"
        "email,phone,country,language,roomReference,roomType,ratePlan,arrival,departure,adults,children,amount,"
        "notes,expiresAt,collect,roomStatus\r\n"
        "BK-1042,confirmed,3,2026-06-30T10:02:11.500000Z,booking,EUR,412.50,61.88,Zoë,Martin,zoe@example.org,"
        "'+33612345678,FR,fr,1,DBL,BAR,2026-07-14,2026-07-17,2,0,412.50,\"late\narrival; \"\"after\"\" 22:00, "
        "please\",,,\r\n"
        "'=1+1,confirmed,,,direct,EUR,,,'@cmd,\"''=HYPERLINK(\"\"x\"\")\",,,,,,SGL,,2026-08-01,2026-08-02,,,,'-2+3"
        ",,,\r\n"
        "TWINS,confirmed,,,airbnb,EUR,0.00,,,,,,,,,TWN,,2026-08-01,2026-08-03,2,,,,,,\r\n"
        "TWINS,confirmed,,,airbnb,EUR,0.00,,,,,,,,,TWN,,2026-08-01,2026-08-03,2,,,,,,\r\n"
        "TWINS,confirmed,,,airbnb,EUR,0.00,,,,,,,,,DBL,,2026-08-02,2026-08-03,,,,,,,\r\n";
    assert_string_equal(arena_cstr(f.a, EXPORT(.what = EXPORT_RESERVATIONS)), text);
}

/* Into an empty hotel, and back into the same one. */
static void check_round_trip(char delimiter)
{
    struct str file = EXPORT(.what = EXPORT_RESERVATIONS, .delimiter = delimiter);
    struct reservation_row *list;
    const char *before[ARRAY_LEN(said)], *stock = stock_of(&f);
    size_t count = bookings(&f, &list);
    assert_int_equal(count, ARRAY_LEN(said));
    for (size_t i = 0; i < count; i++) {
        before[i] = all_of(&f, &list[i]);
    }
    f.at = &f.other;
    struct import_counts n = give(&f, .bytes = file);
    assert_int_equal(n.created, ARRAY_LEN(said));
    assert_int_equal(n.refused + n.skipped + n.changed + n.unchanged, 0);
    for (size_t i = 0; i < count; i++) {
        struct reservation_row *r =
            booking(&f, arena_cstr(f.a, list[i].channel), arena_cstr(f.a, list[i].reference));
        assert_non_null(r);
        for (size_t s = 0; s < r->stay_count; s++) { /* the room's code stands for the channel's name */
            assert_int_equal(r->stays[s].room_type_id != 0, list[i].stays[s].room_type_id != 0);
            r->stays[s].room_type = list[i].stays[s].room_type;
        }
        assert_string_equal(all_of(&f, r), before[i]);
    }
    assert_string_equal(stock_of(&f), stock);
    f.at = &f.demo;
    n = give(&f, .bytes = file);
    assert_int_equal(n.unchanged, ARRAY_LEN(said));
    assert_int_equal(n.refused + n.skipped + n.changed + n.created + n.not_applied, 0);
    count = bookings(&f, &list);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(all_of(&f, &list[i]), before[i]);
        assert_int_equal(list[i].revisions, 1);
    }
    assert_string_equal(stock_of(&f), stock);
}

static void test_round_trip(void **state)
{
    (void)state;
    say_all();
    check_round_trip(0);
}

static void test_round_trip_semicolon(void **state)
{
    (void)state;
    say_all();
    check_round_trip(';');
}

/* A file of three-digit decimals alone: no thousands. */
static void test_round_trip_dinars(void **state)
{
    (void)state;
    say(&f, NULL, said[4]);
    struct str file = EXPORT(.what = EXPORT_RESERVATIONS);
    assert_int_equal(give(&f, .bytes = file).unchanged, 1);
    f.at = &f.other;
    assert_int_equal(give(&f, .bytes = file).created, 1);
    assert_int_equal(booking(&f, "direct", "K-1")->total_minor, 1234);
}

static void test_mapped(void **state)
{
    (void)state;
    int64_t repaired;
    struct str id = integrate(
        &f, "{\"type\":\"webhook\",\"name\":\"PMS\",\"configuration\":{\"verification\":\"signed\"}}");
    say(&f, arena_cstr(f.a, id), said[10]);
    assert_true(desk_map(&f.env.env, f.a, f.at, S("x"), id, S("Loft Canal"), S("TWN"), &repaired, &f.e));
    assert_int_equal(repaired, 1);
    struct str file = EXPORT(.what = EXPORT_RESERVATIONS);
    assert_true(str_find(file, S(",TWN,,2026-08-05,2026-08-06")) != SIZE_MAX);
    assert_int_equal(give(&f, .bytes = file).unchanged, 1);
}

static void test_reservations_json(void **state)
{
    (void)state;
    assert_string_equal(arena_cstr(f.a, EXPORT(.what = EXPORT_RESERVATIONS, .format = EXPORT_JSON)),
                        "[\n]\n");
    say_all();
    f.at = &f.other;
    say(&f, NULL, said[0]); /* of another hotel: nobody else's business */
    f.at = &f.demo;
    struct str file = EXPORT(.what = EXPORT_RESERVATIONS, .format = EXPORT_JSON);
    const struct json *v = json_parse(f.a, file, &f.e);
    assert_non_null(v);
    assert_int_equal(v->count, ARRAY_LEN(said));
    const struct json *first = json_at(v, 0), *room = json_at(json_get(first, S("rooms")), 0);
    assert_true(str_eq(json_get(first, S("reference"))->text, S("BK-1042")));
    assert_true(str_eq(json_get(first, S("totalAmount"))->text, S("412.50")));
    assert_true(str_eq(json_get(room, S("roomType"))->text, S("DBL")));
    for (size_t i = 1; i < ARRAY_LEN(said); i++) { /* oldest first */
        int64_t a, b;
        assert_true(str_to_i64(json_get(json_at(v, i - 1), S("id"))->text, &a));
        assert_true(str_to_i64(json_get(json_at(v, i), S("id"))->text, &b));
        assert_true(a < b);
    }
}

static void test_guests(void **state)
{
    (void)state;
    say(&f, NULL, said[0]);
    say(&f, NULL, said[1]);
    struct reservation_row *r = booking(&f, "booking", "BK-1042"), *s = booking(&f, "direct", "=1+1");
    const char *want =
        arena_fmt(f.a,
                  "\xEF\xBB\xBFid,reservations,firstName,lastName,email,phone,country,language\r\n"
                  "%lld,1,Zoë,Martin,zoe@example.org,'+33612345678,FR,fr\r\n"
                  "%lld,1,'@cmd,\"''=HYPERLINK(\"\"x\"\")\",,,,\r\n",
                  (long long)r->guest_id, (long long)s->guest_id)
            .p;
    assert_string_equal(arena_cstr(f.a, EXPORT(.what = EXPORT_GUESTS)), want);
    const struct json *v = json_parse(f.a, EXPORT(.what = EXPORT_GUESTS, .format = EXPORT_JSON), &f.e);
    assert_non_null(v);
    assert_int_equal(v->count, 2);
    const struct json *g = json_at(v, 0);
    assert_true(str_eq(json_get(g, S("firstName"))->text, S("Zoë")));
    assert_true(str_eq(json_get(g, S("reservations"))->text, S("1")));
    assert_int_equal(json_get(json_at(v, 1), S("email"))->type, JSON_NULL);
}

static size_t lines(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += s.p[i] == '\n';
    }
    return n;
}

static void test_stock(void **state)
{
    (void)state;
    say(&f, NULL, said[0]);
    struct stock_edit edit = {.room_type = S("DBL"),
                              .from = date_from_ymd(2026, 7, 15),
                              .to = date_from_ymd(2026, 7, 16),
                              .physical = 9,
                              .out_of_order = 1,
                              .overbooking_limit = 2};
    assert_true(desk_stock_edit(&f.env.env, f.a, f.at, S("x"), &edit, &(struct apply_overs){0}, &f.e));
    int32_t from = date_from_ymd(2026, 7, 13), to = date_from_ymd(2026, 7, 16);
    const char *want =
        "\xEF\xBB\xBFnight,roomType,physical,outOfOrder,sold,held,overbookingLimit,available\r\n"
        "2026-07-13,DBL,5,0,0,0,0,5\r\n2026-07-14,DBL,5,0,1,0,0,4\r\n2026-07-15,DBL,9,1,1,0,2,9\r\n"
        "2026-07-13,SGL,2,0,0,0,0,2\r\n2026-07-14,SGL,2,0,0,0,0,2\r\n2026-07-15,SGL,2,0,0,0,0,2\r\n"
        "2026-07-13,TWN,3,0,0,0,0,3\r\n2026-07-14,TWN,3,0,0,0,0,3\r\n2026-07-15,TWN,3,0,0,0,0,3\r\n";
    assert_string_equal(arena_cstr(f.a, EXPORT(.what = EXPORT_STOCK, .from = from, .to = to)), want);
    struct str json = EXPORT(.what = EXPORT_STOCK, .format = EXPORT_JSON, .from = from, .to = to);
    const struct json *v = json_parse(f.a, json, &f.e);
    assert_non_null(v);
    assert_int_equal(v->count, 9);
    assert_true(
        str_eq(json_at(v, 2)->source,
               S("{\"night\":\"2026-07-15\",\"roomType\":\"DBL\",\"physical\":9,\"outOfOrder\":1,\"sold\":1,"
                 "\"held\":0,\"overbookingLimit\":2,\"available\":9}")));
    struct str whole = EXPORT(.what = EXPORT_STOCK);
    assert_int_equal(lines(whole), 1 + 3 * 550);
    assert_true(str_find(whole, S("2026-07-01,DBL")) != SIZE_MAX);
    assert_true(str_find(whole, S("2026-06-30,")) == SIZE_MAX);
}

/* "Today" is the hotel's. */
static void test_today(void **state)
{
    (void)state;
    f.env.now_us = instant_of_date(date_from_ymd(2026, 7, 1)) + INT64_C(23) * 3600 * 1000000;
    struct str whole = EXPORT(.what = EXPORT_STOCK);
    assert_true(str_find(whole, S("2026-07-01,")) == SIZE_MAX);
    assert_true(str_find(whole, S("2026-07-02,DBL")) != SIZE_MAX);
}

static bool refuse(void *ctx, struct str bytes, struct err *e)
{
    (void)bytes;
    ++*(int *)ctx;
    return err_set(e, ERR_FULL, "full", "plein");
}

static void test_refused(void **state)
{
    (void)state;
    int calls = 0;
    struct buf b = buf_in(f.a);
    struct export_options o = {.what = EXPORT_STOCK, .from = 20000, .to = 20000};
    assert_false(export_write(&f.env.env, f.at, &o, add, &b, &f.e));
    assert_true(f.e.code == ERR_INVALID && strcmp(f.e.pointer, "/to") == 0);
    o.to = 20000 + 3661;
    assert_false(export_write(&f.env.env, f.at, &o, add, &b, &f.e));
    assert_true(f.e.code == ERR_INVALID && strcmp(f.e.pointer, "/to") == 0);
    o.to = 20000 + 3660;
    assert_true(export_write(&f.env.env, f.at, &o, add, &b, &f.e));
    assert_int_equal(lines(buf_str(&b)), 1 + 3 * 3660);
    assert_false(export_write(&f.env.env, f.at, &o, refuse, &calls, &f.e));
    assert_true(f.e.code == ERR_FULL && calls == 1); /* and no piece after it */
}

struct largest {
    size_t bytes, pieces;
};

static bool measure(void *ctx, struct str bytes, struct err *e)
{
    struct largest *l = ctx;
    (void)e;
    l->bytes = bytes.n > l->bytes ? bytes.n : l->bytes;
    l->pieces++;
    return true;
}

static void test_pieces(void **state)
{
    (void)state;
    struct buf b = buf_in(f.a);
    buf_add(&b, S("reference,arrival,departure,roomType,notes\r\n"));
    for (int i = 0; i < 3000; i++) {
        buf_fmt(&b, "R%d,2027-05-01,2027-05-02,SGL,a longer remark to fill the pieces that are given on\r\n",
                i);
    }
    assert_int_equal(give(&f, .bytes = buf_str(&b)).created, 3000);
    static const enum export_format formats[] = {EXPORT_CSV, EXPORT_JSON};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct largest l = {0};
        struct export_options o = {.what = EXPORT_RESERVATIONS, .format = formats[i]};
        assert_true(export_write(&f.env.env, f.at, &o, measure, &l, &f.e));
        assert_true(l.pieces > 3 && l.bytes < (70u << 10));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_csv_exact, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round_trip_semicolon, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round_trip_dinars, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mapped, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reservations_json, setup, teardown),
        cmocka_unit_test_setup_teardown(test_guests, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stock, setup, teardown),
        cmocka_unit_test_setup_teardown(test_today, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pieces, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
