#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json_fields.h"
#include "hub/take_fixture.h"

#define DAY_US INT64_C(86400000000)

static struct take_fixture f;

static int setup(void **state)
{
    (void)state;
    take_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    take_fixture_close(&f);
    return 0;
}

static void taken(struct take *t, const char *verdict)
{
    if (!take_alone(&f, t)) {
        fail_msg("%s", t->err.en);
    }
    assert_int_equal(t->err.code, ERR_NONE);
    assert_true(str_eq(stored(&f, t->seq).verdict, str_of(verdict)));
}

/* Answered with an error; kept: with its reason. */
static struct inbox_message refused(struct take *t, enum err_code code, bool kept)
{
    take_alone(&f, t);
    assert_int_equal(t->err.code, code);
    assert_true(t->err.en[0] && t->err.fr[0]);
    assert_int_equal(t->seq != 0, kept);
    if (!kept) {
        return (struct inbox_message){0};
    }
    struct inbox_message m = stored(&f, t->seq);
    assert_true(str_eq(m.verdict, S("rejected")) && m.reason.en.n && m.reason.fr.n);
    return m;
}

static bool contains(struct str text, const char *part)
{
    return str_find(text, str_of(part)) != SIZE_MAX;
}

static void test_signed(void **state)
{
    (void)state;
    struct str secret, body = booking(&f, "created", "A", "DBL", 0, 1);
    struct str id = hook(&f, "{\"verification\":\"signed\",\"preset\":\"standard\"}", &secret);
    struct take *t = request_signed(&f, id, secret, "msg_1", body);
    taken(t, "signed");
    struct inbox_message m = stored(&f, t->seq);
    assert_true(m.establishment_id == f.one.id && str_eq(m.integration_id, id) && str_eq(m.body, body));
    assert_true(m.size == (int64_t)body.n && !m.masked && str_eq(m.message_key, S("msg_1")));
    assert_true(m.received_us == f.env.now_us && str_eq(m.client, t->client) && str_eq(m.target, t->target));
    assert_true(str_eq(m.method, S("POST")) && str_eq(m.request_id, t->request_id));
    uint8_t hash[SECRET_HASH_SIZE];
    secret_sha256(body, hash);
    assert_true(m.sha256.n == sizeof(hash) && memcmp(m.sha256.p, hash, sizeof(hash)) == 0);
    const struct json *headers = json_parse(f.a, m.headers, &f.e);
    assert_int_equal(headers->count, 4);
    assert_true(str_eq(json_at(json_at(headers, 0), 0)->text, S("Content-Type")));
    assert_true(str_eq(json_at(json_at(headers, 1), 1)->text, S("msg_1")));
    assert_true(contains(m.headers, "v1,")); /* worth nothing without the secret */
    assert_false(contains(m.headers, secret.p));

    /* Bytes that are no reservation are taken all the same. */
    taken(request_signed(&f, id, secret, "msg_2", S("\0 not JSON \xff")), "signed");
    taken(request_signed(&f, id, secret, "msg_3", S("")), "signed");
    assert_true(str_eq(stored(&f, t->seq + 1).body, S("\0 not JSON \xff")));

    t = request_signed(&f, id, secret, "msg_4", body);
    t->body = booking(&f, "created", "B", "DBL", 0, 1);
    m = refused(t, ERR_UNAUTHENTICATED, true);
    assert_true(str_eq(m.body, t->body) && !str_given(m.message_key)); /* nobody said whose number it is */
    m = refused(request(&f, id, body, NULL, 0), ERR_UNAUTHENTICATED, true);
    assert_true(contains(m.reason.en, "webhook-"));
    t = request_signed(&f, id, secret, "msg_5", body);
    t->received_us += 301 * INT64_C(1000000);
    refused(t, ERR_UNAUTHENTICATED, true);
    /* The sender hears no more than that. */
    assert_string_equal(t->err.en, "the signature or key of this request is missing or wrong");
}

