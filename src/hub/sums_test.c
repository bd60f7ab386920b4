#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "hub/sums.h"

static void stored_reservations(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, LIMIT_ARENA);
    size_t count;
    struct stay_row stays[] = {{.arrival = 20648, .departure = 20650, .amount_minor = 10000},
                               {.arrival = 20648, .departure = 20651, .amount_minor = 5000}};
    struct reservation_row r = {.status = RESERVATION_CONFIRMED,
                                .currency = S("EUR"),
                                .total_minor = 15000,
                                .stays = stays,
                                .stay_count = 2};
    assert_null(sums_check(&a, &r, &count));
    /* A room that is cancelled no longer counts; a reservation that is has another total. */
    stays[1].apart = true;
    stays[1].status = RESERVATION_CANCELLED;
    const struct charge_mismatch *m = sums_check(&a, &r, &count);
    assert_true(count == 1 && m->kind == CHARGE_TOTAL && m->sum == 10000 && m->said == 15000);
    r.status = RESERVATION_CANCELLED;
    assert_null(sums_check(&a, &r, &count));
    /* With what is charged besides: of the room for its nights, of the whole for those of the rooms that are left. */
    r.status = RESERVATION_CONFIRMED;
    r.charges = S("{\"extras\":[{\"name\":\"Cot\",\"unitPrice\":\"10.00\",\"per\":\"night\"}]}");
    stays[0].charges = S("{\"taxes\":[{\"name\":\"Tax\",\"amount\":\"30.00\",\"included\":false}]}");
    assert_null(sums_check(&a, &r, &count));
    /* Without a total the parts are still looked at. */
    r.total_minor = FIELD_INT_NONE;
    stays[0].charges = S("{\"nights\":[{\"date\":\"2026-07-14\",\"amount\":\"1.00\"}]}");
    m = sums_check(&a, &r, &count);
    assert_true(count == 1 && m->kind == CHARGE_NIGHTS_DATES && m->room == 0);
    r.charges = stays[0].charges = (struct str){0};
    assert_null(sums_check(&a, &r, &count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stored_reservations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
