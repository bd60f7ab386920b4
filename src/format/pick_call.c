#include "format/hint.h"
#include "format/pick_function.h"

#include <string.h>

bool pick_fail(struct pick_call *c, const char *en, const char *fr, ...)
{
    va_list args, again;
    va_start(args, fr);
    va_copy(again, args);
    struct str text_en = arena_vfmt(c->env->a, en, args), text_fr = arena_vfmt(c->env->a, fr, again);
    va_end(again);
    va_end(args);
    const char *comma = c->name[0] != '\0' ? ", " : "";
    return err_set(c->e, ERR_INVALID, "%s%s%s: %s%.0s", "%s%s%s : %.0s%s", pick_shown(c, c->from), comma,
                   c->name, text_en.p, text_fr.p);
}

const char *pick_shown(struct pick_call *c, struct str s)
{
    return hint_excerpt(c->env->a, s).p;
}

static bool spend(struct pick_call *c, size_t n)
{
    if (c->env->steps <= n || arena_over(c->env->a)) {
        c->env->steps = 0;
        return pick_fail(c, "this document is too big for this mapping",
                         "ce document est trop volumineux pour cette correspondance");
    }
    c->env->steps -= n;
    return true;
}

bool pick_give(struct pick_call *c, struct pick_values *out, const struct json *v)
{
    if (out->count == out->room) {
        size_t room = out->room == 0 ? 4 : out->room * 2;
        const struct json **items = arena_array(c->env->a, const struct json *, room);
        if (out->count > 0) {
            memcpy(items, out->items, out->count * sizeof *items);
        }
        out->items = items;
        out->room = room;
    }
    out->items[out->count++] = v;
    return spend(c, 1);
}

bool pick_give_text(struct pick_call *c, struct pick_values *out, struct str s)
{
    if (s.n > PICK_TEXT) {
        return pick_fail(c, "the text becomes too long", "le texte devient trop long");
    }
    struct json *v = arena_new(c->env->a, struct json);
    struct buf b = buf_in(c->env->a);
    struct json_out o = json_out(&b);
    json_str(&o, s);
    *v = (struct json){.type = JSON_STRING, .text = s, .source = buf_str(&b)};
    return spend(c, s.n / 16) && pick_give(c, out, v);
}

bool pick_give_number(struct pick_call *c, struct pick_values *out, struct str text)
{
    struct json *v = arena_new(c->env->a, struct json);
    *v = (struct json){.type = JSON_NUMBER, .text = text, .source = text};
    return pick_give(c, out, v);
}

bool pick_give_bool(struct pick_call *c, struct pick_values *out, bool truth)
{
    static const struct json yes = {.type = JSON_TRUE, .source = S_INIT("true")};
    static const struct json no = {.type = JSON_FALSE, .source = S_INIT("false")};
    return pick_give(c, out, truth ? &yes : &no);
}

bool pick_text_of(struct pick_call *c, const struct json *v, struct str *out)
{
    struct text came = json_type_name(v->type);
    switch (v->type) {
    case JSON_STRING:
    case JSON_NUMBER:
        *out = v->text;
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        *out = v->type == JSON_TRUE ? S("true") : S("false");
        return true;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return pick_fail(c, "a text or a number is needed; what came is of type %s%.0s",
                     "il faut un texte ou un nombre ; la valeur reçue est de type %.0s%s", came.en.p,
                     came.fr.p);
}

bool pick_arg_text(struct pick_call *c, size_t i, struct str *out)
{
    if (c->args[i] == NULL) {
        return pick_fail(c, "argument %zu has no value", "l'argument %zu n'a pas de valeur", i + 1);
    }
    return pick_text_of(c, c->args[i], out);
}

bool pick_arg_decimal(struct pick_call *c, size_t i, struct decimal *out)
{
    struct str text;
    if (!pick_arg_text(c, i, &text)) {
        return false;
    }
    return decimal_parse(str_trim(text), out) ||
           pick_fail(c, "“%s” is not a number", "« %s » n'est pas un nombre", pick_shown(c, text));
}

bool pick_arg_int(struct pick_call *c, size_t i, int64_t low, int64_t high, int64_t *out)
{
    struct str text;
    if (!pick_arg_text(c, i, &text)) {
        return false;
    }
    return (str_to_i64(str_trim(text), out) && *out >= low && *out <= high) ||
           pick_fail(c, "“%s” is not a whole number from %lld to %lld",
                     "« %s » n'est pas un nombre entier de %lld à %lld", pick_shown(c, text), (long long)low,
                     (long long)high);
}
