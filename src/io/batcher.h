/* batcher.h: a thread that takes whatever has come since it last looked, all at once. What one commit can
 * carry waits for one commit: many requests, one fsync. */
#ifndef IO_BATCHER_H
#define IO_BATCHER_H

#include "base/err.h"

struct batcher;

/* process is called on the batcher's thread with 1 to batch_max items in order of arrival. NULL with *e when
 * the machine gives no thread or memory. */
struct batcher *batcher_start(void (*process)(void *ctx, void **items, size_t count), void *ctx,
                              size_t queue_max, size_t batch_max, struct err *e);
/* From any thread, without waiting. False when the queue is full or the batcher is stopping. */
bool batcher_submit(struct batcher *b, void *item);
/* Processes what is queued, then ends the thread. Accepts NULL. */
void batcher_stop(struct batcher *b);

#endif
