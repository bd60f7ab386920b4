/* process_job.h: what the files of process.h share. Nobody else includes this. */
#ifndef HUB_PROCESS_JOB_H
#define HUB_PROCESS_JOB_H

#include "connector/webhook_message.h"
#include "hub/integration.h"
#include "hub/process.h"

#define PROCESS_SOURCES_MAX 64 /* integrations whose settings a batch keeps open */

/* An integration as one batch sees it. */
struct process_source {
    struct str id;
    bool exists;
    struct integration_loaded loaded;
    const struct webhook_settings *settings; /* NULL: cannot be opened; why says so */
    const struct mapping *mapping;
    struct err why;
    bool said_ok; /* its row was updated in this batch */
    bool queued;  /* earlier messages wait, so later ones do too: they are applied in order */
};

/* One transaction's worth of messages. */
struct process_round {
    struct env *env;
    struct arena *a; /* lives as long as the transaction */
    struct inbox_message *messages;
    size_t count;
    int64_t cursor, last; /* where it began, and where it ends */
    bool moved;           /* somebody else has processed meanwhile: nothing was done */
    bool replays;         /* looks again at what was processed */
    bool resumes;         /* but only at what still waits */
    struct process_source sources[PROCESS_SOURCES_MAX];
    size_t source_count;
    struct db_conn *c;
    const struct establishment *hotel;
    struct apply *ap;
};

/* process.c: the round's messages, hotel by hotel, each hotel's in their order. */
bool process_hotels(struct db_conn *c, struct process_round *r, struct err *e);
/* process.c: does the work (which calls process_hotels) in one transaction; when that cannot be because of a message,
 * one message after the other, so that it alone fails. */
bool process_in_round(struct process_round *r, bool (*work)(struct db_conn *c, void *arg, struct err *e),
                      struct err *e);
/* process_replay.c: what waits although nothing is paused any more: it came while its integration was being resumed, or
 * a stop came between switching on and resuming, or the integration is gone. */
bool process_resume_all(struct env *env, struct err *e);

#endif
