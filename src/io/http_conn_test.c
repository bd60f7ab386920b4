#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/clock.h"
#include "io/http_conn.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LATE "HTTP/1.1 408 Request Timeout\r\n\r\n"

struct pair {
    int server, client;
    struct http_address peer;
};

/* Both ends of a TCP connection on this machine. */
static struct pair connected(void)
{
    struct pair p;
    uint16_t port;
    int fd;
    struct http_address here;
    assert_true(http_listen(S("127.0.0.1:0"), &fd, &port, &here, NULL));
    struct sockaddr_in in = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    p.client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(p.client, (struct sockaddr *)&in, sizeof(in)), 0);
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&ready, 1, 5000), 1);
    p.server = accept(fd, NULL, NULL);
    assert_true(p.server >= 0);
    close(fd);
    p.peer = here;
    return p;
}

static void drop(struct pair *p)
{
    close(p->server);
    close(p->client);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static struct http_conns_options quick(void)
{
    return (struct http_conns_options){.idle_us = 400000,
                                       .head_us = 200000,
                                       .grace_us = 200000,
                                       .bytes_per_s = 1000,
                                       .per_peer = 2,
                                       .late = S(LATE)};
}

/* What the client reads until the end, and after how many ms; "" when nothing. Fails when it stays open. */
static struct str heard(const struct pair *p, char text[static 512], int64_t *after_ms)
{
    struct clock clock = clock_system();
    int64_t from = clock_monotonic_us(&clock);
    size_t n = 0;
    for (;;) {
        struct pollfd ready = {.fd = p->client, .events = POLLIN};
        assert_int_equal(poll(&ready, 1, 5000), 1);
        ssize_t got = recv(p->client, text + n, 511 - n, 0);
        if (got <= 0) {
            break;
        }
        n += (size_t)got;
    }
    text[n] = 0;
    *after_ms = (clock_monotonic_us(&clock) - from) / 1000;
    return (struct str){text, n};
}

static void limits_by_peer(void **state)
{
    (void)state;
    struct http_network trusted;
    assert_true(http_network_parse(S("10.0.0.0/8"), &trusted));
    struct http_conns_options o = quick();
    o.trusted = &trusted;
    o.trusted_count = 1;
    struct http_conns *t = http_conns_open(&o, NULL);
    struct http_address a, b, proxy;
    assert_true(http_address_parse(S("192.0.2.1"), &a) && http_address_parse(S("192.0.2.2"), &b));
    assert_true(http_address_parse(S("10.0.0.1"), &proxy));
    struct pair p = connected();
    struct http_conn *first = http_conns_add(t, &a, p.server);
    assert_true(str_eq(http_conn_peer(first), S("192.0.2.1")) && !http_conn_trusted(first));
    assert_true(http_conns_welcome(t, &a));
    struct http_conn *second = http_conns_add(t, &a, p.server);
    assert_false(http_conns_welcome(t, &a));
    assert_true(http_conns_welcome(t, &b));
    struct http_conn *many[5];
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        assert_true(http_conns_welcome(t, &proxy));
        many[i] = http_conns_add(t, &proxy, p.server);
        assert_true(http_conn_trusted(many[i]));
    }
    assert_int_equal(http_conns_count(t), 7);
    http_conns_remove(t, first);
    assert_true(http_conns_welcome(t, &a));
    http_conns_remove(t, many[2]);
    http_conns_remove(t, second);
    http_conns_remove(t, NULL);
    assert_int_equal(http_conns_count(t), 4);
    http_conns_close(t); /* with the rest still in it */
    http_conns_close(NULL);
    drop(&p);
}

/* A connection in a phase, with what the client sends; what it hears and when. */
static void cut_in(enum http_phase phase, bool used, const char *sent, const char *want, int64_t from_ms,
                   int64_t to_ms)
{
    struct http_conns_options o = quick();
    struct http_conns *t = http_conns_open(&o, NULL);
    struct pair p = connected();
    struct http_conn *c = http_conns_add(t, &p.peer, p.server);
    if (used) {
        http_conn_enter(c, HTTP_HEAD, 0);
    }
    if (used || phase != HTTP_IDLE) {
        assert_true(phase == HTTP_DRAIN ? http_conn_drain(c, S("no")) : http_conn_enter(c, phase, 0));
    }
    if (sent[0]) {
        pause_ms(100);
        assert_int_equal(send(p.client, sent, strlen(sent), 0), strlen(sent));
    }
    char text[512];
    int64_t ms;
    struct str s = heard(&p, text, &ms);
    assert_true(str_eq(s, str_of(want)));
    assert_true(ms >= from_ms && ms <= to_ms);
    assert_false(http_conn_enter(c, HTTP_SENDING, 0));
    http_conns_remove(t, c);
    http_conns_close(t);
    drop(&p);
}

