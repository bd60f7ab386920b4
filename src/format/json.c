#include "format/json.h"

#include "base/limits.h"
#include "format/hint.h"

#include <stdlib.h>
#include <string.h>

/* Up to this many members are compared pair by pair; beyond it they are sorted first. Sorting (and not
 * hashing) keeps the cost at n log n whatever names a sender chooses. */
#define PAIRWISE_MEMBERS 16
#define NODES_AT_ONCE    16

struct parser {
    struct arena *a;
    const char *start, *p, *end;
    struct json *pool; /* nodes already allocated */
    size_t pool_left;
    size_t nodes;
    struct err *e;
};

/* What a byte means inside a text. */
enum byte_kind { BYTE_PLAIN, BYTE_QUOTE, BYTE_BACKSLASH, BYTE_CONTROL, BYTE_HIGH };

static enum byte_kind byte_kind(char c)
{
    unsigned char u = (unsigned char)c;
    return u < 0x20    ? BYTE_CONTROL
           : u >= 0x80 ? BYTE_HIGH
           : u == '"'  ? BYTE_QUOTE
           : u == '\\' ? BYTE_BACKSLASH
                       : BYTE_PLAIN;
}

/* Columns count code points, so that they agree with what an editor shows. */
static bool fail_at(struct parser *ps, const char *at, const char *en, const char *fr)
{
    size_t line = 1, column = 1;
    for (const char *p = ps->start; p < at; p++) {
        if (*p == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*p & 0xc0) != 0x80) {
            column++;
        }
    }
    return err_set(ps->e, ERR_INVALID, "line %zu, column %zu: %s%.0s", "ligne %zu, colonne %zu : %.0s%s",
                   line, column, en, fr);
}

static bool fail(struct parser *ps, const char *en, const char *fr)
{
    return fail_at(ps, ps->p, en, fr);
}

static int peek(const struct parser *ps)
{
    return ps->p < ps->end ? (unsigned char)*ps->p : -1;
}

static void skip_space(struct parser *ps)
{
    while (ps->p < ps->end && (*ps->p == ' ' || *ps->p == '\n' || *ps->p == '\r' || *ps->p == '\t')) {
        ps->p++;
    }
}

static struct json *node_new(struct parser *ps)
{
    if (++ps->nodes > LIMIT_JSON_NODES) {
        fail(ps, "there are too many values in this document", "il y a trop de valeurs dans ce document");
        return NULL;
    }
    if (ps->pool_left == 0) {
        ps->pool = arena_array(ps->a, struct json, NODES_AT_ONCE);
        ps->pool_left = NODES_AT_ONCE;
    }
    ps->pool_left--;
    return ps->pool++;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/* The four digits at p; false when there are not four before end. */
static bool hex4(const char *p, const char *end, uint32_t *out)
{
    if (end - p < 4) {
        return false;
    }
    *out = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0) {
            return false;
        }
        *out = *out << 4 | (uint32_t)digit;
    }
    return true;
}

/* *p stands on the u of \uXXXX; moves behind it, and behind the second half of a surrogate pair. */
static bool unescape_unicode(struct parser *ps, const char **p, const char *end, uint32_t *code)
{
    const char *at = *p - 1;
    if (!hex4(*p + 1, end, code)) {
        return fail_at(ps, at, "\\u needs four hexadecimal digits",
                       "\\u doit être suivi de quatre chiffres hexadécimaux");
    }
    *p += 5;
    if (*code == 0) {
        return fail_at(ps, at, "the character U+0000 is not accepted",
                       "le caractère U+0000 n'est pas accepté");
    }
    if (*code < 0xd800 || *code > 0xdfff) {
        return true;
    }
    uint32_t low = 0;
    if (*code > 0xdbff || end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u' || !hex4(*p + 2, end, &low) ||
        low < 0xdc00 || low > 0xdfff) {
        return fail_at(ps, at, "this half of a surrogate pair stands alone",
                       "cette moitié de paire de substitution est isolée");
    }
    *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
    *p += 6;
    return true;
}

