#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/db.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct db_migration first[] = {
    {1, "CREATE TABLE t (id ROWKEY NOT NULL PRIMARY KEY, name TEXT, bytes BYTEA);"}};

struct world {
    char dir[32];
    char path[64];
    struct db *db;
    struct err e;
    struct arena a;
};

static bool open_with(struct world *w, const struct db_migration *m, size_t n)
{
    struct db_options o = {.path = str_of(w->path),
                           .migrations = m,
                           .migration_count = n,
                           .page_bytes = 4096,
                           .cache_kib = 2048,
                           .readers = 2};
    return db_open(&o, &w->db, &w->e);
}

static int setup(void **state)
{
    static struct world w;
    w = (struct world){.dir = "/tmp/selfkey-db-XXXXXX"};
    arena_init(&w.a, 16u << 20);
    if (!mkdtemp(w.dir)) {
        return 1;
    }
    snprintf(w.path, sizeof(w.path), "%s/x.db", w.dir);
    *state = &w;
    return open_with(&w, first, 1) ? 0 : 1;
}

static int teardown(void **state)
{
    struct world *w = *state;
    static const char *const ends[] = {"", "-wal", "-shm"};
    db_close(w->db);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char path[80];
        snprintf(path, sizeof(path), "%s%s", w->path, ends[i]);
        remove(path);
    }
    arena_free(&w->a);
    return rmdir(w->dir);
}

/* --- what a transaction does, as data --- */

struct step {
    int64_t insert; /* an id; 0: none */
    enum err_code fail;
    pthread_mutex_t *gate; /* waited for before anything else */
    int runs;              /* how often it ran */
    int retries;           /* ERR_RETRY for so many runs */
};

static bool step(struct db_conn *c, void *arg, struct err *e)
{
    struct step *s = arg;
    s->runs++;
    if (s->gate) {
        pthread_mutex_lock(s->gate);
        pthread_mutex_unlock(s->gate);
    }
    if (s->insert && !db_exec(c, e, SQL("INSERT INTO t (id, name) VALUES ($1, 'x')"), V_INT(s->insert))) {
        return false;
    }
    if (s->runs <= s->retries) {
        return err_set(e, ERR_RETRY, "again", "encore");
    }
    return s->fail == ERR_NONE || err_set(e, s->fail, "no", "non");
}

static int64_t count(struct world *w)
{
    int64_t n = -1;
    DB_READ_SCOPE *c = db_read(w->db, &w->e);
    assert_true(db_get_int(c, &n, &w->e, SQL("SELECT count(*) FROM t")));
    return n;
}

static void writes_and_undoes(void **state)
{
    struct world *w = *state;
    struct step good = {.insert = 1}, bad = {.insert = 2, .fail = ERR_CONFLICT};
    assert_true(db_write(w->db, step, &good, &w->e));
    assert_false(db_write(w->db, step, &bad, &w->e));
    assert_int_equal(w->e.code, ERR_CONFLICT);
    assert_string_equal(w->e.en, "no");
    assert_int_equal(count(w), 1);
    /* A statement that fails: the text says why. */
    assert_false(db_write(w->db, step, &good, &w->e));
    assert_int_equal(w->e.code, ERR_INTERNAL);
    assert_non_null(strstr(w->e.en, "UNIQUE"));
    assert_int_equal(count(w), 1);
}

static void runs_again_when_asked(void **state)
{
    struct world *w = *state;
    struct step thrice = {.insert = 1, .retries = 3};
    assert_true(db_write(w->db, step, &thrice, &w->e));
    assert_int_equal(thrice.runs, 4);
    assert_int_equal(count(w), 1);
    struct step always = {.insert = 2, .retries = INT_MAX};
    assert_false(db_write(w->db, step, &always, &w->e));
    assert_int_equal(w->e.code, ERR_BUSY); /* "again" never leaves the program */
    assert_int_equal(count(w), 1);
}

/* --- group commit --- */

struct writer {
    struct world *w;
    struct step s;
    pthread_t thread;
    struct err e;
    bool ok;
};

static void *write_it(void *arg)
{
    struct writer *t = arg;
    t->ok = db_write(t->w->db, step, &t->s, &t->e);
    return NULL;
}

