#include "hub/import_settings.h"

#include "connector/csv_connector.h"
#include "format/card.h"
#include "hub/integration.h"

#define ANSWERS_MAX (16 + CSV_COLUMN_COUNT * 2)

struct answers {
    struct csv_answer list[ANSWERS_MAX];
    size_t count;
};

/* The first to say something about a name wins. */
static void add(struct answers *x, struct str name, struct str value)
{
    for (size_t i = 0; i < x->count; i++) {
        if (str_eq(x->list[i].name, name)) {
            return;
        }
    }
    if (x->count < ANSWERS_MAX && str_given(value)) {
        x->list[x->count++] = (struct csv_answer){name, value};
    }
}

/* An answer is kept and shown: no card number may come in by it. */
static void add_masked(struct answers *x, struct arena *a, struct csv_answer answer)
{
    card_mask_text(a, answer.name, &answer.name);
    card_mask_text(a, answer.value, &answer.value);
    add(x, answer.name, answer.value);
}

struct str import_answers_json(struct arena *a, const struct json *old, const struct csv_answer *answers,
                               size_t count)
{
    struct answers *x = arena_new(a, struct answers);
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    for (size_t i = count; i > 0; i--) { /* of several answers to one question the last counts */
        add_masked(x, a, answers[i - 1]);
    }
    for (const struct json *v = old ? old->first : NULL; v; v = v->next) {
        add(x, v->key, v->text);
    }
    json_open(&o, '{');
    for (size_t i = 0; i < x->count; i++) {
        json_member_str(&o, x->list[i].name, x->list[i].value);
    }
    json_close(&o, '}');
    return buf_str(&b);
}

static bool load(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                 struct integration_loaded *out, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && integration_load(env, c, hotel, id, a, out, e);
}

bool import_integration_check(struct env *env, struct arena *a, const struct establishment *hotel,
                              struct str integration_id, struct err *e)
{
    struct integration_loaded loaded;
    if (!integration_id.n) {
        return true;
    }
    if (!load(env, a, hotel, integration_id, &loaded, e)) {
        return false;
    }
    return (loaded.connector->capabilities & CONNECTOR_IMPORTS) ||
           err_field(e, ERR_INVALID, "integration", "“%.*s” is not an integration that reads files",
                     "« %.*s » n'est pas une intégration qui lit des fichiers", STR_ARG(loaded.row.name));
}

static bool add_settings(struct answers *x, struct arena *a, const struct csv_connector_settings *s,
                         struct err *e)
{
    struct csv_answer *columns = NULL;
    size_t count = 0;
    add(x, S("delimiter"), s->delimiter.n ? s->delimiter : (struct str){0});
    add(x, S("dates"), str_of(s->dates >= 0 ? csv_connector_dates[s->dates] : NULL));
    add(x, S("decimal"), str_of(s->decimal >= 0 ? csv_connector_decimals[s->decimal] : NULL));
    add(x, S("currency"), s->currency.n ? s->currency : (struct str){0});
    const struct json *mapping = str_given(s->mapping) ? json_parse(a, s->mapping, e) : NULL;
    if (mapping && !csv_answers_of_mapping(a, mapping, &columns, &count, e)) {
        return err_in(e, S("mapping"));
    }
    for (size_t i = 0; i < count; i++) {
        add(x, columns[i].name, columns[i].value);
    }
    return true;
}

bool import_settings(struct env *env, struct arena *a, const struct establishment *hotel,
                     const struct import_row *row, const struct csv_answer **answers, size_t *count,
                     struct str *name, struct str *channel, struct err *e)
{
    struct answers *x = arena_new(a, struct answers);
    const struct json *given = json_parse(a, row->answers, e);
    if (!given) {
        return false;
    }
    for (const struct json *v = given->first; v; v = v->next) {
        add(x, v->key, v->text);
    }
    *name = *channel = (struct str){0};
    if (row->integration_id.n) {
        struct integration_loaded loaded;
        if (!load(env, a, hotel, row->integration_id, &loaded, e) ||
            !add_settings(x, a, loaded.settings, e)) {
            return false;
        }
        *name = loaded.row.name;
        *channel = ((const struct csv_connector_settings *)loaded.settings)->channel;
    }
    *answers = x->list;
    *count = x->count;
    return true;
}
