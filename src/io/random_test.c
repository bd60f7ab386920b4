#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/base64.h"
#include "io/random.h"
#include "io/secret.h"

static void texts(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct random r = random_system();
    assert_int_equal(random_base62(&r, &a, 8).n, 11);
    assert_int_equal(random_base62(&r, &a, 32).n, 43);
    assert_int_equal(random_base62(&r, &a, 0).n, 0);
    bool seen[256] = {false};
    for (int i = 0; i < 400; i++) {
        struct str s = random_base62(&r, &a, 32), bytes;
        assert_true(base64_url_decode(&a, random_base64url(&r, &a, 32), &bytes));
        assert_int_equal(bytes.n, 32);
        for (size_t k = 0; k < s.n; k++)
            seen[(unsigned char)s.p[k]] = true;
    }
    int letters = 0;
    for (int c = 0; c < 256; c++) {
        bool letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        assert_true(letter || !seen[c]);
        letters += seen[c];
    }
    assert_int_equal(letters, 62);
    assert_false(str_eq(random_base62(&r, &a, 16), random_base62(&r, &a, 16)));
}

static void below(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct random r = random_seeded(&seed);
    int count[6] = {0};
    for (int i = 0; i < 60000; i++)
        count[random_below(&r, 6)]++;
    for (int i = 0; i < 6; i++)
        assert_in_range(count[i], 9500, 10500);
    for (int i = 0; i < 100; i++)
        assert_true(random_below(&r, UINT64_C(0x8000000000000001)) <= UINT64_C(0x8000000000000000));
    assert_int_equal(random_below(&r, 1), 0);
}

static void a_seed_repeats_itself(void **state)
{
    (void)state;
    uint64_t one = 1234567, two = 1234567, other = 1234568;
    uint8_t x[21], y[21], z[21];
    struct random r1 = random_seeded(&one), r2 = random_seeded(&two), r3 = random_seeded(&other);
    random_bytes(&r1, x, sizeof x);
    random_bytes(&r2, y, sizeof y);
    random_bytes(&r3, z, sizeof z);
    assert_memory_equal(x, y, sizeof x);
    assert_memory_not_equal(x, z, sizeof x);
    /* The first value from this seed in the published test of the algorithm (Rosetta Code, "Pseudo-random
     * numbers/Splitmix64"). */
    uint64_t seed = 1234567, first;
    struct random r = random_seeded(&seed);
    random_bytes(&r, &first, sizeof first);
    assert_true(first == UINT64_C(6457827717110365317));
}

int main(void)
{
    if (!secret_init(NULL))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(below),
        cmocka_unit_test(a_seed_repeats_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
