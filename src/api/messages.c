/* The raw messages of an integration, what became of them, and doing them again. */
#include "hub/message.h"

#include "api/resource.h"
#include "format/base64.h"
#include "format/hex.h"
#include "hub/integration.h"
#include "hub/process.h"

static void write_outcome(const struct api_call *c, struct json_out *o, const struct inbox_outcome *v)
{
    json_open(o, '{');
    json_member_str(o, S("outcome"), v->outcome);
    json_member_str(o, S("pointer"), v->pointer);
    api_member_text(c, o, S("detail"), v->detail);
    api_member_id(o, S("reservationId"), v->reservation_id);
    api_member_id(o, S("duplicateOf"), v->duplicate_of);
    json_member_i64(o, S("attempts"), v->attempts);
    api_member_instant(o, S("appliedAt"), v->applied_us);
    json_close(o, '}');
}

/* Members of the head, inside an open object. */
static void write_head(const struct api_call *c, struct json_out *o, const struct message *m)
{
    api_member_id(o, S("id"), m->raw.seq);
    api_member_instant(o, S("receivedAt"), m->raw.received_us);
    json_member_str(o, S("verdict"), m->raw.verdict);
    api_member_text(c, o, S("reason"), m->raw.reason);
    json_member_str(o, S("client"), m->raw.client);
    json_member_str(o, S("method"), m->raw.method);
    json_member_str(o, S("target"), m->raw.target);
    json_member_str(o, S("requestId"), m->raw.request_id);
    json_member_str(o, S("messageKey"), m->raw.message_key);
    json_member_i64(o, S("size"), m->raw.size);
    json_member_str(o, S("sha256"), hex_encode(c->arena, m->raw.sha256));
    json_member_bool(o, S("masked"), m->raw.masked);
    json_key(o, S("result"));
    if (m->looked_at) {
        write_outcome(c, o, &m->outcome);
    } else {
        json_null(o);
    }
}

bool messages_list(struct api_call *c, struct err *e)
{
    struct page page;
    struct message *list;
    size_t count;
    struct inbox_filter f = {.integration_id = api_param(c, "id"), .since_us = INSTANT_NONE, .rejected = -1};
    if (!page_read(c->request, "messages", &page, e) || !api_query_bool(c, "rejected", &f.rejected, e) ||
        !api_query_instant(c, "since", &f.since_us, e)) {
        return false;
    }
    f.before_seq = page.key;
    f.limit = page.limit + 1;
    if (!message_list(c->env, c->arena, &c->hotel, &f, &list, &count, e)) {
        return false;
    }
    struct str next = {0};
    if (page_cut(&page, &count)) {
        next = page_cursor(c->arena, &page, list[count - 1].raw.seq);
    }
    struct json_out *o = api_list(c);
    for (size_t i = 0; i < count; i++) {
        json_open(o, '{');
        write_head(c, o, &list[i]);
        json_close(o, '}');
    }
    return api_list_send(c, next);
}

bool messages_read(struct api_call *c, struct err *e)
{
    struct message m;
    int64_t seq;
    if (!api_param_id(c, "seq", &seq, e) ||
        !message_read(c->env, c->arena, &c->hotel, api_param(c, "id"), seq, &m, e)) {
        return false;
    }
    bool is_text = utf8_valid(m.raw.body, &(size_t){0}) && str_find_char(m.raw.body, '\0') == SIZE_MAX;
    struct json_out *o = api_json(c);
    json_open(o, '{');
    write_head(c, o, &m);
    json_member_raw(o, S("headers"), m.raw.headers.n ? m.raw.headers : S("[]"));
    json_member_str(o, S("body"), base64_encode(c->arena, m.raw.body));
    json_member_str(o, S("text"), is_text ? m.raw.body : (struct str){0});
    json_close(o, '}');
    return api_send(c, 200);
}

bool messages_replay_one(struct api_call *c, struct err *e)
{
    struct inbox_outcome outcome;
    int64_t seq;
    if (!api_param_id(c, "seq", &seq, e) ||
        !process_replay(c->env, c->arena, &c->hotel, api_param(c, "id"), seq, &outcome, e)) {
        return false;
    }
    write_outcome(c, api_json(c), &outcome);
    return api_send(c, 200);
}

struct replay {
    int64_t since_us;
    int8_t only_failed;
};

static const struct field replay_members[] = {
    {FIELD_MEMBER("since", FIELD_INSTANT, replay, since_us), .flags = FIELD_REQUIRED},
    {FIELD_MEMBER("onlyFailed", FIELD_BOOL, replay, only_failed)},
};
static const struct field_table replay_fields = {"replay", sizeof(struct replay), replay_members,
                                                 ARRAY_LEN(replay_members)};

bool messages_replay(struct api_call *c, struct err *e)
{
    struct replay in;
    struct replay_report report;
    if (!api_body(c, &replay_fields, &in, e) ||
        !integration_known(c->env, c->arena, &c->hotel, api_param(c, "id"), e) ||
        !process_replay_since(c->env, c->arena, &c->hotel, api_param(c, "id"), in.since_us,
                              in.only_failed == 1, &report, e)) {
        return false;
    }
    struct json_out *o = api_json(c);
    json_open(o, '{');
    json_member_i64(o, S("replayed"), report.replayed);
    json_member_i64(o, S("applied"), report.applied);
    json_member_i64(o, S("failed"), report.failed);
    json_close(o, '}');
    return api_send(c, 200);
}
