/* http_library.h: the server's own: libmicrohttpd behind a few calls, so that io/http_server.c is only about
 * requests. The only file that includes <microhttpd.h>.
 *
 * All calls back come on the library's threads. Per connection: opened, then for each request begun, serve (head),
 * serve (each piece of the body), serve (end), finished; at last closed. */
#ifndef IO_HTTP_LIBRARY_H
#define IO_HTTP_LIBRARY_H

#include "io/http_answer.h"
#include "io/http_gate.h"

#include <sys/types.h>

struct MHD_Connection;
struct MHD_Daemon;
struct MHD_Response;

struct http_library {
    void *ctx;
    bool (*welcome)(void *ctx, const struct http_address *peer);
    void *(*opened)(void *ctx, const struct http_address *peer,
                    int fd); /* gives conn; NULL: nothing is served on it */
    void (*closed)(void *ctx, void *conn);
    /* The request line is here, and nothing else is sure. Gives x; NULL: the connection is closed. What target points
     * to is altered later; copy it. */
    void *(*begun)(void *ctx, void *conn, struct MHD_Connection *m, struct str target);
    /* False closes the connection. The first call for a request has no bytes: its head is complete. Further ones
     * without bytes: the request is complete (an answer is queued, or the connection set aside), or a connection that
     * was set aside goes on. */
    bool (*serve)(void *x, struct str method, struct str version, struct str bytes);
    /* sent: the whole answer has gone out. Not called for an x that is NULL. */
    void (*finished)(void *ctx, void *x, bool sent);

    struct MHD_Daemon *daemon; /* set by http_library_start() */
    int quiet_fd;              /* the listening socket when it is not listened on any more; else -1 */
    char log[200];             /* its first complaint: says why it does not start */
    _Atomic bool logged;
};

/* Serves on the listening socket, which is the library's from then on, also when it fails. l must stay where it is.
 * cert and key are PEM texts, or NULL. */
bool http_library_start(struct http_library *l, int fd, const struct http_options *o, const char *cert,
                        const char *key, struct err *e);
void http_library_refuse_new(struct http_library *l); /* stops listening */
/* Closes every connection and ends the threads. No connection may be set aside. */
void http_library_stop(struct http_library *l);

/* In the first call of serve: shows the head to the gate and takes its verdict. target is where the target was. */
enum http_fault http_library_gate(struct MHD_Connection *m, struct http_gate *g, struct str method,
                                  struct str target, struct str version, struct http_pair *headers,
                                  struct arena *a);

/* An answer with these headers; body_fd > 0 is closed in any case. NULL when it cannot be made. *bytes is the length of
 * its body. The body's bytes are not copied. */
struct MHD_Response *http_library_answer(struct str body, int body_fd, const struct http_answer_headers *h,
                                         uint64_t *bytes);
/* Queues an answer, which is gone afterwards also when it fails. Only in the first call of serve, which then has the
 * library close the connection after it, and in those without bytes. */
bool http_library_queue(struct MHD_Connection *m, int status, struct MHD_Response *answer);

/* Sets a connection aside (only in serve) until it is resumed (by any thread, once): then serve is called again. */
void http_library_suspend(struct MHD_Connection *m);
void http_library_resume(struct MHD_Connection *m);

/* An answer without a known end, sent as chunks. read(ctx, …) is called on the library's thread for the next bytes: the
 * number given, 0 after it has set the connection aside because there are none now, -1 for the end. gone(ctx) comes
 * when the library lets go of it, also when this fails. */
struct MHD_Response *http_library_stream(ssize_t (*read)(void *ctx, char *p, size_t room),
                                         void (*gone)(void *ctx), void *ctx,
                                         const struct http_answer_headers *h);

#endif
