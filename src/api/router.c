#include "api/router.h"

#include "api/resource.h"

#define ADMIN "/api/admin/{hotel}"
#define ONE   ADMIN "/integrations/{id}"

static const struct api_route routes[] = {
    {"GET", "/", API_PUBLIC, API_BODY_NONE, API_LANE_NOW, ui_front},
    {"GET", "/assets/{file}", API_PUBLIC, API_BODY_NONE, API_LANE_NOW, ui_asset},
    {"GET", "/healthz", API_PUBLIC, API_BODY_NONE, API_LANE_NOW, health_live},
    {"GET", "/readyz", API_PUBLIC, API_BODY_NONE, API_LANE_QUICK, health_ready},
    {"GET", "/setup", API_PUBLIC, API_BODY_NONE, API_LANE_QUICK, setup_page_show},
    {"POST", "/setup", API_PUBLIC, API_BODY_FORM, API_LANE_LOGIN, setup_page_send},
    {"GET", "/setup.css", API_PUBLIC, API_BODY_NONE, API_LANE_NOW, setup_page_style},

    {"POST", "/api/login", API_PUBLIC, API_BODY_JSON, API_LANE_LOGIN, session_login},
    {"POST", "/api/logout", API_SESSION, API_BODY_JSON_OPTIONAL, API_LANE_QUICK, session_logout},
    {"GET", "/api/me", API_SESSION, API_BODY_NONE, API_LANE_QUICK, session_me},
    {"GET", "/api/setup", API_PUBLIC, API_BODY_NONE, API_LANE_QUICK, session_setup_status},
    {"POST", "/api/setup", API_PUBLIC, API_BODY_JSON, API_LANE_LOGIN, session_setup},

    {"POST", "/api/webhooks/integrations/{hotel}/{id}", API_PUBLIC, API_BODY_RAW, API_LANE_WEBHOOK, NULL},
    {"POST", "/api/webhooks/integrations/{hotel}/{id}/{token}", API_PUBLIC, API_BODY_RAW, API_LANE_WEBHOOK,
     NULL},

    {"GET", ADMIN "/integration-types", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, integrations_types},
    {"GET", ADMIN "/integrations", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, integrations_list},
    {"POST", ADMIN "/integrations", API_MANAGER, API_BODY_JSON, API_LANE_QUICK, integrations_create},
    {"GET", ONE, API_VIEWER, API_BODY_NONE, API_LANE_QUICK, integrations_read},
    {"PUT", ONE, API_MANAGER, API_BODY_JSON, API_LANE_QUICK, integrations_change},
    {"DELETE", ONE, API_MANAGER, API_BODY_NONE, API_LANE_QUICK, integrations_delete},
    {"POST", ONE "/test", API_MANAGER, API_BODY_JSON_OPTIONAL, API_LANE_LONG, integrations_test},
    {"POST", ONE "/sync", API_MANAGER, API_BODY_JSON_OPTIONAL, API_LANE_LONG, integrations_sync},
    {"GET", ONE "/logs", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, integrations_logs},
    {"GET", ONE "/messages", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, messages_list},
    {"GET", ONE "/messages/{seq}", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, messages_read},
    {"POST", ONE "/messages/{seq}/replay", API_MANAGER, API_BODY_JSON_OPTIONAL, API_LANE_LONG,
     messages_replay_one},
    {"POST", ONE "/replay", API_MANAGER, API_BODY_JSON, API_LANE_LONG, messages_replay},

    {"GET", ADMIN "/rooms", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, rooms_list},
    {"POST", ADMIN "/rooms", API_MANAGER, API_BODY_JSON, API_LANE_QUICK, rooms_create},
    {"PUT", ADMIN "/rooms/{code}", API_MANAGER, API_BODY_JSON, API_LANE_QUICK, rooms_change},
    {"PUT", ADMIN "/stock", API_MANAGER, API_BODY_JSON, API_LANE_QUICK, rooms_stock},
    {"GET", ADMIN "/calendar", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, rooms_calendar},
    {"GET", ADMIN "/reservations", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, reservations_list},
    {"POST", ADMIN "/reservations", API_MANAGER, API_BODY_JSON, API_LANE_QUICK, reservations_create},
    {"GET", ADMIN "/reservations/{id}", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, reservations_read},
    {"PUT", ADMIN "/reservations/{id}", API_MANAGER, API_BODY_JSON, API_LANE_QUICK, reservations_change},
    {"POST", ADMIN "/reservations/{id}/cancel", API_MANAGER, API_BODY_JSON_OPTIONAL, API_LANE_QUICK,
     reservations_cancel},
    {"POST", ADMIN "/reservations/{id}/no-show", API_MANAGER, API_BODY_JSON_OPTIONAL, API_LANE_QUICK,
     reservations_no_show},
    {"GET", ADMIN "/guests", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, guests_list},
    {"GET", ADMIN "/rate-plans", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, rate_plans_list},
    {"POST", ADMIN "/rate-plans", API_MANAGER, API_BODY_JSON, API_LANE_QUICK, rate_plans_create},
    {"GET", ADMIN "/rate-plans/{id}", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, rate_plans_read},
    {"PUT", ADMIN "/rate-plans/{id}", API_MANAGER, API_BODY_JSON, API_LANE_QUICK, rate_plans_change},
    {"DELETE", ADMIN "/rate-plans/{id}", API_MANAGER, API_BODY_NONE, API_LANE_QUICK, rate_plans_delete},
    {"GET", ADMIN "/rates", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, rates_read},
    {"PUT", ADMIN "/rates", API_MANAGER, API_BODY_JSON, API_LANE_LONG, rates_change},
    {"GET", ADMIN "/edits", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, edits_list},
    {"POST", ADMIN "/edits/{id}/undo", API_MANAGER, API_BODY_JSON_OPTIONAL, API_LANE_LONG, edits_undo},
    {"GET", ADMIN "/calendar/history", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, edits_history},
    {"GET", ADMIN "/mappings", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, mappings_list},
    {"POST", ADMIN "/mappings", API_MANAGER, API_BODY_JSON, API_LANE_QUICK, mappings_set},
    {"GET", ADMIN "/alerts", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, happenings_alerts},
    {"GET", ADMIN "/events", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, live_events},
    {"GET", ADMIN "/outbox", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, happenings_outbox},
    {"GET", ADMIN "/imports", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, imports_list},
    {"POST", ADMIN "/imports", API_MANAGER, API_BODY_FILE, API_LANE_LONG, imports_create},
    {"GET", ADMIN "/imports/{id}", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, imports_read},
    {"POST", ADMIN "/imports/{id}", API_MANAGER, API_BODY_JSON, API_LANE_LONG, imports_answer},
    {"GET", ADMIN "/imports/{id}/bad-rows", API_VIEWER, API_BODY_NONE, API_LANE_QUICK, imports_bad_rows},
    {"GET", ADMIN "/export/{what}", API_VIEWER, API_BODY_NONE, API_LANE_LONG, exports_read},
};

