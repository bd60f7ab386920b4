#include "format/jsonpath.h"

#include "format/jsonpath_tree.h"

#define LARGEST_INDEX INT64_C(9007199254740991) /* 2^53 - 1, RFC 9535 section 2.1 */

struct compiler {
    struct arena *a;
    struct str source;
    size_t at;
    unsigned depth;
    struct err *e;
};

static bool fail_at(struct compiler *c, size_t at, const char *en, const char *fr)
{
    return jsonpath_fail(c->source, at, c->e, en, fr);
}

static bool fail(struct compiler *c, const char *en, const char *fr)
{
    return fail_at(c, c->at, en, fr);
}

static int peek(const struct compiler *c)
{
    return c->at < c->source.n ? (unsigned char)c->source.p[c->at] : -1;
}

static bool take(struct compiler *c, char wanted)
{
    if (peek(c) != wanted) {
        return false;
    }
    c->at++;
    return true;
}

static void skip_space(struct compiler *c)
{
    while (peek(c) == ' ' || peek(c) == '\t' || peek(c) == '\n' || peek(c) == '\r') {
        c->at++;
    }
}

static bool is_digit(int ch)
{
    return ch >= '0' && ch <= '9';
}

static bool is_name_start(int ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' || ch >= 0x80;
}

static bool digits(struct compiler *c)
{
    size_t start = c->at;
    while (is_digit(peek(c))) {
        c->at++;
    }
    return c->at > start || fail(c, "a digit is missing here", "il manque un chiffre ici");
}

/* An integer of a selector: no leading zero, no minus zero, within ±(2^53-1). */
static bool integer(struct compiler *c, int64_t *out)
{
    size_t start = c->at;
    bool negative = take(c, '-');
    bool zero = peek(c) == '0';
    if (!digits(c)) {
        return false;
    }
    struct str text = str_sub(c->source, start, c->at - start);
    if (zero && (negative || text.n > 1)) {
        return fail_at(c, start, "a number does not begin with 0", "un nombre ne commence pas par 0");
    }
    if (!str_to_i64(text, out) || *out > LARGEST_INDEX || *out < -LARGEST_INDEX) {
        return fail_at(c, start, "this number is too big", "ce nombre est trop grand");
    }
    return true;
}

/* --- filters --- */

static struct jsonpath *query(struct compiler *c);

static bool operand(struct compiler *c, struct jsonpath_operand *out);

static bool function_argument(struct compiler *c, struct jsonpath_operand *out)
{
    size_t start = c->at;
    struct jsonpath_operand *argument = arena_new(c->a, struct jsonpath_operand);
    if (!operand(c, argument)) {
        return false;
    }
    if (out->kind != OPERAND_LENGTH) {
        out->path = argument->path;
        return argument->kind == OPERAND_PATH ||
               fail_at(c, start, "a path is needed here", "il faut un chemin ici");
    }
    out->of = argument;
    return argument->kind != OPERAND_PATH || argument->path->singular ||
           fail_at(c, start, "a path to one single value is needed here",
                   "il faut ici un chemin vers une seule valeur");
}

/* The name has been read; at stands on the parenthesis. */
static bool function(struct compiler *c, struct str name, size_t start, struct jsonpath_operand *out)
{
    if (str_eq(name, S("match")) || str_eq(name, S("search"))) {
        return fail_at(
            c, start, "match() and search() are not available: regular expressions are not accepted",
            "match() et search() ne sont pas disponibles : les expressions rationnelles ne sont pas "
            "acceptées");
    }
    if (str_eq(name, S("length"))) {
        out->kind = OPERAND_LENGTH;
    } else if (str_eq(name, S("count"))) {
        out->kind = OPERAND_COUNT;
    } else if (str_eq(name, S("value"))) {
        out->kind = OPERAND_VALUE;
    } else {
        return fail_at(c, start, "there is no such function; there are length, count and value",
                       "cette fonction n'existe pas ; il y a length, count et value");
    }
    c->at++;
    skip_space(c);
    if (!function_argument(c, out)) {
        return false;
    }
    skip_space(c);
    return take(c, ')') ||
           fail(c, "a closing parenthesis is missing here", "il manque ici une parenthèse fermante");
}

