#include "format/json_fields.h"

#include "base/limits.h"
#include "format/hint.h"

#include <string.h>

static bool is_null(const struct json *v)
{
    return v == NULL || v->type == JSON_NULL;
}

static void clear_member(const struct field *f, void *record)
{
    static const size_t zeroed[] = {
        [FIELD_STR] = sizeof(struct str),
        [FIELD_DECIMAL] = sizeof(struct decimal),
        [FIELD_LIST] = sizeof(struct field_list),
        [FIELD_JSON] = sizeof(struct str),
    };
    if (f->type < ARRAY_LEN(zeroed)) {
        memset((char *)record + f->offset, 0, zeroed[f->type]);
    }
    field_clear(&(struct field_table){.name = f->name, .fields = f, .count = 1}, record);
}

static bool wrong_type(struct err *e, const char *en, const char *fr, const struct json *v)
{
    struct text came = json_type_name(v->type);
    return err_set(e, ERR_INVALID, "%s is needed here; what came is of type %s%.0s%.0s",
                   "%.0s%.0sil faut ici %s ; la valeur reçue est de type %s", en, came.en.p, fr, came.fr.p);
}

/* Control characters are never part of a name or an address; they end texts and start terminal escapes. */
static bool check_controls(const struct field *f, struct str s, struct err *e)
{
    bool multiline = (f->flags & FIELD_MULTILINE) != 0;
    while (s.n > 0) {
        uint32_t code = utf8_next(&s);
        bool allowed = multiline && (code == '\n' || code == '\r' || code == '\t');
        if ((code < 0x20 || (code >= 0x7f && code < 0xa0)) && !allowed) {
            return err_set(e, ERR_INVALID, "the control character U+%04X is not accepted here",
                           "le caractère de contrôle U+%04X n'est pas accepté ici", (unsigned)code);
        }
    }
    return true;
}

static bool decode_str(const struct field *f, const struct json *v, struct str *out, struct err *e)
{
    if (v->type != JSON_STRING) {
        return wrong_type(e, "a text", "un texte", v);
    }
    if (!check_controls(f, v->text, e)) {
        return false;
    }
    int64_t length = (int64_t)utf8_count(v->text), most = f->max > 0 ? f->max : LIMIT_TEXT;
    if (length > most) {
        return err_set(e, ERR_INVALID, "this text has %lld characters; at most %lld are accepted",
                       "ce texte compte %lld caractères ; %lld au plus sont acceptés", (long long)length,
                       (long long)most);
    }
    if (length == 0 && (f->flags & FIELD_REQUIRED)) {
        return err_set(e, ERR_INVALID, "this may not be empty", "ce champ ne peut pas être vide");
    }
    if (length < f->min) {
        return err_set(e, ERR_INVALID, "this text is too short; at least %lld characters are needed",
                       "ce texte est trop court ; il faut au moins %lld caractères", (long long)f->min);
    }
    *out = v->text;
    return true;
}

/* 2, but also 2.0 and 2e0: JSON has one kind of number, and some senders write every number that way. */
static bool whole_number(struct str text, int64_t *out)
{
    struct decimal d;
    if (str_to_i64(text, out)) {
        return true;
    }
    if (!decimal_parse(text, &d)) {
        return false;
    }
    for (; d.scale > 0 && d.digits % 10 == 0; d.scale--) {
        d.digits /= 10;
    }
    *out = d.digits;
    return d.scale == 0;
}

static bool decode_int(const struct field *f, const struct json *v, int64_t *out, struct err *e)
{
    int64_t n = 0;
    if (v->type != JSON_NUMBER) {
        return wrong_type(e, "a whole number (without quotes)", "un nombre entier (sans guillemets)", v);
    }
    if (!whole_number(v->text, &n) || n == FIELD_INT_NONE) {
        return err_set(e, ERR_INVALID, "a whole number of at most 18 digits is needed here",
                       "il faut ici un nombre entier de 18 chiffres au plus");
    }
    if (f->max > f->min && (n < f->min || n > f->max)) {
        return err_set(e, ERR_INVALID, "%lld is out of range: from %lld to %lld is accepted",
                       "%lld est hors limites : de %lld à %lld est accepté", (long long)n, (long long)f->min,
                       (long long)f->max);
    }
    if (f->max <= f->min && f->min != 0 && n < f->min) {
        return err_set(e, ERR_INVALID, "%lld is out of range: at least %lld is needed",
                       "%lld est hors limites : il faut au moins %lld", (long long)n, (long long)f->min);
    }
    *out = n;
    return true;
}

