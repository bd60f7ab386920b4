#include "hub/integration.h"

#include "base/limits.h"
#include "hub/integration_internal.h"
#include "hub/settings.h"

#include <string.h>

/* --- what a person sends --- */

struct integration_body {
    struct str type, name;
    struct str configuration; /* JSON; absent: as it is */
    int8_t is_active;
};
static const struct field body_fields[] = {
    {FIELD_MEMBER("type", FIELD_STR, integration_body, type), .max = 60},
    {FIELD_MEMBER("name", FIELD_STR, integration_body, name), .min = 1, .max = 100},
    {FIELD_MEMBER("configuration", FIELD_JSON, integration_body, configuration)},
    {FIELD_MEMBER("isActive", FIELD_BOOL, integration_body, is_active)},
};
static const struct field_table body_table = {"integration", sizeof(struct integration_body), body_fields,
                                              ARRAY_LEN(body_fields)};

/* Whoever sends back what they were given sends these too. */
static bool is_read_only(struct str name)
{
    static const struct str names[] = {
        S_INIT("id"),        S_INIT("establishment"), S_INIT("status"),
        S_INIT("lastSync"),  S_INIT("lastError"),     S_INIT("createdAt"),
        S_INIT("updatedAt"), S_INIT("webhookUrl"),    S_INIT("isOpen"),
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq(name, names[i])) {
            return true;
        }
    }
    return false;
}

static bool read_body(struct arena *a, const struct json *body, bool creating, struct integration_body *out,
                      struct err *e)
{
    field_clear(&body_table, out);
    if (!body || body->type != JSON_OBJECT) {
        return err_set(e, ERR_INVALID, "an object is needed here: {\"type\", \"name\", \"configuration\"}",
                       "il faut ici un objet : {\"type\", \"name\", \"configuration\"}");
    }
    for (const struct json *v = body->first; v; v = v->next) {
        const struct field *f = field_find(&body_table, v->key);
        if (!f && !creating && is_read_only(v->key)) {
            continue;
        }
        if (!f) {
            return json_fields_unknown(a, &body_table, v->key, e);
        }
        if (!json_decode_field(a, f, v, out, e)) {
            return false;
        }
    }
    out->name = str_trim(out->name);
    if (str_given(out->name) && out->name.n == 0) {
        return err_field(e, ERR_INVALID, "name", "this may not be empty", "ce champ ne peut pas être vide");
    }
    return true;
}

static int8_t *enabled_of(const struct connector *c, void *settings)
{
    const struct field *f = field_find(c->settings, S("enabled"));
    return (int8_t *)((char *)settings + f->offset);
}

/* isActive and configuration.enabled are one thing. Of two that differ, exactly one differs from what is
 * stored: that is the one that was changed. */
static bool decide_active(const struct integration_body *body, const struct json *configuration, int stored,
                          bool *active, struct err *e)
{
    const struct json *v = json_get(configuration, S("enabled"));
    int alias = v && v->type == JSON_TRUE ? 1 : v && v->type == JSON_FALSE ? 0 : -1;
    if (alias >= 0 && body->is_active >= 0 && alias != body->is_active) {
        if (stored < 0) {
            return err_field(
                e, ERR_INVALID, "isActive",
                "isActive and configuration.enabled mean the same and must not differ",
                "isActive et configuration.enabled désignent la même chose et ne doivent pas différer");
        }
        *active = !stored;
        return true;
    }
    *active = body->is_active >= 0 ? body->is_active == 1 : alias >= 0 ? alias == 1 : stored != 0;
    return true;
}

/* --- one transaction --- */

struct edit {
    struct env *env;
    struct arena *a;
    const struct establishment *hotel;
    struct str actor;
    struct str id;
    const struct integration_body *body;
    const struct json *configuration; /* NULL: not sent */
    int64_t now_us;
    /* what came of it */
    struct integration row;
    const struct connector *connector;
    void *settings;
    struct connector_made made;
    bool was_active;
    bool changed;
};

