/* Reservations made again from their messages; declared in hub/verify.h.
 *
 * The temporary store is only a place to apply in: every step is undone when it has been compared, so that the store
 * stays small and reservations cannot meet those of other steps. */
#include "base/limits.h"
#include "format/json_fields.h"
#include "hub/apply.h"
#include "hub/verify.h"
#include "io/file.h"
#include "io/zone.h"

#define STEP 200 /* reservations that are rebuilt in one transaction */

struct rebuild {
    const struct verify_watch *watch;
    struct verify_count *out;
    const struct establishment *hotel;
    struct db_conn *c; /* what stands: one snapshot */
    struct store temporary;
    struct establishment twin; /* the hotel in the temporary store */
    struct room_type *rooms;
    size_t room_count;
    struct room_mapping *mappings;
    size_t mapping_count;
    int64_t now_us;
    int32_t today;
    struct reservation_row *list; /* of the step in hand */
    size_t count;
    struct verify_field *found; /* its differences */
    size_t found_count, found_space;
    struct arena *a; /* of the step */
    bool done;
};

static void report(struct rebuild *rb, const struct reservation_row *r, struct str field, struct text stands,
                   struct text should)
{
    arena_more(rb->a, rb->found, rb->found_count, rb->found_space, 16);
    rb->found[rb->found_count++] = (struct verify_field){
        r->channel,
        r->reference,
        arena_str(rb->a, field),
        {arena_str(rb->a, stands.en), arena_str(rb->a, stands.fr)},
        {arena_str(rb->a, should.en), arena_str(rb->a, should.fr)},
    };
}

static struct text same_text(struct str s)
{
    return str_given(s) ? (struct text){s, s} : TEXT("", "");
}

/* --- content as a list of names and values --- */

struct value {
    struct str name, text;
};

struct values {
    struct arena *a;
    struct value *list;
    size_t count;
};

static void put(struct values *v, struct str name, struct str text)
{
    v->list[v->count++] = (struct value){name, text};
}

static void put_money(struct values *v, struct str name, int64_t minor, const struct currency *c)
{
    put(v, name,
        minor == FIELD_INT_NONE ? (struct str){0}
        : c                     ? money_fmt(v->a, minor, c)
                                : arena_fmt(v->a, "%lld", (long long)minor));
}

static void put_int(struct values *v, struct str name, int64_t i)
{
    put(v, name, i == FIELD_INT_NONE ? (struct str){0} : arena_fmt(v->a, "%lld", (long long)i));
}

static void put_instant(struct values *v, struct str name, int64_t us)
{
    char text[INSTANT_TEXT_SIZE];
    put(v, name, us == INSTANT_NONE ? (struct str){0} : arena_str(v->a, instant_text(us, text)));
}

static void put_date(struct values *v, struct str name, int32_t d)
{
    char text[DATE_TEXT_SIZE];
    put(v, name, d == DATE_NONE ? (struct str){0} : arena_str(v->a, date_text(d, text)));
}

enum { WHOLE_VALUES = 20, ROOM_VALUES = 12 };

static void put_room(struct values *v, const struct reservation_row *r, size_t i)
{
    const struct stay_row *s = &r->stays[i];
    const struct currency *c = currency_find(r->currency);
#define NAME(member) arena_fmt(v->a, "rooms/%zu/" member, i)
    put(v, NAME("reference"), s->reference);
    put(v, NAME("roomType"), s->room_type_id ? s->code : (struct str){0});
    put(v, NAME("roomName"), s->room_type_id ? (struct str){0} : s->room_type);
    put(v, NAME("ratePlan"), s->rate_plan);
    put_date(v, NAME("arrival"), s->arrival);
    put_date(v, NAME("departure"), s->departure);
    put_int(v, NAME("adults"), s->adults);
    put_int(v, NAME("children"), s->children);
    put_money(v, NAME("amount"), s->amount_minor, c);
    put(v, NAME("status"), s->apart ? str_of(reservation_statuses[s->status]) : (struct str){0});
    put(v, NAME("keepsNights"), s->keeps_nights ? S("true") : (struct str){0});
    put(v, NAME("charges"), s->charges);
#undef NAME
}

