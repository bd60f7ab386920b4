#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/cells.h"

static struct arena a;
static struct rate_plan plan = {.id = 7, .code = S_INIT("YEN"), .currency = S_INIT("JPY")};
static struct room_type room = {.id = 5, .code = S_INIT("DBL")};

static const char *written(int field, int64_t plan_id, int64_t value)
{
    struct api_call c = {.arena = &a};
    struct cells_names names = {&room, 1, &plan, 1};
    struct edit_cell cell = {.room_type_id = 5, .rate_plan_id = plan_id, .night = 20648, .field = field};
    c.hotel.currency = S("EUR");
    struct buf b = buf_in(&a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    cells_place(&o, &names, &cell);
    cells_member_value(&c, &o, S("v"), &names, &cell, value);
    json_close(&o, '}');
    return buf_str(&b).p;
}

static void test_cells(void **state)
{
    (void)state;
    arena_init(&a, 1 << 16);
#define PLACE(plan, field)                                                                                   \
    "{\"roomType\":\"DBL\",\"ratePlan\":" plan ",\"date\":\"2026-07-14\",\"field\":\"" field                 \
    "\",\"occupancy\":0,\"v\":"
    assert_string_equal(written(EDIT_PRICE, 7, 12000), PLACE("\"YEN\"", "price") "\"12000\"}");
    assert_string_equal(written(EDIT_PRICE, 8, 12000), PLACE("\"*\"", "price") "\"120.00\"}");
    assert_string_equal(written(EDIT_PRICE, 7, FIELD_INT_NONE), PLACE("\"YEN\"", "price") "null}");
    assert_string_equal(written(EDIT_STOP_SELL, 0, 1), PLACE("\"*\"", "stopSell") "true}");
    assert_string_equal(written(EDIT_MAX_STAY, 0, 3), PLACE("\"*\"", "maxStay") "3}");
    assert_string_equal(written(EDIT_PHYSICAL, 0, 3), PLACE("null", "physical") "3}");
    struct apply_over over = {20648, 3, 2};
    struct apply_overs overs = {S("DBL"), &over, 1};
    struct buf b = buf_in(&a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    cells_oversold(&o, &overs);
    json_close(&o, '}');
    assert_string_equal(
        buf_str(&b).p,
        "{\"oversold\":[{\"roomType\":\"DBL\",\"night\":\"2026-07-14\",\"taken\":3,\"capacity\":2}]}");
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cells)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