/* The text between start and end with its escapes resolved; never longer than it was. */
static bool unescape(struct parser *ps, const char *start, const char *end, struct str *out)
{
    char *to = arena_alloc(ps->a, (size_t)(end - start) + 1);
    size_t n = 0;
    for (const char *p = start; p < end;) {
        if (*p != '\\') {
            to[n++] = *p++;
            continue;
        }
        p++; /* a backslash is never the last byte: it would have hidden the closing quote */
        static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
        const char *known = *p == '\0' ? NULL : strchr(names, *p);
        uint32_t code = 0;
        if (known != NULL) {
            to[n++] = values[known - names];
            p++;
        } else if (*p != 'u') {
            return fail_at(ps, p - 1, "there is no such escape", "cette séquence d'échappement n'existe pas");
        } else if (!unescape_unicode(ps, &p, end, &code)) {
            return false;
        } else {
            n += utf8_put(code, to + n);
        }
    }
    *out = (struct str){to, n};
    return true;
}

/* p stands on the opening quote. */
static bool parse_text(struct parser *ps, struct str *out)
{
    const char *opening = ps->p, *start = opening + 1, *p = start;
    bool escaped = false, high = false;
    for (;; p++) {
        while (p < ps->end && byte_kind(*p) == BYTE_PLAIN) {
            p++;
        }
        if (p >= ps->end) {
            return fail_at(ps, opening, "this text is not closed", "ce texte n'est pas fermé");
        }
        enum byte_kind kind = byte_kind(*p);
        if (kind == BYTE_QUOTE) {
            break;
        }
        if (kind == BYTE_CONTROL) {
            return fail_at(ps, p, "a control character must be written as an escape",
                           "un caractère de contrôle doit être écrit avec une séquence d'échappement");
        }
        if (kind == BYTE_HIGH) {
            high = true;
        } else {
            escaped = true;
            p++;
        }
    }
    size_t bad = 0;
    *out = (struct str){start, (size_t)(p - start)};
    if (high && !utf8_valid(*out, &bad)) {
        return fail_at(ps, start + bad, "this is not UTF-8", "ceci n'est pas de l'UTF-8");
    }
    if (escaped && !unescape(ps, start, p, out)) {
        return false;
    }
    ps->p = p + 1;
    return true;
}

static bool digits(struct parser *ps)
{
    const char *start = ps->p;
    while (ps->p < ps->end && *ps->p >= '0' && *ps->p <= '9') {
        ps->p++;
    }
    return ps->p > start || fail(ps, "a digit is missing here", "il manque un chiffre ici");
}

static bool parse_number(struct parser *ps, struct json *v)
{
    const char *start = ps->p;
    if (*ps->p == '-') {
        ps->p++;
    }
    if (peek(ps) == '0') {
        ps->p++;
        if (peek(ps) >= '0' && peek(ps) <= '9') {
            return fail_at(ps, start, "a number does not begin with 0", "un nombre ne commence pas par 0");
        }
    } else if (!digits(ps)) {
        return false;
    }
    if (peek(ps) == '.') {
        ps->p++;
        if (!digits(ps)) {
            return false;
        }
    }
    if (peek(ps) == 'e' || peek(ps) == 'E') {
        ps->p++;
        if (peek(ps) == '+' || peek(ps) == '-') {
            ps->p++;
        }
        if (!digits(ps)) {
            return false;
        }
    }
    v->type = JSON_NUMBER;
    v->text = (struct str){start, (size_t)(ps->p - start)};
    return true;
}

static int by_name(const void *left, const void *right)
{
    const struct json *a = *(const struct json *const *)left, *b = *(const struct json *const *)right;
    if (a->key.n != b->key.n) {
        return a->key.n < b->key.n ? -1 : 1;
    }
    int order = a->key.n == 0 ? 0 : memcmp(a->key.p, b->key.p, a->key.n);
    if (order != 0) {
        return order;
    }
    return a->source.p < b->source.p ? -1 : 1; /* the later one is at fault */
}

