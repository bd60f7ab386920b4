/* user.h: people who may sign in, and what each may do in which hotel. */
#ifndef STORE_USER_H
#define STORE_USER_H

#include "io/db.h"
#include "store/establishment.h"

/* What a member of a hotel may do; each role may do what the ones before it may. */
enum role {
    ROLE_NONE,    /* no member: for them the hotel does not exist */
    ROLE_VIEWER,  /* reads */
    ROLE_MANAGER, /* also changes the hotel's data and its integrations */
    ROLE_OWNER,   /* also decides who is a member */
};
struct str role_name(enum role role); /* "viewer", …; the absent string for ROLE_NONE */
enum role role_find(struct str name); /* ROLE_NONE when there is no such role */

struct user {
    int64_t id;
    struct str email; /* lower case */
    struct str password_hash;
    bool is_operator; /* runs the installation */
    enum lang language;
    int64_t created_us;
};

/* ERR_CONFLICT when the address is taken. Fills u->id. */
bool user_insert(struct db_conn *c, struct user *u, struct err *e);
/* ERR_NOT_FOUND when there is none. Texts are copied into the arena. */
bool user_find_email(struct db_conn *c, struct arena *a, struct str email, struct user *out, struct err *e);
bool user_find_id(struct db_conn *c, struct arena *a, int64_t id, struct user *out, struct err *e);
bool user_count(struct db_conn *c, int64_t *count, struct err *e);
bool user_set_password(struct db_conn *c, int64_t id, struct str password_hash, struct err *e);
bool user_set_operator(struct db_conn *c, int64_t id, bool is_operator, struct err *e);

/* Makes, changes or (ROLE_NONE) ends a membership. */
bool user_set_role(struct db_conn *c, int64_t user_id, int64_t establishment_id, enum role role,
                   struct err *e);
/* *role: ROLE_NONE without a membership. */
bool user_role(struct db_conn *c, int64_t user_id, int64_t establishment_id, enum role *role, struct err *e);

struct user_hotel {
    struct establishment hotel;
    enum role role;
};
/* The hotels of a user, by slug. */
bool user_hotels(struct db_conn *c, struct arena *a, int64_t user_id, struct user_hotel **list, size_t *count,
                 struct err *e);

#endif
