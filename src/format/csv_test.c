#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/charset.h"
#include "format/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows as text: "line:" and each cell in []; a refused row as "line!" and how it stood. */
static struct str read_all(struct arena *a, char delimiter, struct str in, size_t step)
{
    struct csv_reader r;
    csv_reader_init(&r, delimiter);
    struct buf out = buf_in(a);
    size_t at = 0;
    for (;;) {
        struct csv_row row;
        struct err e = {0};
        switch (csv_next(&r, &row, &e)) {
        case CSV_ROW:
            buf_fmt(&out, "%u:", (unsigned)row.line);
            for (size_t i = 0; i < row.count; i++) {
                buf_char(&out, '[');
                buf_add(&out, row.cells[i]);
                buf_char(&out, ']');
            }
            break;
        case CSV_BAD:
            assert_int_equal(e.code, ERR_INVALID);
            buf_fmt(&out, "%u!%.*s", (unsigned)row.line, STR_ARG(row.raw));
            break;
        case CSV_MORE: {
            size_t n = step < in.n - at ? step : in.n - at;
            if (n == 0) {
                csv_finish(&r);
                break;
            }
            char *piece = malloc(n); /* of exact size, for the sanitizer */
            memcpy(piece, in.p + at, n);
            csv_push(&r, (struct str){piece, n});
            free(piece);
            at += n;
            break;
        }
        case CSV_END:
            csv_reader_free(&r);
            return buf_str(&out);
        }
    }
}

static void check(char delimiter, struct str in, const char *want)
{
    for (size_t step = 1; step <= in.n + 1; step++) {
        ARENA_SCOPE a = {0};
        arena_init(&a, 1 << 20);
        struct str got = read_all(&a, delimiter, in, step);
        assert_true(str_eq(got, str_of(want)));
    }
}

static void test_rows(void **state)
{
    (void)state;
    check(',', S(""), "");
    check(',', S("a,b\nc,d\n"), "1:[a][b]2:[c][d]");
    check(',', S("a,b\r\nc,d"), "1:[a][b]2:[c][d]");
    check(',', S("a,b\rc,d\r"), "1:[a][b]2:[c][d]");
    check(';', S("a,b;\n;\n"), "1:[a,b][]2:[][]");
    check('\t', S("a\tb"), "1:[a][b]");
    check(',', S("a\n\n\r\n\rb\n"), "1:[a]5:[b]");
    check(',', S("a,"), "1:[a][]");
    check(',', S("\"\"\nx"), "1:[]2:[x]");
    check(',', S(" a , b "), "1:[ a ][ b ]");
}

static void test_quotes(void **state)
{
    (void)state;
    check(',', S("\"a,b\",\"c\"\"d\"\n"), "1:[a,b][c\"d]");
    check(',', S("\"a\nb\r\nc\rd\",x\ny\n"), "1:[a\nb\r\nc\rd][x]5:[y]");
    check(',', S("5\" x 3\",\"\"\"\"\r\n\"\"\"a\"\"\"\r\n"), "1:[5\" x 3\"][\"]2:[\"a\"]");
    check(',', S("\"a\""), "1:[a]");
    check(',', S("\"\"\"\"\"\",\"x\"\"\""), "1:[\"\"][x\"]");
}

static void test_bad_rows_do_not_take_others_with_them(void **state)
{
    (void)state;
    check(',', S("a,\"b\nc,d\ne,f"), "1!a,\"b2:[c][d]3:[e][f]");
    check(',', S("\"a\"b,c\r\nd"), "1!\"a\"b,c2:[d]");
    check(',', S("x\n\"a\nb\"c\nd\n"), "1:[x]2!\"a3:[b\"c]4:[d]");
    check(',', S("\""), "1!\"");
    check(',', S("\"a\" ,b\n\"c\"\n"), "1!\"a\" ,b2:[c]");
}

