/* integration_use.c: using an integration: its settings, its history, testing it and having it work. */
#include "hub/integration_internal.h"

#include "base/limits.h"
#include "connector/webhook.h"
#include "store/inbox.h"

/* --- for whoever uses one --- */

bool integration_load(struct env *env, struct db_conn *c, const struct establishment *hotel, struct str id,
                      struct arena *a, struct integration_loaded *out, struct err *e)
{
    void *settings;
    *out = (struct integration_loaded){.hotel = *hotel};
    if (!integration_find(c, a, hotel->id, id, &out->row, e) ||
        !integration_open(env, a, &out->row, &out->connector, &settings, e)) {
        return false;
    }
    out->settings = settings;
    return true;
}

bool integration_load_settings(struct env *env, struct db_conn *c, struct str hotel_slug, struct str id,
                               struct arena *a, struct integration_loaded *out, struct err *e)
{
    struct establishment hotel;
    if (!establishment_find(c, a, hotel_slug, &hotel, e)) {
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "there is no such integration",
                                                  "cette intégration n'existe pas")
                                        : false;
    }
    return integration_load(env, c, &hotel, id, a, out, e);
}

/* --- its history --- */

/* Whatever happened to it is in its history, which stays. */
static bool known(struct db_conn *c, struct arena *a, const struct establishment *hotel, struct str id,
                  struct err *e)
{
    struct integration_log_filter any = {.integration_id = id, .limit = 1};
    struct integration_log_row *rows;
    struct integration row;
    size_t n;
    if (!integration_log_rows(c, a, hotel->id, &any, &rows, &n, e)) {
        return false;
    }
    return n > 0 || integration_find(c, a, hotel->id, id, &row, e);
}

bool integration_known(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                       struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && known(c, a, hotel, id, e);
}

bool integration_history(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                         struct integration_log_filter filter, struct integration_log_row **list,
                         size_t *count, int64_t *next, struct err *e)
{
    size_t limit = filter.limit >= 1 && filter.limit <= LIMIT_PAGE ? filter.limit : LIMIT_PAGE;
    filter.integration_id = id;
    filter.limit = limit + 1; /* one more tells whether there is a next page */
    *next = 0;
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c || !integration_log_rows(c, a, hotel->id, &filter, list, count, e)) {
        return false;
    }
    if (*count > limit) {
        *count = limit;
        *next = (*list)[limit - 1].id;
    }
    /* Nothing: because nothing fits, or because it never was? */
    return *count > 0 || known(c, a, hotel, id, e);
}

/* --- asking it to do something --- */

const struct integration_hook *integration_hook_of(const struct env *env, struct str type)
{
    for (const struct integration_hook *h = env->hooks; h && h->type; h++) {
        if (str_eq(str_of(h->type), type)) {
            return h;
        }
    }
    return NULL;
}

static bool load(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                 struct integration_loaded *out, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && integration_load(env, c, hotel, id, a, out, e);
}

static bool last_message(struct env *env, struct arena *a, const struct integration_loaded *in,
                         struct inbox_message **list, size_t *count, struct err *e)
{
    struct inbox_filter filter = {
        .integration_id = in->row.id, .since_us = INSTANT_NONE, .rejected = -1, .limit = 1};
    DB_READ_SCOPE *c = db_read(env->store->inbox, e);
    return c && inbox_list(c, a, in->hotel.id, &filter, list, count, e);
}

/* Nothing can be sent to ourselves in a sender's name; what can be said is whether something came, and whether the
 * last one was accepted. */
static bool test_webhook(struct env *env, struct arena *a, const struct integration_loaded *in,
                         struct str *data, struct err *e)
{
    struct inbox_message *last;
    size_t count;
    char when[INSTANT_TEXT_SIZE];
    if (!last_message(env, a, in, &last, &count, e)) {
        return false;
    }
    if (count > 0 && str_eq(last->verdict, S("rejected"))) {
        return err_set(e, ERR_UNAUTHENTICATED, "the last message (%s) was refused: %s%.0s",
                       "le dernier message (%s) a été refusé : %.0s%s",
                       instant_text(last->received_us, when).p, arena_cstr(a, last->reason.en),
                       arena_cstr(a, last->reason.fr));
    }
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_bool(&o, S("received"), count > 0);
    json_member_str(&o, S("lastReceivedAt"),
                    count > 0 ? instant_text(last->received_us, when) : (struct str){0});
    json_member_str(&o, S("lastVerdict"), count > 0 ? last->verdict : (struct str){0});
    json_close(&o, '}');
    *data = buf_str(&b);
    return true;
}

