#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json_fields.h"
#include "hub/apply_fixture.h"
#include "hub/desk.h"

static struct apply_fixture f;
static struct calendar_room *rooms;
static size_t room_count;

static int setup(void **state)
{
    (void)state;
    apply_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    apply_fixture_close(&f);
    return 0;
}

static void refused(bool ok, enum err_code code, const char *pointer)
{
    assert_false(ok);
    if (f.e.code != code || strcmp(f.e.pointer, pointer) != 0) {
        fail_msg("%d %s: %s", (int)f.e.code, f.e.pointer, f.e.en);
    }
    assert_true(f.e.fr[0]);
}

static struct room_type type;
static struct apply_overs overs; /* of the last change */

/* How many reservations were repaired, or -1. type: as the caller gets it back. */
static int64_t save(bool is_new, const char *code, const char *name, int64_t units)
{
    int64_t repaired = 99;
    type = (struct room_type){.code = str_of(code), .name = str_of(name), .units = units};
    bool ok = is_new ? desk_room_add(&f.env.env, f.a, f.at, S("o@x"), &type, &repaired, &f.e)
                     : desk_room_change(&f.env.env, f.a, f.at, S("o@x"), &type, &repaired, &overs, &f.e);
    return ok ? repaired : -1;
}

/* The calendar of these nights, counted from FIXTURE_DAY. */
static bool calendar(int from, int to)
{
    return desk_calendar(&f.env.env, f.a, f.at, FIXTURE_DAY + from, FIXTURE_DAY + to, &rooms, &room_count,
                         &f.e);
}

static int64_t available(const char *code, int night)
{
    assert_true(calendar(night, night + 1));
    for (size_t i = 0; i < room_count; i++) {
        if (str_eq(rooms[i].room.code, str_of(code))) {
            return rooms[i].days[0].available;
        }
    }
    fail_msg("no %s", code);
    return -1;
}

/* The last one of that type. */
static const char *last_event(const char *expected)
{
    size_t count;
    struct event_row *events = events_of(&f, &count);
    while (count > 0 && !str_eq(events[count - 1].type, str_of(expected))) {
        count--;
    }
    assert_true(count > 0);
    return events[count - 1].data.p;
}

/* --- room types --- */

static void test_add(void **state)
{
    (void)state;
    struct room_type *list;
    size_t count;
    assert_int_equal(save(true, " SUI ", " Suite with a view ", 3), 0);
    assert_true(type.id > 0 && str_eq(type.code, S("SUI")) && str_eq(type.name, S("Suite with a view")));
    assert_string_equal(last_event("room.created"), "{\"code\":\"SUI\",\"units\":3,\"actor\":\"o@x\"}");
    assert_int_equal(save(true, "TWN", "  ", 1), 0);
    assert_true(str_eq(type.name, S("TWN"))); /* without a name, the code is one */
    assert_int_equal(save(true, "Été", NULL, 0), 0);
    assert_int_equal(save(true, "sui", "Other", 1), -1); /* the same code in other letters */
    refused(false, ERR_CONFLICT, "/code");
    assert_int_equal(save(true, "ETE", "Other", 1), -1);
    refused(false, ERR_CONFLICT, "/code");
    assert_int_equal(save(true, "  ", "Other", 1), -1);
    refused(false, ERR_INVALID, "/code");
    assert_int_equal(save(true, NULL, NULL, 1), -1);
    refused(false, ERR_INVALID, "/code");
    assert_true(desk_rooms(&f.env.env, f.a, f.at, &list, &count, &f.e));
    assert_int_equal(count, 5);
    assert_true(str_eq(list[0].code, S("DBL")) && str_eq(list[1].code, S("Été")) &&
                str_eq(list[2].code, S("SGL")));
    assert_true(list[3].units == 3 && available("SUI", 400) == 3 && available("Été", 0) == 0);
    f.at = &f.other;
    assert_true(desk_rooms(&f.env.env, f.a, f.at, &list, &count, &f.e) && count == 2);
    assert_int_equal(save(true, "SUI", "Theirs", 1), 0);
}

