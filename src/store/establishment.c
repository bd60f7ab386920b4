#include "store/establishment.h"

bool establishment_slug_valid(struct str s)
{
    if (s.n < 1 || s.n > 60 || s.p[0] == '-' || s.p[s.n - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < s.n; i++) {
        bool letter = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-';
        if (!letter) {
            return false;
        }
    }
    return true;
}

bool establishment_insert(struct db_conn *c, struct establishment *h, struct err *e)
{
    int64_t taken = 0, last = 0;
    if (!db_get_int(c, &taken, e, SQL("SELECT count(*) FROM establishments WHERE slug = $1"),
                    V_TEXT(h->slug)) ||
        !db_get_int(c, &last, e, SQL("SELECT max(id) FROM establishments"))) {
        return false;
    }
    if (taken) {
        return err_field(e, ERR_CONFLICT, "slug", "there is already a hotel “%.*s”",
                         "il y a déjà un hôtel « %.*s »", STR_ARG(h->slug));
    }
    h->id = last + 1;
    return db_exec(c, e,
                   SQL("INSERT INTO establishments (id, slug, name, timezone, currency, next_id, next_event, "
                       "created_us) VALUES ($1, $2, $3, $4, $5, 1, 1, $6)"),
                   V_INT(h->id), V_TEXT(h->slug), V_TEXT(h->name), V_TEXT(h->timezone), V_TEXT(h->currency),
                   V_INT(h->created_us));
}

static void read_row(const struct db_rows *rows, struct arena *a, struct establishment *h)
{
    *h = (struct establishment){
        .id = db_int(rows, 0),
        .slug = db_copy(rows, 1, a),
        .name = db_copy(rows, 2, a),
        .timezone = db_copy(rows, 3, a),
        .currency = db_copy(rows, 4, a),
        .created_us = db_int(rows, 5),
    };
}

static bool find(struct db_rows *rows, struct arena *a, struct establishment *out, struct err *e)
{
    if (db_next(rows, e)) {
        read_row(rows, a, out);
        return true;
    }
    return e->code == ERR_NONE &&
           err_set(e, ERR_NOT_FOUND, "there is no such hotel", "cet hôtel n'existe pas");
}

bool establishment_find(struct db_conn *c, struct arena *a, struct str slug, struct establishment *out,
                        struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    return db_query(
               c, &rows, e,
               SQL("SELECT id, slug, name, timezone, currency, created_us FROM establishments WHERE slug = $1"),
               V_TEXT(slug)) &&
           find(&rows, a, out, e);
}

bool establishment_find_id(struct db_conn *c, struct arena *a, int64_t id, struct establishment *out,
                           struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    return db_query(
               c, &rows, e,
               SQL("SELECT id, slug, name, timezone, currency, created_us FROM establishments WHERE id = $1"),
               V_INT(id)) &&
           find(&rows, a, out, e);
}

bool establishment_list(struct db_conn *c, struct arena *a, struct establishment **list, size_t *count,
                        struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    if (!db_get_int(c, &n, e, SQL("SELECT count(*) FROM establishments")) ||
        !db_query(
            c, &rows, e,
            SQL("SELECT id, slug, name, timezone, currency, created_us FROM establishments ORDER BY slug"))) {
        return false;
    }
    *list = arena_array(a, struct establishment, (size_t)n);
    *count = 0;
    while (*count < (size_t)n && db_next(&rows, e)) {
        read_row(&rows, a, &(*list)[(*count)++]);
    }
    return e->code == ERR_NONE;
}

bool establishment_lock(struct db_conn *c, int64_t establishment_id, struct establishment_lock *lock,
                        struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    /* The update is the lock on every engine: whoever comes next waits for our commit. */
    if (!db_query(
            c, &rows, e,
            SQL("UPDATE establishments SET next_event = next_event WHERE id = $1 RETURNING next_id, next_event"),
            V_INT(establishment_id))) {
        return false;
    }
    if (!db_next(&rows, e)) {
        return e->code == ERR_NONE &&
               err_set(e, ERR_NOT_FOUND, "there is no such hotel", "cet hôtel n'existe pas");
    }
    *lock = (struct establishment_lock){establishment_id, db_int(&rows, 0), db_int(&rows, 1)};
    return true;
}

bool establishment_unlock(struct db_conn *c, const struct establishment_lock *lock, struct err *e)
{
    return db_exec(c, e, SQL("UPDATE establishments SET next_id = $2, next_event = $3 WHERE id = $1"),
                   V_INT(lock->establishment_id), V_INT(lock->next_id), V_INT(lock->next_event));
}

bool establishment_last_event(struct db_conn *c, int64_t establishment_id, int64_t *seq, struct err *e)
{
    int64_t next = 1;
    bool ok = db_get_int(c, &next, e, SQL("SELECT next_event FROM establishments WHERE id = $1"),
                         V_INT(establishment_id));
    *seq = next - 1;
    return ok;
}
