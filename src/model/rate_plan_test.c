#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json_fields.h"
#include "model/rate.h"

#include <string.h>

static struct arena a;
static struct err e;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static bool read_plan(const char *json, struct rate_plan *p)
{
    const struct json *v = json_parse(&a, str_of(json), &e);
    return v && json_decode(&a, &rate_plan_fields, v, p, &e) && rate_plan_check(p, S("EUR"), &e);
}

static void test_defaults(void **state)
{
    (void)state;
    struct rate_plan p;
    assert_true(read_plan("{\"code\":\" BAR \"}", &p));
    assert_true(str_eq(p.code, S("BAR")) && str_eq(p.name, S("BAR")) && str_eq(p.currency, S("EUR")));
    assert_true(p.pricing == RATE_PER_ROOM && p.base_occupancy == 2 && p.meal_plan == RATE_ROOM_ONLY &&
                p.taxes_included == 1 && p.active == 1);
    assert_true(p.percent_ppm == FIELD_INT_NONE && p.amount_minor == FIELD_INT_NONE &&
                p.fee_ppm == FIELD_INT_NONE && p.cancellation.unit == -1);
}

static void test_whole(void **state)
{
    (void)state;
    struct rate_plan p;
    assert_true(read_plan("{\"code\":\"NR\",\"name\":\"Non remboursable\",\"pricing\":\"person\","
                          "\"baseOccupancy\":1,\"derived\":{\"parent\":\"BAR\",\"percent\":\"-12.5\"},"
                          "\"mealPlan\":\"half_board\",\"cancellation\":{\"text\":\"Non.\",\"before\":2,"
                          "\"unit\":\"days\",\"feePercent\":100},\"taxesIncluded\":false,"
                          "\"currency\":\"jpy\",\"active\":false}",
                          &p));
    assert_true(p.percent_ppm == -125000 && p.fee_ppm == RATE_PPM && p.cancellation.unit == RATE_DAYS);
    assert_true(str_eq(p.currency, S("JPY")) && p.taxes_included == 0 && p.active == 0);
    /* From the store and back. */
    struct rate_plan q = p;
    q.derived = (struct rate_derivation){0};
    q.parent_id = 5;
    rate_plan_show(&a, &q, S("BAR"));
    assert_true(str_eq(q.derived.parent, S("BAR")) && !q.derived.amount.given);
    assert_string_equal(decimal_fmt(&a, q.derived.percent).p, "-12.5");
    assert_string_equal(decimal_fmt(&a, q.cancellation.fee_percent).p, "100");
    q.percent_ppm = FIELD_INT_NONE;
    q.amount_minor = -1500;
    q.currency = S("EUR");
    rate_plan_show(&a, &q, S("BAR"));
    assert_string_equal(decimal_fmt(&a, q.derived.amount).p, "-15.00");
    q.parent_id = 0;
    rate_plan_show(&a, &q, S(""));
    assert_false(str_given(q.derived.parent) || q.derived.amount.given);
    assert_string_equal(decimal_fmt(&a, rate_percent(0)).p, "0");
    assert_string_equal(decimal_fmt(&a, rate_percent(1)).p, "0.0001");
}

