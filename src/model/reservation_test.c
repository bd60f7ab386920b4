#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/json_fields.h"
#include "io/zone.h"
#include "model/reservation.h"

#include <stdio.h>
#include <string.h>

/* A message as it comes, checked; a hotel in euros. */
struct read {
    struct arena a;
    struct reservation_message m;
    struct err e;
    bool ok;
};

static int setup(void **state)
{
    static struct read r;
    r = (struct read){0};
    arena_init(&r.a, LIMIT_ARENA);
    *state = &r;
    return 0;
}

static int teardown(void **state)
{
    arena_free(&((struct read *)*state)->a);
    return 0;
}

static bool read_message(struct read *r, const char *text)
{
    r->e = (struct err){0};
    const struct json *v = json_parse(&r->a, str_of(text), &r->e);
    r->ok = v && json_decode(&r->a, &reservation_message_fields, v, &r->m, &r->e) &&
            reservation_message_check(&r->a, &r->m, currency_find(S("EUR")), &r->e);
    return r->ok;
}

#define ROOM          "{\"roomType\":\"DBL\",\"arrival\":\"2026-07-14\",\"departure\":\"2026-07-17\"}"
#define CREATE        "\"type\":\"reservation.created\""
#define DATA(members) "{" CREATE ",\"data\":{\"reference\":\"BK-1042\",\"rooms\":[" ROOM "]," members "}}"

static void the_documented_message(void **state)
{
    struct read *r = *state;
    static const char text[] =
        "{\"type\": \"reservation.created\", \"timestamp\": \"2026-07-01T10:02:11Z\", \"data\": {"
        "\"reference\": \"BK-1042\", \"status\": \"confirmed\", \"revision\": \"3\", "
        "\"bookedAt\": \"2026-07-01T10:02:11Z\", \"currency\": \"EUR\", \"totalAmount\": \"412.50\", "
        "\"commission\": \"61.88\", \"channel\": \"booking\", \"guest\": {\"firstName\": \"Zoë\", "
        "\"lastName\": \"Martin\", \"email\": \"zoe@example.org\", \"phone\": \"+33612345678\", "
        "\"country\": \"FR\", \"language\": \"fr\"}, \"rooms\": [{\"reference\": \"1\", \"roomType\": \"DBL\", "
        "\"ratePlan\": \"BAR\", \"arrival\": \"2026-07-14\", \"departure\": \"2026-07-17\", \"adults\": 2, "
        "\"children\": 0, \"amount\": \"412.50\"}], \"notes\": \"late arrival\"}}";
    assert_true(read_message(r, text));
    assert_int_equal(r->m.type, MESSAGE_CREATED);
    assert_int_equal(r->m.timestamp, INT64_C(1782900131000000));
    assert_int_equal(r->m.data.status, RESERVATION_CONFIRMED);
    assert_true(str_eq(r->m.data.guest.first_name, S("Zoë")));
    assert_int_equal(r->m.data.rooms.count, 1);
    struct room_stay *room = reservation_room(&r->m.data, 0);
    assert_int_equal(room->departure - room->arrival, 3);
    assert_int_equal(room->adults, 2);
    assert_int_equal(room->children, 0);
    assert_int_equal(room->amount.digits, 41250);
    /* Out again, and in again: the same. */
    struct buf b = buf_in(&r->a);
    struct json_out o = json_out(&b);
    json_encode(&o, &reservation_message_fields, &r->m);
    struct str once = buf_str(&b);
    assert_true(read_message(r, once.p));
    struct buf b2 = buf_in(&r->a);
    o = json_out(&b2);
    json_encode(&o, &reservation_message_fields, &r->m);
    assert_string_equal(buf_str(&b2).p, once.p);
}

