#include "connector/signature.h"

#include "base/date.h"
#include "format/base64.h"
#include "format/hex.h"
#include "format/hint.h"
#include "io/secret.h"

/* What a preset has read from the headers: the signed text in pieces and the signatures given for it. */
struct reading {
    struct str pieces[SIGNATURE_PIECES_MAX];
    size_t piece_count;
    enum mac_hash hash;
    struct str macs[SIGNATURE_GIVEN_MAX]; /* decoded */
    size_t mac_count;
    struct str publics[SIGNATURE_GIVEN_MAX]; /* Ed25519, decoded */
    size_t public_count;
    const char *header; /* the signature's, for texts */
    struct str id;
    int64_t sent_us;
};

struct check {
    struct arena *a;
    const struct signature_scheme *scheme;
    const struct signature_request *request;
    const struct signature_key *keys;
    const size_t *key_secrets; /* which secret each key is */
    size_t key_count;
    struct signature_verdict *verdict;
    struct err *e;
};

const char *signature_reason_name(enum signature_reason reason)
{
    static const char *const names[] = {
        "accepted", "header_missing", "header_repeated", "malformed",       "version_unknown",
        "mismatch", "too_old",        "too_new",         "secret_unusable", "token_wrong",
    };
    return names[reason];
}

#define REJECT(c, why, ...) ((c)->verdict->reason = (why), err_set((c)->e, ERR_UNAUTHENTICATED, __VA_ARGS__))

/* --- headers --- */

/* A sender that signs in another way than was chosen is worth a hint. */
static const char *other_preset(const struct check *c)
{
    static const struct {
        struct str header;
        enum signature_preset preset;
    } marks[] = {
        {S_INIT("webhook-signature"), SIGNATURE_STANDARD},
        {S_INIT("svix-signature"), SIGNATURE_STANDARD},
        {S_INIT("stripe-signature"), SIGNATURE_STRIPE},
        {S_INIT("x-hub-signature-256"), SIGNATURE_GITHUB},
    };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        for (size_t k = 0; k < c->request->header_count && marks[i].preset != c->scheme->preset; k++) {
            if (str_eq_nocase(c->request->headers[k].name, marks[i].header))
                return signature_presets[marks[i].preset];
        }
    }
    return NULL;
}

static bool header_missing(const struct check *c, struct str name)
{
    const char *other = other_preset(c);
    if (other != NULL)
        return REJECT(
            c, SIGNATURE_HEADER_MISSING,
            "The header %.*s is missing. The message is signed in another way: choose the preset \"%s\".",
            "L'en-tête %.*s est absent. Le message est signé d'une autre manière : choisissez le modèle "
            "« %s ».",
            STR_ARG(name), other);
    return REJECT(
        c, SIGNATURE_HEADER_MISSING,
        "The header %.*s is missing or empty: the sender does not sign its messages, or not in this way.",
        "L'en-tête %.*s est absent ou vide : l'expéditeur ne signe pas ses messages, ou pas de cette "
        "manière.",
        STR_ARG(name));
}

/* The header's only value; *value is absent when it is not there or empty. */
static bool header_once(const struct check *c, struct str name, struct str *value)
{
    *value = (struct str){NULL, 0};
    size_t found = 0;
    for (size_t i = 0; i < c->request->header_count; i++) {
        const struct http_pair *h = &c->request->headers[i];
        if (!str_eq_nocase(h->name, name))
            continue;
        if (++found > 1)
            return REJECT(c, SIGNATURE_HEADER_REPEATED,
                          "The header %.*s came more than once, so that it is not clear which one counts.",
                          "L'en-tête %.*s figure plusieurs fois ; on ne sait pas lequel compte.",
                          STR_ARG(name));
        if (str_trim(h->value).n > 0)
            *value = str_trim(h->value);
    }
    return true;
}

static bool header_needed(const struct check *c, struct str name, struct str *value)
{
    return header_once(c, name, value) && (str_given(*value) || header_missing(c, name));
}

