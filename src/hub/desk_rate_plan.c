/* Rate plans; declared in hub/desk_rate.h. */
#include "base/fold.h"
#include "base/limits.h"
#include "format/json.h"
#include "hub/desk_rate.h"
#include "store/rate.h"

bool desk_rate_plans(struct env *env, struct arena *a, const struct establishment *hotel,
                     struct rate_plan **list, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && rate_plan_list(c, a, hotel->id, list, count, e);
}

static bool no_plan(struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "there is no such rate plan",
                   "il n'y a pas de plan tarifaire de ce nom");
}

bool desk_rate_plan(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id,
                    struct rate_plan *out, struct err *e)
{
    struct rate_plan *list;
    size_t count;
    if (!desk_rate_plans(env, a, hotel, &list, &count, e)) {
        return false;
    }
    const struct rate_plan *p = rate_plan_of(list, count, id);
    if (!p) {
        return no_plan(e);
    }
    *out = *p;
    return true;
}

enum plan_act { PLAN_ADD, PLAN_CHANGE, PLAN_REMOVE };

struct plan_work {
    struct env *env;
    struct arena *a;
    const struct establishment *hotel;
    struct str actor;
    enum plan_act act;
    struct rate_plan *plan;
    struct rate_plan *list; /* as they were */
    size_t count;
    bool deleted;
};

static bool find_parent(struct plan_work *w, struct err *e)
{
    struct rate_plan *p = w->plan;
    const struct rate_plan *parent = NULL;
    p->parent_id = 0;
    if (!str_given(p->derived.parent)) {
        return true;
    }
    struct str key = fold(w->a, p->derived.parent);
    for (size_t i = 0; i < w->count && !parent; i++) {
        parent = str_eq(w->list[i].code_key, key) ? &w->list[i] : NULL;
    }
    if (!parent) {
        err_field(e, ERR_NOT_FOUND, "parent", "there is no rate plan “%.*s”",
                  "il n'y a pas de plan tarifaire « %.*s »", STR_ARG(p->derived.parent));
        return err_in(e, S("derived"));
    }
    if (!str_eq(parent->currency, p->currency)) {
        return err_field(e, ERR_CONFLICT, "currency",
                         "a derived rate plan has the currency of its parent, which is %.*s",
                         "un plan dérivé a la devise de son parent, soit %.*s", STR_ARG(parent->currency));
    }
    p->parent_id = parent->id;
    p->derived.parent = parent->code;
    return rate_chain_check(w->list, w->count, p->id, p->parent_id, e);
}

/* Amounts that are there mean nothing in another currency, and prices per person are not prices per room. */
static bool check_prices(struct plan_work *w, struct db_conn *c, const struct rate_plan *old, struct err *e)
{
    const struct rate_plan *p = w->plan;
    bool prices, anything;
    bool other_money = !str_eq(old->currency, p->currency), other_way = old->pricing != p->pricing;
    if (!other_money && !other_way) {
        return true;
    }
    if (!rate_plan_used(c, w->hotel->id, p->id, &prices, &anything, e)) {
        return false;
    }
    if (prices && other_way) {
        return err_field(e, ERR_CONFLICT, "pricing",
                         "there are prices under this rate plan: make a new one to price in another way",
                         "il y a des prix sous ce plan : créez-en un autre pour tarifer autrement");
    }
    if (prices && other_money) {
        return err_field(e, ERR_CONFLICT, "currency",
                         "there are prices in %.*s under this rate plan: make a new one for another currency",
                         "il y a des prix en %.*s sous ce plan : créez-en un autre pour une autre devise",
                         STR_ARG(old->currency));
    }
    for (size_t i = 0; i < w->count && other_money; i++) {
        if (w->list[i].parent_id == p->id) {
            return err_field(e, ERR_CONFLICT, "currency",
                             "“%.*s” is derived from this rate plan and has its currency",
                             "« %.*s » dérive de ce plan et en a la devise", STR_ARG(w->list[i].code));
        }
    }
    return true;
}

static bool prepare(struct plan_work *w, struct db_conn *c, const struct rate_plan *old, struct err *e)
{
    struct rate_plan *p = w->plan;
    if (w->act == PLAN_REMOVE) {
        bool prices, anything;
        *p = *old;
        p->active = 0;
        bool ok = rate_plan_used(c, w->hotel->id, p->id, &prices, &anything, e);
        w->deleted = !anything;
        return ok;
    }
    p->code = old ? old->code : p->code;
    if (!rate_plan_check(p, w->hotel->currency, e)) {
        return false;
    }
    p->code_key = fold(w->a, p->code);
    if (!find_parent(w, e) || (old && !check_prices(w, c, old, e))) {
        return false;
    }
    rate_plan_show(w->a, p, p->derived.parent);
    return true;
}

