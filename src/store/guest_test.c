#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/guest.h"
#include "store/reservation.h"

static struct env_fixture f;

static bool insert(struct db_conn *c, void *arg, struct err *e)
{
    struct stay_row stays[] = {{.rate_plan = S("BAR"), .arrival = 1, .departure = 2},
                               {.arrival = 1, .departure = 2}};
    (void)arg;
    for (int64_t id = 1; id <= 3; id++) {
        struct reservation_row r = {.id = id,
                                    .channel = S("c"),
                                    .reference = arena_fmt(&f.a, "R%lld", (long long)id),
                                    .currency = S("EUR"),
                                    .guest_id = id * 10,
                                    .guest = {.first_name = S("Zoë"),
                                              .last_name = id == 2 ? S("Martin") : S("Ana"),
                                              .phone = S("+33 6")},
                                    .stays = stays,
                                    .stay_count = ARRAY_LEN(stays)};
        if (!reservation_save(c, id == 3 ? 8 : 7, &r, true, false, e)) {
            return false;
        }
    }
    return true;
}

static int setup(void **state)
{
    (void)state;
    env_fixture_open(&f);
    return db_write(f.store.hotel, insert, NULL, &f.e) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    env_fixture_close(&f);
    return 0;
}

static void test_rows(void **state)
{
    (void)state;
    struct guest_row *list;
    size_t count;
    struct guest_filter filter = {.search = S("zoë mar"), .limit = 5};
    DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
    assert_true(guest_rows(c, &f.a, 7, &filter, &list, &count, &f.e));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].id, 20);
    assert_true(str_eq(list[0].guest.first_name, S("Zoë")));
    assert_false(str_given(list[0].guest.email));
    filter = (struct guest_filter){.search = S("+33"), .before_id = 20, .limit = 5};
    assert_true(guest_rows(c, &f.a, 7, &filter, &list, &count, &f.e));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].id, 10);
}

static void test_rate_plans(void **state)
{
    (void)state;
    struct str *names;
    size_t count;
    DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
    assert_true(guest_rate_plans(c, &f.a, 7, 5, &names, &count, &f.e));
    assert_int_equal(count, 1);
    assert_true(str_eq(names[0], S("BAR")));
    assert_true(guest_rate_plans(c, &f.a, 9, 5, &names, &count, &f.e));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_rate_plans),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
