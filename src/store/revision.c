/* The history of a reservation; declared in store/reservation.h. */
#include "store/reservation.h"

bool revision_insert(struct db_conn *c, int64_t establishment_id, int64_t reservation_id,
                     const struct revision_row *v, struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO revisions (establishment_id, reservation_id, number, integration_id, actor, "
            "inbox_seq, import_id, line, type, revision, ordered_us, is_dated, received_us, body_hash, "
            "outcome, message) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
            "$16)"),
        V_INT(establishment_id), V_INT(reservation_id), V_INT(v->number), V_TEXT(v->integration_id),
        V_TEXT(v->actor), V_INT_OR(v->inbox_seq, 0), V_INT_OR(v->import_id, 0), V_INT_OR(v->line, 0),
        V_INT(v->type), V_TEXT(v->revision), V_INT(v->ordered_us), V_INT(v->dated), V_INT(v->received_us),
        V_INT(v->body_hash), V_INT(v->outcome), V_TEXT(v->message));
}

bool revision_known(struct db_conn *c, int64_t establishment_id, int64_t reservation_id, int64_t body_hash,
                    bool latest_only, bool *known, struct err *e)
{
    int64_t hits = 0;
    bool ok = latest_only
                  ? db_get_int(c, &hits, e,
                               SQL("SELECT body_hash = $3 FROM revisions WHERE establishment_id = $1 AND "
                                   "reservation_id = $2 AND outcome = 0 ORDER BY number DESC LIMIT 1"),
                               V_INT(establishment_id), V_INT(reservation_id), V_INT(body_hash))
                  : db_get_int(
                        c, &hits, e,
                        SQL("SELECT count(*) FROM revisions WHERE establishment_id = $1 AND reservation_id = "
                            "$2 AND body_hash = $3"),
                        V_INT(establishment_id), V_INT(reservation_id), V_INT(body_hash));
    *known = hits != 0;
    return ok;
}

bool revision_latest_message(struct db_conn *c, int64_t establishment_id, int64_t reservation_id,
                             int64_t *seq, struct err *e)
{
    return db_get_int(
        c, seq, e,
        SQL("SELECT CASE WHEN inbox_seq IS NULL THEN 0 ELSE inbox_seq END FROM revisions WHERE "
            "establishment_id = $1 AND reservation_id = $2 AND outcome = 0 ORDER BY number DESC LIMIT 1"),
        V_INT(establishment_id), V_INT(reservation_id));
}

bool revision_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t reservation_id,
                   struct revision_row **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    if (!db_get_int(c, &n, e,
                    SQL("SELECT count(*) FROM revisions WHERE establishment_id = $1 AND reservation_id = $2"),
                    V_INT(establishment_id), V_INT(reservation_id)) ||
        !db_query(
            c, &rows, e,
            SQL("SELECT number, integration_id, actor, inbox_seq, import_id, line, type, revision, ordered_us, "
                "is_dated, received_us, body_hash, outcome, message FROM revisions WHERE establishment_id = $1 "
                "AND reservation_id = $2 ORDER BY number"),
            V_INT(establishment_id), V_INT(reservation_id))) {
        return false;
    }
    *list = arena_array(a, struct revision_row, (size_t)n);
    *count = 0;
    while (*count < (size_t)n && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct revision_row){
            .number = db_int(&rows, 0),
            .integration_id = db_copy(&rows, 1, a),
            .actor = db_copy(&rows, 2, a),
            .inbox_seq = db_int(&rows, 3),
            .import_id = db_int(&rows, 4),
            .line = db_int(&rows, 5),
            .type = (int)db_int(&rows, 6),
            .revision = db_copy(&rows, 7, a),
            .ordered_us = db_int(&rows, 8),
            .dated = db_int(&rows, 9) != 0,
            .received_us = db_int(&rows, 10),
            .body_hash = db_int(&rows, 11),
            .outcome = (int)db_int(&rows, 12),
            .message = db_copy(&rows, 13, a),
        };
    }
    return e->code == ERR_NONE;
}
