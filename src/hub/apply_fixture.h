/* apply_fixture.h: a hotel for the tests of apply: two houses with the same rooms and channels, and short ways to
 * say something and to look at what became of it. What must not fail in a test ends it. */
#ifndef HUB_APPLY_FIXTURE_H
#define HUB_APPLY_FIXTURE_H

#include "base/fold.h"
#include "base/limits.h"
#include "hub/desk.h"
#include "hub/env_fixture.h"
#include "store/event.h"
#include "store/integration.h"

#define FIXTURE_DAY 20648 /* 2026-07-14, night 0 of what is said below */

struct apply_fixture {
    struct env_fixture env;
    struct establishment demo, other;
    const struct establishment *at; /* the hotel that the helpers speak of */
    struct arena *a;                /* of the environment */
    struct err e;                   /* of the last message */
};

static inline void apply_fixture_must(const struct apply_fixture *f, bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "%s: %s %s\n", what, f->e.en, f->e.pointer);
        abort();
    }
}

struct fixture_room {
    struct establishment *hotel;
    const char *code, *name;
    int64_t units;
};

static inline bool apply_fixture_room_work(struct db_conn *c, void *arg, struct err *e)
{
    const struct fixture_room *in = arg;
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct establishment_lock lock;
    struct room_type r = {
        .code = str_of(in->code),
        .name = str_of(in->name),
        .units = in->units,
        .code_key = fold(&a, str_of(in->code)),
        .name_key = fold(&a, str_of(in->name)),
    };
    if (!establishment_lock(c, in->hotel->id, &lock, e)) {
        return false;
    }
    r.id = lock.next_id++;
    return room_type_insert(c, in->hotel->id, &r, 1, e) && establishment_unlock(c, &lock, e);
}

/* A room type alone, without the repairs that the desk makes after it. */
static inline void apply_fixture_room(struct apply_fixture *f, struct establishment *hotel, const char *code,
                                      const char *name, int64_t units)
{
    struct fixture_room in = {hotel, code, name, units};
    apply_fixture_must(f, db_write(f->env.store.hotel, apply_fixture_room_work, &in, &f->e), code);
}

static inline bool apply_fixture_hotels(struct db_conn *c, void *arg, struct err *e)
{
    static const char *const ids[][3] = {{"demo-a", "demo-b", "demo-c"}, {"other-a", "other-b", "other-c"}};
    struct apply_fixture *f = arg;
    struct establishment *hotels[] = {&f->demo, &f->other};
    for (size_t i = 0; i < ARRAY_LEN(hotels); i++) {
        if (!establishment_insert(c, hotels[i], e)) {
            return false;
        }
        for (size_t k = 0; k < ARRAY_LEN(ids[i]); k++) {
            struct integration in = {.id = str_of(ids[i][k]),
                                     .establishment_id = hotels[i]->id,
                                     .establishment_slug = hotels[i]->slug,
                                     .type = S("webhook"),
                                     .name = str_of(ids[i][k]),
                                     .configuration = S("{}"),
                                     .is_active = true,
                                     .last_sync = INSTANT_NONE,
                                     .next_sync = INSTANT_NONE,
                                     .tells_stock = k < 2}; /* c is never told */
            if (!integration_insert(c, &in, e)) {
                return false;
            }
        }
    }
    return true;
}

/* Two hotels, each with DBL (2 rooms) and SGL (1 room), and integrations a and b that are told about stock and c that
 * is not. */
static inline void apply_fixture_open(struct apply_fixture *f)
{
    *f = (struct apply_fixture){0};
    env_fixture_open(&f->env);
    f->a = &f->env.a;
    f->demo = (struct establishment){
        .slug = S("demo"), .name = S("Demo"), .timezone = S("Europe/Paris"), .currency = S("EUR")};
    f->other = f->demo;
    f->other.slug = S("other");
    f->at = &f->demo;
    apply_fixture_must(f, db_write(f->env.store.hotel, apply_fixture_hotels, f, &f->e), "hotels");
    struct establishment *hotels[] = {&f->demo, &f->other};
    for (size_t i = 0; i < ARRAY_LEN(hotels); i++) {
        apply_fixture_room(f, hotels[i], "DBL", "Double Room", 2);
        apply_fixture_room(f, hotels[i], "SGL", "Single Room", 1);
    }
}

