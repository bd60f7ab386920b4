/* Any bytes as a form, a query, a cookie and a cursor: what is read is read again from its encoding, and a cursor leads
 * to the place it was made for, in its own list alone. Lines: a cursor, a cookie, the rest. */
#include "api/form.h"
#include "api/page.h"
#include "format/base64.h"
#include "fuzz.h"

static void put_encoded(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        buf_fmt(b, "%%%02X", (unsigned char)s.p[i]);
    }
}

static struct str encoded(struct arena *a, const struct http_pair *pairs, size_t count)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < count; i++) {
        buf_add(&b, i ? S("&") : S(""));
        put_encoded(&b, pairs[i].name);
        buf_char(&b, '=');
        put_encoded(&b, pairs[i].value);
    }
    return buf_str(&b);
}

static void same(const struct http_pair *a, size_t a_count, const struct http_pair *b, size_t b_count)
{
    must(a_count == b_count);
    for (size_t i = 0; i < a_count; i++) {
        must(str_eq(a[i].name, b[i].name) && str_eq(a[i].value, b[i].value));
        must(utf8_valid(a[i].name, &(size_t){0}) && utf8_valid(a[i].value, &(size_t){0}));
        must(str_find_char(a[i].name, '\0') == SIZE_MAX && str_find_char(a[i].value, '\0') == SIZE_MAX);
    }
}

static void form(struct arena *a, struct str body)
{
    struct http_pair *fields, *again;
    size_t count, again_count;
    struct err e = {0};
    if (!form_read(a, body, &fields, &count, &e)) {
        must_say_why(&e);
        return;
    }
    must(count <= FORM_FIELDS);
    must(form_read(a, encoded(a, fields, count), &again, &again_count, &e));
    same(fields, count, again, again_count);
    for (size_t i = 0; i < count; i++) {
        must(str_given(form_field(fields, count, fields[i].name)));
    }
}

/* In a query the same fields are read as in a form. */
static void query(struct arena *a, struct str text)
{
    struct http_request r = {.method = S("GET"), .host = S("h"), .arena = a}, again = r;
    struct http_pair *fields;
    size_t count;
    struct err e = {0};
    if (http_target(&r, arena_fmt(a, "/?%.*s", STR_ARG(text))) != HTTP_FINE) {
        return;
    }
    must(form_read(a, r.query_text, &fields, &count, &e) || r.query_count > FORM_FIELDS);
    if (r.query_count <= FORM_FIELDS) {
        same(r.query, r.query_count, fields, count);
    }
    struct str target = arena_fmt(a, "/?%s", encoded(a, r.query, r.query_count).p);
    if (target.n <= LIMIT_URL) {
        must(http_target(&again, target) == HTTP_FINE);
        same(r.query, r.query_count, again.query, again.query_count);
    }
}

static void cookie(struct arena *a, struct str text, struct str name)
{
    struct http_pair header = {S("cookie"), text};
    struct http_request r = {.headers = &header, .header_count = 1, .arena = a};
    struct str value = http_cookie(&r, name);
    must(!str_given(value) || (value.p >= text.p && value.p + value.n <= text.p + text.n));
    must(!str_given(value) || str_find_char(value, ';') == SIZE_MAX);
}

static void cursor(struct arena *a, struct str text, struct str limit)
{
    struct http_pair pairs[] = {{S("cursor"), text}, {S("limit"), limit}};
    struct http_request r = {.query = pairs, .query_count = limit.n > 0 ? 2 : 1, .arena = a};
    struct page page, other;
    struct err e = {0};
    if (page_read(&r, "rooms", &page, &e)) {
        must(page.limit >= 1 && page.limit <= LIMIT_PAGE && page.key >= 0);
        if (page.key > 0) {
            pairs[0].value = page_cursor(a, &page, page.key);
            must(page_read(&r, "rooms", &other, &e) && other.key == page.key);
            must(!page_read(&r, "guests", &other, &e));
        }
    } else {
        must_say_why(&e);
    }
    pairs[0].value = text;
    if (page_read_place(&r, "rooms", &page, &e) && str_given(page.place) &&
        str_find_char(page.place, 0) == SIZE_MAX) {
        must(utf8_valid(page.place, &(size_t){0}));
        must(str_eq(page_cursor_place(a, &page, page.place), text)); /* a place has one cursor */
    }
}

static void places(struct arena *a, struct str place)
{
    struct http_pair pair = {S("cursor"), {0}};
    struct http_request r = {.query = &pair, .query_count = 1, .arena = a};
    struct page page = {.kind = S("rooms")}, again;
    struct err e = {0};
    if (utf8_valid(place, &(size_t){0}) && str_find_char(place, 0) == SIZE_MAX && place.n > 0) {
        pair.value = page_cursor_place(a, &page, place);
        must(page_read_place(&r, "rooms", &again, &e) && str_eq(again.place, place));
    }
    struct str bytes;
    must(base64_url_decode(a, base64_url_encode(a, place), &bytes) && str_eq(bytes, place));
    must(base64_decode(a, base64_encode(a, place), &bytes) && str_eq(bytes, place));
    must(!base64_decode(a, place, &bytes) || str_eq(base64_encode(a, bytes), place));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct str rest = {(const char *)data, size}, first = fuzz_line(&rest), second = fuzz_line(&rest);
    cursor(&a, first, second);
    cookie(&a, second, first);
    places(&a, rest);
    form(&a, rest);
    query(&a, rest);
    return 0;
}
