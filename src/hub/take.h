/* take.h: bytes come in and are kept as they came.
 *
 * A webhook is taken in a batch with others that came together: routed, verified over its exact bytes, card
 * data masked, committed with its verdict; only then is it answered. What it says is looked at later, in
 * order, by hub/process.h. Taking refuses only what design.md invariant 4 names: an unknown destination
 * (ERR_NOT_FOUND), a signature or token that does not fit (ERR_UNAUTHENTICATED, kept for a day so that the
 * user can see why), and a store that cannot take more (ERR_BUSY, ERR_FULL). */
#ifndef HUB_TAKE_H
#define HUB_TAKE_H

#include "hub/env.h"

struct take_header {
    struct str name, value;
};

struct take {
    struct arena *arena;              /* of the request */
    struct str hotel, integration_id; /* from the path */
    struct str token;                 /* from the path or the query; absent: none */
    struct str method, target, client, request_id;
    const struct take_header *headers;
    size_t header_count;
    struct str body;
    int64_t received_us;
    /* what came of it */
    int64_t seq;    /* of the stored message; 0 when it was not stored */
    struct err err; /* code ERR_NONE: taken */
};

/* Fills seq and err of each. One commit. */
void take_batch(struct env *env, struct take *const *list, size_t count);

/* Forgets rejected messages older than a day. */
bool take_forget(struct env *env, struct err *e);

#endif