static inline void apply_fixture_close(struct apply_fixture *f)
{
    env_fixture_close(&f->env);
}

/* --- saying --- */

struct said_room {
    const char *type, *reference, *amount, *rate;
    int night, nights;  /* from FIXTURE_DAY; nights 0: no such room */
    int64_t adults;     /* 0: not said */
    const char *status; /* of the room itself; NULL: not said */
    bool keeps_nights;
};

struct said {
    int type; /* enum message_type */
    const char *reference, *revision;
    int64_t at_s;       /* the timestamp: seconds after the fixture's own time; 0: none */
    const char *status; /* NULL: not said */
    const char *by;     /* an integration; NULL: the hotel itself */
    const char *channel, *guest, *email, *notes, *total, *currency;
    struct said_room rooms[4];
    int64_t expires_s; /* as at_s */
    bool refuse, snapshot, person;
    int64_t inbox_seq, import_id, line;
    const char *actor;
};

static inline struct decimal apply_fixture_decimal(const char *text)
{
    struct decimal d = {0};
    if (text && !decimal_parse(str_of(text), &d)) {
        abort();
    }
    return d;
}

static inline struct reservation_message *apply_fixture_message(struct apply_fixture *f, struct arena *a,
                                                                const struct said *s)
{
    struct reservation_message *m = arena_new(a, struct reservation_message);
    field_clear(&reservation_message_fields, m);
    m->type = s->type;
    m->timestamp = s->at_s ? f->env.now_us + s->at_s * 1000000 : INSTANT_NONE;
    struct reservation *r = &m->data;
    r->reference = str_of(s->reference);
    r->revision = str_of(s->revision);
    r->channel = str_of(s->channel);
    r->guest.last_name = str_of(s->guest);
    r->guest.email = str_of(s->email);
    r->notes = str_of(s->notes);
    r->currency = str_of(s->currency);
    r->total_amount = apply_fixture_decimal(s->total);
    r->expires_at = s->expires_s ? f->env.now_us + s->expires_s * 1000000 : INSTANT_NONE;
    r->status =
        s->status ? field_choice(field_find(&reservation_fields, S("status")), str_of(s->status)) : -1;
    r->rooms.items = arena_array(a, struct room_stay, ARRAY_LEN(s->rooms));
    for (size_t i = 0; i < ARRAY_LEN(s->rooms) && s->rooms[i].nights; i++) {
        struct room_stay *room = reservation_room(r, r->rooms.count++);
        field_clear(&room_stay_fields, room);
        room->room_type = str_of(s->rooms[i].type);
        room->reference = str_of(s->rooms[i].reference);
        room->rate_plan = str_of(s->rooms[i].rate);
        room->amount = apply_fixture_decimal(s->rooms[i].amount);
        room->adults = s->rooms[i].adults ? s->rooms[i].adults : FIELD_INT_NONE;
        room->arrival = FIXTURE_DAY + s->rooms[i].night;
        room->departure = room->arrival + s->rooms[i].nights;
        room->status = s->rooms[i].status ? field_choice(field_find(&room_stay_fields, S("status")),
                                                         str_of(s->rooms[i].status))
                                          : -1;
        room->keeps_nights = s->rooms[i].keeps_nights ? 1 : -1;
    }
    return m;
}

static inline bool apply_fixture_in_batch(struct apply_fixture *f, struct apply *ap, struct arena *scratch,
                                          const struct said *s, struct apply_result *out, struct err *e)
{
    struct apply_source source = {
        .integration_id = str_of(s->by),
        .integration_name = str_of(s->by),
        .actor = str_of(s->actor),
        .inbox_seq = s->inbox_seq,
        .import_id = s->import_id,
        .line = s->line,
        .received_us = f->env.now_us,
        .snapshot = s->snapshot,
        .ordered_us = s->snapshot ? f->env.now_us + s->at_s * 1000000 : 0,
        .ordered_said = s->snapshot,
        .summarise = true,
        .person = s->person,
    };
    struct reservation_message *m = apply_fixture_message(f, scratch, s);
    if (s->snapshot) {
        m->timestamp = INSTANT_NONE;
    }
    return apply_message(ap, scratch, m, &source, s->refuse ? APPLY_REFUSE : APPLY_KEEP, out, e);
}

