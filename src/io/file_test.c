#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each test has a folder of its own: `root` is given to the functions, `outside` beside it is what must not be reached. */
static struct arena a;
static struct err e;
static struct str top, root, outside;

static const char *in(struct str dir, const char *name)
{
    return arena_fmt(&a, "%.*s/%s", STR_ARG(dir), name).p;
}

static void put(const char *path, struct str bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
    close(fd);
}

static struct str get(const char *path)
{
    char *bytes = arena_alloc(&a, 4096);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, bytes, 4096) : -1;
    close(fd);
    return n >= 0 ? (struct str){bytes, (size_t)n} : (struct str){0};
}

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 1u << 20);
    top = file_make_temporary(&a, S("selfkey-file"), &e);
    root = str_of(in(top, "root"));
    outside = str_of(in(top, "outside"));
    bool ok = top.n && file_make_dir(root, &e) && file_make_dir(outside, &e);
    put(in(outside, "secret"), S("secret"));
    return ok ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    file_remove_tree(top);
    bool gone = !file_exists(top);
    arena_free(&a);
    return gone ? 0 : -1;
}

static void failed(bool ok, enum err_code code)
{
    assert_false(ok);
    assert_int_equal(e.code, code);
    assert_true(e.en[0] && e.fr[0]);
}

/* --- by path --- */

static void test_whole(void **state)
{
    (void)state;
    struct str path = str_of(in(root, "x"));
    struct file_info info;
    char bytes[8];
    size_t got;
    {
        FILE_SCOPE fd = file_create(path, &e);
        assert_true(fd >= 0 && file_write(fd, S("hello\0world"), &e) && file_sync(fd, &e));
        assert_true(file_write(fd, S(""), &e));
        assert_true(file_set_modified(fd, INT64_C(1782900000123456), &e) && file_stat(fd, &info, &e));
        assert_true(info.size == 11 && info.regular && info.modified_us == INT64_C(1782900000123456));
    }
    struct stat s;
    assert_int_equal(stat(path.p, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    {
        FILE_SCOPE fd = file_open(path, &e);
        assert_true(file_read(fd, bytes, sizeof(bytes), &got, &e) && got == 8 &&
                    memcmp(bytes, "hello\0wo", 8) == 0);
        assert_true(file_read(fd, bytes, sizeof(bytes), &got, &e) && got == 3);
        assert_true(file_read(fd, bytes, sizeof(bytes), &got, &e) && got == 0);
        failed(file_write(fd, S("x"), &e), ERR_INTERNAL); /* read-only */
        assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    }
    {
        FILE_SCOPE fd = file_create(path, &e);
        assert_true(file_stat(fd, &info, &e) && info.size == 0); /* emptied */
    }
    assert_true(file_exists(path) && file_rename(path, str_of(in(root, "y")), &e));
    assert_false(file_exists(path));
    assert_true(file_remove(str_of(in(root, "y"))) && file_remove(str_of(in(root, "y"))));
    assert_false(file_remove(root)); /* a folder */
    failed(file_open(path, &e) >= 0, ERR_NOT_FOUND);
    assert_non_null(strstr(e.en, path.p));
    assert_true(str_ends(str_of(e.en), S(": No such file or directory")));
    assert_true(str_ends(str_of(e.fr), S(" : ce fichier ou ce dossier n'existe pas")));
    failed(file_rename(path, str_of(in(root, "y")), &e), ERR_NOT_FOUND);
}

static void test_no_path(void **state)
{
    (void)state;
    char *longest = arena_alloc(&a, PATH_MAX + 1);
    memset(longest, 'x', PATH_MAX);
    struct str none[] = {S(""), {0}, S("/tmp/a\0b"), {longest, PATH_MAX}};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        failed(file_open(none[i], &e) >= 0, ERR_INVALID);
        failed(file_create(none[i], &e) >= 0, ERR_INVALID);
        failed(file_make_dir(none[i], &e), ERR_INVALID);
        failed(file_rename(none[i], S("/tmp/x"), &e), ERR_INVALID);
        failed(file_dir_open(none[i], S("x"), false, &e) >= 0, ERR_INVALID);
        assert_false(file_exists(none[i]) || file_remove(none[i]));
        file_remove_tree(none[i]);
    }
    int fd = -1;
    file_close(&fd);
    struct file_info info;
    failed(file_stat(-1, &info, &e), ERR_INTERNAL);
    failed(file_read(-1, longest, 1, &(size_t){0}, &e), ERR_INTERNAL);
    failed(file_sync(-1, &e), ERR_INTERNAL);
    failed(file_set_modified(-1, 0, &e), ERR_INTERNAL);
}

/* One at a time, whoever asks, until it is closed; under whatever name. */
static void test_lock(void **state)
{
    (void)state;
    struct str a_path = str_of(in(root, "locked")), b_path = str_of(in(root, "renamed"));
    int one = file_create(a_path, &e);
    FILE_SCOPE two = file_open(a_path, &e);
    assert_true(one >= 0 && two >= 0);
    assert_true(file_try_lock(one) && file_try_lock(one));
    assert_false(file_try_lock(two));
    assert_true(file_rename(a_path, b_path, &e));
    FILE_SCOPE three = file_open(b_path, &e);
    assert_false(file_try_lock(three));
    file_close(&one);
    assert_true(file_try_lock(three));
    assert_false(file_try_lock(two));
    assert_false(file_try_lock(-1) || file_share_lock(-1));
    /* Many may share it; then nobody has it alone, those who share it included. */
    assert_true(file_share_lock(three) && file_share_lock(two));
    assert_false(file_try_lock(two));
    assert_true(file_remove(b_path));
}

static void test_full(void **state)
{
    (void)state;
    FILE_SCOPE fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        print_message("skipped: there is no /dev/full\n");
        skip();
    }
    failed(file_write(fd, S("x"), &e), ERR_FULL);
}

