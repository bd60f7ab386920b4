#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/http_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void texts(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out; /* out NULL: refused */
    } cases[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"2001:DB8::0:1", "2001:db8::1"},
        {"[::1]", "::1"},
        {"::", "::"},
        {"", NULL},
        {"[192.0.2.1]", NULL},
        {"192.0.2", NULL},
        {"192.0.2.256", NULL},
        {"0x7f.1", NULL},
        {"fe80::1%eth0", NULL},
        {"example.org", NULL},
        {"1.2.3.4 ", NULL},
        {"[::1", NULL},
        {"1.2.3.4:80", NULL},
        {"00000000000000000000000000000000000000000000000000", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_address a;
        char text[HTTP_ADDRESS_TEXT_SIZE];
        assert_int_equal(http_address_parse(str_of(cases[i].in), &a), cases[i].out != NULL);
        if (cases[i].out) {
            assert_true(str_eq(http_address_text(&a, text), str_of(cases[i].out)));
        }
    }
    struct http_address a;
    assert_false(http_address_parse((struct str){"1.2.3.4\0", 8}, &a));
    assert_false(http_address_parse((struct str){0}, &a));
}

static void loopback(void **state)
{
    (void)state;
    struct http_address a;
    assert_true(http_address_parse(S("127.9.9.9"), &a) && http_address_is_loopback(&a));
    assert_true(http_address_parse(S("::1"), &a) && http_address_is_loopback(&a));
    assert_true(http_address_parse(S("128.0.0.1"), &a) && !http_address_is_loopback(&a));
    assert_true(http_address_parse(S("::2"), &a) && !http_address_is_loopback(&a));
    assert_true(http_address_parse(S("0.0.0.0"), &a) && !http_address_is_loopback(&a));
}

static void networks(void **state)
{
    (void)state;
    static const struct {
        const char *network, *address;
        int holds; /* -1: the network is refused */
    } cases[] = {
        {"10.0.0.0/8", "10.255.0.1", 1},
        {"10.0.0.0/8", "11.0.0.1", 0},
        {"10.0.0.0/8", "::1", 0},
        {"10.1.2.0/23", "10.1.3.255", 1},
        {"10.1.2.0/23", "10.1.4.0", 0},
        {"192.0.2.7", "192.0.2.7", 1},
        {"192.0.2.7", "192.0.2.8", 0},
        {"0.0.0.0/0", "8.8.8.8", 1},
        {"0.0.0.0/0", "2001:db8::1", 0},
        {"2001:db8::/33", "2001:db8:7fff::1", 1},
        {"2001:db8::/33", "2001:db8:8000::1", 0},
        {"::/0", "1.2.3.4", 1},
        {"10.0.0.1/8", "", -1},
        {"10.0.0.0/33", "", -1},
        {"10.0.0.0/", "", -1},
        {"10.0.0.0/-1", "", -1},
        {"10.0.0.0/8/8", "", -1},
        {"name/8", "", -1},
        {"10.0.0.0/-0", "", -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_network n;
        struct http_address a;
        assert_int_equal(http_network_parse(str_of(cases[i].network), &n), cases[i].holds >= 0);
        if (cases[i].holds >= 0) {
            assert_true(http_address_parse(str_of(cases[i].address), &a));
            assert_int_equal(http_network_holds(&n, &a), cases[i].holds);
        }
    }
}

static void from_sockets(void **state)
{
    (void)state;
    struct http_address a, b;
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = {htonl(0xC0000201)}};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    assert_true(http_address_of((struct sockaddr *)&in, &a));
    assert_int_equal(inet_pton(AF_INET6, "::ffff:192.0.2.1", &in6.sin6_addr), 1);
    assert_true(http_address_of((struct sockaddr *)&in6, &b));
    assert_true(http_address_eq(&a, &b));
    struct sockaddr other = {.sa_family = AF_UNIX};
    assert_false(http_address_of(&other, &a));
    assert_false(http_address_of(NULL, &a));
}

static void listening(void **state)
{
    (void)state;
    int fd, second;
    uint16_t port, other;
    struct http_address a;
    struct err e;
    assert_true(http_listen(S("localhost:0"), &fd, &port, &a, &e));
    assert_true(port > 0 && http_address_is_loopback(&a));
    char text[32];
    snprintf(text, sizeof(text), "127.0.0.1:%u", port);
    assert_false(http_listen(str_of(text), &second, &other, &a, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    close(fd);
    assert_true(http_listen(str_of(text), &fd, &other, &a, &e));
    assert_int_equal(other, port);
    close(fd);
    static const char *const bad[] = {
        "",        "localhost",       "localhost:",   ":80",         "::1:80",        "[::1]",
        "host:80", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:x", "127.0.0.1:80 ", "[127.0.0.1]:80"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(http_listen(str_of(bad[i]), &fd, &port, &a, &e));
        assert_int_equal(e.code, ERR_INVALID);
        assert_non_null(strstr(e.fr, "écoute"));
    }
    assert_false(http_listen(S("192.0.2.1:0"), &fd, &port, &a, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_int_equal(fd, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),        cmocka_unit_test(loopback),  cmocka_unit_test(networks),
        cmocka_unit_test(from_sockets), cmocka_unit_test(listening),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