static struct values list_values(struct arena *a, const struct reservation_row *r)
{
    const struct guest *g = &r->guest;
    const struct currency *c = currency_find(r->currency);
    struct values v = {.a = a,
                       .list = arena_array(a, struct value, WHOLE_VALUES + ROOM_VALUES * r->stay_count)};
    put(&v, S("status"), str_of(reservation_statuses[r->status]));
    put(&v, S("revision"), r->revision);
    put_instant(&v, S("bookedAt"), r->booked_us);
    put_instant(&v, S("expiresAt"), r->expires_us);
    put(&v, S("currency"), r->currency);
    put_money(&v, S("totalAmount"), r->total_minor, c);
    put_money(&v, S("commission"), r->commission_minor, c);
    put(&v, S("charges"), r->charges);
    put_date(&v, S("arrival"), r->arrival);
    put_date(&v, S("departure"), r->departure);
    put(&v, S("guest/firstName"), g->first_name);
    put(&v, S("guest/lastName"), g->last_name);
    put(&v, S("guest/email"), g->email);
    put(&v, S("guest/phone"), g->phone);
    put(&v, S("guest/country"), g->country);
    put(&v, S("guest/language"), g->language);
    put(&v, S("notes"), r->notes);
    put(&v, S("rooms"), arena_fmt(a, "%zu", r->stay_count));
    for (size_t i = 0; i < r->stay_count; i++) {
        put_room(&v, r, i);
    }
    return v;
}

/* --- comparing --- */

static bool has_mapping(const struct rebuild *rb, const struct stay_row *s)
{
    struct str integration = str_given(s->named_by) ? s->named_by : S("");
    for (size_t i = 0; i < rb->mapping_count; i++) {
        const struct room_mapping *m = &rb->mappings[i];
        if (str_eq(m->integration_id, integration) && str_eq(m->remote_key, s->room_key)) {
            return true;
        }
    }
    return false;
}

/* See hub/verify.h: whether the stay rightly keeps a room type that its name does not mean today. Then *should has it,
 * too. */
static void keep_room(const struct rebuild *rb, const struct stay_row *stands, struct stay_row *should)
{
    bool ended = stands->departure < rb->today;
    bool forgotten = should->room_type_id == 0 && !has_mapping(rb, stands);
    if (stands->room_type_id && stands->room_type_id != should->room_type_id &&
        str_eq(stands->room_key, should->room_key) && str_eq(stands->named_by, should->named_by) &&
        (ended || forgotten)) {
        should->room_type_id = stands->room_type_id;
        should->code = stands->code;
    }
}

static void compare(struct rebuild *rb, struct arena *a, const struct reservation_row *stands,
                    struct reservation_row *should)
{
    size_t rooms = stands->stay_count == should->stay_count ? stands->stay_count : 0;
    for (size_t i = 0; i < rooms; i++) {
        keep_room(rb, &stands->stays[i], &should->stays[i]);
    }
    struct values x = list_values(a, stands), y = list_values(a, should);
    size_t count = rooms || x.count == y.count ? x.count : x.count - ROOM_VALUES * stands->stay_count;
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(x.list[i].text, y.list[i].text)) {
            report(rb, stands, x.list[i].name, same_text(x.list[i].text), same_text(y.list[i].text));
        }
    }
}

/* --- making again --- */

static bool read_message(struct arena *a, struct str json, struct reservation_message *m, struct err *e)
{
    const struct json *v = json_parse(a, json, e);
    return v && json_decode(a, &reservation_message_fields, v, m, e);
}

