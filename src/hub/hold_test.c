#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"
#include "hub/hold.h"
#include "hub/work.h"

static struct apply_fixture f;

static int setup(void **state)
{
    (void)state;
    apply_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    apply_fixture_close(&f);
    return 0;
}

static void tick(void)
{
    bool more;
    assert_true(hold_expire_due(&f.env.env, &more, &f.e));
    assert_false(more);
}

static void hold(const char *reference, int64_t expires_s)
{
    tell(&f, .reference = reference, .by = "demo-a", .at_s = 1, .status = "hold", .expires_s = expires_s,
         .rooms = {{.type = "SGL", .reference = "1", .nights = 2}});
}

static void test_expires(void **state)
{
    (void)state;
    hold("A", 60);
    assert_string_equal(nights_of(&f, "SGL", 0, 3), "0/1 0/1 0/0");
    f.env.now_us += 59000000;
    tick();
    assert_string_equal(nights_of(&f, "SGL", 0, 3), "0/1 0/1 0/0");
    f.env.now_us += 1000000;
    struct work w = {.env = &f.env.env};
    work_tick(&w);
    assert_string_equal(nights_of(&f, "SGL", 0, 3), "0/0 0/0 0/0");
    struct reservation_row *r = booking(&f, "demo-a", "A");
    assert_true(r->status == RESERVATION_CANCELLED && apply_has_expired(r) && r->revisions == 2);
    size_t count;
    struct revision_row *history = history_of(&f, r->id, &count);
    assert_int_equal(count, 2);
    assert_int_equal(history[1].outcome, REVISION_APPLIED);
    assert_non_null(strstr(history[1].message.p, "\"reason\":\"hold_expired\""));
    assert_false(str_given(history[1].actor) || str_given(history[1].integration_id));
    /* Everybody is told, also the channel that holds it. */
    assert_string_equal(outbox_of(&f, "demo-a"), "SGL+0 SGL+1");
    struct event_row *events = events_of(&f, &count);
    assert_string_equal(events[count - 1].type.p, "reservation.cancelled");
    tick(); /* once */
    assert_int_equal(booking(&f, "demo-a", "A")->revisions, 2);
}

static void test_confirmed_after(void **state)
{
    (void)state;
    hold("A", 60);
    f.env.now_us += 61000000;
    tick();
    /* Said before it expired, on the way since then: it counts, although the program's word came later. */
    struct apply_result r = tell(&f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .at_s = -30,
                                 .status = "confirmed");
    assert_int_equal(r.outcome, REVISION_APPLIED);
    assert_string_equal(nights_of(&f, "SGL", 0, 2), "1/0 1/0");
    assert_int_equal(booking(&f, "demo-a", "A")->expires_us, INSTANT_NONE);
    assert_string_equal(alerts_of(&f), "");
    /* The room has gone to somebody else: kept, and an incident. */
    tell(&f, .reference = "B", .by = "demo-a", .status = "hold", .expires_s = 60,
         .rooms = {{.type = "SGL", .night = 5, .nights = 1}});
    f.env.now_us += 61000000;
    tick();
    tell(&f, .reference = "C", .by = "demo-b", .rooms = {{.type = "SGL", .night = 5, .nights = 1}});
    r = tell(&f, .type = MESSAGE_MODIFIED, .reference = "B", .by = "demo-a", .status = "confirmed");
    assert_true(r.outcome == REVISION_APPLIED && r.oversold);
    assert_string_equal(nights_of(&f, "SGL", 5, 6), "2/0");
    assert_true(strstr(alerts_of(&f), "oversold:") != NULL);
}

static void test_cancelled_after(void **state)
{
    (void)state;
    hold("A", 60);
    f.env.now_us += 61000000;
    tick();
    /* A note leaves it expired; a cancellation is one, and is not undone by a message that says no date. */
    tell(&f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .notes = "called");
    assert_true(apply_has_expired(booking(&f, "demo-a", "A")));
    tell(&f, .type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a");
    assert_false(apply_has_expired(booking(&f, "demo-a", "A")));
    struct apply_result r =
        tell(&f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .status = "confirmed");
    assert_int_equal(r.outcome, REVISION_CONFLICT);
    assert_string_equal(nights_of(&f, "SGL", 0, 2), "0/0 0/0");
}

static void test_changed_before(void **state)
{
    (void)state;
    hold("A", 60);
    hold("B", 0); /* without an end */
    tell(&f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .at_s = 2, .expires_s = 600);
    f.env.now_us += 61000000;
    tick();
    assert_int_equal(booking(&f, "demo-a", "A")->status, RESERVATION_HOLD);
    tell(&f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .at_s = 3, .status = "confirmed");
    f.env.now_us += INT64_C(86400000000);
    tick();
    assert_int_equal(booking(&f, "demo-a", "A")->status, RESERVATION_CONFIRMED);
    assert_int_equal(booking(&f, "demo-a", "B")->status, RESERVATION_HOLD);
    assert_string_equal(nights_of(&f, "SGL", 0, 1), "1/1");
    /* Held again after it expired: for as long as is said then. */
    tell(&f, .type = MESSAGE_MODIFIED, .reference = "B", .by = "demo-a", .expires_s = 10);
    f.env.now_us += 11000000;
    tick();
    assert_int_equal(booking(&f, "demo-a", "B")->status, RESERVATION_CANCELLED);
    tell(&f, .type = MESSAGE_MODIFIED, .reference = "B", .by = "demo-a", .status = "hold", .expires_s = 10);
    assert_string_equal(nights_of(&f, "SGL", 0, 1), "1/1");
    f.env.now_us += 11000000;
    tick();
    assert_string_equal(nights_of(&f, "SGL", 0, 1), "1/0");
}

/* A room of it was sold already: that one stays. */
static void test_partly_sold(void **state)
{
    (void)state;
    tell(&f, .reference = "A", .by = "demo-a", .status = "hold", .expires_s = 60,
         .rooms = {{.type = "DBL", .reference = "1", .nights = 1},
                   {.type = "SGL", .reference = "2", .nights = 1, .status = "confirmed"}});
    assert_string_equal(nights_of(&f, "DBL", 0, 1), "0/1");
    f.env.now_us += 61000000;
    tick();
    assert_string_equal(nights_of(&f, "DBL", 0, 1), "0/0");
    assert_string_equal(nights_of(&f, "SGL", 0, 1), "1/0");
    assert_int_equal(booking(&f, "demo-a", "A")->status, RESERVATION_CONFIRMED);
    tick();
    assert_int_equal(booking(&f, "demo-a", "A")->revisions, 2);
}

static void test_many_hotels(void **state)
{
    (void)state;
    bool more;
    for (int i = 0; i < 250; i++) {
        f.at = i % 2 ? &f.demo : &f.other;
        tell(&f, .reference = arena_fmt(f.a, "N%d", i).p, .status = "hold", .expires_s = 1 + i % 7,
             .rooms = {{.type = "DBL", .night = i, .nights = 1}});
    }
    f.env.now_us += 61000000;
    assert_true(hold_expire_due(&f.env.env, &more, &f.e) && more);
    assert_true(hold_expire_due(&f.env.env, &more, &f.e) && !more);
    for (int i = 0; i < 250; i++) {
        f.at = i % 2 ? &f.demo : &f.other;
        assert_int_equal(stock_of(&f, "DBL", i).held, 0);
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_expires),        TEST(test_confirmed_after), TEST(test_cancelled_after),
        TEST(test_changed_before), TEST(test_partly_sold),     TEST(test_many_hotels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
