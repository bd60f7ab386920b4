/* auth.h: what a request's headers say about who sends it and whether it may be believed. Decisions about hotels and
 * roles are the hub's (hub/account.h).
 *
 * Two ways to say who one is:
 *   Authorization: Bearer <token>            programs; wins when both are there
 *   Cookie: __Host-selfkey=<session>         browsers over TLS; Secure; HttpOnly; SameSite=Lax; Path=/
 *           selfkey_local=<session>          the same on plain HTTP, which is served on loopback only
 * A browser adds the cookie to whatever another site makes it send, so a request that changes something and stands
 * on the cookie must also show that it comes from our own pages (OWASP, Cross-Site Request Forgery Prevention):
 *   - Sec-Fetch-Site, when there is one, is same-origin or none;
 *   - Origin, when there is one, is our own: the scheme and Host of this request, or the public URL ("null" is fine
 *     beside a Sec-Fetch-Site);
 *   - and when neither is there, the body is of a type that no HTML form can send (JSON, CSV), or absent with
 *     a header of our own kind, which again no form can send: X-Requested-With. */
#ifndef API_AUTH_H
#define API_AUTH_H

#include "hub/account.h"
#include "io/http_server.h"

#define AUTH_COOKIE_SECURE S("__Host-selfkey")
#define AUTH_COOKIE_LOCAL  S("selfkey_local")

enum auth_kind { AUTH_NONE, AUTH_BEARER, AUTH_COOKIE };

struct auth_credentials {
    enum auth_kind kind;
    struct str text; /* the token or the cookie's value */
};

struct auth_credentials auth_credentials(const struct http_request *r);
/* Who it is. ERR_UNAUTHENTICATED without credentials, or with ones that are not, or no longer, good. */
bool auth_who(struct env *env, struct arena *a, const struct auth_credentials *c, struct principal *out,
              struct err *e);

/* Set-Cookie for a new session; for its end when the token is absent. */
struct http_pair auth_cookie(struct arena *a, bool secure, struct str token);

/* By which names this server may be addressed. A page of another site whose name was made to point here (DNS
 * rebinding) has that name in Host, and is refused. */
struct auth_site {
    struct str public_url; /* http(s)://HOST[:PORT][/path]; absent: unknown */
    bool loopback;         /* listens on loopback: its names are fine too */
};
/* True for any Host when neither a public URL is known nor the server listens on loopback. */
bool auth_host_fine(const struct auth_site *site, struct str host);

/* True for GET, HEAD and OPTIONS. */
bool auth_is_safe(struct str method);
/* The rule above; ERR_FORBIDDEN. special_type: the body's type is one that no form can send. */
bool auth_same_site(const struct auth_site *site, const struct http_request *r, bool special_type,
                    struct err *e);

#endif