static void test_folders(void **state)
{
    (void)state;
    struct stat s;
    struct str dir = str_of(in(root, "d"));
    assert_true(file_make_dir(dir, &e) && file_make_dir(dir, &e));
    assert_int_equal(stat(dir.p, &s), 0);
    assert_int_equal(s.st_mode & 07777, 0700);
    failed(file_make_dir(str_of(in(root, "no/d")), &e), ERR_NOT_FOUND);
    put(in(root, "f"), S("x"));
    assert_false(file_make_dir(str_of(in(root, "f")), &e)); /* something is there, but no folder */

    /* A tree goes without what a link in it leads to. */
    assert_int_equal(symlink(outside.p, in(dir, "link")), 0);
    put(in(dir, "file"), S("x"));
    assert_true(file_make_dir(str_of(in(dir, "deep")), &e));
    put(in(dir, "deep/file"), S("x"));
    file_remove_tree(dir);
    assert_false(file_exists(dir));
    assert_true(str_eq(get(in(outside, "secret")), S("secret")));
    file_remove_tree(dir); /* is gone already */

    struct str one = file_make_temporary(&a, S("selfkey-file"), &e);
    struct str two = file_make_temporary(&a, S("selfkey-file"), &e);
    assert_true(one.n && two.n && !str_eq(one, two));
    assert_int_equal(stat(one.p, &s), 0);
    assert_int_equal(s.st_mode & 07777, 0700);
    file_remove_tree(one);
    file_remove_tree(two);
    assert_false(str_given(file_make_temporary(&a, S("no/such"), &e)));
}

/* --- below a folder --- */

static int opens(struct str relative, bool make)
{
    return file_dir_open(root, relative, make, &e);
}

