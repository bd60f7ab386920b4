#include "hub/take.h"

#include "base/limits.h"
#include "base/log.h"
#include "connector/webhook_message.h"
#include "format/blot.h"
#include "format/card.h"
#include "format/json.h"
#include "hub/integration.h"
#include "store/inbox.h"

#define DAY_US                INT64_C(86400000000)
#define REJECTED_KEPT_PER_DAY 500 /* of one integration: a stranger must not fill the disk */
#define KEY_LEAST             16  /* shorter than this, a wrong key would blot out innocent words */

/* An integration that messages of the batch came for, opened once for all of them. */
struct source {
    struct str hotel, id; /* as asked for */
    struct integration_loaded loaded;
    struct str secrets[WEBHOOK_SECRETS_MAX]; /* its own, as they could stand in what is sent */
    size_t secret_count;
    struct err err; /* why it cannot be used; ERR_NONE: it can */
    struct source *next;
};

#define ADDRESS_KEYS_MAX 8

/* What must not be kept: the secrets that the request gives as the key of the address, in the path and in the query as
 * well, and the integration's own, should they stand where a signature belongs. */
struct given {
    struct str list[ADDRESS_KEYS_MAX + WEBHOOK_SECRETS_MAX];
    size_t count;
};

static bool is_token(struct str parameter)
{
    return blot_same(parameter, S("token"));
}

static struct given given_keys(const struct take *t, const struct source *s)
{
    struct given g = {0};
    struct str query = t->target;
    g.list[g.count++] = t->token;
    str_cut(&query, '?');
    while (str_given(query) && g.count < ADDRESS_KEYS_MAX) {
        struct str value = str_cut(&query, '&'), name = str_cut(&value, '=');
        if (is_token(name)) {
            g.list[g.count++] = value;
        }
    }
    for (size_t i = 0; i < s->secret_count; i++) {
        g.list[g.count++] = s->secrets[i];
    }
    size_t kept = 0;
    for (size_t i = 0; i < g.count; i++) {
        if (g.list[i].n >= KEY_LEAST) {
            g.list[kept++] = g.list[i];
        }
    }
    g.count = kept;
    return g;
}

static struct str without_keys(const struct take *t, const struct given *g, struct str text)
{
    text = blot_secrets(t->arena, text, g->list, g->count);
    card_mask_text(t->arena, text, &text);
    return text;
}

/* The target as it came, but for the key, wherever it stands and however it is written, for what else in the query
 * is named like a credential, and for card data. */
static struct str target_text(const struct take *t, const struct given *g)
{
    struct str query = t->target, path = str_cut(&query, '?'), last = path;
    for (struct str rest = path; str_given(rest);) {
        last = str_cut(&rest, '/');
    }
    bool found = !t->token.n || blot_same(last, t->token);
    struct buf b = buf_in(t->arena);
    if (t->token.n && found) {
        path = str_sub(path, 0, path.n - last.n);
    }
    buf_add(&b, without_keys(t, g, path));
    buf_add(&b, t->token.n && found ? S(BLOT) : S(""));
    for (const char *mark = "?"; str_given(query); mark = "&") {
        struct str value = str_cut(&query, '&'), name = str_cut(&value, '=');
        bool secret = blot_name(name);
        buf_fmt(&b, "%s", mark);
        buf_add(&b, without_keys(t, g, name));
        buf_add(&b, str_given(value) ? S("=") : S(""));
        buf_add(&b, value.n && secret ? S(BLOT) : without_keys(t, g, value));
        found = found || is_token(name);
    }
    return found ? buf_str(&b) : S(BLOT); /* nobody can tell where it is */
}

/* As JSON. Values that are credentials by themselves: known to have been there, not what they were. A signature is
 * none: it is worth nothing without the secret. Some proxies add the whole address in a header of their own. */
