#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"
#include "hub/apply_stock.h"

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

/* "DBL+0:2>1 …": what a message changed. */
static const char *changes_of(struct apply_fixture *f, const struct apply_result *r)
{
    struct buf b = buf_in(f->a);
    for (size_t i = 0; i < r->change_count; i++) {
        const struct stock_change *c = &r->changes[i];
        buf_fmt(&b, "%s%.*s%+d:%lld>%lld", i ? " " : "", STR_ARG(c->room->code), c->night - FIXTURE_DAY,
                (long long)c->before, (long long)c->after);
    }
    return buf_str(&b).p;
}

static void moving_shows_only_the_difference(void **state)
{
    struct apply_fixture *f = *state;
    struct apply_result r = tell(f, .reference = "A", .rooms = {{.type = "DBL", .nights = 3}});
    assert_string_equal(changes_of(f, &r), "DBL+0:2>1 DBL+1:2>1 DBL+2:2>1");
    r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A",
             .rooms = {{.type = "DBL", .night = 1, .nights = 3}});
    assert_string_equal(changes_of(f, &r), "DBL+0:1>2 DBL+3:2>1");
    assert_string_equal(nights_of(f, "DBL", 0, 4), "0/0 1/0 1/0 1/0");
    r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A",
             .rooms = {{.type = "SGL", .night = 1, .nights = 1}});
    assert_string_equal(changes_of(f, &r), "DBL+1:1>2 DBL+2:1>2 DBL+3:1>2 SGL+1:1>0");
    r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .guest = "Martin");
    assert_string_equal(changes_of(f, &r), "");
}

static void one_room_less_frees_its_nights(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A",
         .rooms = {{.type = "DBL", .reference = "1", .nights = 2},
                   {.type = "DBL", .reference = "2", .nights = 3},
                   {.type = "SGL", .reference = "3", .nights = 1}});
    assert_string_equal(nights_of(f, "DBL", 0, 3), "2/0 2/0 1/0");
    struct apply_result r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A",
                                 .rooms = {{.reference = "1", .nights = 2}, {.reference = "3", .nights = 1}});
    assert_string_equal(changes_of(f, &r), "DBL+0:0>1 DBL+1:0>1 DBL+2:1>2");
    assert_string_equal(nights_of(f, "DBL", 0, 3), "1/0 1/0 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 1), "1/0");
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A");
    assert_string_equal(nights_of(f, "DBL", 0, 3), "0/0 0/0 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 1), "0/0");
}

static void each_status_takes_its_part(void **state)
{
    struct apply_fixture *f = *state;
    static const struct {
        const char *status, *taken;
    } cases[] = {
        {"inquiry", "0/0"},     {"hold", "0/1"},      {"confirmed", "1/0"}, {"checked_in", "1/0"},
        {"checked_out", "1/0"}, {"cancelled", "0/0"}, {"no_show", "1/0"},
    };
    tell(f, .reference = "A", .at_s = 1, .rooms = {{.type = "DBL", .nights = 1}});
    /* From each to each. */
    int64_t at_s = 1;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
            tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .status = cases[i].status, .at_s = ++at_s);
            assert_string_equal(nights_of(f, "DBL", 0, 1), cases[i].taken);
            tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .status = cases[k].status, .at_s = ++at_s);
            assert_string_equal(nights_of(f, "DBL", 0, 1), cases[k].taken);
        }
    }
}

static void long_stays_and_many_nights(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .rooms = {{.type = "DBL", .nights = LIMIT_NIGHTS}});
    tell(f, .reference = "B", .rooms = {{.type = "DBL", .night = LIMIT_NIGHTS - 1, .nights = LIMIT_NIGHTS}});
    assert_int_equal(stock_of(f, "DBL", 0).sold, 1);
    assert_int_equal(stock_of(f, "DBL", LIMIT_NIGHTS - 1).sold, 2);
    assert_int_equal(stock_of(f, "DBL", 2 * LIMIT_NIGHTS - 2).sold, 1);
    assert_int_equal(stock_of(f, "DBL", 2 * LIMIT_NIGHTS - 1).sold, 0);
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A");
    tell(f, .type = MESSAGE_CANCELLED, .reference = "B");
    assert_int_equal(stock_of(f, "DBL", LIMIT_NIGHTS - 1).sold, 0);
}