static void what_follows_from_the_rest(void **state)
{
    struct read *r = *state;
    assert_true(
        read_message(r, DATA("\"channel\":\"  Booking.COM \",\"currency\":\"usd\",\"totalAmount\":1")));
    assert_int_equal(r->m.data.status, RESERVATION_CONFIRMED);
    assert_true(str_eq(r->m.data.channel, S("booking.com")));
    assert_true(str_eq(r->m.data.currency, S("USD")));
    assert_true(read_message(r, DATA("\"channel\":\"   \"")));
    assert_false(str_given(r->m.data.channel)); /* then it is the integration's */
    assert_false(str_given(r->m.data.currency));
    assert_true(read_message(r, "{\"type\":\"reservation.cancelled\",\"data\":{\"reference\":\"A\"}}"));
    assert_int_equal(r->m.data.status, RESERVATION_CANCELLED);
    assert_true(read_message(r, "{\"type\":\"reservation.modified\",\"data\":{\"reference\":\"A\"}}"));
    assert_int_equal(r->m.data.status, -1); /* as it was */
    assert_true(read_message(r, DATA("\"status\":\"hold\"")));
    assert_int_equal(r->m.data.status, RESERVATION_HOLD);
}

#define ROOMS(first, second)           "{" CREATE ",\"data\":{\"reference\":\"A\",\"rooms\":[" first "," second "]}}"
#define STAY(arrival, departure, more) "{\"arrival\":\"" arrival "\",\"departure\":\"" departure "\"" more "}"