static void cuts_what_is_late(void **state)
{
    (void)state;
    cut_in(HTTP_IDLE, false, "", "", 150, 4000);    /* a new connection that says nothing */
    cut_in(HTTP_IDLE, false, "G", LATE, 50, 4000);  /* or too little */
    cut_in(HTTP_IDLE, true, "", "", 350, 4000);     /* one that was used: the longer time */
    cut_in(HTTP_IDLE, true, "GE", LATE, 100, 4000); /* unless a head has begun */
    cut_in(HTTP_HEAD, true, "", LATE, 150, 4000);
    cut_in(HTTP_BODY, true, "", LATE, 150, 4000);
    cut_in(HTTP_DRAIN, true, "", "no", 150, 4000);
    cut_in(HTTP_SENDING, true, "", "", 150, 4000);
}

static void leaves_the_others(void **state)
{
    (void)state;
    struct http_conns_options o = quick();
    struct http_conns *t = http_conns_open(&o, NULL);
    struct pair app = connected(), body = connected(), sending = connected(), stream = connected();
    struct http_conn *a = http_conns_add(t, &app.peer, app.server);
    struct http_conn *b = http_conns_add(t, &body.peer, body.server);
    struct http_conn *s = http_conns_add(t, &sending.peer, sending.server);
    struct http_conn *l = http_conns_add(t, &stream.peer, stream.server);
    http_conn_enter(a, HTTP_APP, 0);
    http_conn_enter(b, HTTP_BODY, 0);
    http_conn_progress(b, 10000); /* ten more seconds */
    http_conn_enter(s, HTTP_SENDING, UINT64_MAX);
    http_conn_enter(l, HTTP_STREAM, 0);
    pause_ms(700);
    assert_true(http_conn_enter(a, HTTP_APP, 0) && http_conn_enter(b, HTTP_BODY, 0));
    assert_true(http_conn_enter(s, HTTP_SENDING, 100000) && http_conn_enter(l, HTTP_STREAM, 0));
    http_conns_hang_up(t);
    assert_true(http_conn_enter(a, HTTP_APP, 0) && http_conn_enter(s, HTTP_SENDING, 100000));
    assert_true(http_conn_enter(l, HTTP_STREAM, 0));
    assert_false(http_conn_enter(b, HTTP_BODY, 0));
    http_conns_cut_all(t);
    assert_false(http_conn_enter(a, HTTP_APP, 0) || http_conn_enter(s, HTTP_SENDING, 0));
    assert_false(http_conn_enter(l, HTTP_STREAM, 0));
    http_conns_close(t);
    drop(&app);
    drop(&body);
    drop(&sending);
    drop(&stream);
}

/* As much as the socket takes. */
static void fill(int fd)
{
    static const char bytes[65536];
    while (send(fd, bytes, sizeof(bytes), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
    }
}

/* An answer that is long enough for any time: cut when nobody takes it, left when somebody does, however slowly. */
static void cuts_what_stands_still(void **state)
{
    (void)state;
    struct http_conns_options o = quick();
    struct http_conns *t = http_conns_open(&o, NULL);
    struct pair still = connected(), slow = connected();
    struct http_conn *a = http_conns_add(t, &still.peer, still.server);
    struct http_conn *b = http_conns_add(t, &slow.peer, slow.server);
    char bytes[65536];
    http_conn_enter(a, HTTP_SENDING, UINT64_MAX);
    http_conn_enter(b, HTTP_SENDING, UINT64_MAX);
    for (int i = 0; i < 40; i++) {
        fill(still.server);
        fill(slow.server);
        for (int n = 0; n < 32 && recv(slow.client, bytes, sizeof(bytes), MSG_DONTWAIT) > 0; n++) {
        }
        pause_ms(20);
    }
    assert_false(http_conn_enter(a, HTTP_SENDING, 0));
    assert_true(http_conn_enter(b, HTTP_SENDING, UINT64_MAX));
    http_conns_close(t);
    drop(&still);
    drop(&slow);
}

static void gives_up(void **state)
{
    (void)state;
    for (int tls = 0; tls < 2; tls++) {
        struct http_conns_options o = quick();
        o.tls = tls;
        struct http_conns *t = http_conns_open(&o, NULL);
        struct pair p = connected();
        struct http_conn *c = http_conns_add(t, &p.peer, p.server);
        assert_true(http_conn_drain(c, S("enough")));
        http_conn_give_up(c);
        http_conn_give_up(c);
        char text[512];
        int64_t ms;
        assert_true(str_eq(heard(&p, text, &ms), tls ? S("") : S("enough")));
        http_conns_close(t);
        drop(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_by_peer),    cmocka_unit_test(cuts_what_is_late),
        cmocka_unit_test(leaves_the_others), cmocka_unit_test(cuts_what_stands_still),
        cmocka_unit_test(gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
