#include "hub/import.h"

#include "base/log.h"
#include "base/show.h"
#include "format/card.h"
#include "format/card_csv.h"
#include "format/hex.h"
#include "format/json.h"
#include "hub/import_run.h"
#include "hub/import_settings.h"
#include "io/file.h"
#include "store/integration.h"

#define NEW_OLD_US INT64_C(60000000) /* whoever made a file has locked it by then */
#define NEW_MAX    1000              /* of one look */

/* --- keeping --- */

struct save {
    struct import_run *r;
    bool is_new;
    struct text log; /* a line in the integration's history; absent: none */
    struct str log_status;
};

static bool save_log(struct db_conn *c, struct save *s, struct establishment_lock *lock, struct err *e)
{
    struct import_row *row = &s->r->row;
    struct integration_log_row log = {
        .integration_id = row->integration_id,
        .action = S("imported"),
        .status = s->log_status,
        .message = {arena_fmt(s->r->a, "%.*s: %.*s", STR_ARG(row->name), STR_ARG(s->log.en)),
                    arena_fmt(s->r->a, "%.*s : %.*s", STR_ARG(row->name), STR_ARG(s->log.fr))},
        .data = arena_fmt(s->r->a, "{\"import\":\"%lld\"}", (long long)row->id),
        .created_us = row->updated_us,
        .actor = row->actor.n ? row->actor : row->source,
    };
    bool failed = str_eq(s->log_status, S("error"));
    return integration_log(c, lock, &log, e) &&
           (failed ? integration_note_error(c, s->r->hotel->id, row->integration_id, log.message, e)
                   : integration_note_ok(c, s->r->hotel->id, row->integration_id, row->updated_us, e));
}

/* The file gets its name before anybody can see the import, so that whoever sees it finds the file locked. */
static bool name_kept(struct import_run *r, struct err *e)
{
    struct str path = import_run_path(r->env, r->a, r->hotel, r->row.id, ".csv");
    bool ok = file_rename(r->path, path, e);
    r->path = ok ? path : r->path;
    return ok;
}

static bool save_work(struct db_conn *c, void *arg, struct err *e)
{
    struct save *s = arg;
    struct import_row *row = &s->r->row;
    struct establishment_lock lock;
    if (!establishment_lock(c, s->r->hotel->id, &lock, e)) {
        return false;
    }
    if (s->is_new) {
        row->id = lock.next_id++;
        if (!import_same_file(c, s->r->hotel->id, row, e) || !import_insert(c, s->r->hotel->id, row, e) ||
            !name_kept(s->r, e)) {
            return false;
        }
    } else if (!import_update(c, s->r->hotel->id, row, e)) {
        return false;
    }
    return (!row->integration_id.n || !s->log.en.n || save_log(c, s, &lock, e)) &&
           establishment_unlock(c, &lock, e);
}

static bool save(struct import_run *r, bool is_new, struct text log, struct str log_status, struct err *e)
{
    struct save s = {r, is_new, log, log_status};
    r->row.updated_us = clock_now_us(&r->env->clock);
    return r->o->dry_run || db_write(r->env->store->hotel, save_work, &s, e);
}

struct copy {
    int to;
    struct secret_stream hash; /* of the bytes as they came */
    struct card_csv cards;
    int64_t size;
};

static bool copy_piece(void *ctx, struct str bytes, struct err *e)
{
    struct copy *c = ctx;
    secret_stream_add(&c->hash, bytes);
    c->size += (int64_t)bytes.n;
    return file_write(c->to, card_csv_push(&c->cards, bytes), e);
}

static bool copy_file(struct copy *c, int from, struct err *e)
{
    secret_stream_begin(&c->hash);
    card_csv_init(&c->cards, CHARSET_AUTO, 0);
    bool ok = import_run_read(from, copy_piece, c, e) && file_write(c->to, card_csv_end(&c->cards), e) &&
              file_sync(c->to, e);
    card_csv_free(&c->cards);
    return ok;
}

/* Where files lie while they are copied and have no number yet. */
static struct str new_files(const struct env *env, struct arena *a)
{
    return arena_fmt(a, "%.*s/imports/new", STR_ARG(env->data_dir));
}