static bool decode_bool(const struct json *v, int8_t *out, struct err *e)
{
    if (v->type != JSON_TRUE && v->type != JSON_FALSE) {
        return wrong_type(e, "true or false (without quotes)", "true ou false (sans guillemets)", v);
    }
    *out = v->type == JSON_TRUE;
    return true;
}

static int two_digits(struct str s, size_t at)
{
    return (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
}

static bool decode_date(struct arena *a, const struct json *v, int32_t *out, struct err *e)
{
    if (v->type != JSON_STRING) {
        return wrong_type(e, "a date such as \"2026-07-14\"", "une date telle que \"2026-07-14\"", v);
    }
    struct str s = v->text;
    if (date_parse(s, out)) {
        return true;
    }
    bool shaped = s.n == 10;
    for (size_t i = 0; shaped && i < s.n; i++) {
        shaped = i == 4 || i == 7 ? s.p[i] == '-' : s.p[i] >= '0' && s.p[i] <= '9';
    }
    if (shaped) {
        return hint_no_such_day(e, two_digits(s, 0) * 100 + two_digits(s, 2), two_digits(s, 5),
                                two_digits(s, 8));
    }
    return err_set(e, ERR_INVALID, "“%s” is not a date; write year-month-day, such as 2026-07-14",
                   "« %s » n'est pas une date ; écrivez année-mois-jour, par exemple 2026-07-14",
                   hint_excerpt(a, s).p);
}

static bool decode_instant(struct arena *a, const struct json *v, int64_t *out, struct err *e)
{
    if (v->type != JSON_STRING) {
        return wrong_type(e, "a date and time such as \"2026-07-01T10:02:11Z\"",
                          "une date et heure telle que \"2026-07-01T10:02:11Z\"", v);
    }
    if (!instant_parse(v->text, out)) {
        return err_set(
            e, ERR_INVALID, "“%s” is not a date and time with its offset, such as 2026-07-01T10:02:11Z",
            "« %s » n'est pas une date et heure avec son décalage, par exemple 2026-07-01T10:02:11Z",
            hint_excerpt(a, v->text).p);
    }
    return true;
}

static bool decode_decimal(struct arena *a, const struct field *f, const struct json *v, struct decimal *out,
                           struct err *e)
{
    if (v->type != JSON_STRING && v->type != JSON_NUMBER) {
        return wrong_type(e, "an amount such as \"412.50\"", "un montant tel que \"412.50\"", v);
    }
    struct decimal d;
    if (!decimal_parse(v->text, &d)) {
        return err_set(e, ERR_INVALID,
                       "“%s” is not an amount; write digits and a point, such as 412.50 (at most 18 digits)",
                       "« %s » n'est pas un montant ; écrivez des chiffres et un point, par exemple 412.50 "
                       "(18 chiffres au plus)",
                       hint_excerpt(a, v->text).p);
    }
    if (d.digits < 0 && !(f->flags & FIELD_NEGATIVE)) {
        return err_set(e, ERR_INVALID, "an amount below zero is not accepted here",
                       "un montant négatif n'est pas accepté ici");
    }
    *out = d;
    return true;
}

static bool decode_enum(struct arena *a, const struct field *f, const struct json *v, int *out, struct err *e)
{
    struct buf choices = buf_in(a);
    if (v->type == JSON_STRING) {
        *out = field_choice(f, v->text);
        if (*out >= 0) {
            return true;
        }
    }
    for (size_t i = 0; f->choices[i] != NULL; i++) {
        buf_fmt(&choices, "%s%s", i == 0 ? "" : ", ", f->choices[i]);
    }
    *out = -1;
    if (v->type != JSON_STRING) {
        struct text came = json_type_name(v->type);
        return err_set(e, ERR_INVALID, "one of these texts is needed here: %s; what came is of type %s%.0s",
                       "il faut ici l'un de ces textes : %s ; la valeur reçue est de type %.0s%s",
                       buf_str(&choices).p, came.en.p, came.fr.p);
    }
    return err_set(e, ERR_INVALID, "“%s” is not one of: %s", "« %s » ne fait pas partie de : %s",
                   hint_excerpt(a, v->text).p, buf_str(&choices).p);
}

static bool decode_list(struct arena *a, const struct field *f, const struct json *v, struct field_list *out,
                        struct err *e)
{
    if (v->type != JSON_ARRAY) {
        return wrong_type(e, "an array", "un tableau", v);
    }
    if (f->max > 0 && v->count > (size_t)f->max) {
        return err_set(e, ERR_INVALID, "there are %zu items; at most %lld are accepted",
                       "il y a %zu éléments ; %lld au plus sont acceptés", v->count, (long long)f->max);
    }
    if (f->min > 0 && v->count < (size_t)f->min) {
        return err_set(e, ERR_INVALID, "there are %zu items; at least %lld are needed",
                       "il y a %zu éléments ; il en faut au moins %lld", v->count, (long long)f->min);
    }
    char *items = arena_calloc(a, v->count, f->of->size);
    size_t i = 0;
    for (const struct json *item = v->first; item != NULL; item = item->next, i++) {
        if (!json_decode(a, f->of, item, items + i * f->of->size, e)) {
            return err_in_index(e, i);
        }
    }
    *out = (struct field_list){items, v->count};
    return true;
}

static bool decode_value(struct arena *a, const struct field *f, const struct json *v, void *member,
                         struct err *e)
{
    switch (f->type) {
    case FIELD_STR:
        return decode_str(f, v, member, e);
    case FIELD_INT:
        return decode_int(f, v, member, e);
    case FIELD_BOOL:
        return decode_bool(v, member, e);
    case FIELD_DATE:
        return decode_date(a, v, member, e);
    case FIELD_INSTANT:
        return decode_instant(a, v, member, e);
    case FIELD_DECIMAL:
        return decode_decimal(a, f, v, member, e);
    case FIELD_ENUM:
        return decode_enum(a, f, v, member, e);
    case FIELD_OBJECT:
        return json_decode(a, f->of, v, member, e);
    case FIELD_LIST:
        return decode_list(a, f, v, member, e);
    case FIELD_JSON:
        *(struct str *)member = v->source;
        return true;
    }
    return false;
}

bool json_decode_field(struct arena *a, const struct field *f, const struct json *v, void *record,
                       struct err *e)
{
    clear_member(f, record);
    if (is_null(v)) {
        return true;
    }
    if (f->flags & FIELD_READ_ONLY) {
        return err_field(e, ERR_INVALID, f->name, "this is set by the program and cannot be sent",
                         "ce champ est rempli par le programme et ne peut pas être envoyé");
    }
    return decode_value(a, f, v, (char *)record + f->offset, e) || err_in(e, str_of(f->name));
}

struct str json_fields_near(const struct field_table *t, struct str name)
{
    struct str best = {NULL, 0};
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < t->count; i++) {
        size_t distance = hint_distance(name, str_of(t->fields[i].name));
        if (distance < least) {
            least = distance;
            best = str_of(t->fields[i].name);
        }
    }
    return best;
}

