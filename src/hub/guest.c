#include "hub/guest.h"

bool guest_list(struct env *env, struct arena *a, const struct establishment *hotel,
                const struct guest_filter *f, struct guest_row **list, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && guest_rows(c, a, hotel->id, f, list, count, e);
}

bool guest_rate_plan_list(struct env *env, struct arena *a, const struct establishment *hotel,
                          struct str **names, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && guest_rate_plans(c, a, hotel->id, GUEST_RATE_PLANS, names, count, e);
}
