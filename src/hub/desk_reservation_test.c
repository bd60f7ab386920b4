#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json_fields.h"
#include "hub/apply_fixture.h"
#include "hub/desk.h"

static struct apply_fixture f;
static struct reservation_row row;

static int setup(void **state)
{
    (void)state;
    apply_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    apply_fixture_close(&f);
    return 0;
}

/* The body of a POST or PUT, as the API reads it. */
static struct reservation *body(const char *json)
{
    struct reservation *r = arena_new(f.a, struct reservation);
    struct field *fields = arena_array(f.a, struct field, reservation_fields.count);
    struct field_table t = reservation_fields;
    memcpy(fields, t.fields, t.count * sizeof(*fields));
    for (size_t i = 0; i < t.count; i++) {
        fields[i].flags &= ~(unsigned)FIELD_REQUIRED;
    }
    t.fields = fields;
    const struct json *v = json_parse(f.a, str_of(json), &f.e);
    if (!v || !json_decode(f.a, &t, v, r, &f.e)) {
        fail_msg("%s: %s %s", json, f.e.pointer, f.e.en);
    }
    return r;
}

static bool try_book(const char *json)
{
    return desk_book(&f.env.env, f.a, f.at, S("desk@x"), body(json), &row, &f.e);
}

static bool try_change(int64_t id, const char *json)
{
    return desk_change(&f.env.env, f.a, f.at, S("boss@x"), id, body(json), &row, &f.e);
}

static void book(const char *json)
{
    if (!try_book(json)) {
        fail_msg("%s: %s %s", json, f.e.pointer, f.e.en);
    }
}

static void change(int64_t id, const char *json)
{
    if (!try_change(id, json)) {
        fail_msg("%s: %s %s", json, f.e.pointer, f.e.en);
    }
}

static void refused(bool ok, enum err_code code, const char *pointer)
{
    assert_false(ok);
    if (f.e.code != code || strcmp(f.e.pointer, pointer) != 0) {
        fail_msg("%d %s: %s", (int)f.e.code, f.e.pointer, f.e.en);
    }
    assert_true(f.e.fr[0]);
}

#define ROOM(type, from, to)                                                                                 \
    "\"rooms\":[{\"roomType\":\"" type "\",\"arrival\":\"2026-07-" from "\",\"departure\":\"2026-07-" to     \
    "\"}]"
#define BOOKING(reference, type, from, to) "{\"reference\":\"" reference "\"," ROOM(type, from, to) "}"

static void test_book(void **state)
{
    (void)state;
    book("{\"reference\":\" D-1 \",\"totalAmount\":\"99.5\",\"guest\":{\"lastName\":\"Núñez\"}," ROOM(
        "dbl", "14", "16") "}");
    assert_true(row.id > 0 && str_eq(row.channel, S("direct")) && str_eq(row.reference, S("D-1")));
    assert_true(row.status == RESERVATION_CONFIRMED && row.total_minor == 9950 &&
                str_eq(row.currency, S("EUR")));
    assert_true(row.arrival == FIXTURE_DAY && row.departure == FIXTURE_DAY + 2 && row.revisions == 1);
    assert_true(str_eq(row.guest.last_name, S("Núñez")) && row.guest_id && !row.unmapped && !row.oversold);
    assert_true(row.created_us == f.env.now_us && !str_given(row.integration_id));
    assert_true(stock_of(&f, "DBL", 0).sold == 1 && stock_of(&f, "DBL", 1).sold == 1 &&
                stock_of(&f, "DBL", 2).sold == 0);
    assert_string_equal(outbox_of(&f, "demo-a"), "DBL+0 DBL+1"); /* everybody is told what the hotel sold */
    assert_string_equal(outbox_of(&f, "demo-b"), "DBL+0 DBL+1");
    assert_string_equal(outbox_of(&f, "demo-c"), "");

    size_t count;
    struct revision_row *history;
    assert_true(desk_reservation(&f.env.env, f.a, f.at, row.id, &row, &history, &count, &f.e));
    assert_true(count == 1 && str_eq(history[0].actor, S("desk@x")) &&
                history[0].outcome == REVISION_APPLIED);
    struct event_row *events = events_of(&f, &count);
    assert_true(str_eq(events[count - 1].type, S("reservation.created")) &&
                events[count - 1].entity_id == row.id);
    /* In its own words when somebody is asked for: a channel, a status, a currency. */
    book(
        "{\"reference\":\"T-1\",\"channel\":\"Phone\",\"status\":\"hold\",\"currency\":\"jpy\",\"totalAmount\":\"120\"," ROOM(
            "SGL", "14", "15") "}");
    assert_true(str_eq(row.channel, S("phone")) && row.status == RESERVATION_HOLD);
    assert_true(str_eq(row.currency, S("JPY")) && row.total_minor == 120 && stock_of(&f, "SGL", 0).held == 1);
    book("{\"reference\":\"I-1\",\"status\":\"inquiry\"," ROOM("SGL", "14",
                                                               "15") "}"); /* asks, takes nothing */
    assert_int_equal(stock_of(&f, "SGL", 0).held, 1);
}

