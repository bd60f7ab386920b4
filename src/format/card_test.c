#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/card.h"
#include "format/card_testing.h"
#include "format/json.h"

#include <stdio.h>

static struct str json_of(struct arena *a, const char *body)
{
    struct str out, in = str_of(body);
    bool masked = card_mask_json(a, in, &out);
    assert_int_equal(out.n, in.n);
    assert_int_equal(masked, !str_eq(in, out));
    if (!masked) {
        assert_ptr_equal(out.p, in.p);
    }
    struct err e;
    assert_int_equal(json_parse(a, in, &e) != NULL, json_parse(a, out, &e) != NULL);
    struct str again;
    assert_false(card_mask_json(a, out, &again)); /* nothing is left to mask */
    return out;
}

static void becomes(const char *body, const char *expected)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, LIMIT_ARENA);
    struct str out = json_of(&a, body);
    if (!str_eq(out, str_of(expected))) {
        print_error("%s\nexpected %s\ngot      %.*s\n", body, expected, STR_ARG(out));
        fail();
    }
}

static void stays(const char *body)
{
    becomes(body, body);
}

static void text_becomes(const char *text, const char *expected)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, LIMIT_ARENA);
    struct str out, in = str_of(text);
    assert_int_equal(card_mask_text(&a, in, &out), strcmp(text, expected) != 0);
    if (!str_eq(out, str_of(expected))) {
        print_error("%s\nexpected %s\ngot      %.*s\n", text, expected, STR_ARG(out));
        fail();
    }
}

static void members(void **state)
{
    (void)state;
    becomes("{\"card\":{\"number\":\"4111 1111 1111 1111\",\"cvv\":\"123\",\"expiry\":\"12/2026\"}}",
            "{\"card\":{\"number\":\"**** **** **** 1111\",\"cvv\":\"***\",\"expiry\":\"12/2026\"}}");
    becomes("{\"Card_Number\": \"1234567890123\"}",
            "{\"Card_Number\": \"*********0123\"}"); /* by its name alone */
    becomes("{\"cards\":[{\"pan\":\"4111111111111112\",\"code\":\"0042\"}]}",
            "{\"cards\":[{\"pan\":\"************1112\",\"code\":\"****\"}]}");
    becomes("{\"cardNumber\":[\"4111111111111111\",\"12345678\"]}",
            "{\"cardNumber\":[\"************1111\",\"****5678\"]}");
    becomes("{\"cvc\":{\"value\":\"123\",\"checked\":true}}",
            "{\"cvc\":{\"value\":\"***\",\"checked\":true}}");
    becomes("{\"card\":{\"details\":{\"number\":\"123456\",\"CID\":\"9999\"}}}",
            "{\"card\":{\"details\":{\"number\":\"**3456\",\"CID\":\"****\"}}}");
    becomes("{\"cardNumber\":\"4111 1111 1111 1111 12/26\"}",
            "{\"cardNumber\":\"**** **** **** **** **/**\"}");
    becomes("{\"creditCard\":\"4111 1111 1111 1112\"}", "{\"creditCard\":\"**** **** **** 1112\"}");
    becomes("{\"card_security-code\":\"123\",\"numeroCarte\":\"12345678\",\"Cryptogramme visuel\":\"123\"}",
            "{\"card_security-code\":\"***\",\"numeroCarte\":\"****5678\",\"Cryptogramme visuel\":\"***\"}");
    becomes("{\"\\u0063vv\":\"123\",\"\\u0070an\":\"12345678\"}",
            "{\"\\u0063vv\":\"***\",\"\\u0070an\":\"****5678\"}");
    stays("{\"card\":{\"number\":\"1111\",\"brand\":\"VISA\",\"cvv\":null,\"token\":\"4111111111111111\"}}");
    stays(
        "{\"loyaltyCard\":{\"number\":\"12345678\"},\"cid\":\"123\",\"discard\":{\"number\":\"12345678\"}}");
    stays("{\"card\":{\"booking\":{\"number\":\"12345678\"}}}");
}

static void numbers(void **state)
{
    (void)state;
    becomes("{\"cardNumber\":4111111111111111,\"cvv\":123}", "{\"cardNumber\":9999999999991111,\"cvv\":999}");
    becomes("[4111111111111111, 4111111111111111.00, -4111111111111111]",
            "[9999999999991111, 9999999999991111.00, -9999999999991111]");
    becomes("[4.111111111111111e15,4.111111111111111E+15]", "[9.999999999991111e15,9.999999999991111E+15]");
    becomes("{\"pan\":12345678}", "{\"pan\":99995678}");
    becomes("{\"pan\":4111111111110002}",
            "{\"pan\":9999999999980002}"); /* 9999999999990002 has a right check digit */
    stays(
        "{\"cardNumber\":1111,\"orderId\":4111111111111111,\"amount\":41.11111111111111,\"at\":1735689600000}");
    stays("[33.333333333333336,4.111111111111111e14,4111111111111112,41111111111111111,120.00,-0.5e-3]");
}

