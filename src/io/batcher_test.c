#include "io/batcher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#define ITEMS 1000

struct seen {
    uintptr_t items[ITEMS];
    size_t count, largest;
    sem_t gate; /* the first batch waits here */
    bool gated;
};

static void process(void *ctx, void **items, size_t count)
{
    struct seen *s = ctx;
    if (s->gated) {
        s->gated = false;
        sem_wait(&s->gate);
    }
    s->largest = count > s->largest ? count : s->largest;
    for (size_t i = 0; i < count; i++) {
        s->items[s->count++] = (uintptr_t)items[i];
    }
}

/* What comes while a batch is under way is one batch, in order, nothing lost at the stop. */
static void test_batches(void **state)
{
    (void)state;
    static struct seen s;
    struct err e;
    s = (struct seen){.gated = true};
    sem_init(&s.gate, 0, 0);
    struct batcher *b = batcher_start(process, &s, ITEMS, 100, 1, &e);
    assert_non_null(b);
    for (uintptr_t i = 0; i < ITEMS - 200; i++) {
        assert_true(batcher_submit(b, (void *)(i + 1)));
    }
    sem_post(&s.gate);
    batcher_stop(b);
    assert_int_equal(s.count, ITEMS - 200);
    assert_int_equal(s.largest, 100);
    for (uintptr_t i = 0; i < s.count; i++) {
        assert_int_equal(s.items[i], i + 1);
    }
    sem_destroy(&s.gate);
}

static void test_full(void **state)
{
    (void)state;
    static struct seen s;
    struct err e;
    s = (struct seen){.gated = true};
    sem_init(&s.gate, 0, 0);
    struct batcher *b = batcher_start(process, &s, 2, 1, 1, &e);
    assert_non_null(b);
    int taken = 0;
    for (uintptr_t i = 0; i < 10; i++) {
        taken += batcher_submit(b, (void *)(i + 1));
    }
    assert_in_range(taken, 2, 3); /* one may be under way already */
    sem_post(&s.gate);
    batcher_stop(b);
    assert_int_equal(s.count, taken);
    sem_destroy(&s.gate);
}

struct meeting {
    pthread_barrier_t both;
    atomic_int items;
};

static void meet(void *ctx, void **items, size_t count)
{
    struct meeting *m = ctx;
    (void)items;
    pthread_barrier_wait(&m->both); /* nobody comes past it alone */
    atomic_fetch_add(&m->items, (int)count);
}

/* With two threads a batch does not wait for the one under way. */
static void test_two_at_once(void **state)
{
    (void)state;
    struct meeting m = {.items = 0};
    struct err e;
    pthread_barrier_init(&m.both, NULL, 2);
    struct batcher *b = batcher_start(meet, &m, ITEMS, 1, 2, &e);
    assert_non_null(b);
    for (uintptr_t i = 0; i < 20; i++) {
        assert_true(batcher_submit(b, (void *)(i + 1)));
    }
    batcher_stop(b);
    assert_int_equal(m.items, 20);
    pthread_barrier_destroy(&m.both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_batches), cmocka_unit_test(test_full),
                                       cmocka_unit_test(test_two_at_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
