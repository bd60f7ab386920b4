/* hex.h: bytes as hexadecimal digits. */
#ifndef FORMAT_HEX_H
#define FORMAT_HEX_H

#include "base/arena.h"

struct str hex_encode(struct arena *a, struct str bytes); /* lower case */
/* Digits of either case, an even number of them and nothing else; else false and *out is absent. */
bool hex_decode(struct arena *a, struct str text, struct str *out);

#endif
