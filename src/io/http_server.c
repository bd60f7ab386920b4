#include "io/http_server.h"

#include "base/log.h"
#include "io/clock.h"
#include "io/http_exchange.h"
#include "io/http_library.h"
#include "io/http_setup.h"
#include "io/random.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Of a body that is refused, so much is read and thrown away. */
#define DRAIN_MAX (16u << 20)

struct http_server {
    struct http_options o;
    uint16_t port;
    struct arena arena; /* for as long as it lives */
    struct http_library library;
    struct http_conns *conns;
    struct http_exchanges exchanges;
    struct clock clock;
};

/* ---- answers, on the HTTP thread ---- */

static struct http_response fault_response(struct http_exchange *x, enum http_fault f, struct arena *a)
{
    return http_fault_response(f, http_fault_problem(f, x->request.lang, a));
}

/* What the library sends for r; NULL when r cannot be sent. */
static struct MHD_Response *made(struct http_exchange *x, const struct http_response *r, uint64_t *bytes,
                                 struct arena *a)
{
    struct http_answer_headers h;
    bool close_after = x->chunked || atomic_load_explicit(&x->store->stopping, memory_order_relaxed);
    if (!http_answer_headers(&h, r, &x->request, close_after, a)) {
        if (r->body_fd > 0) {
            close(r->body_fd);
        }
        return NULL;
    }
    if (x->stream.open && !x->forced) {
        *bytes = 0;
        http_exchange_keep(x); /* until http_stream_gone() */
        return http_library_stream(http_stream_read, http_stream_gone, x, &h);
    }
    return http_library_answer(r->body, r->body_fd, &h, bytes);
}

/* Queues x->answer. Only where the library takes it: in the first and the last call for a request. */
static bool queue(struct http_exchange *x)
{
    ARENA_SCOPE own = {0}; /* an owner that was forestalled may be using the other one */
    arena_init(&own, SIZE_MAX);
    struct arena *a = x->forced ? &own : &x->arena;
    uint64_t bytes;
    x->status = x->answer.status;
    struct MHD_Response *m = made(x, &x->answer, &bytes, a);
    if (!m) {
        log_event(LOG_ERROR, "http.answer_impossible", LOG_STR("request", x->request.id),
                  LOG_I64("status", x->answer.status));
        struct http_response sorry = fault_response(x, HTTP_FAULT_INTERNAL, a);
        x->status = sorry.status;
        x->forced = true; /* not a stream */
        m = made(x, &sorry, &bytes, a);
    }
    x->answer.body_fd = 0; /* the library's now, or closed */
    bool stream = x->stream.open && !x->forced;
    return m && http_library_queue(x->mhd, x->status, m) &&
           http_conn_enter(x->conn, stream ? HTTP_STREAM : HTTP_SENDING, bytes);
}

/* ---- a request comes in ---- */

static void *begun(void *ctx, void *conn, struct MHD_Connection *m, struct str target)
{
    struct http_server *s = ctx;
    struct http_exchange *x = http_exchange_take(&s->exchanges);
    if (!x) {
        return NULL;
    }
    x->server = s;
    x->mhd = m;
    x->conn = conn;
    x->begun_us = s->o.done ? clock_monotonic_us(&s->clock) : 0;
    x->target_at = target;
    x->target = arena_str(&x->arena, str_sub(target, 0, LIMIT_URL + 1));
    x->request.client = arena_str(&x->arena, http_conn_peer(x->conn));
    x->request.secure = s->o.tls_cert.n > 0;
    http_conn_enter(x->conn, HTTP_HEAD, 0);
    return x;
}

/* The answer is there, but a body is coming that nobody wants: it is thrown away, for a client that writes before it
 * reads would lose the answer if the connection were closed under it. */
static bool drain(struct http_exchange *x)
{
    http_body_open(&x->body, HTTP_BODY_NOWHERE, DRAIN_MAX, 0, &x->arena, S(""), S(""));
    return http_conn_drain(x->conn, http_answer_bytes(&x->answer, &x->request, &x->arena));
}