static void error_of(struct str in, const char *en, const char *fr)
{
    struct csv_reader r;
    csv_reader_init(&r, ',');
    csv_push(&r, in);
    csv_finish(&r);
    struct csv_row row;
    struct err e = {0};
    enum csv_next next;
    while ((next = csv_next(&r, &row, &e)) == CSV_ROW) {
    }
    assert_int_equal(next, CSV_BAD);
    assert_non_null(strstr(e.en, en));
    assert_non_null(strstr(e.fr, fr));
    assert_int_equal(row.count, 0);
    csv_reader_free(&r);
}

static void test_errors_name_the_place(void **state)
{
    (void)state;
    error_of(S("a,b\n\"x\ny\",\"z\n"), "Line 3, column 2", "Ligne 3, colonne 2");
    error_of(S("a\nb,\"c\"d"), "Line 2, column 2", "Ligne 2, colonne 2");
}

static void test_too_many_columns(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, SIZE_MAX);
    struct buf wide = buf_in(&a);
    for (int i = 1; i < LIMIT_CSV_COLUMNS; i++) {
        buf_char(&wide, ',');
    }
    buf_char(&wide, '\n');
    struct csv_reader r;
    struct csv_row row;
    csv_reader_init(&r, ',');
    csv_push(&r, buf_str(&wide));
    csv_push(&r, S(","));
    csv_push(&r, buf_str(&wide));
    csv_push(&r, S("x\n"));
    csv_finish(&r);
    struct err e = {0};
    assert_int_equal(csv_next(&r, &row, &e), CSV_ROW);
    assert_int_equal(row.count, LIMIT_CSV_COLUMNS);
    assert_int_equal(csv_next(&r, &row, &e), CSV_BAD);
    assert_non_null(strstr(e.en, "301 columns"));
    assert_int_equal(row.raw.n, LIMIT_CSV_COLUMNS);
    assert_int_equal(csv_next(&r, &row, &e), CSV_ROW);
    assert_int_equal(row.line, 3);
    assert_int_equal(csv_next(&r, &row, &e), CSV_END);
    csv_reader_free(&r);
}

static enum csv_next pull(struct csv_reader *r, struct csv_row *row, struct str in, size_t *at, size_t step)
{
    struct err e = {0};
    enum csv_next next;
    while ((next = csv_next(r, row, &e)) == CSV_MORE) {
        struct str piece = str_sub(in, *at, step);
        csv_push(r, piece);
        *at += piece.n;
        if (*at == in.n) {
            csv_finish(r);
        }
    }
    return next;
}

/* A first row of n bytes that begins with `first`, then the row "end"; read in pieces of `step`. */
static void long_row(size_t n, struct str first, size_t step, enum csv_next want)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, SIZE_MAX);
    char *p = arena_alloc(&a, n + 5);
    memset(p, 'x', n);
    memcpy(p, first.p, first.n);
    memcpy(p + n, "\nend\n", 5);
    struct csv_reader r;
    csv_reader_init(&r, ',');
    struct csv_row row;
    size_t at = 0;
    assert_int_equal(pull(&r, &row, (struct str){p, n + 5}, &at, step), want);
    assert_int_equal(row.line, 1);
    assert_int_equal(row.raw.n, n < LIMIT_CSV_ROW ? n : LIMIT_CSV_ROW);
    assert_int_equal(pull(&r, &row, (struct str){p, n + 5}, &at, step), CSV_ROW);
    assert_int_equal(row.line, 2);
    assert_true(str_eq(row.cells[0], S("end")));
    assert_int_equal(pull(&r, &row, (struct str){p, n + 5}, &at, step), CSV_END);
    assert_true(r.room <= 2 * (LIMIT_CSV_ROW + step));
    csv_reader_free(&r);
}

