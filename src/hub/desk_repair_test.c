#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"
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

/* As the desk says it; how many reservations were repaired. code "": taken back. */
static int64_t map(const char *integration, const char *remote, const char *code)
{
    int64_t repaired = -1;
    apply_fixture_must(&f,
                       desk_map(&f.env.env, f.a, f.at, S("o@x"), str_of(integration), str_of(remote),
                                str_of(code), &repaired, &f.e),
                       remote);
    return repaired;
}

/* Only the change itself, as when the program ends right after it. */
static bool change_work(struct db_conn *c, void *arg, struct err *e)
{
    const struct room_mapping *m = arg;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    struct apply *ap = apply_begin(c, &batch, f.at, f.env.now_us, e);
    return ap && room_mapping_set(c, f.at->id, m, e) &&
           desk_repair_note(c, ap, f.at, m->integration_id, m->remote_key, e) && apply_end(ap, e);
}

static void change_only(const char *integration, const char *key, const char *code)
{
    struct room_mapping m = {str_of(integration), str_of(key), str_of(key), room_named(&f, code)->id, 1};
    apply_fixture_must(&f, db_write(f.env.store.hotel, change_work, &m, &f.e), key);
}

static int64_t go_on(size_t steps, bool expect_more)
{
    int64_t repaired;
    bool more;
    apply_fixture_must(&f, desk_repair(&f.env.env, f.at->id, steps, &repaired, &more, &f.e), "repair");
    assert_int_equal(more, expect_more);
    return repaired;
}

/* --- a mapping that is corrected --- */

static void test_corrected(void **state)
{
    (void)state;
    apply_fixture_room(&f, &f.demo, "SUI", "Suite", 1);
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{.type = "Junior", .nights = 2}});
    assert_int_equal(map("demo-a", "Junior", "DBL"), 1);
    assert_string_equal(nights_of(&f, "DBL", 0, 2), "1/0 1/0");
    tell(&f, .reference = "B", .by = "demo-a",
         .rooms = {{.type = "JUNIOR", .night = 1, .nights = 1}, {.type = "SGL", .night = 1, .nights = 1}});
    tell(&f, .reference = "C", .by = "demo-b", .rooms = {{.type = "Junior", .night = 3, .nights = 1}});
    assert_int_equal(map("demo-b", "Junior", "DBL"), 1);
    assert_int_equal(map("demo-a", "Junior", "SUI"), 2);
    assert_string_equal(nights_of(&f, "DBL", 0, 4), "0/0 0/0 0/0 1/0");
    assert_string_equal(nights_of(&f, "SUI", 0, 4), "1/0 2/0 0/0 0/0");
    assert_string_equal(nights_of(&f, "SGL", 0, 4), "0/0 1/0 0/0 0/0");
    assert_int_equal(booking(&f, "demo-a", "A")->stays[0].room_type_id, room_named(&f, "SUI")->id);
    /* A suite too much is an incident like any other. */
    assert_true(booking(&f, "demo-a", "B")->oversold || booking(&f, "demo-a", "A")->oversold);
    assert_string_equal(alerts_of(&f),
                        arena_fmt(f.a, "oversold:%lld:2026-07-15", (long long)room_named(&f, "SUI")->id).p);
    assert_int_equal(map("demo-a", "junior", "SUI"), 0); /* the same again */
    assert_int_equal(map("demo-a", "Junior", "DBL"), 2);
    assert_string_equal(alerts_of(&f), "");
    assert_false(booking(&f, "demo-a", "B")->oversold || booking(&f, "demo-a", "A")->oversold);
}

static bool forget_outbox(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(c, e, SQL("DELETE FROM outbox"));
}

static void test_everybody_is_told(void **state)
{
    (void)state;
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{.type = "Junior", .nights = 1}});
    map("demo-a", "Junior", "DBL");
    assert_true(db_write(f.env.store.hotel, forget_outbox, NULL, &f.e));
    map("demo-a", "Junior", "SGL");
    assert_string_equal(outbox_of(&f, "demo-a"), "DBL+0 SGL+0");
    assert_string_equal(outbox_of(&f, "demo-b"), "DBL+0 SGL+0");
    size_t n;
    struct event_row *events = events_of(&f, &n);
    assert_string_equal(events[n - 1].type.p, "reservation.modified");
}

