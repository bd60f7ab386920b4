#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/webhook.h"
#include "hub/env_fixture.h"
#include "hub/hotel.h"
#include "hub/integration.h"
#include "hub/keys.h"
#include "store/inbox.h"

static struct env_fixture f;
static struct establishment hotel;
static struct integration_result result;
static bool works;

static bool hook(struct env *env, struct arena *a, const struct integration_loaded *in, struct str *data,
                 struct err *e)
{
    (void)env;
    assert_true(str_eq(in->row.type, S("csv")) && str_eq(in->hotel.slug, S("one")));
    *data = arena_fmt(a, "{\"files\":2}");
    return works || err_set(e, ERR_UPSTREAM, "the folder is missing", "le dossier manque");
}

static const struct integration_hook hooks[] = {{"csv", hook, hook, NULL}, {0}};

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

static struct str create(const char *json)
{
    struct integration_view v;
    const struct json *body = json_parse(&f.a, str_of(json), &f.e);
    assert_true(integration_create(&f.env, &f.a, &hotel, S("o@x"), body, &v, &f.e));
    return v.row.id;
}

static struct integration_view get(struct str id)
{
    struct integration_view v;
    assert_true(integration_get(&f.env, &f.a, &hotel, id, &v, &f.e));
    return v;
}

static const char *as_json(void)
{
    struct buf b = buf_in(&f.a);
    struct json_out o = json_out(&b);
    integration_result_json(&o, &result, LANG_FR);
    return buf_str(&b).p;
}

static struct integration_log_row newest(struct str id)
{
    struct integration_log_row *list;
    size_t n;
    int64_t next;
    assert_true(integration_history(&f.env, &f.a, &hotel, id, (struct integration_log_filter){.limit = 1},
                                    &list, &n, &next, &f.e));
    assert_int_equal(n, 1);
    return list[0];
}

