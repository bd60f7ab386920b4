/* keyring.h: the keys that seal what is stored, and how one key protects the others.
 *
 * Data keys (32 random bytes with an id) seal values; they are rows themselves, each sealed by the master key,
 * which lies in a file (io/keyfile.h). The envelope's `kid` is there the master key's own id, derived from the
 * key, so that a wrong master key is recognised and named before anything is opened. Storing the rows is
 * store/'s work: here are only bytes.
 *
 * A sealed value is bound to its place: the additional data of a value is
 *     v1|table|column|establishment|row|kid
 * and that of a data key, "v1|data_keys|sealed||<its id>|<the master key's id>". Moved to another row, column or
 * establishment it does not open. */
#ifndef IO_KEYRING_H
#define IO_KEYRING_H

#include "io/secret.h"

#define KEYRING_ID_SIZE 24 /* "m_0123456789abcdef" and NUL */

/* An id of a master key: "m_" and 16 hex digits of BLAKE2b-256("selfkey master key id" and a NUL, then the key).
 * It tells nothing of the key. */
struct str keyring_master_id(const uint8_t master[static SECRET_KEY_SIZE], char out[static KEYRING_ID_SIZE]);
/* A fresh id for a data key: "k_" and 11 letters. */
struct str keyring_new_kid(struct arena *a);

/* The data key's row. */
bool keyring_seal_data_key(struct arena *a, const uint8_t master[static SECRET_KEY_SIZE], struct str kid,
                           const uint8_t data_key[static SECRET_KEY_SIZE], struct str *sealed, struct err *e);
/* ERR_INTERNAL: sealed by another master key (both ids are named), or changed. */
bool keyring_open_data_key(struct arena *a, const uint8_t master[static SECRET_KEY_SIZE], struct str kid,
                           struct str sealed, uint8_t data_key[static SECRET_KEY_SIZE], struct err *e);

/* Data keys in the clear, in memory that is locked and wiped (secret_alloc). Filled at boot, then only read, by
 * any number of threads; a rotation makes a new ring. */
struct keyring;

struct keyring *keyring_new(void);
void keyring_free(struct keyring *r); /* NULL is fine */
/* The last one added as active seals from then on; the others still open. ERR_INTERNAL: kid twice or not valid. */
bool keyring_add(struct keyring *r, struct str kid, const uint8_t key[static SECRET_KEY_SIZE], bool active,
                 struct err *e);
/* The id of the active key; absent when there is none. */
struct str keyring_active(const struct keyring *r);

/* Where a value is stored. No part may contain '|'; establishment and row may be empty. */
struct keyring_place {
    struct str table;
    struct str column;
    struct str establishment;
    struct str row;
};

/* ERR_INTERNAL: no active key, or a part of the place that is not allowed. */
bool keyring_seal(const struct keyring *r, struct arena *a, struct keyring_place place, struct str plain,
                  struct str *envelope, struct err *e);
/* ERR_INTERNAL: not an envelope, sealed with a key that is not in the ring, changed, or moved from another place.
 * One value that does not open is no reason to fail a list: show it as "needs to be entered again". */
bool keyring_open(const struct keyring *r, struct arena *a, struct keyring_place place, struct str envelope,
                  struct str *plain, struct err *e);
/* True when the envelope was sealed with the active key: a rotation leaves it alone. */
bool keyring_is_current(const struct keyring *r, struct arena *a, struct str envelope);

#endif
