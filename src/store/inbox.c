#include "store/inbox.h"

#include "base/date.h"

static bool append_one(struct db_conn *c, const struct inbox_message *m, struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO messages (seq, establishment_id, integration_id, received_us, request_id, client, "
            "method, target, headers, body, size, sha256, message_key, is_masked, verdict, reason, "
            "reason_fr) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
            "$17)"),
        V_INT(m->seq), V_INT(m->establishment_id), V_TEXT(m->integration_id), V_INT(m->received_us),
        V_TEXT(m->request_id), V_TEXT(m->client), V_TEXT(m->method), V_TEXT(m->target), V_TEXT(m->headers),
        V_BLOB(m->body), V_INT(m->size), V_BLOB(m->sha256), V_TEXT(m->message_key), V_INT(m->masked),
        V_TEXT(m->verdict), V_TEXT(m->reason.en), V_TEXT(m->reason.fr));
}

bool inbox_append(struct db_conn *c, struct inbox_message *const *list, size_t count, struct err *e)
{
    /* A counter of our own: the table's greatest key would go back when the last rows are forgotten, and a
     * number must never be given twice. It also makes numbers commit in order on every engine. */
    int64_t last = 0;
    if (!db_get_int(c, &last, e,
                    SQL("UPDATE counters SET value = value + $1 WHERE name = 'messages' RETURNING value"),
                    V_INT((int64_t)count))) {
        return false;
    }
    int64_t seq = last - (int64_t)count;
    for (size_t i = 0; i < count; i++) {
        list[i]->seq = ++seq;
        if (!append_one(c, list[i], e)) {
            return false;
        }
    }
    return true;
}

#define HEAD_COLUMNS                                                                                         \
    "seq, establishment_id, integration_id, received_us, request_id, client, method, target, size, sha256, " \
    "message_key, is_masked, verdict, reason, reason_fr"

static void read_head(const struct db_rows *rows, struct arena *a, struct inbox_message *m)
{
    *m = (struct inbox_message){
        .seq = db_int(rows, 0),
        .establishment_id = db_int(rows, 1),
        .integration_id = db_copy(rows, 2, a),
        .received_us = db_int(rows, 3),
        .request_id = db_copy(rows, 4, a),
        .client = db_copy(rows, 5, a),
        .method = db_copy(rows, 6, a),
        .target = db_copy(rows, 7, a),
        .size = db_int(rows, 8),
        .sha256 = db_copy(rows, 9, a),
        .message_key = db_copy(rows, 10, a),
        .masked = db_int(rows, 11) != 0,
        .verdict = db_copy(rows, 12, a),
        .reason = {db_copy(rows, 13, a), db_copy(rows, 14, a)},
    };
}

static void read_whole(const struct db_rows *rows, struct arena *a, struct inbox_message *m)
{
    read_head(rows, a, m);
    m->headers = db_copy(rows, 15, a);
    m->body = db_copy(rows, 16, a);
}

bool inbox_after(struct db_conn *c, struct arena *a, int64_t after_seq, size_t limit,
                 struct inbox_message **list, size_t *count, int64_t *last, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct inbox_message, limit);
    *count = 0;
    *last = after_seq;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT " HEAD_COLUMNS ", headers, body FROM messages WHERE seq > $1 ORDER BY seq LIMIT $2"),
            V_INT(after_seq), V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        *last = db_int(&rows, 0);
        if (!str_eq(db_str(&rows, 12), S("rejected"))) {
            read_whole(&rows, a, &(*list)[(*count)++]);
        }
    }
    return e->code == ERR_NONE;
}

bool inbox_get(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t seq,
               struct inbox_message *out, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(c, &rows, e,
                  SQL("SELECT " HEAD_COLUMNS
                      ", headers, body FROM messages WHERE seq = $1 AND establishment_id = $2"),
                  V_INT(seq), V_INT(establishment_id))) {
        return false;
    }
    if (!db_next(&rows, e)) {
        return e->code == ERR_NONE &&
               err_set(e, ERR_NOT_FOUND, "there is no such message", "ce message n'existe pas");
    }
    read_whole(&rows, a, out);
    return true;
}

