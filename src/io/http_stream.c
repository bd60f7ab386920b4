#include "io/http_exchange.h"
#include "io/http_library.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 4096u

static bool append(struct http_stream *s, struct str bytes)
{
    if (s->room - s->n < bytes.n) {
        size_t room = s->room * 2 > s->n + bytes.n ? s->room * 2 : s->n + bytes.n;
        room = room < FIRST_ROOM ? FIRST_ROOM : room;
        char *p = realloc(s->p, room);
        if (!p) {
            return false;
        }
        s->p = p;
        s->room = room;
    }
    if (bytes.n) {
        memcpy(s->p + s->n, bytes.p, bytes.n);
        s->n += bytes.n;
    }
    return true;
}

bool http_stream_open(struct http_exchange *x, const struct http_response *r, size_t pending_max)
{
    struct http_exchanges *t = x->store;
    struct http_stream *s = &x->stream;
    pthread_mutex_lock(&s->lock);
    s->open = true;
    s->max = pending_max;
    s->gone = true; /* as long as nobody reads */
    atomic_fetch_add(&t->resuming, 1);
    bool mine = http_exchange_take_turn(x);
    if (mine) {
        s->gone = false;
        http_exchange_set_answer(x, r);
        s->ended = !append(s, r->body);
        http_library_resume(x->mhd);
    }
    atomic_fetch_sub(&t->resuming, 1);
    pthread_mutex_unlock(&s->lock);
    return mine;
}

/* The lock is held. */
static void wake(struct http_exchange *x)
{
    if (x->stream.waiting) {
        x->stream.waiting = false;
        atomic_fetch_add(&x->store->resuming, 1);
        http_library_resume(x->mhd);
        atomic_fetch_sub(&x->store->suspended, 1);
        atomic_fetch_sub(&x->store->resuming, 1);
    }
}

bool http_stream_send(struct http_exchange *x, struct str bytes)
{
    struct http_stream *s = &x->stream;
    pthread_mutex_lock(&s->lock);
    bool fine = !s->gone && !s->ended;
    if (fine && (s->n > s->max || bytes.n > s->max - s->n || !append(s, bytes))) {
        /* The client does not keep up. Its connection is there as long as the stream is not gone. */
        fine = false;
        s->ended = true;
        http_conn_cut(x->conn);
    }
    wake(x);
    pthread_mutex_unlock(&s->lock);
    return fine;
}

void http_stream_end(struct http_exchange *x)
{
    struct http_exchanges *t = x->store;
    pthread_mutex_lock(&x->stream.lock);
    x->stream.ended = true;
    wake(x);
    pthread_mutex_unlock(&x->stream.lock);
    http_exchange_release(x);
    atomic_fetch_sub(&t->held, 1); /* last: from here on the server may be gone */
}

void http_stream_stop(struct http_exchange *x)
{
    pthread_mutex_lock(&x->stream.lock);
    if (x->stream.open) {
        x->stream.ended = true;
        wake(x);
    }
    pthread_mutex_unlock(&x->stream.lock);
}

ssize_t http_stream_read(void *ctx, char *p, size_t room)
{
    struct http_exchange *x = ctx;
    struct http_stream *s = &x->stream;
    pthread_mutex_lock(&s->lock);
    ssize_t n = (ssize_t)(s->n < room ? s->n : room);
    if (n) {
        if (s->ended) { /* the rest shall not take for ever */
            http_conn_enter(x->conn, HTTP_SENDING, s->n);
        }
        memcpy(p, s->p, (size_t)n);
        s->n -= (size_t)n;
        memmove(s->p, s->p + n, s->n);
    } else if (s->ended) {
        n = -1;
    } else {
        /* Either this sees `stopping`, or http_server_stop() sees this one in `suspended`. */
        atomic_fetch_add(&x->store->suspended, 1);
        if (atomic_load(&x->store->stopping)) {
            atomic_fetch_sub(&x->store->suspended, 1);
            s->ended = true;
            n = -1;
        } else {
            s->waiting = true;
            http_library_suspend(x->mhd);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return n;
}

void http_stream_lost(struct http_exchange *x)
{
    pthread_mutex_lock(&x->stream.lock);
    x->stream.gone = true;
    pthread_mutex_unlock(&x->stream.lock);
}

void http_stream_gone(void *ctx)
{
    http_stream_lost(ctx);
    http_exchange_release(ctx);
}
