/* health.h: can the stores be read? */
#ifndef HUB_HEALTH_H
#define HUB_HEALTH_H

#include "hub/env.h"

/* Reads a little from each store; the store's error when one does not answer. */
bool health_stores(struct env *env, struct err *e);

#endif
