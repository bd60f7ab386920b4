#include "format/hint.h"

#include <string.h>

#define EXCERPT_LENGTH  60 /* code points */
#define DISTANCE_LENGTH 64 /* longer names are not compared */

struct str hint_excerpt(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    for (size_t n = 0; s.n > 0; n++) {
        if (n == EXCERPT_LENGTH) {
            buf_add(&b, S("…"));
            break;
        }
        char utf8[4];
        uint32_t code = utf8_next(&s);
        bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
        buf_add(&b, (struct str){utf8, utf8_put(control ? ' ' : code, utf8)});
    }
    return buf_str(&b);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: the table row by row, keeping the last three. */
size_t hint_distance(struct str came, struct str exists)
{
    size_t rows[3][DISTANCE_LENGTH + 1];
    if (came.n > DISTANCE_LENGTH || exists.n > DISTANCE_LENGTH) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= exists.n; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= came.n; i++) {
        size_t *now = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= exists.n; j++) {
            bool same = came.p[i - 1] == exists.p[j - 1];
            now[j] = least(least(above[j], now[j - 1]) + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && came.p[i - 1] == exists.p[j - 2] && came.p[i - 2] == exists.p[j - 1]) {
                now[j] = least(now[j], two_above[j - 2] + 1);
            }
        }
    }
    size_t distance = rows[came.n % 3][exists.n];
    return distance <= 2 && distance < least(came.n, exists.n) ? distance : SIZE_MAX;
}

bool hint_no_such_day(struct err *e, int year, int month, int day)
{
    static const struct {
        const char *en, *fr;
    } months[] = {
        {"January", "janvier"}, {"February", "février"},  {"March", "mars"},
        {"April", "avril"},     {"May", "mai"},           {"June", "juin"},
        {"July", "juillet"},    {"August", "août"},       {"September", "septembre"},
        {"October", "octobre"}, {"November", "novembre"}, {"December", "décembre"},
    };
    if (month < 1 || month > 12) {
        return err_set(e, ERR_INVALID, "there is no month %d", "il n'y a pas de mois %d", month);
    }
    if (year < 1900 || year > 2200) {
        return err_set(e, ERR_INVALID, "the year %d is not between 1900 and 2200",
                       "l'année %d n'est pas comprise entre 1900 et 2200", year);
    }
    return err_set(e, ERR_INVALID, "%d %s%.0s %d does not exist", "le %d %.0s%s %d n'existe pas", day,
                   months[month - 1].en, months[month - 1].fr, year);
}
