#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "io/http_library.h"
#include "io/http_testing.h"

/* What the library called, one letter each: o(pened) b(egun) s(erve) B(ytes) f(inished) c(losed). */
struct trace {
    struct http_library library;
    char calls[100];
    atomic_int n;
    struct MHD_Connection *m;
    struct str target_at;
    char target[100];
    enum http_fault fault;
    size_t headers;
    int step; /* of the request: 0 head, 1 body, 2 answered */
    bool refuse_connections, refuse_requests;
    bool aside;
    struct arena arena;
};

static void note(struct trace *t, char c)
{
    int at = atomic_load(&t->n);
    t->calls[at] = c;
    atomic_store(&t->n, at + 1);
}

static bool welcome(void *ctx, const struct http_address *peer)
{
    struct trace *t = ctx;
    assert_true(http_address_is_loopback(peer));
    return !t->refuse_connections;
}

static void *opened(void *ctx, const struct http_address *peer, int fd)
{
    assert_true(http_address_is_loopback(peer) && fd > 2);
    note(ctx, 'o');
    return ctx;
}

static void closed(void *ctx, void *conn)
{
    assert_ptr_equal(ctx, conn);
    note(ctx, 'c');
}

static void *begun(void *ctx, void *conn, struct MHD_Connection *m, struct str target)
{
    struct trace *t = ctx;
    assert_ptr_equal(ctx, conn);
    note(t, 'b');
    t->m = m;
    t->step = 0;
    t->target_at = target;
    snprintf(t->target, sizeof(t->target), "%.*s", STR_ARG(target));
    return t->refuse_requests ? NULL : t;
}

static bool answer(struct trace *t, struct str body)
{
    struct http_answer_headers h = {.name = {"X-Test"}, .value = {"yes"}, .count = 1};
    uint64_t bytes;
    struct MHD_Response *m = http_library_answer(body, 0, &h, &bytes);
    assert_true(m && bytes == body.n);
    t->step = 2;
    return http_library_queue(t->m, 200, m);
}

static bool serve(void *x, struct str method, struct str version, struct str bytes)
{
    struct trace *t = x;
    note(t, bytes.n ? 'B' : 's');
    if (t->step == 0) {
        struct http_gate g;
        struct http_pair headers[LIMIT_HEADERS];
        t->fault = http_library_gate(t->m, &g, method, t->target_at, version, headers, &t->arena);
        t->headers = g.count;
        t->step = 1;
        return true;
    }
    if (bytes.n) {
        return true;
    }
    if (t->aside) {
        t->aside = false;
        http_library_suspend(t->m);
        return true;
    }
    return answer(t, S("body"));
}

static void finished(void *ctx, void *x, bool sent)
{
    assert_ptr_equal(ctx, x);
    note(ctx, sent ? 'f' : 'F');
}

/* Starts, has the client talk, stops; the trace is complete then. */
static void with(struct trace *t, void (*talk)(struct trace *t, const struct test_app *where))
{
    int fd;
    struct test_app where = {0};
    struct http_address here;
    struct http_options o = {.threads = 1, .connections = 10};
    arena_init(&t->arena, 1u << 20);
    t->library = (struct http_library){.ctx = t,
                                       .welcome = welcome,
                                       .opened = opened,
                                       .closed = closed,
                                       .begun = begun,
                                       .serve = serve,
                                       .finished = finished};
    assert_true(http_listen(S("127.0.0.1:0"), &fd, &where.port, &here, NULL));
    assert_true(http_library_start(&t->library, fd, &o, NULL, NULL, NULL));
    talk(t, &where);
    http_library_stop(&t->library);
    arena_free(&t->arena);
}

static void post(struct trace *t, const struct test_app *where)
{
    struct test_reply r;
    struct str s = S("POST /a%20b?c=d HTTP/1.1\r\nHost: h\r\nX: \r\nContent-Length: 3\r\n\r\nabc");
    assert_int_equal(test_ask(where, s, &r, NULL), 200);
    assert_true(str_eq(r.body, S("body")) && str_eq(test_header(&r, S("X-Test")), S("yes")));
    assert_false(str_given(test_header(&r, S("Server"))));
    assert_string_equal(t->target, "/a%20b?c=d");
    test_wait_for(&t->n, 7);
}

/* The memory lies as io/http_gate.h says, which is not written down anywhere by the library. */
static void shows_what_the_gate_needs(void **state)
{
    (void)state;
    struct trace t = {0};
    with(&t, post);
    assert_int_equal(t.fault, HTTP_FINE);
    assert_int_equal(t.headers, 3);
    assert_string_equal(t.calls, "obsBsfc");
}

static void folded(struct trace *t, const struct test_app *where)
{
    (void)t;
    struct test_reply r;
    test_ask(where, S("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n"), &r, NULL);
}

static void hides_nothing_from_the_gate(void **state)
{
    (void)state;
    struct trace t = {0};
    with(&t, folded);
    assert_int_equal(t.fault, HTTP_FAULT_LINES);
}

static void wait_and_resume(struct trace *t, const struct test_app *where)
{
    struct test_reply r;
    int fd = test_connect(where);
    assert_true(test_send(fd, S("GET / HTTP/1.1\r\nHost: h\r\n\r\n")));
    test_wait_for(&t->n, 4);
    test_pause(50);
    assert_int_equal(atomic_load(&t->n), 4);
    http_library_resume(t->m);
    test_read(fd, &r, false, false);
    assert_int_equal(r.status, 200);
    test_wait_for(&t->n, 6); /* the library hears of it a moment after the client */
    close(fd);
}

static void sets_aside(void **state)
{
    (void)state;
    struct trace t = {.aside = true};
    with(&t, wait_and_resume);
    assert_string_equal(t.calls, "obsssfc");
}

static void no_answer(struct trace *t, const struct test_app *where)
{
    (void)t;
    struct test_reply r;
    assert_int_equal(test_ask(where, S("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), &r, NULL), 0);
}

static void closes_what_is_refused(void **state)
{
    (void)state;
    struct trace t = {.refuse_connections = true};
    with(&t, no_answer);
    assert_string_equal(t.calls, "");
    t = (struct trace){.refuse_requests = true};
    with(&t, no_answer);
    assert_string_equal(t.calls, "obc");
}

static void refuses_bad_pem(void **state)
{
    (void)state;
    struct trace t = {0};
    struct http_options o = {.threads = 1, .connections = 10};
    struct http_address here;
    struct err e;
    uint16_t port;
    int fd;
    assert_true(http_listen(S("127.0.0.1:0"), &fd, &port, &here, NULL));
    t.library.ctx = &t;
    assert_false(http_library_start(&t.library, fd, &o, "not", "PEM", &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_true(strlen(e.en) > strlen("The HTTP server did not start: "));
}

static void makes_answers(void **state)
{
    (void)state;
    struct http_answer_headers h = {.name = {"X"}, .value = {"a\nb"}, .count = 1};
    uint64_t bytes;
    assert_null(http_library_answer(S("x"), 0, &h, &bytes));
    h.count = 0;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    assert_null(http_library_answer(S(""), fds[0], &h, &bytes)); /* not a file; closed */
    assert_int_equal(close(fds[0]), -1);
    close(fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_the_gate_needs),
        cmocka_unit_test(hides_nothing_from_the_gate),
        cmocka_unit_test(sets_aside),
        cmocka_unit_test(closes_what_is_refused),
        cmocka_unit_test(refuses_bad_pem),
        cmocka_unit_test(makes_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
