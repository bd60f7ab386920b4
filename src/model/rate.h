/* rate.h: rate plans, and what a night costs and allows under one. Pure: rows in, values out.
 *
 * A price is for the room and a night, in minor units of the plan's currency. A plan is priced per room (one price,
 * occupancy 0, however many people) or per person (one price for each number of people, of the whole room).
 *
 * A derived plan has no price of its own on most nights: its price is the parent's, plus so many percent or plus an
 * amount, worked out whenever it is read, so that a change of the parent is at once one of the child. A price of its
 * own for a night goes before that. Percentages round half up to the currency's minor unit (12.345 EUR is 12.35), at
 * each step of a chain: the child begins from what the parent shows. A result below 0 or above RATE_MAX_MINOR is no
 * price: nothing is sold for it. A plan per room asks a parent per person for its own base occupancy.
 *
 * A restriction is, in this order: the plan's own, that of all plans of the room type (plan 0), the parent plan's own,
 * its parent's, …; else none. 0 is a value: it says "none" and ends the search. */
#ifndef MODEL_RATE_H
#define MODEL_RATE_H

#include "model/edit.h"

#define RATE_MAX_MINOR     INT64_C(100000000000) /* beyond any sense, whatever the currency */
#define RATE_OCCUPANCY_MAX 30
#define RATE_CHAIN_MAX     8       /* a plan and those it is derived from */
#define RATE_ALL_PLANS     S("*")  /* instead of a plan's code: what holds for all of a room type */
#define RATE_PPM           1000000 /* a whole, in millionths */
#define RATE_PERCENT_MAX   1000    /* a derived plan's, upwards; downwards it is 100 */

enum rate_pricing { RATE_PER_ROOM, RATE_PER_PERSON };
/* OTA code list MPT (meal plan type) knows more; these are what hotels sell. */
enum rate_meal { RATE_ROOM_ONLY, RATE_BREAKFAST, RATE_HALF_BOARD, RATE_FULL_BOARD, RATE_ALL_INCLUSIVE };
enum rate_unit { RATE_HOURS, RATE_DAYS };
extern const char *const rate_pricings[]; /* "room", "person", NULL */
extern const char *const rate_meals[];    /* "room_only", …, NULL */
extern const char *const rate_units[];    /* "hours", "days", NULL */

struct rate_derivation {
    struct str parent;              /* its code; absent: the plan is not derived */
    struct decimal percent, amount; /* one of them; may be below zero */
};
struct rate_cancellation {
    struct str text;            /* as a guest reads it */
    int64_t before;             /* free until so long before arrival; FIELD_INT_NONE: not said */
    int unit;                   /* enum rate_unit; -1 is hours */
    struct decimal fee_percent; /* after that: of the price of the stay, or */
    int64_t fee_nights;         /* so many first nights; FIELD_INT_NONE */
};
struct rate_plan {
    int64_t id;
    struct str code, code_key, name;
    int pricing;            /* enum rate_pricing */
    int64_t base_occupancy; /* people that the plan is shown for */
    struct rate_derivation derived;
    int meal_plan; /* enum rate_meal */
    struct rate_cancellation cancellation;
    int8_t taxes_included;
    struct str currency; /* ISO 4217 */
    int8_t active;
    /* As stored; rate_plan_check() fills them. */
    int64_t parent_id; /* 0: not derived */
    int64_t percent_ppm, amount_minor;
    int64_t fee_ppm;
    int64_t version;
};
/* What the API takes: code, name, pricing, baseOccupancy, derived {parent, percent, amount}, mealPlan,
 * cancellation {text, before, unit, feePercent, feeNights}, taxesIncluded, currency, active. */
extern const struct field_table rate_plan_fields;

/* Completes a plan that came in (defaults: name = code, per room, 2 people, room_only, taxes included, active, the
 * given currency) and checks it alone: ERR_INVALID with the pointer. parent_id is left to who knows the parent. */
bool rate_plan_check(struct rate_plan *p, struct str currency, struct err *e);
/* Puts the wire form of what was read from the store into derived and cancellation. */
void rate_plan_show(struct arena *a, struct rate_plan *p, struct str parent_code);
/* "-10", "12.5": millionths as percent. */
struct decimal rate_percent(int64_t ppm);

/* The plan with this id, or NULL. */
const struct rate_plan *rate_plan_of(const struct rate_plan *plans, size_t count, int64_t id);
/* Whether `plan`, were it derived from the plan parent_id, would be derived from itself (ERR_INVALID) or stand
 * further down than RATE_CHAIN_MAX; what is derived from it counts. Pointer /derived/parent. */
bool rate_chain_check(const struct rate_plan *plans, size_t count, int64_t plan_id, int64_t parent_id,
                      struct err *e);

struct rate_day {
    int64_t room_type_id, rate_plan_id;
    int32_t night;
    int64_t occupancy;
    int64_t minor; /* FIELD_INT_NONE: none of its own */
    int64_t version;
};
struct restriction_day {
    int64_t room_type_id, rate_plan_id;
    int32_t night;
    int64_t values[EDIT_RESTRICTIONS]; /* by field − EDIT_RESTRICTION_FIRST; FIELD_INT_NONE: inherit */
    int64_t version;
};

/* What is known: rows in any order until rate_book_sort(). */
struct rate_book {
    const struct rate_plan *plans;
    size_t plan_count;
    struct rate_day *days;
    size_t day_count;
    struct restriction_day *restrictions;
    size_t restriction_count;
};
void rate_book_sort(struct rate_book *b);

enum rate_from {
    RATE_FROM_NOWHERE,
    RATE_FROM_OWN,
    RATE_FROM_ALL_PLANS, /* restrictions: of the room type as a whole */
    RATE_FROM_PARENT,    /* inherited; a price: derived */
};
extern const char *const rate_froms[]; /* "none", "own", "allPlans", "parent" */
struct rate_value {
    int64_t value; /* FIELD_INT_NONE: none */
    enum rate_from from;
    int64_t plan_id; /* whose row it comes from */
    int64_t version; /* grows whenever the value may have changed */
};
/* occupancy 0: the base occupancy of a plan per person. */
struct rate_value rate_price(const struct rate_book *b, int64_t room_type_id, int64_t plan_id, int32_t night,
                             int64_t occupancy);
struct rate_value rate_restriction(const struct rate_book *b, int64_t room_type_id, int64_t plan_id,
                                   int32_t night, int field);
/* The child's price; FIELD_INT_NONE when it is none. */
int64_t rate_derive(const struct rate_plan *child, int64_t parent_minor);
/* Numbers of people that a plan per person, or one that it is derived from, has a price for in the book, and its base
 * occupancy: bit n for n people. */
uint32_t rate_occupancies(const struct rate_book *b, int64_t room_type_id, int64_t plan_id);
/* The occupancy of the row that a plan's price for so many people is kept in. */
int64_t rate_row_occupancy(const struct rate_plan *p, int64_t occupancy);

#endif
