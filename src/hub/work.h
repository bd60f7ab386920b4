/* work.h: what happens by itself while the server runs: schedules, housekeeping, holds that expire (hub/hold.h), and
 * repairs that a person did not wait for (desk_repair). */
#ifndef HUB_WORK_H
#define HUB_WORK_H

#include "hub/env.h"

struct work {
    struct env *env;
    int64_t next_tidy_us, next_resume_us; /* 0 at first */
};

/* Does what is due and says in how many ms to look again, at the latest. Errors are logged and noted with the
 * integration that has them; they never stop the others. */
int64_t work_tick(struct work *w);

#endif
