#include "hub/import_run.h"

#include "connector/csv_export.h"
#include "hub/apply.h"
#include "hub/import_settings.h"
#include "io/file.h"
#include "store/user.h"

#define PIECE (64u << 10) /* bytes read at once */

/* What is read ahead, and what one transaction holds at the most. */
#define CHUNK       4000 /* bookings */
#define CHUNK_BYTES (12u << 20)
/* The more bookings share a transaction, the fewer pages of the indexes are written again and again. But it gives the
 * writer up as soon as somebody in this process waits for it, and soon enough for those in another process, whom it
 * cannot see. */
#define HOLD_LEAST_US 20000
#define HOLD_MOST_US  200000

/* What became of one booking in the chunk under way. */
struct item {
    struct csv_decoded decoded;
    bool applied;
    struct apply_result result; /* its texts in the chunk's arena */
    bool refused;               /* by apply */
    struct err why;
};

struct chunk {
    struct import_run *r;
    struct arena a;
    struct item *items;
    size_t count;
    size_t from, to; /* what the transaction under way holds */
    bool last;
    bool rehearsed; /* a dry run got through; the transaction is given up on purpose */
    struct import_report_mark begin;
};

struct str import_run_path(const struct env *env, struct arena *a, const struct establishment *hotel,
                           int64_t id, const char *end)
{
    return arena_fmt(a, "%.*s/imports/%.*s-%lld%s", STR_ARG(env->data_dir), STR_ARG(hotel->slug),
                     (long long)id, end);
}

void import_run_problem(struct import_run *r, uint64_t line, const char *severity, const struct err *why)
{
    struct import_problem p = {(int64_t)line, severity, err_pointer(why), {str_of(why->en), str_of(why->fr)}};
    import_report_add(&r->report, &p);
}

static void add_text(struct import_run *r, uint64_t line, const char *severity, struct text text)
{
    struct import_problem p = {(int64_t)line, severity, S(""), text};
    import_report_add(&r->report, &p);
}

/* --- the first pass --- */

