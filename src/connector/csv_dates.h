/* csv_dates.h: the dates of a cell, in every order in which they can be read. */
#ifndef CONNECTOR_CSV_DATES_H
#define CONNECTOR_CSV_DATES_H

#include "base/date.h"

/* The orders in which day, month and year can stand; a set of them is their sum. */
enum csv_dates {
    CSV_DATES_NONE = 0,
    CSV_DATES_DMY = 1,
    CSV_DATES_MDY = 2,
    CSV_DATES_YMD = 4,
    CSV_DATES_ANY = 7
};

struct csv_date {
    unsigned orders;   /* in which the cell is a day that exists; 0: in none */
    int32_t day[3];    /* for each order (DMY, MDY, YMD), DATE_NONE where it is none */
    int64_t time_us;   /* since midnight, less the offset when one is written; 0 without a time */
    struct str digits; /* the part that is the date, as written */
};

/* "2027-07-14", "14/07/2027", "14.7.27", "20270714", "14 juil. 2027", "Jul 14, 2027", each with an optional time ("T10:02Z",
 * " 09:26:33", " 9:26 PM"). False when the cell is nothing of the kind; true with orders 0 for a day that
 * does not exist in any order. Dates that can only be read one way have the same day in all three orders: those
 * with a four-digit year in front or a month by name (en, fr, de, es), and those with dots and the year last, which
 * every locale that writes dots reads day first (CLDR 42, dateFormats). Two-digit years are 2000 to 2099. */
bool csv_date_read(struct str cell, struct csv_date *out);
/* The day in that order; CSV_DATES_NONE will do where all orders agree. DATE_NONE when there is none. */
int32_t csv_date_day(const struct csv_date *d, enum csv_dates order);

#endif
