/* webhook.h: settings of an address that takes messages (type `webhook`).
 *
 * A source is `signed`, `url_token` or `open`; open is never what an omission means, and a
 * form must have its box ticked (confirmOpen). */
#ifndef CONNECTOR_WEBHOOK_H
#define CONNECTOR_WEBHOOK_H

#include "connector/connector.h"
#include "connector/signature_custom.h"
#include "connector/signature_key.h"

enum webhook_verification { WEBHOOK_SIGNED, WEBHOOK_URL_TOKEN, WEBHOOK_OPEN };

#define WEBHOOK_SECRETS_MAX 4 /* live at a time, for rotation */

struct webhook_settings {
    int verification; /* enum webhook_verification */
    int8_t confirm_open;
    int preset; /* enum signature_preset; absent unless signed */
    struct str secret;
    struct str secrets;             /* JSON: array of further live secrets */
    struct str token;               /* url_token: signature_token_hash() of the key in the address */
    struct signature_custom custom; /* preset hmac */
    struct str channel;             /* of bookings that name none; absent: the integration's id */
    struct str mapping;             /* JSON; absent: our own message */
    int8_t enabled;
};

extern const struct field_table webhook_fields;
extern const struct connector webhook_connector;

/* All live secrets, the newest first: at most WEBHOOK_SECRETS_MAX. Views and copies in the arena. */
size_t webhook_secrets(struct arena *a, const struct webhook_settings *s,
                       struct str out[static WEBHOOK_SECRETS_MAX]);

#endif
