#include "store/access.h"

/* --- sessions --- */

bool access_session_insert(struct db_conn *c, struct str token_hash, const struct access_session *s,
                           struct err *e)
{
    return db_exec(
        c, e, SQL("INSERT INTO sessions (token_hash, user_id, created_us, seen_us) VALUES ($1, $2, $3, $4)"),
        V_BLOB(token_hash), V_INT(s->user_id), V_INT(s->created_us), V_INT(s->seen_us));
}

bool access_session_find(struct db_conn *c, struct str token_hash, struct access_session *out, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(c, &rows, e, SQL("SELECT user_id, created_us, seen_us FROM sessions WHERE token_hash = $1"),
                  V_BLOB(token_hash))) {
        return false;
    }
    if (!db_next(&rows, e)) {
        return e->code == ERR_NONE &&
               err_set(e, ERR_NOT_FOUND, "there is no such session", "cette session n'existe pas");
    }
    *out = (struct access_session){db_int(&rows, 0), db_int(&rows, 1), db_int(&rows, 2)};
    return true;
}

bool access_session_seen(struct db_conn *c, struct str token_hash, int64_t seen_us, struct err *e)
{
    return db_exec(c, e, SQL("UPDATE sessions SET seen_us = $2 WHERE token_hash = $1 AND seen_us < $2"),
                   V_BLOB(token_hash), V_INT(seen_us));
}

bool access_session_delete(struct db_conn *c, struct str token_hash, struct err *e)
{
    return db_exec(c, e, SQL("DELETE FROM sessions WHERE token_hash = $1"), V_BLOB(token_hash));
}

bool access_session_delete_user(struct db_conn *c, int64_t user_id, struct err *e)
{
    return db_exec(c, e, SQL("DELETE FROM sessions WHERE user_id = $1"), V_INT(user_id));
}

bool access_session_expire(struct db_conn *c, int64_t created_us, int64_t seen_us, struct err *e)
{
    return db_exec(c, e, SQL("DELETE FROM sessions WHERE created_us < $1 OR seen_us < $2"), V_INT(created_us),
                   V_INT(seen_us));
}

/* --- bearer tokens --- */

bool access_token_insert(struct db_conn *c, struct str token_hash, const struct access_token *t,
                         struct err *e)
{
    return db_exec(c, e,
                   SQL("INSERT INTO tokens (id, user_id, name, token_hash, created_us) "
                       "VALUES ($1, $2, $3, $4, $5)"),
                   V_TEXT(t->id), V_INT(t->user_id), V_TEXT(t->name), V_BLOB(token_hash),
                   V_INT(t->created_us));
}

static void read_token(const struct db_rows *rows, struct arena *a, struct access_token *t)
{
    *t = (struct access_token){
        .id = db_copy(rows, 0, a),
        .user_id = db_int(rows, 1),
        .name = db_copy(rows, 2, a),
        .created_us = db_int(rows, 3),
        .used_us = db_int_or(rows, 4, INSTANT_NONE),
    };
}

static bool no_token(struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "there is no such token", "ce jeton n'existe pas");
}

bool access_token_find(struct db_conn *c, struct arena *a, struct str token_hash, struct access_token *out,
                       struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(c, &rows, e,
                  SQL("SELECT id, user_id, name, created_us, used_us FROM tokens WHERE token_hash = $1"),
                  V_BLOB(token_hash))) {
        return false;
    }
    if (!db_next(&rows, e)) {
        return e->code == ERR_NONE && no_token(e);
    }
    read_token(&rows, a, out);
    return true;
}

bool access_token_used(struct db_conn *c, struct str id, int64_t used_us, struct err *e)
{
    return db_exec(c, e, SQL("UPDATE tokens SET used_us = $2 WHERE id = $1"), V_TEXT(id), V_INT(used_us));
}

bool access_token_list(struct db_conn *c, struct arena *a, int64_t user_id, struct access_token **list,
                       size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    if (!db_get_int(c, &n, e, SQL("SELECT count(*) FROM tokens WHERE user_id = $1"), V_INT(user_id)) ||
        !db_query(c, &rows, e,
                  SQL("SELECT id, user_id, name, created_us, used_us FROM tokens WHERE user_id = $1 "
                      "ORDER BY created_us, id"),
                  V_INT(user_id))) {
        return false;
    }
    *list = arena_array(a, struct access_token, (size_t)n);
    *count = 0;
    while (*count < (size_t)n && db_next(&rows, e)) {
        read_token(&rows, a, &(*list)[(*count)++]);
    }
    return e->code == ERR_NONE;
}

bool access_token_delete(struct db_conn *c, int64_t user_id, struct str id, struct err *e)
{
    if (!db_exec(c, e, SQL("DELETE FROM tokens WHERE id = $1 AND user_id = $2"), V_TEXT(id),
                 V_INT(user_id))) {
        return false;
    }
    return db_changes(c) > 0 || no_token(e);
}

/* --- failures to sign in --- */

bool access_failure_find(struct db_conn *c, struct str key_hash, struct access_failure *out, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *out = (struct access_failure){0};
    if (!db_query(c, &rows, e, SQL("SELECT failures, last_us FROM login_failures WHERE key_hash = $1"),
                  V_BLOB(key_hash))) {
        return false;
    }
    if (db_next(&rows, e)) {
        *out = (struct access_failure){db_int(&rows, 0), db_int(&rows, 1)};
        return true;
    }
    return e->code == ERR_NONE;
}

bool access_failure_put(struct db_conn *c, struct str key_hash, const struct access_failure *f, struct err *e)
{
    return db_exec(c, e,
                   SQL("INSERT INTO login_failures (key_hash, failures, last_us) VALUES ($1, $2, $3) "
                       "ON CONFLICT (key_hash) DO UPDATE SET failures = excluded.failures, "
                       "last_us = excluded.last_us"),
                   V_BLOB(key_hash), V_INT(f->failures), V_INT(f->last_us));
}

bool access_failure_delete(struct db_conn *c, struct str key_hash, struct err *e)
{
    return db_exec(c, e, SQL("DELETE FROM login_failures WHERE key_hash = $1"), V_BLOB(key_hash));
}

bool access_failure_expire(struct db_conn *c, int64_t last_us, struct err *e)
{
    return db_exec(c, e, SQL("DELETE FROM login_failures WHERE last_us < $1"), V_INT(last_us));
}

/* --- the link of a first start --- */

bool access_setup_replace(struct db_conn *c, struct str token_hash, int64_t expires_us, struct err *e)
{
    return access_setup_delete(c, e) &&
           db_exec(c, e, SQL("INSERT INTO setup_links (token_hash, expires_us) VALUES ($1, $2)"),
                   V_BLOB(token_hash), V_INT(expires_us));
}

bool access_setup_valid(struct db_conn *c, struct str token_hash, int64_t now_us, bool *valid, struct err *e)
{
    int64_t n = 0;
    if (!db_get_int(c, &n, e,
                    SQL("SELECT count(*) FROM setup_links WHERE token_hash = $1 AND expires_us > $2"),
                    V_BLOB(token_hash), V_INT(now_us))) {
        return false;
    }
    *valid = n > 0;
    return true;
}

bool access_setup_delete(struct db_conn *c, struct err *e)
{
    return db_exec(c, e, SQL("DELETE FROM setup_links"));
}
