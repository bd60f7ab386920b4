#include "api/dispatch.h"

#include "api/known.h"
#include "api/problem.h"
#include "base/limits.h"

/* A refusal whose status no err_code has. */
static bool refuse(struct api_call *c, struct problem p)
{
    p.request_id = c->request->id;
    c->answer = problem_response(c->arena, &p, c->lang);
    return false;
}

static bool fail(struct api_call *c, const struct err *e)
{
    c->answer = api_failure(c, e);
    return false;
}

/* --- the type of a body --- */

static bool charset_is_utf8(struct str parameters)
{
    for (struct str rest = parameters; str_given(rest);) {
        struct str value = str_cut(&rest, ';');
        struct str name = str_trim(str_cut(&value, '='));
        value = str_trim(str_given(value) ? value : S(""));
        if (value.n >= 2 && value.p[0] == '"') {
            value = str_sub(value, 1, value.n - 2);
        }
        if (str_eq_nocase(name, S("charset")) && !str_eq_nocase(value, S("utf-8"))) {
            return false;
        }
    }
    return true;
}

bool dispatch_type_fits(enum api_body body, struct str type, bool *special)
{
    static const struct str tables[] = {S_INIT("text/csv"), S_INIT("text/tab-separated-values"),
                                        S_INIT("application/octet-stream"),
                                        S_INIT("application/vnd.ms-excel")};
    struct str rest = type;
    struct str essence = str_trim(str_cut(&rest, ';'));
    bool json = str_eq_nocase(essence, S("application/json")) && charset_is_utf8(rest);
    bool table = false;
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        table = table || str_eq_nocase(essence, tables[i]);
    }
    *special = json || table;
    switch (body) {
    case API_BODY_JSON:
    case API_BODY_JSON_OPTIONAL:
        return json;
    case API_BODY_FILE:
        return table;
    case API_BODY_FORM:
        return str_eq_nocase(essence, S("application/x-www-form-urlencoded"));
    case API_BODY_NONE:
    case API_BODY_RAW:
        break;
    }
    return true;
}

static bool refuse_type(struct api_call *c)
{
    struct problem p = {415, S("unsupported_media_type"),
                        TEXT("send the body as application/json (UTF-8), and say so in Content-Type",
                             "envoyez le corps en application/json (UTF-8), et dites-le dans Content-Type")};
    if (c->route->body == API_BODY_FILE) {
        p.detail = TEXT("send the file itself as the body, with Content-Type: text/csv",
                        "envoyez le fichier lui-même comme corps, avec Content-Type: text/csv");
    } else if (c->route->body == API_BODY_FORM) {
        p.detail = TEXT("this address takes the form of its own page",
                        "cette adresse reçoit le formulaire de sa propre page");
    }
    return refuse(c, p);
}

/* --- the head --- */

static bool in_admin(struct str path)
{
    return str_starts(path, S("/api/admin/"));
}

static bool unauthenticated(struct api_call *c)
{
    struct err e;
    struct principal nobody;
    const struct auth_credentials none = {0};
    auth_who(c->env, c->arena, &none, &nobody, &e);
    return fail(c, &e);
}

static bool find_route(struct api_call *c)
{
    const struct http_request *r = c->request;
    struct api_match m = api_match(c->arena, r->method, r->path);
    if (str_given(m.allow) && str_eq(r->method, S("OPTIONS"))) {
        c->answer = (struct http_response){.status = 204};
        api_header(c, S("Allow"), m.allow);
        return false;
    }
    if (!str_given(m.allow)) {
        struct err e;
        if (in_admin(r->path) && c->credentials.kind == AUTH_NONE) {
            return unauthenticated(c);
        }
        err_set(&e, ERR_NOT_FOUND, "there is nothing at this address", "il n'y a rien à cette adresse");
        return fail(c, &e);
    }
    if (!m.route) {
        return refuse(c,
                      (struct problem){405,
                                       S("method_not_allowed"),
                                       {arena_fmt(c->arena, "this address knows %.*s", STR_ARG(m.allow)),
                                        arena_fmt(c->arena, "cette adresse connaît %.*s", STR_ARG(m.allow))},
                                       .allow = m.allow});
    }
    c->route = m.route;
    for (size_t i = 0; i < API_PARAMS; i++) {
        c->params[i] = m.params[i];
    }
    return true;
}

/* Health checks ask by whatever name or address they know, and get nothing worth hiding. */
static bool host_matters(const struct http_request *r)
{
    return !str_eq(r->path, S("/healthz")) && !str_eq(r->path, S("/readyz"));
}

