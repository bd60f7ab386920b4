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

static struct env_fixture f;
static struct establishment one, two;
static struct integration_view v;
static int resumed;

#define ACTOR S("owner@example.org")
#define CSV                                                                                                  \
    "{\"type\":\"csv\",\"name\":\"Files\",\"configuration\":{\"importPath\":\"in\",\"delimiter\":\";\"}}"

static int setup(void **state)
{
    (void)state;
    bool created;
    env_fixture_open(&f);
    resumed = 0;
    struct hotel_new h1 = {S("one"), S("One"), S("Europe/Paris"), S("EUR")};
    struct hotel_new h2 = {S("two"), S("Two"), S("Europe/Paris"), S("EUR")};
    bool ok = keys_open(&f.env, &created, &f.e) && hotel_add(&f.env, &f.a, &h1, &one, &f.e) &&
              hotel_add(&f.env, &f.a, &h2, &two, &f.e);
    return ok ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    keys_close(&f.env);
    env_fixture_close(&f);
    return 0;
}

static const struct json *parse(const char *json)
{
    const struct json *body = json_parse(&f.a, str_of(json), &f.e);
    assert_non_null(body);
    return body;
}

static struct str create(const char *json)
{
    if (!integration_create(&f.env, &f.a, &one, ACTOR, parse(json), &v, &f.e)) {
        fail_msg("%s: %s: %s", json, f.e.pointer, f.e.en);
    }
    return v.row.id;
}

static bool change(struct str id, const char *json)
{
    return integration_change(&f.env, &f.a, &one, ACTOR, id, parse(json), &v, &f.e);
}

static struct str setting(const char *name)
{
    const struct json *settings = json_parse(&f.a, v.settings, &f.e);
    assert_non_null(settings);
    const struct json *member = json_get(settings, str_of(name));
    return member ? member->type == JSON_STRING ? member->text : member->source : (struct str){0};
}

static struct webhook_settings in_clear(struct str id)
{
    struct integration_loaded loaded;
    DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
    assert_true(integration_load_settings(&f.env, c, S("one"), id, &f.a, &loaded, &f.e));
    assert_ptr_equal(loaded.connector, &webhook_connector);
    return *(const struct webhook_settings *)loaded.settings;
}

static size_t logs(struct str id, struct integration_log_row *newest)
{
    struct integration_log_row *list;
    size_t n;
    int64_t next;
    assert_true(integration_history(&f.env, &f.a, &one, id, (struct integration_log_filter){.limit = 100},
                                    &list, &n, &next, &f.e));
    if (n) {
        *newest = list[0];
    }
    return n;
}

/* The raw bytes of the store's files must not hold the text anywhere. */
static bool on_disk(struct str needle)
{
    static const char *const names[] = {"selfkey.db", "selfkey.db-wal", "inbox.db", "inbox.db-wal"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[128], *bytes = malloc(4u << 20);
        snprintf(path, sizeof(path), "%s/%s", f.dir, names[i]);
        FILE *file = fopen(path, "rb");
        size_t n = file ? fread(bytes, 1, 4u << 20, file) : 0;
        if (file) {
            fclose(file);
        }
        bool found = str_find((struct str){bytes, n}, needle) != SIZE_MAX;
        free(bytes);
        if (found) {
            return true;
        }
    }
    return false;
}

static void test_create(void **state)
{
    (void)state;
    struct integration_log_row log;
    struct str id = create("{\"type\":\"webhook\",\"name\":\" Channel manager \",\"configuration\":{}}");
    assert_int_equal(id.n, 16);
    assert_true(str_eq(v.row.name, S("Channel manager")) && v.row.is_active);
    assert_int_equal(v.row.status, INTEGRATION_DISCONNECTED);
    assert_true(str_eq(setting("verification"), S("signed")) && str_eq(setting("preset"), S("standard")));
    struct str secret = setting("secret");
    assert_true(str_starts(secret, S("whsec_"))); /* shown once */
    assert_true(
        str_eq(v.webhook_url,
               arena_fmt(&f.a, "https://hub.example.org/api/webhooks/integrations/one/%.*s", STR_ARG(id))));
    assert_true(str_eq(in_clear(id).secret, secret));
    assert_false(on_disk(secret));
    assert_true(on_disk(S("Channel manager"))); /* the look itself works */

    assert_true(integration_get(&f.env, &f.a, &one, id, &v, &f.e));
    assert_true(str_eq(setting("secret"), S("********")));
    assert_int_equal(logs(id, &log), 1);
    assert_true(str_eq(log.action, S("created")) && str_eq(log.status, S("ok")) && str_eq(log.actor, ACTOR));
    assert_true(str_find(log.message.fr, S("Créée")) == 0);
}