/* --- the outbox: invariants 5 and 7 --- */

static bool done_work(struct db_conn *c, void *arg, struct err *e)
{
    const struct apply_fixture *f = arg;
    struct outbox_row *list;
    size_t count;
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    if (!outbox_list(c, &a, f->at->id, (struct str){0}, 1000, &list, &count, e)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!outbox_done(c, f->at->id, &list[i], e)) {
            return false;
        }
    }
    return true;
}

/* Everything was told. */
static void told(struct apply_fixture *f)
{
    assert_true(db_write(f->env.store.hotel, done_work, f, &f->e));
    assert_string_equal(outbox_of(f, NULL), "");
}

static void not_echoed_to_where_it_came_from(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "DBL", .nights = 2}});
    assert_string_equal(outbox_of(f, "demo-a"), "");
    assert_string_equal(outbox_of(f, "demo-b"), "DBL+0 DBL+1");
    assert_string_equal(outbox_of(f, "demo-c"), ""); /* is never told */
    told(f);
    /* From one that is not told, and from the hotel itself: everybody hears of it. */
    tell(f, .reference = "B", .by = "demo-c", .rooms = {{.type = "SGL", .nights = 1}});
    assert_string_equal(outbox_of(f, "demo-a"), "SGL+0");
    assert_string_equal(outbox_of(f, "demo-b"), "SGL+0");
    told(f);
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .channel = "demo-a",
         .rooms = {{.type = "DBL", .night = 1, .nights = 2}});
    assert_string_equal(outbox_of(f, "demo-a"), "DBL+0 DBL+2");
    assert_string_equal(outbox_of(f, "demo-b"), "DBL+0 DBL+2");
    told(f);
    /* What changes nothing for others is not told. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .channel = "demo-a", .guest = "Martin");
    tell(f, .reference = "C", .by = "demo-a", .status = "inquiry", .rooms = {{.type = "DBL", .nights = 9}});
    assert_string_equal(outbox_of(f, NULL), "");
}

static void both_are_told_when_both_changed_it(void **state)
{
    struct apply_fixture *f = *state;
    const struct said all[] = {
        {.reference = "A", .by = "demo-a", .rooms = {{.type = "DBL", .nights = 2}}},
        {.reference = "B", .by = "demo-b", .rooms = {{.type = "DBL", .night = 1, .nights = 2}}},
    };
    tell_all(f, all, 2);
    assert_string_equal(outbox_of(f, "demo-a"), "DBL+1 DBL+2");
    assert_string_equal(outbox_of(f, "demo-b"), "DBL+0 DBL+1");
}

static void coalesced_with_growing_versions(void **state)
{
    struct apply_fixture *f = *state;
    struct outbox_row *list;
    size_t count;
    int64_t before = 0;
    for (int i = 0; i < 4; i++) {
        tell(f, .type = i % 2 ? MESSAGE_CANCELLED : MESSAGE_CREATED, .reference = "A", .by = "demo-a",
             .at_s = i + 1, .rooms = {{.type = "DBL", .nights = 1}});
        f->env.now_us += 1000000;
        DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
        assert_true(outbox_list(c, f->a, f->at->id, S("demo-b"), 10, &list, &count, &f->e));
        assert_int_equal(count, 1); /* one cell, however often it changed */
        assert_true(list[0].version > before);
        assert_int_equal(list[0].queued_us, INT64_C(1782900000000000)); /* since the first change */
        before = list[0].version;
        assert_int_equal(before, stock_of(f, "DBL", 0).version);
    }
    /* What was sent meanwhile is not taken for what came after. */
    struct outbox_row old = list[0];
    tell(f, .reference = "B", .by = "demo-a", .rooms = {{.type = "DBL", .nights = 1}});
    told(f);
    tell(f, .reference = "C", .by = "demo-a", .rooms = {{.type = "DBL", .nights = 1}});
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    assert_true(outbox_list(c, f->a, f->at->id, S("demo-b"), 10, &list, &count, &f->e));
    assert_true(list[0].version > old.version);
}

