/* Any settings, secret and request to the signatures. What signature_sign() made verifies; with one bit changed in what
 * is signed it does not, nor with another secret. Whatever else comes is refused with a reason.
 *
 * Lines: the preset's number or the settings of a signature of one's own (JSON), two secrets, the message's id, URL,
 * method, how it is tampered with (place, bit), headers as "name: value" up to an empty line, the body. */
#include "connector/signature_sign.h"
#include "format/base64.h"
#include "format/json_fields.h"
#include "fuzz.h"
#include "io/secret.h"

#define NOW_US  (INT64_C(1783000000) * 1000000)
#define HEADERS 12

struct test {
    struct arena *a;
    struct signature_scheme scheme;
    struct str secrets[2], id, url, method, body;
    unsigned place, bit;
};

static bool scheme_of(struct arena *a, struct str line, struct signature_scheme *s)
{
    struct err e = {0};
    field_clear(&signature_custom_fields, &s->custom);
    s->preset = (enum signature_preset)(line.n == 1 ? line.p[0] - '0' : 3);
    if (s->preset < SIGNATURE_HMAC) {
        return true;
    }
    const struct json *v = json_parse(a, line, &e);
    s->preset = SIGNATURE_HMAC;
    if (v == NULL || !json_decode(a, &signature_custom_fields, v, &s->custom, &e)) {
        return false;
    }
    struct signature_parts parts = {S("b"), S("t"), S("i"), S("u"), S("m")};
    struct str pieces[SIGNATURE_PIECES_MAX];
    size_t n = signature_custom_pieces(&s->custom, &parts, pieces), bodies = 0;
    if (!signature_custom_check(&s->custom, &e)) {
        must_say_why(&e);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        bodies += pieces[i].p == parts.body.p;
    }
    must(bodies == 1);
    return true;
}

static bool verify(const struct test *t, const struct str *secrets, size_t count,
                   const struct http_pair *headers, size_t header_count, struct str body,
                   struct signature_verdict *v)
{
    struct err e = {0};
    struct signature_request r = {t->method, t->url, headers, header_count, body};
    bool good = signature_verify(t->a, &t->scheme, secrets, count, &r, NOW_US, v, &e);
    must(good == (v->reason == SIGNATURE_ACCEPTED) && signature_reason_name(v->reason)[0] != '\0');
    if (!good) {
        must_say_why(&e);
        must(e.code == (v->reason == SIGNATURE_SECRET_UNUSABLE ? ERR_INTERNAL : ERR_UNAUTHENTICATED));
        must(!str_given(v->id));
    }
    return good;
}

/* Header values arrive without blanks around them (RFC 9110, 5.5). */
static bool travels(const struct http_pair *h)
{
    return str_eq(str_trim(h->value), h->value) && h->value.n > 0;
}

/* Changes one bit of the body, or of a header's value, to something that means something else. */
static bool tampered(const struct test *t, const struct http_pair *headers, size_t count)
{
    struct http_pair copy[SIGNATURE_HEADERS_MAX];
    struct str body = arena_str(t->a, t->body), *victim = &body;
    for (size_t i = 0; i < count; i++) {
        copy[i] = (struct http_pair){headers[i].name, arena_str(t->a, headers[i].value)};
    }
    if (t->place % (count + 1) > 0) {
        victim = &copy[t->place % (count + 1) - 1].value;
    }
    if (victim->n == 0) {
        return false;
    }
    ((char *)(uintptr_t)victim->p)[t->bit / 8 % victim->n] ^= (char)(1u << t->bit % 8);
    struct signature_verdict v;
    return verify(t, t->secrets, 2, copy, count, body, &v);
}

/* Whether the changed part is one of which no bit may differ: the body always is, and of Standard Webhooks the id and
 * the time. Elsewhere the id may be unsigned, one of two signatures or their prefix does no harm, and hex has two
 * cases. */
static void must_notice(const struct test *t, const struct http_pair *headers, size_t count)
{
    size_t part = t->place % (count + 1);
    bool noticed = !tampered(t, headers, count);
    must(noticed || (part > 0 && (t->scheme.preset != SIGNATURE_STANDARD || part == 3)));
}

static void both_sides(struct test *t)
{
    struct signature_headers out;
    struct signature_verdict v;
    struct err e = {0};
    if (!signature_sign(t->a, &t->scheme, t->secrets, 2, t->method, t->url, t->body, t->id, NOW_US, &out,
                        &e)) {
        must_say_why(&e);
        return;
    }
    struct str checks[2];
    for (size_t i = 0; i < 2; i++) {
        struct signature_key key;
        must(signature_key_read(t->a, t->scheme.preset, t->secrets[i], &key));
        checks[i] = t->secrets[i];
        if (key.kind == SIGNATURE_KEY_PRIVATE) { /* who receives has the public half */
            uint8_t half[SECRET_KEY_SIZE];
            secret_ed25519_public((const uint8_t *)key.bytes.p, half);
            struct str text = base64_encode(t->a, (struct str){(const char *)half, sizeof half});
            checks[i] = arena_fmt(t->a, "whpk_%s", text.p);
        }
        if (!signature_key_check(t->a, t->scheme.preset, checks[i],
                                 &e)) { /* e.g. zero bytes, which fill up an HMAC's key */
            must_say_why(&e);
            return;
        }
        must(signature_key_read(t->a, t->scheme.preset, checks[i], &key));
    }
    for (size_t i = 0; i < out.count; i++) {
        if (!travels(&out.pairs[i])) {
            return;
        }
    }
    must(verify(t, checks, 2, out.pairs, out.count, t->body, &v) && v.secret == 0);
    must(v.sent_us == INSTANT_NONE || v.sent_us == NOW_US);
    must(!str_given(v.id) || str_eq(v.id, t->id));
    bool one = t->scheme.preset == SIGNATURE_GITHUB || t->scheme.preset == SIGNATURE_HMAC;
    must(verify(t, &checks[1], 1, out.pairs, out.count, t->body, &v) ==
         (!one || str_eq(checks[0], checks[1])));
    t->secrets[0] = checks[0];
    t->secrets[1] = checks[1];
    must_notice(t, out.pairs, out.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct str other = S_INIT("whsec_b3RoZXIgc2VjcmV0IG9mIGFub3RoZXIgaG90ZWw=");
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct str rest = {(const char *)data, size};
    struct test t = {.a = &a};
    bool usable = scheme_of(&a, fuzz_line(&rest), &t.scheme);
    t.secrets[0] = fuzz_line(&rest);
    t.secrets[1] = fuzz_line(&rest);
    t.id = fuzz_line(&rest);
    t.url = fuzz_line(&rest);
    t.method = fuzz_line(&rest);
    struct str tamper = fuzz_line(&rest);
    t.place = fuzz_byte(&tamper);
    t.bit = fuzz_byte(&tamper) * 8u + fuzz_byte(&tamper) % 8u;
    struct http_pair headers[HEADERS];
    size_t count = 0;
    for (struct str line = fuzz_line(&rest); line.n > 0 && count < HEADERS; line = fuzz_line(&rest)) {
        headers[count].name = str_cut(&line, ':');
        headers[count++].value = str_trim(str_given(line) ? line : S(""));
    }
    t.body = rest;
    if (!usable) {
        return 0;
    }
    struct signature_verdict v;
    if (verify(&t, t.secrets, 2, headers, count, t.body, &v)) {
        must(!verify(&t, &other, 1, headers, count, t.body, &v) || str_eq(t.secrets[v.secret], other));
    }
    both_sides(&t);
    return 0;
}
