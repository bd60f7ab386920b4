#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"

static int open_hotel(void **state)
{
    static struct apply_fixture f;
    apply_fixture_open(&f);
    *state = &f;
    return 0;
}

static int close_hotel(void **state)
{
    apply_fixture_close(*state);
    return 0;
}

static struct room_mapping *mappings_of(struct apply_fixture *f, size_t *count)
{
    struct room_mapping *list = NULL;
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    assert_true(c && room_mapping_list(c, f->a, f->at->id, &list, count, &f->e));
    return list;
}

/* --- invariant 6: a room that nobody knows --- */

static void an_unknown_room_holds_one_of_each(void **state)
{
    struct apply_fixture *f = *state;
    struct apply_result r =
        tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "  SUITE Junior ", .nights = 2}});
    assert_int_equal(r.outcome, REVISION_APPLIED);
    assert_true(r.unmapped);
    assert_int_equal(r.warning_count, 1);
    assert_true(str_starts(r.warnings[0].fr, S("La chambre «   SUITE Junior  » de demo-a n'est pas connue")));
    struct reservation_row *row = booking(f, "demo-a", "A");
    assert_true(row->unmapped);
    assert_int_equal(row->stays[0].room_type_id, 0);
    assert_string_equal(nights_of(f, "DBL", 0, 3), "0/1 0/1 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 3), "0/1 0/1 0/0");
    assert_string_equal(alerts_of(f), "unmapped:demo-a:suite junior");
    size_t n;
    struct room_mapping *m = mappings_of(f, &n);
    assert_int_equal(n, 1);
    assert_string_equal(m[0].integration_id.p, "demo-a");
    assert_string_equal(m[0].remote.p, "  SUITE Junior ");
    assert_string_equal(m[0].remote_key.p, "suite junior");
    assert_int_equal(m[0].room_type_id, 0);
    assert_string_equal(outbox_of(f, "demo-b"), "DBL+0 DBL+1 SGL+0 SGL+1");
    struct event_row *events = events_of(f, &n);
    assert_int_equal(n, 2);
    assert_string_equal(events[0].type.p, "alert.raised");
    assert_string_equal(events[0].data.p,
                        "{\"fingerprint\":\"unmapped:demo-a:suite junior\",\"severity\":\"warning\"}");
    /* Nobody sells what it could be. */
    assert_false(try_tell(
        f, (struct said){.reference = "B", .rooms = {{.type = "SGL", .nights = 1}}, .refuse = true}, NULL));
    /* It is freed like any other. */
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a");
    assert_string_equal(nights_of(f, "DBL", 0, 3), "0/0 0/0 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 3), "0/0 0/0 0/0");
    assert_false(booking(f, "demo-a", "A")->unmapped);
}

static void a_new_room_type_repairs_it(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a",
         .rooms = {{.type = "Suite", .nights = 2}, {.type = "DBL", .nights = 1}});
    tell(f, .reference = "B", .by = "demo-a", .rooms = {{.type = "Attic", .night = 1, .nights = 1}});
    assert_string_equal(nights_of(f, "DBL", 0, 3), "1/1 0/2 0/0");
    assert_int_equal(remap(f, NULL, NULL, NULL), 0); /* nothing is known yet */
    apply_fixture_room(f, &f->demo, "SUI", "Suite", 1);
    assert_int_equal(remap(f, NULL, NULL, NULL), 1);
    struct reservation_row *a = booking(f, "demo-a", "A");
    assert_false(a->unmapped);
    assert_int_equal(a->stays[0].room_type_id, room_named(f, "SUI")->id);
    /* B still holds one of each, also of the new one. */
    assert_string_equal(nights_of(f, "SUI", 0, 3), "1/0 1/1 0/0");
    assert_string_equal(nights_of(f, "DBL", 0, 3), "1/0 0/1 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 3), "0/0 0/1 0/0");
    assert_string_equal(alerts_of(f), arena_fmt(f->a, "oversold:%lld:2026-07-15 unmapped:demo-a:attic",
                                                (long long)room_named(f, "SUI")->id)
                                          .p);
    tell(f, .type = MESSAGE_CANCELLED, .reference = "B", .by = "demo-a");
    assert_string_equal(nights_of(f, "SUI", 0, 3), "1/0 1/0 0/0");
    assert_string_equal(alerts_of(f), "");
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a");
    assert_string_equal(nights_of(f, "SUI", 0, 3), "0/0 0/0 0/0");
}

static void a_new_room_type_is_held_at_once(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "Suite", .nights = 1}});
    apply_fixture_room(f, &f->demo, "ATT", "Attic", 1);
    /* Whatever comes next, before anybody repairs: the attic may be what was sold. */
    assert_false(try_tell(
        f, (struct said){.reference = "B", .rooms = {{.type = "ATT", .nights = 1}}, .refuse = true}, NULL));
    assert_int_equal(f->e.code, ERR_CONFLICT);
    tell(f, .reference = "C", .by = "demo-b", .rooms = {{.type = "DBL", .night = 5, .nights = 1}});
    assert_string_equal(nights_of(f, "ATT", 0, 1), "0/1");
    assert_true(strstr(outbox_of(f, "demo-a"), "?+0") != NULL);
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a");
    assert_string_equal(nights_of(f, "ATT", 0, 1), "0/0");
    assert_string_equal(nights_of(f, "DBL", 0, 1), "0/0");
}

