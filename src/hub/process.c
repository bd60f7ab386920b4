#include "hub/process_job.h"

#include "base/limits.h"
#include "base/log.h"
#include "connector/webhook_message.h"
#include "format/hex.h"
#include "hub/integration.h"
#include "store/event.h"
#include "store/integration.h"

static void open_mapping(struct process_round *r, struct process_source *s)
{
    const struct webhook_settings *w = s->loaded.settings;
    const struct json *form = str_given(w->mapping) ? json_parse(r->a, w->mapping, &s->why) : NULL;
    if (form && form->type == JSON_OBJECT) {
        s->mapping = mapping_compile(r->a, form, &reservation_message_fields, &s->why);
    }
    bool usable = s->mapping || (!str_given(w->mapping)) || (form && form->type == JSON_NULL);
    s->settings = usable ? w : NULL;
}

/* Whether messages that came while it was paused still wait, although it is not paused any more. */
static bool find_queue(struct process_round *r, struct process_source *s, struct err *e)
{
    int64_t *seqs;
    size_t count;
    bool ok = inbox_waiting(r->c, r->a, r->hotel->id, s->id, 1, &seqs, &count, e);
    s->queued = ok && count > 0;
    return ok;
}

/* NULL with *e on failure; an integration that is gone has exists false. */
static struct process_source *find_source(struct process_round *r, struct str id, struct err *e)
{
    for (size_t i = 0; i < r->source_count; i++) {
        if (str_eq(r->sources[i].id, id)) {
            return &r->sources[i];
        }
    }
    /* More integrations than places in one batch: the last place changes hands. */
    struct process_source *s =
        &r->sources[r->source_count < PROCESS_SOURCES_MAX ? r->source_count++ : PROCESS_SOURCES_MAX - 1];
    *s = (struct process_source){.id = id};
    if (!integration_find(r->c, r->a, r->hotel->id, id, &s->loaded.row, e)) {
        return e->code == ERR_NOT_FOUND ? s : NULL;
    }
    s->exists = true;
    if (!r->replays && s->loaded.row.is_active && !find_queue(r, s, e)) {
        return NULL;
    }
    if (integration_load(r->env, r->c, r->hotel, id, r->a, &s->loaded, &s->why)) {
        open_mapping(r, s);
    }
    return s;
}

static bool log_row(struct process_round *r, const struct process_source *s, const struct inbox_message *m,
                    struct str status, struct text message, struct err *e)
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

static bool put_outcome(struct process_round *r, const struct inbox_message *m, struct inbox_outcome *o,
                        struct err *e)
{
    o->seq = m->seq;
    o->integration_id = m->integration_id;
    o->applied_us = clock_now_us(&r->env->clock);
    /* Every outcome is in the store; of those that nobody need look at there may be thousands a second. */
    log_event(str_eq(o->outcome, S("applied")) ? LOG_DEBUG : LOG_INFO, "process.message",
              LOG_I64("seq", m->seq), LOG_STR("hotel", r->hotel->slug), LOG_STR("outcome", o->outcome),
              LOG_STR("detail", o->detail.en));
    return inbox_outcome_put(r->c, r->hotel->id, o, e);
}

