#include "io/mac.h"

#include <gnutls/crypto.h>

static const struct {
    gnutls_mac_algorithm_t algorithm;
    gnutls_digest_algorithm_t plain;
    size_t size;
} hashes[] = {
    [MAC_SHA1] = {GNUTLS_MAC_SHA1, GNUTLS_DIG_SHA1, 20},
    [MAC_SHA256] = {GNUTLS_MAC_SHA256, GNUTLS_DIG_SHA256, 32},
    [MAC_SHA512] = {GNUTLS_MAC_SHA512, GNUTLS_DIG_SHA512, 64},
};

size_t mac_size(enum mac_hash hash)
{
    return hashes[hash].size;
}

size_t mac_hmac(enum mac_hash hash, struct str key, const struct str *pieces, size_t count,
                uint8_t out[static MAC_SIZE_MAX])
{
    gnutls_hmac_hd_t state;
    if (gnutls_hmac_init(&state, hashes[hash].algorithm, key.n > 0 ? key.p : "", key.n) < 0)
        return 0;
    bool done = true;
    for (size_t i = 0; i < count && done; i++)
        done = pieces[i].n == 0 || gnutls_hmac(state, pieces[i].p, pieces[i].n) >= 0;
    gnutls_hmac_deinit(state, out); /* also writes the digest */
    return done ? hashes[hash].size : 0;
}

size_t mac_digest(enum mac_hash hash, struct str bytes, uint8_t *out)
{
    bool done = gnutls_hash_fast(hashes[hash].plain, bytes.n > 0 ? bytes.p : "", bytes.n, out) >= 0;
    return done ? hashes[hash].size : 0;
}