static const struct json *duplicate_sorted(struct parser *ps, const struct json *v)
{
    const struct json **all = arena_array(ps->a, const struct json *, v->count);
    size_t n = 0;
    for (const struct json *m = v->first; m != NULL; m = m->next) {
        all[n++] = m;
    }
    qsort(all, n, sizeof *all, by_name);
    const struct json *found = NULL;
    for (size_t i = 1; i < n; i++) {
        if (str_eq(all[i - 1]->key, all[i]->key) && (found == NULL || all[i]->source.p < found->source.p)) {
            found = all[i];
        }
    }
    return found;
}

static const struct json *duplicate_pairwise(const struct json *v)
{
    for (const struct json *m = v->first; m != NULL; m = m->next) {
        for (const struct json *before = v->first; before != m; before = before->next) {
            if (before->key.n == m->key.n && memcmp(before->key.p, m->key.p, m->key.n) == 0) {
                return m;
            }
        }
    }
    return NULL;
}

/* RFC 8259 leaves duplicate names to the reader; two readers that choose differently are a security hole. */
static bool names_unique(struct parser *ps, const struct json *v)
{
    const struct json *twice = v->count <= PAIRWISE_MEMBERS ? duplicate_pairwise(v) : duplicate_sorted(ps, v);
    if (twice == NULL) {
        return true;
    }
    struct str name = hint_excerpt(ps->a, twice->key);
    return fail_at(ps, twice->source.p,
                   arena_fmt(ps->a, "the name “%.*s” is there twice in this object", STR_ARG(name)).p,
                   arena_fmt(ps->a, "le nom « %.*s » figure deux fois dans cet objet", STR_ARG(name)).p);
}

static struct json *parse_value(struct parser *ps, unsigned depth);

/* Behind a child: true with *more when another follows, true without when the container is closed. */
static bool parse_separator(struct parser *ps, char closing, bool *more)
{
    skip_space(ps);
    *more = peek(ps) == ',';
    if (*more) {
        ps->p++;
        skip_space(ps);
        return true;
    }
    if (peek(ps) == closing) {
        ps->p++;
        return true;
    }
    return closing == ']' ? fail(ps, "a comma or ] is missing here", "il manque ici une virgule ou ]")
                          : fail(ps, "a comma or } is missing here", "il manque ici une virgule ou }");
}

static bool parse_name(struct parser *ps, struct str *name)
{
    if (peek(ps) != '"') {
        return fail(ps, "a name in double quotes is missing here",
                    "il manque ici un nom entre guillemets droits");
    }
    if (!parse_text(ps, name)) {
        return false;
    }
    skip_space(ps);
    if (peek(ps) != ':') {
        return fail(ps, "a colon is missing here", "il manque ici un deux-points");
    }
    ps->p++;
    skip_space(ps);
    return true;
}

/* p stands on the bracket. */
static bool parse_container(struct parser *ps, struct json *v, unsigned depth)
{
    bool object = *ps->p == '{';
    char closing = object ? '}' : ']';
    if (depth >= LIMIT_JSON_DEPTH) {
        return fail(ps, "this document is nested too deeply", "ce document a trop de niveaux imbriqués");
    }
    v->type = object ? JSON_OBJECT : JSON_ARRAY;
    ps->p++;
    skip_space(ps);
    bool more = peek(ps) != closing;
    if (!more) {
        ps->p++;
    }
    const struct json **link = &v->first;
    while (more) {
        struct str name = {NULL, 0};
        if (object && !parse_name(ps, &name)) {
            return false;
        }
        struct json *child = parse_value(ps, depth + 1);
        if (child == NULL) {
            return false;
        }
        child->key = name;
        *link = child;
        link = &child->next;
        v->count++;
        if (!parse_separator(ps, closing, &more)) {
            return false;
        }
    }
    return !object || names_unique(ps, v);
}