static void start(struct writer *t, struct world *w)
{
    t->w = w;
    assert_int_equal(pthread_create(&t->thread, NULL, write_it, t), 0);
    usleep(20000); /* so that they queue up in this order; nothing depends on it for being right */
}

static void one_fails_the_others_stay(void **state)
{
    struct world *w = *state;
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    struct writer t[] = {
        {.s = {.insert = 1, .gate = &gate}},        {.s = {.insert = 2}},
        {.s = {.insert = 3, .fail = ERR_CONFLICT}}, {.s = {.insert = 2}}, /* the same id */
        {.s = {.insert = 4, .retries = 1}},         {.s = {.insert = 5}},
    };
    pthread_mutex_lock(&gate);
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        start(&t[i], w);
    }
    pthread_mutex_unlock(&gate);
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        pthread_join(t[i].thread, NULL);
    }
    assert_true(t[0].ok && t[4].ok && t[5].ok);
    assert_true(t[1].ok != t[3].ok);
    assert_int_equal(t[1].ok ? t[3].e.code : t[1].e.code, ERR_INTERNAL);
    assert_false(t[2].ok);
    assert_int_equal(t[2].e.code, ERR_CONFLICT);
    assert_int_equal(count(w), 4);
}

static void many_writers(void **state)
{
    enum { WRITERS = 64 };
    struct world *w = *state;
    static struct writer t[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        t[i] = (struct writer){.w = w, .s = {.insert = i + 1, .fail = i % 5 ? ERR_NONE : ERR_INVALID}};
        assert_int_equal(pthread_create(&t[i].thread, NULL, write_it, &t[i]), 0);
    }
    int good = 0;
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(t[i].thread, NULL);
        assert_true(t[i].ok == (i % 5 != 0));
        assert_int_equal(t[i].e.code, t[i].ok ? ERR_NONE : ERR_INVALID);
        good += t[i].ok;
    }
    assert_int_equal(count(w), good);
}

static bool see_who_waits(struct db_conn *c, void *arg, struct err *e)
{
    struct writer *t = arg;
    (void)e;
    assert_false(db_awaited(c));
    assert_int_equal(pthread_create(&t->thread, NULL, write_it, t), 0);
    while (!db_awaited(c)) {
        sched_yield();
    }
    return true;
}

static void long_work_sees_that_somebody_waits(void **state)
{
    struct world *w = *state;
    struct writer t = {.w = w, .s = {.insert = 1}};
    struct err e = {0};
    assert_true(db_write(w->db, see_who_waits, &t, &e));
    pthread_join(t.thread, NULL);
    assert_true(t.ok);
    assert_int_equal(count(w), 1);
}

struct filler {
    pthread_mutex_t *gate;
    int64_t id;
};

static bool fill_the_disk(struct db_conn *c, void *arg, struct err *e)
{
    struct filler *f = arg;
    int64_t pages = 0;
    pthread_mutex_lock(f->gate);
    pthread_mutex_unlock(f->gate);
    return db_get_int(c, &pages, e,
                      SQL("PRAGMA max_page_count=2")) && /* less than there are: as many as there are */
           db_exec(c, e, SQL("INSERT INTO t (id, bytes) VALUES ($1, zeroblob(1000000))"), V_INT(f->id));
}

static void a_full_disk_is_named_to_all(void **state)
{
    struct world *w = *state;
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    struct writer t[] = {{.s = {.gate = &gate}}, {.s = {.insert = 2}}};
    struct filler full = {&gate, 3};
    struct err e = {0};
    pthread_mutex_lock(&gate);
    start(&t[0], w); /* holds the writer, so that the next two share a commit */
    start(&t[1], w);
    pthread_mutex_unlock(&gate);
    assert_false(db_write(w->db, fill_the_disk, &full, &e));
    assert_int_equal(e.code, ERR_FULL);
    pthread_join(t[0].thread, NULL);
    pthread_join(t[1].thread, NULL);
    assert_true(t[0].ok);
    /* It was in the same transaction, or not: then it is told the same, or it is stored. */
    assert_true(t[1].ok ? count(w) == 1 : t[1].e.code == ERR_FULL && count(w) == 0);
}

/* --- values --- */

struct values {
    struct arena *a;
    const struct db_value *v;
    struct db_value out[3];
};

