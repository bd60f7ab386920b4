#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_fixture.h"

#include <string.h>

static const struct csv_finding *finding(const struct csv_fixture *f, const char *name)
{
    for (size_t i = 0; i < f->analysis->finding_count; i++) {
        if (strcmp(f->analysis->findings[i].name, name) == 0) {
            return &f->analysis->findings[i];
        }
    }
    fail_msg("no finding %s", name);
    return NULL;
}

/* The value found for a name, "?" when it is asked. */
static void found(struct str text, const char *hotel, const char *answers, const char *name, const char *want)
{
    for (size_t step = 1; step < 2000; step = step * 11 + 3) {
        CSV_FIXTURE f = {0};
        csv_fixture_run(&f, text, hotel, answers, step);
        assert_non_null(f.analysis);
        const struct csv_finding *x = finding(&f, name);
        assert_string_equal(x->certainty == CSV_OPEN ? "?" : arena_cstr(&f.a, x->value), want);
        assert_true(x->text.en.n > 0 && x->text.fr.n > 0);
    }
}

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
        found(arena_fmt(&a, HEAD "%s", cases[i].rows.p), "EUR", NULL, "dates", cases[i].want);
    }
    found(S("ref,from,to,nights\n1,03/04/2027,05/04/2027,2\n"), "EUR", NULL, "dates", "dmy");
    found(S("ref,from,to,nights\n1,03/04/2027,05/04/2027,61\n"), "EUR", NULL, "dates", "mdy");
    /* The date of booking decides when the stays do not, and the other way round. */
    found(S("ref,from,to,booked on\n1,03/04/2027,05/04/2027,31/01/2027\n"), "EUR", NULL, "dates", "dmy");
    found(S("ref,from,to,booked on\n1,07/14/2027,07/17/2027,01/02/2027\n"), "EUR", NULL, "dates", "mdy");
    found(S("ref,from,to,booked on\n1,2027-07-14,2027-07-17,01/02/2027\n"), "EUR", NULL, "dates", "?");
    found(S(HEAD "1,03/04/2027,05/04/2027,1\n"), "EUR", "dates=mdy", "dates", "mdy");
}

static void test_questions_quote_the_file(void **state)
{
    (void)state;
    CSV_FIXTURE f = {0};
    csv_fixture_run(&f, S(HEAD "A-1,03/04/2027,05/04/2027,100.00\n"), "EUR", NULL, 9);
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

    CSV_FIXTURE g = {0};
    csv_fixture_run(&g, S(HEAD "1,14/07/2027,17/07/2027,1\n2,07/14/2027,07/17/2027,1\n"), "EUR", NULL, 9);
    assert_int_equal(g.analysis->question_count, 1);
    assert_non_null(strstr(g.analysis->questions[0].text.en.p, "“14/07/2027” in column “arrival” (line 2)"));
    assert_non_null(strstr(g.analysis->questions[0].text.en.p, "“07/14/2027” in column “arrival” (line 3)"));
    CSV_FIXTURE h = {0};
    csv_fixture_run(&h, S(HEAD "1,14/07/2027,17/07/2027,1\n2,07/14/2027,07/17/2027,1\n"), "EUR", "dates=dmy",
                    9);
    assert_int_equal(h.count, 2);
    assert_int_equal(h.items[0].kind, CSV_MESSAGE);
    assert_int_equal(h.items[1].kind, CSV_REFUSED);
}

#define AMOUNT(cell) S("ref;from;to;total\n1;2027-01-01;2027-01-02;" cell "\n")

