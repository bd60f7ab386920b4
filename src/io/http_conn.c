#include "io/http_conn.h"

#include "io/clock.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS      1024u
#define LOOK_EACH_US 250000
#define DRAIN_US     1000000

struct http_conn {
    struct http_conns *table;
    struct http_conn *next, **link; /* in its bucket */
    struct http_address peer;
    char text[HTTP_ADDRESS_TEXT_SIZE];
    size_t text_n;
    int fd;
    bool tls, trusted;
    atomic_int phase;
    atomic_bool used; /* a request has begun on it */
    atomic_int_fast64_t since_us;
    atomic_uint_fast64_t bytes;
    atomic_int_fast64_t moved_us; /* when the last of them came */
    struct str answer;            /* in DRAIN */
    atomic_uint turns;            /* how often it became idle */
    /* Of the looking thread. */
    unsigned seen_turns; /* the value of turns for which the next three hold */
    bool idle_seen;
    uint64_t idle_received; /* bytes that had come when it was first seen idle */
    int64_t head_since_us;  /* when the beginning of a head was first seen; 0 not yet */
    int64_t sending_us;     /* the value of since_us for which the next two hold */
    uint64_t acked;         /* bytes that the other end had acknowledged when it was last seen to move */
    int64_t acked_us;       /* when that was */
};

struct http_conns {
    struct http_conns_options o;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    pthread_t thread;
    bool stopping;
    int64_t each_us; /* how long between two looks */
    size_t count;
    struct http_conn *buckets[BUCKETS];
    atomic_int_fast64_t soon_us;
};

static int64_t now_us(void)
{
    struct clock clock = clock_system();
    return clock_monotonic_us(&clock);
}

/* Good enough for deadlines, and costs nothing: when the looking thread will look again, thus never too early. */
static int64_t soon_us(const struct http_conns *t)
{
    return atomic_load_explicit(&t->soon_us, memory_order_relaxed);
}

static struct http_conn **bucket_of(struct http_conns *t, const struct http_address *a)
{
    return &t->buckets[str_hash((struct str){(const char *)a->bytes, sizeof(a->bytes)}) % BUCKETS];
}

static bool is_trusted(const struct http_conns *t, const struct http_address *a)
{
    for (size_t i = 0; i < t->o.trusted_count; i++) {
        if (http_network_holds(&t->o.trusted[i], a)) {
            return true;
        }
    }
    return false;
}

bool http_conns_welcome(struct http_conns *t, const struct http_address *peer)
{
    if (is_trusted(t, peer)) {
        return true;
    }
    size_t n = 0;
    pthread_mutex_lock(&t->lock);
    for (const struct http_conn *c = *bucket_of(t, peer); c; c = c->next) {
        n += http_address_eq(&c->peer, peer);
    }
    pthread_mutex_unlock(&t->lock);
    return n < t->o.per_peer;
}

struct http_conn *http_conns_add(struct http_conns *t, const struct http_address *peer, int fd)
{
    struct http_conn *c = calloc(1, sizeof(*c));
    if (!c) {
        return NULL;
    }
    c->table = t;
    c->peer = *peer;
    c->text_n = http_address_text(peer, c->text).n;
    c->fd = fd;
    c->tls = t->o.tls;
    c->trusted = is_trusted(t, peer);
    atomic_init(&c->phase, HTTP_IDLE);
    atomic_init(&c->since_us, soon_us(t));
    struct http_conn **bucket = bucket_of(t, peer);
    pthread_mutex_lock(&t->lock);
    c->next = *bucket;
    c->link = bucket;
    if (c->next) {
        c->next->link = &c->next;
    }
    *bucket = c;
    t->count++;
    pthread_mutex_unlock(&t->lock);
    return c;
}

void http_conns_remove(struct http_conns *t, struct http_conn *c)
{
    if (!c) {
        return;
    }
    pthread_mutex_lock(&t->lock);
    *c->link = c->next;
    if (c->next) {
        c->next->link = c->link;
    }
    t->count--;
    pthread_mutex_unlock(&t->lock);
    free(c);
}

size_t http_conns_count(struct http_conns *t)
{
    pthread_mutex_lock(&t->lock);
    size_t n = t->count;
    pthread_mutex_unlock(&t->lock);
    return n;
}

struct str http_conn_peer(const struct http_conn *c)
{
    return (struct str){c->text, c->text_n};
}

bool http_conn_trusted(const struct http_conn *c)
{
    return c->trusted;
}

