#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[32];

static int setup(void **state)
{
    (void)state;
    snprintf(dir, sizeof(dir), "/tmp/selfkey-store-XXXXXX");
    return mkdtemp(dir) ? 0 : 1;
}

static int teardown(void **state)
{
    static const char *const names[] = {"selfkey.db", "selfkey.db-wal", "selfkey.db-shm",
                                        "inbox.db",   "inbox.db-wal",   "inbox.db-shm"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[80];
        snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        remove(path);
    }
    return rmdir(dir);
}

static int64_t tables(struct db *db)
{
    struct err e;
    int64_t n = -1;
    DB_READ_SCOPE *c = db_read(db, &e);
    assert_true(db_get_int(c, &n, &e, SQL("SELECT count(*) FROM sqlite_master WHERE type = 'table'")));
    return n;
}

static bool add(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(c, e, SQL("INSERT INTO inbox_cursor (id, seq) VALUES (1, 42)"));
}

static void two_files(void **state)
{
    (void)state;
    struct store s;
    struct err e = {0};
    for (int serving = 0; serving < 2; serving++) {
        assert_true(store_open(&s, str_of(dir), serving, &e));
        assert_true(tables(s.hotel) > 15);
        assert_true(tables(s.inbox) >= 2); /* messages, and the schema's version */
        store_close(&s);
        assert_null(s.hotel);
        store_close(&s); /* twice is fine */
    }
    /* What was written is there after a new start, beside a second user of the same files. */
    struct store other;
    assert_true(store_open(&s, str_of(dir), true, &e));
    assert_true(store_open(&other, str_of(dir), false, &e));
    assert_true(db_write(s.hotel, add, NULL, &e));
    store_close(&s);
    int64_t seq = 0;
    {
        DB_READ_SCOPE *c = db_read(other.hotel, &e);
        assert_true(db_get_int(c, &seq, &e, SQL("SELECT seq FROM inbox_cursor")));
    }
    assert_int_equal(seq, 42);
    store_close(&other);
}

static void a_folder_that_is_not_there(void **state)
{
    (void)state;
    struct store s;
    struct err e = {0};
    assert_false(store_open(&s, S("/nowhere/at/all"), false, &e));
    assert_string_equal(e.en, "cannot open /nowhere/at/all/selfkey.db: No such file or directory");
    assert_null(s.hotel);
    assert_null(s.inbox);
    store_close(&s);
    store_close(&(struct store){0});
    /* The second file fails: the first is closed again. */
    char path[80];
    snprintf(path, sizeof(path), "%s/inbox.db", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(store_open(&s, str_of(dir), false, &e));
    assert_null(s.hotel);
    assert_int_equal(rmdir(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_files, setup, teardown),
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_there, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
