/* What a reservation will be: the message laid over what was. */
#include "base/fold.h"
#include "hub/apply_job.h"

#include <string.h>

#define NO_ROOM SIZE_MAX

static struct str pick_str(struct str given, struct str before)
{
    return str_given(given) ? given : before;
}

static int64_t pick_int(int64_t given, int64_t before)
{
    return given == FIELD_INT_NONE ? before : given;
}

static int64_t minor_of(struct decimal d, const struct currency *c, int64_t before)
{
    int64_t minor;
    return d.given && money_from_decimal(d, c, false, &minor, NULL) ? minor : before;
}

/* In the currency's own places, so that the same amount is the same text. */
static bool lay_charges(struct job *j, struct str before, const struct charge_set *given,
                        const struct currency *c, struct str *out, struct err *e)
{
    struct charge_set old, new;
    *out = before;
    if (charge_is_empty(given) && !given->nights.items && !given->extras.items && !given->taxes.items) {
        return true;
    }
    if (!charge_read(j->a, before, &old, e)) {
        return false;
    }
    new = charge_merge(&old, given);
    charge_round(&new, c);
    *out = charge_write(j->a, &new);
    return true;
}

bool apply_resolve_room(struct job *j, struct stay_row *s, struct err *e)
{
    struct stock_batch *stock = &j->ap->stock;
    struct str key = s->room_key, integration = str_given(s->named_by) ? s->named_by : S("");
    int64_t *id = &s->room_type_id;
    *id = 0;
    if (key.n && !room_mapping_find(j->ap->c, j->ap->hotel->id, integration, key, id, e)) {
        return false;
    }
    for (size_t i = 0; *id == 0 && i < stock->room_count && key.n; i++) {
        *id = str_eq(stock->rooms[i].code_key, key) ? stock->rooms[i].id : 0;
    }
    for (size_t i = 0; *id == 0 && i < stock->room_count && key.n; i++) {
        *id = str_eq(stock->rooms[i].name_key, key) ? stock->rooms[i].id : 0;
    }
    if (*id == 0 && !key.n && stock->room_count == 1) {
        *id = stock->rooms[0].id; /* a house with one kind of room need not name it */
    }
    return true;
}

/* --- which room continues which --- */

/* Of two rooms with different references nothing can make one. */
static bool may_be(const struct room_stay *room, const struct stay_row *old)
{
    return !room->reference.n || !old->reference.n;
}

static bool same_type(struct job *j, const struct room_stay *room, const struct stay_row *old)
{
    if (!str_given(room->room_type)) {
        return true;
    }
    struct str key = fold(j->a, room->room_type);
    const struct room_type *type = old->room_type_id ? apply_room(j->ap, old->room_type_id) : NULL;
    return str_eq(key, old->room_key) ||
           (type && (str_eq(key, type->code_key) || str_eq(key, type->name_key)));
}

/* new_of[k]: the room of the message that continues the k-th old one, or NO_ROOM. By the channel's reference; without
 * one by position when there are as many as before, else by room type and dates. */
static void match_rooms(struct job *j, size_t *new_of, bool *matched)
{
    const struct reservation *r = &j->m->data;
    size_t rooms = r->rooms.count, stays = j->old.stay_count;
    for (size_t k = 0; k < stays; k++) {
        new_of[k] = NO_ROOM;
        for (size_t i = 0; j->old.stays[k].reference.n && i < rooms && new_of[k] == NO_ROOM; i++) {
            if (!matched[i] && str_eq(reservation_room(r, i)->reference, j->old.stays[k].reference)) {
                new_of[k] = i;
                matched[i] = true;
            }
        }
    }
    for (size_t k = 0; rooms == stays && k < stays; k++) {
        if (new_of[k] == NO_ROOM && !matched[k] && !reservation_room(r, k)->reference.n) {
            new_of[k] = k;
            matched[k] = true;
        }
    }
    for (size_t k = 0; k < stays; k++) {
        const struct stay_row *old = &j->old.stays[k];
        for (size_t i = 0; i < rooms && new_of[k] == NO_ROOM; i++) {
            const struct room_stay *room = reservation_room(r, i);
            if (!matched[i] && room->arrival == old->arrival && room->departure == old->departure &&
                may_be(room, old) && same_type(j, room, old)) {
                new_of[k] = i;
                matched[i] = true;
            }
        }
    }
}

/* --- the rooms --- */

/* A room that was cancelled alone comes back like a whole reservation does: only by a message that says so, and that it
 * is newer. What a message leaves out stays: a room's own cancellation or no-show even when the whole gets another
 * status, any other status only as long as the whole has the one that it had. */