/* An id is shown, stored and compared: visible ASCII. Where it is signed with '.' behind it, it must not have one
 * (Standard Webhooks 1.0.0), or two messages could be signed alike. */
static bool id_valid(const struct check *c, struct str name, struct str id, bool dots)
{
    bool valid = id.n <= 200;
    for (size_t i = 0; i < id.n && valid; i++)
        valid = id.p[i] > ' ' && id.p[i] < 127 && (dots || id.p[i] != '.');
    if (valid)
        return true;
    return REJECT(c, SIGNATURE_MALFORMED,
                  "The header %.*s holds something that cannot be a message's id: \"%.*s\".",
                  "L'en-tête %.*s contient ce qui ne peut être l'identifiant d'un message : « %.*s ».",
                  STR_ARG(name), STR_ARG(hint_excerpt(c->a, id)));
}

static bool unix_seconds(struct str text, size_t digits, int64_t *out)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return text.n > 0 && text.n <= digits && str_to_i64(text, out);
}

static bool bad_time(const struct check *c, const char *where, struct str text)
{
    return REJECT(c, SIGNATURE_MALFORMED, "The time in %s is not a number of seconds since 1970: \"%.*s\".",
                  "L'heure dans %s n'est pas un nombre de secondes depuis 1970 : « %.*s ».", where,
                  STR_ARG(hint_excerpt(c->a, text)));
}

/* --- the presets --- */

/* What stands in the place of a signature is not quoted: some senders give the secret itself there. */
static bool bad_signature(const struct check *c, const char *header, struct str text)
{
    return REJECT(
        c, SIGNATURE_MALFORMED,
        "The header %s does not hold a signature in the form expected; it is %zu bytes long.",
        "L'en-tête %s ne contient pas de signature sous la forme attendue ; il est long de %zu octets.",
        header, text.n);
}

static bool can_check(const struct check *c, enum signature_key_kind kind)
{
    for (size_t i = 0; i < c->key_count; i++) {
        if (c->keys[i].kind == kind)
            return true;
    }
    return false;
}

static bool version_unknown(const struct check *c, const char *header, const char *wanted, struct str text)
{
    return REJECT(
        c, SIGNATURE_VERSION_UNKNOWN,
        "The header %s holds no signature of the version that the secret can check (%s): \"%.*s\".",
        "L'en-tête %s ne contient aucune signature de la version que le secret permet de vérifier (%s) : "
        "« %.*s ».",
        header, wanted, STR_ARG(hint_excerpt(c->a, text)));
}

static bool too_many(const struct check *c, const char *header)
{
    return REJECT(c, SIGNATURE_MALFORMED, "The header %s holds more than %d signatures.",
                  "L'en-tête %s contient plus de %d signatures.", header, SIGNATURE_GIVEN_MAX);
}

/* "v1,<Base64> v1a,<Base64> …" */
static bool standard_signatures(const struct check *c, struct str list, struct reading *r)
{
    bool shared = can_check(c, SIGNATURE_KEY_SHARED), public = can_check(c, SIGNATURE_KEY_PUBLIC);
    size_t known = 0;
    for (struct str rest = list; str_given(rest);) {
        struct str encoded = str_cut(&rest, ' '), bytes, version = str_cut(&encoded, ',');
        bool is_mac = shared && str_eq(version, S("v1")), is_public = public && str_eq(version, S("v1a"));
        if (!is_mac && !is_public)
            continue;
        if (++known > SIGNATURE_GIVEN_MAX)
            return too_many(c, r->header);
        if (!base64_decode(c->a, encoded, &bytes) || bytes.n == 0)
            continue;
        if (is_mac)
            r->macs[r->mac_count++] = bytes;
        else if (bytes.n == SECRET_SIGNATURE_SIZE)
            r->publics[r->public_count++] = bytes;
    }
    if (known == 0)
        return version_unknown(c, r->header, !public ? "v1" : shared ? "v1, v1a" : "v1a", list);
    return r->mac_count + r->public_count > 0 || bad_signature(c, r->header, list);
}

