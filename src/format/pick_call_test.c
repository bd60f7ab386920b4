#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/pick_function.h"
#include "format/pick_testing.h"

struct fixture {
    struct arena a;
    struct err e;
    struct pick_env env;
    struct pick_call c;
    const struct json *args[6];
};

/* A call whose arguments are a text, a number, true, nothing, an array and a decimal. */
static void begin(struct fixture *f)
{
    *f = (struct fixture){0};
    arena_init(&f->a, LIMIT_ARENA);
    const struct json *root = json_parse(&f->a, S("[\"a\",7,true,null,[1],\" 1.50 \"]"), &f->e);
    f->env = pick_env(&f->a, root);
    for (size_t i = 0; i < ARRAY_LEN(f->args); i++) {
        f->args[i] = i == 3 ? NULL : json_at(root, i);
    }
    f->c = (struct pick_call){.env = &f->env,
                              .from = S("$.a"),
                              .name = "fn",
                              .args = f->args,
                              .count = ARRAY_LEN(f->args),
                              .e = &f->e};
}

static void arguments(void **state)
{
    (void)state;
    struct fixture f;
    struct str s;
    struct decimal d;
    int64_t n = 0;
    begin(&f);
    assert_true(pick_arg_text(&f.c, 0, &s) && str_eq(s, S("a")));
    assert_true(pick_arg_text(&f.c, 1, &s) && str_eq(s, S("7")));
    assert_true(pick_arg_text(&f.c, 2, &s) && str_eq(s, S("true")));
    assert_false(pick_arg_text(&f.c, 3, &s));
    assert_string_equal(f.e.en, "$.a, fn: argument 4 has no value");
    assert_string_equal(f.e.fr, "$.a, fn : l'argument 4 n'a pas de valeur");
    assert_false(pick_arg_text(&f.c, 4, &s));
    assert_string_equal(f.e.fr,
                        "$.a, fn : il faut un texte ou un nombre ; la valeur reçue est de type tableau");
    assert_true(pick_arg_decimal(&f.c, 5, &d) && d.digits == 150 && d.scale == 2);
    assert_false(pick_arg_decimal(&f.c, 0, &d));
    assert_string_equal(f.e.en, "$.a, fn: “a” is not a number");
    assert_true(pick_arg_int(&f.c, 1, 0, 7, &n) && n == 7);
    assert_false(pick_arg_int(&f.c, 1, 8, 9, &n));
    assert_string_equal(f.e.en, "$.a, fn: “7” is not a whole number from 8 to 9");
    arena_free(&f.a);
}

static void results(void **state)
{
    (void)state;
    struct fixture f;
    struct pick_values out = {NULL, 0, 0};
    begin(&f);
    for (int i = 0; i < 10; i++) {
        assert_true(pick_give_text(&f.c, &out, S("a\"b")));
        assert_true(pick_give_number(&f.c, &out, S("1.50")));
        assert_true(pick_give_bool(&f.c, &out, i % 2 == 0));
    }
    assert_int_equal(out.count, 30);
    assert_true(str_eq(out.items[27]->source, S("\"a\\\"b\"")));
    assert_true(str_eq(out.items[28]->source, S("1.50")));
    assert_true(str_eq(out.items[29]->source, S("false")));
    char *big = arena_alloc(&f.a, PICK_TEXT + 1);
    assert_false(pick_give_text(&f.c, &out, (struct str){big, PICK_TEXT + 1}));
    assert_string_equal(f.e.en, "$.a, fn: the text becomes too long");
    f.env.steps = 2;
    assert_true(pick_give(&f.c, &out, f.args[0]));
    assert_false(pick_give(&f.c, &out, f.args[0]));
    assert_string_equal(f.e.en, "$.a, fn: this document is too big for this mapping");
    arena_free(&f.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments),
        cmocka_unit_test(results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
