#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/hex.h"

static void both_ways(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct str out, bytes = S("\0\x01\x7f\x80\xfe\xff");
    assert_true(str_eq(hex_encode(&a, bytes), S("00017f80feff")));
    assert_true(hex_decode(&a, S("00017f80FEff"), &out));
    assert_true(str_eq(out, bytes));
    assert_true(hex_decode(&a, S(""), &out));
    assert_true(str_given(out) && out.n == 0);
}

static void bad_texts(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    static const struct str bad[] = {S_INIT("0"),    S_INIT("0g"),   S_INIT("g0"), S_INIT("00 "),
                                     S_INIT(" 000"), S_INIT("0x00"), S_INIT("//"), S_INIT("::"),
                                     S_INIT("@@"),   S_INIT("``")};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str out = S("x");
        assert_false(hex_decode(&a, bad[i], &out));
        assert_false(str_given(out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways),
        cmocka_unit_test(bad_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
