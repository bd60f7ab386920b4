#include "format/mapping.h"

#include "format/json_fields.h"
#include "format/pick.h"

enum part_kind {
    PART_PICK,     /* one value */
    PART_ANY,      /* any JSON value: the target is FIELD_JSON */
    PART_CONSTANT, /* text of a number or boolean */
    PART_OBJECT,
    PART_EACH, /* an array by a pick */
    PART_LIST, /* an array of fixed items */
};

struct part {
    enum part_kind kind;
    struct str name;           /* of the member; absent in a list */
    const struct field *field; /* of the target; NULL when there is no table */
    const struct pick *pick;   /* PART_PICK, PART_ANY, PART_EACH */
    struct str constant;
    bool fixed;               /* made of constants only: says nothing about the document */
    const struct part *first; /* members, or items of a list */
    const struct part *next;
};

struct mapping {
    const struct pick *skip; /* NULL: nothing is skipped */
    const struct part *top;
};

/* --- compiling --- */

struct compiler {
    struct arena *a;
    struct err *e;
};

/* Where the form stands: the table of the target (NULL: unknown), and whether @ has a meaning. */
struct place {
    const struct field_table *table;
    bool item, top;
};

static bool members(struct compiler *c, const struct json *form, struct place at, struct part *out);

static bool is_nothing(const struct json *v)
{
    return v == NULL || v->type == JSON_NULL;
}

static const struct pick *compile_pick(struct compiler *c, const struct json *v, bool item)
{
    if (v->type != JSON_STRING) {
        err_set(c->e, ERR_INVALID, "a pick is needed here, a text such as \"$.booking.id\"",
                "il faut ici une expression, un texte tel que \"$.booking.id\"");
        return NULL;
    }
    return pick_compile(c->a, v->text, item, c->e);
}

static bool list_items(struct compiler *c, const struct json *form, struct place at, struct part *out)
{
    const struct part **link = &out->first;
    size_t i = 0;
    out->kind = PART_LIST;
    out->fixed = true;
    for (const struct json *item = form->first; item != NULL; item = item->next, i++) {
        struct part *one = arena_new(c->a, struct part);
        if (item->type != JSON_OBJECT) {
            err_set(c->e, ERR_INVALID, "an object is needed here", "il faut ici un objet");
            return err_in_index(c->e, i);
        }
        if (!members(c, item, at, one)) {
            return err_in_index(c->e, i);
        }
        out->fixed = out->fixed && one->fixed;
        *link = one;
        link = &one->next;
    }
    return true;
}

/* Does the shape of the form go with the target's type? */
static bool check_shape(struct compiler *c, const struct json *v, const struct field *f)
{
    bool each = !is_nothing(json_get(v, S("each")));
    if (f->flags & FIELD_READ_ONLY) {
        return err_set(c->e, ERR_INVALID, "this is set by the program and cannot be mapped",
                       "ce champ est rempli par le programme et ne peut pas être alimenté");
    }
    if (f->type == FIELD_OBJECT && (v->type != JSON_OBJECT || each)) {
        return err_set(c->e, ERR_INVALID, "“%s” is an object: write {\"…\": …} here",
                       "« %s » est un objet : écrivez ici {\"…\": …}", f->name);
    }
    if (f->type == FIELD_LIST && !(v->type == JSON_OBJECT && each) && v->type != JSON_ARRAY) {
        return err_set(c->e, ERR_INVALID, "“%s” is a list: write {\"each\": \"$.…\", …} or [{…}] here",
                       "« %s » est une liste : écrivez ici {\"each\": \"$.…\", …} ou [{…}]", f->name);
    }
    bool nested = f->type == FIELD_OBJECT || f->type == FIELD_LIST || f->type == FIELD_JSON;
    if (!nested && (v->type == JSON_OBJECT || v->type == JSON_ARRAY)) {
        return err_set(
            c->e, ERR_INVALID, "“%s” is a single value: write a pick here, such as \"$.booking.id\"",
            "« %s » est une valeur simple : écrivez ici une expression, par exemple \"$.booking.id\"",
            f->name);
    }
    return true;
}

