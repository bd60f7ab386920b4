#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/http_testing.h"

#include "base/limits.h"
#include "io/http_exchange.h"

#include <pthread.h>

#define H "Host: h\r\n"

static struct test_app *app;

static int start(void **state)
{
    (void)state;
    app = test_start((struct http_options){0});
    return 0;
}

/* Every timeout is short, and so is the patience of a stop. */
static int start_quick(void **state)
{
    (void)state;
    app = test_start((struct http_options){
        .idle_ms = 1500, .head_ms = 400, .grace_ms = 400, .bytes_per_s = 100000, .stop_grace_ms = 200});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    test_stop(app);
    return 0;
}

static void are_reused(void **state)
{
    (void)state;
    struct http_exchanges t;
    http_exchanges_open(&t, 7);
    struct http_exchange *x = http_exchange_take(&t);
    arena_alloc(&x->arena, 100);
    http_exchange_keep(x);
    assert_false(http_exchange_release(x));
    struct http_exchange *other = http_exchange_take(&t);
    assert_ptr_not_equal(x, other);
    assert_false(str_eq(x->request.id, other->request.id));
    assert_true(http_exchange_release(x));
    struct http_exchange *again = http_exchange_take(&t);
    assert_ptr_equal(x, again);
    assert_int_equal(again->arena.used, 0);
    arena_alloc(&again->arena, 1u << 20); /* such an arena is not kept */
    assert_true(http_exchange_release(again));
    assert_null(again->arena.blocks);
    assert_ptr_equal(http_exchanges_all(&t), other);
    assert_true(http_exchange_release(other));
    http_exchanges_close(&t);
}

#define CLIENTS 200
#define ROUNDS  5

static void many_at_once(void **state)
{
    (void)state;
    static int fds[CLIENTS];
    static struct test_reply r;
    for (int i = 0; i < CLIENTS; i++) {
        fds[i] = test_connect(app);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CLIENTS; i++) {
            char text[200];
            int n = snprintf(text, sizeof(text),
                             "POST /echo?%d HTTP/1.1\r\n" H "Content-Length: 8\r\n\r\n%4d%4d", i, round, i);
            assert_true(test_send(fds[i], (struct str){text, (size_t)n}));
        }
        for (int i = 0; i < CLIENTS; i++) {
            char want[9];
            snprintf(want, sizeof(want), "%4d%4d", round, i);
            test_read(fds[i], &r, false, false);
            assert_int_equal(r.status, 200);
            assert_true(str_eq(r.body, str_of(want)));
        }
    }
    assert_int_equal(http_server_connections(app->server), CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
        close(fds[i]);
    }
    test_wait_for(&app->finished, CLIENTS * ROUNDS);
    assert_int_equal(atomic_load(&app->handled), CLIENTS * ROUNDS);
}

static void hang_up_while_waiting(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        int fd = test_connect(app);
        assert_true(test_send(fd, S("POST /wait HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc")));
        test_wait_for(&app->handled, i + 1);
        if (i % 2) { /* by a reset */
            struct linger none = {.l_onoff = 1};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
        }
        close(fd);
        sem_post(&app->gate);
    }
    test_wait_for(&app->finished, 20);
    struct test_reply r;
    assert_int_equal(test_ask(app, S("GET / HTTP/1.1\r\n" H "\r\n"), &r, NULL), 200);
}

static void half_closed_client_is_answered(void **state)
{
    (void)state;
    struct test_reply r;
    int fd = test_connect(app);
    assert_true(test_send(fd, S("POST /wait HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc")));
    shutdown(fd, SHUT_WR);
    test_wait_for(&app->handled, 1);
    test_pause(50);
    sem_post(&app->gate);
    test_read(fd, &r, false, false);
    assert_int_equal(r.status, 200);
    assert_true(str_eq(r.body, S("waited abc")));
    close(fd);
}

