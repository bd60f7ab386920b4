/* desk_rate_fixture.h: the hotel of apply_fixture.h with rate plans, and short ways to price and to look. */
#ifndef HUB_DESK_RATE_FIXTURE_H
#define HUB_DESK_RATE_FIXTURE_H

#include "format/json_fields.h"
#include "hub/apply_fixture.h"
#include "hub/desk_rate.h"

#define NONE FIELD_INT_NONE

static struct apply_fixture f;
static struct desk_rate_edited edited; /* by the last rate_edit */

/* A plan by its JSON; 0 with f.e when it is refused. */
static inline int64_t add_plan(const char *json)
{
    struct rate_plan p;
    const struct json *v = json_parse(f.a, str_of(json), &f.e);
    bool ok = v && json_decode(f.a, &rate_plan_fields, v, &p, &f.e) &&
              desk_rate_plan_add(&f.env.env, f.a, f.at, S("o@x"), &p, &f.e);
    return ok ? p.id : 0;
}

/* BAR per room, NR 10 % below it, PP per person. */
static inline void rate_fixture_open(void)
{
    apply_fixture_open(&f);
    apply_fixture_must(
        &f,
        add_plan("{\"code\":\"BAR\",\"name\":\"Best\"}") &&
            add_plan("{\"code\":\"NR\",\"derived\":{\"parent\":\"bar\",\"percent\":\"-10\"}}") &&
            add_plan("{\"code\":\"PP\",\"pricing\":\"person\"}"),
        "plans");
}

static inline struct rate_plan plan_named(const char *code)
{
    struct rate_plan *list;
    size_t count = 0;
    apply_fixture_must(&f, desk_rate_plans(&f.env.env, f.a, f.at, &list, &count, &f.e), code);
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i].code, str_of(code))) {
            return list[i];
        }
    }
    return (struct rate_plan){.id = 0};
}

struct rate_said {
    const char *room, *plan;
    const char *room2, *plan2; /* may be NULL */
    int from, to;              /* from FIXTURE_DAY */
    unsigned weekdays;         /* 0: every day */
    struct desk_rate_set sets[4];
};

static inline struct decimal amount(const char *text)
{
    struct decimal d = {0};
    decimal_parse(str_of(text), &d);
    return d;
}

#define PRICE(text)                                                                                          \
    {                                                                                                        \
        .field = EDIT_PRICE, .amount = amount(text)                                                          \
    }
#define PRICE_FOR(n, text)                                                                                   \
    {                                                                                                        \
        .field = EDIT_PRICE, .amount = amount(text), .occupancy = (n)                                        \
    }
#define RULE(what, v)                                                                                        \
    {                                                                                                        \
        .field = (what), .value = (v)                                                                        \
    }
#define INHERIT(what)                                                                                        \
    {                                                                                                        \
        .field = (what), .inherit = true                                                                     \
    }

static inline bool rate_edit_by(const char *actor, struct rate_said said)
{
    struct str rooms[] = {str_of(said.room), str_of(said.room2)},
               plans[] = {str_of(said.plan), str_of(said.plan2)};
    struct desk_rate_edit edit = {.room_types = rooms,
                                  .room_type_count = said.room2  ? 2
                                                     : said.room ? 1
                                                                 : 0,
                                  .rate_plans = plans,
                                  .rate_plan_count = said.plan2  ? 2
                                                     : said.plan ? 1
                                                                 : 0,
                                  .from = FIXTURE_DAY + said.from,
                                  .to = FIXTURE_DAY + said.to,
                                  .weekdays = said.weekdays ? said.weekdays : EDIT_EVERY_DAY,
                                  .sets = said.sets};
    while (edit.set_count < 4 && said.sets[edit.set_count].field != 0) {
        edit.set_count++;
    }
    return desk_rate_edit(&f.env.env, f.a, f.at, str_of(actor), &edit, &edited, &f.e);
}
#define rate_edit(...) rate_edit_by("o@x", (struct rate_said){__VA_ARGS__})

/* The values of the nights [from, to), as in "12000 12000 -": prices, or of a restriction. */
static inline const char *rates_of(const char *room, const char *plan, int field, int from, int to)
{
    struct desk_rate_book b;
    struct buf out = buf_in(f.a);
    int64_t id = plan_named(plan).id;
    apply_fixture_must(
        &f, desk_rates(&f.env.env, f.a, f.at, str_of(room), FIXTURE_DAY + from, FIXTURE_DAY + to, &b, &f.e),
        room);
    for (int night = from; night < to; night++) {
        struct rate_value v = field == EDIT_PRICE
                                  ? rate_price(&b.book, b.rooms[0].id, id, FIXTURE_DAY + night, 0)
                                  : rate_restriction(&b.book, b.rooms[0].id, id, FIXTURE_DAY + night, field);
        buf_fmt(&out, "%s", night > from ? " " : "");
        buf_fmt(&out, v.value == NONE ? "-" : "%lld", (long long)v.value);
    }
    return buf_str(&out).p;
}

static inline struct edit_row last_edit(void)
{
    struct edit_row *list;
    size_t count = 0;
    apply_fixture_must(&f, edit_recent(&f.env.env, f.a, f.at, 0, 1, &list, &count, &f.e), "edits");
    return count ? list[0] : (struct edit_row){.id = 0};
}

#endif
