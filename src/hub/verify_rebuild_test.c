#include "hub/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"
#include "hub/hold.h"

struct seen {
    char text[1024]; /* "reference field stands > should" by line */
    struct verify_count sum;
};

static void see(void *ctx, const struct verify_field *x)
{
    struct seen *s = ctx;
    size_t n = strlen(s->text);
    snprintf(s->text + n, sizeof(s->text) - n, "%.*s %.*s %.*s > %.*s\n", STR_ARG(x->reference),
             STR_ARG(x->field), STR_ARG(x->stands.en), STR_ARG(x->should.en));
}

static struct seen look(struct apply_fixture *f)
{
    struct seen s = {.text = ""};
    struct verify_watch watch = {see, NULL, &s};
    assert_true(verify_reservations(&f->env.env, f->at, &watch, &s.sum, &f->e));
    return s;
}

static void expect(struct apply_fixture *f, int64_t looked_at, const char *differences)
{
    struct seen s = look(f);
    assert_string_equal(s.text, differences);
    assert_int_equal(s.sum.looked_at, looked_at);
}

static void test_what_the_program_keeps_is_right(void **state)
{
    struct apply_fixture f;
    (void)state;
    apply_fixture_open(&f);
    expect(&f, 0, "");
    tell(&f, .reference = "A", .by = "demo-a", .revision = "2", .guest = "Martin", .total = "300.00",
         .rooms = {{"DBL", "1", "150.00", .night = 0, .nights = 3, .adults = 2},
                   {"SGL", "2", "150.00", .night = 0, .nights = 3}});
    f.env.now_us += 1000000;
    tell(&f, .reference = "A", .by = "demo-a", .revision = "1", .type = MESSAGE_MODIFIED, .guest = "Old",
         .rooms = {{"DBL", .night = 0, .nights = 1}}); /* stale */
    tell(&f, .reference = "A", .by = "demo-a", .revision = "3", .type = MESSAGE_MODIFIED, .notes = "late",
         .rooms = {{"DBL", "1", .night = 1, .nights = 3},
                   {"SGL", "2", .night = 0, .nights = 3, .status = "cancelled"}});
    tell(&f, .reference = "B", .by = "demo-b", .type = MESSAGE_CANCELLED, .at_s = 5);
    tell(&f, .reference = "B", .by = "demo-b", .at_s = 1, .rooms = {{"SGL", .night = 5, .nights = 1}});
    tell(&f, .reference = "B", .type = MESSAGE_MODIFIED, .actor = "a@example.org", .person = true,
         .status = "confirmed", .channel = "demo-b");
    tell(&f, .reference = "C", .by = "demo-b", .rooms = {{"Loft", .night = 1, .nights = 2}});
    tell(&f, .reference = "D", .import_id = 3, .line = 2, .snapshot = true, .at_s = 1, .currency = "JPY",
         .total = "900", .rooms = {{"SGL", .amount = "900", .night = 9, .nights = 1}});
    tell(&f, .reference = "E", .by = "demo-a", .status = "hold", .expires_s = 60,
         .rooms = {{"DBL", .night = 6, .nights = 1}});
    expect(&f, 5, "");
    f.env.now_us += 120 * INT64_C(1000000);
    bool more;
    assert_true(hold_expire_due(&f.env.env, &more, &f.e));
    expect(&f, 5, "");
    apply_fixture_close(&f);
}

static void test_names_of_today(void **state)
{
    struct apply_fixture f;
    (void)state;
    apply_fixture_open(&f);
    tell(&f, .reference = "C", .by = "demo-b", .rooms = {{"Loft", .night = 1, .nights = 2}});
    assert_int_equal(remap(&f, "demo-b", "Loft", "DBL"), 1);
    expect(&f, 1, "");
    f.env.now_us += 86400 * INT64_C(1000000) * 60; /* it has ended, and keeps the room that it had */
    remap(&f, "demo-b", "Loft", "SGL");
    expect(&f, 1, "");
    apply_fixture_close(&f);
}

struct falsified {
    struct apply_fixture *f;
    const char *reference, *channel;
    int64_t room_type_id;
};

static bool falsify_work(struct db_conn *c, void *arg, struct err *e)
{
    const struct falsified *x = arg;
    struct reservation_row r;
    bool found;
    if (!reservation_find(c, x->f->a, x->f->at->id, str_of(x->channel), str_of(x->reference), &r, &found,
                          e)) {
        return false;
    }
    r.guest.last_name = S("Nobody");
    r.total_minor++;
    r.status = RESERVATION_CANCELLED;
    r.stays[0].arrival++;
    r.stays[0].room_type_id = x->room_type_id;
    r.revisions++;
    return found && reservation_save(c, x->f->at->id, &r, false, false, e);
}

static void test_every_field_that_differs_is_named(void **state)
{
    struct apply_fixture f;
    (void)state;
    apply_fixture_open(&f);
    tell(&f, .reference = "A", .by = "demo-a", .guest = "Martin", .total = "300.00",
         .rooms = {{"DBL", .night = 0, .nights = 3}});
    tell(&f, .reference = "B", .by = "demo-a", .rooms = {{"DBL", .night = 0, .nights = 3}});
    struct falsified x = {&f, "A", "demo-a", room_named(&f, "SGL")->id};
    assert_true(db_write(f.env.store.hotel, falsify_work, &x, &f.e));
    expect(&f, 2,
           "A messages 2 > 1\n"
           "A status cancelled > confirmed\n"
           "A totalAmount 300.01 > 300.00\n"
           "A guest/lastName Nobody > Martin\n"
           "A rooms/0/roomType SGL > DBL\n"
           "A rooms/0/arrival 2026-07-15 > 2026-07-14\n");
    apply_fixture_close(&f);
}

static bool bad_message(struct db_conn *c, void *arg, struct err *e)
{
    struct apply_fixture *f = arg;
    struct reservation_row r;
    bool found;
    struct revision_row v = {.number = 2, .integration_id = S("demo-a"), .message = S("{\"type\":7}")};
    return reservation_find(c, f->a, f->at->id, S("demo-a"), S("A"), &r, &found, e) && found &&
           revision_insert(c, f->at->id, r.id, &v, e);
}

static void test_messages_that_cannot_be_read(void **state)
{
    struct apply_fixture f;
    (void)state;
    apply_fixture_open(&f);
    tell(&f, .reference = "A", .by = "demo-a", .rooms = {{"DBL", .night = 0, .nights = 3}});
    assert_true(db_write(f.env.store.hotel, bad_message, &f, &f.e));
    struct seen s = look(&f);
    assert_int_equal(s.sum.differences, 2);
    assert_non_null(strstr(s.text, "A messages/2 applied > "));
    assert_non_null(strstr(s.text, "A messages 1 > 2\n"));
    apply_fixture_close(&f);
}

static void test_more_than_one_step(void **state)
{
    enum { MANY = 450 };
    struct apply_fixture f;
    (void)state;
    apply_fixture_open(&f);
    struct said *list = arena_array(f.a, struct said, MANY);
    for (int i = 0; i < MANY; i++) {
        list[i] = (struct said){.reference = arena_fmt(f.a, "R%d", i).p,
                                .by = "demo-a",
                                .rooms = {{"DBL", .night = i % 40, .nights = 2}}};
    }
    tell_all(&f, list, MANY);
    expect(&f, MANY, "");
    apply_fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_program_keeps_is_right),
        cmocka_unit_test(test_names_of_today),
        cmocka_unit_test(test_every_field_that_differs_is_named),
        cmocka_unit_test(test_messages_that_cannot_be_read),
        cmocka_unit_test(test_more_than_one_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
