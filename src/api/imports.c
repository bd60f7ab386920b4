/* Files of reservations: sent in, looked at, their questions answered, their bad rows given back. */
#include "hub/import.h"

#include "api/resource.h"
#include "io/file.h"

/* {"en","fr"} texts of a report stay as they are: a client shows the one it needs. */
static void write_row(struct json_out *o, const struct import_row *r)
{
    json_open(o, '{');
    api_member_id(o, S("id"), r->id);
    json_member_str(o, S("name"), r->name);
    json_member_str(o, S("integrationId"), r->integration_id);
    json_member_str(o, S("status"), r->status);
    json_member_str(o, S("source"), r->source);
    json_member_str(o, S("actor"), r->actor);
    json_member_i64(o, S("size"), r->size);
    json_member_i64(o, S("rowsDone"), r->rows_done);
    json_member_raw(o, S("answers"), r->answers.n ? r->answers : S("{}"));
    json_member_raw(o, S("report"), r->report.n ? r->report : S("{}"));
    api_member_instant(o, S("orderedAt"), r->ordered_said ? r->ordered_us : INSTANT_NONE);
    api_member_instant(o, S("createdAt"), r->created_us);
    api_member_instant(o, S("updatedAt"), r->updated_us);
    json_close(o, '}');
}

bool imports_list(struct api_call *c, struct err *e)
{
    struct page page;
    struct import_row *list;
    size_t count;
    if (!page_read(c->request, "imports", &page, e) ||
        !import_page(c->env, c->arena, &c->hotel, page.key, page.limit + 1, &list, &count, e)) {
        return false;
    }
    struct str next = {0};
    if (page_cut(&page, &count)) {
        next = page_cursor(c->arena, &page, list[count - 1].id);
    }
    struct json_out *o = api_list(c);
    for (size_t i = 0; i < count; i++) {
        write_row(o, &list[i]);
    }
    return api_list_send(c, next);
}

bool imports_read(struct api_call *c, struct err *e)
{
    struct import_row row;
    int64_t id;
    if (!api_param_id(c, "id", &id, e) || !import_get(c->env, c->arena, &c->hotel, id, &row, e)) {
        return false;
    }
    write_row(api_json(c), &row);
    return api_send(c, 200);
}

/* The query's set.NAME=VALUE are answers, as --set NAME=VALUE is on the command line. */
static struct csv_answer *query_answers(const struct api_call *c, size_t *count)
{
    const struct http_request *r = c->request;
    struct csv_answer *list = arena_array(c->arena, struct csv_answer, r->query_count);
    *count = 0;
    for (size_t i = 0; i < r->query_count; i++) {
        if (str_starts(r->query[i].name, S("set."))) {
            list[(*count)++] = (struct csv_answer){str_sub(r->query[i].name, 4, SIZE_MAX), r->query[i].value};
        }
    }
    return list;
}

static bool send_result(struct api_call *c, const struct import_result *r, int status)
{
    write_row(api_json(c), &r->row);
    return api_send(c, status);
}

/* ?name=&integration=&dryRun=&orderedAt=&set.NAME=VALUE; the body is the file. 201 when it is kept, 200 for a dry
 * run, which keeps nothing; its status says whether questions are open. */
bool imports_create(struct api_call *c, struct err *e)
{
    struct import_result result;
    int dry_run = 0;
    struct import_options o = {
        .integration_id = http_query(c->request, S("integration")),
        .name = http_query(c->request, S("name")),
        .source = S("upload"),
        .actor = c->principal.email,
        .ordered_us = INSTANT_NONE,
    };
    if (!api_query_bool(c, "dryRun", &dry_run, e) || !api_query_instant(c, "orderedAt", &o.ordered_us, e)) {
        return false;
    }
    o.dry_run = dry_run == 1;
    o.integration_id = o.integration_id.n ? o.integration_id : (struct str){0};
    o.answers = query_answers(c, &o.answer_count);
    FILE_SCOPE fd = file_open(c->request->body_path, e);
    return fd >= 0 && import_file(c->env, c->arena, &c->hotel, fd, &o, &result, e) &&
           send_result(c, &result, o.dry_run ? 200 : 201);
}

struct answers_body {
    struct str set; /* JSON object of NAME: VALUE */
};

static const struct field answers_members[] = {
    {FIELD_MEMBER("set", FIELD_JSON, answers_body, set), .flags = FIELD_REQUIRED},
};
static const struct field_table answers_fields = {"importAnswers", sizeof(struct answers_body),
                                                  answers_members, ARRAY_LEN(answers_members)};

/* {"set":{"dates":"dmy"}} */
bool imports_answer(struct api_call *c, struct err *e)
{
    struct import_result result;
    struct answers_body in;
    int64_t id;
    if (!api_param_id(c, "id", &id, e) || !api_body(c, &answers_fields, &in, e)) {
        return false;
    }
    const struct json *set = json_get(c->body, S("set"));
    if (set->type != JSON_OBJECT) {
        return err_field(e, ERR_INVALID, "set", "set is an object, such as {\"dates\":\"dmy\"}",
                         "set est un objet, par exemple {\"dates\":\"dmy\"}");
    }
    struct csv_answer *answers = arena_array(c->arena, struct csv_answer, set->count);
    size_t count = 0;
    for (const struct json *v = set->first; v; v = v->next) {
        if (v->type != JSON_STRING) {
            err_field(e, ERR_INVALID, arena_cstr(c->arena, v->key), "an answer is a text",
                      "une réponse est un texte");
            return err_in(e, S("set"));
        }
        answers[count++] = (struct csv_answer){v->key, v->text};
    }
    return import_answer(c->env, c->arena, &c->hotel, id, answers, count, c->principal.email, &result, e) &&
           send_result(c, &result, 200);
}

/* The refused rows as a table, each with its reason in a last column. */
bool imports_bad_rows(struct api_call *c, struct err *e)
{
    struct import_row row;
    int64_t id;
    if (!api_param_id(c, "id", &id, e) || !import_get(c->env, c->arena, &c->hotel, id, &row, e)) {
        return false;
    }
    struct str path = import_bad_rows(c->env, c->arena, &c->hotel, id);
    if (!str_given(path)) {
        return err_set(e, ERR_NOT_FOUND, "this import refused no row", "cet import n'a refusé aucune ligne");
    }
    int fd = file_open(path, e);
    if (fd < 0) {
        return false;
    }
    c->answer.body_fd = fd;
    api_header(c, S("Content-Disposition"), S("attachment; filename=\"bad-rows.csv\""));
    c->answer.status = 200;
    c->answer.type = S("text/csv; charset=utf-8");
    return true;
}
