#include "api/api.h"

#include "api/dispatch.h"
#include "api/known.h"
#include "api/live.h"
#include "base/log.h"
#include "hub/take.h"
#include "io/batcher.h"
#include "io/worker.h"

#include <stdatomic.h>

#define WEBHOOK_THREADS 2 /* one verifies while the other's commit is under way */
#define LOGIN_WORKERS   2 /* as many as passwords may be hashed at once (io/secret.h) */

struct api {
    struct arena arena; /* this struct lies in it */
    struct api_options o;
    struct auth_site site;
    struct http_server *server;
    struct worker_pool *quick, *slow, *login;
    struct batcher *webhooks;
    struct known known;
    struct live live;
    atomic_uint new_uploads; /* under way, by unknown senders */
};

/* --- webhooks --- */

static struct take *take_of(struct api_call *c)
{
    struct http_request *r = c->request;
    struct take *t = arena_new(c->arena, struct take);
    struct take_header *headers = arena_array(c->arena, struct take_header, r->header_count);
    for (size_t i = 0; i < r->header_count; i++) {
        headers[i] = (struct take_header){r->headers[i].name, r->headers[i].value};
    }
    struct str token = api_param(c, "token");
    *t = (struct take){
        .arena = c->arena,
        .hotel = api_param(c, "hotel"),
        .integration_id = api_param(c, "id"),
        .token = str_given(token) ? token : http_query(r, S("token")),
        .method = r->method,
        .target = r->target,
        .client = r->client,
        .request_id = r->id,
        .headers = headers,
        .header_count = r->header_count,
        .body = str_given(r->body) ? r->body : S(""),
        .received_us = r->received_us,
    };
    return t;
}

static void answer_taken(struct api_call *c, const struct take *t)
{
    if (t->err.code != ERR_NONE) {
        struct http_response problem = api_failure(c, &t->err);
        http_answer(c->exchange, &problem);
        return;
    }
    struct json_out *o = api_json(c);
    json_open(o, '{');
    json_member_bool(o, S("received"), true);
    api_member_id(o, S("id"), t->seq);
    json_close(o, '}');
    api_send(c, 200);
    http_answer(c->exchange, &c->answer);
}

/* On the batch's thread: one commit for all, then the answers. */
static void take_all(void *ctx, void **items, size_t count)
{
    struct api *api = ctx;
    bool taken = false;
    ARENA_SCOPE a;
    arena_init(&a, 1u << 20);
    struct take **list = arena_array(&a, struct take *, count);
    for (size_t i = 0; i < count; i++) {
        list[i] = take_of(items[i]);
    }
    take_batch(api->o.env, list, count);
    for (size_t i = 0; i < count; i++) {
        taken = taken || list[i]->err.code == ERR_NONE;
    }
    if (taken && api->o.on_taken) {
        api->o.on_taken(api->o.ctx);
    }
    for (size_t i = 0; i < count; i++) {
        answer_taken(items[i], list[i]);
    }
}

/* --- the way of a request --- */

static struct http_response busy(struct api_call *c)
{
    struct err e;
    err_set(&e, ERR_BUSY, "the server has more to do than it can; try again in a moment",
            "le serveur a trop à faire ; réessayez dans un instant");
    return api_failure(c, &e);
}

static bool plan_upload(struct api *api, struct api_call *c, struct http_plan *plan)
{
    plan->take = HTTP_TAKE_FILE;
    plan->dir = api->o.upload_dir;
    plan->body_max = API_UPLOAD_MAX;
    if (known_has(&api->known, c->credentials.text, clock_now_us(&api->o.env->clock))) {
        return true;
    }
    plan->body_max = API_UPLOAD_NEW_MAX;
    c->counted = true;
    return atomic_fetch_add(&api->new_uploads, 1) < API_UPLOADS_NEW;
}

static void on_accept(void *ctx, struct http_request *head, struct http_plan *plan)
{
    struct api *api = ctx;
    struct api_call *c = arena_new(head->arena, struct api_call);
    *c = (struct api_call){.api = api,
                           .options = &api->o,
                           .env = api->o.env,
                           .request = head,
                           .arena = head->arena,
                           .lang = head->lang,
                           .known = &api->known};
    head->app = c;
    if (!dispatch_head(c, &api->site) || c->route->lane == API_LANE_NOW) {
        plan->take = HTTP_TAKE_NOTHING;
        plan->response = c->answer;
    } else if (c->route->body == API_BODY_FILE && !plan_upload(api, c, plan)) {
        plan->take = HTTP_TAKE_NOTHING;
        plan->response = busy(c);
    }
}