static bool parse_word(struct parser *ps, struct json *v)
{
    static const struct {
        struct str word;
        enum json_type type;
    } words[] = {{S_INIT("true"), JSON_TRUE}, {S_INIT("false"), JSON_FALSE}, {S_INIT("null"), JSON_NULL}};
    struct str rest = {ps->p, (size_t)(ps->end - ps->p)};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_starts(rest, words[i].word)) {
            v->type = words[i].type;
            ps->p += words[i].word.n;
            return true;
        }
    }
    int c = peek(ps);
    if (c == -1 || c == ',' || c == ']' || c == '}') {
        return fail(ps, "a value is missing here", "il manque une valeur ici");
    }
    if (c == '\'') {
        return fail(ps, "a text is written in double quotes",
                    "un texte s'écrit entre guillemets droits (\")");
    }
    return fail(ps, "this is not a JSON value", "ceci n'est pas une valeur JSON");
}

static struct json *parse_value(struct parser *ps, unsigned depth)
{
    struct json *v = node_new(ps);
    if (v == NULL) {
        return NULL;
    }
    const char *start = ps->p;
    int c = peek(ps);
    bool ok;
    if (c == '"') {
        v->type = JSON_STRING;
        ok = parse_text(ps, &v->text);
    } else if (c == '{' || c == '[') {
        ok = parse_container(ps, v, depth);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        ok = parse_number(ps, v);
    } else {
        ok = parse_word(ps, v);
    }
    v->source = (struct str){start, (size_t)(ps->p - start)};
    return ok ? v : NULL;
}

const struct json *json_parse(struct arena *a, struct str bytes, struct err *e)
{
    const char *start = bytes.p == NULL ? "" : bytes.p;
    struct parser ps = {.a = a, .start = start, .p = start, .end = start + bytes.n, .e = e};
    if (str_starts(bytes, S("\xef\xbb\xbf"))) {
        fail(&ps, "the text begins with a byte-order mark; send it without",
             "le texte commence par un indicateur d'ordre des octets (BOM) ; envoyez-le sans");
        return NULL;
    }
    skip_space(&ps);
    const struct json *v = parse_value(&ps, 0);
    if (v == NULL) {
        return NULL;
    }
    skip_space(&ps);
    if (ps.p < ps.end) {
        fail(&ps, "nothing may follow the value", "rien ne doit suivre la valeur");
        return NULL;
    }
    if (arena_over(a)) {
        err_set(e, ERR_TOO_BIG, "this document is too big", "ce document est trop volumineux");
        return NULL;
    }
    return v;
}

const struct json *json_get(const struct json *v, struct str name)
{
    if (v == NULL || v->type != JSON_OBJECT) {
        return NULL;
    }
    for (const struct json *m = v->first; m != NULL; m = m->next) {
        if (str_eq(m->key, name)) {
            return m;
        }
    }
    return NULL;
}

const struct json *json_at(const struct json *v, size_t index)
{
    if (v == NULL || v->type != JSON_ARRAY || index >= v->count) {
        return NULL;
    }
    const struct json *item = v->first;
    while (index-- > 0) {
        item = item->next;
    }
    return item;
}

struct text json_type_name(enum json_type type)
{
    switch (type) {
    case JSON_NULL:
        return TEXT("null", "null");
    case JSON_FALSE:
    case JSON_TRUE:
        return TEXT("boolean", "booléen");
    case JSON_NUMBER:
        return TEXT("number", "nombre");
    case JSON_STRING:
        return TEXT("text", "texte");
    case JSON_ARRAY:
        return TEXT("array", "tableau");
    case JSON_OBJECT:
        return TEXT("object", "objet");
    }
    return TEXT("value", "valeur");
}
