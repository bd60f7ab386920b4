/* The page of the first start: a form without any script, which makes the first user and the first hotel with the
 * one-time token that the server printed. */
#include "api/form.h"
#include "api/problem.h"
#include "api/resource.h"

static const struct str page_csp = S_INIT(
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");

static const char style[] =
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1c2430;background:#f3f5f8}"
    "main{max-width:34rem;margin:2rem auto;padding:1.5rem 2rem 2rem;background:#fff;border-radius:.5rem;"
    "box-shadow:0 1px 4px #0002}h1{font-size:1.5rem;margin:.2rem 0 1rem}h2{font-size:1.1rem;margin:1.6rem 0 .2rem}"
    "label{display:block;margin:1rem 0 .2rem;font-weight:600}small{display:block;color:#55606f}"
    "input,select{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #8a94a3;"
    "border-radius:.3rem;background:#fff;color:inherit}input:focus-visible,select:focus-visible,"
    "button:focus-visible,a:focus-visible{outline:3px solid #2f6fde;outline-offset:1px}"
    "[aria-invalid]{border-color:#b3261e;border-width:2px}"
    "button{font:inherit;font-weight:600;margin-top:1.6rem;padding:.6rem 1.4rem;border:0;border-radius:.3rem;"
    "background:#1f5fcf;color:#fff;cursor:pointer}.bad{border-left:4px solid #b3261e;padding:.4rem .8rem;"
    "background:#fdecea}code,pre{font-family:ui-monospace,monospace;background:#eef1f5;border-radius:.2rem}"
    "code{padding:0 .2rem}pre{padding:.8rem;overflow-x:auto}a{color:#1f5fcf}"
    "@media (prefers-color-scheme:dark){body{background:#12161c;color:#e6eaf0}main{background:#1b2129}"
    "small{color:#a5b0bf}input,select{background:#12161c;border-color:#6b7686}.bad{background:#3a1d1b}"
    "code,pre{background:#12161c}a{color:#8db4ff}}";

bool setup_page_style(struct api_call *c, struct err *e)
{
    (void)e;
    c->answer.cache = S("public, max-age=3600");
    return api_send_text(c, 200, "text/css; charset=utf-8", str_of(style));
}

/* --- writing HTML --- */

static void add_escaped(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '&':
            buf_add(b, S("&amp;"));
            break;
        case '<':
            buf_add(b, S("&lt;"));
            break;
        case '>':
            buf_add(b, S("&gt;"));
            break;
        case '"':
            buf_add(b, S("&quot;"));
            break;
        case '\'':
            buf_add(b, S("&#39;"));
            break;
        default:
            buf_char(b, s.p[i]);
        }
    }
}

static void add_text(const struct api_call *c, struct buf *b, const char *en, const char *fr)
{
    buf_add(b, str_of(c->lang == LANG_FR ? fr : en));
}

static void page_begin(const struct api_call *c, struct buf *b, const char *en, const char *fr)
{
    buf_fmt(b,
            "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            "content=\"width=device-width, initial-scale=1\"><title>SelfKey</title><link rel=\"stylesheet\" "
            "href=\"/setup.css\"></head>\n<body><main><h1>",
            c->lang == LANG_FR ? "fr" : "en");
    add_text(c, b, en, fr);
    buf_add(b, S("</h1>\n"));
}

static bool page_send(struct api_call *c, int status, struct buf *b)
{
    buf_add(b, S("</main></body></html>\n"));
    c->answer.csp = page_csp;
    return api_send_text(c, status, "text/html; charset=utf-8", buf_str(b));
}

/* --- the form --- */

struct input {
    const char *name;
    const char *kind;         /* type= */
    const char *autocomplete; /* so that browsers and password managers help */
    const char *standard;     /* what stands in it at first */
    struct text label, help;
    bool hotel; /* of the hotel, whose error pointers begin with /hotel */
};

