#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"

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

/* "confirmed: 1 r1 DBL 0-2; 2 r2 SGL 0-1 cancelled": a room's own status behind it, ! when a no-show keeps its nights. */
static const char *rooms_of(struct apply_fixture *f, const char *channel, const char *reference)
{
    struct reservation_row *r = booking(f, channel, reference);
    struct buf b = buf_in(f->a);
    buf_fmt(&b, "%s:", reservation_statuses[r->status]);
    for (size_t i = 0; i < r->stay_count; i++) {
        const struct stay_row *s = &r->stays[i];
        buf_fmt(&b, "%s %d %s %s %d-%d%s%s%s", i ? ";" : "", (int)s->position + 1,
                s->reference.n ? s->reference.p : "-", s->code.n ? s->code.p : "?", s->arrival - FIXTURE_DAY,
                s->departure - FIXTURE_DAY, s->apart ? " " : "",
                s->apart ? reservation_statuses[s->status] : "", s->keeps_nights ? "!" : "");
    }
    return buf_str(&b).p;
}

/* --- partial cancellation --- */

static void one_room_is_cancelled(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .revision = "1",
         .rooms = {{.type = "DBL", .reference = "1", .nights = 2},
                   {.type = "SGL", .reference = "2", .nights = 3}});
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .revision = "2",
         .rooms = {{.reference = "1", .nights = 2}, {.reference = "2", .nights = 3, .status = "cancelled"}});
    assert_string_equal(rooms_of(f, "demo-a", "A"), "confirmed: 1 1 DBL 0-2; 2 2 SGL 0-3 cancelled");
    assert_string_equal(nights_of(f, "DBL", 0, 3), "1/0 1/0 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 3), "0/0 0/0 0/0");
    struct reservation_row *r = booking(f, "demo-a", "A");
    assert_true(r->departure == FIXTURE_DAY + 2 && !r->unmapped); /* of what is left */
    /* What is said of the whole moves the other room alone. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .revision = "3", .status = "hold");
    assert_string_equal(nights_of(f, "DBL", 0, 3), "0/1 0/1 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 3), "0/0 0/0 0/0");
    /* Cancelled as a whole and back: the room that went alone stays away. */
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a", .revision = "4");
    assert_string_equal(nights_of(f, "DBL", 0, 3), "0/0 0/0 0/0");
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .revision = "5",
         .status = "confirmed");
    assert_string_equal(rooms_of(f, "demo-a", "A"), "confirmed: 1 1 DBL 0-2; 2 2 SGL 0-3 cancelled");
    /* It comes back when it is said. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .revision = "6",
         .rooms = {{.reference = "1", .nights = 2}, {.reference = "2", .nights = 3, .status = "confirmed"}});
    assert_string_equal(rooms_of(f, "demo-a", "A"), "confirmed: 1 1 DBL 0-2; 2 2 SGL 0-3");
    assert_string_equal(nights_of(f, "SGL", 0, 3), "1/0 1/0 1/0");
}

static void all_rooms_are_the_whole(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A",
         .rooms = {{.type = "DBL", .reference = "1", .nights = 2},
                   {.type = "DBL", .reference = "2", .nights = 2}});
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A",
         .rooms = {{.reference = "1", .nights = 2, .status = "cancelled"},
                   {.reference = "2", .nights = 2, .status = "no_show"}});
    assert_string_equal(rooms_of(f, "direct", "A"), "no_show: 1 1 DBL 0-2 cancelled; 2 2 DBL 0-2");
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A",
         .rooms = {{.reference = "1", .nights = 2}, {.reference = "2", .nights = 2, .status = "cancelled"}});
    assert_string_equal(rooms_of(f, "direct", "A"), "cancelled: 1 1 DBL 0-2; 2 2 DBL 0-2");
    assert_int_equal(booking(f, "direct", "A")->departure, FIXTURE_DAY + 2);
    assert_string_equal(nights_of(f, "DBL", 0, 2), "0/0 0/0");
    /* So it comes back as a whole, too. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .status = "confirmed", .person = true);
    assert_string_equal(nights_of(f, "DBL", 0, 2), "2/0 2/0");
    tell(f, .reference = "B", .rooms = {{.type = "SGL", .nights = 1, .status = "hold"}});
    assert_string_equal(rooms_of(f, "direct", "B"), "hold: 1 - SGL 0-1");
}

/* Invariant 3, for a room: it does not come back by a message that does not say so. */
static void a_cancelled_room_does_not_silently_come_back(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a",
         .rooms = {{.type = "DBL", .reference = "1", .nights = 1},
                   {.type = "SGL", .reference = "2", .nights = 1}});
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .channel = "demo-a", .person = true, .actor = "o@x",
         .rooms = {{.reference = "1", .nights = 1}, {.reference = "2", .nights = 1, .status = "cancelled"}});
    assert_string_equal(alerts_of(f), "");
    const char *away = "confirmed: 1 1 DBL 0-1; 2 2 SGL 0-1 cancelled";
    const char *disputed = arena_fmt(f->a, "disputed:%lld", (long long)booking(f, "demo-a", "A")->id).p;
    /* Listed, without a word about it; and said to be there by a message that has no date. */
    for (int i = 0; i < 2; i++) {
        struct apply_result r = tell(
            f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .notes = i ? "undated" : "late",
            .rooms = {{.reference = "1", .nights = 1},
                      {.reference = "2", .nights = 1, .status = i ? "confirmed" : NULL}});
        assert_int_equal(r.outcome, REVISION_APPLIED);
        assert_true(r.warning_count == 1 && str_find(r.warnings[0].en, S("lists its room 2")) != SIZE_MAX);
        assert_string_equal(rooms_of(f, "demo-a", "A"), away);
        assert_string_equal(alerts_of(f), disputed);
    }
    /* A list without it agrees. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a",
         .rooms = {{.reference = "1", .nights = 1}});
    assert_string_equal(rooms_of(f, "demo-a", "A"), "confirmed: 1 1 DBL 0-1");
    assert_string_equal(alerts_of(f), "");
    /* Added again it is another room. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a",
         .rooms = {{.reference = "1", .nights = 1}, {.type = "SGL", .reference = "2", .nights = 1}});
    assert_string_equal(nights_of(f, "SGL", 0, 1), "1/0");
}

/* --- which room is which --- */

