#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/hex.h"
#include "io/mac.h"

/* RFC 2202 (SHA-1) and RFC 4231 (SHA-2), test cases 2 and 6 (a key longer than the block). */
static const struct {
    enum mac_hash hash;
    bool long_key;
    struct str want;
} vectors[] = {
    {MAC_SHA1, false, S_INIT("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")},
    {MAC_SHA256, false, S_INIT("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")},
    {MAC_SHA512, false,
     S_INIT(
         "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaea"
         "b1a34d4a6b4b636e070a38bce737")},
    {MAC_SHA256, true, S_INIT("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")},
    {MAC_SHA512, true,
     S_INIT(
         "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e6"
         "4f73f63f0aec8b915a985d786598")},
};

static void known_answers(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    char long_key[131];
    for (size_t i = 0; i < sizeof long_key; i++)
        long_key[i] = (char)0xaa;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        struct str key = vectors[i].long_key ? (struct str){long_key, sizeof long_key} : S("Jefe");
        struct str text = vectors[i].long_key ? S("Test Using Larger Than Block-Size Key - Hash Key First")
                                              : S("what do ya want for nothing?");
        uint8_t out[MAC_SIZE_MAX];
        size_t n = mac_hmac(vectors[i].hash, key, &text, 1, out);
        assert_int_equal(n, mac_size(vectors[i].hash));
        assert_true(str_eq(hex_encode(&a, (struct str){(char *)out, n}), vectors[i].want));
        for (size_t cut = 0; cut <= text.n; cut++) { /* cut anywhere, the answer is the same */
            uint8_t again[MAC_SIZE_MAX];
            struct str pieces[] = {str_sub(text, 0, cut), {NULL, 0}, str_sub(text, cut, text.n)};
            assert_int_equal(mac_hmac(vectors[i].hash, key, pieces, 3, again), n);
            assert_memory_equal(again, out, n);
        }
    }
}

static void empty_key_and_message(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    uint8_t out[MAC_SIZE_MAX];
    size_t n = mac_hmac(MAC_SHA256, (struct str){NULL, 0}, NULL, 0, out);
    assert_true(str_eq(hex_encode(&a, (struct str){(char *)out, n}),
                       S("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")));
}

/* FIPS 180-4's example "abc". */
static void plain_hashes(void **state)
{
    static const struct {
        enum mac_hash hash;
        struct str want;
    } plain[] = {
        {MAC_SHA1, S_INIT("a9993e364706816aba3e25717850c26c9cd0d89d")},
        {MAC_SHA256, S_INIT("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")},
    };
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
        uint8_t out[MAC_SIZE_MAX];
        size_t n = mac_digest(plain[i].hash, S("abc"), out);
        assert_int_equal(n, mac_size(plain[i].hash));
        assert_true(str_eq(hex_encode(&a, (struct str){(char *)out, n}), plain[i].want));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(empty_key_and_message),
        cmocka_unit_test(plain_hashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
