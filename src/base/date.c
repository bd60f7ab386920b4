#include "base/date.h"

#include <stdio.h>

/* Days from civil and back: the algorithms of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static int32_t days_from_civil(int y, int m, int d)
{
    y -= m <= 2;
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void date_to_ymd(int32_t days, int *year, int *month, int *day)
{
    int z = days + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp + (mp < 10 ? 3 : -9);
    *year = yoe + era * 400 + (*month <= 2);
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : lengths[month - 1];
}

int32_t date_from_ymd(int year, int month, int day)
{
    if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > month_length(year, month)) {
        return DATE_NONE;
    }
    return days_from_civil(year, month, day);
}

int date_weekday(int32_t d)
{
    int w = (d + 3) % 7; /* 1970-01-01 was a Thursday */
    return w < 0 ? w + 7 : w;
}

/* n digits at s.p[at] as a number, or -1. */
static int digits(struct str s, size_t at, size_t n)
{
    int v = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= s.n || s.p[i] < '0' || s.p[i] > '9') {
            return -1;
        }
        v = v * 10 + (s.p[i] - '0');
    }
    return v;
}

bool date_parse(struct str s, int32_t *out)
{
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-') {
        return false;
    }
    int y = digits(s, 0, 4), m = digits(s, 5, 2), d = digits(s, 8, 2);
    int32_t days = y < 0 || m < 0 || d < 0 ? DATE_NONE : date_from_ymd(y, m, d);
    if (days == DATE_NONE) {
        return false;
    }
    *out = days;
    return true;
}

struct str date_text(int32_t d, char out[static DATE_TEXT_SIZE])
{
    int y, m, day;
    date_to_ymd(d, &y, &m, &day);
    unsigned v[3] = {(unsigned)y % 10000u, (unsigned)m % 100u, (unsigned)day % 100u};
    snprintf(out, DATE_TEXT_SIZE, "%04u-%02u-%02u", v[0], v[1], v[2]);
    return (struct str){out, DATE_TEXT_SIZE - 1};
}

struct str date_fmt(struct arena *a, int32_t d)
{
    char text[DATE_TEXT_SIZE];
    return arena_str(a, date_text(d, text));
}

/* The zone at s.p[at] to its end: 'Z' or ±hh:mm; seconds east of UTC. */
static bool zone_parse(struct str s, size_t at, int *seconds)
{
    if (at + 1 == s.n && (s.p[at] == 'Z' || s.p[at] == 'z')) {
        *seconds = 0;
        return true;
    }
    if (at + 6 != s.n || (s.p[at] != '+' && s.p[at] != '-') || s.p[at + 3] != ':') {
        return false;
    }
    int h = digits(s, at + 1, 2), m = digits(s, at + 4, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59) {
        return false;
    }
    *seconds = (h * 60 + m) * 60 * (s.p[at] == '-' ? -1 : 1);
    return true;
}

bool instant_in_calendar(int64_t us)
{
    return us >= instant_of_date(days_from_civil(1900, 1, 1)) &&
           us < instant_of_date(days_from_civil(2201, 1, 1));
}

bool instant_parse(struct str s, int64_t *out_us)
{
    int32_t day;
    if (s.n < 20 || !date_parse(str_sub(s, 0, 10), &day) ||
        (s.p[10] != 'T' && s.p[10] != 't' && s.p[10] != ' ') || s.p[13] != ':' || s.p[16] != ':') {
        return false;
    }
    int h = digits(s, 11, 2), m = digits(s, 14, 2), sec = digits(s, 17, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 ||
        sec > 60) { /* 60: a leap second is the next minute */
        return false;
    }
    size_t at = 19;
    int64_t fraction = 0;
    if (s.p[at] == '.') {
        int64_t unit = 100000;
        size_t first = ++at;
        for (; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++) {
            fraction += unit * (s.p[at] - '0');
            unit /= 10;
        }
        if (at == first) {
            return false;
        }
    }
    int zone;
    if (!zone_parse(s, at, &zone)) {
        return false;
    }
    int64_t seconds = (int64_t)day * 86400 + h * 3600 + m * 60 + sec - zone;
    int64_t us = seconds * 1000000 + fraction;
    if (!instant_in_calendar(us)) {
        return false; /* what could not be written must not be read */
    }
    *out_us = us;
    return true;
}

struct str instant_text(int64_t us, char out[static INSTANT_TEXT_SIZE])
{
    int64_t seconds = us / 1000000, fraction = us % 1000000;
    if (fraction < 0) {
        fraction += 1000000;
        seconds--;
    }
    int64_t day = seconds / 86400, rest = seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        day--;
    }
    char date[DATE_TEXT_SIZE];
    date_text((int32_t)day, date);
    unsigned h = (unsigned)(rest / 3600) % 24u, m = (unsigned)(rest / 60 % 60), s = (unsigned)(rest % 60);
    int n = fraction ? snprintf(out, INSTANT_TEXT_SIZE, "%sT%02u:%02u:%02u.%06uZ", date, h, m, s,
                                (unsigned)fraction % 1000000u)
                     : snprintf(out, INSTANT_TEXT_SIZE, "%sT%02u:%02u:%02uZ", date, h, m, s);
    return (struct str){out, (size_t)n};
}

struct str instant_fmt(struct arena *a, int64_t us)
{
    char text[INSTANT_TEXT_SIZE];
    return arena_str(a, instant_text(us, text));
}

int64_t instant_of_date(int32_t d)
{
    return (int64_t)d * 86400 * 1000000;
}