static void test_full(void **state)
{
    (void)state;
    size_t events, more;
    book(BOOKING("A", "DBL", "14", "16"));
    book(BOOKING("B", "DBL", "15", "17"));
    events_of(&f, &events);
    refused(try_book(BOOKING("C", "DBL", "14", "16")), ERR_CONFLICT, "/rooms/0/roomType");
    assert_non_null(strstr(f.e.en, "2026-07-15")); /* the night at fault */
    refused(
        try_book(
            "{\"reference\":\"C\",\"rooms\":[{\"roomType\":\"SGL\",\"arrival\":\"2026-07-14\",\"departure\":"
            "\"2026-07-15\"},{\"roomType\":\"SGL\",\"arrival\":\"2026-07-14\",\"departure\":\"2026-07-15\"}]}"),
        ERR_CONFLICT, "/rooms/0/roomType");
    refused(try_book("{\"reference\":\"C\",\"status\":\"hold\"," ROOM("DBL", "15", "16") "}"), ERR_CONFLICT,
            "/rooms/0/roomType");
    /* Nothing of it is left, and no number is lost to it. */
    assert_null(booking(&f, "direct", "C"));
    assert_true(stock_of(&f, "DBL", 0).sold == 1 && stock_of(&f, "SGL", 0).sold == 0);
    events_of(&f, &more);
    assert_int_equal(events, more);
    assert_string_equal(alerts_of(&f), "");
    book(BOOKING("C", "DBL", "16", "17"));
    book("{\"reference\":\"D\",\"status\":\"inquiry\"," ROOM("DBL", "15", "16") "}");
}

static void test_same_reference(void **state)
{
    (void)state;
    book(BOOKING("A", "DBL", "14", "15"));
    tell(&f, .reference = "A", .by = "demo-a", .channel = "booking",
         .rooms = {{"SGL", .night = 0, .nights = 1}});
    refused(try_book(BOOKING("A", "SGL", "20", "21")), ERR_CONFLICT, "/reference");
    refused(try_book(BOOKING(" A ", "SGL", "20", "21")), ERR_CONFLICT, "/reference");
    static const char *const channels[] = {"", " ", "direct", "Direct", " DIRECT ", "Booking", "booking "};
    for (size_t i = 0; i < ARRAY_LEN(channels); i++) {
        const char *json =
            arena_fmt(f.a, "{\"reference\":\"A\",\"channel\":\"%s\"," ROOM("SGL", "20", "21") "}",
                      channels[i])
                .p;
        refused(try_book(json), ERR_CONFLICT, "/reference");
    }
    assert_true(booking(&f, "direct", "A")->revisions == 1 && booking(&f, "booking", "A")->revisions == 1);
    book("{\"reference\":\"A\",\"channel\":\"phone\"," ROOM(
        "SGL", "20", "21") "}"); /* on another channel it is another one */
    book(BOOKING("a", "SGL", "22", "23"));
    f.at = &f.other;
    book(BOOKING("A", "DBL", "14", "15"));
}