/* The message cannot be understood or applied: shown as failed, ready to be replayed after a fix. */
static bool put_failure(struct process_round *r, struct process_source *s, const struct inbox_message *m,
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

static bool put_success(struct process_round *r, struct process_source *s, const struct inbox_message *m,
                        struct str key, const struct apply_result *result, struct err *e)
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

/* The sender's number of the message is part of what it signed. (GitHub's X-GitHub-Delivery is not.) */
static bool is_numbered(const struct webhook_settings *w, const struct inbox_message *m)
{
    if (!m->message_key.n || w->verification != WEBHOOK_SIGNED || w->preset == SIGNATURE_GITHUB) {
        return false;
    }
    return w->preset != SIGNATURE_HMAC || str_find(w->custom.template_text, S("{id}")) != SIZE_MAX;
}

/* Decodes and applies; false with *fatal unset when the message itself is at fault (*why). */
static bool decode_and_apply(struct process_round *r, struct process_source *s, const struct inbox_message *m,
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
    if (!message.data.channel.n) {
        message.data.channel = s->settings->channel; /* absent: the integration */
    }
    struct apply_source source = {.integration_id = s->id,
                                  .integration_name = s->loaded.row.name,
                                  .inbox_seq = m->seq,
                                  .received_us = m->received_us,
                                  .numbered = is_numbered(s->settings, m),
                                  .summarise = true};
    bool ok = apply_message(r->ap, scratch, &message, &source, APPLY_KEEP, result, why);
    *fatal = !ok && why->code != ERR_INVALID;
    return ok;
}

static bool put_waiting(struct process_round *r, const struct inbox_message *m, struct err *e)
{
    struct inbox_outcome waits = {.outcome = S("waiting"),
                                  .detail = TEXT("the integration is paused; applied when it is resumed",
                                                 "l'intégration est en pause ; appliqué à la reprise")};
    return put_outcome(r, m, &waits, e);
}

/* Somebody else may have resumed it at the same time. */
static bool still_waits(struct process_round *r, const struct inbox_message *m, bool *waits, struct err *e)
{
    struct inbox_outcome o;
    bool found;
    bool ok = inbox_outcome_get(r->c, r->a, r->hotel->id, m->seq, &o, &found, e);
    *waits = ok && found && str_eq(o.outcome, S("waiting"));
    return ok;
}

/* The same bytes as an earlier message. Without a number of its own that is a repetition, by the rule; but when the
 * reservation changed in between, it may be a change back, and then somebody must know. */
static bool put_duplicate(struct process_round *r, const struct process_source *s,
                          const struct inbox_message *m, int64_t first, struct err *e)
{
    struct inbox_outcome again = {
        .outcome = S("duplicate"),
        .duplicate_of = first,
        .detail = {arena_fmt(r->a, "the same as message %lld, which was applied", (long long)first),
                   arena_fmt(r->a, "le même que le message %lld, qui a été appliqué", (long long)first)}};
    struct inbox_outcome earlier;
    bool found;
    int64_t latest = first;
    if (m->message_key.n) {
        return put_outcome(r, m, &again, e);
    }
    if (!inbox_outcome_get(r->c, r->a, r->hotel->id, first, &earlier, &found, e) ||
        (found && !revision_latest_message(r->c, r->hotel->id, earlier.reservation_id, &latest, e))) {
        return false;
    }
    if (latest == first) {
        return put_outcome(r, m, &again, e);
    }
    again.detail = (struct text){
        arena_fmt(
            r->a,
            "the same as message %lld, but the reservation was changed in between: not applied. If the sender means "
            "a change back, it must number or date its messages",
            (long long)first),
        arena_fmt(
            r->a,
            "le même que le message %lld, mais la réservation a changé entre-temps : pas appliqué. Si l'expéditeur "
            "veut revenir en arrière, il doit numéroter ou dater ses messages",
            (long long)first)};
    return put_outcome(r, m, &again, e) && log_row(r, s, m, S("warning"), again.detail, e);
}

static bool process_message(struct process_round *r, const struct inbox_message *m, struct err *e)
{
    bool due = true;
    if (r->resumes && !still_waits(r, m, &due, e)) {
        return false;
    }
    if (!due) {
        return true;
    }
    struct process_source *s = find_source(r, m->integration_id, e);
    if (!s) {
        return false;
    }
    if (!s->exists) {
        struct inbox_outcome gone = {
            .outcome = S("ignored"),
            .detail = TEXT("the integration was deleted", "l'intégration a été supprimée")};
        return put_outcome(r, m, &gone, e);
    }
    if (!s->loaded.row.is_active || s->queued) {
        return put_waiting(r, m, e);
    }
    struct str key = message_key(r->a, m);
    int64_t first;
    if (!inbox_key_find(r->c, r->hotel->id, s->id, key, &first, e)) {
        return false;
    }
    if (first && first != m->seq) {
        return put_duplicate(r, s, m, first, e);
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
static bool process_hotel(struct process_round *r, size_t first, struct err *e)
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

bool process_hotels(struct db_conn *c, struct process_round *r, struct err *e)
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
    struct process_round *r = arg;
    int64_t cursor;
    if (!inbox_cursor_get(c, &cursor, e)) {
        return false;
    }
    r->moved = cursor != r->cursor;
    return r->moved || (process_hotels(c, r, e) && inbox_cursor_set(c, r->last, e));
}

/* --- a message that breaks its batch --- */

struct poison {
    struct process_round *r;
    const struct err *why;
    bool alone; /* without anybody being told: the telling is what fails */
};

/* Nobody has looked at it with success, so somebody must see that. */
static bool tell_poison(struct db_conn *c, const struct poison *p, struct str integration_id, struct text why,
                        struct err *e)
{
    const struct inbox_message *m = p->r->messages;
    struct text said = {
        arena_fmt(p->r->a, "message %lld could not be applied: %.*s", (long long)m->seq, STR_ARG(why.en)),
        arena_fmt(p->r->a, "le message %lld n'a pas pu être appliqué : %.*s", (long long)m->seq,
                  STR_ARG(why.fr)),
    };
    struct alert_row alert = {.fingerprint = arena_fmt(p->r->a, "failed:%.*s", STR_ARG(integration_id)),
                              .severity = S("warning"),
                              .message = said,
                              .integration_id = integration_id,
                              .last_us = clock_now_us(&p->r->env->clock)};
    bool fresh;
    return integration_note_error(c, m->establishment_id, integration_id, said, e) &&
           alert_raise(c, m->establishment_id, &alert, &fresh, e);
}

static bool poison_work(struct db_conn *c, void *arg, struct err *e)
{
    struct poison *p = arg;
    struct process_round *r = p->r;
    const struct inbox_message *m = r->messages;
    struct inbox_outcome o = {
        .seq = m->seq,
        .integration_id = m->integration_id,
        .outcome = S("failed"),
        .detail = {str_of(p->why->en), str_of(p->why->fr)},
        .applied_us = clock_now_us(&r->env->clock),
    };
    int64_t cursor = r->cursor;
    if (!r->replays && !inbox_cursor_get(c, &cursor, e)) {
        return false;
    }
    r->moved = cursor != r->cursor;
    return r->moved || (inbox_outcome_put(c, m->establishment_id, &o, e) &&
                        (p->alone || tell_poison(c, p, m->integration_id, o.detail, e)) &&
                        (r->replays || inbox_cursor_set(c, r->last, e)));
}

static bool is_passing(enum err_code code)
{
    return code == ERR_BUSY || code == ERR_FULL || code == ERR_RETRY;
}

/* A batch failed as a whole: each message by itself, so that one cannot hold up the others. */
static bool process_singly(struct process_round *r, bool (*work)(struct db_conn *c, void *arg, struct err *e),
                           struct err *e)
{
    struct inbox_message *all = r->messages;
    size_t count = r->count;
    int64_t last = r->last;
    for (size_t i = 0; i < count && !r->moved; i++) {
        r->messages = &all[i];
        r->count = 1;
        r->last = i + 1 == count ? last : all[i].seq;
        if (!db_write(r->env->store->hotel, work, r, e)) {
            struct err why = *e;
            struct poison p = {r, &why, false}, alone = {r, &why, true};
            log_event(LOG_ERROR, "process.failed", LOG_I64("seq", r->messages->seq),
                      LOG_STR("error", str_of(e->en)));
            if (is_passing(e->code) || (!db_write(r->env->store->hotel, poison_work, &p, e) &&
                                        !db_write(r->env->store->hotel, poison_work, &alone, e))) {
                return false;
            }
        }
        r->cursor = r->last;
    }
    return true;
}

bool process_in_round(struct process_round *r, bool (*work)(struct db_conn *c, void *arg, struct err *e),
                      struct err *e)
{
    return db_write(r->env->store->hotel, work, r, e) ||
           (!is_passing(e->code) && r->count > 0 && process_singly(r, work, e));
}

static bool read_next(struct process_round *r, size_t max, struct err *e)
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
    struct process_round r = {.env = env, .a = &a};
    *done = 0;
    if (!read_next(&r, max, e)) {
        return false;
    }
    size_t found = (size_t)(r.last - r.cursor); /* rejected ones count: there may be more behind them */
    if (found > 0 && !process_in_round(&r, next_work, e)) {
        return false;
    }
    *done = found > max ? max : found;
    return process_resume_all(env, e);
}
