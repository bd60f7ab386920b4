#include "io/http_server.h"

#include "base/log.h"
#include "io/clock.h"
#include "io/http_answer.h"
#include "io/http_conn.h"
#include "io/http_exchange.h"
#include "io/http_gate.h"
#include "io/http_setup.h"
#include "io/random.h"

#include <fcntl.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What the library may use for one connection: the largest head that is taken, its list of headers, a copy of its
 * cookies, and the head of the answer. */
#define CONNECTION_BYTES (80u << 10)
/* Of a body that is refused, so much is read and thrown away. */
#define DRAIN_MAX (16u << 20)

/* TLS 1.2 and 1.3, ephemeral key exchange and authenticated ciphers only (GnuTLS manual, "Priority Strings"). */
static const char priorities[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:"
    "-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:%SERVER_PRECEDENCE";

struct http_server {
    struct http_options o;
    struct MHD_Daemon *daemon;
    uint16_t port;
    struct arena arena; /* what the answers of http_server_stop() and of late connections point to */
    struct http_conns *conns;
    struct http_exchanges exchanges;
    struct clock clock;
    uint64_t id_key;
    atomic_uint_fast64_t ids;
    atomic_bool stopping;
    atomic_size_t suspended; /* connections set aside */
    atomic_size_t resuming;  /* threads that are about to give one back */
    atomic_size_t held;      /* exchanges that their owners have not answered */
    char log[200];           /* the library's first complaint, which says why it does not start */
    atomic_bool logged;
};

/* ---- answers ---- */

static struct MHD_Response *body_of(const struct http_response *r, uint64_t *bytes)
{
    *bytes = r->body.n;
    if (r->body_fd <= 0) {
        return MHD_create_response_from_buffer(r->body.n, (void *)(uintptr_t)(r->body.n ? r->body.p : ""),
                                               MHD_RESPMEM_PERSISTENT);
    }
    struct stat st;
    struct MHD_Response *m = NULL;
    if (!fstat(r->body_fd, &st) && S_ISREG(st.st_mode)) {
        *bytes = (uint64_t)st.st_size;
        m = MHD_create_response_from_fd64(*bytes, r->body_fd);
    }
    if (!m) {
        close(r->body_fd);
    }
    return m;
}

/* Makes x->response; scratch is used up to the end of the call. */
static bool prepare(struct http_exchange *x, const struct http_response *r, struct arena *scratch)
{
    bool close = x->chunked || atomic_load_explicit(&x->server->stopping, memory_order_relaxed);
    struct http_answer_headers h;
    bool fine = http_answer_headers(&h, r, &x->request, close, scratch);
    x->status = r->status;
    x->response = body_of(r, &x->answer_bytes);
    for (size_t i = 0; fine && x->response && i < h.count; i++) {
        fine = MHD_add_response_header(x->response, h.name[i], h.value[i]) == MHD_YES;
    }
    if (!fine && x->response) {
        MHD_destroy_response(x->response);
        x->response = NULL;
    }
    return x->response != NULL;
}

static struct http_response fault_response(struct http_exchange *x, enum http_fault f)
{
    return http_fault_response(f, http_fault_problem(f, x->request.lang, &x->arena));
}

static void answer(struct http_exchange *x, const struct http_response *r)
{
    if (!prepare(x, r, &x->arena)) {
        log_event(LOG_ERROR, "http.answer_impossible", LOG_STR("request", str_of(x->id)),
                  LOG_I64("status", r->status));
        struct http_response sorry = fault_response(x, HTTP_FAULT_INTERNAL);
        prepare(x, &sorry, &x->arena); /* when that fails too, the connection is closed */
    }
}

/* Only where the library takes an answer: in the first and the last call for a request. */
static enum MHD_Result queue(struct http_exchange *x)
{
    struct MHD_Response *m = x->response;
    x->response = NULL;
    if (!m) {
        return MHD_NO;
    }
    enum MHD_Result sent = MHD_NO;
    if (http_conn_enter(x->conn, HTTP_SENDING, x->answer_bytes)) {
        sent = MHD_queue_response(x->mhd, (unsigned)x->status, m);
    }
    MHD_destroy_response(m);
    return sent;
}

/* ---- a request comes in ---- */

/* The request line is here. What uri points to is altered after this, so it is copied. */
static void *begin(void *ctx, const char *uri, struct MHD_Connection *mhd)
{
    struct http_server *s = ctx;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct http_exchange *x = info && info->socket_context ? http_exchange_take(&s->exchanges) : NULL;
    if (!x) {
        return NULL;
    }
    x->server = s;
    x->mhd = mhd;
    x->conn = info->socket_context;
    x->step = HTTP_STEP_HEAD;
    x->chunked = false;
    x->response = NULL;
    x->status = 0;
    x->begun_us = clock_monotonic_us(&s->clock);
    x->target_at = uri ? uri : "";
    x->target_size = strlen(x->target_at);
    x->target = arena_str(&x->arena, str_sub(str_of(x->target_at), 0, LIMIT_URL + 1));
    x->request.client = arena_str(&x->arena, http_conn_peer(x->conn));
    x->request.secure = s->o.tls_cert.n > 0;
    http_exchange_name(x, s->id_key, atomic_fetch_add_explicit(&s->ids, 1, memory_order_relaxed));
    http_conn_enter(x->conn, HTTP_HEAD, 0);
    return x;
}

static enum MHD_Result gate_header(void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                   const char *value, size_t value_size)
{
    (void)kind;
    return http_gate_header(ctx, (struct str){name, name_size}, (struct str){value, value_size}) ? MHD_YES
                                                                                                 : MHD_NO;
}

/* The answer is there, but a body is coming that nobody wants: it is thrown away, for a client that writes before it
 * reads would lose the answer if the connection were closed under it. */
static enum MHD_Result drain(struct http_exchange *x, const struct http_response *r)
{
    x->step = HTTP_STEP_ANSWER;
    http_body_open(&x->body, HTTP_BODY_NOWHERE, DRAIN_MAX, 0, &x->arena, S(""), S(""));
    return http_conn_drain(x->conn, http_answer_bytes(r, &x->request, &x->arena)) ? MHD_YES : MHD_NO;
}

/* Answers in the first call for a request, when only its head is here. */
static enum MHD_Result answer_early(struct http_exchange *x, const struct http_gate *g,
                                    const struct http_response *r)
{
    answer(x, r);
    x->step = HTTP_STEP_ANSWER;
    if (!g->chunked && !g->length) {
        return MHD_YES; /* it is queued in the last call: the connection can go on */
    }
    return g->expects || g->length > DRAIN_MAX ? queue(x)
                                               : drain(x, r); /* queued now, the library closes it */
}

static enum http_fault read_head(struct http_exchange *x, struct http_gate *g, const char *method,
                                 const char *version)
{
    struct http_server *s = x->server;
    struct http_request *r = &x->request;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    r->method = arena_str(&x->arena, str_of(method));
    r->received_us = clock_now_us(&s->clock);
    http_gate_open(g, (struct str){method, info ? info->header_size : 0}, str_of(method),
                   (struct str){x->target_at, x->target_size}, str_of(version), x->headers, &x->arena);
    MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, gate_header, g);
    enum http_fault f = http_gate_close(g);
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

static enum MHD_Result on_head(struct http_exchange *x, const char *method, const char *version)
{
    struct http_server *s = x->server;
    struct http_gate g;
    enum http_fault f = read_head(x, &g, method, version);
    if (f) { /* such a request may end elsewhere than it seems: the library closes the connection */
        struct http_response r = fault_response(x, f);
        answer(x, &r);
        return queue(x);
    }
    struct http_plan plan = {.body_max = LIMIT_BODY};
    if (atomic_load(&s->stopping)) {
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
        struct http_response r = fault_response(x, f);
        return answer_early(x, &g, &r);
    }
    x->step = HTTP_STEP_BODY;
    return http_conn_enter(x->conn, HTTP_BODY, 0) ? MHD_YES : MHD_NO;
}

static enum MHD_Result on_bytes(struct http_exchange *x, struct str bytes)
{
    http_conn_progress(x->conn, bytes.n);
    enum http_fault f = http_body_add(&x->body, bytes);
    if (!f) {
        return MHD_YES;
    }
    if (x->step == HTTP_STEP_ANSWER) { /* long enough */
        http_conn_give_up(x->conn);
        return MHD_NO;
    }
    struct http_response r = fault_response(x, f);
    answer(x, &r);
    return drain(x, &r);
}

/* The request is complete: sets the connection aside and hands it over. */
static enum MHD_Result hand_over(struct http_exchange *x)
{
    struct http_server *s = x->server;
    enum http_fault f = http_body_done(&x->body);
    x->request.body = http_body_bytes(&x->body);
    x->request.body_path = x->body.path;
    x->request.body_size = x->body.size;
    /* Either this sees `stopping`, or http_server_stop() sees this one in `suspended`. */
    atomic_fetch_add(&s->suspended, 1);
    if (!f && atomic_load(&s->stopping)) {
        f = HTTP_FAULT_STOPPING;
    }
    if (f || !http_conn_enter(x->conn, HTTP_APP, 0)) {
        atomic_fetch_sub(&s->suspended, 1);
        if (!f) {
            return MHD_NO;
        }
        struct http_response r = fault_response(x, f);
        answer(x, &r);
        return queue(x);
    }
    http_exchange_keep(x);
    atomic_fetch_add(&s->held, 1);
    x->step = HTTP_STEP_WAIT;
    MHD_suspend_connection(x->mhd);
    atomic_store(&x->turn, HTTP_TURN_OWNER);
    s->o.handle(s->o.ctx, x); /* x may be answered by now */
    return MHD_YES;
}

/* A connection that was set aside goes on, or is found to be lost. */
static void back(struct http_exchange *x)
{
    if (x->step == HTTP_STEP_WAIT) {
        x->step = HTTP_STEP_ANSWER;
        atomic_fetch_sub(&x->server->suspended, 1);
    }
}

/* The library calls this when a head is complete, for each piece of a body, at the end of the request, and again
 * when a connection that was set aside goes on. */
static enum MHD_Result serve(void *ctx, struct MHD_Connection *mhd, const char *url, const char *method,
                             const char *version, const char *data, size_t *size, void **slot)
{
    (void)ctx;
    (void)mhd;
    (void)url;
    struct http_exchange *x = *slot;
    if (!x) {
        return MHD_NO;
    }
    if (x->step == HTTP_STEP_HEAD) {
        return on_head(x, method, version);
    }
    if (*size) {
        struct str bytes = {data, *size};
        *size = 0;
        return on_bytes(x, bytes);
    }
    if (x->step == HTTP_STEP_BODY) {
        return hand_over(x);
    }
    back(x);
    return queue(x);
}

static void finished(void *ctx, struct MHD_Connection *mhd, void **slot, enum MHD_RequestTerminationCode code)
{
    (void)mhd;
    struct http_server *s = ctx;
    struct http_exchange *x = *slot;
    *slot = NULL;
    if (!x) {
        return;
    }
    back(x);
    if (x->response) { /* ready, but there was nobody to send it to */
        MHD_destroy_response(x->response);
        x->response = NULL;
    }
    if (s->o.done) {
        int status = code == MHD_REQUEST_TERMINATED_COMPLETED_OK ? x->status : 0;
        s->o.done(s->o.ctx, &x->request, status, clock_monotonic_us(&s->clock) - x->begun_us);
    }
    http_conn_enter(x->conn, HTTP_IDLE, 0);
    http_exchange_release(&s->exchanges, x);
}

/* ---- connections ---- */

static enum MHD_Result welcome(void *ctx, const struct sockaddr *sa, socklen_t n)
{
    (void)n;
    struct http_server *s = ctx;
    struct http_address peer;
    return http_address_of(sa, &peer) && http_conns_welcome(s->conns, &peer) ? MHD_YES : MHD_NO;
}

static void connection(void *ctx, struct MHD_Connection *mhd, void **slot,
                       enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = ctx;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        http_conns_remove(s->conns, *slot);
        *slot = NULL;
        return;
    }
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const union MHD_ConnectionInfo *fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct http_address peer;
    if (address && fd && http_address_of(address->client_addr, &peer)) {
        *slot = http_conns_add(s->conns, &peer, fd->connect_fd);
    }
}