static bool there_and_back(struct db_conn *c, void *arg, struct err *e)
{
    struct values *x = arg;
    DB_ROWS_SCOPE rows = {0};
    if (!db_exec(c, e, SQL("DELETE FROM t")) ||
        !db_exec(c, e, SQL("INSERT INTO t (name, id, bytes) VALUES ($2, $1, $3)"), x->v[0], x->v[1],
                 x->v[2]) ||
        !db_query(c, &rows, e, SQL("SELECT id, name, bytes FROM t WHERE id = $2 AND $1 = 'one'"),
                  V_TEXT(S("one")), x->v[0]) ||
        !db_next(&rows, e)) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        x->out[i] = (struct db_value){db_is_null(&rows, i) ? DB_NULL : DB_INT, db_int_or(&rows, i, -7),
                                      db_copy(&rows, i, x->a)};
    }
    return !db_next(&rows, e) && e->code == ERR_NONE;
}

static void values_come_back_as_they_were(void **state)
{
    struct world *w = *state;
    static const char odd[] = "a\0b\xff";
    const struct db_value sets[][3] = {
        {V_INT(1), V_TEXT(S("Zoë")), V_BLOB(((struct str){odd, sizeof(odd) - 1}))},
        {V_INT(INT64_MAX), V_TEXT(S("")), V_BLOB(S(""))},
        {V_INT(INT64_MIN), V_TEXT(((struct str){0})), V_BLOB(((struct str){0}))},
        {V_INT(-1), V_NULL, V_NULL},
        {V_INT_OR(5, 6), V_TEXT(S("'; DROP TABLE t; --")), V_NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        struct values x = {.a = &w->a, .v = sets[i]};
        assert_true(db_write(w->db, there_and_back, &x, &w->e));
        assert_int_equal(x.out[0].i, sets[i][0].i);
        for (int k = 1; k < 3; k++) {
            assert_int_equal(x.out[k].type == DB_NULL, sets[i][k].type == DB_NULL);
            assert_true(str_eq(x.out[k].s, sets[i][k].s));
            assert_int_equal(str_given(x.out[k].s), str_given(sets[i][k].s)); /* empty is not absent */
            assert_int_equal(x.out[k].i, -7);                                 /* a text is no number */
        }
    }
    assert_int_equal(V_INT_OR(6, 6).type, DB_NULL);
}

static bool parameters(struct db_conn *c, void *arg, struct err *e)
{
    struct world *w = arg;
    int64_t n = 0;
    /* By number, whatever their order in the text, and more than once. */
    assert_true(
        db_get_int(c, &n, e, SQL("SELECT $3 * 100 + $1 * 10 + $2 + $1 - $1"), V_INT(1), V_INT(2), V_INT(3)));
    assert_int_equal(n, 312);
    assert_true(db_get_int(c, &n, e, SQL("SELECT $10 + $1 + $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9"), V_INT(0),
                           V_INT(0), V_INT(0), V_INT(0), V_INT(0), V_INT(0), V_INT(0), V_INT(0), V_INT(0),
                           V_INT(1000)));
    assert_int_equal(n, 1000);
    /* Too few and too many. */
    assert_false(db_get_int(c, &n, e, SQL("SELECT $1 + $2"), V_INT(1)));
    assert_int_equal(e->code, ERR_INTERNAL);
    assert_false(db_get_int(c, &n, e, SQL("SELECT $1"), V_INT(1), V_INT(2)));
    assert_false(db_exec(c, e, SQL("SELECT 1"), V_INT(1)));
    assert_false(db_exec(c, e, SQL("SELEKT 1")));
    assert_non_null(strstr(e->en, "syntax error"));
    assert_false(db_exec(c, NULL, SQL("SELEKT 1"))); /* nobody wants to know */
    /* No row, and NULL: the number stays. */
    n = 42;
    assert_true(db_get_int(c, &n, e, SQL("SELECT id FROM t WHERE id = $1"), V_INT(-5)));
    assert_true(db_get_int(c, &n, e, SQL("SELECT max(id) FROM t WHERE id = $1"), V_INT(-5)));
    assert_int_equal(n, 42);
    (void)w;
    return true;
}

static void parameters_by_number(void **state)
{
    struct world *w = *state;
    assert_true(db_write(w->db, parameters, w, &w->e));
}

/* --- statements --- */

/* The same literal in itself, and again before it has ended. */
static int64_t sum_below(struct db_conn *c, int64_t depth, struct err *e)
{
    int64_t sum = 0;
    DB_ROWS_SCOPE rows = {0};
    assert_true(db_query(c, &rows, e, SQL("SELECT id FROM t WHERE id <= $1 ORDER BY id"), V_INT(depth)));
    while (db_next(&rows, e)) {
        int64_t id = db_int(&rows, 0);
        sum += id + (id < depth ? sum_below(c, id, e) : 0);
        assert_int_equal(db_int(&rows, 0), id); /* the inner one took nothing from us */
    }
    assert_int_equal(e->code, ERR_NONE);
    return sum;
}

static void the_same_query_inside_itself(void **state)
{
    struct world *w = *state;
    for (int64_t i = 1; i <= 12; i++) {
        struct step s = {.insert = i};
        assert_true(db_write(w->db, step, &s, &w->e));
    }
    DB_READ_SCOPE *c = db_read(w->db, &w->e);
    int64_t expected[13] = {0};
    for (int64_t d = 1; d <= 12; d++) {
        for (int64_t id = 1; id <= d; id++) {
            expected[d] += id + (id < d ? expected[id] : 0);
        }
    }
    for (int again = 0; again < 3; again++) {
        assert_int_equal(sum_below(c, 12, &w->e), expected[12]);
    }
}

static bool end_and_on(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    DB_ROWS_SCOPE rows = {0};
    assert_true(db_query(c, &rows, e, SQL("INSERT INTO t (id) VALUES ($1) RETURNING id"), V_INT(9)));
    assert_true(db_next(&rows, e));
    assert_int_equal(db_int(&rows, 0), 9);
    for (int i = 0; i < 3; i++) {
        assert_false(db_next(&rows, e)); /* it does not begin again */
        assert_int_equal(e->code, ERR_NONE);
    }
    assert_true(db_exec(c, e, SQL("UPDATE t SET name = 'y'")));
    assert_int_equal(db_changes(c), 1);
    assert_true(db_exec(c, e, SQL("UPDATE t SET name = 'y' WHERE id = 5")));
    assert_int_equal(db_changes(c), 0);
    struct db_rows zero = {0};
    db_rows_end(&zero);
    assert_false(db_next(&zero, e));
    return true;
}

static void after_the_end(void **state)
{
    struct world *w = *state;
    assert_true(db_write(w->db, end_and_on, NULL, &w->e));
    assert_int_equal(count(w), 1);
}

/* --- reading --- */

static int64_t count_in(struct db_conn *c, struct err *e)
{
    int64_t n = -1;
    assert_true(db_get_int(c, &n, e, SQL("SELECT count(*) FROM t")));
    return n;
}

static void readers_see_one_moment(void **state)
{
    struct world *w = *state;
    struct db_conn *c = db_read(w->db, &w->e);
    assert_int_equal(count_in(c, &w->e), 0);
    struct step s = {.insert = 1};
    assert_true(db_write(w->db, step, &s, &w->e)); /* a reader is in nobody's way */
    assert_int_equal(count_in(c, &w->e), 0);
    assert_int_equal(count(w), 1); /* for a new one */
    db_read_end(&c);
    assert_null(c);
    db_read_end(&c);
    c = db_read(w->db, &w->e);
    assert_int_equal(count_in(c, &w->e), 1);
    /* It only reads. */
    assert_false(db_exec(c, &w->e, SQL("INSERT INTO t (id) VALUES (7)")));
    assert_int_equal(w->e.code, ERR_INTERNAL);
    assert_false(db_exec(c, &w->e, SQL("DROP TABLE t")));
    db_read_end(&c);
    assert_int_equal(count(w), 1);
}

static void *read_it(void *arg)
{
    struct world *w = arg;
    struct err e = {0};
    for (int i = 0; i < 50; i++) {
        DB_READ_SCOPE *c = db_read(w->db, &e);
        assert_non_null(c);
        int64_t before = count_in(c, &e);
        assert_int_equal(count_in(c, &e), before);
    }
    return NULL;
}

static void more_who_read_than_readers(void **state)
{
    struct world *w = *state;
    pthread_t threads[8];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, read_it, w), 0);
    }
    for (int64_t i = 1; i <= 20; i++) {
        struct step s = {.insert = i};
        assert_true(db_write(w->db, step, &s, &w->e));
    }
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(count(w), 20);
}