static void by_reference(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A",
         .rooms = {{.type = "DBL", .reference = "a", .nights = 1, .adults = 1},
                   {.type = "SGL", .reference = "b", .nights = 1, .adults = 2},
                   {.type = "DBL", .reference = "c", .nights = 1, .adults = 3}});
    /* In another order, one gone, one new: who stays keeps its place. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A",
         .rooms = {{.reference = "c", .nights = 2},
                   {.type = "SGL", .reference = "d", .night = 5, .nights = 1},
                   {.reference = "a", .nights = 1}});
    assert_string_equal(rooms_of(f, "direct", "A"), "confirmed: 1 a DBL 0-1; 3 c DBL 0-2; 4 d SGL 5-6");
    struct reservation_row *r = booking(f, "direct", "A");
    assert_true(r->stays[0].adults == 1 && r->stays[1].adults == 3 && r->stays[2].adults == FIELD_INT_NONE);
    assert_string_equal(nights_of(f, "SGL", 0, 6), "0/0 0/0 0/0 0/0 0/0 1/0");
    assert_string_equal(nights_of(f, "DBL", 0, 2), "2/0 1/0");
}

static void without_references(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A",
         .rooms = {{.type = "DBL", .nights = 1, .adults = 1},
                   {.type = "SGL", .night = 1, .nights = 1, .adults = 2}});
    /* As many as before: by position. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .rooms = {{.nights = 3}, {.night = 2, .nights = 1}});
    assert_string_equal(rooms_of(f, "direct", "A"), "confirmed: 1 - DBL 0-3; 2 - SGL 2-3");
    /* Another number: by room type and dates. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .rooms = {{.type = "SGL", .night = 2, .nights = 1}});
    struct reservation_row *r = booking(f, "direct", "A");
    assert_string_equal(rooms_of(f, "direct", "A"), "confirmed: 2 - SGL 2-3");
    assert_int_equal(r->stays[0].adults, 2);
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A",
         .rooms = {{.type = "DBL", .nights = 1},
                   {.type = "Single Room", .night = 2, .nights = 1},
                   {.type = "SGL", .night = 3, .nights = 1}});
    assert_string_equal(rooms_of(f, "direct", "A"), "confirmed: 2 - SGL 2-3; 3 - DBL 0-1; 4 - SGL 3-4");
    assert_int_equal(booking(f, "direct", "A")->stays[0].adults, 2);
    /* The channel begins to give references. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A",
         .rooms = {{.type = "SGL", .reference = "y", .night = 3, .nights = 1}});
    assert_string_equal(rooms_of(f, "direct", "A"), "confirmed: 4 y SGL 3-4");
}

/* --- no-shows --- */