static bool done_with_arg(struct db_conn *c, void *arg, struct err *e)
{
    return outbox_done(c, 1, arg, e);
}

static void an_old_version_does_not_settle_it(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "DBL", .nights = 1}});
    struct outbox_row sent = {S("demo-b"), room_named(f, "DBL")->id, FIXTURE_DAY, 1, 0};
    tell(f, .reference = "B", .by = "demo-a", .rooms = {{.type = "DBL", .nights = 1}});
    assert_true(db_write(f->env.store.hotel, done_with_arg, &sent, &f->e));
    assert_string_equal(outbox_of(f, "demo-b"), "DBL+0"); /* version 2 was not sent */
    sent.version = 2;
    assert_true(db_write(f->env.store.hotel, done_with_arg, &sent, &f->e));
    assert_string_equal(outbox_of(f, "demo-b"), "");
}

static void nights_long_gone_are_not_told(void **state)
{
    struct apply_fixture *f = *state;
    /* The fixture's day is July 1st, so night −13 is today. */
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "DBL", .night = -16, .nights = 5}});
    assert_string_equal(nights_of(f, "DBL", -16, -11), "1/0 1/0 1/0 1/0 1/0");
    assert_string_equal(outbox_of(f, "demo-b"), "DBL-14 DBL-13 DBL-12");
}

/* --- the hotel's own changes of stock --- */

struct edit {
    struct apply_fixture *f;
    const char *code;
    int64_t units; /* or, when FIELD_INT_NONE, of nights [from, to): */
    int from, to;
    int64_t physical, out_of_order, overbooking_limit;
    struct apply_overs overs; /* out */
};

static bool edit_work(struct db_conn *c, void *arg, struct err *e)
{
    struct edit *d = arg;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    struct apply *ap = apply_begin(c, &batch, d->f->at, d->f->env.now_us, e);
    const struct room_type *room = ap ? apply_room_named(ap, fold(&batch, str_of(d->code))) : NULL;
    if (!room) {
        return false;
    }
    struct room_type changed = *room;
    changed.units = d->units;
    const struct stock_day wanted = {
        .physical = d->physical, .out_of_order = d->out_of_order, .overbooking_limit = d->overbooking_limit};
    bool ok = d->units == FIELD_INT_NONE
                  ? apply_stock_edit(ap, d->f->a, room->id, FIXTURE_DAY + d->from, FIXTURE_DAY + d->to,
                                     &wanted, &d->overs, e)
                  : room_type_update(c, d->f->at->id, &changed, e) &&
                        apply_room_units(ap, d->f->a, room->id, d->units, &d->overs, e);
    return ok && apply_end(ap, e);
}

