/* import.h: a file of reservations goes in.
 *
 * The file is kept as it came, card numbers blotted out (DATA/imports/HOTEL-ID.csv), then read twice: once to see how
 * it is written, once to apply it, in chunks of bookings that are a transaction each. Good rows go in; bad ones come
 * back as a file with the reason in a last column (DATA/imports/HOTEL-ID.bad.csv), in the language of whoever gave the
 * file. While a question is open nothing goes in. What a stop or a full disk interrupted goes on by itself. Whoever works
 * on an import holds the lock of the kept file (file_try_lock), so that no two do, whatever their process. Importing
 * the same again changes nothing.
 *
 * The report is JSON, and each of its texts is {"en":…,"fr":…}:
 *   {"rows":N, "layout":"airbnb_fr"|null,
 *    "detected":[{"name","value","certainty":"given|certain|assumed|open","text"}],
 *    "columns":[{"name","means"|null}],
 *    "questions":[{"name","text","choices":[{"value","label"}]}],
 *    "counts":{"created","changed","unchanged","notApplied","skipped","refused","warnings"},
 *    "problems":[{"line","severity":"error|warning|note","pointer","text"}], "problemsLeftOut":N}   */
#ifndef HUB_IMPORT_H
#define HUB_IMPORT_H

#include "connector/csv.h"
#include "hub/env.h"
#include "store/establishment.h"
#include "store/import.h"

struct import_options {
    struct str integration_id; /* absent: none */
    struct str name;           /* of the file, for people; stored as show_file_name() gives it */
    struct str source;         /* "upload", "command", "folder" */
    struct str actor;
    const struct csv_answer *answers;
    size_t answer_count;
    bool dry_run;       /* says what would change (chunk by chunk) and stores nothing */
    int64_t ordered_us; /* when what the file says was so; INSTANT_NONE: now. Never later than now. */
    void (*progress)(void *ctx, int64_t done, int64_t total); /* bookings, rows; may be NULL */
    void *progress_ctx;
};

struct import_counts {
    int64_t created, changed, unchanged, not_applied, skipped, refused, warnings;
};

struct import_result {
    struct import_row row; /* id 0 for a dry run */
    struct import_counts counts;
    bool asking; /* questions are open: nothing went in */
};

/* Takes the file from its beginning; fd stays the caller's. Errors: ERR_INVALID when it is no table or an answer
 * makes no sense (then the import is kept as failed, with the reason in the report), ERR_NOT_FOUND for the
 * integration, ERR_FULL and ERR_BUSY (also when the server stops): then it goes on later … Bad rows are no error. */
bool import_file(struct env *env, struct arena *a, const struct establishment *hotel, int fd,
                 const struct import_options *o, struct import_result *out, struct err *e);
/* Answers an open question (or several) of a kept file and goes on. ERR_CONFLICT when it is not asking or somebody is
 * answering just now, ERR_INVALID when an answer makes no sense: then it goes on asking. */
bool import_answer(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id,
                   const struct csv_answer *answers, size_t count, struct str actor,
                   struct import_result *out, struct err *e);
/* Goes on with what was interrupted and nobody is working on; cheap when there is none. Whether each got through is in
 * its row; errors: the store cannot be read. */
bool import_resume(struct env *env, struct err *e);
/* Removes copies that a killed program left unfinished; for the housekeeping. */
bool import_tidy(struct env *env, struct err *e);

bool import_get(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id,
                struct import_row *out, struct err *e);
bool import_page(struct env *env, struct arena *a, const struct establishment *hotel, int64_t before_id,
                 size_t limit, struct import_row **list, size_t *count, struct err *e);
/* Where the bad rows are; absent when there are none. */
struct str import_bad_rows(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id);

#endif
