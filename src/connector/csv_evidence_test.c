#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_testing.h"

#include <string.h>

#define HEAD "ref,arrival,departure,total\n"

static void test_date_orders(void **state)
{
    (void)state;
    static const struct {
        struct str rows;
        const char *want;
    } cases[] = {
        {S_INIT("1,2027-04-03,2027-04-05,1\n"), "any"},
        {S_INIT("1,14/07/2027,17/07/2027,1\n"), "dmy"},
        {S_INIT("1,07/14/2027,07/17/2027,1\n"), "mdy"},
        {S_INIT("1,03/04/2027,05/04/2027,1\n"), "?"},
        {S_INIT("1,03/04/2027,05/04/2027,1\n2,03/04/2027,14/04/2027,1\n"), "dmy"},
        /* The departure would be before the arrival. */
        {S_INIT("1,10/03/2027,11/02/2027,1\n"), "mdy"},
        {S_INIT("1,02/11/2027,03/10/2027,1\n"), "mdy"},
        /* More than LIMIT_NIGHTS nights. */
        {S_INIT("1,05/06/2027,01/08/2030,1\n"), "mdy"},
        /* Days and months are the same number: any order will do. */
        {S_INIT("1,05/05/2027,06/06/2027,1\n"), "any"},
        {S_INIT("1,03.04.2027,05.04.2027,1\n"), "any"},
        {S_INIT("1,27/04/03,27/04/05,1\n"), "?"},
        {S_INIT("1,32/04/03,32/04/05,1\n"), "ymd"},
        {S_INIT("1,14/07/27,18/07/27,1\n"), "dmy"},
        /* Rows that make no sense in any order say nothing. */
        {S_INIT("1,99/99/2027,x,1\n2,03/04/2027,,1\n"), "?"},
        {S_INIT("1,14/07/2027,12/07/2027,1\n"), "dmy"},
        {S_INIT("1,14/07/2027,17/07/2027,1\n2,07/14/2027,07/17/2027,1\n"), "?"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        ARENA_SCOPE a = {0};
        arena_init(&a, 1 << 20);
        csv_testing_found(arena_fmt(&a, HEAD "%s", cases[i].rows.p), "EUR", NULL, "dates", cases[i].want);
    }
    csv_testing_found(S("ref,from,to,nights\n1,03/04/2027,05/04/2027,2\n"), "EUR", NULL, "dates", "dmy");
    csv_testing_found(S("ref,from,to,nights\n1,03/04/2027,05/04/2027,61\n"), "EUR", NULL, "dates", "mdy");
    /* The date of booking decides when the stays do not, and the other way round. */
    csv_testing_found(S("ref,from,to,booked on\n1,03/04/2027,05/04/2027,31/01/2027\n"), "EUR", NULL, "dates",
                      "dmy");
    csv_testing_found(S("ref,from,to,booked on\n1,07/14/2027,07/17/2027,01/02/2027\n"), "EUR", NULL, "dates",
                      "mdy");
    csv_testing_found(S("ref,from,to,booked on\n1,2027-07-14,2027-07-17,01/02/2027\n"), "EUR", NULL, "dates",
                      "?");
    csv_testing_found(S(HEAD "1,03/04/2027,05/04/2027,1\n"), "EUR", "dates=mdy", "dates", "mdy");
}

static void test_questions_quote_the_file(void **state)
{
    (void)state;
    CSV_TESTING f = {0};
    csv_testing_run(&f, S(HEAD "A-1,03/04/2027,05/04/2027,100.00\n"), "EUR", NULL, 9);
    assert_int_equal(f.analysis->question_count, 1);
    const struct csv_question *q = &f.analysis->questions[0];
    assert_true(str_eq(q->name, S("dates")));
    assert_string_equal(q->text.en.p,
                        "The dates of this file can be read in 2 ways. “03/04/2027” in column “arrival” "
                        "(line 2): is it 3 April 2027 or 4 March 2027?");
    assert_string_equal(
        q->text.fr.p,
        "Les dates de ce fichier peuvent se lire de 2 façons. « 03/04/2027 » dans la colonne « arrival » "
        "(ligne 2) : est-ce le 3 avril 2027 ou le 4 mars 2027 ?");
    assert_int_equal(q->count, 2);
    assert_true(str_eq(q->choices[0].value, S("dmy")) && str_eq(q->choices[1].value, S("mdy")));
    assert_string_equal(q->choices[0].label.fr.p, "jour/mois/année (3 avril 2027)");

    CSV_TESTING g = {0};
    csv_testing_run(&g, S(HEAD "1,14/07/2027,17/07/2027,1\n2,07/14/2027,07/17/2027,1\n"), "EUR", NULL, 9);
    assert_int_equal(g.analysis->question_count, 1);
    assert_non_null(strstr(g.analysis->questions[0].text.en.p, "“14/07/2027” in column “arrival” (line 2)"));
    assert_non_null(strstr(g.analysis->questions[0].text.en.p, "“07/14/2027” in column “arrival” (line 3)"));
    CSV_TESTING h = {0};
    csv_testing_run(&h, S(HEAD "1,14/07/2027,17/07/2027,1\n2,07/14/2027,07/17/2027,1\n"), "EUR", "dates=dmy",
                    9);
    assert_int_equal(h.count, 2);
    assert_int_equal(h.items[0].kind, CSV_MESSAGE);
    assert_int_equal(h.items[1].kind, CSV_REFUSED);
}

#define AMOUNT(cell) S("ref;from;to;total\n1;2027-01-01;2027-01-02;" cell "\n")

static void test_decimals_and_currency(void **state)
{
    (void)state;
    csv_testing_found(AMOUNT("412.5"), "EUR", NULL, "decimal", "point");
    csv_testing_found(AMOUNT("412,5"), "EUR", NULL, "decimal", "comma");
    csv_testing_found(AMOUNT("1.204,50"), "EUR", NULL, "decimal", "comma");
    csv_testing_found(AMOUNT("1\u202f204,50 €"), "EUR", NULL, "decimal", "comma");
    csv_testing_found(AMOUNT("1.204"), "EUR", NULL, "decimal", "?");
    csv_testing_found(AMOUNT("1.204"), "EUR", "decimal=comma", "decimal", "comma");
    csv_testing_found(AMOUNT("1,234,567"), "EUR", NULL, "decimal", "point");
    csv_testing_found(AMOUNT("700"), "EUR", NULL, "decimal", "point");
    csv_testing_found(AMOUNT("1,5\n2;2027-01-01;2027-01-02;1.5"), "EUR", NULL, "decimal", "?");
    csv_testing_found(S("ref;from;to;total;commission\n1;2027-01-01;2027-01-02;412.5;61.875\n"), "EUR", NULL,
                      "decimal", "point");
    /* Our own exports have three places where the currency has. */
    csv_testing_found(
        S("reference,status,channel,currency,totalAmount,firstName,lastName,roomReference,arrival,departure\n"
          "1,confirmed,,KWD,1.204,,,,2027-01-01,2027-01-02\n"),
        "KWD", NULL, "decimal", "point");
    csv_testing_found(AMOUNT("5 EUR"), "USD", NULL, "currency", "USD"); /* of amounts that name none */
    csv_testing_found(AMOUNT("5 €"), "USD", NULL, "currency", "USD");
    csv_testing_found(AMOUNT("$5"), "CAD", NULL, "currency", "CAD");
    csv_testing_found(AMOUNT("$5"), "EUR", NULL, "currency", "?");
    csv_testing_found(AMOUNT("$5"), "EUR", "currency=usd", "currency", "USD");
    csv_testing_found(S("ref;from;to;total;currency\n1;2027-01-01;2027-01-02;$5;AUD\n"), "EUR", NULL,
                      "currency", "EUR");
    csv_testing_found(S("ref;from;to;Total (CHF)\n1;2027-01-01;2027-01-02;5\n"), "EUR", NULL, "currency",
                      "CHF");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date_orders),
        cmocka_unit_test(test_questions_quote_the_file),
        cmocka_unit_test(test_decimals_and_currency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
