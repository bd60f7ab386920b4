#include "io/http_request.h"

#include "base/limits.h"

static struct str find(const struct http_pair *pairs, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(pairs[i].name, name)) {
            return pairs[i].value;
        }
    }
    return (struct str){0};
}

struct str http_header(const struct http_request *r, struct str name)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (str_eq_nocase(r->headers[i].name, name)) {
            return r->headers[i].value;
        }
    }
    return (struct str){0};
}

struct str http_query(const struct http_request *r, struct str name)
{
    return find(r->query, r->query_count, name);
}

static struct str unquote(struct str s)
{
    return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? str_sub(s, 1, s.n - 2) : s;
}

struct str http_cookie(const struct http_request *r, struct str name)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (!str_eq_nocase(r->headers[i].name, S("Cookie"))) {
            continue;
        }
        for (struct str rest = r->headers[i].value; str_given(rest);) {
            struct str value = str_cut(&rest, ';');
            struct str key = str_cut(&value, '=');
            if (str_given(value) && str_eq(str_trim(key), name)) {
                return unquote(str_trim(value));
            }
        }
    }
    return (struct str){0};
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decodes s into the arena; false when it is broken, not UTF-8 or holds NUL. In a path, also controls and
 * what would change its segments are refused. */
static bool decode(struct arena *a, struct str s, bool path, struct str *out)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0, bad;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool encoded = c == '%';
        if (encoded) {
            int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
            int low = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && !path) {
            c = ' ';
        }
        unsigned char u = (unsigned char)c;
        if (!u || (path && (u < 0x20 || u == 0x7f || c == '\\' || (encoded && c == '/')))) {
            return false;
        }
        p[n++] = c;
    }
    *out = (struct str){p, n};
    return utf8_valid(*out, &bad);
}

static bool dot_segment(struct str path)
{
    for (struct str rest = path; str_given(rest);) {
        struct str segment = str_cut(&rest, '/');
        if (str_eq(segment, S(".")) || str_eq(segment, S(".."))) {
            return true;
        }
    }
    return false;
}

static bool parse_query(struct http_request *r)
{
    size_t count = 1;
    for (size_t i = 0; i < r->query_text.n; i++) {
        count += r->query_text.p[i] == '&';
    }
    struct http_pair *pairs = arena_array(r->arena, struct http_pair, count);
    r->query = pairs;
    for (struct str rest = r->query_text; str_given(rest);) {
        struct str value = str_cut(&rest, '&');
        if (!value.n) {
            continue;
        }
        struct str name = str_cut(&value, '=');
        struct http_pair *pair = &pairs[r->query_count++];
        if (!decode(r->arena, name, false, &pair->name) ||
            !decode(r->arena, str_given(value) ? value : S(""), false, &pair->value)) {
            return false;
        }
    }
    return true;
}

/* Takes "scheme://authority" off the front of an absolute-form target. */
static bool cut_authority(const struct http_request *r, struct str *s)
{
    size_t scheme = str_find(*s, S("://"));
    if (scheme == SIZE_MAX || !(str_eq_nocase(str_sub(*s, 0, scheme), S("http")) ||
                                str_eq_nocase(str_sub(*s, 0, scheme), S("https")))) {
        return false;
    }
    struct str rest = str_sub(*s, scheme + 3, s->n);
    size_t n = 0;
    while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?') {
        n++;
    }
    *s = str_sub(rest, n, rest.n);
    return n && str_eq_nocase(str_sub(rest, 0, n), r->host);
}

static bool uri_bytes(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '#') { /* bytes from 0x80 are negative */
            return false;
        }
    }
    return s.n > 0;
}

