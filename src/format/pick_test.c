#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/pick_testing.h"

#include <string.h>

static void sources(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"$.a", "{\"a\":{\"b\" : [1, 2]}}", "{\"b\" : [1, 2]}"},
        {"$..x", "[{\"x\":1},{\"x\":null},{\"x\":2}]", "1 2"},
        {"$[?@.s=='a' || @.s=='b'].n | text",
         "[{\"s\":\"a\",\"n\":1},{\"s\":\"c\",\"n\":2},{\"s\":\"b\",\"n\":3}]", "\"1\" \"3\""},
        {"$[?@.type=='adult'] | count", "[{\"type\":\"adult\"},{\"type\":\"child\"}]", "1"},
        {" \n$ . a  |\ttext ( ) ", "{\"a\":1}",
         "! column 6: a name is missing here; other names are written ['in quotes']"},
        {" \n$ .a  |\ttext ( ) ", "{\"a\":1}", "\"1\""},
        {"\"confirmed\"", "1", "\"confirmed\""},
        {"'it\\'s'", "1", "\"it's\""},
        {"12.50", "1", "12.50"},
        {"true", "1", "true"},
        {"false | not", "1", "true"},
        {"null", "1", ""},
        {"null | default('x')", "1", "\"x\""},
        {"'a|b' | split('|')", "1", "\"a\" \"b\""},
        {"$.big", "{\"big\":1098765432109876543210.123456789}", "1098765432109876543210.123456789"},
    };
    pick_check(cases, ARRAY_LEN(cases));
}

static void refused_when_compiled(void **state)
{
    (void)state;
    static const struct pick_case cases[] = {
        {"", "1", "! column 1: a path ($…) or a constant (\"text\", a number, true, false) is needed here"},
        {"a.b", "1",
         "! column 1: a path ($…) or a constant (\"text\", a number, true, false) is needed here"},
        {"@.a", "1", "! column 1: @ has no meaning here; a path begins with $"},
        {"$.a |", "1", "! column 6: the name of a function is missing here"},
        {"$.a | trimm", "1", "! column 7: there is no function “trimm”; did you mean “trim”?"},
        {"$.a | system", "1", "! column 7: there is no function “system”"},
        {"$.a trim", "1", "! column 5: | and a function, or the end, is expected here"},
        {"$.a | trim(1)", "1", "! column 12: trim has no such argument"},
        {"$.a | slice", "1", "! column 7: slice needs 1 argument(s)"},
        {"$.a | slice(1, 2, 3)", "1", "! column 19: slice has no such argument"},
        {"$.a | slice(1", "1", "! column 14: a comma or a closing parenthesis is missing here"},
        {"$.é | split('x' 'y')", "1", "! column 17: a comma or a closing parenthesis is missing here"},
        {"$.a | join('", "1", "! column 12: this text is not closed"},
        {"$[?match(@.a,'x')]", "1",
         "! column 4: match() and search() are not available: regular expressions are not accepted"},
    };
    pick_check(cases, ARRAY_LEN(cases));

    struct arena a;
    struct err e;
    arena_init(&a, LIMIT_ARENA);
    assert_null(pick_compile(&a, S("$.a\xff"), false, &e));
    assert_string_equal(e.fr, "colonne 4 : ceci n'est pas de l'UTF-8");
    struct buf b = buf_in(&a);
    for (int i = 0; i < 50; i++) {
        buf_add(&b, S("$|default("));
    }
    assert_null(pick_compile(&a, buf_str(&b), false, &e));
    assert_non_null(strstr(e.en, "nested too deeply"));
    while (b.n <= PICK_LENGTH) {
        buf_char(&b, ' ');
    }
    assert_null(pick_compile(&a, buf_str(&b), false, &e));
    assert_string_equal(e.en, "this is too long: at most 4096 bytes are accepted");
    arena_free(&a);
}

/* No view into the text of a pick may stay: settings are freed, the pick lives on. */
static void keeps_nothing_of_its_source(void **state)
{
    (void)state;
    struct arena a;
    struct err e;
    struct pick_values v;
    char text[] = "$.abc['d\\u0065f'] | table('x', \"new\", 'other')";
    arena_init(&a, LIMIT_ARENA);
    const struct pick *p = pick_compile(&a, str_of(text), false, &e);
    assert_non_null(p);
    memset(text, '#', sizeof text - 1);
    const struct json *root = json_parse(&a, S("{\"abc\":{\"def\":\"x\"}}"), &e);
    struct pick_env env = pick_env(&a, root);
    assert_true(pick_run(p, &env, &v, &e));
    assert_int_equal(v.count, 1);
    assert_true(str_eq(v.items[0]->text, S("new")));
    arena_free(&a);
}

static const struct json *one(struct arena *a, const char *pick, const char *item, struct err *e, bool *ok)
{
    const struct json *out = NULL;
    *e = (struct err){0};
    struct pick_env env = pick_env(a, json_parse(a, S("{\"r\":1}"), e));
    env.item = json_parse(a, str_of(item), e);
    const struct pick *p = pick_compile(a, str_of(pick), true, e);
    *ok = p != NULL && pick_one(p, &env, &out, e);
    return out;
}

static void one_scalar(void **state)
{
    (void)state;
    struct arena a;
    struct err e;
    bool ok;
    arena_init(&a, LIMIT_ARENA);
    assert_true(str_eq(one(&a, "@.n | text", "{\"n\":5}", &e, &ok)->text, S("5")));
    assert_true(str_eq(one(&a, "$.r", "{}", &e, &ok)->text, S("1")));
    assert_null(one(&a, "@.x", "{}", &e, &ok));
    assert_true(ok);
    assert_null(one(&a, "@[*]", "[1,2]", &e, &ok));
    assert_false(ok);
    assert_string_equal(
        e.en, "@[*]: there are 2 values where one is needed; add | first, | last or | join(\", \")");
    assert_string_equal(
        e.fr, "@[*] : il y a 2 valeurs, il en faut une ; ajoutez | first, | last ou | join(\", \")");
    assert_null(one(&a, "@", "[1,2]", &e, &ok));
    assert_false(ok);
    assert_string_equal(e.en, "@: one single value is needed; what came is of type array");
    assert_null(one(&a, "$.r | add(@[*])", "[1,2]", &e, &ok));
    assert_false(ok);
    assert_string_equal(e.en, "$.r, add: argument 1 has 2 values where one is needed");
    arena_free(&a);
}

static void budget_is_shared(void **state)
{
    (void)state;
    struct arena a;
    struct err e;
    struct pick_values v;
    arena_init(&a, LIMIT_ARENA);
    struct pick_env env = pick_env(&a, json_parse(&a, S("[1,2,3,4,5,6,7,8,9]"), &e));
    const struct pick *p = pick_compile(&a, S("$[*] | text"), false, &e);
    assert_non_null(p);
    env.steps = 100;
    int runs = 0;
    while (pick_run(p, &env, &v, &e)) {
        runs++;
    }
    assert_true(runs >= 1 && runs < 10);
    assert_int_equal(e.code, ERR_INVALID);
    assert_non_null(strstr(e.en, "too big"));
    assert_false(pick_run(p, &env, &v, &e)); /* and it stays so */
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources),
        cmocka_unit_test(refused_when_compiled),
        cmocka_unit_test(keeps_nothing_of_its_source),
        cmocka_unit_test(one_scalar),
        cmocka_unit_test(budget_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
