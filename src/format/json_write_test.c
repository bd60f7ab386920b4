#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/json.h"

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

static void every_kind_of_value(void **state)
{
    struct fixture *f = *state;
    struct buf b = buf_in(&f->a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_str(&o, S("text"), S("a\"b\\c/\b\f\n\r\t\x01\x7fé😀"));
    json_member_str(&o, S("nothing"), (struct str){NULL, 0});
    json_member_str(&o, S(""), S(""));
    json_member_str(&o, S("bad"), S("\xc3(é\xff"));
    json_member_i64(&o, S("n"), INT64_MIN);
    json_key(&o, S("list"));
    json_open(&o, '[');
    json_bool(&o, true);
    json_null(&o);
    json_open(&o, '[');
    json_close(&o, ']');
    json_i64(&o, 7);
    json_close(&o, ']');
    json_member_bool(&o, S("no"), false);
    json_member_raw(&o, S("raw"), S("{\"x\":1.10}"));
    json_close(&o, '}');
    const char *wanted = "{\"text\":\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\x7fé😀\",\"nothing\":null,\"\":\"\","
                         "\"bad\":\"\xef\xbf\xbd(é\xef\xbf\xbd\",\"n\":-9223372036854775808,"
                         "\"list\":[true,null,[],7],\"no\":false,\"raw\":{\"x\":1.10}}";
    assert_str(buf_str(&b), wanted);
    const struct json *back = json_parse(&f->a, str_of(wanted), &f->e);
    assert_non_null(back);
    assert_str(json_get(back, S("text"))->text, "a\"b\\c/\b\f\n\r\t\x01\x7fé😀");
}

/* A writer that goes on where another stopped: rows of a list made one at a time. */
static void one_value_after_another(void **state)
{
    struct fixture *f = *state;
    struct buf b = buf_in(&f->a);
    struct json_out o = json_out(&b);
    json_open(&o, '[');
    for (int64_t i = 0; i < 3; i++) {
        json_open(&o, '{');
        json_member_i64(&o, S("i"), i);
        json_key(&o, S("empty"));
        json_open(&o, '{');
        json_close(&o, '}');
        json_close(&o, '}');
    }
    json_close(&o, ']');
    assert_str(buf_str(&b), "[{\"i\":0,\"empty\":{}},{\"i\":1,\"empty\":{}},{\"i\":2,\"empty\":{}}]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_kind_of_value, setup, teardown),
        cmocka_unit_test_setup_teardown(one_value_after_another, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
