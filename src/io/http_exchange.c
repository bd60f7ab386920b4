#include "io/http_exchange.h"

#include <stdlib.h>
#include <string.h>

/* An arena that has grown larger gives its memory back, and so do those of exchanges beyond this number. */
#define ARENA_KEPT (64u << 10)
#define IDLE_KEPT  256u

void http_exchanges_open(struct http_exchanges *t, uint64_t id_key)
{
    *t = (struct http_exchanges){.id_key = id_key};
    pthread_mutex_init(&t->lock, NULL);
}

void http_exchanges_close(struct http_exchanges *t)
{
    while (t->all) {
        struct http_exchange *x = t->all;
        t->all = x->next_all;
        arena_free(&x->arena);
        pthread_mutex_destroy(&x->stream.lock);
        free(x);
    }
    pthread_mutex_destroy(&t->lock);
}

static struct http_exchange *make(struct http_exchanges *t)
{
    struct http_exchange *x = calloc(1, sizeof(*x));
    if (x) {
        x->store = t;
        arena_init(&x->arena, LIMIT_ARENA);
        pthread_mutex_init(&x->stream.lock, NULL);
        atomic_init(&x->turn, HTTP_TURN_NOBODY);
        x->next_all = t->all;
        t->all = x;
    }
    return x;
}

static void give_id(struct http_exchange *x)
{
    /* splitmix64 (Steele, Lea, Flood 2014): each step is one to one, so that no id comes twice. */
    uint64_t n = atomic_fetch_add_explicit(&x->store->ids, 1, memory_order_relaxed);
    n = x->store->id_key + n * 0x9e3779b97f4a7c15u;
    n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9u;
    n = (n ^ (n >> 27)) * 0x94d049bb133111ebu;
    n ^= n >> 31;
    for (int i = 15; i >= 0; i--, n >>= 4) {
        x->id[i] = "0123456789abcdef"[n & 15];
    }
    x->request.id = (struct str){x->id, 16};
}

struct http_exchange *http_exchange_take(struct http_exchanges *t)
{
    pthread_mutex_lock(&t->lock);
    struct http_exchange *x = t->free;
    if (x) {
        t->free = x->next_free;
        t->idle--;
    } else {
        x = make(t);
    }
    pthread_mutex_unlock(&t->lock);
    if (x) {
        atomic_store(&x->refs, 1);
        x->step = HTTP_STEP_HEAD;
        x->chunked = false;
        x->forced = false;
        x->status = 0;
        x->request = (struct http_request){.arena = &x->arena};
        give_id(x);
    }
    return x;
}

void http_exchange_keep(struct http_exchange *x)
{
    atomic_fetch_add(&x->refs, 1);
}

static void clean_stream(struct http_stream *s)
{
    pthread_mutex_lock(&s->lock); /* a stop walks over all exchanges */
    free(s->p);
    s->p = NULL;
    s->n = s->room = 0;
    s->open = s->waiting = s->ended = s->gone = false;
    pthread_mutex_unlock(&s->lock);
}

bool http_exchange_release(struct http_exchange *x)
{
    if (atomic_fetch_sub(&x->refs, 1) != 1) {
        return false;
    }
    struct http_exchanges *t = x->store;
    http_body_drop(&x->body);
    x->body = (struct http_body){0};
    if (x->stream.open) {
        clean_stream(&x->stream);
    }
    pthread_mutex_lock(&t->lock);
    if (t->idle < IDLE_KEPT && x->arena.used <= ARENA_KEPT) {
        arena_reset(&x->arena);
    } else {
        arena_free(&x->arena);
    }
    x->next_free = t->free;
    t->free = x;
    t->idle++;
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

void http_exchange_set_answer(struct http_exchange *x, const struct http_response *r)
{
    x->answer = *r;
    if (r->header_count) {
        struct http_pair *pairs = arena_array(&x->arena, struct http_pair, r->header_count);
        x->answer.headers = memcpy(pairs, r->headers, r->header_count * sizeof(*pairs));
    }
}

bool http_exchange_take_turn(struct http_exchange *x)
{
    int owner = HTTP_TURN_OWNER;
    return atomic_compare_exchange_strong(&x->turn, &owner, HTTP_TURN_ANSWERED);
}
