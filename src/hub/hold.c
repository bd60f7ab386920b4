#include "hub/hold.h"

#include "base/limits.h"
#include "base/log.h"
#include "hub/apply.h"

#define HOLDS_MAX 200 /* of one look */

struct expiry {
    struct env *env;
    struct establishment hotel;
    const struct expired_hold *list; /* of this hotel and others */
    size_t count;
    int64_t now_us;
};

static bool expire_one(struct db_conn *c, struct apply *ap, struct arena *a, const struct expiry *x,
                       int64_t id, struct err *e)
{
    struct reservation_row r;
    struct apply_result out;
    struct apply_source source = {.received_us = x->now_us, .by_clock = true};
    struct reservation_message *m = arena_new(a, struct reservation_message);
    if (!reservation_get(c, a, x->hotel.id, id, &r, e)) {
        return false;
    }
    if (r.status != RESERVATION_HOLD || r.expires_us == INSTANT_NONE || r.expires_us > x->now_us) {
        return true; /* somebody was faster */
    }
    field_clear(&reservation_message_fields, m);
    m->type = MESSAGE_CANCELLED;
    m->timestamp = x->now_us;
    m->reason = S(RESERVATION_EXPIRED);
    m->data.reference = r.reference;
    m->data.channel = r.channel;
    m->data.status = RESERVATION_CANCELLED;
    return apply_message(ap, a, m, &source, APPLY_KEEP, &out, e);
}

static bool expire_work(struct db_conn *c, void *arg, struct err *e)
{
    const struct expiry *x = arg;
    ARENA_SCOPE batch;
    ARENA_SCOPE scratch;
    arena_init(&batch, LIMIT_ARENA);
    arena_init(&scratch, LIMIT_ARENA);
    struct apply *ap = apply_begin(c, &batch, &x->hotel, x->now_us, e);
    for (size_t i = 0; ap && i < x->count; i++) {
        arena_reset(&scratch);
        if (x->list[i].establishment_id == x->hotel.id && !expire_one(c, ap, &scratch, x, x->list[i].id, e)) {
            return false;
        }
    }
    return ap && apply_end(ap, e);
}

static bool expire_hotel(struct expiry *x, struct arena *a, int64_t hotel_id, struct err *e)
{
    {
        DB_READ_SCOPE *c = db_read(x->env->store->hotel, e);
        if (!c || !establishment_find_id(c, a, hotel_id, &x->hotel, e)) {
            return false;
        }
    }
    return db_write(x->env->store->hotel, expire_work, x, e);
}

bool hold_expire_due(struct env *env, bool *more, struct err *e)
{
    struct expiry x = {.env = env, .now_us = clock_now_us(&env->clock)};
    struct expired_hold *list;
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    *more = false;
    {
        DB_READ_SCOPE *c = db_read(env->store->hotel, e);
        if (!c || !reservation_expired(c, &a, x.now_us, HOLDS_MAX, &list, &x.count, e)) {
            return false;
        }
    }
    x.list = list;
    *more = x.count == HOLDS_MAX;
    for (size_t i = 0; i < x.count; i++) {
        struct err why;
        bool done = false;
        for (size_t k = 0; k < i && !done; k++) {
            done = list[k].establishment_id == list[i].establishment_id;
        }
        if (!done && !expire_hotel(&x, &a, list[i].establishment_id, &why)) {
            log_event(LOG_ERROR, "hold.expire", LOG_I64("hotel", list[i].establishment_id),
                      LOG_STR("error", str_of(why.en)));
            *more = false; /* not at once again */
        }
    }
    return true;
}