static void test_verbs(void **state)
{
    (void)state;
    struct str id = create("{\"type\":\"csv\",\"name\":\"A\"}");
    assert_true(integration_test(&f.env, &f.a, &hotel, S("o@x"), id, &result, &f.e)); /* no hook: cannot */
    assert_false(result.success);
    f.env.hooks = hooks;
    works = false;
    assert_true(integration_test(&f.env, &f.a, &hotel, S("o@x"), id, &result, &f.e));
    assert_string_equal(
        as_json(), "{\"success\":false,\"error\":{\"code\":\"upstream\",\"message\":\"le dossier manque\"}}");
    assert_true(get(id).row.status == INTEGRATION_ERROR &&
                str_eq(get(id).row.last_error.fr, S("le dossier manque")));
    assert_true(str_eq(newest(id).action, S("tested")) && str_eq(newest(id).status, S("error")));
    works = true;
    assert_true(integration_test(&f.env, &f.a, &hotel, S("o@x"), id, &result, &f.e));
    assert_string_equal(as_json(), "{\"success\":true,\"data\":{\"files\":2}}");
    assert_true(get(id).row.status == INTEGRATION_CONNECTED && get(id).row.last_sync == INSTANT_NONE);
    assert_true(integration_sync(&f.env, &f.a, &hotel, S("o@x"), id, &result, &f.e));
    assert_true(result.success && get(id).row.last_sync == f.now_us);
    assert_true(str_eq(newest(id).action, S("synced")) && str_eq(newest(id).actor, S("o@x")));
    assert_false(integration_sync(&f.env, &f.a, &hotel, S("o@x"), S("nowhere"), &result, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);

    struct str off = create("{\"type\":\"csv\",\"name\":\"B\",\"isActive\":false}");
    assert_true(integration_sync(&f.env, &f.a, &hotel, S("o@x"), off, &result, &f.e));
    assert_true(!result.success && result.failure.code == ERR_CONFLICT);
    assert_true(integration_test(&f.env, &f.a, &hotel, S("o@x"), off, &result, &f.e));
    assert_true(result.success && get(off).row.status == INTEGRATION_PAUSED);
}

struct came {
    struct str id, verdict;
};

static bool came(struct db_conn *c, void *arg, struct err *e)
{
    struct came *x = arg;
    struct inbox_message m = {
        .establishment_id = hotel.id,
        .integration_id = x->id,
        .received_us = f.now_us,
        .request_id = S("r"),
        .client = S("192.0.2.1"),
        .method = S("POST"),
        .target = S("/"),
        .headers = S("[]"),
        .body = S("{}"),
        .size = 2,
        .sha256 = S("01234567890123456789012345678901"),
        .verdict = x->verdict,
    };
    if (str_eq(x->verdict, S("rejected"))) {
        m.reason = TEXT("too old", "trop ancien");
    }
    return inbox_append(c, (struct inbox_message *[]){&m}, 1, e);
}

static void test_webhook(void **state)
{
    (void)state;
    struct str id = create("{\"type\":\"webhook\",\"name\":\"W\"}");
    assert_true(integration_test(&f.env, &f.a, &hotel, S("o@x"), id, &result, &f.e));
    assert_string_equal(
        as_json(),
        "{\"success\":true,\"data\":{\"received\":false,\"lastReceivedAt\":null,\"lastVerdict\":null}}");
    assert_true(db_write(f.store.inbox, came, &(struct came){id, S("signed")}, &f.e));
    assert_true(integration_test(&f.env, &f.a, &hotel, S("o@x"), id, &result, &f.e));
    assert_string_equal(
        as_json(),
        "{\"success\":true,\"data\":{\"received\":true,\"lastReceivedAt\":\"2026-07-01T10:00:00Z\","
        "\"lastVerdict\":\"signed\"}}");
    assert_true(db_write(f.store.inbox, came, &(struct came){id, S("rejected")}, &f.e));
    assert_true(integration_test(&f.env, &f.a, &hotel, S("o@x"), id, &result, &f.e));
    assert_false(result.success);
    assert_non_null(strstr(result.failure.fr, "trop ancien"));
    assert_null(strstr(result.failure.fr, "too old"));
    assert_non_null(strstr(result.failure.en, "too old"));
    assert_int_equal(get(id).row.status,
                     INTEGRATION_DISCONNECTED); /* a stranger's request does not change it */
    assert_true(integration_sync(&f.env, &f.a, &hotel, S("o@x"), id, &result, &f.e));
    assert_false(result.success);
}

static void test_history(void **state)
{
    (void)state;
    struct integration_log_row *list;
    struct integration_view v;
    size_t n, all = 0;
    int64_t next = 0;
    struct str id = create("{\"type\":\"csv\",\"name\":\"A\"}");
    for (int i = 0; i < 6; i++) {
        const struct json *body = json_parse(&f.a, arena_fmt(&f.a, "{\"name\":\"A%d\"}", i), &f.e);
        assert_true(integration_change(&f.env, &f.a, &hotel, S("o@x"), id, body, &v, &f.e));
    }
    do {
        struct integration_log_filter filter = {.limit = 3, .before_id = next};
        assert_true(integration_history(&f.env, &f.a, &hotel, id, filter, &list, &n, &next, &f.e));
        all += n;
    } while (next);
    assert_int_equal(all, 7);
    assert_true(integration_history(&f.env, &f.a, &hotel, id,
                                    (struct integration_log_filter){.action = S("nothing")}, &list, &n, &next,
                                    &f.e));
    assert_int_equal(n, 0);
    assert_false(integration_history(&f.env, &f.a, &hotel, S("nowhere"), (struct integration_log_filter){0},
                                     &list, &n, &next, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
}

static void test_load(void **state)
{
    (void)state;
    struct integration_loaded loaded;
    struct str id = create("{\"type\":\"webhook\",\"name\":\"W\"}");
    DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
    assert_true(integration_load_settings(&f.env, c, S("one"), id, &f.a, &loaded, &f.e));
    const struct webhook_settings *s = loaded.settings;
    assert_true(s->secret.n > 40 && loaded.row.is_active && loaded.hotel.id == hotel.id);
    struct err other;
    assert_false(integration_load_settings(&f.env, c, S("nowhere"), id, &f.a, &loaded, &f.e));
    assert_false(integration_load_settings(&f.env, c, S("one"), S("nothing"), &f.a, &loaded, &other));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_string_equal(f.e.en, other.en); /* nobody learns whether it was the hotel */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_verbs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_webhook, setup, teardown),
        cmocka_unit_test_setup_teardown(test_history, setup, teardown),
        cmocka_unit_test_setup_teardown(test_load, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
