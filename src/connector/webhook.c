#include "connector/webhook.h"

#include "format/json.h"
#include "format/mapping.h"

static const char *const verifications[] = {
    [WEBHOOK_SIGNED] = "signed", [WEBHOOK_URL_TOKEN] = "url_token", [WEBHOOK_OPEN] = "open", NULL};
static const char *const hashes[] = {
    [MAC_SHA1] = "sha1", [MAC_SHA256] = "sha256", [MAC_SHA512] = "sha512", NULL};
static const char *const encodings[] = {
    [SIGNATURE_HEX] = "hex", [SIGNATURE_BASE64] = "base64", [SIGNATURE_BASE64URL] = "base64url", NULL};

#define WHEN_SIGNED "verification=signed"
#define WHEN_HMAC   "verification=signed,preset=hmac"

static const struct field fields[] = {
    {FIELD_MEMBER("verification", FIELD_ENUM, webhook_settings, verification), .choices = verifications,
     .standard = "\"signed\"", .label = TEXT_INIT("Who may send", "Qui peut envoyer"),
     .help =
         TEXT_INIT("signed: only who holds the secret (recommended). url_token: whoever knows the address, "
                   "which contains a long random key. open: anybody.",
                   "signed : seulement qui détient le secret (recommandé). url_token : quiconque connaît "
                   "l'adresse, qui contient une longue clé aléatoire. open : tout le monde.")},
    {FIELD_MEMBER("confirmOpen", FIELD_BOOL, webhook_settings, confirm_open), .when = "verification=open",
     .label = TEXT_INIT("Yes, take messages from anybody", "Oui, accepter les messages de tout le monde"),
     .help = TEXT_INIT("Anybody who learns the address can then enter reservations in your hotel.",
                       "Quiconque apprend l'adresse pourra alors saisir des réservations dans votre hôtel.")},
    {FIELD_MEMBER("preset", FIELD_ENUM, webhook_settings, preset), .choices = signature_presets,
     .when = WHEN_SIGNED, .standard = "\"standard\"",
     .label = TEXT_INIT("Kind of signature", "Type de signature"),
     .help = TEXT_INIT(
         "As the sender's documentation calls it: Standard Webhooks (also Svix), Stripe, GitHub, or "
         "hmac for any other that signs with a shared secret.",
         "Tel que le nomme la documentation de l'expéditeur : Standard Webhooks (aussi Svix), "
         "Stripe, GitHub, ou hmac pour tout autre qui signe avec un secret partagé.")},
    {FIELD_MEMBER("secret", FIELD_STR, webhook_settings, secret), .flags = FIELD_SECRET | FIELD_GENERATED,

     .min = 6, .max = SIGNATURE_SECRET_MAX, .when = WHEN_SIGNED, .label = TEXT_INIT("Secret", "Secret"),
     .help = TEXT_INIT(
         "Leave it empty to have one made, and give it to the sender; or paste the one that the sender "
         "shows you. It is shown once.",
         "Laissez vide pour en créer un, à donner à l'expéditeur ; ou collez celui que l'expéditeur "
         "vous montre. Il n'est affiché qu'une fois.")},
    {FIELD_MEMBER("secrets", FIELD_JSON, webhook_settings, secrets), .flags = FIELD_SECRET | FIELD_ADVANCED,
     .when = WHEN_SIGNED, .label = TEXT_INIT("Further secrets", "Autres secrets"),
     .help = TEXT_INIT(
         "A list of up to 3 texts, valid beside the secret: the old one while the sender changes over "
         "to the new one.",
         "Une liste de 3 textes au plus, valables en plus du secret : l'ancien, le temps que "
         "l'expéditeur passe au nouveau."),
     .example = "[\"whsec_…\"]"},
    {FIELD_MEMBER("token", FIELD_STR, webhook_settings, token), .flags = FIELD_SECRET | FIELD_GENERATED,
     .max = 100, .when = "verification=url_token",
     .label = TEXT_INIT("Key in the address", "Clé dans l'adresse"),
     .help = TEXT_INIT(
         "Made for you and shown once, inside the address; empty it to get a new one.",
         "Créée pour vous et affichée une seule fois, dans l'adresse ; videz-la pour en obtenir une "
         "nouvelle.")},
    {FIELD_MEMBER("header", FIELD_STR, webhook_settings, custom.header), .max = 100, .when = WHEN_HMAC,
     .label = TEXT_INIT("Header with the signature", "En-tête de la signature"), .example = "X-Signature"},
    {FIELD_MEMBER("hash", FIELD_ENUM, webhook_settings, custom.hash), .choices = hashes, .when = WHEN_HMAC,
     .standard = "\"sha256\"", .label = TEXT_INIT("Hash function", "Fonction de hachage")},
    {FIELD_MEMBER("encoding", FIELD_ENUM, webhook_settings, custom.encoding), .choices = encodings,
     .when = WHEN_HMAC, .standard = "\"hex\"",
     .label = TEXT_INIT("How the signature is written", "Écriture de la signature")},
    {FIELD_MEMBER("prefix", FIELD_STR, webhook_settings, custom.prefix), .max = 40, .flags = FIELD_ADVANCED,
     .when = WHEN_HMAC, .label = TEXT_INIT("Text before the signature", "Texte avant la signature"),
     .example = "sha256="},
    {FIELD_MEMBER("template", FIELD_STR, webhook_settings, custom.template_text), .max = 200,
     .when = WHEN_HMAC, .standard = "\"{body}\"", .label = TEXT_INIT("What is signed", "Ce qui est signé"),
     .help = TEXT_INIT(
         "{body} stands for the message, {timestamp} and {id} for the two headers below, {url} and {method} for the request; \\n is a line break.",
         "{body} représente le message, {timestamp} et {id} les deux en-têtes ci-dessous, {url} et {method} la requête ; \\n est un retour à la ligne."),
     .example = "{timestamp}.{body}"},
    {FIELD_MEMBER("timestampHeader", FIELD_STR, webhook_settings, custom.timestamp_header), .max = 100,
     .flags = FIELD_ADVANCED, .when = WHEN_HMAC,
     .label = TEXT_INIT("Header with the time", "En-tête de l'heure"),
     .help = TEXT_INIT("Messages older or newer than 5 minutes are then refused.",
                       "Les messages de plus de 5 minutes d'écart sont alors refusés."),
     .example = "X-Timestamp"},
    {FIELD_MEMBER("idHeader", FIELD_STR, webhook_settings, custom.id_header), .max = 100,
     .flags = FIELD_ADVANCED, .when = WHEN_HMAC,
     .label = TEXT_INIT("Header with the message's number", "En-tête du numéro de message"),
     .help = TEXT_INIT("A number that comes twice is taken once.",
                       "Un numéro reçu deux fois n'est pris qu'une fois."),
     .example = "X-Delivery-Id"},
    {FIELD_MEMBER("channel", FIELD_STR, webhook_settings, channel), .max = 60,
     .label = TEXT_INIT("Sales channel", "Canal de vente"),
     .help = TEXT_INIT(
         "The name of the sales channel for bookings that do not name one, e.g. booking; bookings with the same channel and reference are the same booking, whatever way they come.",
         "Le nom du canal de vente des réservations qui n'en indiquent pas, par exemple booking ; deux réservations de même canal et de même référence sont la même, par quelque voie qu'elles arrivent."),
     .example = "booking"},
    {FIELD_MEMBER("mapping", FIELD_JSON, webhook_settings, mapping), .flags = FIELD_ADVANCED,
     .label = TEXT_INIT("Field mapping", "Correspondance des champs"),
     .help = TEXT_INIT(
         "Where in the sender's message each of our fields is found. Not needed for messages in our own "
         "form.",
         "Où trouver chacun de nos champs dans le message de l'expéditeur. Inutile pour les messages à "
         "notre format.")},
    {FIELD_MEMBER("enabled", FIELD_BOOL, webhook_settings, enabled), .standard = "true",
     .label = TEXT_INIT("In use", "En service"),
     .help = TEXT_INIT(
         "While it is off, messages are taken and wait; they are applied once it is on again.",
         "Tant que ce n'est pas coché, les messages sont reçus et attendent ; ils sont appliqués à la "
         "remise en service.")},
};
const struct field_table webhook_fields = {"webhookSettings", sizeof(struct webhook_settings), fields,
                                           ARRAY_LEN(fields)};

