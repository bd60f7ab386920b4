#include "hub/health.h"

#include "hub/account.h"
#include "store/inbox.h"

static bool inbox_answers(struct env *env, struct err *e)
{
    struct inbox_message *none;
    size_t count;
    int64_t last;
    ARENA_SCOPE a;
    arena_init(&a, 1u << 16);
    DB_READ_SCOPE *c = db_read(env->store->inbox, e);
    return c && inbox_after(c, &a, INT64_MAX, 1, &none, &count, &last, e);
}

bool health_stores(struct env *env, struct err *e)
{
    bool needed;
    return account_setup_needed(env, &needed, e) && inbox_answers(env, e);
}
