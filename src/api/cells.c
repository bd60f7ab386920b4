#include "api/cells.h"

#include "hub/desk.h"

bool cells_names(struct api_call *c, struct cells_names *out, struct err *e)
{
    return desk_rooms(c->env, c->arena, &c->hotel, &out->rooms, &out->room_count, e) &&
           desk_rate_plans(c->env, c->arena, &c->hotel, &out->plans, &out->plan_count, e);
}

void cells_member_value(const struct api_call *c, struct json_out *o, struct str name,
                        const struct cells_names *names, const struct edit_cell *cell, int64_t value)
{
    json_key(o, name);
    if (value == FIELD_INT_NONE) {
        json_null(o);
    } else if (cell->field == EDIT_PRICE) {
        const struct rate_plan *p = rate_plan_of(names->plans, names->plan_count, cell->rate_plan_id);
        const struct currency *currency = currency_find(p ? p->currency : c->hotel.currency);
        json_str(o, money_fmt(c->arena, value, currency));
    } else if (edit_is_flag(cell->field)) {
        json_bool(o, value != 0);
    } else {
        json_i64(o, value);
    }
}

static struct str room_code(const struct cells_names *names, int64_t id)
{
    for (size_t i = 0; i < names->room_count; i++) {
        if (names->rooms[i].id == id) {
            return names->rooms[i].code;
        }
    }
    return (struct str){0};
}

void cells_place(struct json_out *o, const struct cells_names *names, const struct edit_cell *cell)
{
    const struct rate_plan *p = rate_plan_of(names->plans, names->plan_count, cell->rate_plan_id);
    struct str all = edit_is_stock(cell->field) ? (struct str){0} : RATE_ALL_PLANS;
    json_member_str(o, S("roomType"), room_code(names, cell->room_type_id));
    json_member_str(o, S("ratePlan"), p ? p->code : all);
    api_member_date(o, S("date"), cell->night);
    json_member_str(o, S("field"), str_of(edit_field_names[cell->field]));
    json_member_i64(o, S("occupancy"), cell->occupancy);
}

void cells_oversold(struct json_out *o, const struct apply_overs *overs)
{
    json_key(o, S("oversold"));
    json_open(o, '[');
    for (size_t i = 0; i < overs->count; i++) {
        json_open(o, '{');
        json_member_str(o, S("roomType"), overs->room_type);
        api_member_date(o, S("night"), overs->list[i].night);
        json_member_i64(o, S("taken"), overs->list[i].taken);
        json_member_i64(o, S("capacity"), overs->list[i].capacity);
        json_close(o, '}');
    }
    json_close(o, ']');
}
