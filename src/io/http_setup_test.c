#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/http_testing.h"

#include "io/http_setup.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

static void refuses(struct http_options o, enum err_code code)
{
    struct http_server *s;
    struct err e;
    o.listen = o.listen.n ? o.listen : S("127.0.0.1:0");
    assert_false(http_server_start(&o, &s, &e));
    assert_null(s);
    assert_int_equal(e.code, code);
    assert_true(strlen(e.en) > 20 && strlen(e.fr) > 20);
}

static void impossible_options(void **state)
{
    (void)state;
    refuses((struct http_options){.listen = S("nonsense")}, ERR_INVALID);
    refuses((struct http_options){.listen = S("0.0.0.0:0")}, ERR_INVALID); /* plain and open to all */
    refuses((struct http_options){.listen = S("[::]:0")}, ERR_INVALID);
    refuses((struct http_options){.tls_cert = S("/tmp/x")}, ERR_INVALID);
    refuses((struct http_options){.tls_key = S("/tmp/x")}, ERR_INVALID);
    refuses((struct http_options){.tls_cert = S("/nowhere"), .tls_key = S("/nowhere")}, ERR_INVALID);
    refuses((struct http_options){.tls_cert = S("/tmp"), .tls_key = S("/tmp")}, ERR_INVALID);
    refuses((struct http_options){.tls_cert = S("/etc/passwd"), .tls_key = S("/etc/passwd")}, ERR_INVALID);
    http_server_stop(NULL);
}

static void defaults(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1u << 20);
    struct http_network n;
    assert_true(http_network_parse(S("10.0.0.0/8"), &n));
    struct http_options in = {.listen = S("a"), .proxies = &n, .proxy_count = 1, .idle_ms = 5};
    struct http_options o = http_options_copy(&in, &a);
    assert_true(o.threads == 1 && o.connections == 4096 && o.connections_peer == 512 && o.idle_ms == 5);
    assert_true(o.head_ms == 10000 && o.grace_ms == 30000 && o.bytes_per_s == 1024 &&
                o.stop_grace_ms == 10000);
    assert_true(o.proxies != &n && o.proxies[0].bits == 104 && str_eq(o.listen, S("a")));
}

static void write_file(const char *path, const gnutls_datum_t *d)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(d->data, 1, d->size, f), d->size);
    fclose(f);
}

/* A key and a certificate it signs itself, in two files. */
static void make_certificate(const char *cert_path, const char *key_path)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t cert;
    gnutls_datum_t pem;
    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                                  GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                     0);
    assert_int_equal(gnutls_x509_crt_init(&cert), 0);
    gnutls_x509_crt_set_version(cert, 3);
    gnutls_x509_crt_set_serial(cert, "\1", 1);
    gnutls_x509_crt_set_dn(cert, "CN=localhost", NULL);
    gnutls_x509_crt_set_activation_time(cert, time(NULL) - 60);
    gnutls_x509_crt_set_expiration_time(cert, time(NULL) + 3600);
    gnutls_x509_crt_set_key(cert, key);
    assert_int_equal(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0), 0);
    assert_int_equal(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &pem), 0);
    write_file(cert_path, &pem);
    gnutls_free(pem.data);
    assert_int_equal(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
    write_file(key_path, &pem);
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_privkey_deinit(key);
}

/* One request over TLS, with these versions offered; the answer's length, or -1 when there is no handshake. */
static ssize_t ask_tls(const struct test_app *app, const char *priority, const char *request,
                       char out[static 4096])
{
    gnutls_session_t session;
    gnutls_certificate_credentials_t cred;
    int fd = test_connect(app);
    gnutls_certificate_allocate_credentials(&cred);
    gnutls_init(&session, GNUTLS_CLIENT);
    assert_int_equal(gnutls_priority_set_direct(session, priority, NULL), 0);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, cred);
    gnutls_transport_set_int(session, fd);
    gnutls_handshake_set_timeout(session, 5000);
    ssize_t n = -1;
    int rc;
    do {
        rc = gnutls_handshake(session);
    } while (rc < 0 && !gnutls_error_is_fatal(rc));
    if (!rc) {
        n = 0;
        gnutls_record_send(session, request, strlen(request));
        for (ssize_t got; n < 4095 && (got = gnutls_record_recv(session, out + n, (size_t)(4095 - n))) > 0;) {
            n += got;
        }
        out[n] = 0;
    }
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(cred);
    close(fd);
    return n;
}

static void over_tls(void **state)
{
    (void)state;
    char dir[] = "/tmp/http-tls-XXXXXX", cert[64], key[64], other[64], answer[4096];
    assert_non_null(mkdtemp(dir));
    snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
    snprintf(key, sizeof(key), "%s/key.pem", dir);
    snprintf(other, sizeof(other), "%s/other.pem", dir);
    make_certificate(other, key);
    make_certificate(cert, key);
    refuses((struct http_options){.tls_cert = str_of(other), .tls_key = str_of(key)},
            ERR_INVALID); /* do not match */
    struct test_app *app = test_start((struct http_options){
        .listen = S("0.0.0.0:0"), .tls_cert = str_of(cert), .tls_key = str_of(key), .head_ms = 300});
    const char *request =
        "POST /show HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc";
    static const char *const fine[] = {"NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3"};
    for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
        assert_true(ask_tls(app, fine[i], request, answer) > 0);
        assert_non_null(strstr(answer, "client=127.0.0.1 secure=1"));
        assert_non_null(
            strstr(answer, "\r\nStrict-Transport-Security: max-age=63072000; includeSubDomains\r\n"));
    }
    assert_true(ask_tls(app, fine[1], "GET / HTTP/1.1\r\nHost: h\r\nX: 1\r\n 2\r\n\r\n", answer) > 0);
    assert_non_null(strstr(answer, "HTTP/1.1 400 "));
    static const char *const old[] = {"NORMAL:-VERS-ALL:+VERS-TLS1.1", "NORMAL:-VERS-ALL:+VERS-TLS1.0",
                                      "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC"};
    for (size_t i = 0; i < ARRAY_LEN(old); i++) {
        assert_int_equal(ask_tls(app, old[i], request, answer), -1);
    }
    int silent = test_connect(app); /* never says hello */
    assert_true(test_closed(silent));
    close(silent);
    test_stop(app);
    assert_int_equal(unlink(cert) | unlink(key) | unlink(other) | rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impossible_options),
        cmocka_unit_test(defaults),
        cmocka_unit_test(over_tls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
