#include "format/jsonpath.h"
#include "format/jsonpath_tree.h"

#include <stdio.h>
#include <string.h>

struct run {
    struct arena *a;
    const struct json *root;
    size_t *steps;
    struct err *e;
};

struct list {
    const struct json **items;
    size_t count, room;
};

/* What a filter compares: a value of the document, a computed number, or nothing (at NULL). */
struct value {
    const struct json *at;
    struct json computed;
    char text[24];
};

/* --- numbers and equality --- */

/* A number as sign × 0.d1d2d3… × 10^position, its digits left where they stand in the text. */
struct number {
    bool negative;
    struct str digits; /* from the first digit that is not zero; may contain the point; empty: zero */
    int64_t position;
};

static struct number number_of(struct str text)
{
    struct number n = {.negative = text.n > 0 && text.p[0] == '-'};
    size_t at = n.negative, end = at;
    while (end < text.n && text.p[end] != 'e' && text.p[end] != 'E') {
        end++;
    }
    size_t point = str_find_char(str_sub(text, 0, end), '.');
    size_t whole_end = point == SIZE_MAX ? end : point;
    while (at < end && (text.p[at] == '0' || text.p[at] == '.')) {
        at++;
    }
    n.digits = str_sub(text, at, end - at);
    n.position = at < whole_end ? (int64_t)(whole_end - at) : (int64_t)whole_end + 1 - (int64_t)at;
    if (end < text.n) {
        int64_t exponent = 0;
        struct str written = str_sub(text, end + 1, text.n);
        if (written.n > 0 && written.p[0] == '+') {
            written = str_sub(written, 1, written.n);
        }
        if (!str_to_i64(written, &exponent) || exponent > INT64_C(1000000000000) ||
            exponent < INT64_C(-1000000000000)) { /* out of all proportion: only its sign matters */
            exponent = written.p[0] == '-' ? INT64_C(-1000000000000) : INT64_C(1000000000000);
        }
        n.position += exponent;
    }
    return n;
}

/* The next digit of n; zeros for ever behind the last one. */
static char next_digit(struct str *digits)
{
    if (digits->n > 0 && digits->p[0] == '.') {
        *digits = str_sub(*digits, 1, digits->n);
    }
    if (digits->n == 0) {
        return '0';
    }
    char digit = digits->p[0];
    *digits = str_sub(*digits, 1, digits->n);
    return digit;
}

int jsonpath_number_cmp(struct str x, struct str y)
{
    struct number a = number_of(x), b = number_of(y);
    if (a.digits.n == 0 || b.digits.n == 0) {
        int sign_a = a.digits.n == 0 ? 0 : a.negative ? -1 : 1;
        int sign_b = b.digits.n == 0 ? 0 : b.negative ? -1 : 1;
        return sign_a - sign_b;
    }
    if (a.negative != b.negative) {
        return a.negative ? -1 : 1;
    }
    int larger = a.negative ? -1 : 1;
    if (a.position != b.position) {
        return a.position > b.position ? larger : -larger;
    }
    while (a.digits.n > 0 || b.digits.n > 0) {
        char left = next_digit(&a.digits), right = next_digit(&b.digits);
        if (left != right) {
            return left > right ? larger : -larger;
        }
    }
    return 0;
}

/* Takes its share of *steps (NULL: without limit) and stops comparing when they are used up. */
static bool equal(const struct json *x, const struct json *y, size_t *steps)
{
    if (x == y) {
        return true;
    }
    if (x == NULL || y == NULL || x->type != y->type || x->count != y->count) {
        return false;
    }
    if (x->type == JSON_NUMBER) {
        return jsonpath_number_cmp(x->text, y->text) == 0;
    }
    if (x->type == JSON_STRING) {
        return str_eq(x->text, y->text);
    }
    const struct json *beside = y->first;
    for (const struct json *m = x->first; m != NULL; m = m->next) {
        const struct json *twin = beside; /* most often in the same order */
        if (x->type == JSON_OBJECT && !str_eq(twin->key, m->key)) {
            twin = json_get(y, m->key);
            size_t cost = y->count;
            if (steps != NULL) {
                *steps -= cost < *steps ? cost : *steps;
            }
        }
        if (steps != NULL && (*steps == 0 || --*steps == 0)) {
            return false; /* the caller sees that nothing is left */
        }
        if (twin == NULL || !equal(m, twin, steps)) {
            return false;
        }
        beside = beside->next;
    }
    return true;
}

bool jsonpath_equal(const struct json *x, const struct json *y)
{
    return equal(x, y, NULL);
}

/* --- selecting --- */

static bool spend(struct run *r, size_t n)
{
    if (*r->steps <= n || arena_over(r->a)) {
        *r->steps = 0;
        return err_set(r->e, ERR_INVALID, "this document is too big for this path",
                       "ce document est trop volumineux pour ce chemin");
    }
    *r->steps -= n;
    return true;
}

