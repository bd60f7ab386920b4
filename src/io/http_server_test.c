#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/http_testing.h"

#include "base/limits.h"
#include "format/json.h"

#include <fcntl.h>

static struct test_app *app;

static int start(void **state)
{
    (void)state;
    app = test_start((struct http_options){0});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    test_stop(app);
    return 0;
}

static void assert_problem(const struct test_reply *r)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 1u << 20);
    assert_true(str_eq(test_header(r, S("Content-Type")), S("application/problem+json")));
    const struct json *v = json_parse(&a, r->body, NULL);
    assert_non_null(v);
    assert_true(json_get(v, S("code"))->text.n > 0);
    assert_int_equal(json_get(v, S("errors"))->count, 1);
}

static void assert_common_headers(const struct test_reply *r)
{
    assert_true(str_eq(test_header(r, S("X-Content-Type-Options")), S("nosniff")));
    assert_true(str_eq(test_header(r, S("Referrer-Policy")), S("no-referrer")));
    assert_true(str_eq(test_header(r, S("Cross-Origin-Opener-Policy")), S("same-origin")));
    assert_true(str_eq(test_header(r, S("Cross-Origin-Resource-Policy")), S("same-origin")));
    assert_true(str_eq(test_header(r, S("Cache-Control")), S("no-store")));
    assert_true(str_starts(test_header(r, S("Content-Security-Policy")), S("default-src 'none'; ")));
    assert_false(str_given(test_header(r, S("Server"))));
    assert_false(str_given(test_header(r, S("Strict-Transport-Security"))));
    assert_int_equal(test_header(r, S("X-Request-Id")).n, 16);
}

