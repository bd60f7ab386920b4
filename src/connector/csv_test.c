#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "connector/csv_testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What matters of a message, in one line a room, so that a test reads like a table. */
static const char *told(struct arena *a, const struct csv_decoded *d)
{
    struct buf b = buf_in(a);
    if (d->kind == CSV_SKIPPED) {
        buf_fmt(&b, "skipped: %s", d->reason.en.p);
    }
    for (size_t i = 0; i < d->error_count; i++) {
        buf_fmt(&b, "%s%s: %s", i > 0 ? "\n" : "", d->errors[i].pointer, d->errors[i].en);
    }
    if (d->kind != CSV_MESSAGE) {
        return buf_str(&b).p;
    }
    const struct reservation *r = &d->message.data;
    const struct guest *g = &r->guest;
    buf_fmt(&b, "%s %.*s %s", message_types[d->message.type] + 12, STR_ARG(r->reference),
            r->status < 0 ? "-" : reservation_statuses[r->status]);
    const struct str parts[] = {r->channel,
                                decimal_fmt(a, r->total_amount),
                                decimal_fmt(a, r->commission),
                                r->currency,
                                g->first_name,
                                g->last_name,
                                g->email,
                                g->phone,
                                g->country,
                                r->notes,
                                r->booked_at == INSTANT_NONE ? S("") : instant_fmt(a, r->booked_at)};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        buf_fmt(&b, "|%.*s", STR_ARG(parts[i]));
    }
    for (size_t i = 0; i < r->rooms.count; i++) {
        const struct room_stay *s = reservation_room(r, i);
        buf_fmt(&b, "\n %.*s|%.*s %s %s", STR_ARG(s->room_type), STR_ARG(s->reference),
                date_fmt(a, s->arrival).p, date_fmt(a, s->departure).p);
        if (s->adults != FIELD_INT_NONE) {
            buf_fmt(&b, " %lld", (long long)s->adults);
        }
        if (s->children != FIELD_INT_NONE) {
            buf_fmt(&b, "+%lld", (long long)s->children);
        }
        if (s->amount.given) {
            buf_fmt(&b, " %s", decimal_fmt(a, s->amount).p);
        }
    }
    for (size_t i = 0; i < d->note_count; i++) {
        buf_fmt(&b, "\n! %s", d->notes[i].text.en.p);
    }
    return buf_str(&b).p;
}

static void gives(struct str text, const char *hotel, const char *answers, const char *const *want, size_t n)
{
    for (size_t step = 7; step < 100000; step = step * 97) {
        CSV_TESTING f = {0};
        csv_testing_run(&f, text, hotel, answers, step);
        assert_string_equal(f.e.en, "");
        assert_int_equal(f.analysis->question_count, 0);
        for (size_t i = 0; i < n && i < f.count; i++) {
            assert_string_equal(told(&f.a, &f.items[i]), want[i]);
        }
        assert_int_equal(f.count, n);
        /* What comes out passes the rules of our own messages. */
        for (size_t i = 0; i < f.count; i++) {
            struct err e = {0};
            bool good =
                f.items[i].kind != CSV_MESSAGE ||
                reservation_message_check(&f.a, &f.items[i].message, currency_find(str_of(hotel)), &e);
            assert_string_equal(e.en, "");
            assert_true(good);
        }
    }
}