static bool read_standard(const struct check *c, struct reading *r)
{
    static const struct {
        struct str id, timestamp, signature;
    } names[] = {{S_INIT("webhook-id"), S_INIT("webhook-timestamp"), S_INIT("webhook-signature")},
                 {S_INIT("svix-id"), S_INIT("svix-timestamp"), S_INIT("svix-signature")}};
    struct str list, timestamp;
    size_t set = 0;
    if (!header_once(c, names[0].signature, &list))
        return false;
    if (!str_given(list)) {
        set = 1;
        if (!header_once(c, names[1].signature, &list))
            return false;
        if (!str_given(list))
            return header_missing(c, names[0].signature);
    }
    if (!header_needed(c, names[set].id, &r->id) || !id_valid(c, names[set].id, r->id, false) ||
        !header_needed(c, names[set].timestamp, &timestamp))
        return false;
    int64_t seconds;
    if (!unix_seconds(timestamp, 11, &seconds))
        return bad_time(c, names[set].timestamp.p, timestamp);
    r->sent_us = seconds * 1000000;
    r->hash = MAC_SHA256;
    r->header = names[set].signature.p;
    const struct str pieces[] = {r->id, S("."), timestamp, S("."), c->request->body};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        r->pieces[r->piece_count++] = pieces[i];
    return standard_signatures(c, list, r);
}

/* Stripe and GitHub write lower case, and their own libraries compare texts: nothing else is taken. */
static bool lower_hex_decode(struct arena *a, struct str text, struct str *out)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] >= 'A' && text.p[i] <= 'F')
            return false;
    }
    return hex_decode(a, text, out) && out->n > 0;
}

/* "t=1492774577,v1=5257a869…,v0=6ffbb59b…" */
static bool read_stripe(const struct check *c, struct reading *r)
{
    struct str list, timestamp = {NULL, 0};
    size_t known = 0;
    r->header = "Stripe-Signature";
    if (!header_needed(c, S("Stripe-Signature"), &list))
        return false;
    for (struct str rest = list; str_given(rest);) {
        struct str value = str_trim(str_cut(&rest, ',')), bytes, name = str_cut(&value, '=');
        if (str_eq(name, S("t"))) {
            if (str_given(timestamp))
                return bad_signature(c, r->header, list);
            timestamp = str_given(value) ? value : S("");
        }
        if (!str_eq(name, S("v1")))
            continue;
        if (++known > SIGNATURE_GIVEN_MAX)
            return too_many(c, r->header);
        if (lower_hex_decode(c->a, value, &bytes))
            r->macs[r->mac_count++] = bytes;
    }
    int64_t seconds;
    if (!str_given(timestamp))
        return bad_signature(c, r->header, list);
    if (!unix_seconds(timestamp, 11, &seconds))
        return bad_time(c, "Stripe-Signature (t=)", timestamp);
    if (known == 0)
        return version_unknown(c, r->header, "v1", list);
    if (r->mac_count == 0)
        return bad_signature(c, r->header, list);
    r->sent_us = seconds * 1000000;
    r->hash = MAC_SHA256;
    const struct str pieces[] = {timestamp, S("."), c->request->body};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        r->pieces[r->piece_count++] = pieces[i];
    return true;
}

static bool read_github(const struct check *c, struct reading *r)
{
    struct str value, bytes;
    r->header = "X-Hub-Signature-256";
    if (!header_needed(c, S("X-Hub-Signature-256"), &value) ||
        !header_once(c, S("X-GitHub-Delivery"), &r->id) || !id_valid(c, S("X-GitHub-Delivery"), r->id, true))
        return false;
    if (!str_starts(value, S("sha256=")))
        return version_unknown(c, r->header, "sha256=", value);
    if (!lower_hex_decode(c->a, str_sub(value, 7, value.n), &bytes))
        return bad_signature(c, r->header, value);
    r->hash = MAC_SHA256;
    r->macs[r->mac_count++] = bytes;
    r->pieces[r->piece_count++] = c->request->body;
    return true;
}