static void refused(const char *json, enum err_code code, const char *pointer)
{
    if (integration_create(&f.env, &f.a, &one, ACTOR, parse(json), &v, &f.e)) {
        fail_msg("accepted: %s", json);
    }
    assert_int_equal(f.e.code, code);
    assert_string_equal(f.e.pointer, pointer);
}

static void test_create_refused(void **state)
{
    (void)state;
    struct integration_view *list;
    size_t n;
    refused("[]", ERR_INVALID, "");
    refused("{}", ERR_INVALID, "/type");
    refused("{\"type\":\"webhook\"}", ERR_INVALID, "/name");
    refused("{\"type\":\"webhook\",\"name\":\"  \"}", ERR_INVALID, "/name");
    refused("{\"type\":\"fax\",\"name\":\"x\"}", ERR_INVALID, "/type");
    refused("{\"type\":\"csv\",\"name\":\"x\",\"nmae\":1}", ERR_INVALID, "/nmae");
    refused("{\"type\":\"csv\",\"name\":\"x\",\"id\":\"aaaaaaaaaaaaaaaa\"}", ERR_INVALID, "/id");
    refused("{\"type\":\"csv\",\"name\":\"x\",\"status\":\"connected\"}", ERR_INVALID, "/status");
    refused("{\"type\":\"csv\",\"name\":\"x\",\"establishment\":\"two\"}", ERR_INVALID, "/establishment");
    refused("{\"type\":\"csv\",\"name\":\"x\",\"configuration\":7}", ERR_INVALID, "/configuration");
    refused("{\"type\":\"csv\",\"name\":\"x\",\"configuration\":{\"importPath\":\"../x\"}}", ERR_INVALID,
            "/configuration/importPath");
    refused("{\"type\":\"csv\",\"name\":\"x\",\"configuration\":{\"secret\":\"x\"}}", ERR_INVALID,
            "/configuration/secret");
    refused(
        "{\"type\":\"webhook\",\"name\":\"x\",\"configuration\":{\"verification\":\"open\",\"confirmOpen\":false}}",
        ERR_INVALID, "/configuration/confirmOpen");
    refused("{\"type\":\"csv\",\"name\":\"x\",\"isActive\":true,\"configuration\":{\"enabled\":false}}",
            ERR_INVALID, "/isActive");
    assert_true(integration_list(&f.env, &f.a, &one, &list, &n, &f.e));
    assert_int_equal(n, 0);
}

static void test_mask_round_trip(void **state)
{
    (void)state;
    struct integration_log_row log;
    struct str id = create("{\"type\":\"webhook\",\"name\":\"W\",\"configuration\":{\"preset\":\"github\","
                           "\"secret\":\"It's a Secret to Everybody\"}}");
    assert_true(str_eq(setting("secret"), S("********"))); /* they know it: only what we made is shown */
    assert_true(integration_get(&f.env, &f.a, &one, id, &v, &f.e));
    struct buf b = buf_in(&f.a);
    struct json_out o = json_out(&b);
    integration_json(&o, &v, LANG_EN);
    int64_t updated = v.row.updated_us;
    f.now_us += 1000000;
    assert_true(change(id, buf_str(&b).p)); /* all of it sent back as it came: nothing changes */
    assert_int_equal(v.row.updated_us, updated);
    assert_int_equal(logs(id, &log), 1);
    assert_true(str_eq(in_clear(id).secret, S("It's a Secret to Everybody")));

    assert_true(change(id, "{\"name\":\"W2\",\"configuration\":{\"secret\":\"another secret\"}}"));
    assert_int_equal(v.row.updated_us, f.now_us);
    assert_true(str_eq(in_clear(id).secret, S("another secret")));
    assert_int_equal(logs(id, &log), 2);
    assert_true(str_eq(log.action, S("updated")) &&
                str_eq(log.data, S("{\"changed\":[\"name\",\"secret\"]}")));
    assert_true(str_eq(log.message.en, S("Changed: name, secret")));
    assert_false(on_disk(S("another secret")));

    assert_true(
        change(id, "{\"configuration\":{\"secret\":null}}")); /* taken away: a new one is made and shown */
    assert_int_equal(setting("secret").n, 43);
    assert_true(str_eq(in_clear(id).secret, setting("secret")));
    assert_false(change(id, "{\"type\":\"csv\"}"));
    assert_string_equal(f.e.pointer, "/type");
    assert_false(change(id, "{\"configuration\":{\"nonsense\":1}}"));
    assert_string_equal(f.e.pointer, "/configuration/nonsense");
}