/* --- migrations --- */

static void a_newer_schema_is_refused(void **state)
{
    struct world *w = *state;
    static const struct db_migration two[] = {{1, ""}, {2, "ALTER TABLE t ADD COLUMN more TEXT;"}};
    db_close(w->db);
    assert_true(open_with(w, two, 2));
    db_close(w->db);
    w->db = NULL;
    assert_false(open_with(w, first, 1));
    assert_int_equal(w->e.code, ERR_INTERNAL);
    char en[400], fr[400];
    snprintf(
        en, sizeof(en),
        "%s was written by a newer version of selfkey (schema 2, this one knows 1): start that version, or "
        "restore a backup made before the upgrade",
        w->path);
    snprintf(
        fr, sizeof(fr),
        "%s a été écrit par une version plus récente de selfkey (schéma 2, celle-ci connaît 1) : lancez cette "
        "version, ou restaurez une sauvegarde d'avant la mise à jour",
        w->path);
    assert_string_equal(w->e.en, en);
    assert_string_equal(w->e.fr, fr);
    assert_null(w->db);
    assert_true(open_with(w, two, 2)); /* and nothing was touched */
}

static void a_step_that_fails_leaves_the_ones_before(void **state)
{
    struct world *w = *state;
    static const struct db_migration bad[] = {
        {1, ""}, {2, "CREATE TABLE u (x BIGINT);"}, {3, "CREATE TABLE v (x BIGINT); CREATE TABL w (x);"}};
    static const struct db_migration good[] = {
        {1, ""}, {2, "not looked at"}, {3, "CREATE TABLE v (x BIGINT);"}};
    db_close(w->db);
    w->db = NULL;
    assert_false(open_with(w, bad, 3));
    assert_non_null(strstr(w->e.en, "syntax error"));
    assert_true(open_with(w, good, 3));
    int64_t tables = 0;
    DB_READ_SCOPE *c = db_read(w->db, &w->e);
    assert_true(
        db_get_int(c, &tables, &w->e, SQL("SELECT count(*) FROM sqlite_master WHERE name IN ('u', 'v')")));
    assert_int_equal(tables, 2);
}

