/* What a message does to the rooms: stock, incidents, names that nobody mapped; and the hotel's own changes. */
#include "base/fold.h"
#include "base/show.h"
#include "hub/apply_job.h"
#include "store/event.h"

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

bool apply_room_units(struct apply *ap, int64_t room_type_id, int64_t units, struct err *e)
{
    int32_t today = (int32_t)(ap->now_us / 86400000000);
    return stock_set_units(&ap->stock, room_type_id, units, today - 1, today + APPLY_HORIZON_NIGHTS, e);
}

bool apply_stock_edit(struct apply *ap, int64_t room_type_id, int32_t from, int32_t to, int64_t physical,
                      int64_t out_of_order, int64_t overbooking_limit, struct err *e)
{
    const struct stock_day wanted = {
        .physical = physical, .out_of_order = out_of_order, .overbooking_limit = overbooking_limit};
    return stock_edit_nights(&ap->stock, room_type_id, from, to, &wanted, e);
}

static struct str night_text(struct job *j, int32_t night, enum lang lang)
{
    return show_date(j->a, night, lang);
}

static struct str source_name(const struct job *j)
{
    return str_given(j->source->integration_name) ? j->source->integration_name : j->new.channel;
}

static bool refuse_sale(size_t i, const struct cell *cell, struct err *e)
{
    char night[DATE_TEXT_SIZE];
    date_text(cell->night, night);
    err_field(e, ERR_CONFLICT, "roomType", "no %.*s is left for the night of %s: nothing was booked",
              "il ne reste plus de %.*s pour la nuit du %s : rien n'a été réservé", STR_ARG(cell->room->code),
              night);
    err_in_index(e, i);
    return err_in(e, S("rooms"));
}

static bool raise_oversold(struct job *j, const struct cell *cell, struct err *e)
{
    long long taken = (long long)(cell->day.sold + cell->day.held);
    long long capacity = (long long)stock_capacity(&cell->day, cell->room->units);
    struct str by = source_name(j);
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
    bool fresh;
    apply_warn(j, message.en, message.fr);
    return alert_raise(j->ap->c, j->ap->hotel->id, &alert, &fresh, e) &&
           (!fresh || apply_event(j->ap, S("alert.raised"), j->new.id,
                                  arena_fmt(j->a, "{\"fingerprint\":\"%.*s\",\"severity\":\"critical\"}",
                                            STR_ARG(alert.fingerprint)),
                                  e));
}

static struct str unmapped_fingerprint(struct arena *a, struct str integration_id, struct str key)
{
    return arena_fmt(a, "unmapped:%.*s:%.*s", STR_ARG(integration_id), STR_ARG(key));
}

static bool raise_unmapped(struct job *j, struct err *e)
{
    for (size_t i = 0; i < j->new.stay_count; i++) {
        const struct stay_row *s = &j->new.stays[i];
        if (s->room_type_id != 0) {
            continue;
        }
        struct str name = str_given(s->room_type) ? s->room_type : S("");
        struct str key = fold(j->a, name);
        struct str integration = str_given(j->source->integration_id) ? j->source->integration_id : S("");
        struct mapping seen = {integration, name, key, 0, j->ap->now_us};
        struct text message = {
            arena_fmt(
                j->a,
                "The room “%.*s” of %.*s is not one of the hotel's. Its reservations are kept, and one room of each type "
                "is held for their nights until you say which room type it is.",
                STR_ARG(name), STR_ARG(source_name(j))),
            arena_fmt(
                j->a,
                "La chambre « %.*s » de %.*s n'est pas connue de l'hôtel. Ses réservations sont gardées, et une "
                "chambre de chaque type est retenue pour leurs nuits jusqu'à ce que vous disiez de quel type elle est.",
                STR_ARG(name), STR_ARG(source_name(j))),
        };
        struct alert_row alert = {.fingerprint = unmapped_fingerprint(j->a, integration, key),
                                  .severity = S("warning"),
                                  .message = message,
                                  .reservation_id = j->new.id,
                                  .integration_id = j->source->integration_id,
                                  .last_us = j->ap->now_us};
        bool fresh;
        apply_warn(j, message.en, message.fr);
        if (!mapping_note(j->ap->c, j->ap->hotel->id, &seen, e) ||
            !alert_raise(j->ap->c, j->ap->hotel->id, &alert, &fresh, e)) {
            return false;
        }
    }
    return true;
}

