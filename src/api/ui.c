/* The web page: one document and what it loads, all from this program. */
#include "api/ui.h"

#include "api/resource.h"

/* No code but the page's own files, no foreign address in anything; texts are never taken for HTML. */
static const struct str page_csp = S_INIT(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'");

static const struct ui_file *find(struct str name)
{
    for (const struct ui_file *f = ui_files; f->name; f++) {
        if (str_eq(str_of(f->name), name)) {
            return f;
        }
    }
    return NULL;
}

static bool send_file(struct api_call *c, const struct ui_file *f)
{
    return api_send_text(c, 200, f->type, (struct str){(const char *)f->bytes, f->size});
}

/* GET /; a program without the page says so in a plain one. */
bool ui_front(struct api_call *c, struct err *e)
{
    const struct ui_file *f = find(S("index.html"));
    if (!f) {
        return health_front(c, e);
    }
    c->answer.csp = page_csp;
    return send_file(c, f);
}

/* GET /assets/{file}: another content has another name, so that browsers need not ask again. */
bool ui_asset(struct api_call *c, struct err *e)
{
    struct str name = api_param(c, "file");
    const struct ui_file *f = str_eq(name, S("index.html")) ? NULL : find(name);
    if (!f) {
        return err_set(e, ERR_NOT_FOUND, "there is nothing at this address", "il n'y a rien à cette adresse");
    }
    c->answer.cache = S("public, max-age=31536000, immutable");
    return send_file(c, f);
}
