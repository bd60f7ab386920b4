#include "hub/keys.h"

#include "io/keyfile.h"

struct str keys_path(const struct env *env, struct arena *a)
{
    return str_given(env->key_file) ? env->key_file
                                    : arena_fmt(a, "%.*s/" KEYFILE_NAME, STR_ARG(env->data_dir));
}

static bool list(struct env *env, struct arena *a, struct key **keys, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && key_list(c, a, keys, count, e);
}

struct first_key {
    struct arena *a;
    struct key key;
};

/* Another process may be starting for the first time too: then its key stays. */
static bool first_key_work(struct db_conn *c, void *arg, struct err *e)
{
    struct first_key *first = arg;
    struct key *keys;
    size_t count;
    return key_list(c, first->a, &keys, &count, e) && (count > 0 || key_insert(c, &first->key, e));
}

static bool make_first(struct env *env, struct arena *a, const uint8_t *master, struct err *e)
{
    uint8_t *fresh = secret_alloc(SECRET_KEY_SIZE);
    struct first_key first = {.a = a};
    first.key.kid = keyring_new_kid(a);
    first.key.is_active = true;
    first.key.created_us = clock_now_us(&env->clock);
    secret_random(fresh, SECRET_KEY_SIZE);
    bool sealed = keyring_seal_data_key(a, master, first.key.kid, fresh, &first.key.sealed, e);
    secret_free(fresh);
    return sealed && db_write(env->store->hotel, first_key_work, &first, e);
}

static bool fill(struct keyring *ring, struct arena *a, const uint8_t *master, const struct key *keys,
                 size_t count, struct err *e)
{
    uint8_t *plain = secret_alloc(SECRET_KEY_SIZE);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        ok = keyring_open_data_key(a, master, keys[i].kid, keys[i].sealed, plain, e) &&
             keyring_add(ring, keys[i].kid, plain, keys[i].is_active, e);
    }
    secret_free(plain);
    if (ok && !str_given(keyring_active(ring))) {
        return err_set(e, ERR_INTERNAL,
                       "the store has data keys but none that is in use; restore a backup of the data",
                       "la base contient des clés de données mais aucune n'est en service ; restaurez une "
                       "sauvegarde des données");
    }
    return ok;
}

static bool open_with(struct env *env, struct arena *a, uint8_t *master, struct keyring *ring, bool *created,
                      struct err *e)
{
    struct key *keys;
    size_t count;
    struct str path = keys_path(env, a);
    if (!list(env, a, &keys, &count, e)) {
        return false;
    }
    if (!keyfile_open(path, count > 0, master, created, e)) {
        /* Made by another process between our look and our try: then it is there to be read. */
        if (e->code != ERR_CONFLICT || !keyfile_read(path, master, e)) {
            return false;
        }
    }
    if (count == 0 && (!make_first(env, a, master, e) || !list(env, a, &keys, &count, e))) {
        return false;
    }
    return fill(ring, a, master, keys, count, e);
}

bool keys_open(struct env *env, bool *created, struct err *e)
{
    ARENA_SCOPE a;
    arena_init(&a, 1u << 20);
    uint8_t *master = secret_alloc(SECRET_KEY_SIZE);
    struct keyring *ring = keyring_new();
    *created = false;
    bool ok = open_with(env, &a, master, ring, created, e);
    secret_free(master);
    if (!ok) {
        keyring_free(ring);
        return false;
    }
    keys_close(env);
    env->keys = ring;
    return true;
}

void keys_close(struct env *env)
{
    keyring_free(env->keys);
    env->keys = NULL;
}

bool keys_status(struct env *env, struct arena *a, struct keys_status *out, struct err *e)
{
    char id[KEYRING_ID_SIZE];
    uint8_t *master = secret_alloc(SECRET_KEY_SIZE);
    struct keyring *ring = keyring_new();
    out->path = keys_path(env, a);
    bool ok = list(env, a, &out->keys, &out->count, e) && keyfile_read(out->path, master, e) &&
              fill(ring, a, master, out->keys, out->count, e);
    if (ok) {
        out->master_id = arena_str(a, keyring_master_id(master, id));
    }
    secret_free(master);
    keyring_free(ring);
    return ok;
}
