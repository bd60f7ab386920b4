#include "store/repair.h"

bool repair_insert(struct db_conn *c, const struct repair *r, struct err *e)
{
    return db_exec(c, e,
                   SQL("DELETE FROM repairs WHERE establishment_id = $1 AND room_key = $2 AND "
                       "(integration_id = $3 OR (integration_id IS NULL AND CAST($3 AS TEXT) IS NULL))"),
                   V_INT(r->establishment_id), V_TEXT(r->room_key), V_TEXT(r->integration_id)) &&
           db_exec(
               c, e,
               SQL("INSERT INTO repairs (establishment_id, id, integration_id, room_key, after_id) VALUES "
                   "($1, $2, $3, $4, $5)"),
               V_INT(r->establishment_id), V_INT(r->id), V_TEXT(r->integration_id), V_TEXT(r->room_key),
               V_INT(r->after_id));
}

bool repair_first(struct db_conn *c, struct arena *a, int64_t establishment_id, struct repair *out,
                  bool *found, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *found = false;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT id, integration_id, room_key, after_id FROM repairs WHERE establishment_id = $1 "
                "ORDER BY id LIMIT 1"),
            V_INT(establishment_id))) {
        return false;
    }
    if (!db_next(&rows, e)) {
        return e->code == ERR_NONE;
    }
    *found = true;
    *out = (struct repair){establishment_id, db_int(&rows, 0), db_copy(&rows, 1, a), db_copy(&rows, 2, a),
                           db_int(&rows, 3)};
    return true;
}

bool repair_stands(struct db_conn *c, const struct repair *r, bool *stands, struct err *e)
{
    int64_t n = 0;
    bool ok = db_get_int(
        c, &n, e,
        SQL("SELECT count(*) FROM repairs WHERE establishment_id = $1 AND id = $2 AND after_id = $3"),
        V_INT(r->establishment_id), V_INT(r->id), V_INT(r->after_id));
    *stands = n > 0;
    return ok;
}

bool repair_advance(struct db_conn *c, const struct repair *r, int64_t after_id, struct err *e)
{
    return db_exec(c, e, SQL("UPDATE repairs SET after_id = $3 WHERE establishment_id = $1 AND id = $2"),
                   V_INT(r->establishment_id), V_INT(r->id), V_INT(after_id));
}

bool repair_delete(struct db_conn *c, const struct repair *r, struct err *e)
{
    return db_exec(c, e, SQL("DELETE FROM repairs WHERE establishment_id = $1 AND id = $2"),
                   V_INT(r->establishment_id), V_INT(r->id));
}

bool repair_hotels(struct db_conn *c, struct arena *a, size_t limit, int64_t **ids, size_t *count,
                   struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *ids = arena_array(a, int64_t, limit);
    *count = 0;
    if (!db_query(c, &rows, e,
                  SQL("SELECT DISTINCT establishment_id FROM repairs ORDER BY establishment_id LIMIT $1"),
                  V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        (*ids)[(*count)++] = db_int(&rows, 0);
    }
    return *count == limit || e->code == ERR_NONE;
}
