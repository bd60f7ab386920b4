#include "hub/settings.h"

#include "base/limits.h"

#include <string.h>

/* A table of one member, to read, compare or clear it alone. */
static struct field_table alone(const struct field *f, size_t size)
{
    return (struct field_table){.name = f->name, .size = size, .fields = f, .count = 1};
}

static struct str member_text(struct arena *a, const struct field *f, const void *record)
{
    struct field_table t = alone(f, 0);
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_encode_secrets(&o, &t, record);
    return buf_str(&b);
}

bool settings_given(struct arena *a, const struct field *f, const void *record)
{
    return !str_eq(member_text(a, f, record), S("{}"));
}

static void clear(struct arena *a, const struct field *f, void *record)
{
    static const struct json null = {.type = JSON_NULL};
    json_decode_field(a, f, &null, record, NULL);
}

size_t settings_changed(struct arena *a, const struct field_table *t, const void *before, const void *after,
                        const char **names)
{
    size_t n = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (!str_eq(member_text(a, &t->fields[i], before), member_text(a, &t->fields[i], after))) {
            names[n++] = t->fields[i].name;
        }
    }
    return n;
}

/* --- merging --- */

/* "a=x,b=y" against the settings, as texts of JSON: enough for choices and switches. */
static bool applies(struct arena *a, const struct field_table *t, const struct field *f, const void *record)
{
    for (struct str part, rest = str_of(f->when); str_given(rest);) {
        part = str_cut(&rest, ',');
        struct str value = part, name = str_cut(&value, '=');
        const struct field *other = field_find(t, name);
        struct str text = other ? member_text(a, other, record) : (struct str){0};
        struct str wanted = arena_fmt(a, "{\"%.*s\":\"%.*s\"}", STR_ARG(name), STR_ARG(value));
        struct str wanted_bare = arena_fmt(a, "{\"%.*s\":%.*s}", STR_ARG(name), STR_ARG(value));
        if (!str_eq(text, wanted) && !str_eq(text, wanted_bare)) {
            return false;
        }
    }
    return true;
}

static bool is_mask(const struct field *f, const struct json *v)
{
    return v && (f->flags & FIELD_SECRET) && v->type == JSON_STRING && str_eq(v->text, S(SECRET_MASK));
}

static bool is_nothing(const struct field *f, const struct json *v)
{
    bool emptied = v->type == JSON_STRING && v->text.n == 0;
    return v->type == JSON_NULL ||
           (emptied && (f->type == FIELD_STR || f->type == FIELD_ENUM || f->type == FIELD_JSON));
}

static bool take(struct arena *a, const struct field_table *t, const void *stored, const struct json *in,
                 void *out, struct err *e)
{
    for (const struct json *v = in ? in->first : NULL; v; v = v->next) {
        const struct field *f = field_find(t, v->key);
        if (!f) {
            return json_fields_unknown(a, t, v->key, e);
        }
        if (is_mask(f, v)) {
            if (!stored || !settings_given(a, f, stored)) {
                return err_field(e, ERR_INVALID, f->name,
                                 "there is no stored secret that this could stand for; enter the secret",
                                 "aucun secret enregistré ne correspond ; saisissez le secret");
            }
        } else if (is_nothing(f, v)) {
            clear(a, f, out);
        } else if (!json_decode_field(a, f, v, out, e)) {
            return false;
        }
    }
    return true;
}

static bool settle(struct arena *a, const struct field_table *t, void *out, struct err *e)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct field *f = &t->fields[i];
        if (!applies(a, t, f, out)) {
            clear(a, f, out);
            continue;
        }
        if (settings_given(a, f, out)) {
            continue;
        }
        if (f->standard) {
            const struct json *v = json_parse(a, str_of(f->standard), e);
            if (!v || !json_decode_field(a, f, v, out, e)) {
                return false;
            }
        } else if (f->flags & FIELD_REQUIRED) {
            return err_field(e, ERR_INVALID, f->name, "“%s” is missing", "« %s » manque", f->name);
        }
    }
    return true;
}

static bool check_destination(struct arena *a, const struct field_table *t, const void *stored,
                              const struct json *in, const void *out, struct err *e)
{
    const struct field *moved = NULL;
    for (size_t i = 0; i < t->count; i++) {
        const struct field *f = &t->fields[i];
        if ((f->flags & FIELD_DESTINATION) && !str_eq(member_text(a, f, stored), member_text(a, f, out))) {
            moved = f;
        }
    }
    for (size_t i = 0; moved && i < t->count; i++) {
        const struct field *f = &t->fields[i];
        const struct json *v = json_get(in, str_of(f->name));
        if ((f->flags & FIELD_SECRET) && (!v || is_mask(f, v)) && settings_given(a, f, out)) {
            return err_field(
                e, ERR_INVALID, f->name,
                "“%s” changed, so this secret would be sent to another place: enter it again",
                "« %s » a changé, ce secret serait donc envoyé ailleurs : saisissez-le de nouveau",
                moved->name);
        }
    }
    return true;
}

bool settings_merge(struct arena *a, const struct field_table *t, const void *stored, const struct json *in,
                    void *out, struct err *e)
{
    if (in && in->type != JSON_OBJECT) {
        return err_set(e, ERR_INVALID, "the settings are an object", "les réglages sont un objet");
    }
    if (stored) {
        memcpy(out, stored, t->size);
    } else {
        field_clear(t, out);
    }
    return take(a, t, stored, in, out, e) && settle(a, t, out, e) &&
           (!stored || check_destination(a, t, stored, in, out, e));
}

