#include "format/charset.h"

#include <ctype.h>
#include <string.h>

#define HEAD_SIZE 4096

static const struct {
    const char *name; /* without '-' and '_' */
    enum charset charset;
} names[] = {
    {"utf8", CHARSET_UTF8},           {"windows1252", CHARSET_WINDOWS_1252}, {"cp1252", CHARSET_WINDOWS_1252},
    {"latin1", CHARSET_WINDOWS_1252}, {"iso88591", CHARSET_WINDOWS_1252},    {"ansi", CHARSET_WINDOWS_1252},
    {"utf16le", CHARSET_UTF16LE},     {"utf16be", CHARSET_UTF16BE},          {"utf16", CHARSET_UTF16LE},
};

/* 80 to 9F; the rest of the table is the byte itself. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

const char *charset_name(enum charset c)
{
    switch (c) {
    case CHARSET_UTF8:
        return "utf-8";
    case CHARSET_WINDOWS_1252:
        return "windows-1252";
    case CHARSET_UTF16LE:
        return "utf-16le";
    case CHARSET_UTF16BE:
        return "utf-16be";
    case CHARSET_AUTO:
        break;
    }
    return "";
}

bool charset_find(struct str name, enum charset *out)
{
    char plain[16];
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '-' || name.p[i] == '_') {
            continue;
        }
        if (n == sizeof plain) {
            return false;
        }
        plain[n++] = (char)tolower((unsigned char)name.p[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strlen(names[i].name) == n && memcmp(names[i].name, plain, n) == 0) {
            *out = names[i].charset;
            return true;
        }
    }
    return false;
}

enum charset charset_of_head(struct str head, size_t *mark_n)
{
    const unsigned char *p = (const unsigned char *)head.p;
    size_t mark = 0;
    enum charset found = CHARSET_AUTO;
    if (head.n >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF) {
        mark = 3;
        found = CHARSET_UTF8;
    } else if (head.n >= 2 && p[0] == 0xFF && p[1] == 0xFE) {
        mark = 2;
        found = CHARSET_UTF16LE;
    } else if (head.n >= 2 && p[0] == 0xFE && p[1] == 0xFF) {
        mark = 2;
        found = CHARSET_UTF16BE;
    } else {
        size_t pairs = (head.n < HEAD_SIZE ? head.n : HEAD_SIZE) / 2;
        size_t zero[2] = {0, 0};
        for (size_t i = 0; i < 2 * pairs; i++) {
            zero[i & 1] += p[i] == 0;
        }
        /* Half of the characters of a table are ASCII in any language: digits, separators, line ends. */
        if (pairs > 0 && zero[1] * 2 >= pairs && zero[0] * 8 <= pairs) {
            found = CHARSET_UTF16LE;
        } else if (pairs > 0 && zero[0] * 2 >= pairs && zero[1] * 8 <= pairs) {
            found = CHARSET_UTF16BE;
        }
    }
    if (mark_n != NULL) {
        *mark_n = mark;
    }
    return found;
}

void charset_decoder_init(struct charset_decoder *d, enum charset charset)
{
    *d = (struct charset_decoder){.charset = charset};
}

static void note_bad(struct charset_decoder *d, uint64_t at)
{
    d->bad_at = d->bad == 0 || at < d->bad_at ? at : d->bad_at;
    d->bad++;
}

static void note_zeros(struct charset_decoder *d, const char *p, size_t n, uint64_t base)
{
    const char *end = p + n;
    for (const char *at = p; at < end && (at = memchr(at, 0, (size_t)(end - at))) != NULL; at++) {
        note_bad(d, base + (uint64_t)(at - p));
    }
}

/* Length of the run of ASCII at the beginning. */
static size_t ascii_run(const char *p, size_t n)
{
    size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        uint64_t w[4];
        memcpy(w, p + i, 32);
        if (((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080u) != 0) {
            break;
        }
    }
    while (i < n && (unsigned char)p[i] < 0x80) {
        i++;
    }
    return i;
}

/* Of the sequence at p (its first byte is above 7F): its length when well-formed, 0 when malformed, -1 when n
 * bytes are the beginning of a well-formed one. Table 3-7 of the Unicode Standard. */
