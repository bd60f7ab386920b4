#include "model/rate.h"

#include <stdlib.h>

const char *const rate_froms[] = {[RATE_FROM_NOWHERE] = "none",
                                  [RATE_FROM_OWN] = "own",
                                  [RATE_FROM_ALL_PLANS] = "allPlans",
                                  [RATE_FROM_PARENT] = "parent"};

static int compare(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

static int by_day(const void *x, const void *y)
{
    const struct rate_day *p = x, *q = y;
    int order = compare(p->room_type_id, q->room_type_id);
    order = order ? order : compare(p->rate_plan_id, q->rate_plan_id);
    order = order ? order : compare(p->night, q->night);
    return order ? order : compare(p->occupancy, q->occupancy);
}

static int by_restriction(const void *x, const void *y)
{
    const struct restriction_day *p = x, *q = y;
    int order = compare(p->room_type_id, q->room_type_id);
    order = order ? order : compare(p->rate_plan_id, q->rate_plan_id);
    return order ? order : compare(p->night, q->night);
}

void rate_book_sort(struct rate_book *b)
{
    if (b->day_count > 0) {
        qsort(b->days, b->day_count, sizeof(*b->days), by_day);
    }
    if (b->restriction_count > 0) {
        qsort(b->restrictions, b->restriction_count, sizeof(*b->restrictions), by_restriction);
    }
}

static const struct rate_day *find_day(const struct rate_book *b, int64_t room, int64_t plan, int32_t night,
                                       int64_t occupancy)
{
    struct rate_day key = {
        .room_type_id = room, .rate_plan_id = plan, .night = night, .occupancy = occupancy};
    return b->day_count ? bsearch(&key, b->days, b->day_count, sizeof(key), by_day) : NULL;
}

static const struct restriction_day *find_restriction(const struct rate_book *b, int64_t room, int64_t plan,
                                                      int32_t night)
{
    struct restriction_day key = {.room_type_id = room, .rate_plan_id = plan, .night = night};
    return b->restriction_count
               ? bsearch(&key, b->restrictions, b->restriction_count, sizeof(key), by_restriction)
               : NULL;
}

int64_t rate_row_occupancy(const struct rate_plan *p, int64_t occupancy)
{
    return p->pricing == RATE_PER_ROOM ? 0 : occupancy > 0 ? occupancy : p->base_occupancy;
}

int64_t rate_derive(const struct rate_plan *child, int64_t parent_minor)
{
    if (parent_minor < 0 || parent_minor > RATE_MAX_MINOR) {
        return FIELD_INT_NONE;
    }
    /* At most 10^11 × 1.1 × 10^7: it fits. Nothing here is below zero, so adding a half rounds half up. */
    int64_t out = child->percent_ppm == FIELD_INT_NONE
                      ? parent_minor
                      : (parent_minor * (RATE_PPM + child->percent_ppm) + RATE_PPM / 2) / RATE_PPM;
    out += child->amount_minor == FIELD_INT_NONE ? 0 : child->amount_minor;
    return out < 0 || out > RATE_MAX_MINOR ? FIELD_INT_NONE : out;
}

static int64_t later(int64_t x, int64_t y)
{
    return x > y ? x : y;
}

struct rate_value rate_price(const struct rate_book *b, int64_t room_type_id, int64_t plan_id, int32_t night,
                             int64_t occupancy)
{
    const struct rate_plan *chain[RATE_CHAIN_MAX];
    struct rate_value out = {FIELD_INT_NONE, RATE_FROM_NOWHERE, 0, 0};
    size_t depth = 0;
    /* Up the chain until somebody has a price … */
    for (int64_t id = plan_id; id != 0 && depth < RATE_CHAIN_MAX; id = chain[depth - 1]->parent_id) {
        const struct rate_plan *p = rate_plan_of(b->plans, b->plan_count, id);
        if (!p) {
            return out;
        }
        chain[depth++] = p;
        const struct rate_day *d = find_day(b, room_type_id, id, night, rate_row_occupancy(p, occupancy));
        out.version = later(out.version, later(p->version, d ? d->version : 0));
        if (d && d->minor != FIELD_INT_NONE) {
            out.value = d->minor;
            out.from = depth == 1 ? RATE_FROM_OWN : RATE_FROM_PARENT;
            out.plan_id = id;
            break;
        }
        occupancy = p->pricing == RATE_PER_ROOM ? p->base_occupancy : rate_row_occupancy(p, occupancy);
    }
    /* … and down again to the plan that was asked for. */
    for (size_t i = depth; out.value != FIELD_INT_NONE && i-- > 1;) {
        out.value = rate_derive(chain[i - 1], out.value);
    }
    if (out.value == FIELD_INT_NONE) {
        out.from = RATE_FROM_NOWHERE;
        out.plan_id = 0;
    }
    return out;
}

/* True when the row says something: the search is over. */
static bool take_restriction(const struct rate_book *b, int64_t room, int64_t plan, int32_t night, int field,
                             enum rate_from from, struct rate_value *out)
{
    const struct restriction_day *d = find_restriction(b, room, plan, night);
    if (!d) {
        return false;
    }
    int64_t value = d->values[field - EDIT_RESTRICTION_FIRST];
    out->version = later(out->version, d->version);
    if (value == FIELD_INT_NONE) {
        return false;
    }
    out->value = value;
    out->from = from;
    out->plan_id = plan;
    return true;
}

struct rate_value rate_restriction(const struct rate_book *b, int64_t room_type_id, int64_t plan_id,
                                   int32_t night, int field)
{
    struct rate_value out = {FIELD_INT_NONE, RATE_FROM_NOWHERE, 0, 0};
    const struct rate_plan *p = rate_plan_of(b->plans, b->plan_count, plan_id);
    if (plan_id != 0 && !p) {
        return out;
    }
    enum rate_from own = RATE_FROM_OWN;
    out.version = p ? p->version : 0;
    if (take_restriction(b, room_type_id, plan_id, night, field, own, &out) || !p ||
        take_restriction(b, room_type_id, 0, night, field, RATE_FROM_ALL_PLANS, &out)) {
        return out;
    }
    for (int depth = 1; p && p->parent_id != 0 && depth < RATE_CHAIN_MAX; depth++) {
        p = rate_plan_of(b->plans, b->plan_count, p->parent_id);
        out.version = later(out.version, p ? p->version : 0);
        if (p && take_restriction(b, room_type_id, p->id, night, field, RATE_FROM_PARENT, &out)) {
            break;
        }
    }
    return out;
}

static uint32_t occupancies_of(const struct rate_book *b, int64_t room, int64_t plan)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < b->day_count; i++) {
        const struct rate_day *d = &b->days[i];
        if (d->room_type_id == room && d->rate_plan_id == plan && d->occupancy > 0 &&
            d->occupancy <= RATE_OCCUPANCY_MAX && d->minor != FIELD_INT_NONE) {
            bits |= UINT32_C(1) << d->occupancy;
        }
    }
    return bits;
}

uint32_t rate_occupancies(const struct rate_book *b, int64_t room_type_id, int64_t plan_id)
{
    uint32_t bits = 0;
    const struct rate_plan *p = rate_plan_of(b->plans, b->plan_count, plan_id);
    if (!p || p->pricing != RATE_PER_PERSON) {
        return 0;
    }
    bits |= UINT32_C(1) << p->base_occupancy;
    for (int depth = 0; p && depth < RATE_CHAIN_MAX; depth++) {
        bits |= occupancies_of(b, room_type_id, p->id);
        p = p->parent_id ? rate_plan_of(b->plans, b->plan_count, p->parent_id) : NULL;
    }
    return bits;
}