static void lay_status(struct job *j, const struct room_stay *room, const struct stay_row *before,
                       struct stay_row *s)
{
    int said = room ? room->status : -1, whole = j->m->data.status;
    bool gone = before->apart && before->status == RESERVATION_CANCELLED;
    bool may_return = j->source->person || (j->says_so && !j->source->snapshot);
    if (gone && room && !j->source->person && !j->source->snapshot && said != RESERVATION_CANCELLED &&
        j->new.status != RESERVATION_CANCELLED && (said < 0 || !may_return)) {
        j->silent = s;
    }
    if (said >= 0 && (!gone || said == RESERVATION_CANCELLED || may_return)) {
        s->apart = true;
        s->status = said;
    } else {
        bool ends = before->status == RESERVATION_CANCELLED || before->status == RESERVATION_NO_SHOW;
        s->apart = before->apart && (ends || whole < 0 || whole == j->old.status);
        s->status = s->apart ? before->status : 0;
    }
    if (s->apart && s->status == j->new.status && s->status != RESERVATION_CANCELLED &&
        s->status != RESERVATION_NO_SHOW) {
        s->apart = false;
    }
}

static bool lay_room(struct job *j, const struct room_stay *room, const struct stay_row *before,
                     struct stay_row *s, const struct currency *c, struct err *e)
{
    *s = (struct stay_row){
        .reference = pick_str(room->reference, before->reference),
        .room_type = pick_str(room->room_type, before->room_type),
        .rate_plan = pick_str(room->rate_plan, before->rate_plan),
        .arrival = room->arrival,
        .departure = room->departure,
        .adults = pick_int(room->adults, before->adults),
        .children = pick_int(room->children, before->children),
        .amount_minor = minor_of(room->amount, c, before->amount_minor),
        .oversold = before->oversold,
        .position = before->position,
        .keeps_nights = room->keeps_nights < 0 ? before->keeps_nights : room->keeps_nights == 1,
    };
    /* A name that the message leaves out is still the one that somebody else gave. */
    bool said = str_given(room->room_type) || !str_given(before->room_type);
    s->named_by = !said                             ? before->named_by
                  : j->source->integration_id.n > 0 ? j->source->integration_id
                                                    : (struct str){0};
    s->room_key = str_given(s->room_type) ? fold(j->a, s->room_type) : S("");
    lay_status(j, room, before, s);
    /* Prices of nights are of the dates that they were said with. */
    struct charge_set charge = room->charge;
    bool moved = before->departure && (before->arrival != s->arrival || before->departure != s->departure);
    if (moved && !charge.nights.items) {
        charge.nights.items = arena_array(j->a, struct charge_night, 1); /* there are none any more */
    }
    return lay_charges(j, before->charges, &charge, c, &s->charges, e) && apply_resolve_room(j, s, e);
}

/* Rooms that stay keep their order and position; what is new comes after them, and the rest is gone. */
static bool build_stays(struct job *j, const struct currency *c, struct err *e)
{
    static const struct stay_row none = {
        .adults = FIELD_INT_NONE, .children = FIELD_INT_NONE, .amount_minor = FIELD_INT_NONE};
    const struct reservation *r = &j->m->data;
    size_t *new_of = arena_array(j->a, size_t, j->old.stay_count);
    bool *matched = arena_array(j->a, bool, r->rooms.count);
    int64_t next = j->old.stay_count ? j->old.stays[j->old.stay_count - 1].position + 1 : 0;
    match_rooms(j, new_of, matched);
    j->new.stay_count = 0;
    j->new.stays = arena_array(j->a, struct stay_row, r->rooms.count);
    j->said_at = arena_array(j->a, size_t, r->rooms.count);
    for (size_t k = 0; k < j->old.stay_count; k++) {
        size_t at = j->new.stay_count, i = new_of[k];
        if (i != NO_ROOM) {
            j->said_at[at] = i;
            j->new.stay_count++;
            if (!lay_room(j, reservation_room(r, i), &j->old.stays[k], &j->new.stays[at], c, e)) {
                return false;
            }
        }
    }
    for (size_t i = 0; i < r->rooms.count; i++) {
        size_t at = j->new.stay_count;
        struct stay_row fresh = none;
        if (!matched[i]) {
            j->said_at[at] = i;
            j->new.stay_count++;
            fresh.position = next++;
            if (!lay_room(j, reservation_room(r, i), &fresh, &j->new.stays[at], c, e)) {
                return false;
            }
        }
    }
    return true;
}

