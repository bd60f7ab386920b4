#include "hub/folder.h"

#include "base/log.h"
#include "connector/csv_connector.h"
#include "format/json.h"
#include "hub/export.h"
#include "hub/import.h"
#include "io/file.h"
#include "store/event.h"

#define SETTLED_US  INT64_C(2000000) /* unchanged for so long: whoever writes the file has finished */
#define AHEAD_US    INT64_C(86400000000)
#define FILES_MAX   1000 /* of one look */
#define NOTE_NAME   240  /* bytes of a file's name in the name of what lies beside it */
#define OUTBOX_STEP 2000 /* cells of one transaction */

static const struct csv_connector_settings *settings_of(const struct integration_loaded *in)
{
    return in->settings;
}

/* A folder of the hotel's; −1 with *e. */
static int open_folder(struct env *env, struct arena *a, const struct integration_loaded *in, struct str path,
                       bool make, struct err *e)
{
    return file_dir_open(env->files_dir, arena_fmt(a, "%.*s/%.*s", STR_ARG(in->hotel.slug), STR_ARG(path)),
                         make, e);
}

/* --- in --- */

struct look {
    struct env *env;
    const struct integration_loaded *in;
    int dir, done, failed;
    struct folder_report *out;
};

static struct str beside(struct arena *a, struct str file, const char *end)
{
    size_t n = file.n < NOTE_NAME ? file.n : NOTE_NAME;
    while (n > 0 && n < file.n && ((unsigned char)file.p[n] & 0xC0) == 0x80) {
        n--; /* not inside a letter */
    }
    return arena_fmt(a, "%.*s%s", (int)n, file.p, end);
}

/* A short text beside a file that went to failed/. */
static bool write_note(struct look *l, struct arena *a, struct str file, struct text text, struct err *e)
{
    struct str name = beside(a, file, ".txt"), as;
    FILE_SCOPE fd = file_create_in(l->failed, name, e);
    struct str both = arena_fmt(a, "%.*s\n\n%.*s\n", STR_ARG(text.fr), STR_ARG(text.en));
    return fd >= 0 && file_write(fd, both, e) && file_publish_beside_in(l->failed, name, fd, a, &as, e);
}

static bool copy_bad_rows(struct look *l, struct arena *a, int64_t import_id, struct str file, struct err *e)
{
    struct str from_path = import_bad_rows(l->env, a, &l->in->hotel, import_id);
    if (!from_path.n) {
        return true;
    }
    struct str name = beside(a, file, ".bad.csv"), as;
    FILE_SCOPE from = file_open(from_path, e);
    FILE_SCOPE to = file_create_in(l->failed, name, e);
    char bytes[1 << 16];
    size_t got = 0;
    if (from < 0 || to < 0) {
        return false;
    }
    do {
        if (!file_read(from, bytes, sizeof(bytes), &got, e) || !file_write(to, (struct str){bytes, got}, e)) {
            return false;
        }
    } while (got);
    return file_publish_beside_in(l->failed, name, to, a, &as, e);
}

static struct text question_text(struct arena *a, const struct import_result *r)
{
    const struct json *report = json_parse(a, r->row.report, NULL);
    const struct json *q = json_at(json_get(report, S("questions")), 0);
    const struct json *text = json_get(q, S("text"));
    const struct json *en = json_get(text, S("en")), *fr = json_get(text, S("fr"));
    return (struct text){en ? en->text : S(""), fr ? fr->text : S("")};
}

static bool settle(struct look *l, struct arena *a, struct str name, bool ok, const struct import_result *r,
                   const struct err *why, struct err *e)
{
    struct str as;
    bool bad = !ok || r->asking;
    if (!file_move_in(l->dir, name, bad ? l->failed : l->done, a, &as, e)) {
        return false;
    }
    l->out->files++;
    l->out->failed += bad;
    if (!ok) {
        return write_note(l, a, as, (struct text){str_of(why->en), str_of(why->fr)}, e);
    }
    if (r->asking) {
        return write_note(l, a, as, question_text(a, r), e);
    }
    l->out->rows.created += r->counts.created;
    l->out->rows.changed += r->counts.changed;
    l->out->rows.refused += r->counts.refused;
    return r->counts.refused == 0 || copy_bad_rows(l, a, r->row.id, as, e);
}