static void answers(void **state)
{
    (void)state;
    struct test_reply r;
    bool closed;
    assert_int_equal(test_ask(app, S("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), &r, &closed), 200);
    assert_false(closed);
    assert_true(str_eq(r.body, S("hello")));
    assert_common_headers(&r);
    assert_int_equal(test_ask(app, S("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"), &r, &closed), 200);
    assert_true(str_eq(test_header(&r, S("Content-Length")), S("5")));
    assert_false(closed); /* and no byte of a body came */
    assert_int_equal(test_ask(app, S("GET / HTTP/1.0\r\n\r\n"), &r, &closed), 200);
    assert_true(closed);
    struct str post = S("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\na\0b\r\n\r\n\xff\n");
    assert_int_equal(test_ask(app, post, &r, &closed), 200);
    assert_false(closed);
    assert_true(str_eq(r.body, S("a\0b\r\n\r\n\xff\n")));
    assert_int_equal(test_ask(app, S("\r\nPUT /echo HTTP/1.1\r\nHost: h\r\n\r\n"), &r, &closed), 200);
    assert_int_equal(r.body.n, 0);
    struct str show =
        S("PATCH /show?q=%C3%A9+1&z HTTP/1.1\r\nHost:  h:8080 \r\nX-b:  1 \r\nX-A:\r\nx-B: 2\r\n\r\n");
    assert_int_equal(test_ask(app, show, &r, NULL), 200);
    assert_true(str_eq(r.body, S("PATCH /show?q=%C3%A9+1&z /show client=127.0.0.1 secure=0 host=h:8080 q=é 1"
                                 "|Host=h:8080|X-b=1|X-A=|x-B=2")));
    struct str spoof =
        S("GET /show HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n\r\n");
    assert_int_equal(test_ask(app, spoof, &r, NULL), 200);
    assert_true(str_find(r.body, S("client=127.0.0.1 secure=0")) != SIZE_MAX);
}

/* No two answers carry the same id. */
static void request_ids(void **state)
{
    (void)state;
    struct test_reply first, second;
    test_ask(app, S("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), &first, NULL);
    test_ask(app, S("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), &second, NULL);
    assert_false(str_eq(test_header(&first, S("X-Request-Id")), test_header(&second, S("X-Request-Id"))));
}

#define H   "Host: h\r\n"
#define GET "GET /a HTTP/1.1\r\n" H

static const struct {
    struct str bytes;
    int status;
    bool library; /* answered by libmicrohttpd itself */
} crooked[] = {
    {S_INIT("POST /a HTTP/1.1\r\n" H "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400,
     0},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"), 400,
     0},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), 400, 0},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400, 0},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Transfer-Encoding: gzip\r\n\r\nabc"), 400, 0},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 400, 0},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n"), 400, 0},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n"),
     400, 0},
    {S_INIT("POST /a HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, 0},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Content-Length: 3x\r\n\r\nabc"), 400, 1},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Content-Length: +3\r\n\r\nabc"), 400, 1},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\nabc"), 400, 1},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Content-Length: 99999999999999999999999\r\n\r\n"), 413, 1},
    {S_INIT(GET "X-A : 1\r\n\r\n"), 400, 0},
    {S_INIT(GET "X-A\t: 1\r\n\r\n"), 400, 0},
    {S_INIT(GET "X-A: 1\r\n 2\r\n\r\n"), 400, 0},
    {S_INIT(GET "X-A: 1\r\n\t2\r\nX-B: 3\r\n\r\n"), 400, 0},
    {S_INIT(GET "X-A: 1\r\n \r\nX-B: 3\r\n\r\n"), 400, 0},
    {S_INIT("GET /a HTTP/1.1\r\n Host: h\r\n\r\n"), 400, 0},
    {S_INIT(GET "no colon\r\n\r\n"), 400, 1},
    {S_INIT(GET ": a\r\n\r\n"), 400, 0},
    {S_INIT(GET "X\0A: 1\r\n\r\n"), 400, 1},
    {S_INIT(GET "X-A: 1\0002\r\n\r\n"), 400, 0},
    {S_INIT(GET "X-A: 1\0002\r\nX-B: 2\r\n\r\n"), 400, 0},
    {S_INIT(GET "X-A: 1\0\0\0\r\n\r\n"), 400, 0},
    {S_INIT(GET "X-A: 1\r\n\0X-B: 1\r\n\r\n"), 400, 0},
    {S_INIT("GET /a\0b HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a?b=\0c HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S_INIT("G\0T /a HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a HTTP/1.1\nHost: h\n\n"), 400, 0},
    {S_INIT("GET /a HTTP/1.1\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a HTTP/1.1\r\nHost: h\nX-A: 1\r\n\r\n"), 400, 0},
    {S_INIT(GET "\n"), 400, 0},
    {S_INIT("GET /a HTTP/1.1\r\nHost: h\n\r\n"), 400, 0},
    {S_INIT("GET /a HTTP/1.1\r\nHost: h\rX-A: 1\r\n\r\n"), 400, 0},
    {S_INIT("GET /a HTTP/1.1\r\r\n" H "\r\n"), 400, 1},
    {S_INIT(GET "X-A: \x01\r\n\r\n"), 400, 0},
    {S_INIT(GET "X-A: a\x7f\r\n\r\n"), 400, 0},
    {S_INIT("GET /a HTTP/1.1\r\nX-A: 1\r\n\r\n"), 400, 0},
    {S_INIT("GET /a HTTP/1.1\r\n\r\n"), 400, 0},
    {S_INIT(GET H "\r\n"), 400, 0},
    {S_INIT("GET /a HTTP/1.1\r\nHost: a b\r\n\r\n"), 400, 0},
    {S_INIT("TRACE /a HTTP/1.1\r\n" H "\r\n"), 405, 0},
    {S_INIT("CONNECT h:1 HTTP/1.1\r\n" H "\r\n"), 405, 0},
    {S_INIT("BREW /a HTTP/1.1\r\n" H "\r\n"), 501, 0},
    {S_INIT("get /a HTTP/1.1\r\n" H "\r\n"), 501, 0},
    {S_INIT("GET  /a HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a b HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a%00b HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a%2Fb HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a%FF HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a?b=%0 HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a/../b HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a\r\n\r\n"), 400, 1},
    {S_INIT("GET /a HTTP/1.2\r\n" H "\r\n"), 400, 0},
    {S_INIT("GET /a HTTP/2.0\r\n" H "\r\n"), 505, 1},
    {S_INIT("GET /a http/1.1\r\n" H "\r\n"), 400, 1},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"), 400, 1},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n"), 400, 1},
    {S_INIT("POST /a HTTP/1.1\r\n" H "Expect: magic\r\nContent-Length: 3\r\n\r\nabc"), 417, 0},
};

/* Each with something behind it that would be a second request to a lenient reader. */
static void crooked_requests(void **state)
{
    (void)state;
    struct test_reply r;
    for (size_t i = 0; i < ARRAY_LEN(crooked); i++) {
        bool closed = false;
        int status = test_ask(app, crooked[i].bytes, &r, &closed);
        if (status != crooked[i].status) {
            fail_msg("case %zu: status %d, not %d", i, status, crooked[i].status);
        }
        if (!crooked[i].library) {
            assert_true(closed);
            assert_problem(&r);
            assert_common_headers(&r);
        }
    }
    assert_int_equal(atomic_load(&app->handled), 0);
}

