#include "io/looper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <semaphore.h>
#include <stdatomic.h>

struct rounds {
    atomic_int count;
    sem_t done;
    int64_t next_ms;
};

static int64_t turn(void *ctx)
{
    struct rounds *r = ctx;
    atomic_fetch_add(&r->count, 1);
    sem_post(&r->done);
    return r->next_ms;
}

/* A poke brings a round although the time is far away; stopping does not wait for it. */
static void test_poke(void **state)
{
    (void)state;
    struct rounds r = {.next_ms = 3600000};
    struct err e;
    sem_init(&r.done, 0, 0);
    struct looper *l = looper_start(turn, &r, &e);
    assert_non_null(l);
    sem_wait(&r.done);
    looper_poke(l);
    sem_wait(&r.done);
    looper_stop(l);
    assert_true(atomic_load(&r.count) >= 2);
    sem_destroy(&r.done);
}

/* Without a poke the time brings it. */
static void test_time(void **state)
{
    (void)state;
    struct rounds r = {.next_ms = 1};
    struct err e;
    sem_init(&r.done, 0, 0);
    struct looper *l = looper_start(turn, &r, &e);
    assert_non_null(l);
    for (int i = 0; i < 5; i++) {
        sem_wait(&r.done);
    }
    looper_stop(l);
    sem_destroy(&r.done);
    looper_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_poke), cmocka_unit_test(test_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
