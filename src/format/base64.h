/* base64.h: Base64 and base64url (RFC 4648), strict both ways.
 *
 * Strict means that every byte string has exactly one text: no white space or other foreign character, the
 * padding complete, the unused bits of the last character zero. So whoever compares texts compares bytes, and
 * no bit of a sealed or signed text can change unseen. The base64url form is written without padding and
 * refused with it (as in JOSE, RFC 7515 section 2). */
#ifndef FORMAT_BASE64_H
#define FORMAT_BASE64_H

#include "base/arena.h"

struct str base64_encode(struct arena *a, struct str bytes);     /* A-Z a-z 0-9 + / with = padding */
struct str base64_url_encode(struct arena *a, struct str bytes); /* A-Z a-z 0-9 - _ without padding */

/* false when text is not strict; *out is then the absent string. The empty text gives the empty string. */
bool base64_decode(struct arena *a, struct str text, struct str *out);
bool base64_url_decode(struct arena *a, struct str text, struct str *out);

#endif