/* Unix seconds, milliseconds (more than 11 digits), or RFC 3339. */
static bool custom_time(struct str text, int64_t *us)
{
    int64_t v;
    if (!unix_seconds(text, 14, &v))
        return instant_parse(text, us);
    *us = text.n > 11 ? v * 1000 : v * 1000000;
    return true;
}

static bool custom_decode(struct arena *a, enum signature_encoding encoding, struct str text, struct str *out)
{
    switch (encoding) {
    case SIGNATURE_HEX:
        return hex_decode(a, text, out);
    case SIGNATURE_BASE64:
        return base64_decode(a, text, out);
    case SIGNATURE_BASE64URL:
        break;
    }
    if (text.n > 0 && text.n % 4 == 0 && text.p[text.n - 1] == '=') /* some write it with padding */
        return base64_url_decode(a, str_sub(text, 0, str_find_char(text, '=')), out);
    return base64_url_decode(a, text, out);
}

static bool read_custom(const struct check *c, struct reading *r)
{
    const struct signature_custom *custom = &c->scheme->custom;
    struct signature_parts parts = {
        .body = c->request->body, .url = c->request->url, .method = c->request->method};
    struct str value, bytes;
    r->header = arena_cstr(c->a, custom->header);
    r->hash = signature_custom_hash(custom);
    if (!header_needed(c, custom->header, &value))
        return false;
    if (custom->id_header.n > 0) {
        if (!header_needed(c, custom->id_header, &r->id) || !id_valid(c, custom->id_header, r->id, true))
            return false;
        parts.id = r->id;
    }
    if (custom->timestamp_header.n > 0) {
        if (!header_needed(c, custom->timestamp_header, &parts.timestamp))
            return false;
        if (!custom_time(parts.timestamp, &r->sent_us))
            return bad_time(c, arena_cstr(c->a, custom->timestamp_header), parts.timestamp);
    }
    struct str prefix = custom->prefix;
    if (prefix.n > 0 && !str_starts(value, prefix))
        return bad_signature(c, r->header, value);
    if (!custom_decode(c->a, signature_custom_encoding(custom), str_sub(value, prefix.n, value.n), &bytes) ||
        bytes.n == 0)
        return bad_signature(c, r->header, value);
    r->macs[r->mac_count++] = bytes;
    r->piece_count = signature_custom_pieces(custom, &parts, r->pieces);
    return true;
}

/* --- the verdict --- */

/* No early end: neither the number of the secret nor that of the signature shows in the time taken. */
static bool any_match(const struct check *c, const struct reading *r, size_t *secret)
{
    bool found = false;
    struct str joined = {NULL, 0};
    if (r->public_count > 0) {
        struct buf b = buf_in(c->a);
        for (size_t i = 0; i < r->piece_count; i++)
            buf_add(&b, r->pieces[i]);
        joined = buf_str(&b);
    }
    for (size_t i = 0; i < c->key_count; i++) {
        const struct signature_key *key = &c->keys[i];
        bool matches = false;
        if (key->kind == SIGNATURE_KEY_PUBLIC) {
            for (size_t k = 0; k < r->public_count; k++)
                matches |= secret_ed25519_verify((const uint8_t *)key->bytes.p, joined,
                                                 (const uint8_t *)r->publics[k].p);
        } else if (key->kind == SIGNATURE_KEY_SHARED) {
            uint8_t mac[MAC_SIZE_MAX];
            size_t n = mac_hmac(r->hash, key->bytes, r->pieces, r->piece_count, mac);
            for (size_t k = 0; k < r->mac_count && n > 0; k++)
                matches |= secret_equal((struct str){(const char *)mac, n}, r->macs[k]);
        }
        if (matches && !found)
            *secret = c->key_secrets[i];
        found |= matches;
    }
    return found;
}

