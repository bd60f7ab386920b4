/* arena.h: memory by lifetime. One arena belongs to one request, job or test, and is freed as a whole.
 *
 * Allocation inside an arena cannot fail. Passing the arena's limit raises a flag that whoever reads input
 * checks once with arena_over() and reports as an input error; the memory handed out stays usable. Inputs
 * are bounded before they reach an arena (base/limits.h), so what lies beyond the limit is bounded too.
 * When the machine itself has no memory left the process ends: there is no state worth saving that is not
 * on disk already. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t used;                /* bytes handed out */
    size_t limit;               /* bytes after which arena_over() is true */
};

void arena_init(struct arena *a, size_t limit);
/* Frees everything; the arena can be used again. Accepts a zeroed struct. */
void arena_free(struct arena *a);
/* Forgets everything but keeps one block for the next use (a loop over rows or messages). */
void arena_reset(struct arena *a);
bool arena_over(const struct arena *a);

/* n zeroed bytes, aligned for any type; never NULL. */
void *arena_alloc(struct arena *a, size_t n);
#define arena_new(a, type)          ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, count) ((type *)arena_calloc((a), (count), sizeof(type)))
/* Makes sure that an array of `count` items, with room for `room` of them, has room for one more: first for `first`, then
 * for twice as many each time. list (NULL at the beginning) and room (0) are set anew. */
#define arena_more(a, list, count, room, first)                                                              \
    ((list) = arena_grown((a), (list), (count), &(room), (first), sizeof(*(list))))
void *arena_grown(struct arena *a, void *list, size_t count, size_t *room, size_t first, size_t size);
void *arena_calloc(struct arena *a, size_t count, size_t size);

struct str arena_str(struct arena *a, struct str s);   /* a copy; absent stays absent */
const char *arena_cstr(struct arena *a, struct str s); /* a copy ending in NUL */
struct str arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str arena_vfmt(struct arena *a, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

/* An arena freed at the end of the scope. */
#define ARENA_SCOPE __attribute__((cleanup(arena_free))) struct arena

/* A text that grows inside an arena. buf_str() is always NUL-terminated and valid until the next addition. */
struct buf {
    struct arena *a;
    char *p;
    size_t n;
    size_t room;
};

struct buf buf_in(struct arena *a);
void buf_add(struct buf *b, struct str s);
void buf_char(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str buf_str(const struct buf *b);

#endif
