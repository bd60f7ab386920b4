#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"
#include "api/live.h"

static struct api_fixture f;

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f); /* returns although streams are open */
    return 0;
}

/* Opens a stream and leaves it open; the socket. */
static int listen_to(enum fixture_person who, const char *headers)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(api_port(f.api))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval patience = {.tv_sec = 20};
    struct str bytes = arena_fmt(f.a,
                                 "GET /api/admin/demo/events HTTP/1.1\r\nHost: localhost\r\n"
                                 "Accept: text/event-stream\r\nAuthorization: Bearer %.*s\r\n%s\r\n",
                                 STR_ARG(f.tokens[who]), headers);
    assert_true(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    assert_int_equal(send(fd, bytes.p, bytes.n, MSG_NOSIGNAL), bytes.n);
    return fd;
}

/* Everything up to this text; fails the test when it does not come. */
static struct str until(int fd, struct str text)
{
    struct buf b = buf_in(f.a);
    char piece[4096];
    while (str_find(buf_str(&b), text) == SIZE_MAX) {
        ssize_t n = recv(fd, piece, sizeof(piece), 0);
        assert_true(n > 0);
        buf_add(&b, (struct str){piece, (size_t)n});
    }
    return buf_str(&b);
}

static void add_room(const char *code)
{
    struct str body = arena_fmt(f.a, "{\"code\":\"%s\",\"units\":1}", code);
    assert_status(ask(&f, OWNER, "POST", "/api/admin/demo/rooms", body.p), 201);
}

static void test_from_now_on(void **state)
{
    (void)state;
    add_room("OLD");
    int fd = listen_to(VIEWER, "");
    struct str head = until(fd, S("retry: "));
    assert_true(str_starts(head, S("HTTP/1.1 200 ")));
    assert_true(str_find(head, S("Content-Type: text/event-stream")) != SIZE_MAX);
    add_room("NEW");
    struct str said = until(fd, S("\"NEW\""));
    assert_true(str_find(said, S("\"OLD\"")) == SIZE_MAX);
    assert_true(str_find(said, S("data: {\"id\":\"")) != SIZE_MAX);
    assert_true(str_find(said, S("\"type\":\"room.created\"")) != SIZE_MAX);
    close(fd);
}

static void test_where_it_ended(void **state)
{
    (void)state;
    int fd = listen_to(VIEWER, "Last-Event-ID: 0\r\n");
    struct str said = until(fd, S("\"NEW\""));
    assert_true(str_find(said, S("\"OLD\"")) < str_find(said, S("\"NEW\"")));
    assert_true(str_find(said, S("id: 1\n")) != SIZE_MAX);
    close(fd);
}

/* Whoever does not ask for a stream gets the list; a stream is for members. */
static void test_others(void **state)
{
    (void)state;
    struct reply r = ask(&f, VIEWER, "GET", "/api/admin/demo/events", NULL);
    assert_status(r, 200);
    assert_true(reply_at(&r, "data")->count >= 2);
    int fd = listen_to(STRANGER, "");
    assert_true(str_starts(until(fd, S("\r\n\r\n")), S("HTTP/1.1 404 ")));
    close(fd);
    fd = listen_to(VIEWER, "Last-Event-ID: x\r\n");
    assert_true(str_starts(until(fd, S("\r\n\r\n")), S("HTTP/1.1 400 ")));
    close(fd);
}

/* A program that goes away, and a stop while others listen. */
static void test_left_open(void **state)
{
    (void)state;
    int gone = listen_to(VIEWER, "");
    until(gone, S("retry: "));
    close(gone);
    int fd = listen_to(VIEWER, "");
    until(fd, S("retry: "));
    add_room("LAST");
    until(fd, S("\"LAST\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_now_on),
        cmocka_unit_test(test_where_it_ended),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_left_open),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
