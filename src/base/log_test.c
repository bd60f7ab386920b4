#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"

#include <string.h>

static char written[4096];

static void take(void *ctx, struct str line)
{
    (void)ctx;
    assert_true(line.n < sizeof written);
    memcpy(written, line.p, line.n);
    written[line.n] = '\0';
}

static int64_t noon(void *ctx)
{
    (void)ctx;
    return INT64_C(1784030400000000); /* 2026-07-14T12:00:00Z */
}

static int open_log(void **state)
{
    (void)state;
    written[0] = '\0';
    log_open(&(struct log_sink){.write = take, .now_us = noon, .level = LOG_INFO});
    return 0;
}

static void test_a_line(void **state)
{
    (void)state;
    log_event(LOG_INFO, "apply.done", LOG_STR("hotel", S("demo")), LOG_I64("seq", -42));
    assert_string_equal(written, "2026-07-14T12:00:00Z info  apply.done hotel=demo seq=-42\n");
    log_event(LOG_ERROR, "bare");
    assert_string_equal(written, "2026-07-14T12:00:00Z error bare\n");
}

static void test_values_cannot_forge_a_line(void **state)
{
    (void)state;
    log_event(LOG_WARN, "x", LOG_STR("a", S("two words")), LOG_STR("b", S("x\n2026 error forged")),
              LOG_STR("c", S("q\"\\=")), LOG_STR("d", S("")), LOG_STR("e", S("é")));
    assert_string_equal(written, "2026-07-14T12:00:00Z warn  x a=\"two words\" b=\"x\\x0a2026 error forged\" "
                                 "c=\"q\\\"\\\\=\" d=\"\" e=é\n");
}

static void test_levels(void **state)
{
    (void)state;
    assert_true(log_on(LOG_INFO));
    assert_false(log_on(LOG_DEBUG));
    log_event(LOG_DEBUG, "not written");
    assert_string_equal(written, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_line, open_log),
        cmocka_unit_test_setup(test_values_cannot_forge_a_line, open_log),
        cmocka_unit_test_setup(test_levels, open_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
