#include "connector/signature_key.h"

#include "format/base64.h"
#include "io/secret.h"

const char *const signature_presets[] = {"standard", "stripe", "github", "hmac", NULL};

/* Base64 of a key, with its padding or without: people lose the '=' when they copy. */
static bool key_bytes(struct arena *a, struct str text, struct str *out)
{
    static const struct str padding[] = {S_INIT(""), S_INIT("="), S_INIT("==")};
    if (base64_decode(a, text, out))
        return true;
    for (size_t i = 1; i < ARRAY_LEN(padding); i++) {
        struct buf b = buf_in(a);
        buf_add(&b, text);
        buf_add(&b, padding[i]);
        if (base64_decode(a, buf_str(&b), out))
            return true;
    }
    return false;
}

static bool standard_key(struct arena *a, struct str secret, struct signature_key *out)
{
    static const struct {
        struct str prefix;
        enum signature_key_kind kind;
    } kinds[] = {
        {S_INIT("whpk_"), SIGNATURE_KEY_PUBLIC},
        {S_INIT("whsk_"), SIGNATURE_KEY_PRIVATE},
        {S_INIT("whsec_"), SIGNATURE_KEY_SHARED},
        {S_INIT(""), SIGNATURE_KEY_SHARED},
    };
    size_t i = 0;
    while (!str_starts(secret, kinds[i].prefix))
        i++;
    out->kind = kinds[i].kind;
    if (!key_bytes(a, str_sub(secret, kinds[i].prefix.n, secret.n), &out->bytes))
        return false;
    switch (out->kind) {
    case SIGNATURE_KEY_PUBLIC:
        return out->bytes.n == SECRET_KEY_SIZE;
    case SIGNATURE_KEY_PRIVATE:
        if (out->bytes.n == 2 * SECRET_KEY_SIZE)
            out->bytes.n = SECRET_KEY_SIZE;
        return out->bytes.n == SECRET_KEY_SIZE;
    case SIGNATURE_KEY_SHARED:
        break;
    }
    return out->bytes.n > 0;
}

bool signature_key_read(struct arena *a, enum signature_preset preset, struct str secret,
                        struct signature_key *out)
{
    *out = (struct signature_key){SIGNATURE_KEY_SHARED, secret};
    if (secret.n == 0 || secret.n > SIGNATURE_SECRET_MAX)
        return false;
    return preset != SIGNATURE_STANDARD || standard_key(a, secret, out);
}

bool signature_key_check(struct arena *a, enum signature_preset preset, struct str secret, struct err *e)
{
    struct signature_key key;
    if (secret.n == 0)
        return err_set(e, ERR_INVALID, "The secret is empty.", "Le secret est vide.");
    if (secret.n > SIGNATURE_SECRET_MAX)
        return err_set(e, ERR_INVALID, "The secret is longer than %d characters.",
                       "Le secret dépasse %d caractères.", SIGNATURE_SECRET_MAX);
    if (!str_eq(str_trim(secret), secret))
        return err_set(e, ERR_INVALID,
                       "The secret begins or ends with a blank: it was probably copied with it.",
                       "Le secret commence ou finit par une espace, sans doute copiée avec lui.");
    for (size_t i = 0; i < secret.n; i++) {
        if ((unsigned char)secret.p[i] < ' ' || secret.p[i] == 127)
            return err_set(e, ERR_INVALID, "The secret contains a line break or another control character.",
                           "Le secret contient un saut de ligne ou un autre caractère de contrôle.");
    }
    if (!signature_key_read(a, preset, secret, &key))
        return err_set(
            e, ERR_INVALID,
            "This is not a secret of Standard Webhooks: it is written \"whsec_\" and then Base64. Copy it "
            "again, or choose the preset that the sender uses.",
            "Ce n'est pas un secret Standard Webhooks : il s'écrit « whsec_ » suivi de Base64. Copiez-le à "
            "nouveau, ou choisissez le modèle que l'expéditeur utilise.");
    if (key.kind == SIGNATURE_KEY_PRIVATE)
        return err_set(
            e, ERR_INVALID,
            "This is the sender's private key (whsk_), which nobody else should have: ask for the public "
            "one (whpk_).",
            "C'est la clé privée de l'expéditeur (whsk_), que personne d'autre ne devrait avoir : demandez "
            "la clé publique (whpk_).");
    return true;
}

struct str signature_key_new(struct arena *a, const struct random *r, enum signature_preset preset)
{
    char bytes[32];
    switch (preset) {
    case SIGNATURE_STANDARD: {
        random_bytes(r, bytes, sizeof bytes);
        struct str text = base64_encode(a, (struct str){bytes, sizeof bytes});
        secret_wipe(bytes, sizeof bytes);
        return arena_fmt(a, "whsec_%.*s", STR_ARG(text));
    }
    case SIGNATURE_STRIPE: {
        struct str text = random_base62(r, a, sizeof bytes);
        return arena_fmt(a, "whsec_%.*s", STR_ARG(text));
    }
    case SIGNATURE_GITHUB:
    case SIGNATURE_HMAC:
        break;
    }
    return random_base62(r, a, sizeof bytes);
}

struct str signature_token_new(struct arena *a, const struct random *r)
{
    return random_base64url(r, a, 32);
}

struct str signature_token_hash(struct arena *a, struct str token)
{
    return secret_sha256_hex(a, token);
}

bool signature_token_matches(struct arena *a, struct str token, struct str stored_hash)
{
    bool same = secret_equal(signature_token_hash(a, token), stored_hash);
    return same && token.n > 0;
}