#define GIVES(text, hotel, answers, ...)                                                                     \
    gives((text), (hotel), (answers), (const char *const[]){__VA_ARGS__},                                    \
          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* A file of the shared test data, or the absent string when it is not here. */
static struct str read_file(struct arena *a, const char *name)
{
    const char *folder = getenv("SELFKEY_SHARED");
    char path[512];
    snprintf(path, sizeof path, "%s/data/csv/%s", folder != NULL ? folder : "/nowhere", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return (struct str){0};
    }
    char *bytes = arena_alloc(a, 1 << 16);
    size_t n = fread(bytes, 1, 1 << 16, file);
    fclose(file);
    return (struct str){bytes, n};
}

static struct str shared_file(struct arena *a, const char *name)
{
    arena_init(a, SIZE_MAX);
    struct str bytes = read_file(a, name);
    if (!str_given(bytes)) {
        print_message("skipped: %s is not here (SELFKEY_SHARED)\n", name);
        skip();
    }
    return bytes;
}

static void test_airbnb_en(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    struct str bytes = shared_file(&a, "airbnb_reservations_en.csv");
    static const char *const rows[] = {
        "created HMAA1B2C3D confirmed|airbnb|1204.50||USD|Nora|Lindqvist||+46 70 000 00 00|||2027-02-11T00:00:00Z\n"
        " Loft Canal| 2027-07-14 2027-07-17 2+1",
        "cancelled HMBB2C3D4E cancelled|airbnb|0.00||USD|Sam|O'Neil|||||2027-02-12T00:00:00Z\n"
        " Loft Canal| 2027-08-01 2027-08-02 1+0",
        "created HMCC3D4E5F confirmed|airbnb|870.00||USD|李|明||+86 000 0000 0000|||2027-03-01T00:00:00Z\n"
        " Studio \"Le Nid\"| 2027-12-30 2028-01-02 4+0",
    };
    gives(bytes, "USD", NULL, rows, 3);
    gives(bytes, "EUR", "currency=USD", rows, 3);
    CSV_TESTING f = {0};
    csv_testing_run(&f, bytes, "EUR", NULL, 100);
    assert_int_equal(f.analysis->question_count, 1);
    assert_true(str_eq(f.analysis->questions[0].name, S("currency")));
    assert_true(str_eq(f.analysis->questions[0].choices[0].value, S("USD")));
    assert_string_equal(f.analysis->dialect.preset->id, "airbnb_en");
}

static void test_airbnb_fr(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    struct str bytes = shared_file(&a, "airbnb_reservations_fr.csv");
    GIVES(
        bytes, "EUR", NULL,
        "created HMFR000001 confirmed|airbnb|412.50||EUR|Zoë|Martin||+33 6 00 00 00 00|||2027-02-11T00:00:00Z\n"
        " Appartement Vieux-Port| 2027-07-14 2027-07-17 2+0",
        "cancelled HMFR000002 cancelled|airbnb|0.00||EUR|Jean-François|Lefèvre|||||2027-03-02T00:00:00Z\n"
        " Appartement Vieux-Port| 2027-08-03 2027-08-05 1+0");
}

static void test_booking(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0}, b = {0}, c = {0};
    GIVES(
        shared_file(&a, "booking_reservations_en.csv"), "EUR", NULL,
        "created 4000000101 confirmed|booking|412.5|61.88|EUR|Zoë|Martin|||FR|Late arrival, after 22:00|"
        "2027-02-11T09:26:33Z\n"
        " Double Room| 2027-07-14 2027-07-17 2+0\n"
        "! Line 2, column “Commission amount”: “61.875 EUR” is finer than EUR allows and was rounded to 61.88.",
        "cancelled 4000000102 cancelled|booking|700||EUR|Ada|Okafor|||GB||2027-02-12T10:00:00Z\n"
        " Double Room| 2027-07-15 2027-07-18 2+1\n"
        " Twin Room| 2027-07-15 2027-07-18 1+0",
        "created 4000000103 no_show|booking|180|27|EUR|Gianna|Rossi|||IT||2027-11-30T23:59:59Z\n"
        " Single Room| 2027-12-31 2028-01-02 1+0");
    GIVES(shared_file(&b, "booking_reservations_de_cp1252.csv"), "CHF", NULL,
          "created 4000000301 confirmed|booking|62.70|9.41|EUR|Jürgen|Müller|||||2027-02-01T09:12:00Z\n"
          " Doppelzimmer| 2027-05-09 2027-05-12 2");
    GIVES(shared_file(&c, "booking_reservations_es_semicolon_bom.csv"), "EUR", NULL,
          "created 4000000201 confirmed|booking|333.00|49.95|EUR|Lucía|Núñez|||||2027-01-15T08:00:01Z\n"
          " | 2027-05-01 2027-05-04 2+0");
}

static void test_lodgify_and_ambiguous(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0}, b = {0};
    GIVES(shared_file(&a, "lodgify_en.csv"), "USD", NULL,
          "created 9001 confirmed||250.00||EUR|Tomás|Ruiz|tomas@example.org|+34 600 000 000|Spain||"
          "2027-01-02T00:00:00Z\n"
          " Double| 2027-06-10 2027-06-12 2");
    struct str bytes = shared_file(&b, "ambiguous_dates.csv");
    CSV_TESTING f = {0};
    csv_testing_run(&f, bytes, "EUR", NULL, 20);
    assert_int_equal(f.analysis->question_count, 1);
    assert_true(str_eq(f.analysis->questions[0].name, S("dates")));
    assert_int_equal(f.count, 0);
    GIVES(bytes, "EUR", "dates=dmy", "created A-1 -||100.00||EUR|Ana||||||\n | 2027-04-03 2027-04-05",
          "created A-2 -||120.00||EUR|Ben||||||\n | 2027-08-07 2027-08-09");
    GIVES(bytes, "EUR", "dates=mdy", "created A-1 -||100.00||EUR|Ana||||||\n | 2027-03-04 2027-05-04",
          "created A-2 -||120.00||EUR|Ben||||||\n | 2027-07-08 2027-09-08");
}

