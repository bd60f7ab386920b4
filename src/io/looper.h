/* looper.h: a thread that does something again and again: when it is poked, or after a time. It is background work:
 * where the processors are short, those who answer somebody go first. */
#ifndef IO_LOOPER_H
#define IO_LOOPER_H

#include "base/err.h"

struct looper;

/* turn does one round and says after how many ms the next one is due at the latest (0: at once). NULL with *e
 * when the machine gives no thread. */
struct looper *looper_start(int64_t (*turn)(void *ctx), void *ctx, struct err *e);
/* There is something to do; from any thread, never waits. A poke during a round brings one more round. */
void looper_poke(struct looper *l);
/* Waits for the round under way, then ends the thread. Accepts NULL. */
void looper_stop(struct looper *l);

#endif
