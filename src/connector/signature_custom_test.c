#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/signature_custom.h"
#include "format/json_fields.h"

#include <string.h>

static struct signature_custom with(struct str template_text, struct str timestamp_header,
                                    struct str id_header)
{
    struct signature_custom c;
    field_clear(&signature_custom_fields, &c);
    c.header = S("X-Signature");
    c.template_text = template_text;
    c.timestamp_header = timestamp_header;
    c.id_header = id_header;
    return c;
}

static const struct signature_parts parts = {
    .body = S_INIT("BODY"),
    .timestamp = S_INIT("TIME"),
    .id = S_INIT("ID"),
    .url = S_INIT("URL"),
    .method = S_INIT("POST"),
};

static struct str joined(struct arena *a, const struct signature_custom *c)
{
    struct str pieces[SIGNATURE_PIECES_MAX];
    struct buf b = buf_in(a);
    size_t n = signature_custom_pieces(c, &parts, pieces);
    for (size_t i = 0; i < n; i++)
        buf_add(&b, pieces[i]);
    return buf_str(&b);
}

static void templates(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    static const struct {
        struct str text, want;
    } cases[] = {
        {{NULL, 0}, S_INIT("BODY")},
        {S_INIT("{body}"), S_INIT("BODY")},
        {S_INIT("{timestamp}.{body}"), S_INIT("TIME.BODY")},
        {S_INIT("{id}.{timestamp}.{body}"), S_INIT("ID.TIME.BODY")},
        {S_INIT("v0:{timestamp}:{body}"), S_INIT("v0:TIME:BODY")},
        {S_INIT("{url}{body}"), S_INIT("URLBODY")},
        {S_INIT("{method}\\n{url}\\n{timestamp}\\n\\\\{body}é"), S_INIT("POST\nURL\nTIME\n\\BODYé")},
        {S_INIT("{id}{id}{id}{timestamp}{timestamp}{body}"), S_INIT("IDIDIDTIMETIMEBODY")},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bool time = str_find(cases[i].text, S("{timestamp}")) != SIZE_MAX;
        struct signature_custom c = with(cases[i].text, time ? S("X-Time") : S(""), S("X-Id"));
        struct err e;
        assert_true(signature_custom_check(&c, &e));
        assert_true(str_eq(joined(&a, &c), cases[i].want));
    }
}

static void refused(struct signature_custom c, const char *pointer, const char *says)
{
    struct err e;
    assert_false(signature_custom_check(&c, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_string_equal(e.pointer, pointer);
    assert_non_null(strstr(e.en, says));
    assert_true(strlen(e.fr) > 10);
}

static void what_is_refused(void **state)
{
    (void)state;
    refused(with(S("{timestamp}"), S("X-Time"), S("")), "/template", "needs {body}");
    refused(with(S("x"), S(""), S("")), "/template", "needs {body}");
    refused(with(S("{body}{body}"), S(""), S("")), "/template", "needs {body}");
    refused(with(S("{body}{Body}"), S(""), S("")), "/template", "from \"{Body}\" on");
    refused(with(S("{body"), S(""), S("")), "/template", "from \"{body\" on");
    refused(with(S("body}"), S(""), S("")), "/template", "from \"}\" on");
    refused(with(S("{body}\\t"), S(""), S("")), "/template", "not understood");
    refused(with(S("{body}\\"), S(""), S("")), "/template", "not understood");
    refused(with(S("{body}{éééééééééééééééééééééééééé}"), S(""), S("")), "/template",
            "\"{ééééééééééééééééééé\" on");
    refused(with(S("{timestamp}{body}"), S(""), S("")), "/timestampHeader", "which header");
    refused(with(S("{body}"), S("X-Time"), S("")), "/template", "not signed");
    refused(with(S("{id}{body}"), S(""), S("")), "/idHeader", "which header");
    refused(with(S("{body}"), S(""), S("X Id")), "/idHeader", "name of a header");
    refused(with(S("{body}"), S(""), S("x-signature")), "/idHeader", "something else already");
    struct signature_custom c = with(S("{body}"), S(""), S(""));
    c.header = S("X-Signature:");
    refused(c, "/header", "name of a header");
    c.header = (struct str){NULL, 0};
    refused(c, "/header", "name of a header");

    char many[41 * 4 + 6];
    for (size_t i = 0; i < 41; i++)
        memcpy(many + 4 * i, "{id}", 4);
    memcpy(many + 41 * 4, "{body}", 6);
    c = with((struct str){many, sizeof many}, S(""), S("X-Id"));
    refused(c, "/template", "more than 40");
    struct str pieces[SIGNATURE_PIECES_MAX];
    assert_int_equal(signature_custom_pieces(&c, &parts, pieces), 0);
    c = with(S("{nothing}"), S(""), S(""));
    assert_int_equal(signature_custom_pieces(&c, &parts, pieces), 0);
}

static void settings_from_json(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct signature_custom c;
    struct err e;
    const struct json *v =
        json_parse(&a,
                   S("{\"header\":\"X-Sig\",\"hash\":\"sha512\",\"encoding\":\"base64url\",\"prefix\":"
                     "\"v1=\",\"template\":\"{timestamp}.{body}\",\"timestampHeader\":\"X-Time\"}"),
                   &e);
    assert_non_null(v);
    assert_true(json_decode(&a, &signature_custom_fields, v, &c, &e));
    assert_true(signature_custom_check(&c, &e));
    assert_int_equal(signature_custom_hash(&c), MAC_SHA512);
    assert_int_equal(signature_custom_encoding(&c), SIGNATURE_BASE64URL);
    v = json_parse(&a, S("{\"header\":\"X-Sig\"}"), &e);
    assert_true(json_decode(&a, &signature_custom_fields, v, &c, &e));
    assert_int_equal(signature_custom_hash(&c), MAC_SHA256);
    assert_int_equal(signature_custom_encoding(&c), SIGNATURE_HEX);
    v = json_parse(&a, S("{\"header\":\"X-Sig\",\"hash\":\"md5\"}"), &e);
    assert_false(json_decode(&a, &signature_custom_fields, v, &c, &e));
    assert_string_equal(e.pointer, "/hash");
    v = json_parse(&a, S("{}"), &e);
    assert_false(json_decode(&a, &signature_custom_fields, v, &c, &e));
    assert_string_equal(e.pointer, "/header");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(settings_from_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
