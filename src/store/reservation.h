/* reservation.h: reservations as they stand, with their room stays, guest and history. */
#ifndef STORE_RESERVATION_H
#define STORE_RESERVATION_H

#include "io/db.h"
#include "model/reservation.h"

struct stay_row {
    struct str reference;
    int64_t room_type_id; /* 0: not mapped */
    struct str room_type; /* as the message called it */
    struct str rate_plan;
    int32_t arrival, departure;
    int64_t adults, children; /* FIELD_INT_NONE */
    int64_t amount_minor;     /* FIELD_INT_NONE */
    bool oversold;            /* when it came a night was full, and one of its nights still is */
    struct str
        named_by; /* the integration that called the room so; absent: the hotel, or a file of nobody's */
    struct str room_key; /* room_type, folded (base/fold.h); "" without a name */
    int64_t
        position; /* tells the rooms of a reservation apart, and stays; in order, with gaps where rooms went */
    bool apart;   /* it has a status of its own: */
    int status;   /* enum reservation_status */
    bool keeps_nights;  /* a no-show that stays sold for all its nights */
    struct str charges; /* JSON of a struct charge_set; absent: none */
    struct str code;    /* of the room type, when it is mapped; only read */
};

/* Who has said when the reservation was as it is. */
enum reservation_dated {
    RESERVATION_UNDATED,
    RESERVATION_DATED_BY_FILE, /* a snapshot; it holds back older files, but no message */
    RESERVATION_DATED_BY_MESSAGE,
};

struct reservation_row {
    int64_t id;
    struct str channel, reference, integration_id;
    int status;
    struct str revision;
    int64_t ordered_us; /* the latest time that what was applied says it was so; unless undated */
    enum reservation_dated dated;
    int64_t arrived_us; /* when the message in force was received */
    int64_t booked_us;  /* INSTANT_NONE */
    struct str currency;
    int64_t total_minor, commission_minor; /* FIELD_INT_NONE */
    int32_t arrival, departure;            /* over all rooms; DATE_NONE without rooms */
    int64_t guest_id;
    struct guest guest;
    struct str notes;
    bool oversold, unmapped;
    int64_t revisions;
    int64_t created_us, updated_us;
    int64_t expires_us; /* of a hold, or of a cancelled one that had expired; INSTANT_NONE */
    struct str charges; /* JSON of a struct charge_set; absent: none */
    struct stay_row *stays;
    size_t stay_count;
};

/* What the room is, and the day after the last night that it takes: everybody who counts goes by these two. */
int reservation_stay_status(const struct reservation_row *r, const struct stay_row *s);
int32_t reservation_stay_taken_to(const struct reservation_row *r, const struct stay_row *s);

enum revision_outcome {
    REVISION_APPLIED,
    REVISION_STALE,    /* older than what is in force: kept, not applied */
    REVISION_CONFLICT, /* would revive a cancelled stay without saying that it is newer: kept, not applied */
    REVISION_SAME,     /* said already: not stored again */
};
extern const char *const revision_outcomes[];

struct revision_row {
    int64_t number;
    struct str integration_id, actor;
    int64_t inbox_seq, import_id, line; /* 0: none */
    int type;                           /* enum message_type */
    struct str revision;
    int64_t ordered_us;
    bool dated;
    int64_t received_us;
    int64_t body_hash;
    int outcome;
    struct str message; /* canonical JSON */
};

/* By identity; *found says whether there is one. With its guest and stays, in the arena. */
bool reservation_find(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str channel,
                      struct str reference, struct reservation_row *out, bool *found, struct err *e);
/* ERR_NOT_FOUND when there is none. */
bool reservation_get(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t id,
                     struct reservation_row *out, struct err *e);
/* Writes the row, its guest and its stays; is_new decides insert or update. keep_stays leaves the stays alone. */
bool reservation_save(struct db_conn *c, int64_t establishment_id, const struct reservation_row *r,
                      bool is_new, bool keep_stays, struct err *e);