/* What is stored or nothing, with what was sent on top, completed and checked. */
static bool merge(struct edit *x, const void *stored, int stored_active, struct err *e)
{
    struct connector_call call = {
        .arena = x->a,
        .random = x->env->random,
        .now_us = x->now_us,
    };
    bool active = false;
    x->settings = arena_alloc(x->a, x->connector->settings->size);
    if (!settings_merge(x->a, x->connector->settings, stored, x->configuration, x->settings, e)) {
        return err_in(e, S("configuration"));
    }
    if (!decide_active(x->body, x->configuration, stored_active, &active, e)) {
        return false;
    }
    *enabled_of(x->connector, x->settings) = active;
    x->row.is_active = active;
    call.settings = x->settings;
    x->made =
        x->connector->complete ? x->connector->complete(&call, x->settings) : (struct connector_made){0};
    if (x->connector->check && !x->connector->check(x->a, x->settings, e)) {
        return err_in(e, S("configuration"));
    }
    x->row.tells_stock =
        active && (x->connector->is_told ? x->connector->is_told(x->settings)
                                         : (x->connector->capabilities & CONNECTOR_PUSHES) != 0);
    x->row.next_sync = active && (x->connector->capabilities & CONNECTOR_PULLS) ? x->now_us : INSTANT_NONE;
    return true;
}

static void set_status(struct integration *row)
{
    enum integration_status idle =
        row->last_sync == INSTANT_NONE ? INTEGRATION_DISCONNECTED : INTEGRATION_CONNECTED;
    row->status = row->is_active ? idle : INTEGRATION_PAUSED;
    row->last_error = (struct text){0};
}

static struct str changed_json(struct arena *a, const char *const *names, size_t count)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_key(&o, S("changed"));
    json_open(&o, '[');
    for (size_t i = 0; i < count; i++) {
        json_str(&o, str_of(names[i]));
    }
    json_close(&o, ']');
    json_close(&o, '}');
    return buf_str(&b);
}

static bool log_edit(struct edit *x, struct db_conn *c, struct establishment_lock *lock, struct str action,
                     struct text message, struct str data, struct err *e)
{
    struct integration_view v =
        integration_view_of(x->env, x->a, &x->row, x->connector, x->settings, &x->made);
    bool opened = v.is_open && !str_eq(action, S("deleted"));
    if (opened) { /* a choice that stays visible */
        message.en = arena_fmt(x->a, "%.*s. Anybody who knows its address can send reservations.",
                               STR_ARG(message.en));
        message.fr = arena_fmt(x->a, "%.*s. Quiconque connaît son adresse peut envoyer des réservations.",
                               STR_ARG(message.fr));
    }
    const struct integration_log_row row = {
        .integration_id = x->row.id,
        .action = action,
        .status = opened ? S("warning") : S("ok"),
        .message = message,
        .data = data,
        .created_us = x->now_us,
        .actor = x->actor,
    };
    return integration_log(c, lock, &row, e);
}

/* --- create --- */

static struct str new_id(const struct random *r, struct arena *a)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint8_t bytes[16];
    char *id = arena_alloc(a, sizeof(bytes) + 1);
    random_bytes(r, bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        id[i] = letters[bytes[i] & 31];
    }
    return (struct str){id, sizeof(bytes)};
}

static bool create_work(struct db_conn *c, void *arg, struct err *e)
{
    struct edit *x = arg;
    struct establishment_lock lock;
    struct text message = {
        arena_fmt(x->a, "Created: %.*s (%s)", STR_ARG(x->row.name), x->connector->name),
        arena_fmt(x->a, "Créée : %.*s (%s)", STR_ARG(x->row.name), x->connector->name),
    };
    return establishment_lock(c, x->hotel->id, &lock, e) && integration_insert(c, &x->row, e) &&
           log_edit(x, c, &lock, S("created"), message, (struct str){0}, e) &&
           establishment_unlock(c, &lock, e);
}

