#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "io/reason.h"

#include <errno.h>
#include <string.h>

static void test_texts(void **state)
{
    (void)state;
    assert_string_equal(reason_en(ENOENT), "No such file or directory");
    static const int ours[] = {ENOENT, EACCES, ENOSPC, EISDIR};
    for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
        assert_string_equal(reason_en(ours[i]), strerror(ours[i]));
        assert_string_not_equal(reason_fr(ours[i]), reason_en(ours[i]));
    }
    assert_string_equal(reason_fr(EUCLEAN), reason_en(EUCLEAN));
    assert_string_equal(reason_fr(99999), "unknown error");
}

static void test_in_an_error(void **state)
{
    (void)state;
    struct err e;
    struct str path = S("a/b");
    err_set(&e, ERR_INTERNAL, "%.*s: %s%.0s", "%.*s : %.0s%s", STR_ARG(path), REASON(EISDIR));
    assert_string_equal(e.en, "a/b: Is a directory");
    assert_string_equal(e.fr, "a/b : c'est un dossier");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_in_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
