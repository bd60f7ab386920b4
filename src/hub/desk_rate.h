/* desk_rate.h: rate plans, prices and restrictions, as people at the hotel see and change them.
 *
 * What applies to a night is worked out from the rows when it is read (model/rate.h). Every change is an edit
 * (hub/edit.h), under the hotel's lock (hub/apply.h). */
#ifndef HUB_DESK_RATE_H
#define HUB_DESK_RATE_H

#include "hub/edit.h"
#include "model/rate.h"

/* --- rate plans --- */

bool desk_rate_plans(struct env *env, struct arena *a, const struct establishment *hotel,
                     struct rate_plan **list, size_t *count, struct err *e);
/* ERR_NOT_FOUND. */
bool desk_rate_plan(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id,
                    struct rate_plan *out, struct err *e);
/* Checks and completes *p. ERR_CONFLICT when the code is taken; ERR_NOT_FOUND /derived/parent. */
bool desk_rate_plan_add(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                        struct rate_plan *p, struct err *e);
/* Replaces everything but the code of the plan p->id; ERR_NOT_FOUND. ERR_CONFLICT when prices are there and their
 * currency or the way of pricing would change, or when a derived plan's currency would differ from its parent's. */
bool desk_rate_plan_change(struct env *env, struct arena *a, const struct establishment *hotel,
                           struct str actor, struct rate_plan *p, struct err *e);
/* Deletes a plan that nothing speaks of; one that is in use is made inactive. *out: as it is then. */
bool desk_rate_plan_remove(struct env *env, struct arena *a, const struct establishment *hotel,
                           struct str actor, int64_t id, bool *deleted, struct rate_plan *out, struct err *e);

/* --- what holds when --- */

#define DESK_RATE_NIGHTS 1000 /* at once */
#define DESK_RATE_CELLS                                                                                      \
    100000 /* nights × room types × rate plans that are read, or values that are set, at once */

struct desk_rate_book {
    struct room_type *rooms; /* those asked for */
    size_t room_count;
    struct rate_book book; /* every plan of the hotel by code; rows of the rooms and nights */
};
/* Nights [from, to) of a room type (absent: of all). ERR_INVALID /to; ERR_NOT_FOUND /roomType. */
bool desk_rates(struct env *env, struct arena *a, const struct establishment *hotel, struct str room_type,
                int32_t from, int32_t to, struct desk_rate_book *out, struct err *e);

/* --- changing it --- */

struct desk_rate_set {
    int field;             /* EDIT_PRICE or a restriction */
    bool inherit;          /* take it back: what is inherited holds again */
    int64_t value;         /* of a restriction */
    struct decimal amount; /* of a price, */
    int64_t
        occupancy; /* for so many people; 0: the price per room, or of a plan per person for its base occupancy */
    const char *list; /* where it came from, for errors: "prices"; NULL: a member of its own … */
    size_t index;     /* … and which of it */
};
struct desk_rate_edit {
    const struct str *room_types; /* codes */
    size_t room_type_count;
    const struct str *rate_plans; /* codes; "*": all plans, which have restrictions only */
    size_t rate_plan_count;
    int32_t from, to;  /* half-open */
    unsigned weekdays; /* model/edit.h */
    const struct desk_rate_set *sets;
    size_t set_count;
};
/* What is done although it may be a slip: said once, with how often and where first. */
struct desk_rate_warning {
    const char *code; /* "zero", "jump", "stays", "advance" */
    struct text message;
    size_t count;
    struct str room_type, rate_plan; /* codes */
    int32_t night;
};
#define DESK_RATE_WARNINGS 4
struct desk_rate_edited {
    int64_t edit_id; /* 0: everything was so already */
    size_t cells;    /* values looked at */
    size_t changed;
    struct desk_rate_warning warnings[DESK_RATE_WARNINGS];
    size_t warning_count;
};
/* All of it in one transaction. ERR_INVALID or ERR_NOT_FOUND with pointers like /roomTypes/0, /ratePlans/1, /to,
 * /prices/0/amount, /minStayArrival. */
bool desk_rate_edit(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                    const struct desk_rate_edit *edit, struct desk_rate_edited *out, struct err *e);

/* desk_rate_warn.c: looks at what was changed. */
struct desk_rate_change {
    const struct room_type *room;
    const struct rate_plan *plan; /* NULL: all plans */
    int32_t night;
};
/* A price that was set, after what was (FIELD_INT_NONE: none). */
void desk_rate_warn_price(struct desk_rate_edited *out, const struct desk_rate_change *at, int64_t before,
                          int64_t after);
/* What holds now, by a book that was read after the change. */
void desk_rate_warn_rules(struct desk_rate_edited *out, const struct desk_rate_change *at,
                          const struct rate_book *b);

#endif
