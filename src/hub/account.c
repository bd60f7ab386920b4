#include "hub/account.h"

#include "base/limits.h"

#include <string.h>

static const char *const languages[] = {[LANG_EN] = "en", [LANG_FR] = "fr", NULL};

static const struct field setup_fields[] = {
    {FIELD_MEMBER("email", FIELD_STR, account_setup, email), .flags = FIELD_REQUIRED, .max = 254,
     .label = TEXT_INIT("E-mail address", "Adresse e-mail"), .example = "owner@example.org"},
    {FIELD_MEMBER("password", FIELD_STR, account_setup, password), .flags = FIELD_REQUIRED | FIELD_SECRET,
     .max = LIMIT_PASSWORD_MAX, .label = TEXT_INIT("Password", "Mot de passe"),
     .help = TEXT_INIT("At least 12 characters; a short sentence is easy to remember.",
                       "Au moins 12 caractères ; une courte phrase se retient facilement.")},
    {FIELD_MEMBER("language", FIELD_ENUM, account_setup, language), .choices = languages,
     .label = TEXT_INIT("Language", "Langue")},
    {FIELD_MEMBER("hotel", FIELD_OBJECT, account_setup, hotel), .of = &hotel_new_fields,
     .label = TEXT_INIT("First hotel", "Premier hôtel")},
};
const struct field_table account_setup_fields = {"setup", sizeof(struct account_setup), setup_fields,
                                                 ARRAY_LEN(setup_fields)};

bool account_email(struct arena *a, struct str email, struct str *out, struct err *e)
{
    email = str_trim(email);
    size_t at = str_find_char(email, '@');
    bool good = at != SIZE_MAX && at > 0 && at <= 64 && email.n - at - 1 > 0 && email.n <= 254 &&
                utf8_valid(email, &(size_t){0}) &&
                str_find_char(str_sub(email, at + 1, email.n), '@') == SIZE_MAX;
    char *lower = arena_alloc(a, email.n + 1);
    for (size_t i = 0; good && i < email.n; i++) {
        char c = email.p[i];
        good = (unsigned char)c > ' ' && c != 0x7f && !strchr("\"(),:;<>[\\]", c);
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    if (!good) {
        return err_field(e, ERR_INVALID, "email", "this is not an e-mail address, such as name@example.org",
                         "ce n'est pas une adresse e-mail, par exemple nom@example.org");
    }
    *out = (struct str){lower, email.n};
    return true;
}

static bool check_password(struct str password, struct err *e)
{
    if (!utf8_valid(password, &(size_t){0})) {
        return err_field(e, ERR_INVALID, "password", "the password is not readable text (UTF-8)",
                         "le mot de passe n'est pas un texte lisible (UTF-8)");
    }
    size_t length = utf8_count(password);
    if (length < LIMIT_PASSWORD_MIN || length > LIMIT_PASSWORD_MAX) {
        return err_field(e, ERR_INVALID, "password",
                         "the password has %zu characters; it needs %d to %d (a short sentence is easy to "
                         "remember)",
                         "le mot de passe compte %zu caractères ; il en faut de %d à %d (une courte phrase "
                         "se retient facilement)",
                         length, LIMIT_PASSWORD_MIN, LIMIT_PASSWORD_MAX);
    }
    return true;
}

static struct principal principal_of(const struct user *u)
{
    return (struct principal){u->id, u->email, u->is_operator, u->language};
}

/* --- adding users --- */

struct add {
    struct arena *a;
    const struct account_new *in;
    struct user user;
};

static bool add_work(struct db_conn *c, void *arg, struct err *e)
{
    struct add *add = arg;
    struct establishment hotel;
    bool member = str_given(add->in->hotel);
    if (member && !establishment_find(c, add->a, add->in->hotel, &hotel, e)) {
        return false;
    }
    if (str_given(add->user.password_hash)) {
        if (!user_insert(c, &add->user, e)) {
            return false;
        }
    } else if (!user_find_email(c, add->a, add->user.email, &add->user, e)) {
        return e->code == ERR_NOT_FOUND ? err_field(e, ERR_INVALID, "password", "a new user needs a password",
                                                    "un nouvel utilisateur a besoin d'un mot de passe")
                                        : false;
    } else if (add->in->is_operator && !user_set_operator(c, add->user.id, true, e)) {
        return false;
    }
    return !member || user_set_role(c, add->user.id, hotel.id, add->in->role, e);
}

bool account_add(struct env *env, struct arena *a, const struct account_new *in, int64_t *user_id,
                 struct err *e)
{
    struct add add = {.a = a, .in = in};
    if (!account_email(a, in->email, &add.user.email, e)) {
        return false;
    }
    if (str_given(in->hotel) && in->role == ROLE_NONE) {
        return err_field(e, ERR_INVALID, "role", "say which role: owner, manager or viewer",
                         "indiquez le rôle : owner, manager ou viewer");
    }
    if (!str_given(in->hotel) && !in->is_operator) {
        return err_set(e, ERR_INVALID, "give the user a hotel with a role, or make them an operator",
                       "donnez à l'utilisateur un hôtel avec un rôle, ou faites-en un opérateur");
    }
    add.user.is_operator = in->is_operator;
    add.user.language = in->language;
    add.user.created_us = clock_now_us(&env->clock);
    if (in->password.n > 0 &&
        (!check_password(in->password, e) ||
         !secret_password_hash(env->gate, a, in->password, &add.user.password_hash, e))) {
        return false;
    }
    if (!db_write(env->store->hotel, add_work, &add, e)) {
        return false;
    }
    *user_id = add.user.id;
    return true;
}

bool account_find(struct env *env, struct arena *a, struct str email, struct principal *out, struct err *e)
{
    struct user user;
    if (!account_email(a, email, &email, e)) {
        return false;
    }
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c || !user_find_email(c, a, email, &user, e)) {
        return false;
    }
    *out = principal_of(&user);
    return true;
}

