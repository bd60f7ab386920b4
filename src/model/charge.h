/* charge.h: what a reservation costs besides its rooms, and whether it adds up.
 *
 * Extras, taxes and nightly prices are kept as they were said. What they add up to is compared with the total that was
 * said; a difference is shown and never put right, because nobody here knows which of the two is wrong. */
#ifndef MODEL_CHARGE_H
#define MODEL_CHARGE_H

#include "base/field.h"

enum charge_collect { CHARGE_BY_CHANNEL, CHARGE_BY_HOTEL, CHARGE_BY_UNKNOWN };
extern const char *const charge_collects[]; /* wire names in that order, NULL-terminated */

enum charge_per { CHARGE_PER_STAY, CHARGE_PER_NIGHT };
extern const char *const charge_pers[];

struct charge_extra {
    struct str name;
    int64_t quantity;          /* absent: 1 */
    struct decimal unit_price; /* of one, for the stay or for a night */
    int per;                   /* enum charge_per, -1 absent: for the stay */
    struct decimal amount; /* in all; below zero: a discount. Absent: quantity × unit price (× nights) */
};

struct charge_tax {
    struct str name;
    struct decimal amount; /* in all */
    int8_t included;       /* 1: it is part of the prices, 0: it comes on top, -1: nobody says */
    int collect;           /* enum charge_collect, -1 absent */
};

struct charge_night {
    int32_t date;
    struct decimal amount;
};

/* All of it, of a room or of a reservation as a whole. A list without items (NULL) is absent; one that is there and has
 * none says that there are none. */
struct charge_set {
    struct field_list nights; /* of struct charge_night; of a room only */
    struct field_list extras, taxes;
    struct decimal commission; /* of a room only: the reservation's own is a column */
    int collect;               /* enum charge_collect, -1 absent */
};

extern const struct field_table charge_extra_fields, charge_tax_fields, charge_night_fields;
/* {nights, extras, taxes, commission, collect}: as the store keeps it. */
extern const struct field_table charge_set_fields;

/* As the store keeps it: JSON, absent when there is nothing. charge_read of an absent text gives an empty set; it fails
 * (ERR_INTERNAL) on what charge_write did not write. */
struct str charge_write(struct arena *a, const struct charge_set *s);
bool charge_read(struct arena *a, struct str json, struct charge_set *out, struct err *e);

bool charge_is_empty(const struct charge_set *s);
/* What `given` leaves out is as it was. */
struct charge_set charge_merge(const struct charge_set *before, const struct charge_set *given);
/* Puts every amount into the currency's own places, half-even where it is finer; false when something was rounded.
 * What does not fit at all stays as it is. */
bool charge_round(struct charge_set *s, const struct currency *c);
/* Every amount fits the currency exactly. ERR_INVALID with the pointer inside the set ("/taxes/0/amount"). */
bool charge_check(const struct charge_set *s, const struct currency *c, struct err *e);
/* The same of one amount. */
bool charge_amount_check(struct decimal d, const struct currency *c, const char *name, struct err *e);

/* --- adding up --- */

struct charge_room {
    bool counts; /* false: cancelled */
    int32_t arrival, departure;
    int64_t amount_minor; /* FIELD_INT_NONE */
    const struct charge_set *set;
};
struct charge_whole {
    bool counts; /* false: cancelled, and a total says what that costs */
    int64_t total_minor;
    const struct charge_set *set;
    const struct charge_room *rooms;
    size_t room_count;
    const struct currency *currency;
};

enum charge_kind {
    CHARGE_TOTAL,        /* rooms, extras and taxes are not the total */
    CHARGE_NIGHTS,       /* the nights of a room are not its amount */
    CHARGE_NIGHTS_DATES, /* prices of nights that are not the room's, or twice of the same */
    CHARGE_EXTRA,        /* quantity × unit price is not the extra's amount */
};
struct charge_mismatch {
    enum charge_kind kind;
    size_t room; /* index; SIZE_MAX: the reservation as a whole */
    struct str name;
    int64_t said, sum; /* minor units */
};
#define CHARGE_MISMATCHES 20 /* more of them help nobody */
/* What does not add up, in the arena; NULL and 0 when all does, or when too little is known to tell.
 *
 * A total is compared when every room that is not cancelled has an amount. It is right when it is the rooms and the
 * extras, and on top of them the taxes that come on top. Taxes of which nobody says whether they are included may be in
 * it or not, and so may what comes on top and is collected by the hotel: channels differ in that. */
const struct charge_mismatch *charge_add_up(struct arena *a, const struct charge_whole *w, size_t *count);
/* In words, in the arena. */
struct text charge_mismatch_text(struct arena *a, const struct charge_mismatch *m, const struct currency *c);
/* The pointer of the member that it speaks of ("/rooms/0/amount"). */
struct str charge_mismatch_pointer(struct arena *a, const struct charge_mismatch *m);

#endif
