#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"

#include <pthread.h>

static int open_hotel(void **state)
{
    static struct apply_fixture f;
    apply_fixture_open(&f);
    *state = &f;
    return 0;
}

static int close_hotel(void **state)
{
    apply_fixture_close(*state);
    return 0;
}

/* --- invariant 1: sold + held within stock --- */

static void refused_when_full(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .rooms = {{.type = "SGL", .night = 1, .nights = 1}}, .refuse = true);
    size_t events_before, events_after;
    events_of(f, &events_before);
    assert_false(try_tell(f,
                          (struct said){.reference = "B",
                                        .rooms = {{.type = "DBL", .night = 0, .nights = 3},
                                                  {.type = "SGL", .night = 0, .nights = 3}},
                                        .refuse = true},
                          NULL));
    assert_int_equal(f->e.code, ERR_CONFLICT);
    assert_string_equal(f->e.pointer, "/data/rooms/1/roomType");
    assert_string_equal(f->e.en, "no SGL is left for the night of 2026-07-15: nothing was booked");
    assert_string_equal(f->e.fr, "il ne reste plus de SGL pour la nuit du 2026-07-15 : rien n'a été réservé");
    /* Nothing of it is stored. */
    assert_null(booking(f, "direct", "B"));
    assert_string_equal(nights_of(f, "DBL", 0, 3), "0/0 0/0 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 3), "0/0 1/0 0/0");
    assert_string_equal(alerts_of(f), "");
    events_of(f, &events_after);
    assert_int_equal(events_before, events_after);
    /* The nights beside it are free. */
    tell(f, .reference = "C", .rooms = {{.type = "SGL", .night = 2, .nights = 1}}, .refuse = true);
}

static void a_hold_fills_too(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .status = "hold", .rooms = {{.type = "SGL", .nights = 1}}, .refuse = true);
    assert_string_equal(nights_of(f, "SGL", 0, 1), "0/1");
    assert_false(try_tell(
        f, (struct said){.reference = "B", .rooms = {{.type = "SGL", .nights = 1}}, .refuse = true}, NULL));
    assert_int_equal(f->e.code, ERR_CONFLICT);
    /* An inquiry takes nothing, so there is always room for one. */
    tell(f, .reference = "C", .status = "inquiry", .rooms = {{.type = "SGL", .nights = 1}}, .refuse = true);
    /* What is held becomes sold without needing a second room. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .status = "confirmed", .refuse = true);
    assert_string_equal(nights_of(f, "SGL", 0, 1), "1/0");
}

static void kept_beyond_stock(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "SGL", .nights = 2}});
    struct apply_result r =
        tell(f, .reference = "B", .by = "demo-b", .rooms = {{.type = "SGL", .night = 1, .nights = 2}});
    assert_int_equal(r.outcome, REVISION_APPLIED);
    assert_true(r.oversold);
    assert_int_equal(r.warning_count, 1);
    assert_true(str_starts(r.warnings[0].en, S("demo-b sold SGL for the night of 15 July 2026 beyond")));
    assert_string_equal(nights_of(f, "SGL", 0, 3), "1/0 2/0 1/0");
    struct reservation_row *b = booking(f, "demo-b", "B");
    assert_true(b->oversold);
    assert_true(b->stays[0].oversold);
    assert_false(booking(f, "demo-a", "A")->oversold);
    int64_t sgl = room_named(f, "SGL")->id;
    assert_string_equal(alerts_of(f), arena_fmt(f->a, "oversold:%lld:2026-07-15", (long long)sgl).p);
    size_t n;
    struct event_row *events = events_of(f, &n);
    size_t raised = 0;
    for (size_t i = 0; i < n; i++) {
        raised += str_eq(events[i].type, S("alert.raised")) && events[i].entity_id == b->id;
    }
    assert_int_equal(raised, 1);
    /* A third one is the same trouble, counted. */
    tell(f, .reference = "C", .by = "demo-b", .rooms = {{.type = "SGL", .night = 1, .nights = 1}});
    assert_string_equal(nights_of(f, "SGL", 0, 3), "1/0 3/0 1/0");
    events_of(f, &n);
    /* One cancellation is not enough, two are. */
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a");
    assert_true(alerts_of(f)[0] != 0);
    tell(f, .type = MESSAGE_CANCELLED, .reference = "C", .by = "demo-b");
    assert_string_equal(alerts_of(f), "");
}

