#include "io/db_driver.h"

#include "base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A call of db_write() waiting for its turn; lives on its caller's stack. */
struct db_job {
    bool (*work)(struct db_conn *c, void *arg, struct err *e);
    void *arg;
    struct err *e;
    bool ok, done;
    struct db_job *next;
};

struct db {
    const struct db_driver *driver;
    struct db_conn writer;
    pthread_mutex_t lock;
    pthread_cond_t turn;  /* a job is done, or the writer is free */
    struct db_job *first; /* waiting jobs in order of arrival */
    struct db_job *last;
    bool writing;
    pthread_cond_t free_reader;
    struct db_conn *readers;
    struct db_conn *free;
    unsigned reader_count;
    void *upkeep;
};

struct db_value db_text_value(struct str s)
{
    return str_given(s) ? (struct db_value){DB_TEXT, 0, s} : V_NULL;
}

struct db_value db_blob_value(struct str s)
{
    return str_given(s) ? (struct db_value){DB_BLOB, 0, s} : V_NULL;
}

bool db_query_n(struct db_conn *c, struct db_rows *rows, struct err *e, struct sql sql,
                const struct db_value *v, size_t n)
{
    *rows = (struct db_rows){.conn = c};
    if (!c->driver->start(c, rows, sql.text, v, n, e)) {
        return false;
    }
    if (e) {
        e->code = ERR_NONE; /* so that a loop that never asks for a row sees no old failure */
    }
    return true;
}

bool db_next(struct db_rows *rows, struct err *e)
{
    e->code = ERR_NONE;
    if (!rows->statement || rows->done) { /* an engine would begin again */
        return false;
    }
    rows->done = !rows->conn->driver->next(rows, e);
    return !rows->done;
}

void db_rows_end(struct db_rows *rows)
{
    if (rows->statement) {
        rows->conn->driver->end(rows);
        rows->statement = NULL;
    }
}

bool db_exec_n(struct db_conn *c, struct err *e, struct sql sql, const struct db_value *v, size_t n)
{
    DB_ROWS_SCOPE rows = {0};
    struct err ignored;
    e = e ? e : &ignored;
    if (!db_query_n(c, &rows, e, sql, v, n)) {
        return false;
    }
    while (db_next(&rows, e)) {
    }
    return e->code == ERR_NONE;
}

bool db_get_int_n(struct db_conn *c, int64_t *out, struct err *e, struct sql sql, const struct db_value *v,
                  size_t n)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query_n(c, &rows, e, sql, v, n)) {
        return false;
    }
    if (db_next(&rows, e)) {
        *out = db_int_or(&rows, 0, *out);
        return true;
    }
    return e->code == ERR_NONE;
}

int64_t db_changes(struct db_conn *c)
{
    return c->driver->changes(c);
}

bool db_is_null(const struct db_rows *rows, int column)
{
    return rows->conn->driver->column(rows, column).type == DB_NULL;
}

int64_t db_int_or(const struct db_rows *rows, int column, int64_t if_null)
{
    struct db_value v = rows->conn->driver->column(rows, column);
    return v.type == DB_INT ? v.i : if_null;
}

int64_t db_int(const struct db_rows *rows, int column)
{
    return db_int_or(rows, column, 0);
}

struct str db_str(const struct db_rows *rows, int column)
{
    return rows->conn->driver->column(rows, column).s;
}

struct str db_copy(const struct db_rows *rows, int column, struct arena *a)
{
    return arena_str(a, db_str(rows, column));
}

static bool run(struct db_conn *c, const char *sql, struct err *e)
{
    return db_exec_n(c, e, (struct sql){sql}, NULL, 0);
}

/* Undoes what one job of several did. When that fails, the engine has given up the whole transaction because of what
 * the job ran into (a full disk): that is then what there is to tell. */
static bool undo(struct db_conn *c, const struct db_job *j, struct err *e)
{
    if (run(c, "ROLLBACK TO SAVEPOINT job", e)) {
        return true;
    }
    *e = j->e->code == ERR_NONE ? *e : *j->e;
    return false;
}

