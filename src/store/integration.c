#include "store/integration.h"

const char *const integration_statuses[] = {[INTEGRATION_DISCONNECTED] = "disconnected",
                                            [INTEGRATION_CONNECTED] = "connected",
                                            [INTEGRATION_ERROR] = "error",
                                            [INTEGRATION_PAUSED] = "paused",
                                            [INTEGRATION_NEEDS_REAUTH] = "needs_reauth",
                                            NULL};

static struct db_value status_value(enum integration_status status)
{
    return V_TEXT(str_of(integration_statuses[status]));
}

static enum integration_status status_of(struct str text)
{
    for (size_t i = 0; integration_statuses[i]; i++) {
        if (str_eq(text, str_of(integration_statuses[i]))) {
            return (enum integration_status)i;
        }
    }
    return INTEGRATION_ERROR;
}

bool integration_insert(struct db_conn *c, const struct integration *i, struct err *e)
{
    return db_exec(c, e,
                   SQL("INSERT INTO integrations (id, establishment_slug, type, name, status, configuration, "
                       "last_sync, last_error, last_error_fr, is_active, created_at, updated_at, "
                       "establishment_id, next_sync, tells_stock) "
                       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"),
                   V_TEXT(i->id), V_TEXT(i->establishment_slug), V_TEXT(i->type), V_TEXT(i->name),
                   status_value(i->status), V_TEXT(i->configuration), V_INT_OR(i->last_sync, INSTANT_NONE),
                   V_TEXT(i->last_error.en), V_TEXT(i->last_error.fr), V_INT(i->is_active),
                   V_INT(i->created_us), V_INT(i->updated_us), V_INT(i->establishment_id),
                   V_INT_OR(i->next_sync, INSTANT_NONE), V_INT(i->tells_stock));
}

/* The columns that read_row() reads, in its order. */
#define COLUMNS                                                                                              \
    "id, establishment_id, establishment_slug, type, name, status, configuration, last_sync, last_error, "   \
    "last_error_fr, is_active, created_at, updated_at, next_sync, tells_stock"

static void read_row(const struct db_rows *rows, struct arena *a, struct integration *i)
{
    *i = (struct integration){
        .id = db_copy(rows, 0, a),
        .establishment_id = db_int(rows, 1),
        .establishment_slug = db_copy(rows, 2, a),
        .type = db_copy(rows, 3, a),
        .name = db_copy(rows, 4, a),
        .status = status_of(db_str(rows, 5)),
        .configuration = db_copy(rows, 6, a),
        .last_sync = db_int_or(rows, 7, INSTANT_NONE),
        .last_error = {db_copy(rows, 8, a), db_copy(rows, 9, a)},
        .is_active = db_int(rows, 10) != 0,
        .created_us = db_int(rows, 11),
        .updated_us = db_int(rows, 12),
        .next_sync = db_int_or(rows, 13, INSTANT_NONE),
        .tells_stock = db_int(rows, 14) != 0,
    };
}

bool integration_find(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str id,
                      struct integration *out, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(c, &rows, e,
                  SQL("SELECT " COLUMNS " FROM integrations WHERE id = $2 AND establishment_id = $1"),
                  V_INT(establishment_id), V_TEXT(id))) {
        return false;
    }
    if (db_next(&rows, e)) {
        read_row(&rows, a, out);
        return true;
    }
    return e->code == ERR_NONE &&
           err_set(e, ERR_NOT_FOUND, "there is no such integration", "cette intégration n'existe pas");
}

static bool read_list(struct db_rows *rows, struct arena *a, size_t most, struct integration **list,
                      size_t *count, struct err *e)
{
    *list = arena_array(a, struct integration, most);
    *count = 0;
    while (*count < most && db_next(rows, e)) {
        read_row(rows, a, &(*list)[(*count)++]);
    }
    return *count == most || e->code == ERR_NONE;
}

bool integration_rows(struct db_conn *c, struct arena *a, int64_t establishment_id, struct integration **list,
                      size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    return db_get_int(c, &n, e, SQL("SELECT count(*) FROM integrations WHERE establishment_id = $1"),
                      V_INT(establishment_id)) &&
           db_query(c, &rows, e,
                    SQL("SELECT " COLUMNS " FROM integrations WHERE establishment_id = $1 "
                        "ORDER BY created_at, id"),
                    V_INT(establishment_id)) &&
           read_list(&rows, a, (size_t)n, list, count, e);
}

bool integration_update(struct db_conn *c, const struct integration *i, struct err *e)
{
    return db_exec(c, e,
                   SQL("UPDATE integrations SET name = $3, status = $4, configuration = $5, last_error = $6, "
                       "last_error_fr = $7, is_active = $8, updated_at = $9, next_sync = $10, "
                       "tells_stock = $11 WHERE id = $2 AND establishment_id = $1"),
                   V_INT(i->establishment_id), V_TEXT(i->id), V_TEXT(i->name), status_value(i->status),
                   V_TEXT(i->configuration), V_TEXT(i->last_error.en), V_TEXT(i->last_error.fr),
                   V_INT(i->is_active), V_INT(i->updated_us), V_INT_OR(i->next_sync, INSTANT_NONE),
                   V_INT(i->tells_stock));
}

bool integration_delete(struct db_conn *c, int64_t establishment_id, struct str id, struct err *e)
{
    return db_exec(c, e, SQL("DELETE FROM mappings WHERE establishment_id = $1 AND integration_id = $2"),
                   V_INT(establishment_id), V_TEXT(id)) &&
           db_exec(c, e, SQL("DELETE FROM outbox WHERE establishment_id = $1 AND integration_id = $2"),
                   V_INT(establishment_id), V_TEXT(id)) &&
           db_exec(c, e, SQL("DELETE FROM integrations WHERE establishment_id = $1 AND id = $2"),
                   V_INT(establishment_id), V_TEXT(id));
}

