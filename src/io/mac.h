/* mac.h: HMAC (RFC 2104) over a message given in pieces, and plain hashes. The only file that speaks to GnuTLS's
 * crypto layer; libsodium has no SHA-1, which some senders of webhooks still sign with (as an HMAC it is not broken),
 * and does not use the processor's own SHA-256, which takes a sixth of the time. */
#ifndef IO_MAC_H
#define IO_MAC_H

#include "base/str.h"

enum mac_hash { MAC_SHA1, MAC_SHA256, MAC_SHA512 };

#define MAC_SIZE_MAX 64

size_t mac_size(enum mac_hash hash); /* 20, 32 or 64 */

/* The HMAC of the pieces put one after the other. Any key length, also empty. Returns the number of bytes
 * written to out; 0 when the library refuses (no memory, a policy that forbids the hash): treat it as "does
 * not match". */
size_t mac_hmac(enum mac_hash hash, struct str key, const struct str *pieces, size_t count,
                uint8_t out[static MAC_SIZE_MAX]);

/* The hash of the bytes: mac_size(hash) bytes are written to out. Returns their number, 0 as above. */
size_t mac_digest(enum mac_hash hash, struct str bytes, uint8_t *out);

#endif
