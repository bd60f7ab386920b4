/* api.h: the HTTP API of a running server: the HTTP server, its workers, and the batch that takes webhooks.
 *
 * The way of a request. On the HTTP thread, before its body is read, what its head alone can tell is refused: a Host
 * that is not ours, an address or method that does not exist, no credentials where some are needed, a change that
 * comes from another site's page, a body of another type than the route takes. A complete request then waits in a
 * bounded queue of its lane (api/router.h); a full queue answers 503 with Retry-After. A worker finds out who sends
 * it and what they may, parses the body, and runs the handler. A webhook goes to the batch instead: whatever has come
 * since the last commit is taken with the next one. */
#ifndef API_API_H
#define API_API_H

#include "hub/env.h"
#include "io/http_address.h"

struct api;

/* How much of the disk an upload may fill before it is known whose it is and what it says, in bytes: of somebody whose
 * credentials proved good lately, and of anybody else, of whom only so many may upload at once. */
#define API_UPLOAD_MAX     (UINT64_C(4) << 30)
#define API_UPLOAD_NEW_MAX (UINT64_C(256) << 20)
#define API_UPLOADS_NEW    4

struct api_options {
    struct env *env;              /* outlives the server */
    struct str listen;            /* HOST:PORT; port 0: any free one */
    struct str tls_cert, tls_key; /* PEM files; both or none */
    const struct http_network *proxies;
    size_t proxy_count;
    struct str public_url; /* as the operator gave it: whose name may stand in Host; absent: not known */
    struct str upload_dir; /* an absolute path of an existing directory, for uploads under way */

    /* 0 takes what is in brackets. */
    unsigned quick_workers; /* [8] reads and small writes */
    unsigned long_workers;  /* [4] tests, syncs, imports, exports */
    size_t queue_max;       /* [1,024] waiting requests of a lane, beyond which the answer is 503 */
    size_t batch_max;       /* [512] webhooks of one commit */
    int64_t stop_grace_ms;  /* [10,000] for requests under way when the server stops */

    void *ctx;
    /* Something was taken: there is work for hub/process.h. From the batch's thread; must not wait. May be NULL. */
    void (*on_taken)(void *ctx);
    /* Whether whoever applies messages runs; false with *e. From a worker. May be NULL. */
    bool (*ready)(void *ctx, struct err *e);
};

/* False with *e as http_server_start() and worker_start() say. The options are copied, what they point to is not. */
bool api_start(const struct api_options *o, struct api **out, struct err *e);
uint16_t api_port(const struct api *api); /* the one really listened on */
/* Answers what is under way, takes nothing more, waits for all threads. Accepts NULL. */
void api_stop(struct api *api);

#endif
