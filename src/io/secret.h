/* secret.h: cryptography, in the few forms the program needs. The only file that knows libsodium.
 *
 * Nothing here takes its chance from outside: nonces, salts and keys come from the machine's generator. What
 * must be repeatable in a simulation (ids, tokens) uses io/random.h instead. */
#ifndef IO_SECRET_H
#define IO_SECRET_H

#include "base/arena.h"
#include "base/err.h"

#include <semaphore.h>

#define SECRET_KEY_SIZE       32
#define SECRET_HASH_SIZE      32
#define SECRET_SIGNATURE_SIZE 64
#define SECRET_KID_MAX        64 /* letters of a key's id */

/* Once, before anything else of this file and before threads start. */
bool secret_init(struct err *e);
/* No core file, and no other process but root's, may read this one's memory from now on. Before keys are read. */
void secret_forbid_dumps(void);

void secret_random(void *bytes, size_t n);
/* Overwrites; never left out by the compiler. */
void secret_wipe(void *bytes, size_t n);
/* For a secret that was put into an arena: s must point into memory that may be written. */
void secret_wipe_str(struct str s);
/* Memory for long-lived keys: between guard pages, kept out of swap and core files where the system permits.
 * Wiped by secret_free. Never NULL (the process ends without memory, like arenas). */
void *secret_alloc(size_t n);
void secret_free(void *p); /* NULL is fine */

/* Takes the same time wherever the difference is. The lengths are not secret: unequal ones are just false. */
bool secret_equal(struct str x, struct str y);

/* --- hashes --- */
void secret_sha256(struct str bytes, uint8_t out[static SECRET_HASH_SIZE]);
struct str secret_sha256_hex(struct arena *a, struct str bytes); /* 64 lower-case digits */
/* BLAKE2b-256, without key, over pieces put one after the other. */
void secret_blake2b(const struct str *pieces, size_t count, uint8_t out[static SECRET_HASH_SIZE]);
/* The same over a stream. */
struct secret_stream {
    _Alignas(64) uint8_t opaque[384]; /* crypto_generichash_state */
};
void secret_stream_begin(struct secret_stream *s);
void secret_stream_add(struct secret_stream *s, struct str bytes);
void secret_stream_end(struct secret_stream *s, uint8_t out[static SECRET_HASH_SIZE]);

/* --- passwords: Argon2id, 3 passes over 64 MiB (OWASP and ASVS 5 11.4.2 ask for 46 MiB and one pass) --- */
/* The gate lets only so many hashes run at once, so that a flood of logins cannot take all memory; the others
 * wait. One per process, made before threads start. */
struct secret_gate {
    sem_t places;
};
#define SECRET_GATE_PLACES 2
void secret_gate_init(struct secret_gate *g, unsigned places);
void secret_gate_destroy(struct secret_gate *g);
/* *out: "$argon2id$v=19$m=65536,t=3,p=1$salt$hash", to be stored as it is. ERR_BUSY when memory is short. */
bool secret_password_hash(struct secret_gate *g, struct arena *a, struct str password, struct str *out,
                          struct err *e);
/* An absent hash (no such user) takes the same time and is false, so that nobody learns who has an account. */
bool secret_password_verify(struct secret_gate *g, struct str hash, struct str password);
/* True when the hash was made with other costs than today's: make a new one at the next login. */
bool secret_password_is_old(struct str hash);

/* --- sealing: XChaCha20-Poly1305 (IETF construction), 24 random bytes of nonce --- */
/* The envelope is one JSON object: {"v":1,"kid":"…","nonce":"<base64>","ct":"<base64>"}. aad is not stored: it
 * says where the envelope belongs, and one moved elsewhere does not open. kid: [A-Za-z0-9_-], 1 to
 * SECRET_KID_MAX letters; not secret; put it into aad as well. */
struct str secret_seal(struct arena *a, const uint8_t key[static SECRET_KEY_SIZE], struct str kid,
                       struct str plain, struct str aad);
/* ERR_INTERNAL when the text is not an envelope, or anything differs from what was sealed: key, aad or one bit.
 * The plain text lies in the arena: wipe it there (secret_wipe_str) when it need not stay. */
bool secret_open(struct arena *a, const uint8_t key[static SECRET_KEY_SIZE], struct str envelope,
                 struct str aad, struct str *plain, struct err *e);
/* The id of the key that an envelope asks for; not verified until it opens. */
bool secret_envelope_kid(struct arena *a, struct str envelope, struct str *kid, struct err *e);
bool secret_kid_valid(struct str kid);

/* --- Ed25519 (RFC 8032) --- */
/* seed: 32 bytes kept secret; public_key: 32 bytes. */
void secret_ed25519_public(const uint8_t seed[static SECRET_KEY_SIZE],
                           uint8_t public_key[static SECRET_KEY_SIZE]);
void secret_ed25519_sign(const uint8_t seed[static SECRET_KEY_SIZE], struct str message,
                         uint8_t out[static SECRET_SIGNATURE_SIZE]);
bool secret_ed25519_verify(const uint8_t public_key[static SECRET_KEY_SIZE], struct str message,
                           const uint8_t signature[static SECRET_SIGNATURE_SIZE]);

#endif
