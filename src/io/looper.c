#include "io/looper.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct looper {
    int64_t (*turn)(void *ctx);
    void *ctx;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool poked, stop;
};

static struct timespec deadline_in(int64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

#define NICENESS 10

static void *run(void *arg)
{
    struct looper *l = arg;
    setpriority(PRIO_PROCESS, (id_t)gettid(),
                NICENESS); /* on Linux of this thread alone (setpriority(2), notes) */
    pthread_mutex_lock(&l->lock);
    while (!l->stop) {
        l->poked = false;
        pthread_mutex_unlock(&l->lock);
        struct timespec until = deadline_in(l->turn(l->ctx));
        pthread_mutex_lock(&l->lock);
        int rc = 0;
        while (!l->poked && !l->stop && rc != ETIMEDOUT) {
            rc = pthread_cond_timedwait(&l->wake, &l->lock, &until);
        }
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

struct looper *looper_start(int64_t (*turn)(void *ctx), void *ctx, struct err *e)
{
    struct looper *l = calloc(1, sizeof(*l));
    if (!l) {
        err_set(e, ERR_INTERNAL, "no memory", "plus de mémoire");
        return NULL;
    }
    l->turn = turn;
    l->ctx = ctx;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the main thread's */
    bool ok = pthread_create(&l->thread, NULL, run, l) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!ok) {
        pthread_cond_destroy(&l->wake);
        pthread_mutex_destroy(&l->lock);
        free(l);
        err_set(e, ERR_INTERNAL, "cannot start a thread", "impossible de lancer un fil d'exécution");
        return NULL;
    }
    return l;
}

void looper_poke(struct looper *l)
{
    pthread_mutex_lock(&l->lock);
    l->poked = true;
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->lock);
}

void looper_stop(struct looper *l)
{
    if (!l) {
        return;
    }
    pthread_mutex_lock(&l->lock);
    l->stop = true;
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    pthread_cond_destroy(&l->wake);
    pthread_mutex_destroy(&l->lock);
    free(l);
}
