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

/* The same for U+01CD to U+0233 (Romanian, the languages of Africa, Pinyin) and U+1E00 to U+1EFF (Vietnamese, …), one
 * letter a code point: A is ae, S is ss, - stays as it is. */
#define EXTENDED_FIRST   0x1CDu
#define ADDITIONAL_FIRST 0x1E00u
static const char extended[] = "aaiioouuuuuuuuuu-aaaaAA--ggkkoooo--j---gg--nnaaAAooaaaaeeeeiiiio"
                               "ooorrrruuuusstt--hh------aaeeooooooooyy";
static const char additional[] = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
                                 "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
                                 "wwwwwwwwwwxxxxyyzzzzzzhtwy-s--S-aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
                                 "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy------";
_Static_assert(sizeof(extended) - 1 == 0x234 - EXTENDED_FIRST, "one letter a code point");
_Static_assert(sizeof(additional) - 1 == 0x1F00 - ADDITIONAL_FIRST, "one letter a code point");

static bool blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x202F || (c >= 0x2000 && c <= 0x200B);
}

/* The base letters of a code point that has some; otherwise itself, written to out. */
static struct str base_letters(uint32_t c, char out[static 4])
{
    char letter = '-';
    if (c >= 'A' && c <= 'Z') {
        letter = (char)(c + 32);
    } else if (c >= 0xC0 && c < 0x180) {
        return str_of(latin[c - 0xC0]);
    } else if (c >= EXTENDED_FIRST && c < EXTENDED_FIRST + sizeof(extended) - 1) {
        letter = extended[c - EXTENDED_FIRST];
    } else if (c >= ADDITIONAL_FIRST && c < ADDITIONAL_FIRST + sizeof(additional) - 1) {
        letter = additional[c - ADDITIONAL_FIRST];
    }
    switch (letter) {
    case 'A':
        return S("ae");
    case 'S':
        return S("ss");
    case '-':
        return (struct str){out, utf8_put(c, out)};
    default:
        out[0] = letter;
        return (struct str){out, 1};
    }
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
        char out[4];
        buf_add(&b, base_letters(c, out));
    }
    return buf_str(&b);
}
