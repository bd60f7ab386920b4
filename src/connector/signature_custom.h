/* signature_custom.h: how a sender signs when none of the presets fits (preset "hmac").
 *
 * The signature is an HMAC over a text made from a template, in a header. The template is literal text with
 * {body} (the exact bytes; needed, once), {timestamp} and {id} (the values of two other headers, as sent), {url}
 * (the address of the webhook as the sender knows it) and {method}; "\n" in it stands for a line break, "\\" for a
 * backslash. Examples: "{timestamp}.{body}", "{url}{body}", "v0:{timestamp}:{body}". */
#ifndef CONNECTOR_SIGNATURE_CUSTOM_H
#define CONNECTOR_SIGNATURE_CUSTOM_H

#include "base/field.h"
#include "io/mac.h"

enum signature_encoding { SIGNATURE_HEX, SIGNATURE_BASE64, SIGNATURE_BASE64URL };

/* Settings; cleared by field_clear(), absent values as in base/field.h. */
struct signature_custom {
    struct str header;           /* carries the signature */
    int hash;                    /* enum mac_hash; absent: SHA-256 */
    int encoding;                /* enum signature_encoding; absent: hex */
    struct str prefix;           /* stands before the signature in the header, e.g. "sha256=" */
    struct str template_text;    /* absent: "{body}" */
    struct str timestamp_header; /* Unix seconds or milliseconds, or RFC 3339; absent: no freshness check */
    struct str id_header;        /* identifies the message; absent: its bytes do */
};

/* header, hash, encoding, prefix, template, timestampHeader, idHeader */
extern const struct field_table signature_custom_fields;

/* What the table cannot say: the template is understood, has {body} once, has the header that each placeholder
 * needs, and covers the timestamp when there is one (an unsigned time proves nothing); header names are names.
 * ERR_INVALID with the pointer of the member. */
bool signature_custom_check(const struct signature_custom *c, struct err *e);

enum mac_hash signature_custom_hash(const struct signature_custom *c);
enum signature_encoding signature_custom_encoding(const struct signature_custom *c);

/* What stands in for the placeholders. */
struct signature_parts {
    struct str body, timestamp, id, url, method;
};

#define SIGNATURE_PIECES_MAX 40

/* The signed text as pieces to put one after the other; views into the template and the parts. The number of
 * pieces, or 0 for a template that signature_custom_check() refuses. */
size_t signature_custom_pieces(const struct signature_custom *c, const struct signature_parts *parts,
                               struct str pieces[static SIGNATURE_PIECES_MAX]);

#endif