/* Answers in the first call for a request, when only its head is here. */
static bool answer_early(struct http_exchange *x, const struct http_gate *g, const struct http_response *r)
{
    x->step = HTTP_STEP_ANSWER;
    http_exchange_set_answer(x, r);
    if (!g->chunked && !g->length) {
        return true; /* it is queued in the last call: the connection can go on */
    }
    return g->expects || g->length > DRAIN_MAX ? queue(x) : drain(x); /* queued now, the library closes it */
}

static enum http_fault read_head(struct http_exchange *x, struct http_gate *g, struct str method,
                                 struct str version)
{
    struct http_server *s = x->server;
    struct http_request *r = &x->request;
    r->method = arena_str(&x->arena, method);
    r->received_us = clock_now_us(&s->clock);
    enum http_fault f = http_library_gate(x->mhd, g, method, x->target_at, version, x->headers, &x->arena);
    r->headers = x->headers;
    r->header_count = g->count;
    r->host = g->host;
    r->lang = http_lang(r);
    x->chunked = g->chunked;
    if (http_conn_trusted(x->conn)) {
        http_forwarded(r, s->o.proxies, s->o.proxy_count);
    }
    return f ? f : http_target(r, x->target);
}

static bool on_head(struct http_exchange *x, struct str method, struct str version)
{
    struct http_server *s = x->server;
    struct http_gate g;
    enum http_fault f = read_head(x, &g, method, version);
    if (f) { /* such a request may end elsewhere than it seems: queued now, the library closes the connection */
        x->answer = fault_response(x, f, &x->arena);
        return queue(x);
    }
    struct http_plan plan = {.body_max = LIMIT_BODY};
    if (atomic_load(&x->store->stopping)) {
        f = HTTP_FAULT_STOPPING;
    } else {
        s->o.accept(s->o.ctx, &x->request, &plan);
        if (plan.take == HTTP_TAKE_NOTHING) {
            return answer_early(x, &g, &plan.response);
        }
        f = g.length > plan.body_max ? HTTP_FAULT_BODY_SIZE : HTTP_FINE;
    }
    if (!f && (g.chunked || g.length || plan.take == HTTP_TAKE_FILE)) {
        f = http_body_open(&x->body, plan.take == HTTP_TAKE_FILE ? HTTP_BODY_FILE : HTTP_BODY_MEMORY,
                           plan.body_max, g.length, &x->arena, plan.dir, x->request.id);
    }
    if (f) {
        struct http_response r = fault_response(x, f, &x->arena);
        return answer_early(x, &g, &r);
    }
    x->step = HTTP_STEP_BODY;
    return http_conn_enter(x->conn, HTTP_BODY, 0);
}

static bool on_bytes(struct http_exchange *x, struct str bytes)
{
    http_conn_progress(x->conn, bytes.n);
    enum http_fault f = http_body_add(&x->body, bytes);
    if (!f) {
        return true;
    }
    if (x->step == HTTP_STEP_ANSWER) { /* drained long enough */
        http_conn_give_up(x->conn);
        return false;
    }
    x->step = HTTP_STEP_ANSWER;
    x->answer = fault_response(x, f, &x->arena);
    return drain(x);
}

/* The request is complete: sets the connection aside and hands it over. */
static bool hand_over(struct http_exchange *x)
{
    struct http_server *s = x->server;
    struct http_exchanges *t = x->store;
    enum http_fault f = http_body_done(&x->body);
    x->request.body = http_body_bytes(&x->body);
    x->request.body_path = x->body.path;
    x->request.body_size = x->body.size;
    /* Either this sees `stopping`, or http_server_stop() sees this one in `suspended`. */
    atomic_fetch_add(&t->suspended, 1);
    if (!f && atomic_load(&t->stopping)) {
        f = HTTP_FAULT_STOPPING;
    }
    if (f || !http_conn_enter(x->conn, HTTP_APP, 0)) {
        atomic_fetch_sub(&t->suspended, 1);
        x->answer = fault_response(x, f ? f : HTTP_FAULT_TIMEOUT, &x->arena);
        return f && queue(x);
    }
    http_exchange_keep(x);
    atomic_fetch_add(&t->held, 1);
    x->step = HTTP_STEP_WAIT;
    http_library_suspend(x->mhd);
    atomic_store(&x->turn, HTTP_TURN_OWNER);
    s->o.handle(s->o.ctx, x); /* x may be answered by now */
    return true;
}

