#include "api/problem.h"

#include "format/json.h"

static struct str title_of(int status)
{
    return status == 421 ? S("Misdirected Request") : http_status_title(status);
}

struct problem problem_of(const struct err *e)
{
    enum err_code code = e->code == ERR_RETRY ? ERR_BUSY : e->code == ERR_NONE ? ERR_INTERNAL : e->code;
    struct problem p = {
        .status = err_http_status(code),
        .code = str_of(err_name(code)),
        .detail = {err_text(e, LANG_EN), err_text(e, LANG_FR)},
        .pointer = err_pointer(e),
        .retry_after_s = code == ERR_BUSY || code == ERR_LIMITED ? 1 : 0,
    };
    if (code == ERR_INTERNAL) {
        p.pointer = S("");
        p.detail = TEXT("the server could not do this; the fault is on its side. Its log says more about the "
                        "request with this identifier",
                        "le serveur n'a pas pu répondre ; l'erreur est de son côté. Son journal en dit plus "
                        "sur la requête qui porte cet identifiant");
    } else if (e->code == ERR_RETRY) {
        p.detail = TEXT("somebody else is changing the same data; try again",
                        "quelqu'un d'autre modifie les mêmes données ; réessayez");
    }
    return p;
}

struct str problem_json(struct arena *a, const struct problem *p, enum lang lang)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    struct str detail = text_in(p->detail, lang);
    json_open(&o, '{');
    json_member_str(&o, S("type"), S("about:blank"));
    json_member_str(&o, S("title"), title_of(p->status));
    json_member_i64(&o, S("status"), p->status);
    json_member_str(&o, S("detail"), detail);
    if (str_given(p->request_id)) {
        json_member_str(&o, S("instance"), arena_fmt(a, "urn:selfkey:request:%.*s", STR_ARG(p->request_id)));
    }
    json_member_str(&o, S("code"), p->code);
    json_key(&o, S("errors"));
    json_open(&o, '[');
    json_open(&o, '{');
    json_member_str(&o, S("pointer"), str_given(p->pointer) ? p->pointer : S(""));
    json_member_str(&o, S("detail"), detail);
    json_close(&o, '}');
    json_close(&o, ']');
    json_close(&o, '}');
    return buf_str(&b);
}

struct http_response problem_response(struct arena *a, const struct problem *p, enum lang lang)
{
    struct http_pair *headers = arena_array(a, struct http_pair, 3);
    struct http_response r = {.status = p->status, .type = S("application/problem+json"), .headers = headers};
    if (p->status == 401) {
        headers[r.header_count++] = (struct http_pair){S("WWW-Authenticate"), S("Bearer")};
    }
    if (str_given(p->allow)) {
        headers[r.header_count++] = (struct http_pair){S("Allow"), p->allow};
    }
    if (p->retry_after_s > 0) {
        headers[r.header_count++] =
            (struct http_pair){S("Retry-After"), arena_fmt(a, "%lld", (long long)p->retry_after_s)};
    }
    r.body = problem_json(a, p, lang);
    return r;
}
