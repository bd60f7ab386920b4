/* Rate plans. */
#include "api/resource.h"
#include "base/fold.h"
#include "hub/desk_rate.h"
#include "hub/guest.h"

#include <string.h>

static void member_decimal(const struct api_call *c, struct json_out *o, struct str name, struct decimal d)
{
    json_member_str(o, name, d.given ? decimal_fmt(c->arena, d) : (struct str){0});
}

static void member_count(struct json_out *o, struct str name, int64_t v)
{
    json_key(o, name);
    if (v == FIELD_INT_NONE) {
        json_null(o);
    } else {
        json_i64(o, v);
    }
}

static void write_derived(const struct api_call *c, struct json_out *o, const struct rate_plan *p)
{
    json_key(o, S("derived"));
    if (p->parent_id == 0) {
        json_null(o);
        return;
    }
    json_open(o, '{');
    json_member_str(o, S("parent"), p->derived.parent);
    member_decimal(c, o, S("percent"), p->derived.percent);
    member_decimal(c, o, S("amount"), p->derived.amount);
    json_close(o, '}');
}

static void write_cancellation(const struct api_call *c, struct json_out *o,
                               const struct rate_cancellation *r)
{
    json_key(o, S("cancellation"));
    json_open(o, '{');
    json_member_str(o, S("text"), r->text);
    member_count(o, S("before"), r->before);
    json_member_str(o, S("unit"), r->unit < 0 ? (struct str){0} : str_of(rate_units[r->unit]));
    member_decimal(c, o, S("feePercent"), r->fee_percent);
    member_count(o, S("feeNights"), r->fee_nights);
    json_close(o, '}');
}

static void write_plan(const struct api_call *c, struct json_out *o, const struct rate_plan *p)
{
    json_open(o, '{');
    api_member_id(o, S("id"), p->id);
    json_member_str(o, S("code"), p->code);
    json_member_str(o, S("name"), p->name);
    json_member_str(o, S("pricing"), str_of(rate_pricings[p->pricing]));
    json_member_i64(o, S("baseOccupancy"), p->base_occupancy);
    write_derived(c, o, p);
    json_member_str(o, S("mealPlan"), str_of(rate_meals[p->meal_plan]));
    write_cancellation(c, o, &p->cancellation);
    json_member_bool(o, S("taxesIncluded"), p->taxes_included != 0);
    json_member_str(o, S("currency"), p->currency);
    json_member_bool(o, S("active"), p->active != 0);
    json_close(o, '}');
}

static bool send_plan(struct api_call *c, int status, const struct rate_plan *p)
{
    write_plan(c, api_json(c), p);
    return api_send(c, status);
}

static bool is_plan(const struct api_call *c, const struct rate_plan *plans, size_t count, struct str name)
{
    struct str key = fold(c->arena, name);
    for (size_t i = 0; i < count; i++) {
        if (str_eq(plans[i].code_key, key)) {
            return true;
        }
    }
    return false;
}

/* Names that came with reservations and that no plan has. */
static bool list_seen(struct api_call *c, const struct page *page, const struct rate_plan *plans,
                      size_t plan_count, struct err *e)
{
    struct str *names;
    size_t count, kept = 0, from, to;
    if (!guest_rate_plan_list(c->env, c->arena, &c->hotel, &names, &count, e)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_plan(c, plans, plan_count, names[i])) {
            names[kept++] = names[i];
        }
    }
    struct str next = page_slice(c->arena, page, kept, &from, &to);
    struct json_out *o = api_list(c);
    for (size_t i = from; i < to; i++) {
        json_open(o, '{');
        json_member_str(o, S("code"), names[i]);
        json_close(o, '}');
    }
    return api_list_send(c, next);
}

bool rate_plans_list(struct api_call *c, struct err *e)
{
    struct page page;
    struct rate_plan *list;
    size_t count, from, to;
    int seen = 0;
    if (!page_read(c->request, "rate-plans", &page, e) || !api_query_bool(c, "seen", &seen, e) ||
        !desk_rate_plans(c->env, c->arena, &c->hotel, &list, &count, e)) {
        return false;
    }
    if (seen == 1) {
        return list_seen(c, &page, list, count, e);
    }
    struct str next = page_slice(c->arena, &page, count, &from, &to);
    struct json_out *o = api_list(c);
    for (size_t i = from; i < to; i++) {
        write_plan(c, o, &list[i]);
    }
    return api_list_send(c, next);
}

bool rate_plans_create(struct api_call *c, struct err *e)
{
    struct rate_plan p;
    if (!api_body(c, &rate_plan_fields, &p, e) ||
        !desk_rate_plan_add(c->env, c->arena, &c->hotel, c->principal.email, &p, e)) {
        return false;
    }
    return send_plan(c, 201, &p);
}

static bool find_plan(struct api_call *c, struct rate_plan *out, struct err *e)
{
    int64_t id;
    return api_param_id(c, "id", &id, e) && desk_rate_plan(c->env, c->arena, &c->hotel, id, out, e);
}

bool rate_plans_read(struct api_call *c, struct err *e)
{
    struct rate_plan p;
    return find_plan(c, &p, e) && send_plan(c, 200, &p);
}

static size_t member_size(const struct field *f)
{
    static const size_t sizes[] = {
        [FIELD_STR] = sizeof(struct str),
        [FIELD_INT] = sizeof(int64_t),
        [FIELD_BOOL] = sizeof(int8_t),
        [FIELD_ENUM] = sizeof(int),
        [FIELD_OBJECT] = 0,
    };
    return f->type == FIELD_OBJECT ? f->of->size : sizes[f->type];
}

/* What the body leaves out stays; null is the standard value, or no derivation. */
static void keep_absent(const struct api_call *c, const struct field_table *t, const struct rate_plan *old,
                        struct rate_plan *p)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct field *f = &t->fields[i];
        if (!json_get(c->body, str_of(f->name))) {
            memcpy((char *)p + f->offset, (const char *)old + f->offset, member_size(f));
        }
    }
    p->id = old->id;
}

bool rate_plans_change(struct api_call *c, struct err *e)
{
    struct rate_plan p, old;
    struct field_table t = api_optional(c, &rate_plan_fields, "code");
    if (!find_plan(c, &old, e) || !api_body(c, &t, &p, e)) {
        return false;
    }
    if (str_given(p.code) && !str_eq(p.code, old.code)) {
        return err_field(e, ERR_INVALID, "code", "the code of a rate plan cannot be changed: it is %.*s",
                         "le code d'un plan tarifaire ne peut pas changer : c'est %.*s", STR_ARG(old.code));
    }
    keep_absent(c, &t, &old, &p);
    return desk_rate_plan_change(c->env, c->arena, &c->hotel, c->principal.email, &p, e) &&
           send_plan(c, 200, &p);
}

/* 204 when it is gone; 200 and the plan, inactive, when something speaks of it. */
bool rate_plans_delete(struct api_call *c, struct err *e)
{
    struct rate_plan p;
    int64_t id;
    bool deleted;
    if (!api_param_id(c, "id", &id, e) ||
        !desk_rate_plan_remove(c->env, c->arena, &c->hotel, c->principal.email, id, &deleted, &p, e)) {
        return false;
    }
    return deleted ? api_no_content(c) : send_plan(c, 200, &p);
}