static void test_long_rows(void **state)
{
    (void)state;
    static const size_t steps[] = {1000, 65536, 5u << 20};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        long_row(LIMIT_CSV_ROW, S("x"), steps[i], CSV_ROW);
        long_row(LIMIT_CSV_ROW + 1, S("x"), steps[i], CSV_BAD);
        long_row(3 * LIMIT_CSV_ROW, S("x"), steps[i], CSV_BAD);
        long_row(3 * LIMIT_CSV_ROW, S("a,\"x"), steps[i], CSV_BAD);
        long_row(LIMIT_CSV_ROW, S("\"x"), steps[i], CSV_BAD);
    }
}

static void test_text_check(void **state)
{
    (void)state;
    static const struct {
        struct str line;
        size_t column;
    } cases[] = {
        {S_INIT("plain,row of some length,x"), 0},
        {S_INIT("Zo\xC3\xAB,\"\xE6\x9D\x8E \x01\x7F\",0123456789"), 0},
        {S_INIT("aaaaaaaaaaaaaaaa,b\0c"), 2},
        {S_INIT("a\0bbbbbbbbbbbbbbbbbbbbb,b"), 1},
        {S_INIT("x,y,caf\xE9"), 3},
        {S_INIT("x,\"\"\"\xFF\""), 2},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct csv_reader r;
        csv_reader_init(&r, ',');
        csv_push(&r, cases[i].line);
        csv_finish(&r);
        struct csv_row row;
        size_t column = 0;
        assert_int_equal(csv_next(&r, &row, NULL), CSV_ROW);
        assert_int_equal(csv_row_is_text(&row, &column), cases[i].column == 0);
        assert_int_equal(column, cases[i].column);
        csv_reader_free(&r);
    }
}

static void test_delimiter(void **state)
{
    (void)state;
    bool sep = true;
    assert_int_equal(csv_detect_delimiter(S(""), true, &sep), ',');
    assert_false(sep);
    assert_int_equal(csv_detect_delimiter(S("one\ntwo\n"), true, NULL), ',');
    assert_int_equal(csv_detect_delimiter(S("a;b;c\n1,5;2,5;3,5\n"), true, NULL), ';');
    assert_int_equal(csv_detect_delimiter(S("a;b\n\"x, y\";\"1,2,3\"\n"), true, NULL), ';');
    assert_int_equal(csv_detect_delimiter(S("a,b,c\n\"1;2;3\",x;y,z\n"), true, NULL), ',');
    assert_int_equal(csv_detect_delimiter(S("a\tb, c\n1\t2, 3\n1\t2\n"), true, NULL), '\t');
    assert_int_equal(csv_detect_delimiter(S("a|b|c\n1|2|3"), true, NULL), '|');
    assert_int_equal(csv_detect_delimiter(S("a;b\n1;2\n3,4,5,6"), false, NULL), ';');
    assert_int_equal(csv_detect_delimiter(S("sep=|\r\na,b,c\r\n1,2,3"), true, &sep), '|');
    assert_true(sep);
    assert_int_equal(csv_detect_delimiter(S("\"sep=;\"\na;b"), true, &sep), ';');
    assert_true(sep);
}

static void test_writer(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct buf b = buf_in(&a);
    struct csv_out o = csv_out(&b, ';', false);
    static const struct str cells[] = {S_INIT("a"),     S_INIT("b;c"), S_INIT("say \"hi\""), S_INIT("x\ny"),
                                       S_INIT(" lead"), S_INIT(""),    S_INIT("=1+1"),       S_INIT("a,b")};
    for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
        csv_cell(&o, cells[i]);
    }
    csv_end_row(&o);
    csv_cell(&o, S(""));
    csv_end_row(&o);
    csv_cell(&o, (struct str){0});
    csv_cell(&o, S("z"));
    csv_end_row(&o);
    assert_string_equal(buf_str(&b).p, "a;\"b;c\";\"say \"\"hi\"\"\";\"x\ny\";\" lead\";;=1+1;a,b\r\n"
                                       "\"\"\r\n;z\r\n");
    assert_string_equal(read_all(&a, ';', buf_str(&b), 7).p,
                        "1:[a][b;c][say \"hi\"][x\ny][ lead][][=1+1][a,b]3:[]4:[][z]");
}

