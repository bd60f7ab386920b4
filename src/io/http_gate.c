#include "io/http_gate.h"

#include "base/limits.h"

#include <string.h>

static bool is_letter_or_digit(char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
}

bool http_field_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_letter_or_digit(s.p[i]) && !memchr("-!#$%&'*+.^_`|~", s.p[i], 15)) {
            return false;
        }
    }
    return s.n > 0;
}

bool http_field_value(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

/* Registered names, addresses and a port (RFC 3986, 3.2.2), without the characters that no host name has. */
static bool is_host(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_letter_or_digit(s.p[i]) && !memchr(".-_:[]", s.p[i], 6)) {
            return false;
        }
    }
    return s.n > 0;
}

static bool refuse(struct http_gate *g, enum http_fault f)
{
    if (!g->fault) {
        g->fault = f;
    }
    return false;
}

/* At p stood CR LF: two bytes of this head, overwritten by NUL. */
static bool line_end(const struct http_gate *g, const char *p)
{
    return g->end - p >= 2 && !p[0] && !p[1];
}

static enum http_fault method_fault(struct str m)
{
    static const struct str known[] = {S_INIT("GET"),  S_INIT("POST"),   S_INIT("PUT"),    S_INIT("PATCH"),
                                       S_INIT("HEAD"), S_INIT("DELETE"), S_INIT("OPTIONS")};
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_eq(m, known[i])) {
            return HTTP_FINE;
        }
    }
    if (!http_field_name(m)) {
        return HTTP_FAULT_LINES;
    }
    return str_eq(m, S("TRACE")) || str_eq(m, S("CONNECT")) ? HTTP_FAULT_METHOD_NEVER : HTTP_FAULT_METHOD;
}

void http_gate_open(struct http_gate *g, struct str head, struct str method, struct str target,
                    struct str version, struct http_pair *headers, struct arena *a)
{
    *g = (struct http_gate){.headers = headers, .begin = head.p, .end = head.p + head.n};
    g->at = version.p + version.n + 2;
    g->line_bytes = method.n + target.n + version.n + 4;
    g->old = str_eq(version, S("HTTP/1.0"));
    if (method.p != head.p || target.p != method.p + method.n + 1 || version.p != target.p + target.n + 1 ||
        g->line_bytes > head.n || !line_end(g, version.p + version.n) ||
        !(g->old || str_eq(version, S("HTTP/1.1")))) {
        refuse(g, HTTP_FAULT_LINES);
    } else if (target.n > LIMIT_URL) {
        refuse(g, HTTP_FAULT_TARGET_SIZE);
    } else if (head.n - g->line_bytes > LIMIT_HEADER_BYTES) {
        refuse(g, HTTP_FAULT_HEAD_SIZE);
    } else {
        g->fault = method_fault(method);
    }
    if (!g->fault) {
        g->copy = memcpy(arena_alloc(a, head.n), head.p, head.n);
    }
}

static struct str copied(const struct http_gate *g, struct str s)
{
    return (struct str){g->copy + (s.p - g->begin), s.n};
}

static struct str without_blanks(struct str s)
{
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t')) {
        s.n--;
    }
    return s;
}

/* The few headers that decide where a request ends and whom it is for. */
static bool note(struct http_gate *g, struct str name, struct str raw, struct str value)
{
    int64_t length;
    switch (name.n) {
    case 4:
        if (str_eq_nocase(name, S("Host"))) {
            g->host = value;
            return g->hosts++ || !is_host(value) ? refuse(g, HTTP_FAULT_HOST) : true;
        }
        return true;
    case 6:
        if (str_eq_nocase(name, S("Expect"))) {
            g->expects = true;
            return str_eq_nocase(value, S("100-continue")) || refuse(g, HTTP_FAULT_EXPECT);
        }
        return true;
    case 14:
        if (str_eq_nocase(name, S("Content-Length"))) {
            if (g->lengths++ || !raw.n || raw.p[0] == '-' || !str_to_i64(raw, &length)) {
                return refuse(g, HTTP_FAULT_FRAMING);
            }
            g->length = (uint64_t)length;
        }
        return true;
    case 17:
        if (str_eq_nocase(name, S("Transfer-Encoding"))) {
            g->chunked = true;
            /* raw: the library compares without taking off blanks, and would wait for a body without end. */
            return (!g->encodings++ && !g->old && str_eq_nocase(raw, S("chunked"))) ||
                   refuse(g, HTTP_FAULT_FRAMING);
        }
        return true;
    default:
        return true;
    }
}

bool http_gate_header(struct http_gate *g, struct str name, struct str value)
{
    if (g->fault) {
        return false;
    }
    if (name.p != g->at || name.n >= (size_t)(g->end - g->at)) {
        return refuse(g, HTTP_FAULT_LINES);
    }
    const char *p = name.p + name.n;
    if (*p++) {
        return refuse(g, HTTP_FAULT_LINES);
    }
    while (p < g->end && (*p == ' ' || *p == '\t')) {
        p++;
    }
    if (value.p != p || value.n > (size_t)(g->end - p) || !line_end(g, p + value.n)) {
        return refuse(g, HTTP_FAULT_LINES);
    }
    g->at = value.p + value.n + 2;
    if (!http_field_name(name)) {
        return refuse(g, HTTP_FAULT_FIELD_NAME);
    }
    if (!http_field_value(value)) {
        return refuse(g, HTTP_FAULT_FIELD_VALUE);
    }
    if (g->count == LIMIT_HEADERS) {
        return refuse(g, HTTP_FAULT_HEAD_SIZE);
    }
    struct http_pair pair = {copied(g, name), without_blanks(copied(g, value))};
    g->headers[g->count++] = pair;
    return note(g, pair.name, value, pair.value);
}

enum http_fault http_gate_close(struct http_gate *g)
{
    if (!g->fault && (!line_end(g, g->at) || g->at + 2 != g->end)) {
        g->fault = HTTP_FAULT_LINES;
    }
    if (!g->fault && !g->hosts && !g->old) {
        g->fault = HTTP_FAULT_HOST;
    }
    if (!g->fault && g->lengths && g->encodings) {
        g->fault = HTTP_FAULT_FRAMING;
    }
    return g->fault;
}