/* A message that speaks of no room leaves them as they were, but may say something of all. */
static void carry_stays(struct job *j)
{
    j->new.stays = arena_array(j->a, struct stay_row, j->old.stay_count);
    for (size_t i = 0; i < j->old.stay_count; i++) {
        j->new.stays[i] = j->old.stays[i];
        lay_status(j, NULL, &j->old.stays[i], &j->new.stays[i]);
    }
}

/* The hold has expired: what is held is free, and what was sold apart from it stays. */
static void expire_rooms(struct job *j)
{
    struct reservation_row *n = &j->new;
    bool sold = false;
    for (size_t i = 0; i < n->stay_count; i++) {
        sold = sold || reservation_sold(reservation_stay_status(&j->old, &j->old.stays[i]));
    }
    n->status = sold ? RESERVATION_CONFIRMED : RESERVATION_CANCELLED;
    for (size_t i = 0; sold && i < n->stay_count; i++) {
        n->stays[i] = j->old.stays[i];
        if (reservation_held(reservation_stay_status(&j->old, &n->stays[i]))) {
            n->stays[i].apart = true;
            n->stays[i].status = RESERVATION_CANCELLED;
        }
    }
}

/* What all rooms say is what the reservation is. */
static void agree_status(struct reservation_row *n)
{
    size_t live = 0, agree = 0;
    int status = -1;
    for (size_t i = 0; i < n->stay_count; i++) {
        const struct stay_row *s = &n->stays[i];
        if (reservation_stay_status(n, s) == RESERVATION_CANCELLED) {
            continue;
        }
        live++;
        status = live == 1 && s->apart ? s->status : status;
        agree += s->apart && s->status == status;
    }
    if (n->status == RESERVATION_CANCELLED || n->stay_count == 0 || (live > 0 && agree < live)) {
        return;
    }
    n->status = live ? status : RESERVATION_CANCELLED;
    for (size_t i = 0; i < n->stay_count; i++) {
        struct stay_row *s = &n->stays[i];
        s->apart = live && s->apart && s->status != status;
    }
}

/* --- the whole --- */

void apply_summarise(struct reservation_row *r)
{
    bool all = true; /* when none is left, the dates are those of what was */
    r->arrival = r->departure = DATE_NONE;
    r->unmapped = r->stay_count == 0 && (reservation_sold(r->status) || reservation_held(r->status));
    for (size_t i = 0; i < r->stay_count; i++) {
        all = all && reservation_stay_status(r, &r->stays[i]) == RESERVATION_CANCELLED;
    }
    for (size_t i = 0; i < r->stay_count; i++) {
        const struct stay_row *s = &r->stays[i];
        bool gone = reservation_stay_status(r, s) == RESERVATION_CANCELLED;
        if (!gone || all) {
            r->arrival = r->arrival == DATE_NONE || s->arrival < r->arrival ? s->arrival : r->arrival;
            r->departure = s->departure > r->departure ? s->departure : r->departure;
        }
        r->unmapped = r->unmapped || (s->room_type_id == 0 && !gone);
    }
}

static struct guest pick_guest(const struct guest *given, const struct guest *before)
{
    return (struct guest){
        pick_str(given->first_name, before->first_name), pick_str(given->last_name, before->last_name),
        pick_str(given->email, before->email),           pick_str(given->phone, before->phone),
        pick_str(given->country, before->country),       pick_str(given->language, before->language),
    };
}

/* Amounts in another currency say nothing about the new one. */
static void forget_amounts(struct reservation_row *r)
{
    r->total_minor = r->commission_minor = FIELD_INT_NONE;
    r->charges = (struct str){0};
    for (size_t i = 0; i < r->stay_count; i++) {
        r->stays[i].amount_minor = FIELD_INT_NONE;
        r->stays[i].charges = (struct str){0};
    }
}

/* The row keeps the latest time that anybody has said: an undated message must not open the door to old ones. What the
 * program does by the clock is nobody's news, and holds nothing back: what was said before it may still arrive. */
static void date_row(struct job *j)
{
    const struct revision_row *v = &j->revision;
    struct reservation_row *n = &j->new;
    if (j->source->by_clock) {
        return;
    }
    enum reservation_dated by = !v->dated             ? RESERVATION_UNDATED
                                : j->source->snapshot ? RESERVATION_DATED_BY_FILE
                                                      : RESERVATION_DATED_BY_MESSAGE;
    n->arrived_us = v->received_us;
    if (by > j->old.dated || (by == j->old.dated && v->ordered_us > j->old.ordered_us)) {
        n->dated = by;
        n->ordered_us = v->ordered_us;
    }
}

