#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/card_name.h"
#include "format/card_text.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    enum card_name around, expected;
} cases[] = {
    {"cardNumber", CARD_NAME_PLAIN, CARD_NAME_NUMBER},
    {"CARD_NUMBER", CARD_NAME_PLAIN, CARD_NAME_NUMBER},
    {"credit-card-no", CARD_NAME_PLAIN, CARD_NAME_NUMBER},
    {"ccNumber", CARD_NAME_PLAIN, CARD_NAME_NUMBER},
    {"pan", CARD_NAME_PLAIN, CARD_NAME_NUMBER},
    {"cardPan", CARD_NAME_PLAIN, CARD_NAME_NUMBER},
    {"vccNumber", CARD_NAME_PLAIN, CARD_NAME_NUMBER},
    {"primaryAccountNumber", CARD_NAME_PLAIN, CARD_NAME_NUMBER},
    {"N\xC3\xBAmero de tarjeta", CARD_NAME_PLAIN, CARD_NAME_NUMBER},
    {"Kartennummer", CARD_NAME_PLAIN, CARD_NAME_NUMBER},
    {"number", CARD_NAME_CARD, CARD_NAME_NUMBER},
    {"number", CARD_NAME_INSIDE, CARD_NAME_NUMBER},
    {"number", CARD_NAME_PLAIN, CARD_NAME_PLAIN},
    {"company", CARD_NAME_PLAIN, CARD_NAME_PLAIN},
    {"cvv", CARD_NAME_PLAIN, CARD_NAME_CODE},
    {"CVC2", CARD_NAME_PLAIN, CARD_NAME_CODE},
    {"card_cvv", CARD_NAME_PLAIN, CARD_NAME_CODE},
    {"csc", CARD_NAME_PLAIN, CARD_NAME_CODE},
    {"security_code", CARD_NAME_PLAIN, CARD_NAME_CODE},
    {"cardCode", CARD_NAME_PLAIN, CARD_NAME_CODE},
    {"seriesCode", CARD_NAME_PLAIN, CARD_NAME_CODE},
    {"Code de s\xC3\xA9"
     "curit\xC3\xA9",
     CARD_NAME_PLAIN, CARD_NAME_CODE},
    {"cid", CARD_NAME_CARD, CARD_NAME_CODE},
    {"cid", CARD_NAME_PLAIN, CARD_NAME_PLAIN},
    {"code", CARD_NAME_INSIDE, CARD_NAME_CODE},
    {"code", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"value", CARD_NAME_CODE, CARD_NAME_CODE},
    {"value", CARD_NAME_NUMBER, CARD_NAME_NUMBER},
    {"number", CARD_NAME_REFERENCE, CARD_NAME_REFERENCE},
    {"text", CARD_NAME_REFERENCE, CARD_NAME_PLAIN},
    {"card", CARD_NAME_PLAIN, CARD_NAME_CARD},
    {"CreditCards", CARD_NAME_PLAIN, CARD_NAME_CARD},
    {"cardHolder", CARD_NAME_PLAIN, CARD_NAME_INSIDE},
    {"cardDetails", CARD_NAME_PLAIN, CARD_NAME_INSIDE},
    {"billing", CARD_NAME_CARD, CARD_NAME_INSIDE},
    {"billingAddress", CARD_NAME_CARD, CARD_NAME_PLAIN},
    {"loyaltyCardNumber", CARD_NAME_PLAIN, CARD_NAME_PLAIN},
    {"cardToken", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"cardReference", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"card_number_token", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"reference", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"bookingRef", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"booking_ref", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"bookingref", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"hotelId", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"ids", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"Tel.", CARD_NAME_PLAIN, CARD_NAME_PHONE},
    {"T\xC3\xA9l\xC3\xA9phone", CARD_NAME_PLAIN, CARD_NAME_PHONE},
    {"guestMobile", CARD_NAME_PLAIN, CARD_NAME_PHONE},
    {"phoneNumbers", CARD_NAME_PLAIN, CARD_NAME_PHONE},
    {"number", CARD_NAME_PHONE, CARD_NAME_PHONE},
    {"hotel", CARD_NAME_PHONE, CARD_NAME_PLAIN},
    {"Num\xE9ro de r\xE9servation", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"N\xC2\xB0 de r\xC3\xA9servation", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"Buchungsnummer", CARD_NAME_PLAIN, CARD_NAME_REFERENCE},
    {"hotel", CARD_NAME_PLAIN, CARD_NAME_PLAIN},
    {"paid", CARD_NAME_PLAIN, CARD_NAME_PLAIN},
    {"pref", CARD_NAME_PLAIN, CARD_NAME_PLAIN},
    {"reservationNotes", CARD_NAME_PLAIN, CARD_NAME_PLAIN},
    {"", CARD_NAME_PLAIN, CARD_NAME_PLAIN},
};

static void classes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        enum card_name found = card_name_of(str_of(cases[i].name), false, cases[i].around);
        if (found != cases[i].expected) {
            fail_msg("%s: %d, expected %d", cases[i].name, (int)found, (int)cases[i].expected);
        }
    }
}

/* The cheap pass that lets ordinary bodies through sees every name that masks by itself. */
static void never_overlooked(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bool masks = cases[i].expected == CARD_NAME_NUMBER || cases[i].expected == CARD_NAME_CODE;
        if (!masks || cases[i].around != CARD_NAME_PLAIN) {
            continue;
        }
        char body[200];
        int n = snprintf(body, sizeof body, "{\"%s\":\"12\"}", cases[i].name);
        if (!card_text_suspicious((struct str){body, (size_t)n})) {
            fail_msg("%s", body);
        }
    }
    assert_false(card_text_suspicious(
        S("{\"reference\":\"HX-2048\",\"company\":\"Japan Tours\",\"arrival\":\"2026-07-14\","
          "\"departure\":\"2026-07-16\",\"total\":\"1240.00\",\"currency\":\"EUR\","
          "\"name\":\"Andr\\u00e9 Caron\",\"phone\":\"+33 6 12 34 56 78\"}")));
}

static void long_and_broken(void **state)
{
    (void)state;
    char name[500];
    memset(name, 'x', sizeof name);
    memcpy(name + sizeof name - 10, "cardNumber", 10);
    assert_int_equal(card_name_of((struct str){name, sizeof name}, false, CARD_NAME_PLAIN), CARD_NAME_NUMBER);
    assert_int_equal(card_name_of(S("\\u0063\\u0076v"), true, CARD_NAME_PLAIN), CARD_NAME_CODE);
    assert_int_equal(card_name_of(S("\\"), true, CARD_NAME_PLAIN), CARD_NAME_PLAIN);
    assert_int_equal(card_name_of(S("\\u00"), true, CARD_NAME_PLAIN), CARD_NAME_PLAIN);
    assert_int_equal(card_name_of(S("\\uzzzz\xC3"), true, CARD_NAME_PLAIN), CARD_NAME_PLAIN);
    assert_int_equal(card_name_of((struct str){0}, true, CARD_NAME_PLAIN), CARD_NAME_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes),
        cmocka_unit_test(never_overlooked),
        cmocka_unit_test(long_and_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
