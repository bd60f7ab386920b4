#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "connector/signature.h"
#include "format/json.h"
#include "io/secret.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND INT64_C(1000000)

/* One webhook and what is thought of it. */
struct webhook {
    struct signature_scheme scheme;
    struct str secrets[4];
    struct http_pair headers[6];
    struct str url, body;
    int64_t now_s;
};

static size_t secret_count(const struct webhook *w)
{
    size_t n = 0;
    while (n < 4 && str_given(w->secrets[n]))
        n++;
    return n;
}

static enum signature_reason verdict(const struct webhook *w, struct signature_verdict *v, struct err *e)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    size_t headers = 0;
    while (headers < 6 && str_given(w->headers[headers].name))
        headers++;
    struct signature_request r = {S("POST"), w->url, w->headers, headers, w->body};
    memset(e, 0, sizeof *e);
    bool accepted =
        signature_verify(&a, &w->scheme, w->secrets, secret_count(w), &r, w->now_s * SECOND, v, e);
    assert_int_equal(accepted, v->reason == SIGNATURE_ACCEPTED);
    if (!accepted) {
        assert_int_equal(e->code,
                         v->reason == SIGNATURE_SECRET_UNUSABLE ? ERR_INTERNAL : ERR_UNAUTHENTICATED);
        assert_true(strlen(e->en) > 20 && strlen(e->fr) > 20);
        assert_false(str_given(v->id));
    }
    return v->reason;
}

