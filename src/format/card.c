#include "format/card.h"

#include "base/limits.h"
#include "format/card_number.h"
#include "format/card_text.h"

static bool finish(const struct card_text *t, struct str *out)
{
    *out = t->changed ? (struct str){t->out, t->in.n} : t->in;
    return t->changed;
}

bool card_mask_text(struct arena *a, struct str text, struct str *out)
{
    struct card_text t = {.a = a, .in = text};
    if (card_text_suspicious(text)) {
        card_text_mask(&t, 0, text.n, false);
    }
    return finish(&t, out);
}

bool card_mask_cell(struct arena *a, struct str column_name, struct str cell, struct str *out)
{
    struct card_text t = {.a = a, .in = cell};
    card_text_mask_value(&t, 0, cell.n, false, card_name_of(column_name, false, CARD_NAME_PLAIN));
    return finish(&t, out);
}

/* --- JSON --- */

enum expects {
    EXPECTS_VALUE,
    EXPECTS_VALUE_OR_END, /* after [ */
    EXPECTS_NAME,
    EXPECTS_NAME_OR_END, /* after { */
    EXPECTS_COLON,
    EXPECTS_COMMA_OR_END,
    EXPECTS_NEXT, /* a value of its own, or nothing more */
};

struct level {
    bool object;
    enum card_name name; /* of the array or object */
};