static bool word(struct compiler *c, struct jsonpath_operand *out)
{
    size_t start = c->at;
    while ((peek(c) >= 'a' && peek(c) <= 'z') || (c->at > start && (peek(c) == '_' || is_digit(peek(c))))) {
        c->at++;
    }
    struct str name = str_sub(c->source, start, c->at - start);
    if (name.n > 0 && peek(c) == '(') {
        return function(c, name, start, out);
    }
    if (str_eq(name, S("true"))) {
        out->literal.type = JSON_TRUE;
    } else if (str_eq(name, S("false"))) {
        out->literal.type = JSON_FALSE;
    } else if (str_eq(name, S("null"))) {
        out->literal.type = JSON_NULL;
    } else {
        return fail_at(c, start, "a path, a value or a function is needed here",
                       "il faut ici un chemin, une valeur ou une fonction");
    }
    out->kind = OPERAND_LITERAL;
    return true;
}

static bool enter(struct compiler *c)
{
    return ++c->depth <= JSONPATH_DEPTH ||
           fail(c, "this path is nested too deeply", "ce chemin a trop de niveaux imbriqués");
}

static bool operand(struct compiler *c, struct jsonpath_operand *out)
{
    int ch = peek(c);
    if (!enter(c)) {
        return false;
    }
    bool ok = true;
    if (ch == '$' || ch == '@') {
        out->kind = OPERAND_PATH;
        out->path = query(c);
        ok = out->path != NULL;
    } else if (ch == '"' || ch == '\'') {
        out->kind = OPERAND_LITERAL;
        out->literal.type = JSON_STRING;
        ok = jsonpath_literal_text(c->a, c->source, &c->at, false, &out->literal.text, c->e);
    } else if (ch == '-' || is_digit(ch)) {
        out->kind = OPERAND_LITERAL;
        out->literal.type = JSON_NUMBER;
        ok = jsonpath_literal_number(c->a, c->source, &c->at, &out->literal.text, c->e);
    } else {
        ok = word(c, out);
    }
    c->depth--;
    return ok;
}

static bool comparison_operator(struct compiler *c, enum jsonpath_compare *op)
{
    static const struct {
        struct str text;
        enum jsonpath_compare op;
    } operators[] = {
        {S_INIT("=="), COMPARE_EQ}, {S_INIT("!="), COMPARE_NE}, {S_INIT("<="), COMPARE_LE},
        {S_INIT(">="), COMPARE_GE}, {S_INIT("<"), COMPARE_LT},  {S_INIT(">"), COMPARE_GT},
    };
    struct str rest = str_sub(c->source, c->at, c->source.n);
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        if (str_starts(rest, operators[i].text)) {
            *op = operators[i].op;
            c->at += operators[i].text.n;
            return true;
        }
    }
    return false;
}

static bool comparable(struct compiler *c, const struct jsonpath_operand *o, size_t start)
{
    return o->kind != OPERAND_PATH || o->path->singular ||
           fail_at(c, start, "only a path to one single value can be compared",
                   "seul un chemin vers une seule valeur peut être comparé");
}

/* A comparison, or a path that has to exist. */
static bool test(struct compiler *c, bool may_compare, struct jsonpath_expr *out)
{
    size_t start = c->at;
    if (!operand(c, &out->left)) {
        return false;
    }
    size_t behind = c->at;
    skip_space(c);
    if (may_compare && comparison_operator(c, &out->op)) {
        out->kind = EXPR_COMPARE;
        skip_space(c);
        size_t right = c->at;
        return comparable(c, &out->left, start) && operand(c, &out->right) &&
               comparable(c, &out->right, right);
    }
    c->at = behind;
    out->kind = EXPR_EXISTS;
    out->path = out->left.path;
    return out->left.kind == OPERAND_PATH || fail_at(c, start, "this must be compared with something",
                                                     "ceci doit être comparé à quelque chose");
}

