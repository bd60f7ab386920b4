/* key.h: the data keys, sealed by the master key, which is a file and never in here (io/keyring.h). */
#ifndef STORE_KEY_H
#define STORE_KEY_H

#include "io/db.h"

struct key {
    struct str kid;
    struct str sealed; /* envelope */
    bool is_active;    /* seals from now on; the others still open */
    int64_t created_us;
};

bool key_insert(struct db_conn *c, const struct key *k, struct err *e);
/* *list: *count keys, oldest first, in the arena. */
bool key_list(struct db_conn *c, struct arena *a, struct key **list, size_t *count, struct err *e);

#endif