struct fixture_tell {
    struct apply_fixture *f;
    const struct establishment *hotel;
    const struct said *said;
    size_t count;
    struct arena *a;
    struct apply_result *out; /* one each; may be NULL */
};

static inline bool apply_fixture_tell_work(struct db_conn *c, void *arg, struct err *e)
{
    struct fixture_tell *t = arg;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    struct apply *ap = apply_begin(c, &batch, t->hotel, t->f->env.now_us, e);
    if (!ap) {
        return false;
    }
    for (size_t i = 0; i < t->count; i++) {
        struct apply_result out;
        if (!apply_fixture_in_batch(t->f, ap, t->a, &t->said[i], &out, e)) {
            if (t->count > 1 && e->code == ERR_INVALID) {
                continue;
            }
            return false;
        }
        if (t->out) {
            t->out[i] = out;
        }
    }
    return apply_end(ap, e);
}

/* Several messages in one batch; those that are invalid are passed over. */
static inline void tell_all(struct apply_fixture *f, const struct said *said, size_t count)
{
    struct fixture_tell t = {f, f->at, said, count, f->a, NULL};
    apply_fixture_must(f, db_write(f->env.store.hotel, apply_fixture_tell_work, &t, &f->e), "batch");
}

/* One message in a transaction of its own; f->e says why it failed. */
static inline bool try_tell(struct apply_fixture *f, struct said said, struct apply_result *out)
{
    struct fixture_tell t = {f, f->at, &said, 1, f->a, out};
    return db_write(f->env.store.hotel, apply_fixture_tell_work, &t, &f->e);
}

static inline struct apply_result tell_said(struct apply_fixture *f, struct said said)
{
    struct apply_result out;
    apply_fixture_must(f, try_tell(f, said, &out), said.reference);
    return out;
}
#define tell(f, ...) tell_said((f), (struct said){__VA_ARGS__})

struct fixture_remap {
    struct apply_fixture *f;
    const struct room_mapping *mapping;
};

/* As the desk does: of the mapping, or of every room type. */
static inline bool apply_fixture_note(struct db_conn *c, const struct fixture_remap *r, struct apply *ap,
                                      struct err *e)
{
    const struct apply_fixture *f = r->f;
    struct room_type *list;
    size_t count;
    if (r->mapping) {
        return desk_repair_note(c, ap, f->at, r->mapping->integration_id, r->mapping->remote_key, e);
    }
    bool ok = room_type_list(c, f->a, f->at->id, &list, &count, e);
    for (size_t i = 0; ok && i < count; i++) {
        ok = desk_repair_note(c, ap, f->at, (struct str){0}, list[i].code_key, e) &&
             desk_repair_note(c, ap, f->at, (struct str){0}, list[i].name_key, e);
    }
    return ok;
}

static inline bool apply_fixture_remap_work(struct db_conn *c, void *arg, struct err *e)
{
    struct fixture_remap *r = arg;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    struct apply *ap = apply_begin(c, &batch, r->f->at, r->f->env.now_us, e);
    return ap && (!r->mapping || room_mapping_set(c, r->f->at->id, r->mapping, e)) &&
           apply_fixture_note(c, r, ap, e) && apply_end(ap, e);
}

static inline const struct room_type *room_named(struct apply_fixture *f, const char *code);

/* Repairs, after a mapping was set (code NULL: taken back) when remote is not NULL; how many reservations. */
static inline int64_t remap(struct apply_fixture *f, const char *integration, const char *remote,
                            const char *code)
{
    struct room_mapping m = {.integration_id = str_of(integration), .remote = str_of(remote), .seen_us = 1};
    struct fixture_remap r = {.f = f, .mapping = remote ? &m : NULL};
    if (remote) {
        m.remote_key = fold(f->a, m.remote);
        m.room_type_id = code ? room_named(f, code)->id : 0;
    }
    apply_fixture_must(f, db_write(f->env.store.hotel, apply_fixture_remap_work, &r, &f->e), "remap");
    int64_t repaired;
    bool more;
    apply_fixture_must(f, desk_repair(&f->env.env, f->at->id, SIZE_MAX, &repaired, &more, &f->e), "repair");
    return repaired;
}

