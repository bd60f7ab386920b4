/* SQLite behind io/db_driver.h: WAL, synchronous=FULL, one writer, many readers. */
#include "io/db_driver.h"
#include "io/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CACHE_SLOTS         512u /* statements a connection keeps prepared; a power of two */
#define PLACES_MAX          32   /* parameters whose places are remembered; more are looked up each time */
#define BUSY_TIMEOUT_MS     15000
#define CHECKPOINT_PAGES    1000  /* the checkpointer starts above this many pages in the log */
#define CHECKPOINT_FALLBACK 20000 /* without a checkpointer, where nobody waits, or when it cannot follow */

struct cached {
    const char *sql; /* the literal's address is its identity */
    sqlite3_stmt *stmt;
    bool busy;
    uint8_t places[PLACES_MAX]; /* of $1, $2, … among SQLite's own numbers */
};

static bool fail(sqlite3 *db, int rc, struct err *e)
{
    switch (rc & 0xFF) {
    case SQLITE_FULL:
        return err_set(e, ERR_FULL, "the disk is full: nothing was stored; free some space",
                       "le disque est plein : rien n'a été enregistré ; libérez de la place");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(e, ERR_BUSY, "the database is busy; try again in a moment",
                       "la base de données est occupée ; réessayez dans un instant");
    case SQLITE_NOMEM:
        return err_set(e, ERR_BUSY, "the server is short of memory; try again in a moment",
                       "le serveur manque de mémoire ; réessayez dans un instant");
    default:
        return err_set(e, ERR_INTERNAL, "database: %s (code %d)", "base de données : %s (code %d)",
                       db ? sqlite3_errmsg(db) : sqlite3_errstr(rc), rc);
    }
}

static bool pragma(sqlite3 *db, const char *text, struct err *e)
{
    int rc = sqlite3_exec(db, text, NULL, NULL, NULL);
    return rc == SQLITE_OK || fail(db, rc, e);
}

static bool configure(sqlite3 *db, const struct db_options *o, bool writer, struct err *e)
{
    char text[400];
    sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    snprintf(text, sizeof(text),
             "PRAGMA page_size=%u; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
             "PRAGMA cache_size=-%u; PRAGMA wal_autocheckpoint=%d; PRAGMA trusted_schema=OFF; "
             "PRAGMA secure_delete=OFF; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;",
             o->page_bytes, writer ? o->cache_kib : 2048, CHECKPOINT_FALLBACK);
    if (!pragma(db, text, e)) {
        return false;
    }
    return writer || pragma(db, "PRAGMA query_only=ON;", e);
}

static sqlite3 *open_file(struct str path, struct err *e)
{
    char name[4096];
    if (path.n >= sizeof(name)) {
        err_set(e, ERR_INVALID, "the path is too long", "le chemin est trop long");
        return NULL;
    }
    memcpy(name, path.p, path.n);
    name[path.n] = 0;
    /* SQLite would make the file with the umask's rights; guests' names are nobody else's business. One that is there
     * must not be opened here: closing it would give up the locks of every connection of this process (POSIX), and
     * another process would throw our log away ("How To Corrupt An SQLite Database File", 2.2). */
    int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST) {
        err_set(e, ERR_INTERNAL, "cannot open %s: %s%.0s", "impossible d'ouvrir %s : %.0s%s", name,
                REASON(errno));
        return NULL;
    }
    if (fd >= 0) {
        close(fd);
    }
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(name, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK) {
        fail(db, rc, e);
        sqlite3_close(db);
        return NULL;
    }
    sqlite3_extended_result_codes(db, 1);
    return db;
}

static void sqlite_close(struct db_conn *c)
{
    struct cached *cache = c->cache;
    for (size_t i = 0; cache && i < CACHE_SLOTS; i++) {
        sqlite3_finalize(cache[i].stmt);
    }
    free(cache);
    sqlite3_close(c->handle);
    c->cache = c->handle = NULL;
}

static bool sqlite_open(struct db_conn *c, const struct db_options *o, struct err *e)
{
    c->handle = open_file(o->path, e);
    c->cache = calloc(CACHE_SLOTS, sizeof(struct cached));
    if (!c->handle || !c->cache || !configure(c->handle, o, c->writer, e)) {
        sqlite_close(c);
        return false;
    }
    return true;
}

/* $n gets SQLite's number by first appearance, which need not be n. 0: there is no such parameter. */
static int place_of(sqlite3_stmt *stmt, size_t index)
{
    char name[24];
    snprintf(name, sizeof(name), "$%zu", index);
    return sqlite3_bind_parameter_index(stmt, name);
}

