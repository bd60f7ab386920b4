#include "format/jsonpath.h"

#include <string.h>

struct cursor {
    struct arena *a;
    struct str source;
    size_t at;
    struct err *e;
};

bool jsonpath_fail(struct str source, size_t at, struct err *e, const char *en, const char *fr)
{
    return err_set(e, ERR_INVALID, "column %zu: %s%.0s", "colonne %zu : %.0s%s",
                   utf8_count(str_sub(source, 0, at)) + 1, en, fr);
}

static bool fail_at(struct cursor *c, size_t at, const char *en, const char *fr)
{
    return jsonpath_fail(c->source, at, c->e, en, fr);
}

static bool fail(struct cursor *c, const char *en, const char *fr)
{
    return fail_at(c, c->at, en, fr);
}

static int peek(const struct cursor *c)
{
    return c->at < c->source.n ? (unsigned char)c->source.p[c->at] : -1;
}

static bool take(struct cursor *c, char wanted)
{
    if (peek(c) != wanted) {
        return false;
    }
    c->at++;
    return true;
}

static bool is_digit(int ch)
{
    return ch >= '0' && ch <= '9';
}

static bool hex4(struct cursor *c, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        int ch = peek(c), digit = is_digit(ch)             ? ch - '0'
                                  : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
                                  : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10
                                                           : -1;
        if (digit < 0) {
            return fail(c, "\\u needs four hexadecimal digits",
                        "\\u doit être suivi de quatre chiffres hexadécimaux");
        }
        *out = *out << 4 | (uint32_t)digit;
        c->at++;
    }
    return true;
}

static bool unicode_escape(struct cursor *c, uint32_t *code)
{
    size_t start = c->at;
    uint32_t low = 0;
    if (!hex4(c, code)) {
        return false;
    }
    if (*code == 0) {
        return fail_at(c, start, "the character U+0000 is not accepted",
                       "le caractère U+0000 n'est pas accepté");
    }
    if (*code < 0xd800 || *code > 0xdfff) {
        return true;
    }
    if (*code <= 0xdbff && take(c, '\\') && take(c, 'u') && hex4(c, &low) && low >= 0xdc00 && low <= 0xdfff) {
        *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
        return true;
    }
    return fail_at(c, start, "this half of a surrogate pair stands alone",
                   "cette moitié de paire de substitution est isolée");
}

/* Behind a backslash. */
static bool escape(struct cursor *c, char quote, struct buf *b)
{
    static const char names[] = "\\/bfnrt", values[] = "\\/\b\f\n\r\t";
    int ch = peek(c);
    const char *known = ch > 0 ? strchr(names, ch) : NULL;
    if (known != NULL) {
        buf_char(b, values[known - names]);
    } else if (ch == quote) {
        buf_char(b, quote);
    } else if (ch == 'u') {
        uint32_t code = 0;
        char utf8[4];
        c->at++;
        if (!unicode_escape(c, &code)) {
            return false;
        }
        buf_add(b, (struct str){utf8, utf8_put(code, utf8)});
        return true;
    } else {
        return fail(c, "there is no such escape", "cette séquence d'échappement n'existe pas");
    }
    c->at++;
    return true;
}

static bool literal_text(struct cursor *c, bool breaks, struct str *out)
{
    size_t start = c->at;
    char quote = c->source.p[c->at++];
    struct buf b = buf_in(c->a);
    for (;;) {
        int ch = peek(c);
        if (ch == -1) {
            return fail_at(c, start, "this text is not closed", "ce texte n'est pas fermé");
        }
        if (ch < 0x20 && !(breaks && (ch == '\n' || ch == '\r' || ch == '\t'))) {
            return fail(c, "a control character must be written as an escape",
                        "un caractère de contrôle doit être écrit avec une séquence d'échappement");
        }
        c->at++;
        if (ch == quote) {
            break;
        }
        if (ch != '\\') {
            buf_char(&b, (char)ch);
        } else if (!escape(c, quote, &b)) {
            return false;
        }
    }
    *out = buf_str(&b);
    return true;
}

bool jsonpath_literal_text(struct arena *a, struct str source, size_t *at, bool breaks, struct str *out,
                           struct err *e)
{
    struct cursor c = {.a = a, .source = source, .at = *at, .e = e};
    bool ok = literal_text(&c, breaks, out);
    *at = c.at;
    return ok;
}

static bool digits(struct cursor *c)
{
    size_t start = c->at;
    while (is_digit(peek(c))) {
        c->at++;
    }
    return c->at > start || fail(c, "a digit is missing here", "il manque un chiffre ici");
}

static bool number(struct cursor *c)
{
    take(c, '-');
    if (!take(c, '0') && !digits(c)) {
        return false;
    }
    if (take(c, '.') && !digits(c)) {
        return false;
    }
    if (take(c, 'e') || take(c, 'E')) {
        if (!take(c, '+')) {
            take(c, '-');
        }
        return digits(c);
    }
    return true;
}

bool jsonpath_literal_number(struct arena *a, struct str source, size_t *at, struct str *out, struct err *e)
{
    struct cursor c = {.a = a, .source = source, .at = *at, .e = e};
    if (!number(&c)) {
        return false;
    }
    *out = arena_str(a, str_sub(source, *at, c.at - *at));
    *at = c.at;
    return true;
}
