#include "connector/csv_dates.h"

#include "connector/csv_text.h"

/* The beginnings that tell months apart, folded; longer ones first where one begins another. */
static const struct {
    struct str begins;
    int month;
} months[] = {
    {S_INIT("jan"), 1},  {S_INIT("ene"), 1},  {S_INIT("fe"), 2},  {S_INIT("mai"), 5},  {S_INIT("may"), 5},
    {S_INIT("mar"), 3},  {S_INIT("maer"), 3}, {S_INIT("mrz"), 3}, {S_INIT("ap"), 4},   {S_INIT("av"), 4},
    {S_INIT("ab"), 4},   {S_INIT("juil"), 7}, {S_INIT("jul"), 7}, {S_INIT("juin"), 6}, {S_INIT("jun"), 6},
    {S_INIT("au"), 8},   {S_INIT("ao"), 8},   {S_INIT("ago"), 8}, {S_INIT("sep"), 9},  {S_INIT("oct"), 10},
    {S_INIT("okt"), 10}, {S_INIT("nov"), 11}, {S_INIT("de"), 12}, {S_INIT("di"), 12},
};

/* A month by name at *i, past a following point; 0 when there is none. */
static int month_at(struct str s, size_t *i)
{
    char plain[16];
    size_t n = 0, at = *i;
    struct str rest = str_sub(s, at, s.n);
    while (rest.n > 0 && n < sizeof plain) {
        struct str before = rest;
        uint32_t c = utf8_next(&rest);
        bool accent = c == 0xE9 || c == 0xC9 || c == 0xFB || c == 0xDB || c == 0xE4 || c == 0xC4;
        if (!accent && !((c | 32) >= 'a' && (c | 32) <= 'z' && c < 0x80)) {
            rest = before;
            break;
        }
        char letter = (char)(c < 0x80 ? c | 32 : (c | 32) == 0xE9 ? 'e' : (c | 32) == 0xFB ? 'u' : 'a');
        plain[n++] = letter;
        if ((c | 32) == 0xE4) { /* März */
            plain[n < sizeof plain ? n : sizeof plain - 1] = 'e';
            n += n < sizeof plain;
        }
    }
    if (n < 3) {
        return 0;
    }
    for (size_t m = 0; m < ARRAY_LEN(months); m++) {
        if (str_starts((struct str){plain, n}, months[m].begins)) {
            *i = s.n - rest.n;
            *i += *i < s.n && s.p[*i] == '.';
            return months[m].month;
        }
    }
    return 0;
}

static int32_t day_of(int year, int year_digits, int month, int day)
{
    if (year_digits != 4 && year_digits != 2) {
        return DATE_NONE;
    }
    return date_from_ymd(year_digits == 2 ? 2000 + year : year, month, day);
}

static void set_day(struct csv_date *d, unsigned orders, int32_t day)
{
    for (unsigned i = 0; i < 3; i++) {
        if ((orders & 1u << i) != 0 && day != DATE_NONE) {
            d->day[i] = day;
            d->orders |= 1u << i;
        }
    }
}

/* 20270714: as day, month, year it would have the month 20, so nothing else is meant. */
static bool compact_read(struct str s, struct csv_date *d, size_t *end)
{
    int v[8];
    for (size_t i = 0; i < 8; i++) {
        if (!csv_text_digit(s, i)) {
            return false;
        }
        v[i] = s.p[i] - '0';
    }
    int32_t day =
        date_from_ymd(v[0] * 1000 + v[1] * 100 + v[2] * 10 + v[3], v[4] * 10 + v[5], v[6] * 10 + v[7]);
    set_day(d, CSV_DATES_ANY, day);
    *end = 8;
    return day != DATE_NONE && !csv_text_digit(s, 8);
}

/* Three numbers with the same sign between them; *end is where they end. */
static bool numbers_read(struct str s, struct csv_date *d, size_t *end)
{
    int v[3], n[3];
    size_t i = 0;
    char sign = 0;
    for (int k = 0; k < 3; k++) {
        if (k > 0) {
            char c = i < s.n ? s.p[i] : '\0';
            if ((c != '-' && c != '/' && c != '.' && c != ' ') || (k == 2 && c != sign)) {
                return false;
            }
            sign = c;
            i++;
        }
        n[k] = csv_text_number(s, &i, 4, &v[k]);
        if (n[k] == 0 || n[k] == 3 || (n[k] == 4 && k == 1)) {
            return false;
        }
    }
    *end = i;
    if (n[0] == 4 && n[2] == 4) {
        return false;
    }
    if (n[0] == 4) {
        set_day(d, CSV_DATES_ANY, day_of(v[0], 4, v[1], v[2]));
    } else if (sign == '.') {
        set_day(d, CSV_DATES_ANY, day_of(v[2], n[2], v[1], v[0]));
    } else {
        set_day(d, CSV_DATES_DMY, day_of(v[2], n[2], v[1], v[0]));
        set_day(d, CSV_DATES_MDY, day_of(v[2], n[2], v[0], v[1]));
        set_day(d, CSV_DATES_YMD, n[2] <= 2 ? day_of(v[0], n[0], v[1], v[2]) : DATE_NONE);
    }
    return true;
}

