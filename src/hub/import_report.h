/* import_report.h: what an import says about itself; see hub/import.h for its form. */
#ifndef HUB_IMPORT_REPORT_H
#define HUB_IMPORT_REPORT_H

#include "hub/import.h"

#define IMPORT_PROBLEMS_MAX 200

struct import_problem {
    int64_t line;
    const char *severity; /* "error", "warning", "note" */
    struct str pointer;
    struct text text;
};

struct import_report {
    struct arena *a;                     /* the texts of problems are copied here */
    const struct csv_analysis *analysis; /* NULL: the file could not be read */
    struct import_counts counts;
    struct import_problem problems[IMPORT_PROBLEMS_MAX];
    size_t problem_count;
    int64_t left_out;
};

/* What a report said at some moment, to go back to. */
struct import_report_mark {
    struct import_counts counts;
    size_t problem_count;
    int64_t left_out;
};
struct import_report_mark import_report_mark(const struct import_report *r);
void import_report_reset(struct import_report *r, const struct import_report_mark *m);

/* Counts and problems of a report that was stored. */
void import_report_read(struct import_report *r, struct str json);
void import_report_add(struct import_report *r, const struct import_problem *p);
struct str import_report_json(struct arena *a, const struct import_report *r);
/* One line for the integration's log: "12 created, 3 changed, 1 refused". */
struct text import_report_line(struct arena *a, const struct import_counts *n);

#endif
