#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "hub/env_fixture.h"
#include "store/event.h"
#include "store/integration.h"

static struct env_fixture f;

static bool in_transaction(struct db_conn *c, void *arg, struct err *e)
{
    void (*test)(struct db_conn *) = *(void (**)(struct db_conn *))arg;
    struct establishment h = {.slug = S("a"), .name = S("A"), .timezone = S("UTC"), .currency = S("EUR")},
                         h2 = h;
    h2.slug = S("b");
    bool ok = establishment_insert(c, &h, e) && establishment_insert(c, &h2, e);
    if (ok) {
        test(c);
    }
    return ok;
}

static void run(void (*test)(struct db_conn *))
{
    env_fixture_open(&f);
    bool ok = db_write(f.store.hotel, in_transaction, &test, &f.e);
    env_fixture_close(&f);
    assert_true(ok);
}

static void check_events(struct db_conn *c)
{
    struct event_row *list;
    size_t count;
    for (int64_t i = 1; i <= 5; i++) {
        struct event_row v = {i, S("reservation.created"), i == 3 ? 0 : i * 10, S("{}"), 100 + i};
        assert_true(event_insert(c, 1, &v, &f.e));
    }
    struct event_row other = {1, S("x"), 0, S("{\"a\":1}"), 7};
    assert_true(event_insert(c, 2, &other, &f.e));
    assert_false(event_insert(c, 2, &other, &f.e)); /* a number is used once */
    assert_true(event_list(c, &f.a, 1, 0, 3, &list, &count, &f.e));
    assert_int_equal(count, 3);
    assert_int_equal(list[0].seq, 1);
    assert_int_equal(list[0].entity_id, 10);
    assert_int_equal(list[2].entity_id, 0);
    assert_true(event_list(c, &f.a, 1, list[2].seq, 100, &list, &count, &f.e));
    assert_int_equal(count, 2);
    assert_int_equal(list[1].seq, 5);
    assert_int_equal(list[1].created_us, 105);
    assert_true(event_list(c, &f.a, 1, 5, 100, &list, &count, &f.e));
    assert_int_equal(count, 0);
    f.e.code = ERR_BUSY; /* of something before */
    assert_true(event_list(c, &f.a, 1, 0, 0, &list, &count, &f.e));
    assert_int_equal(count, 0);
    assert_true(event_list(c, &f.a, 2, 0, 10, &list, &count, &f.e));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].data.p, "{\"a\":1}");
}

static struct alert_row alert_at(struct str fingerprint, int64_t at)
{
    return (struct alert_row){.fingerprint = fingerprint,
                              .severity = S("warning"),
                              .message = TEXT("full", "complet"),
                              .reservation_id = 4,
                              .integration_id = S("int"),
                              .last_us = at};
}

static void check_alerts(struct db_conn *c)
{
    struct alert_row *list, a = alert_at(S("one"), 10), b = alert_at(S("two"), 30);
    size_t count;
    bool fresh = false;
    assert_true(alert_raise(c, 1, &a, &fresh, &f.e));
    assert_true(fresh);
    a.last_us = 20;
    a.severity = S("critical");
    assert_true(alert_raise(c, 1, &a, &fresh, &f.e));
    assert_false(fresh);
    assert_true(alert_raise(c, 1, &b, &fresh, &f.e));
    assert_true(alert_raise(c, 2, &a, &fresh, &f.e));
    assert_true(fresh); /* another hotel's */
    assert_true(alert_list(c, &f.a, 1, NULL, 10, &list, &count, &f.e));
    assert_int_equal(count, 2);
    assert_string_equal(list[1].fingerprint.p, "two"); /* later, but less grave */
    assert_string_equal(list[0].severity.p, "critical");
    assert_string_equal(list[0].message.fr.p, "complet");
    assert_int_equal(list[0].occurrences, 2);
    assert_int_equal(list[0].raised_us, 10);
    assert_int_equal(list[0].last_us, 20);
    assert_int_equal(list[0].reservation_id, 4);
    assert_string_equal(list[0].integration_id.p, "int");
    assert_true(list[0].cleared_us == INSTANT_NONE);
    /* Cleared ones go to the end, and clearing is once. */
    assert_true(alert_clear(c, 1, S("two"), 40, &f.e));
    assert_true(alert_clear(c, 1, S("two"), 50, &f.e));
    assert_true(alert_clear(c, 1, S("none"), 50, &f.e));
    assert_true(alert_list(c, &f.a, 1, NULL, 10, &list, &count, &f.e));
    assert_string_equal(list[1].fingerprint.p, "two");
    assert_int_equal(list[1].cleared_us, 40);
    /* Raised again it begins anew. */
    b.last_us = 60;
    b.severity = S("critical");
    assert_true(alert_raise(c, 1, &b, &fresh, &f.e));
    assert_true(fresh);
    assert_true(alert_list(c, &f.a, 1, NULL, 1, &list, &count, &f.e));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].fingerprint.p, "two");
    assert_int_equal(list[0].occurrences, 1);
    assert_int_equal(list[0].raised_us, 60);
    assert_true(list[0].cleared_us == INSTANT_NONE);
}

