#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/rate.h"

#include <stdlib.h>

#define NONE  FIELD_INT_NONE
#define NIGHT 20648

/* 1 BAR per room; 2 −10 % of it; 3 +5.00 on 2; 4 per person; 5 per room, −20 % of 4; 6 per person, +50 % of 1. */
static const struct rate_plan plans[] = {
    {.id = 1, .base_occupancy = 2, .percent_ppm = NONE, .amount_minor = NONE, .version = 1},
    {.id = 2,
     .base_occupancy = 2,
     .parent_id = 1,
     .percent_ppm = -100000,
     .amount_minor = NONE,
     .version = 2},
    {.id = 3, .base_occupancy = 2, .parent_id = 2, .percent_ppm = NONE, .amount_minor = 500, .version = 3},
    {.id = 4, .pricing = RATE_PER_PERSON, .base_occupancy = 2, .percent_ppm = NONE, .amount_minor = NONE},
    {.id = 5, .base_occupancy = 1, .parent_id = 4, .percent_ppm = -200000, .amount_minor = NONE},
    {.id = 6,
     .pricing = RATE_PER_PERSON,
     .base_occupancy = 2,
     .parent_id = 1,
     .percent_ppm = 500000,
     .amount_minor = NONE},
};
static struct rate_day days[16];
static struct restriction_day restrictions[16];
static struct rate_book book;

static int setup(void **state)
{
    (void)state;
    book = (struct rate_book){plans, ARRAY_LEN(plans), days, 0, restrictions, 0};
    return 0;
}

static void price(int64_t plan, int32_t night, int64_t occupancy, int64_t minor, int64_t version)
{
    days[book.day_count++] = (struct rate_day){9, plan, night, occupancy, minor, version};
    rate_book_sort(&book);
}

static void restrict_to(int64_t plan, int field, int64_t value, int64_t version)
{
    struct restriction_day d = {.room_type_id = 9, .rate_plan_id = plan, .night = NIGHT, .version = version};
    for (int i = 0; i < EDIT_RESTRICTIONS; i++) {
        d.values[i] = NONE;
    }
    d.values[field - EDIT_RESTRICTION_FIRST] = value;
    restrictions[book.restriction_count++] = d;
    rate_book_sort(&book);
}

static struct rate_value at(int64_t plan, int64_t occupancy)
{
    return rate_price(&book, 9, plan, NIGHT, occupancy);
}

static void test_own(void **state)
{
    (void)state;
    struct rate_value v = at(1, 0);
    assert_true(v.value == NONE && v.from == RATE_FROM_NOWHERE && v.plan_id == 0);
    price(1, NIGHT, 0, 12000, 40);
    price(1, NIGHT + 1, 0, 0, 41);
    v = at(1, 0);
    assert_true(v.value == 12000 && v.from == RATE_FROM_OWN && v.plan_id == 1 && v.version == 40);
    assert_int_equal(at(1, 5).value, 12000);                          /* however many people */
    assert_int_equal(rate_price(&book, 9, 1, NIGHT + 1, 0).value, 0); /* nothing is a price, too */
    assert_int_equal(rate_price(&book, 9, 1, NIGHT - 1, 0).value, NONE);
    assert_int_equal(rate_price(&book, 8, 1, NIGHT, 0).value, NONE); /* another room type */
    assert_int_equal(at(77, 0).value, NONE);                         /* no such plan */
}

static void test_derived(void **state)
{
    (void)state;
    price(1, NIGHT, 0, 12345, 40);
    struct rate_value v = at(2, 0);
    assert_true(v.value == 11111 && v.from == RATE_FROM_PARENT && v.plan_id == 1); /* 11110.5 is half up */
    assert_int_equal(v.version, 40);
    assert_int_equal(at(3, 0).value, 11611); /* from what the parent shows */
    /* Own for a day goes before; the row stays when it is taken back. */
    price(2, NIGHT, 0, 10000, 50);
    v = at(2, 0);
    assert_true(v.value == 10000 && v.from == RATE_FROM_OWN);
    assert_true(at(3, 0).value == 10500 && at(3, 0).plan_id == 2 && at(3, 0).version == 50);
    days[1].minor = NONE;
    days[1].version = 60;
    v = at(3, 0);
    assert_true(v.value == 11611 && v.plan_id == 1 && v.version == 60);
}

static void test_occupancy(void **state)
{
    (void)state;
    price(4, NIGHT, 1, 8000, 1);
    price(4, NIGHT, 2, 10001, 1);
    price(1, NIGHT, 0, 9000, 1);
    assert_true(at(4, 1).value == 8000 && at(4, 2).value == 10001 && at(4, 3).value == NONE);
    assert_int_equal(at(4, 0).value, 10001); /* the base */
    /* Per room from per person: its own base occupancy, whatever is asked. */
    assert_true(at(5, 0).value == 6400 && at(5, 3).value == 6400);
    /* Per person from per room: the room's price for any number. */
    assert_true(at(6, 1).value == 13500 && at(6, 4).value == 13500);
    price(6, NIGHT, 1, 9999, 2);
    assert_true(at(6, 1).value == 9999 && at(6, 2).value == 13500);
    assert_int_equal(rate_occupancies(&book, 9, 4), 1u << 1 | 1u << 2);
    assert_int_equal(rate_occupancies(&book, 9, 6), 1u << 1 | 1u << 2);
    assert_int_equal(rate_occupancies(&book, 9, 1), 0);
    assert_int_equal(rate_occupancies(&book, 9, 77), 0);
    assert_true(rate_row_occupancy(&plans[0], 3) == 0 && rate_row_occupancy(&plans[3], 3) == 3 &&
                rate_row_occupancy(&plans[3], 0) == 2);
}

