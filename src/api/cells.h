/* cells.h: values of a night as the API writes them: what people set (model/edit.h), and what is beyond stock. */
#ifndef API_CELLS_H
#define API_CELLS_H

#include "api/call.h"
#include "hub/desk_rate.h"

/* What the numbers of cells stand for. */
struct cells_names {
    struct room_type *rooms;
    size_t room_count;
    struct rate_plan *plans;
    size_t plan_count;
};
bool cells_names(struct api_call *c, struct cells_names *out, struct err *e);

/* A price as a decimal text in the plan's currency, a flag as true or false, else a number; FIELD_INT_NONE is null. */
void cells_member_value(const struct api_call *c, struct json_out *o, struct str name,
                        const struct cells_names *names, const struct edit_cell *cell, int64_t value);
/* Members roomType, ratePlan (null: stock; "*": all plans), date, field, occupancy. */
void cells_place(struct json_out *o, const struct cells_names *names, const struct edit_cell *cell);

/* Nights on which somebody is without a room now: member "oversold". */
void cells_oversold(struct json_out *o, const struct apply_overs *overs);

#endif
