#include "io/batcher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <semaphore.h>

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
    struct batcher *b = batcher_start(process, &s, ITEMS, 100, &e);
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
    struct batcher *b = batcher_start(process, &s, 2, 1, &e);
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_batches), cmocka_unit_test(test_full)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
