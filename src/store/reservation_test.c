#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "hub/env_fixture.h"
#include "store/establishment.h"
#include "store/reservation.h"

static struct env_fixture f;

static bool in_transaction(struct db_conn *c, void *arg, struct err *e)
{
    void (*test)(struct db_conn *) = *(void (**)(struct db_conn *))arg;
    (void)e;
    test(c);
    return true;
}

static void run(void (*test)(struct db_conn *))
{
    env_fixture_open(&f);
    bool ok = db_write(f.store.hotel, in_transaction, &test, &f.e);
    env_fixture_close(&f);
    assert_true(ok);
}

static struct reservation_row full(int64_t id, const char *reference)
{
    static struct stay_row stays[2];
    stays[0] = (struct stay_row){S("r1"), 5, S("DBL"), S("BAR"), 20000,     20003,
                                 2,       1, 41250,    true,     S("int2"), S("dbl")};
    stays[1] = (struct stay_row){.arrival = 20001,
                                 .departure = 20002,
                                 .adults = FIELD_INT_NONE,
                                 .children = FIELD_INT_NONE,
                                 .amount_minor = FIELD_INT_NONE};
    return (struct reservation_row){
        .id = id,
        .channel = S("booking"),
        .reference = str_of(reference),
        .integration_id = S("int"),
        .status = RESERVATION_CONFIRMED,
        .revision = S("3"),
        .ordered_us = 11,
        .dated = true,
        .booked_us = 12,
        .currency = S("EUR"),
        .total_minor = 41250,
        .commission_minor = 6188,
        .arrival = 20000,
        .departure = 20003,
        .guest_id = id + 1000,
        .guest = {S("Zoë"), S("Martin"), S("zoe@example.org"), S("+33"), S("FR"), S("fr")},
        .notes = S("late"),
        .oversold = true,
        .unmapped = true,
        .revisions = 2,
        .created_us = 13,
        .updated_us = 14,
        .stays = stays,
        .stay_count = 2,
    };
}

static void same_str(struct str a, struct str b)
{
    assert_true(str_eq(a, b));
    assert_int_equal(str_given(a), str_given(b));
}

static void same(const struct reservation_row *a, const struct reservation_row *b)
{
    assert_int_equal(a->id, b->id);
    same_str(a->channel, b->channel);
    same_str(a->reference, b->reference);
    same_str(a->integration_id, b->integration_id);
    assert_int_equal(a->status, b->status);
    same_str(a->revision, b->revision);
    assert_true(a->ordered_us == b->ordered_us && a->dated == b->dated && a->booked_us == b->booked_us);
    same_str(a->currency, b->currency);
    assert_true(a->total_minor == b->total_minor && a->commission_minor == b->commission_minor);
    assert_true(a->arrival == b->arrival && a->departure == b->departure && a->guest_id == b->guest_id);
    same_str(a->guest.first_name, b->guest.first_name);
    same_str(a->guest.last_name, b->guest.last_name);
    same_str(a->guest.email, b->guest.email);
    same_str(a->guest.phone, b->guest.phone);
    same_str(a->guest.country, b->guest.country);
    same_str(a->guest.language, b->guest.language);
    same_str(a->notes, b->notes);
    assert_true(a->oversold == b->oversold && a->unmapped == b->unmapped && a->revisions == b->revisions);
    assert_true(a->created_us == b->created_us && a->updated_us == b->updated_us);
    assert_int_equal(a->stay_count, b->stay_count);
    for (size_t i = 0; i < a->stay_count; i++) {
        const struct stay_row *s = &a->stays[i], *t = &b->stays[i];
        same_str(s->reference, t->reference);
        same_str(s->room_type, t->room_type);
        same_str(s->rate_plan, t->rate_plan);
        same_str(s->named_by, t->named_by);
        same_str(s->room_key, t->room_key);
        assert_true(s->room_type_id == t->room_type_id && s->arrival == t->arrival &&
                    s->departure == t->departure && s->adults == t->adults && s->children == t->children &&
                    s->amount_minor == t->amount_minor && s->oversold == t->oversold);
    }
}

