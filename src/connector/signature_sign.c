#include "connector/signature_sign.h"

#include "format/base64.h"
#include "format/hex.h"
#include "io/secret.h"

struct signing {
    struct arena *a;
    const struct signature_custom *custom;
    const struct signature_key *keys;
    size_t key_count;
    struct signature_parts parts; /* timestamp: Unix seconds */
};

static struct str mac_of(const struct signing *g, enum mac_hash hash, const struct signature_key *key,
                         const struct str *pieces, size_t count)
{
    uint8_t mac[MAC_SIZE_MAX];
    size_t n = mac_hmac(hash, key->bytes, pieces, count, mac);
    return arena_str(g->a, (struct str){(const char *)mac, n});
}

static void add(struct signature_headers *out, struct str name, struct str value)
{
    out->pairs[out->count++] = (struct http_pair){name, value};
}

static void sign_standard(const struct signing *g, struct signature_headers *out)
{
    const struct str pieces[] = {g->parts.id, S("."), g->parts.timestamp, S("."), g->parts.body};
    struct buf list = buf_in(g->a);
    for (size_t i = 0; i < g->key_count; i++) {
        if (i > 0)
            buf_char(&list, ' ');
        if (g->keys[i].kind == SIGNATURE_KEY_SHARED) {
            buf_add(&list, S("v1,"));
            buf_add(&list,
                    base64_encode(g->a, mac_of(g, MAC_SHA256, &g->keys[i], pieces, ARRAY_LEN(pieces))));
            continue;
        }
        struct buf message = buf_in(g->a);
        for (size_t k = 0; k < ARRAY_LEN(pieces); k++)
            buf_add(&message, pieces[k]);
        uint8_t signature[SECRET_SIGNATURE_SIZE];
        secret_ed25519_sign((const uint8_t *)g->keys[i].bytes.p, buf_str(&message), signature);
        buf_add(&list, S("v1a,"));
        buf_add(&list, base64_encode(g->a, (struct str){(const char *)signature, sizeof signature}));
    }
    add(out, S("webhook-id"), g->parts.id);
    add(out, S("webhook-timestamp"), g->parts.timestamp);
    add(out, S("webhook-signature"), buf_str(&list));
}

static void sign_stripe(const struct signing *g, struct signature_headers *out)
{
    const struct str pieces[] = {g->parts.timestamp, S("."), g->parts.body};
    struct buf value = buf_in(g->a);
    buf_fmt(&value, "t=%.*s", STR_ARG(g->parts.timestamp));
    for (size_t i = 0; i < g->key_count; i++) {
        buf_add(&value, S(",v1="));
        buf_add(&value, hex_encode(g->a, mac_of(g, MAC_SHA256, &g->keys[i], pieces, ARRAY_LEN(pieces))));
    }
    add(out, S("Stripe-Signature"), buf_str(&value));
}

static void sign_github(const struct signing *g, struct signature_headers *out)
{
    struct str digits = hex_encode(g->a, mac_of(g, MAC_SHA256, &g->keys[0], &g->parts.body, 1));
    if (g->parts.id.n > 0)
        add(out, S("X-GitHub-Delivery"), g->parts.id);
    add(out, S("X-Hub-Signature-256"), arena_fmt(g->a, "sha256=%.*s", STR_ARG(digits)));
}

static void sign_custom(const struct signing *g, struct signature_headers *out)
{
    struct str pieces[SIGNATURE_PIECES_MAX], text = {NULL, 0};
    size_t count = signature_custom_pieces(g->custom, &g->parts, pieces);
    struct str mac = mac_of(g, signature_custom_hash(g->custom), &g->keys[0], pieces, count);
    switch (signature_custom_encoding(g->custom)) {
    case SIGNATURE_HEX:
        text = hex_encode(g->a, mac);
        break;
    case SIGNATURE_BASE64:
        text = base64_encode(g->a, mac);
        break;
    case SIGNATURE_BASE64URL:
        text = base64_url_encode(g->a, mac);
        break;
    }
    struct buf value = buf_in(g->a);
    buf_add(&value, g->custom->prefix);
    buf_add(&value, text);
    if (g->custom->id_header.n > 0)
        add(out, g->custom->id_header, g->parts.id);
    if (g->custom->timestamp_header.n > 0)
        add(out, g->custom->timestamp_header, g->parts.timestamp);
    add(out, g->custom->header, buf_str(&value));
}

/* The id ends up in a header, and for standard before a '.' in the signed text. */
static bool id_valid(const struct signature_scheme *s, struct str id)
{
    bool standard = s->preset == SIGNATURE_STANDARD;
    bool needed = standard || (s->preset == SIGNATURE_HMAC && s->custom.id_header.n > 0);
    for (size_t i = 0; i < id.n; i++) {
        if (id.p[i] <= ' ' || id.p[i] >= 127 || (standard && id.p[i] == '.'))
            return false;
    }
    return id.n <= 200 && (id.n > 0 || !needed);
}

bool signature_sign(struct arena *a, const struct signature_scheme *s, const struct str *secrets,
                    size_t secret_count, struct str method, struct str url, struct str body, struct str id,
                    int64_t now_us, struct signature_headers *out, struct err *e)
{
    static void (*const signers[])(const struct signing *, struct signature_headers *) = {
        [SIGNATURE_STANDARD] = sign_standard,
        [SIGNATURE_STRIPE] = sign_stripe,
        [SIGNATURE_GITHUB] = sign_github,
        [SIGNATURE_HMAC] = sign_custom,
    };
    struct signature_key keys[SIGNATURE_SECRETS_MAX];
    *out = (struct signature_headers){0};
    if (secret_count == 0 || secret_count > SIGNATURE_SECRETS_MAX)
        return err_set(e, ERR_INVALID, "Signing takes between 1 and %d secrets.",
                       "Il faut entre 1 et %d secrets pour signer.", SIGNATURE_SECRETS_MAX);
    if (!id_valid(s, id))
        return err_set(e, ERR_INVALID, "This message's id cannot be signed.",
                       "L'identifiant de ce message ne peut pas être signé.");
    for (size_t i = 0; i < secret_count; i++) {
        if (!signature_key_read(a, s->preset, secrets[i], &keys[i]) || keys[i].kind == SIGNATURE_KEY_PUBLIC)
            return err_set(e, ERR_INVALID, "Secret number %zu cannot sign.",
                           "Le secret numéro %zu ne peut pas signer.", i + 1);
    }
    if (s->preset == SIGNATURE_HMAC && !signature_custom_check(&s->custom, e))
        return false;
    struct str timestamp = arena_fmt(a, "%lld", (long long)(now_us / 1000000));
    const struct signing g = {a, &s->custom, keys, secret_count, {body, timestamp, id, url, method}};
    signers[s->preset](&g, out);
    return true;
}
