#include "hub/process.h"

#include "base/limits.h"
#include "base/log.h"
#include "connector/webhook_message.h"
#include "format/hex.h"
#include "hub/integration.h"
#include "store/event.h"
#include "store/integration.h"

#define SOURCES_MAX 64 /* integrations whose settings a batch keeps open */

/* An integration as one batch sees it. */
struct source {
    struct str id;
    bool exists;
    struct integration_loaded loaded;
    const struct webhook_settings *settings; /* NULL: cannot be opened; why says so */
    const struct mapping *mapping;
    struct err why;
    bool said_ok; /* its row was updated in this batch */
};

/* One transaction's worth of messages. */
struct round {
    struct env *env;
    struct arena *a; /* lives as long as the transaction */
    struct inbox_message *messages;
    size_t count;
    int64_t cursor, last; /* where it began, and where it ends */
    bool moved;           /* somebody else has processed meanwhile: nothing was done */
    struct source sources[SOURCES_MAX];
    size_t source_count;
    struct db_conn *c;
    const struct establishment *hotel;
    struct apply *ap;
};

static void open_mapping(struct round *r, struct source *s)
{
    const struct webhook_settings *w = s->loaded.settings;
    const struct json *form = str_given(w->mapping) ? json_parse(r->a, w->mapping, &s->why) : NULL;
    if (form && form->type == JSON_OBJECT) {
        s->mapping = mapping_compile(r->a, form, &reservation_message_fields, &s->why);
    }
    bool usable = s->mapping || (!str_given(w->mapping)) || (form && form->type == JSON_NULL);
    s->settings = usable ? w : NULL;
}

/* NULL with *e on failure; an integration that is gone has exists false. */
static struct source *find_source(struct round *r, struct str id, struct err *e)
{
    for (size_t i = 0; i < r->source_count; i++) {
        if (str_eq(r->sources[i].id, id)) {
            return &r->sources[i];
        }
    }
    /* More integrations than places in one batch: the last place changes hands. */
    struct source *s = &r->sources[r->source_count < SOURCES_MAX ? r->source_count++ : SOURCES_MAX - 1];
    *s = (struct source){.id = id};
    if (!integration_find(r->c, r->a, r->hotel->id, id, &s->loaded.row, e)) {
        return e->code == ERR_NOT_FOUND ? s : NULL;
    }
    s->exists = true;
    if (integration_load(r->env, r->c, r->hotel, id, r->a, &s->loaded, &s->why)) {
        open_mapping(r, s);
    }
    return s;
}

static bool log_row(struct round *r, const struct source *s, const struct inbox_message *m, struct str status,
                    struct text message, struct err *e)
{
    struct integration_log_row row = {
        .integration_id = s->id,
        .action = S("message"),
        .status = status,
        .message = message,
        .data = arena_fmt(r->a, "{\"message\":\"%lld\"}", (long long)m->seq),
        .created_us = clock_now_us(&r->env->clock),
        .actor = S("webhook"),
    };
    return integration_log(r->c, apply_lock(r->ap), &row, e);
}

static bool put_outcome(struct round *r, const struct inbox_message *m, struct inbox_outcome *o,
                        struct err *e)
{
    o->seq = m->seq;
    o->integration_id = m->integration_id;
    o->applied_us = clock_now_us(&r->env->clock);
    log_event(LOG_INFO, "process.message", LOG_I64("seq", m->seq), LOG_STR("hotel", r->hotel->slug),
              LOG_STR("outcome", o->outcome), LOG_STR("detail", o->detail.en));
    return inbox_outcome_put(r->c, r->hotel->id, o, e);
}

/* The message cannot be understood or applied: shown as failed, ready to be replayed after a fix. */
static bool put_failure(struct round *r, struct source *s, const struct inbox_message *m,
                        const struct err *why, struct err *e)
{
    struct text text = {arena_str(r->a, str_of(why->en)), arena_str(r->a, str_of(why->fr))};
    struct inbox_outcome o = {
        .outcome = S("failed"), .pointer = arena_str(r->a, err_pointer(why)), .detail = text};
    struct str at = o.pointer.n ? arena_fmt(r->a, "%.*s: ", STR_ARG(o.pointer)) : S("");
    struct text said = {
        arena_fmt(r->a, "message %lld could not be applied: %.*s%.*s", (long long)m->seq, STR_ARG(at),
                  STR_ARG(text.en)),
        arena_fmt(r->a, "le message %lld n'a pas pu être appliqué : %.*s%.*s", (long long)m->seq, STR_ARG(at),
                  STR_ARG(text.fr)),
    };
    struct alert_row alert = {.fingerprint = arena_fmt(r->a, "failed:%.*s", STR_ARG(s->id)),
                              .severity = S("warning"),
                              .message = said,
                              .integration_id = s->id,
                              .last_us = clock_now_us(&r->env->clock)};
    bool fresh;
    s->said_ok = false;
    return put_outcome(r, m, &o, e) && log_row(r, s, m, S("error"), said, e) &&
           integration_note_error(r->c, r->hotel->id, s->id, said, e) &&
           alert_raise(r->c, r->hotel->id, &alert, &fresh, e);
}

