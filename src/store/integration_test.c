#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/integration.h"

static struct env_fixture f;
static struct err *const e = &f.e;

static int setup(void **state)
{
    (void)state;
    env_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    env_fixture_close(&f);
    return 0;
}

static struct integration sample(const struct establishment *h, struct str id, int64_t created_us)
{
    return (struct integration){
        .id = id,
        .establishment_id = h->id,
        .establishment_slug = h->slug,
        .type = S("csv"),
        .name = S("Files"),
        .configuration = S("{}"),
        .last_sync = INSTANT_NONE,
        .is_active = true,
        .created_us = created_us,
        .updated_us = created_us,
        .next_sync = INSTANT_NONE,
    };
}

/* Each test runs in a transaction that is then undone: ERR_CONFLICT means that it came to its end. */
static bool begin(struct db_conn *c, struct establishment *one, struct establishment *two)
{
    *one =
        (struct establishment){.slug = S("one"), .name = S("1"), .timezone = S("UTC"), .currency = S("EUR")};
    *two =
        (struct establishment){.slug = S("two"), .name = S("2"), .timezone = S("UTC"), .currency = S("EUR")};
    return establishment_insert(c, one, e) && establishment_insert(c, two, e);
}

static bool rows(struct db_conn *c, void *arg, struct err *err)
{
    (void)arg;
    struct establishment one, two;
    struct integration i, *list;
    size_t n;
    assert_true(begin(c, &one, &two));
    struct integration first = sample(&one, S("aaaa"), 10), second = sample(&one, S("bbbb"), 5);
    struct integration other = sample(&two, S("cccc"), 1);
    assert_true(integration_insert(c, &first, e) && integration_insert(c, &second, e) &&
                integration_insert(c, &other, e));
    assert_true(integration_rows(c, &f.a, one.id, &list, &n, e));
    assert_int_equal(n, 2);
    assert_true(str_eq(list[0].id, S("bbbb")) && str_eq(list[1].id, S("aaaa")));
    assert_false(integration_find(c, &f.a, two.id, S("aaaa"), &i, e)); /* another hotel's */
    assert_int_equal(e->code, ERR_NOT_FOUND);

    first.name = S("Renamed");
    first.is_active = false;
    first.status = INTEGRATION_PAUSED;
    first.next_sync = 99;
    first.updated_us = 11;
    assert_true(integration_update(c, &first, e));
    assert_true(integration_find(c, &f.a, one.id, S("aaaa"), &i, e));
    assert_true(str_eq(i.name, S("Renamed")) && !i.is_active && i.status == INTEGRATION_PAUSED);
    assert_true(i.next_sync == 99 && i.updated_us == 11 && i.created_us == 10 && i.last_sync == INSTANT_NONE);
    assert_true(str_eq(i.establishment_slug, S("one")) && !str_given(i.last_error.en));

    assert_true(integration_note_error(c, one.id, S("aaaa"), TEXT("no", "non"), e)); /* paused stays paused */
    assert_true(integration_note_error(c, one.id, S("bbbb"), TEXT("no", "non"), e));
    assert_true(integration_find(c, &f.a, one.id, S("aaaa"), &i, e) && i.status == INTEGRATION_PAUSED);
    assert_true(integration_find(c, &f.a, one.id, S("bbbb"), &i, e) && i.status == INTEGRATION_ERROR);
    assert_true(str_eq(i.last_error.fr, S("non")));
    assert_true(integration_note_ok(c, one.id, S("bbbb"), 77, e));
    assert_true(integration_find(c, &f.a, one.id, S("bbbb"), &i, e) && i.status == INTEGRATION_CONNECTED);
    assert_true(i.last_sync == 77 && !str_given(i.last_error.en) && !str_given(i.last_error.fr));

    assert_true(integration_schedule(c, one.id, S("bbbb"), 50, e) &&
                integration_schedule(c, two.id, S("cccc"), 40, e));
    assert_true(integration_due(c, &f.a, 100, 10, &list, &n, e)); /* aaaa is paused */
    assert_true(n == 2 && str_eq(list[0].id, S("cccc")) && str_eq(list[1].id, S("bbbb")));
    assert_true(integration_due(c, &f.a, 45, 10, &list, &n, e) && n == 1);
    assert_true(integration_due(c, &f.a, 100, 1, &list, &n, e) && n == 1);
    assert_true(integration_schedule(c, one.id, S("bbbb"), INSTANT_NONE, e));
    assert_true(integration_due(c, &f.a, 100, 10, &list, &n, e) && n == 1);

    assert_true(integration_delete(c, two.id, S("aaaa"), e)); /* not its hotel: nothing happens */
    assert_true(integration_find(c, &f.a, one.id, S("aaaa"), &i, e));
    assert_true(integration_delete(c, one.id, S("aaaa"), e));
    assert_false(integration_find(c, &f.a, one.id, S("aaaa"), &i, e));
    return err_set(err, ERR_CONFLICT, "end", "fin");
}

