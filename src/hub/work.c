#include "hub/work.h"

#include "base/log.h"
#include "connector/csv_connector.h"
#include "hub/account.h"
#include "hub/desk.h"
#include "hub/folder.h"
#include "hub/hold.h"
#include "hub/import.h"
#include "hub/take.h"
#include "store/integration.h"

#define MINUTE_US INT64_C(60000000)
#define TIDY_US   (10 * MINUTE_US)
#define RESUME_US INT64_C(15000000) /* between two looks for interrupted imports */
#define DUE_MAX   50                /* integrations of one tick */
#define LOOK_MS   1000              /* between two looks for what is due */

struct run {
    struct work *w;
    struct arena *a;
    const struct integration *row;
    struct integration_loaded in;
    int64_t now_us;
    int64_t next_us;
    const struct err *why; /* NULL: it went well */
};

static bool load(struct run *r, struct err *e)
{
    DB_READ_SCOPE *c = db_read(r->w->env->store->hotel, e);
    return c &&
           integration_load_settings(r->w->env, c, r->row->establishment_slug, r->row->id, r->a, &r->in, e);
}

/* Says what went wrong once, not at every try: a history full of one sentence hides the others. */
static bool note_error(struct db_conn *c, struct run *r, struct err *e)
{
    struct text text = {str_of(r->why->en), str_of(r->why->fr)};
    if (str_eq(r->row->last_error.en, text.en)) {
        return true;
    }
    struct establishment_lock lock;
    struct integration_log_row log = {.integration_id = r->row->id,
                                      .action = S("synced"),
                                      .status = S("error"),
                                      .message = text,
                                      .created_us = r->now_us,
                                      .actor = S("schedule")};
    return establishment_lock(c, r->row->establishment_id, &lock, e) && integration_log(c, &lock, &log, e) &&
           integration_note_error(c, r->row->establishment_id, r->row->id, text, e) &&
           establishment_unlock(c, &lock, e);
}

static bool note_work(struct db_conn *c, void *arg, struct err *e)
{
    struct run *r = arg;
    bool ok = r->why ? note_error(c, r, e)
                     : integration_note_ok(c, r->row->establishment_id, r->row->id, r->now_us, e);
    return ok && integration_schedule(c, r->row->establishment_id, r->row->id, r->next_us, e);
}

static bool run_csv(struct run *r, struct err *e)
{
    const struct csv_connector_settings *s = r->in.settings;
    struct folder_report report;
    int64_t minutes = s->sync_frequency == FIELD_INT_NONE ? 1 : s->sync_frequency, files;
    minutes = s->export_every != FIELD_INT_NONE && s->export_every < minutes ? s->export_every : minutes;
    r->next_us = r->now_us + minutes * MINUTE_US;
    if (!folder_import(r->w->env, r->a, &r->in, &report, e)) {
        return false;
    }
    if (report.waiting) {
        r->next_us = r->now_us + 2 * LOOK_MS * 1000; /* a file is just being written: look again soon */
    }
    return s->export_every == FIELD_INT_NONE ||
           !folder_export_due(r->w->env, &r->in, s->export_every * MINUTE_US) ||
           folder_export(r->w->env, r->a, &r->in, &files, e);
}

static void run_one(struct work *w, const struct integration *row)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct err e = {0}, again;
    int64_t now = clock_now_us(&w->env->clock);
    struct run r = {.w = w, .a = &a, .row = row, .now_us = now, .next_us = now + 5 * MINUTE_US};
    bool ok = load(&r, &e);
    if (ok && str_eq(row->type, S("csv"))) {
        ok = run_csv(&r, &e);
    }
    r.why = ok ? NULL : &e;
    if (!ok) {
        log_event(LOG_WARN, "work.failed", LOG_STR("integration", row->id), LOG_STR("error", str_of(e.en)));
    }
    if (!db_write(w->env->store->hotel, note_work, &r, &again)) {
        log_event(LOG_ERROR, "work.note", LOG_STR("integration", row->id),
                  LOG_STR("error", str_of(again.en)));
    }
}

static void run_due(struct work *w)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct err e;
    struct integration *list;
    size_t count = 0;
    {
        DB_READ_SCOPE *c = db_read(w->env->store->hotel, &e);
        if (!c || !integration_due(c, &a, clock_now_us(&w->env->clock), DUE_MAX, &list, &count, &e)) {
            log_event(LOG_ERROR, "work.due", LOG_STR("error", str_of(e.en)));
            return;
        }
    }
    for (size_t i = 0; i < count; i++) {
        run_one(w, &list[i]);
    }
}

static void tidy(struct work *w)
{
    struct err e;
    if (!take_forget(w->env, &e) || !account_tidy(w->env, &e) || !import_tidy(w->env, &e)) {
        log_event(LOG_ERROR, "work.tidy", LOG_STR("error", str_of(e.en)));
    }
}

static void resume(struct work *w)
{
    struct err e;
    if (!import_resume(w->env, &e)) {
        log_event(LOG_ERROR, "work.resume", LOG_STR("error", str_of(e.en)));
    }
}

/* True when there is more to do at once. */
static bool repair(struct work *w)
{
    struct err e;
    bool more = false;
    if (!desk_repair_due(w->env, &more, &e)) {
        log_event(LOG_ERROR, "work.repair", LOG_STR("error", str_of(e.en)));
    }
    return more;
}

static bool expire_holds(struct work *w)
{
    struct err e;
    bool more = false;
    if (!hold_expire_due(w->env, &more, &e)) {
        log_event(LOG_ERROR, "work.holds", LOG_STR("error", str_of(e.en)));
    }
    return more;
}

int64_t work_tick(struct work *w)
{
    int64_t now = clock_now_us(&w->env->clock);
    if (now >= w->next_resume_us) {
        resume(w); /* may take its time */
        w->next_resume_us = clock_now_us(&w->env->clock) + RESUME_US;
    }
    if (now >= w->next_tidy_us) {
        w->next_tidy_us = now + TIDY_US;
        tidy(w);
    }
    bool more = expire_holds(w); /* first: whoever looks at stock next sees it free */
    run_due(w);
    return repair(w) || more ? 1 : LOOK_MS;
}
