#include "io/keyring.h"

#include "io/random.h"

#include <string.h>

#define KEYRING_MAX 256 /* a key a week for five years, all still in use */

struct keyring_key {
    char kid[SECRET_KID_MAX];
    size_t kid_n;
    uint8_t key[SECRET_KEY_SIZE];
};

struct keyring {
    struct keyring_key *keys; /* KEYRING_MAX of them, locked memory */
    size_t count;
    size_t active; /* index, or KEYRING_MAX: none */
};

struct str keyring_master_id(const uint8_t master[static SECRET_KEY_SIZE], char out[static KEYRING_ID_SIZE])
{
    uint8_t hash[SECRET_HASH_SIZE];
    secret_blake2b((struct str[]){S("selfkey master key id\0"), {(const char *)master, SECRET_KEY_SIZE}}, 2,
                   hash);
    static const char digits[] = "0123456789abcdef";
    memcpy(out, "m_", 2);
    for (size_t i = 0; i < 8; i++) {
        out[2 + 2 * i] = digits[hash[i] >> 4];
        out[3 + 2 * i] = digits[hash[i] & 15];
    }
    out[18] = '\0';
    return (struct str){out, 18};
}

struct str keyring_new_kid(struct arena *a)
{
    struct random r = random_system();
    struct str letters = random_base62(&r, a, 8);
    return arena_fmt(a, "k_%.*s", STR_ARG(letters));
}

/* A part with '|' could make two places look the same. */
static bool place_aad(struct arena *a, struct keyring_place p, struct str kid, struct str *aad, struct err *e)
{
    const struct str parts[] = {S("v1"), p.table, p.column, p.establishment, p.row, kid};
    struct buf b = buf_in(a);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (str_find_char(parts[i], '|') != SIZE_MAX)
            return err_set(e, ERR_INTERNAL, "A name with '|' cannot be the place of a sealed value.",
                           "Un nom qui contient « | » ne peut pas être l'emplacement d'une valeur scellée.");
        if (i > 0)
            buf_char(&b, '|');
        buf_add(&b, parts[i]);
    }
    *aad = buf_str(&b);
    return true;
}

static struct keyring_place data_key_place(struct str kid)
{
    return (struct keyring_place){S("data_keys"), S("sealed"), S(""), kid};
}

bool keyring_seal_data_key(struct arena *a, const uint8_t master[static SECRET_KEY_SIZE], struct str kid,
                           const uint8_t data_key[static SECRET_KEY_SIZE], struct str *sealed, struct err *e)
{
    char id[KEYRING_ID_SIZE];
    struct str master_id = keyring_master_id(master, id), aad;
    if (!place_aad(a, data_key_place(kid), master_id, &aad, e))
        return false;
    *sealed = secret_seal(a, master, master_id, (struct str){(const char *)data_key, SECRET_KEY_SIZE}, aad);
    return true;
}

bool keyring_open_data_key(struct arena *a, const uint8_t master[static SECRET_KEY_SIZE], struct str kid,
                           struct str sealed, uint8_t data_key[static SECRET_KEY_SIZE], struct err *e)
{
    char id[KEYRING_ID_SIZE];
    struct str master_id = keyring_master_id(master, id), aad, by, plain;
    if (!secret_envelope_kid(a, sealed, &by, e))
        return false;
    if (!str_eq(by, master_id))
        return err_set(
            e, ERR_INTERNAL,
            "The key file is not the one of this data: the data was sealed with master key %.*s, the file "
            "holds %.*s. Put the right key file back.",
            "Le fichier de clé n'est pas celui de ces données : elles ont été scellées avec la clé "
            "maîtresse %.*s, le fichier contient %.*s. Remettez le bon fichier de clé.",
            STR_ARG(by), STR_ARG(master_id));
    if (!place_aad(a, data_key_place(kid), master_id, &aad, e) ||
        !secret_open(a, master, sealed, aad, &plain, e))
        return false;
    bool good = plain.n == SECRET_KEY_SIZE;
    if (good)
        memcpy(data_key, plain.p, SECRET_KEY_SIZE);
    secret_wipe_str(plain);
    if (!good)
        return err_set(e, ERR_INTERNAL, "Data key %.*s does not have 32 bytes.",
                       "La clé %.*s n'a pas 32 octets.", STR_ARG(kid));
    return true;
}

