#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "connector/signature_sign.h"
#include "connector/webhook_message.h"
#include "format/json_fields.h"

#include <string.h>

#define NOW    INT64_C(1782900000000000)
#define SECOND INT64_C(1000000)

static struct arena a;
static struct err e;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 22);
    e = (struct err){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static struct webhook_settings settings(const char *json)
{
    struct webhook_settings s = {0};
    const struct json *v = json_parse(&a, str_of(json), &e);
    if (!v || !json_decode(&a, &webhook_fields, v, &s, &e)) {
        fail_msg("%s: %s", json, e.en);
    }
    return s;
}

/* --- is it theirs? --- */

static struct webhook_verdict verify(const char *json, const struct signature_headers *headers,
                                     const char *body, const char *token, int64_t now_us)
{
    struct webhook_settings s = settings(json);
    struct signature_request r = {.method = S("POST"),
                                  .url = S("https://hub.example.org/x"),
                                  .headers = headers ? headers->pairs : NULL,
                                  .header_count = headers ? headers->count : 0,
                                  .body = str_of(body)};
    return webhook_verify(&a, &s, &r, str_of(token), now_us);
}

static void accepted(struct webhook_verdict v, const char *kind, const char *id)
{
    assert_true(v.accepted);
    assert_true(str_eq(v.kind, str_of(kind)));
    assert_true(id ? str_eq(v.id, str_of(id)) : v.id.n == 0);
    assert_false(str_given(v.reason.en));
}

/* A hotelier can read why, in both languages. */
static void refused(struct webhook_verdict v, const char *part)
{
    assert_false(v.accepted);
    assert_true(str_eq(v.kind, S("rejected")));
    assert_true(v.id.n == 0 && v.reason.fr.n > 0 && !str_eq(v.reason.fr, v.reason.en));
    if (str_find(v.reason.en, str_of(part)) == SIZE_MAX) {
        fail_msg("%s: not in: %.*s", part, STR_ARG(v.reason.en));
    }
}

static struct signature_headers sign(enum signature_preset preset, const char *secret, const char *body)
{
    struct signature_headers h;
    struct str key = str_of(secret);
    if (!signature_sign(&a, &(struct signature_scheme){.preset = preset}, &key, 1, S("POST"), S(""),
                        str_of(body), S("msg_1"), NOW, &h, &e)) {
        fail_msg("%s", e.en);
    }
    return h;
}

#define OLD "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define NEW "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
#define SIGNED                                                                                               \
    "{\"verification\":\"signed\",\"preset\":\"standard\",\"secret\":\"" NEW "\",\"secrets\":[\"" OLD "\"]}"

static void test_signed(void **state)
{
    (void)state;
    struct signature_headers new = sign(SIGNATURE_STANDARD, NEW, "{}"),
                             old = sign(SIGNATURE_STANDARD, OLD, "{}");
    struct signature_headers other = sign(SIGNATURE_STANDARD, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "{}");
    accepted(verify(SIGNED, &new, "{}", NULL, NOW), "signed", "msg_1");
    accepted(verify(SIGNED, &old, "{}", NULL, NOW), "signed", "msg_1"); /* both secrets live */
    refused(verify(SIGNED, &other, "{}", NULL, NOW), "");
    refused(verify(SIGNED, &new, "{ }", NULL, NOW), "");
    refused(verify(SIGNED, NULL, "{}", NULL, NOW), "webhook-");
    accepted(verify(SIGNED, &new, "{}", NULL, NOW + 299 * SECOND), "signed", "msg_1");
    refused(verify(SIGNED, &new, "{}", NULL, NOW + 302 * SECOND), "");
    refused(verify(SIGNED, &new, "{}", NULL, NOW - 302 * SECOND), "");
    struct signature_headers github = sign(SIGNATURE_GITHUB, "It's a Secret", "{}");
    accepted(verify("{\"verification\":\"signed\",\"preset\":\"github\",\"secret\":\"It's a Secret\"}",
                    &github, "{}", NULL, NOW + 9000 * SECOND),
             "signed", "msg_1");
}

static void test_token(void **state)
{
    (void)state;
    struct str hash = signature_token_hash(&a, S("the key"));
    const char *s = arena_fmt(&a, "{\"verification\":\"url_token\",\"token\":\"%.*s\"}", STR_ARG(hash)).p;
    accepted(verify(s, NULL, "{}", "the key", NOW), "url_token", NULL);
    refused(verify(s, NULL, "{}", "the Key", NOW), "copy the address again");
    refused(verify(s, NULL, "{}", hash.p, NOW), "copy the address again");
    refused(verify(s, NULL, "{}", NULL, NOW), "lacks its key");
    refused(verify(s, NULL, "{}", "", NOW), "lacks its key");
    refused(verify("{\"verification\":\"url_token\"}", NULL, "{}", "", NOW), "lacks its key");
    refused(verify("{\"verification\":\"url_token\"}", NULL, "{}", "x", NOW), "");
}

/* Nobody has an open source by omission. */
static void test_open(void **state)
{
    (void)state;
    accepted(verify("{\"verification\":\"open\",\"confirmOpen\":true}", NULL, "{}", NULL, NOW), "open", NULL);
    refused(verify("{\"verification\":\"open\",\"confirmOpen\":false}", NULL, "{}", NULL, NOW), "");
    accepted(verify("{\"verification\":\"open\"}", NULL, "{}", NULL, NOW), "open", NULL);
    refused(verify("{}", NULL, "{}", NULL, NOW), "");
    refused(verify("{\"confirmOpen\":true}", NULL, "{}", "", NOW), "");
    refused(verify("{\"verification\":\"signed\",\"preset\":\"standard\"}", NULL, "{}", NULL, NOW), "");
}

/* --- what does it say? --- */

static const struct mapping *compile(const char *json)
{
    const struct json *form = json_parse(&a, str_of(json), &e);
    const struct mapping *m = mapping_compile(&a, form, &reservation_message_fields, &e);
    if (!m) {
        fail_msg("%s: %s", e.pointer, e.en);
    }
    return m;
}

static bool decode(const char *mapping, const char *body, struct reservation_message *m, bool *ignored)
{
    *ignored = true;
    return webhook_decode(&a, mapping ? compile(mapping) : NULL, str_of(body), m, ignored, &e);
}

static void undecodable(const char *mapping, const char *body, const char *pointer)
{
    struct reservation_message m;
    bool ignored;
    if (decode(mapping, body, &m, &ignored)) {
        fail_msg("taken: %s", body);
    }
    assert_false(ignored);
    assert_int_equal(e.code, ERR_INVALID);
    assert_string_equal(e.pointer, pointer);
    assert_true(e.en[0] && e.fr[0]);
}

static void test_own(void **state)
{
    (void)state;
    struct reservation_message m;
    bool ignored;
    assert_true(
        decode(NULL,
               " {\"type\":\"reservation.modified\",\"timestamp\":\"2026-07-01T10:02:11Z\",\"data\":"
               "{\"reference\":\"BK-1042\",\"totalAmount\":412.50,\"guest\":{\"lastName\":\"Zo\\u00eb\"},"
               "\"rooms\":[{\"arrival\":\"2026-07-14\",\"departure\":\"2026-07-17\"}]}}\n",
               &m, &ignored));
    assert_false(ignored);
    assert_true(m.type == MESSAGE_MODIFIED && m.timestamp == INT64_C(1782900131000000));
    assert_true(str_eq(m.data.reference, S("BK-1042")) && m.data.status == -1);
    assert_true(m.data.total_amount.digits == 41250 && m.data.total_amount.scale == 2);
    assert_true(str_eq(m.data.guest.last_name, S("Zoë")) && m.data.rooms.count == 1);

    undecodable(NULL, "", "");
    undecodable(NULL, "hello", "");
    undecodable(NULL, "[]", "");
    undecodable(NULL, "{\"type\":\"reservation.created\"}", "/data");
    undecodable(NULL, "{\"type\":\"reservation.moved\",\"data\":{\"reference\":\"1\"}}", "/type");
    undecodable(NULL, "{\"type\":\"reservation.created\",\"data\":{\"reference\":1}}", "/data/reference");
    undecodable(NULL, "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"1\",\"rooms\":[{},{}]}}",
                "/data/rooms/0/arrival");
    undecodable(NULL,
                "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"1\",\"rooms\":[{\"arrival\":"
                "\"2026-02-30\",\"departure\":\"2026-03-01\"}]}}",
                "/data/rooms/0/arrival");
    undecodable(NULL, "{\"type\":\"reservation.created\",\n\"data\":{\"reference\":\"1\",}}", "");
    assert_non_null(strstr(e.en, "line 2"));
    assert_non_null(strstr(e.fr, "ligne 2"));
}

#define MAPPING                                                                                              \
    "{\"skip\":\"$.event | equals('ping')\",\"type\":\"$.event | table('new','reservation.created',"         \
    "'del','reservation.cancelled')\",\"data\":{\"reference\":\"$.id\",\"totalAmount\":\"$.price\","         \
    "\"rooms\":{\"each\":\"$.rooms\",\"roomType\":\"@.code\",\"arrival\":\"@.from | date('DD/MM/YYYY')\","   \
    "\"departure\":\"@.to | date('DD/MM/YYYY')\"}}}"

static void test_mapped(void **state)
{
    (void)state;
    struct reservation_message m;
    bool ignored;
    assert_true(
        decode(MAPPING,
               "{\"event\":\"new\",\"id\":12345678901234567890,\"price\":\"80.10\",\"rooms\":[{\"code\":"
               "\"DBL\",\"from\":\"14/07/2026\",\"to\":\"15/07/2026\"}]}",
               &m, &ignored));
    assert_false(ignored);
    assert_true(m.type == MESSAGE_CREATED && str_eq(m.data.reference, S("12345678901234567890")));
    assert_true(m.data.rooms.count == 1 && str_eq(reservation_room(&m.data, 0)->room_type, S("DBL")));
    assert_int_equal(reservation_room(&m.data, 0)->arrival, 20648);
    assert_true(decode(MAPPING, "{\"event\":\"ping\"}", &m, &ignored));
    assert_true(ignored);
    undecodable(MAPPING, "{\"event\":\"new\",\"id\":1,\"rooms\":[{\"from\":\"soon\"}]}",
                "/data/rooms/0/arrival");
    undecodable(MAPPING, "{\"event\":\"other\",\"id\":1}", "/type");
    undecodable(MAPPING, "{\"event\":\"del\"}", "/data");
    undecodable(MAPPING, "not json", "");
}

static void test_body_id(void **state)
{
    (void)state;
    struct webhook_settings stripe = settings("{\"verification\":\"signed\",\"preset\":\"stripe\"}");
    struct webhook_settings github = settings("{\"verification\":\"signed\",\"preset\":\"github\"}");
    struct webhook_settings open = settings("{\"verification\":\"open\",\"confirmOpen\":true}");
    assert_true(str_eq(webhook_body_id(&a, &stripe, S("{\"id\":\"evt_1\"}")), S("evt_1")));
    assert_false(str_given(webhook_body_id(&a, &github, S("{\"id\":\"evt_1\"}"))));
    assert_false(str_given(webhook_body_id(&a, &open, S("{\"id\":\"evt_1\"}"))));
    assert_false(str_given(webhook_body_id(&a, &stripe, S("{\"id\":1}"))));
    assert_false(str_given(webhook_body_id(&a, &stripe, S("{\"id\":\"\"}"))));
    assert_false(str_given(webhook_body_id(&a, &stripe, S("[\"id\"]"))));
    assert_false(str_given(webhook_body_id(&a, &stripe, S("no json"))));
    char *longest = arena_alloc(&a, LIMIT_REFERENCE + 2);
    memset(longest, 'x', LIMIT_REFERENCE + 1);
    struct str body = arena_fmt(&a, "{\"id\":\"%.*s\"}", (int)LIMIT_REFERENCE, longest);
    assert_int_equal(webhook_body_id(&a, &stripe, body).n, LIMIT_REFERENCE);
    assert_false(str_given(webhook_body_id(&a, &stripe, arena_fmt(&a, "{\"id\":\"%s\"}", longest))));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_signed), TEST(test_token),  TEST(test_open),
        TEST(test_own),    TEST(test_mapped), TEST(test_body_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
