#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/http_testing.h"

#include <pthread.h>

#define EVENTS S("GET /events HTTP/1.1\r\nHost: h\r\n\r\n")

static struct test_app *app;
static struct http_exchange *_Atomic open_stream;
static atomic_bool opened_fine;

/* Opens a stream and leaves it to the test. */
static void open_it(void *arg)
{
    struct http_exchange *x = arg;
    struct http_response r = test_text(S("first\n"));
    r.type = S("text/event-stream");
    atomic_store(&opened_fine, http_stream_open(x, &r, 100000));
    atomic_store(&open_stream, x);
}

static void handle(void *ctx, struct http_exchange *x)
{
    struct test_app *a = ctx;
    atomic_fetch_add(&a->handled, 1);
    bool events = str_eq(http_exchange_request(x)->path, S("/events"));
    assert_true(worker_submit(a->pool, events ? open_it : test_work, x));
}

static int start(void **state)
{
    (void)state;
    atomic_store(&open_stream, NULL);
    app =
        test_start((struct http_options){.handle = handle, .idle_ms = 400, .head_ms = 400, .grace_ms = 400});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    test_stop(app);
    return 0;
}

static struct http_exchange *wait_for_stream(void)
{
    for (int i = 0; i < 5000 && !atomic_load(&open_stream); i++) {
        test_pause(2);
    }
    struct http_exchange *x = atomic_exchange(&open_stream, NULL);
    assert_non_null(x);
    return x;
}

/* Reads until what has come ends with the text. */
static void read_until(int fd, struct test_reply *r, struct str end)
{
    while (!str_ends((struct str){r->text, r->n}, end)) {
        if (!test_more(fd, r)) {
            fail_msg("closed after %.*s", (int)r->n, r->text);
        }
    }
}

static void events_arrive_at_once(void **state)
{
    (void)state;
    struct test_reply r = {0};
    int fd = test_connect(app);
    assert_true(test_send(fd, EVENTS));
    struct http_exchange *x = wait_for_stream();
    assert_true(atomic_load(&opened_fine));
    read_until(fd, &r, S("6\r\nfirst\n\r\n"));
    assert_true(str_find((struct str){r.text, r.n}, S("Transfer-Encoding: chunked\r\n")) != SIZE_MAX);
    assert_true(str_find((struct str){r.text, r.n}, S("Content-Type: text/event-stream\r\n")) != SIZE_MAX);
    for (int i = 0; i < 20; i++) {
        test_pause(i % 2 ? 0 : 60); /* in all longer than any timeout */
        assert_true(http_stream_send(x, S("event\n")));
        read_until(fd, &r, S("6\r\nevent\n\r\n"));
        r.n = 0;
    }
    http_stream_end(x);
    read_until(fd, &r, S("0\r\n\r\n"));
    assert_true(test_send(fd, S("GET / HTTP/1.1\r\nHost: h\r\n\r\n"))); /* the connection goes on */
    test_read(fd, &r, false, false);
    assert_true(str_eq(r.body, S("hello")));
    close(fd);
}

static void ended_before_it_is_sent(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        struct test_reply r = {0};
        int fd = test_connect(app);
        assert_true(test_send(fd, EVENTS));
        struct http_exchange *x = wait_for_stream();
        assert_true(http_stream_send(x, S("last\n")));
        http_stream_end(x);
        read_until(fd, &r, S("last\n\r\n0\r\n\r\n"));
        close(fd);
    }
}

static void client_goes(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        int fd = test_connect(app);
        assert_true(test_send(fd, EVENTS));
        struct http_exchange *x = wait_for_stream();
        test_pause(i);
        close(fd);
        int sent = 0;
        while (sent < 1000 && http_stream_send(x, S("event\n"))) {
            test_pause(2);
            sent++;
        }
        assert_true(sent < 1000);
        assert_false(http_stream_send(x, S("event\n")));
        http_stream_end(x);
    }
    test_wait_for(&app->finished, 10);
}

static void client_goes_at_once(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        int fd = test_connect(app);
        assert_true(test_send(fd, EVENTS));
        struct linger none = {.l_onoff = 1};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
        close(fd);
        struct http_exchange *x = atomic_load(&open_stream);
        for (int k = 0; k < 100 && !x;
             k++) { /* when the server did not even see the request, there is none */
            test_pause(1);
            x = atomic_load(&open_stream);
        }
        if (x) {
            atomic_store(&open_stream, NULL);
            http_stream_send(x, S("event\n"));
            http_stream_end(x);
        }
    }
}

static void client_does_not_keep_up(void **state)
{
    (void)state;
    int fd = test_connect(app);
    assert_true(test_send(fd, EVENTS));
    struct http_exchange *x = wait_for_stream();
    char block[5000];
    memset(block, 'x', sizeof(block));
    int sent = 0;
    while (sent < 100000 && http_stream_send(x, (struct str){block, sizeof(block)})) {
        sent++;
    }
    assert_true(sent < 100000);
    test_wait_for(&app->finished, 1); /* and the connection is cut */
    http_stream_end(x);
    close(fd);
}

static void *stop_elsewhere(void *server)
{
    http_server_stop(server);
    return NULL;
}

static void stop_ends_streams(void **state)
{
    (void)state;
    struct test_reply r = {0};
    int fd = test_connect(app);
    assert_true(test_send(fd, EVENTS));
    struct http_exchange *x = wait_for_stream();
    read_until(fd, &r, S("first\n\r\n"));
    struct clock clock = clock_system();
    int64_t from = clock_monotonic_us(&clock);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_elsewhere, app->server), 0);
    read_until(fd, &r, S("0\r\n\r\n"));
    assert_true(clock_monotonic_us(&clock) - from < 5000000);
    while (http_stream_send(x, S("event\n"))) {
        test_pause(2);
    }
    http_stream_end(x);
    pthread_join(thread, NULL);
    app->server = NULL;
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_arrive_at_once, start, stop),
        cmocka_unit_test_setup_teardown(ended_before_it_is_sent, start, stop),
        cmocka_unit_test_setup_teardown(client_goes, start, stop),
        cmocka_unit_test_setup_teardown(client_goes_at_once, start, stop),
        cmocka_unit_test_setup_teardown(client_does_not_keep_up, start, stop),
        cmocka_unit_test_setup_teardown(stop_ends_streams, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
