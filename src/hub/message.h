/* message.h: the raw messages of an integration, with what became of them, as the hotel sees them. */
#ifndef HUB_MESSAGE_H
#define HUB_MESSAGE_H

#include "hub/env.h"
#include "store/establishment.h"
#include "store/inbox.h"

struct message {
    struct inbox_message raw;
    bool looked_at;               /* false: it waits to be, or was rejected */
    struct inbox_outcome outcome; /* when looked_at */
};

/* Newest first, without bodies and headers. f->integration_id must be given. Messages of an integration that was
 * deleted are still there; ERR_NOT_FOUND for one that never was. */
bool message_list(struct env *env, struct arena *a, const struct establishment *hotel,
                  const struct inbox_filter *f, struct message **list, size_t *count, struct err *e);
/* One, whole. ERR_NOT_FOUND, also when it came by another integration. */
bool message_read(struct env *env, struct arena *a, const struct establishment *hotel,
                  struct str integration_id, int64_t seq, struct message *out, struct err *e);

#endif
