#include "format/hint.h"
#include "format/pick_function.h"

#include <string.h>

struct parts {
    int year, month, day, hour, minute, second;
};

/* One piece of a format: a letter repeated (YYYY), or one character that stands for itself. */
struct piece {
    char letter; /* Y M D H m s, '*' or 0 */
    size_t length;
    char literal;
};

static struct piece next_piece(struct str *format)
{
    char c = format->p[0];
    struct piece piece = {.length = 1};
    if (c == '*' || memchr("YMDHms", c, 6) == NULL) {
        piece.letter = c == '*' ? '*' : '\0';
        piece.literal = c;
    } else {
        piece.letter = c;
        while (piece.length < format->n && format->p[piece.length] == c) {
            piece.length++;
        }
    }
    *format = str_sub(*format, piece.length, format->n);
    return piece;
}

bool pick_date_format_check(struct str format, bool time)
{
    unsigned seen[128] = {0};
    while (format.n > 0) {
        struct piece p = next_piece(&format);
        size_t longest = p.letter == 'Y' ? 4 : p.letter == 'M' ? 3 : 2;
        if (p.letter == '*' && format.n > 0) {
            return false;
        }
        if (p.letter == '\0' || p.letter == '*') {
            continue;
        }
        if (p.length > longest || (p.letter == 'Y' && p.length % 2 != 0) ||
            seen[(unsigned char)p.letter]++ > 0) {
            return false;
        }
    }
    return seen['Y'] && seen['M'] && seen['D'] && (!time || (seen['H'] && seen['m']));
}

/* Reads least to most digits off the front. */
static bool take_digits(struct str *s, size_t least, size_t most, int *out)
{
    size_t n = 0;
    *out = 0;
    for (; n < most && n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++) {
        *out = *out * 10 + (s->p[n] - '0');
    }
    *s = str_sub(*s, n, s->n);
    return n >= least;
}

/* The letters at the front, small. */
static struct str take_letters(struct arena *a, struct str *s)
{
    struct buf b = buf_in(a);
    while (s->n > 0) {
        struct str rest = *s;
        uint32_t code = pick_lower(utf8_next(&rest));
        char utf8[4];
        if (!(code >= 'a' && code <= 'z') && code < 0xc0) {
            break;
        }
        buf_add(&b, (struct str){utf8, utf8_put(code, utf8)});
        *s = rest;
    }
    return buf_str(&b);
}

/* A month by its name or the first three or more letters of it, if no other month begins so. */
static bool take_month(struct arena *a, struct str *s, int *month)
{
    static const struct str names[12][2] = {
        {S_INIT("january"), S_INIT("janvier")},
        {S_INIT("february"), S_INIT("février")},
        {S_INIT("march"), S_INIT("mars")},
        {S_INIT("april"), S_INIT("avril")},
        {S_INIT("may"), S_INIT("mai")},
        {S_INIT("june"), S_INIT("juin")},
        {S_INIT("july"), S_INIT("juillet")},
        {S_INIT("august"), S_INIT("août")},
        {S_INIT("september"), S_INIT("septembre")},
        {S_INIT("october"), S_INIT("octobre")},
        {S_INIT("november"), S_INIT("novembre")},
        {S_INIT("december"), S_INIT("décembre")},
    };
    struct str word = take_letters(a, s);
    int found = 0;
    for (int m = 0; m < 12 && utf8_count(word) >= 3; m++) {
        if (str_starts(names[m][0], word) || str_starts(names[m][1], word)) {
            found++;
            *month = m + 1;
        }
    }
    if (str_starts(*s, S("."))) { /* "juil." */
        *s = str_sub(*s, 1, s->n);
    }
    return found == 1;
}

static bool take_piece(struct arena *a, struct piece p, struct str *s, struct parts *out)
{
    size_t least = p.length == 1 ? 1 : p.length, most = p.length == 1 ? 2 : p.length;
    switch (p.letter) {
    case 'Y':
        if (!take_digits(s, p.length, p.length, &out->year)) {
            return false;
        }
        out->year += p.length == 2 ? 2000 : 0;
        return true;
    case 'M':
        return p.length == 3 ? take_month(a, s, &out->month) : take_digits(s, least, most, &out->month);
    case 'D':
        return take_digits(s, least, most, &out->day);
    case 'H':
        return take_digits(s, least, most, &out->hour);
    case 'm':
        return take_digits(s, least, most, &out->minute);
    case 's':
        return take_digits(s, least, most, &out->second);
    case '*':
        *s = str_sub(*s, s->n, 0);
        return true;
    default:
        if (s->n == 0 || s->p[0] != p.literal) {
            return false;
        }
        *s = str_sub(*s, 1, s->n);
        return true;
    }
}

static bool by_format(struct arena *a, struct str s, struct str format, struct parts *out)
{
    *out = (struct parts){0};
    while (format.n > 0) {
        if (!take_piece(a, next_piece(&format), &s, out)) {
            return false;
        }
    }
    return s.n == 0 && out->hour <= 23 && out->minute <= 59 && out->second <= 60;
}

static bool check_day(struct pick_call *c, const struct parts *p, int32_t *day)
{
    struct err e;
    *day = date_from_ymd(p->year, p->month, p->day);
    if (*day != DATE_NONE) {
        return true;
    }
    hint_no_such_day(&e, p->year, p->month, p->day);
    return pick_fail(c, "%s%.0s", "%.0s%s", e.en, e.fr);
}