bool inbox_list(struct db_conn *c, struct arena *a, int64_t establishment_id, const struct inbox_filter *f,
                struct inbox_message **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct inbox_message, f->limit);
    *count = 0;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT " HEAD_COLUMNS
                " FROM messages WHERE establishment_id = $1 AND ($2 = 0 OR seq < $2) AND "
                "(CAST($3 AS TEXT) IS NULL OR integration_id = $3) AND ($4 = 0 OR received_us >= $5) AND ($6 = "
                "-1 OR ($6 = 1) = (verdict = 'rejected')) ORDER BY seq DESC LIMIT $7"),
            V_INT(establishment_id), V_INT(f->before_seq), V_TEXT(f->integration_id),
            V_INT(f->since_us != INSTANT_NONE), V_INT(f->since_us), V_INT(f->rejected),
            V_INT((int64_t)f->limit))) {
        return false;
    }
    while (*count < f->limit && db_next(&rows, e)) {
        read_head(&rows, a, &(*list)[(*count)++]);
    }
    return e->code == ERR_NONE;
}

static bool read_seqs(struct db_rows *rows, struct arena *a, size_t limit, int64_t **seqs, size_t *count,
                      struct err *e)
{
    *seqs = arena_array(a, int64_t, limit);
    *count = 0;
    while (*count < limit && db_next(rows, e)) {
        (*seqs)[(*count)++] = db_int(rows, 0);
    }
    return e->code == ERR_NONE;
}

bool inbox_since(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str integration_id,
                 int64_t since_us, int64_t after_seq, size_t limit, int64_t **seqs, size_t *count,
                 struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    return db_query(
               c, &rows, e,
               SQL("SELECT seq FROM messages WHERE seq > $1 AND establishment_id = $2 AND integration_id = $3 AND "
                   "received_us >= $4 AND verdict <> 'rejected' ORDER BY seq LIMIT $5"),
               V_INT(after_seq), V_INT(establishment_id), V_TEXT(integration_id), V_INT(since_us),
               V_INT((int64_t)limit)) &&
           read_seqs(&rows, a, limit, seqs, count, e);
}

bool inbox_count_rejected(struct db_conn *c, int64_t establishment_id, struct str integration_id,
                          int64_t since_us, int64_t *count, struct err *e)
{
    *count = 0;
    return db_get_int(
        c, count, e,
        SQL("SELECT count(*) FROM messages WHERE verdict = 'rejected' AND received_us >= $3 AND "
            "establishment_id = $1 AND integration_id = $2"),
        V_INT(establishment_id), V_TEXT(integration_id), V_INT(since_us));
}

bool inbox_forget_rejected(struct db_conn *c, int64_t before_us, struct err *e)
{
    return db_exec(c, e, SQL("DELETE FROM messages WHERE verdict = 'rejected' AND received_us < $1"),
                   V_INT(before_us));
}

bool inbox_cursor_get(struct db_conn *c, int64_t *seq, struct err *e)
{
    *seq = 0;
    return db_get_int(c, seq, e, SQL("SELECT seq FROM inbox_cursor WHERE id = 1"));
}

bool inbox_cursor_set(struct db_conn *c, int64_t seq, struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO inbox_cursor (id, seq) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET seq = "
            "excluded.seq"),
        V_INT(seq));
}

