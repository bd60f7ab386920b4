/* What follows from changes: alerts, events, and what is still to be told. */
#include "api/resource.h"
#include "hub/desk.h"

/* "rank.last_us.fingerprint" */
static bool read_place(struct str text, struct alert_place *out)
{
    struct str rank = str_cut(&text, '.'), last = str_cut(&text, '.');
    out->fingerprint = text;
    return str_to_i64(rank, &out->rank) && str_to_i64(last, &out->last_us) && str_given(text);
}

static struct str alert_cursor(struct api_call *c, const struct page *page, const struct alert_row *last)
{
    struct alert_place p = alert_place_of(last);
    return page_cursor_place(c->arena, page,
                             arena_fmt(c->arena, "%lld.%lld.%.*s", (long long)p.rank, (long long)p.last_us,
                                       STR_ARG(p.fingerprint)));
}

bool happenings_alerts(struct api_call *c, struct err *e)
{
    struct page page;
    struct alert_place place;
    struct alert_row *list;
    size_t count;
    if (!page_read_place(c->request, "alerts", &page, e)) {
        return false;
    }
    bool further = str_given(page.place);
    if (further && !read_place(page.place, &place)) {
        return page_refuse(e);
    }
    if (!desk_alerts(c->env, c->arena, &c->hotel, further ? &place : NULL, page.limit + 1, &list, &count,
                     e)) {
        return false;
    }
    struct str next = {0};
    if (page_cut(&page, &count)) {
        next = alert_cursor(c, &page, &list[count - 1]);
    }
    struct json_out *o = api_list(c);
    for (size_t i = 0; i < count; i++) {
        const struct alert_row *v = &list[i];
        json_open(o, '{');
        json_member_str(o, S("id"), v->fingerprint);
        json_member_str(o, S("severity"), v->severity);
        api_member_text(c, o, S("message"), v->message);
        json_member_bool(o, S("standing"), v->cleared_us == INSTANT_NONE);
        api_member_id(o, S("reservationId"), v->reservation_id);
        json_member_str(o, S("integrationId"), v->integration_id);
        json_member_i64(o, S("occurrences"), v->occurrences);
        api_member_instant(o, S("raisedAt"), v->raised_us);
        api_member_instant(o, S("lastAt"), v->last_us);
        api_member_instant(o, S("clearedAt"), v->cleared_us);
        json_close(o, '}');
    }
    return api_list_send(c, next);
}

/* ?after= is an event's id; a cursor goes on where the page before ended. Oldest first. */
bool happenings_events(struct api_call *c, struct err *e)
{
    struct page page;
    struct event_row *list;
    size_t count;
    struct str after = http_query(c->request, S("after"));
    int64_t after_seq = 0;
    if (!page_read(c->request, "events", &page, e)) {
        return false;
    }
    if (after.n && (!str_to_i64(after, &after_seq) || after_seq < 0)) {
        return err_field(e, ERR_INVALID, "after", "after is the id of an event",
                         "after est l'identifiant d'un événement");
    }
    after_seq = page.key ? page.key : after_seq;
    if (!desk_events(c->env, c->arena, &c->hotel, after_seq, page.limit + 1, &list, &count, e)) {
        return false;
    }
    struct str next = {0};
    if (page_cut(&page, &count)) {
        next = page_cursor(c->arena, &page, list[count - 1].seq);
    }
    struct json_out *o = api_list(c);
    for (size_t i = 0; i < count; i++) {
        json_open(o, '{');
        api_member_id(o, S("id"), list[i].seq);
        json_member_str(o, S("type"), list[i].type);
        api_member_id(o, S("entityId"), list[i].entity_id);
        api_member_instant(o, S("createdAt"), list[i].created_us);
        json_member_raw(o, S("data"), list[i].data.n ? list[i].data : S("null"));
        json_close(o, '}');
    }
    return api_list_send(c, next);
}

static const struct room_type *room_of(const struct room_type *rooms, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (rooms[i].id == id) {
            return &rooms[i];
        }
    }
    return NULL;
}

bool happenings_outbox(struct api_call *c, struct err *e)
{
    struct page page;
    struct outbox_row *list;
    struct room_type *rooms;
    size_t count, room_count, from, to;
    if (!page_read(c->request, "outbox", &page, e) ||
        !desk_rooms(c->env, c->arena, &c->hotel, &rooms, &room_count, e) ||
        !desk_outbox(c->env, c->arena, &c->hotel, (size_t)page.key + page.limit + 1, &list, &count, e)) {
        return false;
    }
    struct str next = page_slice(c->arena, &page, count, &from, &to);
    struct json_out *o = api_list(c);
    for (size_t i = from; i < to; i++) {
        const struct room_type *room = room_of(rooms, room_count, list[i].room_type_id);
        json_open(o, '{');
        json_member_str(o, S("integrationId"), list[i].integration_id);
        json_member_str(o, S("roomType"), room ? room->code : (struct str){0});
        api_member_date(o, S("date"), list[i].night);
        api_member_instant(o, S("queuedAt"), list[i].queued_us);
        json_close(o, '}');
    }
    return api_list_send(c, next);
}
