#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json.h"
#include "hub/import_report.h"

static struct arena a;
static struct import_report r;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 22);
    r = (struct import_report){.a = &a};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static void add(int64_t line, struct str pointer)
{
    struct import_problem p = {line, "error", pointer, TEXT("bad “x”", "mauvais « x »")};
    import_report_add(&r, &p);
}

static void test_json(void **state)
{
    (void)state;
    r.counts = (struct import_counts){1, 2, 3, 4, 5, 6, 7};
    add(9, S("/a~1b"));
    assert_string_equal(
        arena_cstr(&a, import_report_json(&a, &r)),
        "{\"rows\":0,\"counts\":{\"created\":1,\"changed\":2,\"unchanged\":3,\"notApplied\":4,\"skipped\":5,"
        "\"refused\":6,\"warnings\":7},\"problems\":[{\"line\":9,\"severity\":\"error\",\"pointer\":\"/a~1b\","
        "\"text\":{\"en\":\"bad “x”\",\"fr\":\"mauvais « x »\"}}],\"problemsLeftOut\":0}");
    struct csv_settings settings = {.hotel = currency_find(S("EUR"))};
    struct err e;
    r.analysis = csv_analyse(&a, &settings, S("ref,arrival,departure,Fax\nA,03/04/2027,05/04/2027,\n"), &e);
    assert_non_null(r.analysis);
    const struct json *v = json_parse(&a, import_report_json(&a, &r), &e);
    assert_non_null(v);
    assert_true(str_eq(json_get(v, S("rows"))->text, S("1")));
    assert_int_equal(json_get(v, S("layout"))->type, JSON_NULL);
    const struct json *columns = json_get(v, S("columns"));
    assert_int_equal(columns->count, 4);
    assert_true(str_eq(json_get(json_at(columns, 0), S("means"))->text, S("reference")));
    assert_int_equal(json_get(json_at(columns, 3), S("means"))->type, JSON_NULL);
    const struct json *question = json_at(json_get(v, S("questions")), 0);
    assert_true(str_eq(json_get(question, S("name"))->text, S("dates")));
    assert_int_equal(json_get(question, S("choices"))->count, 2);
}

/* What is read again gives the same report. */
static void test_read(void **state)
{
    (void)state;
    r.counts = (struct import_counts){1, 2, 3, 4, 5, 6, 7};
    for (int i = 0; i < IMPORT_PROBLEMS_MAX + 5; i++) {
        add(i, S("/x"));
    }
    assert_int_equal(r.left_out, 5);
    struct str json = import_report_json(&a, &r);
    struct import_report again = {.a = &a};
    import_report_read(&again, json);
    assert_string_equal(arena_cstr(&a, import_report_json(&a, &again)), arena_cstr(&a, json));
    import_report_read(&again, S("{}"));
    assert_true(again.counts.created == 0 && again.problem_count == 0 && again.left_out == 0);
    import_report_read(&again, S("no JSON"));
    assert_int_equal(again.problem_count, 0);
}

static void test_mark(void **state)
{
    (void)state;
    add(1, S(""));
    r.counts.created = 1;
    struct import_report_mark m = import_report_mark(&r);
    struct str before = import_report_json(&a, &r);
    add(2, S(""));
    r.counts.created = 2;
    r.left_out = 3;
    import_report_reset(&r, &m);
    assert_string_equal(arena_cstr(&a, import_report_json(&a, &r)), arena_cstr(&a, before));
}

static void check_line(struct import_counts n, const char *en, const char *fr)
{
    struct text t = import_report_line(&a, &n);
    assert_string_equal(arena_cstr(&a, t.en), en);
    assert_string_equal(arena_cstr(&a, t.fr), fr);
}

static void test_line(void **state)
{
    (void)state;
    check_line((struct import_counts){0}, "no reservation in the file", "aucune réservation dans le fichier");
    check_line((struct import_counts){.created = 1, .refused = 2}, "1 created, 2 refused",
               "1 créée, 2 refusées");
    check_line(
        (struct import_counts){.changed = 2, .unchanged = 1, .not_applied = 1, .skipped = 2, .warnings = 1},
        "2 changed, 1 unchanged, 1 older, not applied, 2 rows skipped, 1 warning",
        "2 modifiées, 1 inchangée, 1 plus ancienne, non appliquée, 2 lignes ignorées, 1 avertissement");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_json, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mark, setup, teardown),
        cmocka_unit_test_setup_teardown(test_line, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
