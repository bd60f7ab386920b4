/* The stock counted again from the stays, with nothing of the arithmetic that keeps it from message to message. */
#include "hub/verify.h"

#include "store/reservation.h"
#include "store/room.h"

#include <stdlib.h>

/* From this night on so many more of the room type are taken, or fewer. */
struct edge {
    int64_t room_type_id;
    int32_t night;
    int64_t sold, held;
};

struct recount {
    struct arena a;
    struct room_type *rooms;
    size_t room_count;
    struct edge *edges;
    size_t count, space;
};

static void add_edge(struct recount *rc, int64_t room_type_id, int32_t night, int64_t sold, int64_t held)
{
    arena_more(&rc->a, rc->edges, rc->count, rc->space, 256);
    rc->edges[rc->count++] = (struct edge){room_type_id, night, sold, held};
}

/* What nobody has mapped could be any room: one of each type is held for it. */
static bool add_stays(void *ctx, int64_t room_type_id, const struct unmapped_stays *s, struct err *e)
{
    struct recount *rc = ctx;
    int64_t sold = s->count * reservation_sold(s->status), held = s->count * reservation_held(s->status);
    (void)e;
    if (room_type_id == 0) {
        held += sold;
        sold = 0;
    }
    for (size_t i = 0; (sold || held) && i < rc->room_count; i++) {
        const struct room_type *room = &rc->rooms[i];
        if (room_type_id ? room->id == room_type_id : room->holds_unmapped) {
            add_edge(rc, room->id, s->arrival, sold, held);
            add_edge(rc, room->id, s->taken_to, -sold, -held);
        }
    }
    return true;
}

static int by_place(const void *x, const void *y)
{
    const struct edge *a = x, *b = y;
    if (a->room_type_id != b->room_type_id) {
        return a->room_type_id < b->room_type_id ? -1 : 1;
    }
    return (a->night > b->night) - (a->night < b->night);
}

/* One room type, night after night. */
struct sweep {
    const struct room_type *room;
    const struct edge *at, *end;
    int32_t next; /* the first night that was not looked at */
    int64_t sold, held;
    void (*each)(void *ctx, const struct verify_night *n);
    void *ctx;
    struct verify_count *out;
};

static void advance(struct sweep *s, int32_t night)
{
    for (; s->at < s->end && s->at->night <= night; s->at++) {
        s->sold += s->at->sold;
        s->held += s->at->held;
    }
}

static void judge(struct sweep *s, int32_t night, const struct stock_day *d)
{
    struct verify_night n = {.room_type = s->room->code,
                             .night = night,
                             .stored = d != NULL,
                             .sold = d ? d->sold : 0,
                             .held = d ? d->held : 0,
                             .sold_due = s->sold,
                             .held_due = s->held};
    s->out->looked_at++;
    if (n.sold != n.sold_due || n.held != n.held_due) {
        s->out->differences++;
        s->each(s->ctx, &n);
    }
}

/* Until that night nothing is stored. */
static void pass_to(struct sweep *s, int32_t night)
{
    while (s->next < night) {
        advance(s, s->next);
        if (s->sold || s->held) {
            judge(s, s->next++, NULL);
        } else {
            s->next = s->at < s->end && s->at->night < night ? s->at->night : night;
        }
    }
}

static void see_row(void *ctx, int32_t night, const struct stock_day *d)
{
    struct sweep *s = ctx;
    pass_to(s, night);
    advance(s, night);
    judge(s, night, d);
    s->next = night + 1;
}

static bool compare_rooms(struct db_conn *c, const struct establishment *hotel, const struct recount *rc,
                          struct sweep *s, struct err *e)
{
    for (size_t i = 0; i < rc->room_count; i++) {
        size_t from = 0, to;
        while (from < rc->count && rc->edges[from].room_type_id != rc->rooms[i].id) {
            from++;
        }
        for (to = from; to < rc->count && rc->edges[to].room_type_id == rc->rooms[i].id;) {
            to++;
        }
        s->room = &rc->rooms[i];
        s->at = rc->count ? rc->edges + from : NULL;
        s->end = rc->count ? rc->edges + to : NULL;
        s->next = INT32_MIN;
        s->sold = s->held = 0;
        if (!stock_read(c, hotel->id, s->room->id, INT32_MIN, INT32_MAX, see_row, s, e)) {
            return false;
        }
        pass_to(s, INT32_MAX);
    }
    return true;
}

static void free_recount(struct recount *rc)
{
    arena_free(&rc->a);
}

bool verify_stock(struct env *env, const struct establishment *hotel,
                  void (*each)(void *ctx, const struct verify_night *n), void *ctx, struct verify_count *out,
                  struct err *e)
{
    __attribute__((cleanup(free_recount))) struct recount rc = {.count = 0};
    struct sweep sweep = {.each = each, .ctx = ctx, .out = out};
    arena_init(&rc.a, SIZE_MAX); /* as large as there are different stays */
    *out = (struct verify_count){0};
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c || !room_type_list(c, &rc.a, hotel->id, &rc.rooms, &rc.room_count, e) ||
        !reservation_taken(c, hotel->id, add_stays, &rc, e)) {
        return false;
    }
    if (rc.count) {
        qsort(rc.edges, rc.count, sizeof(*rc.edges), by_place);
    }
    return compare_rooms(c, hotel, &rc, &sweep, e);
}
