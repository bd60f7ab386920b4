#include "io/http_exchange.h"

#include <stdlib.h>

/* An arena that has grown larger gives its memory back, and so do exchanges beyond this number. */
#define ARENA_KEPT (64u << 10)
#define IDLE_KEPT  256u

void http_exchanges_open(struct http_exchanges *t)
{
    *t = (struct http_exchanges){0};
    pthread_mutex_init(&t->lock, NULL);
}

void http_exchanges_close(struct http_exchanges *t)
{
    while (t->all) {
        struct http_exchange *x = t->all;
        t->all = x->next_all;
        arena_free(&x->arena);
        free(x);
    }
    pthread_mutex_destroy(&t->lock);
}

struct http_exchange *http_exchange_take(struct http_exchanges *t)
{
    pthread_mutex_lock(&t->lock);
    struct http_exchange *x = t->free;
    if (x) {
        t->free = x->next_free;
        t->idle--;
    } else if ((x = calloc(1, sizeof(*x)))) {
        arena_init(&x->arena, LIMIT_ARENA);
        atomic_init(&x->turn, HTTP_TURN_NOBODY);
        x->next_all = t->all;
        t->all = x;
    }
    pthread_mutex_unlock(&t->lock);
    if (x) {
        atomic_store(&x->refs, 1);
        x->request = (struct http_request){.arena = &x->arena};
    }
    return x;
}

void http_exchange_name(struct http_exchange *x, uint64_t key, uint64_t number)
{
    /* splitmix64 (Steele, Lea, Flood 2014): each step is one to one, so that no id comes twice. */
    uint64_t n = key + number * 0x9e3779b97f4a7c15u;
    n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9u;
    n = (n ^ (n >> 27)) * 0x94d049bb133111ebu;
    n ^= n >> 31;
    for (int i = 15; i >= 0; i--, n >>= 4) {
        x->id[i] = "0123456789abcdef"[n & 15];
    }
    x->id[16] = 0;
    x->request.id = (struct str){x->id, 16};
}

void http_exchange_keep(struct http_exchange *x)
{
    atomic_fetch_add(&x->refs, 1);
}

bool http_exchange_release(struct http_exchanges *t, struct http_exchange *x)
{
    if (atomic_fetch_sub(&x->refs, 1) != 1) {
        return false;
    }
    http_body_drop(&x->body);
    x->body = (struct http_body){0};
    pthread_mutex_lock(&t->lock);
    bool keep = t->idle < IDLE_KEPT && x->arena.used <= ARENA_KEPT;
    x->next_free = t->free;
    t->free = x;
    t->idle++;
    if (keep) {
        arena_reset(&x->arena);
    } else {
        arena_free(&x->arena);
    }
    pthread_mutex_unlock(&t->lock);
    return true;
}

struct http_exchange *http_exchanges_all(struct http_exchanges *t)
{
    pthread_mutex_lock(&t->lock);
    struct http_exchange *x = t->all;
    pthread_mutex_unlock(&t->lock);
    return x;
}
