#include "base/show.h"

static const char *const months[2][12] = {
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
     "November", "December"},
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
     "novembre", "décembre"},
};

/* "14" or, for the first of a month in French, "1er". */
static struct str day_of(struct arena *a, int day, enum lang lang)
{
    return arena_fmt(a, lang == LANG_FR && day == 1 ? "%der" : "%d", day);
}

struct str show_date(struct arena *a, int32_t d, enum lang lang)
{
    int y, m, day;
    date_to_ymd(d, &y, &m, &day);
    return arena_fmt(a, "%.*s %s %d", STR_ARG(day_of(a, day, lang)), months[lang == LANG_FR][m - 1], y);
}

struct str show_stay(struct arena *a, int32_t arrival, int32_t departure, enum lang lang)
{
    int y1, m1, d1, y2, m2, d2;
    date_to_ymd(arrival, &y1, &m1, &d1);
    date_to_ymd(departure, &y2, &m2, &d2);
    struct str from =
        y1 != y2   ? show_date(a, arrival, lang)
        : m1 != m2 ? arena_fmt(a, "%.*s %s", STR_ARG(day_of(a, d1, lang)), months[lang == LANG_FR][m1 - 1])
                   : day_of(a, d1, lang);
    struct str to = show_date(a, departure, lang);
    if (lang == LANG_FR) {
        return arena_fmt(a, "du %.*s au %.*s", STR_ARG(from), STR_ARG(to));
    }
    bool short_form = y1 == y2 && m1 == m2;
    return arena_fmt(a, "%.*s%s%.*s", STR_ARG(from), short_form ? "–" : " – ", STR_ARG(to));
}

const char *show_plural(int64_t n, enum lang lang, const char *one, const char *many)
{
    return n == 1 || (n == 0 && lang == LANG_FR) ? one : many;
}