static void test_rotation(void **state)
{
    (void)state;
    struct str made, old = S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), body = S("{}");
    struct str id = hook(&f,
                         "{\"verification\":\"signed\",\"preset\":\"standard\",\"secrets\":["
                         "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"]}",
                         &made);
    taken(request_signed(&f, id, made, "m1", body), "signed");
    taken(request_signed(&f, id, old, "m2", body), "signed");
    refused(request_signed(&f, id, S("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), "m3", body),
            ERR_UNAUTHENTICATED, true);
    change_hook(&f, id, "{\"configuration\":{\"secrets\":null}}");
    refused(request_signed(&f, id, old, "m4", body), ERR_UNAUTHENTICATED, true);
    taken(request_signed(&f, id, made, "m5", body), "signed");
}

static struct take *with_token(struct str id, struct str token, const char *target)
{
    struct take *t = request(&f, id, S("{}"), NULL, 0);
    t->token = token;
    t->target = arena_fmt(f.a, "%.*s%s", STR_ARG(t->target), target);
    return t;
}

/* Wherever else it can stand, and however it is written: given twice, encoded, with other parameters around, in headers
 * and in the body. */
static void other_places(struct str id, struct str key)
{
    const char *start = arena_fmt(f.a, "/api/webhooks/integrations/one/%.*s", STR_ARG(id)).p;
    const char *encoded = arena_fmt(f.a, "%%%02X%s", key.p[0], key.p + 1).p;
    const char *twice = arena_fmt(f.a, "%%25%02x%s", key.p[0], key.p + 1).p;
    struct take *t = with_token(id, key, arena_fmt(f.a, "?a=1&token=%s&b", encoded).p);
    taken(t, "url_token");
    assert_string_equal(stored(&f, t->seq).target.p, arena_fmt(f.a, "%s?a=1&token=********&b", start).p);
    t = with_token(id, key, arena_fmt(f.a, "?%%74oken=%s", key.p).p);
    taken(t, "url_token");
    assert_string_equal(stored(&f, t->seq).target.p, arena_fmt(f.a, "%s?%%74oken=********", start).p);
    t = with_token(id, key, arena_fmt(f.a, "/%s?token=%s&next=%%2F%s&apikey=abc", encoded, key.p, twice).p);
    taken(t, "url_token");
    assert_string_equal(
        stored(&f, t->seq).target.p,
        arena_fmt(f.a, "%s/********?token=********&next=%%2F********&apikey=********", start).p);
    /* A wrong one in the path hides the right one behind it. */
    struct take_header proxy[] = {{S("X-Original-URI"), arena_fmt(f.a, "/x/junk?token=%s", key.p)},
                                  {S("Referer"), arena_fmt(f.a, "https://a/?u=%%2Fx%%3Ftoken%%3D%s", twice)}};
    t = request(&f, id, arena_fmt(f.a, "{\"to\":\"https://a/%s\"}", key.p), proxy, 2);
    t->token = S("junk");
    t->target = arena_fmt(f.a, "%.*s/junk?token=%s", STR_ARG(t->target), key.p);
    struct inbox_message m = refused(t, ERR_UNAUTHENTICATED, true);
    assert_string_equal(m.target.p, arena_fmt(f.a, "%s/********?token=********", start).p);
    assert_true(contains(m.headers, "\"/x/junk?token=********\"") && contains(m.headers, "%3D********\""));
    assert_true(str_eq(m.body, S("{\"to\":\"https://a/********\"}")));
    /* A short one in the path is no reason to blot out its letters everywhere. */
    t = with_token(id, S("a"), "/a");
    assert_string_equal(refused(t, ERR_UNAUTHENTICATED, true).target.p,
                        arena_fmt(f.a, "%s/********", start).p);
    /* Where the key cannot be found, nothing is kept. */
    t = with_token(id, S("elsewhere"), "/b");
    assert_string_equal(refused(t, ERR_UNAUTHENTICATED, true).target.p, "********");
}

/* The key in the address lets in, and is nowhere to be found afterwards. */
static void test_token(void **state)
{
    (void)state;
    struct str token, id = hook(&f, "{\"verification\":\"url_token\"}", &token);
    token = arena_fmt(f.a, "%.*s", STR_ARG(token)); /* ends in NUL */
    const char *path = arena_fmt(f.a, "/%.*s", STR_ARG(token)).p;
    const char *end = arena_fmt(f.a, "/api/webhooks/integrations/one/%.*s/********", STR_ARG(id)).p;
    struct take *t = with_token(id, token, path);
    taken(t, "url_token");
    assert_true(str_eq(stored(&f, t->seq).target, str_of(end)));
    t = with_token(id, token, arena_fmt(f.a, "?x=1&token=%.*s&y=%.*s", STR_ARG(token), STR_ARG(token)).p);
    taken(t, "url_token");
    assert_true(str_ends(stored(&f, t->seq).target, S("?x=1&token=********&y=********")));
    /* In other letters it is the same key. */
    t = with_token(id, token, arena_fmt(f.a, "/%%%02x%.*s", token.p[0], STR_ARG(str_sub(token, 1, 99))).p);
    taken(t, "url_token");
    assert_true(str_eq(stored(&f, t->seq).target, str_of(end)));
    /* A proxy in front may repeat it in a header. */
    struct take_header copied[] = {{S("X-Forwarded-Uri"), arena_fmt(f.a, "/x%s", path)},
                                   {S("Referer"), S("none")}};
    t = request(&f, id, S("{}"), copied, 2);
    t->token = token;
    t->target = str_of(path);
    taken(t, "url_token");
    assert_true(contains(stored(&f, t->seq).headers, "\"/x/********\"]") &&
                contains(stored(&f, t->seq).headers, "none"));
    other_places(id, token);

    struct inbox_message m =
        refused(with_token(id, S("a-wrong-key-of-some-length"), "/a-wrong-key-of-some-length"),
                ERR_UNAUTHENTICATED, true);
    assert_true(str_ends(m.target, S("/********")) && contains(m.reason.en, "copy the address again"));
    m = refused(with_token(id, (struct str){0}, ""), ERR_UNAUTHENTICATED, true);
    assert_true(contains(m.reason.en, "lacks its key") && !contains(m.target, "*"));
    size_t count;
    struct inbox_message *all = all_stored(&f, id, &count);
    for (size_t i = 0; i < count; i++) {
        struct inbox_message one = stored(&f, all[i].seq);
        assert_false(contains(one.target, token.p + 1) || contains(one.headers, token.p + 1) ||
                     contains(one.body, token.p + 1)); /* also not but for one encoded letter */
    }
}

static void test_unknown(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL);
    taken(request(&f, id, S("{}"), NULL, 0), "open");
    struct take *t = request(&f, id, S("{}"), NULL, 0);
    t->hotel = S("two"); /* another hotel's integration does not exist there */
    refused(t, ERR_NOT_FOUND, false);
    char *text = arena_alloc(f.a, sizeof(t->err.en));
    memcpy(text, t->err.en, sizeof(t->err.en));
    t->hotel = S("nowhere");
    refused(t, ERR_NOT_FOUND, false);
    assert_string_equal(t->err.en, text); /* nobody learns which hotels there are */
    refused(request(&f, S("aaaaaaaaaaaaaaaa"), S("{}"), NULL, 0), ERR_NOT_FOUND, false);
    refused(request(&f, S(""), S("{}"), NULL, 0), ERR_NOT_FOUND, false);
    struct integration_view v;
    const struct json *csv = json_parse(f.a, S("{\"type\":\"csv\",\"name\":\"Files\"}"), &f.e);
    assert_true(integration_create(&f.env.env, f.a, f.at, S("o@x"), csv, &v, &f.e));
    refused(request(&f, v.row.id, S("{}"), NULL, 0), ERR_NOT_FOUND, false);
    assert_true(integration_remove(&f.env.env, f.a, f.at, S("o@x"), id, &f.e));
    refused(request(&f, id, S("{}"), NULL, 0), ERR_NOT_FOUND, false);
}