static const struct input inputs[] = {
    {"email", "email", "username", "", TEXT_INIT("E-mail address", "Adresse e-mail"), {{0}, {0}}, false},
    {"password", "password", "new-password", "", TEXT_INIT("Password", "Mot de passe"),
     TEXT_INIT("12 characters at least; a short sentence is easy to remember.",
               "12 caractères au moins ; une courte phrase se retient facilement."),
     false},
    {"name", "text", "organization", "", TEXT_INIT("Name of the hotel", "Nom de l'hôtel"), {{0}, {0}}, true},
    {"slug", "text", "off", "", TEXT_INIT("Short name", "Nom court"),
     TEXT_INIT("Small letters, digits and hyphens, such as grand-hotel; it is part of the hotel's addresses.",
               "Minuscules, chiffres et tirets, par exemple grand-hotel ; il figure dans les adresses de "
               "l'hôtel."),
     true},
    {"timezone", "text", "off", "Europe/Paris", TEXT_INIT("Time zone", "Fuseau horaire"),
     TEXT_INIT("Its IANA name, such as Europe/Paris.", "Son nom IANA, par exemple Europe/Paris."), true},
    {"currency", "text", "off", "EUR", TEXT_INIT("Currency", "Devise"),
     TEXT_INIT("Its three letters, such as EUR.", "Ses trois lettres, par exemple EUR."), true},
};

struct filled {
    const struct http_pair *fields;
    size_t count;
    struct str token;
    const struct err *problem; /* NULL: the form is new */
};

static bool at_fault(const struct input *in, const struct err *problem)
{
    struct str pointer = problem ? err_pointer(problem) : S("");
    return str_starts(pointer, in->hotel ? S("/hotel/") : S("/")) &&
           str_eq(str_sub(pointer, in->hotel ? 7 : 1, pointer.n), str_of(in->name));
}

static void add_input(const struct api_call *c, struct buf *b, const struct input *in, const struct filled *f)
{
    struct str value = f->problem ? form_field(f->fields, f->count, str_of(in->name)) : str_of(in->standard);
    struct str label = text_in(in->label, c->lang), help = text_in(in->help, c->lang);
    buf_fmt(b, "<label for=\"%s\">%.*s</label>\n", in->name, STR_ARG(label));
    buf_fmt(b, "<input id=\"%s\" name=\"%s\" type=\"%s\" autocomplete=\"%s\" required", in->name, in->name,
            in->kind, in->autocomplete);
    if (help.n) {
        buf_fmt(b, " aria-describedby=\"%s-help\"", in->name);
    }
    if (at_fault(in, f->problem)) {
        buf_add(b, S(" aria-invalid=\"true\" autofocus"));
    }
    if (!str_eq(str_of(in->kind), S("password"))) {
        buf_add(b, S(" value=\""));
        add_escaped(b, value);
        buf_char(b, '"');
    }
    buf_add(b, S(">\n"));
    if (help.n) {
        buf_fmt(b, "<small id=\"%s-help\">%.*s</small>\n", in->name, STR_ARG(help));
    }
}

static bool send_form(struct api_call *c, int status, const struct filled *f)
{
    struct buf b = buf_in(c->arena);
    page_begin(c, &b, "First start", "Premier démarrage");
    if (f->problem) {
        buf_add(&b, S("<p class=\"bad\" role=\"alert\">"));
        add_escaped(&b, err_text(f->problem, c->lang));
        buf_add(&b, S("</p>\n"));
    } else {
        add_text(
            c, &b,
            "<p>Nobody has an account yet. You make the first one here, and the first hotel with it.</p>\n",
            "<p>Personne n'a encore de compte. Créez ici le premier, et avec lui le premier hôtel.</p>\n");
    }
    buf_add(&b, S("<form method=\"post\" action=\"/setup\" accept-charset=\"utf-8\">\n"
                  "<input type=\"hidden\" name=\"token\" value=\""));
    add_escaped(&b, f->token);
    buf_add(&b, S("\">\n"));
    for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
        add_input(c, &b, &inputs[i], f);
    }
    buf_add(&b, S("<button>"));
    add_text(c, &b, "Create account and hotel", "Créer le compte et l'hôtel");
    buf_add(&b, S("</button></form>\n"));
    return page_send(c, status, &b);
}

