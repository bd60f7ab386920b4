#include "io/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec t = {0};
    clock_gettime(id, &t); /* fails only for a clock that does not exist */
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t system_now_us(void *ctx)
{
    (void)ctx;
    return read_us(CLOCK_REALTIME);
}

static int64_t system_monotonic_us(void *ctx)
{
    (void)ctx;
    return read_us(CLOCK_MONOTONIC);
}

struct clock clock_system(void)
{
    return (struct clock){system_now_us, system_monotonic_us, NULL};
}

static int64_t fixed_us(void *ctx)
{
    const int64_t *us = ctx;
    return *us;
}

struct clock clock_fixed(int64_t *us)
{
    return (struct clock){fixed_us, fixed_us, us};
}

int64_t clock_now_us(const struct clock *c)
{
    return c->now_us(c->ctx);
}

int64_t clock_monotonic_us(const struct clock *c)
{
    return c->monotonic_us(c->ctx);
}

void clock_sleep_ms(int64_t ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}
