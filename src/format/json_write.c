#include "format/json.h"

#include <assert.h>
#include <string.h>

struct json_out json_out(struct buf *b)
{
    return (struct json_out){.b = b};
}

static void before_value(struct json_out *o)
{
    if (o->comma && !o->after_key) {
        buf_char(o->b, ',');
    }
    o->comma = true;
    o->after_key = false;
}

void json_open(struct json_out *o, char bracket)
{
    before_value(o);
    buf_char(o->b, bracket);
    o->depth++;
    o->comma = false;
}

void json_close(struct json_out *o, char bracket)
{
    assert(o->depth > 0 && !o->after_key);
    buf_char(o->b, bracket);
    o->depth--;
    o->comma = true;
}

static void put_escaped(struct buf *b, unsigned char c)
{
    static const char names[] = "\"\\bfnrt", values[] = "\"\\\b\f\n\r\t";
    const char *known = c == 0 ? NULL : strchr(values, c);
    if (known != NULL) {
        buf_char(b, '\\');
        buf_char(b, names[known - values]);
    } else {
        buf_fmt(b, "\\u%04x", c);
    }
}

/* Bytes that stand for themselves. Those of bad UTF-8 do not. */
static bool plain(char c, bool utf8)
{
    unsigned char u = (unsigned char)c;
    return u < 0x80 ? u >= 0x20 && u != '"' && u != '\\' : utf8;
}

static void put_text(struct buf *b, struct str s)
{
    buf_char(b, '"');
    bool utf8 = utf8_valid(s, NULL);
    while (s.n > 0) {
        size_t n = 0;
        while (n < s.n && plain(s.p[n], utf8)) {
            n++;
        }
        buf_add(b, str_sub(s, 0, n));
        s = str_sub(s, n, s.n);
        if (s.n > 0 && (unsigned char)s.p[0] >= 0x80) { /* U+FFFD for each bad byte */
            char code[4];
            buf_add(b, (struct str){code, utf8_put(utf8_next(&s), code)});
        } else if (s.n > 0) {
            put_escaped(b, (unsigned char)s.p[0]);
            s = str_sub(s, 1, s.n);
        }
    }
    buf_char(b, '"');
}

void json_key(struct json_out *o, struct str name)
{
    assert(o->depth > 0 && !o->after_key);
    before_value(o);
    put_text(o->b, name);
    buf_char(o->b, ':');
    o->after_key = true;
}

void json_str(struct json_out *o, struct str s)
{
    if (!str_given(s)) {
        json_null(o);
        return;
    }
    before_value(o);
    put_text(o->b, s);
}

void json_i64(struct json_out *o, int64_t v)
{
    before_value(o);
    buf_fmt(o->b, "%lld", (long long)v);
}

void json_bool(struct json_out *o, bool v)
{
    before_value(o);
    buf_add(o->b, v ? S("true") : S("false"));
}

void json_null(struct json_out *o)
{
    before_value(o);
    buf_add(o->b, S("null"));
}

void json_raw(struct json_out *o, struct str json)
{
    before_value(o);
    buf_add(o->b, json);
}

void json_member_str(struct json_out *o, struct str name, struct str s)
{
    json_key(o, name);
    json_str(o, s);
}

void json_member_i64(struct json_out *o, struct str name, int64_t v)
{
    json_key(o, name);
    json_i64(o, v);
}

void json_member_bool(struct json_out *o, struct str name, bool v)
{
    json_key(o, name);
    json_bool(o, v);
}

void json_member_raw(struct json_out *o, struct str name, struct str json)
{
    json_key(o, name);
    json_raw(o, json);
}