static void test_bad(void **state)
{
    (void)state;
    refused(try_book(BOOKING("A", "Loft", "14", "15")), ERR_INVALID, "/rooms/0/roomType");
    refused(try_book(BOOKING("A", "", "14", "15")), ERR_INVALID, "/rooms/0/roomType");
    refused(try_book(BOOKING("A", "DBL", "15", "15")), ERR_INVALID, "/rooms/0/departure");
    refused(try_book(BOOKING("A", "DBL", "15", "14")), ERR_INVALID, "/rooms/0/departure");
    refused(try_book(BOOKING("  ", "DBL", "14", "15")), ERR_INVALID, "/reference");
    refused(try_book("{\"reference\":\"A\"}"), ERR_INVALID, "/rooms");
    refused(try_book("{\"reference\":\"A\",\"currency\":\"XYZ\"," ROOM("DBL", "14", "15") "}"), ERR_INVALID,
            "/currency");
    refused(try_book("{\"reference\":\"A\",\"totalAmount\":\"1.005\"," ROOM("DBL", "14", "15") "}"),
            ERR_INVALID, "/totalAmount");
    assert_null(booking(&f, "direct", "A"));
    book("{\"reference\":\"A\",\"notes\":\"card 4111 1111 1111 1111\"," ROOM("DBL", "14", "15") "}");
    assert_true(str_find(row.notes, S("1111 1111")) ==
                SIZE_MAX); /* what people type in has no card data either */
}

static void test_change(void **state)
{
    (void)state;
    book(
        "{\"reference\":\"A\",\"totalAmount\":\"100\",\"notes\":\"late\",\"guest\":{\"firstName\":\"Zoë\"},\"rooms\":[{"
        "\"roomType\":\"DBL\",\"arrival\":\"2026-07-14\",\"departure\":\"2026-07-16\",\"adults\":2}]}");
    int64_t id = row.id;
    change(id, "{" ROOM("DBL", "15", "18") "}");
    assert_true(row.id == id && row.arrival == FIXTURE_DAY + 1 && row.departure == FIXTURE_DAY + 4);
    /* What is left out stays. */
    assert_true(row.total_minor == 10000 && str_eq(row.notes, S("late")) &&
                str_eq(row.guest.first_name, S("Zoë")));
    assert_true(row.stays[0].adults == 2 && row.status == RESERVATION_CONFIRMED && row.revisions == 2);
    assert_true(stock_of(&f, "DBL", 0).sold == 0 && stock_of(&f, "DBL", 3).sold == 1);
    change(id, "{\"guest\":{\"phone\":\"+33 1\"},\"reference\":\"B\",\"channel\":\"phone\"}");
    assert_true(str_eq(row.reference, S("A")) &&
                str_eq(row.channel, S("direct"))); /* that is what it is known by */
    assert_true(str_eq(row.guest.phone, S("+33 1")) && row.arrival == FIXTURE_DAY + 1);
    change(id, "{" ROOM("DBL", "14", "16") "}");
    change(id, "{" ROOM("DBL", "15", "18") "}"); /* back to what was said before */
    assert_int_equal(row.arrival, FIXTURE_DAY + 1);

    book(BOOKING("B", "DBL", "20", "22"));
    book(BOOKING("C", "DBL", "20", "22"));
    refused(try_change(id, "{" ROOM("DBL", "21", "22") "}"), ERR_CONFLICT, "/rooms/0/roomType");
    refused(try_change(id, "{" ROOM("Loft", "21", "22") "}"), ERR_INVALID, "/rooms/0/roomType");
    refused(try_change(id, "{" ROOM("DBL", "22", "21") "}"), ERR_INVALID, "/rooms/0/departure");
    assert_true(booking(&f, "direct", "A")->arrival == FIXTURE_DAY + 1 && stock_of(&f, "DBL", 1).sold == 1);
    change(id, "{" ROOM("SGL", "21", "22") "}");
    assert_true(stock_of(&f, "SGL", 7).sold == 1 && stock_of(&f, "DBL", 1).sold == 0);

    refused(try_change(id + 1000, "{}"), ERR_NOT_FOUND, "");
    f.at = &f.other;
    refused(try_change(id, "{\"notes\":\"mine now\"}"), ERR_NOT_FOUND, "");
    f.at = &f.demo;
    assert_true(str_eq(booking(&f, "direct", "A")->notes, S("late")));
    size_t count;
    struct revision_row *history = history_of(&f, id, &count);
    assert_int_equal(count, 6); /* each change that was made, and by whom */
    assert_true(str_eq(history[0].actor, S("desk@x")) && str_eq(history[5].actor, S("boss@x")));
}

