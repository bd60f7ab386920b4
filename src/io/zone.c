#include "io/zone.h"

#include "base/date.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ZONE_DIR      "/usr/share/zoneinfo"
#define ZONE_FILE_MAX (256u << 10) /* the largest real one has 4 KiB */
#define DAY           INT64_C(86400)

struct zone_type {
    int32_t offset_s;
    bool summer;
    char abbreviation[16];
};

/* A day of the year and a time at which a POSIX rule changes the clock. */
struct zone_change {
    enum { CHANGE_MONTH, CHANGE_JULIAN, CHANGE_DAY } kind; /* Mm.w.d, Jn (29 February never counted), n */
    int month, week, weekday;                              /* CHANGE_MONTH; weekday 0 is Sunday */
    int day;                                               /* Jn: 1 to 365, n: 0 to 365 */
    int32_t time_s;                                        /* after midnight, may be negative or past 24 h */
};

struct zone {
    const int64_t *times; /* transitions, ascending */
    const uint8_t *kinds; /* the type from each transition on */
    size_t count;
    struct zone_type *types; /* types[0] holds before the first transition (RFC 8536 section 3.2) */
    size_t type_count;
    bool has_rule;                 /* the rule holds from the last transition on */
    struct zone_type rule[2];      /* standard, summer */
    bool rule_changes;             /* false: standard time all year */
    struct zone_change start, end; /* of summer time */
};

static bool name_valid(struct str name)
{
    if (name.n == 0 || name.n > 64 || str_starts(name, S("posix/")) || str_starts(name, S("right/")) ||
        str_eq(name, S("localtime")) || str_eq(name, S("posixrules")) || str_eq(name, S("Factory")))
        return false;
    char before = '/';
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool other = (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' || c == '/';
        if (!letter && (!other || before == '/')) /* each part begins with a letter: no "..", no "//" */
            return false;
        before = c;
    }
    return before != '/';
}

/* --- the rule that ends the file, e.g. "CET-1CEST,M3.5.0,M10.5.0/3" (RFC 8536 section 3.3) --- */

static bool take(struct str *s, char c)
{
    if (s->n == 0 || *s->p != c)
        return false;
    *s = str_sub(*s, 1, s->n);
    return true;
}

static bool take_number(struct str *s, int max, int *out)
{
    int v = 0, digits = 0;
    while (s->n > 0 && *s->p >= '0' && *s->p <= '9' && digits < 4) {
        v = v * 10 + (*s->p - '0');
        digits++;
        *s = str_sub(*s, 1, s->n);
    }
    *out = v;
    return digits > 0 && v <= max;
}

/* [+-]hh[:mm[:ss]], with at most so many hours: 24 for an offset, 167 for when the clock changes (RFC 8536, 3.3.1). */
static bool take_time(struct str *s, int hours, int32_t *out)
{
    int sign = take(s, '-') ? -1 : 1;
    if (sign > 0)
        take(s, '+');
    int h, m = 0, sec = 0;
    if (!take_number(s, hours, &h) || (take(s, ':') && !take_number(s, 59, &m)) ||
        (take(s, ':') && !take_number(s, 59, &sec)))
        return false;
    *out = sign * (h * 3600 + m * 60 + sec);
    return true;
}

static bool take_abbreviation(struct str *s, char out[static 16])
{
    bool quoted = take(s, '<');
    size_t n = 0;
    while (s->n > 0) {
        char c = *s->p;
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-')))
            break;
        if (n == 15)
            return false;
        out[n++] = c;
        *s = str_sub(*s, 1, s->n);
    }
    out[n] = '\0';
    return n >= 3 && (!quoted || take(s, '>'));
}

static bool take_change(struct str *s, struct zone_change *out)
{
    *out = (struct zone_change){.time_s = 2 * 3600};
    bool good;
    if (take(s, 'M')) {
        out->kind = CHANGE_MONTH;
        good = take_number(s, 12, &out->month) && out->month > 0 && take(s, '.') &&
               take_number(s, 5, &out->week) && out->week > 0 && take(s, '.') &&
               take_number(s, 6, &out->weekday);
    } else {
        out->kind = take(s, 'J') ? CHANGE_JULIAN : CHANGE_DAY;
        good = take_number(s, 365, &out->day) && (out->kind == CHANGE_DAY || out->day > 0);
    }
    return good && (!take(s, '/') || take_time(s, 167, &out->time_s));
}

static bool rule_read(struct str s, struct zone *z)
{
    int32_t west;
    struct zone_type *standard = &z->rule[0], *summer = &z->rule[1];
    if (!take_abbreviation(&s, standard->abbreviation) || !take_time(&s, 24, &west))
        return false;
    standard->offset_s = -west; /* POSIX counts west of Greenwich */
    z->has_rule = true;
    if (s.n == 0)
        return true;
    summer->summer = true;
    summer->offset_s = standard->offset_s + 3600;
    if (!take_abbreviation(&s, summer->abbreviation))
        return false;
    if (s.n > 0 && *s.p != ',') {
        if (!take_time(&s, 24, &west))
            return false;
        summer->offset_s = -west;
    }
    z->rule_changes = true;
    return take(&s, ',') && take_change(&s, &z->start) && take(&s, ',') && take_change(&s, &z->end) &&
           s.n == 0;
}

