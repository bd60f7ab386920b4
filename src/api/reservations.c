/* Reservations as they stand, with their history; booking and changing at the hotel. */
#include "api/resource.h"
#include "hub/desk.h"

static bool read_filter(struct api_call *c, struct reservation_filter *f, struct page *page, struct err *e)
{
    *f = (struct reservation_filter){.status = -1,
                                     .from = DATE_NONE,
                                     .to = DATE_NONE,
                                     .channel = http_query(c->request, S("channel")),
                                     .reference = http_query(c->request, S("reference")),
                                     .search = http_query(c->request, S("search"))};
    if (!page_read(c->request, "reservations", page, e) ||
        !api_query_choice(c, "status", reservation_statuses, &f->status, e) ||
        !api_query_date(c, "from", &f->from, e) || !api_query_date(c, "to", &f->to, e) ||
        !api_query_bool(c, "attention", &f->attention, e)) {
        return false;
    }
    /* "?channel=" means what leaving it out means. */
    f->channel = f->channel.n ? f->channel : (struct str){0};
    f->reference = f->reference.n ? f->reference : (struct str){0};
    f->search = f->search.n ? f->search : (struct str){0};
    if (f->from != DATE_NONE || f->to != DATE_NONE) {
        f->from = f->from != DATE_NONE ? f->from : INT32_MIN + 1;
        f->to = f->to != DATE_NONE ? f->to + 1 : INT32_MAX; /* the last night is meant too */
    }
    f->after_id = page->key;
    f->limit = page->limit + 1;
    return true;
}

bool reservations_list(struct api_call *c, struct err *e)
{
    struct reservation_filter f;
    struct reservation_row *list;
    struct page page;
    size_t count;
    if (!read_filter(c, &f, &page, e) ||
        !desk_reservations(c->env, c->arena, &c->hotel, &f, &list, &count, e)) {
        return false;
    }
    struct str next = {0};
    if (page_cut(&page, &count)) {
        next = page_cursor(c->arena, &page, list[count - 1].id);
    }
    struct json_out *o = api_list(c);
    for (size_t i = 0; i < count; i++) {
        desk_reservation_json(c->arena, o, &list[i], c->lang);
    }
    return api_list_send(c, next);
}

bool reservations_create(struct api_call *c, struct err *e)
{
    struct reservation r;
    struct reservation_row row;
    if (!api_body(c, &reservation_fields, &r, e) ||
        !desk_book(c->env, c->arena, &c->hotel, c->principal.email, &r, &row, e)) {
        return false;
    }
    desk_reservation_json(c->arena, api_json(c), &row, c->lang);
    api_header(
        c, S("Location"),
        arena_fmt(c->arena, "/api/admin/%.*s/reservations/%lld", STR_ARG(c->hotel.slug), (long long)row.id));
    return api_send(c, 201);
}

/* What a PUT leaves out stays; a reservation keeps its reference and channel. */
bool reservations_change(struct api_call *c, struct err *e)
{
    struct reservation r;
    struct reservation_row row;
    int64_t id;
    struct field_table t = api_optional(c, &reservation_fields, "reference");
    if (!api_param_id(c, "id", &id, e) || !api_body(c, &t, &r, e) ||
        !desk_change(c->env, c->arena, &c->hotel, c->principal.email, id, &r, &row, e)) {
        return false;
    }
    desk_reservation_json(c->arena, api_json(c), &row, c->lang);
    return api_send(c, 200);
}

/* Without a body: all rooms. */
static bool end_rooms(struct api_call *c, const struct field_table *t, int status, struct err *e)
{
    struct desk_ending how;
    struct reservation_row row;
    int64_t id;
    field_clear(&desk_no_show_fields, &how);
    if (!api_param_id(c, "id", &id, e) || (c->body && !api_body(c, t, &how, e)) ||
        !desk_end(c->env, c->arena, &c->hotel, c->principal.email, id, status, &how, &row, e)) {
        return false;
    }
    desk_reservation_json(c->arena, api_json(c), &row, c->lang);
    return api_send(c, 200);
}

bool reservations_cancel(struct api_call *c, struct err *e)
{
    return end_rooms(c, &desk_cancel_fields, RESERVATION_CANCELLED, e);
}

bool reservations_no_show(struct api_call *c, struct err *e)
{
    return end_rooms(c, &desk_no_show_fields, RESERVATION_NO_SHOW, e);
}

static void write_revision(struct json_out *o, const struct revision_row *v)
{
    json_open(o, '{');
    json_member_i64(o, S("number"), v->number);
    json_member_str(o, S("type"), str_of(message_types[v->type]));
    json_member_str(o, S("outcome"), str_of(revision_outcomes[v->outcome]));
    json_member_str(o, S("revision"), v->revision);
    api_member_instant(o, S("timestamp"), v->ordered_us);
    json_member_bool(o, S("dated"), v->dated);
    api_member_instant(o, S("receivedAt"), v->received_us);
    json_member_str(o, S("integrationId"), v->integration_id);
    json_member_str(o, S("actor"), v->actor);
    api_member_id(o, S("messageId"), v->inbox_seq);
    api_member_id(o, S("importId"), v->import_id);
    if (v->line) {
        json_member_i64(o, S("line"), v->line);
    }
    json_member_raw(o, S("message"), v->message);
    json_close(o, '}');
}

bool reservations_read(struct api_call *c, struct err *e)
{
    struct reservation_row row;
    struct revision_row *history;
    size_t count;
    int64_t id;
    if (!api_param_id(c, "id", &id, e) ||
        !desk_reservation(c->env, c->arena, &c->hotel, id, &row, &history, &count, e)) {
        return false;
    }
    desk_reservation_json(c->arena, api_json(c), &row, c->lang);
    /* The same object as in a list, with one member more: it is written into its open end. */
    struct str whole = buf_str(&c->out);
    struct json_out *o = api_json(c);
    buf_add(&c->out, str_sub(whole, 0, whole.n - 1));
    buf_add(&c->out, S(",\"history\":"));
    json_open(o, '[');
    for (size_t i = 0; i < count; i++) {
        write_revision(o, &history[i]);
    }
    json_close(o, ']');
    buf_char(&c->out, '}');
    return api_send(c, 200);
}