bool http_conn_enter(struct http_conn *c, enum http_phase phase, uint64_t bytes)
{
    /* A new connection's first head counts from when it was accepted. */
    if (phase != HTTP_HEAD || atomic_load_explicit(&c->used, memory_order_relaxed)) {
        int64_t now = soon_us(c->table);
        atomic_store_explicit(&c->since_us, now, memory_order_relaxed);
        atomic_store_explicit(&c->moved_us, now, memory_order_relaxed);
    }
    atomic_store_explicit(&c->used, true, memory_order_relaxed);
    atomic_store_explicit(&c->bytes, bytes, memory_order_relaxed);
    if (phase == HTTP_IDLE) {
        atomic_fetch_add_explicit(&c->turns, 1, memory_order_relaxed);
    }
    int old = atomic_load_explicit(&c->phase, memory_order_relaxed);
    while (old != HTTP_CUT && !atomic_compare_exchange_weak_explicit(
                                  &c->phase, &old, (int)phase, memory_order_release, memory_order_relaxed)) {
    }
    if (old == HTTP_CUT) { /* whoever cut may still be sending c->answer: wait for that */
        pthread_mutex_lock(&c->table->lock);
        pthread_mutex_unlock(&c->table->lock);
    }
    return old != HTTP_CUT;
}

bool http_conn_drain(struct http_conn *c, struct str answer)
{
    /* From HEAD or BODY, in which nobody else reads it. */
    c->answer = answer;
    return http_conn_enter(c, HTTP_DRAIN, 0);
}

void http_conn_progress(struct http_conn *c, size_t bytes)
{
    atomic_fetch_add_explicit(&c->bytes, bytes, memory_order_relaxed);
    atomic_store_explicit(&c->moved_us, soon_us(c->table), memory_order_relaxed);
}

static void send_and_shut(struct http_conn *c, struct str answer)
{
    if (answer.n && !c->tls) {
        /* What does not fit the socket's buffer is given up: nobody waits here. */
        ssize_t sent = send(c->fd, answer.p, answer.n, MSG_DONTWAIT | MSG_NOSIGNAL);
        (void)sent;
    }
    shutdown(c->fd, SHUT_RDWR);
}

void http_conn_give_up(struct http_conn *c)
{
    if (atomic_exchange(&c->phase, HTTP_CUT) != HTTP_CUT) {
        send_and_shut(c, c->answer);
    }
}

void http_conn_cut(struct http_conn *c)
{
    if (atomic_exchange(&c->phase, HTTP_CUT) != HTTP_CUT) {
        shutdown(c->fd, SHUT_RDWR);
    }
}

/* What the system knows of the socket; zeros when it does not say. */
static struct tcp_info info_of(const struct http_conn *c)
{
    struct tcp_info info;
    memset(&info, 0, sizeof(info));
    socklen_t n = sizeof(info);
    if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &n)) {
        memset(&info, 0, sizeof(info));
    }
    return info;
}

/* Bytes that have ever come in on the socket. */
static uint64_t received(const struct http_conn *c)
{
    return info_of(c).tcpi_bytes_received;
}

/* Bytes wait for the other end, and it has taken none for grace_us. */
static bool stands_still(const struct http_conns *t, struct http_conn *c, int64_t since, int64_t now)
{
    struct tcp_info info = info_of(c);
    bool waits = info.tcpi_unacked || info.tcpi_notsent_bytes;
    if (!waits || c->sending_us != since || c->acked != info.tcpi_bytes_acked) {
        c->sending_us = since;
        c->acked = info.tcpi_bytes_acked;
        c->acked_us = now;
    }
    return now - c->acked_us > t->o.grace_us;
}

/* *answer is left empty when nobody waits for one. */
static bool idle_is_late(const struct http_conns *t, struct http_conn *c, int64_t since, int64_t now,
                         struct str *answer)
{
    if (!atomic_load_explicit(&c->used, memory_order_relaxed)) {
        bool late = now - since > t->o.head_us;
        *answer = late && received(c) ? t->o.late : S("");
        return late;
    }
    uint64_t bytes = received(c);
    if (!c->idle_seen) {
        c->idle_seen = true;
        c->idle_received = bytes;
    } else if (!c->head_since_us && bytes > c->idle_received) {
        c->head_since_us = now;
    }
    *answer = c->head_since_us ? t->o.late : S("");
    return c->head_since_us ? now - c->head_since_us > t->o.head_us : now - since > t->o.idle_us;
}

