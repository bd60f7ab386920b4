#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/desk_rate_fixture.h"

#define WEEKEND (1u << 4 | 1u << 5) /* FIXTURE_DAY is a Tuesday: +3 and +4, +10 and +11 */

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

static void test_weekdays(void **state)
{
    (void)state;
    assert_true(rate_edit(.room = "DBL", .room2 = "SGL", .plan = "BAR", .to = 14, .weekdays = WEEKEND,
                          .sets = {PRICE("150"), RULE(EDIT_MIN_STAY_ARRIVAL, 2)}));
    assert_true(edited.changed == 16 && edited.cells == 16 && edited.edit_id > 0);
    const char *want = "- - - 15000 15000 - - - - - 15000 15000 - -";
    assert_string_equal(rates_of("DBL", "BAR", EDIT_PRICE, 0, 14), want);
    assert_string_equal(rates_of("SGL", "BAR", EDIT_PRICE, 0, 14), want);
    assert_string_equal(rates_of("SGL", "BAR", EDIT_MIN_STAY_ARRIVAL, 3, 6), "2 2 -");
    struct edit_row last = last_edit();
    assert_true(last.id == edited.edit_id && last.cells == 16 && str_eq(last.actor, S("o@x")));
    assert_string_equal(
        last.summary.en.p,
        "price: €150.00, min stay on arrival: 2 · DBL, SGL · BAR · 14–27 July 2026, Fri, Sat");
    assert_non_null(strstr(last.summary.fr.p, "séjour min. à l'arrivée : 2 · DBL, SGL"));
    assert_non_null(strstr(last.summary.fr.p, "ven., sam."));
    /* The same again changes nothing and leaves no trace. */
    size_t events, again;
    events_of(&f, &events);
    assert_true(
        rate_edit(.room = "DBL", .plan = "BAR", .to = 14, .weekdays = WEEKEND, .sets = {PRICE("150")}));
    assert_true(edited.changed == 0 && edited.edit_id == 0 && edited.cells == 4);
    events_of(&f, &again);
    assert_int_equal(events, again);
    assert_int_equal(last_edit().id, last.id);
    f.at = &f.other;
    assert_true(add_plan("{\"code\":\"BAR\"}") > 0);
    assert_string_equal(rates_of("DBL", "BAR", EDIT_PRICE, 3, 5), "- -");
}

static void test_inherit(void **state)
{
    (void)state;
    assert_true(rate_edit(.room = "DBL", .plan = "*", .to = 3,
                          .sets = {RULE(EDIT_STOP_SELL, 1), RULE(EDIT_MAX_STAY, 7)}));
    assert_int_equal(edited.changed, 6);
    assert_string_equal(rates_of("DBL", "NR", EDIT_STOP_SELL, 0, 4), "1 1 1 -");
    assert_true(rate_edit(.room = "DBL", .plan = "BAR", .plan2 = "NR", .from = 1, .to = 2,
                          .sets = {RULE(EDIT_STOP_SELL, 0), RULE(EDIT_MAX_STAY, 0)}));
    assert_string_equal(rates_of("DBL", "NR", EDIT_STOP_SELL, 0, 4), "1 0 1 -");
    assert_string_equal(rates_of("DBL", "BAR", EDIT_MAX_STAY, 0, 3), "7 0 7");
    assert_true(rate_edit(.room = "DBL", .plan = "BAR", .plan2 = "NR", .from = 0, .to = 3,
                          .sets = {INHERIT(EDIT_STOP_SELL)}));
    assert_int_equal(edited.changed, 2); /* only where there was something */
    assert_string_equal(rates_of("DBL", "NR", EDIT_STOP_SELL, 0, 3), "1 1 1");
    assert_string_equal(rates_of("DBL", "BAR", EDIT_MAX_STAY, 0, 3), "7 0 7");
    assert_non_null(strstr(last_edit().summary.en.p, "stop sell: inherited"));
    assert_true(rate_edit(.room = "DBL", .plan = "BAR", .to = 1, .sets = {PRICE("100")}));
    assert_true(rate_edit(.room = "DBL", .plan = "NR", .to = 1, .sets = {PRICE("50")}));
    assert_true(rate_edit(.room = "DBL", .plan = "NR", .to = 1, .sets = {INHERIT(EDIT_PRICE)}));
    assert_string_equal(rates_of("DBL", "NR", EDIT_PRICE, 0, 1), "9000");
}