static struct connector_made complete(const struct connector_call *call, void *settings)
{
    struct webhook_settings *s = settings;
    if (s->verification == WEBHOOK_SIGNED && s->secret.n == 0) {
        s->secret = signature_key_new(call->arena, call->random, (enum signature_preset)s->preset);
        return (struct connector_made){"secret", s->secret};
    }
    if (s->verification == WEBHOOK_URL_TOKEN && s->token.n == 0) {
        struct str token = signature_token_new(call->arena, call->random);
        s->token = signature_token_hash(call->arena, token);
        return (struct connector_made){"token", token};
    }
    return (struct connector_made){0};
}

size_t webhook_secrets(struct arena *a, const struct webhook_settings *s,
                       struct str out[static WEBHOOK_SECRETS_MAX])
{
    size_t n = 0;
    if (s->secret.n > 0) {
        out[n++] = s->secret;
    }
    const struct json *more = str_given(s->secrets) ? json_parse(a, s->secrets, NULL) : NULL;
    for (const struct json *v = more && more->type == JSON_ARRAY ? more->first : NULL;
         v && n < WEBHOOK_SECRETS_MAX; v = v->next) {
        if (v->type == JSON_STRING && v->text.n > 0) {
            out[n++] = v->text;
        }
    }
    return n;
}

