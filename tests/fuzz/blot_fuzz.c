/* Any text and any secrets: none of them is left in what blot_secrets() gives, as it is or percent-encoded, and doing
 * it again changes nothing. Lines: three secrets, a name, the text. */
#include "format/blot.h"
#include "fuzz.h"

/* The letters that s stands for, decoded as often as it was encoded: blot.h's rule, written another way. */
static struct str letters(struct arena *a, struct str s)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    struct buf b = buf_in(a);
    while (s.n > 0) {
        bool encoded = s.p[0] == '%';
        char c = s.p[0];
        s = str_sub(s, 1, s.n);
        while (encoded && s.n >= 2 && s.p[0] != 0 && s.p[1] != 0 && strchr(digits, s.p[0]) &&
               strchr(digits, s.p[1])) {
            c = (char)((strchr(digits, s.p[0]) - digits) % 16 * 16 + (strchr(digits, s.p[1]) - digits) % 16);
            s = str_sub(s, 2, s.n);
            encoded = c == '%';
        }
        buf_char(&b, c);
    }
    return buf_str(&b);
}

/* Whether the text holds the secret, as it stands or in any encoding, wherever one begins to read. */
static bool holds(struct arena *a, struct str text, struct str secret, bool decoded)
{
    if (str_find(text, secret) != SIZE_MAX) {
        return true;
    }
    for (size_t at = 0; decoded && at < text.n; at++) {
        if (str_starts(letters(a, str_sub(text, at, text.n)), secret)) {
            return true;
        }
    }
    return false;
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
    bool plain = true, there = false;
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        /* A star in a secret may also stand for another one that was blotted out; a percent sign at the end of what
         * stays says something else than it did. */
        bool stars = str_find_char(letters(&a, secrets[i]), '*') != SIZE_MAX;
        bool percents = str_find_char(secrets[i], '%') != SIZE_MAX;
        plain = plain && !stars && !percents;
        there = there || (secrets[i].n > 0 && (str_find(rest, secrets[i]) != SIZE_MAX ||
                                               holds(&a, rest, letters(&a, secrets[i]), true)));
        must(secrets[i].n == 0 || stars || !holds(&a, out, secrets[i], !percents));
        must(!blot_same(secrets[i], secrets[0]) == !str_eq(letters(&a, secrets[i]), letters(&a, secrets[0])));
    }
    must(there || str_eq(out, rest)); /* nothing else is blotted */
    must(!plain || str_eq(blot_secrets(&a, out, secrets, ARRAY_LEN(secrets)), out));
    must(blot_name(name) == blot_name(letters(&a, name)));
    return 0;
}
