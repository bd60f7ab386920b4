/* integration.h: the connections of a hotel to other systems: making, changing, testing them; what others need
 * to use one.
 *
 * Who may is decided before (hub/account.h): viewers read, managers change. actor is the e-mail address of who
 * does it. Every change is a row of the integration's history, in the same transaction, with the names of the
 * members that changed and never a secret's value. */
#ifndef HUB_INTEGRATION_H
#define HUB_INTEGRATION_H

#include "connector/registry.h"
#include "connector/webhook.h"
#include "format/json.h"
#include "hub/env.h"
#include "store/integration.h"

/* --- as people see it --- */

struct integration_view {
    struct integration row; /* with the status and error that are shown */
    struct str settings;    /* JSON object, secrets masked; "{}" when it cannot be opened with today's keys */
    struct str webhook_url; /* absent for types that receive nothing; its key masked */
    bool is_open;           /* anybody may send: a choice that stays visible */
};
/* {id, establishment, type, name, status, configuration, lastSync, lastError, isActive, createdAt, updatedAt},
 * a webhook's also with webhookUrl and isOpen. */
void integration_json(struct json_out *o, const struct integration_view *v, enum lang lang);

/* One that cannot be opened is listed too, with status error and a text. */
bool integration_list(struct env *env, struct arena *a, const struct establishment *hotel,
                      struct integration_view **list, size_t *count, struct err *e);
bool integration_get(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                     struct integration_view *out, struct err *e);
/* body: {type, name, configuration, isActive}. What is generated (a secret, the key in the address) is in *out in
 * clear, this once. ERR_INVALID with the pointer of the member ("/configuration/secret"). */
bool integration_create(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                        const struct json *body, struct integration_view *out, struct err *e);
/* body: what integration_json() writes, or part of it. Members that are left out stay as they are, also inside
 * configuration, where null takes one away (hub/settings.h); read-only members are passed over. configuration's
 * enabled is another name of isActive: where both are sent, the one that differs from what is stored counts. */
bool integration_change(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                        struct str id, const struct json *body, struct integration_view *out, struct err *e);
bool integration_remove(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                        struct str id, struct err *e);

/* Every type with its settings form: an array (hub/settings.h). */
void integration_types_json(struct json_out *o, enum lang lang);

/* ERR_NOT_FOUND for one that is not there and never was: what one that was deleted left behind can still be read. */
bool integration_known(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                       struct err *e);

/* --- its history --- */

/* filter.integration_id is set here; filter.limit is 1 to LIMIT_PAGE. *next: before_id of the next page, 0 at the
 * end. The history of an integration that was deleted can still be read. */
bool integration_history(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                         struct integration_log_filter filter, struct integration_log_row **list,
                         size_t *count, int64_t *next, struct err *e);
/* {id, integrationId, action, status, message, data, actor, createdAt} */
void integration_log_json(struct json_out *o, const struct integration_log_row *row, enum lang lang);

/* --- for whoever uses one --- */

struct integration_loaded {
    struct establishment hotel;
    struct integration row;
    const struct connector *connector;
    const void *settings; /* of the connector's own struct, e.g. struct webhook_settings; secrets in clear */
};
/* Within the caller's snapshot or transaction of the hotel's store. ERR_NOT_FOUND (one text for a hotel and an
 * integration that do not exist), ERR_INTERNAL with a text for people when the settings cannot be opened. */
bool integration_load_settings(struct env *env, struct db_conn *c, struct str hotel_slug, struct str id,
                               struct arena *a, struct integration_loaded *out, struct err *e);
/* The same when the hotel is known. */
bool integration_load(struct env *env, struct db_conn *c, const struct establishment *hotel, struct str id,
                      struct arena *a, struct integration_loaded *out, struct err *e);

/* --- asking it to do something --- */

/* What a type does beyond its format; the table is in env->hooks, set once at start. A hook returns true with a
 * JSON object of what it found in *data, or false with *e. NULL: the type cannot. */
struct integration_hook {
    const char *type; /* NULL ends the table */
    bool (*test)(struct env *env, struct arena *a, const struct integration_loaded *in, struct str *data,
                 struct err *e);
    bool (*sync)(struct env *env, struct arena *a, const struct integration_loaded *in, struct str *data,
                 struct err *e);
    /* It was switched on again: what waited goes on. */
    bool (*resumed)(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                    struct err *e);
};

/* The two verbs: *success and *data, or *failure when it was tried and failed (the answer is 200 all the same).
 * False with *e only when it could not be tried: ERR_NOT_FOUND, ERR_INTERNAL, ERR_BUSY. The result is noted in
 * the status and the history. */
struct integration_result {
    bool success;
    struct str data; /* JSON object */
    struct err failure;
};
bool integration_test(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                      struct str id, struct integration_result *out, struct err *e);
bool integration_sync(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                      struct str id, struct integration_result *out, struct err *e);
/* {"success":true,"data":{…}} or {"success":false,"error":{code,message}} */
void integration_result_json(struct json_out *o, const struct integration_result *r, enum lang lang);

#endif
