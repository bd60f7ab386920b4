/* hold.h: rooms that are held for a while only.
 *
 * A hold takes its rooms until its time, expiresAt. No query asks what time it is: when the time has come, the periodic
 * work says so like a message, through hub/apply.h, and what was held is free from that moment on. The history shows it,
 * with the reason "hold_expired". */
#ifndef HUB_HOLD_H
#define HUB_HOLD_H

#include "hub/env.h"

/* Ends the holds whose time has come, of all hotels, some at a time; *more: others are left. A failure in one hotel is
 * logged and does not stop the others. */
bool hold_expire_due(struct env *env, bool *more, struct err *e);

#endif