static void test_way_down(void **state)
{
    (void)state;
    struct stat s;
    failed(opens(S("a/b"), false) >= 0, ERR_NOT_FOUND);
    assert_non_null(strstr(e.en, "a/b"));
    {
        FILE_SCOPE made = opens(S("a/b"), true);
        FILE_SCOPE again = opens(S("a/b"), true);
        FILE_SCOPE found = opens(S("a/b"), false);
        FILE_SCOPE itself = opens(S(""), false);
        FILE_SCOPE absent = opens((struct str){0}, false);
        assert_true(made >= 0 && again >= 0 && found >= 0 && itself >= 0 && absent >= 0);
        assert_true(fcntl(found, F_GETFD) & FD_CLOEXEC);
    }
    assert_int_equal(stat(in(root, "a/b"), &s), 0);
    assert_int_equal(s.st_mode & 0777 & ~0750, 0);
    failed(file_dir_open(str_of(in(top, "new")), S("a"), false, &e) >= 0, ERR_NOT_FOUND);
    {
        FILE_SCOPE made = file_dir_open(str_of(in(top, "new")), S("a"), true, &e);
        assert_true(made >= 0 && file_exists(str_of(in(top, "new/a"))));
    }
    put(in(root, "file"), S("x"));
    failed(opens(S("file"), true) >= 0, ERR_INVALID);
    failed(opens(S("file/a"), true) >= 0, ERR_INVALID);
    assert_non_null(strstr(e.en, "not a folder"));
}

/* Neither by name nor by link can the folder be left. */
static void test_way_out(void **state)
{
    (void)state;
    struct str names[] = {
        S(".."),   S("../outside"), S("a/../../outside"), S("a/.."),  S("/etc"),  S("/"), S("."), S("./a"),
        S("a//b"), S("a/"),         S("a/b/../c"),        S("a/\0b"), S("//etc"), outside};
    assert_true(file_make_dir(str_of(in(root, "a")), &e));
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        for (int make = 0; make < 2; make++) {
            int fd = opens(names[i], make);
            if (fd >= 0) {
                fail_msg("opened: %.*s", STR_ARG(names[i]));
            }
            assert_int_equal(e.code, ERR_INVALID);
        }
    }
    assert_int_equal(symlink(outside.p, in(root, "last")), 0);
    assert_int_equal(symlink("a", in(root, "inside")), 0);
    assert_int_equal(symlink("../outside", in(root, "a/up")), 0);
    assert_int_equal(symlink("nowhere", in(root, "dangling")), 0);
    const char *const links[] = {"last", "last/secret", "inside",   "inside/x",
                                 "a/up", "a/up/x",      "dangling", "dangling/x"};
    for (size_t i = 0; i < ARRAY_LEN(links); i++) {
        for (int make = 0; make < 2; make++) {
            failed(opens(str_of(links[i]), make) >= 0, ERR_INVALID);
            assert_non_null(strstr(e.en, "link"));
        }
    }
    assert_false(file_exists(str_of(in(outside, "x"))) || file_exists(str_of(in(root, "a/x"))));
    /* The root itself is the operator's, and may be a link. */
    assert_int_equal(symlink(root.p, in(top, "linked")), 0);
    FILE_SCOPE fd = file_dir_open(str_of(in(top, "linked")), S("a"), false, &e);
    assert_true(fd >= 0);
}

static void test_list(void **state)
{
    (void)state;
    struct str *names;
    size_t count;
    FILE_SCOPE dir = opens(S(""), false);
    assert_true(file_dir_list(dir, &a, 10, &names, &count, &e) && count == 0);
    put(in(root, "b.csv"), S("x"));
    put(in(root, "a.csv"), S("x"));
    put(in(root, "é.csv"), S("x"));
    put(in(root, ".hidden"), S("x"));
    put(in(root, ".c.csv.part"), S("x"));
    assert_true(file_make_dir(str_of(in(root, "folder")), &e));
    assert_int_equal(symlink(in(outside, "secret"), in(root, "link.csv")), 0);
    assert_int_equal(symlink("a.csv", in(root, "link2.csv")), 0);
    assert_int_equal(mkfifo(in(root, "pipe"), 0600), 0);
    for (int i = 0; i < 2; i++) { /* the handle can be read again */
        assert_true(file_dir_list(dir, &a, 10, &names, &count, &e));
        assert_int_equal(count, 3);
        assert_true(str_eq(names[0], S("a.csv")) && str_eq(names[1], S("b.csv")) &&
                    str_eq(names[2], S("é.csv")));
    }
    assert_true(file_dir_list(dir, &a, 2, &names, &count, &e) && count == 2);
    assert_true(file_dir_writable(dir));
    failed(file_dir_list(-1, &a, 2, &names, &count, &e), ERR_INTERNAL);
}

