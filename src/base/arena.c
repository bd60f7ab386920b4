#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST 4096u
#define BLOCK_MOST  (1u << 20)
#define ALIGN       16u

struct arena_block {
    struct arena_block *older;
    size_t size; /* of data */
    size_t used;
    size_t pad;
    char data[];
};

void arena_init(struct arena *a, size_t limit)
{
    *a = (struct arena){.limit = limit};
}

void arena_free(struct arena *a)
{
    while (a->blocks) {
        struct arena_block *older = a->blocks->older;
        free(a->blocks);
        a->blocks = older;
    }
    a->used = 0;
}

void arena_reset(struct arena *a)
{
    struct arena_block *keep = a->blocks;
    if (keep) {
        a->blocks = keep->older;
        arena_free(a);
        keep->older = NULL;
        keep->used = 0;
        a->blocks = keep;
    }
    a->used = 0;
}

bool arena_over(const struct arena *a)
{
    return a->used > a->limit;
}

static void arena_grow(struct arena *a, size_t n)
{
    size_t size = a->blocks ? a->blocks->size * 2 : BLOCK_FIRST;
    size = size > BLOCK_MOST ? BLOCK_MOST : size;
    size = size < n ? n : size;
    struct arena_block *block = malloc(sizeof(*block) + size);
    if (!block) {
        fputs("selfkey: out of memory\n", stderr);
        abort();
    }
    *block = (struct arena_block){.older = a->blocks, .size = size};
    a->blocks = block;
}

void *arena_alloc(struct arena *a, size_t n)
{
    if (n > PTRDIFF_MAX) {
        fputs("selfkey: impossible allocation\n", stderr);
        abort();
    }
    n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (!a->blocks || a->blocks->size - a->blocks->used < n) {
        arena_grow(a, n);
    }
    void *p = a->blocks->data + a->blocks->used;
    a->blocks->used += n;
    a->used += n;
    return memset(p, 0, n);
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n)) {
        fputs("selfkey: impossible allocation\n", stderr);
        abort();
    }
    return arena_alloc(a, n);
}

const char *arena_cstr(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (s.n) {
        memcpy(p, s.p, s.n);
    }
    return p;
}

void *arena_grown(struct arena *a, void *list, size_t count, size_t *room, size_t first, size_t size)
{
    if (count < *room) {
        return list;
    }
    *room = *room ? *room * 2 : first;
    void *more = arena_calloc(a, *room, size);
    if (count) {
        memcpy(more, list, count * size);
    }
    return more;
}

struct str arena_str(struct arena *a, struct str s)
{
    return str_given(s) ? (struct str){arena_cstr(a, s), s.n} : s;
}

struct str arena_vfmt(struct arena *a, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    size_t length = n > 0 ? (size_t)n : 0;
    char *p = arena_alloc(a, length + 1);
    vsnprintf(p, length + 1, fmt, again);
    va_end(again);
    return (struct str){p, length};
}

struct str arena_fmt(struct arena *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct str s = arena_vfmt(a, fmt, args);
    va_end(args);
    return s;
}

struct buf buf_in(struct arena *a)
{
    return (struct buf){.a = a};
}

static void buf_reserve(struct buf *b, size_t more)
{
    if (b->room - b->n > more) { /* one more for the NUL */
        return;
    }
    size_t room = b->room * 2 > b->n + more + 1 ? b->room * 2 : b->n + more + 1;
    room = room < 128 ? 128 : room;
    char *p = arena_alloc(b->a, room);
    if (b->n) {
        memcpy(p, b->p, b->n);
    }
    b->p = p;
    b->room = room;
}

void buf_add(struct buf *b, struct str s)
{
    buf_reserve(b, s.n);
    if (s.n) {
        memcpy(b->p + b->n, s.p, s.n);
    }
    b->n += s.n;
    b->p[b->n] = 0;
}

void buf_char(struct buf *b, char c)
{
    buf_add(b, (struct str){&c, 1});
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n > 0) {
        buf_reserve(b, (size_t)n);
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

struct str buf_str(const struct buf *b)
{
    return b->p ? (struct str){b->p, b->n} : S("");
}
