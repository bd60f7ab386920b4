/* take_fixture.h: hotels with webhooks, for the tests of taking and processing: short ways to send something, signed or
 * not, and to look at what is stored. What must not fail in a test ends it. */
#ifndef HUB_TAKE_FIXTURE_H
#define HUB_TAKE_FIXTURE_H

#include "base/limits.h"
#include "connector/signature_sign.h"
#include "hub/desk.h"
#include "hub/env_fixture.h"
#include "hub/hotel.h"
#include "hub/integration.h"
#include "hub/keys.h"
#include "hub/process.h"
#include "hub/take.h"

#define FIXTURE_DAY 20648 /* 2026-07-14 */

struct take_fixture {
    struct env_fixture env;
    struct establishment one, two;
    const struct establishment *at; /* the hotel that the helpers speak of */
    struct arena *a;                /* of the environment */
    struct err e;
    uint64_t sent; /* messages made so far */
};

static inline void take_fixture_must(const struct take_fixture *f, bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "%s: %s %s\n", what, f->e.en, f->e.pointer);
        abort();
    }
}

static inline void take_fixture_room(struct take_fixture *f, const struct establishment *hotel,
                                     const char *code, int64_t units)
{
    struct room_type r = {.code = str_of(code), .units = units};
    int64_t repaired;
    take_fixture_must(f, desk_room_add(&f->env.env, f->a, hotel, S("o@x"), &r, &repaired, &f->e), code);
}

/* Two hotels, "one" and "two", each with DBL (2 rooms) and SGL (1 room), with their keys open. */
static inline void take_fixture_open(struct take_fixture *f)
{
    struct establishment *hotels[] = {&f->one, &f->two};
    bool created;
    *f = (struct take_fixture){0};
    env_fixture_open(&f->env);
    f->a = &f->env.a;
    f->at = &f->one;
    take_fixture_must(f, keys_open(&f->env.env, &created, &f->e), "keys");
    for (size_t i = 0; i < ARRAY_LEN(hotels); i++) {
        struct hotel_new h = {i ? S("two") : S("one"), S("Hotel"), S("Europe/Paris"), S("EUR")};
        take_fixture_must(f, hotel_add(&f->env.env, f->a, &h, hotels[i], &f->e), "hotel");
        take_fixture_room(f, hotels[i], "DBL", 2);
        take_fixture_room(f, hotels[i], "SGL", 1);
    }
}

static inline void take_fixture_close(struct take_fixture *f)
{
    keys_close(&f->env.env);
    env_fixture_close(&f->env);
}

/* As when the program stops, and starts again. */
static inline void take_fixture_leave(struct take_fixture *f)
{
    keys_close(&f->env.env);
    store_close(&f->env.store);
}

static inline void take_fixture_return(struct take_fixture *f)
{
    bool created;
    take_fixture_must(f, store_open(&f->env.store, str_of(f->env.dir), false, &f->e), "store");
    take_fixture_must(f, keys_open(&f->env.env, &created, &f->e) && !created, "keys");
}

/* --- integrations --- */

/* A webhook of f->at; *shown: the secret or key that was made, when it was (NULL: nobody asks). */
static inline struct str hook(struct take_fixture *f, const char *configuration, struct str *shown)
{
    struct integration_view v = {0};
    struct str text =
        arena_fmt(f->a, "{\"type\":\"webhook\",\"name\":\"Hook\",\"configuration\":%s}", configuration);
    const struct json *body = json_parse(f->a, text, &f->e);
    take_fixture_must(f, body && integration_create(&f->env.env, f->a, f->at, S("o@x"), body, &v, &f->e),
                      configuration);
    if (shown) {
        const struct json *settings = json_parse(f->a, v.settings, &f->e);
        const struct json *secret = json_get(settings, S("secret")), *token = json_get(settings, S("token"));
        *shown = secret ? secret->text : token ? token->text : (struct str){0};
    }
    return v.row.id;
}

#define HOOK_OPEN "{\"verification\":\"open\",\"confirmOpen\":true}"

static inline void change_hook(struct take_fixture *f, struct str id, const char *json)
{
    struct integration_view v;
    const struct json *body = json_parse(f->a, str_of(json), &f->e);
    take_fixture_must(f, body && integration_change(&f->env.env, f->a, f->at, S("o@x"), id, body, &v, &f->e),
                      json);
}

/* --- sending --- */

/* A request for a webhook of f->at, with `more` headers. */
static inline struct take *request(struct take_fixture *f, struct str id, struct str body,
                                   const struct take_header *more, size_t more_count)
{
    struct take *t = arena_new(f->a, struct take);
    struct take_header *headers = arena_array(f->a, struct take_header, more_count + 1);
    headers[0] = (struct take_header){S("Content-Type"), S("application/json")};
    for (size_t i = 0; i < more_count; i++) {
        headers[i + 1] = more[i];
    }
    *t = (struct take){
        .arena = f->a,
        .hotel = f->at->slug,
        .integration_id = id,
        .method = S("POST"),
        .target = arena_fmt(f->a, "/api/webhooks/integrations/%.*s/%.*s", STR_ARG(f->at->slug), STR_ARG(id)),
        .client = S("192.0.2.7"),
        .request_id = arena_fmt(f->a, "req-%llu", (unsigned long long)f->sent++),
        .headers = headers,
        .header_count = more_count + 1,
        .body = body,
        .received_us = f->env.now_us,
    };
    return t;
}

