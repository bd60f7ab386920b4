#include "store/event.h"

#include "base/date.h"

bool event_insert(struct db_conn *c, int64_t establishment_id, const struct event_row *v, struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO events (establishment_id, seq, type, entity_id, data, created_us) VALUES ($1, $2, "
            "$3, $4, $5, $6)"),
        V_INT(establishment_id), V_INT(v->seq), V_TEXT(v->type), V_INT_OR(v->entity_id, 0), V_TEXT(v->data),
        V_INT(v->created_us));
}

bool event_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t after_seq, size_t limit,
                struct event_row **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct event_row, limit);
    *count = 0;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT seq, type, entity_id, data, created_us FROM events WHERE establishment_id = $1 AND seq > "
                "$2 ORDER BY seq LIMIT $3"),
            V_INT(establishment_id), V_INT(after_seq), V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct event_row){db_int(&rows, 0), db_copy(&rows, 1, a), db_int(&rows, 2),
                                                 db_copy(&rows, 3, a), db_int(&rows, 4)};
    }
    return e->code == ERR_NONE;
}

bool alert_raise(struct db_conn *c, int64_t establishment_id, const struct alert_row *v, bool *fresh,
                 struct err *e)
{
    int64_t standing = 0;
    if (!db_get_int(
            c, &standing, e,
            SQL("SELECT count(*) FROM alerts WHERE establishment_id = $1 AND fingerprint = $2 AND cleared_us "
                "IS NULL"),
            V_INT(establishment_id), V_TEXT(v->fingerprint))) {
        return false;
    }
    *fresh = standing == 0;
    return db_exec(
        c, e,
        SQL("INSERT INTO alerts (establishment_id, fingerprint, severity, message, message_fr, "
            "reservation_id, integration_id, occurrences, raised_us, last_us) VALUES ($1, $2, $3, $4, $5, "
            "$6, $7, 1, $8, $8) ON CONFLICT (establishment_id, fingerprint) DO UPDATE SET severity = "
            "excluded.severity, message = excluded.message, message_fr = excluded.message_fr, "
            "reservation_id = excluded.reservation_id, integration_id = excluded.integration_id, "
            "occurrences = CASE WHEN alerts.cleared_us IS NULL THEN alerts.occurrences + 1 ELSE 1 END, "
            "raised_us = CASE WHEN alerts.cleared_us IS NULL THEN alerts.raised_us ELSE "
            "excluded.raised_us END, last_us = excluded.last_us, cleared_us = NULL"),
        V_INT(establishment_id), V_TEXT(v->fingerprint), V_TEXT(v->severity), V_TEXT(v->message.en),
        V_TEXT(v->message.fr), V_INT_OR(v->reservation_id, 0), V_TEXT(v->integration_id), V_INT(v->last_us));
}

bool alert_clear(struct db_conn *c, int64_t establishment_id, struct str fingerprint, int64_t now_us,
                 struct err *e)
{
    return db_exec(
        c, e,
        SQL("UPDATE alerts SET cleared_us = $3 WHERE establishment_id = $1 AND fingerprint = $2 AND "
            "cleared_us IS NULL"),
        V_INT(establishment_id), V_TEXT(fingerprint), V_INT(now_us));
}

struct alert_place alert_place_of(const struct alert_row *v)
{
    return (struct alert_place){(v->cleared_us == INSTANT_NONE ? 0 : 2) +
                                    (str_eq(v->severity, S("critical")) ? 0 : 1),
                                v->last_us, v->fingerprint};
}