static void test_decimals_and_currency(void **state)
{
    (void)state;
    found(AMOUNT("412.5"), "EUR", NULL, "decimal", "point");
    found(AMOUNT("412,5"), "EUR", NULL, "decimal", "comma");
    found(AMOUNT("1.204,50"), "EUR", NULL, "decimal", "comma");
    found(AMOUNT("1\u202f204,50 €"), "EUR", NULL, "decimal", "comma");
    found(AMOUNT("1.204"), "EUR", NULL, "decimal", "?");
    found(AMOUNT("1.204"), "EUR", "decimal=comma", "decimal", "comma");
    found(AMOUNT("1,234,567"), "EUR", NULL, "decimal", "point");
    found(AMOUNT("700"), "EUR", NULL, "decimal", "point");
    found(AMOUNT("1,5\n2;2027-01-01;2027-01-02;1.5"), "EUR", NULL, "decimal", "?");
    found(S("ref;from;to;total;commission\n1;2027-01-01;2027-01-02;412.5;61.875\n"), "EUR", NULL, "decimal",
          "point");
    found(AMOUNT("5 EUR"), "USD", NULL, "currency", "USD"); /* of amounts that name none */
    found(AMOUNT("5 €"), "USD", NULL, "currency", "USD");
    found(AMOUNT("$5"), "CAD", NULL, "currency", "CAD");
    found(AMOUNT("$5"), "EUR", NULL, "currency", "?");
    found(AMOUNT("$5"), "EUR", "currency=usd", "currency", "USD");
    found(S("ref;from;to;total;currency\n1;2027-01-01;2027-01-02;$5;AUD\n"), "EUR", NULL, "currency", "EUR");
    found(S("ref;from;to;Total (CHF)\n1;2027-01-01;2027-01-02;5\n"), "EUR", NULL, "currency", "CHF");
}

static void test_encodings_and_delimiters(void **state)
{
    (void)state;
    found(S("ref;arriv\xE9"
            "e;d\xE9part;nom\n1;2027-01-01;2027-01-02;Zo\xEB\n"),
          "EUR", NULL, "encoding", "windows-1252");
    found(S("ref\tarrival\tdeparture\n1\t2027-01-01\t2027-01-02\n"), "EUR", NULL, "delimiter", "tab");
    found(S("sep=;\r\nref;arrival;departure\r\n1;2027-01-01;2027-01-02\r\n"), "EUR", NULL, "delimiter", ";");
    found(S("ref^arrival^departure\n1^2027-01-01^2027-01-02\n"), "EUR", "delimiter=^", "delimiter", "^");
    static const char utf16[] = "\xFF\xFEr\0e\0f\0,\0f\0r\0o\0m\0,\0t\0o\0\n\0";
    CSV_FIXTURE f = {0};
    csv_fixture_run(&f, (struct str){utf16, sizeof utf16 - 1}, "EUR", NULL, 5);
    assert_string_equal(finding(&f, "encoding")->value.p, "utf-16le");
    assert_int_equal(f.analysis->rows, 0);
    assert_int_equal(f.analysis->question_count, 0);
}

static int column_of(const struct csv_fixture *f, const char *name)
{
    for (size_t i = 0; i < f->analysis->column_count; i++) {
        if (str_eq(f->analysis->columns[i].name, str_of(name))) {
            return f->analysis->columns[i].column;
        }
    }
    return -2;
}

static void test_columns(void **state)
{
    (void)state;
    CSV_FIXTURE f = {0};
    csv_fixture_run(&f,
                    S("Dossier;Prénom;Nom;Du;Au;Météo;Montant\n1;Zoë;Martin;2027-01-01;2027-01-02;pluie;5\n"),
                    "EUR", NULL, 100);
    assert_int_equal(column_of(&f, "Dossier"), CSV_COLUMN_REFERENCE);
    assert_int_equal(column_of(&f, "Nom"), CSV_COLUMN_LAST_NAME);
    assert_int_equal(column_of(&f, "Montant"), CSV_COLUMN_TOTAL_AMOUNT);
    assert_int_equal(column_of(&f, "Météo"), -1);
    assert_string_equal(f.items[0].message.data.guest.first_name.p, "Zoë");
    assert_string_equal(f.items[0].message.data.guest.last_name.p, "Martin");

    CSV_FIXTURE g = {0};
    csv_fixture_run(&g, S("No,Who,In,Out\n7,Ana,2027-01-01,2027-01-02\n"), "EUR", NULL, 100);
    assert_null(g.analysis);
    assert_non_null(strstr(g.e.en, "none of these names is known"));

    CSV_FIXTURE h = {0};
    csv_fixture_run(&h, S("No,Guest,In,Out\n7,Ana,2027-01-01,2027-01-02\n"), "EUR", NULL, 100);
    assert_int_equal(h.analysis->question_count, 3);
    assert_true(str_eq(h.analysis->questions[0].name, S("column.reference")));
    assert_int_equal(h.analysis->questions[0].count, 3);
    assert_string_equal(h.analysis->questions[1].text.fr.p,
                        "Quelle colonne contient : arrivée ? Aucun intitulé ne le dit.");

    CSV_FIXTURE i = {0};
    csv_fixture_run(&i, S("No,Guest,In,Out\n7,Ana,2027-01-01,2027-01-02\n"), "EUR",
                    "column.reference=no\ncolumn.arrival=In\ncolumn.departure=OUT\ncolumn.guest=", 100);
    assert_int_equal(i.count, 1);
    assert_string_equal(i.items[0].message.data.reference.p, "7");
    assert_false(str_given(i.items[0].message.data.guest.first_name));
}

