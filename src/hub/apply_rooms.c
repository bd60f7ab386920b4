/* What a message does to the rooms: stock, incidents, names that nobody mapped; and the hotel's own changes. */
#include "base/limits.h"
#include "base/show.h"
#include "format/json.h"
#include "hub/apply_job.h"
#include "io/zone.h"
#include "store/event.h"
#include "store/integration.h"

struct establishment_lock *apply_lock(struct apply *ap)
{
    return &ap->lock;
}

const struct room_type *apply_room(const struct apply *ap, int64_t room_type_id)
{
    for (size_t i = 0; i < ap->stock.room_count; i++) {
        if (ap->stock.rooms[i].id == room_type_id) {
            return &ap->stock.rooms[i];
        }
    }
    return NULL;
}

const struct room_type *apply_room_named(const struct apply *ap, struct str key)
{
    for (size_t i = 0; i < ap->stock.room_count; i++) {
        if (str_eq(ap->stock.rooms[i].code_key, key)) {
            return &ap->stock.rooms[i];
        }
    }
    return NULL;
}

static struct str night_text(struct job *j, int32_t night, enum lang lang)
{
    return show_date(j->a, night, lang);
}

/* What people call an integration; without one, or when it is gone, they know the channel. */
static bool name_of(struct job *j, struct str integration_id, struct str *name, struct err *e)
{
    const struct apply_source *source = j->source;
    struct integration row;
    *name = j->new.channel;
    if (str_given(source->integration_name) && str_eq(integration_id, source->integration_id)) {
        *name = source->integration_name;
    } else if (integration_id.n > 0) {
        if (integration_find(j->ap->c, j->a, j->ap->hotel->id, integration_id, &row, e)) {
            *name = row.name;
        } else if (e->code != ERR_NOT_FOUND) {
            return false;
        }
        *e = (struct err){0};
    }
    return true;
}

static bool refuse_sale(size_t i, const struct cell *cell, struct err *e)
{
    char night[DATE_TEXT_SIZE];
    date_text(cell->night, night);
    err_field(e, ERR_CONFLICT, "roomType", "no %.*s is left for the night of %s: nothing was booked",
              "il ne reste plus de %.*s pour la nuit du %s : rien n'a été réservé", STR_ARG(cell->room->code),
              night);
    err_in_index(e, i);
    err_in(e, S("rooms"));
    return err_in(e, S("data"));
}

/* An alert that was not standing before is an event too. */
static bool raise(struct apply *ap, struct arena *a, const struct alert_row *alert, struct err *e)
{
    bool fresh;
    if (!alert_raise(ap->c, ap->hotel->id, alert, &fresh, e)) {
        return false;
    }
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_str(&o, S("fingerprint"), alert->fingerprint);
    json_member_str(&o, S("severity"), alert->severity);
    json_close(&o, '}');
    return !fresh || apply_event(ap, S("alert.raised"), alert->reservation_id, buf_str(&b), e);
}

static bool raise_oversold(struct job *j, const struct cell *cell, struct err *e)
{
    long long taken = (long long)(cell->day.sold + cell->day.held);
    long long capacity = (long long)stock_capacity(&cell->day, cell->room->units);
    struct str by;
    if (!name_of(j, j->source->integration_id, &by, e)) {
        return false;
    }
    struct text message = {
        arena_fmt(
            j->a,
            "%.*s sold %.*s for the night of %.*s beyond what the hotel has: %lld taken of %lld. Reservation "
            "%.*s was kept; find it another room, or cancel one.",
            STR_ARG(by), STR_ARG(cell->room->code), STR_ARG(night_text(j, cell->night, LANG_EN)), taken,
            capacity, STR_ARG(j->new.reference)),
        arena_fmt(
            j->a,
            "%.*s a vendu %.*s pour la nuit du %.*s au-delà de ce que l'hôtel possède : %lld prises sur %lld. La "
            "réservation %.*s a été gardée ; trouvez-lui une autre chambre, ou annulez-en une.",
            STR_ARG(by), STR_ARG(cell->room->code), STR_ARG(night_text(j, cell->night, LANG_FR)), taken,
            capacity, STR_ARG(j->new.reference)),
    };
    struct alert_row alert = {.fingerprint = stock_fingerprint(j->a, cell),
                              .severity = S("critical"),
                              .message = message,
                              .reservation_id = j->new.id,
                              .integration_id = j->source->integration_id,
                              .last_us = j->ap->now_us};
    apply_warn(j, message.en, message.fr);
    return raise(j->ap, j->a, &alert, e);
}

