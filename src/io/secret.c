#include "io/secret.h"

#include "format/base64.h"
#include "format/hex.h"
#include "format/json.h"
#include "io/mac.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define PASSWORD_PASSES 3
#define PASSWORD_MEMORY ((size_t)64 << 20)

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct secret_stream), "room for the state");

static const unsigned char *bytes_of(struct str s)
{
    return (const unsigned char *)s.p;
}

bool secret_init(struct err *e)
{
    if (sodium_init() < 0)
        return err_set(e, ERR_INTERNAL,
                       "The cryptographic library does not start: the system gives no randomness.",
                       "La bibliothèque cryptographique ne démarre pas : le système ne fournit pas d'aléa.");
    return true;
}

void secret_forbid_dumps(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void secret_random(void *bytes, size_t n)
{
    randombytes_buf(bytes, n);
}

void secret_wipe(void *bytes, size_t n)
{
    if (n > 0)
        sodium_memzero(bytes, n);
}

void secret_wipe_str(struct str s)
{
    secret_wipe((void *)(uintptr_t)s.p, s.n);
}

void *secret_alloc(size_t n)
{
    n = (n + 15) / 16 * 16; /* sodium_malloc() ends at a page: only whole units begin aligned */
    void *p = sodium_malloc(n);
    if (p == NULL)
        abort();
    memset(p, 0, n);
    return p;
}

void secret_free(void *p)
{
    sodium_free(p);
}

bool secret_equal(struct str x, struct str y)
{
    return x.n == y.n && (x.n == 0 || sodium_memcmp(x.p, y.p, x.n) == 0);
}

void secret_sha256(struct str bytes, uint8_t out[static SECRET_HASH_SIZE])
{
    if (mac_digest(MAC_SHA256, bytes, out) == 0) {
        crypto_hash_sha256(out, bytes_of(bytes), bytes.n);
    }
}

struct str secret_sha256_hex(struct arena *a, struct str bytes)
{
    uint8_t hash[SECRET_HASH_SIZE];
    secret_sha256(bytes, hash);
    return hex_encode(a, (struct str){(const char *)hash, sizeof hash});
}

static crypto_generichash_state *state_of(struct secret_stream *s)
{
    return (void *)s->opaque;
}

void secret_stream_begin(struct secret_stream *s)
{
    crypto_generichash_init(state_of(s), NULL, 0, SECRET_HASH_SIZE);
}

void secret_stream_add(struct secret_stream *s, struct str bytes)
{
    crypto_generichash_update(state_of(s), bytes_of(bytes), bytes.n);
}

void secret_stream_end(struct secret_stream *s, uint8_t out[static SECRET_HASH_SIZE])
{
    crypto_generichash_final(state_of(s), out, SECRET_HASH_SIZE);
}

void secret_blake2b(const struct str *pieces, size_t count, uint8_t out[static SECRET_HASH_SIZE])
{
    struct secret_stream s;
    secret_stream_begin(&s);
    for (size_t i = 0; i < count; i++)
        secret_stream_add(&s, pieces[i]);
    secret_stream_end(&s, out);
}

void secret_gate_init(struct secret_gate *g, unsigned places)
{
    sem_init(&g->places, 0, places);
}

void secret_gate_destroy(struct secret_gate *g)
{
    sem_destroy(&g->places);
}

static void gate_enter(struct secret_gate *g)
{
    while (sem_wait(&g->places) != 0 && errno == EINTR)
        ;
}

bool secret_password_hash(struct secret_gate *g, struct arena *a, struct str password, struct str *out,
                          struct err *e)
{
    char hash[crypto_pwhash_STRBYTES];
    gate_enter(g);
    int failed = crypto_pwhash_str_alg(hash, password.p != NULL ? password.p : "", password.n,
                                       PASSWORD_PASSES, PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13);
    sem_post(&g->places);
    if (failed)
        return err_set(
            e, ERR_BUSY, "There is not enough free memory to protect the password; try again in a moment.",
            "La mémoire libre ne suffit pas pour protéger le mot de passe ; réessayez dans un instant.");
    *out = arena_str(a, str_of(hash));
    return true;
}

/* The stored text as libsodium wants it: NUL-terminated, in a buffer of its full size. */
static bool hash_text(struct str hash, char out[static crypto_pwhash_STRBYTES])
{
    memset(out, 0, crypto_pwhash_STRBYTES);
    if (hash.n == 0 || hash.n >= crypto_pwhash_STRBYTES)
        return false;
    memcpy(out, hash.p, hash.n);
    return true;
}

bool secret_password_verify(struct secret_gate *g, struct str hash, struct str password)
{
    /* A well-formed hash of nothing anybody knows, with today's costs. */
    static const struct str nobody = S_INIT("$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    char text[crypto_pwhash_STRBYTES];
    bool known = hash_text(hash, text);
    if (!known)
        hash_text(nobody, text);
    gate_enter(g);
    bool same = crypto_pwhash_str_verify(text, password.p != NULL ? password.p : "", password.n) == 0;
    sem_post(&g->places);
    return known && same;
}

bool secret_password_is_old(struct str hash)
{
    char text[crypto_pwhash_STRBYTES];
    return !hash_text(hash, text) ||
           crypto_pwhash_str_needs_rehash(text, PASSWORD_PASSES, PASSWORD_MEMORY) != 0;
}

#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE   crypto_aead_xchacha20poly1305_ietf_ABYTES

_Static_assert(SECRET_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key size");

bool secret_kid_valid(struct str kid)
{
    if (kid.n == 0 || kid.n > SECRET_KID_MAX)
        return false;
    for (size_t i = 0; i < kid.n; i++) {
        char c = kid.p[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
              c == '-'))
            return false;
    }
    return true;
}

struct str secret_seal(struct arena *a, const uint8_t key[static SECRET_KEY_SIZE], struct str kid,
                       struct str plain, struct str aad)
{
    unsigned char nonce[NONCE_SIZE];
    randombytes_buf(nonce, sizeof nonce);
    char *ct = arena_alloc(a, plain.n + TAG_SIZE);
    unsigned long long ct_n;
    crypto_aead_xchacha20poly1305_ietf_encrypt((unsigned char *)ct, &ct_n, bytes_of(plain), plain.n,
                                               bytes_of(aad), aad.n, NULL, nonce, key);
    struct buf text = buf_in(a);
    struct json_out o = json_out(&text);
    json_open(&o, '{');
    json_member_i64(&o, S("v"), 1);
    json_member_str(&o, S("kid"), kid);
    json_member_str(&o, S("nonce"), base64_encode(a, (struct str){(const char *)nonce, sizeof nonce}));
    json_member_str(&o, S("ct"), base64_encode(a, (struct str){ct, (size_t)ct_n}));
    json_close(&o, '}');
    return buf_str(&text);
}

struct envelope {
    struct str kid;
    struct str nonce; /* NONCE_SIZE bytes */
    struct str ct;    /* TAG_SIZE bytes or more */
};

static bool member_text(const struct json *v, struct str name, struct str *out)
{
    const struct json *member = json_get(v, name);
    if (member == NULL || member->type != JSON_STRING)
        return false;
    *out = member->text;
    return true;
}

static bool envelope_read(struct arena *a, struct str text, struct envelope *out, struct err *e)
{
    struct str nonce, ct;
    const struct json *v = json_parse(a, text, NULL);
    const struct json *version = json_get(v, S("v"));
    if (version == NULL || version->type != JSON_NUMBER || v->count != 4 ||
        !member_text(v, S("kid"), &out->kid) || !member_text(v, S("nonce"), &nonce) ||
        !member_text(v, S("ct"), &ct))
        return err_set(
            e, ERR_INTERNAL, "This is not a sealed value: it was changed or written by another program.",
            "Ceci n'est pas une valeur scellée : elle a été modifiée ou écrite par un autre programme.");
    if (!str_eq(version->text, S("1")))
        return err_set(e, ERR_INTERNAL,
                       "This value was sealed by a newer version of the program (format %.*s).",
                       "Cette valeur a été scellée par une version plus récente du programme (format %.*s).",
                       (int)(version->text.n < 20 ? version->text.n : 20), version->text.p);
    if (!secret_kid_valid(out->kid) || !base64_decode(a, nonce, &out->nonce) ||
        !base64_decode(a, ct, &out->ct) || out->nonce.n != NONCE_SIZE || out->ct.n < TAG_SIZE)
        return err_set(e, ERR_INTERNAL, "The sealed value is damaged: it was changed since it was written.",
                       "La valeur scellée est endommagée : elle a été modifiée depuis son écriture.");
    return true;
}

bool secret_open(struct arena *a, const uint8_t key[static SECRET_KEY_SIZE], struct str envelope,
                 struct str aad, struct str *plain, struct err *e)
{
    *plain = (struct str){NULL, 0};
    struct envelope parts;
    if (!envelope_read(a, envelope, &parts, e))
        return false;
    char *out = arena_alloc(a, parts.ct.n - TAG_SIZE + 1);
    unsigned long long n;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)out, &n, NULL, bytes_of(parts.ct),
                                                   parts.ct.n, bytes_of(aad), aad.n, bytes_of(parts.nonce),
                                                   key) != 0)
        return err_set(
            e, ERR_INTERNAL,
            "The sealed value does not open with key %.*s: it was changed, or moved here from another place.",
            "La valeur scellée ne s'ouvre pas avec la clé %.*s : elle a été modifiée, ou déplacée "
            "depuis un autre endroit.",
            STR_ARG(parts.kid));
    *plain = (struct str){out, (size_t)n};
    return true;
}

