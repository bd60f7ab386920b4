#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/json_fields.h"
#include "model/charge.h"

#include <string.h>

static struct arena a;
static struct err e;

static int setup(void **state)
{
    (void)state;
    arena_init(&a, LIMIT_ARENA);
    e = (struct err){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static const struct charge_set *set_of(const char *json)
{
    struct charge_set *s = arena_new(&a, struct charge_set);
    const struct json *v = json_parse(&a, str_of(json), &e);
    if (!v || !json_decode(&a, &charge_set_fields, v, s, &e)) {
        fail_msg("%s: %s %s", json, e.pointer, e.en);
    }
    return s;
}

/* A reservation of one room of three nights from 2026-07-14 on. */
static const struct charge_mismatch *check(const char *currency, const char *room, const char *whole,
                                           int64_t amount, int64_t total, size_t *count)
{
    struct charge_room *r = arena_new(&a, struct charge_room);
    *r = (struct charge_room){true, 20648, 20651, amount, room ? set_of(room) : NULL};
    struct charge_whole w = {true, total, whole ? set_of(whole) : NULL,
                             r,    1,     currency_find(str_of(currency))};
    return charge_add_up(&a, &w, count);
}

static void fits(const char *room, const char *whole, int64_t amount, int64_t total)
{
    size_t count;
    const struct charge_mismatch *m = check("EUR", room, whole, amount, total, &count);
    if (count) {
        fail_msg("%s", charge_mismatch_text(&a, &m[0], currency_find(S("EUR"))).en.p);
    }
}

static void differs(const char *room, const char *whole, int64_t amount, int64_t total, const char *pointer,
                    const char *en)
{
    size_t count;
    const struct charge_mismatch *m = check("EUR", room, whole, amount, total, &count);
    assert_int_equal(count, 1);
    assert_string_equal(charge_mismatch_pointer(&a, m).p, pointer);
    struct text t = charge_mismatch_text(&a, m, currency_find(S("EUR")));
    assert_string_equal(t.en.p, en);
    assert_true(t.fr.n > 0);
}

static void totals(void **state)
{
    (void)state;
    const int64_t none = FIELD_INT_NONE;
    fits(NULL, NULL, 30000, 30000);
    fits(NULL, NULL, 30000, none); /* nobody says what it should be */
    fits(NULL, NULL, none, 30000);
    differs(NULL, NULL, 30000, 30001, "/totalAmount",
            "The rooms, extras and taxes add up to €300.00, but the total says €300.01.");
    const char *extras =
        "{\"extras\":[{\"name\":\"Parking\",\"quantity\":2,\"unitPrice\":\"5.00\",\"per\":\"night\"},"
        "{\"name\":\"Discount\",\"amount\":\"-10.00\"}]}";
    fits(NULL, extras, 30000, 32000); /* 2 × 5 × 3 nights − 10 */
    fits(extras, NULL, 30000, 32000);
    differs(NULL, extras, 30000, 30000, "/totalAmount",
            "The rooms, extras and taxes add up to €320.00, but the total says €300.00.");
    /* Taxes: included, on top, and of which nobody says it. */
    fits(NULL, "{\"taxes\":[{\"name\":\"VAT\",\"amount\":\"27.27\",\"included\":true}]}", 30000, 30000);
    fits(NULL, "{\"taxes\":[{\"name\":\"Fee\",\"amount\":\"27.27\",\"included\":false}]}", 30000, 32727);
    differs(NULL, "{\"taxes\":[{\"name\":\"Fee\",\"amount\":\"27.27\",\"included\":false}]}", 30000, 30000,
            "/totalAmount", "The rooms, extras and taxes add up to €327.27, but the total says €300.00.");
    const char *unsaid =
        "{\"taxes\":[{\"name\":\"VAT\",\"amount\":\"10\"},{\"name\":\"City tax\",\"amount\":\"6\","
        "\"included\":false,\"collect\":\"hotel\"}]}";
    fits(NULL, unsaid, 30000, 30000);
    fits(NULL, unsaid, 30000, 31000);
    fits(NULL, unsaid, 30000, 30600);
    fits(NULL, unsaid, 30000, 31600);
    differs(NULL, unsaid, 30000, 30500, "/totalAmount",
            "The rooms, extras and taxes add up to €300.00, but the total says €305.00.");
}

static void rooms(void **state)
{
    (void)state;
    const char *nights =
        "{\"nights\":[{\"date\":\"2026-07-14\",\"amount\":\"90.00\"},{\"date\":\"2026-07-15\","
        "\"amount\":\"100.00\"},{\"date\":\"2026-07-16\",\"amount\":\"110.00\"}]}";
    fits(nights, NULL, 30000, 30000);
    fits(nights, NULL, FIELD_INT_NONE, 1);
    differs(nights, NULL, 30001, 30001, "/rooms/0/amount",
            "The nights of room 1 add up to €300.00, but its amount says €300.01.");
    static const char *const others[] = {
        "{\"nights\":[{\"date\":\"2026-07-14\",\"amount\":\"300\"}]}",
        "{\"nights\":[{\"date\":\"2026-07-14\",\"amount\":\"100\"},{\"date\":\"2026-07-14\",\"amount\":\"100\"},{"
        "\"date\":\"2026-07-16\",\"amount\":\"100\"}]}",
        "{\"nights\":[{\"date\":\"2026-07-15\",\"amount\":\"100\"},{\"date\":\"2026-07-16\",\"amount\":\"100\"},{"
        "\"date\":\"2026-07-17\",\"amount\":\"100\"}]}"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        differs(others[i], NULL, 30000, 30000, "/rooms/0/nights",
                "The nights with a price are not the nights of room 1.");
    }
    differs("{\"extras\":[{\"name\":\"Dinner\",\"quantity\":3,\"unitPrice\":\"20\",\"amount\":\"50\"}]}",
            NULL, 30000, 35000, "/rooms/0/extras",
            "Quantity and unit price of “Dinner” add up to €60.00, but its amount says €50.00.");
}

static void what_is_cancelled_does_not_count(void **state)
{
    (void)state;
    size_t count;
    struct charge_room list[] = {{true, 20648, 20651, 30000, NULL}, {false, 20648, 20651, 20000, NULL}};
    struct charge_whole w = {true, 30000, NULL, list, 2, currency_find(S("EUR"))};
    assert_null(charge_add_up(&a, &w, &count));
    list[1].counts = true;
    assert_non_null(charge_add_up(&a, &w, &count));
    w.counts = false; /* the total is what the cancellation costs */
    assert_null(charge_add_up(&a, &w, &count));
    /* Without the amount of one room nobody can tell. */
    w.counts = true;
    list[0].amount_minor = FIELD_INT_NONE;
    assert_null(charge_add_up(&a, &w, &count));
}

static void amounts_beyond_any_number(void **state)
{
    (void)state;
    size_t count;
    struct charge_room list[] = {{true, 20648, 20651, INT64_MAX, NULL},
                                 {true, 20648, 20651, INT64_MAX, NULL}};
    struct charge_whole w = {true, 5, NULL, list, 2, currency_find(S("EUR"))};
    assert_null(charge_add_up(&a, &w, &count));
    assert_int_equal(count, 0);
    check("EUR", "{\"extras\":[{\"name\":\"x\",\"quantity\":10000,\"unitPrice\":\"9999999999999999\"}]}",
          NULL, 1, 1, &count);
}

static void texts(void **state)
{
    (void)state;
    size_t count;
    const struct charge_mismatch *m = check("JPY", NULL, NULL, 1200, 1300, &count);
    struct text t = charge_mismatch_text(&a, m, currency_find(S("JPY")));
    assert_string_equal(t.en.p, "The rooms, extras and taxes add up to ¥1,200, but the total says ¥1,300.");
    assert_string_equal(t.fr.p,
                        "Les chambres, les suppléments et les taxes font 1\u202f200\u00a0¥, mais le total "
                        "indique 1\u202f300\u00a0¥.");
}

static void kept_as_said(void **state)
{
    (void)state;
    struct charge_set s, given;
    assert_false(str_given(charge_write(&a, set_of("{}"))));
    assert_false(str_given(charge_write(&a, set_of("{\"extras\":[],\"taxes\":[]}"))));
    const char *json =
        "{\"nights\":[{\"date\":\"2026-07-14\",\"amount\":\"90.0\"}],\"extras\":[{\"name\":\"Cot\","
        "\"quantity\":1,\"unitPrice\":\"12\",\"per\":\"stay\"}],\"taxes\":[{\"name\":\"VAT\",\"amount\":"
        "\"1.10\",\"included\":true,\"collect\":\"channel\"}],\"commission\":\"3\",\"collect\":\"hotel\"}";
    struct str kept = charge_write(&a, set_of(json));
    assert_string_equal(kept.p, json);
    assert_true(charge_read(&a, kept, &s, &e) && s.collect == CHARGE_BY_HOTEL && s.extras.count == 1);
    assert_true(charge_round(&s, currency_find(S("EUR"))));
    assert_non_null(strstr(charge_write(&a, &s).p, "\"amount\":\"90.00\""));
    /* What is left out stays; an empty list says that there are none. */
    given = *set_of("{\"extras\":[],\"collect\":\"channel\"}");
    s = charge_merge(&s, &given);
    assert_true(s.extras.count == 0 && s.taxes.count == 1 && s.nights.count == 1 && s.commission.given);
    assert_int_equal(s.collect, CHARGE_BY_CHANNEL);
    assert_true(charge_read(&a, (struct str){0}, &s, &e) && charge_is_empty(&s));
    assert_false(charge_read(&a, S("{\"extra\":1}"), &s, &e));
    assert_int_equal(e.code, ERR_INTERNAL);
}

static void what_fits_a_currency(void **state)
{
    (void)state;
    static const struct {
        const char *json, *pointer;
    } bad[] = {
        {"{\"nights\":[{\"date\":\"2026-07-14\",\"amount\":\"90.005\"}]}", "/nights/0/amount"},
        {"{\"extras\":[{\"name\":\"a\"},{\"name\":\"b\",\"amount\":\"1.001\"}]}", "/extras/1/amount"},
        {"{\"extras\":[{\"name\":\"a\",\"unitPrice\":\"1.001\"}]}", "/extras/0/unitPrice"},
        {"{\"taxes\":[{\"name\":\"a\",\"amount\":\"99999999999999999\"}]}", "/taxes/0/amount"},
        {"{\"commission\":\"0.001\"}", "/commission"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(charge_check(set_of(bad[i].json), currency_find(S("EUR")), &e));
        assert_string_equal(e.pointer, bad[i].pointer);
    }
    struct charge_set s = *set_of("{\"extras\":[{\"name\":\"a\",\"amount\":\"1.005\"}]}");
    assert_false(charge_round(&s, currency_find(S("EUR"))));
    assert_true(charge_check(&s, currency_find(S("EUR")), &e));
}

static uint64_t splitmix64(uint64_t *seed)
{
    uint64_t z = *seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static int64_t below(uint64_t *seed, uint64_t n)
{
    return (int64_t)(splitmix64(seed) % n);
}

static void add_amount(struct buf *b, const struct currency *c, int64_t minor)
{
    buf_fmt(b, "\"%.*s\"", STR_ARG(money_fmt(&a, minor, c)));
}

/* Sums over random nights, extras and taxes, in currencies without decimals, with two and with three: counted here in
 * whole minor units, said as decimal texts. The exact total is never a mismatch, one minor unit more always is. */
static void sums_in_every_exponent(void **state)
{
    (void)state;
    static const char *const currencies[] = {"JPY", "EUR", "KWD"};
    uint64_t seed = 4;
    for (int round = 0; round < 3000; round++) {
        arena_reset(&a);
        const char *code = currencies[round % 3];
        const struct currency *c = currency_find(str_of(code));
        int64_t room = 0, total = 0;
        struct buf b = buf_in(&a);
        buf_fmt(&b, "{\"nights\":[");
        for (int n = 0; n < 3; n++) {
            int64_t minor = below(&seed, 1000000000);
            room += minor;
            buf_fmt(&b, "%s{\"date\":\"2026-07-1%d\",\"amount\":", n ? "," : "", 4 + n);
            add_amount(&b, c, minor);
            buf_fmt(&b, "}");
        }
        buf_fmt(&b, "],\"extras\":[");
        total = room;
        for (int n = 0, extras = (int)below(&seed, 4); n < extras; n++) {
            int64_t unit = below(&seed, 100000), quantity = below(&seed, 5), per = below(&seed, 2);
            total += unit * quantity * (per ? 3 : 1);
            buf_fmt(&b, "%s{\"name\":\"x\",\"quantity\":%d,\"per\":\"%s\",\"unitPrice\":", n ? "," : "",
                    (int)quantity, per ? "night" : "stay");
            add_amount(&b, c, unit);
            buf_fmt(&b, "}");
        }
        buf_fmt(&b, "],\"taxes\":[");
        for (int n = 0, taxes = (int)below(&seed, 4); n < taxes; n++) {
            int64_t minor = below(&seed, 100000), included = below(&seed, 2);
            total += included ? 0 : minor;
            buf_fmt(&b, "%s{\"name\":\"t\",\"included\":%s,\"amount\":", n ? "," : "",
                    included ? "true" : "false");
            add_amount(&b, c, minor);
            buf_fmt(&b, "}");
        }
        buf_fmt(&b, "]}");
        size_t count;
        check(code, buf_str(&b).p, NULL, room, total, &count);
        assert_int_equal(count, 0);
        const struct charge_mismatch *m = check(code, buf_str(&b).p, NULL, room, total + 1, &count);
        assert_int_equal(count, 1);
        assert_true(m->kind == CHARGE_TOTAL && m->sum == total && m->said == total + 1);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(totals),
        CASE(rooms),
        CASE(texts),
        CASE(what_is_cancelled_does_not_count),
        CASE(kept_as_said),
        CASE(amounts_beyond_any_number),
        CASE(what_fits_a_currency),
        CASE(sums_in_every_exponent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
