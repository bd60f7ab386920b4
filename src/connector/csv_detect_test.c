#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_testing.h"

#include <string.h>

#define HEAD "ref,arrival,departure,total\n"

static void test_encodings_and_delimiters(void **state)
{
    (void)state;
    csv_testing_found(S("ref;arriv\xE9"
                        "e;d\xE9part;nom\n1;2027-01-01;2027-01-02;Zo\xEB\n"),
                      "EUR", NULL, "encoding", "windows-1252");
    csv_testing_found(S("ref\tarrival\tdeparture\n1\t2027-01-01\t2027-01-02\n"), "EUR", NULL, "delimiter",
                      "tab");
    csv_testing_found(S("sep=;\r\nref;arrival;departure\r\n1;2027-01-01;2027-01-02\r\n"), "EUR", NULL,
                      "delimiter", ";");
    csv_testing_found(S("ref^arrival^departure\n1^2027-01-01^2027-01-02\n"), "EUR", "delimiter=^",
                      "delimiter", "^");
    static const char utf16[] = "\xFF\xFEr\0e\0f\0,\0f\0r\0o\0m\0,\0t\0o\0\n\0";
    CSV_TESTING f = {0};
    csv_testing_run(&f, (struct str){utf16, sizeof utf16 - 1}, "EUR", NULL, 5);
    assert_string_equal(csv_testing_finding(&f, "encoding")->value.p, "utf-16le");
    assert_int_equal(f.analysis->rows, 0);
    assert_int_equal(f.analysis->question_count, 0);
}

static int column_of(const struct csv_testing *f, const char *name)
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
    CSV_TESTING f = {0};
    csv_testing_run(&f,
                    S("Dossier;Prénom;Nom;Du;Au;Météo;Montant\n1;Zoë;Martin;2027-01-01;2027-01-02;pluie;5\n"),
                    "EUR", NULL, 100);
    assert_int_equal(column_of(&f, "Dossier"), CSV_COLUMN_REFERENCE);
    assert_int_equal(column_of(&f, "Nom"), CSV_COLUMN_LAST_NAME);
    assert_int_equal(column_of(&f, "Montant"), CSV_COLUMN_TOTAL_AMOUNT);
    assert_int_equal(column_of(&f, "Météo"), -1);
    assert_string_equal(f.items[0].message.data.guest.first_name.p, "Zoë");
    assert_string_equal(f.items[0].message.data.guest.last_name.p, "Martin");

    CSV_TESTING g = {0};
    csv_testing_run(&g, S("No,Who,In,Out\n7,Ana,2027-01-01,2027-01-02\n"), "EUR", NULL, 100);
    assert_null(g.analysis);
    assert_non_null(strstr(g.e.en, "none of these names is known"));

    CSV_TESTING h = {0};
    csv_testing_run(&h, S("No,Guest,In,Out\n7,Ana,2027-01-01,2027-01-02\n"), "EUR", NULL, 100);
    assert_int_equal(h.analysis->question_count, 3);
    assert_true(str_eq(h.analysis->questions[0].name, S("column.reference")));
    assert_int_equal(h.analysis->questions[0].count, 3);
    assert_string_equal(h.analysis->questions[1].text.fr.p,
                        "Quelle colonne contient : arrivée ? Aucun intitulé ne le dit.");

    CSV_TESTING i = {0};
    csv_testing_run(&i, S("No,Guest,In,Out\n7,Ana,2027-01-01,2027-01-02\n"), "EUR",
                    "column.reference=no\ncolumn.arrival=In\ncolumn.departure=OUT\ncolumn.guest=", 100);
    assert_int_equal(i.count, 1);
    assert_string_equal(i.items[0].message.data.reference.p, "7");
    assert_false(str_given(i.items[0].message.data.guest.first_name));
}

static void refused(struct str text, const char *answers, const char *pointer, const char *en, const char *fr)
{
    CSV_TESTING f = {0};
    csv_testing_run(&f, text, "EUR", answers, 100);
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
    /* A question would have nothing to choose from. */
    refused(S("ref,guest,arrival\n1,Ana,2027-04-03\n"), NULL, "/column.departure",
            "No column is the departure, ", "Aucune colonne ne contient : départ, ");
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
        CSV_TESTING f = {0};
        csv_testing_run(&f, (struct str){bytes, sizeof bytes}, "EUR",
                        "dates=dmy\ncurrency=EUR\ndecimal=point", 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encodings_and_delimiters),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_mapping),
        cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
