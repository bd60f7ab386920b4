/* signature.h: is this webhook from whom it says it is, and is it unchanged?
 *
 * Four ways of signing, each an HMAC over the exact bytes of the body and what goes with them:
 *   standard  Standard Webhooks 1.0.0: headers webhook-id, webhook-timestamp (Unix seconds), webhook-signature (a list
 *             with blanks between, each "v1," and Base64 of HMAC-SHA256, or "v1a," and Base64 of an Ed25519
 *             signature; other versions are skipped), over "{id}.{timestamp}.{body}"; the names svix-* do as well
 *   stripe    header Stripe-Signature "t=<Unix seconds>,v1=<hex>[,v1=<hex>…]", HMAC-SHA256 over "{t}.{body}"; other
 *             schemes (v0) are skipped
 *   github    header X-Hub-Signature-256 "sha256=<hex>", HMAC-SHA256 over the body. It has no time: GitHub asks the
 *             receiver to remember X-GitHub-Delivery, which is not signed
 *   hmac      as the settings say (connector/signature_custom.h)
 *
 * Any of the live secrets may match any of the signatures in the header, so that both sides can change the secret
 * without a gap. All combinations are computed and compared in constant time, whatever matches first. */
#ifndef CONNECTOR_SIGNATURE_H
#define CONNECTOR_SIGNATURE_H

#include "connector/signature_custom.h"
#include "connector/signature_key.h"
#include "io/http_request.h"

#define SIGNATURE_TOLERANCE_S 300 /* old or new, as in the libraries of Standard Webhooks and Stripe */
#define SIGNATURE_GIVEN_MAX   32  /* signatures in one header */
#define SIGNATURE_SECRETS_MAX 8   /* live secrets of one integration */

struct signature_scheme {
    enum signature_preset preset;
    struct signature_custom custom; /* SIGNATURE_HMAC */
};

struct signature_request {
    struct str method;
    struct str url; /* as the sender knows it: scheme, host, path and query */
    const struct http_pair *headers;
    size_t header_count;
    struct str body; /* exact bytes */
};

enum signature_reason {
    SIGNATURE_ACCEPTED,
    SIGNATURE_HEADER_MISSING,  /* or empty */
    SIGNATURE_HEADER_REPEATED, /* more than once: which one would count? */
    SIGNATURE_MALFORMED,       /* a header does not have its form */
    SIGNATURE_VERSION_UNKNOWN, /* no signature of a version that the secret can check */
    SIGNATURE_MISMATCH,        /* another secret, or a changed body, id or time */
    SIGNATURE_TOO_OLD,         /* rightly signed, but too long ago */
    SIGNATURE_TOO_NEW,         /* rightly signed, but in the future */
    SIGNATURE_SECRET_UNUSABLE, /* ours: there is no secret, or none that could be one */
    SIGNATURE_TOKEN_WRONG,     /* for whoever checks a URL's token (signature_key.h) */
};

/* "accepted", "header_missing", …: stable, for logs and the API. */
const char *signature_reason_name(enum signature_reason reason);

struct signature_verdict {
    enum signature_reason reason;
    struct str
        id; /* of the message, for recognising it when it comes again (view into the headers). Absent where
                          the sender gives none: stripe has it in the body ($.id), otherwise the body's hash serves.
                          Only given when accepted. */
    int64_t sent_us; /* when it was signed, or INSTANT_NONE */
    size_t secret;   /* index of the secret that matched: an old one that still does is still in use */
};

/* True when accepted. Otherwise false with the reason in *v and in *e (ERR_UNAUTHENTICATED; ERR_INTERNAL for
 * SIGNATURE_SECRET_UNUSABLE) what is wrong and what to do, for the hotelier who looks at the rejected message; the
 * sender should be told no more than "401". secrets: texts as in signature_key.h; unusable ones are skipped. */
bool signature_verify(struct arena *a, const struct signature_scheme *s, const struct str *secrets,
                      size_t secret_count, const struct signature_request *r, int64_t now_us,
                      struct signature_verdict *v, struct err *e);

#endif
