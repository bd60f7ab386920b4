/* account_login.c: signing in and out, and sessions. */
#include "hub/account.h"

#include "base/limits.h"
#include "io/http_address.h"

#include <string.h>

#define US_PER_S     INT64_C(1000000)
#define SEEN_EVERY_S 60
/* After a day without another failure the count begins anew. */
#define FORGET_S (24 * 60 * 60)

static struct str sha256(struct str bytes, uint8_t hash[static SECRET_HASH_SIZE])
{
    secret_sha256(bytes, hash);
    return (struct str){(const char *)hash, SECRET_HASH_SIZE};
}

/* --- the delay --- */

/* What failures are counted under: the address tried, and where the attempt comes from. Hashes, so that the
 * table does not say who tried what. */
enum { BY_EMAIL, BY_CLIENT, KEYS };

struct attempt {
    int64_t now_us;
    uint8_t bytes[KEYS][SECRET_HASH_SIZE];
    struct str keys[KEYS]; /* absent: not counted */
    int64_t wait_s;
};

/* An IPv6 customer has a /64 to himself: its addresses count as one. */
static struct str client_key(struct arena *a, struct str client)
{
    struct http_address address;
    if (!http_address_parse(client, &address)) {
        return arena_fmt(a, "client %.*s", STR_ARG(client));
    }
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (memcmp(address.bytes, mapped, sizeof(mapped)) != 0) {
        memset(address.bytes + 8, 0, 8);
    }
    char text[HTTP_ADDRESS_TEXT_SIZE];
    return arena_fmt(a, "client %.*s", STR_ARG(http_address_text(&address, text)));
}

static void attempt_begin(struct attempt *t, struct env *env, struct arena *a, struct str email,
                          struct str client)
{
    *t = (struct attempt){.now_us = clock_now_us(&env->clock)};
    t->keys[BY_EMAIL] = sha256(arena_fmt(a, "email %.*s", STR_ARG(email)), t->bytes[BY_EMAIL]);
    if (str_given(client)) {
        t->keys[BY_CLIENT] = sha256(client_key(a, client), t->bytes[BY_CLIENT]);
    }
}

static int64_t delay_s(int64_t failures)
{
    int64_t beyond = failures - ACCOUNT_FREE_ATTEMPTS;
    if (beyond < 0) {
        return 0;
    }
    return beyond < 10 ? INT64_C(1) << beyond : ACCOUNT_WAIT_MAX_S;
}

/* Counts the attempt as a failure before the password is looked at, so that attempts at the same moment count
 * too; a success takes it back. */
static bool begin_work(struct db_conn *c, void *arg, struct err *e)
{
    struct attempt *t = arg;
    struct access_failure f[KEYS] = {0};
    t->wait_s = 0;
    for (int i = 0; i < KEYS; i++) {
        if (!str_given(t->keys[i])) {
            continue;
        }
        if (!access_failure_find(c, t->keys[i], &f[i], e)) {
            return false;
        }
        if (f[i].failures > 0 && f[i].last_us < t->now_us - FORGET_S * US_PER_S) {
            f[i].failures = 0;
        }
        /* A clock that was set back must not lock anybody out for longer than the delay itself. */
        int64_t last_us = f[i].last_us < t->now_us ? f[i].last_us : t->now_us;
        int64_t wait_us = last_us + delay_s(f[i].failures) * US_PER_S - t->now_us;
        int64_t wait_s = (wait_us + US_PER_S - 1) / US_PER_S;
        t->wait_s = f[i].failures > 0 && wait_s > t->wait_s ? wait_s : t->wait_s;
    }
    if (t->wait_s > 0) {
        return err_set(e, ERR_LIMITED, "too many failed attempts; try again in %lld s",
                       "trop de tentatives échouées ; réessayez dans %lld s", (long long)t->wait_s);
    }
    for (int i = 0; i < KEYS; i++) {
        struct access_failure next = {f[i].failures + 1, t->now_us};
        if (str_given(t->keys[i]) && !access_failure_put(c, t->keys[i], &next, e)) {
            return false;
        }
    }
    return true;
}

/* --- signing in --- */

struct login {
    struct attempt *attempt;
    struct user *user;
    struct str token_hash;
    struct str new_password_hash; /* absent: as it is */
};

static bool end_work(struct db_conn *c, void *arg, struct err *e)
{
    struct login *l = arg;
    struct access_session session = {l->user->id, l->attempt->now_us, l->attempt->now_us};
    for (int i = 0; i < KEYS; i++) {
        if (str_given(l->attempt->keys[i]) && !access_failure_delete(c, l->attempt->keys[i], e)) {
            return false;
        }
    }
    return (!str_given(l->new_password_hash) || user_set_password(c, l->user->id, l->new_password_hash, e)) &&
           access_session_insert(c, l->token_hash, &session, e);
}

