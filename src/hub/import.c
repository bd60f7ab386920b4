#include "hub/import.h"

#include "base/log.h"
#include "format/hex.h"
#include "format/json.h"
#include "hub/apply.h"
#include "hub/import_report.h"
#include "hub/import_settings.h"
#include "io/file.h"
#include "store/integration.h"

#include <string.h>

#define PIECE (64u << 10) /* bytes read at once */

/* Bookings of one transaction: few enough to hold the writer for some 20 ms, so that webhooks do not wait. */
#define CHUNK 500

struct runner {
    struct env *env;
    struct arena *a; /* of the whole import */
    const struct establishment *hotel;
    const struct import_options *o;
    struct import_row row;
    struct str path; /* of the kept file */
    struct str integration_name;
    struct import_report report;
    int bad_fd;     /* −1: no bad row yet */
    int64_t skip;   /* bookings already applied before a stop */
    int64_t passed; /* bookings seen in this run */
};

/* What became of one booking in the chunk under way. */
struct item {
    struct csv_decoded decoded;
    bool applied;
    struct apply_result result; /* its texts in the chunk's arena */
    bool refused;
    struct err why;
};

struct chunk {
    struct runner *r;
    struct arena a;
    struct item *items;
    size_t count;
    bool last;
    bool rehearsed; /* a dry run got through; the transaction is given up on purpose */
    struct import_counts counts;
};

static struct str kept_path(const struct env *env, struct arena *a, const struct establishment *hotel,
                            int64_t id, const char *end)
{
    return arena_fmt(a, "%.*s/imports/%.*s-%lld%s", STR_ARG(env->data_dir), STR_ARG(hotel->slug),
                     (long long)id, end);
}

/* --- the first pass --- */

static bool read_pieces(int fd, bool (*each)(void *ctx, struct str bytes, struct err *e), void *ctx,
                        struct err *e)
{
    char bytes[PIECE];
    size_t got;
    do {
        if (!file_read(fd, bytes, sizeof(bytes), &got, e) ||
            (got && !each(ctx, (struct str){bytes, got}, e))) {
            return false;
        }
    } while (got);
    return true;
}

static bool push_analyser(void *ctx, struct str bytes, struct err *e)
{
    return csv_analyse_push(ctx, bytes, e);
}

static bool analyse(struct runner *r, struct err *e)
{
    struct csv_settings settings = {.hotel = currency_find(r->hotel->currency)};
    if (!import_settings(r->env, r->a, r->hotel, &r->row, &settings.answers, &settings.count,
                         &r->integration_name, e)) {
        return false;
    }
    FILE_SCOPE fd = file_open(r->path, e);
    struct csv_analyser *x = fd >= 0 ? csv_analyse_begin(r->a, &settings, e) : NULL;
    if (!x) {
        return false;
    }
    if (!read_pieces(fd, push_analyser, x, e)) {
        csv_analyse_abandon(x);
        return false;
    }
    r->report.analysis = csv_analyse_end(x, e);
    return r->report.analysis != NULL;
}

/* --- keeping --- */

struct save {
    struct runner *r;
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
        if (!import_same_file(c, s->r->hotel->id, row->content_hash, &row->ordered_us, e) ||
            !import_insert(c, s->r->hotel->id, row, e)) {
            return false;
        }
    } else if (!import_update(c, s->r->hotel->id, row, e)) {
        return false;
    }
    return (!row->integration_id.n || !s->log.en.n || save_log(c, s, &lock, e)) &&
           establishment_unlock(c, &lock, e);
}

static bool save(struct runner *r, bool is_new, struct text log, struct str log_status, struct err *e)
{
    struct save s = {r, is_new, log, log_status};
    r->row.updated_us = clock_now_us(&r->env->clock);
    return r->o->dry_run || db_write(r->env->store->hotel, save_work, &s, e);
}

struct copy {
    int to;
    struct secret_stream *hash;
    int64_t size;
};

static bool copy_piece(void *ctx, struct str bytes, struct err *e)
{
    struct copy *c = ctx;
    secret_stream_add(c->hash, bytes);
    c->size += (int64_t)bytes.n;
    return file_write(c->to, bytes, e);
}

