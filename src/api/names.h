/* names.h: members of a body that are lists of texts, which a field table does not read: it lets them through as
 * FIELD_JSON. */
#ifndef API_NAMES_H
#define API_NAMES_H

#include "api/call.h"

/* The texts of the member, in the arena; none when it is absent or null. ERR_INVALID with pointer /member/index. */
bool names_read(const struct api_call *c, const char *member, struct str **list, size_t *count,
                struct err *e);
/* {"weekdays": ["friday", "saturday"]} as bits (model/edit.h); absent or null: every day. ERR_INVALID when the list is
 * empty or has something else in it. */
bool names_weekdays(const struct api_call *c, unsigned *out, struct err *e);

#endif