/* --- the file --- */

static uint32_t be32(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* The counts of a header, in the order in which they stand after byte 20 (RFC 8536 section 3.1). */
struct zone_header {
    uint32_t isut, isstd, leap, time, type, chars;
};

static bool header_read(struct str s, struct zone_header *h)
{
    if (s.n < 44 || !str_starts(s, S("TZif")))
        return false;
    const char *p = s.p + 20;
    *h = (struct zone_header){be32(p), be32(p + 4), be32(p + 8), be32(p + 12), be32(p + 16), be32(p + 20)};
    return h->isut <= 256 && h->isstd <= 256 && h->leap <= 1000 && h->time <= 10000 && h->type <= 256 &&
           h->chars <= 4096;
}

static size_t data_size(const struct zone_header *h, size_t time_size)
{
    return h->time * (time_size + 1) + h->type * (size_t)6 + h->chars + h->leap * (time_size + 4) + h->isstd +
           h->isut;
}

static bool types_read(struct arena *a, struct zone *z, const char *records, struct str chars)
{
    z->types = arena_array(a, struct zone_type, z->type_count);
    for (size_t i = 0; i < z->type_count; i++) {
        const char *r = records + 6 * i;
        size_t at = (unsigned char)r[5];
        struct str name = str_sub(chars, at, chars.n);
        size_t end = str_find_char(name, '\0');
        if (at >= chars.n || end >= sizeof z->types[i].abbreviation)
            return false;
        z->types[i].offset_s = (int32_t)be32(r);
        z->types[i].summer = r[4] != 0;
        memcpy(z->types[i].abbreviation, name.p, end);
        if (z->types[i].offset_s < -DAY || z->types[i].offset_s > DAY)
            return false;
    }
    return true;
}

static bool file_read(struct arena *a, struct str s, struct zone *z)
{
    struct zone_header h;
    if (!header_read(s, &h) || s.p[4] < '2' || s.n - 44 < data_size(&h, 4))
        return false;
    s = str_sub(s, 44 + data_size(&h, 4), s.n); /* the block of 32-bit times is for old readers */
    if (!header_read(s, &h) || s.n - 44 < data_size(&h, 8) || h.type == 0 || h.leap != 0)
        return false;
    const char *p = s.p + 44;
    int64_t *times = arena_array(a, int64_t, h.time + 1);
    uint8_t *kinds = arena_array(a, uint8_t, h.time + 1);
    for (size_t i = 0; i < h.time; i++) {
        times[i] = (int64_t)((uint64_t)be32(p + 8 * i) << 32 | be32(p + 8 * i + 4));
        kinds[i] = (uint8_t)p[8 * (size_t)h.time + i];
        if (kinds[i] >= h.type || (i > 0 && times[i] <= times[i - 1]))
            return false;
    }
    z->times = times;
    z->kinds = kinds;
    z->count = h.time;
    z->type_count = h.type;
    const char *types = p + 9 * (size_t)h.time;
    if (!types_read(a, z, types, (struct str){types + 6 * (size_t)h.type, h.chars}))
        return false;
    struct str rule = str_sub(s, 44 + data_size(&h, 8), s.n);
    if (rule.n < 2 || rule.p[0] != '\n' || rule.p[rule.n - 1] != '\n')
        return false;
    rule = str_sub(rule, 1, rule.n - 2);
    return rule.n == 0 || rule_read(rule, z);
}

/* The file's bytes; false with errno. */
static bool file_bytes(struct arena *a, struct str name, struct str *out)
{
    struct str path = arena_fmt(a, ZONE_DIR "/%.*s", STR_ARG(name));
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    struct buf b = buf_in(a);
    char part[8192];
    ssize_t n;
    while ((n = read(fd, part, sizeof part)) > 0 && b.n <= ZONE_FILE_MAX)
        buf_add(&b, (struct str){part, (size_t)n});
    int problem = n < 0 ? errno : 0;
    close(fd);
    errno = problem;
    *out = buf_str(&b);
    return problem == 0;
}

const struct zone *zone_load(struct arena *a, struct str name, struct err *e)
{
    struct zone *z = arena_new(a, struct zone);
    struct str bytes = {NULL, 0};
    if (name_valid(name)) {
        if (file_bytes(a, name, &bytes) && file_read(a, bytes, z))
            return z;
        if (access(ZONE_DIR, X_OK) != 0) {
            err_set(e, ERR_INTERNAL,
                    "The time zones are not installed (" ZONE_DIR "); install the package tzdata.",
                    "Les fuseaux horaires ne sont pas installés (" ZONE_DIR
                    ") ; installez le paquet tzdata.");
            return NULL;
        }
        if (str_starts(bytes, S("TZif"))) {
            err_set(e, ERR_INTERNAL,
                    "The file of the time zone %.*s is damaged; install the package tzdata again.",
                    "Le fichier du fuseau horaire %.*s est endommagé ; réinstallez le paquet tzdata.",
                    STR_ARG(name));
            return NULL;
        }
    }
    err_set(e, ERR_INVALID, "There is no time zone named \"%.*s\"; write it as Europe/Paris.",
            "Aucun fuseau horaire ne s'appelle « %.*s » ; écrivez-le comme Europe/Paris.",
            (int)(name.n < 80 ? name.n : 80), name.p);
    return NULL;
}

bool zone_exists(struct str name)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 2 * ZONE_FILE_MAX);
    return zone_load(&a, name, NULL) != NULL;
}

