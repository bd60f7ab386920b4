#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/json.h"

#include <dirent.h>
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

static void assert_str(struct str got, const char *wanted)
{
    if (!str_eq(got, str_of(wanted))) {
        fail_msg("got “%.*s”, wanted “%s”", STR_ARG(got), wanted);
    }
}

static const struct json *parse(struct fixture *f, const char *text)
{
    const struct json *v = json_parse(&f->a, str_of(text), &f->e);
    if (v == NULL) {
        fail_msg("%s: %s", text, f->e.en);
    }
    return v;
}

static void tree(void **state)
{
    struct fixture *f = *state;
    const struct json *v = parse(
        f, " {\"a\" : [1, -2.50e+3 ,true,false,null] , \"\\u00e9\\ud83d\\ude00\\n\":\"Zoë\",\"o\":{}} ");
    assert_int_equal(v->type, JSON_OBJECT);
    assert_int_equal(v->count, 3);
    assert_int_equal(v->source.n, strlen("{\"a\" : [1, -2.50e+3 ,true,false,null] , "
                                         "\"\\u00e9\\ud83d\\ude00\\n\":\"Zoë\",\"o\":{}}"));
    const struct json *a = json_get(v, S("a"));
    assert_int_equal(a->count, 5);
    assert_str(a->source, "[1, -2.50e+3 ,true,false,null]");
    assert_str(json_at(a, 1)->text, "-2.50e+3");
    assert_int_equal(json_at(a, 2)->type, JSON_TRUE);
    assert_int_equal(json_at(a, 3)->type, JSON_FALSE);
    assert_int_equal(json_at(a, 4)->type, JSON_NULL);
    assert_null(json_at(a, 5));
    assert_str(json_get(v, S("é😀\n"))->text, "Zoë");
    assert_int_equal(json_get(v, S("o"))->count, 0);
    assert_null(json_get(v, S("b")));
    assert_null(json_get(a, S("a")));
    assert_null(json_get(NULL, S("a")));
    assert_null(json_at(v, 0));
    /* 19 digits and more survive. */
    assert_str(parse(f, "1098765432109876543210.10")->text, "1098765432109876543210.10");
}

static void errors_name_the_place(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *json, *en, *fr;
    } cases[] = {
        {"", "line 1, column 1: a value is missing here", "ligne 1, colonne 1 : il manque une valeur ici"},
        {"[1,\n2,\n  \"éé\" 3]", "line 3, column 8: a comma or ] is missing here",
         "ligne 3, colonne 8 : il manque ici une virgule ou ]"},
        {"{\"a\":1", "line 1, column 7: a comma or } is missing here",
         "ligne 1, colonne 7 : il manque ici une virgule ou }"},
        {"[1,]", "line 1, column 4: a value is missing here", NULL},
        {"{\"a\":1,}", "line 1, column 8: a name in double quotes is missing here", NULL},
        {"{'a':1}", "line 1, column 2: a name in double quotes is missing here", NULL},
        {"['a']", "line 1, column 2: a text is written in double quotes", NULL},
        {"{\"a\" 1}", "line 1, column 6: a colon is missing here", NULL},
        {"[NaN]", "line 1, column 2: this is not a JSON value", NULL},
        {"[01]", "line 1, column 2: a number does not begin with 0", NULL},
        {"[1.]", "line 1, column 4: a digit is missing here", NULL},
        {"[1] x", "line 1, column 5: nothing may follow the value", NULL},
        {"\"abc", "line 1, column 1: this text is not closed", NULL},
        {"\"abc\\", "line 1, column 1: this text is not closed", NULL},
        {"\"a\tb\"", "line 1, column 3: a control character must be written as an escape", NULL},
        {"\"a\\x\"", "line 1, column 3: there is no such escape", NULL},
        {"\"\\u12G4\"", "line 1, column 2: \\u needs four hexadecimal digits", NULL},
        {"\"\\u0000\"", "line 1, column 2: the character U+0000 is not accepted", NULL},
        {"\"\\ud800\"", "line 1, column 2: this half of a surrogate pair stands alone", NULL},
        {"\"\\udc00\\ud800\"", "line 1, column 2: this half of a surrogate pair stands alone", NULL},
        {"\"a\xc3(\"", "line 1, column 3: this is not UTF-8", NULL},
        {"\"\xed\xa0\x80\"", "line 1, column 2: this is not UTF-8", NULL},
        {"\xef\xbb\xbf{}", "line 1, column 1: the text begins with a byte-order mark; send it without", NULL},
        {"{\"a\":1,\"b\":2,\"\\u0061\":3}", "line 1, column 23: the name “a” is there twice in this object",
         "ligne 1, colonne 23 : le nom « a » figure deux fois dans cet objet"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        f->e = (struct err){0};
        assert_null(json_parse(&f->a, str_of(cases[i].json), &f->e));
        assert_int_equal(f->e.code, ERR_INVALID);
        assert_string_equal(f->e.en, cases[i].en);
        if (cases[i].fr != NULL) {
            assert_string_equal(f->e.fr, cases[i].fr);
        }
        assert_true(strlen(f->e.fr) > 0);
        assert_null(json_parse(&f->a, str_of(cases[i].json), NULL));
    }
    /* A NUL byte, inside and outside a text, and the absent string. */
    assert_null(json_parse(&f->a, S("[\"a\0b\"]"), &f->e));
    assert_null(json_parse(&f->a, S("[1\0]"), &f->e));
    assert_null(json_parse(&f->a, (struct str){NULL, 0}, &f->e));
}