/* What a result says about the status. */
enum note_effect {
    NOTE_NOTHING,
    NOTE_TRIED,     /* it works, or it does not */
    NOTE_EXCHANGED, /* and this was a synchronisation */
};

struct note {
    const struct integration_loaded *in;
    const struct integration_result *result;
    struct str action, actor;
    struct text message;
    int64_t now_us;
    enum note_effect effect;
};

static bool note_work(struct db_conn *c, void *arg, struct err *e)
{
    struct note *n = arg;
    struct establishment_lock lock;
    const struct integration_log_row row = {
        .integration_id = n->in->row.id,
        .action = n->action,
        .status = n->result->success ? S("ok") : S("error"),
        .message = n->message,
        .data = n->result->success ? n->result->data : (struct str){0},
        .created_us = n->now_us,
        .actor = n->actor,
    };
    if (!establishment_lock(c, n->in->hotel.id, &lock, e)) {
        return false;
    }
    int64_t at_us = n->effect == NOTE_EXCHANGED ? n->now_us : INSTANT_NONE;
    const struct integration *in = &n->in->row;
    if (n->effect != NOTE_NOTHING &&
        !(n->result->success ? integration_note_ok(c, in->establishment_id, in->id, at_us, e)
                             : integration_note_error(c, in->establishment_id, in->id, n->message, e))) {
        return false;
    }
    return integration_log(c, &lock, &row, e) && establishment_unlock(c, &lock, e);
}

static bool note(struct env *env, const struct integration_loaded *in, struct str actor, struct str action,
                 struct text success, enum note_effect effect, const struct integration_result *r,
                 struct err *e)
{
    struct note n = {
        .in = in,
        .result = r,
        .action = action,
        .actor = actor,
        .message = r->success ? success : (struct text){str_of(r->failure.en), str_of(r->failure.fr)},
        .now_us = clock_now_us(&env->clock),
        .effect = effect,
    };
    return db_write(env->store->hotel, note_work, &n, e);
}

bool integration_test(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                      struct str id, struct integration_result *out, struct err *e)
{
    struct integration_loaded in;
    enum note_effect effect = NOTE_NOTHING;
    *out = (struct integration_result){0};
    if (!load(env, a, hotel, id, &in, e)) {
        return false;
    }
    const struct integration_hook *hook = integration_hook_of(env, in.row.type);
    if (hook && hook->test) {
        effect = NOTE_TRIED;
        out->success = hook->test(env, a, &in, &out->data, &out->failure);
    } else if (in.connector == &webhook_connector) {
        out->success = test_webhook(env, a, &in, &out->data, &out->failure);
    } else {
        out->success = err_set(&out->failure, ERR_INVALID, "integrations of this type cannot be tested",
                               "les intégrations de ce type ne peuvent pas être testées");
    }
    return note(env, &in, actor, S("tested"), TEXT("Tested: it works", "Testée : tout fonctionne"), effect,
                out, e);
}

bool integration_sync(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                      struct str id, struct integration_result *out, struct err *e)
{
    struct integration_loaded in;
    *out = (struct integration_result){0};
    if (!load(env, a, hotel, id, &in, e)) {
        return false;
    }
    const struct integration_hook *hook = integration_hook_of(env, in.row.type);
    if (!in.row.is_active) {
        out->success =
            err_set(&out->failure, ERR_CONFLICT, "this integration is switched off; switch it on first",
                    "cette intégration est en pause ; remettez-la d'abord en service");
        return true;
    }
    if (!hook || !hook->sync) {
        out->success =
            err_set(&out->failure, ERR_INVALID,
                    "nothing can be fetched here: messages come by themselves when the sender sends them",
                    "il n'y a rien à aller chercher ici : les messages arrivent d'eux-mêmes quand "
                    "l'expéditeur les envoie");
        return true;
    }
    out->success = hook->sync(env, a, &in, &out->data, &out->failure);
    return note(env, &in, actor, S("synced"), TEXT("Synchronised", "Synchronisée"), NOTE_EXCHANGED, out, e);
}

void integration_result_json(struct json_out *o, const struct integration_result *r, enum lang lang)
{
    json_open(o, '{');
    json_member_bool(o, S("success"), r->success);
    if (r->success) {
        json_member_raw(o, S("data"), str_given(r->data) ? r->data : S("{}"));
    } else {
        json_key(o, S("error"));
        json_open(o, '{');
        json_member_str(o, S("code"), str_of(err_name(r->failure.code)));
        json_member_str(o, S("message"), err_text(&r->failure, lang));
        json_close(o, '}');
    }
    json_close(o, '}');
}
