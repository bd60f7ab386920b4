#include "base/log.h"

#include "base/date.h"

/* The one piece of global state besides const tables: see design rule "no global but …". */
static struct log_sink sink;

void log_open(const struct log_sink *to)
{
    sink = *to;
}

bool log_on(enum log_level level)
{
    return sink.write && level <= sink.level;
}

static void add_value(struct buf *b, struct str s)
{
    bool plain = s.n > 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        plain = plain && c > ' ' && c != '"' && c != '\\' && c != '=' && c != 0x7F;
    }
    if (plain) {
        buf_add(b, s);
        return;
    }
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < ' ' || c == 0x7F) {
            buf_fmt(b, "\\x%02x", c);
        } else {
            if (c == '"' || c == '\\') {
                buf_char(b, '\\');
            }
            buf_char(b, (char)c);
        }
    }
    buf_char(b, '"');
}

void log_line(enum log_level level, const char *event, const struct log_pair *pairs, size_t count)
{
    static const char *const names[] = {"error", "warn ", "info ", "debug"};
    if (!log_on(level)) {
        return;
    }
    ARENA_SCOPE a;
    arena_init(&a, 1u << 16);
    struct buf b = buf_in(&a);
    char now[INSTANT_TEXT_SIZE];
    buf_add(&b, instant_text(sink.now_us(sink.ctx) / 1000 * 1000, now));
    buf_fmt(&b, " %s %s", names[level], event);
    for (size_t i = 0; i < count; i++) {
        buf_fmt(&b, " %s=", pairs[i].name);
        if (str_given(pairs[i].text)) {
            add_value(&b, pairs[i].text);
        } else {
            buf_fmt(&b, "%lld", (long long)pairs[i].number);
        }
    }
    buf_char(&b, '\n');
    sink.write(sink.ctx, buf_str(&b));
}