static void test_rows_of_a_layout_of_its_own(void **state)
{
    (void)state;
    GIVES(
        S("Référence;Client;Arrivée;Nuits;Type de chambre;Personnes;Enfants;Prix;Commission;Remarques\r\n"
          "R1;Martin, Zoë;14/07/2027;3;DBL;3;1;\"1.204,50 €\";-9,4150;\"tard,\r\naprès 22 h\"\r\n"
          ";;;;;;;;;\r\n"
          "R2;\"Ludwig\nvan Beethoven\";15/07/2027;1;2 x TWN;4;;12 USD;3 EUR;\r\n"),
        "EUR", NULL,
        "created R1 -||1204.50|9.42|EUR|Zoë|Martin||||tard,\r\naprès 22 h|\n DBL| 2027-07-14 2027-07-17 2+1\n"
        "! Line 2, column “Commission”: “-9,4150” is finer than EUR allows and was rounded to 9.42.",
        "created R2 -||12||USD|Ludwig||||||\n TWN| 2027-07-15 2027-07-16 2\n TWN| 2027-07-15 2027-07-16 2\n"
        "! Line 5: “3 EUR” was left out: it is not in USD.");
    GIVES(S("id,name,from,to,source,currency,amount\n"
            "1,Ana,2027-01-01,2027-01-02,Booking.com,GBP,£5\n"
            "2,Ben,2027-01-01,2027-01-02,My Site,GBP,5 €\n"
            "3,Eve,2027-01-01,2027-01-02,,CAD,$5\n"),
          "EUR", NULL, "created 1 -|booking|5||GBP|Ana||||||\n | 2027-01-01 2027-01-02",
          "/amount: Line 3, column 7 “amount”: “5 €” is in EUR, but the row's currency is GBP.",
          "created 3 -||5||CAD|Eve||||||\n | 2027-01-01 2027-01-02");
}

static void test_rows_that_are_no_reservations(void **state)
{
    (void)state;
    GIVES(
        S("Date,Type,Confirmation code,Start date,End date,Nights,Guest,Listing,Currency,Amount,Service fee,Gross "
          "earnings\n"
          "07/20/2027,Payout,,,,,,,EUR,,,\n"
          "07/20/2027,Reservation,HM1,07/14/2027,07/17/2027,3,Zoë Martin,Loft,EUR,388.00,12.00,400.00\n"),
        "USD", NULL, "skipped: Line 2: “Payout” is not a reservation.",
        "created HM1 -|airbnb|400.00|12.00|EUR|Zoë|Martin|||||\n Loft| 2027-07-14 2027-07-17");
}

#define OWN                                                                                                  \
    "reference,status,channel,totalAmount,firstName,lastName,roomReference,roomType,arrival,departure,amount\n"

static void test_one_room_a_row(void **state)
{
    (void)state;
    GIVES(S(OWN "B1,confirmed,booking,100.00,Zoë,Martin,1,DBL,2027-01-01,2027-01-02,60.00\n"
                "B1,confirmed,booking,100.00,Zoë,Martin,2,TWN,2027-01-01,2027-01-03,40.00\n"
                "B1,confirmed,airbnb,7.00,Ana,,1,DBL,2027-01-01,2027-01-02,\n"
                "B2,cancelled,booking,,Eve,,,,,,\n"),
          "EUR", NULL,
          "created B1 confirmed|booking|100.00||EUR|Zoë|Martin|||||\n DBL|1 2027-01-01 2027-01-02 60.00\n"
          " TWN|2 2027-01-01 2027-01-03 40.00",
          "created B1 confirmed|airbnb|7.00||EUR|Ana||||||\n DBL|1 2027-01-01 2027-01-02",
          "cancelled B2 cancelled|booking||||Eve||||||");
    /* A duplicate is left out; a bad room takes its whole booking with it, and no other. */
    GIVES(
        S(OWN "B1,confirmed,,100.00,Zoë,Martin,1,DBL,2027-01-01,2027-01-02,\n"
              "B1,confirmed,,100.00,Zoë,Martin,1,DBL,2027-01-01,2027-01-02,\n"
              "B2,confirmed,,100.00,Zoë,Martin,1,DBL,2027-01-01,2027-01-02,\n"
              "B2,confirmed,,200.00,Zoë,Martin,2,DBL,2027-01-05,2027-01-02,\n"
              "B3,confirmed,,100.00,Zoë,Martin,1,DBL,2027-01-01,2027-01-02,\n"),
        "EUR", NULL,
        "skipped: Line 3 is the same as line 2 and was left out. If it is a second room, tell the rooms apart in a "
        "column roomReference.",
        "created B1 confirmed||100.00||EUR|Zoë|Martin|||||\n DBL|1 2027-01-01 2027-01-02",
        "/totalAmount: Line 5, column 4 “totalAmount”: “200.00” differs from “100.00” in line 4, which belongs to the "
        "same booking. Rows of one booking, one a room, say the same of it.\n"
        "/departure: Line 5, column 10 “departure”: the departure “2027-01-02” is not after the arrival “2027-01-05”.",
        "created B3 confirmed||100.00||EUR|Zoë|Martin|||||\n DBL|1 2027-01-01 2027-01-02");
}