static int sequence(const unsigned char *p, size_t n)
{
    int length = p[0] >= 0xC2 && p[0] <= 0xDF   ? 2
                 : (p[0] & 0xF0) == 0xE0        ? 3
                 : p[0] >= 0xF0 && p[0] <= 0xF4 ? 4
                                                : 0;
    unsigned low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    for (int i = 1; i < length; i++) {
        if ((size_t)i == n) {
            return -1;
        }
        if (p[i] < low || p[i] > high) {
            return 0;
        }
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

static struct str from_1252(struct charset_decoder *d, struct arena *a, struct str s, uint64_t base)
{
    note_zeros(d, s.p, s.n, base);
    char *out = arena_alloc(a, s.n * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t run = ascii_run(s.p + i, s.n - i);
        memcpy(out + n, s.p + i, run);
        n += run;
        i += run;
        if (i < s.n) {
            unsigned char c = (unsigned char)s.p[i++];
            n += utf8_put(c < 0xA0 ? windows_1252[c - 0x80] : c, out + n);
        }
    }
    return (struct str){out, n};
}

static struct str joined(struct arena *a, struct str x, struct str y)
{
    if (x.n == 0 || y.n == 0) {
        return x.n == 0 ? y : x;
    }
    char *p = arena_alloc(a, x.n + y.n);
    memcpy(p, x.p, x.n);
    memcpy(p + x.n, y.p, y.n);
    return (struct str){p, x.n + y.n};
}

/* s goes out as it came, but for a sequence cut by its end, which is held back. */
static struct str from_utf8(struct charset_decoder *d, struct arena *a, struct str s, uint64_t base)
{
    note_zeros(d, s.p, s.n, base);
    size_t i = 0;
    while (i < s.n) {
        i += ascii_run(s.p + i, s.n - i);
        if (i == s.n) {
            break;
        }
        int length = sequence((const unsigned char *)s.p + i, s.n - i);
        if (length > 0) {
            d->multibyte = true;
            i += (size_t)length;
        } else if (length < 0) {
            d->held_n = s.n - i;
            memcpy(d->held, s.p + i, d->held_n);
            s.n = i;
        } else if (d->may_change && !d->multibyte) {
            d->charset = CHARSET_WINDOWS_1252;
            d->may_change = false;
            struct str rest = str_sub(s, i, s.n - i);
            uint64_t zeros = d->bad, first = d->bad_at; /* those in the rest are counted already */
            struct str out = joined(a, str_sub(s, 0, i), from_1252(d, a, rest, base + i));
            d->bad = zeros;
            d->bad_at = first;
            return out;
        } else {
            note_bad(d, base + i);
            i++;
        }
    }
    return s;
}

static uint32_t unit_at(const struct charset_decoder *d, const unsigned char *p)
{
    return d->charset == CHARSET_UTF16LE ? (uint32_t)(p[0] | p[1] << 8) : (uint32_t)(p[0] << 8 | p[1]);
}

static struct str from_utf16(struct charset_decoder *d, struct arena *a, struct str s, uint64_t base)
{
    const unsigned char *p = (const unsigned char *)s.p;
    char *out = arena_alloc(a, s.n * 2 + 4);
    size_t n = 0, i = 0;
    while (i + 2 <= s.n) {
        uint32_t unit = unit_at(d, p + i);
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            if (i + 4 > s.n) {
                break; /* its partner comes with the next piece */
            }
            uint32_t low = unit_at(d, p + i + 2);
            if (low >= 0xDC00 && low <= 0xDFFF) {
                n += utf8_put(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), out + n);
                i += 4;
                continue;
            }
        }
        if (unit == 0 || (unit >= 0xD800 && unit <= 0xDFFF)) {
            note_bad(d, base + i);
            out[n++] = unit == 0 ? '\0' : '\xFF';
        } else {
            n += utf8_put(unit, out + n);
        }
        i += 2;
    }
    d->held_n = s.n - i;
    memcpy(d->held, s.p + i, d->held_n);
    return (struct str){out, n};
}

static struct str start(struct charset_decoder *d, struct str bytes)
{
    size_t mark = 0;
    enum charset head = charset_of_head(bytes, &mark);
    bool both_16 = (d->charset == CHARSET_UTF16LE || d->charset == CHARSET_UTF16BE) &&
                   (head == CHARSET_UTF16LE || head == CHARSET_UTF16BE);
    if (d->charset == CHARSET_AUTO) {
        d->charset = head == CHARSET_AUTO ? CHARSET_UTF8 : head;
        d->may_change = head == CHARSET_AUTO;
    } else if (both_16 && mark > 0) {
        d->charset = head;
    } else if (d->charset != head) {
        mark = 0;
    }
    d->mark = mark > 0;
    d->started = true;
    d->offset = mark;
    return str_sub(bytes, mark, bytes.n - mark);
}

struct str charset_decode(struct charset_decoder *d, struct arena *a, struct str bytes)
{
    if (!d->started) {
        if (bytes.n == 0) {
            return S("");
        }
        bytes = start(d, bytes);
    }
    if (bytes.n == 0) {
        return S("");
    }
    uint64_t base = d->offset - d->held_n;
    d->offset += bytes.n;
    struct str s = joined(a, arena_str(a, (struct str){(const char *)d->held, d->held_n}), bytes);
    d->held_n = 0;
    switch (d->charset) {
    case CHARSET_UTF16LE:
    case CHARSET_UTF16BE:
        return from_utf16(d, a, s, base);
    case CHARSET_WINDOWS_1252:
        return from_1252(d, a, s, base);
    case CHARSET_UTF8:
    case CHARSET_AUTO:
        break;
    }
    return from_utf8(d, a, s, base);
}

struct str charset_decode_end(struct charset_decoder *d, struct arena *a)
{
    if (d->charset == CHARSET_AUTO) {
        d->charset = CHARSET_UTF8;
    }
    struct str rest = arena_str(a, (struct str){(const char *)d->held, d->held_n});
    uint64_t base = d->offset - d->held_n;
    d->held_n = 0;
    if (rest.n == 0) {
        return S("");
    }
    if (d->charset == CHARSET_UTF8 && d->may_change && !d->multibyte) {
        d->charset = CHARSET_WINDOWS_1252;
        return from_1252(d, a, rest, base);
    }
    note_bad(d, base);
    return d->charset == CHARSET_UTF8 ? rest : S("\xFF");
}