static void test_taken_back(void **state)
{
    (void)state;
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{.type = "Junior", .nights = 1}});
    map("demo-a", "Junior", "DBL");
    assert_string_equal(alerts_of(&f), "");
    assert_int_equal(map("demo-a", "Junior", ""), 1);
    assert_true(booking(&f, "demo-a", "A")->unmapped);
    assert_string_equal(nights_of(&f, "DBL", 0, 1), "0/1");
    assert_string_equal(nights_of(&f, "SGL", 0, 1), "0/1");
    assert_string_equal(alerts_of(&f), "unmapped:demo-a:junior");
    assert_int_equal(map("demo-a", "Junior", "SGL"), 1);
    assert_string_equal(nights_of(&f, "DBL", 0, 1), "0/0");
    assert_string_equal(alerts_of(&f), "");
}

/* The hotel's own code or name means what it says only until somebody says otherwise. */
static void test_names_of_the_hotel(void **state)
{
    (void)state;
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{.type = "dbl", .nights = 1}});
    tell(&f, .reference = "B", .by = "demo-a", .rooms = {{.type = "Double Room", .nights = 1}});
    tell(&f, .reference = "C", .by = "demo-b", .rooms = {{.type = "DBL", .nights = 1}});
    tell(&f, .reference = "D", .rooms = {{.type = "DBL", .night = 1, .nights = 1}});
    assert_int_equal(map("demo-a", "DBL", "SGL"), 1);
    assert_string_equal(nights_of(&f, "DBL", 0, 2), "2/0 1/0");
    assert_string_equal(nights_of(&f, "SGL", 0, 2), "1/0 0/0");
    assert_int_equal(map("demo-a", "double room", "SGL"), 1);
    assert_string_equal(nights_of(&f, "DBL", 0, 2), "1/0 1/0");
    /* Of what came without an integration. */
    assert_int_equal(map(NULL, "DBL", "SGL"), 1);
    assert_string_equal(nights_of(&f, "SGL", 0, 2), "2/0 1/0");
    assert_int_equal(map("", "DBL", ""), 1);
    assert_int_equal(map("demo-a", "DBL", ""), 1); /* its own code again */
    assert_string_equal(nights_of(&f, "DBL", 0, 2), "2/0 1/0");
    assert_string_equal(nights_of(&f, "SGL", 0, 2), "1/0 0/0");
}

static void test_what_is_over(void **state)
{
    (void)state;
    map("demo-a", "Junior", "DBL");
    tell(&f, .reference = "OVER", .by = "demo-a",
         .rooms = {{.type = "Junior", .night = -16, .nights = 2},
                   {.type = "Junior", .night = -14, .nights = 1}}); /* until yesterday, and until today */
    tell(&f, .reference = "GONE", .by = "demo-a", .rooms = {{.type = "Junior", .nights = 1}});
    tell(&f, .type = MESSAGE_CANCELLED, .reference = "GONE", .by = "demo-a", .at_s = 1);
    assert_int_equal(map("demo-a", "Junior", "SGL"), 1);
    int64_t dbl = room_named(&f, "DBL")->id, sgl = room_named(&f, "SGL")->id;
    struct reservation_row *over = booking(&f, "demo-a", "OVER");
    assert_true(over->stays[0].room_type_id == dbl && over->stays[1].room_type_id == sgl);
    assert_string_equal(nights_of(&f, "DBL", -16, -12), "1/0 1/0 0/0 0/0");
    /* A cancelled one comes back into the right room. */
    assert_int_equal(booking(&f, "demo-a", "GONE")->stays[0].room_type_id, sgl);
    tell(&f, .type = MESSAGE_MODIFIED, .reference = "GONE", .by = "demo-a", .status = "confirmed", .at_s = 2);
    assert_string_equal(nights_of(&f, "SGL", 0, 1), "1/0");
    assert_string_equal(nights_of(&f, "DBL", 0, 1), "0/0");
}

/* --- in steps --- */

enum { MANY = 2 * DESK_REPAIR_STEP + 50 };

static void tell_many(const char *type, int count)
{
    struct said *said = arena_array(f.a, struct said, (size_t)count);
    for (int i = 0; i < count; i++) {
        said[i] = (struct said){.reference = arena_fmt(f.a, "N%d", i).p,
                                .by = "demo-a",
                                .rooms = {{.type = type, .night = i % 50, .nights = 1}}};
    }
    tell_all(&f, said, (size_t)count);
}