static void changing_on_an_oversold_night(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .rooms = {{.type = "SGL", .nights = 1}}, .refuse = true);
    tell(f, .reference = "B", .by = "demo-a", .rooms = {{.type = "SGL", .nights = 1}});
    /* The hotel writes down a name: that is no new sale, and says nothing about who was too much. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .guest = "Martin",
         .rooms = {{.type = "SGL", .nights = 1}}, .refuse = true);
    assert_false(booking(f, "direct", "A")->oversold);
    tell(f, .type = MESSAGE_MODIFIED, .reference = "B", .by = "demo-a", .guest = "Durand");
    assert_true(booking(f, "demo-a", "B")->oversold);
    /* A second room would be one. */
    assert_false(try_tell(f,
                          (struct said){.type = MESSAGE_MODIFIED,
                                        .reference = "A",
                                        .rooms = {{.type = "SGL", .nights = 1}, {.type = "SGL", .nights = 1}},
                                        .refuse = true},
                          NULL));
    assert_int_equal(f->e.code, ERR_CONFLICT);
    /* And a night more, on a free one, is none. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .rooms = {{.type = "SGL", .nights = 2}},
         .refuse = true);
    assert_string_equal(nights_of(f, "SGL", 0, 2), "2/0 1/0");
    /* B moves to a night that has room: it is no longer too much. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "B", .by = "demo-a",
         .rooms = {{.type = "SGL", .night = 5, .nights = 1}});
    assert_false(booking(f, "demo-a", "B")->oversold);
    assert_string_equal(alerts_of(f), "");
}

static void oversold_and_freed_in_one_batch(void **state)
{
    struct apply_fixture *f = *state;
    const struct said all[] = {
        {.reference = "A", .by = "demo-a", .rooms = {{.type = "SGL", .nights = 3}}},
        {.reference = "B", .by = "demo-a", .rooms = {{.type = "SGL", .nights = 3}}},
        {.type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a"},
    };
    tell_all(f, all, ARRAY_LEN(all));
    assert_string_equal(nights_of(f, "SGL", 0, 3), "1/0 1/0 1/0");
    assert_string_equal(alerts_of(f), "");
}

static void every_oversold_night_stands_alone(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "SGL", .night = 0, .nights = 1}});
    tell(f, .reference = "B", .by = "demo-a", .rooms = {{.type = "SGL", .night = 1, .nights = 1}});
    tell(f, .reference = "C", .by = "demo-b", .rooms = {{.type = "SGL", .night = 0, .nights = 2}});
    long long sgl = room_named(f, "SGL")->id;
    assert_string_equal(alerts_of(f),
                        arena_fmt(f->a, "oversold:%lld:2026-07-14 oversold:%lld:2026-07-15", sgl, sgl).p);
    /* One night is solved, the other is not hidden by it. */
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a");
    assert_string_equal(alerts_of(f), arena_fmt(f->a, "oversold:%lld:2026-07-15", sgl).p);
    assert_true(booking(f, "demo-b", "C")->oversold);
    /* With the last one, nobody is too much any more; that is news for who looks at C. */
    tell(f, .type = MESSAGE_CANCELLED, .reference = "B", .by = "demo-a");
    assert_string_equal(alerts_of(f), "");
    struct reservation_row *c = booking(f, "demo-b", "C");
    assert_false(c->oversold || c->stays[0].oversold);
    size_t n;
    struct event_row *events = events_of(f, &n);
    assert_string_equal(events[n - 1].type.p, "reservation.modified");
    assert_int_equal(events[n - 1].entity_id, c->id);
}

struct racer {
    struct apply_fixture *f;
    struct arena a;
    struct said said;
    char reference[16];
    struct err e;
    bool ok;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct fixture_tell t = {r->f, r->f->at, &r->said, 1, &r->a, NULL};
    r->ok = db_write(r->f->env.store.hotel, apply_fixture_tell_work, &t, &r->e);
    return NULL;
}

static void two_hundred_want_the_last_room(void **state)
{
    enum { RACERS = 200 };
    struct apply_fixture *f = *state;
    static struct racer racers[RACERS];
    static pthread_t threads[RACERS];
    for (int i = 0; i < RACERS; i++) {
        struct racer *r = &racers[i];
        *r = (struct racer){.f = f};
        arena_init(&r->a, LIMIT_ARENA);
        snprintf(r->reference, sizeof(r->reference), "R%d", i);
        r->said = (struct said){.reference = r->reference,
                                .rooms = {{.type = "SGL", .night = i % 3, .nights = 3}},
                                .refuse = true};
        assert_int_equal(pthread_create(&threads[i], NULL, race, r), 0);
    }
    int won = 0;
    for (int i = 0; i < RACERS; i++) {
        pthread_join(threads[i], NULL);
        won += racers[i].ok;
        assert_true(racers[i].ok || racers[i].e.code == ERR_CONFLICT);
        assert_true((booking(f, "direct", racers[i].reference) != NULL) == racers[i].ok);
        arena_free(&racers[i].a);
    }
    assert_int_equal(won, 1); /* all stays share the night of the 16th */
    assert_int_equal(stock_of(f, "SGL", 2).sold, 1);
}