static void remember_places(struct cached *k)
{
    int count = sqlite3_bind_parameter_count(k->stmt);
    for (int i = 0; i < count && i < PLACES_MAX; i++) {
        k->places[i] = (uint8_t)place_of(k->stmt, (size_t)i + 1);
    }
}

/* The cached statement for this literal, or a fresh one when it is in use or the cache is crowded. */
static sqlite3_stmt *prepare(struct db_conn *c, const char *sql, struct cached **slot, struct err *e)
{
    struct cached *cache = c->cache;
    size_t home = ((uintptr_t)sql >> 3) * 0x9E3779B97F4A7C15u >> 40;
    *slot = NULL;
    for (size_t i = 0; i < 8; i++) {
        struct cached *k = &cache[(home + i) % CACHE_SLOTS];
        if (k->sql == sql && !k->busy) {
            *slot = k;
            return k->stmt;
        }
        if (!k->sql && !*slot) {
            *slot = k;
            break;
        }
    }
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v3(c->handle, sql, -1, *slot ? SQLITE_PREPARE_PERSISTENT : 0, &stmt, NULL);
    if (rc != SQLITE_OK) {
        fail(c->handle, rc, e);
        *slot = NULL;
        return NULL;
    }
    if (*slot) {
        **slot = (struct cached){.sql = sql, .stmt = stmt};
        remember_places(*slot);
    }
    return stmt;
}

static int bind(sqlite3_stmt *stmt, int at, const struct db_value *v)
{
    if (at == 0) {
        return SQLITE_RANGE;
    }
    switch (v->type) {
    case DB_INT:
        return sqlite3_bind_int64(stmt, at, v->i);
    case DB_TEXT:
        return sqlite3_bind_text64(stmt, at, v->s.n ? v->s.p : "", v->s.n, SQLITE_STATIC, SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(stmt, at, v->s.n ? v->s.p : "", v->s.n, SQLITE_STATIC);
    case DB_NULL:
        break;
    }
    return sqlite3_bind_null(stmt, at);
}

static void sqlite_end(struct db_rows *rows)
{
    struct cached *slot = rows->cached ? rows->statement : NULL;
    sqlite3_stmt *stmt = slot ? slot->stmt : rows->statement;
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    if (slot) {
        slot->busy = false;
    } else {
        sqlite3_finalize(stmt);
    }
}

static sqlite3_stmt *statement_of(const struct db_rows *rows)
{
    return rows->cached ? ((struct cached *)rows->statement)->stmt : rows->statement;
}

static bool sqlite_start(struct db_conn *c, struct db_rows *rows, const char *sql, const struct db_value *v,
                         size_t n, struct err *e)
{
    struct cached *slot;
    sqlite3_stmt *stmt = prepare(c, sql, &slot, e);
    if (!stmt) {
        return false;
    }
    rows->cached = slot != NULL;
    rows->statement = slot ? (void *)slot : stmt;
    if (slot) {
        slot->busy = true;
    }
    rows->columns = sqlite3_column_count(stmt);
    if ((size_t)sqlite3_bind_parameter_count(stmt) != n) {
        sqlite_end(rows);
        rows->statement = NULL;
        return err_set(e, ERR_INTERNAL, "database: a statement has other parameters than it was given",
                       "base de données : une requête n'a pas les paramètres qu'elle attend");
    }
    for (size_t i = 0; i < n; i++) {
        int at = slot && i < PLACES_MAX ? slot->places[i] : place_of(stmt, i + 1);
        int rc = bind(stmt, at, &v[i]);
        if (rc != SQLITE_OK) {
            fail(c->handle, rc, e);
            sqlite_end(rows);
            rows->statement = NULL;
            return false;
        }
    }
    return true;
}

static bool sqlite_next(struct db_rows *rows, struct err *e)
{
    int rc = sqlite3_step(statement_of(rows));
    if (rc == SQLITE_ROW) {
        return true;
    }
    return rc == SQLITE_DONE ? false : fail(rows->conn->handle, rc, e);
}

static struct db_value sqlite_column(const struct db_rows *rows, int column)
{
    sqlite3_stmt *stmt = statement_of(rows);
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_INTEGER:
        return V_INT(sqlite3_column_int64(stmt, column));
    case SQLITE_TEXT: {
        const char *p = (const char *)sqlite3_column_text(stmt, column);
        return (struct db_value){DB_TEXT, 0, {p, (size_t)sqlite3_column_bytes(stmt, column)}};
    }
    case SQLITE_BLOB: {
        const char *p = sqlite3_column_blob(stmt, column);
        return (struct db_value){DB_BLOB, 0, {p ? p : "", (size_t)sqlite3_column_bytes(stmt, column)}};
    }
    default:
        return V_NULL;
    }
}

