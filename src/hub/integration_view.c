/* integration_view.c: from a sealed row to what people see. */
#include "hub/integration_internal.h"

#include "hub/settings.h"

#include <string.h>

static struct keyring_place place_of(struct arena *a, const struct integration *row)
{
    return (struct keyring_place){
        .table = S("integrations"),
        .column = S("configuration"),
        .establishment = arena_fmt(a, "%lld", (long long)row->establishment_id),
        .row = row->id,
    };
}

static bool no_keys(struct err *e)
{
    return err_set(e, ERR_INTERNAL, "the key ring is not open", "le trousseau de clés n'est pas ouvert");
}

bool integration_open(struct env *env, struct arena *a, const struct integration *row,
                      const struct connector **connector, void **settings, struct err *e)
{
    struct str plain;
    *settings = NULL;
    *connector = registry_find(row->type);
    if (!*connector) {
        return err_set(e, ERR_INTERNAL, "this version does not know integrations of type “%.*s”",
                       "cette version ne connaît pas les intégrations de type « %.*s »", STR_ARG(row->type));
    }
    if (!env->keys) {
        return no_keys(e);
    }
    if (!keyring_open(env->keys, a, place_of(a, row), row->configuration, &plain, e)) {
        return err_set(e, ERR_INTERNAL,
                       "the settings cannot be opened with the keys of this installation; enter them again",
                       "les réglages ne peuvent pas être ouverts avec les clés de cette installation ; "
                       "saisissez-les de nouveau");
    }
    const struct json *v = json_parse(a, plain, e);
    void *record = arena_alloc(a, (*connector)->settings->size);
    if (!v || !json_decode(a, (*connector)->settings, v, record, e)) {
        return err_set(
            e, ERR_INTERNAL, "the stored settings do not fit this version; enter them again",
            "les réglages enregistrés ne conviennent pas à cette version ; saisissez-les de nouveau");
    }
    *settings = record;
    return true;
}

bool integration_seal(struct env *env, struct arena *a, struct integration *row,
                      const struct connector *connector, const void *settings, struct err *e)
{
    if (!env->keys) {
        return no_keys(e);
    }
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_encode_secrets(&o, connector->settings, settings);
    struct str plain = buf_str(&b);
    bool sealed = keyring_seal(env->keys, a, place_of(a, row), plain, &row->configuration, e);
    secret_wipe_str(plain);
    return sealed;
}

static struct str webhook_url(struct env *env, struct arena *a, const struct integration *row,
                              const struct webhook_settings *s, const struct connector_made *made)
{
    struct str url = arena_fmt(a, "%.*s/api/webhooks/integrations/%.*s/%.*s", STR_ARG(env->public_url),
                               STR_ARG(row->establishment_slug), STR_ARG(row->id));
    if (!s || s->verification != WEBHOOK_URL_TOKEN) {
        return url;
    }
    bool is_new = made && made->member && strcmp(made->member, "token") == 0;
    return arena_fmt(a, "%.*s?token=%.*s", STR_ARG(url), STR_ARG(is_new ? made->shown : S(SECRET_MASK)));
}

struct integration_view integration_view_of(struct env *env, struct arena *a, const struct integration *row,
                                            const struct connector *connector, const void *settings,
                                            const struct connector_made *made)
{
    struct integration_view v = {.row = *row, .settings = S("{}")};
    if (settings) {
        struct buf b = buf_in(a);
        struct json_out o = json_out(&b);
        settings_json(&o, connector->settings, settings, made);
        v.settings = buf_str(&b);
    }
    if (connector == &webhook_connector) {
        const struct webhook_settings *s = settings;
        v.webhook_url = webhook_url(env, a, row, s, made);
        v.is_open = s && s->verification == WEBHOOK_OPEN;
    }
    return v;
}

static struct integration_view view(struct env *env, struct arena *a, struct integration *row)
{
    const struct connector *connector;
    void *settings;
    struct err problem;
    if (!integration_open(env, a, row, &connector, &settings, &problem)) {
        row->status = INTEGRATION_ERROR;
        row->last_error = (struct text){arena_str(a, str_of(problem.en)), arena_str(a, str_of(problem.fr))};
    }
    return integration_view_of(env, a, row, connector, settings, NULL);
}

bool integration_list(struct env *env, struct arena *a, const struct establishment *hotel,
                      struct integration_view **list, size_t *count, struct err *e)
{
    struct integration *rows;
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c || !integration_rows(c, a, hotel->id, &rows, count, e)) {
        return false;
    }
    *list = arena_array(a, struct integration_view, *count);
    for (size_t i = 0; i < *count; i++) {
        (*list)[i] = view(env, a, &rows[i]);
    }
    return true;
}

bool integration_get(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                     struct integration_view *out, struct err *e)
{
    struct integration row;
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c || !integration_find(c, a, hotel->id, id, &row, e)) {
        return false;
    }
    *out = view(env, a, &row);
    return true;
}

static void member_instant(struct json_out *o, struct str name, int64_t us)
{
    char text[INSTANT_TEXT_SIZE];
    json_member_str(o, name, us == INSTANT_NONE ? (struct str){0} : instant_text(us, text));
}

void integration_json(struct json_out *o, const struct integration_view *v, enum lang lang)
{
    json_open(o, '{');
    json_member_str(o, S("id"), v->row.id);
    json_member_str(o, S("establishment"), v->row.establishment_slug);
    json_member_str(o, S("type"), v->row.type);
    json_member_str(o, S("name"), v->row.name);
    json_member_str(o, S("status"), str_of(integration_statuses[v->row.status]));
    json_member_raw(o, S("configuration"), v->settings);
    member_instant(o, S("lastSync"), v->row.last_sync);
    json_member_str(o, S("lastError"), text_in(v->row.last_error, lang));
    json_member_bool(o, S("isActive"), v->row.is_active);
    member_instant(o, S("createdAt"), v->row.created_us);
    member_instant(o, S("updatedAt"), v->row.updated_us);
    if (str_given(v->webhook_url)) {
        json_member_str(o, S("webhookUrl"), v->webhook_url);
        json_member_bool(o, S("isOpen"), v->is_open);
    }
    json_close(o, '}');
}

void integration_types_json(struct json_out *o, enum lang lang)
{
    json_open(o, '[');
    for (size_t i = 0; registry_at(i); i++) {
        settings_form(o, registry_at(i), lang);
    }
    json_close(o, ']');
}

void integration_log_json(struct json_out *o, const struct integration_log_row *row, enum lang lang)
{
    json_open(o, '{');
    json_member_i64(o, S("id"), row->id);
    json_member_str(o, S("integrationId"), row->integration_id);
    json_member_str(o, S("action"), row->action);
    json_member_str(o, S("status"), row->status);
    json_member_str(o, S("message"), text_in(row->message, lang));
    json_key(o, S("data"));
    if (str_given(row->data)) {
        json_raw(o, row->data);
    } else {
        json_null(o);
    }
    json_member_str(o, S("actor"), row->actor);
    member_instant(o, S("createdAt"), row->created_us);
    json_close(o, '}');
}
