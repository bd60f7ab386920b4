/* Any text as a date, an instant, and a date in a cell: what is read exists, and is read again from its own words. Lines:
 * a date, an instant, a cell; each is read as all of them. */
#include "base/date.h"
#include "base/show.h"
#include "connector/csv_dates.h"
#include "fuzz.h"

static void day_exists(int32_t day)
{
    int year, month, d;
    date_to_ymd(day, &year, &month, &d);
    must(year >= 1900 && year <= 2200 && month >= 1 && month <= 12 && d >= 1 && d <= 31);
    must(date_from_ymd(year, month, d) == day);
    must(date_weekday(day + 1 - (day == INT32_MAX)) == (date_weekday(day) + 1) % 7);
}

static void read_line(struct arena *a, struct str s)
{
    char date[DATE_TEXT_SIZE], instant[INSTANT_TEXT_SIZE];
    int32_t day;
    int64_t us, again;
    if (date_parse(s, &day)) {
        day_exists(day);
        must(str_eq(date_text(day, date), s));
        must(show_date(a, day, LANG_EN).n > 0 && show_stay(a, day, day + 1, LANG_FR).n > 0);
    }
    if (instant_parse(s, &us)) {
        must(instant_parse(instant_text(us, instant), &again) && again == us);
    }
    struct csv_date cell = {0};
    if (!csv_date_read(s, &cell)) {
        return;
    }
    must(cell.orders <= CSV_DATES_ANY);
    must(cell.digits.p >= s.p && cell.digits.p + cell.digits.n <= s.p + s.n);
    must(cell.time_us > -2 * INT64_C(86400000000) && cell.time_us < 2 * INT64_C(86400000000));
    for (unsigned i = 0; i < 3; i++) {
        must(!(cell.orders & (1u << i)) == (cell.day[i] == DATE_NONE));
        must(csv_date_day(&cell, (enum csv_dates)(1u << i)) == cell.day[i]);
        if (cell.day[i] != DATE_NONE) {
            struct csv_date written = {0};
            day_exists(cell.day[i]);
            /* Written with the year in front it is the same day in every order. */
            must(csv_date_read(date_text(cell.day[i], date), &written) && written.orders == CSV_DATES_ANY &&
                 csv_date_day(&written, CSV_DATES_NONE) == cell.day[i]);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    for (struct str rest = {(const char *)data, size}; str_given(rest);) {
        read_line(&a, str_cut(&rest, '\n'));
    }
    return 0;
}
