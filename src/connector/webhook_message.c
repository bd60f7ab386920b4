#include "connector/webhook_message.h"

#include "base/limits.h"
#include "format/json_fields.h"

static struct webhook_verdict reject(struct arena *a, const struct err *e)
{
    return (struct webhook_verdict){.kind = S("rejected"),
                                    .reason = {arena_str(a, str_of(e->en)), arena_str(a, str_of(e->fr))}};
}

static struct webhook_verdict verify_token(struct arena *a, const struct webhook_settings *s,
                                           struct str token)
{
    struct err e;
    if (signature_token_matches(a, token, s->token)) {
        return (struct webhook_verdict){.accepted = true, .kind = S("url_token")};
    }
    if (token.n) {
        err_set(
            &e, ERR_UNAUTHENTICATED,
            "the key in the address is not the one of this integration; copy the address again from its settings",
            "la clé dans l'adresse n'est pas celle de cette intégration ; recopiez l'adresse depuis ses réglages");
    } else {
        err_set(
            &e, ERR_UNAUTHENTICATED,
            "the address lacks its key; copy the whole address from the integration's settings",
            "il manque la clé dans l'adresse ; recopiez l'adresse entière depuis les réglages de l'intégration");
    }
    return reject(a, &e);
}

struct webhook_verdict webhook_verify(struct arena *a, const struct webhook_settings *s,
                                      const struct signature_request *r, struct str token, int64_t now_us)
{
    if (s->verification == WEBHOOK_OPEN && s->confirm_open != 0) {
        return (struct webhook_verdict){.accepted = true, .kind = S("open")};
    }
    if (s->verification == WEBHOOK_URL_TOKEN) {
        return verify_token(a, s, token);
    }
    /* Whatever else the settings say, nothing is taken without a signature. */
    struct str secrets[WEBHOOK_SECRETS_MAX];
    size_t count = webhook_secrets(a, s, secrets);
    struct signature_scheme scheme = {(enum signature_preset)s->preset, s->custom};
    struct signature_verdict v;
    struct err e;
    if (!signature_verify(a, &scheme, secrets, count, r, now_us, &v, &e)) {
        return reject(a, &e);
    }
    return (struct webhook_verdict){.accepted = true, .kind = S("signed"), .id = v.id};
}

bool webhook_signs_in(const struct webhook_settings *s, struct str header)
{
    const struct str names[] = {s->custom.header, s->custom.timestamp_header, s->custom.id_header};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (names[i].n && str_eq_nocase(names[i], header)) {
            return s->verification == WEBHOOK_SIGNED && s->preset == SIGNATURE_HMAC;
        }
    }
    return false;
}

bool webhook_decode(struct arena *a, const struct mapping *mapping, struct str body,
                    struct reservation_message *out, bool *ignored, struct err *e)
{
    *ignored = false;
    const struct json *v = json_parse(a, body, e);
    if (!v) {
        return false;
    }
    if (mapping) {
        struct mapping_result mapped;
        if (!mapping_run(mapping, a, v, &mapped, e)) {
            return false;
        }
        if (mapped.skipped) {
            *ignored = true;
            return true;
        }
        v = json_parse(a, mapped.json, e);
        if (!v) {
            return false;
        }
    }
    return json_decode(a, &reservation_message_fields, v, out, e);
}

struct str webhook_body_id(struct arena *a, const struct webhook_settings *s, struct str body)
{
    if (s->verification != WEBHOOK_SIGNED || s->preset != SIGNATURE_STRIPE) {
        return (struct str){0};
    }
    /* Stripe: "id — unique identifier for the object", of the event, in the body (docs.stripe.com/api/events). */
    const struct json *id = json_get(json_parse(a, body, NULL), S("id"));
    bool usable = id && id->type == JSON_STRING && id->text.n > 0 && id->text.n <= LIMIT_REFERENCE;
    return usable ? id->text : (struct str){0};
}
