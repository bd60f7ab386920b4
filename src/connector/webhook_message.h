/* webhook_message.h: what a webhook integration does with a request: is it theirs, and what does it say? */
#ifndef CONNECTOR_WEBHOOK_MESSAGE_H
#define CONNECTOR_WEBHOOK_MESSAGE_H

#include "connector/signature.h"
#include "connector/webhook.h"
#include "format/mapping.h"
#include "model/reservation.h"

struct webhook_verdict {
    bool accepted;
    struct str kind;    /* "signed", "url_token", "open"; "rejected" */
    struct str id;      /* the sender's number of the message; absent when it gives none */
    struct text reason; /* of a rejection: what is wrong and what to do */
};

/* token: from the address; absent when there was none. Texts are in the arena. */
struct webhook_verdict webhook_verify(struct arena *a, const struct webhook_settings *s,
                                      const struct signature_request *r, struct str token, int64_t now_us);

/* Messages of this source carry their signature, its time or their number in a header of this name, which its settings
 * name (preset hmac): none of them is a secret, whatever it is called. */
bool webhook_signs_in(const struct webhook_settings *s, struct str header);

/* The body as a reservation message: our own form, or through the integration's mapping (NULL: none). *ignored:
 * the mapping says that it is none of our business. Errors: ERR_INVALID with the pointer inside our form, or ""
 * and line and column when the body is not JSON. */
bool webhook_decode(struct arena *a, const struct mapping *mapping, struct str body,
                    struct reservation_message *out, bool *ignored, struct err *e);

/* The sender's number of the message when it stands in the body (preset stripe: $.id, 1 to LIMIT_REFERENCE bytes);
 * absent otherwise. */
struct str webhook_body_id(struct arena *a, const struct webhook_settings *s, struct str body);

#endif