static void test_neutral(void **state)
{
    (void)state;
    static const struct {
        struct str cell;
        const char *written;
    } cases[] = {
        {S_INIT("=HYPERLINK(1)"), "'=HYPERLINK(1)"},
        {S_INIT("+33 6 12"), "'+33 6 12"},
        {S_INIT("@SUM(A1)"), "'@SUM(A1)"},
        {S_INIT("-2+3"), "'-2+3"},
        {S_INIT("\tx"), "'\tx"},
        {S_INIT("\rx"), "\"'\rx\""},
        {S_INIT("＝1"), "'＝1"},
        {S_INIT("＠a"), "'＠a"},
        {S_INIT("-12.50"), "-12.50"},
        {S_INIT("-7"), "-7"},
        {S_INIT("-"), "'-"},
        {S_INIT("-1.2.3"), "'-1.2.3"},
        {S_INIT("a=b"), "a=b"},
        {S_INIT("O'Neil"), "O'Neil"},
        {S_INIT("'quoted'"), "'quoted'"},
        {S_INIT("'=x"), "''=x"},
        {S_INIT("'-12.50"), "''-12.50"},
        {S_INIT("''+"), "'''+"},
        {S_INIT(""), "\"\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        ARENA_SCOPE a = {0};
        arena_init(&a, 1 << 20);
        struct buf b = buf_in(&a);
        struct csv_out o = csv_out(&b, ',', true);
        csv_cell(&o, cases[i].cell);
        csv_end_row(&o);
        struct str line = buf_str(&b);
        assert_true(str_eq(str_sub(line, 0, line.n - 2), str_of(cases[i].written)));
        struct csv_reader r;
        csv_reader_init(&r, ',');
        csv_push(&r, line);
        csv_finish(&r);
        struct csv_row row;
        assert_int_equal(csv_next(&r, &row, NULL), CSV_ROW);
        assert_true(str_eq(csv_undo_neutral(row.cells[0]), cases[i].cell));
        csv_reader_free(&r);
    }
}

/* Counted with Python's csv module (decoded by its own codecs): rows that are not empty, cells of the usual
 * kind of row, how many rows have as many, and UTF-8 bytes in all cells. */
static const struct {
    const char *path;
    enum charset charset;
    char delimiter;
    size_t rows, columns, even;
    uint64_t cell_bytes;
} suite[] = {
    {"adaltas+node-csv/packages/csv-parse/samples/fs_read.csv", CHARSET_UTF8, ';', 3, 2, 3, 18},
    {"adaltas+node-csv/demo/issues-cjs/lib/265.tubs.csv", CHARSET_UTF8, ',', 136, 11, 136, 84288},
    {"adaltas+node-csv/demo/issues-cjs/lib/303.csv", CHARSET_UTF8, ',', 25001, 3, 25001, 558327},
    {"adaltas+node-csv/demo/issues-cjs/lib/327.cws.buf.csv", CHARSET_UTF8, ',', 2, 2, 2, 38},
    {"adaltas+node-csv/demo/issues-cjs/lib/327.cws.csv", CHARSET_WINDOWS_1252, ',', 2, 2, 2, 38},
    {"adaltas+node-csv/demo/issues-cjs/lib/327.stringifier.csv", CHARSET_WINDOWS_1252, ',', 2, 2, 2, 38},
    {"adaltas+node-csv/demo/issues-cjs/lib/399.csv", CHARSET_UTF8, ',', 2, 1, 2, 5},
    {"adaltas+node-csv/demo/issues-esm/lib/365-utf16le-bom-windows.csv", CHARSET_UTF16LE, ',', 2, 3, 2, 6},
    {"adaltas+node-csv/demo/issues-esm/lib/365-utf8-bom-windows.csv", CHARSET_UTF8, ',', 2, 3, 2, 6},
    {"adaltas+node-csv/demo/issues-esm/lib/411.csv", CHARSET_UTF8, ',', 4, 5, 3, 169},
    {"adaltas+node-csv/demo/issues-esm/lib/415.csv", CHARSET_UTF8, '\t', 302, 19, 269, 25934},
    {"mholt+PapaParse/tests/long-sample.csv", CHARSET_UTF8, ',', 8, 7, 8, 1154},
    {"mholt+PapaParse/tests/sample-header.csv", CHARSET_UTF8, ',', 3, 2, 3, 46},
    {"mholt+PapaParse/tests/sample.csv", CHARSET_UTF8, ',', 2, 3, 2, 6},
    {"mholt+PapaParse/tests/utf-8-bom-sample.csv", CHARSET_UTF8, ',', 2, 3, 2, 6},
    {"mholt+PapaParse/tests/verylong-sample.csv", CHARSET_UTF8, ',', 2001, 3, 1997, 64939},
    {"tidyverse+readr/inst/extdata/challenge.csv", CHARSET_UTF8, ',', 2001, 2, 2001, 34039},
    {"tidyverse+readr/inst/extdata/chickens.csv", CHARSET_UTF8, ',', 6, 4, 6, 302},
    {"tidyverse+readr/inst/extdata/epa78.txt", CHARSET_UTF8, ',', 20, 1, 20, 2160},
    {"tidyverse+readr/inst/extdata/example.log", CHARSET_UTF8, ',', 2, 1, 2, 206},
    {"tidyverse+readr/inst/extdata/massey-rating.txt", CHARSET_UTF8, ',', 11, 1, 11, 747},
    {"tidyverse+readr/inst/extdata/mini-gapminder-africa.csv", CHARSET_UTF8, ',', 7, 5, 7, 240},
    {"tidyverse+readr/inst/extdata/mini-gapminder-americas.csv", CHARSET_UTF8, ',', 7, 5, 7, 242},
    {"tidyverse+readr/inst/extdata/mini-gapminder-asia.csv", CHARSET_UTF8, ',', 7, 5, 7, 251},
    {"tidyverse+readr/inst/extdata/mini-gapminder-europe.csv", CHARSET_UTF8, ',', 7, 5, 7, 244},
    {"tidyverse+readr/inst/extdata/mini-gapminder-oceania.csv", CHARSET_UTF8, ',', 3, 5, 3, 104},
    {"tidyverse+readr/inst/extdata/mtcars.csv", CHARSET_UTF8, ',', 33, 11, 33, 918},
    {"tidyverse+readr/inst/extdata/whitespace-sample.txt", CHARSET_UTF8, ',', 4, 1, 4, 103},
    {"tidyverse+readr/tests/testthat/fixtures/basic-df-singlequote.csv", CHARSET_UTF8, ',', 11, 4, 11, 260},
    {"tidyverse+readr/tests/testthat/fixtures/basic-df.csv", CHARSET_UTF8, ',', 11, 4, 11, 242},
    {"tidyverse+readr/tests/testthat/fixtures/enc-iso-8859-1.txt", CHARSET_WINDOWS_1252, ',', 2, 1, 2, 16},
    {"tidyverse+readr/tests/testthat/fixtures/eol-cr.csv", CHARSET_UTF8, ',', 4, 2, 4, 8},
    {"tidyverse+readr/tests/testthat/fixtures/eol-cr.txt", CHARSET_UTF8, ',', 4, 1, 4, 12},
    {"tidyverse+readr/tests/testthat/fixtures/eol-crlf.csv", CHARSET_UTF8, ',', 4, 2, 4, 8},
    {"tidyverse+readr/tests/testthat/fixtures/eol-crlf.txt", CHARSET_UTF8, ',', 4, 1, 4, 12},
    {"tidyverse+readr/tests/testthat/fixtures/eol-lf.csv", CHARSET_UTF8, ',', 4, 2, 4, 8},
    {"tidyverse+readr/tests/testthat/fixtures/eol-lf.txt", CHARSET_UTF8, ',', 4, 1, 4, 12},
    {"tidyverse+readr/tests/testthat/fixtures/raw.csv", CHARSET_UTF8, ',', 2, 2, 2, 13},
    {"tidyverse+readr/tests/testthat/fixtures/sample_text.txt", CHARSET_UTF8, ',', 2, 1, 2, 6},
    {"tidyverse+readr/tests/testthat/fixtures/test_list_col_name.csv", CHARSET_UTF8, ',', 5, 2, 5, 3414},
};

static void check_suite_file(const char *folder, size_t i)
{
    char path[512];
    snprintf(path, sizeof path, "%s/data/csv-suites/%s", folder, suite[i].path);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    ARENA_SCOPE a = {0};
    arena_init(&a, SIZE_MAX);
    struct charset_decoder d;
    charset_decoder_init(&d, CHARSET_AUTO);
    struct csv_reader r = {0};
    size_t rows = 0, even = 0;
    uint64_t bytes = 0;
    for (bool first = true, more = true; more; first = false) {
        char piece[4096];
        size_t n = fread(piece, 1, sizeof piece, f);
        more = n > 0;
        struct str text = more ? charset_decode(&d, &a, (struct str){piece, n}) : charset_decode_end(&d, &a);
        if (first) {
            char found = csv_detect_delimiter(text, n < sizeof piece, NULL);
            bool has_preamble = strstr(suite[i].path, "415.csv") != NULL; /* comments before its header */
            assert_true(has_preamble || found == suite[i].delimiter);
            csv_reader_init(&r, suite[i].delimiter);
        }
        csv_push(&r, text);
        if (!more) {
            csv_finish(&r);
        }
        struct csv_row row;
        enum csv_next next;
        struct err e = {0};
        while ((next = csv_next(&r, &row, &e)) == CSV_ROW) {
            rows++;
            even += row.count == suite[i].columns;
            for (size_t c = 0; c < row.count; c++) {
                bytes += row.cells[c].n;
            }
        }
        assert_string_equal(e.en, "");
        assert_int_equal(next, more ? CSV_MORE : CSV_END);
        arena_reset(&a);
    }
    fclose(f);
    csv_reader_free(&r);
    assert_int_equal(d.charset, suite[i].charset);
    assert_int_equal(rows, suite[i].rows);
    assert_int_equal(even, suite[i].even);
    assert_int_equal(bytes, suite[i].cell_bytes);
}

static void test_suites(void **state)
{
    (void)state;
    const char *folder = getenv("SELFKEY_SHARED");
    char probe[512];
    snprintf(probe, sizeof probe, "%s/data/csv-suites/%s", folder ? folder : "", suite[0].path);
    FILE *f = folder ? fopen(probe, "rb") : NULL;
    if (f == NULL) {
        print_message("skipped: the CSV suites are not here (SELFKEY_SHARED)\n");
        skip();
    }
    fclose(f);
    for (size_t i = 0; i < ARRAY_LEN(suite); i++) {
        check_suite_file(folder, i);
    }
    print_message("%zu files; compressed and fixed-width ones are not tables as text\n", ARRAY_LEN(suite));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_bad_rows_do_not_take_others_with_them),
        cmocka_unit_test(test_errors_name_the_place),
        cmocka_unit_test(test_too_many_columns),
        cmocka_unit_test(test_long_rows),
        cmocka_unit_test(test_text_check),
        cmocka_unit_test(test_delimiter),
        cmocka_unit_test(test_writer),
        cmocka_unit_test(test_neutral),
        cmocka_unit_test(test_suites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