bool alert_list(struct db_conn *c, struct arena *a, int64_t establishment_id, const struct alert_place *after,
                size_t limit, struct alert_row **list, size_t *count, struct err *e)
{
    static const struct alert_place beginning = {.rank = -1, .fingerprint = S_INIT("")};
    const struct alert_place *p = after ? after : &beginning;
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct alert_row, limit);
    *count = 0;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT fingerprint, severity, message, message_fr, reservation_id, integration_id, occurrences, "
                "raised_us, last_us, cleared_us FROM (SELECT alerts.*, CASE WHEN cleared_us IS NULL THEN 0 ELSE 2 "
                "END + CASE severity WHEN 'critical' THEN 0 ELSE 1 END AS place FROM alerts WHERE "
                "establishment_id = $1) AS placed WHERE place > $2 OR (place = $2 AND (last_us < $3 OR "
                "(last_us = $3 AND fingerprint > $4))) ORDER BY place, last_us DESC, fingerprint LIMIT $5"),
            V_INT(establishment_id), V_INT(p->rank), V_INT(p->last_us), V_TEXT(p->fingerprint),
            V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct alert_row){
            .fingerprint = db_copy(&rows, 0, a),
            .severity = db_copy(&rows, 1, a),
            .message = {db_copy(&rows, 2, a), db_copy(&rows, 3, a)},
            .reservation_id = db_int(&rows, 4),
            .integration_id = db_copy(&rows, 5, a),
            .occurrences = db_int(&rows, 6),
            .raised_us = db_int(&rows, 7),
            .last_us = db_int(&rows, 8),
            .cleared_us = db_int_or(&rows, 9, INSTANT_NONE),
        };
    }
    return e->code == ERR_NONE;
}

bool outbox_put(struct db_conn *c, int64_t establishment_id, const struct outbox_row *v, struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO outbox (establishment_id, integration_id, room_type_id, night, version, queued_us) "
            "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (establishment_id, integration_id, room_type_id, "
            "night) DO UPDATE SET version = excluded.version"),
        V_INT(establishment_id), V_TEXT(v->integration_id), V_INT(v->room_type_id), V_INT(v->night),
        V_INT(v->version), V_INT(v->queued_us));
}

bool outbox_list(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str integration_id,
                 size_t limit, struct outbox_row **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct outbox_row, limit);
    *count = 0;
    if (!db_query(c, &rows, e,
                  SQL("SELECT integration_id, room_type_id, night, version, queued_us FROM outbox WHERE "
                      "establishment_id = $1 AND (CAST($2 AS TEXT) IS NULL OR integration_id = $2) ORDER BY "
                      "integration_id, room_type_id, night LIMIT $3"),
                  V_INT(establishment_id), V_TEXT(integration_id), V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        (*list)[(*count)++] =
            (struct outbox_row){db_copy(&rows, 0, a), db_int(&rows, 1), (int32_t)db_int(&rows, 2),
                                db_int(&rows, 3), db_int(&rows, 4)};
    }
    return e->code == ERR_NONE;
}

bool outbox_done(struct db_conn *c, int64_t establishment_id, const struct outbox_row *v, struct err *e)
{
    return db_exec(
        c, e,
        SQL("DELETE FROM outbox WHERE establishment_id = $1 AND integration_id = $2 AND room_type_id = $3 "
            "AND night = $4 AND version <= $5"),
        V_INT(establishment_id), V_TEXT(v->integration_id), V_INT(v->room_type_id), V_INT(v->night),
        V_INT(v->version));
}

bool outbox_listeners(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str **ids,
                      size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    if (!db_get_int(c, &n, e,
                    SQL("SELECT count(*) FROM integrations WHERE establishment_id = $1 AND tells_stock = 1"),
                    V_INT(establishment_id)) ||
        !db_query(
            c, &rows, e,
            SQL("SELECT id FROM integrations WHERE establishment_id = $1 AND tells_stock = 1 ORDER BY id"),
            V_INT(establishment_id))) {
        return false;
    }
    *ids = arena_array(a, struct str, (size_t)n);
    *count = 0;
    while (*count < (size_t)n && db_next(&rows, e)) {
        (*ids)[(*count)++] = db_copy(&rows, 0, a);
    }
    return e->code == ERR_NONE;
}
