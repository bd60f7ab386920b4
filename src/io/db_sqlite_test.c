#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Both marks of the schema dialect, and a table that has neither. */
static const struct db_migration schema[] = {
    {1,
     "CREATE TABLE t (id ROWKEY NOT NULL PRIMARY KEY, bytes BYTEA);"
     "CREATE TABLE pair (a BIGINT NOT NULL, b BIGINT NOT NULL, PRIMARY KEY (a, b)) /*sqlite WITHOUT ROWID*/;"},
};

struct world {
    char dir[40];
    char path[64];
    struct db *db;
    struct err e;
};

static struct db_options options_of(const struct world *w)
{
    return (struct db_options){.path = str_of(w->path),
                               .migrations = schema,
                               .migration_count = 1,
                               .page_bytes = 8192,
                               .cache_kib = 2048,
                               .readers = 2};
}

static int setup(void **state)
{
    static struct world w;
    w = (struct world){.dir = "/tmp/selfkey-sqlite-XXXXXX"};
    *state = &w;
    return mkdtemp(w.dir) && snprintf(w.path, sizeof(w.path), "%s/x.db", w.dir) > 0 ? 0 : 1;
}

static int teardown(void **state)
{
    struct world *w = *state;
    static const char *const names[] = {"x.db", "x.db-wal", "x.db-shm", "copy.db"};
    db_close(w->db);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[80];
        snprintf(path, sizeof(path), "%s/%s", w->dir, names[i]);
        remove(path);
    }
    return rmdir(w->dir);
}

static void open_it(struct world *w, bool checkpointer)
{
    struct db_options o = options_of(w);
    o.checkpointer = checkpointer;
    if (!db_open(&o, &w->db, &w->e)) {
        fail_msg("%s", w->e.en);
    }
}

static int64_t ask_n(struct world *w, struct sql sql)
{
    int64_t n = -1;
    DB_READ_SCOPE *c = db_read(w->db, &w->e);
    assert_true(c && db_get_int(c, &n, &w->e, sql));
    return n;
}

static void files_are_nobody_elses(void **state)
{
    struct world *w = *state;
    umask(0);
    open_it(w, false);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char path[80];
        struct stat s;
        snprintf(path, sizeof(path), "%s%s", w->path, ends[i]);
        assert_int_equal(stat(path, &s), 0);
        assert_int_equal(s.st_mode & 0777, 0600);
    }
}

static bool settings_work(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    int64_t synchronous = 0, keys = 0, page = 0, trusted = 1;
    assert_true(db_get_int(c, &synchronous, e, SQL("PRAGMA synchronous")));
    assert_true(db_get_int(c, &keys, e, SQL("PRAGMA foreign_keys")));
    assert_true(db_get_int(c, &page, e, SQL("PRAGMA page_size")));
    assert_true(db_get_int(c, &trusted, e, SQL("PRAGMA trusted_schema")));
    assert_int_equal(synchronous, 2); /* FULL: what is acknowledged is on disk */
    assert_int_equal(keys, 1);
    assert_int_equal(page, 8192);
    assert_int_equal(trusted, 0);
    DB_ROWS_SCOPE rows = {0};
    assert_true(db_query(c, &rows, e, SQL("PRAGMA journal_mode")));
    assert_true(db_next(&rows, e));
    assert_true(str_eq(db_str(&rows, 0), S("wal")));
    return true;
}

static void settings(void **state)
{
    struct world *w = *state;
    open_it(w, false);
    assert_true(db_write(w->db, settings_work, NULL, &w->e));
    /* The marks of the schema became SQLite's own words. */
    assert_int_equal(
        ask_n(w, SQL("SELECT count(*) FROM sqlite_master WHERE name = 't' AND sql LIKE '%id INTEGER NOT%'")),
        1);
    assert_int_equal(
        ask_n(w,
              SQL("SELECT count(*) FROM sqlite_master WHERE name = 'pair' AND sql LIKE '%) WITHOUT ROWID'")),
        1);
}

static bool fill(struct db_conn *c, void *arg, struct err *e)
{
    const int64_t *n = arg;
    return db_exec(c, e, SQL("INSERT INTO t (bytes) VALUES (zeroblob($1))"), V_INT(*n));
}

