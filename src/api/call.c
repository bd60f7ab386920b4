#include "api/call.h"

#include "api/problem.h"
#include "base/log.h"
#include "io/zone.h"

struct str api_param(const struct api_call *c, const char *name)
{
    return api_match_param(c->route, c->params, str_of(name));
}

bool api_param_id(const struct api_call *c, const char *name, int64_t *out, struct err *e)
{
    struct str text = api_param(c, name);
    bool fine = str_to_i64(text, out) && *out > 0 && text.p[0] != '0' && text.p[0] != '+';
    return fine || err_set(e, ERR_NOT_FOUND, "there is nothing with this number", "rien ne porte ce numéro");
}

bool api_query_date(const struct api_call *c, const char *name, int32_t *out, struct err *e)
{
    struct str text = http_query(c->request, str_of(name));
    return !text.n || date_parse(text, out) ||
           err_field(e, ERR_INVALID, name, "“%.*s” is not a date; write one like 2026-07-14",
                     "« %.*s » n'est pas une date ; écrivez-la comme 2026-07-14",
                     STR_ARG(str_sub(text, 0, 40)));
}

bool api_query_nights(const struct api_call *c, int32_t days, int32_t *from, int32_t *to, struct err *e)
{
    struct zone_time now; /* the hotel's own: its day begins before or after that of Greenwich */
    if (!zone_local(c->hotel.timezone, clock_now_us(&c->env->clock), &now, e)) {
        return false;
    }
    *from = now.date;
    *to = DATE_NONE;
    if (!api_query_date(c, "from", from, e) || !api_query_date(c, "to", to, e)) {
        return false;
    }
    *to = *to == DATE_NONE ? *from + days : *to + 1;
    return true;
}

bool api_query_instant(const struct api_call *c, const char *name, int64_t *out_us, struct err *e)
{
    struct str text = http_query(c->request, str_of(name));
    return !text.n || instant_parse(text, out_us) ||
           err_field(e, ERR_INVALID, name, "“%.*s” is not a moment; write one like 2026-07-14T10:02:11Z",
                     "« %.*s » n'est pas un instant ; écrivez-le comme 2026-07-14T10:02:11Z",
                     STR_ARG(str_sub(text, 0, 40)));
}

bool api_query_bool(const struct api_call *c, const char *name, int *out, struct err *e)
{
    static const struct {
        struct str text;
        int value;
    } words[] = {{S_INIT("true"), 1}, {S_INIT("1"), 1}, {S_INIT("false"), 0}, {S_INIT("0"), 0}};
    struct str text = http_query(c->request, str_of(name));
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_eq(text, words[i].text)) {
            *out = words[i].value;
            return true;
        }
    }
    return !text.n || err_field(e, ERR_INVALID, name, "write true or false", "écrivez true ou false");
}

bool api_query_choice(const struct api_call *c, const char *name, const char *const *choices, int *out,
                      struct err *e)
{
    struct str text = http_query(c->request, str_of(name));
    struct buf all = buf_in(c->arena);
    for (int i = 0; choices[i]; i++) {
        if (str_eq(text, str_of(choices[i]))) {
            *out = i;
            return true;
        }
        buf_fmt(&all, "%s%s", i ? ", " : "", choices[i]);
    }
    return !text.n || err_field(e, ERR_INVALID, name, "this is none of: %.*s", "ce n'est aucun de : %.*s",
                                STR_ARG(buf_str(&all)));
}

bool api_body(struct api_call *c, const struct field_table *t, void *record, struct err *e)
{
    return json_decode(c->arena, t, c->body, record, e);
}

struct field_table api_optional(const struct api_call *c, const struct field_table *t, const char *name)
{
    struct field *copy = arena_array(c->arena, struct field, t->count);
    struct field_table out = *t;
    for (size_t i = 0; i < t->count; i++) {
        copy[i] = t->fields[i];
        if (str_eq(str_of(copy[i].name), str_of(name))) {
            copy[i].flags &= ~(unsigned)FIELD_REQUIRED;
        }
    }
    out.fields = copy;
    return out;
}

void api_header(struct api_call *c, struct str name, struct str value)
{
    if (c->answer.header_count < API_HEADERS) {
        c->headers[c->answer.header_count++] = (struct http_pair){name, value};
        c->answer.headers = c->headers;
    }
}

struct json_out *api_json(struct api_call *c)
{
    c->out = buf_in(c->arena);
    c->json = json_out(&c->out);
    return &c->json;
}

bool api_send_text(struct api_call *c, int status, const char *type, struct str body)
{
    c->answer.status = status;
    c->answer.type = str_of(type);
    c->answer.body = body;
    return true;
}

bool api_send(struct api_call *c, int status)
{
    return api_send_text(c, status, "application/json", buf_str(&c->out));
}

struct json_out *api_list(struct api_call *c)
{
    struct json_out *o = api_json(c);
    json_open(o, '{');
    json_key(o, S("data"));
    json_open(o, '[');
    return o;
}

bool api_list_send(struct api_call *c, struct str next_cursor)
{
    json_close(&c->json, ']');
    json_member_str(&c->json, S("nextCursor"), next_cursor);
    json_close(&c->json, '}');
    return api_send(c, 200);
}

bool api_no_content(struct api_call *c)
{
    c->answer.status = 204;
    return true;
}

void api_member_id(struct json_out *o, struct str name, int64_t id)
{
    char text[24];
    struct str digits = {0};
    size_t at = sizeof(text);
    for (int64_t rest = id; rest > 0; rest /= 10) {
        text[--at] = (char)('0' + rest % 10);
        digits = (struct str){text + at, sizeof(text) - at};
    }
    json_member_str(o, name, digits);
}

void api_member_instant(struct json_out *o, struct str name, int64_t us)
{
    char text[INSTANT_TEXT_SIZE];
    json_member_str(o, name, us == INSTANT_NONE ? (struct str){0} : instant_text(us, text));
}

void api_member_date(struct json_out *o, struct str name, int32_t date)
{
    char text[DATE_TEXT_SIZE];
    json_member_str(o, name, date == DATE_NONE ? (struct str){0} : date_text(date, text));
}

void api_member_text(const struct api_call *c, struct json_out *o, struct str name, struct text t)
{
    json_member_str(o, name, text_in(t, c->lang));
}

struct http_response api_failure(struct api_call *c, const struct err *e)
{
    struct problem p = problem_of(e);
    if (!c->anonymous) {
        p.request_id = c->request->id;
    }
    if (c->retry_after_s > 0) {
        p.retry_after_s = c->retry_after_s;
    }
    if (p.status == 500) {
        log_event(LOG_ERROR, "http.failed", LOG_STR("request", c->request->id),
                  LOG_STR("route", str_of(c->route ? c->route->pattern : "-")),
                  LOG_STR("why", err_text(e, LANG_EN)), LOG_STR("at", err_pointer(e)));
    }
    return problem_response(c->arena, &p, c->lang);
}
