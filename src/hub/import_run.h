/* import_run.h: the two passes over a kept file. Only the files of import include this. */
#ifndef HUB_IMPORT_RUN_H
#define HUB_IMPORT_RUN_H

#include "hub/import.h"
#include "hub/import_report.h"

struct import_run {
    struct env *env;
    struct arena *a; /* of the whole import */
    const struct establishment *hotel;
    const struct import_options *o;
    struct import_row row;
    struct str path; /* of the kept file */
    int kept_fd;     /* it, locked */
    struct str integration_name;
    struct str channel; /* of bookings that name none; absent: apply decides */
    struct import_report report;
    bool answering; /* it was asking: an answer that makes no sense leaves it so */
    enum lang lang; /* of the bad rows */
    int bad_fd;     /* -1: no bad row yet */
    int64_t skip;   /* bookings already applied before a stop */
    int64_t passed; /* bookings seen in this run */
};

/* DATA/imports/HOTEL-ID and the end. */
struct str import_run_path(const struct env *env, struct arena *a, const struct establishment *hotel,
                           int64_t id, const char *end);
/* Calls each() with the bytes of a file, in pieces of at most 64 KiB. */
bool import_run_read(int fd, bool (*each)(void *ctx, struct str bytes, struct err *e), void *ctx,
                     struct err *e);

/* The first pass: fills report.analysis. */
bool import_run_analyse(struct import_run *r, struct err *e);
/* The second one: applies what the row says is not done yet. Each chunk is a transaction in which also go how many
 * bookings are done and the report so far, so that a stop at any moment loses and doubles nothing; the file of bad
 * rows is made anew each time. */
bool import_run_apply(struct import_run *r, struct err *e);

void import_run_problem(struct import_run *r, uint64_t line, const char *severity, const struct err *why);

#endif
