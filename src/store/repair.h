/* repair.h: names of rooms whose meaning changed, each with how far the reservations that bear it have been looked at
 * again. A row is written with the change itself, so that a stop in between forgets nothing (hub/desk.h). */
#ifndef STORE_REPAIR_H
#define STORE_REPAIR_H

#include "io/db.h"

struct repair {
    int64_t establishment_id;
    int64_t id;                /* from the hotel's counter */
    struct str integration_id; /* whose name it is, "" nobody's; absent: whoever's */
    struct str room_key;       /* the name, folded */
    int64_t after_id;          /* reservations up to this one were looked at; 0 at first */
};

/* An unfinished one of the same name gives way: it begins anew. */
bool repair_insert(struct db_conn *c, const struct repair *r, struct err *e);
/* The oldest unfinished one of the hotel; texts in the arena. */
bool repair_first(struct db_conn *c, struct arena *a, int64_t establishment_id, struct repair *out,
                  bool *found, struct err *e);
/* Whether it is still there and exactly as far as r says: nobody else went on with it, or began it anew. */
bool repair_stands(struct db_conn *c, const struct repair *r, bool *stands, struct err *e);
bool repair_advance(struct db_conn *c, const struct repair *r, int64_t after_id, struct err *e);
bool repair_delete(struct db_conn *c, const struct repair *r, struct err *e);
/* Ids of hotels that have unfinished ones, in the arena. */
bool repair_hotels(struct db_conn *c, struct arena *a, size_t limit, int64_t **ids, size_t *count,
                   struct err *e);

#endif
