#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/http_body.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena arena;
static char dir[64];

static int setup(void **state)
{
    (void)state;
    memcpy(dir, "/tmp/http-body-XXXXXX", sizeof("/tmp/http-body-XXXXXX"));
    assert_non_null(mkdtemp(dir));
    arena_init(&arena, 64u << 20);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    arena_free(&arena);
    return rmdir(dir); /* fails when a file was left behind */
}

static void in_memory(void **state)
{
    (void)state;
    for (uint64_t announced = 0; announced <= 200000; announced += 100000) {
        struct http_body b;
        assert_int_equal(
            http_body_open(&b, HTTP_BODY_MEMORY, 200000, announced, &arena, (struct str){0}, (struct str){0}),
            HTTP_FINE);
        assert_true(b.room <= 16384);
        char piece[777];
        for (size_t done = 0; done < 200000;) {
            size_t n = sizeof(piece) < 200000 - done ? sizeof(piece) : 200000 - done;
            for (size_t i = 0; i < n; i++) {
                piece[i] = (char)((done + i) % 251);
            }
            assert_int_equal(http_body_add(&b, (struct str){piece, n}), HTTP_FINE);
            done += n;
        }
        assert_int_equal(http_body_add(&b, S("")), HTTP_FINE);
        assert_int_equal(http_body_done(&b), HTTP_FINE);
        struct str s = http_body_bytes(&b);
        assert_int_equal(s.n, 200000);
        for (size_t i = 0; i < s.n; i++) {
            assert_int_equal(s.p[i], (char)(i % 251));
        }
        assert_int_equal(http_body_add(&b, S("x")), HTTP_FAULT_BODY_SIZE);
        http_body_drop(&b);
    }
}

static void small_limit(void **state)
{
    (void)state;
    struct http_body b;
    assert_int_equal(http_body_open(&b, HTTP_BODY_MEMORY, 3, 0, &arena, (struct str){0}, (struct str){0}),
                     HTTP_FINE);
    assert_int_equal(http_body_add(&b, S("abc")), HTTP_FINE);
    assert_int_equal(http_body_add(&b, S("d")), HTTP_FAULT_BODY_SIZE);
    assert_true(str_eq(http_body_bytes(&b), S("abc")));
    assert_int_equal(http_body_open(&b, HTTP_BODY_NOWHERE, 3, 0, &arena, (struct str){0}, (struct str){0}),
                     HTTP_FINE);
    assert_int_equal(http_body_add(&b, S("abc")), HTTP_FINE);
    assert_int_equal(b.size, 3);
    assert_false(str_given(http_body_bytes(&b)));
    assert_int_equal(http_body_add(&b, S("d")), HTTP_FAULT_BODY_SIZE);
    struct http_body zero = {0};
    http_body_drop(&zero);
}

static void in_a_file(void **state)
{
    (void)state;
    struct http_body b;
    assert_int_equal(http_body_open(&b, HTTP_BODY_FILE, 10, 0, &arena, str_of(dir), S("01")), HTTP_FINE);
    assert_int_equal(http_body_add(&b, S("hello")), HTTP_FINE);
    assert_int_equal(http_body_done(&b), HTTP_FINE);
    struct stat st;
    assert_int_equal(stat(b.path.p, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_size, 5);
    struct http_body same; /* the name is taken */
    assert_int_equal(http_body_open(&same, HTTP_BODY_FILE, 10, 0, &arena, str_of(dir), S("01")),
                     HTTP_FAULT_INTERNAL);
    http_body_drop(&same);
    assert_int_equal(access(b.path.p, F_OK), 0);
    http_body_drop(&b);
    assert_false(str_given(b.path));
    http_body_drop(&b);
    assert_int_equal(http_body_open(&b, HTTP_BODY_FILE, 3, 0, &arena, str_of(dir), S("02")), HTTP_FINE);
    assert_int_equal(http_body_add(&b, S("hello")),
                     HTTP_FAULT_BODY_SIZE); /* and the file is gone: see clean() */
    assert_int_equal(http_body_open(&b, HTTP_BODY_FILE, 3, 0, &arena, S("/nowhere"), S("03")),
                     HTTP_FAULT_INTERNAL);
}

static void kept_by_its_taker(void **state)
{
    (void)state;
    struct http_body b;
    assert_int_equal(http_body_open(&b, HTTP_BODY_FILE, 10, 0, &arena, str_of(dir), S("04")), HTTP_FINE);
    assert_int_equal(http_body_done(&b), HTTP_FINE);
    struct str kept = arena_fmt(&arena, "%s/kept", dir);
    assert_int_equal(rename(b.path.p, kept.p), 0);
    http_body_drop(&b);
    assert_int_equal(unlink(kept.p), 0);
}

static void disk_full(void **state)
{
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old, small;
    getrlimit(RLIMIT_FSIZE, &old);
    small = (struct rlimit){.rlim_cur = 4, .rlim_max = old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    struct http_body b;
    assert_int_equal(http_body_open(&b, HTTP_BODY_FILE, 100, 0, &arena, str_of(dir), S("05")), HTTP_FINE);
    enum http_fault f = http_body_add(&b, S("hello"));
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(f, HTTP_FAULT_DISK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_memory, setup, clean),
        cmocka_unit_test_setup_teardown(small_limit, setup, clean),
        cmocka_unit_test_setup_teardown(in_a_file, setup, clean),
        cmocka_unit_test_setup_teardown(kept_by_its_taker, setup, clean),
        cmocka_unit_test_setup_teardown(disk_full, setup, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
