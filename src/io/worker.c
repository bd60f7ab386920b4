#include "io/worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define THREADS_MOST 256u
#define QUEUE_MOST   1000000u

struct job {
    void (*fn)(void *arg);
    void *arg;
};

struct worker_pool {
    pthread_mutex_t lock;
    pthread_cond_t more; /* a job was queued, or the pool stops */
    struct job *ring;
    size_t room, first, count;
    size_t idle; /* threads that wait on `more` */
    bool stopping;
    unsigned started;
    pthread_t threads[];
};

static bool take(struct worker_pool *pool, struct job *job)
{
    pthread_mutex_lock(&pool->lock);
    while (!pool->count && !pool->stopping) {
        pool->idle++;
        pthread_cond_wait(&pool->more, &pool->lock);
        pool->idle--;
    }
    bool found = pool->count > 0;
    if (found) {
        *job = pool->ring[pool->first];
        pool->first = pool->first + 1 == pool->room ? 0 : pool->first + 1;
        pool->count--;
    }
    pthread_mutex_unlock(&pool->lock);
    return found;
}

static void *run(void *arg)
{
    struct job job;
    while (take(arg, &job)) {
        job.fn(job.arg);
    }
    return NULL;
}

static bool start_threads(struct worker_pool *pool, unsigned n)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->started < n && !pthread_create(&pool->threads[pool->started], NULL, run, pool)) {
        pool->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pool->started == n;
}

struct worker_pool *worker_start(unsigned n_threads, size_t queue_max, struct err *e)
{
    if (!n_threads || n_threads > THREADS_MOST || !queue_max || queue_max > QUEUE_MOST) {
        err_set(e, ERR_INVALID, "A pool has 1 to %u threads and room for 1 to %u jobs.",
                "Un groupe compte de 1 à %u fils d’exécution et de la place pour 1 à %u tâches.",
                THREADS_MOST, QUEUE_MOST);
        return NULL;
    }
    struct worker_pool *pool = calloc(1, sizeof(*pool) + n_threads * sizeof(pool->threads[0]));
    struct job *ring = calloc(queue_max, sizeof(*ring));
    if (!pool || !ring) {
        free(pool);
        free(ring);
        err_set(e, ERR_INTERNAL, "There is not enough memory to start.",
                "La mémoire disponible ne suffit pas pour démarrer.");
        return NULL;
    }
    pool->ring = ring;
    pool->room = queue_max;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->more, NULL);
    if (!start_threads(pool, n_threads)) {
        worker_stop(pool);
        err_set(e, ERR_INTERNAL, "The system refused to start %u threads: raise its limit on processes.",
                "Le système a refusé de lancer %u fils d’exécution : relevez sa limite de processus.",
                n_threads);
        return NULL;
    }
    return pool;
}

bool worker_submit(struct worker_pool *pool, void (*fn)(void *arg), void *arg)
{
    pthread_mutex_lock(&pool->lock);
    bool taken = !pool->stopping && pool->count < pool->room;
    bool wake = false;
    if (taken) {
        size_t at = pool->first + pool->count;
        pool->ring[at < pool->room ? at : at - pool->room] = (struct job){fn, arg};
        pool->count++;
        wake = pool->idle > 0; /* a busy thread looks at the queue before it waits: no call to the kernel */
    }
    pthread_mutex_unlock(&pool->lock);
    if (wake) {
        pthread_cond_signal(&pool->more);
    }
    return taken;
}

size_t worker_queued(struct worker_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    size_t n = pool->count;
    pthread_mutex_unlock(&pool->lock);
    return n;
}

void worker_stop(struct worker_pool *pool)
{
    if (!pool) {
        return;
    }
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_mutex_unlock(&pool->lock);
    pthread_cond_broadcast(&pool->more);
    for (unsigned i = 0; i < pool->started; i++) {
        pthread_join(pool->threads[i], NULL);
    }
    pthread_cond_destroy(&pool->more);
    pthread_mutex_destroy(&pool->lock);
    free(pool->ring);
    free(pool);
}
