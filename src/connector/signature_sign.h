/* signature_sign.h: the other side of signature.h: signing a webhook that we send. */
#ifndef CONNECTOR_SIGNATURE_SIGN_H
#define CONNECTOR_SIGNATURE_SIGN_H

#include "connector/signature.h"

#define SIGNATURE_HEADERS_MAX 3

struct signature_headers {
    struct http_pair pairs[SIGNATURE_HEADERS_MAX];
    size_t count;
};

/* The headers to send with the body. url and method count for preset hmac only, when its template has them. id: the
 * message's, the same for each attempt (standard: without '.'; stripe has none in its headers). now_us becomes the
 * time in the signature (whole seconds).
 *
 * standard and stripe sign with every secret, in the order given, so that the receiver may change over in its
 * own time; github and hmac have room for one signature: the first secret's. standard takes "whsk_" secrets too.
 * ERR_INVALID: no secret, one that cannot sign, or an id that is not allowed. */
bool signature_sign(struct arena *a, const struct signature_scheme *s, const struct str *secrets,
                    size_t secret_count, struct str method, struct str url, struct str body, struct str id,
                    int64_t now_us, struct signature_headers *out, struct err *e);

#endif