static bool push(struct run *r, struct list *list, const struct json *v)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 8 : list->room * 2;
        const struct json **items = arena_array(r->a, const struct json *, room);
        if (list->count > 0) {
            memcpy(items, list->items, list->count * sizeof *items);
        }
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = v;
    return spend(r, 1);
}

static bool follow(struct run *r, const struct jsonpath *p, const struct json *item, struct list *out);
static bool holds(struct run *r, const struct jsonpath_expr *x, const struct json *item, bool *out);

static bool child_named(struct run *r, struct str name, const struct json *v, const struct json **out)
{
    size_t looked_at = 1;
    *out = NULL;
    if (v->type == JSON_OBJECT) {
        for (const struct json *m = v->first; m != NULL && *out == NULL; m = m->next, looked_at++) {
            *out = str_eq(m->key, name) ? m : NULL;
        }
    }
    return spend(r, looked_at);
}

static bool child_at(struct run *r, int64_t index, const struct json *v, const struct json **out)
{
    int64_t count = (int64_t)v->count;
    index = index < 0 ? index + count : index;
    *out = NULL;
    if (v->type != JSON_ARRAY || index < 0 || index >= count) {
        return true;
    }
    *out = json_at(v, (size_t)index);
    return spend(r, (size_t)index + 1);
}

static bool select_child(struct run *r, const struct jsonpath_selector *s, const struct json *v,
                         const struct json **out)
{
    return s->kind == SELECT_NAME ? child_named(r, s->name, v, out) : child_at(r, s->start, v, out);
}

static int64_t clamp(int64_t v, int64_t low, int64_t high)
{
    return v < low ? low : v > high ? high : v;
}

/* RFC 9535 section 2.3.4.2.2. */
static bool select_slice(struct run *r, const struct jsonpath_selector *s, const struct json *v,
                         struct list *out)
{
    int64_t count = (int64_t)v->count, step = s->step;
    if (v->type != JSON_ARRAY || step == 0 || count == 0) {
        return true;
    }
    int64_t start = s->has_start ? s->start : step > 0 ? 0 : count - 1;
    int64_t end = s->has_end ? s->end : step > 0 ? count : -count - 1;
    start = start >= 0 ? start : start + count;
    end = end >= 0 ? end : end + count;
    if (!spend(r, v->count)) {
        return false;
    }
    const struct json **all = arena_array(r->a, const struct json *, v->count);
    size_t n = 0;
    for (const struct json *m = v->first; m != NULL; m = m->next) {
        all[n++] = m;
    }
    bool ok = true;
    if (step > 0) {
        int64_t upper = clamp(end, 0, count);
        for (int64_t i = clamp(start, 0, count); ok && i < upper; i += step) {
            ok = push(r, out, all[i]);
        }
    } else {
        int64_t lower = clamp(end, -1, count - 1);
        for (int64_t i = clamp(start, -1, count - 1); ok && i > lower; i += step) {
            ok = push(r, out, all[i]);
        }
    }
    return ok;
}

static bool select_children(struct run *r, const struct jsonpath_expr *filter, const struct json *v,
                            struct list *out)
{
    for (const struct json *m = v->first; m != NULL; m = m->next) {
        bool wanted = true;
        if (filter != NULL && (!spend(r, 1) || !holds(r, filter, m, &wanted))) {
            return false;
        }
        if (wanted && !push(r, out, m)) {
            return false;
        }
    }
    return true;
}

static bool select_one(struct run *r, const struct jsonpath_selector *s, const struct json *v,
                       struct list *out)
{
    const struct json *child = NULL;
    switch (s->kind) {
    case SELECT_NAME:
    case SELECT_INDEX:
        return select_child(r, s, v, &child) && (child == NULL || push(r, out, child));
    case SELECT_SLICE:
        return select_slice(r, s, v, out);
    case SELECT_ALL:
    case SELECT_FILTER:
        return select_children(r, s->filter, v, out);
    }
    return true;
}

static bool segment(struct run *r, const struct jsonpath_segment *g, const struct json *v, struct list *out)
{
    for (const struct jsonpath_selector *s = g->first; s != NULL; s = s->next) {
        if (!select_one(r, s, v, out)) {
            return false;
        }
    }
    if (!g->descend) {
        return true;
    }
    for (const struct json *m = v->first; m != NULL; m = m->next) { /* no deeper than the reader allows */
        if (!spend(r, 1) || !segment(r, g, m, out)) {
            return false;
        }
    }
    return true;
}

/* A path that selects at most one value needs no lists. */
static bool follow_one(struct run *r, const struct jsonpath *p, const struct json *item,
                       const struct json **out)
{
    const struct json *v = p->from_item ? item : r->root;
    for (const struct jsonpath_segment *g = p->first; g != NULL && v != NULL; g = g->next) {
        if (!select_child(r, g->first, v, &v)) {
            return false;
        }
    }
    *out = v;
    return true;
}