static struct str unmapped_fingerprint(struct arena *a, struct str named_by, struct str room_key)
{
    return arena_fmt(a, "unmapped:%.*s:%.*s", STR_ARG(named_by), STR_ARG(room_key));
}

static struct text unmapped_text(struct job *j, struct str by, struct str name)
{
    if (!name.n) {
        return (struct text){
            arena_fmt(
                j->a,
                "%.*s does not say which room type it sold. Its reservations are kept, and one room of each type "
                "is held for their nights until you say it in the reservation.",
                STR_ARG(by)),
            arena_fmt(
                j->a,
                "%.*s ne dit pas quel type de chambre a été vendu. Ses réservations sont gardées, et une chambre de "
                "chaque type est retenue pour leurs nuits jusqu'à ce que vous le disiez dans la réservation.",
                STR_ARG(by)),
        };
    }
    return (struct text){
        arena_fmt(
            j->a,
            "The room “%.*s” of %.*s is not one of the hotel's. Its reservations are kept, and one room of each type "
            "is held for their nights until you say which room type it is.",
            STR_ARG(name), STR_ARG(by)),
        arena_fmt(
            j->a,
            "La chambre « %.*s » de %.*s n'est pas connue de l'hôtel. Ses réservations sont gardées, et une "
            "chambre de chaque type est retenue pour leurs nuits jusqu'à ce que vous disiez de quel type elle est.",
            STR_ARG(name), STR_ARG(by)),
    };
}

/* Notes the name among the mappings to be made; when stock is held for it, somebody must know. */
static bool raise_unmapped_stay(struct job *j, const struct stay_row *s, bool holds, struct err *e)
{
    struct str name = str_given(s->room_type) ? s->room_type : S(""), by;
    if (!name_of(j, s->named_by, &by, e)) {
        return false;
    }
    struct str integration = str_given(s->named_by) ? s->named_by : S("");
    struct room_mapping seen = {integration, name, s->room_key, 0, j->ap->now_us};
    struct alert_row alert = {.fingerprint = unmapped_fingerprint(j->a, s->named_by, s->room_key),
                              .severity = S("warning"),
                              .message = unmapped_text(j, by, name),
                              .reservation_id = j->new.id,
                              .integration_id = s->named_by,
                              .last_us = j->ap->now_us};
    if (s->room_key.n && !room_mapping_note(j->ap->c, j->ap->hotel->id, &seen, e)) {
        return false;
    }
    if (holds) {
        apply_warn(j, alert.message.en, alert.message.fr);
    }
    return !holds || raise(j->ap, j->a, &alert, e);
}

static bool takes(const struct reservation_row *r, const struct stay_row *s)
{
    int status = reservation_stay_status(r, s);
    return reservation_sold(status) || reservation_held(status);
}

/* Names that the reservation waited for: whether others still do is looked at when the batch ends. */
static void leave_names(struct job *j)
{
    struct apply *ap = j->ap;
    for (size_t i = 0; i < j->old.stay_count; i++) {
        const struct stay_row *s = &j->old.stays[i];
        if (s->room_type_id != 0 || !takes(&j->old, s)) {
            continue;
        }
        struct left_name *known = ap->left;
        while (known && !(str_eq(known->named_by, s->named_by) && str_eq(known->room_key, s->room_key))) {
            known = known->next;
        }
        if (!known) {
            struct left_name *left = arena_new(ap->a, struct left_name);
            *left =
                (struct left_name){arena_str(ap->a, s->named_by), arena_str(ap->a, s->room_key), ap->left};
            ap->left = left;
        }
    }
}

bool apply_settle_unmapped(struct apply *ap, struct err *e)
{
    for (const struct left_name *left = ap->left; left; left = left->next) {
        bool waits;
        if (!reservation_waits(ap->c, ap->hotel->id, left->named_by, left->room_key, &waits, e) ||
            (!waits &&
             !alert_clear(ap->c, ap->hotel->id, unmapped_fingerprint(ap->a, left->named_by, left->room_key),
                          ap->now_us, e))) {
            return false;
        }
    }
    return true;
}

static struct str roomless_fingerprint(struct job *j)
{
    return arena_fmt(j->a, "roomless:%lld", (long long)j->new.id);
}