static void test_versions(void **state)
{
    (void)state;
    struct desk_rate_book b;
    int64_t before = 0;
    for (int i = 0; i < 4; i++) {
        assert_true(i % 2 ? rate_edit(.room = "DBL", .plan = "BAR", .to = 1, .sets = {INHERIT(EDIT_PRICE)})
                          : rate_edit(.room = "DBL", .plan = "BAR", .to = 1, .sets = {PRICE("100")}));
        assert_true(desk_rates(&f.env.env, f.a, f.at, S("DBL"), FIXTURE_DAY, FIXTURE_DAY + 1, &b, &f.e));
        assert_true(b.book.day_count == 1 && b.book.days[0].version > before);
        before = b.book.days[0].version;
        assert_int_equal(before, edited.edit_id);
    }
}

static void test_persons(void **state)
{
    (void)state;
    assert_true(rate_edit(.room = "DBL", .plan = "PP", .to = 2,
                          .sets = {PRICE("100"), PRICE_FOR(1, "80"), PRICE_FOR(3, "120.50")}));
    struct desk_rate_book b;
    assert_true(desk_rates(&f.env.env, f.a, f.at, S("DBL"), FIXTURE_DAY, FIXTURE_DAY + 2, &b, &f.e));
    int64_t pp = plan_named("PP").id;
    assert_int_equal(rate_price(&b.book, b.rooms[0].id, pp, FIXTURE_DAY, 1).value, 8000);
    assert_int_equal(rate_price(&b.book, b.rooms[0].id, pp, FIXTURE_DAY, 2).value, 10000);
    assert_int_equal(rate_price(&b.book, b.rooms[0].id, pp, FIXTURE_DAY + 1, 3).value, 12050);
    assert_non_null(strstr(last_edit().summary.en.p, "price (1): €80.00"));
}

static void test_warnings(void **state)
{
    (void)state;
    assert_true(
        rate_edit(.room = "DBL", .plan = "BAR", .to = 3, .sets = {PRICE("100"), RULE(EDIT_MAX_STAY, 2)}));
    assert_int_equal(edited.warning_count, 0);
    assert_true(rate_edit(.room = "DBL", .plan = "BAR", .to = 3,
                          .sets = {PRICE("1000"), RULE(EDIT_MIN_STAY_ARRIVAL, 5)}));
    assert_int_equal(edited.warning_count, 2);
    assert_true(edited.warnings[0].count == 3 && edited.warnings[1].count == 3);
    assert_string_equal(edited.warnings[1].code, "stays");
    assert_int_equal(edited.warnings[0].night, FIXTURE_DAY);
    assert_int_equal(edited.changed, 6); /* and done nevertheless */
}

static const struct {
    struct rate_said said;
    enum err_code code;
    const char *pointer;
} plain[] = {
    {{.room = "DBL", .plan = "BAR", .to = 1}, ERR_INVALID, ""},
    {{.room = "DBL", .plan = "BAR", .to = 0, .sets = {RULE(EDIT_MAX_STAY, 1)}}, ERR_INVALID, "/to"},
    {{.room = "DBL", .plan = "BAR", .from = 2, .to = 1, .sets = {RULE(EDIT_MAX_STAY, 1)}},
     ERR_INVALID,
     "/to"},
    {{.room = "DBL", .plan = "BAR", .to = 1001, .sets = {RULE(EDIT_MAX_STAY, 1)}}, ERR_INVALID, "/to"},
    {{.room = "DBL", .plan = "BAR", .to = 2, .weekdays = WEEKEND, .sets = {RULE(EDIT_MAX_STAY, 1)}},
     ERR_INVALID,
     "/weekdays"},
    {{.plan = "BAR", .to = 1, .sets = {RULE(EDIT_MAX_STAY, 1)}}, ERR_INVALID, "/roomTypes"},
    {{.room = "DBL", .to = 1, .sets = {RULE(EDIT_MAX_STAY, 1)}}, ERR_INVALID, "/ratePlans"},
    {{.room = "DBL", .room2 = "LOFT", .plan = "BAR", .to = 1, .sets = {RULE(EDIT_MAX_STAY, 1)}},
     ERR_NOT_FOUND,
     "/roomTypes/1"},
    {{.room = "DBL", .room2 = "dbl", .plan = "BAR", .to = 1, .sets = {RULE(EDIT_MAX_STAY, 1)}},
     ERR_INVALID,
     "/roomTypes/1"},
    {{.room = "DBL", .plan = "LOFT", .to = 1, .sets = {RULE(EDIT_MAX_STAY, 1)}},
     ERR_NOT_FOUND,
     "/ratePlans/0"},
    {{.room = "DBL", .plan = "*", .plan2 = "*", .to = 1, .sets = {RULE(EDIT_MAX_STAY, 1)}},
     ERR_INVALID,
     "/ratePlans/1"},
    {{.room = "DBL", .plan = "BAR", .to = 1, .sets = {RULE(EDIT_MAX_STAY, -1)}}, ERR_INVALID, "/maxStay"},
    {{.room = "DBL", .plan = "BAR", .to = 1, .sets = {RULE(EDIT_MAX_STAY, 1001)}}, ERR_INVALID, "/maxStay"},
    {{.room = "DBL", .plan = "BAR", .to = 1, .sets = {RULE(EDIT_STOP_SELL, 2)}}, ERR_INVALID, "/stopSell"},
    {{.room = "DBL",
      .plan = "BAR",
      .to = 1,
      .sets = {RULE(EDIT_MIN_STAY_THROUGH, 4), RULE(EDIT_MAX_STAY, 3)}},
     ERR_INVALID,
     "/minStayThrough"},
    {{.room = "DBL",
      .plan = "BAR",
      .to = 1,
      .sets = {RULE(EDIT_MIN_ADVANCE_DAYS, 4), RULE(EDIT_MAX_ADVANCE_DAYS, 3)}},
     ERR_INVALID,
     "/minAdvanceDays"},
    {{.room = "DBL", .plan = "BAR", .to = 1, .sets = {RULE(EDIT_MAX_STAY, 3), RULE(EDIT_MAX_STAY, 3)}},
     ERR_INVALID,
     "/maxStay"},
};