/* What came before its room did is put right when the room comes. */
static void test_add_repairs(void **state)
{
    (void)state;
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{"Suite", .night = 0, .nights = 2}});
    tell(&f, .reference = "B", .by = "demo-b",
         .rooms = {{"sui", .night = 1, .nights = 1}, {"DBL", .night = 1, .nights = 1}});
    tell(&f, .reference = "C", .by = "demo-b", .rooms = {{"Attic", .night = 1, .nights = 1}});
    assert_true(booking(&f, "demo-a", "A")->unmapped && available("SGL", 1) == 0);
    assert_int_equal(stock_of(&f, "DBL", 1).held, 3);
    assert_int_equal(save(true, "SUI", "Suite", 3), 2); /* by its name and by its code */
    assert_true(!booking(&f, "demo-a", "A")->unmapped && !booking(&f, "demo-b", "B")->unmapped);
    assert_true(booking(&f, "demo-b", "C")->unmapped);
    assert_true(stock_of(&f, "SUI", 0).sold == 1 && stock_of(&f, "SUI", 1).sold == 2);
    assert_true(stock_of(&f, "DBL", 0).held == 0 && stock_of(&f, "DBL", 1).held == 1 &&
                stock_of(&f, "DBL", 1).sold == 1);
    assert_int_equal(stock_of(&f, "SUI", 1).held, 1); /* the attic may be one of these */
    assert_string_equal(alerts_of(&f), "unmapped:demo-b:attic");
    assert_int_equal(save(true, "LOFT", "Attic", 1), 1);
    assert_string_equal(alerts_of(&f), "");
    assert_true(stock_of(&f, "DBL", 1).held == 0 && stock_of(&f, "LOFT", 1).sold == 1);
}

static size_t told(const char *integration)
{
    struct outbox_row *list;
    size_t count, n = 0;
    assert_true(desk_outbox(&f.env.env, f.a, f.at, 5000, &list, &count, &f.e));
    for (size_t i = 0; i < count; i++) {
        n += str_eq(list[i].integration_id, str_of(integration));
    }
    return n;
}

static void test_change(void **state)
{
    (void)state;
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{"DBL", .night = 0, .nights = 2}});
    size_t before = told("demo-a");
    assert_int_equal(save(false, "dbl", "Chambre double", 5), 0);
    assert_true(str_eq(type.code, S("DBL")) && type.id == room_named(&f, "DBL")->id);
    assert_true(str_eq(room_named(&f, "DBL")->name, S("Chambre double")) &&
                room_named(&f, "DBL")->units == 5);
    assert_string_equal(last_event("room.modified"), "{\"code\":\"DBL\",\"units\":5,\"actor\":\"o@x\"}");
    assert_true(available("DBL", 0) == 4 && available("DBL", 400) == 5 && available("SGL", 0) == 1);
    /* Everybody who is told about stock is told of every night ahead. */
    assert_int_equal(before, 0);
    assert_int_equal(told("demo-a"), APPLY_HORIZON_NIGHTS + 1);
    assert_int_equal(told("demo-b"), APPLY_HORIZON_NIGHTS + 1);
    assert_int_equal(told("demo-c"), 0);
    /* A name alone changes no stock; none leaves it as it was. */
    size_t events;
    events_of(&f, &events);
    assert_int_equal(save(false, "SGL", "Single, small", 1), 0);
    assert_int_equal(told("demo-a"), APPLY_HORIZON_NIGHTS + 1);
    assert_int_equal(save(false, "SGL", NULL, 1), 0);
    assert_true(str_eq(type.name, S("Single, small")) &&
                str_eq(room_named(&f, "SGL")->name, S("Single, small")));
    assert_int_equal(save(false, "SGL", " ", 1), 0);
    assert_true(str_eq(room_named(&f, "SGL")->name, S("Single, small")));

    assert_int_equal(save(false, "DBL", "D", 0), 0); /* fewer than are sold */
    assert_true(available("DBL", 0) == 0 && stock_is_over(&rooms[0].days[0].stock, 0));
    assert_true(overs.count == 2 && overs.list[1].night == FIXTURE_DAY + 1 && overs.list[1].taken == 1 &&
                overs.list[1].capacity == 0 && str_eq(overs.room_type, S("DBL")));
    assert_int_equal(save(false, "DBL", "D", 1), 0);
    assert_int_equal(overs.count, 0);
    assert_string_equal(alerts_of(&f), "");
    assert_int_equal(save(false, "LOFT", "Loft", 1), -1);
    refused(false, ERR_NOT_FOUND, "/roomType");
    assert_int_equal(save(false, "", "x", 1), -1);
    refused(false, ERR_INVALID, "/code");
    f.at = &f.other;
    assert_true(room_named(&f, "DBL")->units == 2 && available("DBL", 0) == 2);
}