static void half_sent(void **state)
{
    (void)state;
    static const struct {
        struct str bytes;
        int status;
    } cases[] = {
        {S_INIT(""), 0},
        {S_INIT("GET / HT"), 408},
        {S_INIT("GET / HTTP/1.1\r\nHost: h\r\nX-"), 408},
        {S_INIT("POST /echo HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\nabc"), 408},
        {S_INIT("POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"), 408},
        {S_INIT("POST /file HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\nabc"), 408}, /* and no file is left */
    };
    struct test_reply r;
    bool closed;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(test_ask(app, cases[i].bytes, &r, &closed), cases[i].status);
        assert_true(closed);
        assert_true(!r.status || str_eq(test_header(&r, S("Content-Type")), S("application/problem+json")));
    }
    int fd = test_connect(app); /* on a connection that has been used, too */
    assert_true(test_send(fd, S("GET / HTTP/1.1\r\n" H "\r\n")));
    test_read(fd, &r, false, false);
    assert_int_equal(r.status, 200);
    test_pause(300);
    assert_true(test_send(fd, S("GET / HTTP/1.1\r\n")));
    test_read(fd, &r, false, false);
    assert_int_equal(r.status, 408);
    close(fd);
    assert_int_equal(atomic_load(&app->handled), 1);
}

/* A byte every now and then does not keep a connection. */
static void dripping(void **state)
{
    (void)state;
    static const struct str begun[] = {S_INIT("GET / HTTP/1.1\r\n" H "X: "),
                                       S_INIT("POST /echo HTTP/1.1\r\n" H "Content-Length: 1000\r\n\r\n")};
    for (size_t i = 0; i < ARRAY_LEN(begun); i++) {
        int fd = test_connect(app);
        test_send(fd, begun[i]);
        int drops = 0;
        while (drops < 200 && test_send(fd, S("a"))) {
            test_pause(20);
            drops++;
        }
        assert_true(drops < 100);
        close(fd);
    }
}

static void idle_connections_are_closed(void **state)
{
    (void)state;
    struct test_reply r;
    int fd = test_connect(app);
    assert_true(test_send(fd, S("GET / HTTP/1.1\r\n" H "\r\n")));
    test_read(fd, &r, false, false);
    test_pause(400);
    assert_true(test_send(fd, S("GET / HTTP/1.1\r\n" H "\r\n")));
    test_read(fd, &r, false, false);
    assert_int_equal(r.status, 200);
    assert_true(test_closed(fd));
    close(fd);
}

/* The application may take longer than any timeout. */
static void patience_with_the_application(void **state)
{
    (void)state;
    struct test_reply r;
    int fd = test_connect(app);
    assert_true(test_send(fd, S("GET /wait HTTP/1.1\r\n" H "\r\n")));
    test_pause(1200);
    sem_post(&app->gate);
    test_read(fd, &r, false, false);
    assert_int_equal(r.status, 200);
    close(fd);
}

static void *stop_elsewhere(void *server)
{
    http_server_stop(server);
    return NULL;
}

static void stop_leaves_time(void **state)
{
    (void)state;
    struct test_app *a = test_start((struct http_options){.stop_grace_ms = 5000});
    struct test_reply r;
    int busy = test_connect(a), idle = test_connect(a);
    assert_true(test_send(idle, S("GET / HTTP/1.1\r\n" H "\r\n")));
    test_read(idle, &r, false, false);
    assert_true(test_send(busy, S("GET /wait HTTP/1.1\r\n" H "\r\n")));
    test_wait_for(&a->handled, 2);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_elsewhere, a->server), 0);
    test_pause(100);
    assert_true(test_send(idle, S("GET / HTTP/1.1\r\n" H "\r\n")));
    test_read(idle, &r, false, false);
    assert_int_equal(r.status, 503);
    assert_true(str_eq(test_header(&r, S("Connection")), S("close")));
    assert_true(str_given(test_header(&r, S("Retry-After"))));
    struct sockaddr_in in = {
        .sin_family = AF_INET, .sin_port = htons(a->port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int late = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(late, (struct sockaddr *)&in, sizeof(in)), -1);
    close(late);
    sem_post(&a->gate);
    test_read(busy, &r, false, false);
    assert_int_equal(r.status, 200);
    assert_true(test_closed(busy));
    pthread_join(thread, NULL);
    close(busy);
    close(idle);
    a->server = NULL;
    test_stop(a);
}