static struct str headers_json(const struct take *t, const struct given *g, const struct webhook_settings *s)
{
    struct buf b = buf_in(t->arena);
    struct json_out o = json_out(&b);
    json_open(&o, '[');
    for (size_t i = 0; i < t->header_count; i++) {
        const struct take_header *h = &t->headers[i];
        bool secret = blot_name(h->name) && !webhook_signs_in(s, h->name);
        json_open(&o, '[');
        json_str(&o, h->name);
        json_str(&o, secret ? S(BLOT) : without_keys(t, g, h->value));
        json_close(&o, ']');
    }
    json_close(&o, ']');
    return buf_str(&b);
}

static struct webhook_verdict judge(struct env *env, struct take *t, const struct webhook_settings *s)
{
    struct http_pair *headers = arena_array(t->arena, struct http_pair, t->header_count);
    for (size_t i = 0; i < t->header_count; i++) {
        headers[i] = (struct http_pair){t->headers[i].name, t->headers[i].value};
    }
    struct signature_request r = {
        .method = t->method,
        .url = arena_fmt(t->arena, "%.*s%.*s", STR_ARG(env->public_url), STR_ARG(t->target)),
        .headers = headers,
        .header_count = t->header_count,
        .body = t->body,
    };
    return webhook_verify(t->arena, s, &r, t->token, t->received_us);
}

/* Everything that is stored, made from the request. Signature and hash were taken over the original bytes; what
 * is stored has no card data and no key any more. */
static struct inbox_message *to_message(struct take *t, const struct source *s,
                                        const struct webhook_verdict *v)
{
    struct inbox_message *m = arena_new(t->arena, struct inbox_message);
    uint8_t *hash = arena_alloc(t->arena, SECRET_HASH_SIZE);
    secret_sha256(t->body, hash);
    const struct integration_loaded *source = &s->loaded;
    struct given given = given_keys(t, s);
    struct str body =
        blot_secrets(t->arena, t->body, given.list, given.count); /* some say where they send to */
    bool masked = card_mask_json(t->arena, body, &body);
    if (!v->accepted) {
        body = str_sub(body, 0, LIMIT_REJECTED_BODY); /* not before: a number cut in two is none */
    }
    struct str id = v->id.n ? v->id : webhook_body_id(t->arena, source->settings, t->body);
    *m = (struct inbox_message){
        .establishment_id = source->hotel.id,
        .integration_id = source->row.id,
        .received_us = t->received_us,
        .request_id = t->request_id,
        .client = t->client,
        .method = t->method,
        .target = target_text(t, &given),
        .headers = headers_json(t, &given, source->settings),
        .body = str_given(body) ? body : S(""),
        .size = (int64_t)t->body.n,
        .sha256 = {(const char *)hash, SECRET_HASH_SIZE},
        .message_key = id,
        .masked = masked,
        .verdict = v->kind,
        .reason = v->reason,
    };
    return m;
}

/* What one batch judges. */
struct batch {
    struct env *env;
    struct arena *a;
    struct source *sources;
    struct db_conn *hotel, *inbox;   /* snapshots of the two stores */
    struct inbox_message **messages; /* NULL where nothing is to be stored */
    size_t count;                    /* judged so far */
};

/* Whether one more rejected message of the integration may be kept. */
static bool has_room(const struct batch *b, const struct integration_loaded *source, int64_t now_us)
{
    int64_t kept;
    struct err ignored;
    if (!inbox_count_rejected(b->inbox, source->hotel.id, source->row.id, now_us - DAY_US, &kept, &ignored)) {
        return false;
    }
    for (size_t i = 0; i < b->count; i++) {
        const struct inbox_message *m = b->messages[i];
        kept += m && str_eq(m->verdict, S("rejected")) && str_eq(m->integration_id, source->row.id);
    }
    return kept < REJECTED_KEPT_PER_DAY;
}

static void note_secrets(const struct batch *b, struct source *s)
{
    s->secret_count = webhook_secrets(b->a, s->loaded.settings, s->secrets);
    for (size_t i = 0; i < s->secret_count; i++) {
        struct str *secret = &s->secrets[i];
        *secret = str_starts(*secret, S("whsec_")) ? str_sub(*secret, 6, secret->n) : *secret;
    }
}

