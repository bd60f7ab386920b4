#include "io/http_library.h"

#include "base/log.h"

#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the library may use for one connection: the largest head that is taken, its list of headers, a copy of its
 * cookies (unless they are larger than anyone's), the head of the answer. It clears all of it between requests, so that
 * more costs time. */
#define CONNECTION_BYTES (48u << 10)
#define STREAM_BYTES     4096u

/* TLS 1.2 and 1.3, ephemeral key exchange and authenticated ciphers only (GnuTLS manual, "Priority Strings"). */
static const char priorities[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:"
    "-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:%SERVER_PRECEDENCE";

__attribute__((format(printf, 2, 0))) static void log_text(void *ctx, const char *fmt, va_list args)
{
    struct http_library *l = ctx;
    char text[sizeof(l->log)];
    vsnprintf(text, sizeof(text), fmt, args);
    if (!atomic_exchange(&l->logged, true)) {
        memcpy(l->log, text, sizeof(text));
    }
    log_event(LOG_DEBUG, "http.library", LOG_STR("text", str_trim(str_of(text))));
}

/* Targets are decoded by http_target(), from a copy. */
static size_t keep_escaped(void *ctx, struct MHD_Connection *m, char *text)
{
    (void)ctx;
    (void)m;
    return strlen(text);
}

static enum MHD_Result welcome(void *ctx, const struct sockaddr *sa, socklen_t n)
{
    (void)n;
    struct http_library *l = ctx;
    struct http_address peer;
    return http_address_of(sa, &peer) && l->welcome(l->ctx, &peer) ? MHD_YES : MHD_NO;
}

static void connection(void *ctx, struct MHD_Connection *m, void **slot,
                       enum MHD_ConnectionNotificationCode code)
{
    struct http_library *l = ctx;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        l->closed(l->ctx, *slot);
        *slot = NULL;
        return;
    }
    const union MHD_ConnectionInfo *address = MHD_get_connection_info(m, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const union MHD_ConnectionInfo *fd = MHD_get_connection_info(m, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct http_address peer;
    if (address && fd && http_address_of(address->client_addr, &peer)) {
        *slot = l->opened(l->ctx, &peer, fd->connect_fd);
    }
}

static void *begun(void *ctx, const char *uri, struct MHD_Connection *m)
{
    struct http_library *l = ctx;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(m, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info && info->socket_context ? l->begun(l->ctx, info->socket_context, m, str_of(uri ? uri : ""))
                                        : NULL;
}

static enum MHD_Result serve(void *ctx, struct MHD_Connection *m, const char *url, const char *method,
                             const char *version, const char *data, size_t *size, void **slot)
{
    (void)m;
    (void)url;
    struct http_library *l = ctx;
    struct str bytes = {data, *size};
    *size = 0; /* all of it is taken */
    return *slot && l->serve(*slot, str_of(method), str_of(version), bytes) ? MHD_YES : MHD_NO;
}

static void finished(void *ctx, struct MHD_Connection *m, void **slot, enum MHD_RequestTerminationCode code)
{
    (void)m;
    struct http_library *l = ctx;
    void *x = *slot;
    *slot = NULL;
    if (x) {
        l->finished(l->ctx, x, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    }
}

static struct MHD_OptionItem text_option(enum MHD_OPTION option, const char *text)
{
    return (struct MHD_OptionItem){option, 0, (void *)(uintptr_t)text};
}

bool http_library_start(struct http_library *l, int fd, const struct http_options *o, const char *cert,
                        const char *key, struct err *e)
{
    l->quiet_fd = -1;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem more[4] = {{MHD_OPTION_END, 0, NULL}};
    if (cert) {
        flags |= MHD_USE_TLS;
        more[0] = text_option(MHD_OPTION_HTTPS_MEM_CERT, cert);
        more[1] = text_option(MHD_OPTION_HTTPS_MEM_KEY, key);
        more[2] = text_option(MHD_OPTION_HTTPS_PRIORITIES, priorities);
        more[3] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    }
    sigset_t all, before; /* the library's threads inherit the mask */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    /* Not strict: in that mode it answers itself what the gate answers better, or just hangs up. No timeout: see
     * io/http_conn.h. */
    l->daemon = MHD_start_daemon(
        flags, 0, welcome, l, serve, l, MHD_OPTION_EXTERNAL_LOGGER, log_text, l, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, o->threads > 1 ? o->threads : 0u, MHD_OPTION_CONNECTION_LIMIT,
        o->connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_URI_LOG_CALLBACK, begun, l, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, finished, l, MHD_OPTION_NOTIFY_CONNECTION,
        connection, l, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!l->daemon) {
        struct str log = str_trim(str_of(l->log));
        return err_set(e, cert ? ERR_INVALID : ERR_INTERNAL, "The HTTP server did not start: %.*s",
                       "Le serveur HTTP n’a pas démarré : %.*s", STR_ARG(log));
    }
    return true;
}

void http_library_refuse_new(struct http_library *l)
{
    l->quiet_fd = MHD_quiesce_daemon(l->daemon);
    if (l->quiet_fd >= 0) {
        /* Refused from now on. Not closed yet: the library's thread takes the socket out of its epoll set when it comes
         * to it, and ends the process when the number belongs to another file by then. */
        shutdown(l->quiet_fd, SHUT_RDWR);
    }
}

void http_library_stop(struct http_library *l)
{
    MHD_stop_daemon(l->daemon);
    l->daemon = NULL;
    if (l->quiet_fd >= 0) {
        close(l->quiet_fd);
    }
}

static enum MHD_Result gate_header(void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                   const char *value, size_t value_size)
{
    (void)kind;
    return http_gate_header(ctx, (struct str){name, name_size}, (struct str){value, value_size}) ? MHD_YES
                                                                                                 : MHD_NO;
}

enum http_fault http_library_gate(struct MHD_Connection *m, struct http_gate *g, struct str method,
                                  struct str target, struct str version, struct http_pair *headers,
                                  struct arena *a)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(m, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    struct str head = {method.p, info ? info->header_size : 0};
    http_gate_open(g, head, method, target, version, headers, a);
    MHD_get_connection_values_n(m, MHD_HEADER_KIND, gate_header, g);
    return http_gate_close(g);
}

static struct MHD_Response *with_headers(struct MHD_Response *m, const struct http_answer_headers *h)
{
    for (size_t i = 0; m && i < h->count; i++) {
        if (MHD_add_response_header(m, h->name[i], h->value[i]) != MHD_YES) {
            MHD_destroy_response(m);
            m = NULL;
        }
    }
    return m;
}

struct MHD_Response *http_library_answer(struct str body, int body_fd, const struct http_answer_headers *h,
                                         uint64_t *bytes)
{
    struct MHD_Response *m = NULL;
    *bytes = body.n;
    if (body_fd <= 0) {
        void *p = (void *)(uintptr_t)(body.n ? body.p : ""); /* only read */
        return with_headers(MHD_create_response_from_buffer(body.n, p, MHD_RESPMEM_PERSISTENT), h);
    }
    struct stat st;
    if (!fstat(body_fd, &st) && S_ISREG(st.st_mode)) {
        *bytes = (uint64_t)st.st_size;
        m = MHD_create_response_from_fd64(*bytes, body_fd);
    }
    if (!m) {
        close(body_fd);
    }
    return with_headers(m, h);
}

bool http_library_queue(struct MHD_Connection *m, int status, struct MHD_Response *answer)
{
    enum MHD_Result fine = MHD_queue_response(m, (unsigned)status, answer);
    MHD_destroy_response(answer);
    return fine == MHD_YES;
}

void http_library_suspend(struct MHD_Connection *m)
{
    MHD_suspend_connection(m);
}

void http_library_resume(struct MHD_Connection *m)
{
    MHD_resume_connection(m);
}

struct stream {
    ssize_t (*read)(void *ctx, char *p, size_t room);
    void (*gone)(void *ctx);
    void *ctx;
};

static ssize_t stream_read(void *ctx, uint64_t at, char *p, size_t room)
{
    (void)at;
    struct stream *s = ctx;
    ssize_t n = s->read(s->ctx, p, room);
    return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void stream_gone(void *ctx)
{
    struct stream *s = ctx;
    s->gone(s->ctx);
    free(s);
}

struct MHD_Response *http_library_stream(ssize_t (*read)(void *ctx, char *p, size_t room),
                                         void (*gone)(void *ctx), void *ctx,
                                         const struct http_answer_headers *h)
{
    struct stream *s = malloc(sizeof(*s));
    if (!s) {
        gone(ctx);
        return NULL;
    }
    *s = (struct stream){read, gone, ctx};
    struct MHD_Response *m =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BYTES, stream_read, s, stream_gone);
    if (!m) {
        stream_gone(s);
    }
    return with_headers(m, h);
}
