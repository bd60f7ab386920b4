/* loader PORT PATH SECRET BODIES FIRST COUNT SECONDS CONNECTIONS: posts COUNT lines of the file BODIES, from line FIRST
 * on, to 127.0.0.1:PORT, each once, signed after Standard Webhooks (SECRET: "whsec_" and Base64), over keep-alive
 * connections, until there are no more lines or SECONDS are over. What was sent is awaited. Then one line of JSON:
 *   {"sent":N,"seconds":S,"perSecond":R,"p50_ms":…,"p99_ms":…,"p999_ms":…,"max_ms":…,"refused":N}
 * refused counts answers other than 2xx, and the first of them is shown on standard error.
 *
 * Signatures are made before the clock starts, and headers and body are sent from where they are, so that a request
 * costs two system calls and no copy. One thread: what it takes from the server's processors is the same for all. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SIGNATURE_BYTES 44 /* Base64 of 32 bytes, without the NUL */
#define HEAD_BYTES      512
#define ANSWER_BYTES    16384
#define CONNECTIONS_MAX 1024

struct line {
    const char *p;
    uint32_t n;
    char signature[SIGNATURE_BYTES];
};

struct connection {
    int fd;
    size_t line; /* of the request under way */
    uint64_t sent_ns;
    size_t left; /* of the request, still to be written */
    size_t head_n, answer_n;
    char head[HEAD_BYTES], answer[ANSWER_BYTES + 1];
};

struct load {
    struct line *lines;
    size_t line_count, next, flying, answered, refused;
    uint32_t *took_us;
    const char *path;
    char timestamp[24], run[17];
    uint64_t end_ns;
    int epoll;
};

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("loader: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static unsigned long number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    if (errno || end == text || *end) {
        fail("%s: not a number", text);
    }
    return n;
}

/* The id and the signed text's beginning: what a sender gives each message. */
static int message_id(const struct load *l, size_t line, char *out, size_t size)
{
    return snprintf(out, size, "msg_%s%08zx", l->run, line);
}

static void sign(const struct load *l, size_t i, const unsigned char *key, size_t key_n)
{
    struct line *line = &l->lines[i];
    char signed_head[96], id[48], text[SIGNATURE_BYTES + 1];
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state s;
    message_id(l, i, id, sizeof(id));
    int n = snprintf(signed_head, sizeof(signed_head), "%s.%s.", id, l->timestamp);
    crypto_auth_hmacsha256_init(&s, key, key_n);
    crypto_auth_hmacsha256_update(&s, (const unsigned char *)signed_head, (unsigned)n);
    crypto_auth_hmacsha256_update(&s, (const unsigned char *)line->p, line->n);
    crypto_auth_hmacsha256_final(&s, mac);
    sodium_bin2base64(text, sizeof(text), mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
    memcpy(line->signature, text, SIGNATURE_BYTES);
}

static void read_lines(struct load *l, const char *file, size_t first, size_t most)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    struct stat s;
    if (fd < 0 || fstat(fd, &s) < 0 || s.st_size == 0) {
        fail("%s: %s", file, errno ? strerror(errno) : "empty");
    }
    const char *p = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    l->lines = calloc(most, sizeof(*l->lines));
    l->took_us = calloc(most, sizeof(*l->took_us));
    if (p == MAP_FAILED || !l->lines || !l->took_us) {
        fail("no memory");
    }
    const char *end = p + s.st_size;
    for (size_t i = 0; p < end && l->line_count < most; i++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((stop ? stop : end) - p);
        if (i >= first) {
            l->lines[l->line_count++] = (struct line){.p = p, .n = (uint32_t)n};
        }
        p += n + 1;
    }
    if (l->line_count == 0) {
        fail("%s has no line %zu", file, first);
    }
}

