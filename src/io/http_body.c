#include "io/http_body.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_ROOM 16384u

static enum http_fault fault_of(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG ? HTTP_FAULT_DISK : HTTP_FAULT_INTERNAL;
}

enum http_fault http_body_open(struct http_body *b, enum http_body_kind kind, uint64_t max,
                               uint64_t announced, struct arena *a, struct str dir, struct str id)
{
    *b = (struct http_body){.kind = kind, .max = max, .arena = a, .fd = -1};
    if (kind == HTTP_BODY_MEMORY) {
        b->room = announced && announced < FIRST_ROOM ? (size_t)announced : FIRST_ROOM;
        b->p = arena_alloc(a, b->room + 1);
    }
    if (kind == HTTP_BODY_FILE) {
        struct str path = arena_fmt(a, "%.*s/upload-%.*s", STR_ARG(dir), STR_ARG(id));
        b->fd = open(path.p, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (b->fd < 0) {
            return fault_of(errno);
        }
        b->path = path;
    }
    return HTTP_FINE;
}

/* Growing leaves the smaller blocks behind in the arena: together they are half of the last. */
static void grow(struct http_body *b, size_t wanted)
{
    size_t room = b->room * 4 > wanted ? b->room * 4 : wanted;
    if (room > b->max && b->max >= wanted) {
        room = (size_t)b->max;
    }
    char *p = arena_alloc(b->arena, room + 1);
    memcpy(p, b->p, (size_t)b->size);
    b->p = p;
    b->room = room;
}

static enum http_fault write_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n < 0 ? fault_of(errno) : HTTP_FAULT_DISK;
        }
        s = str_sub(s, (size_t)n, s.n);
    }
    return HTTP_FINE;
}

enum http_fault http_body_add(struct http_body *b, struct str bytes)
{
    if (bytes.n > b->max - b->size) {
        http_body_drop(b);
        return HTTP_FAULT_BODY_SIZE;
    }
    if (b->kind == HTTP_BODY_FILE) {
        enum http_fault f = write_all(b->fd, bytes);
        if (f) {
            http_body_drop(b);
            return f;
        }
    } else if (b->kind == HTTP_BODY_MEMORY && bytes.n) {
        if (b->size + bytes.n > b->room) {
            grow(b, (size_t)b->size + bytes.n);
        }
        memcpy(b->p + b->size, bytes.p, bytes.n);
    }
    b->size += bytes.n;
    return HTTP_FINE;
}

enum http_fault http_body_done(struct http_body *b)
{
    if (b->kind != HTTP_BODY_FILE || b->fd < 0) {
        return HTTP_FINE;
    }
    int failed = close(b->fd);
    int error = errno;
    b->fd = -1;
    if (failed) {
        http_body_drop(b);
        return fault_of(error);
    }
    return HTTP_FINE;
}

void http_body_drop(struct http_body *b)
{
    if (b->kind != HTTP_BODY_FILE) {
        return;
    }
    if (b->fd >= 0) {
        close(b->fd);
        b->fd = -1;
    }
    if (str_given(b->path)) {
        unlink(b->path.p);
        b->path = (struct str){0};
    }
}

struct str http_body_bytes(const struct http_body *b)
{
    return b->kind == HTTP_BODY_MEMORY && b->p ? (struct str){b->p, (size_t)b->size} : (struct str){0};
}
