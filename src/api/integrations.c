/* The connections of a hotel to other systems. */
#include "api/resource.h"
#include "hub/integration.h"

static bool send_view(struct api_call *c, int status, const struct integration_view *v)
{
    integration_json(api_json(c), v, c->lang);
    return api_send(c, status);
}

bool integrations_types(struct api_call *c, struct err *e)
{
    (void)e;
    struct json_out *o = api_json(c);
    json_open(o, '{');
    json_key(o, S("data"));
    integration_types_json(o, c->lang);
    json_member_str(o, S("nextCursor"), (struct str){0});
    json_close(o, '}');
    return api_send(c, 200);
}

bool integrations_list(struct api_call *c, struct err *e)
{
    struct page page;
    struct integration_view *list;
    size_t count, from, to;
    if (!page_read(c->request, "integrations", &page, e) ||
        !integration_list(c->env, c->arena, &c->hotel, &list, &count, e)) {
        return false;
    }
    struct str next = page_slice(c->arena, &page, count, &from, &to);
    struct json_out *o = api_list(c);
    for (size_t i = from; i < to; i++) {
        integration_json(o, &list[i], c->lang);
    }
    return api_list_send(c, next);
}

bool integrations_create(struct api_call *c, struct err *e)
{
    struct integration_view v;
    if (!integration_create(c->env, c->arena, &c->hotel, c->principal.email, c->body, &v, e)) {
        return false;
    }
    api_header(
        c, S("Location"),
        arena_fmt(c->arena, "/api/admin/%.*s/integrations/%.*s", STR_ARG(c->hotel.slug), STR_ARG(v.row.id)));
    return send_view(c, 201, &v);
}

bool integrations_read(struct api_call *c, struct err *e)
{
    struct integration_view v;
    return integration_get(c->env, c->arena, &c->hotel, api_param(c, "id"), &v, e) && send_view(c, 200, &v);
}

bool integrations_change(struct api_call *c, struct err *e)
{
    struct integration_view v;
    return integration_change(c->env, c->arena, &c->hotel, c->principal.email, api_param(c, "id"), c->body,
                              &v, e) &&
           send_view(c, 200, &v);
}

bool integrations_delete(struct api_call *c, struct err *e)
{
    return integration_remove(c->env, c->arena, &c->hotel, c->principal.email, api_param(c, "id"), e) &&
           api_no_content(c);
}

static bool send_result(struct api_call *c, const struct integration_result *r)
{
    integration_result_json(api_json(c), r, c->lang);
    return api_send(c, 200);
}

bool integrations_test(struct api_call *c, struct err *e)
{
    struct integration_result r;
    return integration_test(c->env, c->arena, &c->hotel, c->principal.email, api_param(c, "id"), &r, e) &&
           send_result(c, &r);
}

bool integrations_sync(struct api_call *c, struct err *e)
{
    struct integration_result r;
    return integration_sync(c->env, c->arena, &c->hotel, c->principal.email, api_param(c, "id"), &r, e) &&
           send_result(c, &r);
}

bool integrations_logs(struct api_call *c, struct err *e)
{
    struct page page;
    struct integration_log_row *list;
    size_t count;
    int64_t next = 0;
    if (!page_read(c->request, "logs", &page, e)) {
        return false;
    }
    struct integration_log_filter f = {
        .search = http_query(c->request, S("search")),
        .status = http_query(c->request, S("status")),
        .action = http_query(c->request, S("action")),
        .before_id = page.key,
        .limit = page.limit,
    };
    if (!integration_history(c->env, c->arena, &c->hotel, api_param(c, "id"), f, &list, &count, &next, e)) {
        return false;
    }
    struct json_out *o = api_list(c);
    for (size_t i = 0; i < count; i++) {
        integration_log_json(o, &list[i], c->lang);
    }
    return api_list_send(c, next > 0 ? page_cursor(c->arena, &page, next) : (struct str){0});
}