/* The file as it came, on disk under a name of our own before anything else is done with it. */
static bool keep(struct runner *r, int from, struct err *e)
{
    struct arena *a = r->a;
    struct str dir = arena_fmt(a, "%.*s/imports", STR_ARG(r->env->data_dir));
    struct str name = random_base62(r->env->random, a, 16);
    struct str part = arena_fmt(a, "%.*s/.%.*s.part", STR_ARG(dir), STR_ARG(name));
    struct secret_stream hash;
    uint8_t digest[SECRET_HASH_SIZE];
    if (!file_make_dir(dir, e)) {
        return false;
    }
    FILE_SCOPE to = file_create(part, e);
    struct copy c = {to, &hash, 0};
    secret_stream_begin(&hash);
    if (to < 0 || !read_pieces(from, copy_piece, &c, e) || !file_sync(to, e)) {
        file_remove(part);
        return false;
    }
    r->row.size = c.size;
    secret_stream_end(&hash, digest);
    r->row.content_hash = hex_encode(a, (struct str){(const char *)digest, sizeof(digest)});
    r->path = part;
    if (r->o->dry_run) {
        return true;
    }
    if (!save(r, true, (struct text){0}, (struct str){0}, e)) {
        file_remove(part);
        return false;
    }
    r->path = kept_path(r->env, a, r->hotel, r->row.id, ".csv");
    return file_rename(part, r->path, e);
}

/* --- the second pass --- */

static bool apply_item(struct apply *ap, struct runner *r, struct chunk *ch, struct item *it,
                       struct arena *scratch, struct err *e)
{
    if (it->decoded.kind != CSV_MESSAGE || r->passed + (it - ch->items) < r->skip) {
        return true;
    }
    struct apply_source source = {
        .integration_id = r->row.integration_id,
        .integration_name = r->integration_name,
        .actor = r->row.actor,
        .import_id = r->row.id,
        .line = (int64_t)it->decoded.line,
        .received_us = r->row.created_us,
        .snapshot = true,
        .ordered_us = r->row.ordered_us,
    };
    arena_reset(scratch);
    struct apply_result result;
    if (apply_message(ap, scratch, &it->decoded.message, &source, APPLY_KEEP, &result, &it->why)) {
        it->applied = true;
        it->result = result;
        for (size_t i = 0; i < result.warning_count; i++) {
            it->result.warnings[i] = (struct text){arena_str(&ch->a, result.warnings[i].en),
                                                   arena_str(&ch->a, result.warnings[i].fr)};
        }
        return true;
    }
    it->refused = true;
    if (it->why.code != ERR_INVALID) {
        *e = it->why;
        return false;
    }
    return true;
}

static void count_item(struct import_counts *n, const struct item *it)
{
    if (it->refused || it->decoded.kind == CSV_REFUSED) {
        n->refused++;
    } else if (it->decoded.kind == CSV_SKIPPED) {
        n->skipped++;
    } else if (it->applied) {
        n->created += it->result.outcome == REVISION_APPLIED && it->result.created;
        n->changed += it->result.outcome == REVISION_APPLIED && !it->result.created;
        n->unchanged += it->result.outcome == REVISION_SAME;
        n->not_applied += it->result.outcome == REVISION_STALE || it->result.outcome == REVISION_CONFLICT;
        n->warnings += (int64_t)(it->result.warning_count + it->decoded.note_count);
    }
}

static bool chunk_work(struct db_conn *c, void *arg, struct err *e)
{
    struct chunk *ch = arg;
    struct runner *r = ch->r;
    ARENA_SCOPE batch, scratch;
    arena_init(&batch, SIZE_MAX);
    arena_init(&scratch, SIZE_MAX);
    struct apply *ap = apply_begin(c, &batch, r->hotel, clock_now_us(&r->env->clock), e);
    if (!ap) {
        return false;
    }
    ch->counts = r->report.counts;
    for (size_t i = 0; i < ch->count; i++) {
        struct item *it = &ch->items[i];
        it->applied = it->refused = false;
        if (!apply_item(ap, r, ch, it, &scratch, e)) {
            return false;
        }
        count_item(&ch->counts, it);
    }
    if (r->o->dry_run) {
        ch->rehearsed = true;
        return err_set(e, ERR_CONFLICT, "a rehearsal", "une répétition");
    }
    struct import_report report = r->report;
    report.counts = ch->counts;
    r->row.report = import_report_json(&ch->a, &report);
    r->row.rows_done = r->passed + (int64_t)ch->count;
    r->row.updated_us = clock_now_us(&r->env->clock);
    return import_update(c, r->hotel->id, &r->row, e) && apply_end(ap, e);
}

/* --- bad rows --- */

static bool open_bad_rows(struct runner *r, struct err *e)
{
    const struct csv_dialect *d = &r->report.analysis->dialect;
    struct str path = kept_path(r->env, r->a, r->hotel, r->row.id, ".bad.csv");
    r->bad_fd = file_create(path, e);
    if (r->bad_fd < 0) {
        return false;
    }
    struct str end =
        d->error_column >= 0 ? S("\r\n") : arena_fmt(r->a, "%c" CSV_ERROR_COLUMN "\r\n", d->delimiter);
    return file_write(r->bad_fd, S("\xEF\xBB\xBF"), e) && file_write(r->bad_fd, d->header_raw, e) &&
           file_write(r->bad_fd, end, e);
}

