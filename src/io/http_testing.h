/* http_testing.h: for the tests of the HTTP server: a small application behind a real server, and a client that
 * sends exactly the bytes it is given. The test includes cmocka before. */
#ifndef IO_HTTP_TESTING_H
#define IO_HTTP_TESTING_H

#include "io/clock.h"
#include "io/http_server.h"
#include "io/worker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

/* The application: POST /echo gives the body back; /file takes an upload and tells its size and sum; /small takes ten
 * bytes; /refused is answered from its head; /wait is answered when the test says so (`gate`); /show tells what the
 * request looks like; anything else is "hello". */
struct test_app {
    struct http_server *server;
    struct worker_pool *pool;
    uint16_t port;
    sem_t gate;
    atomic_int accepted, handled, finished;
    atomic_int last_status; /* of the last done() */
    char dir[32];
};

static UNUSED struct http_response test_text(struct str body)
{
    return (struct http_response){.status = 200, .type = S("text/plain"), .body = body};
}

static UNUSED void test_accept(void *ctx, struct http_request *r, struct http_plan *plan)
{
    struct test_app *app = ctx;
    atomic_fetch_add(&app->accepted, 1);
    r->app = app;
    if (str_eq(r->path, S("/file"))) {
        plan->take = HTTP_TAKE_FILE;
        plan->body_max = UINT64_MAX;
        plan->dir = str_of(app->dir);
    } else if (str_eq(r->path, S("/small"))) {
        plan->body_max = 10;
    } else if (str_eq(r->path, S("/refused"))) {
        plan->take = HTTP_TAKE_NOTHING;
        plan->response = test_text(S("refused"));
        plan->response.status = 404;
    }
}

static UNUSED struct str test_sum_of_file(const struct http_request *r)
{
    FILE *f = fopen(r->body_path.p, "rb");
    struct stat st;
    assert_non_null(f);
    assert_int_equal(stat(r->body_path.p, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    uint64_t size = 0, sum = 0;
    for (int c; (c = getc_unlocked(f)) != EOF; size++) {
        sum = sum * 31 + (unsigned)c;
    }
    fclose(f);
    assert_int_equal(size, r->body_size);
    return arena_fmt(r->arena, "%llu %llu", (unsigned long long)size, (unsigned long long)sum);
}

static UNUSED struct str test_show(const struct http_request *r)
{
    struct buf b = buf_in(r->arena);
    buf_fmt(&b, "%.*s %.*s %.*s client=%.*s secure=%d host=%.*s q=%.*s", STR_ARG(r->method),
            STR_ARG(r->target), STR_ARG(r->path), STR_ARG(r->client), r->secure, STR_ARG(r->host),
            STR_ARG(http_query(r, S("q"))));
    for (size_t i = 0; i < r->header_count; i++) {
        buf_fmt(&b, "|%.*s=%.*s", STR_ARG(r->headers[i].name), STR_ARG(r->headers[i].value));
    }
    return buf_str(&b);
}

static UNUSED void test_work(void *arg)
{
    struct http_exchange *x = arg;
    struct http_request *r = http_exchange_request(x);
    struct test_app *app = r->app;
    struct http_response answer = test_text(S("hello"));
    if (str_eq(r->path, S("/echo")) || str_eq(r->path, S("/small"))) {
        answer.body = r->body;
    } else if (str_eq(r->path, S("/file"))) {
        answer.body = test_sum_of_file(r);
    } else if (str_eq(r->path, S("/show"))) {
        answer.body = test_show(r);
    } else if (str_eq(r->path, S("/wait"))) {
        sem_wait(&app->gate);
        answer.body = arena_fmt(r->arena, "waited %.*s", STR_ARG(r->body));
    }
    http_answer(x, &answer);
}

static UNUSED void test_handle(void *ctx, struct http_exchange *x)
{
    struct test_app *app = ctx;
    atomic_fetch_add(&app->handled, 1);
    if (!worker_submit(app->pool, test_work, x)) {
        http_answer(x, &(struct http_response){.status = 503});
    }
}

static UNUSED void test_done(void *ctx, const struct http_request *r, int status, int64_t took_us)
{
    struct test_app *app = ctx;
    assert_int_equal(r->id.n, 16);
    assert_true(took_us >= 0 && r->client.n > 0);
    atomic_store(&app->last_status, status);
    atomic_fetch_add(&app->finished, 1);
}

static UNUSED struct test_app *test_start(struct http_options o)
{
    struct test_app *app = calloc(1, sizeof(*app));
    struct err e = {0};
    assert_non_null(app);
    memcpy(app->dir, "/tmp/http-test-XXXXXX", sizeof("/tmp/http-test-XXXXXX"));
    assert_non_null(mkdtemp(app->dir));
    sem_init(&app->gate, 0, 0);
    app->pool = worker_start(4, 1000, &e);
    assert_non_null(app->pool);
    o.listen = o.listen.n ? o.listen : S("127.0.0.1:0");
    o.ctx = app;
    o.accept = o.accept ? o.accept : test_accept;
    o.handle = o.handle ? o.handle : test_handle;
    o.done = test_done;
    if (!http_server_start(&o, &app->server, &e)) {
        fail_msg("%s", e.en);
    }
    app->port = http_server_port(app->server);
    return app;
}

static UNUSED void test_stop(struct test_app *app)
{
    http_server_stop(app->server);
    worker_stop(app->pool);
    sem_destroy(&app->gate);
    assert_int_equal(rmdir(app->dir), 0); /* no upload was left behind */
    free(app);
}

static UNUSED void test_pause(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static UNUSED void test_wait_for(atomic_int *number, int wanted)
{
    for (int i = 0; i < 20000 && atomic_load(number) < wanted; i++) {
        test_pause(2);
    }
    assert_int_equal(atomic_load(number), wanted);
}

static UNUSED int test_connect(const struct test_app *app)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(app->port)};
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
    return fd;
}

/* False when the other side is gone. */
static UNUSED bool test_send(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        s = str_sub(s, (size_t)n, s.n);
    }
    return true;
}

