#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/jsonpath.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct arena a;
    struct err e;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->a, LIMIT_ARENA);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->a);
    free(f);
    return 0;
}

static const struct json *parse(struct fixture *f, struct str text)
{
    const struct json *v = json_parse(&f->a, text, &f->e);
    if (v == NULL) {
        fail_msg("%.*s: %s", STR_ARG(text), f->e.en);
    }
    return v;
}

/* --- the compliance suite --- */

static bool read_file(struct arena *a, const char *path, struct str *out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    struct buf b = buf_in(a);
    char chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;) {
        buf_add(&b, (struct str){chunk, n});
    }
    fclose(file);
    *out = buf_str(&b);
    return true;
}

/* Our JSON refuses U+0000, which two selectors of the suite contain: they travel as U+E0FF. */
static void hide_nul(struct str bytes)
{
    static const struct str nul = S_INIT("\\u0000");
    for (size_t at; (at = str_find(bytes, nul)) != SIZE_MAX; bytes = str_sub(bytes, at + 1, bytes.n)) {
        memcpy((char *)bytes.p + at, "\\uE0FF", nul.n);
    }
}

static struct str show_nul(struct arena *a, struct str s)
{
    size_t at = str_find(s, S("\xee\x83\xbf"));
    if (at == SIZE_MAX) {
        return s;
    }
    struct buf b = buf_in(a);
    buf_add(&b, str_sub(s, 0, at));
    buf_char(&b, '\0');
    buf_add(&b, str_sub(s, at + 3, s.n));
    return buf_str(&b);
}

static void put_name(struct buf *b, struct str name)
{
    static const char values[] = "'\\\b\f\n\r\t", names[] = "'\\bfnrt";
    buf_add(b, S("['"));
    for (size_t i = 0; i < name.n; i++) {
        const char *known = strchr(values, name.p[i]);
        if (known != NULL) {
            buf_fmt(b, "\\%c", names[known - values]);
        } else {
            buf_char(b, name.p[i]);
        }
    }
    buf_add(b, S("']"));
}

/* The normalized path (RFC 9535 section 2.7) of one value, found by its address. */
static bool path_of(const struct json *v, const struct json *wanted, struct buf *b)
{
    size_t index = 0, length = b->n;
    if (v == wanted) {
        return true;
    }
    for (const struct json *m = v->first; m != NULL; m = m->next, index++) {
        if (v->type == JSON_OBJECT) {
            put_name(b, m->key);
        } else {
            buf_fmt(b, "[%zu]", index);
        }
        if (path_of(m, wanted, b)) {
            return true;
        }
        b->n = length;
    }
    return false;
}

static bool as_wanted(struct fixture *f, const struct json *document, const struct jsonpath_nodes *got,
                      const struct json *values, const struct json *paths)
{
    if (got->count != values->count) {
        return false;
    }
    for (size_t i = 0; i < got->count; i++) {
        struct buf b = buf_in(&f->a);
        buf_char(&b, '$');
        if (!jsonpath_equal(got->items[i], json_at(values, i)) || !path_of(document, got->items[i], &b) ||
            !str_eq(buf_str(&b), json_at(paths, i)->text)) {
            return false;
        }
    }
    return true;
}

static bool one_of_the_orders(struct fixture *f, const struct json *c, const struct jsonpath_nodes *got)
{
    const struct json *document = json_get(c, S("document"));
    if (json_get(c, S("result")) != NULL) {
        return as_wanted(f, document, got, json_get(c, S("result")), json_get(c, S("result_paths")));
    }
    const struct json *values = json_get(c, S("results")), *paths = json_get(c, S("results_paths"));
    for (size_t i = 0; i < values->count; i++) {
        if (as_wanted(f, document, got, json_at(values, i), json_at(paths, i))) {
            return true;
        }
    }
    return false;
}

struct tally {
    size_t valid, invalid, match, search, failures;
};

static void run_case(struct fixture *f, const struct json *c, struct tally *tally)
{
    struct str selector = show_nul(&f->a, json_get(c, S("selector"))->text);
    const struct jsonpath *p = jsonpath_compile(&f->a, selector, &f->e);
    bool regular = p == NULL && strstr(f->e.en, "regular expressions are not accepted") != NULL;
    bool ok = true;
    if (json_get(c, S("invalid_selector")) != NULL) {
        tally->invalid++;
        ok = p == NULL;
    } else if (str_find(selector, S("match(")) != SIZE_MAX) {
        tally->match++;
        ok = regular;
    } else if (str_find(selector, S("search(")) != SIZE_MAX) {
        tally->search++;
        ok = regular;
    } else {
        size_t steps = JSONPATH_STEPS;
        struct jsonpath_nodes got = {NULL, 0};
        tally->valid++;
        ok = p != NULL && jsonpath_run(p, &f->a, json_get(c, S("document")), NULL, &steps, &got, &f->e) &&
             one_of_the_orders(f, c, &got);
    }
    if (!ok) {
        tally->failures++;
        print_error("%.*s: %.*s %s\n", STR_ARG(json_get(c, S("name"))->text), STR_ARG(selector),
                    p == NULL ? f->e.en : "");
    }
}