static bool put_success(struct round *r, struct source *s, const struct inbox_message *m, struct str key,
                        const struct apply_result *result, struct err *e)
{
    static const struct str outcomes[] = {
        [REVISION_APPLIED] = S_INIT("applied"),
        [REVISION_STALE] = S_INIT("stale"),
        [REVISION_CONFLICT] = S_INIT("conflict"),
        [REVISION_SAME] = S_INIT("unchanged"),
    };
    struct buf en = buf_in(r->a), fr = buf_in(r->a);
    buf_add(&en, result->summary.en);
    buf_add(&fr, result->summary.fr);
    for (size_t i = 0; i < result->warning_count; i++) {
        buf_fmt(&en, ". %.*s", STR_ARG(result->warnings[i].en));
        buf_fmt(&fr, ". %.*s", STR_ARG(result->warnings[i].fr));
    }
    struct inbox_outcome o = {.outcome = outcomes[result->outcome],
                              .detail = {buf_str(&en), buf_str(&fr)},
                              .reservation_id = result->reservation_id};
    if (!s->said_ok) {
        s->said_ok = true;
        struct str fingerprint = arena_fmt(r->a, "failed:%.*s", STR_ARG(s->id));
        if (!integration_note_ok(r->c, r->hotel->id, s->id, m->received_us, e) ||
            !alert_clear(r->c, r->hotel->id, fingerprint, clock_now_us(&r->env->clock), e)) {
            return false;
        }
    }
    return put_outcome(r, m, &o, e) &&
           log_row(r, s, m, result->warning_count ? S("warning") : S("ok"), o.detail, e) &&
           inbox_key_put(r->c, r->hotel->id, s->id, key, m->seq, e);
}

/* What makes two raw messages the same: the sender's number of it, if any, with its bytes. A number that comes
 * again with other bytes is no repetition: dropping it could lose a booking. */
static struct str message_key(struct arena *a, const struct inbox_message *m)
{
    struct str hash = hex_encode(a, m->sha256);
    return m->message_key.n ? arena_fmt(a, "%.*s:%.*s", STR_ARG(m->message_key), STR_ARG(hash)) : hash;
}

/* Decodes and applies; false with *fatal unset when the message itself is at fault (*why). */
static bool decode_and_apply(struct round *r, struct source *s, const struct inbox_message *m,
                             struct arena *scratch, struct apply_result *result, bool *ignored, bool *fatal,
                             struct err *why)
{
    struct reservation_message message;
    *fatal = false;
    if (!s->settings) {
        *why = s->why;
        return false;
    }
    if (!webhook_decode(scratch, s->mapping, m->body, &message, ignored, why)) {
        return false;
    }
    if (*ignored) {
        return true;
    }
    struct apply_source source = {.integration_id = s->id,
                                  .integration_name = s->loaded.row.name,
                                  .inbox_seq = m->seq,
                                  .received_us = m->received_us};
    bool ok = apply_message(r->ap, scratch, &message, &source, APPLY_KEEP, result, why);
    *fatal = !ok && why->code != ERR_INVALID;
    return ok;
}

static bool process_message(struct round *r, const struct inbox_message *m, struct err *e)
{
    struct source *s = find_source(r, m->integration_id, e);
    if (!s) {
        return false;
    }
    if (!s->exists) {
        struct inbox_outcome gone = {
            .outcome = S("ignored"),
            .detail = TEXT("the integration was deleted", "l'intégration a été supprimée")};
        return put_outcome(r, m, &gone, e);
    }
    if (!s->loaded.row.is_active) {
        struct inbox_outcome waits = {.outcome = S("waiting"),
                                      .detail = TEXT("the integration is paused; applied when it is resumed",
                                                     "l'intégration est en pause ; appliqué à la reprise")};
        return put_outcome(r, m, &waits, e);
    }
    struct str key = message_key(r->a, m);
    int64_t first;
    if (!inbox_key_find(r->c, r->hotel->id, s->id, key, &first, e)) {
        return false;
    }
    if (first && first != m->seq) {
        struct inbox_outcome again = {
            .outcome = S("duplicate"),
            .duplicate_of = first,
            .detail = {arena_fmt(r->a, "the same as message %lld, which was applied", (long long)first),
                       arena_fmt(r->a, "le même que le message %lld, qui a été appliqué", (long long)first)}};
        return put_outcome(r, m, &again, e);
    }
    ARENA_SCOPE scratch;
    arena_init(&scratch, LIMIT_ARENA);
    struct apply_result result;
    struct err why = {0};
    bool ignored = false, fatal;
    if (!decode_and_apply(r, s, m, &scratch, &result, &ignored, &fatal, &why)) {
        if (fatal) {
            *e = why;
            return false;
        }
        return put_failure(r, s, m, &why, e);
    }
    if (ignored) {
        struct inbox_outcome skipped = {
            .outcome = S("ignored"),
            .detail = TEXT("the field mapping says that it is none of ours",
                           "la correspondance des champs dit qu'il ne nous concerne pas")};
        return put_outcome(r, m, &skipped, e);
    }
    return put_success(r, s, m, key, &result, e);
}