bool inbox_outcome_put(struct db_conn *c, int64_t establishment_id, const struct inbox_outcome *o,
                       struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO inbox_outcomes (establishment_id, seq, integration_id, outcome, pointer, detail, "
            "detail_fr, reservation_id, duplicate_of, attempts, applied_us) VALUES ($1, $2, $3, $4, $5, "
            "$6, $7, $8, $9, 1, $10) ON CONFLICT (establishment_id, seq) DO UPDATE SET outcome = "
            "excluded.outcome, pointer = excluded.pointer, detail = excluded.detail, detail_fr = "
            "excluded.detail_fr, reservation_id = excluded.reservation_id, duplicate_of = "
            "excluded.duplicate_of, attempts = inbox_outcomes.attempts + 1, applied_us = "
            "excluded.applied_us"),
        V_INT(establishment_id), V_INT(o->seq), V_TEXT(o->integration_id), V_TEXT(o->outcome),
        V_TEXT(o->pointer), V_TEXT(o->detail.en), V_TEXT(o->detail.fr), V_INT_OR(o->reservation_id, 0),
        V_INT_OR(o->duplicate_of, 0), V_INT(o->applied_us));
}

bool inbox_outcome_get(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t seq,
                       struct inbox_outcome *out, bool *found, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *found = false;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT integration_id, outcome, pointer, detail, detail_fr, reservation_id, duplicate_of, "
                "attempts, applied_us FROM inbox_outcomes WHERE establishment_id = $1 AND seq = $2"),
            V_INT(establishment_id), V_INT(seq))) {
        return false;
    }
    if (!db_next(&rows, e)) {
        return e->code == ERR_NONE;
    }
    *found = true;
    *out = (struct inbox_outcome){
        .seq = seq,
        .integration_id = db_copy(&rows, 0, a),
        .outcome = db_copy(&rows, 1, a),
        .pointer = db_copy(&rows, 2, a),
        .detail = {db_copy(&rows, 3, a), db_copy(&rows, 4, a)},
        .reservation_id = db_int(&rows, 5),
        .duplicate_of = db_int(&rows, 6),
        .attempts = db_int(&rows, 7),
        .applied_us = db_int(&rows, 8),
    };
    return true;
}

bool inbox_waiting(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str integration_id,
                   size_t limit, int64_t **seqs, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    return db_query(
               c, &rows, e,
               SQL("SELECT seq FROM inbox_outcomes WHERE establishment_id = $1 AND integration_id = $2 AND outcome "
                   "= 'waiting' ORDER BY seq LIMIT $3"),
               V_INT(establishment_id), V_TEXT(integration_id), V_INT((int64_t)limit)) &&
           read_seqs(&rows, a, limit, seqs, count, e);
}

bool inbox_waiting_in_vain(struct db_conn *c, struct arena *a, int64_t *establishment_id,
                           struct str *integration_id, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *integration_id = (struct str){0};
    if (!db_query(
            c, &rows, e,
            SQL("SELECT w.establishment_id, w.integration_id FROM (SELECT DISTINCT establishment_id, "
                "integration_id FROM inbox_outcomes WHERE outcome = 'waiting') w LEFT JOIN integrations i ON "
                "i.id = w.integration_id AND i.establishment_id = w.establishment_id WHERE i.id IS NULL OR "
                "i.is_active = 1 ORDER BY w.establishment_id, w.integration_id LIMIT 1"))) {
        return false;
    }
    if (db_next(&rows, e)) {
        *establishment_id = db_int(&rows, 0);
        *integration_id = db_copy(&rows, 1, a);
        return true;
    }
    return e->code == ERR_NONE;
}

bool inbox_key_find(struct db_conn *c, int64_t establishment_id, struct str integration_id, struct str key,
                    int64_t *seq, struct err *e)
{
    *seq = 0;
    return db_get_int(
        c, seq, e,
        SQL("SELECT seq FROM message_keys WHERE establishment_id = $1 AND integration_id = $2 AND "
            "message_key = $3"),
        V_INT(establishment_id), V_TEXT(integration_id), V_TEXT(key));
}

bool inbox_key_put(struct db_conn *c, int64_t establishment_id, struct str integration_id, struct str key,
                   int64_t seq, struct err *e)
{
    return db_exec(
        c, e,
        SQL("INSERT INTO message_keys (establishment_id, integration_id, message_key, seq) VALUES ($1, $2, "
            "$3, $4) ON CONFLICT DO NOTHING"),
        V_INT(establishment_id), V_TEXT(integration_id), V_TEXT(key), V_INT(seq));
}