static void test_token_and_open(void **state)
{
    (void)state;
    struct integration_log_row log;
    struct str id =
        create("{\"type\":\"webhook\",\"name\":\"W\",\"configuration\":{\"verification\":\"url_token\"}}");
    size_t at = str_find(v.webhook_url, S("?token="));
    struct str token = str_sub(v.webhook_url, at + 7, SIZE_MAX);
    assert_int_equal(token.n, 43);
    assert_true(str_eq(setting("token"), token) || str_eq(setting("token"), S("********")));
    assert_true(signature_token_matches(&f.a, token, in_clear(id).token));
    assert_false(on_disk(token));
    assert_true(integration_get(&f.env, &f.a, &one, id, &v, &f.e));
    assert_true(str_ends(v.webhook_url, S("?token=********")));
    assert_false(v.is_open);

    assert_false(change(id, "{\"configuration\":{\"verification\":\"open\",\"confirmOpen\":false}}"));
    assert_string_equal(f.e.pointer, "/configuration/confirmOpen");
    assert_true(change(id, "{\"configuration\":{\"verification\":\"open\",\"confirmOpen\":true}}"));
    assert_true(v.is_open && str_find(v.webhook_url, S("token")) == SIZE_MAX);
    assert_int_equal(logs(id, &log), 2);
    assert_true(str_eq(log.status, S("warning")));
    assert_false(str_given(in_clear(id).token)); /* what means nothing any more is not kept */
    assert_true(change(id, "{\"configuration\":{\"verification\":\"signed\"}}"));
    assert_true(!v.is_open && str_starts(setting("secret"), S("whsec_")));
    assert_true(change(id, "{\"configuration\":{\"verification\":\"open\"}}") && v.is_open);
}

static bool on_resumed(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                       struct err *e)
{
    (void)env, (void)a, (void)e;
    resumed += hotel->id == one.id && id.n == 16;
    return true;
}

static void test_active(void **state)
{
    (void)state;
    static const struct integration_hook hooks[] = {{"csv", NULL, NULL, on_resumed}, {0}};
    struct integration_log_row log;
    f.env.hooks = hooks;
    struct str id = create(CSV);
    assert_true(str_eq(setting("enabled"), S("true")) && v.row.next_sync == f.now_us);
    assert_true(change(id, "{\"isActive\":false}"));
    assert_true(!v.row.is_active && v.row.status == INTEGRATION_PAUSED &&
                str_eq(setting("enabled"), S("false")));
    assert_true(v.row.next_sync == INSTANT_NONE && resumed == 0);
    assert_int_equal(logs(id, &log), 2);
    assert_true(str_eq(log.action, S("paused")));
    assert_true(change(id, "{\"configuration\":{\"enabled\":true}}"));
    assert_true(v.row.is_active && v.row.status == INTEGRATION_DISCONNECTED && resumed == 1);
    assert_int_equal(logs(id, &log), 3);
    assert_true(str_eq(log.action, S("resumed")));
    /* A client that changes one of the two and sends the other back as it was. */
    assert_true(change(id, "{\"isActive\":false,\"configuration\":{\"enabled\":true}}") && !v.row.is_active);
    assert_true(change(id, "{\"isActive\":false,\"configuration\":{\"enabled\":true}}") && v.row.is_active);
    create("{\"type\":\"csv\",\"name\":\"off\",\"configuration\":{\"enabled\":false}}");
    assert_true(!v.row.is_active && v.row.status == INTEGRATION_PAUSED);
}

static void test_hotels_apart(void **state)
{
    (void)state;
    struct integration_view *list;
    struct integration_log_row *rows;
    struct integration_loaded loaded;
    size_t n;
    int64_t next;
    struct str id = create(CSV);
    assert_false(integration_get(&f.env, &f.a, &two, id, &v, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(integration_change(&f.env, &f.a, &two, ACTOR, id, parse("{\"name\":\"stolen\"}"), &v, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(integration_remove(&f.env, &f.a, &two, ACTOR, id, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(integration_history(&f.env, &f.a, &two, id, (struct integration_log_filter){.limit = 9},
                                     &rows, &n, &next, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_true(integration_list(&f.env, &f.a, &two, &list, &n, &f.e));
    assert_int_equal(n, 0);
    DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
    assert_false(integration_load_settings(&f.env, c, S("two"), id, &f.a, &loaded, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
}

static void test_remove(void **state)
{
    (void)state;
    struct integration_log_row log;
    struct str id = create(CSV);
    assert_true(integration_remove(&f.env, &f.a, &one, ACTOR, id, &f.e));
    assert_false(integration_get(&f.env, &f.a, &one, id, &v, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_false(integration_remove(&f.env, &f.a, &one, ACTOR, id, &f.e));
    assert_int_equal(logs(id, &log), 2); /* its history stays */
    assert_true(str_eq(log.action, S("deleted")) && str_eq(log.message.en, S("Deleted: Files (csv)")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_create, setup, teardown),
        cmocka_unit_test_setup_teardown(test_create_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mask_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_and_open, setup, teardown),
        cmocka_unit_test_setup_teardown(test_active, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hotels_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(test_remove, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