static void a_no_show_takes_its_first_night(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "SGL", .reference = "1", .nights = 4}});
    struct apply_result r =
        tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .status = "no_show");
    assert_int_equal(r.change_count, 3);
    assert_string_equal(nights_of(f, "SGL", 0, 4), "1/0 0/0 0/0 0/0");
    /* The hotel may keep the room, and may let it go again. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .channel = "demo-a", .person = true,
         .rooms = {{.reference = "1", .nights = 4, .keeps_nights = true}});
    assert_string_equal(rooms_of(f, "demo-a", "A"), "no_show: 1 1 SGL 0-4!");
    assert_string_equal(nights_of(f, "SGL", 0, 4), "1/0 1/0 1/0 1/0");
    /* The guest comes after all. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .channel = "demo-a", .person = true,
         .status = "checked_in");
    assert_string_equal(nights_of(f, "SGL", 0, 4), "1/0 1/0 1/0 1/0");
    /* One room of two. */
    tell(f, .reference = "B",
         .rooms = {{.type = "DBL", .reference = "1", .nights = 2},
                   {.type = "DBL", .reference = "2", .nights = 2, .status = "no_show"}});
    assert_string_equal(nights_of(f, "DBL", 0, 2), "2/0 1/0");
    tell(f, .type = MESSAGE_MODIFIED, .reference = "B", .status = "checked_out");
    assert_string_equal(rooms_of(f, "direct", "B"), "checked_out: 1 1 DBL 0-2; 2 2 DBL 0-2 no_show");
    assert_string_equal(nights_of(f, "DBL", 0, 2), "2/0 1/0");
}

/* A night that was too much is within stock again when the other one does not come. */
static void a_no_show_solves_later_nights(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "SGL", .nights = 2}});
    tell(f, .reference = "B", .by = "demo-b", .rooms = {{.type = "SGL", .night = 1, .nights = 1}});
    assert_true(booking(f, "demo-b", "B")->oversold);
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .status = "no_show");
    assert_false(booking(f, "demo-b", "B")->oversold);
    assert_string_equal(alerts_of(f), "");
}

/* --- what is charged --- */

static struct reservation_message *charged(struct apply_fixture *f, const struct said *s, const char *room,
                                           const char *whole)
{
    struct reservation_message *m = apply_fixture_message(f, f->a, s);
    const char *const texts[] = {room, whole};
    for (size_t i = 0; i < 2; i++) {
        struct charge_set *set = i ? &m->data.charge : &reservation_room(&m->data, 0)->charge;
        apply_fixture_must(f, !texts[i] || charge_read(f->a, str_of(texts[i]), set, &f->e), "charges");
    }
    return m;
}

struct charging {
    struct apply_fixture *f;
    struct reservation_message *m;
    struct apply_result out;
    bool refuse;
};

static bool charge_work(struct db_conn *c, void *arg, struct err *e)
{
    struct charging *x = arg;
    struct apply_source source = {.received_us = x->f->env.now_us, .summarise = true};
    struct apply *ap = apply_begin(c, x->f->a, x->f->at, x->f->env.now_us, e);
    return ap &&
           apply_message(ap, x->f->a, x->m, &source, x->refuse ? APPLY_REFUSE : APPLY_KEEP, &x->out, e) &&
           apply_end(ap, e);
}

