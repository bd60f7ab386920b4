/* live.h: what happens in a hotel, told to whoever listens (server-sent events, as the HTML standard's EventSource
 * reads them): GET …/events with "Accept: text/event-stream".
 *
 * Each event is "id: N", "data: {id, type, entityId, createdAt, data}", as the list of events has it. A stream begins
 * after Last-Event-ID (or ?after=), without one with what happens from now on; the server looks a few times a second,
 * which also finds what other processes did. A comment is sent when nothing happened for a while, so that proxies keep
 * the connection and a client that has gone is noticed. Whoever listens is looked at again every minute: a stream ends
 * when its session does or its user leaves the hotel. Listening counts as using the session. */
#ifndef API_LIVE_H
#define API_LIVE_H

#include "api/call.h"
#include "io/looper.h"

#include <pthread.h>

#define LIVE_STREAMS                                                                                         \
    256 /* at once; further ones are told to come back later, and their page asks again by itself */

struct live_stream {
    struct api_call *call;
    int64_t after; /* the last event that was sent */
    int64_t said_us, seen_us;
};

struct live {
    struct env *env;
    struct looper *looper;
    pthread_mutex_t lock; /* for the number and for closed; the looper alone takes streams away */
    size_t count;
    bool closed;
    struct live_stream streams[LIVE_STREAMS];
};

bool live_start(struct live *l, struct env *env, struct err *e);
/* Ends all streams and the thread; before http_server_stop(). Also after a start that failed. */
void live_stop(struct live *l);

/* Answers the call, whose handler asked for it (call->live), with a stream, or with a refusal. The call must not be
 * touched afterwards. */
void live_open(struct live *l, struct api_call *c);

#endif
