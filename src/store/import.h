/* import.h: files of reservations that were given to the program, and how far each has got. */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "io/db.h"

struct import_row {
    int64_t id;                /* from the hotel's counter */
    struct str integration_id; /* absent: none */
    struct str name;           /* as the file was called */
    int64_t size;
    struct str content_hash; /* hex */
    struct str source;       /* "upload", "command", "folder" */
    struct str actor;
    struct str status;  /* "waiting", "asking", "running", "done", "failed" */
    struct str answers; /* JSON object of NAME: VALUE */
    struct str report;  /* JSON; see hub/import.h */
    int64_t ordered_us; /* what the file says was so at that time */
    bool ordered_said;  /* somebody knows that; else it is when the file came */
    int64_t rows_done;  /* bookings applied so far: where a restart goes on */
    int64_t created_us, updated_us;
};

bool import_insert(struct db_conn *c, int64_t establishment_id, const struct import_row *r, struct err *e);
/* Writes status, answers, report, rows_done, updated_us. */
bool import_update(struct db_conn *c, int64_t establishment_id, const struct import_row *r, struct err *e);
bool import_find(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t id,
                 struct import_row *out, struct err *e);
/* Newest first, below before_id (0: from the newest). */
bool import_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t before_id,
                 size_t limit, struct import_row **list, size_t *count, struct err *e);
/* When the same bytes were imported before, they stand for the earliest time of all: then r->ordered_us and ordered_said
 * become those of that import, unless r's own are earlier. */
bool import_same_file(struct db_conn *c, int64_t establishment_id, struct import_row *r, struct err *e);
/* Those that a stop interrupted: hotel and import ids. */
struct import_key {
    int64_t establishment_id, id;
};
bool import_interrupted(struct db_conn *c, struct arena *a, size_t limit, struct import_key **list,
                        size_t *count, struct err *e);

#endif