/* The file as it came, but for card numbers, on disk under a name of our own before anything else is done with it. */
static bool keep(struct import_run *r, int from, struct err *e)
{
    struct arena *a = r->a;
    struct str dir = arena_fmt(a, "%.*s/imports", STR_ARG(r->env->data_dir)), new_dir = new_files(r->env, a);
    struct str name = random_base62(r->env->random, a, 16);
    struct str part = arena_fmt(a, "%.*s/%.*s", STR_ARG(new_dir), STR_ARG(name));
    uint8_t digest[SECRET_HASH_SIZE];
    if (!file_make_dir(dir, e) || !file_make_dir(new_dir, e)) {
        return false;
    }
    r->kept_fd = file_create(part, e);
    struct copy c = {.to = r->kept_fd};
    file_try_lock(c.to); /* nobody else knows it, but import_tidy() may find it */
    if (c.to < 0 || !copy_file(&c, from, e)) {
        file_remove(part);
        return false;
    }
    r->row.size = c.size;
    secret_stream_end(&c.hash, digest);
    r->row.content_hash = hex_encode(a, (struct str){(const char *)digest, sizeof(digest)});
    r->path = part;
    if (r->o->dry_run) {
        DB_READ_SCOPE *conn = db_read(r->env->store->hotel, e);
        return conn && import_same_file(conn, r->hotel->id, &r->row, e);
    }
    if (!save(r, true, (struct text){0}, (struct str){0}, e)) {
        file_remove(r->path);
        return false;
    }
    return true;
}

/* --- the whole --- */

static void result(struct import_run *r, struct import_result *out)
{
    *out = (struct import_result){
        .row = r->row, .counts = r->report.counts, .asking = str_eq(r->row.status, S("asking"))};
    out->row.id = r->o->dry_run ? 0 : r->row.id;
}

static bool ask(struct import_run *r, struct err *e)
{
    const struct csv_question *q = &r->report.analysis->questions[0];
    r->row.status = S("asking");
    r->row.report = import_report_json(r->a, &r->report);
    return save(r, false, q->text, S("warning"), e);
}

/* The reason stands in the report, so that whoever gave the file finds it; the caller gets it as well. */
static bool give_up(struct import_run *r, struct err *e)
{
    struct err why = *e, again;
    r->row.status = S("failed");
    import_run_problem(r, 0, "error", &why);
    r->row.report = import_report_json(r->a, &r->report);
    if (!save(r, false, (struct text){str_of(why.en), str_of(why.fr)}, S("error"), &again)) {
        log_event(LOG_ERROR, "import.save", LOG_STR("error", str_of(again.en)));
    }
    *e = why;
    return false;
}

/* A passing trouble (disk full, busy, a stop) leaves it as it is: import_resume() goes on. Any other is the end of it. */
static bool stop(struct import_run *r, struct err *e)
{
    if (e->code != ERR_FULL && e->code != ERR_BUSY) {
        return give_up(r, e);
    }
    r->row.report = import_report_json(r->a, &r->report);
    return false;
}

static bool run(struct import_run *r, struct err *e)
{
    if (!import_run_analyse(r, e)) {
        return r->answering ? false : stop(r, e);
    }
    if (r->report.analysis->question_count) {
        return ask(r, e);
    }
    r->row.status = S("running");
    if (!save(r, false, (struct text){0}, (struct str){0}, e)) {
        return false;
    }
    if (!import_run_apply(r, e)) {
        return stop(r, e);
    }
    r->row.status = S("done");
    r->row.report = import_report_json(r->a, &r->report);
    struct str status = r->report.counts.refused || r->report.counts.warnings ? S("warning") : S("ok");
    return save(r, false, import_report_line(r->a, &r->report.counts), status, e);
}

bool import_file(struct env *env, struct arena *a, const struct establishment *hotel, int fd,
                 const struct import_options *o, struct import_result *out, struct err *e)
{
    int64_t now = clock_now_us(&env->clock);
    struct str name = show_file_name(a, o->name);
    card_mask_text(a, name, &name);
    struct import_run r = {.env = env, .a = a, .hotel = hotel, .o = o, .report = {.a = a}, .kept_fd = -1};
    r.row = (struct import_row){
        .integration_id = o->integration_id,
        .name = name.n ? name : S("import.csv"),
        .source = o->source,
        .actor = o->actor,
        .status = S("waiting"),
        .answers = import_answers_json(a, NULL, o->answers, o->answer_count),
        .report = S("{}"),
        .ordered_us = o->ordered_us == INSTANT_NONE || o->ordered_us > now ? now : o->ordered_us,
        .ordered_said = o->ordered_us != INSTANT_NONE,
        .created_us = now,
    };
    if (!import_integration_check(env, a, hotel, o->integration_id, e)) {
        return false;
    }
    bool kept = keep(&r, fd, e), ok = kept && run(&r, e);
    if (o->dry_run && str_given(r.path)) {
        file_remove(r.path);
    }
    file_close(&r.kept_fd);
    if (!kept) {
        return false;
    }
    result(&r, out);
    return ok;
}

static const struct import_options stored_options = {.ordered_us = INSTANT_NONE};

bool import_get(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id,
                struct import_row *out, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && import_find(c, a, hotel->id, id, out, e);
}

bool import_page(struct env *env, struct arena *a, const struct establishment *hotel, int64_t before_id,
                 size_t limit, struct import_row **list, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && import_list(c, a, hotel->id, before_id, limit, list, count, e);
}

