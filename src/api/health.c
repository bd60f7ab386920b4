/* Whether the server lives and can work, and the page that a person sees who asks for "/". */
#include "hub/health.h"

#include "api/api.h"
#include "api/resource.h"

#define FRONT(lang, title, text)                                                                             \
    "<!doctype html><html lang=\"" lang "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "          \
    "content=\"width=device-width\"><title>SelfKey</title><link rel=\"stylesheet\" href=\"/setup.css\">"     \
    "</head><body><main><h1>" title "</h1>" text "</main></body></html>\n"

bool health_front(struct api_call *c, struct err *e)
{
    (void)e;
    static const struct text page =
        TEXT_INIT(FRONT("en", "SelfKey Integrations is running",
                        "<p>Programs speak to it below <code>/api/</code>, with a bearer token that "
                        "<code>selfkey token add</code> makes. What each address does is written in "
                        "<code>docs/api.md</code>, beside the program.</p><p><a href=\"/setup\">First "
                        "start</a> · <a href=\"/readyz\">Is it ready?</a></p>"),
                  FRONT("fr", "SelfKey Integrations fonctionne",
                        "<p>Les programmes lui parlent sous <code>/api/</code>, avec un jeton que crée "
                        "<code>selfkey token add</code>. Le rôle de chaque adresse est décrit dans "
                        "<code>docs/api.md</code>, à côté du programme.</p><p><a href=\"/setup\">Premier "
                        "démarrage</a> · <a href=\"/readyz\">Est-il prêt ?</a></p>"));
    c->answer.csp = S("default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
                      "form-action 'none'");
    return api_send_text(c, 200, "text/html; charset=utf-8", text_in(page, c->lang));
}

bool health_live(struct api_call *c, struct err *e)
{
    (void)e;
    return api_send_text(c, 200, "application/json", S("{\"status\":\"ok\"}"));
}

bool health_ready(struct api_call *c, struct err *e)
{
    const struct api_options *o = c->options;
    if (!health_stores(c->env, e) || (o->ready && !o->ready(o->ctx, e))) {
        /* Whatever is wrong: not ready is 503, and without the reason for those who did not sign in. */
        if (e->code != ERR_BUSY) {
            api_failure(c, e);
            err_set(e, ERR_BUSY, "not ready; the log says why", "pas prêt ; le journal dit pourquoi");
        }
        return false;
    }
    return api_send_text(c, 200, "application/json", S("{\"status\":\"ready\"}"));
}