static void what_is_refused(void **state)
{
    struct read *r = *state;
    static const struct {
        const char *message, *pointer, *en;
    } cases[] = {
        {ROOMS(ROOM, STAY("2026-07-17", "2026-07-17", "")), "/data/rooms/1/departure",
         "the departure (2026-07-17) must be after the arrival (2026-07-17)"},
        {ROOMS(STAY("2026-07-17", "2026-07-14", ""), ROOM), "/data/rooms/0/departure",
         "the departure (2026-07-14) must be after the arrival (2026-07-17)"},
        {ROOMS(ROOM, STAY("2026-07-14", "2029-07-19", "")), "/data/rooms/1/departure",
         "a stay of 1101 nights is longer than the 1100 allowed"},
        {ROOMS(STAY("2026-07-14", "2026-07-15", ",\"reference\":\"1\""),
               STAY("2026-07-14", "2026-07-15", ",\"reference\":\"1\"")),
         "/data/rooms/1/reference", "two rooms of this reservation have the reference “1”"},
        {ROOMS(ROOM, STAY("2026-07-14", "2026-07-15", ",\"amount\":\"1.005\"")), "/data/rooms/1/amount",
         "this amount has more decimal places than EUR has (2)"},
        {DATA("\"totalAmount\":\"0.001\""), "/data/totalAmount",
         "this amount has more decimal places than EUR has (2)"},
        {DATA("\"commission\":\"1.5\",\"currency\":\"JPY\""), "/data/commission",
         "this amount has more decimal places than JPY has (0)"},
        {DATA("\"totalAmount\":\"999999999999999999\""), "/data/totalAmount", "this amount is too large"},
        {DATA("\"currency\":\"EUX\""), "/data/currency",
         "“EUX” is not a currency (three letters of ISO 4217, like EUR)"},
        {"{" CREATE ",\"data\":{\"reference\":\" \\t \",\"rooms\":[" ROOM "]}}", "/data/reference", NULL},
        {"{" CREATE ",\"data\":{\"reference\":\"   \",\"rooms\":[" ROOM "]}}", "/data/reference",
         "the reference is empty"},
        {"{" CREATE ",\"data\":{\"reference\":\"A\"}}", "/data/rooms",
         "a new reservation needs at least one room"},
        {"{" CREATE ",\"data\":{\"reference\":\"A\",\"rooms\":[]}}", "/data/rooms",
         "a new reservation needs at least one room"},
        {"{\"type\":\"reservation.cancelled\",\"data\":{\"reference\":\"A\",\"status\":\"confirmed\"}}",
         "/data/status", "a reservation.cancelled message cannot have the status “confirmed”"},
        /* By the tables: */
        {ROOMS(ROOM, STAY("2026-02-30", "2026-03-02", "")), "/data/rooms/1/arrival", NULL},
        {ROOMS(ROOM, "{\"arrival\":\"2026-07-14\"}"), "/data/rooms/1/departure", NULL},
        {ROOMS(ROOM, STAY("2026-07-14", "2026-07-15", ",\"adults\":-1")), "/data/rooms/1/adults", NULL},
        {ROOMS(ROOM, STAY("2026-07-14", "2026-07-15", ",\"amount\":\"-1\"")), "/data/rooms/1/amount", NULL},
        {DATA("\"totalAmount\":-5"), "/data/totalAmount", NULL},
        {DATA("\"refrence\":\"x\""), "/data/refrence", NULL},
        {DATA("\"status\":\"booked\""), "/data/status", NULL},
        {DATA("\"guest\":{\"email\":5}"), "/data/guest/email", NULL},
        {DATA("\"bookedAt\":\"yesterday\""), "/data/bookedAt", NULL},
        {"{" CREATE ",\"data\":{\"rooms\":[" ROOM "]}}", "/data/reference", NULL},
        {"{" CREATE "}", "/data", NULL},
        {"{\"type\":\"created\",\"data\":{\"reference\":\"A\"}}", "/type", NULL},
        {"{\"data\":{\"reference\":\"A\"}}", "/type", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (read_message(r, cases[i].message)) {
            fail_msg("case %zu was taken", i);
        }
        assert_int_equal(r->e.code, ERR_INVALID);
        assert_string_equal(r->e.pointer, cases[i].pointer);
        if (cases[i].en) {
            assert_string_equal(r->e.en, cases[i].en);
        }
        assert_true(strlen(r->e.fr) > 0 && strcmp(r->e.fr, r->e.en) != 0);
    }
}

static void rooms_alone(void **state)
{
    struct read *r = *state;
    const struct currency *eur = currency_find(S("EUR"));
    struct reservation res;
    field_clear(&reservation_fields, &res);
    res.reference = S("A");
    assert_true(reservation_check(&r->a, &res, eur, &r->e)); /* without rooms: a change of something else */
    res.rooms = (struct field_list){arena_array(&r->a, struct room_stay, LIMIT_ROOMS + 1), LIMIT_ROOMS + 1};
    for (size_t i = 0; i < res.rooms.count; i++) {
        struct room_stay *s = reservation_room(&res, i);
        field_clear(&room_stay_fields, s);
        s->arrival = 20000;
        s->departure = 20001;
    }
    assert_false(reservation_check(&r->a, &res, eur, &r->e));
    assert_string_equal(r->e.pointer, "/rooms");
    res.rooms.count = LIMIT_ROOMS;
    assert_true(reservation_check(&r->a, &res, eur, &r->e));
    reservation_room(&res, 2)->departure = 20000 + LIMIT_NIGHTS;
    assert_true(reservation_check(&r->a, &res, eur, &r->e));
    /* A connector may have found no date: no arithmetic on none. */
    reservation_room(&res, 2)->arrival = DATE_NONE;
    assert_false(reservation_check(&r->a, &res, eur, &r->e));
    assert_string_equal(r->e.pointer, "/rooms/2/arrival");
    reservation_room(&res, 2)->arrival = 20000;
    reservation_room(&res, 2)->departure = DATE_NONE;
    assert_false(reservation_check(&r->a, &res, eur, &r->e));
    assert_string_equal(r->e.pointer, "/rooms/2/departure");
    assert_string_equal(r->e.fr, "cette date manque");
}

static void french(void **state)
{
    struct read *r = *state;
    assert_false(read_message(r, ROOMS(ROOM, STAY("2026-07-17", "2026-07-14", ""))));
    assert_string_equal(r->e.fr, "le départ (2026-07-14) doit être après l'arrivée (2026-07-17)");
    assert_false(read_message(r, DATA("\"currency\":\"EUX\"")));
    assert_string_equal(r->e.fr, "« EUX » n'est pas une devise (trois lettres ISO 4217, comme EUR)");
}

static void statuses(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int sold, held;
    } expected[] = {{"inquiry", 0, 0},     {"hold", 0, 1},      {"confirmed", 1, 0}, {"checked_in", 1, 0},
                    {"checked_out", 1, 0}, {"cancelled", 0, 0}, {"no_show", 1, 0}};
    for (int i = 0; i < (int)ARRAY_LEN(expected); i++) {
        assert_string_equal(reservation_statuses[i], expected[i].name);
        assert_int_equal(reservation_sold(i), expected[i].sold);
        assert_int_equal(reservation_held(i), expected[i].held);
        struct text t = reservation_status_text(i);
        assert_true(t.en.n && t.fr.n);
    }
    assert_null(reservation_statuses[ARRAY_LEN(expected)]);
    assert_string_equal(reservation_status_text(-1).en.p, "unknown");
    assert_string_equal(reservation_status_text(7).fr.p, "inconnu");
    assert_string_equal(reservation_status_text(RESERVATION_NO_SHOW).fr.p, "non présentée");
}

