#include "store/key.h"

bool key_insert(struct db_conn *c, const struct key *k, struct err *e)
{
    return db_exec(c, e,
                   SQL("INSERT INTO data_keys (kid, sealed, is_active, created_us) VALUES ($1, $2, $3, $4)"),
                   V_TEXT(k->kid), V_TEXT(k->sealed), V_INT(k->is_active), V_INT(k->created_us));
}

bool key_list(struct db_conn *c, struct arena *a, struct key **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    if (!db_get_int(c, &n, e, SQL("SELECT count(*) FROM data_keys")) ||
        !db_query(
            c, &rows, e,
            SQL("SELECT kid, sealed, is_active, created_us FROM data_keys ORDER BY created_us, is_active, kid"))) {
        return false;
    }
    *list = arena_array(a, struct key, (size_t)n);
    *count = 0;
    while (*count < (size_t)n && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct key){
            .kid = db_copy(&rows, 0, a),
            .sealed = db_copy(&rows, 1, a),
            .is_active = db_int(&rows, 2) != 0,
            .created_us = db_int(&rows, 3),
        };
    }
    return e->code == ERR_NONE;
}