static void test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
        bool ok = rate_edit_by("o@x", plain[i].said);
        if (ok || f.e.code != plain[i].code || strcmp(f.e.pointer, plain[i].pointer) != 0) {
            fail_msg("%zu: %d %s %s", i, (int)f.e.code, f.e.pointer, f.e.en);
        }
        assert_true(f.e.fr[0]);
    }
    const struct {
        const char *plan;
        struct desk_rate_set set;
        const char *pointer;
    } prices[] = {
        {"*", PRICE("10"), "/price"},
        {"BAR", PRICE("10.005"), "/price"},
        {"BAR", PRICE("-1"), "/price"},
        {"BAR", PRICE("1000000000.01"), "/price"},
        {"BAR",
         {.field = EDIT_PRICE, .amount = amount("1"), .occupancy = 2, .list = "prices", .index = 3},
         "/prices/3/occupancy"},
        {"PP",
         {.field = EDIT_PRICE, .amount = amount("0.001"), .occupancy = 2, .list = "prices"},
         "/prices/0/amount"},
        {"PP",
         {.field = EDIT_PRICE, .amount = amount("1"), .occupancy = 31, .list = "prices"},
         "/prices/0/occupancy"},
    };
    for (size_t i = 0; i < ARRAY_LEN(prices); i++) {
        bool ok = rate_edit(.room = "DBL", .plan = prices[i].plan, .to = 1, .sets = {prices[i].set});
        if (ok || f.e.code != ERR_INVALID || strcmp(f.e.pointer, prices[i].pointer) != 0) {
            fail_msg("%zu: %s %s", i, f.e.pointer, f.e.en);
        }
    }
    /* The base occupancy, said in two ways. */
    assert_false(rate_edit(.room = "DBL", .plan = "PP", .to = 1, .sets = {PRICE("10"), PRICE_FOR(2, "10")}));
    assert_string_equal(f.e.pointer, "/price");
    /* One that fails has changed nothing of the others. */
    assert_string_equal(rates_of("DBL", "BAR", EDIT_MAX_STAY, 0, 2), "- -");
}

static void test_most(void **state)
{
    (void)state;
    assert_true(rate_edit(.room = "DBL", .room2 = "SGL", .plan = "BAR", .plan2 = "NR", .to = 1000,
                          .sets = {PRICE("99"), RULE(EDIT_MAX_STAY, 30)}));
    assert_int_equal(edited.changed, 8000);
    assert_string_equal(rates_of("SGL", "NR", EDIT_PRICE, 999, 1000), "9900");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_weekdays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_inherit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_versions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_persons, setup, teardown),
        cmocka_unit_test_setup_teardown(test_warnings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad, setup, teardown),
        cmocka_unit_test_setup_teardown(test_most, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