static void check_round_trip(struct db_conn *c)
{
    struct reservation_row r = full(1, "BK-1"), out;
    bool found = true;
    assert_true(reservation_find(c, &f.a, 1, S("booking"), S("BK-1"), &out, &found, &f.e));
    assert_false(found);
    assert_true(reservation_save(c, 1, &r, true, false, &f.e));
    assert_true(reservation_find(c, &f.a, 1, S("booking"), S("BK-1"), &out, &found, &f.e));
    assert_true(found);
    same(&r, &out);
    assert_true(reservation_find(c, &f.a, 1, S("booking"), S("bk-1"), &out, &found, &f.e));
    assert_false(found); /* a reference is taken as it is */
    assert_true(reservation_find(c, &f.a, 2, S("booking"), S("BK-1"), &out, &found, &f.e));
    assert_false(found);
    assert_true(reservation_get(c, &f.a, 1, 1, &out, &f.e));
    same(&r, &out);
    assert_false(reservation_get(c, &f.a, 2, 1, &out, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    /* Everything that can be absent is, and the stays are others. */
    struct reservation_row bare = {.id = 1,
                                   .channel = S("booking"),
                                   .reference = S("BK-1"),
                                   .currency = S("JPY"),
                                   .booked_us = INSTANT_NONE,
                                   .total_minor = FIELD_INT_NONE,
                                   .commission_minor = FIELD_INT_NONE,
                                   .arrival = DATE_NONE,
                                   .departure = DATE_NONE,
                                   .guest_id = 1001};
    assert_true(reservation_save(c, 1, &bare, false, false, &f.e));
    assert_true(reservation_get(c, &f.a, 1, 1, &out, &f.e));
    same(&bare, &out);
    assert_true(reservation_save(c, 1, &r, false, false, &f.e));
    bare.stay_count = 0;
    assert_true(reservation_save(c, 1, &bare, false, true, &f.e)); /* the stays are left alone */
    assert_true(reservation_get(c, &f.a, 1, 1, &out, &f.e));
    assert_int_equal(out.stay_count, 2);
    /* Two cannot be the same. */
    struct reservation_row twin = full(2, "BK-1");
    assert_false(reservation_save(c, 1, &twin, true, false, &f.e));
}

static void check_many_rooms(struct db_conn *c)
{
    struct reservation_row r = full(1, "A"), out;
    r.stay_count = LIMIT_ROOMS;
    r.stays = arena_array(&f.a, struct stay_row, LIMIT_ROOMS);
    for (size_t i = 0; i < LIMIT_ROOMS; i++) {
        r.stays[i].room_type_id = (int64_t)(i * 7 % 400 + 1);
        r.stays[i].adults = (int64_t)i;
        r.stays[i].departure = 1;
    }
    assert_true(reservation_save(c, 1, &r, true, false, &f.e));
    assert_true(reservation_get(c, &f.a, 1, 1, &out, &f.e));
    same(&r, &out); /* in their order */
}

/* The references found, newest first, with the filter. */
static const char *found_by(struct db_conn *c, struct reservation_filter filter)
{
    struct reservation_row *list;
    size_t count;
    struct buf b = buf_in(&f.a);
    filter.limit = filter.limit ? filter.limit : 50;
    assert_true(reservation_list(c, &f.a, 1, &filter, &list, &count, &f.e));
    for (size_t i = 0; i < count; i++) {
        buf_fmt(&b, "%s%.*s", i ? " " : "", STR_ARG(list[i].reference));
        assert_int_equal(list[i].stay_count, 2); /* whole rows */
    }
    return buf_str(&b).p;
}

#define ANY .status = -1, .from = DATE_NONE, .to = DATE_NONE

static void check_filters(struct db_conn *c)
{
    static const char *const references[] = {"AB-1", "ab_2", "X%3", "AB-14"};
    for (int64_t i = 0; i < 4; i++) {
        struct reservation_row r = full(i + 1, references[i]);
        r.arrival = 20000 + (int32_t)i * 2;
        r.departure = r.arrival + 2;
        r.oversold = i == 1;
        r.unmapped = i == 2;
        r.status = i == 3 ? RESERVATION_CANCELLED : RESERVATION_CONFIRMED;
        r.channel = i < 2 ? S("booking") : S("web");
        r.guest.last_name = i == 0 ? S("Durand") : S("Martin");
        assert_true(reservation_save(c, 1, &r, true, false, &f.e));
    }
    struct reservation_row other = full(9, "AB-1");
    assert_true(reservation_save(c, 2, &other, true, false, &f.e));
    assert_string_equal(found_by(c, (struct reservation_filter){ANY}), "AB-14 X%3 ab_2 AB-1");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .limit = 2}), "AB-14 X%3");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .limit = 2, .after_id = 3}),
                        "ab_2 AB-1");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .search = S("b-1")}), "AB-14 AB-1");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .search = S("b_")}), "ab_2");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .search = S("%")}), "X%3");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .search = S("DURA")}), "AB-1");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .search = S("zoë mart")}),
                        "AB-14 X%3 ab_2");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .search = S("nobody")}), "");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .reference = S("AB-1")}), "AB-1");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .channel = S("web")}), "AB-14 X%3");
    assert_string_equal(found_by(c, (struct reservation_filter){ANY, .attention = 1}), "X%3 ab_2");
    assert_string_equal(found_by(c, (struct reservation_filter){.status = RESERVATION_CANCELLED,
                                                                .from = DATE_NONE,
                                                                .to = DATE_NONE}),
                        "AB-14");
    /* Stays that touch the nights: the one that leaves on the first day does not. */
    assert_string_equal(found_by(c, (struct reservation_filter){.status = -1, .from = 20002, .to = 20004}),
                        "ab_2");
    assert_string_equal(found_by(c, (struct reservation_filter){.status = -1, .from = 20001, .to = 20003}),
                        "ab_2 AB-1");
}

