/* stock.h: how many rooms of a type can still be sold on a night. */
#ifndef MODEL_STOCK_H
#define MODEL_STOCK_H

#include "base/field.h"

struct room_type {
    int64_t id;
    struct str code; /* the hotel's own, as in a reservation's roomType */
    struct str name;
    int64_t units;       /* rooms of this type; a night's stock unless said otherwise */
    struct str code_key; /* folded (base/fold.h) */
    struct str name_key;
    bool holds_unmapped; /* stays that nobody has mapped hold one of it (hub/apply.h) */
};
/* {code, name, units}: what the API takes and gives. */
extern const struct field_table room_type_fields;

struct stock_day {
    int64_t physical; /* FIELD_INT_NONE: the room type's units */
    int64_t out_of_order;
    int64_t sold;
    int64_t held;
    int64_t overbooking_limit;
    int64_t version;
};

/* How many may be sold and held in all: physical − out of order + overbooking limit, at least 0. */
int64_t stock_capacity(const struct stock_day *d, int64_t units);
/* How many are left to sell: never below 0, however far the night is oversold. */
int64_t stock_available(const struct stock_day *d, int64_t units);
/* sold + held beyond the capacity: invariant 1 broken by what channels had already sold. */
bool stock_is_over(const struct stock_day *d, int64_t units);

#endif