/* "14 juil. 2027", "14. März 2027", "14-Jul-2027", "Jul 14, 2027", "2027 Jul 14". */
static bool names_read(struct str s, struct csv_date *d, size_t *end)
{
    int v[2] = {0, 0}, n[2] = {0, 0}, month = 0, numbers = 0;
    size_t i = 0;
    while (numbers < 2 || month == 0) {
        if (csv_text_digit(s, i) && numbers < 2) {
            n[numbers] = csv_text_number(s, &i, 4, &v[numbers]);
            if (n[numbers] == 0 || n[numbers] == 3) {
                return false;
            }
            numbers++;
            bool suffix = month == 0 || numbers == 1;
            i += suffix && i < s.n && s.p[i] == '.';
        } else if (month == 0 && (month = month_at(s, &i)) != 0) {
            ;
        } else {
            return false;
        }
        if (numbers == 2 && month != 0) {
            break;
        }
        i += i < s.n && (s.p[i] == ',' || s.p[i] == '-' || s.p[i] == '/');
        csv_text_skip(s, &i);
        if (numbers == 1 && str_starts(str_sub(s, i, s.n), S("de "))) {
            i += 3; /* 14 de julio de 2027 */
        }
    }
    bool year_first = n[0] == 4;
    int year = year_first ? v[0] : v[1], day = year_first ? v[1] : v[0];
    set_day(d, CSV_DATES_ANY, day_of(year, year_first ? 4 : n[1], month, day));
    *end = i;
    return true;
}

/* " 09:26:33", "T10:02:11.5Z", " 9:26 PM", " 10:02 +02:00"; nothing but blanks is fine too. */
static bool time_read(struct str s, size_t i, int64_t *time_us)
{
    *time_us = 0;
    i += i < s.n && (s.p[i] == 'T' || s.p[i] == ',');
    csv_text_skip(s, &i);
    if (i == s.n) {
        return true;
    }
    int part[3] = {0, 0, 0};
    for (int k = 0; k < 3; k++) {
        if (k > 0 && (i == s.n || s.p[i] != ':')) {
            if (k == 1) {
                return false;
            }
            break;
        }
        i += k > 0;
        if (csv_text_number(s, &i, 2, &part[k]) == 0) {
            return false;
        }
    }
    if (i < s.n && s.p[i] == '.') {
        for (i++; csv_text_digit(s, i); i++) {
        }
    }
    csv_text_skip(s, &i);
    struct str rest = str_sub(s, i, s.n);
    bool pm = str_eq_nocase(rest, S("pm")) || str_eq_nocase(rest, S("p.m."));
    bool am = str_eq_nocase(rest, S("am")) || str_eq_nocase(rest, S("a.m."));
    int offset = 0;
    if (am || pm) {
        if (part[0] < 1 || part[0] > 12) {
            return false;
        }
        part[0] = part[0] % 12 + (pm ? 12 : 0);
    } else if (rest.n == 6 && (rest.p[0] == '+' || rest.p[0] == '-') && rest.p[3] == ':') {
        int hours, minutes;
        size_t at = 1, after = 4;
        if (csv_text_number(rest, &at, 2, &hours) != 2 || csv_text_number(rest, &after, 2, &minutes) != 2 ||
            hours > 23 || minutes > 59) { /* RFC 3339, 5.6 */
            return false;
        }
        offset = (hours * 60 + minutes) * (rest.p[0] == '-' ? -1 : 1);
    } else if (rest.n > 0 && !str_eq_nocase(rest, S("Z")) && !str_eq_nocase(rest, S("UTC"))) {
        return false;
    }
    *time_us = ((part[0] * 60LL + part[1] - offset) * 60 + part[2]) * 1000000;
    return part[0] < 24 && part[1] < 60 && part[2] < 61;
}

/* A day that the time's offset takes out of the calendar, in UTC, is none. */
static void keep_in_calendar(struct csv_date *d)
{
    for (unsigned i = 0; i < 3 && d->time_us != 0; i++) {
        if (d->day[i] != DATE_NONE && !instant_in_calendar(instant_of_date(d->day[i]) + d->time_us)) {
            d->day[i] = DATE_NONE;
            d->orders &= ~(1u << i);
        }
    }
}

bool csv_date_read(struct str cell, struct csv_date *out)
{
    *out = (struct csv_date){.day = {DATE_NONE, DATE_NONE, DATE_NONE}};
    size_t end;
    if (cell.n == 0 || cell.n > 60) {
        return false;
    }
    if (!numbers_read(cell, out, &end) && !compact_read(cell, out, &end) && !names_read(cell, out, &end)) {
        return false;
    }
    out->digits = str_sub(cell, 0, end);
    bool good = end == cell.n || time_read(cell, end, &out->time_us);
    keep_in_calendar(out);
    return good;
}

int32_t csv_date_day(const struct csv_date *d, enum csv_dates order)
{
    switch (order) {
    case CSV_DATES_DMY:
        return d->day[0];
    case CSV_DATES_MDY:
        return d->day[1];
    case CSV_DATES_YMD:
        return d->day[2];
    case CSV_DATES_NONE:
    case CSV_DATES_ANY:
        break;
    }
    bool same = d->day[0] == d->day[1] && (d->day[2] == d->day[0]);
    return same ? d->day[0] : DATE_NONE;
}