/* The same, signed with this secret of preset standard, as message number `number`. */
static inline struct take *request_signed(struct take_fixture *f, struct str id, struct str secret,
                                          const char *number, struct str body)
{
    struct signature_headers signed_with;
    struct take_header headers[SIGNATURE_HEADERS_MAX];
    struct signature_scheme scheme = {.preset = SIGNATURE_STANDARD};
    take_fixture_must(f,
                      signature_sign(f->a, &scheme, &secret, 1, S("POST"), S(""), body, str_of(number),
                                     f->env.now_us, &signed_with, &f->e),
                      number);
    for (size_t i = 0; i < signed_with.count; i++) {
        headers[i] = (struct take_header){signed_with.pairs[i].name, signed_with.pairs[i].value};
    }
    return request(f, id, body, headers, signed_with.count);
}

/* Takes it alone; its number, or 0 with t->err. */
static inline int64_t take_alone(struct take_fixture *f, struct take *t)
{
    take_batch(&f->env.env, &t, 1);
    return t->seq;
}

/* A body by an open source, which must be taken; its number. */
static inline int64_t send_open(struct take_fixture *f, struct str id, struct str body)
{
    struct take *t = request(f, id, body, NULL, 0);
    take_alone(f, t);
    f->e = t->err;
    take_fixture_must(f, t->err.code == ERR_NONE && t->seq > 0, "taken");
    return t->seq;
}

/* Our own message about one room: "created" and so on; nights from FIXTURE_DAY; room NULL: no rooms. */
static inline struct str booking(struct take_fixture *f, const char *type, const char *reference,
                                 const char *room, int night, int nights)
{
    if (!room) {
        return arena_fmt(f->a, "{\"type\":\"reservation.%s\",\"data\":{\"reference\":\"%s\"}}", type,
                         reference);
    }
    return arena_fmt(
        f->a,
        "{\"type\":\"reservation.%s\",\"data\":{\"reference\":\"%s\",\"rooms\":[{\"roomType\":\"%s\","
        "\"arrival\":\"%.*s\",\"departure\":\"%.*s\"}]}}",
        type, reference, room, STR_ARG(date_fmt(f->a, FIXTURE_DAY + night)),
        STR_ARG(date_fmt(f->a, FIXTURE_DAY + night + nights)));
}

/* --- looking --- */

static inline struct inbox_message stored(struct take_fixture *f, int64_t seq)
{
    struct inbox_message m = {0};
    DB_READ_SCOPE *c = db_read(f->env.store.inbox, &f->e);
    take_fixture_must(f, c && inbox_get(c, f->a, f->at->id, seq, &m, &f->e), "stored");
    return m;
}

/* Messages of a webhook, newest first. */
static inline struct inbox_message *all_stored(struct take_fixture *f, struct str id, size_t *count)
{
    struct inbox_message *list = NULL;
    struct inbox_filter filter = {
        .integration_id = id, .since_us = INSTANT_NONE, .rejected = -1, .limit = 2000};
    DB_READ_SCOPE *c = db_read(f->env.store.inbox, &f->e);
    take_fixture_must(f, c && inbox_list(c, f->a, f->at->id, &filter, &list, count, &f->e), "list");
    return list;
}

/* Processes all that waits. */
static inline void process_all(struct take_fixture *f)
{
    size_t done;
    do {
        take_fixture_must(f, process_next(&f->env.env, 50, &done, &f->e), "process");
    } while (done == 50);
}

/* What became of a message; outcome "" when nobody has looked at it. */
static inline struct inbox_outcome outcome(struct take_fixture *f, int64_t seq)
{
    struct inbox_outcome o = {0};
    bool found = false;
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    take_fixture_must(f, c && inbox_outcome_get(c, f->a, f->at->id, seq, &o, &found, &f->e), "outcome");
    return found ? o : (struct inbox_outcome){.outcome = S("")};
}

/* A reservation of a channel; NULL when there is none. */
static inline struct reservation_row *reserved(struct take_fixture *f, struct str channel,
                                               const char *reference)
{
    struct reservation_row *r = arena_new(f->a, struct reservation_row);
    bool found = false;
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    take_fixture_must(f,
                      c && reservation_find(c, f->a, f->at->id, channel, str_of(reference), r, &found, &f->e),
                      reference);
    return found ? r : NULL;
}

/* A night of a room type, counted from FIXTURE_DAY. */
static inline struct calendar_day night_of(struct take_fixture *f, const char *room, int night)
{
    struct calendar_room *rooms;
    size_t count;
    take_fixture_must(f,
                      desk_calendar(&f->env.env, f->a, f->at, FIXTURE_DAY + night, FIXTURE_DAY + night + 1,
                                    &rooms, &count, &f->e),
                      room);
    for (size_t i = 0; i < count; i++) {
        if (str_eq(rooms[i].room.code, str_of(room))) {
            return rooms[i].days[0];
        }
    }
    abort();
}

#endif
