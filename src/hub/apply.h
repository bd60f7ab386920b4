/* apply.h: the only writer of the hotel's data.
 *
 * A batch is one transaction under the hotel's lock: apply_begin, any number of messages, apply_end. A message
 * that is invalid (ERR_INVALID, with a pointer like "/data/rooms/0/departure") has changed nothing and the batch
 * goes on; any other failure, also a refused sale (ERR_CONFLICT), means that the transaction must be given up. In
 * the same transaction go the revision (who said what, when, from which raw message), the stock of every night,
 * the events, the alerts and the outbox rows that follow.
 *
 * Which message wins (invariants 2 and 3 of the design): the same message again changes nothing; an older
 * one is kept in the history and not applied; a cancelled stay, also a single room of one, comes back only by a message
 * that says itself, by revision or timestamp, that it is newer (a hold that expired is not cancelled in that sense: who
 * confirms it takes the room again); a modification of what we do not know creates it. An older message is
 * not applied, but when no room of the reservation was known it says which nights to take. */
#ifndef HUB_APPLY_H
#define HUB_APPLY_H

#include "store/establishment.h"
#include "store/reservation.h"
#include "store/room.h"

struct apply; /* lives in the batch's arena */

struct apply_source {
    struct str integration_id;   /* absent: the hotel itself */
    struct str integration_name; /* for texts */
    struct str actor;            /* a user's e-mail when a person did it */
    int64_t inbox_seq;           /* the raw message, or 0 */
    int64_t import_id, line;     /* the file and its line, or 0 */
    int64_t received_us;
    /* A snapshot (an export of how things were at ordered_us) rather than news: it never revives a cancelled
     * stay, only the latest revision counts as "the same again", and so does what stands already in other words. */
    bool snapshot;
    int64_t ordered_us; /* of a snapshot */
    bool
        ordered_said; /* somebody knows that time; else it is assumed, and overrules no message that has one */
    /* The message has an identity of its own that nobody can forge (a signed number): the same words under another
     * one are news, not a repetition. */
    bool numbered;
    bool summarise; /* somebody will read the result's summary, which costs as much as the storing */
    bool
        person; /* somebody at the hotel decides: what they say is in force, and may revive a cancelled stay */
    /* The program itself, when a time has come: in force, but no news that could make what others say old. */
    bool by_clock;
};

enum apply_policy {
    APPLY_KEEP,   /* somebody sold it already: keep it, and raise an incident when it is beyond stock */
    APPLY_REFUSE, /* the hotel is selling it now: ERR_CONFLICT when there is no room */
};

struct stock_change {
    const struct room_type *room;
    int32_t night;
    int64_t before, after; /* available */
};

struct apply_result {
    enum revision_outcome outcome;
    int64_t reservation_id;
    bool created;
    bool oversold, unmapped;
    struct text summary; /* one line: what it was and what it changed; only when asked for */
    struct text warnings[4];
    size_t warning_count;
    const struct stock_change *changes; /* of this message; by room type and night */
    size_t change_count;
};

/* NULL with *e. batch: holds the caches until apply_end; hotel must outlive it. */
struct apply *apply_begin(struct db_conn *c, struct arena *batch, const struct establishment *hotel,
                          int64_t now_us, struct err *e);
/* scratch: for this message only; *out points into it. m is checked and completed (model/reservation.h). */
bool apply_message(struct apply *ap, struct arena *scratch, struct reservation_message *m,
                   const struct apply_source *source, enum apply_policy policy, struct apply_result *out,
                   struct err *e);
/* Writes what is still in memory (stock, outbox, counters). Nothing is stored without it. */
bool apply_end(struct apply *ap, struct err *e);

/* Whether it is cancelled because it was a hold whose time had come. */
bool apply_has_expired(const struct reservation_row *r);

/* The hotel's lock, for whoever writes rows with ids of this hotel within the batch (log rows). */
struct establishment_lock *apply_lock(struct apply *ap);
/* The room types as of the batch's begin. */
const struct room_type *apply_room(const struct apply *ap, int64_t room_type_id);

/* The room type with this folded code, or NULL. */
const struct room_type *apply_room_named(const struct apply *ap, struct str key);
/* Nights to come on which more is sold and held than the hotel has since its own change: by night, in the arena that the
 * caller gives. Each has raised an alert. */
struct apply_overs {
    struct str room_type; /* its code */
    struct apply_over {
        int32_t night;
        int64_t taken, capacity;
    } * list;
    size_t count;
};
/* Changes how many rooms of the type there are: every night of the horizon, and later ones that anything is known of,
 * are looked at and told. */
#define APPLY_HORIZON_NIGHTS 550
bool apply_room_units(struct apply *ap, struct arena *a, int64_t room_type_id, int64_t units,
                      struct apply_overs *overs, struct err *e);
/* The hotel's own change of nights [from, to): FIELD_INT_NONE leaves a value, physical -1 is the type's units. */
bool apply_stock_edit(struct apply *ap, struct arena *a, int64_t room_type_id, int32_t from, int32_t to,
                      const struct stock_day *wanted, struct apply_overs *overs, struct err *e);

/* A name whose meaning changed. */
struct apply_name {
    struct str integration_id; /* whose mapping changed, "" nobody's; absent: a room type has the name now */
    struct str room_key;       /* folded */
    int32_t today;             /* stays that ended before keep the room that they had */
};
/* Looks again at a reservation: rooms that nobody knew are found if they can be, and those that the integration calls so
 * are found anew, or are unknown again. What was held or taken is given back, the right room is taken, and everybody is
 * told. *repaired: it has other rooms now (a cancelled one, which takes none, does not count). */
bool apply_repair(struct apply *ap, struct arena *scratch, int64_t reservation_id,
                  const struct apply_name *name, bool *repaired, struct err *e);

/* Adds an event to the hotel's stream. data: JSON. */
bool apply_event(struct apply *ap, struct str type, int64_t entity_id, struct str data, struct err *e);

#endif
