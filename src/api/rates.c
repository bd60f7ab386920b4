/* Prices and restrictions by night. */
#include "api/names.h"
#include "api/resource.h"
#include "hub/desk_rate.h"

#define RATES_DAYS 31 /* shown when nothing is said */

/* --- what holds --- */

static struct str plan_code(const struct rate_book *b, int64_t id)
{
    const struct rate_plan *p = rate_plan_of(b->plans, b->plan_count, id);
    return p ? p->code : RATE_ALL_PLANS;
}

static void write_price(const struct api_call *c, struct json_out *o, const struct rate_book *b,
                        const struct rate_plan *p, struct rate_value v)
{
    bool none = v.value == FIELD_INT_NONE;
    json_member_str(o, S("price"),
                    none ? (struct str){0} : money_fmt(c->arena, v.value, currency_find(p->currency)));
    json_member_str(o, S("from"), str_of(rate_froms[v.from]));
    json_member_str(o, S("of"), none ? (struct str){0} : plan_code(b, v.plan_id));
}

static void write_prices(const struct api_call *c, struct json_out *o, const struct rate_book *b,
                         int64_t room_id, const struct rate_plan *p, uint32_t occupancies, int32_t night)
{
    json_key(o, S("prices"));
    json_open(o, '[');
    for (int64_t n = 1; n <= RATE_OCCUPANCY_MAX; n++) {
        if (occupancies >> n & 1) {
            json_open(o, '{');
            json_member_i64(o, S("occupancy"), n);
            write_price(c, o, b, p, rate_price(b, room_id, p->id, night, n));
            json_close(o, '}');
        }
    }
    json_close(o, ']');
}

/* Members for what somebody has said; all others are not restricted. */
static void write_restrictions(struct json_out *o, const struct rate_book *b, int64_t room_id,
                               int64_t plan_id, int32_t night)
{
    json_key(o, S("restrictions"));
    json_open(o, '{');
    for (int field = EDIT_RESTRICTION_FIRST; field < EDIT_FIELDS; field++) {
        struct rate_value v = rate_restriction(b, room_id, plan_id, night, field);
        if (v.value == FIELD_INT_NONE) {
            continue;
        }
        json_key(o, str_of(edit_field_names[field]));
        json_open(o, '{');
        if (edit_is_flag(field)) {
            json_member_bool(o, S("value"), v.value != 0);
        } else {
            json_member_i64(o, S("value"), v.value);
        }
        json_member_str(o, S("from"), str_of(rate_froms[v.from]));
        json_member_str(o, S("of"), plan_code(b, v.plan_id));
        json_close(o, '}');
    }
    json_close(o, '}');
}

