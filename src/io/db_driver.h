/* db_driver.h: what an engine must provide to io/db.c. Nobody else includes this.
 *
 * Schema scripts are in the shared dialect with two marks that an engine may read:
 *   ROWKEY                     a 64-bit key that is the table's own order (SQLite: INTEGER, else BIGINT)
 *   / *sqlite WITHOUT ROWID* / text for SQLite only, a comment elsewhere */
#ifndef IO_DB_DRIVER_H
#define IO_DB_DRIVER_H

#include "io/db.h"

struct db_conn {
    struct db *db;
    const struct db_driver *driver;
    void *handle; /* the engine's connection */
    void *cache;  /* the engine's prepared statements */
    bool writer;
    struct db_conn *next_free;
};

struct db_driver {
    const char *begin_read, *begin_write;
    bool single_writer; /* calls of db_write() that arrive together share a commit */
    bool (*open)(struct db_conn *c, const struct db_options *o, struct err *e);
    void (*close)(struct db_conn *c);
    bool (*start)(struct db_conn *c, struct db_rows *rows, const char *sql, const struct db_value *v,
                  size_t n, struct err *e);
    bool (*next)(struct db_rows *rows, struct err *e); /* as db_next() */
    void (*end)(struct db_rows *rows);
    struct db_value (*column)(const struct db_rows *rows, int column);
    int64_t (*changes)(struct db_conn *c);
    bool (*script)(struct db_conn *c, const char *script, struct err *e);
    /* Background work of an open store; may do nothing. */
    bool (*start_upkeep)(struct db_conn *writer, const struct db_options *o, void **upkeep, struct err *e);
    void (*stop_upkeep)(void *upkeep);
};

extern const struct db_driver db_sqlite;

#endif
