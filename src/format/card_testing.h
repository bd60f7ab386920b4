/* card_testing.h: invented card numbers of all brands, the same in every run. */
#ifndef FORMAT_CARD_TESTING_H
#define FORMAT_CARD_TESTING_H

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

struct card_testing {
    uint64_t seed; /* not 0 */
};

/* xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", 2016) */
static inline uint64_t card_testing_next(struct card_testing *g)
{
    g->seed ^= g->seed >> 12;
    g->seed ^= g->seed << 25;
    g->seed ^= g->seed >> 27;
    return (g->seed * UINT64_C(2685821657736338717)) >> 16;
}

/* The check digit is computed here in the long way, from the left, so that it does not rest on what is tested. */
static inline void card_testing_check_digit(char *digits, size_t n)
{
    for (char last = '0'; last <= '9'; last++) {
        int sum = 0;
        digits[n - 1] = last;
        for (size_t i = 0; i < n; i++) {
            int v = (digits[i] - '0') * (1 + (int)((n - i) % 2 == 0));
            sum += v / 10 + v % 10;
        }
        if (sum % 10 == 0) {
            return;
        }
    }
    abort();
}

/* A number of the brand, ending in NUL; returns its length. */
static inline size_t card_testing_number(struct card_testing *g, char out[static 20])
{
    static const struct {
        const char *prefix;
        unsigned char lengths[4]; /* 0: no more */
    } brands[] = {
        {"4", {16, 13, 19}}, {"51", {16}},           {"55", {16}},       {"2221", {16}},
        {"2720", {16}},      {"2500", {16}},         {"34", {15}},       {"37", {15}},
        {"300", {14, 16}},   {"305", {14, 19}},      {"3095", {14}},     {"36", {14, 16, 19}},
        {"38", {14, 16}},    {"6011", {16, 19}},     {"644", {16}},      {"649", {16}},
        {"65", {16, 19}},    {"3528", {16, 19}},     {"3589", {16}},     {"62", {16, 17, 18, 19}},
        {"8100", {16, 19}},  {"5018", {13, 16, 19}}, {"5020", {14}},     {"5038", {15}},
        {"5893", {16, 17}},  {"6304", {13, 18}},     {"6759", {16, 19}}, {"6761", {15}},
        {"6763", {13, 16}},
    };
    size_t b = card_testing_next(g) % ARRAY_LEN(brands), kinds = 0;
    while (kinds < 4 && brands[b].lengths[kinds]) {
        kinds++;
    }
    size_t n = brands[b].lengths[card_testing_next(g) % kinds], at = strlen(brands[b].prefix);
    memcpy(out, brands[b].prefix, at);
    for (; at < n; at++) {
        out[at] = (char)('0' + card_testing_next(g) % 10);
    }
    card_testing_check_digit(out, n);
    out[n] = '\0';
    return n;
}

/* Writes the number in one of the usual ways: shape 0 as it is; 1 and 2 in groups with a blank or a dash. */
static inline void card_testing_shape(const char *digits, unsigned shape, char out[static 40])
{
    size_t n = strlen(digits), w = 0, in_group = 0, group = 0;
    for (size_t i = 0; i < n; i++) {
        size_t length = 4;
        if (n == 14 || n == 15) {
            length = group == 1 ? 6 : group == 0 ? 4 : n - 10;
        }
        if (shape && in_group == length) {
            out[w++] = shape == 1 ? ' ' : '-';
            in_group = 0;
            group++;
        }
        out[w++] = digits[i];
        in_group++;
    }
    out[w] = '\0';
}

/* The digits of s that are not further apart than the ways of writing a number allow hold this number. */
static inline bool card_testing_survives(struct str s, const char *digits)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, SIZE_MAX);
    size_t n = strlen(digits);
    char *only = arena_alloc(&a, s.n + 1);
    size_t w = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9') {
            only[w++] = s.p[i];
        } else if (str_find_char(S(" -.%u\\"), s.p[i]) == SIZE_MAX) {
            only[w++] = 'x';
        }
    }
    return str_find((struct str){only, w}, (struct str){digits, n}) != SIZE_MAX;
}

#endif
