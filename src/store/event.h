/* event.h: what follows from a change: events, alerts, and what channels must be told (the outbox). */
#ifndef STORE_EVENT_H
#define STORE_EVENT_H

#include "io/db.h"

struct event_row {
    int64_t seq;
    struct str type; /* e.g. "reservation.created" */
    int64_t entity_id;
    struct str data; /* JSON */
    int64_t created_us;
};
bool event_insert(struct db_conn *c, int64_t establishment_id, const struct event_row *v, struct err *e);
/* From after_seq on, oldest first. */
bool event_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t after_seq, size_t limit,
                struct event_row **list, size_t *count, struct err *e);

struct alert_row {
    struct str fingerprint; /* stable: the same trouble is the same alert */
    struct str severity;    /* "warning", "critical" */
    struct text message;
    int64_t reservation_id; /* 0: none */
    struct str integration_id;
    int64_t occurrences;
    int64_t raised_us, last_us;
    int64_t cleared_us; /* INSTANT_NONE while it stands */
};
/* Raises, or counts one more of the same. *fresh: it was not standing before. */
bool alert_raise(struct db_conn *c, int64_t establishment_id, const struct alert_row *v, bool *fresh,
                 struct err *e);
bool alert_clear(struct db_conn *c, int64_t establishment_id, struct str fingerprint, int64_t now_us,
                 struct err *e);
/* The order of alerts: standing ones first, among them and among the cleared the critical ones first, of those the
 * latest first. A place in it is that of a row (alert_place_of), wherever the row went meanwhile. */
struct alert_place {
    int64_t rank; /* 0 standing and critical, 1 standing, 2 cleared and critical, 3 cleared */
    int64_t last_us;
    struct str fingerprint;
};
struct alert_place alert_place_of(const struct alert_row *v);
/* In that order, those behind a place; after NULL: from the beginning. */
bool alert_list(struct db_conn *c, struct arena *a, int64_t establishment_id, const struct alert_place *after,
                size_t limit, struct alert_row **list, size_t *count, struct err *e);

struct outbox_row {
    struct str integration_id;
    int64_t room_type_id;
    int32_t night;
    int64_t version;
    int64_t queued_us;
};
/* Coalesces: one row a cell, with the newest version. */
bool outbox_put(struct db_conn *c, int64_t establishment_id, const struct outbox_row *v, struct err *e);
/* Of one integration, or of all (absent), by room type and night. */
bool outbox_list(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str integration_id,
                 size_t limit, struct outbox_row **list, size_t *count, struct err *e);
/* Takes a cell away when no newer version was queued meanwhile. */
bool outbox_done(struct db_conn *c, int64_t establishment_id, const struct outbox_row *v, struct err *e);
/* Ids of the integrations that are told about stock, in the arena. */
bool outbox_listeners(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str **ids,
                      size_t *count, struct err *e);

#endif