static void texts(void **state)
{
    (void)state;
    becomes("{\"note\":\"Visa 4111-1111-1111-1111, CVV: 123.\"}",
            "{\"note\":\"Visa ****-****-****-1111, CVV: ***.\"}");
    becomes("{\"note\":\"\\u0034111\\u00201111\\u00a01111 111\\u0031\"}",
            "{\"note\":\"\\u002a***\\u0020****\\u00a0**** 111\\u0031\"}");
    becomes("\"{\\\"cvv\\\":\\\"123\\\",\\\"n\\\":\\\"4111111111111111\\\"}\"",
            "\"{\\\"cvv\\\":\\\"***\\\",\\\"n\\\":\\\"************1111\\\"}\"");
    becomes("{\"4111111111111111\":1}", "{\"************1111\":1}");
    text_becomes("<CardNumber>4111111111111111</CardNumber><x SeriesCode=\"1234\"/>",
                 "<CardNumber>************1111</CardNumber><x SeriesCode=\"****\"/>");
    text_becomes("card=4111+1111+1111+1111&cvc=123&n=4111%201111%201111%201111",
                 "card=****+****+****+1111&cvc=***&n=****%20****%20****%201111");
    text_becomes("4111 1111 1111 1111 12/26 123, 250 EUR", "**** **** **** 1111 12/26 ***, 250 EUR");
    text_becomes("3782 822463 10005 1234", "**** ****** *0005 ****");
    text_becomes("code de sécurité : 123, cvv2 is 456, CVC no. 7890",
                 "code de sécurité : ***, cvv2 is ***, CVC no. ****");
    text_becomes("４１１１ １１１１ １１１１ １１１１", "************ ************ ************ １１１１");
    text_becomes("4111 1111 1111 1111", "**** **** **** 1111");
    text_becomes("4111–1111–1111–1111 Visa4111111111111111x", "****–****–****–1111 Visa************1111x");
    text_becomes("2026-07-14 2026-07-16 4111111111111112 41111111111111111 411111111111111",
                 "2026-07-14 2026-07-16 4111111111111112 41111111111111111 411111111111111");
    text_becomes("SIRET 38012986646850, TVA FR40380129866", "SIRET 38012986646850, TVA FR40380129866");
    text_becomes("41234567-4111-1111-8111-111111111111 +33 6 12 34 56 78 room 204, CVV ok, 123 EUR",
                 "41234567-4111-1111-8111-111111111111 +33 6 12 34 56 78 room 204, CVV ok, 123 EUR");
    text_becomes("", "");
}

static void not_json(void **state)
{
    (void)state;
    becomes("{\"a\":[4111 1111 1111 1111]}", "{\"a\":[**** **** **** 1111]}");
    becomes("4111 1111 1111 1111", "**** **** **** 1111");
    becomes("{\"note\":\"4111111111111111", "{\"note\":\"************1111");
    becomes("{\"cvv\":\"12", "{\"cvv\":\"**");
    becomes("{\"reference\":\"x\" oops 4111111111111111", "{\"reference\":\"x\" oops ************1111");
    becomes("{\"a\":1}\n{\"cvv\":\"123\"}\n", "{\"a\":1}\n{\"cvv\":\"***\"}\n");
    becomes("{\"a\":4111-1111-1111-1111,'cvv':'123'}", "{\"a\":****-****-****-1111,'cvv':'***'}");
    becomes("\xEF\xBB\xBF{\"pan\":12345678}", "\xEF\xBB\xBF{\"pan\":99995678}");
    becomes("]]}}\"cvv\":123", "]]}}\"cvv\":***");
    becomes("{\"\\", "{\"\\");
    stays("");
    /* deeper than anything reads */
    char brackets[101], deep[400], expected[400];
    memset(brackets, '[', 100);
    brackets[100] = '\0';
    snprintf(deep, sizeof deep, "%s{\"cardNumber\":\"4111111111111111\",\"cvv\":\"123\"}", brackets);
    snprintf(expected, sizeof expected, "%s{\"cardNumber\":\"************1111\",\"cvv\":\"***\"}", brackets);
    becomes(deep, expected);
}