/* All messages of the hotel of messages[first], in order. */
static bool process_hotel(struct round *r, size_t first, struct err *e)
{
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    struct establishment hotel;
    if (!establishment_find_id(r->c, r->a, r->messages[first].establishment_id, &hotel, e)) {
        return false;
    }
    r->hotel = &hotel;
    r->source_count = 0;
    r->ap = apply_begin(r->c, &batch, &hotel, clock_now_us(&r->env->clock), e);
    if (!r->ap) {
        return false;
    }
    for (size_t i = first; i < r->count; i++) {
        if (r->messages[i].establishment_id == hotel.id && !process_message(r, &r->messages[i], e)) {
            return false;
        }
    }
    return apply_end(r->ap, e);
}

static bool hotels_work(struct db_conn *c, struct round *r, struct err *e)
{
    r->c = c;
    for (size_t i = 0; i < r->count; i++) {
        bool before = false;
        for (size_t k = 0; k < i && !before; k++) {
            before = r->messages[k].establishment_id == r->messages[i].establishment_id;
        }
        if (!before && !process_hotel(r, i, e)) {
            return false;
        }
    }
    return true;
}

static bool next_work(struct db_conn *c, void *arg, struct err *e)
{
    struct round *r = arg;
    int64_t cursor;
    if (!inbox_cursor_get(c, &cursor, e)) {
        return false;
    }
    r->moved = cursor != r->cursor;
    return r->moved || (hotels_work(c, r, e) && inbox_cursor_set(c, r->last, e));
}

/* --- a message that breaks its batch --- */

struct poison {
    struct env *env;
    const struct inbox_message *m;
    const struct err *why;
};

static bool poison_work(struct db_conn *c, void *arg, struct err *e)
{
    struct poison *p = arg;
    struct inbox_outcome o = {
        .seq = p->m->seq,
        .integration_id = p->m->integration_id,
        .outcome = S("failed"),
        .detail = {str_of(p->why->en), str_of(p->why->fr)},
        .applied_us = clock_now_us(&p->env->clock),
    };
    return inbox_outcome_put(c, p->m->establishment_id, &o, e) && inbox_cursor_set(c, p->m->seq, e);
}

static bool is_passing(enum err_code code)
{
    return code == ERR_BUSY || code == ERR_FULL || code == ERR_RETRY;
}

/* The batch failed as a whole: each message by itself, so that one cannot hold up the others. */
static bool process_singly(struct round *r, size_t *done, struct err *e)
{
    struct inbox_message *all = r->messages;
    size_t count = r->count;
    int64_t last = r->last;
    for (*done = 0; *done < count; (*done)++) {
        r->messages = &all[*done];
        r->count = 1;
        r->last = *done + 1 == count ? last : all[*done].seq;
        if (!db_write(r->env->store->hotel, next_work, r, e)) {
            struct err why = *e;
            struct poison p = {r->env, r->messages, &why};
            log_event(LOG_ERROR, "process.failed", LOG_I64("seq", r->messages->seq),
                      LOG_STR("error", str_of(e->en)));
            if (is_passing(e->code) || !db_write(r->env->store->hotel, poison_work, &p, e)) {
                return false;
            }
            r->last = r->messages->seq;
        }
        if (r->moved) {
            return true;
        }
        r->cursor = r->last;
    }
    return true;
}

static bool read_next(struct round *r, size_t max, struct err *e)
{
    {
        DB_READ_SCOPE *hotel = db_read(r->env->store->hotel, e);
        if (!hotel || !inbox_cursor_get(hotel, &r->cursor, e)) {
            return false;
        }
    }
    DB_READ_SCOPE *inbox = db_read(r->env->store->inbox, e);
    return inbox && inbox_after(inbox, r->a, r->cursor, max, &r->messages, &r->count, &r->last, e);
}