/* Who said it is what the history says; that it was kept says that nobody had said it before. */
static struct apply_source source_of(const struct revision_row *v, const struct reservation_message *m)
{
    bool sent = v->integration_id.n || v->inbox_seq || v->import_id;
    bool clock = !sent && !v->actor.n && str_eq(m->reason, S(RESERVATION_EXPIRED));
    return (struct apply_source){
        .integration_id = v->integration_id,
        .actor = v->actor,
        .inbox_seq = v->inbox_seq,
        .import_id = v->import_id,
        .line = v->line,
        .received_us = v->received_us,
        .snapshot = v->import_id != 0,
        .ordered_us = v->ordered_us,
        .ordered_said = v->dated,
        .numbered = true,
        .person = !sent && !clock,
        .by_clock = clock,
    };
}

static struct text outcome_text(int outcome)
{
    return same_text(outcome >= 0 && outcome <= REVISION_SAME ? str_of(revision_outcomes[outcome])
                                                              : (struct str){0});
}

/* Names of today can make a file say what stood already: that is the same content, and no difference. */
static bool agrees(const struct revision_row *v, const struct apply_result *r)
{
    return v->outcome == (int)r->outcome ||
           (v->import_id && v->outcome == REVISION_APPLIED && r->outcome == REVISION_SAME);
}

/* *id: the reservation in the temporary store, 0 when no message made one. */
static bool replay(struct rebuild *rb, struct apply *ap, struct arena *a, const struct reservation_row *r,
                   const struct revision_row *list, size_t count, int64_t *id, struct err *e)
{
    ARENA_SCOPE scratch;
    arena_init(&scratch, LIMIT_ARENA);
    *id = 0;
    for (size_t i = 0; i < count; i++) {
        struct reservation_message m;
        struct apply_result result;
        struct err why = {0};
        struct str field = arena_fmt(a, "messages/%lld", (long long)list[i].number);
        arena_reset(&scratch);
        bool ok = read_message(&scratch, list[i].message, &m, &why);
        struct apply_source source = ok ? source_of(&list[i], &m) : (struct apply_source){0};
        ok = ok && apply_message(ap, &scratch, &m, &source, APPLY_KEEP, &result, &why);
        if (!ok && why.code != ERR_INVALID) {
            *e = why;
            return false;
        }
        if (!ok) {
            report(rb, r, field, outcome_text(list[i].outcome),
                   (struct text){str_of(why.en), str_of(why.fr)});
        } else if (*id == 0 || result.reservation_id == *id) {
            *id = result.reservation_id;
            if (!agrees(&list[i], &result)) {
                report(rb, r, field, outcome_text(list[i].outcome), outcome_text((int)result.outcome));
            }
        } else {
            report(rb, r, field, same_text(r->reference), same_text(m.data.reference));
        }
    }
    return true;
}

static bool rebuild_one(struct rebuild *rb, struct db_conn *tc, struct apply *ap, struct arena *a,
                        const struct reservation_row *r, struct err *e)
{
    struct revision_row *list;
    size_t count;
    int64_t id;
    struct reservation_row should;
    if (!revision_list(rb->c, a, rb->hotel->id, r->id, &list, &count, e) ||
        !replay(rb, ap, a, r, list, count, &id, e)) {
        return false;
    }
    if (r->revisions != (int64_t)count) {
        report(rb, r, S("messages"), same_text(arena_fmt(a, "%lld", (long long)r->revisions)),
               same_text(arena_fmt(a, "%zu", count)));
    }
    if (id == 0) {
        report(rb, r, S("reference"), same_text(r->reference), same_text((struct str){0}));
        return true;
    }
    if (!reservation_get(tc, a, rb->twin.id, id, &should, e)) {
        return false;
    }
    if (!str_eq(r->reference, should.reference) || !str_eq(r->channel, should.channel)) {
        report(rb, r, S("reference"), same_text(r->reference), same_text(should.reference));
    }
    compare(rb, a, r, &should);
    return true;
}