static struct jsonpath_expr *either(struct compiler *c);

static struct jsonpath_expr *basic(struct compiler *c)
{
    struct jsonpath_expr *made = arena_new(c->a, struct jsonpath_expr);
    bool negated = take(c, '!');
    if (negated) {
        skip_space(c);
    }
    if (take(c, '(')) {
        skip_space(c);
        made = either(c);
        if (made == NULL) {
            return NULL;
        }
        skip_space(c);
        if (!take(c, ')')) {
            fail(c, "a closing parenthesis is missing here", "il manque ici une parenthèse fermante");
            return NULL;
        }
    } else if (!test(c, !negated, made)) {
        return NULL;
    }
    if (!negated) {
        return made;
    }
    struct jsonpath_expr *inverse = arena_new(c->a, struct jsonpath_expr);
    inverse->kind = EXPR_NOT;
    inverse->first = made;
    return inverse;
}

/* Operands joined by && (or, one level up, by ||). */
static struct jsonpath_expr *chain(struct compiler *c, enum jsonpath_expr_kind kind, const char *sign,
                                   struct jsonpath_expr *(*part)(struct compiler *))
{
    struct jsonpath_expr *list = arena_new(c->a, struct jsonpath_expr);
    const struct jsonpath_expr **link = &list->first;
    list->kind = kind;
    for (;;) {
        struct jsonpath_expr *one = part(c);
        if (one == NULL) {
            return NULL;
        }
        *link = one;
        link = &one->next;
        size_t behind = c->at;
        skip_space(c);
        if (!str_starts(str_sub(c->source, c->at, c->source.n), str_of(sign))) {
            c->at = behind;
            return list;
        }
        c->at += 2;
        skip_space(c);
    }
}

static struct jsonpath_expr *both(struct compiler *c)
{
    return chain(c, EXPR_AND, "&&", basic);
}

static struct jsonpath_expr *either(struct compiler *c)
{
    if (!enter(c)) {
        return NULL;
    }
    struct jsonpath_expr *made = chain(c, EXPR_OR, "||", both);
    c->depth--;
    return made;
}

/* --- segments --- */

static bool index_or_slice(struct compiler *c, struct jsonpath_selector *s)
{
    s->kind = SELECT_INDEX;
    s->step = 1;
    if (peek(c) != ':') {
        if (!integer(c, &s->start)) {
            return false;
        }
        s->has_start = true;
        size_t behind = c->at;
        skip_space(c);
        if (peek(c) != ':') {
            c->at = behind;
            return true;
        }
    }
    s->kind = SELECT_SLICE;
    c->at++;
    skip_space(c);
    if (peek(c) == '-' || is_digit(peek(c))) {
        if (!integer(c, &s->end)) {
            return false;
        }
        s->has_end = true;
        skip_space(c);
    }
    if (!take(c, ':')) {
        return true;
    }
    skip_space(c);
    return (peek(c) != '-' && !is_digit(peek(c))) || integer(c, &s->step);
}

static bool selector(struct compiler *c, struct jsonpath_selector *s)
{
    int ch = peek(c);
    if (ch == '"' || ch == '\'') {
        s->kind = SELECT_NAME;
        return jsonpath_literal_text(c->a, c->source, &c->at, false, &s->name, c->e);
    }
    if (ch == '-' || ch == ':' || is_digit(ch)) {
        return index_or_slice(c, s);
    }
    if (take(c, '*')) {
        s->kind = SELECT_ALL;
        return true;
    }
    if (take(c, '?')) {
        s->kind = SELECT_FILTER;
        skip_space(c);
        s->filter = either(c);
        return s->filter != NULL;
    }
    return fail(c, "a name in quotes, a number, * or ? is needed here",
                "il faut ici un nom entre guillemets, un nombre, * ou ?");
}

