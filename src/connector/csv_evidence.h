/* csv_evidence.h: what the cells of a whole file say about how they must be read.
 *
 * Nothing is guessed and nothing is sampled: every row counts. A reading is refuted by
 *   dates     a cell that is no day in that order while it is one in another; a row whose departure is not after its
 *             arrival, is more than LIMIT_NIGHTS nights later or disagrees with the row's number of nights, while
 *             another order makes sense of it (rows that make no sense in any order say nothing);
 *   decimals  a cell that is no number with that sign while it is one with the other.
 * One reading left: certain. Several left that give the same days and numbers: any will do. Several that differ: a
 * question quoting such a cell. None left: a question quoting the cells that contradict each other. Dates of booking
 * are weighed apart from arrivals and departures, because exports mix formats, but when one of the two says nothing
 * the other's order is taken, provided that it is possible. */
#ifndef CONNECTOR_CSV_EVIDENCE_H
#define CONNECTOR_CSV_EVIDENCE_H

#include "connector/csv.h"

/* A cell to quote; line 0: none. */
struct csv_example {
    uint64_t line;
    int column; /* index in the row */
    size_t n;
    char text[64]; /* cut, valid UTF-8 */
};

struct csv_date_evidence {
    bool seen;
    struct csv_example against[3]; /* of DMY, MDY, YMD */
    struct csv_example differ[3];  /* DMY and MDY, DMY and YMD, MDY and YMD give different days */
};

struct csv_evidence {
    struct csv_date_evidence stays, booked;
    struct csv_example decimal_against[2]; /* of point and comma */
    struct csv_example decimal_differ;
    struct csv_example bare;          /* an amount without currency in a row without one */
    struct csv_example named;         /* an amount whose currency is certain */
    struct csv_example hotels;        /* whose sign fits several, the hotel's among them */
    struct csv_example unclear;       /* whose sign fits several, the hotel's not */
    struct str unclear_codes;         /* which: "USD,CAD,…" */
    const struct currency *of_header; /* "Total (EUR)" */
    char last_sign[12];               /* looked up already */
    size_t last_sign_n;
};

void csv_evidence_row(struct csv_evidence *ev, const struct csv_dialect *d, const struct csv_row *row);

/* The order of dates, decimal sign and currency into out->dialect, with findings and questions. The answers that were
 * given stand in *given (zero, NONE or NULL when not). */
struct csv_given {
    enum csv_dates dates;
    enum csv_decimal decimal;
    const struct currency *currency;
};
void csv_evidence_settle(struct arena *a, const struct csv_evidence *ev, const struct csv_given *given,
                         struct csv_analysis *out);

/* For the analysis itself. Arrays of CSV_FINDINGS and CSV_QUESTIONS are large enough for all there are. */
void csv_evidence_finding(struct csv_analysis *out, const char *name, struct str value,
                          enum csv_certainty certainty, struct text text);
void csv_evidence_question(struct csv_analysis *out, struct str name, struct text text,
                           const struct csv_choice *choices, size_t count);

#endif
