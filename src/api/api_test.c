/* The API as a whole: what every route has in common. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

#include <pthread.h>

static struct api_fixture f;

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static void test_methods(void **state)
{
    (void)state;
    struct reply r = ask(&f, OWNER, "HEAD", "/api/admin/demo/rooms", NULL);
    assert_status(r, 200);
    assert_int_equal(r.body.n, 0);
    r = ask(&f, NOBODY, "HEAD", "/healthz", NULL);
    assert_status(r, 200);
    assert_int_equal(r.body.n, 0);
    r = ask(&f, OWNER, "PATCH", "/api/admin/demo/rooms", "{}");
    assert_problem(&f, r, 405, "");
    assert_true(str_eq(reply_header(&r, S("Allow")), S("GET, HEAD, POST, OPTIONS")));
    r = ask(&f, NOBODY, "OPTIONS", "/api/admin/demo/rooms", NULL);
    assert_status(r, 204);
    assert_true(str_eq(reply_header(&r, S("Allow")), S("GET, HEAD, POST, OPTIONS")));
    r = ask(&f, OWNER, "GET", "/api/nowhere", NULL);
    assert_problem(&f, r, 404, "");
    r = ask(&f, NOBODY, "GET", "/api/admin/demo/nowhere", NULL);
    assert_problem(&f, r, 401, "");
}

static void test_access(void **state)
{
    (void)state;
    struct reply r = ask(&f, NOBODY, "GET", "/api/admin/demo/rooms", NULL);
    assert_problem(&f, r, 401, "");
    assert_true(str_eq(reply_header(&r, S("WWW-Authenticate")), S("Bearer")));
    r = fixture_ask(&f, "GET", "/api/me", "Authorization: Bearer sk_not_a_token\r\n", (struct str){0});
    assert_problem(&f, r, 401, "");
    r = fixture_ask(&f, "GET", "/api/me", "Authorization: Basic YTpi\r\n", (struct str){0});
    assert_problem(&f, r, 401, "");
    struct reply hidden = ask(&f, STRANGER, "GET", "/api/admin/demo/rooms", NULL);
    assert_problem(&f, hidden, 404, "");
    struct reply missing = ask(&f, STRANGER, "GET", "/api/admin/never-was/rooms", NULL);
    assert_string_equal(reply_text(&f, &hidden, "detail"), reply_text(&f, &missing, "detail"));
    r = ask(&f, OPERATOR, "GET", "/api/admin/demo/rooms", NULL);
    assert_problem(&f, r, 404, "");
    r = ask(&f, VIEWER, "GET", "/api/admin/demo/rooms", NULL);
    assert_status(r, 200);
    r = ask(&f, VIEWER, "POST", "/api/admin/demo/rooms", "{\"code\":\"X\",\"units\":1}");
    assert_problem(&f, r, 403, "");
    /* Before the body is looked at: nobody without the right learns what would be valid. */
    r = ask(&f, VIEWER, "POST", "/api/admin/demo/rooms", "nonsense");
    assert_problem(&f, r, 403, "");
    r = ask(&f, MANAGER, "POST", "/api/admin/demo/rooms", "{\"code\":\"X\",\"units\":1}");
    assert_status(r, 201);
}

static void test_bodies(void **state)
{
    (void)state;
    const char *path = "/api/admin/demo/rooms";
    struct str auth = arena_fmt(f.a, "Authorization: Bearer %.*s\r\n", STR_ARG(f.tokens[OWNER]));
    struct reply r = ask(&f, OWNER, "POST", path, "{\"code\":\n\"Y\",}");
    assert_problem(&f, r, 400, "");
    assert_true(str_find(r.body, S("line 2")) != SIZE_MAX);
    r = ask(&f, OWNER, "POST", path, "");
    assert_problem(&f, r, 400, "");
    r = ask(&f, OWNER, "POST", path, "[]");
    assert_problem(&f, r, 400, "");
    r = ask(&f, OWNER, "POST", path, "{\"code\":\"Y\",\"units\":1,\"colour\":2}");
    assert_problem(&f, r, 400, "/colour");
    r = ask(&f, OWNER, "POST", path, "{\"code\":\"Y\",\"units\":\"many\"}");
    assert_problem(&f, r, 400, "/units");
    static const char *const types[] = {
        "", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/json; charset=iso-8859-1\r\n", "Content-Type: application/jsonx\r\n"};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct str headers = arena_fmt(f.a, "%.*s%s", STR_ARG(auth), types[i]);
        r = fixture_ask(&f, "POST", path, headers.p, S("{\"code\":\"Y\",\"units\":1}"));
        assert_problem(&f, r, 415, "");
    }
    struct str headers =
        arena_fmt(f.a, "%.*sContent-Type: Application/JSON; charset=\"UTF-8\"\r\n", STR_ARG(auth));
    r = fixture_ask(&f, "POST", path, headers.p, S("{\"code\":\"Y\",\"units\":1}"));
    assert_status(r, 201);
    char *big = arena_alloc(f.a, 1100001);
    for (size_t i = 0; i < 1100000; i++) {
        big[i] = ' ';
    }
    r = ask(&f, OWNER, "POST", path, big);
    assert_problem(&f, r, 413, "");
}

