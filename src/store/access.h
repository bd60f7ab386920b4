/* access.h: how a request proves who sends it: sessions, bearer tokens, the one-time link of a first start,
 * and the failures to sign in that slow the next attempt down.
 *
 * No secret is in these tables: every token is kept as its SHA-256 (32 bytes), which is enough because each
 * carries 256 bits of chance. */
#ifndef STORE_ACCESS_H
#define STORE_ACCESS_H

#include "base/date.h"
#include "io/db.h"

/* --- sessions --- */
struct access_session {
    int64_t user_id;
    int64_t created_us;
    int64_t seen_us; /* last use, to the minute */
};
bool access_session_insert(struct db_conn *c, struct str token_hash, const struct access_session *s,
                           struct err *e);
/* ERR_NOT_FOUND when there is none. */
bool access_session_find(struct db_conn *c, struct str token_hash, struct access_session *out, struct err *e);
bool access_session_seen(struct db_conn *c, struct str token_hash, int64_t seen_us, struct err *e);
bool access_session_delete(struct db_conn *c, struct str token_hash, struct err *e);
/* All of a user's. */
bool access_session_delete_user(struct db_conn *c, int64_t user_id, struct err *e);
/* Those begun before created_us or not used since seen_us. */
bool access_session_expire(struct db_conn *c, int64_t created_us, int64_t seen_us, struct err *e);

/* --- bearer tokens --- */
struct access_token {
    struct str id; /* public: 8 letters */
    int64_t user_id;
    struct str name;
    int64_t created_us;
    int64_t used_us; /* to the minute; INSTANT_NONE: never */
};
bool access_token_insert(struct db_conn *c, struct str token_hash, const struct access_token *t,
                         struct err *e);
bool access_token_find(struct db_conn *c, struct arena *a, struct str token_hash, struct access_token *out,
                       struct err *e);
bool access_token_used(struct db_conn *c, struct str id, int64_t used_us, struct err *e);
/* A user's tokens, oldest first. */
bool access_token_list(struct db_conn *c, struct arena *a, int64_t user_id, struct access_token **list,
                       size_t *count, struct err *e);
/* ERR_NOT_FOUND when the user has no such token. */
bool access_token_delete(struct db_conn *c, int64_t user_id, struct str id, struct err *e);

/* --- failures to sign in --- */
struct access_failure {
    int64_t failures; /* 0: none */
    int64_t last_us;
};
bool access_failure_find(struct db_conn *c, struct str key_hash, struct access_failure *out, struct err *e);
bool access_failure_put(struct db_conn *c, struct str key_hash, const struct access_failure *f,
                        struct err *e);
bool access_failure_delete(struct db_conn *c, struct str key_hash, struct err *e);
bool access_failure_expire(struct db_conn *c, int64_t last_us, struct err *e);

/* --- the link of a first start; there is at most one --- */
bool access_setup_replace(struct db_conn *c, struct str token_hash, int64_t expires_us, struct err *e);
/* *valid: this is the link and it has not expired. */
bool access_setup_valid(struct db_conn *c, struct str token_hash, int64_t now_us, bool *valid, struct err *e);
bool access_setup_delete(struct db_conn *c, struct err *e);

#endif