bool secret_envelope_kid(struct arena *a, struct str envelope, struct str *kid, struct err *e)
{
    struct envelope parts = {0};
    bool done = envelope_read(a, envelope, &parts, e);
    *kid = done ? parts.kid : (struct str){NULL, 0};
    return done;
}

void secret_ed25519_public(const uint8_t seed[static SECRET_KEY_SIZE],
                           uint8_t public_key[static SECRET_KEY_SIZE])
{
    unsigned char pair[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(public_key, pair, seed);
    sodium_memzero(pair, sizeof pair);
}

void secret_ed25519_sign(const uint8_t seed[static SECRET_KEY_SIZE], struct str message,
                         uint8_t out[static SECRET_SIGNATURE_SIZE])
{
    unsigned char pair[crypto_sign_SECRETKEYBYTES], public_key[crypto_sign_PUBLICKEYBYTES];
    crypto_sign_seed_keypair(public_key, pair, seed);
    crypto_sign_detached(out, NULL, bytes_of(message), message.n, pair);
    sodium_memzero(pair, sizeof pair);
}

bool secret_ed25519_verify(const uint8_t public_key[static SECRET_KEY_SIZE], struct str message,
                           const uint8_t signature[static SECRET_SIGNATURE_SIZE])
{
    return crypto_sign_verify_detached(signature, bytes_of(message), message.n, public_key) == 0;
}
