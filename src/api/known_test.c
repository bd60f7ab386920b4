#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/known.h"
#include "base/arena.h"

static struct known k;

static void test_known(void **state)
{
    (void)state;
    known_init(&k);
    assert_false(known_has(&k, S("token"), 1));
    known_add(&k, S("token"), 1000);
    assert_true(known_has(&k, S("token"), 1000 + KNOWN_US - 1));
    assert_false(known_has(&k, S("token"), 1000 + KNOWN_US));
    assert_false(known_has(&k, S("Token"), 1001));
    assert_false(known_has(&k, S(""), 1001));
    known_destroy(&k);
}

static void test_many(void **state)
{
    (void)state;
    ARENA_SCOPE a;
    arena_init(&a, 1u << 20);
    known_init(&k);
    size_t kept = 0;
    for (int i = 0; i < 2 * KNOWN_SLOTS; i++) {
        struct str text = arena_fmt(&a, "token %d", i);
        known_add(&k, text, 5);
        assert_true(known_has(&k, text, 6)); /* the latest always */
    }
    for (int i = 0; i < 2 * KNOWN_SLOTS; i++) {
        kept += known_has(&k, arena_fmt(&a, "token %d", i), 6);
    }
    assert_true(kept > KNOWN_SLOTS / 2 && kept <= KNOWN_SLOTS);
    known_destroy(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
