/* worker.h: a bounded pool of threads that run jobs from a bounded queue, first in, first out.
 *
 * The queue has a fixed size, so that a flood is refused at the door (the caller answers "busy") and memory
 * stays bounded. Jobs wait for nothing but their own work: a pool is as parallel as it has threads. All signals
 * are blocked in the threads, so that they reach the main thread. */
#ifndef IO_WORKER_H
#define IO_WORKER_H

#include "base/err.h"

struct worker_pool;

/* Starts n_threads (1 to 256) threads and makes room for queue_max (1 to 1,000,000) jobs that have not begun.
 * NULL with *e when the numbers are out of range (ERR_INVALID) or the machine gives no thread (ERR_INTERNAL);
 * then nothing is left running. */
struct worker_pool *worker_start(unsigned n_threads, size_t queue_max, struct err *e);

/* Queues fn(arg), from any thread, also from inside a job. False when the queue is full or the pool is stopping:
 * then fn will not run. What arg points to must live until fn has run. */
bool worker_submit(struct worker_pool *pool, void (*fn)(void *arg), void *arg);

/* Jobs that wait now, for a metric. */
size_t worker_queued(struct worker_pool *pool);

/* Refuses new jobs, runs all that are queued, waits for them and frees the pool. Not from inside a job.
 * Accepts NULL. */
void worker_stop(struct worker_pool *pool);

#endif