static bool add_up(void *ctx, struct arena *a, const struct reservation_row *r, struct err *e)
{
    struct buf *b = ctx;
    (void)a;
    buf_fmt(b, "%.*s/%zu ", STR_ARG(r->reference), r->stay_count);
    return !str_eq(r->reference, S("stop")) || err_set(e, ERR_CONFLICT, "stop", "stop");
}

static void check_walks(struct db_conn *c)
{
    for (int64_t i = 1; i <= 5; i++) {
        struct reservation_row r = full(i, i == 5 ? "stop" : arena_fmt(&f.a, "R%d", (int)i).p);
        assert_true(reservation_save(c, i == 4 ? 2 : 1, &r, true, false, &f.e));
    }
    struct buf b = buf_in(&f.a);
    assert_false(reservation_each(c, 1, add_up, &b, &f.e));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_string_equal(buf_str(&b).p, "R1/2 R2/2 R3/2 stop/2 ");
    b.n = 0;
    assert_true(reservation_each(c, 2, add_up, &b, &f.e));
    assert_string_equal(buf_str(&b).p, "R4/2 ");
}

static const char *ids_text(const int64_t *ids, size_t count)
{
    struct buf b = buf_in(&f.a);
    for (size_t i = 0; i < count; i++) {
        buf_fmt(&b, "%d ", (int)ids[i]);
    }
    return buf_str(&b).p;
}

static bool count_stays(void *ctx, const struct unmapped_stays *s, struct err *e)
{
    (void)e;
    buf_fmt(ctx, "%d-%d/%d:%d ", s->arrival, s->taken_to, s->status, (int)s->count);
    return true;
}

static bool refuse_stays(void *ctx, const struct unmapped_stays *s, struct err *e)
{
    (void)ctx;
    (void)s;
    return err_set(e, ERR_CONFLICT, "stop", "stop");
}

static void check_names(struct db_conn *c)
{
    int64_t *ids;
    size_t count;
    /* 1 waits, twice; 2 is mapped; 3 is mapped and over; 4 waits and is over; 5 waits for nobody's; 6 is another hotel's */
    for (int64_t i = 1; i <= 6; i++) {
        struct reservation_row r = full(i, arena_fmt(&f.a, "R%d", (int)i).p);
        r.stays[0].room_type_id = i == 2 || i == 3 ? 5 : 0;
        r.stays[0].departure = i == 3 || i == 4 ? 20001 : 20003;
        r.stays[0].named_by = i == 5 ? (struct str){0} : S("int2");
        r.stays[1] = r.stays[0];
        r.stays[1].room_key = i == 1 ? S("dbl") : S("other");
        r.status = i == 5 ? RESERVATION_CANCELLED : RESERVATION_CONFIRMED;
        assert_true(reservation_save(c, i == 6 ? 2 : 1, &r, true, false, &f.e));
    }
    static const struct {
        const char *by; /* "*": whoever */
        int32_t today;
        int64_t after;
        size_t limit;
        const char *ids;
    } cases[] = {{"*", 0, 0, 9, "1 4 5 "},
                 {"*", 0, 1, 1, "4 "},
                 {"*", 0, 5, 9, ""},
                 {"int2", 20002, 0, 9, "1 2 4 "},
                 {"int2", 20001, 0, 9, "1 2 3 4 "},
                 {"int2", 20003, 0, 2, "1 2 "},
                 {"int2", 20004, 2, 2, "4 "},
                 {"", 20000, 0, 9, "5 "},
                 {NULL, 20000, 0, 9, "5 "},
                 {"int", 20000, 0, 9, ""}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str by = str_of(cases[i].by);
        bool ok = str_eq(by, S("*")) ? reservation_waiting(c, &f.a, 1, S("dbl"), cases[i].after,
                                                           cases[i].limit, &ids, &count, &f.e)
                                     : reservation_named(c, &f.a, 1, by, S("dbl"), cases[i].today,
                                                         cases[i].after, cases[i].limit, &ids, &count, &f.e);
        assert_true(ok);
        assert_string_equal(ids_text(ids, count), cases[i].ids);
    }
    assert_true(reservation_waiting(c, &f.a, 1, S("db"), 0, 9, &ids, &count, &f.e));
    assert_int_equal(count, 0);
    struct buf b = buf_in(&f.a);
    assert_true(reservation_unmapped(c, 1, count_stays, &b, &f.e));
    assert_string_equal(buf_str(&b).p, "20000-20001/2:2 20000-20003/2:2 20000-20003/5:2 ");
    assert_false(reservation_unmapped(c, 1, refuse_stays, NULL, &f.e));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_true(reservation_unmapped(c, 3, refuse_stays, NULL, &f.e));
}

