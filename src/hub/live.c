#include "hub/live.h"

#include "store/store.h"

bool live_newest(struct env *env, const struct establishment *hotel, int64_t *seq, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && establishment_last_event(c, hotel->id, seq, e);
}
