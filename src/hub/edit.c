#include "hub/edit.h"

#include "base/fold.h"
#include "base/limits.h"
#include "base/show.h"
#include "format/json.h"
#include "store/rate.h"

#include <string.h>

void edit_begin(struct edit_log *log, struct db_conn *c, struct apply *ap, const struct establishment *hotel,
                enum edit_kind kind, struct str actor, int64_t now_us)
{
    *log = (struct edit_log){
        .c = c,
        .hotel_id = hotel->id,
        .row = {.id = apply_lock(ap)->next_id++, .kind = kind, .actor = actor, .made_us = now_us}};
}

bool edit_note(struct edit_log *log, const struct edit_cell *cell, struct err *e)
{
    if (cell->before == cell->after) {
        return true;
    }
    log->row.cells++;
    return edit_cell_insert(log->c, log->hotel_id, log->row.id, cell, e);
}

bool edit_end(struct edit_log *log, struct text summary, struct err *e)
{
    log->row.summary = summary;
    return (log->row.cells == 0 && log->row.kind != EDIT_KIND_PLAN) ||
           edit_insert(log->c, log->hotel_id, &log->row, e);
}

int64_t edit_stock_value(const struct stock_day *d, int field)
{
    return field == EDIT_PHYSICAL       ? d->physical
           : field == EDIT_OUT_OF_ORDER ? d->out_of_order
                                        : d->overbooking_limit;
}

static void add_overs(struct arena *a, struct apply_overs *all, const struct apply_overs *more)
{
    struct apply_over *list = arena_array(a, struct apply_over, all->count + more->count);
    if (all->count > 0) {
        memcpy(list, all->list, all->count * sizeof(*list));
    }
    if (more->count > 0) {
        memcpy(list + all->count, more->list, more->count * sizeof(*list));
    }
    *all = (struct apply_overs){more->room_type, list, all->count + more->count};
}

bool edit_stock_nights(struct db_conn *c, struct arena *a, const struct establishment *hotel, int64_t now_us,
                       int64_t room_type_id, int32_t from, int32_t to, const struct stock_day *wanted,
                       struct apply_overs *overs, struct err *e)
{
    struct apply_overs more;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    struct apply *ap = apply_begin(c, &batch, hotel, now_us, e);
    if (!ap || !apply_stock_edit(ap, a, room_type_id, from, to, wanted, &more, e) || !apply_end(ap, e)) {
        return false;
    }
    add_overs(a, overs, &more);
    return true;
}

struct text edit_nights_text(struct arena *a, int32_t from, int32_t to, unsigned weekdays)
{
    struct text on = edit_weekdays_text(a, weekdays), t;
    int32_t last = to - 1;
    t.en = from == last ? show_date(a, from, LANG_EN) : show_stay(a, from, last, LANG_EN);
    t.fr = from == last ? show_date(a, from, LANG_FR) : show_stay(a, from, last, LANG_FR);
    if (on.en.n > 0) {
        t.en = arena_fmt(a, "%.*s, %.*s", STR_ARG(t.en), STR_ARG(on.en));
        t.fr = arena_fmt(a, "%.*s, %.*s", STR_ARG(t.fr), STR_ARG(on.fr));
    }
    return t;
}

struct str edit_names_text(struct arena *a, const struct str *names, size_t count)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < count && i < 3; i++) {
        buf_fmt(&b, "%s%.*s", i ? ", " : "", STR_ARG(names[i]));
    }
    if (count > 3) {
        buf_fmt(&b, " + %zu", count - 3);
    }
    return buf_str(&b);
}

bool edit_event(struct apply *ap, struct arena *a, struct str type, const struct edit_log *log,
                int64_t entity_id, int32_t from, int32_t to, struct err *e)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_str(&o, S("from"), date_fmt(a, from));
    json_member_str(&o, S("to"), date_fmt(a, to - 1)); /* people count the last night */
    json_member_str(&o, S("edit"), arena_fmt(a, "%lld", (long long)log->row.id));
    json_member_str(&o, S("actor"), log->row.actor);
    json_close(&o, '}');
    return apply_event(ap, type, entity_id, buf_str(&b), e);
}

bool edit_recent(struct env *env, struct arena *a, const struct establishment *hotel, int64_t before_id,
                 size_t limit, struct edit_row **list, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && edit_list(c, a, hotel->id, before_id, limit, list, count, e);
}

static bool room_id(struct db_conn *c, struct arena *a, int64_t hotel_id, struct str code, int64_t *id,
                    struct err *e)
{
    struct room_type *rooms;
    size_t count;
    struct str key = fold(a, code);
    if (!room_type_list(c, a, hotel_id, &rooms, &count, e)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (str_eq(rooms[i].code_key, key)) {
            *id = rooms[i].id;
            return true;
        }
    }
    return err_field(e, ERR_NOT_FOUND, "roomType", "there is no room type “%.*s”",
                     "il n'y a pas de type de chambre « %.*s »", STR_ARG(code));
}

/* The plan and those it is derived from. */
struct lineage {
    int64_t ids[RATE_CHAIN_MAX];
    size_t count;
};

static bool lineage_of(struct db_conn *c, struct arena *a, int64_t hotel_id, struct str code,
                       struct lineage *out, struct err *e)
{
    struct rate_plan *plans;
    size_t count;
    struct str key = fold(a, code);
    const struct rate_plan *p = NULL;
    if (!rate_plan_list(c, a, hotel_id, &plans, &count, e)) {
        return false;
    }
    for (size_t i = 0; i < count && !p; i++) {
        p = str_eq(plans[i].code_key, key) ? &plans[i] : NULL;
    }
    if (!p) {
        return err_field(e, ERR_NOT_FOUND, "ratePlan", "there is no rate plan “%.*s”",
                         "il n'y a pas de plan tarifaire « %.*s »", STR_ARG(code));
    }
    for (; p && out->count < RATE_CHAIN_MAX; p = rate_plan_of(plans, count, p->parent_id)) {
        out->ids[out->count++] = p->id;
    }
    return true;
}

static bool concerns(const struct edit_cell *cell, const struct lineage *plans)
{
    bool yes = cell->rate_plan_id == 0 && (plans->count == 0 || !edit_is_stock(cell->field));
    for (size_t i = 0; i < plans->count && !yes; i++) {
        yes = cell->rate_plan_id == plans->ids[i];
    }
    return yes;
}

bool edit_history(struct env *env, struct arena *a, const struct establishment *hotel, struct str room_type,
                  struct str rate_plan, int32_t night, struct edit_past **list, size_t *count, struct err *e)
{
    struct lineage plans = {.count = 0};
    int64_t room = 0;
    bool everything = !str_given(rate_plan), all_plans = str_eq(rate_plan, RATE_ALL_PLANS);
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c || !room_id(c, a, hotel->id, room_type, &room, e) ||
        (!everything && !all_plans && !lineage_of(c, a, hotel->id, rate_plan, &plans, e)) ||
        !edit_night_list(c, a, hotel->id, room, night, EDIT_PAST_MAX, list, count, e)) {
        return false;
    }
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        if (everything || concerns(&(*list)[i].cell, &plans)) {
            (*list)[kept++] = (*list)[i];
        }
    }
    *count = kept;
    return true;
}
