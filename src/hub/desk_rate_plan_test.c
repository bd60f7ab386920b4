#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/desk_rate_fixture.h"

static int setup(void **state)
{
    (void)state;
    rate_fixture_open();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    apply_fixture_close(&f);
    return 0;
}

static void refused(bool ok, enum err_code code, const char *pointer)
{
    if (ok || f.e.code != code || strcmp(f.e.pointer, pointer) != 0) {
        fail_msg("%d %d %s: %s", ok, (int)f.e.code, f.e.pointer, f.e.en);
    }
    assert_true(f.e.fr[0]);
}

static bool change(struct rate_plan p)
{
    return desk_rate_plan_change(&f.env.env, f.a, f.at, S("o@x"), &p, &f.e);
}

static void test_add(void **state)
{
    (void)state;
    struct rate_plan nr = plan_named("NR"), one;
    assert_true(nr.parent_id == plan_named("BAR").id && str_eq(nr.derived.parent, S("BAR")));
    assert_true(str_eq(nr.currency, S("EUR")) && nr.version == last_edit().id - 2); /* PP came after */
    assert_string_equal(last_edit().summary.fr.p, "plan tarifaire PP créé");
    assert_true(desk_rate_plan(&f.env.env, f.a, f.at, nr.id, &one, &f.e) && str_eq(one.code, S("NR")));
    refused(desk_rate_plan(&f.env.env, f.a, f.at, 999, &one, &f.e), ERR_NOT_FOUND, "");
    refused(add_plan("{\"code\":\"bar\"}") != 0, ERR_CONFLICT, "/code");
    refused(add_plan("{\"code\":\"X\",\"derived\":{\"parent\":\"NO\",\"percent\":1}}") != 0, ERR_NOT_FOUND,
            "/derived/parent");
    refused(
        add_plan("{\"code\":\"X\",\"currency\":\"USD\",\"derived\":{\"parent\":\"BAR\",\"percent\":1}}") != 0,
        ERR_CONFLICT, "/currency");
    size_t count;
    struct event_row *events = events_of(&f, &count);
    assert_int_equal(count, 3);
    assert_true(str_eq(events[0].type, S("rate_plan.created")));
    assert_string_equal(events[0].data.p, "{\"code\":\"BAR\",\"active\":true,\"actor\":\"o@x\"}");
    f.at = &f.other;
    assert_int_equal(plan_named("BAR").id, 0);
    assert_true(add_plan("{\"code\":\"BAR\"}") > 0);
}

static void test_change(void **state)
{
    (void)state;
    struct rate_plan p = plan_named("BAR");
    int64_t version = p.version;
    p.name = S("Best available");
    p.code = S("OTHER"); /* stays */
    assert_true(change(p));
    p = plan_named("BAR");
    assert_true(str_eq(p.name, S("Best available")) && p.version > version);
    /* Around in a circle. */
    p.derived = (struct rate_derivation){.parent = S("NR"), .amount = amount("1")};
    refused(change(p), ERR_INVALID, "/derived/parent");
    p.derived.parent = S("BAR");
    refused(change(p), ERR_INVALID, "/derived/parent");
    p = plan_named("BAR");
    p.currency = S("USD");
    refused(change(p), ERR_CONFLICT, "/currency"); /* NR has it too */
    p = plan_named("PP");
    p.currency = S("USD");
    assert_true(change(p));
    p.pricing = RATE_PER_ROOM;
    assert_true(change(p) && change((struct rate_plan){.id = p.id, .pricing = 1, .base_occupancy = 2}));
    /* Under prices neither may change, not even when they were taken back. */
    assert_true(rate_edit(.room = "DBL", .plan = "PP", .to = 1, .sets = {PRICE("10")}));
    assert_true(rate_edit(.room = "DBL", .plan = "PP", .to = 1, .sets = {INHERIT(EDIT_PRICE)}));
    p = plan_named("PP");
    p.currency = S("GBP");
    refused(change(p), ERR_CONFLICT, "/currency");
    p = plan_named("PP");
    p.pricing = RATE_PER_ROOM;
    refused(change(p), ERR_CONFLICT, "/pricing");
    p.id = 999;
    refused(change(p), ERR_NOT_FOUND, "");
}

static void test_remove(void **state)
{
    (void)state;
    struct rate_plan out;
    bool deleted;
    struct env *env = &f.env.env;
    int64_t bar = plan_named("BAR").id, pp = plan_named("PP").id;
    assert_true(desk_rate_plan_remove(env, f.a, f.at, S("o@x"), bar, &deleted, &out, &f.e));
    assert_true(!deleted && out.active == 0 && plan_named("BAR").active == 0); /* NR is derived from it */
    assert_string_equal(last_edit().summary.en.p, "rate plan BAR made inactive");
    assert_true(desk_rate_plan_remove(env, f.a, f.at, S("o@x"), pp, &deleted, &out, &f.e) && deleted);
    assert_int_equal(plan_named("PP").id, 0);
    refused(desk_rate_plan_remove(env, f.a, f.at, S("o@x"), pp, &deleted, &out, &f.e), ERR_NOT_FOUND, "");
    size_t count;
    struct event_row *events = events_of(&f, &count);
    assert_true(str_eq(events[count - 1].type, S("rate_plan.deleted")));
    assert_true(str_eq(events[count - 2].type, S("rate_plan.modified")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_add, setup, teardown),
        cmocka_unit_test_setup_teardown(test_change, setup, teardown),
        cmocka_unit_test_setup_teardown(test_remove, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
