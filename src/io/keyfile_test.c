#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/keyfile.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/selfkey-keyfile-XXXXXX";
static char path[64];

static int make_directory(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/%s", directory, KEYFILE_NAME);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    return rmdir(directory);
}

static int remove_file(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static void put(struct str text, mode_t mode)
{
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.p, text.n), text.n);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static struct str get(char *text, size_t room)
{
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    ssize_t n = read(fd, text, room);
    close(fd);
    assert_true(n > 0);
    return (struct str){text, (size_t)n};
}

static int files(void)
{
    int n = 0;
    DIR *d = opendir(directory);
    assert_non_null(d);
    for (struct dirent *entry; (entry = readdir(d)) != NULL;)
        n += entry->d_name[0] != '.';
    closedir(d);
    return n;
}

static void made_once_and_read_again(void **state)
{
    (void)state;
    uint8_t key[SECRET_KEY_SIZE] = {0}, again[SECRET_KEY_SIZE], zero[SECRET_KEY_SIZE] = {0};
    bool created;
    struct err e;
    struct stat s;
    umask(0);
    assert_true(keyfile_open(str_of(path), false, key, &created, &e));
    assert_true(created);
    assert_memory_not_equal(key, zero, sizeof key);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 07777, 0600);
    assert_int_equal(s.st_nlink, 1);
    assert_int_equal(files(), 1);
    for (int has_keys = 0; has_keys < 2; has_keys++) {
        memset(again, 0, sizeof again);
        assert_true(keyfile_open(str_of(path), has_keys, again, &created, &e));
        assert_false(created);
        assert_memory_equal(key, again, sizeof key);
    }
    assert_false(keyfile_create(str_of(path), again, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_memory_equal(again, zero, sizeof zero);
    assert_true(keyfile_read(str_of(path), again, &e));
    assert_memory_equal(key, again, sizeof key);
    assert_int_equal(files(), 1);
}

static void missing_though_the_data_needs_it(void **state)
{
    (void)state;
    uint8_t key[SECRET_KEY_SIZE];
    bool created;
    struct err e;
    assert_false(keyfile_open(str_of(path), true, key, &created, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_non_null(strstr(e.en, path));
    assert_non_null(strstr(e.en, "put your copy of it back there"));
    assert_non_null(strstr(e.fr, "--key-file"));
    assert_int_equal(files(), 0);
    assert_false(keyfile_open(S("/nonexistent/master.key"), false, key, &created, &e));
    assert_int_equal(e.code, ERR_INTERNAL);
    assert_non_null(strstr(e.en, "No such file or directory"));
}

static void open_to_others(void **state)
{
    (void)state;
    static const mode_t modes[] = {0640, 0604, 0644, 0620, 0601, 0777};
    uint8_t key[SECRET_KEY_SIZE];
    bool created;
    struct err e;
    assert_true(keyfile_create(str_of(path), key, &e));
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_false(keyfile_open(str_of(path), true, key, &created, &e));
        assert_int_equal(e.code, ERR_FORBIDDEN);
        assert_non_null(strstr(e.en, "chmod 600"));
        assert_non_null(strstr(e.fr, "chmod 600"));
    }
    assert_int_equal(chmod(path, 0400), 0);
    assert_true(keyfile_open(str_of(path), true, key, &created, &e));
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 65534, 65534), 0);
        assert_false(keyfile_open(str_of(path), true, key, &created, &e));
        assert_int_equal(e.code, ERR_FORBIDDEN);
        assert_non_null(strstr(e.en, "65534"));
    }
}

