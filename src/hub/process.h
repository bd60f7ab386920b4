/* process.h: the way from a kept message to the hotel's data: decode, then apply.
 *
 * Messages are processed in the order of their arrival, also after a restart. What became of each is written in
 * the transaction that applied it, so that doing it again does nothing. */
#ifndef HUB_PROCESS_H
#define HUB_PROCESS_H

#include "hub/apply.h"
#include "hub/env.h"
#include "store/inbox.h"

/* Processes what came, up to max messages. *done counts them; fewer than max means that nothing is left. While an
 * integration is paused its messages wait, and so do those that come after them until these are applied. A message that
 * breaks its transaction (ERR_INTERNAL: something is wrong here, not with it) is marked as failed and holds up nothing.
 * False with *e when the store itself cannot be used: everything is as before then, but for what was done already. */
bool process_next(struct env *env, size_t max, size_t *done, struct err *e);

/* Looks again at one message of an integration, with the settings of today; ERR_NOT_FOUND. */
bool process_replay(struct env *env, struct arena *a, const struct establishment *hotel,
                    struct str integration_id, int64_t seq, struct inbox_outcome *out, struct err *e);
/* At all accepted messages of an integration since then, oldest first. only_failed: those that failed. */
struct replay_report {
    int64_t replayed, applied, failed;
};
bool process_replay_since(struct env *env, struct arena *a, const struct establishment *hotel,
                          struct str integration_id, int64_t since_us, bool only_failed,
                          struct replay_report *out, struct err *e);
/* What waited while the integration was paused, in the order of arrival. process_next() does the same for what a stop
 * left waiting. */
bool process_resume(struct env *env, struct arena *a, const struct establishment *hotel,
                    struct str integration_id, struct err *e);

#endif
