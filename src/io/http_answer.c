#include "io/http_answer.h"

#include "io/http_gate.h"

static bool put(struct http_answer_headers *h, const char *name, const char *value)
{
    if (h->count == HTTP_ANSWER_HEADERS) {
        return false;
    }
    h->name[h->count] = name;
    h->value[h->count++] = value;
    return true;
}

static bool put_given(struct http_answer_headers *h, const char *name, struct str value, struct arena *a)
{
    return value.n && http_field_value(value) && put(h, name, arena_cstr(a, value));
}

bool http_answer_headers(struct http_answer_headers *h, const struct http_response *r,
                         const struct http_request *q, bool close, struct arena *a)
{
    h->count = 0;
    put(h, "X-Content-Type-Options", "nosniff");
    put(h, "Referrer-Policy", "no-referrer");
    put(h, "Cross-Origin-Opener-Policy", "same-origin");
    put(h, "Cross-Origin-Resource-Policy", "same-origin");
    if (q->id.n) {
        put(h, "X-Request-Id", q->id.p);
    }
    if (q->secure) {
        put(h, "Strict-Transport-Security", "max-age=63072000; includeSubDomains");
    }
    if (close || r->close) {
        put(h, "Connection", "close");
    }
    bool fine = r->status >= 200 && r->status <= 599;
    fine = (str_given(r->cache) ? put_given(h, "Cache-Control", r->cache, a)
                                : put(h, "Cache-Control", "no-store")) &&
           fine;
    fine = (str_given(r->csp) ? put_given(h, "Content-Security-Policy", r->csp, a)
                              : put(h, "Content-Security-Policy", HTTP_DEFAULT_CSP)) &&
           fine;
    fine = (!str_given(r->type) || put_given(h, "Content-Type", r->type, a)) && fine;
    for (size_t i = 0; fine && i < r->header_count; i++) {
        fine = http_field_name(r->headers[i].name) &&
               put_given(h, arena_cstr(a, r->headers[i].name), r->headers[i].value, a);
    }
    return fine;
}

struct str http_answer_bytes(const struct http_response *r, const struct http_request *q, struct arena *a)
{
    struct http_answer_headers h;
    if (r->body_fd > 0 || !http_answer_headers(&h, r, q, true, a)) {
        return (struct str){0};
    }
    struct buf b = buf_in(a);
    buf_fmt(&b, "HTTP/1.1 %d %.*s\r\n", r->status, STR_ARG(http_status_title(r->status)));
    for (size_t i = 0; i < h.count; i++) {
        buf_fmt(&b, "%s: %s\r\n", h.name[i], h.value[i]);
    }
    buf_fmt(&b, "Content-Length: %zu\r\n\r\n", r->body.n);
    if (!str_eq(q->method, S("HEAD"))) {
        buf_add(&b, r->body);
    }
    return buf_str(&b);
}

struct http_response http_fault_response(enum http_fault f, struct str problem)
{
    static const struct http_pair allow = {S_INIT("Allow"),
                                           S_INIT("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")};
    static const struct http_pair retry = {S_INIT("Retry-After"), S_INIT("5")};
    struct http_response r = {.status = http_fault_status(f), .type = S(HTTP_PROBLEM_TYPE), .body = problem};
    if (f == HTTP_FAULT_METHOD_NEVER || f == HTTP_FAULT_STOPPING) {
        r.headers = f == HTTP_FAULT_STOPPING ? &retry : &allow;
        r.header_count = 1;
    }
    return r;
}
