/* http_server.h: the HTTP server. Wraps libmicrohttpd, and is where its leniency ends (io/http_gate.h).
 *
 * One thread (or a few) moves bytes and never waits for anything else. The life of a request:
 *
 *   1. Its head is in and has passed the gate: accept() says what may follow and where it goes, or answers.
 *   2. Its body is in, in memory or in a file: the connection is set aside and handle() gets the exchange.
 *      handle() runs on the HTTP thread too and must only queue (io/worker.h, a commit batch).
 *   3. Any thread answers, once: http_answer(), or http_stream_open() … http_stream_end() for an answer without a
 *      known end. The connection goes on with its next request.
 *
 * A client that hangs up in between changes nothing for whoever works on the exchange: it stays whole until it is
 * answered. Exchanges and their arenas are reused.
 *
 * What the server refuses by itself (base/limits.h, io/http_fault.h) is answered with a problem document in English
 * or French and, where what follows on the connection cannot be trusted or is not wanted, the connection is closed.
 * A body that is refused is read to its end up to 16 MiB, so that the client gets to hear why; a larger one, and one
 * announced with "Expect: 100-continue", is cut off. Requests that the library itself finds malformed (a header
 * without a colon, a Content-Length that is no number, a head beyond 48 KiB) get its own short 4xx page instead.
 * After a chunked body the connection is always closed: the library takes chunk lines that end in a bare LF, which
 * harms nobody when nothing can follow. */
#ifndef IO_HTTP_SERVER_H
#define IO_HTTP_SERVER_H

#include "io/http_request.h"

struct http_server;
struct http_exchange;

struct http_response {
    int status;      /* 200 to 599 */
    struct str type; /* Content-Type; absent: none is sent */
    struct str body; /* not copied: in the request's arena, or constant */
    int body_fd; /* > 0: the regular file to send instead, from its beginning; closed by the server, always */
    const struct http_pair *headers; /* more of them (several Set-Cookie are fine); not those below */
    size_t header_count;
    struct str csp;   /* Content-Security-Policy; absent: the default below */
    struct str cache; /* Cache-Control; absent: no-store */
    bool close;       /* ends the connection afterwards */
};
/* On every answer:
 *   X-Content-Type-Options: nosniff · Referrer-Policy: no-referrer · Cross-Origin-Opener-Policy: same-origin ·
 *   Cross-Origin-Resource-Policy: same-origin · X-Request-Id: <id> · Cache-Control: no-store ·
 *   Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self' ·
 *   Strict-Transport-Security: max-age=63072000; includeSubDomains, when the request was secure.
 * Content-Length, Date and Connection are the library's; there is no Server header. A body is not sent in answer to
 * HEAD, nor with 204 and 304. */

/* HTTP_TAKE_FILE makes a file for an empty body too. */
enum http_take { HTTP_TAKE_MEMORY, HTTP_TAKE_FILE, HTTP_TAKE_NOTHING };

/* What accept() decides. At first: HTTP_TAKE_MEMORY, LIMIT_BODY bytes. */
struct http_plan {
    enum http_take take;
    uint64_t body_max; /* more is refused with 413; for a file there is no other limit */
    struct str dir;    /* HTTP_TAKE_FILE: an absolute path of a directory for uploads; a view used at once */
    struct http_response response; /* HTTP_TAKE_NOTHING: the answer, without handle() */
};

struct http_options {
    struct str listen;                  /* HOST:PORT, see http_listen() */
    struct str tls_cert, tls_key;       /* PEM files (chain first leaf); both or none */
    const struct http_network *proxies; /* whose X-Forwarded-For and -Proto are believed; copied */
    size_t proxy_count;

    /* ctx is theirs. accept may allocate in head->arena and set head->app. done (may be NULL) is called when an
     * answer has gone out or the connection was lost (status 0), also for what the server refused, when a refused
     * request may lack everything but id and client. All three run on the HTTP thread and must not wait. */
    void *ctx;
    void (*accept)(void *ctx, struct http_request *head, struct http_plan *plan);
    void (*handle)(void *ctx, struct http_exchange *x);
    void (*done)(void *ctx, const struct http_request *r, int status, int64_t took_us);

    /* 0 takes what is in brackets. */
    unsigned threads;     /* [1] that move bytes; more did not help on two cores */
    unsigned connections; /* [4096] open at once; further ones wait in the system's queue */
    unsigned
        connections_peer;  /* [512] from one address that is not a proxy; further ones are closed at once */
    int64_t idle_ms;       /* [30,000] between requests */
    int64_t head_ms;       /* [10,000] for a whole head */
    int64_t grace_ms;      /* [30,000] for a body or an answer, and … */
    uint64_t bytes_per_s;  /* [1,024] … at least so many bytes a second beyond that; io/http_conn.h */
    int64_t stop_grace_ms; /* [10,000] that http_server_stop() leaves to work under way */
};

/* Listens and serves. Plain HTTP is for loopback only: elsewhere there must be TLS, or proxies in front. False with
 * *e: ERR_INVALID for options that cannot be, the errors of http_listen(), ERR_INTERNAL. */
bool http_server_start(const struct http_options *o, struct http_server **out, struct err *e);
uint16_t http_server_port(const struct http_server *s); /* the one really listened on */
size_t http_server_connections(struct http_server *s);

/* Takes no new connection, ends streams, answers new requests 503, waits stop_grace_ms for what handle() was given; then
 * answers the rest 503 in its owners' place and cuts every connection. Whoever still holds an exchange must
 * nevertheless answer it, or end its stream: this waits for them, however long, since the exchange lives in the
 * server. Not from a callback. Accepts NULL. */
void http_server_stop(struct http_server *s);

/* The request. From handle() until the answer it belongs to the one who answers. */
struct http_request *http_exchange_request(struct http_exchange *x);

/* Answers, from any thread. Every exchange is answered exactly once (or a stream is opened and ended instead) and is
 * gone then. r may be gone too; what its texts point to must be constant or in the request's arena. A response that
 * cannot be sent (a header with a line break, a file that cannot be read) becomes 500. The file of an upload is
 * removed when the answer has gone out, unless it was renamed away from body_path. */
void http_answer(struct http_exchange *x, const struct http_response *r);

/* An answer that goes on until it is ended, as live events do. r as above; its body comes first, a file is not possible.
 * What the client has not taken yet is kept, pending_max bytes at most: one that does not keep up is cut off. False when
 * there is nobody to send to any more (the server is stopping): then, too, http_stream_end() is called. */
bool http_stream_open(struct http_exchange *x, const struct http_response *r, size_t pending_max);
/* Sends more, copied; from any thread, one at a time. False when the stream is over: the client has gone or did not keep
 * up, or the server stops. A client that has gone is noticed only by sending, so send something now and then. */
bool http_stream_send(struct http_exchange *x, struct str bytes);
/* Ends the answer after what was sent, and gives the exchange back: exactly once. */
void http_stream_end(struct http_exchange *x);

#endif
