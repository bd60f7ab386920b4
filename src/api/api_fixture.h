/* api_fixture.h: a whole API for a test: two hotels, a person of each role with a token, and the server on a port of
 * its own, spoken to over real sockets. */
#ifndef API_API_FIXTURE_H
#define API_API_FIXTURE_H

#include "api/api.h"
#include "format/json.h"
#include "hub/account.h"
#include "hub/env_fixture.h"
#include "hub/keys.h"
#include "hub/process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>

enum fixture_person { OWNER, MANAGER, VIEWER, STRANGER, OPERATOR, PERSONS, NOBODY };

struct api_fixture {
    struct env_fixture env;
    struct arena *a; /* of the environment */
    struct api *api;
    struct str tokens[PERSONS];
    int taken;        /* how often on_taken was called */
    bool sick;        /* what `ready` says */
    atomic_bool hold; /* `ready` waits as long … */
    atomic_int held;  /* … and so many are waiting in it */
};

struct reply {
    int status;
    struct str head, body;
    const struct json *json; /* NULL: it is none */
};

static inline void fixture_must(struct api_fixture *f, bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "%s: %s %s\n", what, f->env.e.en, f->env.e.pointer);
        abort();
    }
}

static inline void fixture_taken(void *ctx)
{
    ((struct api_fixture *)ctx)->taken++;
}

static inline bool fixture_ready(void *ctx, struct err *e)
{
    struct api_fixture *f = ctx;
    atomic_fetch_add(&f->held, 1);
    while (atomic_load(&f->hold)) {
        usleep(1000);
    }
    atomic_fetch_sub(&f->held, 1);
    return !f->sick || err_set(e, ERR_INTERNAL, "the processor stands still", "le traitement est arrêté");
}

static inline bool fixture_people(struct db_conn *c, void *arg, struct err *e)
{
    static const char *const names[PERSONS] = {"owner", "manager", "viewer", "stranger", "operator"};
    static const enum role roles[PERSONS] = {ROLE_OWNER, ROLE_MANAGER, ROLE_VIEWER, ROLE_OWNER, ROLE_NONE};
    struct api_fixture *f = arg;
    struct establishment demo = {
        .slug = S("demo"), .name = S("Hôtel"), .timezone = S("Europe/Paris"), .currency = S("EUR")};
    struct establishment other = demo;
    other.slug = S("other");
    if (!establishment_insert(c, &demo, e) || !establishment_insert(c, &other, e)) {
        return false;
    }
    for (int i = 0; i < PERSONS; i++) {
        struct user u = {.email = arena_fmt(f->a, "%s@example.org", names[i]),
                         .password_hash = S("-"), /* nobody signs in with it: hashing takes its time */
                         .is_operator = i == OPERATOR};
        if (!user_insert(c, &u, e) ||
            (roles[i] && !user_set_role(c, u.id, i == STRANGER ? other.id : demo.id, roles[i], e))) {
            return false;
        }
    }
    return true;
}

/* people: whether there are any; without, it is an installation that was never set up. */
static inline void api_fixture_open_with(struct api_fixture *f, bool people)
{
    static const char *const names[PERSONS] = {"owner", "manager", "viewer", "stranger", "operator"};
    bool created;
    memset(f, 0, sizeof(*f));
    env_fixture_open(&f->env);
    f->a = &f->env.a;
    struct env *env = &f->env.env;
    fixture_must(f, keys_open(env, &created, &f->env.e), "keys");
    for (int i = 0; people && i < PERSONS; i++) {
        struct principal p;
        struct str email = arena_fmt(f->a, "%s@example.org", names[i]);
        fixture_must(f, i || db_write(f->env.store.hotel, fixture_people, f, &f->env.e), "people");
        fixture_must(f, account_find(env, f->a, email, &p, &f->env.e), names[i]);
        fixture_must(f, account_token_create(env, f->a, p.user_id, S("test"), &f->tokens[i], &f->env.e),
                     "token");
    }
    struct api_options o = {
        .env = env,
        .listen = S("127.0.0.1:0"),
        .public_url = env->public_url,
        .upload_dir = str_of(f->env.dir),
        .quick_workers = 1,
        .long_workers = 1,
        .ctx = f,
        .on_taken = fixture_taken,
        .ready = fixture_ready,
    };
    fixture_must(f, api_start(&o, &f->api, &f->env.e), "api");
}

static inline void api_fixture_open(struct api_fixture *f)
{
    api_fixture_open_with(f, true);
}

static inline void api_fixture_close(struct api_fixture *f)
{
    api_stop(f->api);
    keys_close(&f->env.env);
    env_fixture_close(&f->env);
}

