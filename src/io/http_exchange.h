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
#include "io/http_request.h"

#include <pthread.h>
#include <stdatomic.h>

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

struct http_exchange {
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct http_conn *conn;
    enum http_step step;
    bool chunked;
    atomic_int turn;
    atomic_uint refs;
    struct MHD_Response *response; /* ready to be queued */
    int status;
    uint64_t answer_bytes;
    int64_t begun_us;      /* monotonic */
    struct str target;     /* copied before the library alters it; the first LIMIT_URL + 1 bytes at most */
    const char *target_at; /* where it was */
    size_t target_size;
    struct http_body body;
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
};

void http_exchanges_open(struct http_exchanges *t);
void http_exchanges_close(struct http_exchanges *t); /* frees all; nobody may hold one */
/* A fresh one, held once; NULL when there is no memory. Its arena is empty. */
struct http_exchange *http_exchange_take(struct http_exchanges *t);
/* Gives it the id that belongs to a number: 16 hex digits, different for every number. The key, chosen at random when
 * the server starts, sets the ids of one process apart from those of another. */
void http_exchange_name(struct http_exchange *x, uint64_t key, uint64_t number);
void http_exchange_keep(struct http_exchange *x);
/* Lets go; true when nobody holds it any more: it has been cleaned (its upload removed) and may be reused. */
bool http_exchange_release(struct http_exchanges *t, struct http_exchange *x);
/* The newest of all; go on with next_all. Some may be free: look at turn. */
struct http_exchange *http_exchanges_all(struct http_exchanges *t);

#endif
