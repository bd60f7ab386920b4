#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/desk_rate.h"

#define NONE FIELD_INT_NONE

static const struct room_type room = {.id = 9, .code = S_INIT("DBL")};
static const struct rate_plan plan = {.id = 1, .code = S_INIT("BAR")};
static const struct desk_rate_change at = {&room, &plan, 100};

static void test_price(void **state)
{
    (void)state;
    struct desk_rate_edited out = {.warning_count = 0};
    desk_rate_warn_price(&out, &at, NONE, 12000);
    desk_rate_warn_price(&out, &at, 12000, NONE);
    desk_rate_warn_price(&out, &at, 12000, 1201);
    desk_rate_warn_price(&out, &at, 0, 12000);
    assert_int_equal(out.warning_count, 0);
    desk_rate_warn_price(&out, &at, 12000, 1200);
    desk_rate_warn_price(&out, &at, 1200, 12000);
    desk_rate_warn_price(&out, &at, 12000, 0);
    assert_int_equal(out.warning_count, 2);
    assert_string_equal(out.warnings[0].code, "jump");
    assert_true(out.warnings[0].count == 2 && out.warnings[0].night == 100 &&
                str_eq(out.warnings[0].rate_plan, S("BAR")));
    assert_string_equal(out.warnings[1].code, "zero");
    assert_true(out.warnings[1].message.fr.n > 0);
}

static size_t rules(int64_t arrival, int64_t through, int64_t most, int64_t early, int64_t late)
{
    struct desk_rate_edited out = {.warning_count = 0};
    struct restriction_day d = {.room_type_id = 9, .rate_plan_id = 1, .night = 100};
    for (int i = 0; i < EDIT_RESTRICTIONS; i++) {
        d.values[i] = NONE;
    }
    d.values[EDIT_MIN_STAY_ARRIVAL - EDIT_RESTRICTION_FIRST] = arrival;
    d.values[EDIT_MIN_STAY_THROUGH - EDIT_RESTRICTION_FIRST] = through;
    d.values[EDIT_MAX_STAY - EDIT_RESTRICTION_FIRST] = most;
    d.values[EDIT_MIN_ADVANCE_DAYS - EDIT_RESTRICTION_FIRST] = early;
    d.values[EDIT_MAX_ADVANCE_DAYS - EDIT_RESTRICTION_FIRST] = late;
    struct rate_book b = {.plans = &plan, .plan_count = 1, .restrictions = &d, .restriction_count = 1};
    desk_rate_warn_rules(&out, &at, &b);
    return out.warning_count;
}

static void test_rules(void **state)
{
    (void)state;
    assert_int_equal(rules(NONE, NONE, NONE, NONE, NONE), 0);
    assert_int_equal(rules(3, 3, 3, 7, 7), 0);
    assert_int_equal(rules(4, NONE, 3, NONE, NONE), 1);
    assert_int_equal(rules(NONE, 4, 3, NONE, NONE), 1);
    assert_int_equal(rules(4, 4, 0, 7, 0), 0); /* 0 is no limit */
    assert_int_equal(rules(4, NONE, 3, 8, 7), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_price), cmocka_unit_test(test_rules)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
