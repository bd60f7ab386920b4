#include "io/batcher.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct hand {
    struct batcher *b;
    pthread_t thread;
    void **batch;
};

struct batcher {
    void (*process)(void *ctx, void **items, size_t count);
    void *ctx;
    struct hand hands[BATCHER_THREADS_MAX];
    size_t hand_count;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    void **ring; /* queue_max slots */
    size_t queue_max, batch_max, first, count;
    bool stop;
};

static void *run(void *arg)
{
    const struct hand *h = arg;
    struct batcher *b = h->b;
    pthread_mutex_lock(&b->lock);
    while (!b->stop || b->count) {
        if (b->count == 0) {
            pthread_cond_wait(&b->wake, &b->lock);
            continue;
        }
        size_t n = 0;
        while (b->count && n < b->batch_max) {
            h->batch[n++] = b->ring[b->first];
            b->first = (b->first + 1) % b->queue_max;
            b->count--;
        }
        pthread_mutex_unlock(&b->lock);
        b->process(b->ctx, h->batch, n);
        pthread_mutex_lock(&b->lock);
    }
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

static void release(struct batcher *b)
{
    pthread_mutex_lock(&b->lock);
    b->stop = true;
    pthread_cond_broadcast(&b->wake);
    pthread_mutex_unlock(&b->lock);
    for (size_t i = 0; i < b->hand_count; i++) {
        pthread_join(b->hands[i].thread, NULL);
        free(b->hands[i].batch);
    }
    pthread_cond_destroy(&b->wake);
    pthread_mutex_destroy(&b->lock);
    free(b->ring);
    free(b);
}

static bool start_hand(struct batcher *b)
{
    struct hand *h = &b->hands[b->hand_count];
    *h = (struct hand){.b = b, .batch = calloc(b->batch_max, sizeof(void *))};
    if (!h->batch || pthread_create(&h->thread, NULL, run, h) != 0) {
        free(h->batch);
        return false;
    }
    b->hand_count++;
    return true;
}

struct batcher *batcher_start(void (*process)(void *ctx, void **items, size_t count), void *ctx,
                              size_t queue_max, size_t batch_max, size_t threads, struct err *e)
{
    struct batcher *b = calloc(1, sizeof(*b));
    if (!b) {
        err_set(e, ERR_INTERNAL, "no memory", "plus de mémoire");
        return NULL;
    }
    *b = (struct batcher){.process = process, .ctx = ctx, .queue_max = queue_max, .batch_max = batch_max};
    b->ring = calloc(queue_max, sizeof(void *));
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->wake, NULL);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the main thread's */
    bool ok = b->ring && threads <= BATCHER_THREADS_MAX;
    for (size_t i = 0; i < threads && ok; i++) {
        ok = start_hand(b);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!ok) {
        release(b);
        err_set(e, ERR_INTERNAL, "cannot start a thread", "impossible de lancer un fil d'exécution");
        return NULL;
    }
    return b;
}

bool batcher_submit(struct batcher *b, void *item)
{
    pthread_mutex_lock(&b->lock);
    bool room = !b->stop && b->count < b->queue_max;
    if (room) {
        b->ring[(b->first + b->count) % b->queue_max] = item;
        b->count++;
        pthread_cond_signal(&b->wake);
    }
    pthread_mutex_unlock(&b->lock);
    return room;
}

void batcher_stop(struct batcher *b)
{
    if (b) {
        release(b);
    }
}