static bool unknown_type(struct arena *a, struct str type, struct err *e)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; registry_at(i); i++) {
        buf_fmt(&b, "%s%s", i ? ", " : "", registry_at(i)->name);
    }
    return err_field(e, ERR_INVALID, "type", "“%.*s” is not a type of integration; there are: %s",
                     "« %.*s » n'est pas un type d'intégration ; il y a : %s", STR_ARG(type), buf_str(&b).p);
}

static bool parse_configuration(struct edit *x, struct err *e)
{
    if (!str_given(x->body->configuration)) {
        return true;
    }
    x->configuration = json_parse(x->a, x->body->configuration, e);
    return x->configuration != NULL;
}

bool integration_create(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                        const struct json *body, struct integration_view *out, struct err *e)
{
    struct integration_body sent;
    struct edit x = {.env = env, .a = a, .hotel = hotel, .actor = actor, .body = &sent};
    if (!read_body(a, body, true, &sent, e)) {
        return false;
    }
    if (!str_given(sent.type) || !str_given(sent.name)) {
        const char *name = str_given(sent.type) ? "name" : "type";
        return err_field(e, ERR_INVALID, name, "“%s” is missing", "« %s » manque", name);
    }
    x.connector = registry_find(sent.type);
    if (!x.connector) {
        return unknown_type(a, sent.type, e);
    }
    x.now_us = clock_now_us(&env->clock);
    x.row = (struct integration){
        .id = new_id(env->random, a),
        .establishment_id = hotel->id,
        .establishment_slug = hotel->slug,
        .type = str_of(x.connector->name),
        .name = sent.name,
        .last_sync = INSTANT_NONE,
        .created_us = x.now_us,
        .updated_us = x.now_us,
    };
    if (!parse_configuration(&x, e) || !merge(&x, NULL, -1, e)) {
        return false;
    }
    set_status(&x.row);
    if (!integration_seal(env, a, &x.row, x.connector, x.settings, e) ||
        !db_write(env->store->hotel, create_work, &x, e)) {
        return false;
    }
    *out = integration_view_of(env, a, &x.row, x.connector, x.settings, &x.made);
    return true;
}

/* --- change --- */

/* Names of all that changes; "isActive" only once, not as the setting too. */
static size_t changes(struct edit *x, const void *stored, const struct integration *before,
                      const char **names)
{
    size_t n = 0;
    bool active_changed = x->row.is_active != before->is_active;
    if (!str_eq(x->row.name, before->name)) {
        names[n++] = "name";
    }
    if (active_changed) {
        names[n++] = "isActive";
    }
    const char **settings = names + n;
    size_t count = 0;
    if (stored) {
        count = settings_changed(x->a, x->connector->settings, stored, x->settings, settings);
    } else {
        settings[count++] = "configuration";
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(settings[i], "enabled") != 0) {
            names[n++] = settings[i];
        }
    }
    return n;
}

static bool log_changes(struct edit *x, struct db_conn *c, struct establishment_lock *lock,
                        const char *const *names, size_t count, struct err *e)
{
    struct buf b = buf_in(x->a);
    if (count == 1 && strcmp(names[0], "isActive") == 0) {
        bool active = x->row.is_active;
        return log_edit(x, c, lock, active ? S("resumed") : S("paused"),
                        active ? TEXT("Switched on", "Mise en service")
                               : TEXT("Switched off", "Mise en pause"),
                        (struct str){0}, e);
    }
    for (size_t i = 0; i < count; i++) {
        buf_fmt(&b, "%s%s", i ? ", " : "", names[i]);
    }
    struct text message = {arena_fmt(x->a, "Changed: %s", buf_str(&b).p),
                           arena_fmt(x->a, "Modifié : %s", buf_str(&b).p)};
    return log_edit(x, c, lock, S("updated"), message, changed_json(x->a, names, count), e);
}