static void not_a_key_file(void **state)
{
    (void)state;
    uint8_t key[SECRET_KEY_SIZE];
    bool created;
    struct err e;
    char text[6000];
    static const struct {
        struct str text;
        const char *says;
    } bad[] = {
        {S_INIT(""), "does not begin with"},
        {S_INIT("selfkey-master-key v2\n"), "does not begin with"},
        {S_INIT("selfkey-master-key v1"), "is incomplete"},
        {S_INIT("selfkey-master-key v1\nkey: AAAA\n"), "is incomplete"},
        {S_INIT("selfkey-master-key v1\nkey: AAAA\nid: m_0\n"), "not 32 bytes"},
        {S_INIT("selfkey-master-key v1\nkey: AAAA\nkey: AAAA\n"), "does not belong"},
        {S_INIT("selfkey-master-key v1\nhello\n"), "does not belong"},
        {S_INIT(
             "selfkey-master-key v1\nkey: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nid: m_0000000000000000\n"),
         "does not fit its id"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        put(bad[i].text, 0600);
        assert_false(keyfile_open(str_of(path), false, key, &created, &e)); /* never replaced by a new one */
        assert_int_equal(e.code, ERR_INVALID);
        assert_non_null(strstr(e.en, bad[i].says));
        assert_non_null(strstr(e.en, path));
    }
    memset(text, '#', sizeof text);
    put((struct str){text, sizeof text}, 0600);
    assert_false(keyfile_open(str_of(path), true, key, &created, &e));
    assert_int_equal(e.code, ERR_INVALID);
}

/* One bit of its two last lines changed, or cut anywhere: never another key. */
static void damaged(void **state)
{
    (void)state;
    uint8_t key[SECRET_KEY_SIZE], again[SECRET_KEY_SIZE];
    bool created;
    struct err e;
    assert_true(keyfile_create(str_of(path), key, &e));
    char original[2048], text[2048];
    struct str good = get(original, sizeof original);
    size_t lines = str_find(good, S("key: "));
    for (size_t n = 0; n < good.n - 1; n += 3) {
        put(str_sub(good, 0, n), 0600);
        assert_false(keyfile_open(str_of(path), true, again, &created, &e));
    }
    for (size_t i = lines * 8; i < good.n * 8; i++) {
        memcpy(text, good.p, good.n);
        text[i / 8] = (char)(text[i / 8] ^ (1 << i % 8));
        put((struct str){text, good.n}, 0600);
        if (keyfile_open(str_of(path), true, again, &created, &e))
            assert_memory_equal(key, again, sizeof key); /* e.g. white space changed */
    }
}

/* Kept in a mail: CR LF, a blank at the end. */
static void copied_by_hand(void **state)
{
    (void)state;
    uint8_t key[SECRET_KEY_SIZE], again[SECRET_KEY_SIZE];
    bool created;
    struct err e;
    assert_true(keyfile_create(str_of(path), key, &e));
    char original[2048], text[4096];
    struct str good = get(original, sizeof original);
    size_t n = 0;
    for (size_t i = 0; i < good.n; i++) {
        if (good.p[i] == '\n') {
            text[n++] = ' ';
            text[n++] = '\r';
        }
        text[n++] = good.p[i];
    }
    put((struct str){text, n}, 0600);
    assert_true(keyfile_open(str_of(path), true, again, &created, &e));
    assert_memory_equal(key, again, sizeof key);
}

static void not_a_file(void **state)
{
    (void)state;
    uint8_t again[SECRET_KEY_SIZE];
    bool created;
    struct err e;
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(keyfile_open(str_of(path), true, again, &created, &e));
    assert_int_equal(e.code, ERR_INVALID);
    rmdir(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(keyfile_open(str_of(path), true, again, &created, &e)); /* and does not wait */
    assert_int_equal(e.code, ERR_INVALID);
}

/* Several processes start at the same moment: all of them end with one key. */
static void nodes_that_start_together(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        unlink(path);
        int pipes[2];
        pid_t children[4];
        assert_int_equal(pipe(pipes), 0);
        for (size_t i = 0; i < ARRAY_LEN(children); i++) {
            children[i] = fork();
            assert_true(children[i] >= 0);
            if (children[i] == 0) {
                uint8_t key[SECRET_KEY_SIZE];
                bool created;
                bool good = keyfile_open(str_of(path), false, key, &created, NULL);
                good = good && write(pipes[1], key, sizeof key) == sizeof key;
                _exit(good ? 0 : 1);
            }
        }
        uint8_t first[SECRET_KEY_SIZE], key[SECRET_KEY_SIZE];
        for (size_t i = 0; i < ARRAY_LEN(children); i++) {
            int status;
            assert_int_equal(waitpid(children[i], &status, 0), children[i]);
            assert_int_equal(status, 0);
            assert_int_equal(read(pipes[0], i == 0 ? first : key, sizeof key), sizeof key);
            assert_true(i == 0 || memcmp(first, key, sizeof key) == 0);
        }
        close(pipes[0]);
        close(pipes[1]);
        assert_int_equal(files(), 1);
    }
}

int main(void)
{
    if (!secret_init(NULL))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(made_once_and_read_again, remove_file),
        cmocka_unit_test_teardown(missing_though_the_data_needs_it, remove_file),
        cmocka_unit_test_teardown(open_to_others, remove_file),
        cmocka_unit_test_teardown(not_a_key_file, remove_file),
        cmocka_unit_test_teardown(damaged, remove_file),
        cmocka_unit_test_teardown(copied_by_hand, remove_file),
        cmocka_unit_test_teardown(not_a_file, remove_file),
        cmocka_unit_test_teardown(nodes_that_start_together, remove_file),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
