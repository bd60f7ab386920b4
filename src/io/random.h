/* random.h: where chance comes from. Like the clock it is handed around, so that a simulated world can repeat
 * itself from a seed. Keys and nonces do not use it: they come from the machine always (io/secret.h). */
#ifndef IO_RANDOM_H
#define IO_RANDOM_H

#include "base/arena.h"

struct random {
    void (*fill)(void *ctx, void *bytes, size_t n);
    void *ctx;
};

/* The machine's generator, fit for secrets; from several threads at once. */
struct random random_system(void);
/* Repeatable from *state (splitmix64), for tests and simulation only; one thread. */
struct random random_seeded(uint64_t *state);

void random_bytes(const struct random *r, void *bytes, size_t n);
/* Evenly from 0 to below - 1; below > 0. */
uint64_t random_below(const struct random *r, uint64_t below);

/* Text that carries at least 8 × n bits of chance. */
struct str random_base62(const struct random *r, struct arena *a,
                         size_t n); /* [0-9A-Za-z], 11 letters for 8 */
struct str random_base64url(const struct random *r, struct arena *a, size_t n); /* [A-Za-z0-9_-], 43 for 32 */

#endif
