/* zone.h: IANA time zones, read from the system's zone files without touching the process's own zone.
 *
 * libc's localtime_r() follows one TZ variable for the whole process, so a program that serves hotels in
 * several zones cannot use it from threads. This reads the TZif files of /usr/share/zoneinfo itself (RFC 8536,
 * version 2 and up, with the POSIX rule that ends the file for the years after its table). Nothing is kept
 * between calls: a changed zone file counts at once; a loop loads the zone once with zone_load().
 *
 * Names are those of the IANA database ("Europe/Paris"); the system's private ones ("localtime", "posix/…",
 * "right/…", which counts leap seconds) are not names of zones here. */
#ifndef IO_ZONE_H
#define IO_ZONE_H

#include "base/arena.h"
#include "base/err.h"

struct zone; /* lives in the arena that it was loaded into; may be read by several threads */

/* The wall clock of a place. */
struct zone_time {
    int32_t date;          /* civil date, days since 1970-01-01 (base/date.h) */
    int32_t second;        /* of the day, 0 to 86399, as the clock on the wall shows it */
    int32_t us;            /* 0 to 999999 */
    int32_t offset_s;      /* east of UTC */
    bool summer;           /* daylight saving time */
    char abbreviation[16]; /* "CEST" */
};

/* True when the name is well formed and the system has its zone. */
bool zone_exists(struct str name);
/* NULL with *e: ERR_INVALID for a zone that does not exist, ERR_INTERNAL for a file that cannot be read. */
const struct zone *zone_load(struct arena *a, struct str name, struct err *e);

/* What the wall clock shows at the instant (µs since 1970 UTC). */
struct zone_time zone_at(const struct zone *z, int64_t us);
/* The instant at which the wall clock shows the second of that day. A time that occurs twice (autumn) gives the
 * first; a time that is skipped (spring) gives the moment of the jump itself, as cron users expect: a job set in
 * the skipped hour runs once, right after it. */
int64_t zone_instant(const struct zone *z, int32_t date, int32_t second);

/* zone_load and zone_at for a single use. */
bool zone_local(struct str name, int64_t us, struct zone_time *out, struct err *e);

#endif