static void cells(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, LIMIT_ARENA);
    static const struct {
        struct str column, cell, expected;
    } cases[] = {
        {S_INIT("Card number"), S_INIT("4111 1111 1111 1112"), S_INIT("**** **** **** 1112")},
        {S_INIT("Numéro de carte"), S_INIT("12345678"), S_INIT("****5678")},
        {S_INIT("Num\xE9ro de carte"), S_INIT("12345678"), S_INIT("****5678")},
        {S_INIT("Kreditkartennummer"), S_INIT("12345678"), S_INIT("****5678")},
        {S_INIT("CVC"), S_INIT("012"), S_INIT("***")},
        {S_INIT("Notes"), S_INIT("Visa 4111111111111111"), S_INIT("Visa ************1111")},
        {S_INIT(""), S_INIT("4111111111111111"), S_INIT("************1111")},
        {S_INIT("Numéro de réservation"), S_INIT("4111111111111111"), S_INIT("4111111111111111")},
        {S_INIT("Confirmation code"), S_INIT("4111111111111111"), S_INIT("4111111111111111")},
        {S_INIT("Book Number"), S_INIT("4111111111111111"), S_INIT("4111111111111111")},
        {S_INIT("Téléphone"), S_INIT("4111111111111111"), S_INIT("************1111")},
        {S_INIT("Téléphone"), S_INIT("+378282246310005"), S_INIT("+378282246310005")},
        {S_INIT("Hotel"), S_INIT("4111111111111111"), S_INIT("************1111")},
        {S_INIT("Total"), S_INIT("1 234,50 €"), S_INIT("1 234,50 €")},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str out;
        card_mask_cell(&a, cases[i].column, cases[i].cell, &out);
        if (!str_eq(out, cases[i].expected)) {
            fail_msg("%.*s: %.*s", STR_ARG(cases[i].column), STR_ARG(out));
        }
    }
}

/* The number with some of its characters as \u escapes. */
static void escape(struct card_testing *g, const char *shaped, char out[static 240])
{
    size_t w = 0;
    for (; *shaped; shaped++) {
        if (card_testing_next(g) % 3 == 0) {
            w += (size_t)snprintf(out + w, 8, card_testing_next(g) % 2 ? "\\u%04x" : "\\u%04X",
                                  (unsigned)*shaped);
        } else {
            out[w++] = *shaped;
        }
    }
    out[w] = '\0';
}

static bool survives(const struct json *v, const char *digits)
{
    bool found = card_testing_survives(v->text, digits) || card_testing_survives(v->key, digits);
    for (const struct json *c = v->first; c; c = c->next) {
        found = found || survives(c, digits);
    }
    return found;
}

static void ten_thousand_cards(void **state)
{
    (void)state;
    static const char *const bodies[][2] = {
        {"{\"guest\":{\"name\":\"Durand\",\"payment\":{\"cardNumber\":\"", "\"}}}"},
        {"{\"card\":{\"number\":\"", "\",\"exp\":\"12/26\"}}"},
        {"{\"notes\":[\"arrives late\",\"pays with ", ", thanks\"]}"},
        {"{\"a\":[[{\"b\":{\"c\":\"", "\"}}]],\"total\":\"120.00\"}"},
        {"[\"Card:", ".\",1,true]"},
        {"{\"xml\":\"<PaymentCard CardNumber='", "'/>\"}"},
        {"{\"inner\":\"{\\\"pan\\\":\\\"", "\\\"}\"}"},
        {"{\"note\":\"tab\\t", "\\n\""},
        {"<note>", ", ok</note>"},
        {"{\"roomNumbers\":[101,102],\"remark\":\"12/26 - Visa: ", " (12/26)\"}"},
    };
    struct card_testing g = {.seed = 20260714};
    ARENA_SCOPE a = {0};
    arena_init(&a, SIZE_MAX);
    for (int i = 0; i < 10000; i++) {
        char digits[20], shaped[40], written[240], body[600];
        card_testing_number(&g, digits);
        card_testing_shape(digits, (unsigned)(i % 3), shaped);
        if (i % 4 == 0) {
            escape(&g, shaped, written);
        } else {
            snprintf(written, sizeof written, "%s", shaped);
        }
        for (size_t b = 0; b < ARRAY_LEN(bodies); b++) {
            snprintf(body, sizeof body, "%s%s%s", bodies[b][0], written, bodies[b][1]);
            struct str out = json_of(&a, body);
            struct err e;
            const struct json *v = json_parse(&a, out, &e);
            if (str_eq(out, str_of(body)) || (v ? survives(v, digits) : card_testing_survives(out, digits))) {
                fail_msg("%s: %.*s", body, STR_ARG(out));
            }
        }
        snprintf(body, sizeof body, "{\"x\":%s,\"cardNumber\":%s,\"y\":[{\"z\":-%s.0}]}", digits, digits,
                 digits);
        struct str out = json_of(&a, body);
        if (str_find(out, str_of(digits)) != SIZE_MAX) {
            fail_msg("%s: %.*s", body, STR_ARG(out));
        }
        arena_reset(&a);
    }
}

