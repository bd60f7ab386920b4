#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int status;
} codes[] = {
    [ERR_NONE] = {"none", 200},
    [ERR_INVALID] = {"invalid", 400},
    [ERR_UNAUTHENTICATED] = {"unauthenticated", 401},
    [ERR_FORBIDDEN] = {"forbidden", 403},
    [ERR_NOT_FOUND] = {"not_found", 404},
    [ERR_CONFLICT] = {"conflict", 409},
    [ERR_TOO_BIG] = {"too_big", 413},
    [ERR_LIMITED] = {"limited", 429},
    [ERR_INTERNAL] = {"internal", 500},
    [ERR_UPSTREAM] = {"upstream", 502},
    [ERR_BUSY] = {"busy", 503},
    [ERR_FULL] = {"full", 507},
    [ERR_RETRY] = {"retry", 503},
};

struct str text_in(struct text t, enum lang lang)
{
    return lang == LANG_FR ? t.fr : t.en;
}

/* The length of a text of n bytes without the part of a UTF-8 sequence with which it ends, if any. */
static size_t cut(const char *text, size_t n)
{
    size_t tail = 0;
    while (tail < n && tail < 3 && ((unsigned char)text[n - 1 - tail] & 0xC0) == 0x80) {
        tail++;
    }
    return tail < n && !utf8_valid((struct str){text + n - 1 - tail, tail + 1}, NULL) ? n - 1 - tail : n;
}

/* Cuts at a whole UTF-8 sequence when the text did not fit. */
static void fit(char *text, size_t size, int wanted)
{
    if (wanted >= 0 && (size_t)wanted >= size) {
        text[cut(text, strlen(text))] = 0;
    }
}

__attribute__((format(printf, 4, 0), format(printf, 5, 0))) static void
err_fill(struct err *e, enum err_code code, const char *name, const char *en, const char *fr, va_list args)
{
    va_list again;
    va_copy(again, args);
    e->code = code;
    e->pointer[0] = 0;
    if (name) {
        err_in(e, str_of(name));
    }
    fit(e->en, sizeof(e->en), vsnprintf(e->en, sizeof(e->en), en, args));
    fit(e->fr, sizeof(e->fr), vsnprintf(e->fr, sizeof(e->fr), fr, again));
    va_end(again);
}

bool err_set(struct err *e, enum err_code code, const char *en, const char *fr, ...)
{
    if (e) {
        va_list args;
        va_start(args, fr);
        err_fill(e, code, NULL, en, fr, args);
        va_end(args);
    }
    return false;
}

bool err_field(struct err *e, enum err_code code, const char *name, const char *en, const char *fr, ...)
{
    if (e) {
        va_list args;
        va_start(args, fr);
        err_fill(e, code, name, en, fr, args);
        va_end(args);
    }
    return false;
}

bool err_in(struct err *e, struct str name)
{
    if (e) {
        char path[sizeof(e->pointer)];
        size_t n = 0, i = 0;
        path[n++] = '/';
        /* RFC 6901: ~ and / inside a name are written ~0 and ~1. */
        for (; i < name.n && n + 3 < sizeof(path); i++) {
            if (name.p[i] == '~' || name.p[i] == '/') {
                path[n++] = '~';
                path[n++] = name.p[i] == '~' ? '0' : '1';
            } else {
                path[n++] = name.p[i];
            }
        }
        if (i < name.n) {
            n = cut(path, n);
        }
        size_t tail = strlen(e->pointer), room = sizeof(path) - 1 - n;
        bool fits = tail <= room; /* a path too deep to show loses its end */
        tail = fits ? tail : room;
        memcpy(path + n, e->pointer, tail);
        path[n + tail] = 0;
        if (!fits) {
            path[cut(path, n + tail)] = 0;
        }
        memcpy(e->pointer, path, sizeof(path));
    }
    return false;
}

bool err_in_index(struct err *e, size_t index)
{
    char name[24];
    int n = snprintf(name, sizeof(name), "%zu", index);
    return err_in(e, (struct str){name, (size_t)n});
}

struct str err_text(const struct err *e, enum lang lang)
{
    return str_of(lang == LANG_FR ? e->fr : e->en);
}

struct str err_pointer(const struct err *e)
{
    return str_of(e->pointer);
}

int err_http_status(enum err_code code)
{
    return codes[code].status;
}

const char *err_name(enum err_code code)
{
    return codes[code].name;
}
