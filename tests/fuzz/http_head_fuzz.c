/* Any bytes sent to the HTTP library that serves us, up to the gate: what the gate calls fine was, byte for byte, a
 * request head as RFC 9112 has it, which is checked here by a second reading of the bytes that were sent. Then whatever
 * is read from such a head: target, language, length of the body. */
#include "fuzz.h"
#include "io/http_gate.h"
#include "io/http_library.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTION_BYTES                                                                                     \
    ((size_t)32 << 10) /* enough for what is sent; the other options are those of io/http_library.c */
#define SENT_MAX 16384u

static struct str
    sent; /* what is not yet accounted for: the head under way is at its front, behind empty lines */
static char uri[SENT_MAX];
static size_t uri_n, body_n;
static struct http_gate gate;
static bool fine, seen_body;

/* --- the second reading --- */

static bool ends(char c)
{
    return c == '\r' || c == '\n' || c == '\0';
}

/* A line without its end, CR LF. The library's memory shows NUL for a byte that it has read as the end of something, so
 * that in a head with a NUL of the sender's other ends look the same to the gate, and at the end of any head a line
 * that is but a colon, beside one bare LF, like the empty one (io/http_gate.h). */
static struct str take_line(struct str *s, bool zeros)
{
    size_t n = 0;
    while (n < s->n && !ends(s->p[n]) && !(n == 0 && str_starts(*s, S(":\n")))) {
        n++;
    }
    struct str line = str_sub(*s, 0, n), end = str_sub(*s, n, 2);
    bool colon = str_eq(end, S(":\n")) || str_starts(str_sub(*s, n, s->n), S("\n:\r\n"));
    must(end.n == 2 && (str_eq(end, S("\r\n")) || colon || (zeros && ends(end.p[0]) && ends(end.p[1]))));
    *s = str_sub(*s, n + 2, s->n);
    return line;
}

static bool is_token(struct str s)
{
    static const char token[] =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == 0 || strchr(token, s.p[i]) == NULL) {
            return false;
        }
    }
    return s.n > 0;
}

static struct str no_blanks(struct str s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s = str_sub(s, 1, s.n);
    }
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t')) {
        s.n--;
    }
    return s;
}

/* The head that lies at the front of `bytes` is what the gate says it is; gives its length. */
static size_t second_reading(struct str bytes, const struct http_gate *g, struct str method)
{
    struct str rest = bytes, line;
    while (rest.n > 0 && (rest.p[0] == '\0' || str_starts(rest, S("\r\n")) || rest.p[0] == '\n')) {
        str_cut(&rest, '\n'); /* RFC 9112, 2.2: empty lines before a request are passed over */
    }
    bool zeros = str_find_char(str_sub(rest, 0, (size_t)(g->end - g->begin)), '\0') != SIZE_MAX;
    line = take_line(&rest, zeros);
    must(str_eq(str_cut(&line, ' '), method) && is_token(method));
    struct str target = str_cut(&line, ' ');
    must(str_eq(target, (struct str){uri, uri_n}));
    must(str_eq(line, S("HTTP/1.1")) || str_eq(line, S("HTTP/1.0")));
    bool old = str_eq(line, S("HTTP/1.0"));
    size_t count = 0, lengths = 0, hosts = 0, encodings = 0;
    while ((line = take_line(&rest, zeros)).n > 0) {
        struct str name = str_cut(&line, ':'), value = no_blanks(line);
        must(str_given(line) && is_token(name) && count < g->count);
        must(str_eq(g->headers[count].name, name) && str_eq(g->headers[count].value, value));
        for (size_t i = 0; i < value.n; i++) {
            must((unsigned char)value.p[i] >= ' ' || value.p[i] == '\t');
            must(value.p[i] != 0x7f);
        }
        lengths += str_eq_nocase(name, S("content-length"));
        hosts += str_eq_nocase(name, S("host"));
        encodings += str_eq_nocase(name, S("transfer-encoding"));
        if (str_eq_nocase(name, S("content-length"))) {
            uint64_t n = 0;
            for (size_t i = 0; i < value.n; i++) {
                must(value.p[i] >= '0' && value.p[i] <= '9');
                must(!__builtin_mul_overflow(n, 10u, &n) &&
                     !__builtin_add_overflow(n, (uint64_t)(value.p[i] - '0'), &n));
            }
            must(value.n > 0 && n == g->length);
        }
        must(!str_eq_nocase(name, S("host")) || str_eq(g->host, value));
        count++;
    }
    must(count == g->count && count <= LIMIT_HEADERS && lengths <= 1 && encodings <= 1);
    must(lengths + encodings <= 1 && (hosts == 1 || (old && hosts == 0)) && (!old || encodings == 0));
    must((encodings == 1) == g->chunked && (lengths == 1 || g->length == 0));
    return bytes.n - rest.n;
}

