#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/base64.h"

/* RFC 4648 section 10, and bytes that need the last two letters. */
static const struct {
    struct str bytes, text, url;
} vectors[] = {
    {S_INIT(""), S_INIT(""), S_INIT("")},
    {S_INIT("f"), S_INIT("Zg=="), S_INIT("Zg")},
    {S_INIT("fo"), S_INIT("Zm8="), S_INIT("Zm8")},
    {S_INIT("foo"), S_INIT("Zm9v"), S_INIT("Zm9v")},
    {S_INIT("foob"), S_INIT("Zm9vYg=="), S_INIT("Zm9vYg")},
    {S_INIT("fooba"), S_INIT("Zm9vYmE="), S_INIT("Zm9vYmE")},
    {S_INIT("foobar"), S_INIT("Zm9vYmFy"), S_INIT("Zm9vYmFy")},
    {S_INIT("\xfb\xff\xbf"), S_INIT("+/+/"), S_INIT("-_-_")},
    {S_INIT("\0\0\0"), S_INIT("AAAA"), S_INIT("AAAA")},
};

static void vectors_both_ways(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        struct str out;
        assert_true(str_eq(base64_encode(&a, vectors[i].bytes), vectors[i].text));
        assert_true(str_eq(base64_url_encode(&a, vectors[i].bytes), vectors[i].url));
        assert_true(base64_decode(&a, vectors[i].text, &out));
        assert_true(str_eq(out, vectors[i].bytes));
        assert_true(base64_url_decode(&a, vectors[i].url, &out));
        assert_true(str_eq(out, vectors[i].bytes));
    }
}

static void everything_else_is_refused(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    static const struct str bad[] = {
        S_INIT("Zg"),    S_INIT("Zg="),    S_INIT("Zg==="),   S_INIT("Z==="),
        S_INIT("===="),  S_INIT("=Zg="),   S_INIT("Zh=="),    S_INIT("Zm9="),
        S_INIT("Zm9v "), S_INIT("Zm\n9v"), S_INIT("Zm-_"),    S_INIT("Zg==Zg=="),
        S_INIT("Zm9v="), S_INIT("Zm9\0"),  S_INIT("Zm9\xc3"), S_INIT("="),
    };
    static const struct str bad_url[] = {
        S_INIT("Z"),    S_INIT("Zg=="), S_INIT("Zh"),    S_INIT("Zm9"),
        S_INIT("Zm+/"), S_INIT("Zm 8"), S_INIT("Zm9vY"),
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str out = S("x");
        assert_false(base64_decode(&a, bad[i], &out));
        assert_false(str_given(out));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad_url); i++) {
        struct str out = S("x");
        assert_false(base64_url_decode(&a, bad_url[i], &out));
        assert_false(str_given(out));
    }
}

static void all_lengths_and_bytes(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    char bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 167 + 13);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        struct str in = {bytes, n}, out;
        assert_true(base64_decode(&a, base64_encode(&a, in), &out));
        assert_true(str_eq(out, in));
        assert_true(base64_url_decode(&a, base64_url_encode(&a, in), &out));
        assert_true(str_eq(out, in));
    }
}

/* What strictness is for: a changed text never decodes to the same bytes. */
static void no_text_has_a_twin(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct str in = S("reservation"), text = base64_encode(&a, in);
    char *copy = arena_alloc(&a, text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            for (size_t k = 0; k < text.n; k++)
                copy[k] = text.p[k];
            copy[i] = (char)(copy[i] ^ (1 << bit));
            struct str out;
            if (base64_decode(&a, (struct str){copy, text.n}, &out))
                assert_false(str_eq(out, in));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_both_ways),
        cmocka_unit_test(everything_else_is_refused),
        cmocka_unit_test(all_lengths_and_bytes),
        cmocka_unit_test(no_text_has_a_twin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