enum http_fault http_target(struct http_request *r, struct str target)
{
    r->target = target;
    if (target.n > LIMIT_URL) {
        return HTTP_FAULT_TARGET_SIZE;
    }
    if (!uri_bytes(target)) {
        return HTTP_FAULT_TARGET;
    }
    if (str_eq(target, S("*"))) {
        r->path = target;
        return str_eq(r->method, S("OPTIONS")) ? HTTP_FINE : HTTP_FAULT_TARGET;
    }
    struct str rest = target;
    if (rest.p[0] != '/' && !cut_authority(r, &rest)) {
        return HTTP_FAULT_TARGET;
    }
    struct str path = str_cut(&rest, '?');
    r->query_text = rest;
    bool fine = decode(r->arena, path.n ? path : S("/"), true, &r->path) && !dot_segment(r->path);
    fine = fine && (!str_given(rest) || parse_query(r));
    return fine ? HTTP_FINE : HTTP_FAULT_TARGET;
}

/* Thousandths of a quality value; 1000 when none is given. */
static int quality(struct str parameters)
{
    for (struct str rest = parameters; str_given(rest);) {
        struct str value = str_trim(str_cut(&rest, ';'));
        if (value.n < 3 || (value.p[0] | 0x20) != 'q' || value.p[1] != '=') {
            continue;
        }
        int q = 0, unit = 1000;
        for (size_t i = 2; i < value.n && unit; i++) {
            if (value.p[i] == '.') {
                continue;
            }
            q += value.p[i] >= '0' && value.p[i] <= '9' ? (value.p[i] - '0') * unit : 0;
            unit /= 10;
        }
        return q;
    }
    return 1000;
}

enum lang http_lang(const struct http_request *r)
{
    int en = 0, fr = 0;
    bool french_first = false;
    for (struct str rest = http_header(r, S("Accept-Language")); str_given(rest);) {
        struct str parameters = str_cut(&rest, ',');
        struct str range = str_trim(str_cut(&parameters, ';'));
        struct str primary = str_cut(&range, '-');
        int q = quality(parameters);
        if (str_eq_nocase(primary, S("fr")) && q > fr) {
            french_first = !en;
            fr = q;
        } else if (str_eq_nocase(primary, S("en")) && q > en) {
            en = q;
        }
    }
    return fr > en || (fr && fr == en && french_first) ? LANG_FR : LANG_EN;
}

/* One entry of X-Forwarded-For; some proxies add the port. */
static bool forwarded_address(struct str s, struct http_address *out)
{
    s = str_trim(s);
    size_t bracket = str_find_char(s, ']');
    size_t colon = str_find_char(s, ':');
    if (s.n && s.p[0] == '[' && bracket != SIZE_MAX) {
        s = str_sub(s, 0, bracket + 1);
    } else if (colon != SIZE_MAX && str_find_char(str_sub(s, colon + 1, s.n), ':') == SIZE_MAX) {
        s = str_sub(s, 0, colon);
    }
    return http_address_parse(s, out);
}

static bool is_trusted(const struct http_network *trusted, size_t count, const struct http_address *a)
{
    for (size_t i = 0; i < count; i++) {
        if (http_network_holds(&trusted[i], a)) {
            return true;
        }
    }
    return false;
}

/* Takes the part after the last comma off the back of *rest; the whole when there is none. */
static struct str cut_last(struct str *rest)
{
    size_t n = rest->n;
    while (n && rest->p[n - 1] != ',') {
        n--;
    }
    struct str part = str_sub(*rest, n, rest->n);
    *rest = n ? str_sub(*rest, 0, n - 1) : (struct str){0};
    return part;
}

void http_forwarded(struct http_request *r, const struct http_network *trusted, size_t trusted_count)
{
    bool proto = false, done = false;
    for (size_t i = r->header_count; i-- > 0;) {
        struct str rest = r->headers[i].value;
        if (!proto && str_eq_nocase(r->headers[i].name, S("X-Forwarded-Proto"))) {
            r->secure = str_eq_nocase(str_trim(cut_last(&rest)), S("https"));
            proto = true;
        }
        if (done || !str_eq_nocase(r->headers[i].name, S("X-Forwarded-For"))) {
            continue;
        }
        while (!done && str_given(rest)) {
            struct http_address address;
            char text[HTTP_ADDRESS_TEXT_SIZE];
            done = true;
            if (forwarded_address(cut_last(&rest), &address)) {
                r->client = arena_str(r->arena, http_address_text(&address, text));
                done = !is_trusted(trusted, trusted_count, &address);
            }
        }
    }
}