/* What is made of a head that the gate took; false when its target is refused. */
static bool read_on(struct arena *a, const struct http_gate *g, struct str method, struct str target)
{
    struct http_request r = {
        .method = method, .host = g->host, .headers = g->headers, .header_count = g->count, .arena = a};
    http_lang(&r);
    http_cookie(&r, S("session"));
    if (http_target(&r, target) != HTTP_FINE) {
        return false;
    }
    must(utf8_valid(r.path, &(size_t){0}) && (r.path.p[0] == '/' || str_eq(r.path, S("*"))));
    for (size_t i = 0; i < r.path.n; i++) {
        must((unsigned char)r.path.p[i] >= ' ' && r.path.p[i] != 0x7f && r.path.p[i] != '\\');
    }
    for (struct str rest = r.path, part; str_given(rest);) {
        part = str_cut(&rest, '/');
        must(!str_eq(part, S(".")) && !str_eq(part, S("..")));
    }
    return true;
}

/* --- the library's calls --- */

static void *begun(void *ctx, const char *text, struct MHD_Connection *m)
{
    (void)ctx;
    (void)m;
    uri_n = strlen(text);
    memcpy(uri, text, uri_n < sizeof uri ? uri_n : sizeof uri); /* it is altered later */
    return (void *)(uintptr_t)text;
}

static size_t keep_escaped(void *ctx, struct MHD_Connection *m, char *text)
{
    (void)ctx;
    (void)m;
    return strlen(text);
}

static enum MHD_Result answer(struct MHD_Connection *m, unsigned status)
{
    struct MHD_Response *r =
        MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    enum MHD_Result queued = MHD_queue_response(m, status, r);
    MHD_destroy_response(r);
    return queued;
}

static enum MHD_Result head(struct MHD_Connection *m, struct str method, struct str version,
                            struct str target)
{
    static struct http_pair headers[LIMIT_HEADERS];
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct str asked = arena_str(&a, method);
    fine = http_library_gate(m, &gate, method, target, version, headers, &a) == HTTP_FINE &&
           read_on(&a, &gate, asked, (struct str){uri, uri_n});
    if (!fine) {
        return answer(m, 400); /* and the library closes the connection */
    }
    size_t n = second_reading(sent, &gate, asked);
    sent = str_sub(sent, n, sent.n);
    body_n = 0;
    return MHD_YES;
}

static enum MHD_Result serve(void *ctx, struct MHD_Connection *m, const char *url, const char *method,
                             const char *version, const char *data, size_t *size, void **slot)
{
    (void)ctx;
    (void)url;
    if (*slot == NULL) {
        return MHD_NO;
    }
    if (*slot != &seen_body) {
        struct str target = {*slot, uri_n};
        *slot = &seen_body;
        return head(m, str_of(method), str_of(version), target);
    }
    if (*size > 0) { /* the body is what stands behind the head, and not longer than was said */
        if (!gate.chunked) {
            must(str_starts(sent, (struct str){data, *size}));
            sent = str_sub(sent, *size, sent.n);
        }
        body_n += *size;
        must(gate.chunked || body_n <= gate.length);
        *size = 0;
        return MHD_YES;
    }
    must(!fine || gate.chunked || body_n == gate.length);
    if (gate.chunked) { /* where its end is is another's business: no further request */
        return MHD_NO;
    }
    return answer(m, 200);
}

static void complain(void *ctx, const char *fmt, va_list args)
{
    (void)ctx;
    (void)fmt;
    (void)args;
}

static struct MHD_Daemon *start(void)
{
    return MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL,
                            NULL, serve, NULL, MHD_OPTION_EXTERNAL_LOGGER, complain, NULL,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES,
                            MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_URI_LOG_CALLBACK, begun, NULL,
                            MHD_OPTION_UNESCAPE_CALLBACK, keep_escaped, NULL, MHD_OPTION_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct MHD_Daemon *daemon;
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int pair[2];
    if (daemon == NULL) {
        daemon = start();
        must(daemon != NULL);
    }
    size = size < SENT_MAX ? size : SENT_MAX;
    sent = (struct str){(const char *)data, size};
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    must(write(pair[0], data, size) == (ssize_t)size);
    shutdown(pair[0], SHUT_WR);
    must(MHD_add_connection(daemon, pair[1], (const struct sockaddr *)&peer, sizeof peer) == MHD_YES);
    for (int turn = 0; turn < 200; turn++) {
        const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
        MHD_run(daemon);
        if (info->num_connections == 0) {
            break;
        }
    }
    close(pair[0]);
    MHD_run(daemon);
    return 0;
}