static struct apply_result charge(struct apply_fixture *f, struct said s, const char *room, const char *whole)
{
    struct charging x = {.f = f, .m = charged(f, &s, room, whole)};
    apply_fixture_must(f, db_write(f->env.store.hotel, charge_work, &x, &f->e), "charge");
    return x.out;
}

static void charges_are_kept(void **state)
{
    struct apply_fixture *f = *state;
    struct said s = {
        .reference = "A", .total = "115", .rooms = {{.type = "DBL", .nights = 1, .amount = "100"}}};
    struct apply_result out =
        charge(f, s, "{\"nights\":[{\"date\":\"2026-07-14\",\"amount\":\"100\"}]}",
               "{\"extras\":[{\"name\":\"Dinner\",\"amount\":\"15.004\"}],\"collect\":\"hotel\"}");
    assert_true(out.warning_count == 1 && str_starts(out.warnings[0].en, S("an amount beside the total")));
    struct reservation_row *r = booking(f, "direct", "A");
    assert_string_equal(r->charges.p,
                        "{\"extras\":[{\"name\":\"Dinner\",\"amount\":\"15.00\"}],\"collect\":\"hotel\"}");
    assert_string_equal(r->stays[0].charges.p,
                        "{\"nights\":[{\"date\":\"2026-07-14\",\"amount\":\"100.00\"}]}");
    /* What is left out stays; a list that is empty is none; prices of other nights are gone with their nights. */
    s.type = MESSAGE_MODIFIED;
    s.rooms[0].nights = 2;
    out = charge(f, s, NULL,
                 "{\"extras\":[],\"taxes\":[{\"name\":\"VAT\",\"amount\":\"1\",\"included\":true}]}");
    r = booking(f, "direct", "A");
    assert_string_equal(r->charges.p,
                        "{\"extras\":[],\"taxes\":[{\"name\":\"VAT\",\"amount\":\"1.00\",\"included\":true}],"
                        "\"collect\":\"hotel\"}");
    assert_false(r->stays[0].charges.n);
    /* It is stored as it was said, and said. */
    assert_int_equal(r->total_minor, 11500);
    assert_string_equal(out.warnings[0].en.p,
                        "The rooms, extras and taxes add up to €100.00, but the total says €115.00.");
    /* Amounts in another currency say nothing about the new one. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .currency = "USD");
    assert_false(booking(f, "direct", "A")->charges.n);
}

/* The hotel's own amounts are not rounded. */
static void finer_amounts_are_refused_at_the_desk(void **state)
{
    struct apply_fixture *f = *state;
    struct said s = {.reference = "A", .rooms = {{.type = "DBL", .nights = 1}}};
    struct charging x = {.f = f,
                         .m = charged(f, &s, NULL, "{\"extras\":[{\"name\":\"x\",\"amount\":\"1.005\"}]}"),
                         .refuse = true};
    assert_false(db_write(f->env.store.hotel, charge_work, &x, &f->e));
    assert_string_equal(f->e.pointer, "/data/extras/0/amount");
    /* And no card is in what they are called. */
    x.m = charged(f, &s, NULL, "{\"extras\":[{\"name\":\"card 4111 1111 1111 1111\"}]}");
    assert_true(db_write(f->env.store.hotel, charge_work, &x, &f->e));
    assert_null(strstr(booking(f, "direct", "A")->charges.p, "1111 1111"));
}

/* --- every order --- */

static void permute(int k, int out[4])
{
    int left[4] = {0, 1, 2, 3};
    for (int n = 4; n > 0; n--) {
        int at = k % n;
        k /= n;
        out[4 - n] = left[at];
        for (int i = at; i + 1 < n; i++) {
            left[i] = left[i + 1];
        }
    }
}

static void every_order(struct apply_fixture *f, const char *prefix, const struct said messages[4],
                        bool by_clock, const char *rooms, const char *dbl, const char *sgl)
{
    for (int k = 0; k < 24; k++) {
        int order[4];
        const char *reference = arena_fmt(f->a, "%s%d", prefix, k).p;
        permute(k, order);
        for (int i = 0; i < 4; i++) {
            struct said s = messages[order[i]];
            s.reference = reference;
            s.by = "demo-a";
            s.at_s = by_clock ? order[i] + 1 : 0;
            s.revision = by_clock ? NULL : s.revision;
            tell_said(f, s);
        }
        assert_string_equal(rooms_of(f, "demo-a", reference), rooms);
        assert_string_equal(nights_of(f, "DBL", 0, 4), dbl);
        assert_string_equal(nights_of(f, "SGL", 0, 4), sgl);
        assert_string_equal(alerts_of(f), "");
        tell(f, .type = MESSAGE_CANCELLED, .reference = reference, .by = "demo-a", .revision = "99",
             .at_s = 99);
    }
}

/* Invariant 3: whatever the order of arrival, four messages with partial cancellations end the same. */
static void partial_cancellations_in_every_order(void **state)
{
    struct apply_fixture *f = *state;
    const struct said named[4] = {
        {.type = MESSAGE_CREATED,
         .revision = "1",
         .status = "confirmed",
         .rooms = {{.type = "DBL", .reference = "r1", .nights = 2, .status = "confirmed"},
                   {.type = "SGL", .reference = "r2", .nights = 2, .status = "confirmed"}}},
        {.type = MESSAGE_MODIFIED,
         .revision = "2",
         .status = "confirmed",
         .rooms = {{.type = "DBL", .reference = "r1", .nights = 2, .status = "confirmed"},
                   {.type = "SGL", .reference = "r2", .nights = 2, .status = "cancelled"}}},
        {.type = MESSAGE_MODIFIED,
         .revision = "3",
         .status = "confirmed",
         .rooms = {{.type = "DBL", .reference = "r1", .nights = 3, .status = "cancelled"},
                   {.type = "SGL", .reference = "r2", .nights = 2, .status = "confirmed"}}},
        {.type = MESSAGE_MODIFIED,
         .revision = "4",
         .status = "confirmed",
         .rooms = {{.type = "DBL", .reference = "r1", .night = 1, .nights = 3, .status = "confirmed"},
                   {.type = "SGL", .reference = "r2", .nights = 3, .status = "cancelled"}}},
    };
    const char *end = "confirmed: 1 r1 DBL 1-4; 2 r2 SGL 0-3 cancelled";
    every_order(f, "P", named, false, end, "0/0 1/0 1/0 1/0", "0/0 0/0 0/0 0/0");
    every_order(f, "Q", named, true, end, "0/0 1/0 1/0 1/0", "0/0 0/0 0/0 0/0");
    /* By leaving out of the list, and all in the end. */
    const struct said listed[4] = {
        {.type = MESSAGE_CREATED,
         .revision = "1",
         .rooms = {{.type = "DBL", .nights = 2}, {.type = "SGL", .nights = 2}}},
        {.type = MESSAGE_MODIFIED,
         .revision = "2",
         .status = "confirmed",
         .rooms = {{.type = "DBL", .nights = 2, .status = "cancelled"}, {.type = "SGL", .nights = 2}}},
        {.type = MESSAGE_MODIFIED,
         .revision = "3",
         .status = "hold",
         .rooms = {{.type = "SGL", .nights = 3}}},
        {.type = MESSAGE_CANCELLED, .revision = "4"},
    };
    const char *none = "0/0 0/0 0/0 0/0";
    for (int k = 0; k < 24; k++) {
        int order[4];
        const char *reference = arena_fmt(f->a, "L%d", k).p;
        permute(k, order);
        for (int i = 0; i < 4; i++) {
            struct said s = listed[order[i]];
            s.reference = reference;
            tell_said(f, s);
        }
        assert_int_equal(booking(f, "direct", reference)->status, RESERVATION_CANCELLED);
        assert_string_equal(nights_of(f, "DBL", 0, 4), none);
        assert_string_equal(nights_of(f, "SGL", 0, 4), none);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_hotel, close_hotel)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(one_room_is_cancelled),
        CASE(all_rooms_are_the_whole),
        CASE(a_cancelled_room_does_not_silently_come_back),
        CASE(by_reference),
        CASE(without_references),
        CASE(a_no_show_takes_its_first_night),
        CASE(a_no_show_solves_later_nights),
        CASE(charges_are_kept),
        CASE(finer_amounts_are_refused_at_the_desk),
        CASE(partial_cancellations_in_every_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
