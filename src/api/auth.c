#include "api/auth.h"

#include "io/http_address.h"

#include <string.h>

struct auth_credentials auth_credentials(const struct http_request *r)
{
    struct str rest = http_header(r, S("Authorization"));
    if (str_given(rest)) {
        struct str scheme = str_cut(&rest, ' ');
        if (!str_eq_nocase(scheme, S("Bearer"))) {
            return (struct auth_credentials){0};
        }
        return (struct auth_credentials){AUTH_BEARER, str_trim(rest)};
    }
    struct str cookie = http_cookie(r, r->secure ? AUTH_COOKIE_SECURE : AUTH_COOKIE_LOCAL);
    return cookie.n ? (struct auth_credentials){AUTH_COOKIE, cookie} : (struct auth_credentials){0};
}

bool auth_who(struct env *env, struct arena *a, const struct auth_credentials *c, struct principal *out,
              struct err *e)
{
    switch (c->kind) {
    case AUTH_BEARER:
        return account_by_token(env, a, c->text, out, e);
    case AUTH_COOKIE:
        return account_by_session(env, a, c->text, out, e);
    case AUTH_NONE:
        break;
    }
    return err_set(e, ERR_UNAUTHENTICATED,
                   "please sign in: POST /api/login, or send an Authorization: Bearer header with a token",
                   "veuillez vous connecter : POST /api/login, ou envoyez un en-tête Authorization: Bearer "
                   "avec un jeton");
}

struct http_pair auth_cookie(struct arena *a, bool secure, struct str token)
{
    struct str name = secure ? AUTH_COOKIE_SECURE : AUTH_COOKIE_LOCAL;
    return (struct http_pair){
        S("Set-Cookie"),
        arena_fmt(a, "%.*s=%.*s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s", STR_ARG(name), STR_ARG(token),
                  str_given(token) ? ACCOUNT_SESSION_MAX_S : 0, secure ? "; Secure" : "")};
}

/* "HOST" of "HOST:PORT" or "[v6]:PORT". */
static struct str host_name(struct str host)
{
    if (host.n && host.p[0] == '[') {
        size_t end = str_find_char(host, ']');
        return end == SIZE_MAX ? host : str_sub(host, 0, end + 1);
    }
    return str_cut(&host, ':');
}

static bool is_loopback(struct str name)
{
    struct http_address address;
    return str_eq_nocase(name, S("localhost")) ||
           (http_address_parse(name, &address) && http_address_is_loopback(&address));
}

/* "https://HOST:PORT" of a URL, and what follows "://" of that. */
static struct str origin_of(struct str url, struct str *authority)
{
    size_t at = str_find(url, S("://"));
    if (at == SIZE_MAX) {
        *authority = (struct str){0};
        return (struct str){0};
    }
    struct str rest = str_sub(url, at + 3, url.n);
    *authority = str_cut(&rest, '/');
    return str_sub(url, 0, at + 3 + authority->n);
}

bool auth_host_fine(const struct auth_site *site, struct str host)
{
    struct str authority;
    if (!site->loopback && !site->public_url.n) {
        return true;
    }
    /* A proxy of our own on the same machine asks by a loopback name as well. */
    struct str name = host_name(host);
    origin_of(site->public_url, &authority);
    return is_loopback(name) || (authority.n && str_eq_nocase(name, host_name(authority)));
}

bool auth_is_safe(struct str method)
{
    return str_eq(method, S("GET")) || str_eq(method, S("HEAD")) || str_eq(method, S("OPTIONS"));
}

static bool own_origin(const struct auth_site *site, const struct http_request *r, struct str origin)
{
    struct str authority, ours = origin_of(site->public_url, &authority);
    struct str scheme = r->secure ? S("https://") : S("http://");
    if (str_given(ours) && str_eq_nocase(origin, ours)) {
        return true;
    }
    return str_given(r->host) && origin.n > scheme.n && str_starts(origin, scheme) &&
           str_eq_nocase(str_sub(origin, scheme.n, origin.n), r->host);
}

bool auth_same_site(const struct auth_site *site, const struct http_request *r, bool special_type,
                    struct err *e)
{
    struct str fetch = http_header(r, S("Sec-Fetch-Site")), origin = http_header(r, S("Origin"));
    bool fine = !str_given(fetch) || str_eq(fetch, S("same-origin")) || str_eq(fetch, S("none"));
    /* Forms of our pages say "null", as these pages send no referrer (Fetch standard, "append a request Origin
     * header"); no page can make up a Sec-Fetch-Site. */
    bool hidden = str_given(fetch) && str_eq(origin, S("null"));
    fine = fine && (!str_given(origin) || hidden || own_origin(site, r, origin));
    fine = fine && (str_given(fetch) || str_given(origin) || special_type ||
                    str_given(http_header(r, S("X-Requested-With"))));
    return fine ||
           err_set(e, ERR_FORBIDDEN,
                   "this was sent from a page of another site; with a session cookie only our own "
                   "pages may change something (programs use a bearer token)",
                   "cette requête vient d'une page d'un autre site ; avec un cookie de session, seules "
                   "nos propres pages peuvent modifier quelque chose (un programme utilise un jeton)");
}