static void refused(struct str text, const char *answers, const char *pointer, const char *en, const char *fr)
{
    CSV_FIXTURE f = {0};
    csv_fixture_run(&f, text, "EUR", answers, 100);
    assert_null(f.analysis);
    assert_int_equal(f.e.code, ERR_INVALID);
    assert_string_equal(f.e.pointer, pointer);
    assert_non_null(strstr(f.e.en, en));
    assert_non_null(strstr(f.e.fr, fr));
}

static void test_errors(void **state)
{
    (void)state;
    static const struct str good = S_INIT(HEAD "1,2027-04-03,2027-04-05,1\n");
    refused(S(""), NULL, "", "empty", "vide");
    refused(S("\n\n"), NULL, "", "empty", "vide");
    refused(S("PK\x03\x04zip"), NULL, "", "an Excel or LibreOffice workbook", "un classeur Excel");
    refused(S("a\"\n\"ref,arrival\n"), NULL, "", "none of these names", "aucun de ces noms");
    refused(S("\"ref,arrival\n"), NULL, "", "never closed", "jamais fermé");
    refused(good, "dates=dym", "/dates", "dmy", "dmy");
    refused(good, "decimal=dot", "/decimal", "point or comma", "point ou comma");
    refused(good, "currency=EURO", "/currency", "ISO 4217", "ISO 4217");
    refused(good, "encoding=ebcdic", "/encoding", "utf-8", "utf-8");
    refused(good, "delimiter=;;", "/delimiter", "one character", "un caractère");
    refused(good, "colour=red", "/colour", "no setting", "pas un réglage");
    refused(good, "column.colour=red", "/column.colour", "no setting", "pas un réglage");
    refused(good, "column.guest=Gast", "/column.guest", "no column “Gast”", "pas de colonne « Gast »");
}

static void test_mapping(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct err e = {0};
    struct csv_answer *answers;
    size_t n;
    const struct json *good = json_parse(&a, S("{\"reference\":\"No\",\"totalAmount\":\"Sum\"}"), &e);
    assert_true(csv_answers_of_mapping(&a, good, &answers, &n, &e));
    assert_int_equal(n, 2);
    assert_true(str_eq(answers[1].name, S("column.totalAmount")) && str_eq(answers[1].value, S("Sum")));
    assert_true(csv_answers_of_mapping(&a, NULL, &answers, &n, &e));
    assert_int_equal(n, 0);
    assert_false(csv_answers_of_mapping(&a, json_parse(&a, S("[]"), &e), &answers, &n, &e));
    assert_false(csv_answers_of_mapping(&a, json_parse(&a, S("{\"reference\":1}"), &e), &answers, &n, &e));
    assert_string_equal(e.pointer, "/reference");
    assert_false(csv_answers_of_mapping(&a, json_parse(&a, S("{\"colour\":\"x\"}"), &e), &answers, &n, &e));
    assert_string_equal(e.pointer, "/colour");
}

/* Whatever the bytes are, both passes end. */
static void test_noise(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 2000; round++) {
        char bytes[300];
        static const char alphabet[] = "ref,arrival,departure\n\";;12/03.04-2027 EUR$\r\t\0\xC3\xA9\xFF|x";
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        if (round % 2 == 0) {
            memcpy(bytes, HEAD, sizeof HEAD - 1);
        }
        CSV_FIXTURE f = {0};
        csv_fixture_run(&f, (struct str){bytes, sizeof bytes}, "EUR",
                        "dates=dmy\ncurrency=EUR\ndecimal=point", 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date_orders),
        cmocka_unit_test(test_questions_quote_the_file),
        cmocka_unit_test(test_decimals_and_currency),
        cmocka_unit_test(test_encodings_and_delimiters),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_mapping),
        cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
