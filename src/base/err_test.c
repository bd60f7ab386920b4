#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"

#include <string.h>

static void test_both_languages(void **state)
{
    (void)state;
    struct err e = {0};
    assert_false(err_set(&e, ERR_CONFLICT, "%d rooms of %s", "%d chambres de %s", 3, "DBL"));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_string_equal(e.en, "3 rooms of DBL");
    assert_string_equal(e.fr, "3 chambres de DBL");
    assert_string_equal(e.pointer, "");
    assert_true(str_eq(err_text(&e, LANG_FR), S("3 chambres de DBL")));
    assert_true(str_eq(err_text(&e, LANG_EN), S("3 rooms of DBL")));
    assert_false(err_set(NULL, ERR_CONFLICT, "x", "x"));
    assert_false(err_field(NULL, ERR_CONFLICT, "a", "x", "x"));
    assert_false(err_in(NULL, S("a")));
    assert_false(err_in_index(NULL, 1));
}

static void test_pointer(void **state)
{
    (void)state;
    struct err e = {0};
    assert_false(err_field(&e, ERR_INVALID, "arrival", "x", "x"));
    assert_false(err_in_index(&e, 12));
    assert_false(err_in(&e, S("rooms")));
    assert_string_equal(e.pointer, "/rooms/12/arrival");
    assert_false(err_in(&e, S("a/b~c"))); /* RFC 6901: escaped */
    assert_string_equal(e.pointer, "/a~1b~0c/rooms/12/arrival");
    assert_true(str_eq(err_pointer(&e), str_of(e.pointer)));
    assert_false(err_field(&e, ERR_INVALID, "a/b", "x", "x"));
    assert_string_equal(e.pointer, "/a~1b");
    assert_false(err_in(&e, S("")));
    assert_string_equal(e.pointer, "//a~1b");
    for (int i = 0; i < 100; i++)
        err_in(&e, S("a name that is far too long for it"));
    assert_true(strlen(e.pointer) < sizeof e.pointer);
    assert_int_equal(e.pointer[0], '/');
}

static void test_long_pointer_is_cut_between_letters(void **state)
{
    (void)state;
    static const char letters[] = "é𝄞a€";
    for (size_t shift = 0; shift < 12; shift++) {
        char name[400];
        for (size_t i = 0; i < sizeof name; i++) {
            name[i] = i < shift ? 'x' : letters[(i - shift) % (sizeof letters - 1)];
        }
        struct err e = {0};
        err_set(&e, ERR_INVALID, "x", "x");
        err_in(&e, (struct str){name, sizeof name}); /* a name that does not fit */
        assert_true(utf8_valid(err_pointer(&e), NULL));
        assert_true(err_pointer(&e).n > sizeof e.pointer - 9);
        err_field(&e, ERR_INVALID, "ééé", "x", "x");
        for (int i = 0; i < 30; i++) { /* and an end that does not */
            err_in(&e, (struct str){name, shift + sizeof letters - 1});
            assert_true(utf8_valid(err_pointer(&e), NULL));
        }
        assert_true(err_pointer(&e).n > sizeof e.pointer - 9);
    }
}

static void test_long_text_is_cut_between_letters(void **state)
{
    (void)state;
    char name[1200];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(name, 'x', sizeof name);
        for (size_t i = shift; i + 2 < sizeof name; i += 2)
            memcpy(name + i, "é", 2);
        name[sizeof name - 1] = '\0';
        struct err e = {0};
        err_set(&e, ERR_INVALID, "%s", "%s", name);
        struct str text = err_text(&e, LANG_EN);
        assert_true(text.n > sizeof e.en - 8 && text.n < sizeof e.en);
        assert_true(utf8_valid(text, NULL));
        assert_true(utf8_valid(err_text(&e, LANG_FR), NULL));
    }
}

static void test_codes(void **state)
{
    (void)state;
    static const struct {
        enum err_code code;
        int status;
        const char *name;
    } want[] = {
        {ERR_INVALID, 400, "invalid"},     {ERR_UNAUTHENTICATED, 401, "unauthenticated"},
        {ERR_FORBIDDEN, 403, "forbidden"}, {ERR_NOT_FOUND, 404, "not_found"},
        {ERR_CONFLICT, 409, "conflict"},   {ERR_TOO_BIG, 413, "too_big"},
        {ERR_LIMITED, 429, "limited"},     {ERR_INTERNAL, 500, "internal"},
        {ERR_UPSTREAM, 502, "upstream"},   {ERR_BUSY, 503, "busy"},
        {ERR_FULL, 507, "full"},
    };
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        assert_int_equal(err_http_status(want[i].code), want[i].status);
        assert_string_equal(err_name(want[i].code), want[i].name);
    }
    assert_true(str_eq(text_in(TEXT("room", "chambre"), LANG_FR), S("chambre")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_languages),
        cmocka_unit_test(test_pointer),
        cmocka_unit_test(test_long_pointer_is_cut_between_letters),
        cmocka_unit_test(test_long_text_is_cut_between_letters),
        cmocka_unit_test(test_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
