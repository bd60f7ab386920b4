/* clock.h: what time it is. Whoever needs the time is given a struct clock, so that a test or a simulated world
 * can give another one; only io/ asks the machine. */
#ifndef IO_CLOCK_H
#define IO_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*now_us)(void *ctx); /* the wall clock: µs since 1970-01-01T00:00:00Z; may be set back */
    int64_t (*monotonic_us)(
        void *ctx); /* µs since some moment; never goes back: for durations and timeouts */
    void *ctx;
};

struct clock clock_system(void);

/* A clock that stands where its owner sets it; both readings are *us. */
struct clock clock_fixed(int64_t *us);

/* Waits, for programs that watch another from outside. Nothing in the server waits this way. */
void clock_sleep_ms(int64_t ms);

int64_t clock_now_us(const struct clock *c);
int64_t clock_monotonic_us(const struct clock *c);

#endif
