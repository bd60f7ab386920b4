/* account.h: who may do what: users, sessions, bearer tokens, roles, the first start.
 *
 * Nothing here knows HTTP: api/ takes the cookie's or the header's value and hands it over as it came. */
#ifndef HUB_ACCOUNT_H
#define HUB_ACCOUNT_H

#include "hub/env.h"
#include "hub/hotel.h"
#include "store/access.h"
#include "store/user.h"

#define ACCOUNT_SESSION_IDLE_S (30 * 60)
#define ACCOUNT_SESSION_MAX_S  (12 * 60 * 60)
#define ACCOUNT_SETUP_S        (60 * 60)
/* Attempts to sign in before each one more has to wait 1 s, 2 s, 4 s … */
#define ACCOUNT_FREE_ATTEMPTS 5
#define ACCOUNT_WAIT_MAX_S    (15 * 60)

/* Who sends a request. */
struct principal {
    int64_t user_id;
    struct str email;
    bool is_operator; /* of the installation; gives no access to a hotel's data */
    enum lang language;
};

/* --- users --- */

struct account_new {
    struct str email; /* any case */
    struct str password;
    enum lang language;
    bool is_operator;
    struct str hotel; /* slug; may be absent */
    enum role role;   /* in that hotel */
};
/* Makes a user, with a membership when a hotel is given. For an address that already has an account, without
 * a password, it gives the membership (or the operator's right) to that account instead. Errors: ERR_INVALID
 * (pointer to email, password or role), ERR_NOT_FOUND (the hotel, or a user when there is no password),
 * ERR_CONFLICT (the address has an account and a password came). */
bool account_add(struct env *env, struct arena *a, const struct account_new *in, int64_t *user_id,
                 struct err *e);
/* Trimmed and in lower case; ERR_INVALID with pointer /email when it is not an address. */
bool account_email(struct arena *a, struct str email, struct str *out, struct err *e);
bool account_find(struct env *env, struct arena *a, struct str email, struct principal *out, struct err *e);

/* --- the first start --- */

/* When there is no user yet: *token is a new one-time token, valid for ACCOUNT_SETUP_S; an older one ends.
 * Else *token is absent. */
bool account_setup_start(struct env *env, struct arena *a, struct str *token, struct err *e);
/* *needed: there is no user yet. */
bool account_setup_needed(struct env *env, bool *needed, struct err *e);

struct account_setup {
    struct str email, password;
    int language;           /* enum lang; -1: English */
    struct hotel_new hotel; /* may be absent as a whole */
};
extern const struct field_table account_setup_fields; /* {email, password, language, hotel: {…}} */
/* Uses the token up: makes the first user (operator, and owner of the hotel when one is given) in one
 * transaction. ERR_UNAUTHENTICATED when the token is wrong, used or too old. */
bool account_setup(struct env *env, struct arena *a, struct str token, const struct account_setup *in,
                   struct principal *out, struct err *e);

/* --- sessions --- */

struct account_login {
    struct str email, password;
    struct str client; /* the sender's IP address; absent: not counted */
};
struct account_session {
    struct str token; /* 43 letters [A-Za-z0-9_-]: the cookie's value, kept by us as its SHA-256 only */
    struct principal principal;
    int64_t retry_after_s; /* with ERR_LIMITED: how long to wait */
};
/* Errors: ERR_UNAUTHENTICATED (address or password is wrong: nobody learns which, also not by the time it
 * takes), ERR_LIMITED (too many failures for this address or from this client). */
bool account_login(struct env *env, struct arena *a, const struct account_login *in,
                   struct account_session *out, struct err *e);
/* ERR_UNAUTHENTICATED when there is no such session, or it was idle or is too old. */
bool account_by_session(struct env *env, struct arena *a, struct str token, struct principal *out,
                        struct err *e);
bool account_logout(struct env *env, struct str token, struct err *e);
/* Forgets ended sessions and old failures; for the housekeeping. */
bool account_tidy(struct env *env, struct err *e);

/* --- bearer tokens: hub_live_ + 8 letters of id + _ + 43 letters + 6 letters of CRC-32, all base62 --- */

/* *text is shown once and never again. */
bool account_token_create(struct env *env, struct arena *a, int64_t user_id, struct str name,
                          struct str *text, struct err *e);
bool account_token_list(struct env *env, struct arena *a, int64_t user_id, struct access_token **list,
                        size_t *count, struct err *e);
bool account_token_revoke(struct env *env, int64_t user_id, struct str id, struct err *e);
/* True when the text has the form and its CRC-32 (of all letters before it) is right: a typing error is found
 * without asking the store. */
bool account_token_well_formed(struct str text);
/* ERR_UNAUTHENTICATED when the token is malformed, unknown or revoked. */
bool account_by_token(struct env *env, struct arena *a, struct str text, struct principal *out,
                      struct err *e);

/* --- what they may do --- */

/* The role in a hotel; ERR_NOT_FOUND, always with the same text, for strangers and for hotels that do not
 * exist. */
bool account_role(struct env *env, struct arena *a, const struct principal *p, struct str hotel,
                  enum role *role, struct establishment *out, struct err *e);
/* The same, and ERR_FORBIDDEN when the role is less than least. */
bool account_require(struct env *env, struct arena *a, const struct principal *p, struct str hotel,
                     enum role least, struct establishment *out, struct err *e);
/* ERR_FORBIDDEN for all but operators. */
bool account_require_operator(const struct principal *p, struct err *e);
/* Their hotels, by slug. */
bool account_hotels(struct env *env, struct arena *a, const struct principal *p, struct user_hotel **list,
                    size_t *count, struct err *e);

#endif