/* Runs the jobs of one batch in one transaction. False with *e when the transaction itself failed. */
static bool run_jobs(struct db_conn *c, struct db_job *batch, struct err *e)
{
    bool alone = batch->next == NULL;
    if (!run(c, c->driver->begin_write, e)) {
        return false;
    }
    for (struct db_job *j = batch; j; j = j->next) {
        if (!alone && !run(c, "SAVEPOINT job", e)) {
            return false;
        }
        j->ok = j->work(c, j->arg, j->e);
        if (alone && !j->ok) {
            run(c, "ROLLBACK", NULL);
            return true;
        }
        if (!alone && ((!j->ok && !undo(c, j, e)) || !run(c, "RELEASE SAVEPOINT job", e))) {
            return false;
        }
    }
    return run(c, "COMMIT", e);
}

static void run_batch(struct db_conn *c, struct db_job *batch)
{
    struct err e = {0};
    if (!run_jobs(c, batch, &e)) {
        run(c, "ROLLBACK", NULL); /* fails when nothing is open, which is fine */
        for (struct db_job *j = batch; j; j = j->next) {
            if (j->ok || j->e->code == ERR_NONE) { /* the others have failed for reasons of their own */
                *j->e = e;
            }
            j->ok = false;
        }
    }
}

/* The first caller to find the writer free leads: it runs everything that is waiting, in one commit. */
static bool write_once(struct db *db, bool (*work)(struct db_conn *, void *, struct err *), void *arg,
                       struct err *e)
{
    struct db_job job = {.work = work, .arg = arg, .e = e};
    pthread_mutex_lock(&db->lock);
    if (db->last) {
        db->last->next = &job;
    } else {
        db->first = &job;
    }
    db->last = &job;
    while (!job.done && db->writing) {
        pthread_cond_wait(&db->turn, &db->lock);
    }
    if (!job.done) {
        struct db_job *batch = db->first;
        db->first = db->last = NULL;
        db->writing = true;
        pthread_mutex_unlock(&db->lock);
        run_batch(&db->writer, batch);
        pthread_mutex_lock(&db->lock);
        db->writing = false;
        for (struct db_job *j = batch, *next; j; j = next) {
            next = j->next; /* once done, its owner may return and the job is gone */
            j->done = true;
        }
        pthread_cond_broadcast(&db->turn);
    }
    pthread_mutex_unlock(&db->lock);
    return job.ok;
}

bool db_write(struct db *db, bool (*work)(struct db_conn *, void *, struct err *), void *arg, struct err *e)
{
    for (int attempt = 0; attempt < 8; attempt++) {
        *e = (struct err){0};
        if (write_once(db, work, arg, e)) {
            return true;
        }
        if (e->code != ERR_RETRY) {
            return false;
        }
    }
    return err_set(e, ERR_BUSY, "the database is too busy; try again in a moment",
                   "la base de données est trop occupée ; réessayez dans un instant");
}

bool db_awaited(struct db_conn *writer)
{
    struct db *db = writer->db;
    pthread_mutex_lock(&db->lock);
    bool awaited = db->first != NULL;
    pthread_mutex_unlock(&db->lock);
    return awaited;
}

struct db_conn *db_read(struct db *db, struct err *e)
{
    pthread_mutex_lock(&db->lock);
    while (!db->free) {
        pthread_cond_wait(&db->free_reader, &db->lock);
    }
    struct db_conn *c = db->free;
    db->free = c->next_free;
    pthread_mutex_unlock(&db->lock);
    if (!run(c, db->driver->begin_read, e)) {
        db_read_end(&c);
        return NULL;
    }
    return c;
}

void db_read_end(struct db_conn **conn)
{
    struct db_conn *c = *conn;
    if (!c) {
        return;
    }
    run(c, "ROLLBACK", NULL);
    pthread_mutex_lock(&c->db->lock);
    c->next_free = c->db->free;
    c->db->free = c;
    pthread_cond_signal(&c->db->free_reader);
    pthread_mutex_unlock(&c->db->lock);
    *conn = NULL;
}