/* Sold, but nobody has said yet which nights: no stock can be taken. */
static bool raise_roomless(struct job *j, struct err *e)
{
    struct str by, ref = j->new.reference;
    if (!name_of(j, j->source->integration_id, &by, e)) {
        return false;
    }
    struct alert_row alert = {
        .fingerprint = roomless_fingerprint(j),
        .severity = S("critical"),
        .message =
            {arena_fmt(j->a,
                       "%.*s tells of reservation %.*s, but not of its rooms and nights: no stock is taken "
                       "for it. Look it up there, and enter them.",
                       STR_ARG(by), STR_ARG(ref)),
             arena_fmt(j->a,
                       "%.*s annonce la réservation %.*s, mais ni ses chambres ni ses nuits : aucun stock "
                       "n'est pris pour elle. Consultez-la là-bas, et saisissez-les.",
                       STR_ARG(by), STR_ARG(ref))},
        .reservation_id = j->new.id,
        .integration_id = j->source->integration_id,
        .last_us = j->ap->now_us,
    };
    apply_warn(j, alert.message.en, alert.message.fr);
    return raise(j->ap, j->a, &alert, e);
}

static bool raise_unmapped(struct job *j, struct err *e)
{
    bool was_roomless = j->found && j->old.stay_count == 0;
    if (j->new.stay_count == 0 && (reservation_sold(j->new.status) || reservation_held(j->new.status))) {
        return raise_roomless(j, e);
    }
    for (size_t i = 0; j->new.unmapped &&i < j->new.stay_count; i++) {
        const struct stay_row *s = &j->new.stays[i];
        if (s->room_type_id == 0 && reservation_stay_status(&j->new, s) != RESERVATION_CANCELLED &&
            !raise_unmapped_stay(j, s, takes(&j->new, s), e)) {
            return false;
        }
    }
    return !was_roomless ||
           alert_clear(j->ap->c, j->ap->hotel->id, roomless_fingerprint(j), j->ap->now_us, e);
}

/* A room that a channel named otherwise, and that the person did not name, may stay as it is. */
static bool is_new_or_named(const struct job *j, size_t i)
{
    int64_t position = j->new.stays[i].position;
    bool was = false;
    for (size_t k = 0; k < j->old.stay_count; k++) {
        was = was || j->old.stays[k].position == position;
    }
    return !was || str_given(reservation_room(&j->m->data, j->said_at[i])->room_type);
}

bool apply_refuse_unmapped(const struct job *j, struct err *e)
{
    for (size_t i = 0; i < j->new.stay_count && j->m->data.rooms.count > 0; i++) {
        const struct stay_row *s = &j->new.stays[i];
        if (s->room_type_id == 0 && is_new_or_named(j, i)) {
            if (str_trim(s->room_type).n) {
                err_field(e, ERR_INVALID, "roomType", "the hotel has no room type “%.*s”",
                          "l'hôtel n'a pas de type de chambre « %.*s »", STR_ARG(s->room_type));
            } else {
                err_field(e, ERR_INVALID, "roomType", "say which room type it is",
                          "dites de quel type de chambre il s'agit");
            }
            err_in_index(e, j->said_at[i]);
            err_in(e, S("rooms"));
            return err_in(e, S("data"));
        }
    }
    return true;
}

/* Every night of the stay that is further beyond stock than before is an incident of its own, since each is
 * cleared alone. *s remembers that it was one. */
static bool check_stay(struct job *j, size_t i, enum apply_policy policy, struct err *e)
{
    struct stay_row *s = &j->new.stays[i];
    bool was = s->oversold, still = false;
    int32_t to = takes(&j->new, s) ? reservation_stay_taken_to(&j->new, s) : s->arrival;
    s->oversold = false;
    for (int32_t night = s->arrival; s->room_type_id != 0 && night < to; night++) {
        const struct cell *cell = stock_night(&j->ap->stock, s->room_type_id, night);
        enum stock_standing standing = cell ? stock_stand(cell) : STOCK_WITHIN;
        if (standing == STOCK_TAKEN_MORE && policy == APPLY_REFUSE) {
            return refuse_sale(j->said_at ? j->said_at[i] : i, cell, e);
        }
        if (standing >= STOCK_SOLD_MORE && !raise_oversold(j, cell, e)) {
            return false;
        }
        s->oversold = s->oversold || standing >= STOCK_SOLD_MORE;
        still = still || standing == STOCK_STILL_OVER;
    }
    s->oversold = s->oversold || (was && still);
    j->new.oversold = j->new.oversold || s->oversold;
    return true;
}