/* A pause is no reason to lose anything. */
static void test_paused(void **state)
{
    (void)state;
    struct str secret, id = hook(&f, "{\"verification\":\"signed\",\"preset\":\"standard\"}", &secret);
    change_hook(&f, id, "{\"isActive\":false}");
    taken(request_signed(&f, id, secret, "m1", booking(&f, "created", "A", "DBL", 0, 2)), "signed");
    refused(request(&f, id, S("{}"), NULL, 0), ERR_UNAUTHENTICATED, true);
    process_all(&f);
    assert_true(str_eq(outcome(&f, 1).outcome, S("waiting")) && !reserved(&f, id, "A"));
}

/* What is rejected does not fill the disk, and is forgotten after a day. */
static void test_rejected(void **state)
{
    (void)state;
    enum { EACH = 150, ROUNDS = 5 };
    struct str id = hook(&f, "{\"verification\":\"url_token\"}", NULL), other = hook(&f, HOOK_OPEN, NULL);
    struct take *list[EACH];
    size_t count, kept = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < EACH; i++) {
            list[i] = request(&f, id, S("{}"), NULL, 0);
        }
        take_batch(&f.env.env, list, EACH);
        for (int i = 0; i < EACH; i++) {
            assert_int_equal(list[i]->err.code, ERR_UNAUTHENTICATED);
            kept += list[i]->seq != 0;
        }
    }
    assert_int_equal(kept, 500);
    all_stored(&f, id, &count);
    assert_int_equal(count, 500);
    int64_t accepted = send_open(&f, other, S("{}"));
    f.env.now_us += DAY_US;
    assert_true(take_forget(&f.env.env, &f.e));
    all_stored(&f, id, &count);
    assert_int_equal(count, 500); /* not yet more than a day */
    f.env.now_us++;
    refused(request(&f, id, S("{}"), NULL, 0), ERR_UNAUTHENTICATED, true); /* a new day */
    assert_true(take_forget(&f.env.env, &f.e));
    all_stored(&f, id, &count);
    assert_int_equal(count, 1);
    assert_int_equal(stored(&f, accepted).seq, accepted);
    /* Of a large one, the beginning is kept. */
    char *large = arena_alloc(f.a, LIMIT_BODY);
    memset(large, 'x', LIMIT_BODY);
    struct inbox_message m =
        refused(request(&f, id, (struct str){large, LIMIT_BODY}, NULL, 0), ERR_UNAUTHENTICATED, true);
    assert_true(m.size == LIMIT_BODY && m.body.n == LIMIT_REJECTED_BODY);
}