/* A row as it stood with the reason in one more cell, so that it can be put right and imported by itself. */
static bool write_bad_rows(struct runner *r, struct chunk *ch, const struct item *it, struct str why,
                           struct err *e)
{
    if (r->o->dry_run) {
        return true;
    }
    if (r->bad_fd < 0 && !open_bad_rows(r, e)) {
        return false;
    }
    const struct csv_dialect *d = &r->report.analysis->dialect;
    struct buf b = buf_in(&ch->a);
    for (size_t i = 0; i < it->decoded.raw_count; i++) {
        buf_add(&b, it->decoded.raw[i]);
        if (d->error_column < 0) {
            buf_char(&b, d->delimiter);
            struct buf cell = buf_in(&ch->a);
            struct csv_out o = csv_out(&cell, d->delimiter, true);
            csv_cell(&o, why);
            buf_add(&b, buf_str(&cell));
        }
        buf_add(&b, S("\r\n"));
    }
    return file_write(r->bad_fd, buf_str(&b), e);
}

static void add_problem(struct runner *r, uint64_t line, const char *severity, struct str pointer,
                        struct text text)
{
    struct import_problem p = {(int64_t)line, severity, pointer, text};
    import_report_add(&r->report, &p);
}

static struct text err_both(const struct err *e)
{
    return (struct text){str_of(e->en), str_of(e->fr)};
}

static bool note_item(struct runner *r, struct chunk *ch, const struct item *it, struct err *e)
{
    const struct csv_decoded *d = &it->decoded;
    if (d->kind == CSV_SKIPPED) {
        add_problem(r, d->line, "note", S(""), d->reason);
    }
    for (size_t i = 0; d->kind == CSV_MESSAGE && i < d->note_count; i++) {
        add_problem(r, d->notes[i].line, "note", S(""), d->notes[i].text);
    }
    for (size_t i = 0; it->applied && i < it->result.warning_count; i++) {
        add_problem(r, d->line, "warning", S(""), it->result.warnings[i]);
    }
    if (it->refused) {
        add_problem(r, d->line, "error", err_pointer(&it->why), err_both(&it->why));
        return write_bad_rows(r, ch, it, str_of(it->why.en), e);
    }
    if (d->kind != CSV_REFUSED) {
        return true;
    }
    struct buf why = buf_in(&ch->a);
    for (size_t i = 0; i < d->error_count; i++) {
        add_problem(r, d->line, "error", err_pointer(&d->errors[i]), err_both(&d->errors[i]));
        buf_fmt(&why, "%s%s", i ? "; " : "", d->errors[i].en);
    }
    return write_bad_rows(r, ch, it, buf_str(&why), e);
}

static bool run_chunk(struct chunk *ch, struct err *e)
{
    struct runner *r = ch->r;
    if (ch->count && !db_write(r->env->store->hotel, chunk_work, ch, e) && !ch->rehearsed) {
        return false;
    }
    r->report.counts = ch->counts;
    for (size_t i = 0; i < ch->count; i++) {
        if (!note_item(r, ch, &ch->items[i], e)) {
            return false;
        }
    }
    r->passed += (int64_t)ch->count;
    if (r->o->progress) {
        r->o->progress(r->o->progress_ctx, r->passed, (int64_t)r->report.analysis->rows);
    }
    return true;
}

/* Fills the chunk from the stream, reading on as needed. */
static bool fill_chunk(struct chunk *ch, struct csv_import *x, int fd, struct err *e)
{
    char bytes[PIECE];
    size_t got;
    arena_reset(&ch->a);
    ch->items = arena_array(&ch->a, struct item, CHUNK);
    ch->count = 0;
    ch->rehearsed = false;
    ch->counts = ch->r->report.counts;
    while (ch->count < CHUNK && !ch->last) {
        switch (csv_import_next(x, &ch->a, &ch->items[ch->count].decoded)) {
        case CSV_IMPORT_ITEM:
            ch->count++;
            break;
        case CSV_IMPORT_MORE:
            if (!file_read(fd, bytes, sizeof(bytes), &got, e)) {
                return false;
            }
            if (got) {
                csv_import_push(x, (struct str){bytes, got});
            } else {
                csv_import_finish(x);
            }
            break;
        case CSV_IMPORT_END:
            ch->last = true;
            break;
        }
    }
    return true;
}

