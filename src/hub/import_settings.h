/* import_settings.h: how a file is to be read, from what the integration's settings and people say. */
#ifndef HUB_IMPORT_SETTINGS_H
#define HUB_IMPORT_SETTINGS_H

#include "hub/import.h"

/* Nothing for an absent id; ERR_NOT_FOUND when the hotel has no such integration, ERR_INVALID when it is not one
 * that reads files. */
bool import_integration_check(struct env *env, struct arena *a, const struct establishment *hotel,
                              struct str integration_id, struct err *e);
/* The answers given for this file, then those of the integration's settings where there is none. *name: the
 * integration's name, *channel: that of bookings that name none by its settings; both absent without one. */
bool import_settings(struct env *env, struct arena *a, const struct establishment *hotel,
                     const struct import_row *row, const struct csv_answer **answers, size_t *count,
                     struct str *name, struct str *channel, struct err *e);
/* {"dates":"dmy",…}: the new ones over the old ones (may be NULL). Card numbers are masked. */
struct str import_answers_json(struct arena *a, const struct json *old, const struct csv_answer *answers,
                               size_t count);

#endif
