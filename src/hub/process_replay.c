/* Looking again at messages; declared in hub/process.h. */
#include "hub/process_job.h"

static bool replay_work(struct db_conn *c, void *arg, struct err *e)
{
    return process_hotels(c, arg, e);
}

/* Looks again at these messages, in their order; resumes: at those that still wait. */
static bool replay_list(struct env *env, int64_t hotel_id, struct str integration_id, const int64_t *seqs,
                        size_t count, bool resumes, struct err *e)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct process_round r = {.env = env,
                              .a = &a,
                              .messages = arena_array(&a, struct inbox_message, count),
                              .replays = true,
                              .resumes = resumes};
    {
        DB_READ_SCOPE *inbox = db_read(env->store->inbox, e);
        for (size_t i = 0; inbox && i < count; i++) {
            struct inbox_message *m = &r.messages[r.count];
            if (!inbox_get(inbox, &a, hotel_id, seqs[i], m, e)) {
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
    return process_in_round(&r, replay_work, e);
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
    return replay_list(env, hotel->id, integration_id, &seq, 1, false, e) &&
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
    if (n && !replay_list(env, hotel->id, integration_id, seqs, n, false, e)) {
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

static bool resume(struct env *env, struct arena *a, int64_t hotel_id, struct str integration_id,
                   struct err *e)
{
    int64_t *seqs, first = 0;
    size_t count;
    do {
        {
            DB_READ_SCOPE *c = db_read(env->store->hotel, e);
            if (!c || !inbox_waiting(c, a, hotel_id, integration_id, REPLAY_STEP, &seqs, &count, e)) {
                return false;
            }
        }
        if (count == 0 || seqs[0] == first) { /* paused again meanwhile: they go on waiting */
            return true;
        }
        first = seqs[0];
        if (!replay_list(env, hotel_id, integration_id, seqs, count, true, e)) {
            return false;
        }
    } while (count == REPLAY_STEP);
    return true;
}

bool process_resume(struct env *env, struct arena *a, const struct establishment *hotel,
                    struct str integration_id, struct err *e)
{
    return resume(env, a, hotel->id, integration_id, e);
}

bool process_resume_all(struct env *env, struct err *e)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct str before = {0}, integration;
    for (;;) {
        int64_t hotel_id;
        {
            DB_READ_SCOPE *c = db_read(env->store->hotel, e);
            if (!c || !inbox_waiting_in_vain(c, &a, &hotel_id, &integration, e)) {
                return false;
            }
        }
        if (!str_given(integration) || str_eq(integration, before)) {
            return true;
        }
        before = integration;
        if (!resume(env, &a, hotel_id, integration, e)) {
            return false;
        }
    }
}