static void a_mapping_repairs_it(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "Chambre Supérieure", .nights = 1}});
    tell(f, .reference = "B", .by = "demo-b", .rooms = {{.type = "Chambre Supérieure", .nights = 1}});
    tell(f, .reference = "C", .rooms = {{.type = "Chambre Supérieure", .nights = 1}});
    assert_string_equal(nights_of(f, "SGL", 0, 1), "0/3");
    assert_string_equal(alerts_of(f), "unmapped::chambre superieure unmapped:demo-a:chambre superieure "
                                      "unmapped:demo-b:chambre superieure");
    /* Each integration has its own names. */
    assert_int_equal(remap(f, "demo-a", "chambre superieure", "DBL"), 1);
    assert_string_equal(nights_of(f, "DBL", 0, 1), "1/2");
    assert_string_equal(nights_of(f, "SGL", 0, 1), "0/2");
    /* And what was entered without one has them too. */
    assert_int_equal(remap(f, "", "chambre superieure", "DBL"), 1);
    assert_int_equal(remap(f, "demo-b", "chambre superieure", "SGL"), 1);
    assert_string_equal(nights_of(f, "DBL", 0, 1), "2/0");
    assert_string_equal(nights_of(f, "SGL", 0, 1), "1/0");
    assert_string_equal(alerts_of(f), "");
    assert_int_equal(remap(f, NULL, NULL, NULL), 0);
    /* The next one is known. */
    struct apply_result r = tell(f, .reference = "D", .by = "demo-b",
                                 .rooms = {{.type = "CHAMBRE SUPÉRIEURE", .night = 3, .nights = 1}});
    assert_false(r.unmapped);
    assert_string_equal(nights_of(f, "SGL", 3, 4), "1/0");
    tell(f, .reference = "E", .rooms = {{.type = "chambre supérieure", .night = 3, .nights = 1}},
         .refuse = true);
    assert_string_equal(nights_of(f, "DBL", 3, 4), "1/0");
}

static void a_mapping_says_more_than_a_name(void **state)
{
    struct apply_fixture *f = *state;
    remap(f, "demo-a", "DBL", "SGL"); /* what this channel calls DBL is a single */
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "dbl", .nights = 1}});
    tell(f, .reference = "B", .by = "demo-b", .rooms = {{.type = "dbl", .nights = 1}});
    assert_string_equal(nights_of(f, "SGL", 0, 1), "1/0");
    assert_string_equal(nights_of(f, "DBL", 0, 1), "1/0");
}