static void test_steps(void **state)
{
    (void)state;
    tell_many("Suite", MANY);
    apply_fixture_room(&f, &f.demo, "SUI", "Junior Suite", 100);
    change_only("demo-a", "suite", "SUI");
    assert_int_equal(go_on(0, true), 0);
    assert_int_equal(go_on(1, true), DESK_REPAIR_STEP);
    assert_string_equal(nights_of(&f, "SUI", 0, 1), "4/5"); /* what was not looked at is held as before */
    assert_string_equal(nights_of(&f, "DBL", 0, 1), "0/5");
    assert_true(strstr(alerts_of(&f), "unmapped:demo-a:suite") != NULL);
    /* What comes meanwhile goes by the new meaning, also what is done already. */
    tell(&f, .reference = "X", .by = "demo-a", .rooms = {{.type = "Suite", .nights = 1}});
    tell(&f, .type = MESSAGE_MODIFIED, .reference = "N449", .by = "demo-a",
         .rooms = {{.type = "suite", .night = 60, .nights = 1}});
    tell(&f, .type = MESSAGE_CANCELLED, .reference = "N0", .by = "demo-a");
    assert_string_equal(nights_of(&f, "SUI", 0, 1), "4/5");
    /* The next start goes on. */
    bool more;
    assert_true(desk_repair_due(&f.env.env, &more, &f.e));
    assert_false(more);
    assert_string_equal(nights_of(&f, "SUI", 0, 2), "9/0 9/0");
    assert_string_equal(nights_of(&f, "DBL", 0, 2), "0/0 0/0");
    assert_string_equal(alerts_of(&f), "");
    assert_int_equal(go_on(1, false), 0);
}

static void test_corrected_half_way(void **state)
{
    (void)state;
    tell_many("Suite", MANY);
    change_only("demo-a", "suite", "DBL");
    assert_int_equal(go_on(1, true), DESK_REPAIR_STEP);
    change_only("demo-a", "suite", "SGL"); /* begins anew */
    assert_int_equal(go_on(2, true), 2 * DESK_REPAIR_STEP);
    assert_int_equal(go_on(9, false), 50);
    assert_string_equal(nights_of(&f, "DBL", 0, 1), "0/0");
    assert_string_equal(nights_of(&f, "SGL", 0, 1), "9/0");
}

/* A person does not wait for all of it; the server does the rest. */
static void test_patience(void **state)
{
    (void)state;
    enum { LEFT = 10 };
    bool repairing;
    struct work w = {.env = &f.env.env};
    tell_many("Suite", DESK_REPAIR_STEP * DESK_REPAIR_STEPS + LEFT);
    assert_true(desk_repairing(&f.env.env, f.at, &repairing, &f.e) && !repairing);
    assert_int_equal(map("demo-a", "suite", "DBL"), DESK_REPAIR_STEP * DESK_REPAIR_STEPS);
    assert_true(desk_repairing(&f.env.env, f.at, &repairing, &f.e) && repairing);
    assert_true(desk_repairing(&f.env.env, &f.other, &repairing, &f.e) && !repairing);
    assert_int_equal(stock_of(&f, "SGL", 9).held, 1);
    work_tick(&w);
    assert_true(desk_repairing(&f.env.env, f.at, &repairing, &f.e) && !repairing);
    assert_int_equal(stock_of(&f, "SGL", 9).held, 0);
    /* So much that one look is not enough: the next is at once. */
    assert_int_equal(map("demo-a", "suite", "SGL"), DESK_REPAIR_STEP * DESK_REPAIR_STEPS);
    change_only("demo-a", "suite", "DBL");
    assert_int_equal(work_tick(&w), 1);
    assert_true(work_tick(&w) > 1);
    assert_int_equal(stock_of(&f, "SGL", 9).sold, 0);
}

static void test_hotels(void **state)
{
    (void)state;
    bool more;
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{.type = "Suite", .nights = 1}});
    change_only("demo-a", "suite", "DBL");
    f.at = &f.other;
    tell(&f, .reference = "A", .by = "other-a", .rooms = {{.type = "Suite", .nights = 1}});
    change_only("other-a", "suite", "SGL");
    assert_true(desk_repair_due(&f.env.env, &more, &f.e));
    assert_false(more);
    assert_string_equal(nights_of(&f, "SGL", 0, 1), "1/0");
    f.at = &f.demo;
    assert_string_equal(nights_of(&f, "DBL", 0, 1), "1/0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_corrected),          TEST(test_everybody_is_told),
        TEST(test_taken_back),         TEST(test_what_is_over),
        TEST(test_names_of_the_hotel), TEST(test_steps),
        TEST(test_corrected_half_way), TEST(test_hotels),
        TEST(test_patience),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
