#include "format/pick_function.h"

static bool fn_at_index(struct pick_call *c, const struct pick_values *in, struct pick_values *out,
                        int64_t index)
{
    int64_t count = (int64_t)in->count;
    index = index < 0 ? index + count : index;
    return index < 0 || index >= count || pick_give(c, out, in->items[index]);
}

static bool fn_first(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    return fn_at_index(c, in, out, 0);
}

static bool fn_last(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    return fn_at_index(c, in, out, -1);
}

static bool fn_at(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    int64_t index = 0;
    return pick_arg_int(c, 0, INT32_MIN, INT32_MAX, &index) && fn_at_index(c, in, out, index);
}

static bool fn_count(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    return pick_give_number(c, out, arena_fmt(c->env->a, "%zu", in->count));
}

/* Appends the text of v; false when the result becomes too long, so that it is not built in vain. */
static bool append(struct pick_call *c, struct buf *b, struct str before, const struct json *v)
{
    struct str s;
    if (!pick_text_of(c, v, &s)) {
        return false;
    }
    buf_add(b, before);
    buf_add(b, s);
    return b->n <= PICK_TEXT || pick_fail(c, "the text becomes too long", "le texte devient trop long");
}

static bool fn_join(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    struct str by;
    struct buf b = buf_in(c->env->a);
    if (!pick_arg_text(c, 0, &by)) {
        return false;
    }
    for (size_t i = 0; i < in->count; i++) {
        if (!append(c, &b, i == 0 ? S("") : by, in->items[i])) {
            return false;
        }
    }
    return in->count == 0 || pick_give_text(c, out, buf_str(&b));
}

static bool fn_concat(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    struct buf b = buf_in(c->env->a);
    for (size_t i = 0; i < in->count; i++) {
        if (!append(c, &b, S(""), in->items[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < c->count; i++) {
        if (c->args[i] != NULL && !append(c, &b, S(""), c->args[i])) {
            return false;
        }
    }
    return b.n == 0 || pick_give_text(c, out, buf_str(&b));
}

static bool is_empty_text(const struct json *v)
{
    return v->type == JSON_STRING && v->text.n == 0;
}

static bool fn_default(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    if (in->count > 1 || (in->count == 1 && !is_empty_text(in->items[0]))) {
        *out = *in;
        return true;
    }
    for (size_t i = 0; i < c->count; i++) {
        if (c->args[i] != NULL && !is_empty_text(c->args[i])) {
            return pick_give(c, out, c->args[i]);
        }
    }
    return true;
}

static bool fn_if(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    size_t branch = pick_truth(in) ? 0 : 1;
    return branch >= c->count || c->args[branch] == NULL || pick_give(c, out, c->args[branch]);
}

static bool fn_not(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    return pick_give_bool(c, out, !pick_truth(in));
}

static bool is_scalar(const struct json *v)
{
    return v->type != JSON_ARRAY && v->type != JSON_OBJECT;
}

/* Two numbers by value; else by text, so that 1 and "1" are the same code. */
static bool same(struct pick_call *c, const struct json *x, const struct json *y)
{
    struct str a, b;
    if (x->type == JSON_NUMBER && y->type == JSON_NUMBER) {
        return jsonpath_number_cmp(x->text, y->text) == 0;
    }
    return is_scalar(x) && is_scalar(y) && pick_text_of(c, x, &a) && pick_text_of(c, y, &b) && str_eq(a, b);
}

static bool fn_equals(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    bool found = false;
    for (size_t i = 0; i < in->count && !found; i++) {
        for (size_t k = 0; k < c->count && !found; k++) {
            found = c->args[k] != NULL && same(c, in->items[i], c->args[k]);
        }
    }
    return pick_give_bool(c, out, found);
}

static bool fn_table(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct buf known = buf_in(c->env->a);
    struct str s;
    for (size_t i = 0; i + 1 < c->count; i += 2) {
        if (c->args[i] != NULL && same(c, v, c->args[i])) {
            return c->args[i + 1] == NULL || pick_give(c, out, c->args[i + 1]);
        }
    }
    if (c->count % 2 == 1) {
        const struct json *otherwise = c->args[c->count - 1];
        return otherwise == NULL || pick_give(c, out, otherwise);
    }
    for (size_t i = 0; i + 1 < c->count; i += 2) {
        if (c->args[i] != NULL && pick_text_of(c, c->args[i], &s)) {
            buf_fmt(&known, "%s%s", known.n == 0 ? "" : ", ", pick_shown(c, s));
        }
    }
    return pick_text_of(c, v, &s) &&
           pick_fail(c, "“%s” is not in the table (%s)", "« %s » ne figure pas dans la table (%s)",
                     pick_shown(c, s), buf_str(&known).p);
}

const struct pick_function pick_list_functions[] = {
    {.name = "first", .args = "", .all = fn_first},
    {.name = "last", .args = "", .all = fn_last},
    {.name = "at", .args = "i", .least = 1, .all = fn_at},
    {.name = "count", .args = "", .all = fn_count},
    {.name = "join", .args = "t", .least = 1, .all = fn_join},
    {.name = "concat", .args = "v+", .all = fn_concat},
    {.name = "default", .args = "v+", .least = 1, .all = fn_default, .whole = true},
    {.name = "if", .args = "vv", .least = 1, .all = fn_if, .whole = true},
    {.name = "not", .args = "", .all = fn_not, .whole = true},
    {.name = "equals", .args = "v+", .least = 1, .all = fn_equals},
    {.name = "table", .args = "C+", .least = 2, .each = fn_table},
    {.name = NULL},
};
