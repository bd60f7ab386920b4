/* live.h: where listening to a hotel's events begins. */
#ifndef HUB_LIVE_H
#define HUB_LIVE_H

#include "hub/env.h"
#include "store/establishment.h"

/* The number of the newest event; 0 when there was none. What happens later has a higher one (desk_events()). */
bool live_newest(struct env *env, const struct establishment *hotel, int64_t *seq, struct err *e);

#endif