bool import_run_read(int fd, bool (*each)(void *ctx, struct str bytes, struct err *e), void *ctx,
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

static bool may_go_on(const struct import_run *r, struct err *e)
{
    return !r->env->stopping || !atomic_load(r->env->stopping) ||
           err_set(e, ERR_BUSY, "the server stops; the import goes on at its next start",
                   "le serveur s'arrête ; l'import reprendra à son prochain démarrage");
}

struct analysis {
    const struct import_run *r;
    struct csv_analyser *x;
};

static bool push_analyser(void *ctx, struct str bytes, struct err *e)
{
    struct analysis *y = ctx;
    return may_go_on(y->r, e) && csv_analyse_push(y->x, bytes, e);
}

/* Bad rows are written for whoever gave the file. */
static enum lang language_of(struct import_run *r)
{
    struct user user;
    struct err unknown;
    DB_READ_SCOPE *c = r->row.actor.n ? db_read(r->env->store->hotel, &unknown) : NULL;
    return c && user_find_email(c, r->a, r->row.actor, &user, &unknown) ? user.language : LANG_EN;
}

bool import_run_analyse(struct import_run *r, struct err *e)
{
    struct csv_settings settings = {.hotel = currency_find(r->hotel->currency)};
    r->lang = language_of(r);
    if (!import_settings(r->env, r->a, r->hotel, &r->row, &settings.answers, &settings.count,
                         &r->integration_name, &r->channel, e)) {
        return false;
    }
    FILE_SCOPE fd = file_open(r->path, e);
    struct csv_analyser *x = fd >= 0 ? csv_analyse_begin(r->a, &settings, e) : NULL;
    if (!x) {
        return false;
    }
    struct analysis y = {r, x};
    if (!import_run_read(fd, push_analyser, &y, e)) {
        csv_analyse_abandon(x);
        return false;
    }
    r->report.analysis = csv_analyse_end(x, e);
    return r->report.analysis != NULL;
}

/* --- a chunk, in its transaction --- */

static bool apply_item(struct apply *ap, struct chunk *ch, struct item *it, struct arena *scratch,
                       struct err *e)
{
    struct import_run *r = ch->r;
    struct apply_source source = {
        .integration_id = r->row.integration_id,
        .integration_name = r->integration_name,
        .actor = r->row.actor,
        .import_id = r->row.id,
        .line = (int64_t)it->decoded.line,
        .received_us = r->row.created_us,
        .snapshot = true,
        .ordered_us = r->row.ordered_us,
        .ordered_said = r->row.ordered_said,
    };
    struct reservation_message m = it->decoded.message; /* apply completes it; the next try begins afresh */
    m.data.channel = m.data.channel.n ? m.data.channel : r->channel;
    arena_reset(scratch);
    if (apply_message(ap, scratch, &m, &source, APPLY_KEEP, &it->result, &it->why)) {
        it->applied = true;
        for (size_t i = 0; i < it->result.warning_count; i++) {
            struct text *t = &it->result.warnings[i];
            *t = (struct text){arena_str(&ch->a, t->en), arena_str(&ch->a, t->fr)};
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

static void note_item(struct import_run *r, const struct item *it)
{
    const struct csv_decoded *d = &it->decoded;
    if (d->kind == CSV_SKIPPED) {
        add_text(r, d->line, "note", d->reason);
    }
    for (size_t i = 0; d->kind == CSV_MESSAGE && i < d->note_count; i++) {
        add_text(r, d->notes[i].line, "note", d->notes[i].text);
    }
    for (size_t i = 0; it->applied && i < it->result.warning_count; i++) {
        add_text(r, d->line, "warning", it->result.warnings[i]);
    }
    for (size_t i = 0; d->kind == CSV_REFUSED && i < d->error_count; i++) {
        import_run_problem(r, d->line, "error", &d->errors[i]);
    }
    if (it->refused) {
        import_run_problem(r, d->line, "error", &it->why);
    }
}

/* Of what was applied before a stop only the verdict is found again: the counts and problems are in the report. */
static void judge_item(struct chunk *ch, struct item *it)
{
    struct reservation_message m = it->decoded.message;
    it->refused = it->decoded.kind == CSV_MESSAGE &&
                  !reservation_message_check(&ch->a, &m, currency_find(ch->r->hotel->currency), &it->why);
}

static bool work_item(struct apply *ap, struct chunk *ch, struct item *it, struct arena *scratch,
                      struct err *e)
{
    struct import_run *r = ch->r;
    it->applied = it->refused = false;
    if (r->passed + (it - ch->items) < r->skip) {
        judge_item(ch, it);
        return true;
    }
    if (it->decoded.kind == CSV_MESSAGE && !apply_item(ap, ch, it, scratch, e)) {
        return false;
    }
    count_item(&r->report.counts, it);
    note_item(r, it);
    return true;
}

/* Whether the transaction that began then should end. */
static bool held_long_enough(const struct chunk *ch, struct db_conn *c, int64_t begin_us)
{
    int64_t held_us = clock_monotonic_us(&ch->r->env->clock) - begin_us;
    return held_us > HOLD_MOST_US || (held_us > HOLD_LEAST_US && db_awaited(c));
}

static bool chunk_work(struct db_conn *c, void *arg, struct err *e)
{
    struct chunk *ch = arg;
    struct import_run *r = ch->r;
    int64_t begin_us = clock_monotonic_us(&r->env->clock);
    ARENA_SCOPE batch, scratch;
    arena_init(&batch, SIZE_MAX);
    arena_init(&scratch, SIZE_MAX);
    import_report_reset(&r->report, &ch->begin);
    struct apply *ap = apply_begin(c, &batch, r->hotel, clock_now_us(&r->env->clock), e);
    if (!ap) {
        return false;
    }
    for (ch->to = ch->from; ch->to < ch->count; ch->to++) {
        if (ch->to > ch->from && held_long_enough(ch, c, begin_us)) {
            break;
        }
        if (!work_item(ap, ch, &ch->items[ch->to], &scratch, e)) {
            return false;
        }
    }
    int64_t done = r->passed + (int64_t)ch->to;
    if (r->o->dry_run) {
        ch->rehearsed = true;
        return err_set(e, ERR_CONFLICT, "a rehearsal", "une répétition");
    }
    r->row.report = import_report_json(&ch->a, &r->report);
    r->row.rows_done = done > r->skip ? done : r->skip;
    r->row.updated_us = clock_now_us(&r->env->clock);
    return import_update(c, r->hotel->id, &r->row, e) && apply_end(ap, e);
}

/* --- bad rows --- */

static bool write_bad_rows(struct chunk *ch, const struct item *it, struct err *e)
{
    struct import_run *r = ch->r;
    const struct csv_dialect *d = &r->report.analysis->dialect;
    struct csv_decoded refused = it->decoded;
    struct buf b = buf_in(&ch->a);
    if (r->bad_fd < 0) {
        r->bad_fd = file_create(import_run_path(r->env, r->a, r->hotel, r->row.id, ".bad.csv"), e);
        if (r->bad_fd < 0) {
            return false;
        }
        csv_export_bad_header(&b, d);
    }
    if (it->refused) {
        refused.errors = (struct err *)&it->why;
        refused.error_count = 1;
    }
    csv_export_bad_rows(&b, d, &refused, r->lang);
    return file_write(r->bad_fd, buf_str(&b), e);
}

/* One transaction, from where the last one ended. */
static bool run_some(struct chunk *ch, struct err *e)
{
    struct import_run *r = ch->r;
    ch->begin = import_report_mark(&r->report);
    ch->rehearsed = false;
    if (!db_write(r->env->store->hotel, chunk_work, ch, e) && !ch->rehearsed) {
        import_report_reset(&r->report, &ch->begin); /* it was undone */
        return false;
    }
    for (size_t i = ch->from; i < ch->to && !r->o->dry_run; i++) {
        const struct item *it = &ch->items[i];
        if ((it->refused || it->decoded.kind == CSV_REFUSED) && !write_bad_rows(ch, it, e)) {
            return false;
        }
    }
    ch->from = ch->to;
    if (r->o->progress) {
        r->o->progress(r->o->progress_ctx, r->passed + (int64_t)ch->to, (int64_t)r->report.analysis->rows);
    }
    return true;
}

static bool run_chunk(struct chunk *ch, struct err *e)
{
    struct import_run *r = ch->r;
    for (ch->from = 0; ch->from < ch->count;) {
        if (!may_go_on(r, e) || !run_some(ch, e)) {
            return false;
        }
    }
    r->passed += (int64_t)ch->count;
    return true;
}

/* --- the second pass --- */

/* Fills the chunk from the stream, reading on as needed. */
static bool fill_chunk(struct chunk *ch, struct csv_import *x, int fd, struct err *e)
{
    char bytes[PIECE];
    size_t got;
    arena_reset(&ch->a);
    ch->items = arena_array(&ch->a, struct item, CHUNK);
    ch->count = 0;
    while (ch->count < CHUNK && !arena_over(&ch->a) && !ch->last) {
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

bool import_run_apply(struct import_run *r, struct err *e)
{
    FILE_SCOPE fd = file_open(r->path, e);
    if (fd < 0) {
        return false;
    }
    struct csv_import x;
    struct chunk ch = {.r = r};
    bool ok = true;
    r->bad_fd = -1;
    r->passed = 0;
    r->skip = r->row.rows_done;
    if (r->skip) {
        import_report_read(&r->report, r->row.report);
    }
    arena_init(&ch.a, CHUNK_BYTES);
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