static void a_name_belongs_to_whoever_said_it_last(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .channel = "web", .rooms = {{.type = "DBL", .nights = 1}});
    struct apply_result r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-b",
                                 .channel = "web", .rooms = {{.type = "Loft", .nights = 1}});
    assert_true(str_starts(r.warnings[0].en, S("The room “Loft” of demo-b is not one")));
    assert_string_equal(alerts_of(f), "unmapped:demo-b:loft");
    assert_string_equal(booking(f, "web", "A")->stays[0].named_by.p, "demo-b");
    /* Who brings other news of it does not name the room. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-c", .channel = "web", .notes = "late");
    assert_string_equal(alerts_of(f), "unmapped:demo-b:loft");
    r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .channel = "web",
             .rooms = {{.nights = 2}});
    assert_true(str_starts(r.warnings[0].en, S("The room “Loft” of demo-b is not one")));
    assert_string_equal(booking(f, "web", "A")->stays[0].named_by.p, "demo-b");
    assert_string_equal(alerts_of(f), "unmapped:demo-b:loft");
    size_t n;
    struct room_mapping *m = mappings_of(f, &n);
    assert_int_equal(n, 1);
    assert_string_equal(m[0].integration_id.p, "demo-b");
    assert_int_equal(remap(f, "demo-a", "Loft", "SGL"), 0);
    assert_int_equal(remap(f, "demo-b", "Loft", "SGL"), 1);
    assert_string_equal(alerts_of(f), "");
    assert_string_equal(nights_of(f, "SGL", 0, 2), "1/0 1/0");
    assert_string_equal(nights_of(f, "DBL", 0, 2), "0/0 0/0");
    /* What people at the hotel type is the hotel's own name. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .actor = "o@x", .channel = "web",
         .rooms = {{.type = "Grange", .nights = 2}});
    assert_false(str_given(booking(f, "web", "A")->stays[0].named_by));
    assert_string_equal(alerts_of(f), "unmapped::grange");
}

static void an_alert_stands_as_long_as_somebody_waits(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "Suite", .nights = 1}});
    tell(f, .reference = "B", .by = "demo-a",
         .rooms = {{.type = "suite", .nights = 1}, {.nights = 1, .reference = "2"}});
    tell(f, .reference = "C", .by = "demo-b", .rooms = {{.type = "Suite", .nights = 1}});
    assert_string_equal(alerts_of(f), "unmapped:demo-a: unmapped:demo-a:suite unmapped:demo-b:suite");
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a");
    assert_string_equal(alerts_of(f), "unmapped:demo-a: unmapped:demo-a:suite unmapped:demo-b:suite");
    /* Asking again does not end it, asking without holding does. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "B", .by = "demo-a",
         .rooms = {{.type = "suite", .nights = 2}});
    assert_string_equal(alerts_of(f), "unmapped:demo-a:suite unmapped:demo-b:suite");
    tell(f, .type = MESSAGE_MODIFIED, .reference = "B", .by = "demo-a", .status = "inquiry");
    assert_string_equal(alerts_of(f), "unmapped:demo-b:suite");
    tell(f, .type = MESSAGE_MODIFIED, .reference = "C", .by = "demo-b",
         .rooms = {{.type = "DBL", .nights = 1}});
    assert_string_equal(alerts_of(f), "");
    /* Gone and come back within one batch. */
    const struct said both[] = {
        {.type = MESSAGE_MODIFIED, .reference = "B", .by = "demo-a", .status = "confirmed"},
        {.type = MESSAGE_CANCELLED, .reference = "B", .by = "demo-a"},
        {.reference = "D", .by = "demo-a", .rooms = {{.type = "Suite", .nights = 1}}}};
    tell_all(f, both, ARRAY_LEN(both));
    assert_string_equal(alerts_of(f), "unmapped:demo-a:suite");
    tell_all(f, (struct said[]){{.type = MESSAGE_CANCELLED, .reference = "D", .by = "demo-a"}}, 1);
    assert_string_equal(alerts_of(f), "");
}

static void two_unknown_rooms_one_found(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a",
         .rooms = {{.type = "Suite", .nights = 1}, {.type = "Attic", .nights = 1}});
    assert_string_equal(nights_of(f, "DBL", 0, 1), "0/2");
    assert_int_equal(remap(f, "demo-a", "Suite", "DBL"), 1);
    assert_string_equal(nights_of(f, "DBL", 0, 1), "1/1");
    assert_string_equal(nights_of(f, "SGL", 0, 1), "0/1");
    assert_true(booking(f, "demo-a", "A")->unmapped);
    assert_string_equal(alerts_of(f), "unmapped:demo-a:attic");
    size_t n;
    mappings_of(f, &n);
    assert_int_equal(n, 2);
    assert_int_equal(remap(f, "demo-a", "Attic", "SGL"), 1);
    assert_string_equal(nights_of(f, "SGL", 0, 1), "1/0");
    assert_string_equal(alerts_of(f), "");
}