bool json_fields_unknown(struct arena *a, const struct field_table *t, struct str name, struct err *e)
{
    const char *came = hint_excerpt(a, name).p;
    struct str meant = json_fields_near(t, name);
    if (str_given(meant)) {
        err_set(e, ERR_INVALID, "there is no member “%s” here; did you mean “%s”?",
                "il n'y a pas de membre « %s » ici ; vouliez-vous dire « %s » ?", came, meant.p);
    } else {
        err_set(e, ERR_INVALID, "there is no member “%s” here", "il n'y a pas de membre « %s » ici", came);
    }
    return err_in(e, name);
}

bool json_decode(struct arena *a, const struct field_table *t, const struct json *v, void *record,
                 struct err *e)
{
    field_clear(t, record);
    if (v->type != JSON_OBJECT) {
        return wrong_type(e, "an object", "un objet", v);
    }
    for (const struct json *m = v->first; m != NULL; m = m->next) {
        const struct field *f = field_find(t, m->key);
        if (f == NULL) {
            return json_fields_unknown(a, t, m->key, e);
        }
        if (!json_decode_field(a, f, m, record, e)) {
            return false;
        }
    }
    for (size_t i = 0; i < t->count; i++) {
        const struct field *f = &t->fields[i];
        if ((f->flags & FIELD_REQUIRED) && is_null(json_get(v, str_of(f->name)))) {
            return err_field(e, ERR_INVALID, f->name, "“%s” is missing", "« %s » manque", f->name);
        }
    }
    return true;
}

