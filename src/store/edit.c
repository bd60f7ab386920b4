#include "store/edit.h"

bool edit_insert(struct db_conn *c, int64_t establishment_id, const struct edit_row *v, struct err *e)
{
    return db_exec(c, e,
                   SQL("INSERT INTO edits (establishment_id, id, kind, actor, made_us, summary, summary_fr, "
                       "cells, undoes, undone_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
                   V_INT(establishment_id), V_INT(v->id), V_INT(v->kind), V_TEXT(v->actor), V_INT(v->made_us),
                   V_TEXT(v->summary.en), V_TEXT(v->summary.fr), V_INT(v->cells), V_INT_OR(v->undoes, 0),
                   V_INT_OR(v->undone_by, 0));
}

#define COLUMNS "e.id, e.kind, e.actor, e.made_us, e.summary, e.summary_fr, e.cells, e.undoes, e.undone_by"

/* From the column `at` on. */
static struct edit_row read_edit(const struct db_rows *rows, int at, struct arena *a)
{
    return (struct edit_row){
        .id = db_int(rows, at),
        .kind = (int)db_int(rows, at + 1),
        .actor = db_copy(rows, at + 2, a),
        .made_us = db_int(rows, at + 3),
        .summary = {db_copy(rows, at + 4, a), db_copy(rows, at + 5, a)},
        .cells = db_int(rows, at + 6),
        .undoes = db_int(rows, at + 7),
        .undone_by = db_int(rows, at + 8),
    };
}

bool edit_find(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t id, struct edit_row *out,
               struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(c, &rows, e,
                  SQL("SELECT " COLUMNS " FROM edits e WHERE e.establishment_id = $1 AND e.id = $2"),
                  V_INT(establishment_id), V_INT(id))) {
        return false;
    }
    if (!db_next(&rows, e)) {
        return e->code == ERR_NONE && err_set(e, ERR_NOT_FOUND, "there is no such change",
                                              "il n'y a pas de modification de ce numéro");
    }
    *out = read_edit(&rows, 0, a);
    return true;
}

bool edit_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t before_id, size_t limit,
               struct edit_row **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct edit_row, limit);
    *count = 0;
    if (!db_query(c, &rows, e,
                  SQL("SELECT " COLUMNS " FROM edits e WHERE e.establishment_id = $1 AND e.id < $2 ORDER BY "
                      "e.id DESC LIMIT $3"),
                  V_INT(establishment_id), V_INT(before_id ? before_id : INT64_MAX), V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        (*list)[(*count)++] = read_edit(&rows, 0, a);
    }
    return e->code == ERR_NONE;
}

bool edit_set_undone(struct db_conn *c, int64_t establishment_id, int64_t id, int64_t undone_by,
                     struct err *e)
{
    return db_exec(c, e, SQL("UPDATE edits SET undone_by = $3 WHERE establishment_id = $1 AND id = $2"),
                   V_INT(establishment_id), V_INT(id), V_INT_OR(undone_by, 0));
}

bool edit_cell_insert(struct db_conn *c, int64_t establishment_id, int64_t edit_id,
                      const struct edit_cell *cell, struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO edit_cells (establishment_id, edit_id, room_type_id, rate_plan_id, night, "
            "occupancy, field, value_before, value_after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
            "$9)"),
        V_INT(establishment_id), V_INT(edit_id), V_INT(cell->room_type_id), V_INT(cell->rate_plan_id),
        V_INT(cell->night), V_INT(cell->occupancy), V_INT(cell->field),
        V_INT_OR(cell->before, FIELD_INT_NONE), V_INT_OR(cell->after, FIELD_INT_NONE));
}

#define CELL_COLUMNS                                                                                         \
    "c.room_type_id, c.rate_plan_id, c.night, c.occupancy, c.field, c.value_before, c.value_after"
#define CELL_COLUMN_COUNT 7

static struct edit_cell read_cell(const struct db_rows *rows)
{
    return (struct edit_cell){db_int(rows, 0),
                              db_int(rows, 1),
                              (int32_t)db_int(rows, 2),
                              db_int(rows, 3),
                              (int)db_int(rows, 4),
                              db_int_or(rows, 5, FIELD_INT_NONE),
                              db_int_or(rows, 6, FIELD_INT_NONE)};
}

bool edit_cell_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t edit_id,
                    struct edit_cell **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    if (!db_get_int(c, &n, e,
                    SQL("SELECT count(*) FROM edit_cells WHERE establishment_id = $1 AND edit_id = $2"),
                    V_INT(establishment_id), V_INT(edit_id)) ||
        !db_query(c, &rows, e,
                  SQL("SELECT " CELL_COLUMNS " FROM edit_cells c WHERE c.establishment_id = $1 AND c.edit_id "
                      "= $2 ORDER BY c.room_type_id, c.rate_plan_id, c.night, c.occupancy, c.field"),
                  V_INT(establishment_id), V_INT(edit_id))) {
        return false;
    }
    *list = arena_array(a, struct edit_cell, (size_t)n);
    *count = 0;
    while (*count < (size_t)n && db_next(&rows, e)) {
        (*list)[(*count)++] = read_cell(&rows);
    }
    return e->code == ERR_NONE;
}

bool edit_night_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t room_type_id,
                     int32_t night, size_t limit, struct edit_past **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct edit_past, limit);
    *count = 0;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT " CELL_COLUMNS ", " COLUMNS " FROM edit_cells c JOIN edits e ON "
                "e.establishment_id = c.establishment_id AND e.id = c.edit_id WHERE c.establishment_id = "
                "$1 AND c.room_type_id = $2 AND c.night = $3 ORDER BY c.edit_id DESC, c.rate_plan_id, "
                "c.field, c.occupancy LIMIT $4"),
            V_INT(establishment_id), V_INT(room_type_id), V_INT(night), V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct edit_past){read_cell(&rows), read_edit(&rows, CELL_COLUMN_COUNT, a)};
    }
    return e->code == ERR_NONE;
}

bool edit_cell_last(struct db_conn *c, int64_t establishment_id, const struct edit_cell *key,
                    int64_t before_id, int64_t *edit_id, int64_t *undoes, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *edit_id = *undoes = 0;
    if (!db_query(c, &rows, e,
                  SQL("SELECT c.edit_id, e.undoes FROM edit_cells c JOIN edits e ON e.establishment_id = "
                      "c.establishment_id AND e.id = c.edit_id WHERE c.establishment_id = $1 AND "
                      "c.room_type_id = $2 AND c.night = $3 AND c.rate_plan_id = $4 AND c.field = $5 AND "
                      "c.occupancy = $6 AND c.edit_id < $7 ORDER BY c.edit_id DESC LIMIT 1"),
                  V_INT(establishment_id), V_INT(key->room_type_id), V_INT(key->night),
                  V_INT(key->rate_plan_id), V_INT(key->field), V_INT(key->occupancy), V_INT(before_id))) {
        return false;
    }
    if (db_next(&rows, e)) {
        *edit_id = db_int(&rows, 0);
        *undoes = db_int(&rows, 1);
    }
    return e->code == ERR_NONE;
}
