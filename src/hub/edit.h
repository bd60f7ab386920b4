/* edit.h: what people changed of stock, prices and restrictions: written down as they do it, shown, and taken back.
 *
 * An edit is one thing that somebody did; it has a number that grows, which is also the version of the rows that it
 * changed. For each value that it changed it keeps what was before. What changed nothing leaves no edit.
 *
 * Taking an edit back is an edit itself, and can be taken back. It restores a value only when nobody has changed that
 * since; changes that were themselves taken back do not count. */
#ifndef HUB_EDIT_H
#define HUB_EDIT_H

#include "hub/apply.h"
#include "hub/env.h"
#include "store/edit.h"

/* --- writing it down, within a batch of hub/apply.h --- */

struct edit_log {
    struct db_conn *c;
    int64_t hotel_id;
    struct edit_row row; /* row.id: the number, and the version to write */
};
void edit_begin(struct edit_log *log, struct db_conn *c, struct apply *ap, const struct establishment *hotel,
                enum edit_kind kind, struct str actor, int64_t now_us);
/* Nothing when before and after are the same. */
bool edit_note(struct edit_log *log, const struct edit_cell *cell, struct err *e);
/* Stores the edit when it changed something, or is one of a plan. */
bool edit_end(struct edit_log *log, struct text summary, struct err *e);

/* The values of a night of stock that people set, by enum edit_field. */
int64_t edit_stock_value(const struct stock_day *d, int field);
/* Gives the nights [from, to) the stock, in a batch of its own within the transaction (apply_stock_edit). What is beyond
 * stock by it is added to *overs. */
bool edit_stock_nights(struct db_conn *c, struct arena *a, const struct establishment *hotel, int64_t now_us,
                       int64_t room_type_id, int32_t from, int32_t to, const struct stock_day *wanted,
                       struct apply_overs *overs, struct err *e);
/* "14–17 July 2026, Fri, Sat": nights, both ends said. */
struct text edit_nights_text(struct arena *a, int32_t from, int32_t to, unsigned weekdays);
/* "DBL, SGL, TWN + 4": at most three names, and how many more. */
struct str edit_names_text(struct arena *a, const struct str *names, size_t count);
/* An event of the hotel's stream about it: {from, to, edit, actor}; nights [from, to). */
bool edit_event(struct apply *ap, struct arena *a, struct str type, const struct edit_log *log,
                int64_t entity_id, int32_t from, int32_t to, struct err *e);

/* --- looking at it --- */

/* Newest first, those before before_id (0: all). */
bool edit_recent(struct env *env, struct arena *a, const struct establishment *hotel, int64_t before_id,
                 size_t limit, struct edit_row **list, size_t *count, struct err *e);
#define EDIT_PAST_MAX 500
/* What was set for a night of a room type, newest first, at most EDIT_PAST_MAX. rate_plan absent: everything; "*": stock
 * and what holds for all plans; a plan's code: that, what holds for all plans, and the plans that it is derived from;
 * without stock. ERR_NOT_FOUND with pointer roomType or ratePlan. */
bool edit_history(struct env *env, struct arena *a, const struct establishment *hotel, struct str room_type,
                  struct str rate_plan, int32_t night, struct edit_past **list, size_t *count, struct err *e);

/* --- taking it back --- */

#define EDIT_LEFT_SHOWN 100
struct edit_undone {
    int64_t edit_id; /* the new edit; 0: nothing was left to restore */
    size_t restored, left;
    /* Values that somebody has changed since: before is what they were to be, after what they are; at most
     * EDIT_LEFT_SHOWN of them. */
    struct edit_cell *left_cells;
    size_t left_shown;
    struct apply_overs overs;
};
/* ERR_NOT_FOUND; ERR_CONFLICT when it was taken back already, or changed no cells. */
bool edit_undo(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
               int64_t id, struct edit_undone *out, struct err *e);

#endif