/* --- rules --- */

static bool check_secrets(struct arena *a, const struct webhook_settings *s, struct err *e)
{
    if (!str_given(s->secrets)) {
        return true;
    }
    const struct json *list = json_parse(a, s->secrets, e);
    if (!list || list->type != JSON_ARRAY || list->count > WEBHOOK_SECRETS_MAX - 1) {
        return err_field(e, ERR_INVALID, "secrets", "give a list of at most %d texts, such as [\"whsec_…\"]",
                         "donnez une liste de %d textes au plus, par exemple [\"whsec_…\"]",
                         WEBHOOK_SECRETS_MAX - 1);
    }
    size_t i = 0;
    for (const struct json *v = list->first; v; v = v->next, i++) {
        if (v->type != JSON_STRING) {
            return err_field(e, ERR_INVALID, "secrets", "each further secret is a text",
                             "chaque autre secret est un texte");
        }
        if (!signature_key_check(a, (enum signature_preset)s->preset, v->text, e)) {
            err_in_index(e, i);
            return err_in(e, S("secrets"));
        }
    }
    return true;
}

static bool check_signed(struct arena *a, const struct webhook_settings *s, struct err *e)
{
    if (!signature_key_check(a, (enum signature_preset)s->preset, s->secret, e)) {
        return err_in(e, S("secret"));
    }
    return check_secrets(a, s, e) && (s->preset != SIGNATURE_HMAC || signature_custom_check(&s->custom, e));
}

/* What is stored is a hash that only the program makes; a key of one's own would be typed in here. */
static bool check_token(struct str token, struct err *e)
{
    struct str rest = token;
    while (rest.n > 0 && ((*rest.p >= '0' && *rest.p <= '9') || (*rest.p >= 'a' && *rest.p <= 'f'))) {
        rest = str_sub(rest, 1, rest.n);
    }
    return (token.n == 64 && rest.n == 0) ||
           err_field(e, ERR_INVALID, "token", "the key in the address is made by the program; leave it out",
                     "la clé dans l'adresse est créée par le programme ; laissez ce champ vide");
}

static bool check_mapping(struct arena *a, struct str mapping, struct err *e)
{
    if (!str_given(mapping)) {
        return true;
    }
    const struct json *form = json_parse(a, mapping, e);
    return (form && mapping_compile(a, form, &reservation_message_fields, e)) || err_in(e, S("mapping"));
}

static bool check(struct arena *a, const void *settings, struct err *e)
{
    const struct webhook_settings *s = settings;
    if (!check_mapping(a, s->mapping, e)) {
        return false;
    }
    switch (s->verification) {
    case WEBHOOK_OPEN:
        return s->confirm_open !=
                   0 || /* left out by a program, "open" itself is the choice; a form says false */
               err_field(
                   e, ERR_INVALID, "confirmOpen",
                   "an open source takes reservations from anybody; set confirmOpen to true if that is "
                   "what you want",
                   "une source ouverte accepte les réservations de tout le monde ; mettez confirmOpen à true "
                   "si c'est bien ce que vous voulez");
    case WEBHOOK_URL_TOKEN:
        return check_token(s->token, e);
    default:
        return check_signed(a, s, e);
    }
}

const struct connector webhook_connector = {
    .name = "webhook",
    .title = TEXT_INIT("Webhook", "Webhook"),
    .description = TEXT_INIT(
        "An address of your own to which another program sends reservations as they happen.",
        "Une adresse à vous, à laquelle un autre logiciel envoie les réservations au fil de l'eau."),
    .capabilities = CONNECTOR_RECEIVES,
    .settings = &webhook_fields,
    .complete = complete,
    .check = check,
};
