#include "cli/demo.h"

#include "connector/signature_sign.h"
#include "io/file.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_MAX (4u << 20)
#define CALL_MS    30000
#define WAIT_MS    20000 /* for the server to look at a message */

struct str demo_text(const struct json *v, const char *name)
{
    const struct json *member = json_get(v, str_of(name));
    return member && member->text.p ? member->text : S("");
}

void demo_title(struct demo *d, const char *en, const char *fr)
{
    printf("\n%s\n", d->cli->lang == LANG_FR ? fr : en);
    fflush(stdout);
}

void demo_line(struct demo *d, const char *mark, struct str text)
{
    (void)d;
    printf("  %s %.*s\n", mark, STR_ARG(text));
    fflush(stdout);
}

void demo_expect(struct demo *d, bool right, const char *en, const char *fr)
{
    d->checks++;
    if (!right) {
        d->failures++;
        printf("  %s %s\n",
               d->cli->lang == LANG_FR ? "DÉFAUT :" : "WRONG:", d->cli->lang == LANG_FR ? fr : en);
        fflush(stdout);
    }
}

static bool call(struct demo *d, const struct http_client_call *c, int *status, const struct json **answer,
                 struct err *e)
{
    struct http_client_answer out;
    if (!http_client_call(d->http, d->a, c, &out, e)) {
        return false;
    }
    *status = out.status;
    *answer = out.body.n ? json_parse(d->a, out.body, NULL) : NULL;
    return true;
}

bool demo_api(struct demo *d, const char *method, struct str path, struct str body, int *status,
              const struct json **answer, struct err *e)
{
    struct http_client_header headers[] = {
        {"Authorization", arena_fmt(d->a, "Bearer %.*s", STR_ARG(d->token))},
        {"Content-Type", S("application/json")},
        {"Accept-Language", d->cli->lang == LANG_FR ? S("fr") : S("en")},
    };
    struct http_client_call c = {.method = method,
                                 .url = arena_fmt(d->a, "%.*s%.*s", STR_ARG(d->url), STR_ARG(path)),
                                 .headers = headers,
                                 .header_count = ARRAY_LEN(headers),
                                 .body = body,
                                 .timeout_ms = CALL_MS,
                                 .answer_max = ANSWER_MAX};
    return call(d, &c, status, answer, e);
}

bool demo_send(struct demo *d, struct str id, struct str body, bool tampered, int *status, struct str *seq,
               struct err *e)
{
    struct signature_scheme scheme = {.preset = SIGNATURE_STANDARD};
    struct signature_headers signed_by;
    struct str url =
        arena_fmt(d->a, "%.*s/api/webhooks/integrations/demo/%.*s", STR_ARG(d->url), STR_ARG(d->webhook_id));
    struct http_client_header headers[SIGNATURE_HEADERS_MAX + 1] = {{"Content-Type", S("application/json")}};
    if (!signature_sign(d->a, &scheme, &d->webhook_secret, 1, S("POST"), url, body, id,
                        clock_now_us(&d->clock), &signed_by, e)) {
        return false;
    }
    for (size_t i = 0; i < signed_by.count; i++) {
        headers[i + 1] =
            (struct http_client_header){arena_cstr(d->a, signed_by.pairs[i].name), signed_by.pairs[i].value};
    }
    if (tampered) { /* somebody changes the message on its way, after it was signed */
        body = arena_fmt(d->a, "%.*s ", STR_ARG(body));
    }
    struct http_client_call c = {.method = "POST",
                                 .url = url,
                                 .headers = headers,
                                 .header_count = signed_by.count + 1,
                                 .body = body,
                                 .timeout_ms = CALL_MS,
                                 .answer_max = ANSWER_MAX};
    const struct json *answer;
    if (!call(d, &c, status, &answer, e)) {
        return false;
    }
    *seq = demo_text(answer, "id");
    return true;
}

bool demo_outcome(struct demo *d, struct str seq, const struct json **result, struct err *e)
{
    struct str path = arena_fmt(d->a, "/api/admin/demo/integrations/%.*s/messages/%.*s",
                                STR_ARG(d->webhook_id), STR_ARG(seq));
    int64_t until = clock_monotonic_us(&d->clock) + WAIT_MS * 1000;
    int status;
    const struct json *answer;
    do {
        if (!demo_api(d, "GET", path, (struct str){0}, &status, &answer, e)) {
            return false;
        }
        *result = json_get(answer, S("result"));
        if (*result && (*result)->type == JSON_OBJECT) {
            return true;
        }
        clock_sleep_ms(20);
    } while (clock_monotonic_us(&d->clock) < until);
    return err_set(e, ERR_UPSTREAM, "the server did not look at message %.*s in time",
                   "le serveur n'a pas traité à temps le message %.*s", STR_ARG(seq));
}

bool demo_drop(struct demo *d, const char *name, struct str content, struct err *e)
{
    struct str path = arena_fmt(d->a, "%.*s/demo/arrivals/%s", STR_ARG(d->files), name);
    FILE_SCOPE fd = file_create(path, e);
    return fd >= 0 && file_write(fd, content, e) && file_sync(fd, e) &&
           file_set_modified(fd, clock_now_us(&d->clock) - 5000000, e);
}