/* Still being written, as far as one can tell. A file whose date lies far ahead was dated by a clock that is wrong. */
static bool is_fresh(struct look *l, const struct file_info *info)
{
    int64_t age = clock_now_us(&l->env->clock) - info->modified_us;
    return age < SETTLED_US && age > -AHEAD_US;
}

static bool take_file(struct look *l, struct str name, struct err *e)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    FILE_SCOPE fd = file_open_in(l->dir, name, e);
    struct file_info info;
    if (fd < 0 && e->code == ERR_NOT_FOUND) {
        return true; /* taken away meanwhile */
    }
    if (fd < 0 || !file_stat(fd, &info, e)) {
        return false;
    }
    if (!info.regular) {
        return true;
    }
    if (is_fresh(l, &info)) {
        l->out->waiting++;
        return true;
    }
    struct import_options o = {
        .integration_id = l->in->row.id, .name = name, .source = S("folder"), .ordered_us = info.modified_us};
    struct import_result r = {0};
    struct err why = {0};
    bool ok = import_file(l->env, &a, &l->in->hotel, fd, &o, &r, &why);
    if (!ok && why.code != ERR_INVALID) {
        *e = why; /* our trouble, not the file's: it stays where it is */
        return false;
    }
    log_event(LOG_INFO, "folder.file", LOG_STR("hotel", l->in->hotel.slug), LOG_STR("file", name),
              LOG_STR("status", r.row.status), LOG_I64("created", r.counts.created),
              LOG_I64("changed", r.counts.changed), LOG_I64("refused", r.counts.refused));
    return settle(l, &a, name, ok, &r, &why, e);
}

bool folder_import(struct env *env, struct arena *a, const struct integration_loaded *in,
                   struct folder_report *out, struct err *e)
{
    const struct csv_connector_settings *s = settings_of(in);
    struct str *names;
    size_t count;
    *out = (struct folder_report){0};
    if (!s->import_path.n) {
        return true;
    }
    FILE_SCOPE dir = open_folder(env, a, in, s->import_path, true, e);
    FILE_SCOPE done =
        dir < 0 ? -1 : open_folder(env, a, in, arena_fmt(a, "%.*s/done", STR_ARG(s->import_path)), true, e);
    FILE_SCOPE failed =
        done < 0 ? -1
                 : open_folder(env, a, in, arena_fmt(a, "%.*s/failed", STR_ARG(s->import_path)), true, e);
    if (failed < 0 || !file_dir_list(dir, a, FILES_MAX, &names, &count, e)) {
        return false;
    }
    struct look l = {env, in, dir, done, failed, out};
    struct err first = {0};
    for (size_t i = 0; i < count; i++) {
        struct err why = {0};
        if (take_file(&l, names[i], &why)) {
            continue;
        }
        first = first.code == ERR_NONE ? why : first;
        if (why.code == ERR_FULL || why.code == ERR_BUSY) {
            break; /* the others would fare no better */
        }
    }
    if (first.code != ERR_NONE) {
        *e = first;
    }
    return first.code == ERR_NONE;
}

/* --- out --- */

static bool to_file(void *ctx, struct str bytes, struct err *e)
{
    return file_write(*(const int *)ctx, bytes, e);
}

/* What was to be told before the export began: the export says it. A cell that changed meanwhile has a newer
 * version and stays. */
struct told {
    const struct integration_loaded *in;
    const struct outbox_row *rows;
    size_t count;
    int64_t now_us;
};

static bool read_outbox(struct env *env, struct arena *a, struct told *t, struct err *e)
{
    struct outbox_row *rows;
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    for (size_t limit = OUTBOX_STEP; c; limit *= 4) {
        if (!outbox_list(c, a, t->in->hotel.id, t->in->row.id, limit, &rows, &t->count, e)) {
            return false;
        }
        if (t->count < limit) {
            t->rows = rows;
            return true;
        }
    }
    return false;
}

static bool told_work(struct db_conn *c, void *arg, struct err *e)
{
    const struct told *t = arg;
    for (size_t i = 0; i < t->count && i < OUTBOX_STEP; i++) {
        if (!outbox_done(c, t->in->hotel.id, &t->rows[i], e)) {
            return false;
        }
    }
    return t->count > OUTBOX_STEP || integration_note_export(c, t->in->hotel.id, t->in->row.id, t->now_us, e);
}