/* --- looking --- */

static inline const struct room_type *room_named(struct apply_fixture *f, const char *code)
{
    struct room_type *list;
    size_t count = 0;
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    apply_fixture_must(f, c && room_type_list(c, f->a, f->at->id, &list, &count, &f->e), code);
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i].code, str_of(code))) {
            return &list[i];
        }
    }
    abort();
}

static inline void apply_fixture_copy_day(void *ctx, int32_t night, const struct stock_day *d)
{
    (void)night;
    *(struct stock_day *)ctx = *d;
}

static inline struct stock_day stock_of(struct apply_fixture *f, const char *code, int night)
{
    struct stock_day d = {.physical = FIELD_INT_NONE};
    int64_t id = room_named(f, code)->id;
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    int32_t day = FIXTURE_DAY + night;
    apply_fixture_must(f, c && stock_read(c, f->at->id, id, day, day + 1, apply_fixture_copy_day, &d, &f->e),
                       code);
    return d;
}

/* "sold/held" of each of the nights [from, to), as in "1/0 1/0 0/0". */
static inline const char *nights_of(struct apply_fixture *f, const char *code, int from, int to)
{
    struct buf b = buf_in(f->a);
    for (int night = from; night < to; night++) {
        struct stock_day d = stock_of(f, code, night);
        buf_fmt(&b, "%s%lld/%lld", night > from ? " " : "", (long long)d.sold, (long long)d.held);
    }
    return buf_str(&b).p;
}

static inline struct reservation_row *booking(struct apply_fixture *f, const char *channel,
                                              const char *reference)
{
    struct reservation_row *r = arena_new(f->a, struct reservation_row);
    bool found = false;
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    apply_fixture_must(
        f, c && reservation_find(c, f->a, f->at->id, str_of(channel), str_of(reference), r, &found, &f->e),
        reference);
    return found ? r : NULL;
}

static inline struct revision_row *history_of(struct apply_fixture *f, int64_t reservation_id, size_t *count)
{
    struct revision_row *list = NULL;
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    apply_fixture_must(f, c && revision_list(c, f->a, f->at->id, reservation_id, &list, count, &f->e),
                       "history");
    return list;
}

/* The standing alerts, as in "oversold:1:2026-07-14 unmapped:demo-a:suite". */
static inline const char *alerts_of(struct apply_fixture *f)
{
    struct alert_row *list;
    size_t count = 0;
    struct buf b = buf_in(f->a);
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    apply_fixture_must(f, c && alert_list(c, f->a, f->at->id, NULL, 100, &list, &count, &f->e), "alerts");
    for (size_t i = 0; i < count; i++) {
        if (list[i].cleared_us == INSTANT_NONE) {
            buf_fmt(&b, "%s%.*s", b.n ? " " : "", STR_ARG(list[i].fingerprint));
        }
    }
    return buf_str(&b).p;
}

static inline struct event_row *events_of(struct apply_fixture *f, size_t *count)
{
    struct event_row *list = NULL;
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    apply_fixture_must(f, c && event_list(c, f->a, f->at->id, 0, 1000, &list, count, &f->e), "events");
    return list;
}

/* What an integration has to be told, as in "DBL+0 DBL+1". */
static inline const char *outbox_of(struct apply_fixture *f, const char *integration)
{
    struct outbox_row *list;
    size_t count = 0;
    int64_t dbl = room_named(f, "DBL")->id, sgl = room_named(f, "SGL")->id;
    struct buf b = buf_in(f->a);
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    apply_fixture_must(
        f, c && outbox_list(c, f->a, f->at->id, str_of(integration), 100, &list, &count, &f->e), "outbox");
    for (size_t i = 0; i < count; i++) {
        const char *code = list[i].room_type_id == dbl ? "DBL" : list[i].room_type_id == sgl ? "SGL" : "?";
        buf_fmt(&b, "%s%s%+d", i ? " " : "", code, list[i].night - FIXTURE_DAY);
    }
    return buf_str(&b).p;
}

#endif