static void the_hotel_changes_its_stock(void **state)
{
    struct apply_fixture *f = *state;
    struct edit more = {.f = f,
                        .code = "SGL",
                        .units = FIELD_INT_NONE,
                        .from = 0,
                        .to = 2,
                        .physical = FIELD_INT_NONE,
                        .out_of_order = FIELD_INT_NONE,
                        .overbooking_limit = 1};
    struct edit broken = {.f = f,
                          .code = "DBL",
                          .units = FIELD_INT_NONE,
                          .from = 1,
                          .to = 2,
                          .physical = 3,
                          .out_of_order = 2,
                          .overbooking_limit = FIELD_INT_NONE};
    assert_true(db_write(f->env.store.hotel, edit_work, &more, &f->e));
    assert_true(db_write(f->env.store.hotel, edit_work, &broken, &f->e));
    assert_string_equal(outbox_of(f, "demo-a"), "DBL+1 SGL+0 SGL+1");
    /* One more than there is may be sold, by the hotel as well. */
    tell(f, .reference = "A", .rooms = {{.type = "SGL", .nights = 3}}, .refuse = true);
    tell(f, .reference = "B", .rooms = {{.type = "SGL", .nights = 2}}, .refuse = true);
    assert_string_equal(nights_of(f, "SGL", 0, 3), "2/0 2/0 1/0");
    assert_string_equal(alerts_of(f), "");
    assert_false(try_tell(
        f, (struct said){.reference = "C", .rooms = {{.type = "SGL", .nights = 1}}, .refuse = true}, NULL));
    /* One is left of the doubles. */
    tell(f, .reference = "D", .rooms = {{.type = "DBL", .nights = 3}}, .refuse = true);
    assert_false(try_tell(
        f, (struct said){.reference = "E", .rooms = {{.type = "DBL", .nights = 2}}, .refuse = true}, NULL));
    assert_string_equal(f->e.en, "no DBL is left for the night of 2026-07-15: nothing was booked");
    broken.out_of_order = 0;
    broken.physical = -1; /* as the room type says */
    assert_true(db_write(f->env.store.hotel, edit_work, &broken, &f->e));
    assert_true(stock_of(f, "DBL", 1).physical == FIELD_INT_NONE);
    tell(f, .reference = "E", .rooms = {{.type = "DBL", .nights = 2}}, .refuse = true);
}

/* "+0:1/0 …": taken and left of each night without a room. */
static const char *overs_of(struct apply_fixture *f, const struct edit *d)
{
    struct buf b = buf_in(f->a);
    for (size_t i = 0; i < d->overs.count; i++) {
        const struct apply_over *o = &d->overs.list[i];
        buf_fmt(&b, "%+d:%lld/%lld ", o->night - FIXTURE_DAY, (long long)o->taken, (long long)o->capacity);
    }
    return buf_str(&b).p;
}

/* Invariant 1, when it is the hotel that has fewer rooms. */
static void fewer_units_are_an_incident(void **state)
{
    struct apply_fixture *f = *state;
    enum { FAR = APPLY_HORIZON_NIGHTS + 300 };
    long long dbl = (long long)room_named(f, "DBL")->id;
    tell(f, .reference = "A", .by = "demo-a",
         .rooms = {{.type = "DBL", .nights = 2}, {.type = "DBL", .night = 1, .nights = 1}});
    tell(f, .reference = "B", .by = "demo-a", .rooms = {{.type = "DBL", .night = FAR, .nights = 1}});
    tell(f, .reference = "OVER", .by = "demo-a", .rooms = {{.type = "DBL", .night = -14, .nights = 1}});
    struct edit d = {.f = f, .code = "DBL", .units = 1};
    assert_true(db_write(f->env.store.hotel, edit_work, &d, &f->e));
    assert_string_equal(overs_of(f, &d), "+1:2/1 ");
    assert_string_equal(d.overs.room_type.p, "DBL");
    assert_string_equal(alerts_of(f), arena_fmt(f->a, "oversold:%lld:2026-07-15", dbl).p);
    size_t n;
    struct event_row *events = events_of(f, &n);
    assert_string_equal(events[n - 1].type.p, "alert.raised");
    assert_false(booking(f, "demo-a", "A")->oversold); /* it was not too much when it came */
    d.units = 0;
    assert_true(db_write(f->env.store.hotel, edit_work, &d, &f->e));
    assert_string_equal(overs_of(f, &d), "+0:1/0 +1:2/0 +850:1/0 "); /* last night is over */
    assert_string_equal(alerts_of(f), arena_fmt(f->a,
                                                "oversold:%lld:2026-07-14 oversold:%lld:2026-07-15 "
                                                "oversold:%lld:2028-11-10",
                                                dbl, dbl, dbl)
                                          .p);
    assert_true(stock_of(f, "DBL", FAR).version == 3);
    assert_true(db_write(f->env.store.hotel, edit_work, &d, &f->e));
    assert_string_equal(overs_of(f, &d), ""); /* nothing changed */
    d.units = 2;
    assert_true(db_write(f->env.store.hotel, edit_work, &d, &f->e));
    assert_string_equal(overs_of(f, &d), "");
    assert_string_equal(alerts_of(f), "");
}

