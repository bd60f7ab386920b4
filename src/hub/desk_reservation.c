/* Reservations at the desk, alerts, events and the outbox; declared in hub/desk.h. */
#include "base/limits.h"
#include "hub/desk.h"
#include "io/zone.h"

#include <stdio.h>
#include <string.h>

struct booking {
    struct env *env;
    struct arena *a;
    const struct establishment *hotel;
    struct str actor;
    struct reservation *r;
    int64_t id; /* of an existing one; 0: a new one */
    struct reservation_row *out;
    const struct desk_ending *ending; /* what r is made from, or NULL */
    int status;                       /* of the ending */
};

/* A cancellation or a no-show at the desk stands against what the channel had said before. Another edit (a note, a phone
 * number) has no date: what the channel sends next must not be older than it. */
static bool ends_something(const struct reservation *r)
{
    bool ends = r->status == RESERVATION_CANCELLED || r->status == RESERVATION_NO_SHOW;
    for (size_t i = 0; i < r->rooms.count && !ends; i++) {
        int status = reservation_room(r, i)->status;
        ends = status == RESERVATION_CANCELLED || status == RESERVATION_NO_SHOW;
    }
    return ends;
}

static bool make_ending(struct booking *b, const struct reservation_row *before, struct err *e);

static bool book_work(struct db_conn *c, void *arg, struct err *e)
{
    struct booking *b = arg;
    int64_t now = clock_now_us(&b->env->clock);
    struct reservation_message m = {.type = b->id ? MESSAGE_MODIFIED : MESSAGE_CREATED};
    struct apply_source source = {.actor = b->actor, .received_us = now, .numbered = true, .person = true};
    struct reservation_row before;
    struct apply_result result;
    bool found = false;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    struct apply *ap = apply_begin(c, &batch, b->hotel, now, e);
    if (!ap || (b->id && !reservation_get(c, b->a, b->hotel->id, b->id, &before, e))) {
        return false;
    }
    if (b->ending && !make_ending(b, &before, e)) {
        return false;
    }
    if (b->r->expires_at != INSTANT_NONE && b->r->expires_at <= now) {
        return err_field(e, ERR_INVALID, "expiresAt", "this time has passed already",
                         "cette heure est déjà passée");
    }
    m.timestamp = ends_something(b->r) ? now : INSTANT_NONE;
    m.reason = b->ending ? b->ending->reason : (struct str){0};
    /* As it will be stored: otherwise " Direct" would be another channel here and the same one there. */
    struct str channel = reservation_channel(b->a, b->r->channel);
    b->r->channel = b->id ? before.channel : str_given(channel) ? channel : S("direct");
    b->r->reference = b->id ? before.reference : str_trim(b->r->reference);
    m.data = *b->r;
    if (!b->id &&
        !reservation_find(c, b->a, b->hotel->id, m.data.channel, m.data.reference, &before, &found, e)) {
        return false;
    }
    if (found) {
        return err_field(e, ERR_CONFLICT, "reference", "there is already a reservation %.*s on this channel",
                         "il y a déjà une réservation %.*s sur ce canal", STR_ARG(m.data.reference));
    }
    return apply_message(ap, b->a, &m, &source, APPLY_REFUSE, &result, e) && apply_end(ap, e) &&
           reservation_get(c, b->a, b->hotel->id, result.reservation_id, b->out, e);
}

/* Errors of the message are errors of the body: without the message's own "/data". */
static bool as_body(bool ok, struct err *e)
{
    struct str pointer = err_pointer(e);
    if (!ok && str_starts(pointer, S("/data"))) {
        struct err copy = *e;
        for (size_t i = 0; i <= pointer.n - 5; i++) {
            e->pointer[i] = copy.pointer[i + 5];
        }
    }
    return ok;
}

/* --- what else is free --- */

struct least {
    int64_t units, available;
};

static void note_night(void *ctx, int32_t night, const struct stock_day *d)
{
    struct least *least = ctx;
    int64_t available = stock_available(d, least->units);
    (void)night;
    least->available = available < least->available ? available : least->available;
}