static bool part(struct compiler *c, const struct json *v, struct place at, struct part *out)
{
    const struct json *each = json_get(v, S("each"));
    out->field = at.table == NULL ? NULL : field_find(at.table, v->key);
    if (out->field != NULL && !check_shape(c, v, out->field)) {
        return false;
    }
    struct place below = {.table = out->field == NULL ? NULL : out->field->of, .item = at.item};
    switch (v->type) {
    case JSON_STRING:
        out->kind = out->field != NULL && out->field->type == FIELD_JSON ? PART_ANY : PART_PICK;
        out->pick = compile_pick(c, v, at.item);
        out->fixed = out->pick != NULL && pick_constant(out->pick);
        return out->pick != NULL;
    case JSON_ARRAY:
        return list_items(c, v, below, out);
    case JSON_OBJECT:
        if (is_nothing(each)) {
            return members(c, v, below, out);
        }
        out->pick = compile_pick(c, each, at.item);
        if (out->pick == NULL) {
            return err_in(c->e, S("each"));
        }
        below.item = true;
        if (!members(c, v, below, out)) {
            return false;
        }
        out->kind = PART_EACH;
        out->fixed = false;
        return true;
    default:
        out->kind = PART_CONSTANT;
        out->fixed = true;
        out->constant = arena_str(c->a, v->source);
        return true;
    }
}

static bool check_required(struct compiler *c, const struct json *form, const struct field_table *t)
{
    for (size_t i = 0; t != NULL && i < t->count; i++) {
        const struct field *f = &t->fields[i];
        if ((f->flags & FIELD_REQUIRED) && is_nothing(json_get(form, str_of(f->name)))) {
            return err_field(c->e, ERR_INVALID, f->name,
                             "“%s” must be mapped: no message is complete without it",
                             "« %s » doit être alimenté : aucun message n'est complet sans lui", f->name);
        }
    }
    return true;
}

static bool members(struct compiler *c, const struct json *form, struct place at, struct part *out)
{
    const struct part **link = &out->first;
    out->kind = PART_OBJECT;
    out->fixed = true;
    for (const struct json *m = form->first; m != NULL; m = m->next) {
        bool directive = str_eq(m->key, at.top ? S("skip") : S("each"));
        if (m->type == JSON_NULL || directive) {
            continue;
        }
        struct part *one = arena_new(c->a, struct part);
        one->name = arena_str(c->a, m->key);
        if (at.table != NULL && field_find(at.table, m->key) == NULL) {
            return json_fields_unknown(c->a, at.table, m->key, c->e);
        }
        if (!part(c, m, at, one)) {
            return err_in(c->e, m->key);
        }
        out->fixed = out->fixed && one->fixed;
        *link = one;
        link = &one->next;
    }
    return check_required(c, form, at.table);
}

const struct mapping *mapping_compile(struct arena *a, const struct json *form,
                                      const struct field_table *target, struct err *e)
{
    struct compiler c = {a, e};
    struct mapping *m = arena_new(a, struct mapping);
    struct part *top = arena_new(a, struct part);
    if (form->type != JSON_OBJECT) {
        err_set(e, ERR_INVALID, "a mapping is an object: {\"type\": …, \"data\": {…}}",
                "une correspondance est un objet : {\"type\": …, \"data\": {…}}");
        return NULL;
    }
    const struct json *skip = json_get(form, S("skip"));
    if (!is_nothing(skip)) {
        m->skip = compile_pick(&c, skip, false);
        if (m->skip == NULL) {
            err_in(e, S("skip"));
            return NULL;
        }
    }
    m->top = top;
    return members(&c, form, (struct place){.table = target, .top = true}, top) ? m : NULL;
}

/* --- running --- */

struct run {
    struct pick_env env;
    struct json_out out;
    struct err *e;
};

/* The writer before something that may come to nothing. */
struct mark {
    struct json_out out;
    size_t n;
};

static struct mark mark(const struct run *r)
{
    return (struct mark){r->out, r->out.b->n};
}

static void take_back(struct run *r, struct mark m)
{
    r->out = m.out;
    r->out.b->n = m.n;
}

static bool write_members(struct run *r, const struct part *p, bool *given);

static bool only_digits(struct str s)
{
    int64_t n = 0;
    bool sign = str_starts(s, S("-"));
    struct str digits = sign ? str_sub(s, 1, s.n) : s;
    return str_to_i64(s, &n) && (digits.n == 1 || digits.p[0] != '0');
}

/* What loses nothing is converted to what the target wants; the rest is for the reader of the result to judge. */
static void write_value(struct run *r, const struct part *p, const struct json *v, bool *given)
{
    enum field_type wanted = p->field == NULL ? FIELD_JSON : p->field->type;
    struct str text = str_trim(v->text);
    *given = true;
    if (p->field != NULL && wanted != FIELD_STR && v->type == JSON_STRING && text.n == 0) {
        *given = false;
    } else if (wanted == FIELD_STR && v->type != JSON_STRING) {
        json_str(&r->out, v->source);
    } else if (wanted == FIELD_INT && v->type == JSON_STRING && only_digits(text)) {
        json_raw(&r->out, text);
    } else {
        json_raw(&r->out, v->source);
    }
}

