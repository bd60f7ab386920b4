/* router.h: every address of the HTTP API, in one table: who may call it, what body it takes, what answers.
 *
 * A pattern is a path whose segments are themselves or {names}; a name stands for one segment that is not empty. The
 * first route that fits wins. HEAD is answered like GET, OPTIONS by the methods that an address knows. */
#ifndef API_ROUTER_H
#define API_ROUTER_H

#include "base/arena.h"
#include "base/err.h"

struct api_call;

/* Who may call. From API_VIEWER on, the pattern has a {hotel}, and the caller a role in it: for strangers and for
 * hotels that do not exist the answer is the same 404. */
enum api_access {
    API_PUBLIC,   /* anybody */
    API_SESSION,  /* whoever is signed in */
    API_OPERATOR, /* of the installation */
    API_VIEWER,
    API_MANAGER,
    API_OWNER,
};

enum api_body {
    API_BODY_NONE,          /* what comes is not looked at */
    API_BODY_JSON,          /* application/json */
    API_BODY_JSON_OPTIONAL, /* the same, or nothing at all */
    API_BODY_FORM,          /* application/x-www-form-urlencoded */
    API_BODY_FILE,          /* a table, raw, streamed into a file */
    API_BODY_RAW,           /* a webhook: whatever it is */
};

/* Who works on it: what can take long, and what is slow on purpose, must not keep the rest waiting. */
enum api_lane {
    API_LANE_NOW,     /* the HTTP thread itself: constant answers only */
    API_LANE_QUICK,   /* reads and small writes */
    API_LANE_LONG,    /* asks others (test, sync), replays, imports, exports */
    API_LANE_LOGIN,   /* hashes passwords */
    API_LANE_WEBHOOK, /* the commit batch */
};

/* What people read in the place of an enum api_access and an enum api_body. */
extern const char *const api_access_names[]; /* public, session, operator, viewer, manager, owner */
extern const char *const api_body_names[];   /* none, json, json-optional, form, file, raw */

struct api_route {
    const char *method;
    const char *pattern;
    enum api_access access;
    enum api_body body;
    enum api_lane lane;
    /* Fills c->answer; false with *e for a problem. NULL for API_LANE_WEBHOOK. */
    bool (*handle)(struct api_call *c, struct err *e);
};

/* The whole table; for dispatching, for people (selfkey routes), and for tests that try every route with every role. */
const struct api_route *api_routes(size_t *count);

#define API_PARAMS 3

struct api_match {
    const struct api_route *route; /* NULL: none */
    struct str params[API_PARAMS]; /* what the {names} stand for, in order; views into path */
    struct str allow; /* "GET, HEAD, OPTIONS": what the path knows; absent: it is not known at all */
};
struct api_match api_match(struct arena *a, struct str method, struct str path);

/* What a {name} of the route's pattern stands for; the absent string when the pattern has no such name. */
struct str api_match_param(const struct api_route *route, const struct str *params, struct str name);

#endif