/* What a stay takes, once more (+1) or no longer (−1). */
static bool change_stay(struct job *j, const struct reservation_row *r, const struct stay_row *s, int sign,
                        struct str origin, struct err *e)
{
    struct stay_row taken = *s;
    taken.departure = reservation_stay_taken_to(r, s);
    return stock_change_stay(&j->ap->stock, &taken, reservation_stay_status(r, s), sign, origin, e);
}

bool apply_move_stock(struct job *j, enum apply_policy policy, struct str origin, struct err *e)
{
    for (size_t i = 0; i < j->old.stay_count; i++) {
        if (!change_stay(j, &j->old, &j->old.stays[i], -1, origin, e)) {
            return false;
        }
    }
    for (size_t i = 0; i < j->new.stay_count; i++) {
        if (!change_stay(j, &j->new, &j->new.stays[i], +1, origin, e)) {
            return false;
        }
    }
    j->new.oversold = false;
    for (size_t i = 0; i < j->new.stay_count; i++) {
        if (!check_stay(j, i, policy, e)) {
            return false;
        }
    }
    leave_names(j);
    return raise_unmapped(j, e);
}

/* --- the hotel's own changes --- */

static bool raise_over(struct apply *ap, struct arena *a, const struct cell *cell, struct err *e)
{
    long long taken = (long long)(cell->day.sold + cell->day.held);
    long long capacity = (long long)stock_capacity(&cell->day, cell->room->units);
    struct alert_row alert = {
        .fingerprint = stock_fingerprint(a, cell),
        .severity = S("critical"),
        .message =
            {arena_fmt(
                 a,
                 "By the hotel's own change there are too few %.*s for the night of %.*s: %lld taken of %lld. "
                 "Find the others another room, or take the change back.",
                 STR_ARG(cell->room->code), STR_ARG(show_date(a, cell->night, LANG_EN)), taken, capacity),
             arena_fmt(
                 a,
                 "Par une modification de l'hôtel lui-même, il y a trop peu de %.*s pour la nuit du %.*s : %lld "
                 "prises sur %lld. Trouvez une autre chambre aux autres, ou revenez sur cette modification.",
                 STR_ARG(cell->room->code), STR_ARG(show_date(a, cell->night, LANG_FR)), taken, capacity)},
        .last_us = ap->now_us,
    };
    return raise(ap, a, &alert, e);
}

/* Nobody sold too much, but somebody has no room: that is the same incident. Nights that are over are nobody's. */
static bool raise_overs(struct apply *ap, struct arena *a, int64_t room_type_id, struct apply_overs *overs,
                        struct err *e)
{
    const struct room_type *room = apply_room(ap, room_type_id);
    const struct cell **cells;
    struct zone_time now;
    *overs = (struct apply_overs){.room_type = room ? arena_str(a, room->code) : S("")};
    if (!zone_local(ap->hotel->timezone, ap->now_us, &now, e)) {
        return false;
    }
    stock_exceeded(&ap->stock, a, room_type_id, now.date, &cells, &overs->count);
    overs->list = arena_array(a, struct apply_over, overs->count);
    for (size_t i = 0; i < overs->count; i++) {
        const struct stock_day *d = &cells[i]->day;
        overs->list[i] =
            (struct apply_over){cells[i]->night, d->sold + d->held, stock_capacity(d, cells[i]->room->units)};
        if (!raise_over(ap, a, cells[i], e)) {
            return false;
        }
    }
    return true;
}

bool apply_room_units(struct apply *ap, struct arena *a, int64_t room_type_id, int64_t units,
                      struct apply_overs *overs, struct err *e)
{
    int32_t today = (int32_t)(ap->now_us / 86400000000);
    return stock_set_units(&ap->stock, room_type_id, units, today - 1, today + APPLY_HORIZON_NIGHTS, e) &&
           raise_overs(ap, a, room_type_id, overs, e);
}

bool apply_stock_edit(struct apply *ap, struct arena *a, int64_t room_type_id, int32_t from, int32_t to,
                      const struct stock_day *wanted, struct apply_overs *overs, struct err *e)
{
    return stock_edit_nights(&ap->stock, room_type_id, from, to, wanted, e) &&
           raise_overs(ap, a, room_type_id, overs, e);
}