static bool check_host(struct api_call *c, const struct auth_site *site)
{
    if (!host_matters(c->request) || auth_host_fine(site, c->request->host)) {
        return true;
    }
    return refuse(c,
                  (struct problem){421, S("misdirected"),
                                   TEXT("this server is not known by the name in the Host header; start it "
                                        "with --public-url to tell it its name",
                                        "ce serveur n'est pas connu sous le nom de l'en-tête Host ; "
                                        "démarrez-le avec --public-url pour lui dire son nom")});
}

/* A change that a browser sends must come from our own pages. Webhooks and bearer tokens come from programs. */
static bool check_origin(struct api_call *c, const struct auth_site *site, bool special, struct err *e)
{
    enum api_body body = c->route->body;
    bool by_browser = c->credentials.kind == AUTH_COOKIE ||
                      (c->credentials.kind == AUTH_NONE && c->route->access == API_PUBLIC);
    if (!by_browser || body == API_BODY_RAW || auth_is_safe(c->request->method)) {
        return true;
    }
    /* The form of the first start stands on its one-time token, which no other site knows: an old browser, which
     * sends no Sec-Fetch-Site, may use it too. */
    return (body == API_BODY_FORM && !str_given(http_header(c->request, S("Sec-Fetch-Site")))) ||
           auth_same_site(site, c->request, special || body == API_BODY_FORM, e);
}

bool dispatch_head(struct api_call *c, const struct auth_site *site)
{
    struct err e = {0};
    c->credentials = auth_credentials(c->request);
    if (!check_host(c, site) || !find_route(c)) {
        return false;
    }
    if (c->route->access != API_PUBLIC && c->credentials.kind == AUTH_NONE) {
        return unauthenticated(c);
    }
    struct str type = http_header(c->request, S("Content-Type"));
    bool special = false;
    bool fits = dispatch_type_fits(c->route->body, type, &special);
    /* Where a body is optional and no type is given, there may be none; that is seen when it would be here. */
    enum api_body body = c->route->body;
    if (!fits && (str_given(type) || body == API_BODY_JSON || body == API_BODY_FILE)) {
        return refuse_type(c);
    }
    if (!check_origin(c, site, special, &e)) {
        return fail(c, &e);
    }
    if (c->route->lane == API_LANE_NOW && !c->route->handle(c, &e)) {
        return fail(c, &e);
    }
    return true;
}

/* --- the rest --- */

static enum role role_of(enum api_access access)
{
    switch (access) {
    case API_OWNER:
        return ROLE_OWNER;
    case API_MANAGER:
        return ROLE_MANAGER;
    case API_VIEWER:
        return ROLE_VIEWER;
    case API_PUBLIC:
    case API_SESSION:
    case API_OPERATOR:
        break;
    }
    return ROLE_NONE;
}

static bool may(struct api_call *c, struct err *e)
{
    if (c->route->access == API_PUBLIC) {
        return true;
    }
    if (!auth_who(c->env, c->arena, &c->credentials, &c->principal, e)) {
        return false;
    }
    if (c->known) {
        known_add(c->known, c->credentials.text, clock_now_us(&c->env->clock));
    }
    if (!http_header(c->request, S("Accept-Language")).n) {
        c->lang = c->principal.language;
    }
    if (c->route->access == API_SESSION) {
        return true;
    }
    if (c->route->access == API_OPERATOR) {
        return account_require_operator(&c->principal, e);
    }
    return account_require(c->env, c->arena, &c->principal, api_param(c, "hotel"), role_of(c->route->access),
                           &c->hotel, e);
}

static bool parse(struct api_call *c, struct err *e)
{
    struct str body = c->request->body;
    if (c->route->body != API_BODY_JSON && (c->route->body != API_BODY_JSON_OPTIONAL || !body.n)) {
        return true;
    }
    c->body = json_parse(c->arena, str_given(body) ? body : S(""), e);
    if (c->body && arena_over(c->arena)) {
        return err_set(e, ERR_TOO_BIG, "the body has too many values", "le corps contient trop de valeurs");
    }
    return c->body != NULL;
}

void dispatch_run(struct api_call *c)
{
    struct err e = {0};
    bool untyped = c->request->body.n && !http_header(c->request, S("Content-Type")).n &&
                   c->route->body != API_BODY_NONE && c->route->body != API_BODY_RAW;
    if (!may(c, &e)) {
        fail(c, &e);
    } else if (untyped) {
        refuse_type(c);
    } else if (!parse(c, &e) || !c->route->handle(c, &e)) {
        fail(c, &e);
    }
}
