#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/registry.h"
#include "format/json_fields.h"

#include <string.h>

/* What every type must have, so that the form and the rules around it work. */
static void test_each(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1u << 20);
    size_t n = 0;
    for (const struct connector *c; (c = registry_at(n)); n++) {
        assert_ptr_equal(registry_find(str_of(c->name)), c);
        assert_true(c->title.en.n && c->title.fr.n && c->description.en.n && c->description.fr.n);
        const struct field *enabled = field_find(c->settings, S("enabled"));
        assert_non_null(enabled);
        assert_int_equal(enabled->type, FIELD_BOOL);
        for (size_t i = 0; i < c->settings->count; i++) {
            const struct field *f = &c->settings->fields[i];
            void *record = arena_alloc(&a, c->settings->size);
            struct err e;
            assert_true(f->label.en.n > 0 && f->label.fr.n > 0);
            assert_ptr_equal(field_find(c->settings, str_of(f->name)), f); /* no name twice */
            if (f->standard) {
                const struct json *v = json_parse(&a, str_of(f->standard), &e);
                assert_non_null(v);
                assert_true(json_decode_field(&a, f, v, record, &e));
            }
            for (struct str part, rest = str_of(f->when); str_given(rest);) {
                part = str_cut(&rest, ',');
                struct str value = part, name = str_cut(&value, '=');
                const struct field *other = field_find(c->settings, name);
                assert_non_null(other);
                assert_true(other < f); /* decided before */
                assert_true(other->type != FIELD_ENUM || field_choice(other, value) >= 0);
            }
        }
    }
    assert_int_equal(n, 2);
    assert_null(registry_find(S("nothing")));
    assert_null(registry_find((struct str){0}));
    assert_null(registry_at(1000));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