static void ten_thousand_references(void **state)
{
    (void)state;
    static const char *const names[] = {
        "reference",      "bookingId", "reservation_id", "ref",           "confirmationCode",  "confirmation",
        "locator",        "pnr",       "invoiceNumber",  "bookingNumber", "reservationNumber", "iban",
        "uuid",           "token",     "signature",      "hash",          "guestid",           "externalRef",
        "idempotencyKey", "id",        "orderIds",
    };
    struct card_testing g = {.seed = 7};
    ARENA_SCOPE a = {0};
    arena_init(&a, SIZE_MAX);
    for (int i = 0; i < 10000; i++) {
        char digits[20], shaped[40], body[600];
        card_testing_number(&g, digits); /* the worst references: those that look like card numbers */
        card_testing_shape(digits, (unsigned)(i % 3), shaped);
        uint64_t r = card_testing_next(&g), s = card_testing_next(&g);
        snprintf(
            body, sizeof body,
            "{\"%s\":\"%s\",\"id\":%s,\"iban\":\"FR76%014llu%011llu\",\"phones\":[\"+33 6 %02llu %02llu 12 34\"],"
            "\"total\":\"%llu.%02llu\",\"paid\":%llu.%02llu,\"arrival\":\"2026-%02llu-%02llu\",\"uid\":\"%08llx-%04llx-4%03llx-8"
            "%03llx-%012llx\",\"created\":%llu,\"at\":\"2026-07-14T10:02:11.%06lluZ\",\"note\":\"%08llx-1111-4111-8111-%012llx\"}",
            names[(size_t)i % ARRAY_LEN(names)], shaped, digits, (unsigned long long)(r % 100000000000000),
            (unsigned long long)(s % 100000000000), (unsigned long long)(r % 100),
            (unsigned long long)(s % 100), (unsigned long long)(r % 100000), (unsigned long long)(s % 100),
            (unsigned long long)(s % 1000000), (unsigned long long)(r % 100),
            (unsigned long long)(r % 12 + 1), (unsigned long long)(s % 28 + 1),
            (unsigned long long)(r & 0xffffffff), (unsigned long long)(s & 0xffff),
            (unsigned long long)(r & 0xfff), (unsigned long long)(s & 0xfff),
            (unsigned long long)(r & 0xffffffffffff), (unsigned long long)(1700000000000 + r % 100000000000),
            (unsigned long long)(s % 1000000), (unsigned long long)(s & 0xffffffff),
            (unsigned long long)(r & 0xffffffffffff));
        struct str out, in = str_of(body);
        if (card_mask_json(&a, in, &out) || out.p != in.p) {
            fail_msg("%s: %.*s", body, STR_ARG(out));
        }
        arena_reset(&a);
    }
}

/* Whatever is longer than a telephone number is no longer spared for being called one. */
static void telephones(void **state)
{
    (void)state;
    static const char *const shapes[][2] = {{"{\"phone\":\"", "\"}"},
                                            {"{\"tel\":", "}"},
                                            {"{\"guest\":{\"mobiles\":[\"+", "\"]}}"},
                                            {"{\"phone\":{\"number\":\"", "\"}}"}};
    struct card_testing g = {.seed = 11};
    ARENA_SCOPE a = {0};
    arena_init(&a, SIZE_MAX);
    for (int i = 0; i < 4000; i++) {
        char digits[20];
        size_t n = card_testing_number(&g, digits);
        char body[80];
        snprintf(body, sizeof body, "%s%s%s", shapes[i % 4][0], digits, shapes[i % 4][1]);
        struct str out;
        bool masked = card_mask_json(&a, str_of(body), &out);
        if (masked != (n > 15) || masked == (str_find(out, str_of(digits)) != SIZE_MAX)) {
            fail_msg("%s: %.*s", body, STR_ARG(out));
        }
        arena_reset(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members),
        cmocka_unit_test(numbers),
        cmocka_unit_test(telephones),
        cmocka_unit_test(texts),
        cmocka_unit_test(not_json),
        cmocka_unit_test(cells),
        cmocka_unit_test(ten_thousand_cards),
        cmocka_unit_test(ten_thousand_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