/* Adds to the refusal which room types have a room for all of the nights. */
static void add_alternatives(const struct booking *b, const struct room_stay *wanted, struct err *e)
{
    struct room_type *list;
    size_t count, said = 0;
    struct buf codes = buf_in(b->a);
    struct err none;
    DB_READ_SCOPE *c = db_read(b->env->store->hotel, &none);
    if (!c || !room_type_list(c, b->a, b->hotel->id, &list, &count, &none)) {
        return;
    }
    for (size_t i = 0; i < count && said < 5; i++) {
        struct least least = {.units = list[i].units, .available = list[i].units};
        if (!stock_read(c, b->hotel->id, list[i].id, wanted->arrival, wanted->departure, note_night, &least,
                        &none)) {
            return;
        }
        if (least.available > 0) {
            buf_fmt(&codes, "%s%.*s (%lld)", said++ ? ", " : "", STR_ARG(list[i].code),
                    (long long)least.available);
        }
    }
    struct str free_codes = buf_str(&codes);
    size_t en = strlen(e->en), fr = strlen(e->fr);
    if (said) {
        snprintf(e->en + en, sizeof(e->en) - en, ". Free for these nights: %.*s", STR_ARG(free_codes));
        snprintf(e->fr + fr, sizeof(e->fr) - fr, ". Libres pour ces nuits : %.*s", STR_ARG(free_codes));
    } else {
        snprintf(e->en + en, sizeof(e->en) - en, ". No other room type is free for these nights");
        snprintf(e->fr + fr, sizeof(e->fr) - fr, ". Aucun autre type de chambre n'est libre pour ces nuits");
    }
}

static bool book(struct booking *b, struct err *e)
{
    if (as_body(db_write(b->env->store->hotel, book_work, b, e), e)) {
        return true;
    }
    struct str pointer = err_pointer(e), rest = str_sub(pointer, S("/rooms/").n, pointer.n);
    int64_t i;
    if (e->code == ERR_CONFLICT && str_starts(pointer, S("/rooms/")) && str_to_i64(str_cut(&rest, '/'), &i) &&
        i >= 0 && (size_t)i < b->r->rooms.count && str_eq(rest, S("roomType"))) {
        add_alternatives(b, reservation_room(b->r, (size_t)i), e);
    }
    return false;
}

bool desk_book(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
               struct reservation *r, struct reservation_row *out, struct err *e)
{
    struct booking b = {env, a, hotel, actor, r, 0, out, NULL, 0};
    return book(&b, e);
}

bool desk_change(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                 int64_t id, struct reservation *r, struct reservation_row *out, struct err *e)
{
    struct booking b = {env, a, hotel, actor, r, id, out, NULL, 0};
    return book(&b, e);
}

/* --- cancellations and no-shows --- */

static const struct field number_members[] = {
    {FIELD_MEMBER("number", FIELD_INT, desk_room_number, number), .flags = FIELD_REQUIRED, .min = 1,
     .max = 1000000},
};
static const struct field_table number_fields = {"roomNumber", sizeof(struct desk_room_number),
                                                 number_members, ARRAY_LEN(number_members)};
static const struct field ending_members[] = {
    {FIELD_MEMBER("rooms", FIELD_LIST, desk_ending, rooms), .of = &number_fields, .max = LIMIT_ROOMS},
    {FIELD_MEMBER("reason", FIELD_STR, desk_ending, reason), .max = 500},
    {FIELD_MEMBER("keepsNights", FIELD_BOOL, desk_ending, keeps_nights)},
};
const struct field_table desk_no_show_fields = {"noShow", sizeof(struct desk_ending), ending_members,
                                                ARRAY_LEN(ending_members)};
const struct field_table desk_cancel_fields = {"cancellation", sizeof(struct desk_ending), ending_members,
                                               ARRAY_LEN(ending_members) - 1};

static bool is_meant(const struct desk_ending *how, const struct stay_row *s)
{
    const struct desk_room_number *list = how->rooms.items;
    bool meant = how->rooms.count == 0;
    for (size_t i = 0; i < how->rooms.count; i++) {
        meant = meant || list[i].number == s->position + 1;
    }
    return meant;
}