static int64_t sqlite_changes(struct db_conn *c)
{
    return sqlite3_changes64(c->handle);
}

/* The script with the engine marks of db_driver.h made SQLite's. */
static bool sqlite_script(struct db_conn *c, const char *script, struct err *e)
{
    ARENA_SCOPE a;
    arena_init(&a, 1u << 20);
    struct buf b = buf_in(&a);
    struct str rest = str_of(script);
    static const struct {
        struct str mark, text;
    } marks[] = {
        {S_INIT("ROWKEY"), S_INIT("INTEGER")},
        {S_INIT("/*sqlite "), S_INIT("")},
        {S_INIT("*/"), S_INIT("")},
    };
    while (rest.n) {
        size_t m = 0;
        while (m < ARRAY_LEN(marks) && !str_starts(rest, marks[m].mark)) {
            m++;
        }
        bool hit = m < ARRAY_LEN(marks);
        buf_add(&b, hit ? marks[m].text : str_sub(rest, 0, 1));
        rest = str_sub(rest, hit ? marks[m].mark.n : 1, rest.n);
    }
    int rc = sqlite3_exec(c->handle, arena_cstr(&a, buf_str(&b)), NULL, NULL, NULL);
    return rc == SQLITE_OK || fail(c->handle, rc, e);
}

/* The checkpointer: copies the log into the file while others read and write. */
struct upkeep {
    sqlite3 *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool due, stop;
};

static int after_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct upkeep *u = arg;
    (void)name;
    if (pages >= CHECKPOINT_FALLBACK) {
        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    } else if (pages >= CHECKPOINT_PAGES) {
        pthread_mutex_lock(&u->lock);
        u->due = true;
        pthread_cond_signal(&u->wake);
        pthread_mutex_unlock(&u->lock);
    }
    return SQLITE_OK;
}

static void *checkpointer(void *arg)
{
    struct upkeep *u = arg;
    pthread_mutex_lock(&u->lock);
    while (!u->stop) {
        if (!u->due) {
            pthread_cond_wait(&u->wake, &u->lock);
            continue;
        }
        u->due = false;
        pthread_mutex_unlock(&u->lock);
        sqlite3_wal_checkpoint_v2(u->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        pthread_mutex_lock(&u->lock);
    }
    pthread_mutex_unlock(&u->lock);
    return NULL;
}

static bool start_upkeep(struct db_conn *writer, const struct db_options *o, void **upkeep, struct err *e)
{
    *upkeep = NULL;
    if (!o->checkpointer) {
        return true;
    }
    struct upkeep *u = calloc(1, sizeof(*u));
    if (!u) {
        return err_set(e, ERR_INTERNAL, "no memory", "plus de mémoire");
    }
    u->db = open_file(o->path, e);
    if (!u->db || !configure(u->db, o, true, e)) {
        sqlite3_close(u->db);
        free(u);
        return false;
    }
    pthread_mutex_init(&u->lock, NULL);
    pthread_cond_init(&u->wake, NULL);
    if (pthread_create(&u->thread, NULL, checkpointer, u) != 0) {
        sqlite3_close(u->db);
        free(u);
        return err_set(e, ERR_INTERNAL, "cannot start a thread", "impossible de lancer un fil d'exécution");
    }
    sqlite3_wal_hook(writer->handle, after_commit, u); /* takes the place of wal_autocheckpoint */
    *upkeep = u;
    return true;
}

static void stop_upkeep(void *upkeep)
{
    struct upkeep *u = upkeep;
    if (!u) {
        return;
    }
    pthread_mutex_lock(&u->lock);
    u->stop = true;
    pthread_cond_signal(&u->wake);
    pthread_mutex_unlock(&u->lock);
    pthread_join(u->thread, NULL);
    sqlite3_close(u->db);
    pthread_cond_destroy(&u->wake);
    pthread_mutex_destroy(&u->lock);
    free(u);
}

const struct db_driver db_sqlite = {
    .begin_read = "BEGIN",
    .begin_write = "BEGIN IMMEDIATE",
    .single_writer = true,
    .open = sqlite_open,
    .close = sqlite_close,
    .start = sqlite_start,
    .next = sqlite_next,
    .end = sqlite_end,
    .column = sqlite_column,
    .changes = sqlite_changes,
    .script = sqlite_script,
    .start_upkeep = start_upkeep,
    .stop_upkeep = stop_upkeep,
};