bool apply_has_expired(const struct reservation_row *r)
{
    return r->status == RESERVATION_CANCELLED && r->expires_us != INSTANT_NONE;
}

/* A time belongs to a hold; a cancelled one with a time is one that expired, until somebody cancels it. */
static void lay_expiry(struct job *j)
{
    const struct reservation *r = &j->m->data;
    struct reservation_row *n = &j->new;
    bool expired =
        n->status == RESERVATION_CANCELLED &&
        (j->source->by_clock || (apply_has_expired(&j->old) && r->status != RESERVATION_CANCELLED));
    if (n->status == RESERVATION_HOLD) {
        n->expires_us = r->expires_at != INSTANT_NONE            ? r->expires_at
                        : j->old.status == n->status && j->found ? j->old.expires_us
                                                                 : INSTANT_NONE;
    } else if (!expired) {
        n->expires_us = INSTANT_NONE;
    }
}

bool apply_build_row(struct job *j, struct err *e)
{
    const struct reservation *r = &j->m->data;
    struct reservation_row *n = &j->new;
    if (j->found && str_given(r->currency) && !str_eq(r->currency, j->old.currency)) {
        forget_amounts(&j->old);
    }
    *n = j->old;
    j->silent = NULL;
    n->status = r->status != -1 ? r->status : j->found ? j->old.status : RESERVATION_CONFIRMED;
    n->currency = str_given(r->currency) ? r->currency : j->found ? j->old.currency : j->ap->hotel->currency;
    const struct currency *c = currency_find(n->currency);
    n->total_minor = minor_of(r->total_amount, c, j->old.total_minor);
    n->commission_minor = minor_of(r->commission, c, j->old.commission_minor);
    n->revision = pick_str(r->revision, j->old.revision);
    date_row(j);
    n->booked_us = r->booked_at != INSTANT_NONE ? r->booked_at : j->old.booked_us;
    n->notes = pick_str(r->notes, j->old.notes);
    n->guest = pick_guest(&r->guest, &j->old.guest);
    n->updated_us = j->ap->now_us;
    n->revisions = j->old.revisions + 1;
    if (!j->found) {
        n->id = j->ap->lock.next_id++;
        n->guest_id = j->ap->lock.next_id++;
        n->integration_id = j->source->integration_id;
        n->created_us = j->ap->now_us;
    }
    if (!lay_charges(j, j->old.charges, &r->charge, c, &n->charges, e)) {
        return false;
    }
    if (r->rooms.count == 0 && j->found) {
        carry_stays(j);
    } else if (!build_stays(j, c, e)) {
        return false;
    }
    if (j->source->by_clock) {
        expire_rooms(j);
    }
    agree_status(n);
    lay_expiry(j);
    apply_summarise(n);
    return true;
}

bool apply_complete_row(struct job *j, struct err *e)
{
    const struct reservation *r = &j->m->data;
    struct reservation_row *n = &j->new;
    const struct currency *c = currency_find(j->old.currency);
    bool same_money = !str_given(r->currency) || str_eq(r->currency, j->old.currency);
    *n = j->old;
    if (!build_stays(j, c, e)) {
        return false;
    }
    if (same_money) {
        n->total_minor = pick_int(n->total_minor, minor_of(r->total_amount, c, FIELD_INT_NONE));
        n->commission_minor = pick_int(n->commission_minor, minor_of(r->commission, c, FIELD_INT_NONE));
        if (!n->charges.n && !lay_charges(j, n->charges, &r->charge, c, &n->charges, e)) {
            return false;
        }
    }
    for (size_t i = 0; !same_money && i < n->stay_count; i++) {
        n->stays[i].amount_minor = FIELD_INT_NONE;
        n->stays[i].charges = (struct str){0};
    }
    /* The rooms follow what newer messages say of the whole, but for those that were cancelled by then. */
    for (size_t i = 0; i < n->stay_count; i++) {
        n->stays[i].apart = n->stays[i].apart && n->stays[i].status == RESERVATION_CANCELLED;
    }
    if (n->status == RESERVATION_HOLD && n->expires_us == INSTANT_NONE) {
        n->expires_us = r->expires_at;
    }
    n->booked_us = n->booked_us != INSTANT_NONE ? n->booked_us : r->booked_at;
    n->notes = pick_str(n->notes, r->notes);
    n->guest = pick_guest(&n->guest, &r->guest);
    n->updated_us = j->ap->now_us;
    n->revisions = j->old.revisions + 1;
    apply_summarise(n);
    return true;
}
