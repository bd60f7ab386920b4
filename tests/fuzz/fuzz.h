/* fuzz.h: what the fuzzers share.
 *
 * A fuzzer is more than "does not crash": it states what must hold of whatever came out, and must() ends the process
 * when it does not. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define must(holds) ((holds) ? (void)0 : fuzz_failed(__FILE__, __LINE__, #holds))

static inline void fuzz_failed(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: this must hold: %s\n", file, line, what);
    abort();
}

/* A refusal says why, in both languages. */
static inline void must_say_why(const struct err *e)
{
    must(e->code != ERR_NONE && e->en[0] != '\0' && e->fr[0] != '\0');
}

/* The next line of the input, or what is left of it; never absent. */
static inline struct str fuzz_line(struct str *rest)
{
    struct str line = str_cut(rest, '\n');
    *rest = str_given(*rest) ? *rest : S("");
    return str_given(line) ? line : S("");
}

/* The next byte of the input, or 0. */
static inline uint8_t fuzz_byte(struct str *rest)
{
    uint8_t byte = rest->n > 0 ? (uint8_t)rest->p[0] : 0;
    *rest = str_sub(*rest, 1, rest->n);
    return byte;
}

/* A copy that ends where its memory ends, so that one byte too many is seen. To be freed. */
static inline char *fuzz_exact(struct str s)
{
    char *p = malloc(s.n > 0 ? s.n : 1);
    must(p != NULL);
    memcpy(p, s.n > 0 ? s.p : "", s.n);
    return p;
}

#endif