static bool change_row(struct edit *x, struct db_conn *c, struct establishment_lock *lock, const void *stored,
                       const struct integration *before, struct err *e)
{
    const char **names = arena_array(x->a, const char *, x->connector->settings->count + 3);
    size_t count = changes(x, stored, before, names);
    x->changed = count > 0;
    if (!x->changed) {
        x->row = *before;
        return true;
    }
    x->row.updated_us = x->now_us;
    if (count > (size_t)!str_eq(x->row.name, before->name)) { /* more than the name */
        set_status(&x->row);
        if (!integration_seal(x->env, x->a, &x->row, x->connector, x->settings, e)) {
            return false;
        }
    }
    return integration_update(c, &x->row, e) && log_changes(x, c, lock, names, count, e);
}

static bool change_work(struct db_conn *c, void *arg, struct err *e)
{
    struct edit *x = arg;
    struct establishment_lock lock;
    struct integration before;
    struct err unreadable;
    void *stored;
    if (!establishment_lock(c, x->hotel->id, &lock, e) ||
        !integration_find(c, x->a, x->hotel->id, x->id, &before, e)) {
        return false;
    }
    x->row = before;
    x->was_active = before.is_active;
    if (str_given(x->body->name)) {
        x->row.name = x->body->name;
    }
    if (str_given(x->body->type) && !str_eq(x->body->type, before.type)) {
        return err_field(e, ERR_INVALID, "type", "the type stays; make a new integration for another one",
                         "le type ne change pas ; créez une autre intégration pour un autre type");
    }
    /* Settings that cannot be opened can be entered again as a whole. */
    if (!integration_open(x->env, x->a, &before, &x->connector, &stored, &unreadable) &&
        (!x->connector || !x->configuration)) {
        *e = unreadable;
        return false;
    }
    return merge(x, stored, before.is_active, e) && change_row(x, c, &lock, stored, &before, e) &&
           establishment_unlock(c, &lock, e);
}

bool integration_change(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                        struct str id, const struct json *body, struct integration_view *out, struct err *e)
{
    struct integration_body sent;
    struct edit x = {.env = env, .a = a, .hotel = hotel, .actor = actor, .id = id, .body = &sent};
    x.now_us = clock_now_us(&env->clock);
    if (!read_body(a, body, false, &sent, e) || !parse_configuration(&x, e) ||
        !db_write(env->store->hotel, change_work, &x, e)) {
        return false;
    }
    *out = integration_view_of(env, a, &x.row, x.connector, x.settings, &x.made);
    const struct integration_hook *hook = integration_hook_of(env, x.row.type);
    /* Also when it was on already and is asked for again: what a failure here left waiting goes on then. */
    if (x.row.is_active && (!x.was_active || sent.is_active == 1) && hook && hook->resumed) {
        return hook->resumed(env, a, hotel, id, e);
    }
    return true;
}

/* --- remove --- */

static bool remove_work(struct db_conn *c, void *arg, struct err *e)
{
    struct edit *x = arg;
    struct establishment_lock lock;
    if (!establishment_lock(c, x->hotel->id, &lock, e) ||
        !integration_find(c, x->a, x->hotel->id, x->id, &x->row, e)) {
        return false;
    }
    struct text message = {
        arena_fmt(x->a, "Deleted: %.*s (%.*s)", STR_ARG(x->row.name), STR_ARG(x->row.type)),
        arena_fmt(x->a, "Supprimée : %.*s (%.*s)", STR_ARG(x->row.name), STR_ARG(x->row.type)),
    };
    return log_edit(x, c, &lock, S("deleted"), message, (struct str){0}, e) &&
           integration_delete(c, x->hotel->id, x->id, e) && establishment_unlock(c, &lock, e);
}

bool integration_remove(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                        struct str id, struct err *e)
{
    struct edit x = {.env = env, .a = a, .hotel = hotel, .actor = actor, .id = id};
    x.now_us = clock_now_us(&env->clock);
    return db_write(env->store->hotel, remove_work, &x, e);
}
