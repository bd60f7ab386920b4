#include "store/import.h"

bool import_insert(struct db_conn *c, int64_t establishment_id, const struct import_row *r, struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO imports (establishment_id, id, integration_id, name, size, content_hash, source, actor, "
            "status, answers, report, ordered_us, rows_done, created_us, updated_us, ordered_said) VALUES ($1, $2, $3, "
            "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"),
        V_INT(establishment_id), V_INT(r->id), V_TEXT(r->integration_id), V_TEXT(r->name), V_INT(r->size),
        V_TEXT(r->content_hash), V_TEXT(r->source), V_TEXT(r->actor), V_TEXT(r->status), V_TEXT(r->answers),
        V_TEXT(r->report), V_INT(r->ordered_us), V_INT(r->rows_done), V_INT(r->created_us),
        V_INT(r->updated_us), V_INT(r->ordered_said));
}

bool import_update(struct db_conn *c, int64_t establishment_id, const struct import_row *r, struct err *e)
{
    return db_exec(
        c, e,
        SQL("UPDATE imports SET status = $3, answers = $4, report = $5, rows_done = $6, updated_us = $7 "
            "WHERE establishment_id = $1 AND id = $2"),
        V_INT(establishment_id), V_INT(r->id), V_TEXT(r->status), V_TEXT(r->answers), V_TEXT(r->report),
        V_INT(r->rows_done), V_INT(r->updated_us));
}

#define COLUMNS                                                                                                     \
    "id, integration_id, name, size, content_hash, source, actor, status, answers, report, ordered_us, rows_done, " \
    "created_us, updated_us, ordered_said FROM imports "

static void read_row(const struct db_rows *rows, struct arena *a, struct import_row *r)
{
    *r = (struct import_row){
        .id = db_int(rows, 0),
        .integration_id = db_copy(rows, 1, a),
        .name = db_copy(rows, 2, a),
        .size = db_int(rows, 3),
        .content_hash = db_copy(rows, 4, a),
        .source = db_copy(rows, 5, a),
        .actor = db_copy(rows, 6, a),
        .status = db_copy(rows, 7, a),
        .answers = db_copy(rows, 8, a),
        .report = db_copy(rows, 9, a),
        .ordered_us = db_int(rows, 10),
        .rows_done = db_int(rows, 11),
        .created_us = db_int(rows, 12),
        .updated_us = db_int(rows, 13),
        .ordered_said = db_int(rows, 14) != 0,
    };
}

bool import_find(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t id,
                 struct import_row *out, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(c, &rows, e, SQL("SELECT " COLUMNS "WHERE establishment_id = $1 AND id = $2"),
                  V_INT(establishment_id), V_INT(id))) {
        return false;
    }
    if (!db_next(&rows, e)) {
        return e->code == ERR_NONE &&
               err_set(e, ERR_NOT_FOUND, "there is no such import", "cet import n'existe pas");
    }
    read_row(&rows, a, out);
    return true;
}

bool import_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t before_id,
                 size_t limit, struct import_row **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct import_row, limit);
    *count = 0;
    if (!db_query(c, &rows, e,
                  SQL("SELECT " COLUMNS
                      "WHERE establishment_id = $1 AND ($2 = 0 OR id < $2) ORDER BY id DESC LIMIT $3"),
                  V_INT(establishment_id), V_INT(before_id), V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        read_row(&rows, a, &(*list)[(*count)++]);
    }
    return e->code == ERR_NONE;
}

bool import_same_file(struct db_conn *c, int64_t establishment_id, struct import_row *r, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(
            c, &rows, e,
            SQL("SELECT ordered_us, ordered_said FROM imports WHERE establishment_id = $1 AND content_hash = $2 AND "
                "status = 'done' ORDER BY ordered_us, ordered_said DESC LIMIT 1"),
            V_INT(establishment_id), V_TEXT(r->content_hash))) {
        return false;
    }
    if (db_next(&rows, e) && db_int(&rows, 0) <= r->ordered_us) {
        r->ordered_said = db_int(&rows, 1) != 0 || (r->ordered_said && db_int(&rows, 0) == r->ordered_us);
        r->ordered_us = db_int(&rows, 0);
    }
    return e->code == ERR_NONE;
}

bool import_interrupted(struct db_conn *c, struct arena *a, size_t limit, struct import_key **list,
                        size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct import_key, limit);
    *count = 0;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT establishment_id, id FROM imports WHERE status IN ('waiting', 'running') ORDER BY "
                "created_us LIMIT $1"),
            V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct import_key){db_int(&rows, 0), db_int(&rows, 1)};
    }
    return e->code == ERR_NONE;
}