/* --- the first start --- */

static struct str hash_of(struct str token, uint8_t hash[static SECRET_HASH_SIZE])
{
    secret_sha256(token, hash);
    return (struct str){(const char *)hash, SECRET_HASH_SIZE};
}

struct setup {
    struct str token_hash;
    int64_t now_us;
    int64_t users;
    struct user *user;
    struct establishment *hotel; /* NULL: none */
};

static bool setup_start_work(struct db_conn *c, void *arg, struct err *e)
{
    struct setup *s = arg;
    return user_count(c, &s->users, e) &&
           (s->users > 0
                ? access_setup_delete(c, e)
                : access_setup_replace(c, s->token_hash, s->now_us + ACCOUNT_SETUP_S * INT64_C(1000000), e));
}

bool account_setup_start(struct env *env, struct arena *a, struct str *token, struct err *e)
{
    uint8_t hash[SECRET_HASH_SIZE];
    struct str fresh = random_base64url(env->random, a, 32);
    struct setup s = {.token_hash = hash_of(fresh, hash), .now_us = clock_now_us(&env->clock)};
    if (!db_write(env->store->hotel, setup_start_work, &s, e)) {
        return false;
    }
    *token = s.users > 0 ? (struct str){0} : fresh;
    return true;
}

bool account_setup_needed(struct env *env, bool *needed, struct err *e)
{
    int64_t users = 0;
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c || !user_count(c, &users, e)) {
        return false;
    }
    *needed = users == 0;
    return true;
}

static bool setup_check(struct db_conn *c, const struct setup *s, struct err *e)
{
    bool valid = false;
    int64_t users = 0;
    if (!access_setup_valid(c, s->token_hash, s->now_us, &valid, e) || !user_count(c, &users, e)) {
        return false;
    }
    if (!valid || users > 0) {
        return err_set(e, ERR_UNAUTHENTICATED,
                       "this set-up link is wrong, was used already or is older than an hour; restart the "
                       "server to get a new one",
                       "ce lien de mise en service est erroné, déjà utilisé ou vieux de plus d'une heure ; "
                       "redémarrez le serveur pour en obtenir un nouveau");
    }
    return true;
}

