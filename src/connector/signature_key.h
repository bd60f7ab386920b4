/* signature_key.h: the secrets with which webhooks are signed, and the token that may stand in their URL.
 *
 * What a secret looks like, by preset:
 *   standard  "whsec_" and Base64 of the key, or that Base64 alone (Standard Webhooks 1.0.0: 24 to 64 random bytes);
 *             "whpk_" and Base64 of an Ed25519 public key, when the sender signs with a key pair ("whsk_" and
 *             Base64 of the 32-byte seed, alone or with the public key behind it, is the other half: to sign)
 *   stripe    the whole text, its "whsec_" too, is the key (Stripe's libraries)
 *   github    the whole text is the key
 *   hmac      the whole text is the key */
#ifndef CONNECTOR_SIGNATURE_KEY_H
#define CONNECTOR_SIGNATURE_KEY_H

#include "base/arena.h"
#include "base/err.h"
#include "io/random.h"

enum signature_preset { SIGNATURE_STANDARD, SIGNATURE_STRIPE, SIGNATURE_GITHUB, SIGNATURE_HMAC };
extern const char *const signature_presets[]; /* "standard", "stripe", "github", "hmac", NULL: a FIELD_ENUM */

enum signature_key_kind {
    SIGNATURE_KEY_SHARED,  /* an HMAC's key */
    SIGNATURE_KEY_PUBLIC,  /* Ed25519, 32 bytes: verifies */
    SIGNATURE_KEY_PRIVATE, /* Ed25519, the 32 bytes of the seed: signs */
};

struct signature_key {
    enum signature_key_kind kind;
    struct str bytes;
};

#define SIGNATURE_SECRET_MAX 500 /* bytes of a secret's text */

/* What the secret's text stands for; false when it is none (empty, broken Base64, a key of the wrong length). */
bool signature_key_read(struct arena *a, enum signature_preset preset, struct str secret,
                        struct signature_key *out);
/* The same for somebody who types one in, to verify with: ERR_INVALID says what is wrong with it, also blanks
 * around it, control characters and a private key. */
bool signature_key_check(struct arena *a, enum signature_preset preset, struct str secret, struct err *e);
/* A new secret for the preset: 32 random bytes ("whsec_" and Base64; otherwise 43 letters and digits, for stripe
 * behind "whsec_"). */
struct str signature_key_new(struct arena *a, const struct random *r, enum signature_preset preset);

/* verification "url_token": the URL itself is the secret. 32 random bytes as 43 letters, of which only the hash
 * (SHA-256, 64 hex digits) is stored. */
struct str signature_token_new(struct arena *a, const struct random *r);
struct str signature_token_hash(struct arena *a, struct str token);
/* Compares in constant time; false for an absent token or hash. */
bool signature_token_matches(struct arena *a, struct str token, struct str stored_hash);

#endif
