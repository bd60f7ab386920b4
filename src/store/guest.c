#include "store/guest.h"

#include "store/search.h"

bool guest_rows(struct db_conn *c, struct arena *a, int64_t establishment_id, const struct guest_filter *f,
                struct guest_row **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct guest_row, f->limit);
    *count = 0;
    if (!db_query(c, &rows, e,
                  SQL("SELECT id, first_name, last_name, email, phone, country, language FROM guests WHERE "
                      "establishment_id = $1 AND ($2 = 0 OR id < $2) AND ($3 = '%' "
                      "OR lower(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) LIKE lower($3) "
                      "ESCAPE '!' OR lower(coalesce(email, '')) LIKE lower($3) ESCAPE '!' "
                      "OR coalesce(phone, '') LIKE $3 ESCAPE '!') ORDER BY id DESC LIMIT $4"),
                  V_INT(establishment_id), V_INT(f->before_id), V_TEXT(search_pattern(a, f->search)),
                  V_INT((int64_t)f->limit))) {
        return false;
    }
    while (*count < f->limit && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct guest_row){
            .id = db_int(&rows, 0),
            .guest = {db_copy(&rows, 1, a), db_copy(&rows, 2, a), db_copy(&rows, 3, a), db_copy(&rows, 4, a),
                      db_copy(&rows, 5, a), db_copy(&rows, 6, a)},
        };
    }
    return e->code == ERR_NONE;
}

bool guest_each(struct db_conn *c, int64_t establishment_id,
                bool (*each)(void *ctx, const struct guest_row *g, int64_t reservations, struct err *e),
                void *ctx, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(
            c, &rows, e,
            SQL("SELECT g.id, g.first_name, g.last_name, g.email, g.phone, g.country, g.language, "
                "(SELECT count(*) FROM reservations r WHERE r.establishment_id = g.establishment_id AND "
                "r.guest_id = g.id) FROM guests g WHERE g.establishment_id = $1 ORDER BY g.id"),
            V_INT(establishment_id))) {
        return false;
    }
    while (db_next(&rows, e)) {
        struct guest_row g = {
            .id = db_int(&rows, 0),
            .guest = {db_str(&rows, 1), db_str(&rows, 2), db_str(&rows, 3), db_str(&rows, 4),
                      db_str(&rows, 5), db_str(&rows, 6)},
        };
        if (!each(ctx, &g, db_int(&rows, 7), e)) {
            return false;
        }
    }
    return e->code == ERR_NONE;
}

bool guest_rate_plans(struct db_conn *c, struct arena *a, int64_t establishment_id, size_t limit,
                      struct str **names, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *names = arena_array(a, struct str, limit);
    *count = 0;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT DISTINCT rate_plan FROM room_stays WHERE establishment_id = $1 AND rate_plan IS "
                "NOT NULL AND rate_plan <> '' ORDER BY rate_plan LIMIT $2"),
            V_INT(establishment_id), V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        (*names)[(*count)++] = db_copy(&rows, 0, a);
    }
    return e->code == ERR_NONE;
}
