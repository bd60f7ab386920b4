/* guest.h: the people who stay, and the rate plans that reservations were sold under, as the hotel sees them. */
#ifndef HUB_GUEST_H
#define HUB_GUEST_H

#include "hub/env.h"
#include "store/establishment.h"
#include "store/guest.h"

#define GUEST_RATE_PLANS 1000 /* more different names than that are not shown */

/* Newest first. */
bool guest_list(struct env *env, struct arena *a, const struct establishment *hotel,
                const struct guest_filter *f, struct guest_row **list, size_t *count, struct err *e);
/* The names of rate plans seen so far, in order. */
bool guest_rate_plan_list(struct env *env, struct arena *a, const struct establishment *hotel,
                          struct str **names, size_t *count, struct err *e);

#endif
