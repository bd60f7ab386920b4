/* batcher.h: threads that take whatever has come since they last looked, all at once. What one commit can carry waits
 * for one commit: many requests, one fsync. With two of them one prepares its batch while the other's is written. */
#ifndef IO_BATCHER_H
#define IO_BATCHER_H

#include "base/err.h"

struct batcher;

/* process is called on the batcher's threads, at most BATCHER_THREADS_MAX, with 1 to batch_max items in order of arrival;
 * of two batches under way either may end first. NULL with *e when the machine gives no thread or memory. */
#define BATCHER_THREADS_MAX 4
struct batcher *batcher_start(void (*process)(void *ctx, void **items, size_t count), void *ctx,
                              size_t queue_max, size_t batch_max, size_t threads, struct err *e);
/* From any thread, without waiting. False when the queue is full or the batcher is stopping. */
bool batcher_submit(struct batcher *b, void *item);
/* Processes what is queued, then ends the threads. Accepts NULL. */
void batcher_stop(struct batcher *b);

#endif