/* A new name is one that channels may use. */
static void test_change_repairs(void **state)
{
    (void)state;
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{"Small room", .night = 0, .nights = 1}});
    assert_int_equal(save(false, "SGL", "Small Room", 1), 1);
    assert_true(!booking(&f, "demo-a", "A")->unmapped && stock_of(&f, "SGL", 0).sold == 1);
    assert_string_equal(alerts_of(&f), "");
}

/* --- the calendar --- */

static void test_calendar(void **state)
{
    (void)state;
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{"DBL", .night = 1, .nights = 2}});
    tell(&f, .reference = "B", .status = "hold", .rooms = {{"SGL", .night = 2, .nights = 1}});
    assert_true(calendar(0, 4));
    assert_int_equal(room_count, 2);
    static const int64_t free_dbl[] = {2, 1, 1, 2}, free_sgl[] = {1, 1, 0, 1};
    for (int i = 0; i < 4; i++) {
        assert_true(rooms[0].days[i].night == FIXTURE_DAY + i && rooms[1].days[i].night == FIXTURE_DAY + i);
        assert_true(rooms[0].days[i].available == free_dbl[i] && rooms[1].days[i].available == free_sgl[i]);
        assert_true(rooms[0].days[i].stock.physical == FIELD_INT_NONE && rooms[0].days[i].stock.held == 0);
    }
    assert_true(rooms[0].days[1].stock.sold == 1 && rooms[1].days[2].stock.held == 1);
    assert_true(calendar(2, 3) && rooms[0].days[0].stock.sold == 1);
    assert_true(calendar(-800, 0));
    assert_true(calendar(0, 800) && rooms[0].days[799].night == FIXTURE_DAY + 799);
    refused(calendar(0, 801), ERR_INVALID, "/to");
    refused(calendar(0, 0), ERR_INVALID, "/to");
    refused(calendar(1, 0), ERR_INVALID, "/to");
    refused(desk_calendar(&f.env.env, f.a, f.at, DATE_NONE, FIXTURE_DAY, &rooms, &room_count, &f.e),
            ERR_INVALID, "/to");
    refused(desk_calendar(&f.env.env, f.a, f.at, FIXTURE_DAY, DATE_NONE, &rooms, &room_count, &f.e),
            ERR_INVALID, "/to");
    f.at = &f.other;
    assert_true(calendar(0, 4) && rooms[0].days[1].stock.sold == 0);
}

/* --- changes of nights --- */

static struct stock_edit edit(const char *code, int from, int to)
{
    return (struct stock_edit){.room_type = str_of(code),
                               .from = FIXTURE_DAY + from,
                               .to = FIXTURE_DAY + to,
                               .physical = FIELD_INT_NONE,
                               .out_of_order = FIELD_INT_NONE,
                               .overbooking_limit = FIELD_INT_NONE};
}

static bool put(struct stock_edit e)
{
    return desk_stock_edit(&f.env.env, f.a, f.at, S("o@x"), &e, &overs, &f.e);
}

static void test_edit(void **state)
{
    (void)state;
    struct stock_edit e = edit("dbl", 0, 2);
    e.out_of_order = 1;
    assert_true(put(e));
    assert_true(available("DBL", 0) == 1 && available("DBL", 1) == 1 && available("DBL", 2) == 2);
    const char *event = last_event("stock.modified");
    assert_non_null(strstr(event, "{\"from\":\"2026-07-14\",\"to\":\"2026-07-15\",\"edit\":\""));
    assert_non_null(strstr(event, "\"actor\":\"o@x\"}"));
    assert_string_equal(outbox_of(&f, "demo-a"), "DBL+0 DBL+1");
    assert_string_equal(outbox_of(&f, "demo-b"), "DBL+0 DBL+1");
    assert_string_equal(outbox_of(&f, "demo-c"), "");
    /* What is not said stays. */
    e = edit("DBL", 1, 3);
    e.physical = 5;
    assert_true(put(e));
    assert_true(available("DBL", 0) == 1 && available("DBL", 1) == 4 && available("DBL", 2) == 5);
    assert_true(stock_of(&f, "DBL", 1).out_of_order == 1 && stock_of(&f, "DBL", 1).physical == 5);
    /* -1 goes back to the room type's own number, and follows it from then on; 0 is 0. */
    e.physical = -1;
    assert_true(put(e) && available("DBL", 2) == 2 && stock_of(&f, "DBL", 2).physical == FIELD_INT_NONE);
    assert_int_equal(save(false, "DBL", NULL, 7), 0);
    assert_true(available("DBL", 2) == 7 && available("DBL", 1) == 6);
    e.physical = 0;
    assert_true(put(e) && available("DBL", 2) == 0);
    assert_int_equal(save(false, "DBL", NULL, 8), 0);
    assert_true(available("DBL", 2) == 0 && available("DBL", 0) == 7);
    e = edit("DBL", 0, 3);
    e.out_of_order = 10000; /* never below nothing */
    assert_true(put(e) && available("DBL", 0) == 0);
    assert_true(put(edit("DBL", 0, 3))); /* nothing said, nothing changed */
    assert_int_equal(stock_of(&f, "DBL", 0).out_of_order, 10000);
    f.at = &f.other;
    assert_int_equal(available("DBL", 0), 2);
}