static void test_open_in(void **state)
{
    (void)state;
    struct file_info info;
    FILE_SCOPE dir = opens(S("a"), true);
    put(in(root, "a/x"), S("inside"));
    put(in(root, "above"), S("x"));
    {
        FILE_SCOPE fd = file_open_in(dir, S("x"), &e);
        assert_true(fd >= 0 && file_stat(fd, &info, &e) && info.size == 6);
    }
    char *longest = arena_alloc(&a, 300);
    memset(longest, 'x', 300);
    struct str no_names[] = {S(""),     S("."),           S(".."),      S("../above"),
                             S("a/x"),  S("/etc/passwd"), S(".hidden"), {longest, 256},
                             S("x\0y"), S("x/"),          S("../a/x"),  {0}};
    for (size_t i = 0; i < ARRAY_LEN(no_names); i++) {
        struct str as;
        failed(file_open_in(dir, no_names[i], &e) >= 0, ERR_INVALID);
        failed(file_create_in(dir, no_names[i], &e) >= 0, ERR_INVALID);
        failed(file_publish_in(dir, no_names[i], dir, &e), ERR_INVALID);
        failed(file_move_in(dir, no_names[i], dir, &a, &as, &e), ERR_INVALID);
        failed(file_publish_beside_in(dir, no_names[i], dir, &a, &as, &e), ERR_INVALID);
    }
    failed(file_open_in(dir, S("none"), &e) >= 0, ERR_NOT_FOUND);
    assert_int_equal(symlink("x", in(root, "a/link")), 0);
    assert_int_equal(symlink(in(outside, "secret"), in(root, "a/out")), 0);
    failed(file_open_in(dir, S("link"), &e) >= 0, ERR_INVALID);
    failed(file_open_in(dir, S("out"), &e) >= 0, ERR_INVALID);
    /* Nobody can make us wait: a pipe opens at once, and is seen not to be a file. */
    assert_int_equal(mkfifo(in(root, "a/pipe"), 0600), 0);
    FILE_SCOPE pipe = file_open_in(dir, S("pipe"), &e);
    assert_true(pipe >= 0 && file_stat(pipe, &info, &e) && !info.regular);
}