const char *const api_access_names[] = {
    [API_PUBLIC] = "public", [API_SESSION] = "session", [API_OPERATOR] = "operator",
    [API_VIEWER] = "viewer", [API_MANAGER] = "manager", [API_OWNER] = "owner",
};
const char *const api_body_names[] = {
    [API_BODY_NONE] = "none", [API_BODY_JSON] = "json", [API_BODY_JSON_OPTIONAL] = "json-optional",
    [API_BODY_FORM] = "form", [API_BODY_FILE] = "file", [API_BODY_RAW] = "raw",
};

const struct api_route *api_routes(size_t *count)
{
    *count = ARRAY_LEN(routes);
    return routes;
}

static bool is_name(struct str segment)
{
    return segment.n > 2 && segment.p[0] == '{';
}

/* params may be NULL. */
static bool fits(struct str pattern, struct str path, struct str *params)
{
    size_t n = 0;
    while (str_given(pattern) && str_given(path)) {
        struct str want = str_cut(&pattern, '/'), have = str_cut(&path, '/');
        if (is_name(want)) {
            if (!have.n) {
                return false;
            }
            if (params && n < API_PARAMS) {
                params[n++] = have;
            }
        } else if (!str_eq(want, have)) {
            return false;
        }
    }
    return !str_given(pattern) && !str_given(path);
}

static void allow_add(struct buf *b, struct str method)
{
    buf_fmt(b, "%s%.*s", b->n ? ", " : "", STR_ARG(method));
}

struct api_match api_match(struct arena *a, struct str method, struct str path)
{
    struct api_match m = {0};
    struct str wanted = str_eq(method, S("HEAD")) ? S("GET") : method;
    struct buf allow = buf_in(a);
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        const struct api_route *route = &routes[i];
        struct str known = str_of(route->method);
        if (!fits(str_of(route->pattern), path, NULL)) {
            continue;
        }
        allow_add(&allow, known);
        if (str_eq(known, S("GET"))) {
            allow_add(&allow, S("HEAD"));
        }
        if (!m.route && str_eq(known, wanted)) {
            m.route = route;
            fits(str_of(route->pattern), path, m.params);
        }
    }
    if (allow.n) {
        allow_add(&allow, S("OPTIONS"));
        m.allow = buf_str(&allow);
    }
    return m;
}

struct str api_match_param(const struct api_route *route, const struct str *params, struct str name)
{
    size_t n = 0;
    for (struct str rest = str_of(route->pattern); str_given(rest) && n < API_PARAMS;) {
        struct str segment = str_cut(&rest, '/');
        if (!is_name(segment)) {
            continue;
        }
        if (str_eq(str_sub(segment, 1, segment.n - 2), name)) {
            return params[n];
        }
        n++;
    }
    return (struct str){0};
}