/* How far beyond its rooms the hotel sells is its own decision. */
static void test_overbooking(void **state)
{
    (void)state;
    struct apply_result out;
    struct stock_edit e = edit("SGL", 0, 1);
    e.overbooking_limit = 1;
    assert_true(put(e) && available("SGL", 0) == 2);
    tell(&f, .reference = "A", .refuse = true, .rooms = {{"SGL", .night = 0, .nights = 1}});
    tell(&f, .reference = "B", .refuse = true, .rooms = {{"SGL", .night = 0, .nights = 1}});
    assert_false(try_tell(
        &f, (struct said){.reference = "C", .refuse = true, .rooms = {{"SGL", .night = 0, .nights = 1}}},
        &out));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_string_equal(alerts_of(&f), "");
    e.overbooking_limit = 0;
    assert_true(put(e) && overs.count == 1 && overs.list[0].taken == 2 && overs.list[0].capacity == 1);
    assert_true(*alerts_of(&f) != 0);
    e.overbooking_limit = 1;
    assert_true(put(e) && overs.count == 0);
    assert_string_equal(alerts_of(&f), "");
    /* A room that is out of order is one too few; the incident ends when it is back. */
    tell(&f, .reference = "D", .by = "demo-a", .rooms = {{"SGL", .night = 0, .nights = 1}});
    assert_true(booking(&f, "demo-a", "D")->oversold && *alerts_of(&f) != 0);
    e = edit("SGL", 0, 1);
    e.physical = 2;
    assert_true(put(e));
    assert_string_equal(alerts_of(&f), "");
    assert_int_equal(available("SGL", 0), 0);
}

