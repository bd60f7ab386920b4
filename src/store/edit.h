/* edit.h: what people changed: one row for each thing done, and one for each value that it changed. */
#ifndef STORE_EDIT_H
#define STORE_EDIT_H

#include "io/db.h"
#include "model/edit.h"

enum edit_kind {
    EDIT_KIND_STOCK,
    EDIT_KIND_RATES, /* prices and restrictions */
    EDIT_KIND_PLAN,  /* a rate plan itself: it changed no cell */
    EDIT_KIND_UNDO,
};

struct edit_row {
    int64_t id; /* larger is later */
    int kind;   /* enum edit_kind */
    struct str actor;
    int64_t made_us;
    struct text summary;
    int64_t cells;     /* how many values it changed */
    int64_t undoes;    /* the edit that this one takes back; 0: none */
    int64_t undone_by; /* the edit that took this one back; 0: none */
};
bool edit_insert(struct db_conn *c, int64_t establishment_id, const struct edit_row *v, struct err *e);
/* ERR_NOT_FOUND when there is none. */
bool edit_find(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t id, struct edit_row *out,
               struct err *e);
/* Newest first, those before before_id (0: all). */
bool edit_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t before_id, size_t limit,
               struct edit_row **list, size_t *count, struct err *e);
/* undone_by 0: it is in force again. */
bool edit_set_undone(struct db_conn *c, int64_t establishment_id, int64_t id, int64_t undone_by,
                     struct err *e);

bool edit_cell_insert(struct db_conn *c, int64_t establishment_id, int64_t edit_id,
                      const struct edit_cell *cell, struct err *e);
/* Those of one edit by room type, plan and night. */
bool edit_cell_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t edit_id,
                    struct edit_cell **list, size_t *count, struct err *e);

/* Every value that was ever set for a night of a room type, newest first, with the edit that did. */
struct edit_past {
    struct edit_cell cell;
    struct edit_row edit;
};
bool edit_night_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t room_type_id,
                     int32_t night, size_t limit, struct edit_past **list, size_t *count, struct err *e);
/* The last edit before `before_id` that changed this cell, and what it takes back; 0: none. */
bool edit_cell_last(struct db_conn *c, int64_t establishment_id, const struct edit_cell *key,
                    int64_t before_id, int64_t *edit_id, int64_t *undoes, struct err *e);

#endif
