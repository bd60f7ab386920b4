#include "format/blot.h"

#include <string.h>

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* The byte that two hex digits at this place stand for, or -1. */
static int pair_at(struct str s, size_t at)
{
    int high = at < s.n ? hex_value(s.p[at]) : -1, low = at + 1 < s.n ? hex_value(s.p[at + 1]) : -1;
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* What stands at *at, however often it was encoded; *at moves behind it. */
static int next_letter(struct str s, size_t *at)
{
    int pair;
    if (s.p[*at] != '%' || (pair = pair_at(s, *at + 1)) < 0) {
        return (unsigned char)s.p[(*at)++];
    }
    *at += 3;
    for (int inner; pair == '%' && (inner = pair_at(s, *at)) >= 0; *at += 2) {
        pair = inner; /* an encoded '%' begins a pair of its own */
    }
    return pair;
}

/* Where the text from at on, which begins with the secret, goes on; 0 when it does not begin with it. As it stands it may
 * also be cut off: behind "abc%5" the text may go on with a hex digit that is none of the secret's. */
static size_t behind(struct str text, size_t at, struct str secret)
{
    if (str_starts(str_sub(text, at, text.n), secret)) {
        return at + secret.n;
    }
    size_t i = 0;
    while (i < secret.n && at < text.n) {
        if (next_letter(text, &at) != next_letter(secret, &i)) {
            return 0;
        }
    }
    return i == secret.n ? at : 0;
}

struct str blot_secrets(struct arena *a, struct str text, const struct str *secrets, size_t count)
{
    struct buf b = {0};
    size_t kept = 0; /* the text up to here is in b */
    /* The bytes at which one may begin: its first letter, or that letter encoded. */
    bool starts[256] = {['%'] = true};
    for (size_t i = 0; i < count; i++) {
        size_t first = 0;
        starts[secrets[i].n ? next_letter(secrets[i], &first) : '%'] = true;
    }
    for (size_t at = 0; at < text.n && count > 0;) {
        size_t end = 0;
        bool may = starts[(unsigned char)text.p[at]];
        for (size_t i = 0; i < count && may && !end; i++) {
            end = secrets[i].n ? behind(text, at, secrets[i]) : 0;
        }
        if (!end) {
            at++; /* a byte, not a letter: in "%255150" may begin both Q50 and 5150 */
            continue;
        }
        b = b.a ? b : buf_in(a);
        buf_add(&b, str_sub(text, kept, at - kept));
        buf_add(&b, S(BLOT));
        at = kept = end;
    }
    if (!b.a) {
        return text;
    }
    buf_add(&b, str_sub(text, kept, text.n));
    return buf_str(&b);
}

bool blot_same(struct str a, struct str b)
{
    size_t i = 0, k = 0;
    while (i < a.n && k < b.n) {
        if (next_letter(a, &i) != next_letter(b, &k)) {
            return false;
        }
    }
    return i == a.n && k == b.n;
}

static bool begins(struct str name, size_t at, struct str word)
{
    for (size_t i = 0; i < word.n; i++) {
        int c = at < name.n ? next_letter(name, &at) : 0;
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != word.p[i]) {
            return false;
        }
    }
    return true;
}

bool blot_name(struct str name)
{
    static const struct str words[] = {S_INIT("auth"),   S_INIT("cookie"),  S_INIT("credential"),
                                       S_INIT("key"),    S_INIT("passwd"),  S_INIT("password"),
                                       S_INIT("secret"), S_INIT("session"), S_INIT("token")};
    for (size_t at = 0; at < name.n; next_letter(name, &at)) {
        bool may = strchr("ackpst%", name.p[at] | 32) != NULL; /* their first letters; '%' has this bit set */
        for (size_t i = 0; i < ARRAY_LEN(words) && may; i++) {
            if (begins(name, at, words[i])) {
                return true;
            }
        }
    }
    return false;
}