static struct str repeated(struct arena *a, const char *opening, size_t n, const char *middle,
                           const char *closing)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < n; i++) {
        buf_add(&b, str_of(opening));
    }
    buf_add(&b, str_of(middle));
    for (size_t i = 0; i < n; i++) {
        buf_add(&b, str_of(closing));
    }
    return buf_str(&b);
}

static void limits(void **state)
{
    struct fixture *f = *state;
    assert_non_null(json_parse(&f->a, repeated(&f->a, "[", LIMIT_JSON_DEPTH, "", "]"), &f->e));
    assert_null(json_parse(&f->a, repeated(&f->a, "[", LIMIT_JSON_DEPTH + 1, "", "]"), &f->e));
    assert_string_equal(f->e.en, "line 1, column 65: this document is nested too deeply");
    assert_non_null(json_parse(&f->a, repeated(&f->a, "{\"a\":", LIMIT_JSON_DEPTH - 1, "[]", "}"), &f->e));
    assert_null(json_parse(&f->a, repeated(&f->a, "{\"a\":", LIMIT_JSON_DEPTH, "[]", "}"), &f->e));

    struct buf b = buf_in(&f->a);
    buf_char(&b, '[');
    for (size_t i = 0; i < LIMIT_JSON_NODES - 2; i++) {
        buf_add(&b, S("0,"));
    }
    buf_add(&b, S("0]"));
    const struct json *v = json_parse(&f->a, buf_str(&b), &f->e);
    assert_non_null(v);
    assert_int_equal(v->count, LIMIT_JSON_NODES - 1);
    b.p[b.n - 1] = ',';
    buf_add(&b, S("0]"));
    assert_null(json_parse(&f->a, buf_str(&b), &f->e));
    assert_non_null(strstr(f->e.en, "too many values"));

    ARENA_SCOPE small;
    arena_init(&small, 64);
    assert_null(json_parse(&small, S("[1,2,3]"), &f->e));
    assert_int_equal(f->e.code, ERR_TOO_BIG);
}

/* Many members: still unique, and the duplicate is found wherever it stands. */
static void many_names(void **state)
{
    struct fixture *f = *state;
    for (size_t twin = 0; twin <= 5000; twin += 1250) {
        struct buf b = buf_in(&f->a);
        for (size_t i = 0; i < 5000; i++) {
            buf_fmt(&b, "%c\"name%zu\":%zu", i == 0 ? '{' : ',', i, i);
        }
        if (twin < 5000) {
            buf_fmt(&b, ",\"name%zu\":0", twin);
        }
        buf_char(&b, '}');
        const struct json *v = json_parse(&f->a, buf_str(&b), &f->e);
        assert_int_equal(v == NULL, twin < 5000);
        if (v == NULL) {
            char wanted[64];
            snprintf(wanted, sizeof wanted, "the name “name%zu” is there twice", twin);
            assert_non_null(strstr(f->e.en, wanted));
        } else {
            assert_str(json_get(v, S("name4999"))->text, "4999");
        }
    }
}

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

/* What the suite wants accepted and we refuse on purpose. */
static const char *const stricter[] = {
    "y_object_duplicated_key.json",           /* duplicate name: readers disagree about which one counts */
    "y_object_duplicated_key_and_value.json", /* the same */
    "y_object_escaped_null_in_key.json",      /* U+0000 ends a text in too many programs behind us */
    "y_string_null_escape.json",              /* the same */
};

static bool stricter_than(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(stricter); i++) {
        if (strcmp(stricter[i], name) == 0) {
            return true;
        }
    }
    return false;
}

struct tally {
    size_t files, refused_on_purpose, either_way, failures;
};

static void run_file(struct fixture *f, const char *path, const char *name, struct tally *tally)
{
    struct str bytes;
    assert_true(read_file(&f->a, path, &bytes));
    bool parsed = json_parse(&f->a, bytes, &f->e) != NULL;
    bool ok = name[0] == 'y' ? parsed != stricter_than(name) : name[0] == 'n' ? !parsed : true;
    tally->files++;
    tally->refused_on_purpose += name[0] == 'y' && stricter_than(name);
    tally->either_way += name[0] == 'i';
    tally->failures += !ok;
    if (!ok) {
        print_error("%s: %s\n", name, parsed ? "accepted" : f->e.en);
    }
    arena_reset(&f->a);
}

static void suite(void **state)
{
    struct fixture *f = *state;
    const char *shared = getenv("SELFKEY_SHARED");
    struct str folder = arena_fmt(&f->a, "%s/data/json/nst+JSONTestSuite/test_parsing", shared ? shared : "");
    char path[512];
    snprintf(path, sizeof path, "%s", folder.p);
    DIR *dir = opendir(path);
    if (dir == NULL) {
        print_message("skipped: JSONTestSuite is not there (SELFKEY_SHARED)\n");
        skip();
    }
    struct tally tally = {0};
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char file[1024];
        const char *name = entry->d_name;
        if (strchr("yni", name[0]) == NULL || name[1] != '_') {
            continue;
        }
        snprintf(file, sizeof file, "%s/%s", path, name);
        run_file(f, file, name, &tally);
    }
    closedir(dir);
    print_message("JSONTestSuite: %zu files, %zu refused on purpose, %zu either way, %zu wrong\n",
                  tally.files, tally.refused_on_purpose, tally.either_way, tally.failures);
    assert_int_equal(tally.failures, 0);
    assert_int_equal(tally.refused_on_purpose, ARRAY_LEN(stricter));
    assert_true(tally.files >= 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tree, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_name_the_place, setup, teardown),
        cmocka_unit_test_setup_teardown(limits, setup, teardown),
        cmocka_unit_test_setup_teardown(many_names, setup, teardown),
        cmocka_unit_test_setup_teardown(suite, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