struct keyring *keyring_new(void)
{
    struct keyring *r = secret_alloc(sizeof *r + KEYRING_MAX * sizeof(struct keyring_key));
    r->keys = (struct keyring_key *)(r + 1);
    r->active = KEYRING_MAX;
    return r;
}

void keyring_free(struct keyring *r)
{
    secret_free(r);
}

static struct str kid_of(const struct keyring_key *k)
{
    return (struct str){k->kid, k->kid_n};
}

static const struct keyring_key *find(const struct keyring *r, struct str kid)
{
    for (size_t i = 0; i < r->count; i++) {
        if (str_eq(kid_of(&r->keys[i]), kid))
            return &r->keys[i];
    }
    return NULL;
}

bool keyring_add(struct keyring *r, struct str kid, const uint8_t key[static SECRET_KEY_SIZE], bool active,
                 struct err *e)
{
    if (!secret_kid_valid(kid) || find(r, kid) != NULL)
        return err_set(e, ERR_INTERNAL, "A data key has an id that is not valid or that another one has.",
                       "Une clé de données porte un identifiant non valable ou déjà pris.");
    if (r->count == KEYRING_MAX)
        return err_set(
            e, ERR_INTERNAL, "There are more than %d data keys; finish the rotation of keys first.",
            "Il y a plus de %d clés de données ; terminez d'abord la rotation des clés.", KEYRING_MAX);
    struct keyring_key *k = &r->keys[r->count];
    memcpy(k->kid, kid.p, kid.n);
    k->kid_n = kid.n;
    memcpy(k->key, key, SECRET_KEY_SIZE);
    if (active)
        r->active = r->count;
    r->count++;
    return true;
}

struct str keyring_active(const struct keyring *r)
{
    return r->active < r->count ? kid_of(&r->keys[r->active]) : (struct str){NULL, 0};
}

bool keyring_seal(const struct keyring *r, struct arena *a, struct keyring_place place, struct str plain,
                  struct str *envelope, struct err *e)
{
    struct str kid = keyring_active(r), aad;
    if (!str_given(kid))
        return err_set(e, ERR_INTERNAL, "There is no active data key to seal a secret with.",
                       "Aucune clé de données active ne permet de sceller un secret.");
    if (!place_aad(a, place, kid, &aad, e))
        return false;
    *envelope = secret_seal(a, r->keys[r->active].key, kid, plain, aad);
    return true;
}

bool keyring_open(const struct keyring *r, struct arena *a, struct keyring_place place, struct str envelope,
                  struct str *plain, struct err *e)
{
    struct str kid, aad;
    *plain = (struct str){NULL, 0};
    if (!secret_envelope_kid(a, envelope, &kid, e))
        return false;
    const struct keyring_key *k = find(r, kid);
    if (k == NULL)
        return err_set(
            e, ERR_INTERNAL,
            "The value was sealed with data key %.*s, which this installation does not have; enter the "
            "secret again, or restore the key from a backup.",
            "La valeur a été scellée avec la clé de données %.*s, que cette installation n'a pas ; "
            "saisissez à nouveau le secret, ou restaurez la clé depuis une sauvegarde.",
            STR_ARG(kid));
    return place_aad(a, place, kid, &aad, e) && secret_open(a, k->key, envelope, aad, plain, e);
}

bool keyring_is_current(const struct keyring *r, struct arena *a, struct str envelope)
{
    struct str kid;
    return secret_envelope_kid(a, envelope, &kid, NULL) && str_given(keyring_active(r)) &&
           str_eq(kid, keyring_active(r));
}
