#include "io/random.h"

#include "format/base64.h"
#include "io/secret.h"

#include <string.h>

static void system_fill(void *ctx, void *bytes, size_t n)
{
    (void)ctx;
    secret_random(bytes, n);
}

struct random random_system(void)
{
    return (struct random){system_fill, NULL};
}

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. */
static void seeded_fill(void *ctx, void *bytes, size_t n)
{
    uint64_t *state = ctx;
    for (char *p = bytes; n > 0;) {
        uint64_t z = *state += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        z ^= z >> 31;
        size_t part = n < sizeof z ? n : sizeof z;
        memcpy(p, &z, part);
        p += part;
        n -= part;
    }
}

struct random random_seeded(uint64_t *state)
{
    return (struct random){seeded_fill, state};
}

void random_bytes(const struct random *r, void *bytes, size_t n)
{
    r->fill(r->ctx, bytes, n);
}

uint64_t random_below(const struct random *r, uint64_t below)
{
    /* Values past the last whole multiple of below would make the small ones likelier: drawn again. */
    uint64_t skip = (UINT64_MAX - below + 1) % below;
    for (;;) {
        uint64_t v;
        random_bytes(r, &v, sizeof v);
        if (v >= skip)
            return v % below;
    }
}

struct str random_base62(const struct random *r, struct arena *a, size_t n)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    size_t length = (n * 8 * 1000 + 5953) / 5954; /* log2(62) = 5.954… bits a letter */
    char *out = arena_alloc(a, length + 1);
    uint8_t pool[64];
    size_t left = 0;
    for (size_t i = 0; i < length;) {
        if (left == 0)
            random_bytes(r, pool, left = sizeof pool);
        uint8_t v = pool[--left];
        if (v < 248) /* 4 × 62: evenly, or not at all */
            out[i++] = letters[v % 62];
    }
    secret_wipe(pool, sizeof pool);
    return (struct str){out, length};
}

struct str random_base64url(const struct random *r, struct arena *a, size_t n)
{
    char *bytes = arena_alloc(a, n + 1);
    random_bytes(r, bytes, n);
    struct str text = base64_url_encode(a, (struct str){bytes, n});
    secret_wipe(bytes, n);
    return text;
}