static bool send_closed(struct api_call *c)
{
    struct buf b = buf_in(c->arena);
    page_begin(c, &b, "Nothing to set up", "Rien à préparer");
    add_text(c, &b,
             "<p>There is an account already. More users are added with <code>selfkey user add</code>.</p>\n",
             "<p>Il existe déjà un compte. D'autres utilisateurs s'ajoutent avec "
             "<code>selfkey user add</code>.</p>\n");
    return page_send(c, 410, &b);
}

bool setup_page_show(struct api_call *c, struct err *e)
{
    bool needed;
    if (!account_setup_needed(c->env, &needed, e)) {
        return false;
    }
    if (!needed) {
        return send_closed(c);
    }
    struct filled f = {.token = http_query(c->request, S("token"))};
    struct buf b = buf_in(c->arena);
    if (f.token.n) {
        return send_form(c, 200, &f);
    }
    page_begin(c, &b, "First start", "Premier démarrage");
    add_text(c, &b,
             "<p>Open the link that the server printed when it started; it holds a one-time key.</p>\n",
             "<p>Ouvrez le lien que le serveur a affiché à son démarrage ; il contient une clé à usage "
             "unique.</p>\n");
    return page_send(c, 200, &b);
}

/* --- sent --- */

static bool send_done(struct api_call *c, const struct account_setup *in)
{
    struct buf b = buf_in(c->arena);
    page_begin(c, &b, "Done", "C'est fait");
    add_text(c, &b, "<p>The account and the hotel are there. Next, on the server:</p>\n",
             "<p>Le compte et l'hôtel sont créés. Ensuite, sur le serveur :</p>\n");
    buf_add(&b, S("<pre>selfkey token add mon-api --user "));
    add_escaped(&b, in->email);
    add_text(
        c, &b,
        "</pre>\n<p>prints a token. With it, a first room type and a first source of reservations:</p>\n",
        "</pre>\n<p>affiche un jeton. Avec lui, un premier type de chambre et une première source de "
        "réservations :</p>\n");
    buf_add(&b, S("<pre>curl -H 'Authorization: Bearer …' -H 'Content-Type: application/json' \\\n"
                  "  -d '{\"code\":\"DBL\",\"name\":\"Double\",\"units\":5}' \\\n  …/api/admin/"));
    add_escaped(&b, in->hotel.slug);
    buf_add(&b, S("/rooms\ncurl -H 'Authorization: Bearer …' -H 'Content-Type: application/json' \\\n"
                  "  -d '{\"type\":\"webhook\",\"name\":\"Booking engine\",\"configuration\":{}}' \\\n"
                  "  …/api/admin/"));
    add_escaped(&b, in->hotel.slug);
    buf_add(&b, S("/integrations</pre>\n"));
    return page_send(c, 201, &b);
}

bool setup_page_send(struct api_call *c, struct err *e)
{
    struct http_pair *fields;
    size_t count;
    struct principal who;
    struct err problem = {0};
    if (!form_read(c->arena, c->request->body, &fields, &count, e)) {
        return false;
    }
    struct filled f = {fields, count, form_field(fields, count, S("token")), &problem};
    struct account_setup in = {
        .email = form_field(fields, count, S("email")),
        .password = form_field(fields, count, S("password")),
        .language = c->lang,
        .hotel = {.slug = str_trim(form_field(fields, count, S("slug"))),
                  .name = form_field(fields, count, S("name")),
                  .timezone = str_trim(form_field(fields, count, S("timezone"))),
                  .currency = str_trim(form_field(fields, count, S("currency")))},
    };
    if (!in.hotel.slug.n) {
        /* Here the hotel is part of it; without one the hub would make the account alone. */
        in.hotel.slug = S("?");
    }
    if (account_setup(c->env, c->arena, f.token, &in, &who, &problem)) {
        return send_done(c, &in);
    }
    if (problem.code == ERR_INTERNAL) {
        *e = problem;
        return false;
    }
    return send_form(c, err_http_status(problem.code), &f);
}
