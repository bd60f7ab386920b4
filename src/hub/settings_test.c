#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/webhook.h"
#include "hub/settings.h"

#include <string.h>

/* A type with a destination, as the ones that call out have. */
struct remote {
    struct str base_url;
    struct str user, password;
    int kind; /* "a", "b" */
    struct str only_b;
    int64_t every;
    int8_t enabled;
    struct str extra;
};
static const char *const kinds[] = {"a", "b", NULL};
static const struct field fields[] = {
    {FIELD_MEMBER("baseUrl", FIELD_STR, remote, base_url), .flags = FIELD_REQUIRED | FIELD_DESTINATION},
    {FIELD_MEMBER("user", FIELD_STR, remote, user)},
    {FIELD_MEMBER("password", FIELD_STR, remote, password), .flags = FIELD_SECRET},
    {FIELD_MEMBER("kind", FIELD_ENUM, remote, kind), .choices = kinds, .standard = "\"a\""},
    {FIELD_MEMBER("onlyB", FIELD_STR, remote, only_b), .when = "kind=b"},
    {FIELD_MEMBER("every", FIELD_INT, remote, every), .min = 1, .max = 60, .standard = "15"},
    {FIELD_MEMBER("enabled", FIELD_BOOL, remote, enabled), .standard = "true"},
    {FIELD_MEMBER("extra", FIELD_JSON, remote, extra), .when = "enabled=true"},
};
static const struct field_table table = {"remote", sizeof(struct remote), fields, ARRAY_LEN(fields)};

static struct arena a;
static struct err e;

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

static bool merge(const struct remote *stored, const char *json, struct remote *out)
{
    const struct json *in = json ? json_parse(&a, str_of(json), &e) : NULL;
    assert_true(in || !json);
    return settings_merge(&a, &table, stored, in, out, &e);
}

static void refused(const struct remote *stored, const char *json, const char *pointer)
{
    struct remote out;
    assert_false(merge(stored, json, &out));
    assert_int_equal(e.code, ERR_INVALID);
    assert_string_equal(e.pointer, pointer);
}

static struct remote stored(void)
{
    struct remote s;
    assert_true(merge(NULL, "{\"baseUrl\":\"https://a\",\"user\":\"u\",\"password\":\"pw\"}", &s));
    return s;
}

static void test_new(void **state)
{
    (void)state;
    struct remote s = stored();
    assert_true(s.kind == 0 && s.every == 15 && s.enabled == 1);
    refused(NULL, NULL, "/baseUrl");
    refused(NULL, "{}", "/baseUrl");
    refused(NULL, "{\"baseUrl\":\"\"}", "/baseUrl");
    refused(NULL, "{\"baseUrl\":\"x\",\"password\":\"********\"}", "/password"); /* nothing to keep */
    refused(NULL, "{\"baseUrl\":\"x\",\"every\":61}", "/every");
    refused(NULL, "{\"baseUrl\":\"x\",\"basurl\":1}", "/basurl");
    refused(NULL, "[]", "");
}

static void test_change(void **state)
{
    (void)state;
    struct remote s = stored(), out;
    assert_true(merge(&s, "{\"password\":\"********\",\"every\":5}", &out));
    assert_true(str_eq(out.password, S("pw")) && out.every == 5 && str_eq(out.user, S("u")));
    assert_true(merge(&s, "{}", &out) && str_eq(out.password, S("pw")));
    assert_true(merge(&s, "{\"password\":\"new\"}", &out) && str_eq(out.password, S("new")));
    assert_true(merge(&s, "{\"password\":null,\"user\":\"\"}", &out));
    assert_false(str_given(out.password) || str_given(out.user));
    assert_true(merge(&s, "{\"every\":null}", &out) && out.every == 15); /* the standard again */
    assert_true(merge(&s, "{\"user\":\"********\"}", &out) &&
                str_eq(out.user, S("********"))); /* no secret */
    refused(&s, "{\"baseUrl\":null}", "/baseUrl");
}

