#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/import_fixture.h"
#include "hub/work.h"

#define MINUTE INT64_C(60000000)

static struct import_fixture f;
static struct work w;
static struct str id;

static int setup(void **state)
{
    (void)state;
    import_fixture_open(&f);
    w = (struct work){.env = &f.env.env};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    import_fixture_close(&f);
    return 0;
}

static void connect(const char *settings)
{
    id = integrate(&f,
                   arena_fmt(f.a, "{\"type\":\"csv\",\"name\":\"Files\",\"configuration\":%s}", settings).p);
}

static struct integration row(void)
{
    struct integration_view v;
    assert_true(integration_get(&f.env.env, f.a, f.at, id, &v, &f.e));
    return v.row;
}

static struct str path_of(const char *name)
{
    return arena_fmt(f.a, "%s/files/%.*s/%s", f.env.dir, STR_ARG(f.at->slug), name);
}

static void put(const char *name, const char *text, int64_t age_s)
{
    FILE_SCOPE fd = file_create(path_of(name), &f.e);
    assert_true(fd >= 0 && file_write(fd, str_of(text), &f.e));
    int64_t at = f.env.now_us - age_s * 1000000;
    struct timespec times[2] = {{.tv_sec = at / 1000000, .tv_nsec = at % 1000000 * 1000}};
    times[1] = times[0];
    assert_int_equal(futimens(fd, times), 0);
}

/* The server's loop: looks each second. */
static void run_for(int64_t us)
{
    for (int64_t end = f.env.now_us + us; f.env.now_us < end; f.env.now_us += 1000000) {
        int64_t ms = work_tick(&w);
        assert_true(ms > 0 && ms <= 1000);
    }
}

#define FILE_OF(reference)                                                                                   \
    "reference,channel,arrival,departure,roomType\n" reference ",direct,2027-05-01,2027-05-02,SGL\n"

static void test_import(void **state)
{
    (void)state;
    connect("{\"importPath\":\"in\",\"syncFrequency\":5}");
    work_tick(&w); /* at once, and makes the folders */
    assert_true(file_exists(path_of("in/done")));
    assert_int_equal(row().status, INTEGRATION_CONNECTED);
    assert_int_equal(row().last_sync, f.env.now_us);
    assert_int_equal(row().next_sync, f.env.now_us + 5 * MINUTE);
    int64_t begin = f.env.now_us;
    put("in/a.csv", FILE_OF("R1"), 60);
    run_for(4 * MINUTE);
    assert_null(booking(&f, "direct", "R1"));
    run_for(2 * MINUTE);
    assert_non_null(booking(&f, "direct", "R1"));
    assert_true(file_exists(path_of("in/done/a.csv")));
    assert_non_null(strstr(history(&f, id), "imported ok: a.csv: 1 created\n"));
    assert_int_equal(row().next_sync, begin + 10 * MINUTE);
    /* Looking into an empty folder is no news. */
    const char *before = history(&f, id);
    run_for(20 * MINUTE);
    assert_string_equal(history(&f, id), before);
}

/* A file that is just being written is looked at again soon. */
static void test_fresh(void **state)
{
    (void)state;
    connect("{\"importPath\":\"in\",\"syncFrequency\":60}");
    work_tick(&w);
    f.env.now_us += 60 * MINUTE;
    put("in/a.csv", FILE_OF("R1"), 0);
    run_for(1000000);
    assert_null(booking(&f, "direct", "R1"));
    run_for(3000000);
    assert_non_null(booking(&f, "direct", "R1"));
}

static void test_export(void **state)
{
    (void)state;
    connect("{\"exportPath\":\"out\",\"exportEvery\":30,\"syncFrequency\":1440}");
    work_tick(&w);
    assert_true(file_exists(path_of("out/stock.csv")));
    assert_true(file_remove(path_of("out/stock.csv")));
    run_for(29 * MINUTE);
    assert_false(file_exists(path_of("out/stock.csv")));
    run_for(2 * MINUTE);
    assert_true(file_exists(path_of("out/stock.csv")));
    /* Only when asked. */
    connect("{\"exportPath\":\"asked\"}");
    run_for(5 * MINUTE);
    assert_false(file_exists(path_of("asked/stock.csv")));
}

static void test_paused(void **state)
{
    (void)state;
    connect("{\"importPath\":\"in\"}");
    work_tick(&w);
    struct integration_view v;
    assert_true(integration_change(&f.env.env, f.a, f.at, S("x"), id,
                                   json_parse(f.a, S("{\"isActive\":false}"), &f.e), &v, &f.e));
    put("in/a.csv", FILE_OF("R1"), 60);
    run_for(5 * MINUTE);
    assert_null(booking(&f, "direct", "R1"));
    assert_true(integration_change(&f.env.env, f.a, f.at, S("x"), id,
                                   json_parse(f.a, S("{\"isActive\":true}"), &f.e), &v, &f.e));
    run_for(2000000);
    assert_non_null(booking(&f, "direct", "R1"));
}

/* One integration in trouble says so once, does not stop the others, and recovers. */
static void test_trouble(void **state)
{
    (void)state;
    f.at = &f.other;
    connect("{\"importPath\":\"in\"}");
    struct str bad = id;
    f.at = &f.demo;
    connect("{\"importPath\":\"in\"}");
    work_tick(&w);
    put("in/a.csv", FILE_OF("R1"), 60);
    f.at = &f.other;
    id = bad;
    assert_int_equal(rename(path_of("in").p, path_of("in-real").p), 0);
    assert_int_equal(symlink("in-real", path_of("in").p), 0);
    run_for(15 * MINUTE);
    assert_int_equal(row().status, INTEGRATION_ERROR);
    assert_non_null(strstr(row().last_error.en.p, "real folders"));
    const char *text = history(&f, id), *first = strstr(text, "synced error: ");
    assert_non_null(first);
    assert_null(strstr(first + 1, "synced error: "));
    assert_int_equal(remove(path_of("in").p), 0);
    assert_int_equal(rename(path_of("in-real").p, path_of("in").p), 0);
    put("in/a.csv", FILE_OF("R2"), 60);
    run_for(10 * MINUTE);
    assert_int_equal(row().status, INTEGRATION_CONNECTED);
    assert_non_null(booking(&f, "direct", "R2"));
    f.at = &f.demo;
    assert_non_null(booking(&f, "direct", "R1"));
}

/* An import that a full store or a stop interrupted goes on without anybody's doing, and soon. */
static void test_resume(void **state)
{
    (void)state;
    atomic_bool stopping = true;
    f.env.env.stopping = &stopping;
    assert_false(try_give(&f, FILE_OF("R1")));
    assert_int_equal(f.e.code, ERR_BUSY);
    run_for(60 * INT64_C(1000000));
    assert_null(booking(&f, "direct", "R1"));
    stopping = false;
    run_for(20 * INT64_C(1000000));
    assert_non_null(booking(&f, "direct", "R1"));
    int64_t next = w.next_resume_us;
    assert_true(next > f.env.now_us && next <= f.env.now_us + 15000000);
}

static void test_tidy(void **state)
{
    (void)state;
    work_tick(&w);
    int64_t next = w.next_tidy_us;
    assert_true(next > f.env.now_us);
    work_tick(&w);
    assert_int_equal(w.next_tidy_us, next);
    f.env.now_us = next;
    work_tick(&w);
    assert_true(w.next_tidy_us > next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_import, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fresh, setup, teardown),
        cmocka_unit_test_setup_teardown(test_export, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_trouble, setup, teardown),
        cmocka_unit_test_setup_teardown(test_resume, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tidy, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