/* ---- answering ---- */

struct http_request *http_exchange_request(struct http_exchange *x)
{
    return &x->request;
}

static bool take_turn(struct http_exchange *x)
{
    int owner = HTTP_TURN_OWNER;
    return atomic_compare_exchange_strong(&x->turn, &owner, HTTP_TURN_ANSWERED);
}

void http_answer(struct http_exchange *x, const struct http_response *r)
{
    struct http_server *s = x->server;
    atomic_fetch_add(&s->resuming, 1);
    if (take_turn(x)) {
        answer(x, r);
        MHD_resume_connection(x->mhd);
    } else if (r->body_fd > 0) { /* the server is stopping and has answered itself */
        close(r->body_fd);
    }
    atomic_fetch_sub(&s->resuming, 1);
    http_exchange_release(&s->exchanges, x);
    atomic_fetch_sub(&s->held, 1); /* last: from here on the server may be gone */
}

/* ---- starting and stopping ---- */

__attribute__((format(printf, 2, 0))) static void library_log(void *ctx, const char *fmt, va_list args)
{
    struct http_server *s = ctx;
    char text[sizeof(s->log)];
    vsnprintf(text, sizeof(text), fmt, args);
    struct str line = str_trim(str_of(text));
    if (!atomic_exchange(&s->logged, true)) {
        memcpy(s->log, text, sizeof(text));
    }
    log_event(LOG_DEBUG, "http.library", LOG_STR("text", line));
}

