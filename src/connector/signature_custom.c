#include "connector/signature_custom.h"

static const char *const hashes[] = {"sha1", "sha256", "sha512", NULL}; /* as enum mac_hash */
static const char *const encodings[] = {"hex", "base64", "base64url", NULL};

static const struct field members[] = {
    {FIELD_MEMBER("header", FIELD_STR, signature_custom, header), .flags = FIELD_REQUIRED, .min = 1,
     .max = 100, .label = TEXT_INIT("Header with the signature", "En-tête qui porte la signature"),
     .example = "X-Signature"},
    {FIELD_MEMBER("hash", FIELD_ENUM, signature_custom, hash), .choices = hashes,
     .label = TEXT_INIT("Hash", "Empreinte"),
     .help = TEXT_INIT("HMAC with this hash; SHA-256 unless chosen otherwise.",
                       "HMAC avec cette empreinte ; SHA-256 sauf choix contraire.")},
    {FIELD_MEMBER("encoding", FIELD_ENUM, signature_custom, encoding), .choices = encodings,
     .label = TEXT_INIT("Encoding", "Encodage"),
     .help = TEXT_INIT("How the signature is written; hex unless chosen otherwise.",
                       "Écriture de la signature ; hexadécimale sauf choix contraire.")},
    {FIELD_MEMBER("prefix", FIELD_STR, signature_custom, prefix), .max = 50,
     .label = TEXT_INIT("Text before the signature", "Texte devant la signature"), .example = "sha256="},
    {FIELD_MEMBER("template", FIELD_STR, signature_custom, template_text), .max = 300,
     .label = TEXT_INIT("What is signed", "Ce qui est signé"),
     .help = TEXT_INIT("Text with {body}, {timestamp}, {id}, {url}, {method}; \\n is a line break.",
                       "Texte avec {body}, {timestamp}, {id}, {url}, {method} ; \\n est un saut de ligne."),
     .example = "{timestamp}.{body}"},
    {FIELD_MEMBER("timestampHeader", FIELD_STR, signature_custom, timestamp_header), .max = 100,
     .label = TEXT_INIT("Header with the time", "En-tête qui porte l'heure"), .example = "X-Timestamp"},
    {FIELD_MEMBER("idHeader", FIELD_STR, signature_custom, id_header), .max = 100,
     .label = TEXT_INIT("Header with the message's id", "En-tête qui porte l'identifiant du message"),
     .example = "X-Request-Id"},
};
const struct field_table signature_custom_fields = {"signatureCustom", sizeof(struct signature_custom),
                                                    members, ARRAY_LEN(members)};

enum mac_hash signature_custom_hash(const struct signature_custom *c)
{
    return c->hash < 0 ? MAC_SHA256 : (enum mac_hash)c->hash;
}

enum signature_encoding signature_custom_encoding(const struct signature_custom *c)
{
    return c->encoding < 0 ? SIGNATURE_HEX : (enum signature_encoding)c->encoding;
}

/* One token off the front of a template. */
enum token { TOKEN_TEXT, TOKEN_BODY, TOKEN_TIMESTAMP, TOKEN_ID, TOKEN_URL, TOKEN_METHOD, TOKEN_BAD };

static enum token take_token(struct str *rest, struct str *text)
{
    static const struct {
        struct str name;
        enum token token;
    } names[] = {
        {S_INIT("{body}"), TOKEN_BODY}, {S_INIT("{timestamp}"), TOKEN_TIMESTAMP}, {S_INIT("{id}"), TOKEN_ID},
        {S_INIT("{url}"), TOKEN_URL},   {S_INIT("{method}"), TOKEN_METHOD},
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_starts(*rest, names[i].name)) {
            *rest = str_sub(*rest, names[i].name.n, rest->n);
            return names[i].token;
        }
    }
    char c = *rest->p;
    if (c == '\\' && rest->n > 1 && (rest->p[1] == 'n' || rest->p[1] == '\\')) {
        *text = rest->p[1] == 'n' ? S("\n") : S("\\");
        *rest = str_sub(*rest, 2, rest->n);
        return TOKEN_TEXT;
    }
    if (c == '\\' || c == '{' || c == '}')
        return TOKEN_BAD;
    size_t n = 0;
    while (n < rest->n && rest->p[n] != '\\' && rest->p[n] != '{' && rest->p[n] != '}')
        n++;
    *text = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return TOKEN_TEXT;
}

static struct str template_of(const struct signature_custom *c)
{
    return c->template_text.n > 0 ? c->template_text : S("{body}");
}