/* --- invariant 10: two hotels --- */

static void two_hotels_do_not_touch(void **state)
{
    struct apply_fixture *f = *state;
    struct apply_result one =
        tell(f, .reference = "X", .channel = "web", .by = "demo-a", .guest = "Here",
             .rooms = {{.type = "SGL", .nights = 2}, {.type = "Suite", .night = 3, .nights = 1}});
    f->at = &f->other;
    assert_null(booking(f, "web", "X"));
    assert_string_equal(alerts_of(f), "");
    assert_string_equal(nights_of(f, "SGL", 0, 4), "0/0 0/0 0/0 0/0");
    size_t n;
    events_of(f, &n);
    assert_int_equal(n, 0);
    struct apply_result two = tell(f, .reference = "X", .channel = "web", .by = "other-a", .guest = "There",
                                   .rooms = {{.type = "SGL", .nights = 1}}, .refuse = true);
    assert_true(two.created);
    assert_string_equal(outbox_of(f, "demo-b"), "");
    assert_string_equal(outbox_of(f, "other-b"), "SGL+0");
    tell(f, .type = MESSAGE_CANCELLED, .reference = "X", .channel = "web", .by = "other-a");
    f->at = &f->demo;
    assert_int_equal(booking(f, "web", "X")->status, RESERVATION_CONFIRMED);
    assert_string_equal(booking(f, "web", "X")->guest.last_name.p, "Here");
    assert_string_equal(nights_of(f, "SGL", 0, 4), "1/0 1/0 0/0 0/1");
    assert_string_equal(outbox_of(f, "other-b"), "");
    /* Ids are counted by hotel, and the history of the one is not the other's. */
    assert_int_equal(one.reservation_id, two.reservation_id);
    history_of(f, one.reservation_id, &n);
    assert_int_equal(n, 1);
    f->at = &f->other;
    history_of(f, two.reservation_id, &n);
    assert_int_equal(n, 2);
}

/* --- bad input, partial failure --- */

