/* process_fixture.h: a world of many messages, for the tests that stop processing anywhere: the same is said in two of
 * them, and then they must be the same. The test includes cmocka before. */
#ifndef HUB_PROCESS_FIXTURE_H
#define HUB_PROCESS_FIXTURE_H

#include "hub/take_fixture.h"
#include "hub/verify.h"

enum { REFERENCES = 40, NIGHTS = 30 };

/* Something about one of the references: often news, sometimes old, the same again, unreadable, or about a room that
 * nobody has mapped. */
static inline struct str anything(struct take_fixture *at, struct random *r, int64_t second)
{
    static const char *const types[] = {"created", "modified", "modified", "cancelled"};
    static const char *const rooms[] = {"DBL", "SGL", "Loft"};
    uint8_t b[6];
    random_bytes(r, b, sizeof(b));
    const char *type = types[b[0] % 4], *reference = arena_fmt(at->a, "R%d", b[1] % REFERENCES).p;
    struct str body = booking(at, type, reference, b[0] % 4 == 3 ? NULL : rooms[b[2] % 3],
                              b[3] % (NIGHTS - 3), 1 + b[4] % 3);
    if (b[5] % 3 == 0) { /* the last one again, or one that cannot be read */
        return b[5] % 2 ? S("{\"type\":\"reservation.created\"}") : booking(at, "created", "R0", "DBL", 0, 1);
    }
    return arena_fmt(at->a, "{\"timestamp\":\"%.*s\",%.*s",
                     STR_ARG(instant_fmt(at->a, at->env.now_us + second % 5 * INT64_C(1000000) * second)),
                     STR_ARG(str_sub(body, 1, body.n)));
}

struct world {
    struct take_fixture *f;
    struct str hooks[2];
    struct random random;
    uint64_t seed;
    int64_t sent;
};

static inline void world_open(struct world *w, struct take_fixture *at)
{
    *w = (struct world){.f = at, .seed = 99};
    w->random = random_seeded(&w->seed);
    at->at = &at->one;
    w->hooks[0] = hook(at, HOOK_OPEN, NULL);
    at->at = &at->two;
    w->hooks[1] = hook(at, HOOK_OPEN, NULL);
}

/* In one batch. */
static inline void world_send(struct world *w, size_t count)
{
    struct take **list = arena_array(w->f->a, struct take *, count);
    for (size_t i = 0; i < count; i++, w->sent++) {
        w->f->at = w->sent % 3 ? &w->f->one : &w->f->two;
        struct str body = anything(w->f, &w->random, w->sent);
        list[i] = request(w->f, w->hooks[w->sent % 3 == 0], body, NULL, 0);
    }
    take_batch(&w->f->env.env, list, count);
    assert_int_equal(list[count - 1]->seq, w->sent);
}

/* The stays counted again, and compared with the stock of each night. */
static inline void recount(struct take_fixture *at, const char *room)
{
    struct reservation_filter filter = {.status = -1, .from = DATE_NONE, .to = DATE_NONE, .limit = 200};
    struct reservation_row *list;
    size_t count;
    int64_t taken[NIGHTS] = {0};
    assert_true(desk_reservations(&at->env.env, at->a, at->at, &filter, &list, &count, &at->e));
    assert_true(count > 10 && count < 200);
    for (size_t i = 0; i < count; i++) {
        bool takes = reservation_sold(list[i].status) || reservation_held(list[i].status);
        for (size_t k = 0; takes && k < list[i].stay_count; k++) {
            const struct stay_row *s = &list[i].stays[k];
            bool here =
                s->room_type_id == 0 || str_eq(s->room_type, str_of(room)); /* what is not mapped holds all */
            for (int32_t n = s->arrival; here && n < s->departure; n++) {
                taken[n - FIXTURE_DAY]++;
            }
        }
    }
    for (int n = 0; n < NIGHTS; n++) {
        struct stock_day d = night_of(at, room, n).stock;
        assert_int_equal(d.sold + d.held, taken[n]);
    }
}

/* How often the hotel was told of a new reservation. */
static inline size_t created_events(struct take_fixture *at)
{
    struct event_row *list;
    size_t n, count = 0;
    assert_true(desk_events(&at->env.env, at->a, at->at, 0, 10000, &list, &n, &at->e) && n < 10000);
    for (size_t i = 0; i < n; i++) {
        count += str_eq(list[i].type, S("reservation.created"));
    }
    return count;
}

static inline void compare_reservations(struct take_fixture *x, struct take_fixture *y)
{
    struct reservation_filter filter = {.status = -1, .from = DATE_NONE, .to = DATE_NONE, .limit = 200};
    struct reservation_row *a, *b;
    size_t n, m;
    assert_true(desk_reservations(&x->env.env, x->a, x->at, &filter, &a, &n, &x->e));
    assert_true(desk_reservations(&y->env.env, y->a, y->at, &filter, &b, &m, &y->e));
    assert_int_equal(n, m);
    assert_int_equal(n, created_events(x));
    for (size_t i = 0; i < n; i++) {
        assert_true(a[i].id == b[i].id && str_eq(a[i].reference, b[i].reference));
        assert_true(a[i].status == b[i].status && a[i].ordered_us == b[i].ordered_us);
        assert_true(a[i].arrival == b[i].arrival && a[i].departure == b[i].departure);
        assert_true(a[i].revisions == b[i].revisions && a[i].unmapped == b[i].unmapped);
        assert_true(a[i].stay_count == b[i].stay_count);
    }
}

static inline void differing_night(void *ctx, const struct verify_night *n)
{
    (void)ctx;
    fprintf(stderr, "%.*s, night %d: %lld + %lld\n", STR_ARG(n->room_type), n->night - FIXTURE_DAY,
            (long long)n->sold, (long long)n->held);
}

static inline void differing_field(void *ctx, const struct verify_field *d)
{
    (void)ctx;
    fprintf(stderr, "%.*s, %.*s: %.*s, not %.*s\n", STR_ARG(d->reference), STR_ARG(d->field),
            STR_ARG(d->stands.en), STR_ARG(d->should.en));
}

/* What stands is what the stays and the kept messages make it. */
static inline void verified(struct take_fixture *at)
{
    struct verify_watch watch = {.each = differing_field};
    struct verify_count nights, reservations;
    assert_true(verify_stock(&at->env.env, at->at, differing_night, NULL, &nights, &at->e));
    assert_true(verify_reservations(&at->env.env, at->at, &watch, &reservations, &at->e));
    assert_true(nights.looked_at > NIGHTS && nights.differences == 0);
    assert_true(reservations.looked_at > 10 && reservations.differences == 0);
}

/* Two worlds to which the same happened are the same, but for what is told once a batch. */
static inline void compare(struct take_fixture *x, struct take_fixture *y, int64_t sent)
{
    for (int64_t seq = 1; seq <= sent; seq++) {
        struct inbox_outcome o = outcome(x, seq), p = outcome(y, seq);
        assert_true(str_eq(o.outcome, p.outcome) && str_eq(o.detail.en, p.detail.en));
        assert_true(o.reservation_id == p.reservation_id && o.duplicate_of == p.duplicate_of);
        assert_true(o.attempts == p.attempts && o.attempts <= 1);
    }
    compare_reservations(x, y);
    recount(x, "DBL");
    recount(x, "SGL");
    verified(x);
}

#endif