static void rooms_and_the_whole(void **state)
{
    (void)state;
    assert_int_equal(reservation_room_status(RESERVATION_CONFIRMED, -1), RESERVATION_CONFIRMED);
    assert_int_equal(reservation_room_status(RESERVATION_CONFIRMED, RESERVATION_CANCELLED),
                     RESERVATION_CANCELLED);
    assert_int_equal(reservation_room_status(RESERVATION_CANCELLED, RESERVATION_CONFIRMED),
                     RESERVATION_CANCELLED);
    assert_int_equal(reservation_room_status(RESERVATION_NO_SHOW, RESERVATION_CHECKED_IN),
                     RESERVATION_CHECKED_IN);
    assert_int_equal(reservation_taken_to(RESERVATION_CONFIRMED, 10, 14, false), 14);
    assert_int_equal(reservation_taken_to(RESERVATION_NO_SHOW, 10, 14, false), 11);
    assert_int_equal(reservation_taken_to(RESERVATION_NO_SHOW, 10, 14, true), 14);
    assert_int_equal(reservation_taken_to(RESERVATION_NO_SHOW, 10, 11, false), 11);
}

static void charges_in_a_message(void **state)
{
    struct read *r = *state;
    assert_true(read_message(
        r,
        "{" CREATE
        ",\"reason\":\"asked for\",\"data\":{\"reference\":\"A\",\"status\":\"hold\",\"expiresAt\":"
        "\"2026-07-10T12:00:00+02:00\",\"collect\":\"channel\",\"extras\":[{\"name\":\"Cot\",\"unitPrice\":12.5}],"
        "\"taxes\":[{\"name\":\"VAT\",\"amount\":\"3\",\"included\":true}],\"rooms\":[{\"arrival\":\"2026-07-14\","
        "\"departure\":\"2026-07-15\",\"status\":\"cancelled\",\"nights\":[{\"date\":\"2026-07-14\",\"amount\":"
        "\"9\"}],\"commission\":\"1\",\"collect\":\"hotel\",\"keepsNights\":false}]}}"));
    const struct reservation *data = &r->m.data;
    const struct room_stay *room = reservation_room(data, 0);
    assert_true(data->charge.collect == CHARGE_BY_CHANNEL && data->charge.extras.count == 1);
    assert_true(data->expires_at == INT64_C(1783677600000000) && data->charge.taxes.count == 1);
    assert_true(room->status == RESERVATION_CANCELLED && room->charge.nights.count == 1 &&
                room->keeps_nights == 0);
    assert_true(room->charge.commission.given && room->charge.collect == CHARGE_BY_HOTEL);
    static const struct {
        const char *members, *pointer;
    } bad[] = {
        {"\"extras\":[{\"name\":\"\"}]", "/data/extras/0/name"},
        {"\"extras\":[{\"name\":\"a\",\"amount\":\"1.001\"}]", "/data/extras/0/amount"},
        {"\"taxes\":[{\"name\":\"a\",\"amount\":\"-1\"}]", "/data/taxes/0/amount"},
        {"\"taxes\":[{\"name\":\"a\",\"included\":\"yes\"}]", "/data/taxes/0/included"},
        {"\"collect\":\"somebody\"", "/data/collect"},
        {"\"expiresAt\":\"tomorrow\"", "/data/expiresAt"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *text =
            arena_fmt(&r->a, "{" CREATE ",\"data\":{\"reference\":\"A\",\"rooms\":[" ROOM "],%s}}",
                      bad[i].members)
                .p;
        assert_false(read_message(r, text));
        assert_string_equal(r->e.pointer, bad[i].pointer);
    }
    assert_false(read_message(r, ROOMS(ROOM, STAY("2026-07-14", "2026-07-15",
                                                  ",\"taxes\":[{\"name\":\"a\",\"amount\":\"1.001\"}]"))));
    assert_string_equal(r->e.pointer, "/data/rooms/1/taxes/0/amount");
}

/* --- nights --- */

#define FIRST_NIGHT 10957 /* 2000-01-01 */
#define LAST_NIGHT  47846 /* 2100-12-31 */

/* Every stay of the century, by its arrival, is said and read again as the same nights. */
static void nights_are_civil_dates(void **state)
{
    struct read *r = *state;
    assert_true(date_from_ymd(2000, 1, 1) == FIRST_NIGHT && date_from_ymd(2100, 12, 31) == LAST_NIGHT);
    struct room_stay said, heard;
    field_clear(&room_stay_fields, &said);
    for (int32_t night = FIRST_NIGHT; night <= LAST_NIGHT; night++) {
        arena_reset(&r->a);
        said.arrival = night;
        said.departure = night + 1 + night % 30;
        struct buf b = buf_in(&r->a);
        struct json_out o = json_out(&b);
        json_encode(&o, &room_stay_fields, &said);
        const struct json *v = json_parse(&r->a, buf_str(&b), &r->e);
        assert_true(v && json_decode(&r->a, &room_stay_fields, v, &heard, &r->e));
        assert_true(heard.arrival == said.arrival && heard.departure == said.departure);
        int year, month, day;
        date_to_ymd(night, &year, &month, &day);
        assert_int_equal(date_from_ymd(year, month, day), night);
        assert_int_equal(date_weekday(night + 1), (date_weekday(night) + 1) % 7);
    }
}

/* In a zone every day of the century has its noon (or what a jump at noon makes of it), on that day, and one after the other; what the sun or a law does to
 * clocks moves no night. Only a day that a zone left out altogether has none. *left_out counts those. */
static void days_of_zone(struct read *r, struct str name, int *left_out)
{
    const struct zone *z = zone_load(&r->a, name, &r->e);
    int64_t before = INT64_MIN;
    if (!z) {
        fail_msg("%.*s: %s", STR_ARG(name), r->e.en);
    }
    for (int32_t night = FIRST_NIGHT; night <= LAST_NIGHT; night++) {
        int64_t noon = zone_instant(z, night, 43200);
        struct zone_time t = zone_at(z, noon);
        if (t.date == night + 1 && t.second == 0) {
            (*left_out)++;
        } else if (t.date != night || t.second < 43200 || noon <= before) {
            fail_msg("%.*s, day %d: %d %d", STR_ARG(name), night, t.date, t.second);
        }
        before = noon;
    }
}

static void no_zone_shifts_a_night(void **state)
{
    struct read *r = *state;
    FILE *f = fopen("/usr/share/zoneinfo/tzdata.zi", "r");
    char line[256];
    int zones = 0, left_out = 0;
    if (!f) {
        print_message("skipped: the system has no list of zones\n");
        skip();
        return;
    }
    while (fgets(line, sizeof(line), f)) {
        struct str rest = str_trim(str_of(line)), kind = str_cut(&rest, ' ');
        if (str_eq(kind, S("Z"))) {
            struct str name = str_cut(&rest, ' ');
            arena_reset(&r->a);
            if (zone_exists(name)) { /* "Factory" is none where anybody is */
                days_of_zone(r, name, &left_out);
                zones++;
            }
        }
    }
    fclose(f);
    assert_true(zones > 300);
    assert_true(left_out <= 4); /* Samoa and Tokelau crossed the date line at the end of 2011 */
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_documented_message),
        CASE(what_follows_from_the_rest),
        CASE(what_is_refused),
        CASE(rooms_alone),
        CASE(french),
        CASE(statuses),
        CASE(rooms_and_the_whole),
        CASE(charges_in_a_message),
        CASE(nights_are_civil_dates),
        CASE(no_zone_shifts_a_night),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
