#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

#include <string.h>

static void check_str(struct str got, const char *want)
{
    assert_int_equal(got.n, strlen(want));
    assert_memory_equal(got.p, want, got.n);
}

static void test_alignment_and_zero(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1u << 20);
    for (size_t n = 0; n < 300; n++) {
        unsigned char *p = arena_alloc(&a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, n); /* the next ones are zero all the same */
    }
    int64_t *list = arena_array(&a, int64_t, 1000);
    list[999] = 1;
    assert_int_equal(list[0], 0);
}

static void test_limit(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 100000);
    memset(arena_alloc(&a, 90000), 1, 90000);
    assert_false(arena_over(&a));
    memset(arena_alloc(&a, 20000), 1, 20000); /* beyond the limit, and usable */
    assert_true(arena_over(&a));
    arena_reset(&a);
    assert_false(arena_over(&a));
    assert_int_equal(*(char *)arena_alloc(&a, 16), 0);
}

static void test_lifetime(void **state)
{
    (void)state;
    struct arena a = {0};
    arena_free(&a); /* a zeroed one is fine */
    arena_init(&a, 1000);
    arena_alloc(&a, 5000000);
    arena_free(&a);
    arena_free(&a);
    assert_non_null(arena_alloc(&a, 1)); /* and usable again */
    arena_free(&a);
    arena_reset(&a);
}

static void test_copies(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1u << 20);
    char text[] = "abc";
    struct str copy = arena_str(&a, str_of(text));
    text[0] = 'x';
    check_str(copy, "abc");
    assert_false(str_given(arena_str(&a, str_of(NULL))));
    assert_true(str_given(arena_str(&a, S(""))));
    assert_string_equal(arena_cstr(&a, str_sub(S("abc"), 0, 2)), "ab");
    assert_string_equal(arena_cstr(&a, str_of(NULL)), "");
    check_str(arena_fmt(&a, "%s-%d", "n", 7), "n-7");
    struct str longer = arena_fmt(&a, "%9000d", 1);
    assert_int_equal(longer.n, 9000);
    assert_int_equal(longer.p[9000], 0);
}

static void test_buf(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1u << 20);
    struct buf b = buf_in(&a);
    check_str(buf_str(&b), "");
    for (int i = 0; i < 1000; i++) {
        buf_add(&b, S("ab"));
        buf_char(&b, 'c');
        buf_fmt(&b, "%03d", i);
        buf_add(&b, str_of(NULL));
    }
    struct str s = buf_str(&b);
    assert_int_equal(s.n, 6000);
    check_str(str_sub(s, 5994, 6), "abc999");
    check_str(str_sub(s, 0, 12), "abc000abc001");
    assert_int_equal(s.p[s.n], 0);
}

static void test_more(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1u << 20);
    int *list = NULL;
    size_t room = 0;
    for (size_t i = 0; i < 20; i++) {
        arena_more(&a, list, i, room, 3);
        assert_int_equal(list[i], 0);
        list[i] = (int)i + 1;
    }
    assert_int_equal(room, 24);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(list[i], i + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alignment_and_zero),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_lifetime),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_buf),
        cmocka_unit_test(test_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
