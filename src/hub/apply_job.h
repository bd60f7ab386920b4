/* apply_job.h: what the files of apply.h share. Nobody else includes this. */
#ifndef HUB_APPLY_JOB_H
#define HUB_APPLY_JOB_H

#include "hub/apply.h"
#include "hub/apply_stock.h"

/* A name that a reservation no longer waits for. */
struct left_name {
    struct str named_by, room_key;
    struct left_name *next;
};

struct apply {
    struct db_conn *c;
    struct arena *a;
    const struct establishment *hotel;
    const struct currency *currency;
    int64_t now_us;
    struct establishment_lock lock;
    struct stock_batch stock;
    struct left_name *left; /* in this batch, each once */
};

/* The message in hand. */
struct job {
    struct apply *ap;
    struct arena *a; /* scratch */
    const struct reservation_message *m;
    const struct apply_source *source;
    struct reservation_row old, new;
    bool found;
    bool disputed; /* not applied although it may be right: a person must look */
    bool says_so;  /* the message says itself that it is newer */
    const struct stay_row
        *silent;     /* a cancelled room that the message lists without saying that it is back */
    size_t *said_at; /* which room of the message each of the new stays is; NULL: it has none */
    struct revision_row revision;
    struct apply_result *out;
};

/* A remark on the message in hand, for whoever asks what became of it. */
void apply_warn(struct job *j, struct str en, struct str fr);
/* apply_order.c: below 0: v is older than what is in force, 0: it has the same revision, above 0: it is newer.
 * Revisions are numbers when both are; else timestamps decide, then arrival. *says_so: the message says so itself,
 * by revision or timestamp, rather than by arriving later. */
int apply_compare(const struct revision_row *v, const struct reservation_row *r, bool snapshot,
                  bool *says_so);
/* apply_order.c: sets out->outcome of a message about a reservation that is known. */
bool apply_decide(struct job *j, struct err *e);
/* apply_order.c: whether two states of a reservation say the same: everything but when, by whom and in which words
 * the channel called a room that is mapped. */
bool apply_same_content(const struct reservation_row *x, const struct reservation_row *y);
/* apply_rooms.c: gives the old nights back and takes the new ones; raises or refuses what is beyond stock, and
 * raises what is not mapped. origin: the integration that is not told, absent for the hotel itself. */
bool apply_move_stock(struct job *j, enum apply_policy policy, struct str origin, struct err *e);
/* apply_rooms.c: the hotel is selling now, so it must say what: ERR_INVALID when a room of the message is not one of
 * its room types. */
bool apply_refuse_unmapped(const struct job *j, struct err *e);
/* apply_repair.c: of room types that came since the last batch, too, one is held for each stay that is not mapped. */
bool apply_welcome_rooms(struct apply *ap, struct err *e);
/* apply_repair.c: when a night is within stock again, the reservations that were too much there are so no longer. */
bool apply_settle_oversold(struct apply *ap, struct err *e);
/* apply_rooms.c: when no reservation waits any more for a room that nobody had mapped, its alert is cleared. */
bool apply_settle_unmapped(struct apply *ap, struct err *e);
/* apply_build.c: j->new, what the reservation will be: the message laid over what was; what it leaves out stays. */
bool apply_build_row(struct job *j, struct err *e);
/* apply_build.c: the same for a late message about a reservation of which no room is known: nothing newer speaks of its
 * nights, so it says what they are, and whatever else nobody has said. */
bool apply_complete_row(struct job *j, struct err *e);
/* apply_build.c: sets the room type that the stay's name means, 0 when nobody knows yet: what the mapping of the integration
 * that called it so says (what came without one has mappings too), else the hotel's code, else its name. */
bool apply_resolve_room(struct job *j, struct stay_row *s, struct err *e);
/* apply_build.c: dates and flags that follow from the stays. */
void apply_summarise(struct reservation_row *r);
bool apply_reservation_event(struct job *j, struct err *e);

#endif