/* --- reading it --- */

static int64_t floor_div(int64_t v, int64_t by)
{
    return v / by - (v % by < 0);
}

/* Seconds since 1970 on the wall clock at which the change comes in that year. */
static int64_t change_in_year(const struct zone_change *c, int year)
{
    int32_t first = date_from_ymd(year, 1, 1), day;
    if (c->kind == CHANGE_MONTH) {
        int32_t month = date_from_ymd(year, c->month, 1);
        int32_t next = c->month == 12 ? month + 31 : date_from_ymd(year, c->month + 1, 1);
        int sunday_based = (date_weekday(month) + 1) % 7;
        day = month + (c->weekday - sunday_based + 7) % 7 + 7 * (c->week - 1);
        if (day >= next) /* week 5 is the last one */
            day -= 7;
    } else {
        bool leap = date_from_ymd(year, 2, 29) != DATE_NONE;
        day = first + (c->kind == CHANGE_DAY ? c->day : c->day - 1 + (leap && c->day >= 60));
    }
    return day * DAY + c->time_s;
}

static const struct zone_type *rule_at(const struct zone *z, int64_t second)
{
    const struct zone_type *standard = &z->rule[0], *summer = &z->rule[1];
    int64_t day = floor_div(second + standard->offset_s, DAY);
    if (!z->rule_changes || day < date_from_ymd(1900, 1, 1) || day > date_from_ymd(2199, 12, 31))
        return standard;
    int year, month, d;
    date_to_ymd((int32_t)day, &year, &month, &d);
    int64_t start = change_in_year(&z->start, year) - standard->offset_s;
    int64_t end = change_in_year(&z->end, year) - summer->offset_s;
    bool is_summer = start < end ? second >= start && second < end : second >= start || second < end;
    return is_summer ? summer : standard;
}

static const struct zone_type *type_at(const struct zone *z, int64_t second)
{
    if (z->has_rule && (z->count == 0 || second >= z->times[z->count - 1]))
        return rule_at(z, second);
    size_t low = 0, high = z->count; /* number of transitions at or before the second */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->times[middle] <= second)
            low = middle + 1;
        else
            high = middle;
    }
    return &z->types[low == 0 ? 0 : z->kinds[low - 1]];
}

struct zone_time zone_at(const struct zone *z, int64_t us)
{
    int64_t second = floor_div(us, 1000000);
    const struct zone_type *type = type_at(z, second);
    int64_t wall = second + type->offset_s;
    struct zone_time t = {
        .date = (int32_t)floor_div(wall, DAY),
        .second = (int32_t)(wall - floor_div(wall, DAY) * DAY),
        .us = (int32_t)(us - second * 1000000),
        .offset_s = type->offset_s,
        .summer = type->summer,
    };
    memcpy(t.abbreviation, type->abbreviation, sizeof t.abbreviation);
    return t;
}

int64_t zone_instant(const struct zone *z, int32_t date, int32_t second)
{
    int64_t wall = date * DAY + second;
    /* The offset changes at most once in these two days. */
    int64_t before = wall - DAY, after = wall + DAY;
    int32_t offset = type_at(z, before)->offset_s, later = type_at(z, after)->offset_s;
    int64_t first = wall - offset, last = wall - later;
    if (type_at(z, first)->offset_s == offset)
        return first * 1000000;
    if (type_at(z, last)->offset_s == later)
        return last * 1000000;
    while (after - before > 1) { /* skipped: look for the jump */
        int64_t middle = before + (after - before) / 2;
        if (type_at(z, middle)->offset_s == offset)
            before = middle;
        else
            after = middle;
    }
    return after * 1000000;
}

bool zone_local(struct str name, int64_t us, struct zone_time *out, struct err *e)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 2 * ZONE_FILE_MAX);
    const struct zone *z = zone_load(&a, name, e);
    if (z == NULL)
        return false;
    *out = zone_at(z, us);
    return true;
}