static bool setup_work(struct db_conn *c, void *arg, struct err *e)
{
    struct setup *s = arg;
    if (!setup_check(c, s, e) || !access_setup_delete(c, e) || !user_insert(c, s->user, e)) {
        return false;
    }
    return !s->hotel || (establishment_insert(c, s->hotel, e) &&
                         user_set_role(c, s->user->id, s->hotel->id, ROLE_OWNER, e));
}

bool account_setup(struct env *env, struct arena *a, struct str token, const struct account_setup *in,
                   struct principal *out, struct err *e)
{
    uint8_t hash[SECRET_HASH_SIZE];
    struct establishment hotel;
    struct user user = {.is_operator = true, .language = in->language == LANG_FR ? LANG_FR : LANG_EN};
    struct setup s = {.token_hash = hash_of(token, hash), .now_us = clock_now_us(&env->clock), .user = &user};
    user.created_us = s.now_us;
    {
        /* Before the costly hash, so that only who holds the link can make us compute one. */
        DB_READ_SCOPE *c = db_read(env->store->hotel, e);
        if (!c || !setup_check(c, &s, e)) {
            return false;
        }
    }
    if (!account_email(a, in->email, &user.email, e) || !check_password(in->password, e)) {
        return false;
    }
    if (str_given(in->hotel.slug)) {
        if (!hotel_prepare(env, a, &in->hotel, &hotel, e)) {
            return err_in(e, S("hotel"));
        }
        s.hotel = &hotel;
    }
    if (!secret_password_hash(env->gate, a, in->password, &user.password_hash, e) ||
        !db_write(env->store->hotel, setup_work, &s, e)) {
        return false;
    }
    *out = principal_of(&user);
    return true;
}

/* --- what they may do --- */

bool account_role(struct env *env, struct arena *a, const struct principal *p, struct str hotel,
                  enum role *role, struct establishment *out, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c) {
        return false;
    }
    *role = ROLE_NONE;
    if (establishment_find(c, a, hotel, out, e)) {
        if (!user_role(c, p->user_id, out->id, role, e)) {
            return false;
        }
    } else if (e->code != ERR_NOT_FOUND) {
        return false;
    }
    return *role != ROLE_NONE ||
           err_set(e, ERR_NOT_FOUND, "there is no such hotel", "cet hôtel n'existe pas");
}

bool account_require(struct env *env, struct arena *a, const struct principal *p, struct str hotel,
                     enum role least, struct establishment *out, struct err *e)
{
    static const struct text names[] = {
        [ROLE_NONE] = TEXT_INIT("none", "aucun"),
        [ROLE_VIEWER] = TEXT_INIT("viewer", "lecture"),
        [ROLE_MANAGER] = TEXT_INIT("manager", "gestion"),
        [ROLE_OWNER] = TEXT_INIT("owner", "propriétaire"),
    };
    enum role role;
    if (!account_role(env, a, p, hotel, &role, out, e)) {
        return false;
    }
    return role >= least ||
           err_set(e, ERR_FORBIDDEN,
                   "your role in this hotel is “%s”%.0s; this needs the role “%s”%.0s: ask an owner of the "
                   "hotel",
                   "votre rôle dans cet hôtel est %.0s« %s » ; il faut ici le rôle %.0s« %s » : "
                   "adressez-vous à un propriétaire de l'hôtel",
                   names[role].en.p, names[role].fr.p, names[least].en.p, names[least].fr.p);
}

bool account_require_operator(const struct principal *p, struct err *e)
{
    return p->is_operator || err_set(e, ERR_FORBIDDEN, "only an operator of the installation may do this",
                                     "seul un opérateur de l'installation peut le faire");
}

bool account_hotels(struct env *env, struct arena *a, const struct principal *p, struct user_hotel **list,
                    size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && user_hotels(c, a, p->user_id, list, count, e);
}
