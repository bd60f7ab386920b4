#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "hub/desk.h"

#include <string.h>

static const char *as_json(struct arena *a, const struct reservation_row *r, enum lang lang)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    desk_reservation_json(a, &o, r, lang);
    return buf_str(&b).p;
}

static void rooms_apart(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, LIMIT_ARENA);
    struct stay_row stays[] = {{.room_type_id = 5,
                                .code = S("DBL"),
                                .room_type = S("Double"),
                                .arrival = 20648,
                                .departure = 20650,
                                .adults = 2,
                                .children = FIELD_INT_NONE,
                                .amount_minor = 10000,
                                .charges = S("{\"commission\":\"9.00\",\"collect\":\"hotel\"}")},
                               {.arrival = 20648,
                                .departure = 20651,
                                .adults = FIELD_INT_NONE,
                                .children = FIELD_INT_NONE,
                                .amount_minor = FIELD_INT_NONE,
                                .position = 3,
                                .apart = true,
                                .status = RESERVATION_NO_SHOW,
                                .keeps_nights = true}};
    struct reservation_row r = {.id = 7,
                                .guest_id = 8,
                                .reference = S("A"),
                                .channel = S("web"),
                                .status = RESERVATION_CANCELLED,
                                .currency = S("EUR"),
                                .total_minor = 12000,
                                .commission_minor = FIELD_INT_NONE,
                                .booked_us = INSTANT_NONE,
                                .expires_us = INT64_C(1782900000000000),
                                .stays = stays,
                                .stay_count = 2};
    assert_string_equal(
        as_json(&a, &r, LANG_EN),
        "{\"id\":\"7\",\"reference\":\"A\",\"status\":\"cancelled\",\"currency\":\"EUR\",\"totalAmount\":\"120.00\",\"channel\":"
        "\"web\",\"guest\":{},\"guestId\":\"8\",\"rooms\":[{\"roomType\":\"Double\",\"arrival\":\"2026-07-14\",\"departure\":"
        "\"2026-07-16\",\"adults\":2,\"amount\":\"100.00\",\"commission\":\"9.00\",\"collect\":\"hotel\",\"status\":\"cancelled\","
        "\"number\":1,\"code\":\"DBL\",\"mapped\":true,\"oversold\":false},{\"arrival\":\"2026-07-14\",\"departure\":\"2026-07-17\","
        "\"status\":\"cancelled\",\"number\":4,\"mapped\":false,\"oversold\":false}],\"expiresAt\":\"2026-07-01T10:00:00Z\","
        "\"expired\":true,\"oversold\":false,\"unmapped\":false,\"createdAt\":\"1970-01-01T00:00:00Z\",\"updatedAt\":"
        "\"1970-01-01T00:00:00Z\"}");
    /* In force, with what does not add up in the reader's language. */
    r.status = RESERVATION_CONFIRMED;
    stays[1].amount_minor = 100;
    const char *json = as_json(&a, &r, LANG_FR);
    assert_non_null(strstr(json, "\"status\":\"no_show\",\"keepsNights\":true,\"number\":4"));
    assert_non_null(strstr(
        json,
        "\"mismatches\":[{\"pointer\":\"/totalAmount\",\"said\":\"120.00\",\"sum\":\"101.00\",\"detail\":"
        "\"Les chambres, les suppléments et les taxes font"));
    assert_null(strstr(as_json(&a, &r, LANG_EN), "Les chambres"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rooms_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