static bool write_pick(struct run *r, const struct part *p, bool *given)
{
    const struct json *v = NULL;
    if (!pick_one(p->pick, &r->env, &v, r->e)) {
        return false;
    }
    if (v != NULL) {
        write_value(r, p, v, given);
    }
    return true;
}

static bool write_any(struct run *r, const struct part *p, bool *given)
{
    struct pick_values v;
    if (!pick_run(p->pick, &r->env, &v, r->e)) {
        return false;
    }
    *given = v.count > 0;
    if (v.count > 1) {
        json_open(&r->out, '[');
    }
    for (size_t i = 0; i < v.count; i++) {
        json_raw(&r->out, v.items[i]->source);
    }
    if (v.count > 1) {
        json_close(&r->out, ']');
    }
    return true;
}

static bool in_bounds(struct run *r)
{
    r->env.steps -= r->env.steps > 0;
    return (r->env.steps > 0 && !arena_over(r->env.a)) ||
           err_set(r->e, ERR_INVALID, "this document is too big for this mapping",
                   "ce document est trop volumineux pour cette correspondance");
}

/* One item of an array; *count of those written so far. */
static bool write_item(struct run *r, const struct part *p, size_t *count)
{
    struct mark before = mark(r);
    bool given = false;
    if (!in_bounds(r) || !write_members(r, p, &given)) {
        return err_in_index(r->e, *count);
    }
    if (given) {
        (*count)++;
    } else {
        take_back(r, before);
    }
    return true;
}

static bool write_each(struct run *r, const struct part *p, bool *given)
{
    struct pick_values v;
    size_t count = 0;
    const struct json *outer = r->env.item;
    if (!pick_run(p->pick, &r->env, &v, r->e)) {
        return false;
    }
    bool one_array = v.count == 1 && v.items[0]->type == JSON_ARRAY;
    const struct json *next = one_array ? v.items[0]->first : NULL;
    size_t total = one_array ? v.items[0]->count : v.count;
    json_open(&r->out, '[');
    for (size_t i = 0; i < total; i++) {
        r->env.item = one_array ? next : v.items[i];
        next = one_array ? next->next : NULL;
        if (r->env.item->type != JSON_NULL && !write_item(r, p, &count)) {
            return false;
        }
    }
    json_close(&r->out, ']');
    r->env.item = outer;
    *given = count > 0;
    return true;
}

static bool write_list(struct run *r, const struct part *p, bool *given)
{
    size_t count = 0;
    json_open(&r->out, '[');
    for (const struct part *item = p->first; item != NULL; item = item->next) {
        if (!write_item(r, item, &count)) {
            return false;
        }
    }
    json_close(&r->out, ']');
    *given = count > 0;
    return true;
}

static bool write_part(struct run *r, const struct part *p, bool *given)
{
    switch (p->kind) {
    case PART_PICK:
        return write_pick(r, p, given);
    case PART_ANY:
        return write_any(r, p, given);
    case PART_CONSTANT:
        *given = true;
        if (p->field != NULL && p->field->type == FIELD_STR) {
            json_str(&r->out, p->constant);
        } else {
            json_raw(&r->out, p->constant);
        }
        return true;
    case PART_OBJECT:
        return write_members(r, p, given);
    case PART_EACH:
        return write_each(r, p, given);
    case PART_LIST:
        return write_list(r, p, given);
    }
    return true;
}

/* *given: whether a member that depends on the document has been written, or there is no such member. */
static bool write_members(struct run *r, const struct part *p, bool *given)
{
    *given = p->fixed && p->first != NULL;
    json_open(&r->out, '{');
    for (const struct part *m = p->first; m != NULL; m = m->next) {
        struct mark before = mark(r);
        bool one = false;
        json_key(&r->out, m->name);
        if (!write_part(r, m, &one)) {
            return err_in(r->e, m->name);
        }
        if (!one) {
            take_back(r, before);
        } else if (!m->fixed) {
            *given = true;
        }
    }
    json_close(&r->out, '}');
    return true;
}

bool mapping_run(const struct mapping *m, struct arena *a, const struct json *root,
                 struct mapping_result *out, struct err *e)
{
    struct buf b = buf_in(a);
    struct run r = {.env = pick_env(a, root), .out = json_out(&b), .e = e};
    bool given = false;
    *out = (struct mapping_result){.skipped = false};
    if (m->skip != NULL) {
        struct pick_values v;
        if (!pick_run(m->skip, &r.env, &v, e)) {
            return err_in(e, S("skip"));
        }
        if (pick_truth(&v)) {
            out->skipped = true;
            return true;
        }
    }
    if (!write_members(&r, m->top, &given) || !in_bounds(&r)) {
        return false;
    }
    out->json = buf_str(&b);
    return true;
}
