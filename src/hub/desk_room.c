/* Rooms, calendar and mappings; declared in hub/desk.h. */
#include "base/fold.h"
#include "base/limits.h"
#include "base/log.h"
#include "hub/desk.h"
#include "hub/nights.h"

#include <string.h>

#define CALENDAR_MAX_NIGHTS 800

bool desk_rooms(struct env *env, struct arena *a, const struct establishment *hotel, struct room_type **list,
                size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && room_type_list(c, a, hotel->id, list, count, e);
}

/* One change of the hotel's rooms, with what follows: under the hotel's lock, in one transaction. */
struct change {
    struct env *env;
    struct arena *a;
    const struct establishment *hotel;
    struct str actor;
    struct room_type *room;
    bool is_new;
    struct room_mapping mapping;
    int64_t repaired;
    struct apply_overs overs;
};

/* The name in force: the one that is given, else this one. */
static void set_name(struct change *ch, struct str otherwise)
{
    struct str name = str_trim(ch->room->name);
    ch->room->name = name.n ? name : arena_str(ch->a, otherwise);
    ch->room->name_key = fold(ch->a, ch->room->name);
}

static bool room_event(struct change *ch, struct apply *ap, struct err *e)
{
    struct buf b = buf_in(ch->a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_str(&o, S("code"), ch->room->code);
    json_member_i64(&o, S("units"), ch->room->units);
    json_member_str(&o, S("actor"), ch->actor);
    json_close(&o, '}');
    return apply_event(ap, ch->is_new ? S("room.created") : S("room.modified"), ch->room->id, buf_str(&b), e);
}

static bool find_by_code(struct apply *ap, struct arena *a, struct str code, const struct room_type **out,
                         struct err *e)
{
    *out = apply_room_named(ap, fold(a, code));
    return *out || err_field(e, ERR_NOT_FOUND, "roomType", "there is no room type “%.*s”",
                             "il n'y a pas de type de chambre « %.*s »", STR_ARG(code));
}

static bool store_room(struct db_conn *c, struct change *ch, struct apply *ap, struct err *e)
{
    if (ch->is_new) {
        set_name(ch, ch->room->code);
        ch->room->id = apply_lock(ap)->next_id++;
        return room_type_insert(c, ch->hotel->id, ch->room, clock_now_us(&ch->env->clock), e);
    }
    const struct room_type *before;
    if (!find_by_code(ap, ch->a, ch->room->code, &before, e)) {
        return false;
    }
    ch->room->id = before->id;
    ch->room->code = arena_str(ch->a, before->code); /* the row goes with the batch, the caller reads on */
    set_name(ch, before->name);
    return room_type_update(c, ch->hotel->id, ch->room, e) &&
           apply_room_units(ap, ch->a, before->id, ch->room->units, &ch->overs, e);
}

/* What may have waited for the room: its code, its name, and a stay without a name when it is the only one. */
static bool note_names(struct db_conn *c, struct change *ch, struct apply *ap, struct err *e)
{
    const struct str anybody = {0};
    const struct room_type *r = ch->room;
    struct room_type *list;
    size_t count;
    return room_type_list(c, ch->a, ch->hotel->id, &list, &count, e) &&
           desk_repair_note(c, ap, ch->hotel, anybody, r->code_key, e) &&
           (str_eq(r->name_key, r->code_key) ||
            desk_repair_note(c, ap, ch->hotel, anybody, r->name_key, e)) &&
           (count > 1 || desk_repair_note(c, ap, ch->hotel, anybody, S(""), e));
}

static bool room_work(struct db_conn *c, void *arg, struct err *e)
{
    struct change *ch = arg;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    int64_t now = clock_now_us(&ch->env->clock);
    struct apply *ap = apply_begin(c, &batch, ch->hotel, now, e);
    if (!ap || !store_room(c, ch, ap, e) || !note_names(c, ch, ap, e) || !room_event(ch, ap, e) ||
        !apply_end(ap, e)) {
        return false;
    }
    /* A second batch, because the first began without the room: it is held at once for whoever may mean it. */
    ap = apply_begin(c, &batch, ch->hotel, now, e);
    return ap && apply_end(ap, e);
}

/* The change stands; what follows from it is begun while the person waits. */
static void repair(struct change *ch)
{
    struct err e;
    bool more;
    if (!desk_repair(ch->env, ch->hotel->id, DESK_REPAIR_STEPS, &ch->repaired, &more, &e)) {
        log_event(LOG_ERROR, "repair.failed", LOG_I64("hotel", ch->hotel->id),
                  LOG_STR("error", str_of(e.en)));
    }
}

static bool room_save(struct change *ch, int64_t *repaired, struct err *e)
{
    ch->room->code = str_trim(ch->room->code);
    ch->room->code_key = fold(ch->a, ch->room->code);
    if (ch->room->code_key.n == 0) {
        return err_field(e, ERR_INVALID, "code", "the code is empty", "le code est vide");
    }
    if (!db_write(ch->env->store->hotel, room_work, ch, e)) {
        return false;
    }
    repair(ch);
    *repaired = ch->repaired;
    return true;
}

bool desk_room_add(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                   struct room_type *r, int64_t *repaired, struct err *e)
{
    struct change ch = {.env = env, .a = a, .hotel = hotel, .actor = actor, .room = r, .is_new = true};
    return room_save(&ch, repaired, e);
}

bool desk_room_change(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                      struct room_type *r, int64_t *repaired, struct apply_overs *overs, struct err *e)
{
    struct change ch = {.env = env, .a = a, .hotel = hotel, .actor = actor, .room = r};
    bool ok = room_save(&ch, repaired, e);
    *overs = ch.overs;
    return ok;
}

struct fill {
    struct calendar_day *days;
    int32_t from;
};

static void fill_day(void *ctx, int32_t night, const struct stock_day *d)
{
    struct fill *f = ctx;
    f->days[night - f->from].stock = *d;
}

static bool calendar_room(struct db_conn *c, struct arena *a, const struct establishment *hotel, int32_t from,
                          int32_t to, struct calendar_room *r, struct err *e)
{
    size_t n = (size_t)(to - from);
    r->days = arena_array(a, struct calendar_day, n);
    for (size_t i = 0; i < n; i++) {
        r->days[i] = (struct calendar_day){.night = from + (int32_t)i, .stock = {.physical = FIELD_INT_NONE}};
    }
    struct fill f = {r->days, from};
    if (!stock_read(c, hotel->id, r->room.id, from, to, fill_day, &f, e)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        r->days[i].available = stock_available(&r->days[i].stock, r->room.units);
    }
    return true;
}

bool desk_calendar(struct env *env, struct arena *a, const struct establishment *hotel, int32_t from,
                   int32_t to, struct calendar_room **rooms, size_t *count, struct err *e)
{
    struct room_type *types;
    if (!nights_check(from, to, CALENDAR_MAX_NIGHTS, e)) {
        return false;
    }
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c || !room_type_list(c, a, hotel->id, &types, count, e)) {
        return false;
    }
    *rooms = arena_array(a, struct calendar_room, *count);
    for (size_t i = 0; i < *count; i++) {
        (*rooms)[i].room = types[i];
        if (!calendar_room(c, a, hotel, from, to, &(*rooms)[i], e)) {
            return false;
        }
    }
    return true;
}

