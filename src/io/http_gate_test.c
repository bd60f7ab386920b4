#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "io/http_gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;

static int clean(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* What the library leaves of a line: it ends at CR LF or at LF alone, and those bytes become NUL. */
static char *cut_line(char **at, char *end)
{
    char *line = *at;
    char *lf = memchr(line, '\n', (size_t)(end - line));
    if (!lf) {
        return NULL;
    }
    *lf = 0;
    if (lf > line && lf[-1] == '\r') {
        lf[-1] = 0;
    }
    *at = lf + 1;
    return line;
}

/* Parses as libmicrohttpd does, leniently and in place, and asks the gate. The bytes are copied to a block of their
 * exact size, so that a sanitizer sees any look beyond it. */
static enum http_fault ask(struct str bytes, struct http_gate *g, struct http_pair *headers)
{
    arena_free(&arena);
    arena_init(&arena, 1u << 20);
    char *head = malloc(bytes.n ? bytes.n : 1);
    memcpy(head, bytes.p, bytes.n);
    char *at = head, *end = head + bytes.n;
    char *line = cut_line(&at, end);
    assert_non_null(line);
    char *target = memchr(line, ' ', (size_t)(at - line));
    char *version = memrchr(line, ' ', (size_t)(at - line));
    assert_true(target && version > target);
    for (*target++ = 0; *target == ' '; target++) {
    }
    *version++ = 0;
    char *names[200], *values[200];
    size_t n = 0;
    while ((line = cut_line(&at, end)) && *line) {
        char *colon = strchr(line, ':');
        assert_non_null(colon);
        *colon++ = 0;
        for (; *colon == ' ' || *colon == '\t'; colon++) {
        }
        names[n] = line;
        values[n++] = colon;
    }
    http_gate_open(g, (struct str){head, (size_t)(at - head)}, str_of(head), str_of(target), str_of(version),
                   headers, &arena);
    for (size_t i = 0; i < n; i++) {
        http_gate_header(g, str_of(names[i]), str_of(values[i]));
    }
    enum http_fault f = http_gate_close(g);
    free(head);
    return f;
}

#define GET "GET / HTTP/1.1\r\nHost: h\r\n"

static void plain_heads_pass(void **state)
{
    (void)state;
    struct http_gate g;
    struct http_pair headers[LIMIT_HEADERS];
    struct str head =
        S("POST /a?b=c HTTP/1.1\r\nHost: [::1]:8080\r\nX-Empty:\r\nX-Blank: \t \r\nx~!#: a b\tc \t\r\n"
          "Content-Length: 0012\r\nExpect: 100-Continue\r\nX-Latin:caf\xe9\r\n\r\n");
    assert_int_equal(ask(head, &g, headers), HTTP_FINE);
    assert_int_equal(g.count, 7);
    assert_true(str_eq(g.host, S("[::1]:8080")) && g.length == 12 && g.expects && !g.chunked);
    assert_true(str_eq(headers[1].value, S("")) && str_eq(headers[2].value, S("")));
    assert_true(str_eq(headers[3].name, S("x~!#")) && str_eq(headers[3].value, S("a b\tc")));
    assert_true(str_eq(headers[6].value, S("caf\xe9")));
    assert_int_equal(ask(S("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"), &g, headers),
                     HTTP_FINE);
    assert_true(g.chunked && !g.length);
    assert_int_equal(ask(S("GET / HTTP/1.0\r\n\r\n"), &g, headers), HTTP_FINE);
    assert_false(str_given(g.host));
}

static const struct {
    struct str head;
    enum http_fault fault;
} crooked[] = {
    {S_INIT("GET / HTTP/1.1\nHost: h\r\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT("GET / HTTP/1.1\r\nHost: h\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT("GET / HTTP/1.1\r\nHost: h\r\n\n"), HTTP_FAULT_LINES},
    {S_INIT("GET / HTTP/1.1\nHost: h\n\n"), HTTP_FAULT_LINES},
    {S_INIT("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT("GET  / HTTP/1.1\r\nHost: h\r\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT("GET / HTTP/1.2\r\nHost: h\r\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT("G\0T / HTTP/1.1\r\nHost: h\r\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT("GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT(GET "X: a\0b\r\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT(GET "X: a\0b\r\nY: c\r\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT(GET "X: a\0\0\0\r\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT(GET "X: a\r\n\0hidden: 1\r\n\r\n"), HTTP_FAULT_LINES},
    {S_INIT(GET "X: a\rY: b\r\n\r\n"), HTTP_FAULT_FIELD_VALUE},
    {S_INIT(GET "X: a\x1b[31m\r\n\r\n"), HTTP_FAULT_FIELD_VALUE},
    {S_INIT(GET "X: \x7f\r\n\r\n"), HTTP_FAULT_FIELD_VALUE},
    {S_INIT(GET "X : a\r\n\r\n"), HTTP_FAULT_FIELD_NAME},
    {S_INIT(GET "X\t: a\r\n\r\n"), HTTP_FAULT_FIELD_NAME},
    {S_INIT(GET " X: a\r\n\r\n"), HTTP_FAULT_FIELD_NAME},
    {S_INIT(GET ": a\r\n\r\n"), HTTP_FAULT_FIELD_NAME},
    {S_INIT(GET "X(y): a\r\n\r\n"), HTTP_FAULT_FIELD_NAME},
    {S_INIT(GET "X\xc3\xa9: a\r\n\r\n"), HTTP_FAULT_FIELD_NAME},
    {S_INIT("GET / HTTP/1.1\r\nX: y\r\n\r\n"), HTTP_FAULT_HOST},
    {S_INIT(GET "host: h\r\n\r\n"), HTTP_FAULT_HOST},
    {S_INIT("GET / HTTP/1.1\r\nHost:\r\n\r\n"), HTTP_FAULT_HOST},
    {S_INIT("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), HTTP_FAULT_HOST},
    {S_INIT("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), HTTP_FAULT_HOST},
    {S_INIT("GET / HTTP/1.1\r\nHost: u@h\r\n\r\n"), HTTP_FAULT_HOST},
    {S_INIT(GET "Content-Length: 1\r\ncontent-length: 1\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Transfer-Encoding: gzip, chunked\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Transfer-Encoding: chunked \r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Transfer-Encoding: \r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Transfer-Encoding: identity\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Content-Length: -1\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Content-Length: 1, 1\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Content-Length: 99999999999999999999\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Content-Length:\r\n\r\n"), HTTP_FAULT_FRAMING},
    {S_INIT(GET "Expect: magic\r\n\r\n"), HTTP_FAULT_EXPECT},
    {S_INIT("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n"), HTTP_FAULT_METHOD_NEVER},
    {S_INIT("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n"), HTTP_FAULT_METHOD_NEVER},
    {S_INIT("get / HTTP/1.1\r\nHost: h\r\n\r\n"), HTTP_FAULT_METHOD},
    {S_INIT("BREW / HTTP/1.1\r\nHost: h\r\n\r\n"), HTTP_FAULT_METHOD},
    {S_INIT("G\xc3T / HTTP/1.1\r\nHost: h\r\n\r\n"), HTTP_FAULT_LINES},
};

static void crooked_heads_do_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(crooked); i++) {
        struct http_gate g;
        struct http_pair headers[LIMIT_HEADERS];
        enum http_fault f = ask(crooked[i].head, &g, headers);
        if (f != crooked[i].fault) {
            fail_msg("case %zu: fault %d, not %d", i, (int)f, (int)crooked[i].fault);
        }
    }
}

/* The pieces of a folded header, as the library joins them: a new block of memory, away from the rest. */
static void moved_pieces(void **state)
{
    (void)state;
    arena_init(&arena, 1u << 20);
    struct http_gate g;
    struct http_pair headers[LIMIT_HEADERS];
    static const char head[] = "GET\0/\0HTTP/1.1\0\0Host\0 h\0\0X\0 a\0\0\0";
    struct str whole = {head, sizeof(head)};
    struct str method = {head, 3}, target = {head + 4, 1}, version = {head + 6, 8};
    struct str host = {head + 16, 4}, h = {head + 22, 1}, x = {head + 25, 1}, a = {head + 28, 1};
    struct str moved = S("X"), joined = S("a b");
    const struct {
        struct str name, value;
        bool fine;
    } cases[] = {{x, a, true}, {moved, a, false}, {x, joined, false}, {a, x, false}, {host, h, false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        http_gate_open(&g, whole, method, target, version, headers, &arena);
        assert_true(http_gate_header(&g, host, h));
        assert_int_equal(http_gate_header(&g, cases[i].name, cases[i].value), cases[i].fine);
        assert_int_equal(http_gate_close(&g), cases[i].fine ? HTTP_FINE : HTTP_FAULT_LINES);
    }
    http_gate_open(&g, whole, method, target, version, headers, &arena);
    assert_true(http_gate_header(&g, host, h));
    assert_int_equal(http_gate_close(&g), HTTP_FAULT_LINES); /* a piece is missing */
    http_gate_open(&g, whole, S("GET"), target, version, headers, &arena);
    assert_int_equal(http_gate_close(&g), HTTP_FAULT_LINES);
    http_gate_open(&g, whole, method, S("/"), version, headers, &arena);
    assert_int_equal(http_gate_close(&g), HTTP_FAULT_LINES);
    http_gate_open(&g, (struct str){head, 10}, method, target, version, headers, &arena);
    assert_int_equal(http_gate_close(&g), HTTP_FAULT_LINES);
}

static void limits(void **state)
{
    (void)state;
    static char text[LIMIT_HEADER_BYTES + LIMIT_URL + 200];
    struct http_gate g;
    struct http_pair headers[LIMIT_HEADERS];
    for (int extra = 0; extra < 2; extra++) {
        int n = snprintf(text, sizeof(text), GET);
        for (int i = 1; i < LIMIT_HEADERS + extra; i++) {
            n += snprintf(text + n, sizeof(text) - (size_t)n, "X-%d: y\r\n", i);
        }
        n += snprintf(text + n, sizeof(text) - (size_t)n, "\r\n");
        assert_int_equal(ask((struct str){text, (size_t)n}, &g, headers),
                         extra ? HTTP_FAULT_HEAD_SIZE : HTTP_FINE);

        n = snprintf(text, sizeof(text), GET "X: ");
        size_t fill = LIMIT_HEADER_BYTES + 16 - (size_t)n - 4 + (size_t)extra;
        memset(text + n, 'a', fill);
        memcpy(text + n + fill, "\r\n\r\n", 4);
        assert_int_equal(ask((struct str){text, (size_t)n + fill + 4}, &g, headers),
                         extra ? HTTP_FAULT_HEAD_SIZE : HTTP_FINE);

        n = snprintf(text, sizeof(text), "GET /%0*d HTTP/1.1\r\nHost: h\r\n\r\n", LIMIT_URL - 1 + extra, 0);
        assert_int_equal(ask((struct str){text, (size_t)n}, &g, headers),
                         extra ? HTTP_FAULT_TARGET_SIZE : HTTP_FINE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(plain_heads_pass, clean),
        cmocka_unit_test_teardown(crooked_heads_do_not, clean),
        cmocka_unit_test_teardown(moved_pieces, clean),
        cmocka_unit_test_teardown(limits, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