/* Slow, and of a size that shows whether half of it was kept. */
static const struct db_migration slow[] = {
    {1, ""},
    {2, "CREATE TABLE big (x BIGINT);"
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) "
        "INSERT INTO big SELECT i FROM n;"
        "CREATE TABLE after_big (x BIGINT);"
        "INSERT INTO after_big SELECT count(*) FROM big;"},
};

static void killed_in_the_middle_of_a_migration(void **state)
{
    struct world *w = *state;
    db_close(w->db);
    w->db = NULL;
    int killed = 0;
    for (int i = 0; i < 12; i++) {
        pid_t child = fork();
        if (child == 0) {
            struct world mine = *w;
            _exit(open_with(&mine, slow, 2) ? 0 : 1);
        }
        assert_true(child > 0);
        usleep((useconds_t)(1000 + 9000 * i));
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        killed += WIFSIGNALED(status);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    }
    assert_true(killed > 0);
    assert_true(open_with(w, slow, 2));
    int64_t rows = 0, noted = 0, version = 0;
    DB_READ_SCOPE *c = db_read(w->db, &w->e);
    assert_true(db_get_int(c, &rows, &w->e, SQL("SELECT count(*) FROM big")));
    assert_true(db_get_int(c, &noted, &w->e, SQL("SELECT sum(x) FROM after_big")));
    assert_true(db_get_int(c, &version, &w->e, SQL("SELECT max(version) FROM schema_version")));
    assert_int_equal(rows, 400000);
    assert_int_equal(noted, 400000);
    assert_int_equal(version, 2);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(writes_and_undoes),
        CASE(runs_again_when_asked),
        CASE(one_fails_the_others_stay),
        CASE(many_writers),
        CASE(long_work_sees_that_somebody_waits),
        CASE(a_full_disk_is_named_to_all),
        CASE(values_come_back_as_they_were),
        CASE(parameters_by_number),
        CASE(the_same_query_inside_itself),
        CASE(after_the_end),
        CASE(readers_see_one_moment),
        CASE(more_who_read_than_readers),
        CASE(a_newer_schema_is_refused),
        CASE(a_step_that_fails_leaves_the_ones_before),
        CASE(killed_in_the_middle_of_a_migration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