static void test_cancel(void **state)
{
    (void)state;
    book(BOOKING("A", "SGL", "14", "16"));
    int64_t id = row.id;
    change(id, "{\"status\":\"cancelled\"}");
    assert_true(row.status == RESERVATION_CANCELLED && row.arrival == FIXTURE_DAY && row.stay_count == 1);
    assert_int_equal(stock_of(&f, "SGL", 0).sold, 0);
    book(BOOKING("B", "SGL", "14", "16"));
    refused(try_change(id, "{\"status\":\"confirmed\"}"), ERR_CONFLICT,
            "/rooms/0/roomType"); /* its room is gone */
    change(id, "{\"notes\":\"called again\"}");
    assert_true(row.status == RESERVATION_CANCELLED && stock_of(&f, "SGL", 0).sold == 1);
    change(row.id, "{\"status\":\"confirmed\"," ROOM("DBL", "14", "16") "}"); /* people may bring it back */
    assert_true(row.status == RESERVATION_CONFIRMED && stock_of(&f, "DBL", 0).sold == 1);
    change(id, "{\"status\":\"no_show\"}");
    assert_int_equal(stock_of(&f, "DBL", 0).sold, 1); /* the room stays sold */
    size_t count;
    struct event_row *events = events_of(&f, &count);
    assert_true(str_eq(events[count - 1].type, S("reservation.modified")));
}

static const char *as_json(void)
{
    struct buf b = buf_in(f.a);
    struct json_out o = json_out(&b);
    desk_reservation_json(f.a, &o, &row, LANG_EN);
    return buf_str(&b).p;
}

#define TWO                                                                                                            \
    "\"rooms\":[{\"roomType\":\"DBL\",\"arrival\":\"2026-07-01\",\"departure\":\"2026-07-03\"},{\"roomType\":\"SGL\"," \
    "\"arrival\":\"2026-07-01\",\"departure\":\"2026-07-03\"}]"

static struct desk_ending *ending(const struct field_table *t, const char *json)
{
    struct desk_ending *how = arena_new(f.a, struct desk_ending);
    const struct json *v = json_parse(f.a, str_of(json), &f.e);
    if (!v || !json_decode(f.a, t, v, how, &f.e)) {
        fail_msg("%s: %s %s", json, f.e.pointer, f.e.en);
    }
    return how;
}

static bool try_cancel(int64_t id, const char *json)
{
    return desk_end(&f.env.env, f.a, f.at, S("boss@x"), id, RESERVATION_CANCELLED,
                    ending(&desk_cancel_fields, json), &row, &f.e);
}

static bool try_no_show(int64_t id, const char *json)
{
    return desk_end(&f.env.env, f.a, f.at, S("boss@x"), id, RESERVATION_NO_SHOW,
                    ending(&desk_no_show_fields, json), &row, &f.e);
}