static void test_when(void **state)
{
    (void)state;
    struct remote s, out;
    assert_true(merge(NULL, "{\"baseUrl\":\"x\",\"kind\":\"b\",\"onlyB\":\"y\",\"extra\":{\"n\": 1}}", &s));
    assert_true(str_eq(s.only_b, S("y")) && str_eq(s.extra, S("{\"n\": 1}")));
    assert_true(merge(&s, "{\"kind\":\"a\",\"enabled\":false}", &out));
    assert_false(str_given(out.only_b) || str_given(out.extra));
}

static void test_destination(void **state)
{
    (void)state;
    struct remote s = stored(), out;
    refused(&s, "{\"baseUrl\":\"https://evil\"}", "/password");
    refused(&s, "{\"baseUrl\":\"https://evil\",\"password\":\"********\"}", "/password");
    assert_non_null(strstr(e.en, "baseUrl"));
    assert_true(merge(&s, "{\"baseUrl\":\"https://b\",\"password\":\"again\"}", &out));
    assert_true(merge(&s, "{\"baseUrl\":\"https://b\",\"password\":null}", &out));
    assert_true(
        merge(&s, "{\"baseUrl\":\"https://a\",\"password\":\"********\"}", &out)); /* the same place */
}

static void test_changed_and_json(void **state)
{
    (void)state;
    struct remote s = stored(), out;
    const char *names[ARRAY_LEN(fields)];
    assert_true(merge(&s, "{\"password\":\"x\",\"every\":5,\"extra\":[1]}", &out));
    assert_int_equal(settings_changed(&a, &table, &s, &out, names), 3);
    assert_string_equal(names[0], "password");
    assert_string_equal(names[1], "every");
    assert_string_equal(names[2], "extra");
    assert_int_equal(settings_changed(&a, &table, &s, &s, names), 0);

    struct buf b = buf_in(&a);
    struct json_out o = json_out(&b);
    settings_json(&o, &table, &out, NULL);
    assert_string_equal(buf_str(&b).p,
                        "{\"baseUrl\":\"https://a\",\"user\":\"u\",\"password\":\"********\",\"kind\":\"a\","
                        "\"every\":5,\"enabled\":true,\"extra\":[1]}");
    struct buf b2 = buf_in(&a);
    o = json_out(&b2);
    settings_json(&o, &table, &out, &(struct connector_made){"password", S("shown")});
    assert_non_null(strstr(buf_str(&b2).p, "\"password\":\"shown\""));
}

static void test_form(void **state)
{
    (void)state;
    struct buf b = buf_in(&a);
    struct json_out o = json_out(&b);
    settings_form(&o, &webhook_connector, LANG_FR);
    const struct json *form = json_parse(&a, buf_str(&b), &e);
    assert_non_null(form);
    assert_true(str_eq(json_get(form, S("type"))->text, S("webhook")));
    const struct json *first = json_get(form, S("fields"))->first;
    assert_true(str_eq(json_get(first, S("name"))->text, S("verification")));
    assert_true(str_eq(json_get(first, S("type"))->text, S("choice")));
    assert_true(str_eq(json_get(first, S("label"))->text, S("Qui peut envoyer")));
    assert_int_equal(json_get(first, S("choices"))->count, 3);
    assert_true(str_eq(json_get(first, S("default"))->text, S("signed")));
    const struct json *secret = json_at(json_get(form, S("fields")), 3);
    assert_true(str_eq(json_get(secret, S("type"))->text, S("secret")));
    assert_int_equal(json_get(secret, S("secret"))->type, JSON_TRUE);
    assert_int_equal(json_get(secret, S("generated"))->type, JSON_TRUE);
    assert_true(str_eq(json_get(json_get(secret, S("visibleWhen")), S("verification"))->text, S("signed")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new, setup, teardown),
        cmocka_unit_test_setup_teardown(test_change, setup, teardown),
        cmocka_unit_test_setup_teardown(test_when, setup, teardown),
        cmocka_unit_test_setup_teardown(test_destination, setup, teardown),
        cmocka_unit_test_setup_teardown(test_changed_and_json, setup, teardown),
        cmocka_unit_test_setup_teardown(test_form, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
