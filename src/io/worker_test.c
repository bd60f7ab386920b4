#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/worker.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>

static atomic_int done;

static void count(void *arg)
{
    (void)arg;
    atomic_fetch_add(&done, 1);
}

static void hold(void *arg)
{
    sem_wait(arg);
    atomic_fetch_add(&done, 1);
}

static void refuses_nonsense(void **state)
{
    (void)state;
    struct err e;
    assert_null(worker_start(0, 1, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_null(worker_start(1, 0, &e));
    assert_null(worker_start(1000000, 1, &e));
    assert_null(worker_start(1, SIZE_MAX, NULL));
    worker_stop(NULL);
}

static void runs_everything_once(void **state)
{
    (void)state;
    atomic_store(&done, 0);
    struct worker_pool *pool = worker_start(4, 20000, NULL);
    assert_non_null(pool);
    for (int i = 0; i < 20000; i++) {
        assert_true(worker_submit(pool, count, NULL));
    }
    worker_stop(pool); /* drains */
    assert_int_equal(atomic_load(&done), 20000);
}

static void says_no_when_full(void **state)
{
    (void)state;
    atomic_store(&done, 0);
    sem_t gate;
    sem_init(&gate, 0, 0);
    struct worker_pool *pool = worker_start(1, 3, NULL);
    assert_true(worker_submit(pool, hold, &gate));
    while (worker_queued(pool)) { /* until the thread has it */
        sched_yield();
    }
    for (int i = 0; i < 3; i++) {
        assert_true(worker_submit(pool, hold, &gate));
    }
    assert_int_equal(worker_queued(pool), 3);
    assert_false(worker_submit(pool, hold, &gate));
    for (int i = 0; i < 4; i++) {
        sem_post(&gate);
    }
    worker_stop(pool);
    assert_int_equal(atomic_load(&done), 4);
    sem_destroy(&gate);
}

struct order {
    int seen[100];
    int n;
};

struct step {
    struct order *order;
    int i;
};

static void note(void *arg)
{
    struct step *s = arg;
    s->order->seen[s->order->n++] = s->i;
}

static void keeps_the_order(void **state)
{
    (void)state;
    struct order order = {0};
    struct step steps[100];
    struct worker_pool *pool = worker_start(1, 7, NULL);
    for (int i = 0; i < 100; i++) {
        steps[i] = (struct step){&order, i};
        while (!worker_submit(pool, note, &steps[i])) {
            sched_yield();
        }
    }
    worker_stop(pool);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(order.seen[i], i);
    }
}

struct nested {
    struct worker_pool *pool;
    atomic_int depth;
};

static void nest(void *arg)
{
    struct nested *n = arg;
    if (atomic_fetch_add(&n->depth, 1) < 9) {
        assert_true(worker_submit(n->pool, nest, n));
    }
}

static void a_job_may_submit(void **state)
{
    (void)state;
    struct nested n = {worker_start(2, 2, NULL), 0};
    assert_true(worker_submit(n.pool, nest, &n));
    while (atomic_load(&n.depth) < 10) {
        sched_yield();
    }
    worker_stop(n.pool);
    assert_int_equal(atomic_load(&n.depth), 10);
}

static void look_at_mask(void *arg)
{
    pthread_sigmask(SIG_SETMASK, NULL, arg);
}

static void signals_go_elsewhere(void **state)
{
    (void)state;
    sigset_t mask;
    sigemptyset(&mask);
    struct worker_pool *pool = worker_start(1, 1, NULL);
    assert_true(worker_submit(pool, look_at_mask, &mask));
    worker_stop(pool);
    assert_int_equal(sigismember(&mask, SIGTERM), 1);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    assert_int_equal(sigismember(&mask, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_nonsense),  cmocka_unit_test(runs_everything_once),
        cmocka_unit_test(says_no_when_full), cmocka_unit_test(keeps_the_order),
        cmocka_unit_test(a_job_may_submit),  cmocka_unit_test(signals_go_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
