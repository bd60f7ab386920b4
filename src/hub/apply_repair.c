/* What is looked at again when a batch or the hotel changed something: rooms that got another meaning, rooms that are
 * new, nights that are within stock again. */
#include "base/limits.h"
#include "hub/apply_job.h"

/* --- names that mean something else now --- */

/* Whether the stay's room may be another one now. What was never found is always looked up. */
static bool is_meant(const struct stay_row *s, const struct apply_name *name)
{
    return s->room_type_id == 0 ||
           (str_given(name->integration_id) && str_eq(s->room_key, name->room_key) &&
            s->departure >= name->today &&
            (s->named_by.n ? str_eq(s->named_by, name->integration_id) : name->integration_id.n == 0));
}

/* Finds the rooms of j->new anew; *changed says whether any is another one. */
static bool resolve_again(struct job *j, const struct apply_name *name, bool *changed, struct err *e)
{
    *changed = false;
    j->new.stays = arena_array(j->a, struct stay_row, j->old.stay_count);
    for (size_t i = 0; i < j->old.stay_count; i++) {
        struct stay_row *s = &j->new.stays[i];
        *s = j->old.stays[i];
        if (is_meant(s, name) && !apply_resolve_room(j, s, e)) {
            return false;
        }
        *changed = *changed || s->room_type_id != j->old.stays[i].room_type_id;
    }
    return true;
}

bool apply_repair(struct apply *ap, struct arena *scratch, int64_t reservation_id,
                  const struct apply_name *name, bool *repaired, struct err *e)
{
    struct apply_result out = {0};
    struct apply_source source = {.received_us = ap->now_us};
    struct job j = {.ap = ap, .a = scratch, .source = &source, .out = &out, .found = true};
    bool changed;
    *repaired = false;
    if (!reservation_get(ap->c, scratch, ap->hotel->id, reservation_id, &j.old, e)) {
        return false;
    }
    source.integration_id = j.old.integration_id;
    j.new = j.old;
    if (!resolve_again(&j, name, &changed, e)) {
        return false;
    }
    if (!changed) {
        return true;
    }
    apply_summarise(&j.new);
    j.new.updated_us = ap->now_us;
    /* The hotel decided: everybody is told. */
    if (!apply_move_stock(&j, APPLY_KEEP, (struct str){0}, e)) {
        return false;
    }
    stock_settle(&ap->stock);
    /* A cancelled one only remembers it, in case that it comes back. */
    *repaired = j.new.status != RESERVATION_CANCELLED;
    return reservation_save(ap->c, ap->hotel->id, &j.new, false, false, e) &&
           (!*repaired || apply_reservation_event(&j, e));
}

/* --- room types that are new --- */

static bool hold_new_rooms(void *ctx, const struct unmapped_stays *s, struct err *e)
{
    struct apply *ap = ctx;
    int64_t held = s->count * (reservation_sold(s->status) + reservation_held(s->status));
    for (size_t i = 0; held && i < ap->stock.room_count; i++) {
        const struct room_type *room = &ap->stock.rooms[i];
        if (!room->holds_unmapped && !stock_hold(&ap->stock, room, s->arrival, s->taken_to, held, e)) {
            return false;
        }
    }
    return true;
}

bool apply_welcome_rooms(struct apply *ap, struct err *e)
{
    bool all = true;
    for (size_t i = 0; i < ap->stock.room_count; i++) {
        all = all && ap->stock.rooms[i].holds_unmapped;
    }
    if (all) {
        return true;
    }
    if (!reservation_unmapped(ap->c, ap->hotel->id, hold_new_rooms, ap, e)) {
        return false;
    }
    stock_settle(&ap->stock);
    for (size_t i = 0; i < ap->stock.room_count; i++) {
        ap->stock.rooms[i].holds_unmapped = true;
    }
    return room_type_welcome(ap->c, ap->hotel->id, e);
}

/* --- nights that are within stock again --- */

static bool settle_one(struct apply *ap, struct arena *a, int64_t id, struct err *e)
{
    struct job j = {.ap = ap, .a = a, .found = true};
    if (!reservation_get(ap->c, a, ap->hotel->id, id, &j.new, e)) {
        return false;
    }
    bool changed = false;
    j.new.oversold = false;
    for (size_t i = 0; i < j.new.stay_count; i++) {
        struct stay_row *s = &j.new.stays[i];
        struct stay_row taken = *s;
        bool over = false;
        taken.departure = reservation_stay_taken_to(&j.new, s);
        if (s->oversold && !stock_stay_over(&ap->stock, &taken, &over, e)) {
            return false;
        }
        changed = changed || (s->oversold && !over);
        s->oversold = over;
        j.new.oversold = j.new.oversold || over;
    }
    j.new.updated_us = ap->now_us;
    return !changed || (reservation_save(ap->c, ap->hotel->id, &j.new, false, false, e) &&
                        apply_reservation_event(&j, e));
}

static bool settle_stretch(struct apply *ap, const struct stock_stretch *s, struct err *e)
{
    enum { STEP = 500 };
    int64_t after = 0, *ids;
    size_t count;
    ARENA_SCOPE list;
    ARENA_SCOPE row;
    arena_init(&list, LIMIT_ARENA);
    arena_init(&row, LIMIT_ARENA);
    do {
        arena_reset(&list);
        if (!reservation_oversold(ap->c, &list, ap->hotel->id, s->room_type_id, s->from, s->to, after, STEP,
                                  &ids, &count, e)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            arena_reset(&row);
            if (!settle_one(ap, &row, ids[i], e)) {
                return false;
            }
            after = ids[i];
        }
    } while (count == STEP);
    return true;
}

bool apply_settle_oversold(struct apply *ap, struct err *e)
{
    const struct stock_stretch *solved;
    size_t count;
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    stock_solved(&ap->stock, &a, &solved, &count);
    for (size_t i = 0; i < count; i++) {
        if (!settle_stretch(ap, &solved[i], e)) {
            return false;
        }
    }
    return true;
}