/* Page after page, each alert once, in one order whatever the size of the pages. */
static void check_alert_pages(struct db_conn *c)
{
    struct alert_row *list, *all, v;
    size_t count, total;
    bool fresh;
    for (int i = 0; i < 40; i++) {
        v = alert_at(arena_fmt(&f.a, "alert-%02d", i), i / 3); /* several at once */
        v.severity = i % 2 ? S("critical") : S("warning");
        assert_true(alert_raise(c, 3, &v, &fresh, &f.e));
        assert_true(i % 4 || alert_clear(c, 3, v.fingerprint, 90, &f.e));
    }
    assert_true(alert_list(c, &f.a, 3, NULL, 100, &all, &total, &f.e));
    assert_int_equal(total, 40);
    for (size_t i = 1; i < total; i++) {
        struct alert_place x = alert_place_of(&all[i - 1]), y = alert_place_of(&all[i]);
        assert_true(x.rank < y.rank || (x.rank == y.rank && x.last_us >= y.last_us));
    }
    assert_string_equal(all[0].fingerprint.p, "alert-39");
    for (size_t size = 1; size < 50; size += 6) {
        size_t seen = 0;
        struct alert_place place;
        do {
            assert_true(alert_list(c, &f.a, 3, seen ? &place : NULL, size, &list, &count, &f.e));
            for (size_t i = 0; i < count; i++) {
                assert_true(seen < total && str_eq(list[i].fingerprint, all[seen++].fingerprint));
                place = alert_place_of(&list[i]);
            }
        } while (count);
        assert_int_equal(seen, total);
    }
}

static void check_outbox(struct db_conn *c)
{
    struct outbox_row *list, row = {S("int"), 5, 100, 1, 10};
    size_t count;
    assert_true(outbox_put(c, 1, &row, &f.e));
    row.version = 4;
    row.queued_us = 50;
    assert_true(outbox_put(c, 1, &row, &f.e));
    struct outbox_row more[] = {
        {S("int"), 5, 99, 2, 20}, {S("int"), 4, 200, 2, 20}, {S("abc"), 5, 100, 3, 20}};
    for (size_t i = 0; i < ARRAY_LEN(more); i++) {
        assert_true(outbox_put(c, 1, &more[i], &f.e));
    }
    assert_true(outbox_put(c, 2, &row, &f.e));
    assert_true(outbox_list(c, &f.a, 1, S("int"), 10, &list, &count, &f.e));
    assert_int_equal(count, 3);
    assert_int_equal(list[0].room_type_id, 4);
    assert_int_equal(list[1].night, 99);
    assert_int_equal(list[2].night, 100);
    assert_int_equal(list[2].version, 4);
    assert_int_equal(list[2].queued_us, 10); /* it waits since then */
    assert_true(outbox_list(c, &f.a, 1, (struct str){0}, 10, &list, &count, &f.e));
    assert_int_equal(count, 4);
    assert_string_equal(list[0].integration_id.p, "abc");
    assert_true(outbox_list(c, &f.a, 1, (struct str){0}, 2, &list, &count, &f.e));
    assert_int_equal(count, 2);
    /* Sent is what had this version. */
    row.version = 3;
    assert_true(outbox_done(c, 1, &row, &f.e));
    assert_true(outbox_list(c, &f.a, 1, S("int"), 10, &list, &count, &f.e));
    assert_int_equal(count, 3);
    row.version = 4;
    assert_true(outbox_done(c, 1, &row, &f.e));
    assert_true(outbox_list(c, &f.a, 1, S("int"), 10, &list, &count, &f.e));
    assert_int_equal(count, 2);
    assert_true(outbox_list(c, &f.a, 2, S("int"), 10, &list, &count, &f.e));
    assert_int_equal(count, 1);
}

static void check_listeners(struct db_conn *c)
{
    struct str *ids;
    size_t count;
    static const struct {
        const char *id;
        int64_t hotel;
        bool tells;
    } all[] = {{"b", 1, true}, {"a", 1, true}, {"c", 1, false}, {"d", 2, true}};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        struct integration in = {.id = str_of(all[i].id),
                                 .establishment_id = all[i].hotel,
                                 .establishment_slug = all[i].hotel == 1 ? S("a") : S("b"),
                                 .type = S("webhook"),
                                 .name = S("n"),
                                 .configuration = S("{}"),
                                 .last_sync = INSTANT_NONE,
                                 .next_sync = INSTANT_NONE,
                                 .tells_stock = all[i].tells};
        assert_true(integration_insert(c, &in, &f.e));
    }
    assert_true(outbox_listeners(c, &f.a, 1, &ids, &count, &f.e));
    assert_int_equal(count, 2);
    assert_string_equal(ids[0].p, "a");
    assert_string_equal(ids[1].p, "b");
    assert_true(outbox_listeners(c, &f.a, 3, &ids, &count, &f.e));
    assert_int_equal(count, 0);
}

static void events(void **state)
{
    (void)state;
    run(check_events);
}

static void alerts(void **state)
{
    (void)state;
    run(check_alerts);
    run(check_alert_pages);
}

static void outbox(void **state)
{
    (void)state;
    run(check_outbox);
}

static void listeners(void **state)
{
    (void)state;
    run(check_listeners);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(events), cmocka_unit_test(alerts),
                                       cmocka_unit_test(outbox), cmocka_unit_test(listeners)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
