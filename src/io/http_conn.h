/* http_conn.h: the server's open connections: how many each peer has, and when one has been too slow.
 *
 * A connection is in one phase at a time; the thread that moves its bytes says which. A thread of this file looks
 * at all of them four times a second (oftener when a timeout is short) and cuts those that are late:
 *
 *   IDLE     nothing of a (next) request is here: idle_us. On a new connection head_us, which also covers a TLS
 *            handshake. When bytes have come but no whole request line, head_us from when that was first seen.
 *   HEAD     the request line is here: head_us since the beginning of the head.
 *   BODY     grace_us, and more for every byte that has come, at bytes_per_s.
 *   DRAIN    as BODY, but of a body that nobody wants: when nothing has come for a second, the answer that is ready
 *            is sent at once.
 *   APP      the application has it: no limit here.
 *   SENDING  grace_us, and more for every byte of the answer; and grace_us since the client last took any of it.
 *   STREAM   an answer without a known end: no limit here.
 *
 * A byte every few seconds therefore keeps nothing open. To cut is to shut the socket down, so that its owner finds
 * it closed; before, on a plain connection whose request has begun, an answer is sent past the owner: the one that
 * was ready, else `late`. */
#ifndef IO_HTTP_CONN_H
#define IO_HTTP_CONN_H

#include "io/http_address.h"

enum http_phase {
    HTTP_IDLE,
    HTTP_HEAD,
    HTTP_BODY,
    HTTP_DRAIN,
    HTTP_APP,
    HTTP_SENDING,
    HTTP_STREAM,
    HTTP_CUT
};

struct http_conns_options {
    int64_t idle_us, head_us, grace_us;
    uint64_t bytes_per_s;
    size_t per_peer; /* connections from one address; trusted addresses have no limit */
    const struct http_network *trusted;
    size_t trusted_count;
    bool tls;
    struct str late; /* a whole HTTP answer, status 408; must live as long as the table */
};

struct http_conns;
struct http_conn;

/* Starts the thread. NULL with *e when that fails. */
struct http_conns *http_conns_open(const struct http_conns_options *o, struct err *e);
/* Stops the thread and frees what is left. No other thread may use the table any more. Accepts NULL. */
void http_conns_close(struct http_conns *t);

/* May this peer open one more? */
bool http_conns_welcome(struct http_conns *t, const struct http_address *peer);
/* A connection that has begun, in phase IDLE; NULL when there is no memory. The socket stays the caller's, who
 * removes the connection before closing it. */
struct http_conn *http_conns_add(struct http_conns *t, const struct http_address *peer, int fd);
void http_conns_remove(struct http_conns *t, struct http_conn *c); /* accepts a NULL c */
size_t http_conns_count(struct http_conns *t);
/* Cuts all that are neither with the application nor being answered: before a stop. */
void http_conns_hang_up(struct http_conns *t);
/* Cuts all, whatever they do. */
void http_conns_cut_all(struct http_conns *t);

/* False when it has been cut: then whatever is under way is given up. bytes: of the answer, for SENDING; else 0. */
bool http_conn_enter(struct http_conn *c, enum http_phase phase, uint64_t bytes);
void http_conn_progress(struct http_conn *c, size_t bytes); /* more of a body has come */
/* Into DRAIN, with the whole answer to send when the rest does not come; it must live until the next phase is
 * entered. */
bool http_conn_drain(struct http_conn *c, struct str answer);
/* In DRAIN: sends that answer, if the connection is plain, and cuts. */
void http_conn_give_up(struct http_conn *c);

void http_conn_cut(struct http_conn *c); /* from any thread, while it is not removed */

struct str http_conn_peer(const struct http_conn *c); /* address as text; lives as long as the connection */
bool http_conn_trusted(const struct http_conn *c);

#endif