static int64_t size_of(const struct world *w, const char *end)
{
    char path[80];
    struct stat s;
    snprintf(path, sizeof(path), "%s%s", w->path, end);
    return stat(path, &s) == 0 ? (int64_t)s.st_size : -1;
}

static void the_log_moves_in_the_background(void **state)
{
    struct world *w = *state;
    open_it(w, true);
    int64_t n = 4 << 20;
    for (int i = 0; i < 8; i++) {
        assert_true(db_write(w->db, fill, &n, &w->e));
    }
    /* Once the log is in the file, the file has grown: waited for, since a thread does it. */
    for (int i = 0; size_of(w, "") < (int64_t)8 << 20 && i < 500; i++) {
        usleep(10000);
    }
    assert_true(size_of(w, "") >= (int64_t)8 << 20);
    db_close(w->db);
    open_it(w, true);
    assert_int_equal(ask_n(w, SQL("SELECT count(*) FROM t")), 8);
}

static void a_copy_of_the_whole(void **state)
{
    struct world *w = *state;
    char copy[64];
    int64_t n = 100;
    snprintf(copy, sizeof(copy), "%s/copy.db", w->dir);
    open_it(w, false);
    assert_true(db_write(w->db, fill, &n, &w->e));
    assert_true(db_backup(w->db, str_of(copy), &w->e));
    assert_true(db_write(w->db, fill, &n, &w->e)); /* the original goes on */
    assert_false(db_backup(w->db, str_of(copy), &w->e));
    assert_int_equal(ask_n(w, SQL("SELECT count(*) FROM t")), 2);
    db_close(w->db);
    memcpy(w->path, copy, sizeof(copy));
    open_it(w, false);
    assert_int_equal(ask_n(w, SQL("SELECT count(*) FROM t")), 1);
    db_close(w->db);
    w->db = NULL;
    char path[80];
    static const char *const ends[] = {"-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        snprintf(path, sizeof(path), "%s%s", copy, ends[i]);
        remove(path);
    }
}

static void what_cannot_be_opened(void **state)
{
    struct world *w = *state;
    struct db_options o = options_of(w);
    char path[5000];
    o.path = S("/nowhere/at/all/x.db");
    assert_false(db_open(&o, &w->db, &w->e));
    assert_string_equal(w->e.en, "cannot open /nowhere/at/all/x.db: No such file or directory");
    memset(path, 'a', sizeof(path));
    o.path = (struct str){path, sizeof(path)};
    assert_false(db_open(&o, &w->db, &w->e));
    assert_string_equal(w->e.en, "the path is too long");
    /* A file of something else. */
    FILE *file = fopen(w->path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++) {
        fputs("this is not a database ", file);
    }
    fclose(file);
    o.path = str_of(w->path);
    assert_false(db_open(&o, &w->db, &w->e));
    assert_int_equal(w->e.code, ERR_INTERNAL);
    assert_non_null(strstr(w->e.en, "not a database"));
    w->db = NULL;
}

static bool add_one(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(c, e, SQL("INSERT INTO t (bytes) VALUES (NULL)"));
}

/* Commands and a running server work on the same data, also at the very first start. */
static void many_processes_at_once(void **state)
{
    enum { PROCESSES = 8, EACH = 20 };
    struct world *w = *state;
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct db_options o = options_of(w);
            struct db *db = NULL;
            struct err e;
            bool ok = db_open(&o, &db, &e);
            for (int k = 0; ok && k < EACH; k++) {
                ok = db_write(db, add_one, NULL, &e);
            }
            if (!ok) {
                fprintf(stderr, "%s\n", e.en);
            }
            db_close(db);
            _exit(ok ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    open_it(w, false);
    assert_int_equal(ask_n(w, SQL("SELECT count(*) FROM t")), PROCESSES * EACH);
    assert_int_equal(ask_n(w, SQL("SELECT count(*) FROM schema_version")), 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(files_are_nobody_elses),          CASE(settings),
        CASE(the_log_moves_in_the_background), CASE(a_copy_of_the_whole),
        CASE(what_cannot_be_opened),           CASE(many_processes_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
