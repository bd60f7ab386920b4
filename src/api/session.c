/* Signing in and out, who one is, and the first start. */
#include "api/resource.h"

static const char *language_name(enum lang lang)
{
    return lang == LANG_FR ? "fr" : "en";
}

static bool send_me(struct api_call *c, const struct principal *p, int status, struct err *e)
{
    struct user_hotel *hotels;
    size_t count;
    if (!account_hotels(c->env, c->arena, p, &hotels, &count, e)) {
        return false;
    }
    struct json_out *o = api_json(c);
    json_open(o, '{');
    json_member_str(o, S("email"), p->email);
    json_member_str(o, S("language"), str_of(language_name(p->language)));
    json_member_bool(o, S("operator"), p->is_operator);
    json_key(o, S("hotels"));
    json_open(o, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(o, '{');
        json_member_str(o, S("slug"), hotels[i].hotel.slug);
        json_member_str(o, S("name"), hotels[i].hotel.name);
        json_member_str(o, S("timezone"), hotels[i].hotel.timezone);
        json_member_str(o, S("currency"), hotels[i].hotel.currency);
        json_member_str(o, S("role"), role_name(hotels[i].role));
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
    return api_send(c, status);
}

bool session_me(struct api_call *c, struct err *e)
{
    return send_me(c, &c->principal, 200, e);
}

struct login {
    struct str email, password;
};

static const struct field login_members[] = {
    {FIELD_MEMBER("email", FIELD_STR, login, email), .flags = FIELD_REQUIRED, .max = 320},
    {FIELD_MEMBER("password", FIELD_STR, login, password), .flags = FIELD_REQUIRED | FIELD_SECRET},
};
static const struct field_table login_fields = {"login", sizeof(struct login), login_members,
                                                ARRAY_LEN(login_members)};

bool session_login(struct api_call *c, struct err *e)
{
    struct login in;
    struct account_session session;
    if (!api_body(c, &login_fields, &in, e)) {
        return false;
    }
    struct account_login login = {in.email, in.password, c->request->client};
    if (!account_login(c->env, c->arena, &login, &session, e)) {
        /* Nobody learns from the answer whether the address has an account. */
        c->anonymous = e->code == ERR_UNAUTHENTICATED;
        c->retry_after_s = session.retry_after_s;
        return false;
    }
    struct http_pair cookie = auth_cookie(c->arena, c->request->secure, session.token);
    api_header(c, cookie.name, cookie.value);
    return send_me(c, &session.principal, 200, e);
}

bool session_logout(struct api_call *c, struct err *e)
{
    if (c->credentials.kind == AUTH_COOKIE) {
        struct http_pair cookie = auth_cookie(c->arena, c->request->secure, (struct str){0});
        if (!account_logout(c->env, c->credentials.text, e)) {
            return false;
        }
        api_header(c, cookie.name, cookie.value);
    }
    return api_no_content(c);
}

/* --- the first start --- */

bool session_setup_status(struct api_call *c, struct err *e)
{
    bool needed;
    if (!account_setup_needed(c->env, &needed, e)) {
        return false;
    }
    struct json_out *o = api_json(c);
    json_open(o, '{');
    json_member_bool(o, S("needed"), needed);
    json_close(o, '}');
    return api_send(c, 200);
}

/* POST /api/setup, with the one-time token as "Authorization: Bearer …" or in the query. */
bool session_setup(struct api_call *c, struct err *e)
{
    struct account_setup in;
    struct principal who;
    struct str token = http_query(c->request, S("token"));
    if (!token.n && c->credentials.kind == AUTH_BEARER) {
        token = c->credentials.text;
    }
    return api_body(c, &account_setup_fields, &in, e) &&
           account_setup(c->env, c->arena, token, &in, &who, e) && send_me(c, &who, 201, e);
}
