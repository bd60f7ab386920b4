#include "hub/message.h"

#include "hub/integration.h"

/* The two stores are asked one after the other: an outcome that comes in between is shown a moment earlier than
 * its message says, which harms nobody. */
static bool add_outcomes(struct env *env, struct arena *a, const struct establishment *hotel,
                         struct message *list, size_t count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    bool ok = c;
    for (size_t i = 0; ok && i < count; i++) {
        ok = inbox_outcome_get(c, a, hotel->id, list[i].raw.seq, &list[i].outcome, &list[i].looked_at, e);
    }
    return ok;
}

static bool read_list(struct env *env, struct arena *a, const struct establishment *hotel,
                      const struct inbox_filter *f, struct message **list, size_t *count, struct err *e)
{
    struct inbox_message *raw;
    DB_READ_SCOPE *c = db_read(env->store->inbox, e);
    if (!c || !inbox_list(c, a, hotel->id, f, &raw, count, e)) {
        return false;
    }
    *list = arena_array(a, struct message, *count);
    for (size_t i = 0; i < *count; i++) {
        (*list)[i].raw = raw[i];
    }
    return true;
}

bool message_list(struct env *env, struct arena *a, const struct establishment *hotel,
                  const struct inbox_filter *f, struct message **list, size_t *count, struct err *e)
{
    if (!read_list(env, a, hotel, f, list, count, e)) {
        return false;
    }
    return *count ? add_outcomes(env, a, hotel, *list, *count, e)
                  : integration_known(env, a, hotel, f->integration_id, e);
}

static bool read_one(struct env *env, struct arena *a, const struct establishment *hotel, int64_t seq,
                     struct inbox_message *out, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->inbox, e);
    return c && inbox_get(c, a, hotel->id, seq, out, e);
}

bool message_read(struct env *env, struct arena *a, const struct establishment *hotel,
                  struct str integration_id, int64_t seq, struct message *out, struct err *e)
{
    *out = (struct message){0};
    if (!read_one(env, a, hotel, seq, &out->raw, e)) {
        return false;
    }
    if (!str_eq(out->raw.integration_id, integration_id)) {
        return err_set(e, ERR_NOT_FOUND, "there is no such message", "ce message n'existe pas");
    }
    return add_outcomes(env, a, hotel, out, 1, e);
}