/* RFC 9110 section 5.6.2: a token. */
static bool header_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!plain && str_find_char(S("!#$%&'*+-.^_`|~"), c) == SIZE_MAX)
            return false;
    }
    return s.n > 0;
}

static bool check_headers(const struct signature_custom *c, struct err *e)
{
    const struct {
        const char *member;
        struct str name;
    } headers[] = {
        {"header", c->header}, {"timestampHeader", c->timestamp_header}, {"idHeader", c->id_header}};
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        if ((i == 0 || headers[i].name.n > 0) && !header_name(headers[i].name))
            return err_field(e, ERR_INVALID, headers[i].member,
                             "This is not the name of a header; it is written like X-Signature.",
                             "Ce n'est pas le nom d'un en-tête ; il s'écrit comme X-Signature.");
        for (size_t k = 0; k < i; k++) {
            if (headers[i].name.n > 0 && str_eq_nocase(headers[i].name, headers[k].name))
                return err_field(e, ERR_INVALID, headers[i].member,
                                 "This header serves for something else already.",
                                 "Cet en-tête sert déjà à autre chose.");
        }
    }
    return true;
}

static struct str first_letters(struct str s)
{
    struct str rest = s;
    for (int i = 0; i < 20 && rest.n > 0; i++)
        utf8_next(&rest);
    return str_sub(s, 0, s.n - rest.n);
}

static bool check_template(const struct signature_custom *c, unsigned counts[static TOKEN_BAD], struct err *e)
{
    size_t pieces = 0;
    for (struct str rest = template_of(c), text; rest.n > 0; pieces++) {
        enum token token = take_token(&rest, &text);
        if (token == TOKEN_BAD)
            return err_field(
                e, ERR_INVALID, "template",
                "The template is not understood from \"%.*s\" on: it takes {body}, {timestamp}, {id}, "
                "{url}, {method}, \\n and \\\\.",
                "Le modèle n'est pas compris à partir de « %.*s » : il accepte {body}, {timestamp}, {id}, "
                "{url}, {method}, \\n et \\\\.",
                STR_ARG(first_letters(rest)));
        counts[token]++;
    }
    if (counts[TOKEN_BODY] != 1)
        return err_field(
            e, ERR_INVALID, "template",
            "The template needs {body} once: a signature that does not cover the content proves nothing.",
            "Le modèle doit contenir {body} une fois : une signature qui ne couvre pas le contenu ne "
            "prouve rien.");
    if (pieces > SIGNATURE_PIECES_MAX)
        return err_field(e, ERR_INVALID, "template", "The template has more than %d parts.",
                         "Le modèle a plus de %d parties.", SIGNATURE_PIECES_MAX);
    return true;
}

bool signature_custom_check(const struct signature_custom *c, struct err *e)
{
    unsigned counts[TOKEN_BAD] = {0};
    if (!check_headers(c, e) || !check_template(c, counts, e))
        return false;
    if (counts[TOKEN_TIMESTAMP] > 0 && c->timestamp_header.n == 0)
        return err_field(e, ERR_INVALID, "timestampHeader",
                         "The template has {timestamp}: say which header carries it.",
                         "Le modèle contient {timestamp} : indiquez quel en-tête le porte.");
    if (counts[TOKEN_TIMESTAMP] == 0 && c->timestamp_header.n > 0)
        return err_field(
            e, ERR_INVALID, "template",
            "The template must contain {timestamp} too: a time that is not signed can be changed by "
            "anybody. Without it, leave the header of the time empty.",
            "Le modèle doit aussi contenir {timestamp} : n'importe qui peut changer une heure qui n'est "
            "pas signée. Sinon, laissez vide l'en-tête de l'heure.");
    if (counts[TOKEN_ID] > 0 && c->id_header.n == 0)
        return err_field(e, ERR_INVALID, "idHeader", "The template has {id}: say which header carries it.",
                         "Le modèle contient {id} : indiquez quel en-tête le porte.");
    return true;
}

size_t signature_custom_pieces(const struct signature_custom *c, const struct signature_parts *parts,
                               struct str pieces[static SIGNATURE_PIECES_MAX])
{
    size_t n = 0;
    for (struct str rest = template_of(c), text = {NULL, 0}; rest.n > 0; n++) {
        enum token token = take_token(&rest, &text);
        if (token == TOKEN_BAD || n == SIGNATURE_PIECES_MAX)
            return 0;
        pieces[n] = token == TOKEN_TEXT        ? text
                    : token == TOKEN_BODY      ? parts->body
                    : token == TOKEN_TIMESTAMP ? parts->timestamp
                    : token == TOKEN_ID        ? parts->id
                    : token == TOKEN_URL       ? parts->url
                                               : parts->method;
    }
    return n;
}
