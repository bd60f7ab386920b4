/* The hotel's data as files. */
#include "hub/export.h"

#include "api/api.h"
#include "api/resource.h"
#include "io/file.h"

struct target {
    int fd;
};

static bool to_file(void *ctx, struct str bytes, struct err *e)
{
    return file_write(((struct target *)ctx)->fd, bytes, e);
}

/* Into a file first, which is gone by name before it is sent: so a slow client holds no snapshot of the store, and a
 * failure half-way is an error instead of half an answer. -1 with *e. */
static int write_file(struct api_call *c, const struct export_options *o, struct err *e)
{
    struct str path =
        arena_fmt(c->arena, "%.*s/export-%.*s", STR_ARG(c->options->upload_dir), STR_ARG(c->request->id));
    FILE_SCOPE out = file_create(path, e);
    if (out < 0) {
        return -1;
    }
    struct target target = {out};
    bool ok = export_write(c->env, &c->hotel, o, to_file, &target, e);
    int in = ok ? file_open(path, e) : -1;
    file_remove(path);
    return in;
}

/* GET …/export/{reservations|guests|stock}?format=csv|json; for stock also from and to, both included. */
bool exports_read(struct api_call *c, struct err *e)
{
    static const char *const formats[] = {"csv", "json", NULL};
    struct export_options o = {.from = DATE_NONE, .to = DATE_NONE};
    struct str what = api_param(c, "what");
    int format = 0, kind = 0;
    while (export_names[kind] && !str_eq(what, str_of(export_names[kind]))) {
        kind++;
    }
    if (!export_names[kind]) {
        return err_set(e, ERR_NOT_FOUND, "there is no such export: reservations, guests, stock",
                       "cet export n'existe pas : reservations, guests, stock");
    }
    if (!api_query_choice(c, "format", formats, &format, e) || !api_query_date(c, "from", &o.from, e) ||
        !api_query_date(c, "to", &o.to, e)) {
        return false;
    }
    o.what = (enum export_what)kind;
    o.format = format ? EXPORT_JSON : EXPORT_CSV;
    o.to = o.to == DATE_NONE ? DATE_NONE : o.to + 1;
    c->answer.body_fd = write_file(c, &o, e);
    if (c->answer.body_fd < 0) {
        c->answer.body_fd = 0;
        return false;
    }
    c->answer.status = 200;
    c->answer.type = str_of(format ? "application/json" : "text/csv; charset=utf-8");
    api_header(c, S("Content-Disposition"),
               arena_fmt(c->arena, "attachment; filename=\"%.*s-%.*s.%s\"", STR_ARG(c->hotel.slug),
                         STR_ARG(what), formats[format]));
    return true;
}