static bool is_late(const struct http_conns *t, struct http_conn *c, int phase, int64_t now,
                    struct str *answer)
{
    int64_t since = atomic_load_explicit(&c->since_us, memory_order_relaxed);
    uint64_t bytes = atomic_load_explicit(&c->bytes, memory_order_relaxed);
    uint64_t most = t->o.bytes_per_s * (UINT32_MAX / 2);
    int64_t allowance = (int64_t)((bytes < most ? bytes : most) / t->o.bytes_per_s) * 1000000;
    *answer = t->o.late;
    switch (phase) {
    case HTTP_IDLE:
        return idle_is_late(t, c, since, now, answer);
    case HTTP_HEAD:
        if (c->head_since_us && c->head_since_us < since) {
            since = c->head_since_us;
        }
        return now - since > t->o.head_us;
    case HTTP_BODY:
        return now - since > t->o.grace_us + allowance;
    case HTTP_DRAIN:
        return now - atomic_load_explicit(&c->moved_us, memory_order_relaxed) > DRAIN_US ||
               now - since > t->o.grace_us + allowance;
    case HTTP_SENDING:
        *answer = S("");
        return stands_still(t, c, since, now) || now - since > t->o.grace_us + allowance;
    default:
        return false;
    }
}

static void look_at(struct http_conns *t, struct http_conn *c, int64_t now)
{
    int phase = atomic_load_explicit(&c->phase, memory_order_acquire);
    struct str answer = S("");
    unsigned turns = atomic_load_explicit(&c->turns, memory_order_relaxed);
    if (turns != c->seen_turns) {
        c->seen_turns = turns;
        c->idle_seen = false;
        c->head_since_us = 0;
    }
    if (is_late(t, c, phase, now, &answer) && atomic_compare_exchange_strong(&c->phase, &phase, HTTP_CUT)) {
        send_and_shut(c, phase == HTTP_DRAIN ? c->answer : answer);
    }
}

static void *look(void *arg)
{
    struct http_conns *t = arg;
    pthread_mutex_lock(&t->lock);
    while (!t->stopping) {
        int64_t now = now_us();
        int64_t soon = now + t->each_us;
        atomic_store_explicit(&t->soon_us, soon, memory_order_relaxed);
        for (size_t i = 0; i < BUCKETS; i++) {
            for (struct http_conn *c = t->buckets[i]; c; c = c->next) {
                look_at(t, c, now);
            }
        }
        struct timespec ts = {.tv_sec = soon / 1000000, .tv_nsec = soon % 1000000 * 1000};
        pthread_cond_timedwait(&t->stop, &t->lock, &ts);
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

static void cut(struct http_conns *t, bool busy_too)
{
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct http_conn *c = t->buckets[i]; c; c = c->next) {
            int phase = atomic_load(&c->phase);
            bool busy = phase == HTTP_APP || phase == HTTP_SENDING || phase == HTTP_STREAM;
            if ((busy_too || !busy) && phase != HTTP_CUT &&
                atomic_compare_exchange_strong(&c->phase, &phase, HTTP_CUT)) {
                shutdown(c->fd, SHUT_RDWR);
            }
        }
    }
    pthread_mutex_unlock(&t->lock);
}

void http_conns_hang_up(struct http_conns *t)
{
    cut(t, false);
}

void http_conns_cut_all(struct http_conns *t)
{
    cut(t, true);
}

struct http_conns *http_conns_open(const struct http_conns_options *o, struct err *e)
{
    struct http_conns *t = calloc(1, sizeof(*t));
    if (!t) {
        err_set(e, ERR_INTERNAL, "There is not enough memory to start.",
                "La mémoire disponible ne suffit pas pour démarrer.");
        return NULL;
    }
    t->o = *o;
    int64_t shortest = o->idle_us < o->head_us ? o->idle_us : o->head_us;
    shortest = o->grace_us < shortest ? o->grace_us : shortest;
    t->each_us = shortest / 4 < LOOK_EACH_US ? shortest / 4 + 1000 : LOOK_EACH_US;
    atomic_init(&t->soon_us, now_us() + t->each_us);
    pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&t->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = !pthread_create(&t->thread, NULL, look, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!started) {
        free(t);
        err_set(e, ERR_INTERNAL, "The system refused to start a thread: raise its limit on processes.",
                "Le système a refusé de lancer un fil d’exécution : relevez sa limite de processus.");
        return NULL;
    }
    return t;
}

void http_conns_close(struct http_conns *t)
{
    if (!t) {
        return;
    }
    pthread_mutex_lock(&t->lock);
    t->stopping = true;
    pthread_mutex_unlock(&t->lock);
    pthread_cond_signal(&t->stop);
    pthread_join(t->thread, NULL);
    for (size_t i = 0; i < BUCKETS; i++) {
        while (t->buckets[i]) {
            http_conns_remove(t, t->buckets[i]);
        }
    }
    pthread_cond_destroy(&t->stop);
    pthread_mutex_destroy(&t->lock);
    free(t);
}