void settings_json(struct json_out *o, const struct field_table *t, const void *record,
                   const struct connector_made *shown)
{
    struct arena *a = o->b->a;
    json_open(o, '{');
    for (size_t i = 0; i < t->count; i++) {
        const struct field *f = &t->fields[i];
        struct str text = member_text(a, f, record);
        if (str_eq(text, S("{}"))) {
            continue;
        }
        if (shown && shown->member && strcmp(shown->member, f->name) == 0) {
            json_member_str(o, str_of(f->name), shown->shown);
        } else if (f->flags & FIELD_SECRET) {
            json_member_str(o, str_of(f->name), S(SECRET_MASK));
        } else {
            /* {"name":VALUE} */
            size_t head = strlen(f->name) + 4;
            json_member_raw(o, str_of(f->name), str_sub(text, head, text.n - head - 1));
        }
    }
    json_close(o, '}');
}

/* --- the form --- */

static struct str form_type(const struct field *f)
{
    static const struct str types[] = {
        [FIELD_STR] = S_INIT("text"),        [FIELD_INT] = S_INIT("number"),
        [FIELD_BOOL] = S_INIT("switch"),     [FIELD_DATE] = S_INIT("date"),
        [FIELD_INSTANT] = S_INIT("instant"), [FIELD_DECIMAL] = S_INIT("amount"),
        [FIELD_ENUM] = S_INIT("choice"),     [FIELD_OBJECT] = S_INIT("json"),
        [FIELD_LIST] = S_INIT("json"),       [FIELD_JSON] = S_INIT("json"),
    };
    if (f->type == FIELD_STR && (f->flags & FIELD_SECRET)) {
        return S("secret");
    }
    if (f->type == FIELD_STR && (f->flags & FIELD_MULTILINE) && f->max != 1) {
        return S("multiline");
    }
    return types[f->type];
}

static void form_when(struct json_out *o, const char *when)
{
    json_key(o, S("visibleWhen"));
    json_open(o, '{');
    for (struct str part, rest = str_of(when); str_given(rest);) {
        part = str_cut(&rest, ',');
        struct str value = part, name = str_cut(&value, '=');
        json_member_str(o, name, value);
    }
    json_close(o, '}');
}

static void form_limits(struct json_out *o, const struct field *f)
{
    if (f->type == FIELD_STR) {
        json_member_i64(o, S("maxLength"), f->max > 0 ? f->max : LIMIT_TEXT);
        if (f->min > 0) {
            json_member_i64(o, S("minLength"), f->min);
        }
    } else if (f->type == FIELD_INT && f->max > f->min) {
        json_member_i64(o, S("min"), f->min);
        json_member_i64(o, S("max"), f->max);
    }
}

static void form_field(struct json_out *o, const struct field *f, enum lang lang)
{
    json_open(o, '{');
    json_member_str(o, S("name"), str_of(f->name));
    json_member_str(o, S("type"), form_type(f));
    json_member_str(o, S("label"), str_given(f->label.en) ? text_in(f->label, lang) : str_of(f->name));
    if (str_given(f->help.en)) {
        json_member_str(o, S("help"), text_in(f->help, lang));
    }
    json_member_bool(o, S("required"), (f->flags & FIELD_REQUIRED) != 0);
    json_member_bool(o, S("secret"), (f->flags & FIELD_SECRET) != 0);
    if (f->flags & FIELD_GENERATED) {
        json_member_bool(o, S("generated"), true);
    }
    if (f->flags & FIELD_DESTINATION) {
        json_member_bool(o, S("destination"), true);
    }
    if (f->flags & FIELD_ADVANCED) {
        json_member_bool(o, S("advanced"), true);
    }
    if (f->choices) {
        json_key(o, S("choices"));
        json_open(o, '[');
        for (size_t i = 0; f->choices[i]; i++) {
            json_str(o, str_of(f->choices[i]));
        }
        json_close(o, ']');
    }
    if (f->standard) {
        json_member_raw(o, S("default"), str_of(f->standard));
    }
    if (f->example) {
        json_member_str(o, S("example"), str_of(f->example));
    }
    form_limits(o, f);
    if (f->when) {
        form_when(o, f->when);
    }
    json_close(o, '}');
}

void settings_form(struct json_out *o, const struct connector *c, enum lang lang)
{
    json_open(o, '{');
    json_member_str(o, S("type"), str_of(c->name));
    json_member_str(o, S("title"), text_in(c->title, lang));
    json_member_str(o, S("description"), text_in(c->description, lang));
    json_member_bool(o, S("receives"), (c->capabilities & CONNECTOR_RECEIVES) != 0);
    json_member_bool(o, S("pulls"), (c->capabilities & CONNECTOR_PULLS) != 0);
    json_member_bool(o, S("pushes"), (c->capabilities & CONNECTOR_PUSHES) != 0);
    json_member_bool(o, S("imports"), (c->capabilities & CONNECTOR_IMPORTS) != 0);
    json_member_bool(o, S("exports"), (c->capabilities & CONNECTOR_EXPORTS) != 0);
    json_key(o, S("fields"));
    json_open(o, '[');
    for (size_t i = 0; i < c->settings->count; i++) {
        form_field(o, &c->settings->fields[i], lang);
    }
    json_close(o, ']');
    json_close(o, '}');
}
