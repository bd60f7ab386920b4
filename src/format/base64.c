#include "format/base64.h"

static const char alphabet[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char alphabet_url[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static struct str encode(struct arena *a, struct str bytes, const char letters[static 64], bool pad)
{
    char *out = arena_alloc(a, bytes.n / 3 * 4 + 5);
    size_t n = 0;
    for (size_t i = 0; i < bytes.n; i += 3) {
        size_t left = bytes.n - i;
        uint32_t v = (uint32_t)(unsigned char)bytes.p[i] << 16;
        if (left > 1)
            v |= (uint32_t)(unsigned char)bytes.p[i + 1] << 8;
        if (left > 2)
            v |= (unsigned char)bytes.p[i + 2];
        out[n++] = letters[v >> 18];
        out[n++] = letters[v >> 12 & 63];
        if (left > 1 || pad)
            out[n++] = left > 1 ? letters[v >> 6 & 63] : '=';
        if (left > 2 || pad)
            out[n++] = left > 2 ? letters[v & 63] : '=';
    }
    return (struct str){out, n};
}

struct str base64_encode(struct arena *a, struct str bytes)
{
    return encode(a, bytes, alphabet, true);
}

struct str base64_url_encode(struct arena *a, struct str bytes)
{
    return encode(a, bytes, alphabet_url, false);
}

/* 0 to 63, or -1. */
static int letter_value(char c, const char letters[static 64])
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == letters[62])
        return 62;
    return c == letters[63] ? 63 : -1;
}

/* text: without padding. */
static bool decode(struct arena *a, struct str text, const char letters[static 64], struct str *out)
{
    *out = (struct str){NULL, 0};
    if (text.n % 4 == 1)
        return false;
    char *bytes = arena_alloc(a, text.n / 4 * 3 + 3);
    size_t n = 0;
    uint32_t v = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < text.n; i++) {
        int value = letter_value(text.p[i], letters);
        if (value < 0)
            return false;
        v = v << 6 | (uint32_t)value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[n++] = (char)(v >> bits & 0xff);
        }
    }
    if (v & ((1u << bits) - 1))
        return false; /* bits that mean nothing must be zero, or one value would have several texts */
    *out = (struct str){bytes, n};
    return true;
}

bool base64_decode(struct arena *a, struct str text, struct str *out)
{
    *out = (struct str){NULL, 0};
    if (text.n % 4 != 0)
        return false;
    for (int pad = 0; pad < 2 && text.n > 0 && text.p[text.n - 1] == '='; pad++)
        text.n--;
    return decode(a, text, alphabet, out);
}

bool base64_url_decode(struct arena *a, struct str text, struct str *out)
{
    return decode(a, text, alphabet_url, out);
}
