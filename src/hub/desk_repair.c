/* What is looked at again when the hotel's rooms mean something else now; declared in hub/desk.h. */
#include "base/limits.h"
#include "base/log.h"
#include "hub/desk.h"
#include "io/zone.h"
#include "store/repair.h"

#define HOTELS_MAX 50 /* of one look at what is left over */

bool desk_repair_note(struct db_conn *c, struct apply *ap, const struct establishment *hotel,
                      struct str integration_id, struct str room_key, struct err *e)
{
    struct repair r = {hotel->id, apply_lock(ap)->next_id++, integration_id, room_key, 0};
    return repair_insert(c, &r, e);
}

struct step {
    struct env *env;
    struct establishment hotel;
    struct repair repair;
    int32_t today;
    int64_t *ids; /* reservations of this step */
    size_t count;
    int64_t repaired;
};

static bool step_work(struct db_conn *c, void *arg, struct err *e)
{
    struct step *s = arg;
    const struct apply_name name = {s->repair.integration_id, s->repair.room_key, s->today};
    bool stands, repaired;
    ARENA_SCOPE batch;
    ARENA_SCOPE scratch;
    arena_init(&batch, LIMIT_ARENA);
    arena_init(&scratch, LIMIT_ARENA);
    s->repaired = 0;
    struct apply *ap = apply_begin(c, &batch, &s->hotel, clock_now_us(&s->env->clock), e);
    if (!ap || !repair_stands(c, &s->repair, &stands, e)) {
        return false;
    }
    for (size_t i = 0; stands && i < s->count; i++) {
        arena_reset(&scratch);
        if (!apply_repair(ap, &scratch, s->ids[i], &name, &repaired, e)) {
            return false;
        }
        s->repaired += repaired;
    }
    bool last = s->count < DESK_REPAIR_STEP;
    return (!stands || (last ? repair_delete(c, &s->repair, e)
                             : repair_advance(c, &s->repair, s->ids[s->count - 1], e))) &&
           apply_end(ap, e);
}

/* What to do next, read before the hotel's lock is taken: looking for names takes longer than changing them.
 * Whatever comes meanwhile is resolved with the new meaning anyway. *found: there is something. */
static bool next_step(struct step *s, struct arena *a, bool *found, struct err *e)
{
    struct repair *r = &s->repair;
    DB_READ_SCOPE *c = db_read(s->env->store->hotel, e);
    if (!c || !repair_first(c, a, s->hotel.id, r, found, e)) {
        return false;
    }
    if (!*found) {
        return true;
    }
    return str_given(r->integration_id)
               ? reservation_named(c, a, s->hotel.id, r->integration_id, r->room_key, s->today, r->after_id,
                                   DESK_REPAIR_STEP, &s->ids, &s->count, e)
               : reservation_waiting(c, a, s->hotel.id, r->room_key, r->after_id, DESK_REPAIR_STEP, &s->ids,
                                     &s->count, e);
}

static bool begin(struct step *s, struct arena *a, int64_t hotel_id, struct err *e)
{
    struct zone_time now;
    DB_READ_SCOPE *c = db_read(s->env->store->hotel, e);
    if (!c || !establishment_find_id(c, a, hotel_id, &s->hotel, e) ||
        !zone_local(s->hotel.timezone, clock_now_us(&s->env->clock), &now, e)) {
        return false;
    }
    s->today = now.date;
    return true;
}

bool desk_repair(struct env *env, int64_t hotel_id, size_t steps, int64_t *repaired, bool *more,
                 struct err *e)
{
    struct step s = {.env = env};
    ARENA_SCOPE hotel;
    ARENA_SCOPE a;
    arena_init(&hotel, LIMIT_ARENA);
    arena_init(&a, LIMIT_ARENA);
    *repaired = 0;
    *more = true;
    if (!begin(&s, &hotel, hotel_id, e)) {
        return false;
    }
    for (size_t done = 0;; done++) {
        arena_reset(&a);
        if (!next_step(&s, &a, more, e)) {
            return false;
        }
        if (!*more || done == steps) {
            return true;
        }
        if (!db_write(env->store->hotel, step_work, &s, e)) {
            return false;
        }
        *repaired += s.repaired;
    }
}

bool desk_repairing(struct env *env, const struct establishment *hotel, bool *yes, struct err *e)
{
    struct repair r;
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && repair_first(c, &a, hotel->id, &r, yes, e);
}

bool desk_repair_due(struct env *env, bool *more, struct err *e)
{
    int64_t *hotels, repaired;
    size_t count;
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    *more = false;
    {
        DB_READ_SCOPE *c = db_read(env->store->hotel, e);
        if (!c || !repair_hotels(c, &a, HOTELS_MAX, &hotels, &count, e)) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct err why;
        bool left = false;
        if (!desk_repair(env, hotels[i], DESK_REPAIR_STEPS, &repaired, &left, &why)) {
            log_event(LOG_ERROR, "repair.failed", LOG_I64("hotel", hotels[i]),
                      LOG_STR("error", str_of(why.en)));
        } else {
            *more = *more || left;
        }
    }
    return true;
}
