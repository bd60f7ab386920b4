/* blot.h: a secret that stands in a text is blotted out, also where an address has it percent-encoded.
 *
 * Letters are compared as what they stand for: "%51" and "%2551" (encoded twice, as an address inside an address is)
 * are Q, in the text as in the secret; small and capital letters differ. */
#ifndef FORMAT_BLOT_H
#define FORMAT_BLOT_H

#include "base/arena.h"

#define BLOT "********" /* stands for a secret, whatever its length */

/* The text with BLOT in the place of each of these secrets, wherever and however often they stand in it; the text
 * itself when none does. Empty ones are passed over. */
struct str blot_secrets(struct arena *a, struct str text, const struct str *secrets, size_t count);
/* The two stand for the same letters. */
bool blot_same(struct str a, struct str b);
/* What has this name, a header's or a parameter's, is a credential by itself: the name contains auth, cookie,
 * credential, key, password, passwd, secret, session or token, in small or capital letters. */
bool blot_name(struct str name);

#endif