/* Text → parts by the format of argument 0. */
static bool formatted(struct pick_call *c, const struct json *v, struct parts *out, int32_t *day)
{
    struct str s, format;
    if (!pick_text_of(c, v, &s) || !pick_arg_text(c, 0, &format)) {
        return false;
    }
    if (!by_format(c->env->a, str_trim(s), format, out)) {
        return pick_fail(c, "“%s” is not written %s", "« %s » n'est pas écrit sous la forme %s",
                         pick_shown(c, s), pick_shown(c, format));
    }
    return check_day(c, out, day);
}

/* The civil date of "2026-07-14" or of a date-time that begins so: as written, whatever its offset. */
static bool iso_date(struct pick_call *c, const struct json *v, int32_t *day)
{
    struct str s, written;
    struct parts p;
    if (!pick_text_of(c, v, &s)) {
        return false;
    }
    written = str_trim(s);
    bool shaped = written.n == 10 || (written.n > 10 && memchr("Tt ", written.p[10], 3) != NULL);
    if (!shaped || !by_format(c->env->a, str_sub(written, 0, 10), S("YYYY-MM-DD"), &p)) {
        return pick_fail(c, "“%s” is not a date written YYYY-MM-DD",
                         "« %s » n'est pas une date écrite YYYY-MM-DD", pick_shown(c, s));
    }
    return check_day(c, &p, day);
}

static bool give_date(struct pick_call *c, struct pick_values *out, int32_t day)
{
    return pick_give_text(c, out, date_fmt(c->env->a, day));
}

static bool fn_date(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct parts p;
    int32_t day = DATE_NONE;
    return (c->count > 0 ? formatted(c, v, &p, &day) : iso_date(c, v, &day)) && give_date(c, out, day);
}

/* RFC 3339, or the same without its offset, which then is UTC. */
static bool iso_instant(struct pick_call *c, const struct json *v, int64_t *us)
{
    struct str s;
    if (!pick_text_of(c, v, &s)) {
        return false;
    }
    struct str written = str_trim(s);
    return instant_parse(written, us) ||
           instant_parse(arena_fmt(c->env->a, "%.*sZ", STR_ARG(str_sub(written, 0, 40))), us) ||
           pick_fail(c, "“%s” is not a date and time such as 2026-07-01T10:02:11Z",
                     "« %s » n'est pas une date et heure telle que 2026-07-01T10:02:11Z", pick_shown(c, s));
}

static bool fn_datetime(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct parts p;
    int32_t day = DATE_NONE;
    int64_t us = 0;
    struct str offset = S("Z");
    if (c->count == 0) {
        return iso_instant(c, v, &us) && pick_give_text(c, out, instant_fmt(c->env->a, us));
    }
    if (!formatted(c, v, &p, &day) || (c->count > 1 && !pick_arg_text(c, 1, &offset))) {
        return false;
    }
    struct str text = arena_fmt(c->env->a, "%04d-%02d-%02dT%02d:%02d:%02d%.*s", p.year, p.month, p.day,
                                p.hour, p.minute, p.second, STR_ARG(offset));
    return (instant_parse(text, &us) || pick_fail(c, "there is no such time", "cette heure n'existe pas")) &&
           pick_give_text(c, out, instant_fmt(c->env->a, us));
}

static bool fn_unix(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct str s, unit = S("s");
    struct decimal d = {0};
    if (!pick_text_of(c, v, &s) || (c->count > 0 && !pick_arg_text(c, 0, &unit))) {
        return false;
    }
    bool ok = decimal_parse(str_trim(s), &d);
    int places = str_eq(unit, S("s")) ? 6 : str_eq(unit, S("ms")) ? 3 : 0;
    int64_t us = d.digits;
    for (int shift = places - d.scale; ok && shift > 0; shift--) {
        ok = !__builtin_mul_overflow(us, 10, &us);
    }
    for (int shift = d.scale - places; ok && shift > 0; shift--) {
        us = us / 10 - (us % 10 < 0); /* down, also before 1970 */
    }
    ok = ok && us >= instant_of_date(date_from_ymd(1900, 1, 1)) &&
         us < instant_of_date(date_from_ymd(2200, 1, 1));
    return ok ? pick_give_text(c, out, instant_fmt(c->env->a, us))
              : pick_fail(c, "“%s” is not a time since 1970 in %s",
                          "« %s » n'est pas une durée depuis 1970 en %s", pick_shown(c, s), unit.p);
}

static bool fn_add_days(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    int32_t day = DATE_NONE;
    int64_t n = 0;
    if (!iso_date(c, v, &day) || !pick_arg_int(c, 0, -40000, 40000, &n)) {
        return false;
    }
    day += (int32_t)n;
    if (day < date_from_ymd(1900, 1, 1) || day > date_from_ymd(2200, 12, 31)) {
        return pick_fail(c, "the date is not between 1900 and 2200",
                         "la date n'est pas comprise entre 1900 et 2200");
    }
    return give_date(c, out, day);
}

static bool fn_nights(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    int32_t from = DATE_NONE, to = DATE_NONE;
    if (!iso_date(c, v, &from)) {
        return false;
    }
    if (c->args[0] == NULL) {
        return pick_fail(c, "the departure has no value", "le départ n'a pas de valeur");
    }
    if (!iso_date(c, c->args[0], &to)) {
        return false;
    }
    return to >= from ? pick_give_number(c, out, arena_fmt(c->env->a, "%d", to - from))
                      : pick_fail(c, "the departure is before the arrival", "le départ précède l'arrivée");
}

const struct pick_function pick_date_functions[] = {
    {.name = "date", .args = "F", .each = fn_date},
    {.name = "datetime", .args = "FO", .each = fn_datetime},
    {.name = "unix", .args = "U", .each = fn_unix},
    {.name = "add_days", .args = "i", .least = 1, .each = fn_add_days},
    {.name = "nights", .args = "t", .least = 1, .each = fn_nights},
    {.name = NULL},
};