static void test_damaged_rows_among_rooms(void **state)
{
    (void)state;
    /* Its reference can be told: it damages that booking only. */
    CSV_TESTING f = {0};
    csv_testing_run(&f,
                    S(OWN "B1,confirmed,,1.50,Ana,A,1,DBL,2027-01-01,2027-01-02,\n"
                          "B2,confirmed,,1.50,Ana,A,1,DBL,2027-01-01,2027-01-02,\n"
                          "B2,confirmed,,1.50,\"Ana\"x,A,2,DBL,2027-01-01,2027-01-02,\n"
                          "B3,confirmed,,1.50,Ana,A,1,DBL,2027-01-01,2027-01-02,\n"),
                    "EUR", NULL, 1000);
    assert_int_equal(f.count, 3);
    assert_int_equal(f.items[0].kind, CSV_MESSAGE);
    assert_int_equal(f.items[1].kind, CSV_REFUSED);
    assert_int_equal(f.items[1].raw_count, 2);
    assert_non_null(strstr(f.items[1].errors[0].en, "Line 4, column 5"));
    assert_int_equal(f.items[2].kind, CSV_MESSAGE);
    /* It cannot: its neighbours may miss a room. */
    CSV_TESTING g = {0};
    csv_testing_run(&g,
                    S(OWN "B1,confirmed,,1.50,Ana,A,1,DBL,2027-01-01,2027-01-02,\n"
                          "B2,confirmed,,1.50,Ana,A,1,DBL,2027-01-01,2027-01-02,\n"
                          "\"B2\"x,confirmed,,1.50,Ana,A,2,DBL,2027-01-01,2027-01-02,\n"
                          "B3,confirmed,,1.50,Ana,A,1,DBL,2027-01-01,2027-01-02,\n"
                          "B4,confirmed,,1.50,Ana,A,1,DBL,2027-01-01,2027-01-02,\n"),
                    "EUR", NULL, 1000);
    assert_int_equal(g.count, 5);
    static const enum csv_kind kinds[] = {CSV_MESSAGE, CSV_REFUSED, CSV_REFUSED, CSV_REFUSED, CSV_MESSAGE};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(g.items[i].kind, kinds[i]);
    }
    assert_non_null(strstr(g.items[3].errors[0].fr, "touche la ligne 4"));
}

static void test_many_rooms(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 24);
    struct buf b = buf_in(&a);
    buf_add(&b, S("ref,arrival,departure,room number\n"));
    for (int i = 0; i < LIMIT_ROOMS; i++) {
        buf_fmt(&b, "1,2027-01-01,2027-01-02,%d\n", i);
    }
    CSV_TESTING f = {0};
    csv_testing_run(&f, buf_str(&b), "EUR", NULL, 1000);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.items[0].message.data.rooms.count, LIMIT_ROOMS);
    buf_add(&b, S("1,2027-01-01,2027-01-02,x\n2,2027-01-01,2027-01-02,x\n"));
    CSV_TESTING g = {0};
    csv_testing_run(&g, buf_str(&b), "EUR", NULL, 1000);
    assert_int_equal(g.count, 2);
    assert_int_equal(g.items[0].kind, CSV_REFUSED);
    assert_non_null(strstr(g.items[0].errors[0].en, "at most 400 rooms"));
    assert_int_equal(g.items[1].kind, CSV_MESSAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_airbnb_en),
        cmocka_unit_test(test_airbnb_fr),
        cmocka_unit_test(test_booking),
        cmocka_unit_test(test_lodgify_and_ambiguous),
        cmocka_unit_test(test_rows_of_a_layout_of_its_own),
        cmocka_unit_test(test_rows_that_are_no_reservations),
        cmocka_unit_test(test_one_room_a_row),
        cmocka_unit_test(test_damaged_rows_among_rooms),
        cmocka_unit_test(test_many_rooms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