static const struct source *source_of(struct batch *b, const struct take *t)
{
    for (const struct source *s = b->sources; s; s = s->next) {
        if (str_eq(s->hotel, t->hotel) && str_eq(s->id, t->integration_id)) {
            return s;
        }
    }
    struct source *s = arena_new(b->a, struct source);
    *s = (struct source){.hotel = t->hotel, .id = t->integration_id, .next = b->sources};
    bool known =
        integration_load_settings(b->env, b->hotel, t->hotel, t->integration_id, b->a, &s->loaded, &s->err);
    if (known && s->loaded.connector == &webhook_connector) {
        note_secrets(b, s);
    } else if (known) {
        err_set(&s->err, ERR_NOT_FOUND, "there is nothing here that takes messages",
                "rien ici ne reçoit de messages");
    }
    b->sources = s;
    return s;
}

/* The message to store, or NULL with t->err when nothing is. */
static struct inbox_message *take_one(struct batch *b, struct take *t)
{
    const struct source *s = source_of(b, t);
    if (s->err.code != ERR_NONE) {
        t->err = s->err;
        return NULL;
    }
    const struct integration_loaded *source = &s->loaded;
    struct webhook_verdict v = judge(b->env, t, source->settings);
    if (v.accepted) {
        return to_message(t, s, &v);
    }
    err_set(&t->err, ERR_UNAUTHENTICATED, "the signature or key of this request is missing or wrong",
            "la signature ou la clé de cette requête manque ou est fausse");
    log_event(LOG_WARN, "take.rejected", LOG_STR("integration", source->row.id),
              LOG_STR("request", t->request_id), LOG_STR("reason", v.reason.en));
    return has_room(b, source, t->received_us) ? to_message(t, s, &v) : NULL;
}

struct append {
    struct inbox_message **list;
    size_t count;
};

static bool append_work(struct db_conn *c, void *arg, struct err *e)
{
    struct append *p = arg;
    return inbox_append(c, p->list, p->count, e);
}

static void fail_all(struct take *const *list, struct inbox_message *const *messages, size_t count,
                     const struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        if (messages[i] && list[i]->err.code == ERR_NONE) {
            list[i]->err = *e;
        }
    }
}

static bool judge_all(struct batch *b, struct take *const *list, size_t count, struct err *e)
{
    DB_READ_SCOPE *hotel = db_read(b->env->store->hotel, e);
    if (!hotel) {
        return false;
    }
    DB_READ_SCOPE *inbox = db_read(b->env->store->inbox, e);
    if (!inbox) {
        return false;
    }
    b->hotel = hotel;
    b->inbox = inbox;
    for (; b->count < count; b->count++) {
        b->messages[b->count] = take_one(b, list[b->count]);
    }
    return true;
}

void take_batch(struct env *env, struct take *const *list, size_t count)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX); /* it grows with the number of integrations only */
    struct batch b = {.env = env, .a = &a, .messages = arena_array(&a, struct inbox_message *, count)};
    struct append p = {arena_array(&a, struct inbox_message *, count), 0};
    struct err e = {0};
    for (size_t i = 0; i < count; i++) {
        list[i]->err = (struct err){0};
        list[i]->seq = 0;
    }
    if (!judge_all(&b, list, count, &e)) {
        for (size_t i = 0; i < count; i++) {
            list[i]->err = e;
        }
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (b.messages[i]) {
            p.list[p.count++] = b.messages[i];
        }
    }
    if (p.count && !db_write(env->store->inbox, append_work, &p, &e)) {
        log_event(LOG_ERROR, "take.failed", LOG_I64("messages", (int64_t)p.count),
                  LOG_STR("error", str_of(e.en)));
        fail_all(list, b.messages, count, &e);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        list[i]->seq = b.messages[i] ? b.messages[i]->seq : 0;
    }
}

static bool forget_work(struct db_conn *c, void *arg, struct err *e)
{
    const int64_t *before_us = arg;
    return inbox_forget_rejected(c, *before_us, e);
}

bool take_forget(struct env *env, struct err *e)
{
    int64_t before_us = clock_now_us(&env->clock) - DAY_US;
    return db_write(env->store->inbox, forget_work, &before_us, e);
}