static void test_derive(void **state)
{
    (void)state;
    struct rate_plan p = {.percent_ppm = NONE, .amount_minor = NONE};
    assert_int_equal(rate_derive(&p, 777), 777);
    p.amount_minor = -777;
    assert_int_equal(rate_derive(&p, 777), 0);
    assert_int_equal(rate_derive(&p, 776), NONE); /* below nothing is no price */
    p.amount_minor = 1;
    assert_int_equal(rate_derive(&p, RATE_MAX_MINOR), NONE);
    p = (struct rate_plan){.percent_ppm = -RATE_PPM, .amount_minor = NONE};
    assert_int_equal(rate_derive(&p, 12345), 0);
    p.percent_ppm = RATE_PERCENT_MAX * (RATE_PPM / 100);
    assert_int_equal(rate_derive(&p, 100), 1100);
    assert_int_equal(rate_derive(&p, RATE_MAX_MINOR), NONE); /* and nothing overflows */
    assert_int_equal(rate_derive(&p, -1), NONE);
    p.percent_ppm = 333333; /* a third, in millionths */
    assert_int_equal(rate_derive(&p, 1), 1);
    assert_int_equal(rate_derive(&p, 2), 3);
    /* Half up, compared with counting in halves, for every percentage and many prices. */
    for (int64_t percent = -100; percent <= 100; percent++) {
        p.percent_ppm = percent * (RATE_PPM / 100);
        for (int64_t minor = 0; minor < 2000; minor += 7) {
            int64_t hundredths = minor * (100 + percent);
            int64_t want = hundredths / 100 + (hundredths % 100 >= 50);
            assert_int_equal(rate_derive(&p, minor), want);
        }
    }
}

/* A circle cannot be stored; were there one, reading would still end. */
static void test_circle(void **state)
{
    (void)state;
    static const struct rate_plan circle[] = {
        {.id = 1, .parent_id = 2, .base_occupancy = 1, .percent_ppm = 0, .amount_minor = NONE},
        {.id = 2, .parent_id = 1, .base_occupancy = 1, .percent_ppm = 0, .amount_minor = NONE},
    };
    book.plans = circle;
    book.plan_count = 2;
    assert_int_equal(at(1, 0).value, NONE);
    assert_int_equal(rate_restriction(&book, 9, 1, NIGHT, EDIT_MAX_STAY).value, NONE);
    assert_int_equal(rate_occupancies(&book, 9, 1), 0);
}

static struct rate_value rule(int64_t plan, int field)
{
    return rate_restriction(&book, 9, plan, NIGHT, field);
}

static void test_restrictions(void **state)
{
    (void)state;
    const int f = EDIT_MIN_STAY_ARRIVAL;
    assert_true(rule(3, f).value == NONE && rule(3, f).from == RATE_FROM_NOWHERE);
    restrict_to(1, f, 4, 11); /* the grandparent's */
    struct rate_value v = rule(3, f);
    assert_true(v.value == 4 && v.from == RATE_FROM_PARENT && v.plan_id == 1 && v.version == 11);
    restrict_to(2, f, 3, 12);
    assert_true(rule(3, f).value == 3 && rule(3, f).plan_id == 2);
    restrict_to(0, f, 2, 13); /* all plans go before the parent */
    v = rule(3, f);
    assert_true(v.value == 2 && v.from == RATE_FROM_ALL_PLANS && v.plan_id == 0 && v.version == 13);
    assert_true(rule(0, f).value == 2 && rule(0, f).from == RATE_FROM_OWN);
    restrict_to(3, f, 0, 14); /* none, whatever others say */
    v = rule(3, f);
    assert_true(v.value == 0 && v.from == RATE_FROM_OWN && v.version == 14);
    assert_int_equal(rule(2, f).value, 3);
    /* Each value by itself. */
    assert_true(rule(3, EDIT_STOP_SELL).value == NONE && rule(3, EDIT_STOP_SELL).version == 14);
    assert_int_equal(rule(77, f).value, NONE);
    assert_int_equal(rule(4, f).value, 2);
    assert_int_equal(rate_restriction(&book, 9, 3, NIGHT + 1, f).value, NONE);
}

/* Whatever rows there are: the answer is the one that the rules give when they are followed by hand. */
static void test_random(void **state)
{
    (void)state;
    uint64_t seed = 12345;
    for (int round = 0; round < 3000; round++) {
        setup(NULL);
        for (int plan = 0; plan <= 3; plan++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            if (seed >> 60 & 1) {
                restrict_to(plan, EDIT_MAX_STAY, seed >> 61 & 1 ? NONE : (int64_t)(seed >> 40 & 7), plan + 1);
            }
        }
        int64_t want = NONE, own[4] = {NONE, NONE, NONE, NONE};
        for (size_t i = 0; i < book.restriction_count; i++) {
            own[restrictions[i].rate_plan_id] =
                restrictions[i].values[EDIT_MAX_STAY - EDIT_RESTRICTION_FIRST];
        }
        static const int order[] = {3, 0, 2, 1};
        for (size_t i = 0; i < ARRAY_LEN(order) && want == NONE; i++) {
            want = own[order[i]];
        }
        assert_int_equal(rule(3, EDIT_MAX_STAY).value, want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_own, setup),       cmocka_unit_test_setup(test_derived, setup),
        cmocka_unit_test_setup(test_occupancy, setup), cmocka_unit_test_setup(test_derive, setup),
        cmocka_unit_test_setup(test_circle, setup),    cmocka_unit_test_setup(test_restrictions, setup),
        cmocka_unit_test_setup(test_random, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