static void test_languages(void **state)
{
    (void)state;
    struct str headers = arena_fmt(f.a, "Authorization: Bearer %.*s\r\nAccept-Language: fr-FR,en;q=0.5\r\n",
                                   STR_ARG(f.tokens[OWNER]));
    struct reply r = fixture_ask(&f, "GET", "/api/admin/demo/rooms?limit=0", headers.p, (struct str){0});
    assert_problem(&f, r, 400, "/limit");
    assert_true(str_find(r.body, S("nombre entier")) != SIZE_MAX);
    assert_true(str_starts(str_of(reply_text(&f, &r, "instance")), S("urn:selfkey:request:")));
    assert_true(str_ends(str_of(reply_text(&f, &r, "instance")), reply_header(&r, S("X-Request-Id"))));
    r = ask(&f, OWNER, "GET", "/api/admin/demo/reservations?cursor=!!", NULL);
    assert_problem(&f, r, 400, "/cursor");
}

static void test_hosts(void **state)
{
    (void)state;
    struct reply r =
        fixture_send(&f, S("GET /api/me HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"));
    assert_problem(&f, r, 421, "");
    r = fixture_send(&f, S("GET / HTTP/1.1\r\nHost: hub.example.org\r\nConnection: close\r\n\r\n"));
    assert_status(r, 200);
}

/* What says nothing about who asks must be the same whoever asks, and not be kept by anybody. */
static void test_headers(void **state)
{
    (void)state;
    struct reply r = ask(&f, OWNER, "GET", "/api/admin/demo/rooms", NULL);
    assert_true(str_eq(reply_header(&r, S("Content-Type")), S("application/json")));
    assert_true(str_eq(reply_header(&r, S("Cache-Control")), S("no-store")));
    assert_true(str_eq(reply_header(&r, S("X-Content-Type-Options")), S("nosniff")));
    assert_true(str_starts(reply_header(&r, S("Content-Security-Policy")), S("default-src 'none'")));
    assert_false(str_given(reply_header(&r, S("Access-Control-Allow-Origin"))));
}

struct asker {
    pthread_t thread;
    atomic_int status; /* 0: not answered yet */
    bool retry_after;
};

static void *ask_ready(void *arg)
{
    struct asker *asker = arg;
    struct api_fixture *mine = calloc(1, sizeof(*mine)); /* a memory of its own */
    struct arena memory;
    arena_init(&memory, 1u << 20);
    mine->api = f.api;
    mine->a = &memory;
    struct reply r = ask(mine, NOBODY, "GET", "/readyz", NULL);
    asker->retry_after = str_eq(reply_header(&r, S("Retry-After")), S("1"));
    atomic_store(&asker->status, r.status);
    arena_free(&memory);
    free(mine);
    return NULL;
}

static void start_asking(struct asker *asker)
{
    atomic_store(&asker->status, 0);
    assert_int_equal(pthread_create(&asker->thread, NULL, ask_ready, asker), 0);
}

/* Who cannot be served soon hears so at once, and the other lanes go on. */
static void test_full(void **state)
{
    (void)state;
    static struct asker askers[3];
    struct api *whole = f.api;
    struct api_options o = {.env = &f.env.env,
                            .listen = S("127.0.0.1:0"),
                            .upload_dir = str_of(f.env.dir),
                            .quick_workers = 1,
                            .queue_max = 1,
                            .ctx = &f,
                            .ready = fixture_ready};
    assert_true(api_start(&o, &f.api, &f.env.e));
    atomic_store(&f.hold, true);
    start_asking(&askers[0]);
    while (atomic_load(&f.held) == 0) {
        usleep(1000);
    }
    /* The only worker is busy: of two more, one waits and one is refused. */
    start_asking(&askers[1]);
    start_asking(&askers[2]);
    while (atomic_load(&askers[1].status) + atomic_load(&askers[2].status) == 0) {
        usleep(1000);
    }
    struct reply r = ask(&f, NOBODY, "GET", "/healthz", NULL);
    assert_status(r, 200);
    r = fixture_ask(&f, "POST", "/api/webhooks/integrations/demo/nothing", "", S("{}"));
    assert_problem(&f, r, 404, "");
    atomic_store(&f.hold, false);
    for (size_t i = 0; i < ARRAY_LEN(askers); i++) {
        pthread_join(askers[i].thread, NULL);
    }
    struct asker *refused = atomic_load(&askers[1].status) == 503 ? &askers[1] : &askers[2];
    assert_int_equal(atomic_load(&refused->status), 503);
    assert_true(refused->retry_after);
    assert_int_equal(atomic_load(&askers[0].status), 200);
    assert_int_equal(atomic_load(&askers[1].status) + atomic_load(&askers[2].status), 703);
    api_stop(f.api);
    f.api = whole;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods),   cmocka_unit_test(test_access), cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_languages), cmocka_unit_test(test_hosts),  cmocka_unit_test(test_headers),
        cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