/* A connection that was set aside goes on, or is found to be lost. */
static void back(struct http_exchange *x)
{
    if (x->step == HTTP_STEP_WAIT) {
        x->step = HTTP_STEP_ANSWER;
        atomic_fetch_sub(&x->store->suspended, 1);
    }
}

static bool serve(void *ctx, struct str method, struct str version, struct str bytes)
{
    struct http_exchange *x = ctx;
    if (x->step == HTTP_STEP_HEAD) {
        return on_head(x, method, version);
    }
    if (bytes.n) {
        return on_bytes(x, bytes);
    }
    if (x->step == HTTP_STEP_BODY) {
        return hand_over(x);
    }
    back(x);
    return queue(x);
}

static void finished(void *ctx, void *finished_x, bool sent)
{
    struct http_server *s = ctx;
    struct http_exchange *x = finished_x;
    back(x);
    if (x->answer.body_fd > 0) { /* ready, but there was nobody to send it to */
        close(x->answer.body_fd);
    }
    x->answer = (struct http_response){0};
    if (x->stream.open) {
        http_stream_lost(x);
    }
    if (s->o.done) {
        s->o.done(s->o.ctx, &x->request, sent ? x->status : 0, clock_monotonic_us(&s->clock) - x->begun_us);
    }
    http_conn_enter(x->conn, HTTP_IDLE, 0);
    http_exchange_release(x);
}

/* ---- connections ---- */

static bool welcome(void *ctx, const struct http_address *peer)
{
    struct http_server *s = ctx;
    return http_conns_welcome(s->conns, peer);
}

static void *opened(void *ctx, const struct http_address *peer, int fd)
{
    struct http_server *s = ctx;
    return http_conns_add(s->conns, peer, fd);
}

static void closed(void *ctx, void *conn)
{
    struct http_server *s = ctx;
    http_conns_remove(s->conns, conn);
}

/* ---- answering, on any thread ---- */

struct http_request *http_exchange_request(struct http_exchange *x)
{
    return &x->request;
}

void http_answer(struct http_exchange *x, const struct http_response *r)
{
    struct http_exchanges *t = x->store;
    atomic_fetch_add(&t->resuming, 1);
    if (http_exchange_take_turn(x)) {
        http_exchange_set_answer(x, r);
        http_library_resume(x->mhd);
    } else if (r->body_fd > 0) { /* the server is stopping and has answered itself */
        close(r->body_fd);
    }
    atomic_fetch_sub(&t->resuming, 1);
    http_exchange_release(x);
    atomic_fetch_sub(&t->held, 1); /* last: from here on the server may be gone */
}

/* ---- starting and stopping ---- */

static bool start(struct http_server *s, int fd, struct err *e)
{
    ARENA_SCOPE pem = {0}; /* the library reads both while it starts */
    arena_init(&pem, SIZE_MAX);
    const char *cert = NULL, *key = NULL;
    bool fine = !s->o.tls_cert.n || ((cert = http_read_pem(&pem, s->o.tls_cert, e)) &&
                                     (key = http_read_pem(&pem, s->o.tls_key, e)));
    struct str problem = http_fault_problem(HTTP_FAULT_TIMEOUT, LANG_EN, &s->arena);
    struct http_response late = http_fault_response(HTTP_FAULT_TIMEOUT, problem);
    struct http_request nobody = {.id = S("")};
    struct http_conns_options c = {.idle_us = s->o.idle_ms * 1000,
                                   .head_us = s->o.head_ms * 1000,
                                   .grace_us = s->o.grace_ms * 1000,
                                   .bytes_per_s = s->o.bytes_per_s,
                                   .per_peer = s->o.connections_peer,
                                   .trusted = s->o.proxies,
                                   .trusted_count = s->o.proxy_count,
                                   .tls = cert != NULL,
                                   .late = http_answer_bytes(&late, &nobody, &s->arena)};
    s->conns = fine ? http_conns_open(&c, e) : NULL;
    if (!s->conns) {
        close(fd);
        return false;
    }
    fine = http_library_start(&s->library, fd, &s->o, cert, key, e);
    if (key) {
        explicit_bzero((void *)(uintptr_t)key, strlen(key));
    }
    return fine;
}

