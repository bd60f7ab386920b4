#include "format/pick.h"

#include "format/hint.h"
#include "format/pick_function.h"

#include <string.h>

struct pick_stage {
    const struct pick_function *function;
    const struct pick **args;
    size_t count;
    const struct pick_stage *next;
};

struct pick {
    const struct jsonpath *path; /* NULL: the constant */
    struct json constant;
    struct str from; /* path or constant as written */
    const struct pick_stage *first;
};

struct compiler {
    struct arena *a;
    struct str source;
    size_t at;
    bool item;
    unsigned depth;
    struct err *e;
};

/* --- compiling --- */

static bool fail_at(struct compiler *c, size_t at, const char *en, const char *fr)
{
    return jsonpath_fail(c->source, at, c->e, en, fr);
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

static bool is_word(int ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

static struct str take_word(struct compiler *c)
{
    size_t start = c->at;
    while (is_word(peek(c))) {
        c->at++;
    }
    return str_sub(c->source, start, c->at - start);
}

static const struct pick_function *const *function_tables(void)
{
    static const struct pick_function *const tables[] = {pick_text_functions, pick_number_functions,
                                                         pick_date_functions, pick_list_functions, NULL};
    return tables;
}

static const struct pick_function *find_function(struct compiler *c, struct str name, size_t at)
{
    const char *near = NULL;
    size_t least = SIZE_MAX;
    for (const struct pick_function *const *t = function_tables(); *t != NULL; t++) {
        for (const struct pick_function *f = *t; f->name != NULL; f++) {
            if (str_eq(str_of(f->name), name)) {
                return f;
            }
            size_t distance = hint_distance(name, str_of(f->name));
            if (distance < least) {
                least = distance;
                near = f->name;
            }
        }
    }
    const char *came = hint_excerpt(c->a, name).p;
    if (name.n == 0) {
        fail_at(c, at, "the name of a function is missing here", "il manque ici le nom d'une fonction");
    } else if (near != NULL) {
        fail_at(
            c, at, arena_fmt(c->a, "there is no function “%s”; did you mean “%s”?", came, near).p,
            arena_fmt(c->a, "il n'y a pas de fonction « %s » ; vouliez-vous dire « %s » ?", came, near).p);
    } else {
        fail_at(c, at, arena_fmt(c->a, "there is no function “%s”", came).p,
                arena_fmt(c->a, "il n'y a pas de fonction « %s »", came).p);
    }
    return NULL;
}

static bool source(struct compiler *c, struct pick *p)
{
    size_t start = c->at;
    int ch = peek(c);
    bool ok = true;
    if (ch == '$' || ch == '@') {
        p->path = jsonpath_compile_part(c->a, c->source, &c->at, c->item, c->e);
        ok = p->path != NULL;
    } else if (ch == '"' || ch == '\'') {
        p->constant.type = JSON_STRING;
        ok = jsonpath_literal_text(c->a, c->source, &c->at, true, &p->constant.text, c->e);
    } else if (ch == '-' || (ch >= '0' && ch <= '9')) {
        p->constant.type = JSON_NUMBER;
        ok = jsonpath_literal_number(c->a, c->source, &c->at, &p->constant.text, c->e);
    } else {
        struct str word = take_word(c);
        p->constant.type = str_eq(word, S("true"))    ? JSON_TRUE
                           : str_eq(word, S("false")) ? JSON_FALSE
                                                      : JSON_NULL;
        ok = p->constant.type != JSON_NULL || str_eq(word, S("null")) ||
             fail_at(c, start, "a path ($…) or a constant (\"text\", a number, true, false) is needed here",
                     "il faut ici un chemin ($…) ou une constante (\"texte\", un nombre, true, false)");
    }
    p->from = arena_str(c->a, str_sub(c->source, start, c->at - start));
    return ok;
}

/* The source of a constant as JSON, so that computed and parsed values look alike. */
static void set_source(struct arena *a, struct json *v)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    switch (v->type) {
    case JSON_STRING:
        json_str(&o, v->text);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        json_bool(&o, v->type == JSON_TRUE);
        break;
    case JSON_NUMBER:
        json_raw(&o, v->text);
        break;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        json_null(&o);
        break;
    }
    v->source = buf_str(&b);
}

bool pick_constant(const struct pick *p)
{
    return p->path == NULL && p->first == NULL;
}

static bool check_offset(struct str s)
{
    int64_t us = 0;
    char text[32] = "2026-01-01T00:00:00";
    if (s.n > 6) {
        return false;
    }
    memcpy(text + 19, s.p, s.n);
    return instant_parse(str_of(text), &us);
}

static bool constant_fits(char kind, const struct json *v, bool time)
{
    struct decimal d;
    int64_t n = 0;
    switch (kind) {
    case 'i':
        return v->type == JSON_NUMBER && str_to_i64(v->text, &n);
    case 'd':
        return v->type != JSON_NULL && decimal_parse(v->text, &d);
    case 't':
        return v->type == JSON_STRING;
    case 's':
        return v->type == JSON_STRING && v->text.n > 0;
    case 'F':
        return v->type == JSON_STRING && pick_date_format_check(v->text, time);
    case 'U':
        return str_eq(v->text, S("s")) || str_eq(v->text, S("ms")) || str_eq(v->text, S("us"));
    case 'O':
        return v->type == JSON_STRING && check_offset(v->text);
    case 'M':
        return str_eq(v->text, S(",")) || str_eq(v->text, S("."));
    default:
        return true;
    }
}

/* The letter that describes argument i; 0 when there may not be so many. */
static char argument_kind(const struct pick_function *f, size_t i)
{
    size_t letters = strlen(f->args);
    bool repeats = letters > 0 && f->args[letters - 1] == '+';
    letters -= repeats;
    return i < letters ? f->args[i] : repeats ? f->args[letters - 1] : '\0';
}

static bool check_argument(struct compiler *c, const struct pick_function *f, size_t i,
                           const struct pick *arg, size_t at)
{
    char kind = argument_kind(f, i);
    if (kind == '\0') {
        return fail_at(c, at, arena_fmt(c->a, "%s has no such argument", f->name).p,
                       arena_fmt(c->a, "%s n'a pas cet argument", f->name).p);
    }
    if (!pick_constant(arg)) {
        bool must_be = kind >= 'A' && kind <= 'Z';
        return !must_be ||
               fail_at(c, at, "only a constant can stand here", "seule une constante peut figurer ici");
    }
    if (constant_fits(kind, &arg->constant, str_eq(str_of(f->name), S("datetime")))) {
        return true;
    }
    return fail_at(c, at, arena_fmt(c->a, "this argument does not fit %s", f->name).p,
                   arena_fmt(c->a, "cet argument ne convient pas à %s", f->name).p);
}

static struct pick *pipeline(struct compiler *c);

/* at stands behind the opening parenthesis. */
static bool arguments(struct compiler *c, struct pick_stage *stage)
{
    size_t room = 0;
    skip_space(c);
    if (take(c, ')')) {
        return true;
    }
    for (;;) {
        skip_space(c);
        size_t at = c->at;
        const struct pick *arg = pipeline(c);
        if (arg == NULL || !check_argument(c, stage->function, stage->count, arg, at)) {
            return false;
        }
        if (stage->count == room) {
            room = room == 0 ? 4 : room * 2;
            const struct pick **args = arena_array(c->a, const struct pick *, room);
            if (stage->count > 0) {
                memcpy(args, stage->args, stage->count * sizeof *args);
            }
            stage->args = args;
        }
        stage->args[stage->count++] = arg;
        skip_space(c);
        if (take(c, ')')) {
            return true;
        }
        if (!take(c, ',')) {
            return fail_at(c, c->at, "a comma or a closing parenthesis is missing here",
                           "il manque ici une virgule ou une parenthèse fermante");
        }
    }
}

static struct pick_stage *stage(struct compiler *c)
{
    struct pick_stage *made = arena_new(c->a, struct pick_stage);
    skip_space(c);
    size_t start = c->at;
    made->function = find_function(c, take_word(c), start);
    if (made->function == NULL) {
        return NULL;
    }
    size_t behind = c->at;
    skip_space(c);
    if (!take(c, '(')) {
        c->at = behind;
    } else if (!arguments(c, made)) {
        return NULL;
    }
    if (made->count < made->function->least) {
        const char *name = made->function->name;
        fail_at(c, start, arena_fmt(c->a, "%s needs %zu argument(s)", name, made->function->least).p,
                arena_fmt(c->a, "%s demande %zu argument(s)", name, made->function->least).p);
        return NULL;
    }
    return made;
}

static struct pick *pipeline(struct compiler *c)
{
    struct pick *p = arena_new(c->a, struct pick);
    const struct pick_stage **link = &p->first;
    if (++c->depth > PICK_DEPTH) {
        fail_at(c, c->at, "this is nested too deeply", "il y a ici trop de niveaux imbriqués");
        return NULL;
    }
    skip_space(c);
    if (!source(c, p)) {
        return NULL;
    }
    set_source(c->a, &p->constant);
    for (;;) {
        skip_space(c);
        if (!take(c, '|')) {
            c->depth--;
            return p;
        }
        struct pick_stage *one = stage(c);
        if (one == NULL) {
            return NULL;
        }
        *link = one;
        link = &one->next;
    }
}

const struct pick *pick_compile(struct arena *a, struct str text, bool item, struct err *e)
{
    struct compiler c = {.a = a, .source = text, .item = item, .e = e};
    size_t bad = 0;
    if (text.n > PICK_LENGTH) {
        err_set(e, ERR_INVALID, "this is too long: at most %d bytes are accepted",
                "ceci est trop long : %d octets au plus sont acceptés", PICK_LENGTH);
        return NULL;
    }
    if (!utf8_valid(text, &bad)) {
        fail_at(&c, bad, "this is not UTF-8", "ceci n'est pas de l'UTF-8");
        return NULL;
    }
    const struct pick *p = pipeline(&c);
    if (p != NULL && c.at < text.n) {
        fail_at(&c, c.at, "| and a function, or the end, is expected here",
                "on attend ici | et une fonction, ou la fin");
        return NULL;
    }
    return p;
}

/* --- running --- */

struct pick_env pick_env(struct arena *a, const struct json *root)
{
    return (struct pick_env){.a = a, .root = root, .steps = JSONPATH_STEPS};
}

static bool run_arguments(const struct pick_stage *s, struct pick_call *c)
{
    c->count = s->count;
    c->args = arena_array(c->env->a, const struct json *, s->count);
    for (size_t i = 0; i < s->count; i++) {
        struct pick_values v;
        if (!pick_run(s->args[i], c->env, &v, c->e)) {
            return false;
        }
        if (v.count > 1) {
            return pick_fail(c, "argument %zu has %zu values where one is needed",
                             "l'argument %zu a %zu valeurs, il en faut une", i + 1, v.count);
        }
        c->args[i] = v.count == 1 ? v.items[0] : NULL;
    }
    return true;
}

/* A list of exactly one array stands for its items. */
static bool take_apart(struct pick_call *c, struct pick_values *v)
{
    if (v->count != 1 || v->items[0]->type != JSON_ARRAY) {
        return true;
    }
    const struct json *item = v->items[0]->first;
    *v = (struct pick_values){NULL, 0, 0};
    for (; item != NULL; item = item->next) {
        if (item->type != JSON_NULL && !pick_give(c, v, item)) {
            return false;
        }
    }
    return true;
}

static bool run_stage(const struct pick *p, const struct pick_stage *s, struct pick_env *env,
                      struct pick_values *v, struct err *e)
{
    const struct pick_function *f = s->function;
    struct pick_call c = {.env = env, .from = p->from, .name = f->name, .e = e};
    struct pick_values out = {NULL, 0, 0};
    if (!run_arguments(s, &c)) {
        return false;
    }
    if (f->all != NULL) {
        if ((!f->whole && !take_apart(&c, v)) || !f->all(&c, v, &out)) {
            return false;
        }
    } else {
        for (size_t i = 0; i < v->count; i++) {
            if (!f->each(&c, v->items[i], &out)) {
                return false;
            }
        }
    }
    *v = out;
    return true;
}

bool pick_run(const struct pick *p, struct pick_env *env, struct pick_values *out, struct err *e)
{
    struct jsonpath_nodes nodes = {NULL, 0};
    struct pick_call c = {.env = env, .from = p->from, .name = "", .e = e};
    *out = (struct pick_values){NULL, 0, 0};
    if (p->path != NULL && !jsonpath_run(p->path, env->a, env->root, env->item, &env->steps, &nodes, e)) {
        return false;
    }
    for (size_t i = 0; i < nodes.count; i++) {
        if (nodes.items[i]->type != JSON_NULL && !pick_give(&c, out, nodes.items[i])) {
            return false;
        }
    }
    if (p->path == NULL && p->constant.type != JSON_NULL && !pick_give(&c, out, &p->constant)) {
        return false;
    }
    for (const struct pick_stage *s = p->first; s != NULL; s = s->next) {
        if (!run_stage(p, s, env, out, e)) {
            return false;
        }
    }
    return true;
}

bool pick_one(const struct pick *p, struct pick_env *env, const struct json **out, struct err *e)
{
    struct pick_values v;
    struct pick_call c = {.env = env, .from = p->from, .name = "", .e = e};
    *out = NULL;
    if (!pick_run(p, env, &v, e)) {
        return false;
    }
    if (v.count > 1) {
        return pick_fail(
            &c, "there are %zu values where one is needed; add | first, | last or | join(\", \")",
            "il y a %zu valeurs, il en faut une ; ajoutez | first, | last ou | join(\", \")", v.count);
    }
    if (v.count == 1 && (v.items[0]->type == JSON_ARRAY || v.items[0]->type == JSON_OBJECT)) {
        struct text came = json_type_name(v.items[0]->type);
        return pick_fail(&c, "one single value is needed; what came is of type %s%.0s",
                         "il faut une valeur simple ; la valeur reçue est de type %.0s%s", came.en.p,
                         came.fr.p);
    }
    *out = v.count == 1 ? v.items[0] : NULL;
    return true;
}

bool pick_truth(const struct pick_values *v)
{
    if (v->count != 1) {
        return v->count > 1;
    }
    const struct json *one = v->items[0];
    switch (one->type) {
    case JSON_NULL:
    case JSON_FALSE:
        return false;
    case JSON_TRUE:
        return true;
    case JSON_NUMBER:
        return jsonpath_number_cmp(one->text, S("0")) != 0;
    case JSON_STRING:
        return one->text.n > 0;
    case JSON_ARRAY:
    case JSON_OBJECT:
        return one->count > 0;
    }
    return false;
}
