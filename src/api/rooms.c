/* Room types, their stock, and the calendar. */
#include "api/cells.h"
#include "api/names.h"
#include "api/resource.h"
#include "hub/desk.h"

#define CALENDAR_DAYS 31 /* shown when nothing is said */

static void write_room_members(struct json_out *o, const struct room_type *r)
{
    json_member_str(o, S("code"), r->code);
    json_member_str(o, S("name"), r->name);
    json_member_i64(o, S("units"), r->units);
}

/* The room type as it is now, with what follows for reservations. */
static bool send_room(struct api_call *c, int status, const struct room_type *r, int64_t repaired,
                      const struct apply_overs *overs, struct err *e)
{
    bool repairing;
    if (!desk_repairing(c->env, &c->hotel, &repairing, e)) {
        return false;
    }
    struct json_out *o = api_json(c);
    json_open(o, '{');
    write_room_members(o, r);
    json_member_i64(o, S("repaired"), repaired);
    json_member_bool(o, S("repairing"), repairing);
    cells_oversold(o, overs);
    json_close(o, '}');
    return api_send(c, status);
}

bool rooms_list(struct api_call *c, struct err *e)
{
    struct page page;
    struct room_type *list;
    size_t count, from, to;
    if (!page_read(c->request, "rooms", &page, e) ||
        !desk_rooms(c->env, c->arena, &c->hotel, &list, &count, e)) {
        return false;
    }
    struct str next = page_slice(c->arena, &page, count, &from, &to);
    struct json_out *o = api_list(c);
    for (size_t i = from; i < to; i++) {
        json_open(o, '{');
        write_room_members(o, &list[i]);
        json_close(o, '}');
    }
    return api_list_send(c, next);
}

bool rooms_create(struct api_call *c, struct err *e)
{
    struct room_type r = {0};
    int64_t repaired = 0;
    if (!api_body(c, &room_type_fields, &r, e) ||
        !desk_room_add(c->env, c->arena, &c->hotel, c->principal.email, &r, &repaired, e)) {
        return false;
    }
    return send_room(c, 201, &r, repaired, &(struct apply_overs){0}, e);
}

/* {name, units}; a code may be repeated but not changed. */
bool rooms_change(struct api_call *c, struct err *e)
{
    struct room_type r = {0};
    struct apply_overs overs;
    struct str code = api_param(c, "code");
    int64_t repaired = 0;
    struct field_table t = api_optional(c, &room_type_fields, "code");
    if (!api_body(c, &t, &r, e)) {
        return false;
    }
    if (str_given(r.code) && !str_eq(r.code, code)) {
        return err_field(e, ERR_INVALID, "code", "the code of a room type cannot be changed: it is %.*s",
                         "le code d'un type de chambre ne peut pas changer : c'est %.*s", STR_ARG(code));
    }
    r.code = code;
    if (!desk_room_change(c->env, c->arena, &c->hotel, c->principal.email, &r, &repaired, &overs, e)) {
        return false;
    }
    return send_room(c, 200, &r, repaired, &overs, e);
}

/* The nights from `from` to `to`, both included, as in the calendar, on the days of the week that are said. */
bool rooms_stock(struct api_call *c, struct err *e)
{
    struct stock_edit edit;
    struct apply_overs overs;
    if (!api_body(c, &stock_edit_fields, &edit, e) || !names_weekdays(c, &edit.weekdays, e)) {
        return false;
    }
    edit.to++; /* the hub counts up to the night before */
    if (!desk_stock_edit(c->env, c->arena, &c->hotel, c->principal.email, &edit, &overs, e)) {
        return false;
    }
    struct json_out *o = api_json(c);
    json_open(o, '{');
    cells_oversold(o, &overs);
    json_close(o, '}');
    return api_send(c, 200);
}

static void write_night(struct json_out *o, const struct room_type *room, const struct calendar_day *d)
{
    json_open(o, '{');
    api_member_date(o, S("date"), d->night);
    json_member_i64(o, S("physical"), d->stock.physical == FIELD_INT_NONE ? room->units : d->stock.physical);
    json_member_i64(o, S("outOfOrder"), d->stock.out_of_order);
    json_member_i64(o, S("sold"), d->stock.sold);
    json_member_i64(o, S("held"), d->stock.held);
    json_member_i64(o, S("overbookingLimit"), d->stock.overbooking_limit);
    json_member_i64(o, S("available"), d->available);
    json_member_bool(o, S("oversold"), stock_is_over(&d->stock, room->units));
    json_close(o, '}');
}

/* The nights from `from` to `to`, both included: what a person reads in a calendar. */
bool rooms_calendar(struct api_call *c, struct err *e)
{
    struct calendar_room *rooms;
    size_t count;
    int32_t from, to;
    if (!api_query_nights(c, CALENDAR_DAYS, &from, &to, e) ||
        !desk_calendar(c->env, c->arena, &c->hotel, from, to, &rooms, &count, e)) {
        return false;
    }
    struct json_out *o = api_json(c);
    json_open(o, '{');
    api_member_date(o, S("from"), from);
    api_member_date(o, S("to"), to - 1);
    json_key(o, S("rooms"));
    json_open(o, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(o, '{');
        json_member_str(o, S("roomType"), rooms[i].room.code);
        json_member_str(o, S("name"), rooms[i].room.name);
        json_key(o, S("days"));
        json_open(o, '[');
        for (int32_t night = from; night < to; night++) {
            write_night(o, &rooms[i].room, &rooms[i].days[night - from]);
        }
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
    return api_send(c, 200);
}
