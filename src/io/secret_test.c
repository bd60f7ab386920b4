#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/base64.h"
#include "format/hex.h"
#include "io/secret.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct str bytes(const void *p, size_t n)
{
    return (struct str){p, n};
}

static void hashes(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    uint8_t hash[SECRET_HASH_SIZE], again[SECRET_HASH_SIZE];
    assert_true(str_eq(secret_sha256_hex(&a, S("abc")),
                       S("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
    assert_true(str_eq(secret_sha256_hex(&a, (struct str){NULL, 0}),
                       S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")));
    struct str pieces[] = {S("a"), {NULL, 0}, S("bc")};
    secret_blake2b(pieces, 3, hash);
    assert_true(str_eq(hex_encode(&a, bytes(hash, sizeof hash)),
                       S("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")));
    struct secret_stream s;
    secret_stream_begin(&s);
    secret_stream_add(&s, S("abc"));
    secret_stream_end(&s, again);
    assert_memory_equal(hash, again, sizeof hash);
}

static void equality(void **state)
{
    (void)state;
    assert_true(secret_equal(S("abc"), S("abc")));
    assert_true(secret_equal(S(""), (struct str){NULL, 0}));
    assert_false(secret_equal(S("abc"), S("abd")));
    assert_false(secret_equal(S("abc"), S("ab")));
    assert_false(secret_equal(S("ab"), S("abc")));
    assert_false(secret_equal(S("a\0b"), S("a\0c")));
}

static void wiping(void **state)
{
    (void)state;
    char text[] = "secret";
    secret_wipe_str(bytes(text, 6));
    assert_memory_equal(text, "\0\0\0\0\0\0", 6);
    secret_wipe_str((struct str){NULL, 0});
    uint8_t *key = secret_alloc(SECRET_KEY_SIZE);
    for (int i = 0; i < SECRET_KEY_SIZE; i++)
        assert_int_equal(key[i], 0);
    secret_free(key);
    secret_free(NULL);
}

static void passwords(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct secret_gate g;
    secret_gate_init(&g, SECRET_GATE_PLACES);
    struct str hash, other;
    struct err e;
    assert_true(secret_password_hash(&g, &a, S("correct horse \xc3\xa9\0x"), &hash, &e));
    assert_true(str_starts(hash, S("$argon2id$v=19$m=65536,t=3,p=1$")));
    assert_true(secret_password_verify(&g, hash, S("correct horse \xc3\xa9\0x")));
    assert_false(secret_password_verify(&g, hash, S("correct horse \xc3\xa9\0y")));
    assert_false(secret_password_verify(&g, hash, S("")));
    assert_true(secret_password_hash(&g, &a, S("correct horse \xc3\xa9\0x"), &other, &e));
    assert_false(str_eq(hash, other)); /* another salt */

    assert_false(secret_password_is_old(hash));
    assert_true(secret_password_is_old(S("$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
    assert_true(secret_password_is_old(S("nonsense")));
    assert_true(secret_password_is_old((struct str){NULL, 0}));

    static const struct str bad[] = {
        {NULL, 0}, S_INIT(""), S_INIT("nonsense"), S_INIT("$argon2id$v=19$m=65536")};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(secret_password_verify(&g, bad[i], S("")));
    char *huge = arena_alloc(&a, 5000);
    assert_false(secret_password_verify(&g, bytes(huge, 5000), S("x")));
    secret_gate_destroy(&g);
}

static void *verify_in_thread(void *arg)
{
    secret_password_verify(arg, (struct str){NULL, 0}, S("x"));
    return NULL;
}

static void the_gate_lets_everybody_through_in_turn(void **state)
{
    (void)state;
    struct secret_gate g;
    secret_gate_init(&g, 1);
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, verify_in_thread, &g), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    int places;
    sem_getvalue(&g.places, &places);
    assert_int_equal(places, 1);
    secret_gate_destroy(&g);
}

/* draft-irtf-cfrg-xchacha-03, appendix A.3.1. */
static void the_published_aead_vector_opens(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    uint8_t key[SECRET_KEY_SIZE];
    char nonce[24];
    for (int i = 0; i < SECRET_KEY_SIZE; i++)
        key[i] = (uint8_t)(0x80 + i);
    for (int i = 0; i < 24; i++)
        nonce[i] = (char)(0x40 + i);
    struct str ct, aad, plain;
    assert_true(hex_decode(&a, S("50515253c0c1c2c3c4c5c6c7"), &aad));
    assert_true(
        hex_decode(&a,
                   S("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa644"
                     "0bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e"
                     "3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e"
                     "c0875924c1c7987947deafd8780acf49"),
                   &ct));
    struct str nonce64 = base64_encode(&a, bytes(nonce, sizeof nonce)), ct64 = base64_encode(&a, ct);
    struct str envelope = arena_fmt(&a, "{\"v\":1,\"kid\":\"k\",\"nonce\":\"%.*s\",\"ct\":\"%.*s\"}",
                                    STR_ARG(nonce64), STR_ARG(ct64));
    struct err e;
    assert_true(secret_open(&a, key, envelope, aad, &plain, &e));
    assert_true(
        str_eq(plain, S("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
                        "future, sunscreen would be it.")));
}

static void sealed_values_open_and_only_unchanged(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 8 << 20);
    uint8_t key[SECRET_KEY_SIZE], other[SECRET_KEY_SIZE];
    secret_random(key, sizeof key);
    secret_random(other, sizeof other);
    struct str plain = S("{\"clientSecret\":\"s\xc3\xa9same\"}"),
               aad = S("v1|integrations|configuration|demo|i1|k1");
    struct str envelope = secret_seal(&a, key, S("k1"), plain, aad), out, kid;
    struct err e;
    assert_true(str_starts(envelope, S("{\"v\":1,\"kid\":\"k1\",\"nonce\":\"")));
    assert_int_equal(str_find(envelope, S("clientSecret")), SIZE_MAX);
    assert_true(secret_open(&a, key, envelope, aad, &out, &e));
    assert_true(str_eq(out, plain));
    assert_true(secret_envelope_kid(&a, envelope, &kid, &e));
    assert_true(str_eq(kid, S("k1")));
    assert_false(str_eq(envelope, secret_seal(&a, key, S("k1"), plain, aad))); /* another nonce */

    assert_false(secret_open(&a, other, envelope, aad, &out, &e));
    assert_false(str_given(out));
    assert_int_equal(e.code, ERR_INTERNAL);
    assert_non_null(strstr(e.en, "does not open with key k1"));
    assert_false(secret_open(&a, key, envelope, S("v1|integrations|configuration|demo|i2|k1"), &out, &e));
    assert_false(secret_open(&a, key, envelope, (struct str){NULL, 0}, &out, &e));

    /* Each bit; the key's id is covered by the caller's aad, as here. */
    char *copy = arena_alloc(&a, envelope.n + 1);
    for (size_t i = 0; i < envelope.n * 8; i++) {
        ARENA_SCOPE inner = {0};
        arena_init(&inner, 1 << 20);
        memcpy(copy, envelope.p, envelope.n);
        copy[i / 8] = (char)(copy[i / 8] ^ (1 << i % 8));
        struct str changed = bytes(copy, envelope.n);
        struct str bound = S("none");
        if (secret_envelope_kid(&inner, changed, &kid, NULL))
            bound = arena_fmt(&inner, "v1|integrations|configuration|demo|i1|%.*s", STR_ARG(kid));
        assert_false(secret_open(&inner, key, changed, bound, &out, &e));
    }
    for (size_t n = 0; n < envelope.n; n++)
        assert_false(secret_open(&a, key, str_sub(envelope, 0, n), aad, &out, &e));
}

static void the_empty_and_the_large_value(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 32 << 20);
    uint8_t key[SECRET_KEY_SIZE] = {1};
    struct str out, large = bytes(arena_alloc(&a, 1 << 20), 1 << 20);
    struct err e;
    assert_true(
        secret_open(&a, key, secret_seal(&a, key, S("k"), (struct str){NULL, 0}, S("x")), S("x"), &out, &e));
    assert_int_equal(out.n, 0);
    assert_true(secret_open(&a, key, secret_seal(&a, key, S("k"), large, S("x")), S("x"), &out, &e));
    assert_true(str_eq(out, large));
}

static void what_is_not_an_envelope(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    uint8_t key[SECRET_KEY_SIZE] = {1};
    static const struct {
        struct str text;
        const char *says;
    } bad[] = {
        {S_INIT(""), "not a sealed value"},
        {S_INIT("{}"), "not a sealed value"},
        {S_INIT("[1,2,3,4]"), "not a sealed value"},
        {S_INIT("{\"apiKey\":\"plain\"}"), "not a sealed value"},
        {S_INIT("{\"v\":1,\"kid\":\"k\",\"nonce\":\"\",\"ct\":\"\",\"x\":1}"), "not a sealed value"},
        {S_INIT("{\"v\":\"1\",\"kid\":\"k\",\"nonce\":\"\",\"ct\":\"\"}"), "not a sealed value"},
        {S_INIT("{\"v\":2,\"kid\":\"k\",\"nonce\":\"\",\"ct\":\"\"}"), "newer version"},
        {S_INIT("{\"v\":1,\"kid\":\"k|k\",\"nonce\":\"\",\"ct\":\"\"}"), "damaged"},
        {S_INIT("{\"v\":1,\"kid\":\"k\",\"nonce\":\"AAAA\",\"ct\":\"\"}"), "damaged"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str out;
        struct err e;
        assert_false(secret_open(&a, key, bad[i].text, S(""), &out, &e));
        assert_non_null(strstr(e.en, bad[i].says));
    }
}

/* RFC 8032 section 7.1, test 2. */
static void ed25519(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct str seed, want_public, want;
    assert_true(hex_decode(&a, S("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), &seed));
    assert_true(
        hex_decode(&a, S("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), &want_public));
    assert_true(hex_decode(&a,
                           S("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                             "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
                           &want));
    uint8_t public_key[SECRET_KEY_SIZE], signature[SECRET_SIGNATURE_SIZE];
    secret_ed25519_public((const uint8_t *)seed.p, public_key);
    assert_memory_equal(public_key, want_public.p, sizeof public_key);
    secret_ed25519_sign((const uint8_t *)seed.p, S("r"), signature);
    assert_memory_equal(signature, want.p, sizeof signature);
    assert_true(secret_ed25519_verify(public_key, S("r"), signature));
    assert_false(secret_ed25519_verify(public_key, S("s"), signature));
    signature[3] ^= 1;
    assert_false(secret_ed25519_verify(public_key, S("r"), signature));
}

int main(void)
{
    if (!secret_init(NULL))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes),
        cmocka_unit_test(equality),
        cmocka_unit_test(wiping),
        cmocka_unit_test(passwords),
        cmocka_unit_test(the_gate_lets_everybody_through_in_turn),
        cmocka_unit_test(the_published_aead_vector_opens),
        cmocka_unit_test(sealed_values_open_and_only_unchanged),
        cmocka_unit_test(the_empty_and_the_large_value),
        cmocka_unit_test(what_is_not_an_envelope),
        cmocka_unit_test(ed25519),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
