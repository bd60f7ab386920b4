/* establishment.h: hotels, and the lock under which a hotel's data changes. */
#ifndef STORE_ESTABLISHMENT_H
#define STORE_ESTABLISHMENT_H

#include "base/money.h"
#include "io/db.h"

struct establishment {
    int64_t id;
    struct str slug; /* [a-z0-9-], 1 to 60 letters; the {hotel} of every path */
    struct str name;
    struct str timezone; /* IANA */
    struct str currency; /* ISO 4217 */
    int64_t created_us;
};

/* True when s can be a slug. */
bool establishment_slug_valid(struct str s);
/* ERR_CONFLICT when the slug is taken. Fills h->id. */
bool establishment_insert(struct db_conn *c, struct establishment *h, struct err *e);
/* ERR_NOT_FOUND when there is none. Texts are copied into the arena. */
bool establishment_find(struct db_conn *c, struct arena *a, struct str slug, struct establishment *out,
                        struct err *e);
bool establishment_find_id(struct db_conn *c, struct arena *a, int64_t id, struct establishment *out,
                           struct err *e);
/* *list: *count hotels by slug, in the arena. */
bool establishment_list(struct db_conn *c, struct arena *a, struct establishment **list, size_t *count,
                        struct err *e);

/* The numbers of one hotel, held for one transaction. Take the lock first; whatever writes the hotel's data
 * takes ids and event numbers from here and gives the counters back before the transaction ends. */
struct establishment_lock {
    int64_t establishment_id;
    int64_t next_id;
    int64_t next_event;
};
bool establishment_lock(struct db_conn *c, int64_t establishment_id, struct establishment_lock *lock,
                        struct err *e);
bool establishment_unlock(struct db_conn *c, const struct establishment_lock *lock, struct err *e);

/* The number of the newest event, without any lock; 0 when there was none. */
bool establishment_last_event(struct db_conn *c, int64_t establishment_id, int64_t *seq, struct err *e);

#endif