static bool told_all(struct env *env, struct told *t, struct err *e)
{
    for (;;) {
        if (!db_write(env->store->hotel, told_work, t, e)) {
            return false;
        }
        if (t->count <= OUTBOX_STEP) {
            return true;
        }
        t->rows += OUTBOX_STEP;
        t->count -= OUTBOX_STEP;
    }
}

bool folder_export(struct env *env, struct arena *a, const struct integration_loaded *in, int64_t *files,
                   struct err *e)
{
    const struct csv_connector_settings *s = settings_of(in);
    struct told told = {.in = in, .now_us = clock_now_us(&env->clock)};
    *files = 0;
    if (!s->export_path.n) {
        return true;
    }
    FILE_SCOPE dir = open_folder(env, a, in, s->export_path, true, e);
    if (dir < 0 || !read_outbox(env, a, &told, e)) {
        return false;
    }
    for (int what = EXPORT_RESERVATIONS; what <= EXPORT_STOCK; what++) {
        struct str name = arena_fmt(a, "%s.csv", export_names[what]);
        struct export_options o = {.what = (enum export_what)what,
                                   .format = EXPORT_CSV,
                                   .delimiter = s->delimiter.n ? s->delimiter.p[0] : 0,
                                   .from = DATE_NONE,
                                   .to = DATE_NONE};
        FILE_SCOPE fd = file_create_in(dir, name, e);
        if (fd < 0 || !export_write(env, &in->hotel, &o, to_file, &fd, e) ||
            !file_publish_in(dir, name, fd, e)) {
            return false;
        }
        (*files)++;
    }
    return told_all(env, &told, e);
}

bool folder_export_due(struct env *env, const struct integration_loaded *in, int64_t every_us)
{
    struct err ignored;
    int64_t last = INSTANT_NONE;
    DB_READ_SCOPE *c = db_read(env->store->hotel, &ignored);
    return !c || !integration_last_export(c, in->hotel.id, in->row.id, &last, &ignored) ||
           last == INSTANT_NONE || clock_now_us(&env->clock) - last >= every_us;
}

/* --- hooks --- */

static struct str folder_state(struct env *env, struct arena *a, const struct integration_loaded *in,
                               struct str path, bool writing, bool *ok, struct err *e)
{
    *ok = true;
    if (!path.n) {
        return S("not used");
    }
    FILE_SCOPE dir = open_folder(env, a, in, path, true, e);
    if (dir < 0) {
        *ok = false;
        return S("missing");
    }
    if (writing && !file_dir_writable(dir)) {
        *ok = err_set(e, ERR_INVALID, "the program may not write into the folder %.*s; give it the right to",
                      "le programme ne peut pas écrire dans le dossier %.*s ; donnez-lui ce droit",
                      STR_ARG(path));
        return S("not writable");
    }
    return S("ready");
}

bool folder_test(struct env *env, struct arena *a, const struct integration_loaded *in, struct str *data,
                 struct err *e)
{
    const struct csv_connector_settings *s = settings_of(in);
    bool ok;
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_str(&o, S("importFolder"), folder_state(env, a, in, s->import_path, true, &ok, e));
    if (!ok) {
        return err_in(e, S("importPath"));
    }
    json_member_str(&o, S("exportFolder"), folder_state(env, a, in, s->export_path, true, &ok, e));
    if (!ok) {
        return err_in(e, S("exportPath"));
    }
    json_close(&o, '}');
    *data = buf_str(&b);
    return true;
}

bool folder_sync(struct env *env, struct arena *a, const struct integration_loaded *in, struct str *data,
                 struct err *e)
{
    struct folder_report r;
    int64_t files;
    if (!folder_import(env, a, in, &r, e) || !folder_export(env, a, in, &files, e)) {
        return false;
    }
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_i64(&o, S("filesRead"), r.files);
    json_member_i64(&o, S("filesWaiting"), r.waiting);
    json_member_i64(&o, S("filesFailed"), r.failed);
    json_member_i64(&o, S("created"), r.rows.created);
    json_member_i64(&o, S("changed"), r.rows.changed);
    json_member_i64(&o, S("refused"), r.rows.refused);
    json_member_i64(&o, S("filesWritten"), files);
    json_close(&o, '}');
    *data = buf_str(&b);
    return true;
}
