/* db.h: statements and transactions; the one seam between SQL and an engine.
 *
 * SQL is a literal with $1 … $n parameters, in a dialect that SQLite and PostgreSQL share; a text made at
 * run time does not compile as a struct sql. Values are BIGINT, TEXT and BYTEA. An engine is a struct
 * db_driver (io/db_driver.h) at the level of statements.
 *
 * Reading: db_read() gives a consistent snapshot. Writing: db_write() runs a function inside a transaction;
 * calls that arrive together share one commit (group commit) while each keeps its own savepoint, so that one
 * failing leaves the others alone. When db_write() returns true the change is on disk. */
#ifndef IO_DB_H
#define IO_DB_H

#include "base/arena.h"
#include "base/err.h"

struct db;
struct db_conn;

struct sql {
    const char *text;
};
#define SQL(literal) ((struct sql){"" literal ""})

enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };

struct db_value {
    enum db_type type;
    int64_t i;
    struct str s;
};
#define V_INT(v)          ((struct db_value){DB_INT, (v), {0}})
#define V_TEXT(v)         db_text_value(v) /* an absent string is NULL */
#define V_BLOB(v)         db_blob_value(v)
#define V_NULL            ((struct db_value){0})
#define V_INT_OR(v, none) ((v) == (none) ? V_NULL : V_INT(v))
struct db_value db_text_value(struct str s);
struct db_value db_blob_value(struct str s);

struct db_migration {
    int version;        /* 1, 2, … without gaps */
    const char *script; /* statements in the shared dialect; see db_driver.h for its two engine marks */
};

struct db_options {
    struct str path; /* SQLite file; made 0600 when it is not there */
    const struct db_migration *migrations;
    size_t migration_count;
    unsigned page_bytes;
    unsigned cache_kib; /* of the writer */
    unsigned readers;
    bool checkpointer; /* a thread moves the write-ahead log, so that commits do not wait for it */
};

/* Opens, migrates step by step (each step one transaction, so that a kill half-way loses nothing), or fails:
 * ERR_INTERNAL with what to do, also when the data was written by a newer version. */
bool db_open(const struct db_options *o, struct db **out, struct err *e);
void db_close(struct db *db); /* accepts NULL */

/* work runs in a transaction and returns false with *e to undo what it did. It must not wait for anything but
 * the database, and may be run again when it fails with ERR_RETRY. Errors besides work's own: ERR_BUSY
 * (another process holds the file too long), ERR_FULL (no disk space), ERR_INTERNAL. */
bool db_write(struct db *db, bool (*work)(struct db_conn *c, void *arg, struct err *e), void *arg,
              struct err *e);

/* Whether somebody else in this process waits for the writer that work was given. Long work that can be done in pieces
 * looks now and then, and ends its transaction early. */
bool db_awaited(struct db_conn *writer);

/* A reader with a snapshot; waits for a free one. NULL with *e on failure. */
struct db_conn *db_read(struct db *db, struct err *e);
void db_read_end(struct db_conn **c); /* for __attribute__((cleanup)); accepts NULL inside */
#define DB_READ_SCOPE __attribute__((cleanup(db_read_end))) struct db_conn

/* A running statement. Column texts are views valid until the next db_next(); copy what must live. */
struct db_rows {
    struct db_conn *conn;
    void *statement;
    bool cached, done;
    int columns;
};
#define DB_ROWS_SCOPE __attribute__((cleanup(db_rows_end))) struct db_rows

/* Exactly as many values as the statement has parameters, which live until db_rows_end. */
bool db_query_n(struct db_conn *c, struct db_rows *rows, struct err *e, struct sql sql,
                const struct db_value *v, size_t n);
/* True with a row. False at the end (e->code is ERR_NONE: *e is cleared) or on failure; then always false. */
bool db_next(struct db_rows *rows, struct err *e);
void db_rows_end(struct db_rows *rows); /* accepts a zeroed struct */
bool db_exec_n(struct db_conn *c, struct err *e, struct sql sql, const struct db_value *v, size_t n);
int64_t db_changes(struct db_conn *c); /* rows changed by the last db_exec */

/* The first one is a placeholder, so that a statement without parameters can be written too. */
#define DB_VALUES(...)                                                                                       \
    ((struct db_value[]){{0}, ##__VA_ARGS__}) + 1, ARRAY_LEN(((struct db_value[]){{0}, ##__VA_ARGS__})) - 1
#define db_query(c, rows, e, sql, ...) db_query_n((c), (rows), (e), (sql), DB_VALUES(__VA_ARGS__))
#define db_exec(c, e, sql, ...)        db_exec_n((c), (e), (sql), DB_VALUES(__VA_ARGS__))

bool db_is_null(const struct db_rows *rows, int column);
int64_t db_int(const struct db_rows *rows, int column);                     /* NULL gives 0 */
int64_t db_int_or(const struct db_rows *rows, int column, int64_t if_null); /* NULL gives if_null */
struct str db_str(const struct db_rows *rows, int column);                  /* NULL gives the absent string */
struct str db_copy(const struct db_rows *rows, int column, struct arena *a);

/* One row, one number: *out keeps its value when there is no row or a NULL. False only on failure. */
bool db_get_int_n(struct db_conn *c, int64_t *out, struct err *e, struct sql sql, const struct db_value *v,
                  size_t n);
#define db_get_int(c, out, e, sql, ...) db_get_int_n((c), (out), (e), (sql), DB_VALUES(__VA_ARGS__))

/* Copies the whole store, consistent, to a new file (SQLite: VACUUM INTO). */
bool db_backup(struct db *db, struct str path, struct err *e);

#endif