static void an_invalid_message_changes_nothing(void **state)
{
    struct apply_fixture *f = *state;
    const struct said all[] = {
        {.reference = "A", .rooms = {{.type = "DBL", .nights = 1}}},
        {.reference = "B",
         .rooms = {{.type = "DBL", .nights = 2}, {.type = "SGL", .night = 3, .nights = -1}}},
        {.type = MESSAGE_MODIFIED, .reference = "A", .rooms = {{.type = "DBL", .nights = LIMIT_NIGHTS + 1}}},
        {.type = MESSAGE_MODIFIED, .reference = "A", .total = "1.005"},
        {.reference = "C"},
        {.reference = " ", .rooms = {{.type = "DBL", .nights = 2}}},
        {.reference = "D", .rooms = {{.type = "SGL", .nights = 1}}},
    };
    tell_all(f, all, ARRAY_LEN(all));
    assert_non_null(booking(f, "direct", "A"));
    assert_null(booking(f, "direct", "B"));
    assert_null(booking(f, "direct", "C"));
    assert_non_null(booking(f, "direct", "D"));
    assert_int_equal(booking(f, "direct", "A")->revisions, 1);
    assert_string_equal(nights_of(f, "DBL", 0, 3), "1/0 0/0 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 4), "1/0 0/0 0/0 0/0");
    assert_false(try_tell(f, all[1], NULL));
    assert_int_equal(f->e.code, ERR_INVALID);
    assert_string_equal(f->e.pointer, "/data/rooms/1/departure");
    assert_string_equal(f->e.en, "the departure (2026-07-16) must be after the arrival (2026-07-17)");
    size_t n;
    events_of(f, &n);
    assert_int_equal(n, 2);
}

static void the_hotel_must_name_its_own_rooms(void **state)
{
    struct apply_fixture *f = *state;
    struct said said = {.reference = "A", .rooms = {{.type = "Suite", .nights = 1}}, .refuse = true};
    assert_false(try_tell(f, said, NULL));
    assert_int_equal(f->e.code, ERR_INVALID);
    assert_string_equal(f->e.pointer, "/data/rooms/0/roomType");
    assert_string_equal(f->e.en, "the hotel has no room type “Suite”");
    assert_string_equal(f->e.fr, "l'hôtel n'a pas de type de chambre « Suite »");
    said.rooms[0].type = NULL;
    assert_false(try_tell(f, said, NULL));
    assert_string_equal(f->e.en, "say which room type it is");
    said.rooms[0].type = " dOUBLE  room "; /* by its name */
    assert_true(try_tell(f, said, NULL));
    assert_string_equal(nights_of(f, "DBL", 0, 1), "1/0");
    assert_string_equal(alerts_of(f), "");
}

static void an_unknown_hotel(void **state)
{
    struct apply_fixture *f = *state;
    struct establishment nobody = f->demo;
    nobody.id = 99;
    f->at = &nobody;
    assert_false(try_tell(f, (struct said){.reference = "A", .rooms = {{.type = "DBL", .nights = 1}}}, NULL));
    assert_int_equal(f->e.code, ERR_NOT_FOUND);
    nobody = f->demo;
    nobody.currency = S("XXX");
    assert_false(try_tell(f, (struct said){.reference = "A", .rooms = {{.type = "DBL", .nights = 1}}}, NULL));
    assert_int_equal(f->e.code, ERR_INTERNAL);
    f->at = &f->demo;
}

/* --- what a modification leaves out --- */

static void left_out_members_stay(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .guest = "Martin", .email = "zoe@example.org", .notes = "late",
         .total = "412.50", .revision = "1",
         .rooms = {
             {.type = "DBL", .reference = "r1", .rate = "BAR", .nights = 3, .adults = 2, .amount = "300"},
             {.type = "SGL", .reference = "r2", .nights = 1, .adults = 1, .amount = "112.5"}});
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .guest = "Durand", .revision = "2");
    struct reservation_row *r = booking(f, "demo-a", "A");
    assert_string_equal(r->guest.last_name.p, "Durand");
    assert_string_equal(r->guest.email.p, "zoe@example.org");
    assert_string_equal(r->notes.p, "late");
    assert_int_equal(r->total_minor, 41250);
    assert_int_equal(r->stay_count, 2);
    assert_int_equal(r->stays[1].amount_minor, 11250);
    /* Rooms are a whole list; a room that is known again by its reference keeps what is left out. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .revision = "3",
         .rooms = {{.reference = "r2", .night = 4, .nights = 1},
                   {.reference = "r1", .nights = 2, .adults = 1}});
    r = booking(f, "demo-a", "A");
    assert_int_equal(r->stay_count, 2);
    assert_string_equal(r->stays[0].rate_plan.p, "BAR");
    assert_int_equal(r->stays[0].adults, 1);
    assert_string_equal(r->stays[1].room_type.p, "SGL");
    assert_int_equal(r->stays[1].amount_minor, 11250);
    assert_int_equal(r->stays[1].adults, 1);
    assert_int_equal(r->arrival, FIXTURE_DAY);
    assert_int_equal(r->departure, FIXTURE_DAY + 5);
    assert_string_equal(nights_of(f, "DBL", 0, 5), "1/0 1/0 0/0 0/0 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 5), "0/0 0/0 0/0 0/0 1/0");
    /* A cancellation says nothing about the rooms: they are remembered, and free. */
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a", .revision = "4");
    r = booking(f, "demo-a", "A");
    assert_int_equal(r->stay_count, 2);
    assert_int_equal(r->status, RESERVATION_CANCELLED);
    assert_string_equal(nights_of(f, "DBL", 0, 5), "0/0 0/0 0/0 0/0 0/0");
}

static void amounts_follow_the_currency(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .currency = "jpy", .total = "41250",
         .rooms = {{.type = "DBL", .nights = 1, .amount = "41250"}});
    struct reservation_row *r = booking(f, "direct", "A");
    assert_string_equal(r->currency.p, "JPY");
    assert_int_equal(r->total_minor, 41250);
    /* Without a currency, an amount is in the reservation's, not in the hotel's. */
    assert_false(
        try_tell(f, (struct said){.type = MESSAGE_MODIFIED, .reference = "A", .total = "10.50"}, NULL));
    assert_string_equal(f->e.pointer, "/data/totalAmount");
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .total = "500");
    assert_int_equal(booking(f, "direct", "A")->total_minor, 500);
    /* In another currency the old amounts mean nothing. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .currency = "KWD", .total = "1.234");
    r = booking(f, "direct", "A");
    assert_int_equal(r->total_minor, 1234);
    assert_true(r->stays[0].amount_minor == FIELD_INT_NONE);
}

/* --- who said what --- */