/* --- encoding --- */

static bool any_given(const struct field_table *t, const void *record);

static bool given(const struct field *f, const void *record)
{
    const void *member = (const char *)record + f->offset;
    switch (f->type) {
    case FIELD_STR:
    case FIELD_JSON:
        return str_given(*(const struct str *)member);
    case FIELD_INT:
        return *(const int64_t *)member != FIELD_INT_NONE;
    case FIELD_BOOL:
        return *(const int8_t *)member >= 0;
    case FIELD_DATE:
        return *(const int32_t *)member != DATE_NONE;
    case FIELD_INSTANT:
        return *(const int64_t *)member != INSTANT_NONE;
    case FIELD_DECIMAL:
        return ((const struct decimal *)member)->given;
    case FIELD_ENUM:
        return *(const int *)member >= 0;
    case FIELD_OBJECT:
        return (f->flags & FIELD_REQUIRED) || any_given(f->of, member);
    case FIELD_LIST:
        return ((const struct field_list *)member)->items != NULL;
    }
    return false;
}

static bool any_given(const struct field_table *t, const void *record)
{
    for (size_t i = 0; i < t->count; i++) {
        if (given(&t->fields[i], record)) {
            return true;
        }
    }
    return false;
}

static void encode(struct json_out *o, const struct field_table *t, const void *record, bool secrets);

static void encode_value(struct json_out *o, const struct field *f, const void *member, bool secrets)
{
    char date[DATE_TEXT_SIZE], instant[INSTANT_TEXT_SIZE];
    const struct field_list *list = member;
    switch (f->type) {
    case FIELD_STR:
        json_str(o, *(const struct str *)member);
        break;
    case FIELD_JSON:
        json_raw(o, *(const struct str *)member);
        break;
    case FIELD_INT:
        json_i64(o, *(const int64_t *)member);
        break;
    case FIELD_BOOL:
        json_bool(o, *(const int8_t *)member > 0);
        break;
    case FIELD_DATE:
        json_str(o, date_text(*(const int32_t *)member, date));
        break;
    case FIELD_INSTANT:
        json_str(o, instant_text(*(const int64_t *)member, instant));
        break;
    case FIELD_DECIMAL:
        json_str(o, decimal_fmt(o->b->a, *(const struct decimal *)member));
        break;
    case FIELD_ENUM:
        json_str(o, str_of(f->choices[*(const int *)member]));
        break;
    case FIELD_OBJECT:
        encode(o, f->of, member, secrets);
        break;
    case FIELD_LIST:
        json_open(o, '[');
        for (size_t i = 0; i < list->count; i++) {
            encode(o, f->of, (const char *)list->items + i * f->of->size, secrets);
        }
        json_close(o, ']');
        break;
    }
}

static void encode(struct json_out *o, const struct field_table *t, const void *record, bool secrets)
{
    json_open(o, '{');
    for (size_t i = 0; i < t->count; i++) {
        const struct field *f = &t->fields[i];
        if (!given(f, record)) {
            continue;
        }
        const void *member = (const char *)record + f->offset;
        bool empty = f->type == FIELD_STR && ((const struct str *)member)->n == 0; /* there is no secret */
        json_key(o, str_of(f->name));
        if ((f->flags & FIELD_SECRET) && !secrets && !empty) {
            json_str(o, S(SECRET_MASK));
        } else {
            encode_value(o, f, member, secrets);
        }
    }
    json_close(o, '}');
}

void json_encode(struct json_out *o, const struct field_table *t, const void *record)
{
    encode(o, t, record, false);
}

void json_encode_secrets(struct json_out *o, const struct field_table *t, const void *record)
{
    encode(o, t, record, true);
}
