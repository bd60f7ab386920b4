#include "api/live.h"

#include "api/resource.h"
#include "hub/desk.h"
#include "hub/live.h"

#define TURN_MS     300
#define REST_MS     60000
#define QUIET_US    INT64_C(15000000)
#define SEE_US      INT64_C(60000000)
#define BATCH       100
#define PENDING_MAX ((size_t)1 << 20) /* that a client may be behind */

static bool wants_stream(const struct http_request *r)
{
    return str_eq(r->method, S("GET")) &&
           str_find(http_header(r, S("Accept")), S("text/event-stream")) != SIZE_MAX;
}

/* GET …/events: a stream for whoever wants one, else the list. */
bool live_events(struct api_call *c, struct err *e)
{
    if (!wants_stream(c->request)) {
        return happenings_events(c, e);
    }
    struct str after = http_header(c->request, S("Last-Event-ID"));
    if (!after.n) {
        after = http_query(c->request, S("after"));
    }
    if (after.n && (!str_to_i64(after, &c->live_after) || c->live_after < 0)) {
        return err_field(e, ERR_INVALID, "after", "after is the id of an event",
                         "after est l'identifiant d'un événement");
    }
    if (!after.n && !live_newest(c->env, &c->hotel, &c->live_after, e)) {
        return false;
    }
    c->live = true;
    c->answer = (struct http_response){
        .status = 200,
        .type = S("text/event-stream; charset=utf-8"),
        .body = S("retry: 3000\n\n"),
    };
    api_header(c, S("X-Accel-Buffering"), S("no"));
    return true;
}

static void write_event(struct buf *b, const struct event_row *v)
{
    buf_fmt(b, "id: %lld\ndata: ", (long long)v->seq);
    struct json_out o = json_out(b);
    json_open(&o, '{');
    api_member_id(&o, S("id"), v->seq);
    json_member_str(&o, S("type"), v->type);
    api_member_id(&o, S("entityId"), v->entity_id);
    api_member_instant(&o, S("createdAt"), v->created_us);
    json_member_raw(&o, S("data"), v->data.n ? v->data : S("null"));
    json_close(&o, '}');
    buf_add(b, S("\n\n"));
}

/* Still signed in, and still of the hotel? What cannot be found out is asked again later. */
static bool may_stay(struct live *l, struct live_stream *s, struct arena *a, int64_t now_us)
{
    struct err e = {0};
    struct principal who;
    struct establishment hotel;
    if (now_us - s->seen_us < SEE_US) {
        return true;
    }
    s->seen_us = now_us;
    bool fine = auth_who(l->env, a, &s->call->credentials, &who, &e) &&
                account_require(l->env, a, &who, s->call->hotel.slug, ROLE_VIEWER, &hotel, &e);
    return fine || (e.code != ERR_UNAUTHENTICATED && e.code != ERR_NOT_FOUND && e.code != ERR_FORBIDDEN);
}

/* False when the stream is over. *behind: there is more to say at once. */
static bool serve(struct live *l, struct live_stream *s, bool *behind)
{
    ARENA_SCOPE a;
    arena_init(&a, 4u << 20);
    struct err e = {0};
    struct event_row *list;
    size_t count;
    int64_t now_us = clock_now_us(&l->env->clock);
    if (!may_stay(l, s, &a, now_us)) {
        return false;
    }
    struct buf b = buf_in(&a);
    if (desk_events(l->env, &a, &s->call->hotel, s->after, BATCH, &list, &count, &e)) {
        for (size_t i = 0; i < count; i++) {
            write_event(&b, &list[i]);
            s->after = list[i].seq;
        }
        *behind = *behind || count == BATCH;
    }
    if (!b.n && now_us - s->said_us >= QUIET_US) {
        buf_add(&b, S(":\n\n"));
    }
    if (!b.n) {
        return true;
    }
    s->said_us = now_us;
    return http_stream_send(s->call->exchange, buf_str(&b));
}

static size_t streams_now(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    size_t count = l->count;
    pthread_mutex_unlock(&l->lock);
    return count;
}

static void take_away(struct live *l, size_t i)
{
    http_stream_end(l->streams[i].call->exchange);
    pthread_mutex_lock(&l->lock);
    l->streams[i] = l->streams[--l->count];
    pthread_mutex_unlock(&l->lock);
}

static int64_t turn(void *ctx)
{
    struct live *l = ctx;
    bool behind = false;
    size_t i = 0;
    while (i < streams_now(l)) {
        if (serve(l, &l->streams[i], &behind)) {
            i++;
        } else {
            take_away(l, i);
        }
    }
    return behind ? 0 : i ? TURN_MS : REST_MS;
}

bool live_start(struct live *l, struct env *env, struct err *e)
{
    l->env = env;
    l->count = 0;
    l->closed = false;
    pthread_mutex_init(&l->lock, NULL);
    l->looper = looper_start(turn, l, e);
    return l->looper != NULL;
}

void live_stop(struct live *l)
{
    if (!l->env) {
        return;
    }
    pthread_mutex_lock(&l->lock);
    l->closed = true;
    pthread_mutex_unlock(&l->lock);
    looper_stop(l->looper);
    l->looper = NULL;
    while (l->count) {
        take_away(l, l->count - 1);
    }
}

static void refuse(struct api_call *c)
{
    struct err e;
    err_set(&e, ERR_BUSY, "as many listen already as the server can serve; try again later",
            "trop de pages écoutent déjà ; réessayez plus tard");
    struct http_response answer = api_failure(c, &e);
    http_answer(c->exchange, &answer);
}

void live_open(struct live *l, struct api_call *c)
{
    int64_t now_us = clock_now_us(&c->env->clock);
    pthread_mutex_lock(&l->lock);
    bool fine = !l->closed && l->count < LIVE_STREAMS;
    bool opened = fine && http_stream_open(c->exchange, &c->answer, PENDING_MAX);
    if (opened) {
        l->streams[l->count++] =
            (struct live_stream){.call = c, .after = c->live_after, .said_us = now_us, .seen_us = now_us};
    }
    pthread_mutex_unlock(&l->lock);
    if (!fine) {
        refuse(c);
    } else if (!opened) {
        http_stream_end(c->exchange);
    } else {
        looper_poke(l->looper);
    }
}