/* p NULL: what holds for all plans. */
static void write_plan(const struct api_call *c, struct json_out *o, const struct rate_book *b,
                       int64_t room_id, const struct rate_plan *p, int32_t from, int32_t to)
{
    uint32_t occupancies = p ? rate_occupancies(b, room_id, p->id) : 0;
    json_open(o, '{');
    json_member_str(o, S("ratePlan"), p ? p->code : RATE_ALL_PLANS);
    json_member_str(o, S("name"), p ? p->name : (struct str){0});
    json_member_str(o, S("pricing"), p ? str_of(rate_pricings[p->pricing]) : (struct str){0});
    json_member_str(o, S("currency"), p ? p->currency : (struct str){0});
    json_key(o, S("days"));
    json_open(o, '[');
    for (int32_t night = from; night < to; night++) {
        json_open(o, '{');
        api_member_date(o, S("date"), night);
        if (p) {
            write_price(c, o, b, p, rate_price(b, room_id, p->id, night, 0));
        }
        if (p && p->pricing == RATE_PER_PERSON) {
            write_prices(c, o, b, room_id, p, occupancies, night);
        }
        write_restrictions(o, b, room_id, p ? p->id : 0, night);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
}

/* The nights from `from` to `to`, both included, as in the calendar. */
bool rates_read(struct api_call *c, struct err *e)
{
    struct desk_rate_book book;
    struct str room = http_query(c->request, S("roomType"));
    int32_t from, to;
    if (!api_query_nights(c, RATES_DAYS, &from, &to, e) ||
        !desk_rates(c->env, c->arena, &c->hotel, room.n ? room : (struct str){0}, from, to, &book, e)) {
        return false;
    }
    struct json_out *o = api_json(c);
    json_open(o, '{');
    api_member_date(o, S("from"), from);
    api_member_date(o, S("to"), to - 1);
    json_key(o, S("rooms"));
    json_open(o, '[');
    for (size_t i = 0; i < book.room_count; i++) {
        const struct room_type *r = &book.rooms[i];
        json_open(o, '{');
        json_member_str(o, S("roomType"), r->code);
        json_member_str(o, S("name"), r->name);
        json_key(o, S("ratePlans"));
        json_open(o, '[');
        write_plan(c, o, &book.book, r->id, NULL, from, to);
        for (size_t k = 0; k < book.book.plan_count; k++) {
            if (book.book.plans[k].active) {
                write_plan(c, o, &book.book, r->id, &book.book.plans[k], from, to);
            }
        }
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
    return api_send(c, 200);
}

/* --- changing it --- */

struct price_item {
    int64_t occupancy;
    struct decimal amount;
};
static const struct field price_members[] = {
    {FIELD_MEMBER("occupancy", FIELD_INT, price_item, occupancy), .flags = FIELD_REQUIRED, .min = 1,
     .max = RATE_OCCUPANCY_MAX},
    {FIELD_MEMBER("amount", FIELD_DECIMAL, price_item, amount)},
};
static const struct field_table price_fields = {"ratePrice", sizeof(struct price_item), price_members,
                                                ARRAY_LEN(price_members)};

struct rates_body {
    struct str room_types, rate_plans, weekdays; /* read by names.h */
    int32_t from, to;
    struct decimal price;
    struct field_list prices;
    int64_t min_stay_arrival, min_stay_through, max_stay;
    int8_t closed_to_arrival, closed_to_departure, stop_sell;
    int64_t min_advance_days, max_advance_days;
};
#define DAYS(name, member)                                                                                   \
    {                                                                                                        \
        FIELD_MEMBER(name, FIELD_INT, rates_body, member), .min = 0, .max = EDIT_STAY_MAX                    \
    }
static const struct field rates_members[] = {
    {FIELD_MEMBER("roomTypes", FIELD_JSON, rates_body, room_types), .flags = FIELD_REQUIRED},
    {FIELD_MEMBER("ratePlans", FIELD_JSON, rates_body, rate_plans), .flags = FIELD_REQUIRED},
    {FIELD_MEMBER("from", FIELD_DATE, rates_body, from), .flags = FIELD_REQUIRED},
    {FIELD_MEMBER("to", FIELD_DATE, rates_body, to), .flags = FIELD_REQUIRED},
    {FIELD_MEMBER("weekdays", FIELD_JSON, rates_body, weekdays)},
    {FIELD_MEMBER("price", FIELD_DECIMAL, rates_body, price)},
    {FIELD_MEMBER("prices", FIELD_LIST, rates_body, prices), .of = &price_fields, .max = RATE_OCCUPANCY_MAX},
    DAYS("minStayArrival", min_stay_arrival),
    DAYS("minStayThrough", min_stay_through),
    DAYS("maxStay", max_stay),
    {FIELD_MEMBER("closedToArrival", FIELD_BOOL, rates_body, closed_to_arrival)},
    {FIELD_MEMBER("closedToDeparture", FIELD_BOOL, rates_body, closed_to_departure)},
    {FIELD_MEMBER("stopSell", FIELD_BOOL, rates_body, stop_sell)},
    DAYS("minAdvanceDays", min_advance_days),
    DAYS("maxAdvanceDays", max_advance_days),
};
static const struct field_table rates_fields = {"ratesEdit", sizeof(struct rates_body), rates_members,
                                                ARRAY_LEN(rates_members)};

static int64_t restriction_of(const struct rates_body *b, int field)
{
    switch (field) {
    case EDIT_MIN_STAY_ARRIVAL:
        return b->min_stay_arrival;
    case EDIT_MIN_STAY_THROUGH:
        return b->min_stay_through;
    case EDIT_MAX_STAY:
        return b->max_stay;
    case EDIT_CLOSED_TO_ARRIVAL:
        return b->closed_to_arrival;
    case EDIT_CLOSED_TO_DEPARTURE:
        return b->closed_to_departure;
    case EDIT_STOP_SELL:
        return b->stop_sell;
    case EDIT_MIN_ADVANCE_DAYS:
        return b->min_advance_days;
    default:
        return b->max_advance_days;
    }
}

static bool is_null(const struct json *v)
{
    return v && v->type == JSON_NULL;
}

static bool add_prices(const struct api_call *c, const struct rates_body *b, struct desk_rate_set *sets,
                       size_t *count, struct err *e)
{
    const struct json *list = json_get(c->body, S("prices"));
    const struct price_item *items = b->prices.items;
    for (size_t i = 0; i < b->prices.count; i++) {
        const struct json *amount = json_get(json_at(list, i), S("amount"));
        if (!amount) { /* left out by mistake is not "none" */
            err_field(e, ERR_INVALID, "amount", "“amount” is missing; null takes the price back",
                      "« amount » manque ; null retire le prix");
            err_in_index(e, i);
            return err_in(e, S("prices"));
        }
        sets[(*count)++] = (struct desk_rate_set){.field = EDIT_PRICE,
                                                  .inherit = is_null(amount),
                                                  .amount = items[i].amount,
                                                  .occupancy = items[i].occupancy,
                                                  .list = "prices",
                                                  .index = i};
    }
    return true;
}

/* A member that is null takes back what was set; one that is left out changes nothing. */
static bool read_sets(const struct api_call *c, const struct rates_body *b, struct desk_rate_set *sets,
                      size_t *count, struct err *e)
{
    const struct json *price = json_get(c->body, S("price"));
    if (price) {
        sets[(*count)++] =
            (struct desk_rate_set){.field = EDIT_PRICE, .inherit = is_null(price), .amount = b->price};
    }
    if (!add_prices(c, b, sets, count, e)) {
        return false;
    }
    for (int field = EDIT_RESTRICTION_FIRST; field < EDIT_FIELDS; field++) {
        const struct json *v = json_get(c->body, str_of(edit_field_names[field]));
        if (v) {
            sets[(*count)++] = (struct desk_rate_set){
                .field = field, .inherit = is_null(v), .value = restriction_of(b, field)};
        }
    }
    return true;
}

static bool send_edited(struct api_call *c, const struct desk_rate_edited *r)
{
    struct json_out *o = api_json(c);
    json_open(o, '{');
    api_member_id(o, S("edit"), r->edit_id);
    json_member_i64(o, S("cells"), (int64_t)r->cells);
    json_member_i64(o, S("changed"), (int64_t)r->changed);
    json_key(o, S("warnings"));
    json_open(o, '[');
    for (size_t i = 0; i < r->warning_count; i++) {
        const struct desk_rate_warning *w = &r->warnings[i];
        json_open(o, '{');
        json_member_str(o, S("code"), str_of(w->code));
        api_member_text(c, o, S("message"), w->message);
        json_member_i64(o, S("count"), (int64_t)w->count);
        json_member_str(o, S("roomType"), w->room_type);
        json_member_str(o, S("ratePlan"), w->rate_plan);
        api_member_date(o, S("date"), w->night);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
    return api_send(c, 200);
}

bool rates_change(struct api_call *c, struct err *e)
{
    struct rates_body body;
    struct desk_rate_set sets[1 + RATE_OCCUPANCY_MAX + EDIT_RESTRICTIONS] = {0};
    struct str *rooms, *plans;
    struct desk_rate_edited out;
    struct desk_rate_edit edit = {.sets = sets};
    if (!api_body(c, &rates_fields, &body, e) ||
        !names_read(c, "roomTypes", &rooms, &edit.room_type_count, e) ||
        !names_read(c, "ratePlans", &plans, &edit.rate_plan_count, e) ||
        !names_weekdays(c, &edit.weekdays, e) || !read_sets(c, &body, sets, &edit.set_count, e)) {
        return false;
    }
    edit.room_types = rooms;
    edit.rate_plans = plans;
    edit.from = body.from;
    edit.to = body.to + 1; /* the hub counts up to the night before */
    return desk_rate_edit(c->env, c->arena, &c->hotel, c->principal.email, &edit, &out, e) &&
           send_edited(c, &out);
}