static void test_end_rooms(void **state)
{
    (void)state;
    const int today = date_from_ymd(2026, 7, 1) - FIXTURE_DAY; /* of the fixture's clock */
    book("{\"reference\":\"A\"," TWO "}");
    int64_t id = row.id;
    assert_true(try_cancel(id, "{\"rooms\":[{\"number\":2}],\"reason\":\"one guest fewer\"}"));
    assert_true(row.status == RESERVATION_CONFIRMED && row.stays[1].apart &&
                row.stays[1].status == RESERVATION_CANCELLED && !row.stays[0].apart);
    assert_true(stock_of(&f, "SGL", today).sold == 0 && stock_of(&f, "DBL", today).sold == 1);
    size_t count;
    struct revision_row *history = history_of(&f, id, &count);
    assert_true(count == 2 && str_eq(history[1].actor, S("boss@x")));
    assert_non_null(strstr(history[1].message.p, "one guest fewer"));
    refused(try_cancel(id, "{\"rooms\":[{\"number\":1},{\"number\":3}]}"), ERR_INVALID, "/rooms/1/number");
    refused(try_no_show(id, "{\"rooms\":[{\"number\":2}]}"), ERR_CONFLICT, "/rooms");
    assert_true(try_no_show(id, "{}")); /* who is left; the cancelled room stays cancelled */
    assert_true(row.status == RESERVATION_NO_SHOW && row.stays[1].status == RESERVATION_CANCELLED);
    assert_true(stock_of(&f, "DBL", today).sold == 1 && stock_of(&f, "DBL", today + 1).sold == 0);
    assert_true(try_no_show(id, "{\"keepsNights\":true}"));
    assert_true(row.stays[0].keeps_nights && stock_of(&f, "DBL", today + 1).sold == 1);
    assert_true(try_cancel(id, "{}"));
    assert_true(row.status == RESERVATION_CANCELLED && stock_of(&f, "DBL", today).sold == 0);
    /* The last room is the whole. */
    book("{\"reference\":\"B\"," TWO "}");
    assert_true(try_cancel(row.id, "{\"rooms\":[{\"number\":1}]}") &&
                try_cancel(row.id, "{\"rooms\":[{\"number\":2}]}"));
    assert_int_equal(row.status, RESERVATION_CANCELLED);
    /* Nobody is missing before the day; nobody else's is found. */
    book(BOOKING("C", "DBL", "20", "22"));
    refused(try_no_show(row.id, "{}"), ERR_CONFLICT, "/rooms");
    assert_non_null(strstr(f.e.en, "2026-07-20"));
    refused(try_cancel(id + 1000, "{}"), ERR_NOT_FOUND, "");
    f.at = &f.other;
    refused(try_cancel(id, "{}"), ERR_NOT_FOUND, "");
    f.at = &f.demo;
    /* What was decided here stands against what the channel had said before. */
    tell(&f, .reference = "D", .by = "demo-a", .at_s = -200, .status = "confirmed",
         .rooms = {{"DBL", .reference = "x", .night = today, .nights = 1},
                   {"Loft", .reference = "y", .night = today, .nights = 1}});
    id = booking(&f, "demo-a", "D")->id;
    assert_true(try_cancel(
        id, "{\"rooms\":[{\"number\":1}]}")); /* the other one, which nobody knows, is no hindrance */
    struct apply_result r = tell(
        &f, .type = MESSAGE_MODIFIED, .reference = "D", .by = "demo-a", .at_s = -100, .status = "confirmed",
        .rooms = {{"DBL", .reference = "x", .night = today, .nights = 1, .status = "confirmed"}});
    assert_int_equal(r.outcome, REVISION_STALE);
    assert_int_equal(booking(&f, "demo-a", "D")->stays[0].status, RESERVATION_CANCELLED);
}

static void test_refusal_says_what_is_free(void **state)
{
    (void)state;
    book(BOOKING("A", "SGL", "15", "16"));
    refused(try_book(BOOKING("B", "SGL", "14", "17")), ERR_CONFLICT, "/rooms/0/roomType");
    assert_non_null(strstr(f.e.en, "Free for these nights: DBL (2)"));
    assert_non_null(strstr(f.e.fr, "Libres pour ces nuits : DBL (2)"));
    book(BOOKING("C", "DBL", "16", "18"));
    book(BOOKING("D", "DBL", "15", "18"));
    refused(try_book(BOOKING("B", "SGL", "14", "17")), ERR_CONFLICT, "/rooms/0/roomType");
    assert_non_null(strstr(f.e.en, "No other room type is free"));
}

static void test_holds(void **state)
{
    (void)state;
    refused(try_book("{\"reference\":\"A\",\"status\":\"hold\",\"expiresAt\":\"2026-07-01T09:59:00Z\"," ROOM(
                "SGL", "14", "15") "}"),
            ERR_INVALID, "/expiresAt");
    book("{\"reference\":\"A\",\"status\":\"hold\",\"expiresAt\":\"2026-07-01T10:30:00Z\"," ROOM("SGL", "14",
                                                                                                 "15") "}");
    assert_true(row.expires_us == f.env.now_us + INT64_C(1800000000) && stock_of(&f, "SGL", 0).held == 1);
    assert_non_null(strstr(as_json(), "\"expiresAt\":\"2026-07-01T10:30:00Z\",\"expired\":false"));
    change(row.id, "{\"status\":\"confirmed\"}");
    assert_true(row.expires_us == INSTANT_NONE && stock_of(&f, "SGL", 0).sold == 1);
}

