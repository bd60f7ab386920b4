#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena a;
static struct err e;
static char root[64];

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 20);
    e = (struct err){0};
    memcpy(root, "/tmp/selfkey-file-XXXXXX", 25);
    return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    file_remove_tree(str_of(root));
    assert_false(file_exists(str_of(root)));
    arena_free(&a);
    return 0;
}

static struct str in_root(const char *name)
{
    return arena_fmt(&a, "%s/%s", root, name);
}

static void put(const char *name, const char *text)
{
    FILE_SCOPE fd = file_create(in_root(name), &e);
    assert_true(fd >= 0 && file_write(fd, str_of(text), &e));
}

static const char *get(const char *name)
{
    char *text = arena_alloc(&a, 100);
    size_t got;
    FILE_SCOPE fd = file_open(in_root(name), &e);
    assert_true(fd >= 0 && file_read(fd, text, 99, &got, &e));
    return text;
}

static void test_own(void **state)
{
    (void)state;
    struct file_info info;
    struct stat s;
    assert_true(file_make_dir(in_root("d"), &e) && file_make_dir(in_root("d"), &e));
    assert_true(stat(in_root("d").p, &s) == 0 && (s.st_mode & 0777) == 0700);
    put("d/f", "one");
    assert_true(stat(in_root("d/f").p, &s) == 0 && (s.st_mode & 0777) == 0600);
    FILE_SCOPE fd = file_open(in_root("d/f"), &e);
    assert_true(file_stat(fd, &info, &e) && info.size == 3 && info.regular && info.modified_us > 0);
    FILE_SCOPE dir = file_open(in_root("d"), &e);
    assert_true(file_stat(dir, &info, &e) && !info.regular);
    put("d/f", "2"); /* emptied first */
    assert_string_equal(get("d/f"), "2");
    assert_true(file_rename(in_root("d/f"), in_root("d/g"), &e) && file_exists(in_root("d/g")));
    assert_true(file_remove(in_root("d/g")) && file_remove(in_root("d/g")));
    assert_int_equal(file_open(in_root("d/g"), &e), -1);
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_int_equal(file_open((struct str){"a\0b", 3}, &e), -1);
    assert_int_equal(e.code, ERR_INVALID);
}

static void test_folder(void **state)
{
    (void)state;
    struct str *names;
    size_t count;
    assert_int_equal(file_dir_open(str_of(root), S("a/b"), false, &e), -1);
    assert_int_equal(e.code, ERR_NOT_FOUND);
    FILE_SCOPE dir = file_dir_open(str_of(root), S("a/b"), true, &e);
    assert_true(dir >= 0 && file_exists(in_root("a/b")) && file_dir_writable(dir));
    put("a/b/z", "");
    put("a/b/é", "");
    put("a/b/m", "");
    put("a/b/.hidden", "");
    assert_true(file_make_dir(in_root("a/b/folder"), &e));
    assert_int_equal(symlink("z", in_root("a/b/link").p), 0);
    assert_true(file_dir_list(dir, &a, 10, &names, &count, &e));
    assert_int_equal(count, 3);
    assert_true(str_eq(names[0], S("m")) && str_eq(names[1], S("z")) && str_eq(names[2], S("é")));
    assert_true(file_dir_list(dir, &a, 2, &names, &count, &e) && count == 2);
    FILE_SCOPE whole = file_dir_open(str_of(root), S(""), false, &e);
    assert_true(whole >= 0);
}

/* Whatever would lead out is refused. */
static void test_ways_out(void **state)
{
    (void)state;
    static const char *const folders[] = {"..", "a/../..", "/etc", "a//b", "link", "link/sub", "a/file"};
    static const char *const names[] = {"", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden", "link"};
    FILE_SCOPE a_dir = file_dir_open(str_of(root), S("a"), true, &e);
    put("a/file", "");
    put("secret", "s");
    assert_int_equal(symlink("a", in_root("link").p), 0);
    assert_int_equal(symlink("../secret", in_root("a/link").p), 0);
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        int fd = file_dir_open(str_of(root), str_of(folders[i]), true, &e);
        if (fd >= 0) {
            fail_msg("opened: %s", folders[i]);
        }
    }
    assert_int_equal(file_dir_open(str_of(root), S("link"), true, &e), -1);
    assert_int_equal(e.code, ERR_INVALID);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (file_open_in(a_dir, str_of(names[i]), &e) >= 0) {
            fail_msg("opened: %s", names[i]);
        }
        if (strcmp(names[i], "link") != 0 && file_create_in(a_dir, str_of(names[i]), &e) >= 0) {
            fail_msg("made: %s", names[i]);
        }
    }
    assert_string_equal(get("secret"), "s");
}

static void test_publish(void **state)
{
    (void)state;
    struct str as;
    FILE_SCOPE dir = file_dir_open(str_of(root), S("a"), true, &e);
    put("a/x.csv", "old");
    FILE_SCOPE fd = file_create_in(dir, S("x.csv"), &e);
    assert_true(fd >= 0 && file_write(fd, S("new"), &e));
    assert_string_equal(get("a/x.csv"), "old");
    assert_true(file_publish_in(dir, S("x.csv"), fd, &e));
    assert_string_equal(get("a/x.csv"), "new");
    FILE_SCOPE second = file_create_in(dir, S("x.csv"), &e);
    assert_true(file_write(second, S("more"), &e));
    assert_true(file_publish_beside_in(dir, S("x.csv"), second, &a, &as, &e));
    assert_true(str_eq(as, S("x-2.csv")));
    assert_string_equal(get("a/x.csv"), "new");
    assert_string_equal(get("a/x-2.csv"), "more");
}

static void test_move(void **state)
{
    (void)state;
    struct str as;
    FILE_SCOPE from = file_dir_open(str_of(root), S("from"), true, &e);
    FILE_SCOPE to = file_dir_open(str_of(root), S("to"), true, &e);
    static const char *const want[][2] = {{"x.tar.gz", "x.tar.gz"},
                                          {"x.tar.gz", "x.tar-2.gz"},
                                          {"plain", "plain"},
                                          {"plain", "plain-2"},
                                          {"plain", "plain-3"}};
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        put(arena_fmt(&a, "from/%s", want[i][0]).p, want[i][1]);
        assert_true(file_move_in(from, str_of(want[i][0]), to, &a, &as, &e));
        assert_true(str_eq(as, str_of(want[i][1])));
        assert_string_equal(get(arena_fmt(&a, "to/%s", want[i][1]).p), want[i][1]);
    }
    char name[256];
    memset(name, 'n', 255);
    memcpy(name + 251, ".csv", 5);
    for (int i = 0; i < 2; i++) {
        put(arena_fmt(&a, "from/%s", name).p, "");
        assert_true(file_move_in(from, str_of(name), to, &a, &as, &e));
        assert_true(as.n <= 255 && str_ends(as, S(".csv")));
    }
    assert_false(file_move_in(from, S("gone"), to, &a, &as, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_false(file_move_in(from, S("../to/plain"), to, &a, &as, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_own, setup, teardown),
        cmocka_unit_test_setup_teardown(test_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ways_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_publish, setup, teardown),
        cmocka_unit_test_setup_teardown(test_move, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
