/* integration_internal.h: what the parts of hub/integration share. */
#ifndef HUB_INTEGRATION_INTERNAL_H
#define HUB_INTEGRATION_INTERNAL_H

#include "hub/integration.h"

/* The settings of a row in a struct of its connector's own. */
bool integration_open(struct env *env, struct arena *a, const struct integration *row,
                      const struct connector **connector, void **settings, struct err *e);
bool integration_seal(struct env *env, struct arena *a, struct integration *row,
                      const struct connector *connector, const void *settings, struct err *e);
/* settings: NULL when they cannot be opened. made: what is shown this once; NULL: nothing. */
struct integration_view integration_view_of(struct env *env, struct arena *a, const struct integration *row,
                                            const struct connector *connector, const void *settings,
                                            const struct connector_made *made);
const struct integration_hook *integration_hook_of(const struct env *env, struct str type);

#endif
