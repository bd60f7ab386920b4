/* http_exchange.h: the server's own: one request with its answer, and the store of those that are reused. Only
 * io/http_server.c and io/http_stream.c look inside.
 *
 * An exchange is held by its connection from the request line until the answer has gone out or the connection is
 * lost, and besides by its owner from handle() until the answer is given. It is reused when both have let go. */
#ifndef IO_HTTP_EXCHANGE_H
#define IO_HTTP_EXCHANGE_H

#include "base/limits.h"
#include "io/http_body.h"
#include "io/http_conn.h"
#include "io/http_server.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

/* Where it is, seen from the HTTP thread, which alone changes it. */
enum http_step {
    HTTP_STEP_HEAD,   /* the rest of the head is to come */
    HTTP_STEP_BODY,   /* the body is coming */
    HTTP_STEP_ANSWER, /* an answer is ready; a body may be coming that nobody wants */
    HTTP_STEP_WAIT,   /* set aside */
};

/* Who may answer: taken by compare-and-swap. */
enum http_turn { HTTP_TURN_NOBODY, HTTP_TURN_OWNER, HTTP_TURN_ANSWERED };

struct MHD_Connection;
struct MHD_Response;
struct http_server;
struct http_exchanges;

/* Bytes of an answer without a known end, between its owner and the HTTP thread (io/http_stream.c). */
struct http_stream {
    pthread_mutex_t lock; /* for all of this */
    bool open;            /* the answer is a stream */
    bool waiting;         /* the connection is set aside until there are bytes */
    bool ended;           /* no more will come */
    bool gone;            /* the library has let go of it: nobody reads any more */
    char *p;
    size_t n, room, max;
};

struct http_exchange {
    struct http_server *server;
    struct http_exchanges *store;
    struct MHD_Connection *mhd;
    struct http_conn *conn;
    enum http_step step;
    bool chunked; /* the request's body */
    bool forced;  /* answered by the server in its owner's place, who may still use the arena */
    atomic_int turn;
    atomic_uint refs;
    struct http_response answer;
    int status;           /* of what was queued; 0 before */
    int64_t begun_us;     /* monotonic; 0 when nobody asks */
    struct str target;    /* copied before the library alters it; the first LIMIT_URL + 1 bytes at most */
    struct str target_at; /* where it was */
    struct http_body body;
    struct http_stream stream;
    struct http_request request;
    struct arena arena;
    char id[17];
    struct http_pair headers[LIMIT_HEADERS];
    struct http_exchange *next_free, *next_all;
};

struct http_exchanges {
    pthread_mutex_t lock;
    struct http_exchange *all; /* only ever grows at its head, so that it can be walked without the lock */
    struct http_exchange *free;
    size_t idle; /* in free */
    uint64_t id_key;
    atomic_uint_fast64_t ids;
    atomic_bool stopping;
    atomic_size_t suspended; /* connections set aside */
    atomic_size_t resuming;  /* threads that are about to give one back */
    atomic_size_t held;      /* exchanges that their owners have not answered */
};

/* id_key: chosen at random; it sets the ids of one process apart from those of another. */
void http_exchanges_open(struct http_exchanges *t, uint64_t id_key);
void http_exchanges_close(struct http_exchanges *t); /* frees all; nobody may hold one */
/* A fresh one with an id (16 hex digits, never the same twice), held once; NULL when there is no memory. Its arena is
 * empty. */
struct http_exchange *http_exchange_take(struct http_exchanges *t);
void http_exchange_keep(struct http_exchange *x);
/* Lets go; true when nobody holds it any more: it has been cleaned (its upload removed) and may be reused. */
bool http_exchange_release(struct http_exchange *x);
/* The newest of all; go on with next_all. Some may be free: look at turn. */
struct http_exchange *http_exchanges_all(struct http_exchanges *t);

/* Keeps what the HTTP thread is to send; the list of headers is copied, texts are not. */
void http_exchange_set_answer(struct http_exchange *x, const struct http_response *r);
/* Takes the right to answer from the owner; false when somebody else has it. */
bool http_exchange_take_turn(struct http_exchange *x);

/* For a stop: ends a stream, so that its connection is not set aside any more. */
void http_stream_stop(struct http_exchange *x);
/* Its request is over: the connection must not be touched any more. */
void http_stream_lost(struct http_exchange *x);
/* What the library reads a stream with; ctx is the exchange. */
ssize_t http_stream_read(void *ctx, char *p, size_t room);
void http_stream_gone(void *ctx);

#endif
