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

#define NAME_LETTERS 200

static bool may_be_shown(uint32_t c)
{
    return c >= 0x20 && (c < 0x7f || c > 0x9f) && c != 0x200e && c != 0x200f && c != 0x61c &&
           (c < 0x2028 || c > 0x202e) && (c < 0x2066 || c > 0x2069);
}

struct str show_file_name(struct arena *a, struct str name)
{
    size_t count = 0, begin = 0;
    for (size_t i = 0; i < name.n; i++) {
        begin = name.p[i] == '/' || name.p[i] == '\\' ? i + 1 : begin;
    }
    struct buf b = buf_in(a);
    for (struct str rest = str_sub(name, begin, name.n); rest.n > 0;) {
        char letter[4];
        uint32_t c = utf8_next(&rest);
        if (may_be_shown(c)) {
            buf_add(&b, (struct str){letter, utf8_put(c, letter)});
        }
    }
    struct str shown = str_trim(buf_str(&b));
    for (count = utf8_count(shown); count > NAME_LETTERS; count--) {
        utf8_next(&shown);
    }
    return str_trim(shown);
}

const char *show_plural(int64_t n, enum lang lang, const char *one, const char *many)
{
    return n == 1 || (n == 0 && lang == LANG_FR) ? one : many;
}