static void test_bad(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"{}", "/code"},
        {"{\"code\":\"  \"}", "/code"},
        {"{\"code\":\"*\"}", "/code"},
        {"{\"code\":\"B\",\"pricing\":\"bed\"}", "/pricing"},
        {"{\"code\":\"B\",\"baseOccupancy\":0}", "/baseOccupancy"},
        {"{\"code\":\"B\",\"baseOccupancy\":31}", "/baseOccupancy"},
        {"{\"code\":\"B\",\"mealPlan\":\"brunch\"}", "/mealPlan"},
        {"{\"code\":\"B\",\"currency\":\"EURO\"}", "/currency"},
        {"{\"code\":\"B\",\"currency\":\"XXX\"}", "/currency"},
        {"{\"code\":\"B\",\"derived\":{\"percent\":\"1\"}}", "/derived/parent"},
        {"{\"code\":\"B\",\"derived\":{\"parent\":\"A\"}}", "/derived/percent"},
        {"{\"code\":\"B\",\"derived\":{\"parent\":\"A\",\"percent\":1,\"amount\":1}}", "/derived/percent"},
        {"{\"code\":\"B\",\"derived\":{\"parent\":\"A\",\"percent\":\"-100.5\"}}", "/derived/percent"},
        {"{\"code\":\"B\",\"derived\":{\"parent\":\"A\",\"percent\":\"1000.1\"}}", "/derived/percent"},
        {"{\"code\":\"B\",\"derived\":{\"parent\":\"A\",\"percent\":\"0.00001\"}}", "/derived/percent"},
        {"{\"code\":\"B\",\"derived\":{\"parent\":\"A\",\"percent\":\"999999999999999999\"}}",
         "/derived/percent"},
        {"{\"code\":\"B\",\"derived\":{\"parent\":\"A\",\"amount\":\"1.005\"}}", "/derived/amount"},
        {"{\"code\":\"B\",\"derived\":{\"parent\":\"A\",\"amount\":\"99999999999\"}}", "/derived/amount"},
        {"{\"code\":\"B\",\"cancellation\":{\"feePercent\":101}}", "/cancellation/feePercent"},
        {"{\"code\":\"B\",\"cancellation\":{\"feePercent\":-1}}", "/cancellation/feePercent"},
        {"{\"code\":\"B\",\"cancellation\":{\"feePercent\":50,\"feeNights\":1}}", "/cancellation/feeNights"},
        {"{\"code\":\"B\",\"cancellation\":{\"before\":-1}}", "/cancellation/before"},
        {"{\"code\":\"B\",\"colour\":1}", "/colour"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct rate_plan p;
        if (read_plan(bad[i][0], &p) || e.code != ERR_INVALID || strcmp(e.pointer, bad[i][1]) != 0) {
            fail_msg("%s: %s %s", bad[i][0], e.pointer, e.en);
        }
        assert_true(e.fr[0]);
    }
}

static void test_chain(void **state)
{
    (void)state;
    struct rate_plan plans[12];
    memset(plans, 0, sizeof(plans));
    for (int i = 0; i < 12; i++) {
        plans[i].id = i + 1;
    }
    assert_true(rate_chain_check(plans, 12, 1, 2, &e));
    assert_false(rate_chain_check(plans, 12, 1, 1, &e));
    assert_string_equal(e.pointer, "/derived/parent");
    plans[1].parent_id = 3;
    plans[2].parent_id = 1;
    assert_false(rate_chain_check(plans, 12, 1, 2, &e)); /* 1 → 2 → 3 → 1 */
    assert_true(rate_chain_check(plans, 12, 4, 2, &e));
    assert_true(rate_chain_check(plans, 12, 0, 2, &e)); /* a new one */
    memset(plans, 0, sizeof(plans));
    for (int i = 0; i < 12; i++) {
        plans[i].id = i + 1;
        plans[i].parent_id = i > 0 && i < RATE_CHAIN_MAX - 1 ? i : 0; /* 7 in a line */
    }
    assert_true(rate_chain_check(plans, 12, 10, 7, &e));
    plans[9].parent_id = 7;
    assert_false(rate_chain_check(plans, 12, 11, 10, &e));
    assert_string_equal(e.pointer, "/derived/parent");
    /* What is derived from it moves down with it. */
    plans[9].parent_id = 0;
    plans[10].parent_id = 10;
    assert_false(rate_chain_check(plans, 12, 10, 7, &e));
    assert_true(rate_chain_check(plans, 12, 10, 6, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_defaults), cmocka_unit_test(test_whole),
                                       cmocka_unit_test(test_bad), cmocka_unit_test(test_chain)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
