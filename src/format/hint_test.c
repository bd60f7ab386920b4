#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/hint.h"

static void excerpt(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 16);
    assert_string_equal(hint_excerpt(&a, S("Zoë\n\x1b[0m\xc2\x9b\xff")).p, "Zoë  [0m \xef\xbf\xbd");
    assert_string_equal(hint_excerpt(&a, S("")).p, "");
    struct buf b = buf_in(&a);
    for (int i = 0; i < 60; i++) {
        buf_add(&b, S("é"));
    }
    assert_true(str_eq(hint_excerpt(&a, buf_str(&b)), buf_str(&b)));
    buf_add(&b, S("!"));
    struct str shown = hint_excerpt(&a, buf_str(&b));
    assert_int_equal(utf8_count(shown), 61);
    assert_true(str_ends(shown, S("é…")));
    arena_free(&a);
}

static void distance(void **state)
{
    (void)state;
    assert_int_equal(hint_distance(S("arrival"), S("arrival")), 0);
    assert_int_equal(hint_distance(S("arival"), S("arrival")), 1);
    assert_int_equal(hint_distance(S("arrrival"), S("arrival")), 1);
    assert_int_equal(hint_distance(S("arrivel"), S("arrival")), 1);
    assert_int_equal(hint_distance(S("arirval"), S("arrival")), 1);
    assert_int_equal(hint_distance(S("first_name"), S("firstName")), 2);
    assert_true(hint_distance(S("depart"), S("arrival")) == SIZE_MAX);
    assert_true(hint_distance(S("departures!!!"), S("departure")) == SIZE_MAX);
    assert_true(hint_distance(S("a"), S("id")) == SIZE_MAX); /* nothing in common */
    assert_true(hint_distance(S(""), S("a")) == SIZE_MAX);
    char longer[65] = {'a'};
    assert_true(hint_distance((struct str){longer, 65}, S("a")) == SIZE_MAX);
}

static void no_such_day(void **state)
{
    (void)state;
    struct err e;
    assert_false(hint_no_such_day(&e, 2026, 2, 30));
    assert_int_equal(e.code, ERR_INVALID);
    assert_string_equal(e.en, "30 February 2026 does not exist");
    assert_string_equal(e.fr, "le 30 février 2026 n'existe pas");
    hint_no_such_day(&e, 2026, 13, 1);
    assert_string_equal(e.en, "there is no month 13");
    hint_no_such_day(&e, 1066, 10, 14);
    assert_string_equal(e.en, "the year 1066 is not between 1900 and 2200");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(excerpt),
        cmocka_unit_test(distance),
        cmocka_unit_test(no_such_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