/* Gives the old nights back and takes the new ones; notes what is beyond stock. */
bool apply_move_stock(struct job *j, enum apply_policy policy, struct err *e)
{
    struct stock_batch *stock = &j->ap->stock;
    struct str origin = j->source->integration_id;
    for (size_t i = 0; i < j->old.stay_count; i++) {
        if (!stock_change_stay(stock, &j->old.stays[i], j->old.status, -1, origin, e)) {
            return false;
        }
    }
    for (size_t i = 0; i < j->new.stay_count; i++) {
        if (!stock_change_stay(stock, &j->new.stays[i], j->new.status, +1, origin, e)) {
            return false;
        }
    }
    bool takes = reservation_sold(j->new.status) || reservation_held(j->new.status);
    j->new.oversold = false;
    for (size_t i = 0; takes && i < j->new.stay_count; i++) {
        const struct cell *worst;
        struct stay_row *s = &j->new.stays[i];
        s->oversold = stock_oversells(stock, s, &worst);
        if (!s->oversold) {
            continue;
        }
        if (policy == APPLY_REFUSE) {
            return refuse_sale(i, worst, e);
        }
        j->new.oversold = true;
        if (!raise_oversold(j, worst, e)) {
            return false;
        }
    }
    return !j->new.unmapped || raise_unmapped(j, e);
}

/* --- repairing what was not mapped --- */

static bool remap_one(struct apply *ap, struct arena *a, int64_t id, int64_t *repaired, struct err *e)
{
    struct apply_result out = {0};
    struct apply_source source = {.received_us = ap->now_us};
    struct job j = {.ap = ap, .a = a, .source = &source, .out = &out, .found = true};
    if (!reservation_get(ap->c, a, ap->hotel->id, id, &j.old, e)) {
        return false;
    }
    source.integration_id = j.old.integration_id;
    j.new = j.old;
    j.new.stays = arena_array(a, struct stay_row, j.old.stay_count);
    bool changed = false;
    for (size_t i = 0; i < j.old.stay_count; i++) {
        j.new.stays[i] = j.old.stays[i];
        if (j.old.stays[i].room_type_id == 0) {
            int64_t *room_type_id = &j.new.stays[i].room_type_id;
            if (!apply_resolve_room(&j, j.old.stays[i].room_type, room_type_id, e)) {
                return false;
            }
            struct str key = fold(a, j.old.stays[i].room_type);
            if (*room_type_id != 0 &&
                !alert_clear(ap->c, ap->hotel->id, unmapped_fingerprint(a, j.old.integration_id, key),
                             ap->now_us, e)) {
                return false;
            }
            changed = changed || *room_type_id != 0;
        }
    }
    if (!changed) {
        return true;
    }
    apply_summarise(&j.new);
    source.integration_id = (struct str){0}; /* the hotel decided: everybody is told */
    source.integration_name = j.old.channel;
    if (!apply_move_stock(&j, APPLY_KEEP, e)) {
        return false;
    }
    stock_settle(&ap->stock);
    (*repaired)++;
    return reservation_save(ap->c, ap->hotel->id, &j.new, false, false, e) && apply_reservation_event(&j, e);
}

bool apply_remap(struct apply *ap, struct arena *scratch, int64_t *repaired, struct err *e)
{
    enum { STEP = 500 };
    int64_t after = 0, *ids;
    size_t count;
    *repaired = 0;
    do {
        if (!reservation_unmapped(ap->c, scratch, ap->hotel->id, after, STEP, &ids, &count, e)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (!remap_one(ap, scratch, ids[i], repaired, e)) {
                return false;
            }
            after = ids[i];
        }
    } while (count == STEP);
    return true;
}