static void test_edit_bad(void **state)
{
    (void)state;
    refused(put(edit("LOFT", 0, 1)), ERR_NOT_FOUND, "/roomType");
    refused(put(edit("", 0, 1)), ERR_NOT_FOUND, "/roomType");
    refused(put(edit("DBL", 1, 1)), ERR_INVALID, "/to");
    refused(put(edit("DBL", 2, 1)), ERR_INVALID, "/to");
    refused(put(edit("DBL", 0, 801)), ERR_INVALID, "/to");
    size_t count;
    events_of(&f, &count);
    assert_int_equal(count, 0);
    struct stock_edit e = edit("DBL", 0, 800);
    e.physical = 1;
    assert_true(put(e));

    static const char *const bad[][2] = {
        {"{\"roomType\":\"DBL\",\"from\":\"2026-07-14\",\"to\":\"2026-07-15\",\"physical\":-2}", "/physical"},
        {"{\"roomType\":\"DBL\",\"from\":\"2026-07-14\",\"to\":\"2026-07-15\",\"outOfOrder\":-1}",
         "/outOfOrder"},
        {"{\"roomType\":\"DBL\",\"from\":\"2026-07-14\",\"to\":\"2026-07-15\",\"overbookingLimit\":10001}",
         "/overbookingLimit"},
        {"{\"roomType\":\"DBL\",\"from\":\"2026-02-30\",\"to\":\"2026-07-15\"}", "/from"},
        {"{\"roomType\":\"DBL\",\"from\":\"2026-07-14\"}", "/to"},
        {"{\"from\":\"2026-07-14\",\"to\":\"2026-07-15\"}", "/roomType"},
        {"{\"roomType\":\"DBL\",\"from\":\"2026-07-14\",\"to\":\"2026-07-15\",\"sold\":0}", "/sold"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct json *v = json_parse(f.a, str_of(bad[i][0]), &f.e);
        refused(json_decode(f.a, &stock_edit_fields, v, &e, &f.e), ERR_INVALID, bad[i][1]);
    }
}

/* --- what channels call the rooms --- */

static int64_t map(const char *integration, const char *remote, const char *code)
{
    int64_t repaired = 99;
    bool ok = desk_map(&f.env.env, f.a, f.at, S("o@x"), str_of(integration), str_of(remote), str_of(code),
                       &repaired, &f.e);
    return ok ? repaired : -1;
}

static void test_map(void **state)
{
    (void)state;
    struct room_mapping *list;
    size_t count;
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{"Deluxe", .night = 0, .nights = 1}});
    tell(&f, .reference = "B", .by = "demo-b", .rooms = {{"Deluxe", .night = 0, .nights = 1}});
    assert_true(desk_mappings(&f.env.env, f.a, f.at, &list, &count, &f.e) && count == 2);
    assert_true(list[0].room_type_id == 0 && str_eq(list[0].remote, S("Deluxe")));
    assert_int_equal(map("demo-a", " deluxe ", "dbl"), 1);
    assert_true(stock_of(&f, "DBL", 0).sold == 1 && stock_of(&f, "DBL", 0).held == 1);
    assert_true(booking(&f, "demo-b", "B")->unmapped); /* another channel may mean another room by it */
    assert_string_equal(alerts_of(&f), "unmapped:demo-b:deluxe");
    assert_string_equal(last_event("mapping.modified"),
                        "{\"integrationId\":\"demo-a\",\"remote\":\" deluxe \",\"roomType\":"
                        "\"dbl\",\"actor\":\"o@x\"}");
    assert_true(desk_mappings(&f.env.env, f.a, f.at, &list, &count, &f.e) && count == 2);
    assert_int_equal(list[0].room_type_id, room_named(&f, "DBL")->id);
    tell(&f, .reference = "C", .by = "demo-a", .rooms = {{"DELUXE", .night = 5, .nights = 1}});
    assert_int_equal(stock_of(&f, "DBL", 5).sold, 1);
    /* It goes before the hotel's own codes. */
    assert_int_equal(map("demo-a", "DBL", "SGL"), 0);
    tell(&f, .reference = "D", .by = "demo-a", .rooms = {{"DBL", .night = 6, .nights = 1}});
    assert_true(stock_of(&f, "SGL", 6).sold == 1 && stock_of(&f, "DBL", 6).sold == 0);
    /* Taken back: for what comes, and for what is there. */
    assert_int_equal(map("demo-a", "Deluxe", ""), 2);
    tell(&f, .reference = "E", .by = "demo-a", .rooms = {{"Deluxe", .night = 7, .nights = 1}});
    assert_true(booking(&f, "demo-a", "E")->unmapped && booking(&f, "demo-a", "A")->unmapped);
    assert_int_equal(map("demo-a", "Deluxe", "DBL"), 3);
}

static void test_map_bad(void **state)
{
    (void)state;
    assert_int_equal(map("demo-a", "Deluxe", "LOFT"), -1);
    refused(false, ERR_NOT_FOUND, "/roomType");
    assert_int_equal(map("demo-a", "", "DBL"), -1);
    refused(false, ERR_INVALID, "/remote");
    assert_int_equal(map("demo-a", "  ", "DBL"), -1);
    refused(false, ERR_INVALID, "/remote");
    struct room_mapping *list;
    size_t count;
    assert_true(desk_mappings(&f.env.env, f.a, f.at, &list, &count, &f.e) && count == 0);
    /* What comes without an integration, from a file, has names as well. */
    tell(&f, .reference = "A", .channel = "airbnb", .rooms = {{"Deluxe", .night = 0, .nights = 1}});
    assert_int_equal(map(NULL, "Deluxe", "DBL"), 1);
    assert_string_equal(
        last_event("mapping.modified"),
        "{\"integrationId\":null,\"remote\":\"Deluxe\",\"roomType\":\"DBL\",\"actor\":\"o@x\"}");
    assert_int_equal(stock_of(&f, "DBL", 0).sold, 1);
    f.at = &f.other;
    assert_true(desk_mappings(&f.env.env, f.a, f.at, &list, &count, &f.e) && count == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_add),      TEST(test_add_repairs), TEST(test_change),      TEST(test_change_repairs),
        TEST(test_calendar), TEST(test_edit),        TEST(test_overbooking), TEST(test_edit_bad),
        TEST(test_map),      TEST(test_map_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