bool revision_insert(struct db_conn *c, int64_t establishment_id, int64_t reservation_id,
                     const struct revision_row *v, struct err *e);
/* Whether the history holds this very message already: any of it, or (latest_only) just the last applied one. */
bool revision_known(struct db_conn *c, int64_t establishment_id, int64_t reservation_id, int64_t body_hash,
                    bool latest_only, bool *known, struct err *e);
/* *seq: the raw message of the latest applied revision, 0 when it came another way; as it is without a revision. */
bool revision_latest_message(struct db_conn *c, int64_t establishment_id, int64_t reservation_id,
                             int64_t *seq, struct err *e);
/* The history, oldest first. */
bool revision_list(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t reservation_id,
                   struct revision_row **list, size_t *count, struct err *e);

struct reservation_filter {
    int64_t after_id;     /* cursor: ids below this one, newest first; 0 from the newest */
    struct str search;    /* part of the reference or of a name; absent: all */
    int status;           /* -1: all */
    struct str channel;   /* absent: all */
    struct str reference; /* exactly; absent: all */
    int32_t from, to;     /* stays that touch [from, to); DATE_NONE: all */
    int attention;        /* 1: only oversold or unmapped ones */
    size_t limit;
};
/* Newest first, whole rows. */
bool reservation_list(struct db_conn *c, struct arena *a, int64_t establishment_id,
                      const struct reservation_filter *f, struct reservation_row **list, size_t *count,
                      struct err *e);
/* All of them, oldest first, one at a time: *r and what it points to live in an arena that is emptied after each
 * call, so that memory does not grow with the hotel. False from each (with *e) stops it. */
bool reservation_each(struct db_conn *c, int64_t establishment_id,
                      bool (*each)(void *ctx, struct arena *a, const struct reservation_row *r,
                                   struct err *e),
                      void *ctx, struct err *e);
/* Whether a reservation that takes stock has a stay of that name by that integration (absent: nobody's) which nobody
 * has mapped. */
bool reservation_waits(struct db_conn *c, int64_t establishment_id, struct str named_by, struct str room_key,
                       bool *waits, struct err *e);
/* Ids of reservations that came when a night was full and are marked so still, with a marked stay of that room type on
 * one of the nights [from, to); from after_id on, oldest first. */
bool reservation_oversold(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t room_type_id,
                          int32_t from, int32_t to, int64_t after_id, size_t limit, int64_t **ids,
                          size_t *count, struct err *e);
/* Ids of reservations with a stay of that name that nobody has mapped, from after_id on, oldest first. */
bool reservation_waiting(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str room_key,
                         int64_t after_id, size_t limit, int64_t **ids, size_t *count, struct err *e);
/* The same with a stay that the integration (absent: nobody's) called so: mapped too, unless it ended before that
 * day. Reads the stays of the hotel from after_id on, until there are enough. */
bool reservation_named(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str named_by,
                       struct str room_key, int32_t today, int64_t after_id, size_t limit, int64_t **ids,
                       size_t *count, struct err *e);
/* The stays that nobody has mapped: how many take the same nights, in the same status. */
struct unmapped_stays {
    int32_t arrival, taken_to;
    int status;
    int64_t count;
};
bool reservation_unmapped(struct db_conn *c, int64_t establishment_id,
                          bool (*each)(void *ctx, const struct unmapped_stays *s, struct err *e), void *ctx,
                          struct err *e);
/* All stays of the hotel, as many in one call as take the same nights in the same status of the same room type (0: nobody
 * has mapped it), by room type. */
bool reservation_taken(struct db_conn *c, int64_t establishment_id,
                       bool (*each)(void *ctx, int64_t room_type_id, const struct unmapped_stays *s,
                                    struct err *e),
                       void *ctx, struct err *e);
/* Holds of any hotel that have expired at that time, the oldest first. */
struct expired_hold {
    int64_t establishment_id, id;
};
bool reservation_expired(struct db_conn *c, struct arena *a, int64_t now_us, size_t limit,
                         struct expired_hold **list, size_t *count, struct err *e);

#endif
