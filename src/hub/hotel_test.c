#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "hub/hotel.h"

static struct env_fixture f;

static int setup(void **state)
{
    (void)state;
    env_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    env_fixture_close(&f);
    return 0;
}

static const struct hotel_new good = {S_INIT("grand-hotel"), S_INIT(" Grand Hôtel "), S_INIT("Europe/Paris"),
                                      S_INIT("eur")};

static void test_add(void **state)
{
    (void)state;
    struct establishment h, *list;
    size_t n;
    assert_true(hotel_add(&f.env, &f.a, &good, &h, &f.e));
    assert_int_equal(h.id, 1);
    assert_true(str_eq(h.name, S("Grand Hôtel")) && str_eq(h.currency, S("EUR")));
    assert_int_equal(h.created_us, f.now_us);
    assert_false(hotel_add(&f.env, &f.a, &good, &h, &f.e));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_string_equal(f.e.pointer, "/slug");
    assert_true(hotel_list(&f.env, &f.a, &list, &n, &f.e));
    assert_int_equal(n, 1);
    assert_true(str_eq(list[0].slug, S("grand-hotel")));
}

static void refused(struct hotel_new in, const char *pointer)
{
    struct establishment h;
    assert_false(hotel_add(&f.env, &f.a, &in, &h, &f.e));
    assert_int_equal(f.e.code, ERR_INVALID);
    assert_string_equal(f.e.pointer, pointer);
}

static void test_refused(void **state)
{
    (void)state;
    const char *const slugs[] = {
        "",     "Grand", "a_b",
        "-a",   "a-",    "é",
        "../x", "a b",   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < ARRAY_LEN(slugs); i++) {
        struct hotel_new in = good;
        in.slug = str_of(slugs[i]);
        refused(in, "/slug");
    }
    struct hotel_new in = good;
    in.name = S("  ");
    refused(in, "/name");
    in.name = S("\xff");
    refused(in, "/name");
    in = good;
    in.timezone = S("Europe/Atlantis");
    refused(in, "/timezone");
    in.timezone = S("../../etc/passwd");
    refused(in, "/timezone");
    in.timezone = (struct str){0};
    refused(in, "/timezone");
    in = good;
    in.currency = S("EURO");
    refused(in, "/currency");
    in.currency = (struct str){0};
    refused(in, "/currency");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_add, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