static bool follow(struct run *r, const struct jsonpath *p, const struct json *item, struct list *out)
{
    const struct json *from = p->from_item ? item : r->root;
    *out = (struct list){NULL, 0, 0};
    if (p->singular) {
        return follow_one(r, p, item, &from) && (from == NULL || push(r, out, from));
    }
    if (from == NULL) {
        return true;
    }
    if (!push(r, out, from)) {
        return false;
    }
    for (const struct jsonpath_segment *g = p->first; g != NULL && out->count > 0; g = g->next) {
        struct list next = {NULL, 0, 0};
        for (size_t i = 0; i < out->count; i++) {
            if (!segment(r, g, out->items[i], &next)) {
                return false;
            }
        }
        *out = next;
    }
    return true;
}

/* --- filters --- */

static void set_number(struct value *v, size_t n)
{
    int length = snprintf(v->text, sizeof v->text, "%zu", n);
    v->computed = (struct json){.type = JSON_NUMBER, .text = {v->text, (size_t)length}};
    v->at = &v->computed;
}

static bool evaluate(struct run *r, const struct jsonpath_operand *o, const struct json *item,
                     struct value *out)
{
    struct list nodes = {NULL, 0, 0};
    struct value of;
    out->at = NULL;
    if (o->kind == OPERAND_PATH) { /* singular: the compiler saw to it */
        return follow_one(r, o->path, item, &out->at);
    }
    if (o->path != NULL && !follow(r, o->path, item, &nodes)) {
        return false;
    }
    switch (o->kind) {
    case OPERAND_LITERAL:
        out->at = &o->literal;
        break;
    case OPERAND_PATH:
        break;
    case OPERAND_VALUE:
        out->at = nodes.count == 1 ? nodes.items[0] : NULL;
        break;
    case OPERAND_COUNT:
        set_number(out, nodes.count);
        break;
    case OPERAND_LENGTH:
        if (!evaluate(r, o->of, item, &of)) {
            return false;
        }
        if (of.at != NULL && of.at->type == JSON_STRING) {
            set_number(out, utf8_count(of.at->text));
        } else if (of.at != NULL && (of.at->type == JSON_ARRAY || of.at->type == JSON_OBJECT)) {
            set_number(out, of.at->count);
        }
        break;
    }
    return true;
}

static bool less(const struct json *x, const struct json *y)
{
    if (x == NULL || y == NULL || x->type != y->type) {
        return false;
    }
    if (x->type == JSON_NUMBER) {
        return jsonpath_number_cmp(x->text, y->text) < 0;
    }
    return x->type == JSON_STRING && str_cmp(x->text, y->text) < 0;
}

static bool compare(struct run *r, const struct jsonpath_expr *x, const struct json *item, bool *out)
{
    struct value left, right;
    if (!evaluate(r, &x->left, item, &left) || !evaluate(r, &x->right, item, &right)) {
        return false;
    }
    bool same = x->op != COMPARE_LT && x->op != COMPARE_GT && equal(left.at, right.at, r->steps);
    switch (x->op) {
    case COMPARE_EQ:
        *out = same;
        break;
    case COMPARE_NE:
        *out = !same;
        break;
    case COMPARE_LE:
    case COMPARE_LT:
        *out = same || less(left.at, right.at);
        break;
    case COMPARE_GE:
    case COMPARE_GT:
        *out = same || less(right.at, left.at);
        break;
    }
    return spend(r, 1);
}

static bool exists(struct run *r, const struct jsonpath *p, const struct json *item, bool *out)
{
    struct list nodes = {NULL, 0, 0};
    const struct json *one = NULL;
    if (p->singular ? !follow_one(r, p, item, &one) : !follow(r, p, item, &nodes)) {
        return false;
    }
    *out = one != NULL || nodes.count > 0;
    return true;
}

static bool holds(struct run *r, const struct jsonpath_expr *x, const struct json *item, bool *out)
{
    switch (x->kind) {
    case EXPR_COMPARE:
        return compare(r, x, item, out);
    case EXPR_EXISTS:
        return exists(r, x->path, item, out);
    case EXPR_NOT:
        if (!holds(r, x->first, item, out)) {
            return false;
        }
        *out = !*out;
        return true;
    case EXPR_AND:
    case EXPR_OR:
        *out = x->kind == EXPR_AND;
        for (const struct jsonpath_expr *part = x->first; part != NULL; part = part->next) {
            if (!holds(r, part, item, out)) {
                return false;
            }
            if (*out == (x->kind == EXPR_OR)) {
                break;
            }
        }
        return true;
    }
    return true;
}

bool jsonpath_run(const struct jsonpath *p, struct arena *a, const struct json *root, const struct json *item,
                  size_t *steps, struct jsonpath_nodes *out, struct err *e)
{
    struct run r = {.a = a, .root = root, .steps = steps, .e = e};
    struct list nodes;
    if (!follow(&r, p, item, &nodes)) {
        return false;
    }
    *out = (struct jsonpath_nodes){nodes.items, nodes.count};
    return true;
}
