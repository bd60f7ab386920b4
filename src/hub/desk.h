/* desk.h: what people at the hotel see and do: rooms, reservations, calendar, what is mapped, alerts.
 *
 * Writing goes through hub/apply.h like every channel's messages. Who may is decided before (hub/account.h). */
#ifndef HUB_DESK_H
#define HUB_DESK_H

#include "format/json.h"
#include "hub/apply.h"
#include "hub/env.h"
#include "store/event.h"
#include "store/inbox.h"

/* --- room types and their stock --- */

bool desk_rooms(struct env *env, struct arena *a, const struct establishment *hotel, struct room_type **list,
                size_t *count, struct err *e);
/* ERR_CONFLICT when the code is taken. Fills r->id. Reservations that wait for a room of that code or name are
 * repaired: *repaired counts those that were at once (see desk_repair). */
bool desk_room_add(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                   struct room_type *r, int64_t *repaired, struct err *e);
/* Changes name (an empty one stays as it was) and units of the room type with r->code; ERR_NOT_FOUND. What follows for
 * stock is told; *overs: what fewer rooms leave without one, each night an alert. */
bool desk_room_change(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                      struct room_type *r, int64_t *repaired, struct apply_overs *overs, struct err *e);

struct calendar_day {
    int32_t night;
    struct stock_day stock;
    int64_t available;
};
struct calendar_room {
    struct room_type room;
    struct calendar_day *days; /* to − from of them */
};
/* Nights [from, to), at most 800; ERR_INVALID with pointer from or to. */
bool desk_calendar(struct env *env, struct arena *a, const struct establishment *hotel, int32_t from,
                   int32_t to, struct calendar_room **rooms, size_t *count, struct err *e);

/* A bulk change of the nights of a room type in [from, to). FIELD_INT_NONE leaves a value as it is; physical -1
 * goes back to the room type's units. *overs as above. It is an edit (hub/edit.h). */
struct stock_edit {
    struct str room_type;
    int32_t from, to;
    struct str weekday_names; /* JSON, as it came: for whoever reads it into … */
    unsigned weekdays;        /* … the days of the week that are meant (model/edit.h); 0: every day */
    int64_t physical, out_of_order, overbooking_limit;
};
extern const struct field_table stock_edit_fields;
bool desk_stock_edit(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                     const struct stock_edit *edit, struct apply_overs *overs, struct err *e);

/* --- reservations --- */

/* r: the body of a POST. ERR_CONFLICT when there is no room; it says which other room types are free then. *out: as
 * stored. */
bool desk_book(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
               struct reservation *r, struct reservation_row *out, struct err *e);
/* The same for a change by people of an existing reservation (a PUT; absent members stay; status cancelled
 * cancels). ERR_CONFLICT when the change needs a room that is not there. */
bool desk_change(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                 int64_t id, struct reservation *r, struct reservation_row *out, struct err *e);
bool desk_reservations(struct env *env, struct arena *a, const struct establishment *hotel,
                       const struct reservation_filter *f, struct reservation_row **list, size_t *count,
                       struct err *e);
bool desk_reservation(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id,
                      struct reservation_row *out, struct revision_row **history, size_t *count,
                      struct err *e);
/* A cancellation or a no-show of some rooms or of all. ERR_INVALID with /rooms/0/number for a room that is not there;
 * a no-show: ERR_CONFLICT for a room that is cancelled, or whose arrival is still to come. */
struct desk_ending {
    struct field_list rooms; /* of struct desk_room_number; none: all */
    int8_t keeps_nights;     /* of a no-show: 1 when the later nights stay sold too */
    struct str reason;
};
struct desk_room_number {
    int64_t number; /* as in desk_reservation_json */
};
extern const struct field_table desk_cancel_fields, desk_no_show_fields; /* of struct desk_ending */
bool desk_end(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
              int64_t id, int status, const struct desk_ending *how, struct reservation_row *out,
              struct err *e);
/* A reservation as JSON: the `data` of our message, with id, oversold, unmapped, guestId, createdAt, updatedAt; what does
 * not add up in `mismatches`, in the words of that language; of a hold `expired`, whether it has. Of a room `number`,
 * by which people name it here, its `status`, and the `code` of the room type that it is mapped to. */
void desk_reservation_json(struct arena *a, struct json_out *o, const struct reservation_row *r,
                           enum lang lang);

/* --- what is mapped, what stands out --- */

bool desk_mappings(struct env *env, struct arena *a, const struct establishment *hotel,
                   struct room_mapping **list, size_t *count, struct err *e);
/* Says that `remote` of an integration (absent: of what came without one) is the room type of that code; "" takes it
 * back. The mapping goes before the hotel's own codes and names. Reservations that bear the name are repaired:
 * *repaired counts those that were at once (see desk_repair). */
bool desk_map(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
              struct str integration_id, struct str remote, struct str room_type, int64_t *repaired,
              struct err *e);
/* At most limit of those behind a place, or from the beginning on (NULL); their order: store/event.h. */

/* --- what is looked at again --- */

/* When a name means another room now, the reservations that bear it are looked at again (apply_repair), in steps, each a
 * transaction of its own: so that no channel waits long, and a stop in between only delays it. The change itself is on
 * disk first, and what comes meanwhile goes by it. */
#define DESK_REPAIR_STEP  200 /* reservations */
#define DESK_REPAIR_STEPS 25  /* while a person waits for the answer; the rest follows by work_tick */
/* Within a batch: the name, folded, means another room from now on. integration_id as in struct apply_name. */
bool desk_repair_note(struct db_conn *c, struct apply *ap, const struct establishment *hotel,
                      struct str integration_id, struct str room_key, struct err *e);
/* Goes on with what is to be looked at again in the hotel, at most so many steps. *repaired: how many reservations have
 * other rooms now; *more: something is left. */
bool desk_repair(struct env *env, int64_t hotel_id, size_t steps, int64_t *repaired, bool *more,
                 struct err *e);
/* Whether something is left. */
bool desk_repairing(struct env *env, const struct establishment *hotel, bool *yes, struct err *e);
/* Goes on in every hotel, a while in each; a failure in one is logged and does not stop the others. */
bool desk_repair_due(struct env *env, bool *more, struct err *e);

bool desk_alerts(struct env *env, struct arena *a, const struct establishment *hotel,
                 const struct alert_place *after, size_t limit, struct alert_row **list, size_t *count,
                 struct err *e);
bool desk_events(struct env *env, struct arena *a, const struct establishment *hotel, int64_t after_seq,
                 size_t limit, struct event_row **list, size_t *count, struct err *e);
/* What is still to be told to whom, at most limit cells. */
bool desk_outbox(struct env *env, struct arena *a, const struct establishment *hotel, size_t limit,
                 struct outbox_row **list, size_t *count, struct err *e);

#endif
