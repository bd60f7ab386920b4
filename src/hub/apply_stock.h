/* apply_stock.h: the stock side of a batch of apply.h: nights in memory, written once at the end.
 *
 * A cell is a room type on a night. Messages change cells in memory; stock_flush writes each changed cell
 * once, and queues for every integration that is told about stock the cells whose availability changed. */
#ifndef HUB_APPLY_STOCK_H
#define HUB_APPLY_STOCK_H

#include "hub/apply.h"

struct cell {
    const struct room_type *room;
    int32_t night;
    struct stock_day day;
    int64_t available_first; /* when the batch first saw it */
    struct stock_day mark;   /* before the message in hand */
    bool dirty, marked;
    int64_t excess_first; /* beyond capacity when the batch first saw it; below 0: so many were left */
    bool was_over;        /* beyond capacity at some time of the batch: an alert may stand */
    struct str origin;    /* the integration that changed it, absent for the hotel itself */
    bool mixed;           /* more than one did: everybody must be told */
    struct cell *next_marked;
};

struct stock_batch {
    struct db_conn *c;
    struct arena *a;
    int64_t establishment_id;
    struct room_type *rooms;
    size_t room_count;
    struct cell **table; /* open addressing */
    size_t size, used;
    struct cell *marked; /* changed by the message in hand */
};

bool stock_begin(struct stock_batch *b, struct db_conn *c, struct arena *a, int64_t establishment_id,
                 struct err *e);
/* Adds (sign +1) or takes back (−1) what a stay takes from each of its nights. An unmapped stay holds one of
 * every room type that has holds_unmapped, so that nothing it could be is sold twice. */
bool stock_change_stay(struct stock_batch *b, const struct stay_row *stay, int status, int sign,
                       struct str origin, struct err *e);
/* Holds so many of `room`, which came later, on each of the nights [from, to): for stays that nobody has mapped. */
bool stock_hold(struct stock_batch *b, const struct room_type *room, int32_t from, int32_t to, int64_t held,
                struct err *e);
/* New units of a room type, felt by every night of [from, to), and by later ones of which anything is known. */
bool stock_set_units(struct stock_batch *b, int64_t room_type_id, int64_t units, int32_t from, int32_t to,
                     struct err *e);
/* The hotel's own settings of nights; FIELD_INT_NONE leaves a value, physical -1 goes back to the units. */
bool stock_edit_nights(struct stock_batch *b, int64_t room_type_id, int32_t from, int32_t to,
                       const struct stock_day *wanted, struct err *e);
/* Forgets the marks (the message is done). */
void stock_settle(struct stock_batch *b);

/* How a night stands after the message in hand. */
enum stock_standing {
    STOCK_WITHIN,
    STOCK_STILL_OVER, /* beyond capacity, but no further than before */
    STOCK_SOLD_MORE,  /* what was held is sold now, and it is beyond capacity */
    STOCK_TAKEN_MORE, /* further beyond capacity than before */
};
enum stock_standing stock_stand(const struct cell *cell);
/* The night of a room type when this batch has touched it, else NULL. */
const struct cell *stock_night(const struct stock_batch *b, int64_t room_type_id, int32_t night);
/* Nights that were beyond capacity in this batch and are within it now, in the arena: as few stretches as hold no
 * other night. */
struct stock_stretch {
    int64_t room_type_id;
    int32_t from, to; /* half-open */
};
void stock_solved(const struct stock_batch *b, struct arena *a, const struct stock_stretch **list,
                  size_t *count);
/* Nights of the room type from that day on that are further beyond capacity than when the batch first saw them, by night,
 * in the arena. */
void stock_exceeded(const struct stock_batch *b, struct arena *a, int64_t room_type_id, int32_t from,
                    const struct cell ***list, size_t *count);
/* Whether a night of the stay is beyond capacity. */
bool stock_stay_over(struct stock_batch *b, const struct stay_row *stay, bool *over, struct err *e);
/* The cells changed by the message in hand, by room type and night, in the arena. */
void stock_changes(const struct stock_batch *b, struct arena *a, const struct stock_change **list,
                   size_t *count);
/* Writes cells and outbox rows; clears alerts of nights that are within stock again. today: nights before
 * yesterday are not told. */
bool stock_flush(struct stock_batch *b, int64_t now_us, struct err *e);
/* The fingerprint of the alert about an oversold night. */
struct str stock_fingerprint(struct arena *a, const struct cell *cell);

#endif
