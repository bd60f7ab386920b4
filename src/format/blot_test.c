#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/blot.h"

#include <string.h>

static struct arena a;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static void check(const char *text, const char *expected)
{
    static const struct str secrets[] = {S_INIT("Qk-9_x"), S_INIT(""), S_INIT("%41BC")};
    assert_string_equal(blot_secrets(&a, str_of(text), secrets, ARRAY_LEN(secrets)).p, expected);
}

static void test_secrets(void **state)
{
    (void)state;
    check("", "");
    check("Qk-9_x", BLOT);
    check("a/Qk-9_x?b=Qk-9_xQk-9_x", "a/" BLOT "?b=" BLOT BLOT);
    check("%51k-9_x!", BLOT "!");
    check("%51%6b%2D%39%5f%78", BLOT);
    check("next=%2Fx%3Ftoken%3DQk%252D9_x&y", "next=%2Fx%3Ftoken%3D" BLOT "&y");
    check("%2551k-9_x %252551k-9_x", BLOT " " BLOT);
    check("ABC %41BC", BLOT " " BLOT); /* a secret that was itself encoded */
    check("QQk-9_x", "Q" BLOT);
    /* not it */
    check("qk-9_x", "qk-9_x");
    check("Qk-9_", "Qk-9_");
    check("Qk-9_%7", "Qk-9_%7");
    check("%", "%");
    check("%5", "%5");
    check("100% %zz %25 %2", "100% %zz %25 %2");
    /* cut off, or behind what looks like an encoded letter */
    static const struct str cut = S_INIT("abc%5"), digits = S_INIT("5150");
    assert_string_equal(blot_secrets(&a, S("x=abc%51y"), &cut, 1).p, "x=" BLOT "1y");
    assert_string_equal(blot_secrets(&a, S("x=%255150"), &digits, 1).p, "x=%25" BLOT);
    assert_string_equal(blot_secrets(&a, S("x=%515150"), &digits, 1).p, "x=%51" BLOT);
    struct str text = S("nothing");
    assert_ptr_equal(blot_secrets(&a, text, NULL, 0).p, text.p);
    /* NUL is a letter like others. */
    static const struct str zero = {"a\0b", 3};
    assert_true(str_eq(blot_secrets(&a, S("xa\0by a\0c"), &zero, 1), S("x" BLOT "y a\0c")));
    assert_true(str_eq(blot_secrets(&a, S("a%00b"), &zero, 1), S(BLOT)));
}

/* An address that was encoded a thousand times costs no more than its length. */
static void test_deep(void **state)
{
    (void)state;
    struct buf b = buf_in(&a);
    buf_char(&b, '%');
    for (int i = 0; i < 10000; i++) {
        buf_add(&b, S("25"));
    }
    buf_add(&b, S("51k"));
    static const struct str secret = S_INIT("Qk");
    assert_true(str_eq(blot_secrets(&a, buf_str(&b), &secret, 1), S(BLOT)));
}

static void test_same(void **state)
{
    (void)state;
    assert_true(blot_same(S("Qk"), S("%51k")) && blot_same(S("%2551k"), S("Q%6b")) &&
                blot_same(S(""), S("")));
    assert_false(blot_same(S("Qk"), S("Q")) || blot_same(S("Q"), S("Qk")) || blot_same(S("Q"), S("q")) ||
                 blot_same(S(""), S("%")));
}

static void test_name(void **state)
{
    (void)state;
    static const char *const credentials[] = {
        "Authorization", "PROXY-AUTHORIZATION", "Cookie",       "x-api-key",  "X-Webhook-Secret", "X-Auth",
        "token",         "X-Gitlab-Token",      "apiKey",       "X_Password", "x-session-id",     "%74oken",
        "t%6Fken",       "X-Credentials",       "client_secret"};
    static const char *const others[] = {"",
                                         "Content-Type",
                                         "Keep-Alive",
                                         "User-Agent",
                                         "X-Original-URI",
                                         "Referer",
                                         "webhook-id",
                                         "webhook-signature",
                                         "Stripe-Signature",
                                         "X-Hub-Signature-256",
                                         "X-Forwarded-For",
                                         "Accept",
                                         "tok en",
                                         "%"};
    for (size_t i = 0; i < ARRAY_LEN(credentials); i++) {
        assert_true(blot_name(str_of(credentials[i])));
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_false(blot_name(str_of(others[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_secrets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deep, setup, teardown),
        cmocka_unit_test_setup_teardown(test_same, setup, teardown),
        cmocka_unit_test_setup_teardown(test_name, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