static void rooms_out_of_order_are_an_incident(void **state)
{
    struct apply_fixture *f = *state;
    long long sgl = (long long)room_named(f, "SGL")->id;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "SGL", .nights = 3}});
    tell(f, .reference = "B", .by = "demo-a", .rooms = {{.type = "Attic", .night = 1, .nights = 1}});
    struct edit d = {.f = f,
                     .code = "SGL",
                     .units = FIELD_INT_NONE,
                     .from = 0,
                     .to = 2,
                     .physical = FIELD_INT_NONE,
                     .out_of_order = 1,
                     .overbooking_limit = FIELD_INT_NONE};
    assert_true(db_write(f->env.store.hotel, edit_work, &d, &f->e));
    assert_string_equal(overs_of(f, &d), "+0:1/0 +1:2/0 "); /* what is held counts as well */
    assert_string_equal(
        alerts_of(f),
        arena_fmt(f->a, "oversold:%lld:2026-07-14 oversold:%lld:2026-07-15 unmapped:demo-a:attic", sgl, sgl)
            .p);
    assert_true(db_write(f->env.store.hotel, edit_work, &d, &f->e));
    assert_string_equal(overs_of(f, &d), "");
    d.physical = 2;
    d.from = 0;
    d.to = 1;
    assert_true(db_write(f->env.store.hotel, edit_work, &d, &f->e));
    assert_string_equal(alerts_of(f),
                        arena_fmt(f->a, "oversold:%lld:2026-07-15 unmapped:demo-a:attic", sgl).p);
    d.physical = 0;
    d.out_of_order = 0;
    d.from = -16;
    d.to = 0;
    assert_true(db_write(f->env.store.hotel, edit_work, &d, &f->e));
    assert_string_equal(overs_of(f, &d), "");
}

/* Two of SGL and three of DBL, which are too many, on nights 0 to 4; given back on some. */
static bool stretches_work(struct db_conn *c, void *arg, struct err *e)
{
    struct apply_fixture *f = arg;
    struct stock_batch b;
    const struct stock_stretch *list;
    size_t n;
    struct stay_row sgl = {
        .room_type_id = room_named(f, "SGL")->id, .arrival = FIXTURE_DAY, .departure = FIXTURE_DAY + 5};
    struct stay_row dbl = sgl;
    dbl.room_type_id = room_named(f, "DBL")->id;
    assert_true(stock_begin(&b, c, f->a, f->at->id, e));
    for (int i = 0; i < 3; i++) {
        assert_true(i == 2 || stock_change_stay(&b, &sgl, RESERVATION_CONFIRMED, 1, S("demo-a"), e));
        assert_true(stock_change_stay(&b, &dbl, RESERVATION_CONFIRMED, 1, S("demo-a"), e));
    }
    stock_solved(&b, f->a, &list, &n);
    assert_int_equal(n, 0);
    sgl.departure = FIXTURE_DAY + 2;
    assert_true(stock_change_stay(&b, &sgl, RESERVATION_CONFIRMED, -1, S("demo-a"), e));
    sgl.arrival = FIXTURE_DAY + 4;
    sgl.departure = FIXTURE_DAY + 5;
    assert_true(stock_change_stay(&b, &sgl, RESERVATION_CONFIRMED, -1, S("demo-a"), e));
    dbl.arrival = FIXTURE_DAY + 4;
    assert_true(stock_change_stay(&b, &dbl, RESERVATION_CONFIRMED, -1, S("demo-a"), e));
    stock_solved(&b, f->a, &list, &n);
    struct buf text = buf_in(f->a);
    for (size_t i = 0; i < n; i++) {
        buf_fmt(&text, "%s+%d-%d ", list[i].room_type_id == dbl.room_type_id ? "DBL" : "SGL",
                list[i].from - FIXTURE_DAY, list[i].to - FIXTURE_DAY);
    }
    assert_string_equal(buf_str(&text).p, "DBL+4-5 SGL+0-2 SGL+4-5 ");
    return true;
}

