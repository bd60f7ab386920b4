#include "io/http_setup.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PEM_MAX (1u << 20)

bool http_options_check(const struct http_options *o, const struct http_address *address, struct err *e)
{
    if (!o->tls_cert.n != !o->tls_key.n) {
        return err_set(e, ERR_INVALID, "TLS needs both a certificate and its key.",
                       "TLS demande à la fois un certificat et sa clé.");
    }
    if (!o->tls_cert.n && !o->proxy_count && !http_address_is_loopback(address)) {
        return err_set(
            e, ERR_INVALID,
            "Plain HTTP is served on 127.0.0.1 and [::1] only: give a TLS certificate and its key, or the "
            "addresses of the proxies in front (--behind-proxy).",
            "HTTP sans TLS n’est servi que sur 127.0.0.1 et [::1] : indiquez un certificat TLS et sa clé, "
            "ou les adresses des serveurs mandataires placés devant (--behind-proxy).");
    }
    return true;
}

struct http_options http_options_copy(const struct http_options *o, struct arena *a)
{
    struct http_options d = *o;
    d.listen = arena_str(a, o->listen);
    d.tls_cert = arena_str(a, o->tls_cert);
    d.tls_key = arena_str(a, o->tls_key);
    if (o->proxy_count) {
        d.proxies = memcpy(arena_array(a, struct http_network, o->proxy_count), o->proxies,
                           o->proxy_count * sizeof(*o->proxies));
    }
    d.threads = o->threads ? o->threads : 1;
    d.connections = o->connections ? o->connections : 4096;
    d.connections_peer = o->connections_peer ? o->connections_peer : 512;
    d.idle_ms = o->idle_ms ? o->idle_ms : 30000;
    d.head_ms = o->head_ms ? o->head_ms : 10000;
    d.grace_ms = o->grace_ms ? o->grace_ms : 30000;
    d.bytes_per_s = o->bytes_per_s ? o->bytes_per_s : 1024;
    d.stop_grace_ms = o->stop_grace_ms ? o->stop_grace_ms : 10000;
    return d;
}

static bool read_whole(int fd, char *p, size_t n)
{
    for (ssize_t got; n && (got = read(fd, p, n)) > 0; n -= (size_t)got) {
        p += got;
    }
    return n == 0;
}

const char *http_read_pem(struct arena *a, struct str path, struct err *e)
{
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
    struct stat st;
    char *p = NULL;
    if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= PEM_MAX) {
        p = arena_alloc(a, (size_t)st.st_size + 1);
        p = read_whole(fd, p, (size_t)st.st_size) ? p : NULL;
    }
    if (fd >= 0) {
        close(fd);
    }
    if (!p) {
        err_set(e, ERR_INVALID, "“%.*s” cannot be read: it must be a PEM file that this account may open.",
                "« %.*s » est illisible : il doit s’agir d’un fichier PEM que ce compte peut ouvrir.",
                STR_ARG(path));
    }
    return p;
}