bool process_next(struct env *env, size_t max, size_t *done, struct err *e)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct round r = {.env = env, .a = &a};
    *done = 0;
    if (!read_next(&r, max, e)) {
        return false;
    }
    if (r.last == r.cursor) {
        return true;
    }
    *done = (size_t)(r.last - r.cursor); /* rejected ones count: there may be more behind them */
    *done = *done > max ? max : *done;
    if (db_write(env->store->hotel, next_work, &r, e)) {
        return true;
    }
    return !is_passing(e->code) && r.count > 0 && process_singly(&r, done, e);
}

/* --- replay --- */

static bool replay_work(struct db_conn *c, void *arg, struct err *e)
{
    return hotels_work(c, arg, e);
}

/* Looks again at these messages, in their order, in one transaction. */
static bool replay_list(struct env *env, const struct establishment *hotel, struct str integration_id,
                        const int64_t *seqs, size_t count, struct err *e)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct round r = {.env = env, .a = &a, .messages = arena_array(&a, struct inbox_message, count)};
    {
        DB_READ_SCOPE *inbox = db_read(env->store->inbox, e);
        for (size_t i = 0; inbox && i < count; i++) {
            struct inbox_message *m = &r.messages[r.count];
            if (!inbox_get(inbox, &a, hotel->id, seqs[i], m, e)) {
                return false;
            }
            r.count += str_eq(m->integration_id, integration_id) && !str_eq(m->verdict, S("rejected"));
        }
        if (!inbox) {
            return false;
        }
    }
    if (r.count < count) {
        return err_set(e, ERR_NOT_FOUND, "there is no such message, or it was rejected when it came",
                       "ce message n'existe pas, ou il a été refusé à son arrivée");
    }
    return db_write(env->store->hotel, replay_work, &r, e);
}

static bool outcome_of(struct env *env, struct arena *a, const struct establishment *hotel, int64_t seq,
                       struct inbox_outcome *out, bool *found, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && inbox_outcome_get(c, a, hotel->id, seq, out, found, e);
}

bool process_replay(struct env *env, struct arena *a, const struct establishment *hotel,
                    struct str integration_id, int64_t seq, struct inbox_outcome *out, struct err *e)
{
    bool found;
    return replay_list(env, hotel, integration_id, &seq, 1, e) &&
           outcome_of(env, a, hotel, seq, out, &found, e) &&
           (found ||
            err_set(e, ERR_INTERNAL, "the replay left no outcome", "le rejeu n'a pas laissé de résultat"));
}

#define REPLAY_STEP 200

/* Which of them to look at again, and afterwards how it went. */
static bool replay_step(struct env *env, struct arena *a, const struct establishment *hotel,
                        struct str integration_id, int64_t *seqs, size_t count, bool only_failed,
                        struct replay_report *out, struct err *e)
{
    struct inbox_outcome o;
    bool found;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!outcome_of(env, a, hotel, seqs[i], &o, &found, e)) {
            return false;
        }
        if (!only_failed || (found && str_eq(o.outcome, S("failed")))) {
            seqs[n++] = seqs[i];
        }
    }
    if (n && !replay_list(env, hotel, integration_id, seqs, n, e)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!outcome_of(env, a, hotel, seqs[i], &o, &found, e)) {
            return false;
        }
        out->applied += found && str_eq(o.outcome, S("applied"));
        out->failed += found && str_eq(o.outcome, S("failed"));
    }
    out->replayed += (int64_t)n;
    return true;
}

bool process_replay_since(struct env *env, struct arena *a, const struct establishment *hotel,
                          struct str integration_id, int64_t since_us, bool only_failed,
                          struct replay_report *out, struct err *e)
{
    int64_t after = 0, *seqs;
    size_t count;
    *out = (struct replay_report){0};
    do {
        {
            DB_READ_SCOPE *inbox = db_read(env->store->inbox, e);
            if (!inbox || !inbox_since(inbox, a, hotel->id, integration_id, since_us, after, REPLAY_STEP,
                                       &seqs, &count, e)) {
                return false;
            }
        }
        after = count ? seqs[count - 1] : after;
        if (count && !replay_step(env, a, hotel, integration_id, seqs, count, only_failed, out, e)) {
            return false;
        }
    } while (count == REPLAY_STEP);
    return true;
}

bool process_resume(struct env *env, struct arena *a, const struct establishment *hotel,
                    struct str integration_id, struct err *e)
{
    int64_t *seqs, first = 0;
    size_t count;
    do {
        {
            DB_READ_SCOPE *c = db_read(env->store->hotel, e);
            if (!c || !inbox_waiting(c, a, hotel->id, integration_id, REPLAY_STEP, &seqs, &count, e)) {
                return false;
            }
        }
        if (count == 0 || seqs[0] == first) { /* paused again meanwhile: they go on waiting */
            return true;
        }
        first = seqs[0];
        if (!replay_list(env, hotel, integration_id, seqs, count, e)) {
            return false;
        }
    } while (count == REPLAY_STEP);
    return true;
}