static bool apply_file(struct runner *r, struct err *e)
{
    FILE_SCOPE fd = file_open(r->path, e);
    if (fd < 0) {
        return false;
    }
    struct csv_import x;
    struct chunk ch = {.r = r};
    bool ok = true;
    arena_init(&ch.a, SIZE_MAX);
    csv_import_init(&x, &r->report.analysis->dialect);
    while (ok && !ch.last) {
        ok = fill_chunk(&ch, &x, fd, e) && run_chunk(&ch, e);
    }
    csv_import_free(&x);
    arena_free(&ch.a);
    ok = ok && (r->bad_fd < 0 || file_sync(r->bad_fd, e));
    file_close(&r->bad_fd);
    return ok;
}

/* --- the whole --- */

static void result(struct runner *r, struct import_result *out)
{
    *out = (struct import_result){
        .row = r->row, .counts = r->report.counts, .asking = str_eq(r->row.status, S("asking"))};
    out->row.id = r->o->dry_run ? 0 : r->row.id;
}

static bool ask(struct runner *r, struct err *e)
{
    const struct csv_question *q = &r->report.analysis->questions[0];
    r->row.status = S("asking");
    r->row.report = import_report_json(r->a, &r->report);
    return save(r, false, q->text, S("warning"), e);
}

/* The reason stands in the report, so that whoever gave the file finds it; the caller gets it as well. */
static bool give_up(struct runner *r, struct err *e)
{
    struct err why = *e, again;
    r->row.status = S("failed");
    add_problem(r, 0, "error", err_pointer(&why), err_both(&why));
    r->row.report = import_report_json(r->a, &r->report);
    if (!save(r, false, err_both(&why), S("error"), &again)) {
        log_event(LOG_ERROR, "import.save", LOG_STR("error", str_of(again.en)));
    }
    *e = why;
    return false;
}

static bool run(struct runner *r, struct err *e)
{
    r->bad_fd = -1;
    if (!analyse(r, e)) {
        return give_up(r, e);
    }
    if (r->report.analysis->question_count) {
        return ask(r, e);
    }
    r->row.status = S("running");
    r->skip = r->row.rows_done;
    if (!save(r, false, (struct text){0}, (struct str){0}, e)) {
        return false;
    }
    if (!apply_file(r, e)) {
        /* A passing trouble (disk full, busy) leaves it "running": the next start goes on. */
        return e->code == ERR_FULL || e->code == ERR_BUSY ? false : give_up(r, e);
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
    struct runner r = {.env = env, .a = a, .hotel = hotel, .o = o, .report = {.a = a}};
    r.row = (struct import_row){
        .integration_id = o->integration_id,
        .name = o->name,
        .source = o->source,
        .actor = o->actor,
        .status = S("waiting"),
        .answers = import_answers_json(a, NULL, o->answers, o->answer_count),
        .report = S("{}"),
        .ordered_us = o->ordered_us == INSTANT_NONE || o->ordered_us > now ? now : o->ordered_us,
        .created_us = now,
    };
    if (!import_integration_check(env, a, hotel, o->integration_id, e) || !keep(&r, fd, e)) {
        return false;
    }
    bool ok = run(&r, e);
    if (o->dry_run) {
        file_remove(r.path);
    }
    result(&r, out);
    return ok;
}

static const struct import_options stored_options = {.ordered_us = INSTANT_NONE};

static bool run_stored(struct env *env, struct arena *a, const struct establishment *hotel,
                       const struct import_row *row, struct import_result *out, struct err *e)
{
    struct runner r = {
        .env = env, .a = a, .hotel = hotel, .o = &stored_options, .row = *row, .report = {.a = a}};
    r.path = kept_path(env, a, hotel, row->id, ".csv");
    bool ok = run(&r, e);
    result(&r, out);
    return ok;
}

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
    for (size_t i = 0; i < count; i++) {
        struct establishment hotel;
        struct import_row row;
        struct import_result out;
        {
            DB_READ_SCOPE *c = db_read(env->store->hotel, e);
            if (!c || !establishment_find_id(c, &a, list[i].establishment_id, &hotel, e) ||
                !import_find(c, &a, hotel.id, list[i].id, &row, e)) {
                return false;
            }
        }
        log_event(LOG_INFO, "import.resumed", LOG_STR("hotel", hotel.slug), LOG_I64("import", row.id),
                  LOG_I64("done", row.rows_done));
        if (!run_stored(env, &a, &hotel, &row, &out, e)) {
            log_event(LOG_ERROR, "import.failed", LOG_I64("import", row.id), LOG_STR("error", str_of(e->en)));
        }
    }
    return true;
}

struct str import_bad_rows(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id)
{
    struct str path = kept_path(env, a, hotel, id, ".bad.csv");
    return file_exists(path) ? path : (struct str){0};
}