struct walk {
    struct card_text t;
    size_t at;
    enum expects expects;
    enum card_name name; /* of the value that comes */
    size_t depth;
    struct level levels[LIMIT_JSON_DEPTH];
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Offset of the quote that ends the string whose inside begins at `at`, or the end of the body. */
static size_t string_end(struct str s, size_t at)
{
    while (at < s.n && s.p[at] != '"') {
        at += s.p[at] == '\\' && at + 1 < s.n ? 2 : 1;
    }
    return at;
}

static void after_value(struct walk *w)
{
    w->expects = w->depth ? EXPECTS_COMMA_OR_END : EXPECTS_NEXT;
    w->name = w->depth ? w->levels[w->depth - 1].name : CARD_NAME_PLAIN;
}

static bool take_string(struct walk *w)
{
    size_t from = w->at + 1, to = string_end(w->t.in, from);
    w->at = to < w->t.in.n ? to + 1 : to;
    if (w->expects == EXPECTS_NAME || w->expects == EXPECTS_NAME_OR_END) {
        w->name = card_name_of(str_sub(w->t.in, from, to - from), true, w->levels[w->depth - 1].name);
        card_text_mask(&w->t, from, to, true);
        w->expects = EXPECTS_COLON;
        return true;
    }
    if (w->expects == EXPECTS_VALUE || w->expects == EXPECTS_VALUE_OR_END) {
        card_text_mask_value(&w->t, from, to, true, w->name);
        after_value(w);
        return true;
    }
    return false;
}

static bool take_open(struct walk *w, bool object)
{
    bool may =
        w->expects == EXPECTS_VALUE || w->expects == EXPECTS_VALUE_OR_END || w->expects == EXPECTS_NEXT;
    if (!may || w->depth == LIMIT_JSON_DEPTH) {
        return false;
    }
    w->levels[w->depth++] = (struct level){object, w->name};
    w->expects = object ? EXPECTS_NAME_OR_END : EXPECTS_VALUE_OR_END;
    w->at++;
    return true;
}

static bool take_close(struct walk *w, bool object)
{
    bool may = w->expects == EXPECTS_COMMA_OR_END ||
               w->expects == (object ? EXPECTS_NAME_OR_END : EXPECTS_VALUE_OR_END);
    if (!may || w->depth == 0 || w->levels[w->depth - 1].object != object) {
        return false;
    }
    w->depth--;
    w->at++;
    after_value(w);
    return true;
}

static bool take_punctuation(struct walk *w, char c)
{
    if (c == ':' && w->expects == EXPECTS_COLON) {
        w->expects = EXPECTS_VALUE;
    } else if (c == ',' && w->expects == EXPECTS_COMMA_OR_END) {
        w->expects = w->levels[w->depth - 1].object ? EXPECTS_NAME : EXPECTS_VALUE;
    } else {
        return false;
    }
    w->at++;
    return true;
}

/* Offsets of the parts of a number. */
struct number {
    size_t from;     /* the first digit */
    size_t point;    /* behind the digits before the point */
    size_t mantissa; /* behind the digits after it; equal to point when there are none */
    size_t end;
};

static size_t digits_end(struct str s, size_t at)
{
    while (at < s.n && is_digit(s.p[at])) {
        at++;
    }
    return at;
}

static bool read_number(struct str s, size_t at, struct number *n)
{
    n->from = at + (s.p[at] == '-');
    n->point = digits_end(s, n->from);
    if (n->point == n->from || (s.p[n->from] == '0' && n->point > n->from + 1)) {
        return false;
    }
    n->mantissa = n->end = n->point;
    if (n->end < s.n && s.p[n->end] == '.') {
        n->mantissa = n->end = digits_end(s, n->end + 1);
        if (n->mantissa == n->point + 1) {
            return false;
        }
    }
    if (n->end < s.n && (s.p[n->end] | 32) == 'e') {
        size_t from = n->end + 1;
        from += from < s.n && (s.p[from] == '+' || s.p[from] == '-');
        n->end = digits_end(s, from);
        if (n->end == from) {
            return false;
        }
    }
    return n->end == s.n || str_find_char(S(" \t\r\n,]}"), s.p[n->end]) != SIZE_MAX;
}

/* The digits before `to` without the point; their number may be more than fit. */
static size_t number_digits(struct str s, size_t from, size_t to, char digits[static CARD_NUMBER_MAX])
{
    size_t count = 0;
    for (size_t i = from; i < to; i++) {
        if (is_digit(s.p[i])) {
            if (count < CARD_NUMBER_MAX) {
                digits[count] = s.p[i];
            }
            count++;
        }
    }
    return count;
}

/* Digits of [from, to) become 9, but for the last `keep`; the whole is then no card number. */
static void mask_digits(struct card_text *t, size_t from, size_t to, size_t keep)
{
    char digits[CARD_NUMBER_MAX];
    size_t count = number_digits(t->in, from, to, digits), index = 0;
    bool luhn = false;
    if (keep > 0 && count > keep && count <= CARD_NUMBER_MAX) {
        for (size_t i = 0; i < count - keep; i++) {
            digits[i] = '9';
        }
        luhn = card_number_luhn(digits, count);
    }
    for (size_t i = from; i < to; i++) {
        if (!is_digit(t->in.p[i])) {
            continue;
        }
        if (index + keep < count) {
            card_text_put(t, i, luhn && index + keep + 1 == count ? '8' : '9');
        }
        index++;
    }
}

static void mask_number(struct walk *w, const struct number *n)
{
    struct str s = w->t.in;
    char digits[CARD_NUMBER_MAX];
    size_t count = number_digits(s, n->from, n->mantissa, digits);
    if (w->name == CARD_NAME_REFERENCE) {
        return;
    }
    if (w->name == CARD_NAME_CODE || w->name == CARD_NAME_NUMBER ||
        (w->name == CARD_NAME_CARD && count >= 12)) {
        mask_digits(&w->t, n->from, n->mantissa, w->name == CARD_NAME_CODE ? 0 : 4);
        return;
    }
    size_t to = n->mantissa;
    if (n->end > n->mantissa) {
        /* 4.111111111111111e15: whole when the exponent moves the point behind the last digit */
        int64_t exponent = 0, decimals = n->mantissa > n->point ? (int64_t)(n->mantissa - n->point - 1) : 0;
        size_t from = n->mantissa + 1 + (s.p[n->mantissa + 1] == '+');
        if (!str_to_i64(str_sub(s, from, n->end - from), &exponent) || exponent != decimals) {
            return;
        }
    } else {
        for (size_t i = n->point; i < n->mantissa; i++) {
            if (s.p[i] != '.' && s.p[i] != '0') {
                return; /* an amount, a coordinate */
            }
        }
        to = n->point;
        count = number_digits(s, n->from, to, digits);
    }
    size_t least = w->name == CARD_NAME_PHONE ? CARD_TEXT_BEYOND_PHONE : 0;
    if (count >= least && count <= CARD_NUMBER_MAX && card_number_valid(digits, count)) {
        mask_digits(&w->t, n->from, to, 4);
    }
}

/* Numbers and true, false, null. */
static bool take_bare(struct walk *w)
{
    static const struct str literals[] = {S_INIT("true"), S_INIT("false"), S_INIT("null")};
    if (w->expects != EXPECTS_VALUE && w->expects != EXPECTS_VALUE_OR_END) {
        return false;
    }
    struct str rest = str_sub(w->t.in, w->at, SIZE_MAX);
    for (size_t i = 0; i < ARRAY_LEN(literals); i++) {
        if (str_starts(rest, literals[i])) {
            w->at += literals[i].n;
            after_value(w);
            return true;
        }
    }
    struct number n;
    if (!read_number(w->t.in, w->at, &n)) {
        return false;
    }
    mask_number(w, &n);
    w->at = n.end;
    after_value(w);
    return true;
}

static bool take_token(struct walk *w)
{
    char c = w->t.in.p[w->at];
    switch (c) {
    case '"':
        return take_string(w);
    case '{':
    case '[':
        return take_open(w, c == '{');
    case '}':
    case ']':
        return take_close(w, c == '}');
    case ':':
    case ',':
        return take_punctuation(w, c);
    default:
        return take_bare(w);
    }
}

bool card_mask_json(struct arena *a, struct str body, struct str *out)
{
    struct walk w = {.t = {.a = a, .in = body}, .expects = EXPECTS_VALUE};
    if (!card_text_suspicious(body)) {
        return finish(&w.t, out);
    }
    w.at = str_starts(body, S("\xEF\xBB\xBF")) ? 3 : 0;
    size_t before = w.at; /* the token before this one: what follows a number may be more of it */
    while (w.at < body.n) {
        size_t at = w.at;
        char c = body.p[at];
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            w.at++;
            continue;
        }
        if (!take_token(&w)) {
            char b = body.p[before];
            card_text_mask(&w.t, is_digit(b) || b == '-' ? before : at, body.n, true);
            break;
        }
        before = at;
    }
    return finish(&w.t, out);
}