static size_t found(struct db_conn *c, int64_t hotel, struct integration_log_filter filter, int64_t *first)
{
    struct integration_log_row *list;
    size_t n;
    filter.integration_id = S("aaaa");
    filter.limit = filter.limit ? filter.limit : 10;
    assert_true(integration_log_rows(c, &f.a, hotel, &filter, &list, &n, e));
    *first = n ? list[0].id : 0;
    return n;
}

static bool logs(struct db_conn *c, void *arg, struct err *err)
{
    (void)arg;
    struct establishment one, two;
    struct establishment_lock lock;
    int64_t first;
    assert_true(begin(c, &one, &two));
    const struct integration_log_row written[] = {
        {0, S("aaaa"), S("created"), S("ok"), TEXT("Created", "Créée"), {0}, 1, S("a@example.org")},
        {0, S("bbbb"), S("created"), S("ok"), TEXT("Created", "Créée"), {0}, 2, {0}},
        {0,
         S("aaaa"),
         S("synced"),
         S("error"),
         TEXT("100% wrong_file", "fichier"),
         S("{\"file\":\"July.csv\"}"),
         3,
         {0}},
    };
    assert_true(establishment_lock(c, one.id, &lock, e));
    for (size_t i = 0; i < ARRAY_LEN(written); i++) {
        assert_true(integration_log(c, &lock, &written[i], e));
    }
    assert_true(establishment_unlock(c, &lock, e));
    assert_int_equal(lock.next_id, 4);

    assert_int_equal(found(c, one.id, (struct integration_log_filter){0}, &first), 2);
    assert_int_equal(first, 3); /* newest first */
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.limit = 1}, &first), 1);
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.before_id = 3}, &first), 1);
    assert_int_equal(first, 1);
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.status = S("error")}, &first), 1);
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.action = S("created")}, &first), 1);
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.search = S("JULY")}, &first), 1);
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.search = S("100%")}, &first), 1);
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.search = S("%")}, &first),
                     1); /* no wildcard */
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.search = S("g_f")}, &first), 1);
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.search = S("a_f")}, &first), 0);
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.search = S("créée")}, &first), 1);
    assert_int_equal(found(c, one.id, (struct integration_log_filter){.search = S("' OR 1=1 --")}, &first),
                     0);
    assert_int_equal(found(c, two.id, (struct integration_log_filter){0}, &first), 0);
    return err_set(err, ERR_CONFLICT, "end", "fin");
}

static void run(bool (*work)(struct db_conn *, void *, struct err *))
{
    struct err end;
    assert_false(db_write(f.store.hotel, work, NULL, &end));
    assert_int_equal(end.code, ERR_CONFLICT);
}

static void test_rows(void **state)
{
    (void)state;
    run(rows);
}

static void test_logs(void **state)
{
    (void)state;
    run(logs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_logs, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
