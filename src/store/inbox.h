/* inbox.h: raw messages as they came (their own store), and what became of them (with the hotel's data). */
#ifndef STORE_INBOX_H
#define STORE_INBOX_H

#include "io/db.h"

struct inbox_message {
    int64_t seq; /* order of arrival, over all hotels */
    int64_t establishment_id;
    struct str integration_id;
    int64_t received_us;
    struct str request_id, client, method, target;
    struct str headers;     /* JSON array of [name, value]; credentials masked */
    struct str body;        /* exact, but for masked card data */
    int64_t size;           /* of the body as it came */
    struct str sha256;      /* 32 bytes, of the body as it came */
    struct str message_key; /* the sender's id of the message; absent: none */
    bool masked;
    struct str verdict; /* "signed", "url_token", "open", "rejected" */
    struct text reason; /* of a rejection; absent otherwise */
};

/* --- the inbox store --- */

/* Numbers and stores the messages in their order; fills their seq. */
bool inbox_append(struct db_conn *c, struct inbox_message *const *list, size_t count, struct err *e);
/* Accepted messages after a sequence number, oldest first, whole. *last: how far it looked, so that rejected ones
 * are passed over as well. */
bool inbox_after(struct db_conn *c, struct arena *a, int64_t after_seq, size_t limit,
                 struct inbox_message **list, size_t *count, int64_t *last, struct err *e);
/* One message of a hotel, whole; ERR_NOT_FOUND. */
bool inbox_get(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t seq,
               struct inbox_message *out, struct err *e);

struct inbox_filter {
    struct str integration_id; /* absent: all */
    int64_t before_seq;        /* cursor, newest first; 0: from the newest */
    int64_t since_us;          /* INSTANT_NONE: all */
    int rejected;              /* 1: only rejected ones, 0: only accepted ones, -1: all */
    size_t limit;
};
/* Newest first, without bodies and headers. */
bool inbox_list(struct db_conn *c, struct arena *a, int64_t establishment_id, const struct inbox_filter *f,
                struct inbox_message **list, size_t *count, struct err *e);
/* Sequence numbers of accepted messages of an integration received since then, oldest first. */
bool inbox_since(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str integration_id,
                 int64_t since_us, int64_t after_seq, size_t limit, int64_t **seqs, size_t *count,
                 struct err *e);
/* How many rejected ones of an integration are kept since then: the keep is bounded. */
bool inbox_count_rejected(struct db_conn *c, int64_t establishment_id, struct str integration_id,
                          int64_t since_us, int64_t *count, struct err *e);
bool inbox_forget_rejected(struct db_conn *c, int64_t before_us, struct err *e);

/* --- outcomes, in the hotel's store --- */

struct inbox_outcome {
    int64_t seq;
    struct str integration_id;
    struct str outcome; /* applied, unchanged, stale, conflict, duplicate, ignored, waiting, failed */
    struct str pointer; /* of a failure, inside the message */
    struct text detail;
    int64_t reservation_id; /* 0: none */
    int64_t duplicate_of;   /* 0: none */
    int64_t attempts;
    int64_t applied_us;
};

/* Up to where everything has an outcome. */
bool inbox_cursor_get(struct db_conn *c, int64_t *seq, struct err *e);
bool inbox_cursor_set(struct db_conn *c, int64_t seq, struct err *e);
/* Writes or replaces; attempts is counted up. */
bool inbox_outcome_put(struct db_conn *c, int64_t establishment_id, const struct inbox_outcome *o,
                       struct err *e);
/* *found: whether it was looked at yet. */
bool inbox_outcome_get(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t seq,
                       struct inbox_outcome *out, bool *found, struct err *e);
/* Messages of an integration that wait, oldest first. */
bool inbox_waiting(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str integration_id,
                   size_t limit, int64_t **seqs, size_t *count, struct err *e);
/* Of all hotels, an integration for which messages wait although it is in use, or gone. *integration_id is absent when
 * there is none. */
bool inbox_waiting_in_vain(struct db_conn *c, struct arena *a, int64_t *establishment_id,
                           struct str *integration_id, struct err *e);
/* *seq: the message that was applied under this key, or 0. */
bool inbox_key_find(struct db_conn *c, int64_t establishment_id, struct str integration_id, struct str key,
                    int64_t *seq, struct err *e);
bool inbox_key_put(struct db_conn *c, int64_t establishment_id, struct str integration_id, struct str key,
                   int64_t seq, struct err *e);

#endif