static void test_money(void **state)
{
    (void)state;
    book(
        "{\"reference\":\"A\",\"totalAmount\":\"120\",\"collect\":\"hotel\",\"extras\":[{\"name\":\"Cot\","
        "\"unitPrice\":\"10\",\"per\":\"night\"}],\"rooms\":[{\"roomType\":\"DBL\",\"arrival\":\"2026-07-14\","
        "\"departure\":\"2026-07-16\",\"amount\":\"100\",\"nights\":[{\"date\":\"2026-07-14\",\"amount\":\"50\"},{"
        "\"date\":\"2026-07-15\",\"amount\":\"50\"}]}]}");
    const char *json = as_json();
    assert_non_null(strstr(
        json,
        "\"extras\":[{\"name\":\"Cot\",\"unitPrice\":\"10.00\",\"per\":\"night\"}],\"collect\":\"hotel\""));
    assert_non_null(strstr(json, "\"nights\":[{\"date\":\"2026-07-14\",\"amount\":\"50.00\"}"));
    assert_null(strstr(json, "mismatches"));
    change(row.id, "{\"totalAmount\":\"121\"}");
    assert_non_null(strstr(as_json(), "\"totalAmount\":\"121.00\""));
    assert_non_null(strstr(
        as_json(),
        "\"mismatches\":[{\"pointer\":\"/totalAmount\",\"said\":\"121.00\",\"sum\":\"120.00\","
        "\"detail\":\"The rooms, extras and taxes add up to €120.00, but the total says €121.00.\"}]"));
}

/* What people say is in force, whatever a channel's clock or numbers say. */
static void test_channel(void **state)
{
    (void)state;
    tell(&f, .reference = "A", .by = "demo-a", .revision = "7", .at_s = 86400, .guest = "Li",
         .rooms = {{"DBL", .night = 0, .nights = 1}});
    int64_t id = booking(&f, "demo-a", "A")->id;
    change(id, "{" ROOM("DBL", "20", "21") ",\"revision\":\"3\"}");
    assert_true(row.arrival == FIXTURE_DAY + 6 && str_eq(row.guest.last_name, S("Li")));
    assert_string_equal(outbox_of(&f, "demo-a"),
                        "DBL+0 DBL+6"); /* the hotel did it, so its channel is told as well */
    change(id, "{\"status\":\"cancelled\"}");
    assert_int_equal(row.status, RESERVATION_CANCELLED);
    assert_true(str_eq(row.integration_id, S("demo-a")) && str_eq(row.channel, S("demo-a")));
    /* One that waits for its room is given it at the desk. */
    tell(&f, .reference = "B", .by = "demo-a", .rooms = {{"Loft", .night = 0, .nights = 1}});
    id = booking(&f, "demo-a", "B")->id;
    assert_int_equal(stock_of(&f, "SGL", 0).held, 1);
    change(id, "{" ROOM("DBL", "14", "15") "}");
    assert_true(!row.unmapped && stock_of(&f, "SGL", 0).held == 0 && stock_of(&f, "DBL", 0).sold == 1);
    /* A note on one that is too much already needs no room. */
    tell(&f, .reference = "C", .by = "demo-a", .rooms = {{"SGL", .night = 3, .nights = 1}});
    tell(&f, .reference = "D", .by = "demo-b", .rooms = {{"SGL", .night = 3, .nights = 1}});
    id = booking(&f, "demo-b", "D")->id;
    change(id, "{\"notes\":\"moved to the neighbour\"}");
    assert_true(row.oversold && row.arrival == FIXTURE_DAY + 3);
}

