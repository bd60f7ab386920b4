/* rate.h: rate plans, and the rows of prices and restrictions by night. */
#ifndef STORE_RATE_H
#define STORE_RATE_H

#include "io/db.h"
#include "model/rate.h"

/* All rate plans of a hotel by code, in the arena; shown (rate_plan_show). */
bool rate_plan_list(struct db_conn *c, struct arena *a, int64_t establishment_id, struct rate_plan **list,
                    size_t *count, struct err *e);
/* ERR_CONFLICT when the code is taken. Everything in p must be set. */
bool rate_plan_insert(struct db_conn *c, int64_t establishment_id, const struct rate_plan *p, int64_t now_us,
                      struct err *e);
/* All but the code. */
bool rate_plan_update(struct db_conn *c, int64_t establishment_id, const struct rate_plan *p, struct err *e);
bool rate_plan_delete(struct db_conn *c, int64_t establishment_id, int64_t id, struct err *e);
/* Whether the plan has rows of prices; whether anything at all speaks of it (prices, restrictions, a derived plan). */
bool rate_plan_used(struct db_conn *c, int64_t establishment_id, int64_t id, bool *prices, bool *anything,
                    struct err *e);

/* Rows in an arena, more and more of them. */
struct rate_days {
    struct rate_day *list;
    size_t count, room;
};
struct restriction_list {
    struct restriction_day *list;
    size_t count, room;
};
/* Adds the rows of the nights [from, to) of a room type under a plan (0: all plans). */
bool rate_day_read(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t room_type_id,
                   int64_t rate_plan_id, int32_t from, int32_t to, struct rate_days *out, struct err *e);
bool restriction_day_read(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t room_type_id,
                          int64_t rate_plan_id, int32_t from, int32_t to, struct restriction_list *out,
                          struct err *e);

/* One value of a night: a price or a restriction (not stock, which the hotel's lock guards: hub/apply.h). The key is
 * of the cell; its before and after are not looked at. FIELD_INT_NONE: absent. */
bool rate_cell_read(struct db_conn *c, int64_t establishment_id, const struct edit_cell *key, int64_t *value,
                    struct err *e);
bool rate_cell_write(struct db_conn *c, int64_t establishment_id, const struct edit_cell *key, int64_t value,
                     int64_t version, struct err *e);

#endif
