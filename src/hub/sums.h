/* sums.h: whether a reservation as it is stored adds up (model/charge.h). */
#ifndef HUB_SUMS_H
#define HUB_SUMS_H

#include "store/reservation.h"

/* As charge_add_up, in the arena; a room's index is its place among r->stays. */
const struct charge_mismatch *sums_check(struct arena *a, const struct reservation_row *r, size_t *count);

#endif
