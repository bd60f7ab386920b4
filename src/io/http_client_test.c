#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/http_client.h"
#include "io/http_testing.h"

static struct arena a;
static struct err e;
static struct test_app *app;
static struct http_client *client;

static void answer_work(void *arg)
{
    static const struct http_pair away[] = {{S_INIT("Location"), S_INIT("/echo")}};
    struct http_exchange *x = arg;
    struct http_request *r = http_exchange_request(x);
    if (str_eq(r->path, S("/away"))) {
        struct http_response answer = {
            .status = 302, .body = S("elsewhere"), .headers = away, .header_count = 1};
        http_answer(x, &answer);
    } else if (str_eq(r->path, S("/empty"))) {
        http_answer(x, &(struct http_response){.status = 204});
    } else if (str_eq(r->path, S("/broken"))) {
        http_answer(x, &(struct http_response){.status = 500, .body = S("sorry")});
    } else {
        test_work(x);
    }
}

static void handle(void *ctx, struct http_exchange *x)
{
    if (!worker_submit(((struct test_app *)ctx)->pool, answer_work, x)) {
        http_answer(x, &(struct http_response){.status = 503});
    }
}

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 64u << 20);
    app = test_start((struct http_options){.handle = handle});
    client = http_client_new(&e);
    return client ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    http_client_free(client);
    http_client_free(NULL);
    test_stop(app);
    arena_free(&a);
    return 0;
}

static struct str url(const char *path)
{
    return arena_fmt(&a, "http://127.0.0.1:%u%s", app->port, path);
}

static bool ask(struct http_client_call c, const char *path, struct http_client_answer *out)
{
    c.method = c.method ? c.method : "GET";
    c.url = str_given(c.url) ? c.url : url(path);
    c.timeout_ms = c.timeout_ms ? c.timeout_ms : 20000;
    c.answer_max = c.answer_max ? c.answer_max : 1u << 20;
    return http_client_call(client, &a, &c, out, &e);
}
#define ASK(path, out, ...) ask((struct http_client_call){__VA_ARGS__}, (path), (out))

static void answered(bool ok, const struct http_client_answer *out, int status, const char *body)
{
    if (!ok) {
        fail_msg("%s", e.en);
    }
    assert_int_equal(out->status, status);
    assert_true(str_eq(out->body, str_of(body)));
}

/* Every byte of a body goes and comes back, whatever its size. */
static void test_bodies(void **state)
{
    (void)state;
    struct http_client_answer out;
    assert_true(ASK("/echo", &out, .method = "POST", .body = S("{\0\r\n\xff}")));
    assert_true(str_eq(out.body, S("{\0\r\n\xff}")));
    assert_true(ASK("/echo", &out, .method = "POST", .body = S("")) && out.status == 200 && out.body.n == 0);
    size_t n = 1u << 20;
    char *large = arena_alloc(&a, n);
    for (size_t i = 0; i < n; i++) {
        large[i] = (char)(i * 31 >> 3);
    }
    assert_true(ASK("/echo", &out, .method = "PUT", .body = {large, n}));
    assert_true(out.status == 200 && str_eq(out.body, (struct str){large, n}));
    /* And the next one is itself again. */
    answered(ASK("/x", &out, 0), &out, 200, "hello");
    assert_true(ASK("/x", &out, .method = "HEAD", .timeout_ms = 5000) && out.status == 200 &&
                out.body.n == 0);
}

static void test_headers(void **state)
{
    (void)state;
    struct http_client_answer out;
    struct http_client_header headers[] = {
        {"X-One", S("1: a; b")}, {"X-Empty", S("")}, {"Content-Type", S("text/plain")}};
    assert_true(ASK("/show", &out, .method = "POST", .body = S("x"), .headers = headers, .header_count = 3));
    assert_true(str_starts(out.body, S("POST /show /show")));
    assert_true(str_find(out.body, S("|X-One=1: a; b")) != SIZE_MAX);
    assert_true(str_find(out.body, S("|X-Empty=")) != SIZE_MAX);
    assert_true(str_find(out.body, S("|Content-Type=text/plain")) != SIZE_MAX);
    assert_true(str_find(out.body, S("urlencoded")) == SIZE_MAX);
    struct str breaks[] = {S("a\r\nX-Two: 2"), S("a\nb"), S("a\0b")};
    for (size_t i = 0; i < ARRAY_LEN(breaks); i++) {
        headers[0].value = breaks[i];
        assert_false(ASK("/show", &out, .headers = headers, .header_count = 1));
        assert_int_equal(e.code, ERR_INVALID);
    }
}

/* Any status is an answer; a redirect is one, too. */
static void test_statuses(void **state)
{
    (void)state;
    struct http_client_answer out;
    answered(ASK("/refused", &out, 0), &out, 404, "refused");
    answered(ASK("/broken", &out, 0), &out, 500, "sorry");
    answered(ASK("/away", &out, 0), &out, 302, "elsewhere");
    answered(ASK("/empty", &out, 0), &out, 204, "");
}

static void refused(bool ok)
{
    assert_false(ok);
    assert_int_equal(e.code, ERR_UPSTREAM);
    assert_true(e.en[0] && e.fr[0]);
}

static void test_limit(void **state)
{
    (void)state;
    struct http_client_answer out;
    answered(ASK("/echo", &out, .method = "POST", .body = S("12345"), .answer_max = 5), &out, 200, "12345");
    refused(ASK("/echo", &out, .method = "POST", .body = S("123456"), .answer_max = 5));
    answered(ASK("/x", &out, 0), &out, 200, "hello"); /* the client is none the worse for it */
}

static void test_slow(void **state)
{
    (void)state;
    struct http_client_answer out;
    struct clock clock = clock_system();
    int64_t before_us = clock_monotonic_us(&clock);
    refused(ASK("/wait", &out, .timeout_ms = 200));
    assert_true(clock_monotonic_us(&clock) - before_us < 10000000);
    sem_post(&app->gate);
    answered(ASK("/x", &out, 0), &out, 200, "hello");
}

static void test_nobody(void **state)
{
    (void)state;
    struct http_client_answer out;
    uint16_t port = app->port;
    test_stop(app);
    refused(ASK("", &out, .url = arena_fmt(&a, "http://me:word@127.0.0.1:%u/hooks/topsecret?key=1", port)));
    /* A key in an address does not end in a log. */
    assert_non_null(strstr(e.en, arena_fmt(&a, "http://127.0.0.1:%u: ", port).p));
    assert_true(!strstr(e.en, "topsecret") && !strstr(e.en, "word") && !strstr(e.fr, "key"));
    refused(ASK("", &out, .url = S("file:///etc/passwd")));
    refused(ASK("", &out, .url = S("gopher://127.0.0.1/")));
    refused(ASK("", &out, .url = S("")));
    refused(ASK("", &out, .url = S("http://")));
    app = test_start((struct http_options){.handle = handle});
    answered(ASK("/x", &out, 0), &out, 200, "hello");
}

/* A proxy that the environment names is not asked. */
static void test_no_proxy(void **state)
{
    (void)state;
    struct http_client_answer out;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    bool ok = ASK("/x", &out, 0);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    answered(ok, &out, 200, "hello");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_bodies), TEST(test_headers), TEST(test_statuses), TEST(test_limit),
        TEST(test_slow),   TEST(test_nobody),  TEST(test_no_proxy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
