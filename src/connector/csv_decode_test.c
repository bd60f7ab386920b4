#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_testing.h"

#include <string.h>

#define HEAD "ref;guest;arrival;departure;status;adults;rooms;total;commission\n"

static const struct bad_cell {
    struct str row;
    const char *pointer, *en, *fr; /* NULL: nothing is wrong with it */
} bad_cells[] = {
    {S_INIT(";Ana;2027-01-01;2027-01-02"), "/ref", "Line 3, column 1 “ref”: the reference is missing.",
     "Ligne 3, colonne 1 « ref » : la référence manque."},
    {S_INIT("4.00E+09;Ana;2027-01-01;2027-01-02"), "/ref", "“4.00E+09” is what a spreadsheet made",
     "« 4.00E+09 » est ce qu'un tableur a fait"},
    {S_INIT("1;Ana;soon;2027-01-02"), "/arrival", "Line 3, column 3 “arrival”: “soon” is not a date.",
     "Ligne 3, colonne 3 « arrival » : « soon » n'est pas une date."},
    {S_INIT("1;Ana;30/02/2027;2027-03-02"), "/arrival", "“30/02/2027” is a day that does not exist",
     "« 30/02/2027 » est un jour qui n'existe pas"},
    {S_INIT("1;Ana;07/14/2027;2027-08-02"), "/arrival", "“07/14/2027” is no day as day/month/year",
     "n'est pas un jour en jour/mois/année"},
    {S_INIT("1;Ana;2027-01-02;2027-01-02"), "/departure",
     "the departure “2027-01-02” is not after the arrival “2027-01-02”", "n'est pas après l'arrivée"},
    {S_INIT("1;Ana;2027-01-02;2037-01-02"), "/departure", "a stay of 3653 nights", "un séjour de 3653 nuits"},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;perhaps"), "/status", "“perhaps” is no status",
     "« perhaps » n'est pas un statut"},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;;two"), "/adults", "“two” is no whole number",
     "« two » n'est pas un nombre entier"},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;;1;401"), "/rooms", "“401” is no whole number from 0 to 400",
     "de 0 à 400"},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;;1;1;free"), "/total", "“free” is not an amount",
     "« free » n'est pas un montant"},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;;1;1;5 XXX"), "/total", "“XXX” is no currency",
     "« XXX » n'est pas une devise"},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;;1;1;-5"), "/total", "below zero", "négatif"},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;;1;1;5.005"), "/total", "finer than EUR allows (2 decimal places)",
     "plus fin que la devise EUR"},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;;1;1;5 JPY"), NULL, NULL, NULL},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;;1;1;5.5 JPY"), "/total", "finer than JPY allows (0 decimal places)",
     "JPY"},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;;1;1;5,5"), "/total", "no amount with a decimal point",
     "n'est pas un montant à point décimal"},
    {S_INIT("1;A\x01na;2027-01-01;2027-01-02"), "/guest", "control character", "caractère de contrôle"},
    {S_INIT("1;Zo\xC3\xAB \xFF;2027-01-01;2027-01-02"), "/guest", "bytes that are no text", "pas du texte"},
    {S_INIT("1;A\0na;2027-01-01;2027-01-02"), "/guest", "bytes that are no text", "octet nul"},
    {S_INIT("1;Ana;2027-01-01;2027-01-02;;1;1;5;;x"), "",
     "Line 3: the row has 10 cells, but the header has 9", "Ligne 3 : la ligne a 10 cellules"},
    {S_INIT("1;\"Ana\"x;2027-01-01;2027-01-02"), "", "Line 3, column 2: the cell goes on",
     "Ligne 3, colonne 2"},
};

/* The row stands in line 3, between two good ones. */
static void check_bad_cell(const struct bad_cell *x)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct buf b = buf_in(&a);
    buf_add(&b, S(HEAD "0;Zoë;2027-01-01;2027-01-02;ok;1;1;5.50\n"));
    buf_add(&b, x->row);
    buf_add(&b, S("\n9;Eve;14/07/2027;15/07/2027;ok;1;1;5.50\n"));
    CSV_TESTING f = {0};
    csv_testing_run(&f, buf_str(&b), "EUR", "dates=dmy\ndecimal=point", 1000);
    assert_non_null(f.analysis);
    assert_int_equal(f.count, 3);
    assert_int_equal(f.items[0].kind, CSV_MESSAGE);
    assert_int_equal(f.items[2].kind, CSV_MESSAGE);
    if (x->en == NULL) {
        assert_int_equal(f.items[1].kind, CSV_MESSAGE);
        return;
    }
    const struct csv_decoded *bad = &f.items[1];
    assert_int_equal(bad->kind, CSV_REFUSED);
    assert_int_equal(bad->line, 3);
    assert_int_equal(bad->error_count, 1);
    assert_string_equal(bad->errors[0].pointer, x->pointer);
    assert_non_null(strstr(bad->errors[0].en, x->en));
    assert_non_null(strstr(bad->errors[0].fr, x->fr));
    assert_int_equal(bad->raw_count, 1);
    assert_true(str_eq(bad->raw[0], x->row));
}

static void test_bad_cells_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad_cells); i++) {
        check_bad_cell(&bad_cells[i]);
    }
}

static void test_all_problems_of_a_row(void **state)
{
    (void)state;
    CSV_TESTING f = {0};
    csv_testing_run(&f, S(HEAD ";Ana;x;y;perhaps;two;1;free;6.50\n"), "EUR", NULL, 1000);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.items[0].error_count, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_cells_are_named),
        cmocka_unit_test(test_all_problems_of_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