static void test_credentials(void **state)
{
    (void)state;
    struct take_header headers[] = {{S("Authorization"), S("Bearer topsecret1")},
                                    {S("COOKIE"), S("a=topsecret2")},
                                    {S("x-api-key"), S("topsecret3")},
                                    {S("Proxy-Authorization"), S("Basic topsecret4")},
                                    {S("X-Auth-Token"), S("topsecret5")},
                                    {S("Api-Key"), S("topsecret6")},
                                    {S("X-Webhook-Secret"), S("topsecret7")},
                                    {S("X-Gitlab-Token"), S("topsecret8")},
                                    {S("x-shared-password"), S("topsecret9")},
                                    {S("X-Note"), S("card 4111 1111 1111 1111 of \xff")},
                                    {S("X-Plain"), S("a \"quoted\" word")}};
    struct take *t = request(&f, hook(&f, HOOK_OPEN, NULL), S("{}"), headers, ARRAY_LEN(headers));
    taken(t, "open");
    struct inbox_message m = stored(&f, t->seq);
    assert_false(contains(m.headers, "topsecret") || contains(m.headers, "1111 1111 1111"));
    const struct json *list = json_parse(f.a, m.headers, &f.e);
    assert_int_equal(list->count, 1 + ARRAY_LEN(headers));
    for (size_t i = 1; i <= 9; i++) { /* that there was one can be seen */
        assert_true(str_eq(json_at(json_at(list, i), 0)->text, headers[i - 1].name));
        assert_true(str_eq(json_at(json_at(list, i), 1)->text, S("********")));
    }
    assert_true(str_eq(json_at(json_at(list, 11), 1)->text, S("a \"quoted\" word")));
}

/* A sender that sends its secret where a signature belongs, or shows it in what it says. */
static void test_own_secret(void **state)
{
    (void)state;
    struct str secret, id = hook(&f, "{\"verification\":\"signed\",\"preset\":\"standard\"}", &secret);
    assert_true(str_starts(secret, S("whsec_")));
    struct str bare = str_sub(secret, 6, secret.n);
    struct take_header headers[] = {{S("webhook-signature"), secret}, {S("X-Note"), bare}};
    struct str body = arena_fmt(f.a, "{\"note\":\"%.*s\"}", STR_ARG(bare));
    struct inbox_message m =
        refused(request(&f, id, body, headers, ARRAY_LEN(headers)), ERR_UNAUTHENTICATED, true);
    assert_true(str_find(m.headers, bare) == SIZE_MAX && str_find(m.body, bare) == SIZE_MAX);
    assert_true(str_find(m.body, S("********")) != SIZE_MAX);
}

