/* str.h: strings that carry their length.
 *
 * A struct str is a view: two words, passed by value, owning nothing. The bytes need not end in NUL and may
 * contain one. {NULL, 0} is the absent string, which differs from the empty string only for those who ask
 * with str_given(). */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *p;
    size_t n;
};

/* A literal as a struct str; refuses to compile for anything that is not a literal. */
#define S(lit) ((struct str){"" lit "", sizeof(lit) - 1})
/* The same for the initializer of a static table. */
#define S_INIT(lit)                                                                                          \
    {                                                                                                        \
        "" lit "", sizeof(lit) - 1                                                                           \
    }
/* printf: "%.*s", STR_ARG(s) */
#define STR_ARG(s) (int)(s).n, (s).p

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* A view of a C string; NULL gives the absent string. */
struct str str_of(const char *c);
bool str_given(struct str s); /* not absent (may be empty) */
bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
int str_cmp(struct str a, struct str b);        /* by bytes, like memcmp then length */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
struct str str_trim(struct str s); /* without ASCII white space at both ends */
/* The n bytes from at; both are clamped to the string. */
struct str str_sub(struct str s, size_t at, size_t n);
/* Index of the first c or of needle, or SIZE_MAX. */
size_t str_find_char(struct str s, char c);
size_t str_find(struct str s, struct str needle);
/* Takes the part before sep off the front of *rest; without sep, all of it (and *rest becomes absent).
 * Use: for (struct str part, rest = s; str_given(rest);) { part = str_cut(&rest, ','); … } */
struct str str_cut(struct str *rest, char sep);
/* Whole decimal integer with optional '-'; false for anything else, also when it does not fit. */
bool str_to_i64(struct str s, int64_t *out);
/* FNV-1a; for hash tables in memory, never for anything stored. */
uint64_t str_hash(struct str s);

/* True when s is well-formed UTF-8 (no surrogates, no overlong forms); else *at is the first bad byte. */
bool utf8_valid(struct str s, size_t *at);
/* Writes the code point as UTF-8 into out (4 bytes of room); returns its length. */
size_t utf8_put(uint32_t code_point, char *out);
/* Reads one code point of valid UTF-8 off the front of *s; U+FFFD for a bad byte. */
uint32_t utf8_next(struct str *s);
/* Number of code points. */
size_t utf8_count(struct str s);

#endif
