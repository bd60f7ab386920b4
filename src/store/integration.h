/* integration.h: the connections of a hotel to other systems, and their history. */
#ifndef STORE_INTEGRATION_H
#define STORE_INTEGRATION_H

#include "base/date.h"
#include "io/db.h"
#include "store/establishment.h"

enum integration_status {
    INTEGRATION_DISCONNECTED, /* nothing was exchanged yet */
    INTEGRATION_CONNECTED,
    INTEGRATION_ERROR,        /* the last exchange failed */
    INTEGRATION_PAUSED,       /* switched off */
    INTEGRATION_NEEDS_REAUTH, /* the other side wants new credentials */
};
extern const char *const integration_statuses[]; /* "disconnected", … NULL */

struct integration {
    struct str id; /* 16 letters [a-z2-7] */
    int64_t establishment_id;
    struct str establishment_slug;
    struct str type;
    struct str name;
    enum integration_status status;
    struct str configuration; /* sealed envelope */
    int64_t last_sync;        /* µs; INSTANT_NONE: never */
    struct text last_error;   /* absent: none */
    bool is_active;
    int64_t created_us, updated_us;
    int64_t next_sync; /* when the next scheduled run is due; INSTANT_NONE: not scheduled */
    bool tells_stock;  /* changes of stock are queued for it in the outbox */
};

bool integration_insert(struct db_conn *c, const struct integration *i, struct err *e);
/* ERR_NOT_FOUND when the hotel has none of that id. Texts are copied into the arena. */
bool integration_find(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str id,
                      struct integration *out, struct err *e);
/* *list: *count integrations of the hotel, oldest first. */
bool integration_rows(struct db_conn *c, struct arena *a, int64_t establishment_id, struct integration **list,
                      size_t *count, struct err *e);
/* Writes name, status, configuration, last error, is_active, updated_us, next_sync and tells_stock. */
bool integration_update(struct db_conn *c, const struct integration *i, struct err *e);
/* With its mappings and what was still to be told to it. Its history, its messages and what came by it stay. */
bool integration_delete(struct db_conn *c, int64_t establishment_id, struct str id, struct err *e);

/* For whoever exchanges something: it worked (connected, no error; last_sync unless at_us is INSTANT_NONE: only
 * tried), or it did not. A paused one stays paused; an id that is gone is no error. */
bool integration_note_ok(struct db_conn *c, int64_t establishment_id, struct str id, int64_t at_us,
                         struct err *e);
bool integration_note_error(struct db_conn *c, int64_t establishment_id, struct str id, struct text error,
                            struct err *e);

/* Active ones of all hotels whose next_sync is not later than now, the longest waiting first. */
bool integration_due(struct db_conn *c, struct arena *a, int64_t now_us, size_t limit,
                     struct integration **list, size_t *count, struct err *e);
/* INSTANT_NONE: not scheduled. */
bool integration_schedule(struct db_conn *c, int64_t establishment_id, struct str id, int64_t next_us,
                          struct err *e);

/* When files were last written by it; INSTANT_NONE: never. */
bool integration_last_export(struct db_conn *c, int64_t establishment_id, struct str id, int64_t *at_us,
                             struct err *e);
bool integration_note_export(struct db_conn *c, int64_t establishment_id, struct str id, int64_t at_us,
                             struct err *e);

/* --- history --- */

struct integration_log_row {
    int64_t id; /* from the hotel's counter; rises */
    struct str integration_id;
    struct str action; /* created, updated, paused, resumed, deleted, tested, synced, … */
    struct str status; /* ok, warning, error */
    struct text message;
    struct str data; /* JSON; absent: none */
    int64_t created_us;
    struct str actor; /* a user's e-mail, or the part of the program; absent: unknown */
};

/* Adds a row, with an id from the lock (which whoever took it gives back). row->id is not read. */
bool integration_log(struct db_conn *c, struct establishment_lock *lock,
                     const struct integration_log_row *row, struct err *e);

struct integration_log_filter {
    struct str integration_id;
    struct str search; /* anywhere in a message or its data, whatever the case; empty: all */
    struct str status; /* empty: all */
    struct str action; /* empty: all */
    int64_t before_id; /* 0: from the newest */
    size_t limit;
};
/* Newest first. */
bool integration_log_rows(struct db_conn *c, struct arena *a, int64_t establishment_id,
                          const struct integration_log_filter *f, struct integration_log_row **list,
                          size_t *count, struct err *e);

#endif