/* Targets are decoded by http_target(), from a copy. */
static size_t keep_escaped(void *ctx, struct MHD_Connection *mhd, char *text)
{
    (void)ctx;
    (void)mhd;
    return strlen(text);
}

static struct MHD_Daemon *start_library(struct http_server *s, int fd, const char *cert, const char *key)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem more[4] = {{MHD_OPTION_END, 0, NULL}};
    size_t n = 0;
    if (cert) {
        flags |= MHD_USE_TLS;
        more[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert};
        more[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key};
        more[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)priorities};
    }
    more[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    sigset_t all, before; /* the library's threads inherit the mask */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    /* Not strict: in that mode it answers itself what the gate would answer better, or just hangs up. */
    struct MHD_Daemon *d = MHD_start_daemon(
        flags, 0, welcome, s, serve, s, MHD_OPTION_EXTERNAL_LOGGER, library_log, s, MHD_OPTION_LISTEN_SOCKET,
        fd, MHD_OPTION_THREAD_POOL_SIZE, s->o.threads > 1 ? s->o.threads : 0u, MHD_OPTION_CONNECTION_LIMIT,
        s->o.connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_URI_LOG_CALLBACK, begin, s, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, finished, s, MHD_OPTION_NOTIFY_CONNECTION,
        connection, s, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return d;
}

static bool start(struct http_server *s, int fd, struct err *e)
{
    ARENA_SCOPE pem = {0}; /* the library reads both while it starts */
    arena_init(&pem, SIZE_MAX);
    const char *cert = NULL, *key = NULL;
    if (s->o.tls_cert.n &&
        (!(cert = http_read_pem(&pem, s->o.tls_cert, e)) || !(key = http_read_pem(&pem, s->o.tls_key, e)))) {
        close(fd);
        return false;
    }
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
    s->conns = http_conns_open(&c, e);
    if (!s->conns) {
        close(fd);
        return false;
    }
    s->daemon =
        start_library(s, fd, cert, key); /* the socket is the library's from here on, also when it fails */
    if (key) {
        explicit_bzero((void *)(uintptr_t)key, strlen(key));
    }
    if (!s->daemon) {
        struct str log = str_trim(str_of(s->log));
        return err_set(e, cert ? ERR_INVALID : ERR_INTERNAL, "The HTTP server did not start: %.*s",
                       "Le serveur HTTP n’a pas démarré : %.*s", STR_ARG(log));
    }
    return true;
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
    struct http_server *s = http_options_check(o, &address, e) ? calloc(1, sizeof(*s)) : NULL;
    if (!s) {
        close(fd);
        return false;
    }
    arena_init(&s->arena, SIZE_MAX);
    http_exchanges_open(&s->exchanges);
    s->o = http_options_copy(o, &s->arena);
    s->port = port;
    s->clock = clock_system();
    struct random random = random_system();
    random_bytes(&random, &s->id_key, sizeof(s->id_key));
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

/* Answers in the place of owners who have not. Their arenas are theirs, so that nothing is made in those. */
static void answer_for_owners(struct http_server *s, const struct str problem[static 2])
{
    ARENA_SCOPE scratch = {0};
    arena_init(&scratch, SIZE_MAX);
    for (struct http_exchange *x = http_exchanges_all(&s->exchanges); x; x = x->next_all) {
        atomic_fetch_add(&s->resuming, 1);
        if (take_turn(x)) {
            struct http_response r =
                http_fault_response(HTTP_FAULT_STOPPING, problem[x->request.lang == LANG_FR]);
            prepare(x, &r, &scratch);
            MHD_resume_connection(x->mhd);
        }
        atomic_fetch_sub(&s->resuming, 1);
    }
}

void http_server_stop(struct http_server *s)
{
    if (!s) {
        return;
    }
    atomic_store(&s->stopping, true);
    int fd = MHD_quiesce_daemon(s->daemon);
    if (fd >= 0) {
        close(fd);
    }
    struct str problem[2] = {http_fault_problem(HTTP_FAULT_STOPPING, LANG_EN, &s->arena),
                             http_fault_problem(HTTP_FAULT_STOPPING, LANG_FR, &s->arena)};
    wait_for_none(s, &s->suspended, s->o.stop_grace_ms * 1000);
    do {
        answer_for_owners(s, problem);
    } while (!wait_for_none(s, &s->suspended, 10000));
    /* Answers that are on their way get a moment; whoever still sends a request does not. */
    http_conns_hang_up(s->conns);
    for (int i = 0; i < 500 && http_conns_count(s->conns); i++) {
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    http_conns_cut_all(s->conns);
    wait_for_none(s, &s->resuming, -1);
    MHD_stop_daemon(s->daemon);
    wait_for_none(s, &s->held, -1);
    destroy(s);
}