/* Signatures and what goes with them stay, also where the sender calls them a token. */
static void test_signatures(void **state)
{
    (void)state;
    struct take_header headers[] = {
        {S("X-Auth-Signature"), S("sha256=abcd")}, {S("X-Key-Time"), S("1700000000")},
        {S("X-Token-Id"), S("number-1")},          {S("X-Hub-Signature-256"), S("sha256=ef01")},
        {S("Stripe-Signature"), S("t=1,v1=ef02")}, {S("svix-signature"), S("v1,ef03")}};
    static const char settings[] =
        "{\"verification\":\"signed\",\"preset\":\"hmac\",\"header\":\"x-auth-signature\",\"timestampHeader\":"
        "\"X-Key-Time\",\"idHeader\":\"X-Token-Id\",\"template\":\"{id}.{timestamp}.{body}\"}";
    struct take *t = request(&f, hook(&f, settings, NULL), S("{}"), headers, ARRAY_LEN(headers));
    struct inbox_message m = refused(t, ERR_UNAUTHENTICATED, true);
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        assert_true(contains(m.headers, headers[i].value.p));
    }
    /* Only the headers of the integration's own kind of signature. */
    t = request(&f, hook(&f, HOOK_OPEN, NULL), S("{}"), headers, ARRAY_LEN(headers));
    taken(t, "open");
    m = stored(&f, t->seq);
    assert_false(contains(m.headers, "abcd") || contains(m.headers, "1700000000") ||
                 contains(m.headers, "number-1"));
    assert_true(contains(m.headers, "ef01") && contains(m.headers, "ef02") && contains(m.headers, "ef03"));
}

/* The signature is of the bytes as they came; what is stored has no card data any more. */
static void test_cards(void **state)
{
    (void)state;
    struct str secret,
        body = S("{\"type\":\"reservation.created\",\"data\":{\"reference\":\"4111111111111111\","
                 "\"notes\":\"card 4111 1111 1111 1111 cvv 123\",\"rooms\":[{\"roomType\":\"DBL\","
                 "\"arrival\":\"2026-07-14\",\"departure\":\"2026-07-15\"}]}}");
    struct str id = hook(&f, "{\"verification\":\"signed\",\"preset\":\"standard\"}", &secret);
    struct take *t = request_signed(&f, id, secret, "m1", body);
    t->target = arena_fmt(f.a, "%.*s?pan=4111111111111111", STR_ARG(t->target));
    taken(t, "signed");
    struct inbox_message m = stored(&f, t->seq);
    uint8_t hash[SECRET_HASH_SIZE];
    secret_sha256(body, hash);
    assert_true(m.masked && m.size == (int64_t)body.n && memcmp(m.sha256.p, hash, sizeof(hash)) == 0);
    assert_false(contains(m.body, "4111 1111") || contains(m.body, "cvv 123") ||
                 contains(m.target, "41111111"));
    assert_true(contains(m.body, "\"reference\":\"4111111111111111\"")); /* a reference is never altered */
    process_all(&f);
    assert_non_null(reserved(&f, id, "4111111111111111"));

    /* Also where a body that is not accepted is cut off. */
    size_t before = LIMIT_REJECTED_BODY - 15;
    char *large = arena_alloc(f.a, LIMIT_REJECTED_BODY + 10);
    memset(large, ' ', before);
    memcpy(large + before, "4111111111111111", 16);
    m = refused(request(&f, id, (struct str){large, before + 16}, NULL, 0), ERR_UNAUTHENTICATED, true);
    assert_true(m.masked && m.body.n == LIMIT_REJECTED_BODY && !contains(m.body, "41111"));
}

