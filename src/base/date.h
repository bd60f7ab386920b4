/* date.h: civil dates and instants.
 *
 * A night is a civil date; a stay is half-open [arrival, departure). Nights are never computed from
 * instants, so that no time zone can shift them. Gregorian calendar, years 1900 to 2200. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/arena.h"

/* A day is an int32_t: days since 1970-01-01. */
#define DATE_NONE         INT32_MIN
#define INSTANT_NONE      INT64_MIN /* instants: microseconds since 1970-01-01T00:00:00Z */
#define DATE_TEXT_SIZE    11        /* "2026-07-14" and NUL */
#define INSTANT_TEXT_SIZE 28        /* "2026-07-14T10:02:11.000000Z" and NUL */

/* DATE_NONE when there is no such day. */
int32_t date_from_ymd(int year, int month, int day);
void date_to_ymd(int32_t d, int *year, int *month, int *day);
int date_weekday(int32_t d); /* 0 Monday … 6 Sunday */
/* Exactly YYYY-MM-DD and a day that exists. */
bool date_parse(struct str s, int32_t *out);
struct str date_text(int32_t d, char out[static DATE_TEXT_SIZE]);
struct str date_fmt(struct arena *a, int32_t d);

/* RFC 3339: 2026-07-01T10:02:11Z, with fraction (cut to µs) and offset; 't', 'z' and ' ' accepted. */
bool instant_parse(struct str s, int64_t *out_us);
bool instant_in_calendar(int64_t us); /* in UTC it is in the years 1900 to 2200, so that it can be written */
/* UTC; the fraction is written only when it is not zero. */
struct str instant_text(int64_t us, char out[static INSTANT_TEXT_SIZE]);
struct str instant_fmt(struct arena *a, int64_t us);
int64_t instant_of_date(int32_t d); /* its midnight UTC */

#endif
