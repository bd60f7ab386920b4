#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/signature_sign.h"
#include "io/secret.h"

#include <string.h>

#define NOW (INT64_C(1614265330) * 1000000 + 999999)

static bool sign(struct arena *a, const struct signature_scheme *s, const struct str *secrets, size_t count,
                 struct str id, struct signature_headers *out, struct err *e)
{
    return signature_sign(a, s, secrets, count, S("POST"), S("https://hotel.example/hook"),
                          S("{\"test\": 2432232314}"), id, NOW, out, e);
}

static struct str header(const struct signature_headers *h, const char *name)
{
    for (size_t i = 0; i < h->count; i++) {
        if (str_eq(h->pairs[i].name, str_of(name)))
            return h->pairs[i].value;
    }
    return (struct str){NULL, 0};
}

static void known_signatures(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct signature_scheme s = {.preset = SIGNATURE_STANDARD};
    struct signature_headers h;
    struct err e;
    struct str secret = S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assert_true(sign(&a, &s, &secret, 1, S("msg_p5jXN8AQM9LWM0D4loKWxJek"), &h, &e));
    assert_int_equal(h.count, 3);
    assert_true(str_eq(header(&h, "webhook-id"), S("msg_p5jXN8AQM9LWM0D4loKWxJek")));
    assert_true(str_eq(header(&h, "webhook-timestamp"), S("1614265330")));
    assert_true(
        str_eq(header(&h, "webhook-signature"), S("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")));

    s.preset = SIGNATURE_STRIPE;
    secret = S("whsec_test");
    assert_true(sign(&a, &s, &secret, 1, S(""), &h, &e));
    assert_int_equal(h.count, 1);
    assert_true(
        str_eq(header(&h, "Stripe-Signature"),
               S("t=1614265330,v1=98a6304ac7cd966786ee1b93ad76319d9cd63829827fa0f93cb3e367cf67086d")));

    s.preset = SIGNATURE_GITHUB;
    secret = S("It's a Secret to Everybody");
    assert_true(
        signature_sign(&a, &s, &secret, 1, S("POST"), S(""), S("Hello, World!"), S("d-1"), NOW, &h, &e));
    assert_true(str_eq(header(&h, "X-GitHub-Delivery"), S("d-1")));
    assert_true(str_eq(header(&h, "X-Hub-Signature-256"),
                       S("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")));
}

/* The key pair of the seed of 32 bytes 0x01. */
static void both_kinds_of_keys(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct signature_scheme s = {.preset = SIGNATURE_STANDARD};
    struct signature_headers h;
    struct err e;
    struct str secrets[] = {S("whsec_ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3"),
                            S("whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"),
                            S("whsk_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")};
    assert_true(signature_sign(
        &a, &s, secrets, 3, S("POST"), S(""),
        S("{\"type\":\"reservation.created\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":{\"id\":"
          "\"res_1\",\"name\":\"Zo\xc3\xab\"}}"),
        S("msg_hub_0001"), INT64_C(1767225600000000), &h, &e));
    assert_true(str_eq(header(&h, "webhook-signature"),
                       S("v1,EmGxQu31j/O/qOolHUNAI3qrntxktS1+wiaoIYE/8b8= "
                         "v1,ZCoBD5iJ2SgpergbRkYuxKgY4bUu2UvmkCp8vunQA9E= "
                         "v1a,qbnDWa249I5LEu98HiWqB67Q2yCGFPLPnIANnv63NjaZp9XN8XLhYYcyunOveG/"
                         "Ty4avFTLrrCWn4jehb+4EDQ==")));
}

static void what_is_signed_is_accepted(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 4 << 20);
    struct random r = random_system();
    for (int preset = 0; preset <= SIGNATURE_HMAC; preset++) {
        for (int hash = 0; hash <= MAC_SHA512; hash++) {
            for (int encoding = 0; encoding <= SIGNATURE_BASE64URL; encoding++) {
                struct signature_scheme s = {
                    .preset = (enum signature_preset)preset,
                    .custom = {.header = S("X-Sig"),
                               .hash = hash,
                               .encoding = encoding,
                               .prefix = S("v="),
                               .template_text = S("{method} {url} {id} {timestamp} {body}"),
                               .timestamp_header = S("X-Time"),
                               .id_header = S("X-Id")},
                };
                struct str secrets[] = {signature_key_new(&a, &r, s.preset),
                                        signature_key_new(&a, &r, s.preset)};
                struct signature_headers h;
                struct signature_verdict v;
                struct err e;
                assert_true(sign(&a, &s, secrets, 2, S("msg_1"), &h, &e));
                struct signature_request q = {S("POST"), S("https://hotel.example/hook"), h.pairs, h.count,
                                              S("{\"test\": 2432232314}")};
                assert_true(signature_verify(&a, &s, secrets, 2, &q, NOW, &v, &e));
                assert_int_equal(v.secret, 0);
                assert_true(str_eq(v.id, preset == SIGNATURE_STRIPE ? (struct str){NULL, 0} : S("msg_1")));
                bool old_works = signature_verify(&a, &s, secrets + 1, 1, &q, NOW, &v, &e);
                assert_int_equal(old_works, preset == SIGNATURE_STANDARD || preset == SIGNATURE_STRIPE);
                q.body = S("{\"test\": 2432232315}");
                assert_false(signature_verify(&a, &s, secrets, 2, &q, NOW, &v, &e));
                assert_int_equal(v.reason, SIGNATURE_MISMATCH);
            }
        }
    }
}

static void what_cannot_be_signed(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct signature_scheme s = {.preset = SIGNATURE_STANDARD};
    struct signature_headers h;
    struct err e;
    struct str secret = S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    static const struct str ids[] = {
        S_INIT(""), S_INIT("a.b"), S_INIT("a b"), S_INIT("a\r\nX-Evil: 1"), {NULL, 0}};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        assert_false(sign(&a, &s, &secret, 1, ids[i], &h, &e));
    assert_false(sign(&a, &s, &secret, 0, S("m"), &h, &e));
    secret = S("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
    assert_false(sign(&a, &s, &secret, 1, S("m"), &h, &e));
    assert_non_null(strstr(e.en, "Secret number 1"));
    s = (struct signature_scheme){.preset = SIGNATURE_HMAC,
                                  .custom = {.header = S("X-Sig"), .template_text = S("x")}};
    assert_false(sign(&a, &s, &secret, 1, S("m"), &h, &e));
    assert_string_equal(e.pointer, "/template");
    s.custom.template_text = S("{body}");
    s.custom.id_header = S("X-Id");
    assert_false(sign(&a, &s, &secret, 1, S(""), &h, &e));
    assert_true(sign(&a, &s, &secret, 1, S("m"), &h, &e));
    assert_int_equal(h.count, 2);
}

int main(void)
{
    if (!secret_init(NULL))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_signatures),
        cmocka_unit_test(both_kinds_of_keys),
        cmocka_unit_test(what_is_signed_is_accepted),
        cmocka_unit_test(what_cannot_be_signed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