static void destroy(struct http_server *s)
{
    http_conns_close(s->conns);
    http_exchanges_close(&s->exchanges);
    arena_free(&s->arena);
    free(s);
}

bool http_server_start(const struct http_options *o, struct http_server **out, struct err *e)
{
    *out = NULL;
    struct http_address address;
    uint16_t port;
    int fd;
    if (!http_listen(o->listen, &fd, &port, &address, e)) {
        return false;
    }
    if (!http_options_check(o, &address, e)) {
        close(fd);
        return false;
    }
    struct http_server *s = calloc(1, sizeof(*s));
    if (!s) {
        close(fd);
        return err_set(e, ERR_INTERNAL, "There is not enough memory to start.",
                       "La mémoire disponible ne suffit pas pour démarrer.");
    }
    uint64_t id_key;
    struct random random = random_system();
    random_bytes(&random, &id_key, sizeof(id_key));
    http_exchanges_open(&s->exchanges, id_key);
    arena_init(&s->arena, SIZE_MAX);
    s->o = http_options_copy(o, &s->arena);
    s->port = port;
    s->clock = clock_system();
    s->library = (struct http_library){.ctx = s,
                                       .welcome = welcome,
                                       .opened = opened,
                                       .closed = closed,
                                       .begun = begun,
                                       .serve = serve,
                                       .finished = finished};
    if (!start(s, fd, e)) {
        destroy(s);
        return false;
    }
    *out = s;
    return true;
}

uint16_t http_server_port(const struct http_server *s)
{
    return s->port;
}

size_t http_server_connections(struct http_server *s)
{
    return http_conns_count(s->conns);
}

/* Waits until the number is zero, or for most_us (< 0: however long). */
static bool wait_for_none(struct http_server *s, atomic_size_t *number, int64_t most_us)
{
    int64_t until = clock_monotonic_us(&s->clock) + most_us;
    while (atomic_load(number)) {
        if (most_us >= 0 && clock_monotonic_us(&s->clock) >= until) {
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return true;
}

/* Answers in the place of owners who have not, and ends streams. Their arenas are theirs: nothing is made in them. */
static void answer_for_owners(struct http_server *s, const struct str problem[static 2])
{
    struct http_exchanges *t = &s->exchanges;
    for (struct http_exchange *x = http_exchanges_all(t); x; x = x->next_all) {
        atomic_fetch_add(&t->resuming, 1);
        if (http_exchange_take_turn(x)) {
            x->forced = true;
            x->answer = http_fault_response(HTTP_FAULT_STOPPING, problem[x->request.lang == LANG_FR]);
            http_library_resume(x->mhd);
        }
        atomic_fetch_sub(&t->resuming, 1);
        http_stream_stop(x);
    }
}

void http_server_stop(struct http_server *s)
{
    if (!s) {
        return;
    }
    struct http_exchanges *t = &s->exchanges;
    atomic_store(&t->stopping, true);
    http_library_refuse_new(&s->library);
    struct str problem[2] = {http_fault_problem(HTTP_FAULT_STOPPING, LANG_EN, &s->arena),
                             http_fault_problem(HTTP_FAULT_STOPPING, LANG_FR, &s->arena)};
    for (struct http_exchange *x = http_exchanges_all(t); x; x = x->next_all) {
        http_stream_stop(x);
    }
    wait_for_none(s, &t->suspended, s->o.stop_grace_ms * 1000);
    do {
        answer_for_owners(s, problem);
    } while (!wait_for_none(s, &t->suspended, 10000));
    /* Answers that are on their way get a moment; whoever still sends a request does not. */
    http_conns_hang_up(s->conns);
    for (int i = 0; i < 500 && http_conns_count(s->conns); i++) {
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    http_conns_cut_all(s->conns);
    wait_for_none(s, &t->resuming, -1);
    http_library_stop(&s->library);
    wait_for_none(s, &t->held, -1);
    destroy(s);
}