bool desk_mappings(struct env *env, struct arena *a, const struct establishment *hotel,
                   struct room_mapping **list, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && room_mapping_list(c, a, hotel->id, list, count, e);
}

static bool map_work(struct db_conn *c, void *arg, struct err *e)
{
    struct change *ch = arg;
    const struct room_type *room = NULL;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    struct apply *ap = apply_begin(c, &batch, ch->hotel, ch->mapping.seen_us, e);
    if (!ap || (ch->room->code.n && !find_by_code(ap, ch->a, ch->room->code, &room, e))) {
        return false;
    }
    ch->mapping.room_type_id = room ? room->id : 0;
    struct buf b = buf_in(ch->a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_str(&o, S("integrationId"),
                    ch->mapping.integration_id.n ? ch->mapping.integration_id : (struct str){0});
    json_member_str(&o, S("remote"), ch->mapping.remote);
    json_member_str(&o, S("roomType"), ch->room->code);
    json_member_str(&o, S("actor"), ch->actor);
    json_close(&o, '}');
    return room_mapping_set(c, ch->hotel->id, &ch->mapping, e) &&
           desk_repair_note(c, ap, ch->hotel, ch->mapping.integration_id, ch->mapping.remote_key, e) &&
           apply_event(ap, S("mapping.modified"), ch->mapping.room_type_id, buf_str(&b), e) &&
           apply_end(ap, e);
}

bool desk_map(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
              struct str integration_id, struct str remote, struct str room_type, int64_t *repaired,
              struct err *e)
{
    struct room_type code = {.code = room_type};
    struct change ch = {.env = env,
                        .a = a,
                        .hotel = hotel,
                        .actor = actor,
                        .room = &code,
                        .mapping = {.integration_id = str_given(integration_id) ? integration_id : S(""),
                                    .remote = remote,
                                    .remote_key = fold(a, remote),
                                    .seen_us = clock_now_us(&env->clock)}};
    if (ch.mapping.remote_key.n == 0) {
        return err_field(e, ERR_INVALID, "remote", "say which name of the channel you mean",
                         "dites de quel nom du canal il s'agit");
    }
    if (!db_write(env->store->hotel, map_work, &ch, e)) {
        return false;
    }
    repair(&ch);
    *repaired = ch.repaired;
    return true;
}
