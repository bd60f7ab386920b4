/* account_token.c: bearer tokens. */
#include "hub/account.h"

#include <string.h>

#define PREFIX         "hub_live_"
#define ID_SIZE        8
#define SECRET_LETTERS 43 /* 256 bits in base62 */
#define CHECK_SIZE     6
#define TOKEN_SIZE     (sizeof(PREFIX) - 1 + ID_SIZE + 1 + SECRET_LETTERS + CHECK_SIZE)
#define USED_EVERY_US  INT64_C(60000000)

/* CRC-32 as in zip and Ethernet (reflected, polynomial 0xEDB88320). */
static uint32_t crc32(struct str s)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < s.n; i++) {
        crc ^= (uint8_t)s.p[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
        }
    }
    return ~crc;
}

static void check_letters(struct str s, char out[static CHECK_SIZE])
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    uint32_t crc = crc32(s);
    for (size_t i = CHECK_SIZE; i-- > 0; crc /= 62) {
        out[i] = letters[crc % 62];
    }
}

static bool is_base62(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) {
            return false;
        }
    }
    return true;
}

bool account_token_well_formed(struct str text)
{
    const size_t id_at = sizeof(PREFIX) - 1, bar_at = id_at + ID_SIZE;
    char check[CHECK_SIZE];
    if (text.n != TOKEN_SIZE || !str_starts(text, S(PREFIX)) || text.p[bar_at] != '_' ||
        !is_base62(str_sub(text, id_at, ID_SIZE)) || !is_base62(str_sub(text, bar_at + 1, text.n))) {
        return false;
    }
    check_letters(str_sub(text, 0, TOKEN_SIZE - CHECK_SIZE), check);
    return memcmp(check, text.p + TOKEN_SIZE - CHECK_SIZE, CHECK_SIZE) == 0;
}

static struct str token_hash(struct str text, uint8_t hash[static SECRET_HASH_SIZE])
{
    secret_sha256(text, hash);
    return (struct str){(const char *)hash, SECRET_HASH_SIZE};
}

struct token_work {
    struct str hash;
    struct access_token token;
};

static bool create_work(struct db_conn *c, void *arg, struct err *e)
{
    struct token_work *w = arg;
    return access_token_insert(c, w->hash, &w->token, e);
}

bool account_token_create(struct env *env, struct arena *a, int64_t user_id, struct str name,
                          struct str *text, struct err *e)
{
    uint8_t hash[SECRET_HASH_SIZE];
    char check[CHECK_SIZE];
    name = str_trim(name);
    if (name.n == 0 || !utf8_valid(name, &(size_t){0}) || utf8_count(name) > 100) {
        return err_field(e, ERR_INVALID, "name", "give the token a name of at most 100 characters",
                         "donnez au jeton un nom de 100 caractères au plus");
    }
    struct str id = str_sub(random_base62(env->random, a, ID_SIZE), 0, ID_SIZE);
    struct str secret = str_sub(random_base62(env->random, a, 32), 0, SECRET_LETTERS);
    struct str body = arena_fmt(a, PREFIX "%.*s_%.*s", STR_ARG(id), STR_ARG(secret));
    check_letters(body, check);
    *text = arena_fmt(a, "%.*s%.*s", STR_ARG(body), CHECK_SIZE, check);
    struct token_work w = {
        .hash = token_hash(*text, hash),
        .token = {.id = id, .user_id = user_id, .name = name, .created_us = clock_now_us(&env->clock)},
    };
    return db_write(env->store->hotel, create_work, &w, e);
}

bool account_token_list(struct env *env, struct arena *a, int64_t user_id, struct access_token **list,
                        size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && access_token_list(c, a, user_id, list, count, e);
}

static bool revoke_work(struct db_conn *c, void *arg, struct err *e)
{
    struct token_work *w = arg;
    return access_token_delete(c, w->token.user_id, w->token.id, e);
}

bool account_token_revoke(struct env *env, int64_t user_id, struct str id, struct err *e)
{
    struct token_work w = {.token = {.id = id, .user_id = user_id}};
    return db_write(env->store->hotel, revoke_work, &w, e);
}

static bool no_token(struct err *e)
{
    return err_set(e, ERR_UNAUTHENTICATED, "this token is not valid (mistyped, or revoked)",
                   "ce jeton n'est pas valable (mal recopié, ou révoqué)");
}

static bool read_token(struct env *env, struct arena *a, struct str hash, struct access_token *t,
                       struct user *user, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c) {
        return false;
    }
    if (!access_token_find(c, a, hash, t, e) || !user_find_id(c, a, t->user_id, user, e)) {
        return e->code == ERR_NOT_FOUND ? no_token(e) : false;
    }
    return true;
}

static bool used_work(struct db_conn *c, void *arg, struct err *e)
{
    struct access_token *t = arg;
    return access_token_used(c, t->id, t->used_us, e);
}

bool account_by_token(struct env *env, struct arena *a, struct str text, struct principal *out, struct err *e)
{
    uint8_t hash[SECRET_HASH_SIZE];
    struct access_token t;
    struct user user;
    int64_t now_us = clock_now_us(&env->clock);
    if (!account_token_well_formed(text)) {
        return no_token(e);
    }
    if (!read_token(env, a, token_hash(text, hash), &t, &user, e)) {
        return false;
    }
    if (t.used_us == INSTANT_NONE || now_us - t.used_us >= USED_EVERY_US) {
        t.used_us = now_us;
        if (!db_write(env->store->hotel, used_work, &t, e)) {
            return false;
        }
    }
    *out = (struct principal){user.id, user.email, user.is_operator, user.language};
    return true;
}