static void prepare(struct load *l, const char *secret)
{
    unsigned char key[256], random[8];
    size_t key_n;
    if (strncmp(secret, "whsec_", 6) == 0) {
        secret += 6;
    }
    if (sodium_base642bin(key, sizeof(key), secret, strlen(secret), NULL, &key_n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        fail("the secret is no Base64");
    }
    randombytes_buf(random, sizeof(random));
    sodium_bin2hex(l->run, sizeof(l->run), random, sizeof(random));
    snprintf(l->timestamp, sizeof(l->timestamp), "%lld", (long long)time(NULL));
    for (size_t i = 0; i < l->line_count; i++) {
        sign(l, i, key, key_n);
    }
}

static void watch(const struct load *l, struct connection *c, uint32_t events, int how)
{
    struct epoll_event e = {.events = events, .data.ptr = c};
    if (epoll_ctl(l->epoll, how, c->fd, &e) < 0) {
        fail("epoll_ctl: %s", strerror(errno));
    }
}

/* Writes what is left of the request: the rest of the head and of the body. */
static void push(const struct load *l, struct connection *c)
{
    const struct line *line = &l->lines[c->line];
    size_t done = c->head_n + line->n - c->left;
    struct iovec parts[2];
    int count = 0;
    if (done < c->head_n) {
        parts[count++] = (struct iovec){c->head + done, c->head_n - done};
        done = c->head_n;
    }
    parts[count++] = (struct iovec){(char *)line->p + (done - c->head_n), line->n - (done - c->head_n)};
    ssize_t n = writev(c->fd, parts, count);
    if (n < 0 && errno != EAGAIN) {
        fail("write: %s", strerror(errno));
    }
    bool waited = n < 0 || (size_t)n < c->left;
    c->left -= n > 0 ? (size_t)n : 0;
    if (waited) {
        watch(l, c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    }
}

/* False when there is nothing more to send, or the time is over. */
static bool begin(struct load *l, struct connection *c, uint64_t now)
{
    if (l->next == l->line_count || now >= l->end_ns) {
        return false;
    }
    char id[48];
    c->line = l->next++;
    message_id(l, c->line, id, sizeof(id));
    const struct line *line = &l->lines[c->line];
    int n = snprintf(c->head, sizeof(c->head),
                     "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                     "webhook-id: %s\r\nwebhook-timestamp: %s\r\nwebhook-signature: v1,%.*s\r\n"
                     "Content-Length: %u\r\n\r\n",
                     l->path, id, l->timestamp, SIGNATURE_BYTES, line->signature, (unsigned)line->n);
    if (n < 0 || (size_t)n >= sizeof(c->head)) {
        fail("the path is too long");
    }
    c->head_n = (size_t)n;
    c->left = c->head_n + line->n;
    c->answer_n = 0;
    c->sent_ns = now;
    l->flying++;
    push(l, c);
    return true;
}

/* The value of a header, or NULL. */
static const char *header(const char *answer, const char *end, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = strstr(answer, "\r\n"); p && p < end; p = strstr(p + 2, "\r\n")) {
        if (strncasecmp(p + 2, name, n) == 0 && p[2 + n] == ':') {
            return p + 3 + n + strspn(p + 3 + n, " ");
        }
    }
    return NULL;
}

/* Is the answer whole? Chunks are not looked into: the last one is empty, and none of ours says so inside. */
static bool whole(const struct connection *c)
{
    const char *end = strstr(c->answer, "\r\n\r\n");
    if (!end) {
        return false;
    }
    const char *length = header(c->answer, end, "Content-Length");
    size_t have = c->answer_n - (size_t)(end + 4 - c->answer);
    if (length) {
        return have >= strtoul(length, NULL, 10);
    }
    if (!header(c->answer, end, "Transfer-Encoding")) {
        fail("an answer without length:\n%s", c->answer);
    }
    return have >= 5 && memcmp(c->answer + c->answer_n - 5, "0\r\n\r\n", 5) == 0;
}

static void pull(struct load *l, struct connection *c)
{
    ssize_t n = read(c->fd, c->answer + c->answer_n, ANSWER_BYTES - c->answer_n);
    if (n < 0 && errno == EAGAIN) {
        return;
    }
    if (n <= 0) {
        fail("the server closed a connection after %zu answers (%s)", l->answered,
             n ? strerror(errno) : "in good order");
    }
    c->answer_n += (size_t)n;
    c->answer[c->answer_n] = '\0';
    if (!whole(c)) {
        return;
    }
    uint64_t now = now_ns();
    if (strncmp(c->answer, "HTTP/1.1 2", 10) != 0 && l->refused++ == 0) {
        fprintf(stderr, "loader: refused: %s\n", c->answer);
    }
    l->took_us[l->answered++] = (uint32_t)((now - c->sent_ns) / 1000);
    l->flying--;
    begin(l, c, now);
}

static void connect_all(const struct load *l, struct connection *list, size_t count, uint16_t port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    for (size_t i = 0; i < count; i++) {
        struct connection *c = &list[i];
        c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
            fail("connect: %s", strerror(errno));
        }
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        fcntl(c->fd, F_SETFL, O_NONBLOCK);
        watch(l, c, EPOLLIN, EPOLL_CTL_ADD);
    }
}

static void serve_events(struct load *l)
{
    struct epoll_event events[256];
    int n = epoll_wait(l->epoll, events, 256, 30000);
    if (n == 0) {
        fail("no answer for 30 seconds, %zu are awaited", l->flying);
    }
    for (int i = 0; i < n; i++) {
        struct connection *c = events[i].data.ptr;
        if (c->left && (events[i].events & EPOLLOUT)) {
            push(l, c);
            if (!c->left) {
                watch(l, c, EPOLLIN, EPOLL_CTL_MOD);
            }
        }
        if (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
            pull(l, c);
        }
    }
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double percentile_ms(const struct load *l, double share)
{
    return l->took_us[(size_t)((double)(l->answered - 1) * share)] / 1000.0;
}

int main(int argc, char **argv)
{
    if (argc != 9) {
        fail("usage: loader PORT PATH SECRET BODIES FIRST COUNT SECONDS CONNECTIONS");
    }
    if (sodium_init() < 0) {
        fail("no libsodium");
    }
    size_t count = number(argv[8]), seconds = number(argv[7]);
    if (count < 1 || count > CONNECTIONS_MAX) {
        fail("from 1 to %d connections", CONNECTIONS_MAX);
    }
    struct load l = {.path = argv[2], .epoll = epoll_create1(EPOLL_CLOEXEC)};
    struct connection *list = calloc(count, sizeof(*list));
    if (!list) {
        fail("no memory");
    }
    read_lines(&l, argv[4], number(argv[5]), number(argv[6]));
    prepare(&l, argv[3]);
    connect_all(&l, list, count, (uint16_t)number(argv[1]));

    uint64_t start = now_ns();
    l.end_ns = start + seconds * 1000000000u;
    for (size_t i = 0; i < count && begin(&l, &list[i], now_ns()); i++) {
    }
    while (l.flying) {
        serve_events(&l);
    }
    double took_s = (double)(now_ns() - start) / 1e9;
    if (l.answered == 0) {
        fail("nothing was sent");
    }
    qsort(l.took_us, l.answered, sizeof(*l.took_us), ascending);
    printf(
        "{\"sent\":%zu,\"seconds\":%.3f,\"perSecond\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,"
        "\"max_ms\":%.3f,\"refused\":%zu}\n",
        l.answered, took_s, (double)l.answered / took_s, percentile_ms(&l, 0.5), percentile_ms(&l, 0.99),
        percentile_ms(&l, 0.999), percentile_ms(&l, 1), l.refused);
    return 0;
}