/* Always undone at the end: rb->done says that it went well. */
static bool rebuild_step(struct db_conn *tc, void *arg, struct err *e)
{
    struct rebuild *rb = arg;
    ARENA_SCOPE batch;
    ARENA_SCOPE a;
    arena_init(&batch, SIZE_MAX);
    arena_init(&a, SIZE_MAX);
    rb->found_count = 0;
    rb->done = false;
    struct apply *ap = apply_begin(tc, &batch, &rb->twin, rb->now_us, e);
    if (!ap) {
        return false;
    }
    for (size_t i = 0; i < rb->count; i++) {
        arena_reset(&a);
        if (!rebuild_one(rb, tc, ap, &a, &rb->list[i], e)) {
            return false;
        }
    }
    rb->done = true;
    return err_set(e, ERR_CONFLICT, "compared, and undone", "comparé, puis annulé");
}

static bool furnish(struct db_conn *tc, void *arg, struct err *e)
{
    struct rebuild *rb = arg;
    rb->twin = *rb->hotel;
    if (!establishment_insert(tc, &rb->twin, e)) {
        return false;
    }
    for (size_t i = 0; i < rb->room_count; i++) {
        if (!room_type_insert(tc, rb->twin.id, &rb->rooms[i], rb->now_us, e)) {
            return false;
        }
    }
    for (size_t i = 0; i < rb->mapping_count; i++) {
        if (!room_mapping_set(tc, rb->twin.id, &rb->mappings[i], e)) {
            return false;
        }
    }
    return room_type_welcome(tc, rb->twin.id, e);
}

static bool rebuild_all(struct rebuild *rb, struct err *e)
{
    struct reservation_filter f = {.status = -1, .from = DATE_NONE, .to = DATE_NONE, .limit = STEP};
    ARENA_SCOPE step;
    arena_init(&step, SIZE_MAX);
    rb->a = &step;
    do {
        arena_reset(&step);
        rb->found = NULL;
        rb->found_count = rb->found_space = 0;
        if (!reservation_list(rb->c, &step, rb->hotel->id, &f, &rb->list, &rb->count, e)) {
            return false;
        }
        rb->done = rb->count == 0;
        if (rb->count && !db_write(rb->temporary.hotel, rebuild_step, rb, e) && !rb->done) {
            return false;
        }
        for (size_t i = 0; i < rb->found_count; i++) {
            rb->watch->each(rb->watch->ctx, &rb->found[i]);
        }
        rb->out->looked_at += (int64_t)rb->count;
        rb->out->differences += (int64_t)rb->found_count;
        if (rb->watch->progress) {
            rb->watch->progress(rb->watch->ctx, rb->out->looked_at);
        }
        f.after_id = rb->count ? rb->list[rb->count - 1].id : 0;
    } while (rb->count == STEP);
    *e = (struct err){0};
    return true;
}

bool verify_reservations(struct env *env, const struct establishment *hotel, const struct verify_watch *watch,
                         struct verify_count *out, struct err *e)
{
    struct rebuild rb = {.watch = watch, .out = out, .hotel = hotel, .now_us = clock_now_us(&env->clock)};
    struct zone_time now;
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    *out = (struct verify_count){0};
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    rb.c = c;
    if (!c || !zone_local(hotel->timezone, rb.now_us, &now, e) ||
        !room_type_list(c, &a, hotel->id, &rb.rooms, &rb.room_count, e) ||
        !room_mapping_list(c, &a, hotel->id, &rb.mappings, &rb.mapping_count, e)) {
        return false;
    }
    rb.today = now.date;
    struct str dir = file_make_temporary(&a, S("selfkey-verify-"), e);
    if (!dir.n) {
        return false;
    }
    bool ok = store_open(&rb.temporary, dir, false, e) && db_write(rb.temporary.hotel, furnish, &rb, e) &&
              rebuild_all(&rb, e);
    store_close(&rb.temporary);
    file_remove_tree(dir);
    return ok;
}
