/* guest.h: the guests of a hotel, and the names of rate plans that came with reservations. */
#ifndef STORE_GUEST_H
#define STORE_GUEST_H

#include "io/db.h"
#include "model/reservation.h"

struct guest_row {
    int64_t id;
    struct guest guest;
};

struct guest_filter {
    int64_t before_id; /* cursor, newest first; 0: from the newest */
    struct str search; /* part of a name, of the e-mail address or of the phone number; empty: all */
    size_t limit;
};
/* Newest first, in the arena. */
bool guest_rows(struct db_conn *c, struct arena *a, int64_t establishment_id, const struct guest_filter *f,
                struct guest_row **list, size_t *count, struct err *e);

/* All of them, oldest first, one at a time, with the number of their reservations. The texts are valid during the call. False
 * from each (with *e) stops it. */
bool guest_each(struct db_conn *c, int64_t establishment_id,
                bool (*each)(void *ctx, const struct guest_row *g, int64_t reservations, struct err *e),
                void *ctx, struct err *e);

/* The different names of rate plans in all room stays, in order; at most limit. */
bool guest_rate_plans(struct db_conn *c, struct arena *a, int64_t establishment_id, size_t limit,
                      struct str **names, size_t *count, struct err *e);

#endif