static void test_json(void **state)
{
    (void)state;
    book(BOOKING("A", "DBL", "14", "15"));
    assert_string_equal(
        as_json(),
        arena_fmt(
            f.a,
            "{\"id\":\"%lld\",\"reference\":\"A\",\"status\":\"confirmed\",\"currency\":\"EUR\","
            "\"channel\":\"direct\",\"guest\":{},\"guestId\":\"%lld\",\"rooms\":[{\"roomType\":"
            "\"DBL\",\"arrival\":\"2026-07-14\",\"departure\":\"2026-07-15\",\"status\":\"confirmed\",\"number\":1,\"code\":\"DBL\",\"mapped\":true,"
            "\"oversold\":false}],\"oversold\":false,\"unmapped\":false,\"createdAt\":"
            "\"2026-07-01T10:00:00Z\",\"updatedAt\":\"2026-07-01T10:00:00Z\"}",
            (long long)row.id, (long long)row.guest_id)
            .p);
    book(
        "{\"reference\":\"B \\\"2\\\"\",\"revision\":\"3\",\"bookedAt\":\"2026-06-30T10:02:11.5Z\",\"currency\":\"KWD\","
        "\"totalAmount\":\"1.5\",\"commission\":\"0.001\",\"channel\":\"phone\",\"guest\":{\"firstName\":\"Zoë\","
        "\"lastName\":\"M\",\"email\":\"z@x.org\",\"phone\":\"+1\",\"country\":\"FR\",\"language\":\"fr\"},\"rooms\":[{"
        "\"reference\":\"1\",\"roomType\":\"SGL\",\"ratePlan\":\"BAR\",\"arrival\":\"2026-07-14\",\"departure\":"
        "\"2026-07-15\",\"adults\":0,\"children\":3,\"amount\":\"1.5\"}],\"notes\":\"a\\nb\"}");
    const struct json *v = json_parse(f.a, str_of(as_json()), &f.e);
    const struct json *room = json_at(json_get(v, S("rooms")), 0), *guest = json_get(v, S("guest"));
    assert_true(str_eq(json_get(v, S("totalAmount"))->text, S("1.500")) &&
                str_eq(json_get(v, S("reference"))->text, S("B \"2\"")));
    assert_true(str_eq(json_get(v, S("commission"))->text, S("0.001")) &&
                str_eq(json_get(v, S("revision"))->text, S("3")));
    assert_true(str_eq(json_get(v, S("bookedAt"))->text, S("2026-06-30T10:02:11.500000Z")));
    assert_true(str_eq(json_get(room, S("adults"))->text, S("0")) &&
                str_eq(json_get(room, S("children"))->text, S("3")));
    assert_true(str_eq(json_get(room, S("ratePlan"))->text, S("BAR")) &&
                str_eq(json_get(room, S("amount"))->text, S("1.500")));
    assert_true(guest->count == 6 && str_eq(json_get(guest, S("language"))->text, S("fr")));
    assert_true(str_eq(json_get(v, S("notes"))->text, S("a\nb")));
}

static void test_views(void **state)
{
    (void)state;
    struct reservation_row *list;
    struct outbox_row *outbox;
    struct alert_row *alerts;
    struct event_row *events;
    struct revision_row *history;
    size_t count;
    book(BOOKING("A", "SGL", "14", "15"));
    int64_t first = row.id;
    tell(&f, .reference = "B", .by = "demo-a", .rooms = {{"SGL", .night = 0, .nights = 1}});
    struct reservation_filter filter = {.status = -1, .from = DATE_NONE, .to = DATE_NONE, .limit = 10};
    assert_true(desk_reservations(&f.env.env, f.a, f.at, &filter, &list, &count, &f.e));
    assert_true(count == 2 && str_eq(list[0].reference, S("B")) && list[1].id == first);
    assert_true(desk_alerts(&f.env.env, f.a, f.at, NULL, 10, &alerts, &count, &f.e));
    assert_true(count == 1 && str_eq(alerts[0].severity, S("critical")));
    assert_true(desk_outbox(&f.env.env, f.a, f.at, 1, &outbox, &count, &f.e));
    assert_int_equal(count, 1);
    assert_true(desk_events(&f.env.env, f.a, f.at, 1, 1, &events, &count, &f.e));
    assert_true(count == 1 && events[0].seq == 2);
    /* Of all this, the hotel next door sees nothing. */
    f.at = &f.other;
    assert_true(desk_reservations(&f.env.env, f.a, f.at, &filter, &list, &count, &f.e) && count == 0);
    assert_true(desk_alerts(&f.env.env, f.a, f.at, NULL, 10, &alerts, &count, &f.e) && count == 0);
    assert_true(desk_outbox(&f.env.env, f.a, f.at, 10, &outbox, &count, &f.e) && count == 0);
    assert_true(desk_events(&f.env.env, f.a, f.at, 0, 10, &events, &count, &f.e) && count == 0);
    refused(desk_reservation(&f.env.env, f.a, f.at, first, &row, &history, &count, &f.e), ERR_NOT_FOUND, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_book),
        TEST(test_full),
        TEST(test_same_reference),
        TEST(test_bad),
        TEST(test_change),
        TEST(test_cancel),
        TEST(test_channel),
        TEST(test_json),
        TEST(test_views),
        TEST(test_end_rooms),
        TEST(test_refusal_says_what_is_free),
        TEST(test_holds),
        TEST(test_money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
