/* verify.h: whether what is stored agrees with what it follows from. Only reads, in one snapshot, and so also works
 * beside a running server. */
#ifndef HUB_VERIFY_H
#define HUB_VERIFY_H

#include "hub/env.h"
#include "store/establishment.h"

struct verify_count {
    int64_t looked_at, differences;
};

/* A night of a room type on which the stays take something else than is stored. */
struct verify_night {
    struct str room_type; /* its code */
    int32_t night;
    bool stored; /* false: the night has no row, which stands for nothing sold and nothing held */
    int64_t sold, held;
    int64_t sold_due, held_due; /* by the stays */
};
/* Counts the stays of the hotel again, by what they are now, and compares with the stock of every night that has a row
 * or a stay. each: by room type and night. out->looked_at counts those nights. */
bool verify_stock(struct env *env, const struct establishment *hotel,
                  void (*each)(void *ctx, const struct verify_night *n), void *ctx, struct verify_count *out,
                  struct err *e);

/* A reservation that is not what its messages make it. */
struct verify_field {
    struct str channel, reference;
    struct str field;           /* "status", "rooms/0/arrival", "messages/3" (of the history, from 1) */
    struct text stands, should; /* as stored, and as the messages have it; "" for nothing */
};
struct verify_watch {
    void (*each)(void *ctx, const struct verify_field *f);
    void (*progress)(void *ctx, int64_t done); /* NULL: nobody watches */
    void *ctx;
};
/* Makes every reservation of the hotel again from the messages of its history, in a temporary store with the hotel's rooms
 * and mappings of today and by the rules of hub/apply.h, and compares content. out->looked_at counts reservations,
 * out->differences fields. Memory does not grow with the hotel.
 *
 * Left out, because messages alone do not say it: which reservation was too much on a full night (it depends on the
 * others), when it was stored, and what a name meant at the time: a stay keeps the room type that it had when it had
 * ended before its name got another meaning, or when the name means nothing any more without anybody having said so
 * (a room type was renamed). */
bool verify_reservations(struct env *env, const struct establishment *hotel, const struct verify_watch *watch,
                         struct verify_count *out, struct err *e);

#endif