static bool check_numbers(const struct desk_ending *how, const struct reservation_row *r, struct err *e)
{
    const struct desk_room_number *list = how->rooms.items;
    for (size_t i = 0; i < how->rooms.count; i++) {
        bool known = false;
        for (size_t k = 0; k < r->stay_count; k++) {
            known = known || r->stays[k].position + 1 == list[i].number;
        }
        if (!known) {
            err_field(e, ERR_INVALID, "number", "this reservation has no room %lld",
                      "cette réservation n'a pas de chambre %lld", (long long)list[i].number);
            err_in_index(e, i);
            return err_in(e, S("rooms"));
        }
    }
    return true;
}

static bool may_be_no_show(const struct booking *b, const struct reservation_row *r, const struct stay_row *s,
                           struct err *e)
{
    struct zone_time now;
    if (!zone_local(b->hotel->timezone, clock_now_us(&b->env->clock), &now, e)) {
        return false;
    }
    if (reservation_stay_status(r, s) == RESERVATION_CANCELLED) {
        return err_field(e, ERR_CONFLICT, "rooms", "room %lld is cancelled", "la chambre %lld est annulée",
                         (long long)s->position + 1);
    }
    if (s->arrival > now.date) {
        char day[DATE_TEXT_SIZE];
        date_text(s->arrival, day);
        return err_field(e, ERR_CONFLICT, "rooms", "nobody is missing yet: the arrival is on %s",
                         "personne ne manque encore : l'arrivée est le %s", day);
    }
    return true;
}

/* The reservation said again, with the rooms that are meant ended: what is left out stays. */
static bool make_ending(struct booking *b, const struct reservation_row *before, struct err *e)
{
    const struct desk_ending *how = b->ending;
    bool no_show = b->status == RESERVATION_NO_SHOW;
    struct room_stay *rooms = arena_array(b->a, struct room_stay, before->stay_count);
    if (!check_numbers(how, before, e)) {
        return false;
    }
    for (size_t i = 0; i < before->stay_count; i++) {
        const struct stay_row *s = &before->stays[i];
        bool meant = is_meant(how, s);
        bool gone = how->rooms.count == 0 && reservation_stay_status(before, s) == RESERVATION_CANCELLED;
        if (no_show && meant && !gone && !may_be_no_show(b, before, s, e)) {
            return false;
        }
        field_clear(&room_stay_fields, &rooms[i]);
        rooms[i].reference = s->reference;
        rooms[i].arrival = s->arrival;
        rooms[i].departure = s->departure;
        rooms[i].keeps_nights = meant && no_show ? how->keeps_nights == 1 : -1;
        rooms[i].status = meant && how->rooms.count > 0 ? b->status : -1;
    }
    b->r->status = how->rooms.count == 0 ? b->status : -1;
    if (how->rooms.count > 0 || no_show) {
        b->r->rooms = (struct field_list){rooms, before->stay_count};
    }
    return true;
}

bool desk_end(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
              int64_t id, int status, const struct desk_ending *how, struct reservation_row *out,
              struct err *e)
{
    struct reservation r;
    struct booking b = {env, a, hotel, actor, &r, id, out, how, status};
    field_clear(&reservation_fields, &r);
    return book(&b, e);
}

bool desk_reservations(struct env *env, struct arena *a, const struct establishment *hotel,
                       const struct reservation_filter *f, struct reservation_row **list, size_t *count,
                       struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && reservation_list(c, a, hotel->id, f, list, count, e);
}

bool desk_reservation(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id,
                      struct reservation_row *out, struct revision_row **history, size_t *count,
                      struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && reservation_get(c, a, hotel->id, id, out, e) &&
           revision_list(c, a, hotel->id, id, history, count, e);
}

bool desk_alerts(struct env *env, struct arena *a, const struct establishment *hotel,
                 const struct alert_place *after, size_t limit, struct alert_row **list, size_t *count,
                 struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && alert_list(c, a, hotel->id, after, limit, list, count, e);
}

bool desk_events(struct env *env, struct arena *a, const struct establishment *hotel, int64_t after_seq,
                 size_t limit, struct event_row **list, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && event_list(c, a, hotel->id, after_seq, limit, list, count, e);
}

bool desk_outbox(struct env *env, struct arena *a, const struct establishment *hotel, size_t limit,
                 struct outbox_row **list, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && outbox_list(c, a, hotel->id, (struct str){0}, limit, list, count, e);
}