static void stop_answers_for_owners(void **state)
{
    (void)state;
    struct test_reply r;
    int fds[4], reading = test_connect(app), idle = test_connect(app);
    for (int i = 0; i < 4; i++) {
        fds[i] = test_connect(app);
        assert_true(test_send(fds[i], S("GET /wait HTTP/1.1\r\n" H "\r\n")));
    }
    assert_true(test_send(reading, S("POST /echo HTTP/1.1\r\n" H "Content-Length: 9\r\n\r\n")));
    test_wait_for(&app->handled, 4);
    close(fds[3]); /* one of them has gone */
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_elsewhere, app->server), 0);
    for (int i = 0; i < 3; i++) {
        test_read(fds[i], &r, false, false);
        assert_int_equal(r.status, 503);
        assert_true(test_closed(fds[i]));
        close(fds[i]);
    }
    assert_true(test_closed(reading) && test_closed(idle));
    for (int i = 0; i < 4; i++) { /* the owners still have their exchanges, and answer late */
        sem_post(&app->gate);
    }
    pthread_join(thread, NULL);
    close(reading);
    close(idle);
    app->server = NULL;
}

static void expect_continue(void **state)
{
    (void)state;
    struct test_reply r;
    int fd = test_connect(app);
    assert_true(
        test_send(fd, S("POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")));
    test_read(fd, &r, false, false);
    assert_int_equal(r.status, 100);
    assert_true(test_send(fd, S("abc")));
    test_read(fd, &r, true, false);
    assert_int_equal(r.status, 200);
    assert_true(str_eq(r.body, S("abc")));
    close(fd);
    bool closed;
    struct str no = S("POST /refused HTTP/1.1\r\n" H "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(test_ask(app, no, &r, &closed), 404); /* at once, without asking for the body */
    assert_true(closed);
    no = S("POST /small HTTP/1.1\r\n" H "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(test_ask(app, no, &r, &closed), 413);
    assert_true(closed);
}

static void refused_bodies(void **state)
{
    (void)state;
    struct test_reply r;
    bool closed;
    static const struct {
        struct str bytes;
        int status;
        bool closed;
    } cases[] = {
        {S_INIT("GET /refused HTTP/1.1\r\n" H "\r\n"), 404, 0},
        {S_INIT("POST /refused HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc"), 404, 0},
        {S_INIT("POST /refused HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
         404, 1},
        {S_INIT("POST /small HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\n1234567890"), 200, 0},
        {S_INIT("POST /small HTTP/1.1\r\n" H "Content-Length: 11\r\n\r\n12345678901"), 413, 0},
        {S_INIT("POST /small HTTP/1.1\r\n" H
                "Transfer-Encoding: chunked\r\n\r\na\r\n1234567890\r\n0\r\n\r\n"),
         200, 1},
        {S_INIT("POST /small HTTP/1.1\r\n" H
                "Transfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n"),
         413, 1},
        {S_INIT("POST / HTTP/1.1\r\n" H "Content-Length: 999999999999\r\n\r\n"), 413, 1},
        /* The body never comes: the answer does, after a second. */
        {S_INIT("POST /small HTTP/1.1\r\n" H "Content-Length: 11\r\n\r\n1234"), 413, 1},
        {S_INIT("POST /refused HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\n"), 404, 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int status = test_ask(app, cases[i].bytes, &r, &closed);
        if (status != cases[i].status || closed != cases[i].closed) {
            fail_msg("case %zu: status %d, closed %d", i, status, closed);
        }
    }
    assert_int_equal(atomic_load(&app->handled), 2);
}

/* A client that writes 2 MiB before it reads still hears why it was refused; one that never ends does not go on. */
static void large_refused_bodies(void **state)
{
    (void)state;
    struct test_reply r;
    size_t size = 2u << 20;
    char *block = calloc(1, size);
    char text[200];
    int n = snprintf(text, sizeof(text), "POST /echo HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n", size);
    int fd = test_connect(app);
    assert_true(test_send(fd, (struct str){text, (size_t)n}) && test_send(fd, (struct str){block, size}));
    test_read(fd, &r, false, false);
    assert_int_equal(r.status, 413);
    close(fd);
    fd = test_connect(app);
    assert_true(test_send(fd, S("POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n")));
    int sent = 0;
    for (; sent < 64; sent++) {
        n = snprintf(text, sizeof(text), "%zx\r\n", size);
        if (!test_send(fd, (struct str){text, (size_t)n}) || !test_send(fd, (struct str){block, size}) ||
            !test_send(fd, S("\r\n"))) {
            break;
        }
    }
    assert_true(sent < 32);
    close(fd);
    free(block);
}

static void upload(bool chunked)
{
    size_t size = 20u << 20;
    char *bytes = malloc(size);
    uint64_t sum = 0;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)(i * 2654435761u >> 13);
        sum = sum * 31 + (unsigned char)bytes[i];
    }
    char text[200];
    int n = snprintf(text, sizeof(text),
                     chunked ? "PUT /file HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n%zx\r\n"
                             : "PUT /file HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n",
                     size);
    struct test_reply r;
    int fd = test_connect(app);
    assert_true(test_send(fd, (struct str){text, (size_t)n}) && test_send(fd, (struct str){bytes, size}));
    assert_true(!chunked || test_send(fd, S("\r\n0\r\n\r\n")));
    test_read(fd, &r, false, false);
    n = snprintf(text, sizeof(text), "%zu %llu", size, (unsigned long long)sum);
    assert_int_equal(r.status, 200);
    assert_true(str_eq(r.body, (struct str){text, (size_t)n}));
    close(fd);
    free(bytes);
}

static void uploads_to_files(void **state)
{
    (void)state;
    upload(false);
    upload(true);
    struct test_reply r;
    assert_int_equal(test_ask(app, S("PUT /file HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n"), &r, NULL),
                     500 - 300);
    int fd = test_connect(app); /* given up half-way */
    assert_true(test_send(fd, S("PUT /file HTTP/1.1\r\n" H "Content-Length: 100\r\n\r\nabc")));
    test_pause(100);
    close(fd);
    test_wait_for(&app->finished, 4);
    rmdir(app->dir); /* cannot be written to */
    assert_int_equal(test_ask(app, S("PUT /file HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc"), &r, NULL),
                     500);
    assert_int_equal(mkdir(app->dir, 0700), 0);
}

static void connections_from_one_address(void **state)
{
    (void)state;
    struct test_app *few = test_start((struct http_options){.connections_peer = 3});
    int fds[3];
    struct test_reply r;
    for (int i = 0; i < 3; i++) {
        fds[i] = test_connect(few);
        assert_true(test_send(fds[i], S("GET / HTTP/1.1\r\n" H "\r\n")));
        test_read(fds[i], &r, false, false);
        assert_int_equal(r.status, 200);
    }
    int fourth = test_connect(few);
    assert_true(test_closed(fourth));
    close(fourth);
    close(fds[1]);
    for (int i = 0; i < 1000 && http_server_connections(few->server) > 2; i++) {
        test_pause(2);
    }
    assert_int_equal(test_ask(few, S("GET / HTTP/1.1\r\n" H "\r\n"), &r, NULL), 200);
    close(fds[0]);
    close(fds[2]);
    test_stop(few);
}

static void more_threads(void **state)
{
    (void)state;
    struct test_app *kept = app;
    app = test_start((struct http_options){.threads = 3});
    many_at_once(state);
    test_stop(app);
    app = kept;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(are_reused),
        cmocka_unit_test_setup_teardown(many_at_once, start, stop),
        cmocka_unit_test_setup_teardown(hang_up_while_waiting, start, stop),
        cmocka_unit_test_setup_teardown(half_closed_client_is_answered, start, stop),
        cmocka_unit_test_setup_teardown(half_sent, start_quick, stop),
        cmocka_unit_test_setup_teardown(dripping, start_quick, stop),
        cmocka_unit_test_setup_teardown(idle_connections_are_closed, start_quick, stop),
        cmocka_unit_test_setup_teardown(patience_with_the_application, start_quick, stop),
        cmocka_unit_test(stop_leaves_time),
        cmocka_unit_test_setup_teardown(stop_answers_for_owners, start_quick, stop),
        cmocka_unit_test_setup_teardown(expect_continue, start, stop),
        cmocka_unit_test_setup_teardown(refused_bodies, start, stop),
        cmocka_unit_test_setup_teardown(large_refused_bodies, start, stop),
        cmocka_unit_test_setup_teardown(uploads_to_files, start, stop),
        cmocka_unit_test(connections_from_one_address),
        cmocka_unit_test(more_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