static void test_publish(void **state)
{
    (void)state;
    struct str *names, as;
    size_t count;
    FILE_SCOPE dir = opens(S(""), false);
    put(in(root, "out.csv"), S("before"));
    FILE_SCOPE fd = file_create_in(dir, S("out.csv"), &e);
    assert_true(fd >= 0 && file_write(fd, S("half"), &e));
    /* Whoever looks meanwhile sees the file that was there, and no half one. */
    assert_true(str_eq(get(in(root, "out.csv")), S("before")));
    assert_true(file_dir_list(dir, &a, 10, &names, &count, &e) && count == 1);
    assert_true(file_write(fd, S(" and half"), &e) && file_publish_in(dir, S("out.csv"), fd, &e));
    assert_true(str_eq(get(in(root, "out.csv")), S("half and half")));
    assert_true(file_dir_list(dir, &a, 10, &names, &count, &e) && count == 1);
    failed(file_publish_in(dir, S("out.csv"), fd, &e), ERR_NOT_FOUND); /* it has its name already */

    /* What an earlier try left is no hindrance; a link in its place is. */
    put(in(root, ".new.csv.part"), S("left over and longer"));
    FILE_SCOPE new = file_create_in(dir, S("new.csv"), &e);
    assert_true(new >= 0 && file_write(new, S("new"), &e) && file_publish_in(dir, S("new.csv"), new, &e));
    assert_true(str_eq(get(in(root, "new.csv")), S("new")));
    assert_int_equal(symlink(in(outside, "secret"), in(root, ".evil.csv.part")), 0);
    assert_false(file_create_in(dir, S("evil.csv"), &e) >= 0);
    assert_true(str_eq(get(in(outside, "secret")), S("secret")));
    /* A link that has the name itself is replaced, not followed. */
    assert_int_equal(symlink(in(outside, "secret"), in(root, "linked.csv")), 0);
    FILE_SCOPE over = file_create_in(dir, S("linked.csv"), &e);
    assert_true(over >= 0 && file_write(over, S("mine"), &e) &&
                file_publish_in(dir, S("linked.csv"), over, &e));
    assert_true(str_eq(get(in(outside, "secret")), S("secret")) &&
                str_eq(get(in(root, "linked.csv")), S("mine")));

    FILE_SCOPE beside = file_create_in(dir, S("out.csv"), &e);
    assert_true(beside >= 0 && file_write(beside, S("second"), &e));
    assert_true(file_publish_beside_in(dir, S("out.csv"), beside, &a, &as, &e));
    assert_true(str_eq(as, S("out-2.csv")) && str_eq(get(in(root, "out-2.csv")), S("second")));
    assert_true(str_eq(get(in(root, "out.csv")), S("half and half")));
    failed(file_create_in(-1, S("x"), &e) >= 0, ERR_INTERNAL);
}

static void moves(int from, const char *name, int into, const char *expected)
{
    struct str as;
    if (!file_move_in(from, str_of(name), into, &a, &as, &e)) {
        fail_msg("%s: %s", name, e.en);
    }
    assert_true(str_eq(as, str_of(expected)));
}

static void test_move(void **state)
{
    (void)state;
    struct str as;
    FILE_SCOPE from = opens(S("in"), true);
    FILE_SCOPE done = opens(S("done"), true);
    static const char *const names[][2] = {
        {"a.csv", "a.csv"}, {"a.csv", "a-2.csv"}, {"a.csv", "a-3.csv"},     {"a-2.csv", "a-2-2.csv"},
        {"plain", "plain"}, {"plain", "plain-2"}, {"a.tar.gz", "a.tar.gz"}, {"a.tar.gz", "a.tar-2.gz"},
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        put(in(root, arena_fmt(&a, "in/%s", names[i][0]).p), arena_fmt(&a, "%zu", i));
        moves(from, names[i][0], done, names[i][1]);
        assert_false(file_exists(str_of(in(root, arena_fmt(&a, "in/%s", names[i][0]).p))));
        assert_true(str_eq(get(in(root, arena_fmt(&a, "done/%s", names[i][1]).p)), arena_fmt(&a, "%zu", i)));
    }
    failed(file_move_in(from, S("none"), done, &a, &as, &e), ERR_NOT_FOUND);

    /* The longest names still get another one, which is text as well. */
    char longest[256];
    memset(longest, 'y', 255);
    longest[255] = 0;
    for (size_t i = 1; i + 1 < 251; i += 2) {
        memcpy(longest + i, "é", 2);
    }
    memcpy(longest + 251, ".csv", 4);
    for (int i = 0; i < 3; i++) {
        put(in(root, arena_fmt(&a, "in/%s", longest).p), S("x"));
        assert_true(file_move_in(from, str_of(longest), done, &a, &as, &e));
        assert_true(as.n <= NAME_MAX && str_ends(as, S(".csv")) && utf8_valid(as, &(size_t){0}));
        assert_true(file_exists(str_of(in(root, arena_fmt(&a, "done/%.*s", STR_ARG(as)).p))));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_whole),   TEST(test_no_path),  TEST(test_full),    TEST(test_lock),
        TEST(test_folders), TEST(test_way_down), TEST(test_way_out), TEST(test_list),
        TEST(test_open_in), TEST(test_publish),  TEST(test_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
