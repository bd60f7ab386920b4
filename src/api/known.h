/* known.h: credentials that proved good lately, so that the HTTP thread can tell an upload by somebody known from one
 * by anybody without asking the store. It is no permission: whoever is known is looked at again.
 *
 * A direct-mapped table of hashes: an entry may push another one out, whose owner then is merely unknown. */
#ifndef API_KNOWN_H
#define API_KNOWN_H

#include "base/str.h"

#include <pthread.h>

#define KNOWN_SLOTS 512
#define KNOWN_US    INT64_C(1800000000) /* half an hour */

struct known {
    pthread_mutex_t lock;
    struct {
        uint64_t hash;
        int64_t at_us;
    } slots[KNOWN_SLOTS];
};

void known_init(struct known *k);
void known_destroy(struct known *k);
/* These credentials (a token, a session's value) have just been found good. From any thread. */
void known_add(struct known *k, struct str credentials, int64_t now_us);
bool known_has(struct known *k, struct str credentials, int64_t now_us);

#endif
