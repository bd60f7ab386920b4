#include "store/room.h"

bool room_type_list(struct db_conn *c, struct arena *a, int64_t establishment_id, struct room_type **list,
                    size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    if (!db_get_int(c, &n, e, SQL("SELECT count(*) FROM room_types WHERE establishment_id = $1"),
                    V_INT(establishment_id)) ||
        !db_query(
            c, &rows, e,
            SQL("SELECT id, code, name, units, code_key, name_key, holds_unmapped FROM room_types WHERE "
                "establishment_id = $1 ORDER BY code_key"),
            V_INT(establishment_id))) {
        return false;
    }
    *list = arena_array(a, struct room_type, (size_t)n);
    *count = 0;
    while (*count < (size_t)n && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct room_type){
            .id = db_int(&rows, 0),
            .code = db_copy(&rows, 1, a),
            .name = db_copy(&rows, 2, a),
            .units = db_int(&rows, 3),
            .code_key = db_copy(&rows, 4, a),
            .name_key = db_copy(&rows, 5, a),
            .holds_unmapped = db_int(&rows, 6) != 0,
        };
    }
    return e->code == ERR_NONE;
}

bool room_type_insert(struct db_conn *c, int64_t establishment_id, const struct room_type *r, int64_t now_us,
                      struct err *e)
{
    int64_t taken = 0;
    if (!db_get_int(c, &taken, e,
                    SQL("SELECT count(*) FROM room_types WHERE establishment_id = $1 AND code_key = $2"),
                    V_INT(establishment_id), V_TEXT(r->code_key))) {
        return false;
    }
    if (taken) {
        return err_field(e, ERR_CONFLICT, "code", "there is already a room type “%.*s”",
                         "il y a déjà un type de chambre « %.*s »", STR_ARG(r->code));
    }
    return db_exec(c, e,
                   SQL("INSERT INTO room_types (establishment_id, id, code, code_key, name, name_key, units, "
                       "holds_unmapped, created_us) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)"),
                   V_INT(establishment_id), V_INT(r->id), V_TEXT(r->code), V_TEXT(r->code_key),
                   V_TEXT(r->name), V_TEXT(r->name_key), V_INT(r->units), V_INT(now_us));
}

bool room_type_update(struct db_conn *c, int64_t establishment_id, const struct room_type *r, struct err *e)
{
    return db_exec(
        c, e,
        SQL("UPDATE room_types SET name = $3, name_key = $4, units = $5 WHERE establishment_id = $1 AND "
            "id = $2"),
        V_INT(establishment_id), V_INT(r->id), V_TEXT(r->name), V_TEXT(r->name_key), V_INT(r->units));
}

bool room_type_welcome(struct db_conn *c, int64_t establishment_id, struct err *e)
{
    return db_exec(
        c, e,
        SQL("UPDATE room_types SET holds_unmapped = 1 WHERE establishment_id = $1 AND holds_unmapped = 0"),
        V_INT(establishment_id));
}

bool room_mapping_find(struct db_conn *c, int64_t establishment_id, struct str integration_id,
                       struct str remote_key, int64_t *room_type_id, struct err *e)
{
    *room_type_id = 0;
    return db_get_int(
        c, room_type_id, e,
        SQL("SELECT room_type_id FROM mappings WHERE establishment_id = $1 AND integration_id = $2 AND "
            "kind = 'room' AND remote_key = $3"),
        V_INT(establishment_id), V_TEXT(integration_id), V_TEXT(remote_key));
}

bool room_mapping_note(struct db_conn *c, int64_t establishment_id, const struct room_mapping *m,
                       struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO mappings (establishment_id, integration_id, kind, remote_key, remote, seen_us) "
            "VALUES ($1, $2, 'room', $3, $4, $5) ON CONFLICT DO NOTHING"),
        V_INT(establishment_id), V_TEXT(m->integration_id), V_TEXT(m->remote_key), V_TEXT(m->remote),
        V_INT(m->seen_us));
}

bool room_mapping_set(struct db_conn *c, int64_t establishment_id, const struct room_mapping *m,
                      struct err *e)
{
    return db_exec(c, e,
                   SQL("INSERT INTO mappings (establishment_id, integration_id, kind, remote_key, remote, "
                       "room_type_id, seen_us) VALUES ($1, $2, 'room', $3, $4, $5, $6) "
                       "ON CONFLICT (establishment_id, integration_id, kind, remote_key) DO UPDATE SET "
                       "room_type_id = excluded.room_type_id"),
                   V_INT(establishment_id), V_TEXT(m->integration_id), V_TEXT(m->remote_key),
                   V_TEXT(m->remote), V_INT_OR(m->room_type_id, 0), V_INT(m->seen_us));
}

bool room_mapping_list(struct db_conn *c, struct arena *a, int64_t establishment_id,
                       struct room_mapping **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    if (!db_get_int(c, &n, e,
                    SQL("SELECT count(*) FROM mappings WHERE establishment_id = $1 AND kind = 'room'"),
                    V_INT(establishment_id)) ||
        !db_query(c, &rows, e,
                  SQL("SELECT integration_id, remote, remote_key, room_type_id, seen_us FROM mappings WHERE "
                      "establishment_id = $1 AND kind = 'room' ORDER BY integration_id, remote_key"),
                  V_INT(establishment_id))) {
        return false;
    }
    *list = arena_array(a, struct room_mapping, (size_t)n);
    *count = 0;
    while (*count < (size_t)n && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct room_mapping){db_copy(&rows, 0, a), db_copy(&rows, 1, a),
                                                    db_copy(&rows, 2, a), db_int(&rows, 3), db_int(&rows, 4)};
    }
    return e->code == ERR_NONE;
}

bool stock_read(struct db_conn *c, int64_t establishment_id, int64_t room_type_id, int32_t from, int32_t to,
                void (*each)(void *ctx, int32_t night, const struct stock_day *d), void *ctx, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(
            c, &rows, e,
            SQL("SELECT night, physical, out_of_order, sold, held, overbooking_limit, version FROM stock_days "
                "WHERE establishment_id = $1 AND room_type_id = $2 AND night >= $3 AND night < $4 "
                "ORDER BY night"),
            V_INT(establishment_id), V_INT(room_type_id), V_INT(from), V_INT(to))) {
        return false;
    }
    while (db_next(&rows, e)) {
        struct stock_day d = {
            .physical = db_int_or(&rows, 1, FIELD_INT_NONE),
            .out_of_order = db_int(&rows, 2),
            .sold = db_int(&rows, 3),
            .held = db_int(&rows, 4),
            .overbooking_limit = db_int(&rows, 5),
            .version = db_int(&rows, 6),
        };
        each(ctx, (int32_t)db_int(&rows, 0), &d);
    }
    return e->code == ERR_NONE;
}

bool stock_write(struct db_conn *c, int64_t establishment_id, int64_t room_type_id, int32_t night,
                 const struct stock_day *d, struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO stock_days (establishment_id, room_type_id, night, physical, out_of_order, sold, "
            "held, overbooking_limit, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
            "ON CONFLICT (establishment_id, room_type_id, night) DO UPDATE SET physical = "
            "excluded.physical, out_of_order = excluded.out_of_order, sold = excluded.sold, held = "
            "excluded.held, overbooking_limit = excluded.overbooking_limit, version = excluded.version"),
        V_INT(establishment_id), V_INT(room_type_id), V_INT(night), V_INT_OR(d->physical, FIELD_INT_NONE),
        V_INT(d->out_of_order), V_INT(d->sold), V_INT(d->held), V_INT(d->overbooking_limit),
        V_INT(d->version));
}
