#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/webhook.h"
#include "format/json_fields.h"

#include <string.h>

static struct arena a;
static struct err e;
static uint64_t seed = 1;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static struct webhook_settings read(const char *json)
{
    struct webhook_settings s = {0};
    const struct json *v = json_parse(&a, str_of(json), &e);
    if (!v || !json_decode(&a, &webhook_fields, v, &s, &e)) {
        fail_msg("%s: %s", json, e.en);
    }
    return s;
}

static void good(const char *json)
{
    struct webhook_settings s = read(json);
    if (!webhook_connector.check(&a, &s, &e)) {
        fail_msg("%s: %s: %s", json, e.pointer, e.en);
    }
}

static void bad(const char *json, const char *pointer)
{
    struct webhook_settings s = read(json);
    assert_false(webhook_connector.check(&a, &s, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_string_equal(e.pointer, pointer);
    assert_true(e.fr[0] != 0);
}

#define STANDARD "\"verification\":\"signed\",\"preset\":\"standard\""
#define HMAC     "\"verification\":\"signed\",\"preset\":\"hmac\",\"secret\":\"0123456789\""

static void test_check(void **state)
{
    (void)state;
    good("{" STANDARD ",\"secret\":\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"}");
    bad("{" STANDARD ",\"secret\":\"whsec_not base64\"}", "/secret");
    bad("{" STANDARD "}", "/secret");
    good("{\"verification\":\"signed\",\"preset\":\"stripe\",\"secret\":\"whsec_test\"}");
    good("{\"verification\":\"signed\",\"preset\":\"github\",\"secret\":\"It's a Secret to Everybody\"}");

    good("{\"verification\":\"open\",\"confirmOpen\":true}");
    good("{\"verification\":\"open\"}");
    bad("{\"verification\":\"open\",\"confirmOpen\":false}", "/confirmOpen");
    bad("{\"verification\":\"url_token\",\"token\":\"of my own\"}", "/token");

    good("{" HMAC
         ",\"header\":\"X-Signature\",\"template\":\"{timestamp}.{body}\",\"timestampHeader\":\"X-Time\"}");
    bad("{" HMAC ",\"template\":\"{body}\"}", "/header");
    bad("{" HMAC ",\"header\":\"X Signature\",\"template\":\"{body}\"}", "/header");
    bad("{" HMAC ",\"header\":\"X-S\",\"template\":\"no placeholder\"}", "/template");
    bad("{" HMAC ",\"header\":\"X-S\",\"template\":\"{id}.{body}\"}", "/idHeader");

    good("{" HMAC ",\"header\":\"X-S\",\"secrets\":[\"old secret one\",\"old secret two\"]}");
    bad("{" HMAC ",\"header\":\"X-S\",\"secrets\":\"old\"}", "/secrets");
    bad("{" HMAC ",\"header\":\"X-S\",\"secrets\":[1]}", "/secrets");
    bad("{" HMAC ",\"header\":\"X-S\",\"secrets\":[\"aaaaaaaaa\",\"b\\u0007\"]}", "/secrets/1");
    bad("{" HMAC ",\"header\":\"X-S\",\"secrets\":[\"1aaaaaaa\",\"2aaaaaaa\",\"3aaaaaaa\",\"4aaaaaaa\"]}",
        "/secrets");

    good(
        "{\"verification\":\"open\",\"confirmOpen\":true,\"mapping\":{\"type\":\"$.t\",\"data\":{\"reference\":\"$.id\"}}}");
    bad("{\"verification\":\"open\",\"confirmOpen\":true,\"mapping\":{\"type\":\"$.t\",\"data\":{\"reference\":\"$..[\"}}}",
        "/mapping/data/reference");
    bad("{\"verification\":\"open\",\"confirmOpen\":true,\"mapping\":{\"type\":\"$.t\",\"data\":{\"refrence\":\"$.id\"}}}",
        "/mapping/data/refrence");
}

static void test_complete(void **state)
{
    (void)state;
    const char *const presets[] = {"standard", "stripe", "github", "hmac"};
    struct random random = random_seeded(&seed);
    struct connector_call call = {.arena = &a, .random = &random};
    for (size_t i = 0; i < ARRAY_LEN(presets); i++) {
        struct webhook_settings s = read(
            arena_fmt(&a, "{\"verification\":\"signed\",\"preset\":\"%s\",\"header\":\"X-S\"}", presets[i])
                .p);
        struct connector_made made = webhook_connector.complete(&call, &s);
        assert_string_equal(made.member, "secret");
        assert_true(str_eq(made.shown, s.secret) && s.secret.n > 40);
        assert_int_equal(str_starts(s.secret, S("whsec_")), i < 2);
        assert_true(webhook_connector.check(&a, &s, &e));
        struct str before = s.secret;
        assert_null(webhook_connector.complete(&call, &s).member); /* only when it is missing */
        assert_true(str_eq(s.secret, before));
    }
    struct webhook_settings s = read("{\"verification\":\"url_token\"}");
    struct connector_made made = webhook_connector.complete(&call, &s);
    assert_string_equal(made.member, "token");
    assert_false(str_eq(made.shown, s.token)); /* only its hash is stored */
    assert_true(signature_token_matches(&a, made.shown, s.token));
    assert_true(webhook_connector.check(&a, &s, &e));
    s = read("{\"verification\":\"open\",\"confirmOpen\":true}");
    assert_null(webhook_connector.complete(&call, &s).member);
}

static void test_secrets(void **state)
{
    (void)state;
    struct str out[WEBHOOK_SECRETS_MAX];
    struct webhook_settings s = read("{\"secret\":\"the first\",\"secrets\":[\"second\",\"third\"]}");
    assert_int_equal(webhook_secrets(&a, &s, out), 3);
    assert_true(str_eq(out[0], S("the first")) && str_eq(out[1], S("second")) && str_eq(out[2], S("third")));
    s = read("{\"secrets\":[\"b\",\"c\",\"d\",\"e\",\"f\"]}");
    assert_int_equal(webhook_secrets(&a, &s, out), 4);
    s = read("{}");
    assert_int_equal(webhook_secrets(&a, &s, out), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_check, setup, teardown),
        cmocka_unit_test_setup_teardown(test_complete, setup, teardown),
        cmocka_unit_test_setup_teardown(test_secrets, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