struct test_reply {
    int status; /* 0: the connection was closed without an answer */
    struct str head, body;
    char text[8192];
    size_t n; /* bytes read */
};

static UNUSED bool test_more(int fd, struct test_reply *r)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    if (poll(&ready, 1, 40000) != 1) {
        fail_msg("no answer within forty seconds");
    }
    ssize_t n = recv(fd, r->text + r->n, sizeof(r->text) - r->n, 0);
    r->n += n > 0 ? (size_t)n : 0;
    return n > 0;
}

static UNUSED struct str test_header(const struct test_reply *r, struct str name)
{
    for (struct str rest = r->head; str_given(rest);) {
        struct str value = str_cut(&rest, '\n');
        if (str_eq_nocase(str_cut(&value, ':'), name)) {
            return str_trim(value);
        }
    }
    return (struct str){0};
}

/* The next answer on the connection. r->n is what the last one left over when `after` holds, else r is new. */
static UNUSED void test_read(int fd, struct test_reply *r, bool after, bool head_only)
{
    if (after) {
        size_t used = (size_t)(r->body.p + r->body.n - r->text);
        memmove(r->text, r->text + used, r->n - used);
        r->n -= used;
    } else {
        r->n = 0;
    }
    size_t end;
    r->status = 0;
    while ((end = str_find((struct str){r->text, r->n}, S("\r\n\r\n"))) == SIZE_MAX) {
        if (!test_more(fd, r)) {
            return;
        }
    }
    r->head = (struct str){r->text, end + 2};
    int64_t status, length = 0;
    assert_true(str_starts(r->head, S("HTTP/1.1 ")) && str_to_i64(str_sub(r->head, 9, 3), &status));
    struct str announced = test_header(r, S("Content-Length"));
    assert_true(!str_given(announced) || str_to_i64(announced, &length));
    length = head_only ? 0 : length;
    while (r->n < end + 4 + (size_t)length) {
        assert_true(test_more(fd, r));
    }
    r->status = (int)status;
    r->body = (struct str){r->text + end + 4, (size_t)length};
}

static UNUSED bool test_closed(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char c;
    return poll(&ready, 1, 5000) == 1 && recv(fd, &c, 1, 0) <= 0;
}

/* Sends on a new connection and reads one answer; *closed tells whether the server then closed it. */
static UNUSED int test_ask(const struct test_app *app, struct str bytes, struct test_reply *r, bool *closed)
{
    int fd = test_connect(app);
    test_send(fd, bytes);
    test_read(fd, r, false, str_starts(bytes, S("HEAD ")));
    if (closed) {
        bool announced = !r->status || str_eq(test_header(r, S("Connection")), S("close"));
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        char c;
        *closed = poll(&ready, 1, announced ? 10000 : 100) == 1 && recv(fd, &c, 1, 0) <= 0;
    }
    close(fd);
    return r->status;
}

#endif
