#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"

static struct api_fixture f;

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static void test_live(void **state)
{
    (void)state;
    struct reply r = ask(&f, NOBODY, "GET", "/healthz", NULL);
    assert_status(r, 200);
    assert_string_equal(reply_text(&f, &r, "status"), "ok");
    /* Whoever looks after the machine asks by whatever name it has. */
    r = fixture_send(&f, S("GET /healthz HTTP/1.1\r\nHost: node7\r\nConnection: close\r\n\r\n"));
    assert_status(r, 200);
}

static void test_ready(void **state)
{
    (void)state;
    struct reply r = ask(&f, NOBODY, "GET", "/readyz", NULL);
    assert_status(r, 200);
    f.sick = true;
    r = ask(&f, NOBODY, "GET", "/readyz", NULL);
    assert_problem(&f, r, 503, "");
    assert_true(str_find(r.body, S("processor")) == SIZE_MAX);
    assert_true(str_eq(reply_header(&r, S("Retry-After")), S("1")));
    f.sick = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_live),
        cmocka_unit_test(test_ready),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