static bool store_plan(struct plan_work *w, struct db_conn *c, int64_t now, struct err *e)
{
    return w->act == PLAN_ADD ? rate_plan_insert(c, w->hotel->id, w->plan, now, e)
           : w->deleted       ? rate_plan_delete(c, w->hotel->id, w->plan->id, e)
                              : rate_plan_update(c, w->hotel->id, w->plan, e);
}

static struct text summary(const struct plan_work *w)
{
    static const struct text verbs[] = {TEXT_INIT("created", "créé"), TEXT_INIT("changed", "modifié"),
                                        TEXT_INIT("made inactive", "désactivé"),
                                        TEXT_INIT("deleted", "supprimé")};
    struct str code = w->plan->code;
    struct text verb = verbs[w->deleted ? 3 : (int)w->act];
    return (struct text){arena_fmt(w->a, "rate plan %.*s %.*s", STR_ARG(code), STR_ARG(verb.en)),
                         arena_fmt(w->a, "plan tarifaire %.*s %.*s", STR_ARG(code), STR_ARG(verb.fr))};
}

static bool plan_event(struct plan_work *w, struct apply *ap, struct err *e)
{
    static const struct str types[] = {S_INIT("rate_plan.created"), S_INIT("rate_plan.modified"),
                                       S_INIT("rate_plan.modified"), S_INIT("rate_plan.deleted")};
    struct buf b = buf_in(w->a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_str(&o, S("code"), w->plan->code);
    json_member_bool(&o, S("active"), w->plan->active != 0 && !w->deleted);
    json_member_str(&o, S("actor"), w->actor);
    json_close(&o, '}');
    return apply_event(ap, types[w->deleted ? 3 : (int)w->act], w->plan->id, buf_str(&b), e);
}

static bool plan_work(struct db_conn *c, void *arg, struct err *e)
{
    struct plan_work *w = arg;
    struct edit_log log;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    int64_t now = clock_now_us(&w->env->clock);
    struct apply *ap = apply_begin(c, &batch, w->hotel, now, e);
    if (!ap || !rate_plan_list(c, w->a, w->hotel->id, &w->list, &w->count, e)) {
        return false;
    }
    const struct rate_plan *old = NULL;
    if (w->act == PLAN_ADD) {
        w->plan->id = apply_lock(ap)->next_id++;
    } else if (!(old = rate_plan_of(w->list, w->count, w->plan->id))) {
        return no_plan(e);
    }
    edit_begin(&log, c, ap, w->hotel, EDIT_KIND_PLAN, w->actor, now);
    if (!prepare(w, c, old, e)) {
        return false;
    }
    w->plan->version = log.row.id;
    return store_plan(w, c, now, e) && edit_end(&log, summary(w), e) && plan_event(w, ap, e) &&
           apply_end(ap, e);
}

static bool run(struct plan_work *w, struct err *e)
{
    return db_write(w->env->store->hotel, plan_work, w, e);
}

bool desk_rate_plan_add(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                        struct rate_plan *p, struct err *e)
{
    struct plan_work w = {.env = env, .a = a, .hotel = hotel, .actor = actor, .act = PLAN_ADD, .plan = p};
    return run(&w, e);
}

bool desk_rate_plan_change(struct env *env, struct arena *a, const struct establishment *hotel,
                           struct str actor, struct rate_plan *p, struct err *e)
{
    struct plan_work w = {.env = env, .a = a, .hotel = hotel, .actor = actor, .act = PLAN_CHANGE, .plan = p};
    return run(&w, e);
}

bool desk_rate_plan_remove(struct env *env, struct arena *a, const struct establishment *hotel,
                           struct str actor, int64_t id, bool *deleted, struct rate_plan *out, struct err *e)
{
    struct plan_work w = {.env = env, .a = a, .hotel = hotel, .actor = actor, .act = PLAN_REMOVE};
    w.plan = out;
    *out = (struct rate_plan){.id = id};
    bool ok = run(&w, e);
    *deleted = w.deleted;
    return ok;
}