static void suite(void **state)
{
    struct fixture *f = *state;
    const char *shared = getenv("SELFKEY_SHARED");
    struct str path = arena_fmt(&f->a, "%s/data/jsonpath/cts.json", shared != NULL ? shared : "");
    struct str bytes;
    if (!read_file(&f->a, path.p, &bytes)) {
        print_message("skipped: the JSONPath compliance suite is not there (SELFKEY_SHARED)\n");
        skip();
    }
    hide_nul(bytes);
    struct tally tally = {0};
    for (const struct json *c = json_get(parse(f, bytes), S("tests"))->first; c != NULL; c = c->next) {
        run_case(f, c, &tally);
    }
    print_message("JSONPath suite: %zu selectors run, %zu invalid ones refused, not available: match %zu, "
                  "search %zu; %zu wrong\n",
                  tally.valid, tally.invalid, tally.match, tally.search, tally.failures);
    assert_int_equal(tally.failures, 0);
    assert_int_equal(tally.valid, 406);
    assert_int_equal(tally.invalid, 247);
    assert_int_equal(tally.match, 21);
    assert_int_equal(tally.search, 29);
}

/* --- what the suite does not say --- */

static void numbers_of_any_size(void **state)
{
    (void)state;
    static const struct {
        const char *x, *y;
        int order;
    } cases[] = {
        {"1", "1.0", 0},
        {"100", "1e2", 0},
        {"0.1", "1E-1", 0},
        {"0", "-0.0e7", 0},
        {"0", "1", -1},
        {"-1", "0", -1},
        {"-2", "-1", -1},
        {"9", "10", -1},
        {"0.05", "0.5", -1},
        {"1098765432109876543", "1098765432109876542", 1},
        {"1098765432109876543210", "1098765432109876543210.0001", -1},
        {"1e400", "9e399", 1},
        {"1e99999999999999999999", "1e5", 1},
        {"1e-99999999999999999999", "1e-5", -1},
        {"123.4500", "1.2345e+2", 0},
        {"0.000123", "123e-6", 0},
        {"12.3", "1.24e1", -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int got = jsonpath_number_cmp(str_of(cases[i].x), str_of(cases[i].y));
        int back = jsonpath_number_cmp(str_of(cases[i].y), str_of(cases[i].x));
        if ((got > 0) - (got < 0) != cases[i].order || (back > 0) - (back < 0) != -cases[i].order) {
            fail_msg("%s and %s: %d, %d", cases[i].x, cases[i].y, got, back);
        }
    }
}

static void part_of_another_language(void **state)
{
    struct fixture *f = *state;
    const struct json *root = parse(f, S("{\"a\":[1,2]}")), *item = parse(f, S("{\"b\":7}"));
    struct str source = S("x @.b | text");
    size_t at = 2, steps = 1000;
    struct jsonpath_nodes got;
    const struct jsonpath *p = jsonpath_compile_part(&f->a, source, &at, true, &f->e);
    assert_non_null(p);
    assert_int_equal(at, 5);
    assert_true(jsonpath_singular(p));
    assert_true(jsonpath_run(p, &f->a, root, item, &steps, &got, &f->e));
    assert_int_equal(got.count, 1);
    assert_true(str_eq(got.items[0]->text, S("7")));
    assert_true(jsonpath_run(p, &f->a, root, NULL, &steps, &got, &f->e)); /* no item: nothing */
    assert_int_equal(got.count, 0);
    assert_false(jsonpath_singular(jsonpath_compile(&f->a, S("$.a[*]"), &f->e)));
    assert_false(jsonpath_singular(jsonpath_compile(&f->a, S("$..a"), &f->e)));
}

static void refuses(struct fixture *f, const struct json *root, const char *path, size_t steps)
{
    struct jsonpath_nodes got;
    const struct jsonpath *p = jsonpath_compile(&f->a, str_of(path), &f->e);
    assert_non_null(p);
    assert_false(jsonpath_run(p, &f->a, root, NULL, &steps, &got, &f->e));
    assert_int_equal(f->e.code, ERR_INVALID);
    assert_string_equal(f->e.en, "this document is too big for this path");
}

/* A path of a few letters and a document of some kilobytes must not keep a machine busy. */
static void cost_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct buf b = buf_in(&f->a);
    buf_char(&b, '[');
    for (int i = 0; i < 5000; i++) {
        buf_fmt(&b, "%d,", i);
    }
    buf_add(&b, S("[[[[[[[[0]]]]]]]]]"));
    const struct json *root = parse(f, buf_str(&b));
    refuses(f, parse(f, S("[[1,2,3,4,5,6,7,8],[1,2,3,4,5,6,7,8]]")), "$[?@==$[0]]", 12);
    refuses(f, root, "$[*]", 100);
    refuses(f, root, "$[5000]", 100);
    refuses(f, root, "$[::-1]", 100);
    refuses(f, root, "$..[?count($..*)>0]", JSONPATH_STEPS);
    refuses(f, root, "$[*,*,*,*][?$[*]]..[?$..[?$..*]]", JSONPATH_STEPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(suite, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_of_any_size, setup, teardown),
        cmocka_unit_test_setup_teardown(part_of_another_language, setup, teardown),
        cmocka_unit_test_setup_teardown(cost_is_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
