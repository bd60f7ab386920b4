#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/card_testing.h"
#include "format/card_text.h"

static void value(struct str in, bool escaped, enum card_name name, struct str expected)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct card_text t = {.a = &a, .in = in};
    card_text_mask_value(&t, 0, in.n, escaped, name);
    struct str out = t.out ? (struct str){t.out, in.n} : in;
    assert_int_equal(t.changed, !str_eq(in, expected));
    if (!str_eq(out, expected)) {
        fail_msg("%.*s: %.*s", STR_ARG(in), STR_ARG(out));
    }
}

static void values(void **state)
{
    (void)state;
    value(S("4111 1111 1111 1111"), false, CARD_NAME_REFERENCE, S("4111 1111 1111 1111"));
    value(S("4111 1111 1111 1111"), false, CARD_NAME_PLAIN, S("**** **** **** 1111"));
    value(S("4111 1111 1111 1111"), false, CARD_NAME_PHONE, S("**** **** **** 1111"));
    value(S("+4111111111111111"), false, CARD_NAME_PHONE, S("+************1111"));
    value(S("06 12 34 56 78, 4111111111111111 12/26 123"), false, CARD_NAME_PHONE,
          S("06 12 34 56 78, ************1111 12/26 ***"));
    value(S("378282246310005"), false, CARD_NAME_PHONE, S("378282246310005")); /* 15 digits: may be one */
    value(S("4222222222222"), false, CARD_NAME_PHONE, S("4222222222222"));
    value(S("+33612345678 +33698765432"), false, CARD_NAME_PHONE, S("+33612345678 +33698765432"));
    value(S("4111111111111112"), false, CARD_NAME_PHONE, S("4111111111111112"));
    value(S("4111 1111 1111 1112"), false, CARD_NAME_PLAIN, S("4111 1111 1111 1112"));
    value(S("4111 1111 1111 1112"), false, CARD_NAME_NUMBER, S("**** **** **** 1112"));
    value(S("4111 1111 1111 1112"), false, CARD_NAME_CARD, S("**** **** **** 1112"));
    value(S("12345678901"), false, CARD_NAME_CARD, S("12345678901"));
    value(S("6212345678901234567"), false, CARD_NAME_NUMBER, S("***************4567"));
    value(S("4111 1111 1111 1112 123"), false, CARD_NAME_NUMBER, S("**** **** **** **** ***"));
    value(S("**** 1112"), false, CARD_NAME_NUMBER, S("**** 1112"));
    value(S("no 12-3"), false, CARD_NAME_CODE, S("no **-*"));
    value(S("\\u0031\\u00322"), true, CARD_NAME_CODE, S("\\u002a\\u002a*"));
    value(S("\\u0031"), false, CARD_NAME_CODE, S("\\u****"));
    value(S("\\"), true, CARD_NAME_CODE, S("\\"));
    value(S("\\u003"), true, CARD_NAME_CODE, S("\\u***"));
    value(S(""), true, CARD_NAME_NUMBER, S(""));
}

static void in_place(void **state)
{
    (void)state;
    char text[] = "x 4111111111111111 y 4111111111111111";
    struct card_text t = {.in = {text, sizeof text - 1}, .out = text};
    card_text_mask(&t, 18, sizeof text - 1, false);
    assert_true(t.changed);
    assert_string_equal(text, "x 4111111111111111 y ************1111");
}

/* What the cheap pass lets through has nothing to mask. */
static void nothing_overlooked(void **state)
{
    (void)state;
    struct card_testing g = {.seed = 5};
    static const char *const pieces[] = {
        "4111",
        "1111",
        "1",
        "378282",
        "246310005",
        " ",
        "-",
        "  ",
        ".",
        "+",
        "%20",
        "\xC2\xA0",
        "\xE2\x80\xAF",
        "\xEF\xBC\x94",
        "\\u0031",
        "\\u00a0",
        "\\u2011",
        "\\uFF11",
        "cvv",
        "CVC 2",
        "csc",
        "code ",
        "s\xC3\xA9",
        "curit\xC3\xA9",
        "Security",
        "series",
        "cryptogramme",
        ":",
        "123",
        "4567",
        "x",
        "\n",
        "/",
        "12/26",
        "card",
        "cvn",
        "\xA0",
        "\x96",
    };
    ARENA_SCOPE a = {0};
    arena_init(&a, SIZE_MAX);
    int masked = 0;
    for (int i = 0; i < 200000; i++) {
        struct buf b = buf_in(&a);
        for (size_t n = card_testing_next(&g) % 12; n > 0; n--) {
            buf_add(&b, str_of(pieces[card_testing_next(&g) % ARRAY_LEN(pieces)]));
        }
        struct card_text t = {.a = &a, .in = buf_str(&b)};
        card_text_mask(&t, 0, t.in.n, i % 2 == 0);
        masked += t.changed;
        if (t.changed && !card_text_suspicious(t.in)) {
            fail_msg("%.*s", STR_ARG(t.in));
        }
        arena_reset(&a);
    }
    assert_true(masked > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(in_place),
        cmocka_unit_test(nothing_overlooked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