/* The kept file of an import, locked, when it still stands as the row says. Where there is no file, r->kept_fd is −1:
 * whoever reads it says so. */
static bool lock_stored(struct import_run *r, struct err *e)
{
    struct import_row now;
    struct err missing;
    r->kept_fd = file_open(r->path, &missing);
    if ((r->kept_fd < 0 || file_try_lock(r->kept_fd)) &&
        import_get(r->env, r->a, r->hotel, r->row.id, &now, e)) {
        if (str_eq(now.status, r->row.status) && now.rows_done == r->row.rows_done) {
            return true;
        }
    } else if (e->code != ERR_NONE) {
        return false;
    }
    return err_set(e, ERR_CONFLICT, "somebody is working on this import just now",
                   "quelqu'un travaille sur cet import en ce moment");
}

static bool run_stored(struct env *env, struct arena *a, const struct establishment *hotel,
                       const struct import_row *row, struct import_result *out, struct err *e)
{
    struct import_run r = {.env = env,
                           .a = a,
                           .hotel = hotel,
                           .o = &stored_options,
                           .row = *row,
                           .report = {.a = a},
                           .kept_fd = -1};
    *e = (struct err){0};
    r.path = import_run_path(env, a, hotel, row->id, ".csv");
    r.answering = str_eq(row->status, S("asking"));
    bool ok = lock_stored(&r, e) && run(&r, e);
    file_close(&r.kept_fd);
    result(&r, out);
    return ok;
}

bool import_answer(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id,
                   const struct csv_answer *answers, size_t count, struct str actor,
                   struct import_result *out, struct err *e)
{
    struct import_row row;
    if (!import_get(env, a, hotel, id, &row, e)) {
        return false;
    }
    if (!str_eq(row.status, S("asking"))) {
        return err_set(e, ERR_CONFLICT, "this import has no open question",
                       "cet import n'a pas de question en suspens");
    }
    row.answers = import_answers_json(a, json_parse(a, row.answers, NULL), answers, count);
    row.actor = actor;
    return run_stored(env, a, hotel, &row, out, e);
}

/* One that was interrupted. False when the trouble is such that the others would fare no better now. */
static bool resume_one(struct env *env, const struct import_key *key)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct establishment hotel;
    struct import_row row;
    struct import_result out;
    struct err e;
    {
        DB_READ_SCOPE *c = db_read(env->store->hotel, &e);
        if (!c || !establishment_find_id(c, &a, key->establishment_id, &hotel, &e) ||
            !import_find(c, &a, hotel.id, key->id, &row, &e)) {
            log_event(LOG_ERROR, "import.resume", LOG_I64("import", key->id), LOG_STR("error", str_of(e.en)));
            return true;
        }
    }
    bool ok = run_stored(env, &a, &hotel, &row, &out, &e);
    if (ok) {
        log_event(LOG_INFO, "import.resumed", LOG_STR("hotel", hotel.slug), LOG_I64("import", row.id),
                  LOG_I64("before", row.rows_done), LOG_I64("done", out.row.rows_done));
    } else if (e.code != ERR_CONFLICT) {
        log_event(LOG_ERROR, "import.failed", LOG_STR("hotel", hotel.slug), LOG_I64("import", row.id),
                  LOG_STR("error", str_of(e.en)));
    }
    return ok || (e.code != ERR_FULL && e.code != ERR_BUSY);
}

bool import_resume(struct env *env, struct err *e)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct import_key *list;
    size_t count;
    {
        DB_READ_SCOPE *c = db_read(env->store->hotel, e);
        if (!c || !import_interrupted(c, &a, 1000, &list, &count, e)) {
            return false;
        }
    }
    for (size_t i = 0; i < count && resume_one(env, &list[i]); i++) {
    }
    return true;
}

struct str import_bad_rows(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id)
{
    struct str path = import_run_path(env, a, hotel, id, ".bad.csv");
    return file_exists(path) ? path : (struct str){0};
}

/* Whether it is a copy that nobody goes on with. */
static bool is_left(const struct env *env, int dir, struct str name)
{
    struct err unreadable;
    struct file_info info;
    FILE_SCOPE fd = file_open_in(dir, name, &unreadable);
    return fd >= 0 && file_stat(fd, &info, &unreadable) &&
           clock_now_us(&env->clock) - info.modified_us > NEW_OLD_US && file_try_lock(fd);
}

bool import_tidy(struct env *env, struct err *e)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct str path = new_files(env, &a), *names;
    size_t count;
    if (!file_exists(path)) {
        return true;
    }
    FILE_SCOPE dir = file_dir_open(path, S(""), false, e);
    if (dir < 0 || !file_dir_list(dir, &a, NEW_MAX, &names, &count, e)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_left(env, dir, names[i])) {
            file_remove(arena_fmt(&a, "%.*s/%.*s", STR_ARG(path), STR_ARG(names[i])));
        }
    }
    return true;
}