/* --- speaking to it --- */

/* Sends the bytes and gathers the answer until the server closes; the request must say "Connection: close". */
static inline struct reply fixture_send(struct api_fixture *f, struct str bytes)
{
    struct reply r = {0};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(api_port(f->api))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        abort();
    }
    for (size_t at = 0; at < bytes.n;) {
        ssize_t n = send(fd, bytes.p + at, bytes.n - at, MSG_NOSIGNAL);
        if (n <= 0) {
            break; /* it may answer and close before the end */
        }
        at += (size_t)n;
    }
    struct buf b = buf_in(f->a);
    char piece[8192];
    for (ssize_t n; (n = recv(fd, piece, sizeof(piece), 0)) > 0;) {
        buf_add(&b, (struct str){piece, (size_t)n});
    }
    close(fd);
    struct str all = buf_str(&b);
    size_t end = str_find(all, S("\r\n\r\n"));
    int64_t status = 0;
    if (end != SIZE_MAX && str_to_i64(str_sub(all, 9, 3), &status)) {
        r.status = (int)status;
        r.head = str_sub(all, 0, end + 2);
        r.body = str_sub(all, end + 4, all.n);
        r.json = json_parse(f->a, r.body, NULL);
    }
    return r;
}

/* headers: further ones, each with its \r\n; body may be NULL. */
static inline struct reply fixture_ask(struct api_fixture *f, const char *method, const char *path,
                                       const char *headers, struct str body)
{
    struct buf b = buf_in(f->a);
    buf_fmt(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method, path, headers);
    if (str_given(body)) {
        buf_fmt(&b, "Content-Length: %zu\r\n", body.n);
    }
    buf_add(&b, S("\r\n"));
    buf_add(&b, body);
    return fixture_send(f, buf_str(&b));
}

/* As a program of that person does. json may be NULL: no body. */
static inline struct reply ask(struct api_fixture *f, enum fixture_person who, const char *method,
                               const char *path, const char *json)
{
    struct buf b = buf_in(f->a);
    if (who < PERSONS) {
        buf_fmt(&b, "Authorization: Bearer %.*s\r\n", STR_ARG(f->tokens[who]));
    }
    if (json) {
        buf_add(&b, S("Content-Type: application/json\r\n"));
    }
    return fixture_ask(f, method, path, arena_cstr(f->a, buf_str(&b)), str_of(json));
}

/* The first header of that name; absent when there is none. */
static inline struct str reply_header(const struct reply *r, struct str name)
{
    for (struct str rest = r->head; str_given(rest);) {
        struct str value = str_cut(&rest, '\n');
        struct str key = str_cut(&value, ':');
        if (str_eq_nocase(key, name)) {
            return str_trim(value);
        }
    }
    return (struct str){0};
}

/* What lies at "data.0.code" in the answer; NULL when nothing does. */
static inline const struct json *reply_at(const struct reply *r, const char *path)
{
    const struct json *v = r->json;
    for (struct str rest = str_of(path); v && str_given(rest);) {
        struct str part = str_cut(&rest, '.');
        int64_t index;
        v = v->type == JSON_ARRAY && str_to_i64(part, &index) ? json_at(v, (size_t)index) : json_get(v, part);
    }
    return v;
}

/* Its text, as a C string; "" when there is none, "null" for null. */
static inline const char *reply_text(struct api_fixture *f, const struct reply *r, const char *path)
{
    const struct json *v = reply_at(r, path);
    if (!v) {
        return "";
    }
    bool scalar = v->type == JSON_STRING || v->type == JSON_NUMBER;
    return arena_cstr(f->a, scalar ? v->text : v->source);
}

/* Fails the test with the answer when the status is another. */
#define assert_status(r, wanted)                                                                             \
    do {                                                                                                     \
        if ((r).status != (wanted)) {                                                                        \
            print_error("%d instead of %d: %.*s\n", (r).status, (wanted), STR_ARG((r).body));                \
            fail();                                                                                          \
        }                                                                                                    \
    } while (0)
/* A problem document of that status, with the pointer. */
#define assert_problem(f, r, wanted, pointer)                                                                \
    do {                                                                                                     \
        assert_status(r, wanted);                                                                            \
        assert_true(str_eq(reply_header(&(r), S("Content-Type")), S("application/problem+json")));           \
        assert_string_equal(reply_text(f, &(r), "errors.0.pointer"), pointer);                               \
        assert_true(reply_at(&(r), "code") != NULL);                                                         \
    } while (0)

#endif
