#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/signature_key.h"
#include "io/secret.h"

#include <string.h>

static void what_a_secret_stands_for(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    static const struct {
        enum signature_preset preset;
        struct str secret;
        bool good;
        enum signature_key_kind kind;
        size_t bytes;
    } cases[] = {
        {SIGNATURE_STANDARD, S_INIT("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), true, SIGNATURE_KEY_SHARED,
         24},
        {SIGNATURE_STANDARD, S_INIT("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), true, SIGNATURE_KEY_SHARED, 24},
        {SIGNATURE_STANDARD, S_INIT("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), true,
         SIGNATURE_KEY_SHARED, 32},
        {SIGNATURE_STANDARD, S_INIT("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), true,
         SIGNATURE_KEY_SHARED, 32},
        {SIGNATURE_STANDARD, S_INIT("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="), true,
         SIGNATURE_KEY_PUBLIC, 32},
        {SIGNATURE_STANDARD, S_INIT("whsk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="), true,
         SIGNATURE_KEY_PRIVATE, 32},
        {SIGNATURE_STANDARD, S_INIT("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), false, 0, 0},
        {SIGNATURE_STANDARD, S_INIT("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), false, 0, 0},
        {SIGNATURE_STANDARD, S_INIT("whsec_"), false, 0, 0},
        {SIGNATURE_STANDARD, S_INIT(""), false, 0, 0},
        {SIGNATURE_STANDARD, S_INIT("not base64!"), false, 0, 0},
        {SIGNATURE_STRIPE, S_INIT("whsec_test"), true, SIGNATURE_KEY_SHARED, 10},
        {SIGNATURE_GITHUB, S_INIT("It's a Secret to Everybody"), true, SIGNATURE_KEY_SHARED, 26},
        {SIGNATURE_HMAC, S_INIT("x"), true, SIGNATURE_KEY_SHARED, 1},
        {SIGNATURE_HMAC, S_INIT(""), false, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct signature_key key;
        assert_int_equal(signature_key_read(&a, cases[i].preset, cases[i].secret, &key), cases[i].good);
        if (!cases[i].good)
            continue;
        assert_int_equal(key.kind, cases[i].kind);
        assert_int_equal(key.bytes.n, cases[i].bytes);
    }
    struct str huge = {arena_alloc(&a, 501), 501};
    struct signature_key key;
    assert_false(signature_key_read(&a, SIGNATURE_HMAC, huge, &key));
}

static void what_is_said_to_who_types_one_in(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    static const struct {
        enum signature_preset preset;
        struct str secret;
        const char *en, *fr;
    } cases[] = {
        {SIGNATURE_GITHUB, S_INIT(""), "empty", "vide"},
        {SIGNATURE_GITHUB, {NULL, 0}, "empty", "vide"},
        {SIGNATURE_GITHUB, S_INIT("secret "), "begins or ends with a blank", "espace"},
        {SIGNATURE_STRIPE, S_INIT("whsec_a\nb"), "line break", "saut de ligne"},
        {SIGNATURE_STANDARD, S_INIT("my secret"), "whsec_", "whsec_"},
        {SIGNATURE_STANDARD, S_INIT("whsk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="), "private key",
         "clé privée"},
    };
    struct err e;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_false(signature_key_check(&a, cases[i].preset, cases[i].secret, &e));
        assert_int_equal(e.code, ERR_INVALID);
        assert_non_null(strstr(e.en, cases[i].en));
        assert_non_null(strstr(e.fr, cases[i].fr));
    }
    assert_true(signature_key_check(&a, SIGNATURE_STANDARD, S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &e));
    assert_true(signature_key_check(&a, SIGNATURE_HMAC, S("mot de passe é"), &e));
    char huge[501];
    memset(huge, 'x', sizeof huge);
    assert_false(signature_key_check(&a, SIGNATURE_HMAC, (struct str){huge, sizeof huge}, &e));
}

static void new_secrets_are_taken(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct random r = random_system();
    for (int p = 0; signature_presets[p] != NULL; p++) {
        struct str one = signature_key_new(&a, &r, (enum signature_preset)p);
        struct str two = signature_key_new(&a, &r, (enum signature_preset)p);
        assert_true(signature_key_check(&a, (enum signature_preset)p, one, NULL));
        assert_false(str_eq(one, two));
        assert_true(one.n >= 43);
        assert_int_equal(str_starts(one, S("whsec_")), p == SIGNATURE_STANDARD || p == SIGNATURE_STRIPE);
    }
    struct signature_key key;
    assert_true(
        signature_key_read(&a, SIGNATURE_STANDARD, signature_key_new(&a, &r, SIGNATURE_STANDARD), &key));
    assert_int_equal(key.bytes.n, 32);
}

static void tokens(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct random r = random_system();
    struct str token = signature_token_new(&a, &r), hash = signature_token_hash(&a, token);
    assert_int_equal(token.n, 43);
    assert_int_equal(hash.n, 64);
    assert_true(signature_token_matches(&a, token, hash));
    assert_false(signature_token_matches(&a, token, token));
    assert_false(signature_token_matches(&a, hash, hash));
    assert_false(signature_token_matches(&a, token, (struct str){NULL, 0}));
    assert_false(signature_token_matches(&a, (struct str){NULL, 0}, (struct str){NULL, 0}));
    assert_false(signature_token_matches(&a, S(""), signature_token_hash(&a, S(""))));
    char *copy = (char *)(uintptr_t)arena_cstr(&a, token);
    for (size_t i = 0; i < token.n * 8; i++) {
        copy[i / 8] = (char)(copy[i / 8] ^ (1 << i % 8));
        assert_false(signature_token_matches(&a, (struct str){copy, token.n}, hash));
        copy[i / 8] = (char)(copy[i / 8] ^ (1 << i % 8));
    }
    assert_true(signature_token_matches(&a, (struct str){copy, token.n}, hash));
}

int main(void)
{
    if (!secret_init(NULL))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_secret_stands_for),
        cmocka_unit_test(what_is_said_to_who_types_one_in),
        cmocka_unit_test(new_secrets_are_taken),
        cmocka_unit_test(tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