/* at stands behind the opening bracket. */
static bool brackets(struct compiler *c, struct jsonpath_segment *segment)
{
    const struct jsonpath_selector **link = &segment->first;
    for (;;) {
        struct jsonpath_selector *s = arena_new(c->a, struct jsonpath_selector);
        skip_space(c);
        if (!selector(c, s)) {
            return false;
        }
        *link = s;
        link = &s->next;
        skip_space(c);
        if (take(c, ']')) {
            return true;
        }
        if (!take(c, ',')) {
            return fail(c, "a comma or ] is missing here", "il manque ici une virgule ou ]");
        }
    }
}

/* Behind a dot: a name without quotes, or *. */
static bool shorthand(struct compiler *c, struct jsonpath_segment *segment)
{
    struct jsonpath_selector *s = arena_new(c->a, struct jsonpath_selector);
    segment->first = s;
    if (take(c, '*')) {
        s->kind = SELECT_ALL;
        return true;
    }
    size_t start = c->at;
    while (is_name_start(peek(c)) || (c->at > start && is_digit(peek(c)))) {
        c->at++;
    }
    s->kind = SELECT_NAME;
    s->name = arena_str(c->a, str_sub(c->source, start, c->at - start));
    return c->at > start || fail(c, "a name is missing here; other names are written ['in quotes']",
                                 "il manque un nom ici ; les autres noms s'écrivent ['entre guillemets']");
}

static bool segment(struct compiler *c, struct jsonpath_segment *made)
{
    if (take(c, '[')) {
        return brackets(c, made);
    }
    c->at++;
    made->descend = take(c, '.');
    if (made->descend && take(c, '[')) {
        return brackets(c, made);
    }
    return shorthand(c, made);
}

static struct jsonpath *query(struct compiler *c)
{
    struct jsonpath *p = arena_new(c->a, struct jsonpath);
    const struct jsonpath_segment **link = &p->first;
    p->from_item = peek(c) == '@';
    p->singular = true;
    c->at++;
    for (;;) {
        size_t behind = c->at;
        skip_space(c);
        if (peek(c) != '.' && peek(c) != '[') {
            c->at = behind;
            return p;
        }
        struct jsonpath_segment *s = arena_new(c->a, struct jsonpath_segment);
        if (!segment(c, s)) {
            return NULL;
        }
        bool one =
            s->first->next == NULL && (s->first->kind == SELECT_NAME || s->first->kind == SELECT_INDEX);
        p->singular = p->singular && one && !s->descend;
        *link = s;
        link = &s->next;
    }
}

const struct jsonpath *jsonpath_compile_part(struct arena *a, struct str source, size_t *at, bool item,
                                             struct err *e)
{
    struct compiler c = {.a = a, .source = source, .at = *at, .e = e};
    if (source.n > JSONPATH_LENGTH) {
        err_set(e, ERR_INVALID, "this path is too long", "ce chemin est trop long");
        return NULL;
    }
    if (peek(&c) != '$' && (!item || peek(&c) != '@')) {
        if (peek(&c) == '@') {
            fail(&c, "@ has no meaning here; a path begins with $",
                 "@ n'a pas de sens ici ; un chemin commence par $");
        } else {
            fail(&c, "a path begins with $", "un chemin commence par $");
        }
        return NULL;
    }
    const struct jsonpath *p = query(&c);
    *at = c.at;
    return p;
}

const struct jsonpath *jsonpath_compile(struct arena *a, struct str source, struct err *e)
{
    size_t at = 0;
    if (!utf8_valid(source, &at)) {
        jsonpath_fail(source, at, e, "this is not UTF-8", "ceci n'est pas de l'UTF-8");
        return NULL;
    }
    at = 0;
    const struct jsonpath *p = jsonpath_compile_part(a, source, &at, false, e);
    if (p != NULL && at < source.n) {
        jsonpath_fail(source, at, e, "this is not part of a path", "ceci ne fait pas partie d'un chemin");
        return NULL;
    }
    return p;
}

bool jsonpath_singular(const struct jsonpath *p)
{
    return p->singular;
}
