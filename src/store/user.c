#include "store/user.h"

static const struct str role_names[] = {
    [ROLE_VIEWER] = S_INIT("viewer"),
    [ROLE_MANAGER] = S_INIT("manager"),
    [ROLE_OWNER] = S_INIT("owner"),
};

struct str role_name(enum role role)
{
    return role < ARRAY_LEN(role_names) ? role_names[role] : (struct str){0};
}

enum role role_find(struct str name)
{
    for (size_t i = ROLE_VIEWER; i < ARRAY_LEN(role_names); i++) {
        if (str_eq(name, role_names[i])) {
            return (enum role)i;
        }
    }
    return ROLE_NONE;
}

bool user_insert(struct db_conn *c, struct user *u, struct err *e)
{
    int64_t taken = 0, last = 0;
    if (!db_get_int(c, &taken, e, SQL("SELECT count(*) FROM users WHERE email = $1"), V_TEXT(u->email)) ||
        !db_get_int(c, &last, e, SQL("SELECT max(id) FROM users"))) {
        return false;
    }
    if (taken) {
        return err_field(e, ERR_CONFLICT, "email", "there is already a user “%.*s”",
                         "il y a déjà un utilisateur « %.*s »", STR_ARG(u->email));
    }
    u->id = last + 1;
    return db_exec(c, e,
                   SQL("INSERT INTO users (id, email, password_hash, is_operator, language, created_us) "
                       "VALUES ($1, $2, $3, $4, $5, $6)"),
                   V_INT(u->id), V_TEXT(u->email), V_TEXT(u->password_hash), V_INT(u->is_operator),
                   V_TEXT(u->language == LANG_FR ? S("fr") : S("en")), V_INT(u->created_us));
}

static bool find(struct db_rows *rows, struct arena *a, struct user *out, struct err *e)
{
    if (!db_next(rows, e)) {
        return e->code == ERR_NONE &&
               err_set(e, ERR_NOT_FOUND, "there is no such user", "cet utilisateur n'existe pas");
    }
    *out = (struct user){
        .id = db_int(rows, 0),
        .email = db_copy(rows, 1, a),
        .password_hash = db_copy(rows, 2, a),
        .is_operator = db_int(rows, 3) != 0,
        .language = str_eq(db_str(rows, 4), S("fr")) ? LANG_FR : LANG_EN,
        .created_us = db_int(rows, 5),
    };
    return true;
}

bool user_find_email(struct db_conn *c, struct arena *a, struct str email, struct user *out, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    return db_query(c, &rows, e,
                    SQL("SELECT id, email, password_hash, is_operator, language, created_us FROM users "
                        "WHERE email = $1"),
                    V_TEXT(email)) &&
           find(&rows, a, out, e);
}

bool user_find_id(struct db_conn *c, struct arena *a, int64_t id, struct user *out, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    return db_query(c, &rows, e,
                    SQL("SELECT id, email, password_hash, is_operator, language, created_us FROM users "
                        "WHERE id = $1"),
                    V_INT(id)) &&
           find(&rows, a, out, e);
}

bool user_count(struct db_conn *c, int64_t *count, struct err *e)
{
    *count = 0;
    return db_get_int(c, count, e, SQL("SELECT count(*) FROM users"));
}

bool user_set_password(struct db_conn *c, int64_t id, struct str password_hash, struct err *e)
{
    return db_exec(c, e, SQL("UPDATE users SET password_hash = $2 WHERE id = $1"), V_INT(id),
                   V_TEXT(password_hash));
}

bool user_set_operator(struct db_conn *c, int64_t id, bool is_operator, struct err *e)
{
    return db_exec(c, e, SQL("UPDATE users SET is_operator = $2 WHERE id = $1"), V_INT(id),
                   V_INT(is_operator));
}

bool user_set_role(struct db_conn *c, int64_t user_id, int64_t establishment_id, enum role role,
                   struct err *e)
{
    if (role == ROLE_NONE) {
        return db_exec(c, e, SQL("DELETE FROM memberships WHERE user_id = $1 AND establishment_id = $2"),
                       V_INT(user_id), V_INT(establishment_id));
    }
    return db_exec(c, e,
                   SQL("INSERT INTO memberships (user_id, establishment_id, role) VALUES ($1, $2, $3) "
                       "ON CONFLICT (user_id, establishment_id) DO UPDATE SET role = excluded.role"),
                   V_INT(user_id), V_INT(establishment_id), V_TEXT(role_name(role)));
}

bool user_role(struct db_conn *c, int64_t user_id, int64_t establishment_id, enum role *role, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *role = ROLE_NONE;
    if (!db_query(c, &rows, e,
                  SQL("SELECT role FROM memberships WHERE user_id = $1 AND establishment_id = $2"),
                  V_INT(user_id), V_INT(establishment_id))) {
        return false;
    }
    if (db_next(&rows, e)) {
        *role = role_find(db_str(&rows, 0));
        return true;
    }
    return e->code == ERR_NONE;
}

bool user_hotels(struct db_conn *c, struct arena *a, int64_t user_id, struct user_hotel **list, size_t *count,
                 struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    if (!db_get_int(c, &n, e, SQL("SELECT count(*) FROM memberships WHERE user_id = $1"), V_INT(user_id)) ||
        !db_query(c, &rows, e,
                  SQL("SELECT e.id, e.slug, e.name, e.timezone, e.currency, e.created_us, m.role "
                      "FROM memberships m JOIN establishments e ON e.id = m.establishment_id "
                      "WHERE m.user_id = $1 ORDER BY e.slug"),
                  V_INT(user_id))) {
        return false;
    }
    *list = arena_array(a, struct user_hotel, (size_t)n);
    *count = 0;
    while (*count < (size_t)n && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct user_hotel){
            .hotel = {.id = db_int(&rows, 0),
                      .slug = db_copy(&rows, 1, a),
                      .name = db_copy(&rows, 2, a),
                      .timezone = db_copy(&rows, 3, a),
                      .currency = db_copy(&rows, 4, a),
                      .created_us = db_int(&rows, 5)},
            .role = role_find(db_str(&rows, 6)),
        };
    }
    return e->code == ERR_NONE;
}
