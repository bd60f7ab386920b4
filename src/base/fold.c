#include "base/fold.h"

/* Base letters of U+00C0 to U+017F (Latin-1 Supplement and Latin Extended-A), after the canonical
 * decompositions of UnicodeData.txt; letters without one get their usual ASCII spelling. */
static const char *const latin[] = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c",  "e",  "e", "e", "e", "i",  "i",  "i", "i", "d", "n",
    "o", "o", "o",  "o",  "o", "x", "o",  "u",  "u",  "u", "u", "y", "th", "ss", "a", "a", "a", "a",
    "a", "a", "ae", "c",  "e", "e", "e",  "e",  "i",  "i", "i", "i", "d",  "n",  "o", "o", "o", "o",
    "o", "/", "o",  "u",  "u", "u", "u",  "y",  "th", "y", "a", "a", "a",  "a",  "a", "a", "c", "c",
    "c", "c", "c",  "c",  "c", "c", "d",  "d",  "d",  "d", "e", "e", "e",  "e",  "e", "e", "e", "e",
    "e", "e", "g",  "g",  "g", "g", "g",  "g",  "g",  "g", "h", "h", "h",  "h",  "i", "i", "i", "i",
    "i", "i", "i",  "i",  "i", "i", "ij", "ij", "j",  "j", "k", "k", "k",  "l",  "l", "l", "l", "l",
    "l", "l", "l",  "l",  "l", "n", "n",  "n",  "n",  "n", "n", "n", "n",  "n",  "o", "o", "o", "o",
    "o", "o", "oe", "oe", "r", "r", "r",  "r",  "r",  "r", "s", "s", "s",  "s",  "s", "s", "s", "s",
    "t", "t", "t",  "t",  "t", "t", "u",  "u",  "u",  "u", "u", "u", "u",  "u",  "u", "u", "u", "u",
    "w", "w", "y",  "y",  "y", "z", "z",  "z",  "z",  "z", "z", "s",
};
_Static_assert(ARRAY_LEN(latin) == 0x180 - 0xC0, "one entry a letter");

static bool blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x202F || (c >= 0x2000 && c <= 0x200B);
}

struct str fold(struct arena *a, struct str s)
{
    if (!str_given(s)) {
        return s;
    }
    struct buf b = buf_in(a);
    bool gap = false;
    while (s.n) {
        uint32_t c = utf8_next(&s);
        if (blank(c)) {
            gap = b.n > 0;
            continue;
        }
        if (c >= 0x300 && c <= 0x36F) { /* a combining accent */
            continue;
        }
        if (gap) {
            buf_char(&b, ' ');
            gap = false;
        }
        char utf8[4];
        if (c >= 'A' && c <= 'Z') {
            buf_char(&b, (char)(c + 32));
        } else if (c >= 0xC0 && c < 0x180) {
            buf_add(&b, str_of(latin[c - 0xC0]));
        } else {
            buf_add(&b, (struct str){utf8, utf8_put(c, utf8)});
        }
    }
    return buf_str(&b);
}