static bool apply_migration(struct db_conn *c, const struct db_migration *m, struct err *e)
{
    if (!run(c, c->driver->begin_write, e)) {
        return false;
    }
    /* Another process may have done it between our look and our lock. */
    int64_t version = 0;
    if (!db_get_int(c, &version, e, SQL("SELECT max(version) FROM schema_version"))) {
        return false;
    }
    bool due = version < m->version;
    if (due && (!c->driver->script(c, m->script, e) ||
                !db_exec(c, e, SQL("INSERT INTO schema_version (version) VALUES ($1)"), V_INT(m->version)))) {
        return false;
    }
    return run(c, "COMMIT", e);
}

static bool migrate(struct db_conn *c, const struct db_options *o, struct err *e)
{
    int64_t version = 0;
    if (!run(c, "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)", e) ||
        !db_get_int(c, &version, e, SQL("SELECT max(version) FROM schema_version"))) {
        return false;
    }
    if (version > (int64_t)o->migration_count) {
        return err_set(
            e, ERR_INTERNAL,
            "%.*s was written by a newer version of selfkey (schema %lld, this one knows %zu): start "
            "that version, or restore a backup made before the upgrade",
            "%.*s a été écrit par une version plus récente de selfkey (schéma %lld, celle-ci connaît %zu) "
            ": lancez cette version, ou restaurez une sauvegarde d'avant la mise à jour",
            STR_ARG(o->path), (long long)version, o->migration_count);
    }
    for (size_t i = (size_t)version; i < o->migration_count; i++) {
        if (!apply_migration(c, &o->migrations[i], e)) {
            run(c, "ROLLBACK", NULL);
            return false;
        }
        log_event(LOG_INFO, "db.migrated", LOG_STR("file", o->path),
                  LOG_I64("version", o->migrations[i].version));
    }
    return true;
}

static bool open_readers(struct db *db, const struct db_options *o, struct err *e)
{
    db->readers = calloc(o->readers, sizeof(*db->readers));
    if (!db->readers) {
        return err_set(e, ERR_INTERNAL, "no memory", "plus de mémoire");
    }
    for (unsigned i = 0; i < o->readers; i++) {
        struct db_conn *c = &db->readers[i];
        *c = (struct db_conn){.db = db, .driver = db->driver};
        if (!db->driver->open(c, o, e)) {
            return false;
        }
        c->next_free = db->free;
        db->free = c;
        db->reader_count++;
    }
    return true;
}

bool db_open(const struct db_options *o, struct db **out, struct err *e)
{
    struct db *db = calloc(1, sizeof(*db));
    if (!db) {
        return err_set(e, ERR_INTERNAL, "no memory", "plus de mémoire");
    }
    db->driver = &db_sqlite;
    pthread_mutex_init(&db->lock, NULL);
    pthread_cond_init(&db->turn, NULL);
    pthread_cond_init(&db->free_reader, NULL);
    db->writer = (struct db_conn){.db = db, .driver = db->driver, .writer = true};
    if (!db->driver->open(&db->writer, o, e) || !migrate(&db->writer, o, e) || !open_readers(db, o, e) ||
        !db->driver->start_upkeep(&db->writer, o, &db->upkeep, e)) {
        db_close(db);
        return false;
    }
    *out = db;
    return true;
}

void db_close(struct db *db)
{
    if (!db) {
        return;
    }
    db->driver->stop_upkeep(db->upkeep);
    for (unsigned i = 0; i < db->reader_count; i++) {
        db->driver->close(&db->readers[i]);
    }
    db->driver->close(&db->writer);
    free(db->readers);
    pthread_cond_destroy(&db->free_reader);
    pthread_cond_destroy(&db->turn);
    pthread_mutex_destroy(&db->lock);
    free(db);
}

bool db_backup(struct db *db, struct str path, struct err *e)
{
    struct db_conn *c = &db->writer;
    pthread_mutex_lock(&db->lock);
    while (db->writing) {
        pthread_cond_wait(&db->turn, &db->lock);
    }
    db->writing = true;
    pthread_mutex_unlock(&db->lock);
    bool ok = db_exec(c, e, SQL("VACUUM INTO $1"), V_TEXT(path));
    pthread_mutex_lock(&db->lock);
    db->writing = false;
    pthread_cond_broadcast(&db->turn);
    pthread_mutex_unlock(&db->lock);
    return ok;
}