static void work(void *arg)
{
    struct api_call *c = arg;
    dispatch_run(c);
    if (c->live) {
        live_open(&c->api->live, c);
    } else {
        http_answer(c->exchange, &c->answer);
    }
}

static bool queue(struct api *api, struct api_call *c)
{
    switch (c->route->lane) {
    case API_LANE_WEBHOOK:
        return batcher_submit(api->webhooks, c);
    case API_LANE_LOGIN:
        return worker_submit(api->login, work, c);
    case API_LANE_LONG:
        return worker_submit(api->slow, work, c);
    case API_LANE_NOW:
    case API_LANE_QUICK:
        break;
    }
    return worker_submit(api->quick, work, c);
}

static void on_request(void *ctx, struct http_exchange *x)
{
    struct api_call *c = http_exchange_request(x)->app;
    c->exchange = x;
    if (!queue(ctx, c)) {
        struct http_response answer = busy(c);
        http_answer(x, &answer);
    }
}

/* The route and not the address: an address can carry a key. */
static void on_done(void *ctx, const struct http_request *r, int status, int64_t took_us)
{
    struct api *api = ctx;
    const struct api_call *c = r->app;
    if (c && c->counted) {
        atomic_fetch_sub(&api->new_uploads, 1);
    }
    /* An unknown method or version is the client's own affair, and what stands in their place could be anything. */
    bool trouble = status >= 500 && status != 501 && status != 505;
    enum log_level level = trouble ? LOG_WARN : LOG_DEBUG;
    if (log_on(level)) {
        log_event(level, "http.done", LOG_STR("request", r->id), LOG_STR("client", r->client),
                  LOG_STR("method", c ? r->method : S("-")),
                  LOG_STR("route", str_of(c && c->route ? c->route->pattern : "-")),
                  LOG_I64("status", status), LOG_I64("took_us", took_us));
    }
}

/* --- starting and stopping --- */

static bool listens_on_loopback(struct str listen)
{
    struct http_address address;
    struct str host = listen;
    for (size_t i = listen.n; i > 0; i--) {
        if (listen.p[i - 1] == ':') {
            host = str_sub(listen, 0, i - 1);
            break;
        }
    }
    return str_eq_nocase(host, S("localhost")) ||
           (http_address_parse(host, &address) && http_address_is_loopback(&address));
}

static bool start_workers(struct api *api, struct err *e)
{
    const struct api_options *o = &api->o;
    size_t queue_max = o->queue_max ? o->queue_max : 1024;
    return (api->quick = worker_start(o->quick_workers ? o->quick_workers : 8, queue_max, e)) &&
           (api->slow = worker_start(o->long_workers ? o->long_workers : 4, queue_max, e)) &&
           (api->login = worker_start(LOGIN_WORKERS, queue_max < 64 ? queue_max : 64, e)) &&
           (api->webhooks = batcher_start(take_all, api, queue_max * 4, o->batch_max ? o->batch_max : 512,
                                          WEBHOOK_THREADS, e));
}

bool api_start(const struct api_options *o, struct api **out, struct err *e)
{
    struct arena a;
    arena_init(&a, 1u << 20);
    struct api *api = arena_new(&a, struct api);
    *api = (struct api){.arena = a, .o = *o};
    known_init(&api->known);
    api->site = (struct auth_site){o->public_url, listens_on_loopback(o->listen)};
    struct http_options http = {
        .listen = o->listen,
        .tls_cert = o->tls_cert,
        .tls_key = o->tls_key,
        .proxies = o->proxies,
        .proxy_count = o->proxy_count,
        .ctx = api,
        .accept = on_accept,
        .handle = on_request,
        .done = on_done,
        .stop_grace_ms = o->stop_grace_ms,
    };
    if (!start_workers(api, e) || !live_start(&api->live, o->env, e) ||
        !http_server_start(&http, &api->server, e)) {
        api_stop(api);
        return false;
    }
    *out = api;
    return true;
}

uint16_t api_port(const struct api *api)
{
    return http_server_port(api->server);
}

void api_stop(struct api *api)
{
    if (!api) {
        return;
    }
    /* Streams have no end of their own. Then the server: it waits for the answers that workers and batch still give. */
    live_stop(&api->live);
    http_server_stop(api->server);
    batcher_stop(api->webhooks);
    worker_stop(api->quick);
    worker_stop(api->slow);
    worker_stop(api->login);
    known_destroy(&api->known);
    struct arena a = api->arena;
    arena_free(&a);
}