static void check_oversold(struct db_conn *c)
{
    int64_t *ids;
    size_t count;
    for (int64_t i = 1; i <= 5; i++) {
        struct reservation_row r = full(i, arena_fmt(&f.a, "R%d", (int)i).p);
        r.stays[1] = r.stays[0];      /* twice is still one reservation */
        r.stays[0].oversold = i != 2; /* its other stay is */
        r.stays[1].oversold = i != 4;
        r.stays[0].room_type_id = i == 5 ? 6 : 5;
        r.stays[1].room_type_id = i == 5 ? 6 : 5;
        assert_true(reservation_save(c, 1, &r, true, false, &f.e));
    }
    static const struct {
        int64_t hotel, room_type;
        int32_t from, to;
        int64_t after;
        size_t count;
        int64_t first;
    } cases[] = {{1, 5, 20002, 20003, 0, 3, 1}, {1, 5, 20000, 20001, 1, 3, 2}, {1, 5, 20000, 20003, 3, 1, 4},
                 {1, 5, 20000, 20003, 4, 0, 0}, {1, 5, 20003, 20009, 0, 0, 0}, {1, 5, 19000, 20000, 0, 0, 0},
                 {1, 6, 20001, 20002, 0, 1, 5}, {2, 5, 20000, 20003, 0, 0, 0}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_true(reservation_oversold(c, &f.a, cases[i].hotel, cases[i].room_type, cases[i].from,
                                         cases[i].to, cases[i].after, 3, &ids, &count, &f.e));
        assert_int_equal(count, cases[i].count);
        assert_true(count == 0 || ids[0] == cases[i].first);
    }
}

static void check_waits(struct db_conn *c)
{
    bool waits = true;
    struct reservation_row r = full(1, "R1");
    r.stays[0].room_type_id = 0;
    r.stays[1].room_type_id = 0;
    r.stays[1].room_key = S("");
    assert_true(reservation_waits(c, 1, S("int2"), S("dbl"), &waits, &f.e));
    assert_false(waits);
    assert_true(reservation_save(c, 1, &r, true, false, &f.e));
    assert_true(reservation_waits(c, 1, S("int2"), S("dbl"), &waits, &f.e) && waits);
    assert_true(reservation_waits(c, 1, (struct str){0}, S(""), &waits, &f.e) && waits);
    assert_true(reservation_waits(c, 1, S(""), S(""), &waits, &f.e) && waits);
    assert_true(reservation_waits(c, 1, S("int"), S("dbl"), &waits, &f.e) && !waits);
    assert_true(reservation_waits(c, 1, S("int2"), S("db"), &waits, &f.e) && !waits);
    assert_true(reservation_waits(c, 1, (struct str){0}, S("dbl"), &waits, &f.e) && !waits);
    assert_true(reservation_waits(c, 2, S("int2"), S("dbl"), &waits, &f.e) && !waits);
    static const int takes_nothing[] = {RESERVATION_INQUIRY, RESERVATION_CANCELLED};
    for (size_t i = 0; i < ARRAY_LEN(takes_nothing); i++) {
        r.status = takes_nothing[i];
        assert_true(reservation_save(c, 1, &r, false, false, &f.e));
        assert_true(reservation_waits(c, 1, S("int2"), S("dbl"), &waits, &f.e) && !waits);
    }
    r.status = RESERVATION_HOLD;
    assert_true(reservation_save(c, 1, &r, false, false, &f.e));
    assert_true(reservation_waits(c, 1, S("int2"), S("dbl"), &waits, &f.e) && waits);
    r.stays[0].room_type_id = 5;
    assert_true(reservation_save(c, 1, &r, false, false, &f.e));
    assert_true(reservation_waits(c, 1, S("int2"), S("dbl"), &waits, &f.e) && !waits);
}

static void round_trip(void **state)
{
    (void)state;
    run(check_round_trip);
}

static void many_rooms(void **state)
{
    (void)state;
    run(check_many_rooms);
}

static void filters(void **state)
{
    (void)state;
    run(check_filters);
}

static void walks(void **state)
{
    (void)state;
    run(check_walks);
}

static void names(void **state)
{
    (void)state;
    run(check_names);
}

static void oversold(void **state)
{
    (void)state;
    run(check_oversold);
}

static void waits(void **state)
{
    (void)state;
    run(check_waits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip), cmocka_unit_test(many_rooms),
                                       cmocka_unit_test(filters),    cmocka_unit_test(walks),
                                       cmocka_unit_test(names),      cmocka_unit_test(oversold),
                                       cmocka_unit_test(waits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