static void a_repair_that_oversells_is_an_incident(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "SGL", .nights = 1}});
    tell(f, .reference = "B", .by = "demo-b", .rooms = {{.type = "Studio", .nights = 1}});
    assert_string_equal(alerts_of(f), "unmapped:demo-b:studio"); /* it may be a double */
    assert_int_equal(remap(f, "demo-b", "Studio", "SGL"), 1);
    assert_string_equal(nights_of(f, "SGL", 0, 1), "2/0");
    assert_string_equal(nights_of(f, "DBL", 0, 1), "0/0");
    assert_true(booking(f, "demo-b", "B")->oversold);
    assert_string_equal(alerts_of(f),
                        arena_fmt(f->a, "oversold:%lld:2026-07-14", (long long)room_named(f, "SGL")->id).p);
}

static void an_inquiry_about_an_unknown_room(void **state)
{
    struct apply_fixture *f = *state;
    struct apply_result r = tell(f, .reference = "A", .by = "demo-a", .status = "inquiry",
                                 .rooms = {{.type = "Suite", .nights = 1}});
    assert_true(r.unmapped);
    assert_int_equal(r.warning_count, 0);
    assert_string_equal(nights_of(f, "DBL", 0, 1), "0/0");
    assert_string_equal(alerts_of(f), ""); /* nothing is held for it */
    size_t n;
    mappings_of(f, &n);
    assert_int_equal(n, 1);
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .status = "confirmed");
    assert_string_equal(nights_of(f, "DBL", 0, 1), "0/1");
    assert_string_equal(alerts_of(f), "unmapped:demo-a:suite");
}

static void a_room_without_a_name(void **state)
{
    struct apply_fixture *f = *state;
    struct apply_result r = tell(f, .reference = "A", .by = "demo-a", .rooms = {{.nights = 1}});
    assert_true(r.unmapped);
    assert_true(str_starts(r.warnings[0].en, S("demo-a does not say which room type it sold.")));
    assert_string_equal(alerts_of(f), "unmapped:demo-a:");
    size_t n;
    mappings_of(f, &n);
    assert_int_equal(n, 0); /* there is nothing to map */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a",
         .rooms = {{.type = "SGL", .nights = 1}});
    assert_string_equal(nights_of(f, "SGL", 0, 1), "1/0");
    assert_string_equal(nights_of(f, "DBL", 0, 1), "0/0");
}

static void an_unknown_room_becomes_known_by_a_message(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .by = "demo-a", .rooms = {{.type = "Suite", .nights = 2}});
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a",
         .rooms = {{.type = "DBL", .nights = 1}});
    assert_string_equal(nights_of(f, "DBL", 0, 2), "1/0 0/0");
    assert_string_equal(nights_of(f, "SGL", 0, 2), "0/0 0/0");
    assert_false(booking(f, "demo-a", "A")->unmapped);
}

static void many_are_repaired_at_once(void **state)
{
    enum { MANY = 1203 };
    struct apply_fixture *f = *state;
    struct said *said = arena_array(f->a, struct said, MANY);
    for (int i = 0; i < MANY; i++) {
        said[i] = (struct said){.reference = arena_fmt(f->a, "N%d", i).p,
                                .by = "demo-a",
                                .rooms = {{.type = "Suite", .night = i % 50, .nights = 1}}};
    }
    tell_all(f, said, MANY);
    assert_int_equal(stock_of(f, "DBL", 0).held, MANY / 50 + 1);
    apply_fixture_room(f, &f->demo, "SUI", "Suite", 100);
    assert_int_equal(remap(f, NULL, NULL, NULL), MANY);
    assert_int_equal(stock_of(f, "DBL", 0).held, 0);
    assert_int_equal(stock_of(f, "SUI", 0).sold, MANY / 50 + 1);
    assert_int_equal(stock_of(f, "SUI", 49).held, 0);
    assert_string_equal(alerts_of(f), "");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_hotel, close_hotel)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_unknown_room_holds_one_of_each),
        CASE(a_new_room_type_repairs_it),
        CASE(a_new_room_type_is_held_at_once),
        CASE(a_mapping_repairs_it),
        CASE(a_mapping_says_more_than_a_name),
        CASE(a_name_belongs_to_whoever_said_it_last),
        CASE(an_alert_stands_as_long_as_somebody_waits),
        CASE(two_unknown_rooms_one_found),
        CASE(a_repair_that_oversells_is_an_incident),
        CASE(an_inquiry_about_an_unknown_room),
        CASE(a_room_without_a_name),
        CASE(an_unknown_room_becomes_known_by_a_message),
        CASE(many_are_repaired_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
