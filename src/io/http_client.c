#include "io/http_client.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

struct http_client {
    CURL *curl;
};

struct http_client *http_client_new(struct err *e)
{
    struct http_client *c = calloc(1, sizeof(*c));
    bool ready = c && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK && (c->curl = curl_easy_init());
    if (!ready) {
        free(c);
        err_set(e, ERR_INTERNAL, "cannot start the HTTP client", "impossible de lancer le client HTTP");
        return NULL;
    }
    return c;
}

void http_client_free(struct http_client *c)
{
    if (c) {
        curl_easy_cleanup(c->curl);
        free(c);
    }
}

struct sink {
    struct buf body;
    size_t max;
};

static size_t take(char *bytes, size_t size, size_t count, void *ctx)
{
    struct sink *s = ctx;
    size_t n = size * count;
    if (s->body.n + n > s->max) {
        return 0; /* ends the transfer; the decoded bytes are counted, so a bomb is too */
    }
    buf_add(&s->body, (struct str){bytes, n});
    return n;
}

/* A line break in a value would begin a header of its own. */
static bool headers_check(const struct http_client_call *call, struct err *e)
{
    for (size_t i = 0; i < call->header_count; i++) {
        struct str v = call->headers[i].value;
        if (v.n && (memchr(v.p, '\r', v.n) || memchr(v.p, '\n', v.n) || memchr(v.p, 0, v.n))) {
            return err_set(e, ERR_INVALID, "the header %s has a line break or NUL in it",
                           "l'en-tête %s contient un saut de ligne ou un octet nul", call->headers[i].name);
        }
    }
    return true;
}

static struct curl_slist *header_list(struct arena *a, const struct http_client_call *call)
{
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < call->header_count; i++) {
        struct str value = call->headers[i].value;
        /* "Name:" alone takes a header away, "Name;" sends an empty one (CURLOPT_HTTPHEADER). */
        struct str line = value.n ? arena_fmt(a, "%s: %.*s", call->headers[i].name, STR_ARG(value))
                                  : arena_fmt(a, "%s;", call->headers[i].name);
        struct curl_slist *longer = curl_slist_append(list, line.p);
        list = longer ? longer : list;
    }
    return list;
}

/* Scheme, host and port, for texts: what follows may hold a key, what stands before '@' a password. */
static struct str origin_of(struct arena *a, struct str url)
{
    size_t scheme = str_find(url, S("://")), at;
    if (scheme == SIZE_MAX) {
        return S("?");
    }
    struct str host = str_sub(url, scheme + 3, url.n);
    for (size_t i = 0; i < host.n; i++) {
        if (host.p[i] == '/' || host.p[i] == '?' || host.p[i] == '#') {
            host.n = i;
        }
    }
    while ((at = str_find_char(host, '@')) != SIZE_MAX) {
        host = str_sub(host, at + 1, host.n);
    }
    return arena_fmt(a, "%.*s://%.*s", (int)scheme, url.p, STR_ARG(host));
}

bool http_client_call(struct http_client *c, struct arena *a, const struct http_client_call *call,
                      struct http_client_answer *out, struct err *e)
{
    struct sink sink = {buf_in(a), call->answer_max};
    if (!headers_check(call, e)) {
        return false;
    }
    struct curl_slist *headers = header_list(a, call);
    long status = 0;
    curl_easy_reset(c->curl);
    curl_easy_setopt(c->curl, CURLOPT_URL, arena_cstr(a, call->url));
    curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c->curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms);
    curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, call->method);
    curl_easy_setopt(c->curl, CURLOPT_NOBODY, strcmp(call->method, "HEAD") == 0 ? 1L : 0L);
    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, &sink);
    if (str_given(call->body)) {
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, call->body.n ? call->body.p : "");
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n);
    }
    CURLcode rc = curl_easy_perform(c->curl);
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    if (rc != CURLE_OK) {
        return err_set(e, ERR_UPSTREAM, "%.*s: %s", "%.*s : %s", STR_ARG(origin_of(a, call->url)),
                       curl_easy_strerror(rc));
    }
    *out = (struct http_client_answer){(int)status, buf_str(&sink.body)};
    return true;
}
