/* Any bytes as a file of a time zone: what is taken never runs backwards nor out of bounds, and a wall clock that was
 * read leads back to its instant. The first bytes are an instant in seconds. */
#include "fuzz.h"
#include "io/zone.c" /* for file_read(): outside, zones come from the system's folder alone */

static void around(const struct zone *z, int64_t second)
{
    struct zone_time t = zone_at(z, second * 1000000);
    must(t.second >= 0 && t.second < DAY && t.us == 0 && t.offset_s > -DAY - 3600 && t.offset_s < DAY + 7200);
    must(t.date * DAY + t.second == second + t.offset_s);
    must(memchr(t.abbreviation, '\0', sizeof t.abbreviation) != NULL);
    zone_instant(z, t.date, t.second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct str rest = {(const char *)data, size};
    uint64_t second = 0;
    for (int i = 0; i < 5; i++) {
        second = second << 8 | fuzz_byte(&rest);
    }
    struct zone *z = arena_new(&a, struct zone);
    char *bytes = fuzz_exact(rest);
    if (file_read(&a, (struct str){bytes, rest.n}, z)) {
        around(z, (int64_t)second - (INT64_C(1) << 38));
        around(z, 1783000000); /* July 2026 */
        for (size_t i = 0; i < z->count && i < 20; i++) {
            if (z->times[i] > -(INT64_C(1) << 40) && z->times[i] < INT64_C(1) << 40) {
                around(z, z->times[i]);
                around(z, z->times[i] - 1);
            }
        }
    }
    free(bytes);
    return 0;
}