static void expect(const struct webhook *w, enum signature_reason reason, const char *says)
{
    struct signature_verdict v;
    struct err e;
    enum signature_reason got = verdict(w, &v, &e);
    if (got != reason)
        fail_msg("%s instead of %s: %s", signature_reason_name(got), signature_reason_name(reason), e.en);
    if (says != NULL && strstr(e.en, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.en, says);
}

static void accepts(const struct webhook *w, size_t secret, const char *id)
{
    struct signature_verdict v;
    struct err e;
    if (verdict(w, &v, &e) != SIGNATURE_ACCEPTED)
        fail_msg("%s: %s", signature_reason_name(v.reason), e.en);
    assert_int_equal(v.secret, secret);
    assert_true(str_eq(v.id, str_of(id)));
}

static struct webhook standard(void)
{
    return (struct webhook){
        .secrets = {S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")},
        .headers = {{S("Webhook-Id"), S("msg_p5jXN8AQM9LWM0D4loKWxJek")},
                    {S("Webhook-Timestamp"), S("1614265330")},
                    {S("Webhook-Signature"), S("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")}},
        .body = S("{\"test\": 2432232314}"),
        .now_s = 1614265330,
    };
}

/* Stripe's own way of making a test header; the secret is used as it stands. */
static struct webhook stripe(void)
{
    return (struct webhook){
        .scheme = {.preset = SIGNATURE_STRIPE},
        .secrets = {S("whsec_test")},
        .headers = {{S("Stripe-Signature"),
                     S("t=1614265330,v1=98a6304ac7cd966786ee1b93ad76319d9cd63829827fa0f93cb3e367cf67086d")}},
        .body = S("{\"test\": 2432232314}"),
        .now_s = 1614265330,
    };
}

/* GitHub's documentation, "Validating webhook deliveries", testing the webhook payload validation. */
static struct webhook github(void)
{
    return (struct webhook){
        .scheme = {.preset = SIGNATURE_GITHUB},
        .secrets = {S("It's a Secret to Everybody")},
        .headers = {{S("X-Hub-Signature-256"),
                     S("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")},
                    {S("X-GitHub-Delivery"), S("72d3162e-cc78-11e3-81ab-4c9367dc0958")}},
        .body = S("Hello, World!"),
        .now_s = 1614265330,
    };
}

/* Square: HMAC-SHA256 over the address and the body. */
static struct webhook square(void)
{
    struct webhook w = {
        .scheme = {.preset = SIGNATURE_HMAC},
        .secrets = {S("Ibxx_5AKakO-3qeNVR61Dw")},
        .headers = {{S("x-square-hmacsha256-signature"), S("GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=")}},
        .url = S("https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9"),
        .body =
            S("{\"merchant_id\":\"MLEFBHHSJGVHD\",\"type\":\"webhooks.test_notification\",\"event_id\":"
              "\"ac3ac95b-f97d-458c-a6e6-18981597e05f\",\"created_at\":\"2022-07-13T20:30:59.037339943Z\","
              "\"data\":{\"type\":\"webhooks\",\"id\":\"bc368e64-01aa-407e-b46e-3231809b1129\"}}"),
    };
    field_clear(&signature_custom_fields, &w.scheme.custom);
    w.scheme.custom.header = S("X-Square-HmacSha256-Signature");
    w.scheme.custom.encoding = SIGNATURE_BASE64;
    w.scheme.custom.template_text = S("{url}{body}");
    return w;
}

static void published_vectors(void **state)
{
    (void)state;
    struct webhook w = standard();
    accepts(&w, 0, "msg_p5jXN8AQM9LWM0D4loKWxJek");
    w = stripe();
    accepts(&w, 0, NULL);
    w.secrets[0] = S("whsec_test_secret");
    w.body = S("{\"id\":\"evt_test_webhook\",\"object\":\"event\"}");
    w.headers[0].value =
        S("t=1700000000,v1=d95c6b7477fbd7e9f90b1b0ef5f9c7ac25abca5382460e0d988c2b2a5b71b990");
    w.now_s = 1700000000;
    accepts(&w, 0, NULL);
    w = github();
    accepts(&w, 0, "72d3162e-cc78-11e3-81ab-4c9367dc0958");
    w = square();
    accepts(&w, 0, NULL);

    w = square(); /* Mollie */
    w.secrets[0] = S("test_webhook_secret");
    w.body = S("{\"id\":\"tr_12345\",\"event_type\":\"payment-link.paid\"}");
    w.scheme.custom.header = S("X-Mollie-Signature");
    w.scheme.custom.prefix = S("sha256=");
    w.scheme.custom.encoding = -1;
    w.scheme.custom.template_text = (struct str){NULL, 0};
    w.headers[0] =
        (struct http_pair){S("x-mollie-signature"),
                           S("sha256=e479a5e4aaa17db94cfc546071e10e91c0b37f21e464e751ebdd7d7ad2ffd146")};
    accepts(&w, 0, NULL);
}

/* A message with a letter of two bytes, signed in three ways, by other programs. */
static void more_of_standard_webhooks(void **state)
{
    (void)state;
    struct webhook w = standard();
    w.body = S(
        "{\"type\":\"reservation.created\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":{\"id\":\"res_1\",\"name\":"
        "\"Zo\xc3\xab\"}}");
    w.now_s = 1767225600;
    w.headers[0].value = S("msg_hub_0001");
    w.headers[1].value = S("1767225600");
    w.headers[2].value = S("v1,EmGxQu31j/O/qOolHUNAI3qrntxktS1+wiaoIYE/8b8=");
    w.secrets[0] = S("whsec_ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3");
    accepts(&w, 0, "msg_hub_0001");
    w.secrets[1] = S("whpk_iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=");
    accepts(&w, 0, "msg_hub_0001");
    w.headers[2].value =
        S("v1a,qbnDWa249I5LEu98HiWqB67Q2yCGFPLPnIANnv63NjaZp9XN8XLhYYcyunOveG/Ty4avFTLrrCWn4jehb+4EDQ==");
    accepts(&w, 1, "msg_hub_0001");
    w.secrets[1] = S("whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH");
    expect(&w, SIGNATURE_VERSION_UNKNOWN, "(v1)");
    w.headers[2].value = S("v1,ZCoBD5iJ2SgpergbRkYuxKgY4bUu2UvmkCp8vunQA9E=");
    accepts(&w, 1, "msg_hub_0001");
}

static struct str text_of(const struct json *v, const char *name)
{
    const struct json *member = json_get(v, str_of(name));
    return member != NULL ? member->text : (struct str){NULL, 0};
}

static bool read_shared(struct arena *a, const char *name, struct str *out)
{
    const char *shared = getenv("SELFKEY_SHARED");
    int fd =
        shared == NULL ? -1 : open(arena_cstr(a, arena_fmt(a, "%s/%s", shared, name)), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    struct buf b = buf_in(a);
    char part[4096];
    for (ssize_t n; (n = read(fd, part, sizeof part)) > 0;)
        buf_add(&b, (struct str){part, (size_t)n});
    close(fd);
    *out = buf_str(&b);
    return true;
}

static void the_suite_of_standard_webhooks(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 8 << 20);
    struct str bytes;
    if (!read_shared(&a, "data/webhooks/standard_webhooks_vectors.json", &bytes)) {
        print_message("skipped: no $SELFKEY_SHARED/data/webhooks/standard_webhooks_vectors.json\n");
        arena_free(&a); /* skip() jumps out of the scope */
        skip();
    }
    struct err e;
    const struct json *list = json_parse(&a, bytes, &e);
    assert_non_null(list);
    assert_int_equal(list->count, 23);
    for (const struct json *v = list->first; v != NULL; v = v->next) {
        struct webhook w = {.secrets = {text_of(v, "secret")}, .body = text_of(v, "payload")};
        assert_true(str_to_i64(text_of(v, "now"), &w.now_s));
        size_t n = 0;
        for (const struct json *h = json_get(v, S("headers"))->first; h != NULL; h = h->next)
            w.headers[n++] = (struct http_pair){h->key, h->text};
        struct signature_verdict out;
        bool valid = json_get(v, S("valid"))->type == JSON_TRUE;
        if ((verdict(&w, &out, &e) == SIGNATURE_ACCEPTED) != valid)
            fail_msg("%.*s: %s %s", STR_ARG(text_of(v, "name")), signature_reason_name(out.reason), e.en);
    }
}

static void why_standard_is_refused(void **state)
{
    (void)state;
    struct webhook w = standard();
    w.headers[2].name = S("X-Other");
    expect(&w, SIGNATURE_HEADER_MISSING, "webhook-signature is missing");
    w.headers[2] = (struct http_pair){S("X-Hub-Signature-256"), S("sha256=00")};
    expect(&w, SIGNATURE_HEADER_MISSING, "choose the preset \"github\"");
    w = standard();
    w.headers[2].value = S("  ");
    expect(&w, SIGNATURE_HEADER_MISSING, "missing or empty");
    w = standard();
    w.headers[0].value = S("");
    expect(&w, SIGNATURE_HEADER_MISSING, "webhook-id");
    w = standard();
    w.headers[3] = w.headers[2];
    expect(&w, SIGNATURE_HEADER_REPEATED, "webhook-signature came more than once");
    w = standard();
    w.headers[3] = (struct http_pair){S("WEBHOOK-ID"), S("other")};
    expect(&w, SIGNATURE_HEADER_REPEATED, "webhook-id");
    w = standard();
    w.headers[0].value = S("msg.1");
    expect(&w, SIGNATURE_MALFORMED, "\"msg.1\"");
    w.headers[0].value = S("msg\xc3\xa9");
    expect(&w, SIGNATURE_MALFORMED, "message's id");
    static const struct str times[] = {S_INIT("hello"),        S_INIT("-1614265330"),
                                       S_INIT("1614265330.0"), S_INIT("161426533000000000000"),
                                       S_INIT("+1614265330"),  S_INIT("0x60")};
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        w = standard();
        w.headers[1].value = times[i];
        expect(&w, SIGNATURE_MALFORMED, "not a number of seconds");
    }
    w = standard();
    w.headers[2].value = S("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    expect(&w, SIGNATURE_VERSION_UNKNOWN, "v2,g0hM9SsE");
    w.headers[2].value = S("v1,not Base64"); /* not quoted: it may be the secret itself */
    expect(&w, SIGNATURE_MALFORMED, "form expected; it is 13 bytes long.");
    w.headers[2].value = S("v1");
    expect(&w, SIGNATURE_MALFORMED, "form expected");
    w = standard();
    w.body = S("{\"test\":2432232314}");
    expect(&w, SIGNATURE_MISMATCH, "changed on the way");
    w = standard();
    w.now_s += 301;
    expect(&w, SIGNATURE_TOO_OLD, "signed 301 s ago, 1 s more");
    w.body = S("changed"); /* nobody knows when this was signed */
    expect(&w, SIGNATURE_MISMATCH, NULL);
    w = standard();
    w.now_s -= 301;
    expect(&w, SIGNATURE_TOO_NEW, "301 s in the future");
    w = standard();
    w.secrets[0] = S("whsec_");
    expect(&w, SIGNATURE_SECRET_UNUSABLE, "no usable secret");
    w.secrets[0] = (struct str){NULL, 0};
    expect(&w, SIGNATURE_SECRET_UNUSABLE, NULL);
    w.secrets[0] = S("whsk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
    expect(&w, SIGNATURE_SECRET_UNUSABLE, NULL);
}

static void freshness_ends_at_five_minutes(void **state)
{
    (void)state;
    for (int preset = 0; preset < 2; preset++) {
        struct webhook w = preset == 0 ? standard() : stripe();
        const int64_t sent = w.now_s;
        for (int64_t age = -302; age <= 302; age++) {
            w.now_s = sent + age;
            expect(&w,
                   age > 300    ? SIGNATURE_TOO_OLD
                   : age < -300 ? SIGNATURE_TOO_NEW
                                : SIGNATURE_ACCEPTED,
                   NULL);
        }
    }
}

static void names_of_svix(void **state)
{
    (void)state;
    struct webhook w = standard();
    w.headers[0].name = S("svix-id");
    w.headers[1].name = S("svix-timestamp");
    w.headers[2].name = S("svix-signature");
    accepts(&w, 0, "msg_p5jXN8AQM9LWM0D4loKWxJek");
    w.headers[0].name = S("webhook-id"); /* not a mixture */
    expect(&w, SIGNATURE_HEADER_MISSING, "svix-id");
    w = standard(); /* both: the standard's names count */
    w.headers[3] = (struct http_pair){S("svix-id"), S("other")};
    w.headers[4] = (struct http_pair){S("svix-signature"), S("v1,AAAA")};
    accepts(&w, 0, "msg_p5jXN8AQM9LWM0D4loKWxJek");
}

static void several_secrets_and_signatures(void **state)
{
    (void)state;
    struct webhook w = standard();
    w.secrets[2] = w.secrets[0];
    w.secrets[0] = S("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    w.secrets[1] = S("not Base64: skipped");
    accepts(&w, 2, "msg_p5jXN8AQM9LWM0D4loKWxJek");
    w.headers[2].value = S("v3,x v1,AAAA  v1,!! v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,AAAA");
    accepts(&w, 2, "msg_p5jXN8AQM9LWM0D4loKWxJek");

    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct buf many = buf_in(&a);
    for (int i = 0; i < SIGNATURE_GIVEN_MAX; i++)
        buf_add(&many, S("v1,AAAA "));
    w.headers[2].value = buf_str(&many);
    expect(&w, SIGNATURE_MISMATCH, NULL);
    buf_add(&many, S("v1,AAAA"));
    w.headers[2].value = buf_str(&many);
    expect(&w, SIGNATURE_MALFORMED, "more than 32");

    w = stripe();
    w.secrets[1] = w.secrets[0];
    w.secrets[0] = S("whsec_new");
    w.headers[0].value = S("v0=00, v1=abcd,v1=zz,t=1614265330,"
                           "v1=98a6304ac7cd966786ee1b93ad76319d9cd63829827fa0f93cb3e367cf67086d,other");
    accepts(&w, 1, NULL);
}

static void why_stripe_is_refused(void **state)
{
    (void)state;
    static const struct {
        struct str value;
        enum signature_reason reason;
    } cases[] = {
        {S_INIT("v1=98a6304ac7cd966786ee1b93ad76319d9cd63829827fa0f93cb3e367cf67086d"), SIGNATURE_MALFORMED},
        {S_INIT("t=,v1=98a6304ac7cd966786ee1b93ad76319d9cd63829827fa0f93cb3e367cf67086d"),
         SIGNATURE_MALFORMED},
        {S_INIT("t,v1=98a6304ac7cd966786ee1b93ad76319d9cd63829827fa0f93cb3e367cf67086d"),
         SIGNATURE_MALFORMED},
        {S_INIT(
             "t=1614265330,t=1614265330,v1=98a6304ac7cd966786ee1b93ad76319d9cd63829827fa0f93cb3e367cf67086d"),
         SIGNATURE_MALFORMED},
        {S_INIT("t=1614265330"), SIGNATURE_VERSION_UNKNOWN},
        {S_INIT("t=1614265330,v0=98a6304ac7cd966786ee1b93ad76319d9cd63829827fa0f93cb3e367cf67086d"),
         SIGNATURE_VERSION_UNKNOWN},
        {S_INIT("t=1614265330,v1="), SIGNATURE_MALFORMED},
        {S_INIT("t=1614265330,v1=xyz"), SIGNATURE_MALFORMED},
        {S_INIT("t=1614265330,v1=98A6304AC7CD966786EE1B93AD76319D9CD63829827FA0F93CB3E367CF67086D"),
         SIGNATURE_MALFORMED},
        {S_INIT("t=1614265331,v1=98a6304ac7cd966786ee1b93ad76319d9cd63829827fa0f93cb3e367cf67086d"),
         SIGNATURE_MISMATCH},
        {S_INIT("t=1614265330,v1=98a6304ac7cd966786ee1b93ad76319d9cd63829827fa0f93cb3e367cf6708"),
         SIGNATURE_MISMATCH},
        {S_INIT(","), SIGNATURE_MALFORMED},
        {S_INIT("=,=,="), SIGNATURE_MALFORMED},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct webhook w = stripe();
        w.headers[0].value = cases[i].value;
        expect(&w, cases[i].reason, NULL);
    }
    struct webhook w = stripe();
    w.headers[1] = w.headers[0];
    expect(&w, SIGNATURE_HEADER_REPEATED, NULL);
    w = stripe();
    w.secrets[0] = S("test"); /* the key is the whole text */
    expect(&w, SIGNATURE_MISMATCH, NULL);
}

static void why_github_is_refused(void **state)
{
    (void)state;
    struct webhook w = github();
    w.headers[0].value = S("sha1=d03207e4b030cf234e3447bac4d93add4c6643d8");
    expect(&w, SIGNATURE_VERSION_UNKNOWN, "sha256=");
    w.headers[0].value = S("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    expect(&w, SIGNATURE_VERSION_UNKNOWN, NULL);
    w.headers[0].value = S("sha256=");
    expect(&w, SIGNATURE_MALFORMED, NULL);
    w.headers[0].value = S("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e");
    expect(&w, SIGNATURE_MISMATCH, NULL);
    w.headers[0].value = S("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043eé7");
    expect(&w, SIGNATURE_MALFORMED, NULL);
    w = github();
    w.headers[2] = w.headers[1];
    expect(&w, SIGNATURE_HEADER_REPEATED, "X-GitHub-Delivery");
    w = github();
    w.headers[1].value = S("two words");
    expect(&w, SIGNATURE_MALFORMED, NULL);
    w = github();
    w.headers[1].name = S("X-Other");
    accepts(&w, 0, NULL);
    w.now_s = 4000000000; /* it has no time */
    accepts(&w, 0, NULL);
}

static void a_custom_scheme_with_time_and_id(void **state)
{
    (void)state;
    struct webhook w = square();
    w.secrets[0] = S("key");
    w.scheme.custom.header = S("X-Sig");
    w.scheme.custom.hash = MAC_SHA1;
    w.scheme.custom.encoding = SIGNATURE_BASE64URL;
    w.scheme.custom.template_text = S("{method}\\n{id}\\n{timestamp}\\n{body}");
    w.scheme.custom.timestamp_header = S("X-Time");
    w.scheme.custom.id_header = S("X-Id");
    w.body = S("{}");
    /* printf 'POST\n%s\n%s\n{}' ID TIME | openssl dgst -sha1 -hmac key -binary | basenc --base64url */
    w.headers[0] = (struct http_pair){S("X-Sig"), S("ZqgB8jVC-SsrBVvRK741Djts9A0=")};
    w.headers[1] = (struct http_pair){S("X-Id"), S("a.1")};
    w.headers[2] = (struct http_pair){S("X-Time"), S("1614265330000")};
    w.now_s = 1614265330 + 300;
    accepts(&w, 0, "a.1");
    w.headers[0].value = S("ZqgB8jVC-SsrBVvRK741Djts9A0");
    accepts(&w, 0, "a.1");
    w.now_s++;
    expect(&w, SIGNATURE_TOO_OLD, NULL);
    w.headers[2].value = S("2021-02-25T15:02:10Z");
    w.headers[0].value = S("OWZrq91IwjQnz4VG1lODZKp-FVw=");
    w.now_s = 1614265330;
    accepts(&w, 0, "a.1");
    w.headers[2].value = S("yesterday");
    expect(&w, SIGNATURE_MALFORMED, "X-Time");
    w.headers[2].name = S("X-Other");
    expect(&w, SIGNATURE_HEADER_MISSING, "X-Time");
    w = square();
    w.scheme.custom.prefix = S("sha256=");
    expect(&w, SIGNATURE_MALFORMED, NULL);
    w = square();
    w.url = S("https://webhook.site/other");
    expect(&w, SIGNATURE_MISMATCH, NULL);
    w = square();
    w.scheme.custom.template_text = S("{nothing}"); /* never got past the check; matches nothing */
    expect(&w, SIGNATURE_MISMATCH, NULL);
}

/* Flips each bit of *part; the message is refused every time. */
static void flip(struct webhook *w, struct str *part)
{
    char copy[1024];
    struct str original = *part;
    assert_true(original.n <= sizeof copy);
    memcpy(copy, original.p, original.n);
    *part = (struct str){copy, original.n};
    for (size_t i = 0; i < original.n * 8; i++) {
        struct signature_verdict v;
        struct err e;
        copy[i / 8] = (char)(copy[i / 8] ^ (1 << i % 8));
        if (verdict(w, &v, &e) == SIGNATURE_ACCEPTED)
            fail_msg("bit %zu of \"%.*s\" does not count", i, STR_ARG(original));
        copy[i / 8] = (char)(copy[i / 8] ^ (1 << i % 8));
    }
    expect(w, SIGNATURE_ACCEPTED, NULL);
    *part = original;
}

static void every_bit_counts(void **state)
{
    (void)state;
    struct webhook w = standard();
    flip(&w, &w.body);
    flip(&w, &w.headers[0].value);
    flip(&w, &w.headers[1].value);
    flip(&w, &w.headers[2].value);
    flip(&w, &w.secrets[0]);
    w = stripe();
    flip(&w, &w.body);
    flip(&w, &w.headers[0].value);
    flip(&w, &w.secrets[0]);
    w = github();
    flip(&w, &w.body);
    flip(&w, &w.headers[0].value);
    flip(&w, &w.secrets[0]);
    w = square();
    flip(&w, &w.body);
    flip(&w, &w.url);
    flip(&w, &w.headers[0].value);
    w = standard();
    w.secrets[0] = S("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
    w.headers[2].value =
        S("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==");
    flip(&w, &w.body);
    flip(&w, &w.headers[2].value);
}

static void shortened_or_lengthened(void **state)
{
    (void)state;
    struct webhook w = standard();
    for (size_t n = 0; n < standard().body.n; n++) {
        w.body = str_sub(standard().body, 0, n);
        expect(&w, SIGNATURE_MISMATCH, NULL);
    }
    w.body = S("{\"test\": 2432232314}\n");
    expect(&w, SIGNATURE_MISMATCH, NULL);
    w.body = S("{\"test\": 2432232314}\0");
    expect(&w, SIGNATURE_MISMATCH, NULL);
}

int main(void)
{
    if (!secret_init(NULL))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(more_of_standard_webhooks),
        cmocka_unit_test(the_suite_of_standard_webhooks),
        cmocka_unit_test(why_standard_is_refused),
        cmocka_unit_test(freshness_ends_at_five_minutes),
        cmocka_unit_test(names_of_svix),
        cmocka_unit_test(several_secrets_and_signatures),
        cmocka_unit_test(why_stripe_is_refused),
        cmocka_unit_test(why_github_is_refused),
        cmocka_unit_test(a_custom_scheme_with_time_and_id),
        cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(shortened_or_lengthened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
