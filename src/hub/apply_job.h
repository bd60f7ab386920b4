/* apply_job.h: what the files of apply.h share. Nobody else includes this. */
#ifndef HUB_APPLY_JOB_H
#define HUB_APPLY_JOB_H

#include "hub/apply.h"
#include "hub/apply_stock.h"

struct apply {
    struct db_conn *c;
    struct arena *a;
    const struct establishment *hotel;
    const struct currency *currency;
    int64_t now_us;
    struct establishment_lock lock;
    struct stock_batch stock;
};

/* The message in hand. */
struct job {
    struct apply *ap;
    struct arena *a; /* scratch */
    const struct reservation_message *m;
    const struct apply_source *source;
    struct reservation_row old, new;
    bool found;
    struct revision_row revision;
    struct apply_result *out;
};

/* A remark on the message in hand, for whoever asks what became of it. */
void apply_warn(struct job *j, struct str en, struct str fr);
/* apply_order.c: sets out->outcome of a message about a reservation that is known. */
bool apply_decide(struct job *j, struct err *e);
/* apply_rooms.c: gives the old nights back and takes the new ones; raises what is beyond stock or not mapped. */
bool apply_move_stock(struct job *j, enum apply_policy policy, struct err *e);
/* apply.c: the room type that a message's name means, 0 when nobody knows yet. */
bool apply_resolve_room(struct job *j, struct str room_type, int64_t *id, struct err *e);
/* apply.c: dates and flags that follow from the stays. */
void apply_summarise(struct reservation_row *r);
bool apply_reservation_event(struct job *j, struct err *e);

#endif