/* One batch, one commit; each gets its own answer, and those that are stored are in the order of their coming. */
static void test_mixed(void **state)
{
    (void)state;
    struct str secret, id = hook(&f, "{\"verification\":\"signed\",\"preset\":\"standard\"}", &secret);
    struct str open = hook(&f, HOOK_OPEN, NULL);
    f.at = &f.two;
    struct str elsewhere = hook(&f, HOOK_OPEN, NULL);
    struct take *in_two = request(&f, elsewhere, S("[2]"), NULL, 0);
    f.at = &f.one;
    struct take *list[] = {
        request_signed(&f, id, secret, "m1", S("[0]")),
        request(&f, id, S("[1]"), NULL, 0), /* not signed */
        in_two,
        request(&f, S("nothing"), S("[3]"), NULL, 0),
        request(&f, open, S("[4]"), NULL, 0),
        request_signed(&f, id, secret, "m1", S("[0]")), /* again */
    };
    const enum err_code expected[] = {ERR_NONE, ERR_UNAUTHENTICATED, ERR_NONE, ERR_NOT_FOUND, ERR_NONE,
                                      ERR_NONE};
    const int64_t seqs[] = {1, 2, 3, 0, 4, 5};
    list[4]->seq = 99;
    err_set(&list[4]->err, ERR_BUSY, "x", "x"); /* what was there before does not count */
    take_batch(&f.env.env, list, ARRAY_LEN(list));
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        assert_int_equal(list[i]->err.code, expected[i]);
        assert_int_equal(list[i]->seq, seqs[i]);
    }
    assert_true(str_eq(stored(&f, 4).body, S("[4]")) && str_eq(stored(&f, 5).message_key, S("m1")));
    f.at = &f.two;
    assert_true(str_eq(stored(&f, 3).body, S("[2]")));
    take_batch(&f.env.env, list, 0);
}

/* --- a store that cannot take more --- */

static bool small_work(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(c, e, SQL("PRAGMA max_page_count = 12")); /* of this connection, which is the writer */
}

static bool wide_work(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(c, e, SQL("PRAGMA max_page_count = 100000"));
}

static void test_full(void **state)
{
    (void)state;
    struct str id = hook(&f, HOOK_OPEN, NULL), key = hook(&f, "{\"verification\":\"url_token\"}", NULL);
    char *large = arena_alloc(f.a, 200000);
    memset(large, 'x', 200000);
    assert_true(db_write(f.env.store.inbox, small_work, NULL, &f.e));
    struct take *list[] = {request(&f, id, S("small"), NULL, 0), request(&f, key, S("rejected"), NULL, 0),
                           request(&f, S("nothing"), S("{}"), NULL, 0),
                           request(&f, id, (struct str){large, 200000}, NULL, 0)};
    take_batch(&f.env.env, list, ARRAY_LEN(list));
    /* Nothing was stored, and nobody hears that it was. */
    assert_int_equal(list[0]->err.code, ERR_FULL);
    assert_int_equal(list[1]->err.code, ERR_UNAUTHENTICATED);
    assert_int_equal(list[2]->err.code, ERR_NOT_FOUND);
    assert_int_equal(list[3]->err.code, ERR_FULL);
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        assert_int_equal(list[i]->seq, 0);
    }
    size_t count;
    all_stored(&f, id, &count);
    assert_int_equal(count, 0);
    assert_true(db_write(f.env.store.inbox, wide_work, NULL, &f.e));
    take_batch(&f.env.env, list, ARRAY_LEN(list));
    assert_true(list[0]->err.code == ERR_NONE && list[0]->seq == 1 && list[3]->seq == 3);
}

static bool impatient_work(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(c, e, SQL("PRAGMA busy_timeout = 50"));
}

/* In the transaction of a second program on the same file. */
static bool meanwhile_work(struct db_conn *c, void *arg, struct err *e)
{
    struct take *t = arg;
    (void)c;
    (void)e;
    take_alone(&f, t);
    return true;
}

static void test_busy(void **state)
{
    (void)state;
    struct store second;
    struct take *t = request(&f, hook(&f, HOOK_OPEN, NULL), S("{}"), NULL, 0);
    assert_true(db_write(f.env.store.inbox, impatient_work, NULL, &f.e));
    assert_true(store_open(&second, str_of(f.env.dir), false, &f.e));
    assert_true(db_write(second.inbox, meanwhile_work, t, &f.e));
    store_close(&second);
    assert_int_equal(t->err.code, ERR_BUSY);
    assert_int_equal(t->seq, 0);
    taken(t, "open");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_signed), TEST(test_rotation), TEST(test_token),       TEST(test_unknown),
        TEST(test_paused), TEST(test_rejected), TEST(test_credentials), TEST(test_own_secret),
        TEST(test_paused), TEST(test_rejected), TEST(test_credentials), TEST(test_signatures),
        TEST(test_cards),  TEST(test_mixed),    TEST(test_full),        TEST(test_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