bool integration_note_ok(struct db_conn *c, int64_t establishment_id, struct str id, int64_t at_us,
                         struct err *e)
{
    return db_exec(
        c, e,
        SQL("UPDATE integrations SET last_sync = coalesce($3, last_sync), last_error = NULL, last_error_fr = NULL, "
            "status = CASE status WHEN 'paused' THEN status ELSE 'connected' END "
            "WHERE id = $2 AND establishment_id = $1"),
        V_INT(establishment_id), V_TEXT(id), V_INT_OR(at_us, INSTANT_NONE));
}

bool integration_note_error(struct db_conn *c, int64_t establishment_id, struct str id, struct text error,
                            struct err *e)
{
    return db_exec(c, e,
                   SQL("UPDATE integrations SET last_error = $3, last_error_fr = $4, "
                       "status = CASE status WHEN 'paused' THEN status ELSE 'error' END "
                       "WHERE id = $2 AND establishment_id = $1"),
                   V_INT(establishment_id), V_TEXT(id), V_TEXT(error.en), V_TEXT(error.fr));
}

bool integration_due(struct db_conn *c, struct arena *a, int64_t now_us, size_t limit,
                     struct integration **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    return db_query(c, &rows, e,
                    SQL("SELECT " COLUMNS " FROM integrations WHERE is_active = 1 AND next_sync <= $1 "
                        "ORDER BY next_sync, id LIMIT $2"),
                    V_INT(now_us), V_INT((int64_t)limit)) &&
           read_list(&rows, a, limit, list, count, e);
}

bool integration_schedule(struct db_conn *c, int64_t establishment_id, struct str id, int64_t next_us,
                          struct err *e)
{
    return db_exec(c, e,
                   SQL("UPDATE integrations SET next_sync = $3 WHERE id = $2 AND establishment_id = $1"),
                   V_INT(establishment_id), V_TEXT(id), V_INT_OR(next_us, INSTANT_NONE));
}

/* --- history --- */

bool integration_last_export(struct db_conn *c, int64_t establishment_id, struct str id, int64_t *at_us,
                             struct err *e)
{
    *at_us = INSTANT_NONE;
    return db_get_int(c, at_us, e,
                      SQL("SELECT last_export FROM integrations WHERE establishment_id = $1 AND id = $2"),
                      V_INT(establishment_id), V_TEXT(id));
}

bool integration_note_export(struct db_conn *c, int64_t establishment_id, struct str id, int64_t at_us,
                             struct err *e)
{
    return db_exec(c, e,
                   SQL("UPDATE integrations SET last_export = $3 WHERE establishment_id = $1 AND id = $2"),
                   V_INT(establishment_id), V_TEXT(id), V_INT(at_us));
}

bool integration_log(struct db_conn *c, struct establishment_lock *lock,
                     const struct integration_log_row *row, struct err *e)
{
    return db_exec(c, e,
                   SQL("INSERT INTO integration_logs (establishment_id, id, integration_id, action, status, "
                       "message, message_fr, data, created_at, actor) "
                       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
                   V_INT(lock->establishment_id), V_INT(lock->next_id++), V_TEXT(row->integration_id),
                   V_TEXT(row->action), V_TEXT(row->status), V_TEXT(row->message.en), V_TEXT(row->message.fr),
                   V_TEXT(row->data), V_INT(row->created_us), V_TEXT(row->actor));
}

/* For LIKE … ESCAPE '!': what a person types has no wildcards. */
static struct str like_pattern(struct arena *a, struct str search)
{
    struct buf b = buf_in(a);
    buf_char(&b, '%');
    for (size_t i = 0; i < search.n; i++) {
        if (search.p[i] == '%' || search.p[i] == '_' || search.p[i] == '!') {
            buf_char(&b, '!');
        }
        buf_char(&b, search.p[i]);
    }
    buf_char(&b, '%');
    return buf_str(&b);
}

bool integration_log_rows(struct db_conn *c, struct arena *a, int64_t establishment_id,
                          const struct integration_log_filter *f, struct integration_log_row **list,
                          size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct integration_log_row, f->limit);
    *count = 0;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT id, integration_id, action, status, message, message_fr, data, created_at, actor "
                "FROM integration_logs WHERE establishment_id = $1 AND integration_id = $2 AND id < $3 "
                "AND ($4 = '' OR status = $4) AND ($5 = '' OR action = $5) "
                "AND ($6 = '%%' OR lower(message) LIKE lower($6) ESCAPE '!' "
                "OR lower(message_fr) LIKE lower($6) ESCAPE '!' "
                "OR lower(coalesce(data, '')) LIKE lower($6) ESCAPE '!') ORDER BY id DESC LIMIT $7"),
            V_INT(establishment_id), V_TEXT(f->integration_id),
            V_INT(f->before_id > 0 ? f->before_id : INT64_MAX), V_TEXT(f->status.n ? f->status : S("")),
            V_TEXT(f->action.n ? f->action : S("")), V_TEXT(like_pattern(a, f->search)),
            V_INT((int64_t)f->limit))) {
        return false;
    }
    while (*count < f->limit && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct integration_log_row){
            .id = db_int(&rows, 0),
            .integration_id = db_copy(&rows, 1, a),
            .action = db_copy(&rows, 2, a),
            .status = db_copy(&rows, 3, a),
            .message = {db_copy(&rows, 4, a), db_copy(&rows, 5, a)},
            .data = db_copy(&rows, 6, a),
            .created_us = db_int(&rows, 7),
            .actor = db_copy(&rows, 8, a),
        };
    }
    return *count == f->limit || e->code == ERR_NONE;
}