static bool find_user(struct env *env, struct arena *a, struct str email, struct user *user, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c) {
        return false;
    }
    *user = (struct user){0};
    return user_find_email(c, a, email, user, e) || e->code == ERR_NOT_FOUND;
}

bool account_login(struct env *env, struct arena *a, const struct account_login *in,
                   struct account_session *out, struct err *e)
{
    struct user user = {0};
    struct str email = {0};
    bool possible =
        account_email(a, in->email, &email, NULL) && utf8_count(in->password) <= LIMIT_PASSWORD_MAX;
    struct attempt t;
    attempt_begin(&t, env, a, str_given(email) ? email : in->email, in->client);
    *out = (struct account_session){0};
    if (!db_write(env->store->hotel, begin_work, &t, e)) {
        out->retry_after_s = e->code == ERR_LIMITED ? t.wait_s : 0;
        return false;
    }
    if (possible && !find_user(env, a, email, &user, e)) {
        return false;
    }
    /* Without a user the hash is absent, and comparing takes as long as with one. */
    struct str tried = possible ? in->password : S("");
    if (!secret_password_verify(env->gate, user.password_hash, tried)) {
        return err_set(e, ERR_UNAUTHENTICATED, "the e-mail address or the password is wrong",
                       "l'adresse e-mail ou le mot de passe est erroné");
    }
    uint8_t hash[SECRET_HASH_SIZE];
    out->token = random_base64url(env->random, a, 32);
    struct login login = {.attempt = &t, .user = &user, .token_hash = sha256(out->token, hash)};
    if (secret_password_is_old(user.password_hash) &&
        !secret_password_hash(env->gate, a, in->password, &login.new_password_hash, e)) {
        return false;
    }
    if (!db_write(env->store->hotel, end_work, &login, e)) {
        return false;
    }
    out->principal = (struct principal){user.id, user.email, user.is_operator, user.language};
    return true;
}

/* --- sessions --- */

static bool no_session(struct err *e)
{
    return err_set(e, ERR_UNAUTHENTICATED, "please sign in (the session has ended or never was)",
                   "veuillez vous connecter (la session est terminée ou n'a jamais existé)");
}

static bool read_session(struct env *env, struct arena *a, struct str token_hash, struct access_session *s,
                         struct user *user, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c) {
        return false;
    }
    if (!access_session_find(c, token_hash, s, e) || !user_find_id(c, a, s->user_id, user, e)) {
        return e->code == ERR_NOT_FOUND ? no_session(e) : false;
    }
    return true;
}

struct seen {
    struct str token_hash;
    int64_t now_us;
};

static bool seen_work(struct db_conn *c, void *arg, struct err *e)
{
    struct seen *s = arg;
    return access_session_seen(c, s->token_hash, s->now_us, e);
}

bool account_by_session(struct env *env, struct arena *a, struct str token, struct principal *out,
                        struct err *e)
{
    uint8_t hash[SECRET_HASH_SIZE];
    struct seen seen = {sha256(token, hash), clock_now_us(&env->clock)};
    struct access_session s;
    struct user user;
    if (token.n < 40 || token.n > 100) {
        return no_session(e);
    }
    if (!read_session(env, a, seen.token_hash, &s, &user, e)) {
        return false;
    }
    if (seen.now_us - s.created_us >= ACCOUNT_SESSION_MAX_S * US_PER_S ||
        seen.now_us - s.seen_us >= ACCOUNT_SESSION_IDLE_S * US_PER_S) {
        return no_session(e);
    }
    if (seen.now_us - s.seen_us >= SEEN_EVERY_S * US_PER_S &&
        !db_write(env->store->hotel, seen_work, &seen, e)) {
        return false;
    }
    *out = (struct principal){user.id, user.email, user.is_operator, user.language};
    return true;
}

static bool logout_work(struct db_conn *c, void *arg, struct err *e)
{
    return access_session_delete(c, *(struct str *)arg, e);
}

bool account_logout(struct env *env, struct str token, struct err *e)
{
    uint8_t hash[SECRET_HASH_SIZE];
    struct str key = sha256(token, hash);
    return db_write(env->store->hotel, logout_work, &key, e);
}

static bool tidy_work(struct db_conn *c, void *arg, struct err *e)
{
    int64_t now_us = *(int64_t *)arg;
    return access_session_expire(c, now_us - ACCOUNT_SESSION_MAX_S * US_PER_S,
                                 now_us - ACCOUNT_SESSION_IDLE_S * US_PER_S, e) &&
           access_failure_expire(c, now_us - FORGET_S * US_PER_S, e);
}

bool account_tidy(struct env *env, struct err *e)
{
    int64_t now_us = clock_now_us(&env->clock);
    return db_write(env->store->hotel, tidy_work, &now_us, e);
}
