/* call.h: one request on its way through the API, and what handlers read it and answer with.
 *
 * It lives in the request's arena. By the time a handler runs, the sender is known, has the role that the route
 * asks for, and the body has been parsed; the handler makes one call of the hub and says what came of it. */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/auth.h"
#include "api/page.h"
#include "api/router.h"
#include "format/json_fields.h"
#include "io/http_server.h"

#define API_HEADERS 4

struct api_options;
struct known;

struct api_call {
    struct api *api;
    const struct api_options *options;
    struct env *env;
    struct http_request *request;
    struct http_exchange *exchange; /* NULL on API_LANE_NOW */
    struct arena *arena;
    const struct api_route *route;
    struct str params[API_PARAMS];
    struct auth_credentials credentials;
    struct known *known; /* where good credentials are remembered; may be NULL */
    bool counted;        /* among the uploads of unknown senders */

    struct principal principal; /* from API_SESSION on */
    struct establishment hotel; /* from API_VIEWER on */
    const struct json *body;    /* API_BODY_JSON; may be NULL with API_BODY_JSON_OPTIONAL */
    enum lang lang;             /* of texts: what the request asks for, else the user's own */

    bool live;          /* answer with a stream of events (api/live.h) … */
    int64_t live_after; /* … that follow this one */

    int64_t retry_after_s; /* with a failure: when to try again; 0: not said */
    bool anonymous;        /* a failure that must not differ from another in anything */
    struct http_response answer;
    struct http_pair headers[API_HEADERS];
    struct buf out;
    struct json_out json;
};

/* What the {name} of the route's pattern stands for. */
struct str api_param(const struct api_call *c, const char *name);
/* The same as the number of a row; ERR_NOT_FOUND when it is none: such a row does not exist. */
bool api_param_id(const struct api_call *c, const char *name, int64_t *out, struct err *e);

/* Query parameters; absent ones keep *out. ERR_INVALID with pointer "/name". */
bool api_query_date(const struct api_call *c, const char *name, int32_t *out, struct err *e);
/* ?from=&to=, both included: the nights [*from, *to). Left out: from today at the hotel, and so many days. */
bool api_query_nights(const struct api_call *c, int32_t days, int32_t *from, int32_t *to, struct err *e);
bool api_query_instant(const struct api_call *c, const char *name, int64_t *out_us, struct err *e);
bool api_query_bool(const struct api_call *c, const char *name, int *out, struct err *e); /* true false 1 0 */
bool api_query_choice(const struct api_call *c, const char *name, const char *const *choices, int *out,
                      struct err *e);

/* The body by its field table. */
bool api_body(struct api_call *c, const struct field_table *t, void *record, struct err *e);

/* The table with one member made optional, for a change that leaves it out. */
struct field_table api_optional(const struct api_call *c, const struct field_table *t, const char *name);

void api_header(struct api_call *c, struct str name, struct str value);

/* Answering with JSON: api_json(c), write, api_send(c, 200). */
struct json_out *api_json(struct api_call *c);
bool api_send(struct api_call *c, int status); /* always true */
/* A list: api_list(c), write its items, api_list_send(). An absent cursor is null. */
struct json_out *api_list(struct api_call *c);
bool api_list_send(struct api_call *c, struct str next_cursor);
bool api_no_content(struct api_call *c); /* 204 */
/* Any other body. */
bool api_send_text(struct api_call *c, int status, const char *type, struct str body);

/* Members of the usual forms; absent values are written as null. */
void api_member_id(struct json_out *o, struct str name, int64_t id); /* a string; 0 is null */
void api_member_instant(struct json_out *o, struct str name, int64_t us);
void api_member_date(struct json_out *o, struct str name, int32_t date);
void api_member_text(const struct api_call *c, struct json_out *o, struct str name, struct text t);

/* The response for a failure, logged when it is the program's own. */
struct http_response api_failure(struct api_call *c, const struct err *e);

#endif