static bool fresh(const struct check *c, int64_t sent_us, int64_t now_us)
{
    if (sent_us == INSTANT_NONE)
        return true;
    int64_t age_s = (now_us - sent_us) / 1000000;
    if (age_s > SIGNATURE_TOLERANCE_S)
        return REJECT(
            c, SIGNATURE_TOO_OLD,
            "The message was signed %lld s ago, %lld s more than is allowed: it was held up, somebody sends an "
            "old message again, or the sender's clock is slow.",
            "Le message a été signé il y a %lld s, soit %lld s de trop : il a été retardé, quelqu'un renvoie "
            "un ancien message, ou l'horloge de l'expéditeur retarde.",
            (long long)age_s, (long long)(age_s - SIGNATURE_TOLERANCE_S));
    if (-age_s > SIGNATURE_TOLERANCE_S)
        return REJECT(
            c, SIGNATURE_TOO_NEW,
            "The message's time is %lld s in the future, %lld s more than is allowed: the sender's clock or "
            "this machine's is wrong.",
            "L'heure du message est de %lld s dans le futur, soit %lld s de trop : l'horloge de l'expéditeur "
            "ou celle de cette machine est fausse.",
            (long long)-age_s, (long long)(-age_s - SIGNATURE_TOLERANCE_S));
    return true;
}

static bool verify_with(const struct check *c, int64_t now_us)
{
    static bool (*const readers[])(const struct check *, struct reading *) = {
        [SIGNATURE_STANDARD] = read_standard,
        [SIGNATURE_STRIPE] = read_stripe,
        [SIGNATURE_GITHUB] = read_github,
        [SIGNATURE_HMAC] = read_custom,
    };
    struct reading r = {.sent_us = INSTANT_NONE};
    if (!readers[c->scheme->preset](c, &r))
        return false;
    c->verdict->sent_us = r.sent_us;
    if (r.piece_count == 0 || !any_match(c, &r, &c->verdict->secret))
        return REJECT(
            c, SIGNATURE_MISMATCH,
            "The signature in %s does not match: the secret is not the one that the sender signs with, or the "
            "message was changed on the way.",
            "La signature dans %s ne correspond pas : le secret n'est pas celui avec lequel l'expéditeur "
            "signe, ou le message a été modifié en chemin.",
            r.header);
    if (!fresh(c, r.sent_us, now_us))
        return false;
    c->verdict->reason = SIGNATURE_ACCEPTED;
    c->verdict->id = r.id;
    return true;
}

bool signature_verify(struct arena *a, const struct signature_scheme *s, const struct str *secrets,
                      size_t secret_count, const struct signature_request *r, int64_t now_us,
                      struct signature_verdict *v, struct err *e)
{
    struct signature_key keys[SIGNATURE_SECRETS_MAX];
    size_t key_secrets[SIGNATURE_SECRETS_MAX], key_count = 0;
    *v = (struct signature_verdict){.reason = SIGNATURE_SECRET_UNUSABLE, .sent_us = INSTANT_NONE};
    for (size_t i = 0; i < secret_count && key_count < SIGNATURE_SECRETS_MAX; i++) {
        if (signature_key_read(a, s->preset, secrets[i], &keys[key_count]) &&
            keys[key_count].kind != SIGNATURE_KEY_PRIVATE)
            key_secrets[key_count++] = i;
    }
    if (key_count == 0)
        return err_set(
            e, ERR_INTERNAL,
            "This integration has no usable secret to check signatures with; enter the sender's secret in "
            "its settings.",
            "Cette intégration n'a pas de secret utilisable pour vérifier les signatures ; saisissez celui "
            "de l'expéditeur dans ses réglages.");
    const struct check c = {a, s, r, keys, key_secrets, key_count, v, e};
    return verify_with(&c, now_us);
}