static void history_is_complete(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .channel = "Booking ", .by = "demo-a", .revision = "2", .inbox_seq = 41,
         .rooms = {{.type = "DBL", .nights = 1}});
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .channel = "booking", .by = "demo-a", .revision = "1",
         .guest = "Old", .inbox_seq = 42);
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .channel = "BOOKING", .import_id = 7, .line = 12,
         .actor = "zoe@example.org");
    struct apply_result r = tell(f, .reference = "A", .channel = "booking", .by = "demo-b", .inbox_seq = 43,
                                 .guest = "Again", .rooms = {{.type = "DBL", .nights = 1}});
    assert_int_equal(r.outcome, REVISION_CONFLICT);
    size_t n;
    struct revision_row *h = history_of(f, r.reservation_id, &n);
    static const struct {
        int outcome, type;
        const char *by, *actor;
        int64_t seq, import, line;
    } expected[] = {
        {REVISION_APPLIED, MESSAGE_CREATED, "demo-a", NULL, 41, 0, 0},
        {REVISION_STALE, MESSAGE_MODIFIED, "demo-a", NULL, 42, 0, 0},
        {REVISION_APPLIED, MESSAGE_CANCELLED, NULL, "zoe@example.org", 0, 7, 12},
        {REVISION_CONFLICT, MESSAGE_CREATED, "demo-b", NULL, 43, 0, 0},
    };
    assert_int_equal(n, ARRAY_LEN(expected));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(h[i].number, i + 1);
        assert_int_equal(h[i].outcome, expected[i].outcome);
        assert_int_equal(h[i].type, expected[i].type);
        assert_true(str_eq(h[i].integration_id, str_of(expected[i].by)));
        assert_true(str_eq(h[i].actor, str_of(expected[i].actor)));
        assert_int_equal(h[i].inbox_seq, expected[i].seq);
        assert_int_equal(h[i].import_id, expected[i].import);
        assert_int_equal(h[i].line, expected[i].line);
        assert_int_equal(h[i].received_us, f->env.now_us);
    }
    assert_non_null(strstr(h[1].message.p, "\"lastName\":\"Old\""));
    struct reservation_row *row = booking(f, "booking", "A");
    assert_int_equal(row->revisions, 4);
    assert_string_equal(row->integration_id.p, "demo-a"); /* by which it first came */
    assert_int_equal(row->status, RESERVATION_CANCELLED);
    /* Events have numbers without gaps, and only what changed is one. */
    struct event_row *events = events_of(f, &n);
    assert_int_equal(n, 2);
    assert_string_equal(events[0].type.p, "reservation.created");
    assert_string_equal(events[1].type.p, "reservation.cancelled");
    assert_int_equal(events[0].seq + 1, events[1].seq);
    assert_string_equal(events[1].data.p, "{\"reference\":\"A\",\"channel\":\"booking\",\"status\":"
                                          "\"cancelled\",\"oversold\":false,\"unmapped\":false}");
}

static void summaries(void **state)
{
    struct apply_fixture *f = *state;
    struct apply_result r = tell(f, .reference = "A", .rooms = {{.type = "DBL", .nights = 3}});
    assert_string_equal(r.summary.en.p, "A created: DBL 14–17 July 2026");
    assert_string_equal(r.summary.fr.p, "A créée : DBL du 14 au 17 juillet 2026");
    r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .guest = "Z");
    assert_string_equal(r.summary.en.p, "A changed: DBL 14–17 July 2026");
    r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .guest = "Z");
    assert_string_equal(r.summary.fr.p, "A : déjà dit, rien n'a changé");
    r = tell(f, .type = MESSAGE_CANCELLED, .reference = "A");
    assert_string_equal(r.summary.fr.p, "A annulée : DBL du 14 au 17 juillet 2026");
    r = tell(f, .type = MESSAGE_CANCELLED, .reference = "never seen");
    assert_string_equal(r.summary.en.p, "never seen cancelled");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_hotel, close_hotel)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(refused_when_full),
        CASE(a_hold_fills_too),
        CASE(kept_beyond_stock),
        CASE(changing_on_an_oversold_night),
        CASE(oversold_and_freed_in_one_batch),
        CASE(every_oversold_night_stands_alone),
        CASE(two_hundred_want_the_last_room),
        CASE(two_hotels_do_not_touch),
        CASE(an_invalid_message_changes_nothing),
        CASE(the_hotel_must_name_its_own_rooms),
        CASE(an_unknown_hotel),
        CASE(left_out_members_stay),
        CASE(amounts_follow_the_currency),
        CASE(history_is_complete),
        CASE(summaries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