/* The same, the bytes coming one by one: what is refused must not depend on how they are cut into packets. */
static void drop_by_drop(void **state)
{
    (void)state;
    static const struct {
        struct str bytes;
        int status;
    } cases[] = {
        {S_INIT("POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc"), 200},
        {S_INIT("POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), 200},
        {S_INIT(GET "X-A: 1\r\n 2\r\n\r\n"), 400},
        {S_INIT("GET /a HTTP/1.1\r\nHost: h\nX-A: 1\r\n\r\n"), 400},
        {S_INIT(GET "X-A: 1\0002\r\n\r\n"), 400},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct test_reply r;
        int fd = test_connect(app);
        for (size_t n = 0; n < cases[i].bytes.n; n++) {
            test_send(fd, str_sub(cases[i].bytes, n, 1));
            test_pause(1);
        }
        test_read(fd, &r, false, false);
        assert_int_equal(r.status, cases[i].status);
        close(fd);
    }
}

static void languages(void **state)
{
    (void)state;
    struct test_reply r;
    test_ask(app, S(GET "Accept-Language: fr\r\nX : 1\r\n\r\n"), &r, NULL);
    assert_true(str_find(r.body, S("en-tête")) != SIZE_MAX);
    test_ask(app, S(GET "X : 1\r\nAccept-Language: fr\r\n\r\n"), &r, NULL);
    assert_true(str_find(r.body, S("header")) != SIZE_MAX); /* what comes after the fault is not read */
}

static void sizes(void **state)
{
    (void)state;
    struct test_reply r;
    bool closed;
    size_t room = 200000;
    char *text = malloc(room);
    for (int extra = 0; extra < 2; extra++) {
        int n = snprintf(text, room, "GET /%0*d HTTP/1.1\r\n" H "\r\n", LIMIT_URL - 1 + extra, 0);
        assert_int_equal(test_ask(app, (struct str){text, (size_t)n}, &r, &closed), extra ? 414 : 200);
        assert_int_equal(closed, extra);
        n = snprintf(text, room, GET "X: %0*d\r\n\r\n", LIMIT_HEADER_BYTES - 16 + extra, 0);
        assert_int_equal(test_ask(app, (struct str){text, (size_t)n}, &r, &closed), extra ? 431 : 200);
        n = snprintf(text, room, GET "Cookie: %0*d\r\n\r\n", extra ? 40000 : 8000, 0);
        assert_int_equal(test_ask(app, (struct str){text, (size_t)n}, &r, &closed), extra ? 431 : 200);
        n = snprintf(text, room, GET);
        for (int i = 1; i < LIMIT_HEADERS + extra; i++) {
            n += snprintf(text + n, room - (size_t)n, "X-%d: 1\r\n", i);
        }
        n += snprintf(text + n, room - (size_t)n, "\r\n");
        assert_int_equal(test_ask(app, (struct str){text, (size_t)n}, &r, &closed), extra ? 431 : 200);
    }
    assert_problem(&r);
    int n = snprintf(text, room, "GET /%0*d HTTP/1.1\r\n" H "\r\n", 150000, 0);
    assert_int_equal(test_ask(app, (struct str){text, (size_t)n}, &r, NULL), 414);
    n = snprintf(text, room, GET "X: %0*d\r\n\r\n", 150000, 0);
    assert_int_equal(test_ask(app, (struct str){text, (size_t)n}, &r, NULL), 431);
    free(text);
}

static void pipelining(void **state)
{
    (void)state;
    struct test_reply r;
    int fd = test_connect(app);
    assert_true(test_send(fd, S("POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\none"
                                "GET /wait HTTP/1.1\r\n" H "\r\n"
                                "GET / HTTP/1.1\r\n" H "\r\n"
                                "POST /echo HTTP/1.1\r\n" H "Content-Length: 4\r\n\r\nfo")));
    test_read(fd, &r, false, false);
    assert_true(str_eq(r.body, S("one")));
    sem_post(&app->gate);
    test_read(fd, &r, true, false);
    assert_true(str_eq(r.body, S("waited ")));
    test_read(fd, &r, true, false);
    assert_true(str_eq(r.body, S("hello")));
    assert_true(test_send(fd, S("ur")));
    test_read(fd, &r, true, false);
    assert_true(str_eq(r.body, S("four")));
    close(fd);
}

static void chunked_bodies_end_the_connection(void **state)
{
    (void)state;
    struct test_reply r;
    bool closed;
    struct str s =
        S("POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n4\r\ndefg\r\n0\r\n"
          "X-Trailer: 1\r\n\r\n");
    assert_int_equal(test_ask(app, s, &r, &closed), 200);
    assert_true(str_eq(r.body, S("abcdefg")) && closed);
    assert_true(str_eq(test_header(&r, S("Connection")), S("close")));
}

static void proxies(void **state)
{
    (void)state;
    struct http_network here;
    assert_true(http_network_parse(S("127.0.0.0/8"), &here));
    struct test_app *behind =
        test_start((struct http_options){.listen = S("0.0.0.0:0"), .proxies = &here, .proxy_count = 1});
    struct test_reply r;
    struct str s = S(
        "GET /show HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 9.9.9.9, 1.2.3.4\r\nX-Forwarded-Proto: https\r\n\r\n");
    assert_int_equal(test_ask(behind, s, &r, NULL), 200);
    assert_true(str_find(r.body, S("client=1.2.3.4 secure=1")) != SIZE_MAX);
    assert_true(str_starts(test_header(&r, S("Strict-Transport-Security")), S("max-age=")));
    test_stop(behind);
}

/* Answers of all shapes. */
static void answer_shapes(void *ctx, struct http_exchange *x)
{
    struct http_request *r = http_exchange_request(x);
    (void)ctx;
    struct http_response a = test_text(S("x"));
    struct http_pair cookies[] = {{S("Set-Cookie"), S("a=1")}, {S("Set-Cookie"), S("b=2")}};
    if (str_eq(r->path, S("/file"))) {
        a.body_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    } else if (str_eq(r->path, S("/no-file"))) {
        a.body_fd = open("/tmp", O_RDONLY | O_CLOEXEC);
    } else if (str_eq(r->path, S("/page"))) {
        a.csp = S("default-src 'self'");
        a.cache = S("max-age=60");
        a.headers = cookies;
        a.header_count = 2;
        a.close = true;
    } else if (str_eq(r->path, S("/evil"))) {
        cookies[0].value = S("a=1\r\nX: y");
        a.headers = cookies;
        a.header_count = 1;
    } else if (str_eq(r->path, S("/none"))) {
        a = (struct http_response){.status = 204};
    } else if (str_eq(r->path, S("/zero"))) {
        a = (struct http_response){.status = 0};
    }
    http_answer(x, &a);
}

static void shapes(void **state)
{
    (void)state;
    struct test_app *shaped = test_start((struct http_options){.handle = answer_shapes});
    struct test_reply r;
    bool closed;
    assert_int_equal(test_ask(shaped, S("GET /page HTTP/1.1\r\n" H "\r\n"), &r, &closed), 200);
    assert_true(closed && str_eq(test_header(&r, S("Content-Security-Policy")), S("default-src 'self'")));
    assert_true(str_eq(test_header(&r, S("Cache-Control")), S("max-age=60")));
    assert_true(str_find(r.head, S("Set-Cookie: a=1\r\n")) != SIZE_MAX);
    assert_true(str_find(r.head, S("Set-Cookie: b=2\r\n")) != SIZE_MAX);
    static const char *const broken[] = {"/evil", "/zero", "/no-file"};
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        char text[100];
        int n = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\n" H "\r\n", broken[i]);
        assert_int_equal(test_ask(shaped, (struct str){text, (size_t)n}, &r, &closed), 500);
        assert_problem(&r);
    }
    assert_int_equal(test_ask(shaped, S("GET /none HTTP/1.1\r\n" H "\r\n"), &r, &closed), 204);
    assert_false(closed || str_given(test_header(&r, S("Content-Type"))));
    struct stat st;
    assert_int_equal(stat("/proc/self/exe", &st), 0);
    int fd = test_connect(shaped);
    assert_true(test_send(
        fd, S("HEAD /file HTTP/1.1\r\n" H "\r\nGET /file HTTP/1.1\r\n" H "Connection: close\r\n\r\n")));
    test_read(fd, &r, false, true);
    int64_t length;
    assert_true(str_to_i64(test_header(&r, S("Content-Length")), &length) && length == st.st_size);
    int64_t total = (int64_t)(r.n - r.head.n - 2);
    for (r.n = 0; test_more(fd, &r); r.n = 0) {
        total += (int64_t)r.n;
    }
    assert_true(total > length && total < length + 1000);
    close(fd);
    test_stop(shaped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers, start, stop),
        cmocka_unit_test_setup_teardown(request_ids, start, stop),
        cmocka_unit_test_setup_teardown(crooked_requests, start, stop),
        cmocka_unit_test_setup_teardown(drop_by_drop, start, stop),
        cmocka_unit_test_setup_teardown(languages, start, stop),
        cmocka_unit_test_setup_teardown(sizes, start, stop),
        cmocka_unit_test_setup_teardown(pipelining, start, stop),
        cmocka_unit_test_setup_teardown(chunked_bodies_end_the_connection, start, stop),
        cmocka_unit_test(proxies),
        cmocka_unit_test(shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
