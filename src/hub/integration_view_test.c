#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "hub/hotel.h"
#include "hub/integration.h"
#include "hub/keys.h"

static struct env_fixture f;
static struct establishment hotel;

static int setup(void **state)
{
    (void)state;
    bool created;
    env_fixture_open(&f);
    struct hotel_new h = {S("one"), S("One"), S("Europe/Paris"), S("EUR")};
    return keys_open(&f.env, &created, &f.e) && hotel_add(&f.env, &f.a, &h, &hotel, &f.e) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    keys_close(&f.env);
    env_fixture_close(&f);
    return 0;
}

static struct integration_view create(const char *json)
{
    struct integration_view v;
    const struct json *body = json_parse(&f.a, str_of(json), &f.e);
    assert_true(integration_create(&f.env, &f.a, &hotel, S("o@x"), body, &v, &f.e));
    return v;
}

static const char *as_json(const struct integration_view *v, enum lang lang)
{
    struct buf b = buf_in(&f.a);
    struct json_out o = json_out(&b);
    integration_json(&o, v, lang);
    assert_non_null(json_parse(&f.a, buf_str(&b), &f.e));
    return buf_str(&b).p;
}

static void test_json(void **state)
{
    (void)state;
    struct integration_view v = create(
        "{\"type\":\"csv\",\"name\":\"Été\",\"configuration\":{\"importPath\":\"in\",\"delimiter\":\"\\t\"}}");
    const char *expected =
        arena_fmt(
            &f.a,
            "{\"id\":\"%.*s\",\"establishment\":\"one\",\"type\":\"csv\",\"name\":\"Été\",\"status\":\"disconnected\","
            "\"configuration\":{\"importPath\":\"in\",\"delimiter\":\"\\t\",\"syncFrequency\":1,\"enabled\":true},"
            "\"lastSync\":null,\"lastError\":null,\"isActive\":true,\"createdAt\":\"2026-07-01T10:00:00Z\","
            "\"updatedAt\":\"2026-07-01T10:00:00Z\"}",
            STR_ARG(v.row.id))
            .p;
    assert_string_equal(as_json(&v, LANG_EN), expected);
    v = create(
        "{\"type\":\"webhook\",\"name\":\"W\",\"configuration\":{\"verification\":\"open\",\"confirmOpen\":true}}");
    assert_non_null(strstr(as_json(&v, LANG_EN),
                           "\"webhookUrl\":\"https://hub.example.org/api/webhooks/integrations/one/"));
    assert_non_null(strstr(as_json(&v, LANG_EN), "\"isOpen\":true"));
    v.row.last_sync = f.now_us;
    v.row.last_error = TEXT("broken", "cassée");
    assert_non_null(
        strstr(as_json(&v, LANG_FR), "\"lastSync\":\"2026-07-01T10:00:00Z\",\"lastError\":\"cassée\""));
}

static bool swap(struct db_conn *c, void *arg, struct err *e)
{
    struct integration_view *v = arg;
    struct str sealed = v[0].row.configuration;
    v[0].row.configuration = v[1].row.configuration;
    v[1].row.configuration = sealed;
    return integration_update(c, &v[0].row, e) && integration_update(c, &v[1].row, e);
}

/* Envelopes moved from row to row do not open; the list shows them, and they can be entered again. */
static void test_unreadable(void **state)
{
    (void)state;
    struct integration_view *list, v, made[2];
    struct integration_loaded loaded;
    size_t n;
    made[0] = create("{\"type\":\"csv\",\"name\":\"A\",\"configuration\":{\"importPath\":\"a\"}}");
    made[1] = create("{\"type\":\"webhook\",\"name\":\"B\"}");
    struct integration_view third =
        create("{\"type\":\"csv\",\"name\":\"C\",\"configuration\":{\"importPath\":\"c\"}}");
    assert_true(db_write(f.store.hotel, swap, made, &f.e));
    assert_true(integration_list(&f.env, &f.a, &hotel, &list, &n, &f.e));
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++) {
        bool good = str_eq(list[i].row.id, third.row.id);
        assert_int_equal(list[i].row.status == INTEGRATION_ERROR, !good);
        assert_int_equal(str_given(list[i].row.last_error.fr), !good);
        assert_int_equal(str_eq(list[i].settings, S("{}")), !good);
        as_json(&list[i], LANG_EN);
    }
    {
        DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
        assert_false(integration_load(&f.env, c, &hotel, made[0].row.id, &f.a, &loaded, &f.e));
        assert_int_equal(f.e.code, ERR_INTERNAL);
    }
    assert_false(integration_change(&f.env, &f.a, &hotel, S("o@x"), made[0].row.id,
                                    json_parse(&f.a, S("{\"name\":\"D\"}"), &f.e), &v, &f.e));
    assert_int_equal(f.e.code, ERR_INTERNAL);
    assert_true(integration_change(
        &f.env, &f.a, &hotel, S("o@x"), made[0].row.id,
        json_parse(&f.a, S("{\"configuration\":{\"importPath\":\"again\"}}"), &f.e), &v, &f.e));
    assert_true(integration_get(&f.env, &f.a, &hotel, made[0].row.id, &v, &f.e));
    assert_int_equal(v.row.status, INTEGRATION_DISCONNECTED);
    assert_true(str_find(v.settings, S("again")) != SIZE_MAX && !str_given(v.row.last_error.en));
}

static void test_types(void **state)
{
    (void)state;
    struct buf b = buf_in(&f.a);
    struct json_out o = json_out(&b);
    integration_types_json(&o, LANG_EN);
    const struct json *types = json_parse(&f.a, buf_str(&b), &f.e);
    assert_non_null(types);
    assert_int_equal(types->count, 2);
    assert_true(str_eq(json_get(json_at(types, 1), S("type"))->text, S("csv")));
}

static void test_log(void **state)
{
    (void)state;
    struct buf b = buf_in(&f.a);
    struct json_out o = json_out(&b);
    struct integration_log_row row = {
        .id = 7,
        .integration_id = S("abc"),
        .action = S("updated"),
        .status = S("ok"),
        .message = TEXT("Changed: name", "Modifié : name"),
        .data = S("{\"changed\":[\"name\"]}"),
        .created_us = f.now_us,
        .actor = S("o@x"),
    };
    integration_log_json(&o, &row, LANG_FR);
    assert_string_equal(
        buf_str(&b).p,
        "{\"id\":7,\"integrationId\":\"abc\",\"action\":\"updated\",\"status\":\"ok\",\"message\":\"Modifié : name\","
        "\"data\":{\"changed\":[\"name\"]},\"actor\":\"o@x\",\"createdAt\":\"2026-07-01T10:00:00Z\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_json, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unreadable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_log, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
