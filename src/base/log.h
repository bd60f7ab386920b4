/* log.h: one line per event on standard error, as key=value pairs that a person and a program can read:
 *   2026-07-14T10:02:11Z info  apply.done hotel=demo seq=42 reservation=BK-1042
 * base/ formats; where lines go and what time it is are given by the edge once (log_open). Values are quoted
 * when they hold a blank, and control characters are escaped. Never give a secret to a log line. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/arena.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_sink {
    void (*write)(void *ctx, struct str line); /* one whole line ending in \n; called from any thread */
    int64_t (*now_us)(void *ctx);
    void *ctx;
    enum log_level level;
};

/* Lines go here from now on; before that, nowhere. Called once, before threads start. */
void log_open(const struct log_sink *sink);
bool log_on(enum log_level level);

struct log_pair {
    const char *name;
    struct str text; /* used when given, else number */
    int64_t number;
};
#define LOG_STR(name, s) ((struct log_pair){(name), (s), 0})
#define LOG_I64(name, v) ((struct log_pair){(name), {0}, (v)})

void log_line(enum log_level level, const char *event, const struct log_pair *pairs, size_t count);
/* log_event(LOG_INFO, "apply.done", LOG_STR("hotel", slug), LOG_I64("seq", seq)) */
#define log_event(level, event, ...)                                                                         \
    log_line((level), (event), (struct log_pair[]){{0}, ##__VA_ARGS__} + 1,                                  \
             ARRAY_LEN(((struct log_pair[]){{0}, ##__VA_ARGS__})) - 1)

#endif
