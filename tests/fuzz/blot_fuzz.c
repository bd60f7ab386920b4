/* Any text and any secrets: none of them is left in what blot_secrets() gives, as it is or percent-encoded, and doing
 * it again changes nothing. Lines: three secrets, a name, the text. */
#include "format/blot.h"
#include "fuzz.h"

/* Takes the first letter off *s, decoded as often as it was encoded: blot.h's rule, written another way. */
static char letter(struct str *s)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    char c = s->p[0];
    *s = str_sub(*s, 1, s->n);
    while (c == '%' && s->n >= 2 && s->p[0] != 0 && s->p[1] != 0) {
        const char *high = strchr(digits, s->p[0]), *low = strchr(digits, s->p[1]);
        if (high == NULL || low == NULL) {
            break;
        }
        c = (char)((high - digits) % 16 * 16 + (low - digits) % 16);
        *s = str_sub(*s, 2, s->n);
    }
    return c;
}

static struct str letters(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    while (s.n > 0) {
        buf_char(&b, letter(&s));
    }
    return buf_str(&b);
}

static bool begins(struct str text, struct str word)
{
    while (text.n > 0 && word.n > 0 && letter(&text) == word.p[0]) {
        word = str_sub(word, 1, word.n);
    }
    return word.n == 0;
}

/* Whether the text holds the secret, as it stands or (its letters) in any encoding, wherever one begins to read. */
static bool holds(struct str text, struct str secret, struct str plain)
{
    bool found = str_find(text, secret) != SIZE_MAX;
    for (size_t at = 0; str_given(plain) && at < text.n && !found; at++) {
        found = begins(str_sub(text, at, text.n), plain);
    }
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct str secrets[3], rest = {(const char *)data, size < 2048 ? size : 2048};
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        secrets[i] = fuzz_line(&rest);
    }
    struct str name = fuzz_line(&rest);
    struct str out = blot_secrets(&a, rest, secrets, ARRAY_LEN(secrets));
    bool simple = true, there = false;
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        struct str plain = letters(&a, secrets[i]);
        /* A star in a secret may also stand for another one that was blotted out; a percent sign at the end of what
         * stays says something else than it did. */
        bool stars = str_find_char(plain, '*') != SIZE_MAX;
        bool percents = str_find_char(secrets[i], '%') != SIZE_MAX;
        simple = simple && !stars && !percents;
        there = there || (secrets[i].n > 0 && holds(rest, secrets[i], plain));
        must(secrets[i].n == 0 || stars || !holds(out, secrets[i], percents ? (struct str){0} : plain));
        must(blot_same(secrets[i], secrets[0]) == str_eq(plain, letters(&a, secrets[0])));
    }
    must(there || str_eq(out, rest)); /* nothing else is blotted */
    must(!simple || str_eq(blot_secrets(&a, out, secrets, ARRAY_LEN(secrets)), out));
    must(blot_name(name) == blot_name(letters(&a, name)));
    return 0;
}