static void solved_nights_come_in_stretches(void **state)
{
    struct apply_fixture *f = *state;
    assert_true(db_write(f->env.store.hotel, stretches_work, f, &f->e));
}

/* --- anything, two thousand times --- */

static uint64_t splitmix64(uint64_t *seed)
{
    uint64_t z = *seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

enum { SPAN = 40 }; /* nights that the random messages speak of */

struct count {
    int64_t sold[SPAN], held[SPAN];
};

static void take(struct count *c, int64_t room_id, const struct reservation_row *r)
{
    for (size_t i = 0; i < r->stay_count; i++) {
        const struct stay_row *s = &r->stays[i];
        int status = s->apart && r->status != RESERVATION_CANCELLED ? s->status : r->status;
        int64_t sold = reservation_sold(status), held = reservation_held(status);
        bool first_only = status == RESERVATION_NO_SHOW && !s->keeps_nights;
        for (int32_t n = s->arrival - FIXTURE_DAY; n < s->departure - FIXTURE_DAY; n++) {
            if (first_only && n > s->arrival - FIXTURE_DAY) {
                break;
            }
            if (s->room_type_id == room_id) {
                c->sold[n] += sold;
                c->held[n] += held;
            } else if (s->room_type_id == 0) {
                c->held[n] += sold + held; /* it could be this one */
            }
        }
    }
}

/* Counts the stays again, by the rules and without the code under test. */
static void recount(struct apply_fixture *f, const char *code)
{
    int64_t id = room_named(f, code)->id;
    struct count c = {0};
    struct reservation_filter filter = {.status = -1, .from = DATE_NONE, .to = DATE_NONE, .limit = 200};
    struct reservation_row *list;
    size_t count;
    do {
        DB_READ_SCOPE *conn = db_read(f->env.store.hotel, &f->e);
        assert_true(reservation_list(conn, f->a, f->at->id, &filter, &list, &count, &f->e));
        for (size_t i = 0; i < count; i++) {
            take(&c, id, &list[i]);
            filter.after_id = list[i].id;
        }
    } while (count == filter.limit);
    for (int n = 0; n < SPAN; n++) {
        struct stock_day d = stock_of(f, code, n);
        assert_int_equal(d.sold, c.sold[n]);
        assert_int_equal(d.held, c.held[n]);
    }
}

struct chance {
    uint64_t seed;
    char texts[64][16]; /* of the batch in hand */
    size_t used;
};

static uint64_t below(struct chance *c, uint64_t n)
{
    return splitmix64(&c->seed) % n;
}

static const char *number(struct chance *c, const char *before, uint64_t n)
{
    char *text = c->texts[c->used++ % ARRAY_LEN(c->texts)];
    snprintf(text, sizeof(c->texts[0]), "%s%llu", before, (unsigned long long)n);
    return text;
}

static struct said anything(struct chance *c, const struct apply_fixture *f)
{
    static const char *const by[][4] = {{"demo-a", "demo-b", "demo-c", NULL},
                                        {"other-a", "other-b", "other-c", NULL}};
    static const char *const types[] = {"DBL", "SGL", "double room", "Suite", "Attic"};
    static const char *const statuses[] = {NULL,        NULL,      NULL,         "hold",
                                           "confirmed", "inquiry", "checked_in", "no_show"};
    static const char *const of_rooms[] = {NULL,   NULL,        NULL,      NULL,        NULL,
                                           "hold", "cancelled", "no_show", "confirmed", "cancelled"};
    struct said s = {
        .type = below(c, 10) < 4   ? MESSAGE_CREATED
                : below(c, 10) < 7 ? MESSAGE_MODIFIED
                                   : MESSAGE_CANCELLED,
        .reference = number(c, "K", below(c, 120)),
        .channel = below(c, 2) ? "web" : NULL,
        .by = by[f->at == &f->other][below(c, 4)],
        .revision = below(c, 3) ? number(c, "", below(c, 12)) : NULL,
        .at_s = below(c, 3) ? (int64_t)below(c, 50) + 1 : 0,
    };
    s.status = s.type == MESSAGE_CANCELLED ? NULL : statuses[below(c, ARRAY_LEN(statuses))];
    size_t rooms = s.type == MESSAGE_CREATED ? 1 + below(c, 3) : below(c, 4);
    for (size_t i = 0; i < rooms; i++) {
        s.rooms[i] = (struct said_room){
            .type = types[below(c, ARRAY_LEN(types))],
            .reference = below(c, 2) ? number(c, "r", i) : NULL,
            .night = (int)below(c, SPAN - 6),
            .nights = below(c, 20) ? 1 + (int)below(c, 6) : -1, /* sometimes nonsense */
            .status = of_rooms[below(c, ARRAY_LEN(of_rooms))],
            .keeps_nights = below(c, 3) == 0,
        };
    }
    return s;
}

static void two_thousand_messages(void **state)
{
    struct apply_fixture *f = *state;
    struct chance chance = {.seed = 20260714};
    static struct said batch[8];
    size_t told_count = 0;
    while (told_count < 2000) {
        f->at = below(&chance, 3) ? &f->demo : &f->other;
        size_t n = 1 + below(&chance, ARRAY_LEN(batch));
        for (size_t i = 0; i < n; i++) {
            batch[i] = anything(&chance, f);
        }
        if (n == 1) {
            /* Alone it may be refused as well. */
            batch[0].refuse = below(&chance, 2);
            if (!try_tell(f, batch[0], NULL)) {
                assert_true(f->e.code == ERR_INVALID || f->e.code == ERR_CONFLICT);
            }
        } else {
            tell_all(f, batch, n);
        }
        told_count += n;
        f->env.now_us += 1000;
        if (told_count % 500 < n) {
            recount(f, "DBL");
            recount(f, "SGL");
        }
        if (told_count >= 1000 && told_count < 1000 + n) {
            /* Half-way somebody makes the suite a room, in both hotels. */
            apply_fixture_room(f, &f->demo, "SUI", "Suite", 1);
            apply_fixture_room(f, &f->other, "SUI", "Suite", 1);
        }
        if (told_count >= 1300 && told_count < 1300 + n) {
            f->at = &f->demo;
            assert_true(remap(f, NULL, NULL, NULL) > 0);
        }
    }
    const struct establishment *hotels[] = {&f->demo, &f->other};
    for (size_t i = 0; i < 2; i++) {
        f->at = hotels[i];
        remap(f, NULL, NULL, NULL);
        recount(f, "DBL");
        recount(f, "SGL");
        recount(f, "SUI");
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_hotel, close_hotel)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(moving_shows_only_the_difference), CASE(one_room_less_frees_its_nights),
        CASE(each_status_takes_its_part),       CASE(long_stays_and_many_nights),
        CASE(not_echoed_to_where_it_came_from), CASE(both_are_told_when_both_changed_it),
        CASE(coalesced_with_growing_versions),  CASE(an_old_version_does_not_settle_it),
        CASE(nights_long_gone_are_not_told),    CASE(the_hotel_changes_its_stock),
        CASE(fewer_units_are_an_incident),      CASE(rooms_out_of_order_are_an_incident),
        CASE(solved_nights_come_in_stretches),  CASE(two_thousand_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
