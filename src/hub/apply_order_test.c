#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/apply_fixture.h"
#include "hub/apply_job.h"

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

static void compare(void **state)
{
    (void)state;
    enum { UNDATED = 0 };
    static const struct {
        const char *mine, *theirs; /* revisions */
        int64_t at, then;          /* timestamps */
        int order;
        bool says_so;
    } cases[] = {
        {"10", "9", UNDATED, UNDATED, 1, true}, /* numbers, not texts */
        {"9", "10", UNDATED, UNDATED, -1, true},
        {"-1", "0", UNDATED, UNDATED, -1, true},
        {"9", "10", 200, 100, -1, true}, /* a revision says more than a clock */
        {"007", "7", UNDATED, UNDATED, 0, true},
        {"7", "7", UNDATED, UNDATED, 0, true},
        {"7", "7", 100, 100, 0, true},
        {"7", "7", 100, 200, 0, true},
        {"7", "7", 200, 100, 1, true}, /* said again, later, in other words */
        {"a", "a", UNDATED, UNDATED, 0, true},
        {"a", "b", 100, 200, -1, true}, /* texts have no order, clocks have */
        {"a", "b", 200, 100, 1, true},
        {"a", "b", 100, 100, 1, false},
        {"99999999999999999999", "5", UNDATED, UNDATED, 1, false}, /* no number that we can read */
        {NULL, NULL, 100, 200, -1, true},
        {NULL, NULL, 200, 100, 1, true},
        {NULL, NULL, 100, 100, 1, false},
        {NULL, NULL, UNDATED, 100, 1, false},
        {NULL, NULL, 100, UNDATED, 1, false},
        {NULL, "3", UNDATED, UNDATED, 1, false},
        {"3", NULL, 100, 200, -1, true},
        {"", "", UNDATED, UNDATED, 1, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct revision_row v = {
            .revision = str_of(cases[i].mine), .ordered_us = cases[i].at, .dated = cases[i].at != UNDATED};
        struct reservation_row r = {.revision = str_of(cases[i].theirs),
                                    .ordered_us = cases[i].then,
                                    .dated = cases[i].then != UNDATED ? RESERVATION_DATED_BY_MESSAGE
                                                                      : RESERVATION_UNDATED};
        bool says_so;
        if (apply_compare(&v, &r, false, &says_so) != cases[i].order || says_so != cases[i].says_so) {
            fail_msg("case %zu", i);
        }
    }
}

/* --- invariant 2: the same message once --- */

static void the_same_message_is_once(void **state)
{
    struct apply_fixture *f = *state;
    const struct said said = {.reference = "A",
                              .by = "demo-a",
                              .revision = "1",
                              .at_s = 5,
                              .rooms = {{.type = "DBL", .nights = 2}}};
    struct apply_result first = tell_said(f, said);
    assert_int_equal(first.outcome, REVISION_APPLIED);
    assert_true(first.created);
    const struct said thrice[] = {said, said, said};
    tell_all(f, thrice, 3);
    struct apply_result again = tell_said(f, said);
    assert_int_equal(again.outcome, REVISION_SAME);
    assert_int_equal(again.reservation_id, first.reservation_id);
    assert_false(again.created);
    assert_int_equal(again.change_count, 0);
    size_t n;
    history_of(f, first.reservation_id, &n);
    assert_int_equal(n, 1);
    events_of(f, &n);
    assert_int_equal(n, 1);
    assert_string_equal(nights_of(f, "DBL", 0, 3), "1/0 1/0 0/0");
    assert_int_equal(stock_of(f, "DBL", 0).version, 1);
}

static void the_same_message_in_its_first_batch(void **state)
{
    struct apply_fixture *f = *state;
    const struct said said = {.reference = "A", .by = "demo-a", .rooms = {{.type = "DBL", .nights = 1}}};
    const struct said thrice[] = {said, said, said};
    tell_all(f, thrice, 3);
    assert_int_equal(booking(f, "demo-a", "A")->revisions, 1);
    assert_string_equal(nights_of(f, "DBL", 0, 1), "1/0");
}

static void the_same_without_a_revision_by_its_body(void **state)
{
    struct apply_fixture *f = *state;
    struct said said = {
        .reference = "A", .by = "demo-a", .guest = "One", .rooms = {{.type = "DBL", .nights = 1}}};
    tell_said(f, said);
    struct said other = said;
    other.type = MESSAGE_MODIFIED;
    other.guest = "Two";
    assert_int_equal(tell_said(f, other).outcome, REVISION_APPLIED);
    /* The first one again, late: it was said already, so it does not undo the second. */
    assert_int_equal(tell_said(f, said).outcome, REVISION_SAME);
    assert_string_equal(booking(f, "demo-a", "A")->guest.last_name.p, "Two");
    /* The same by another way is the same. */
    other.by = "demo-b";
    other.channel = "demo-a";
    assert_int_equal(tell_said(f, other).outcome, REVISION_APPLIED); /* it names its channel: another body */
    assert_int_equal(tell_said(f, other).outcome, REVISION_SAME);
}

static void the_same_revision_with_other_content(void **state)
{
    struct apply_fixture *f = *state;
    struct said said = {.reference = "A",
                        .by = "demo-a",
                        .revision = "3",
                        .guest = "One",
                        .rooms = {{.type = "DBL", .nights = 1}}};
    tell_said(f, said);
    said.guest = "Two";
    said.rooms[0].nights = 3;
    struct apply_result r = tell_said(f, said);
    assert_int_equal(r.outcome, REVISION_STALE);
    assert_int_equal(r.warning_count, 1);
    assert_string_equal(booking(f, "demo-a", "A")->guest.last_name.p, "One");
    assert_string_equal(nights_of(f, "DBL", 0, 3), "1/0 0/0 0/0");
    assert_int_equal(tell_said(f, said).outcome, REVISION_SAME); /* and that is kept once as well */
    size_t n;
    history_of(f, r.reservation_id, &n);
    assert_int_equal(n, 2);
}

/* --- invariant 3: older ones --- */

static void older_is_kept_and_not_applied(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .revision = "10", .guest = "Ten", .rooms = {{.type = "DBL", .nights = 1}});
    struct apply_result r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .revision = "9",
                                 .guest = "Nine", .notes = "old", .rooms = {{.type = "SGL", .nights = 3}});
    assert_int_equal(r.outcome, REVISION_STALE);
    struct reservation_row *row = booking(f, "direct", "A");
    assert_string_equal(row->guest.last_name.p, "Ten");
    assert_false(str_given(row->notes));
    assert_string_equal(row->revision.p, "10");
    assert_int_equal(row->revisions, 2);
    assert_string_equal(nights_of(f, "SGL", 0, 3), "0/0 0/0 0/0");
    assert_string_equal(nights_of(f, "DBL", 0, 3), "1/0 0/0 0/0");
    size_t n;
    struct revision_row *h = history_of(f, r.reservation_id, &n);
    assert_int_equal(n, 2);
    assert_int_equal(h[1].outcome, REVISION_STALE);
    assert_string_equal(h[1].revision.p, "9");
    /* By timestamp as well. */
    tell(f, .reference = "B", .at_s = 100, .guest = "Hundred", .rooms = {{.type = "DBL", .nights = 1}});
    assert_int_equal(
        tell(f, .type = MESSAGE_MODIFIED, .reference = "B", .at_s = 99, .guest = "Earlier").outcome,
        REVISION_STALE);
    assert_int_equal(tell(f, .type = MESSAGE_CANCELLED, .reference = "B", .at_s = 98).outcome,
                     REVISION_STALE);
    assert_string_equal(booking(f, "direct", "B")->guest.last_name.p, "Hundred");
    assert_int_equal(booking(f, "direct", "B")->status, RESERVATION_CONFIRMED);
}

static void cancelled_stays_cancelled(void **state)
{
    struct apply_fixture *f = *state;
    struct said back = {.reference = "A", .by = "demo-a", .rooms = {{.type = "DBL", .nights = 1}}};
    tell_said(f, back);
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .by = "demo-a");
    assert_int_equal(tell_said(f, back).outcome, REVISION_SAME);
    back.guest = "Again"; /* other words, but nothing says that they are newer */
    struct apply_result r = tell_said(f, back);
    assert_int_equal(r.outcome, REVISION_CONFLICT);
    assert_int_equal(r.warning_count, 1);
    back.type = MESSAGE_MODIFIED;
    back.status = "confirmed";
    assert_int_equal(tell_said(f, back).outcome, REVISION_CONFLICT);
    assert_int_equal(booking(f, "demo-a", "A")->status, RESERVATION_CANCELLED);
    assert_string_equal(nights_of(f, "DBL", 0, 1), "0/0");
    /* A modification that speaks of something else changes that, and revives nothing. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .notes = "asked for an invoice");
    assert_int_equal(booking(f, "demo-a", "A")->status, RESERVATION_CANCELLED);
    assert_string_equal(booking(f, "demo-a", "A")->notes.p, "asked for an invoice");
}

static void cancelled_comes_back_when_it_says_so(void **state)
{
    struct apply_fixture *f = *state;
    struct said back = {.reference = "A", .revision = "1", .rooms = {{.type = "DBL", .nights = 1}}};
    tell_said(f, back);
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .revision = "2");
    back.revision = "3";
    assert_int_equal(tell_said(f, back).outcome, REVISION_APPLIED);
    assert_string_equal(nights_of(f, "DBL", 0, 1), "1/0");
    /* By timestamp; not by the same one. */
    struct said dated = {.reference = "B", .at_s = 10, .rooms = {{.type = "SGL", .nights = 1}}};
    tell_said(f, dated);
    tell(f, .type = MESSAGE_CANCELLED, .reference = "B", .at_s = 20);
    dated.at_s = 20;
    assert_int_equal(tell_said(f, dated).outcome, REVISION_CONFLICT);
    dated.at_s = 21;
    assert_int_equal(tell_said(f, dated).outcome, REVISION_APPLIED);
    assert_string_equal(nights_of(f, "SGL", 0, 1), "1/0");
}

/* Without a date on either side the later arrival wins; a message that is looked at again arrived long ago. */
static void looked_at_again_is_not_newer(void **state)
{
    struct apply_fixture *f = *state;
    int64_t now = f->env.now_us;
    tell(f, .reference = "A", .rooms = {{.type = "DBL", .nights = 1}});
    f->env.now_us = now + 200;
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .rooms = {{.type = "DBL", .night = 3, .nights = 1}});
    f->env.now_us = now + 100; /* the failed one in between, replayed after a fix */
    struct apply_result r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A",
                                 .rooms = {{.type = "DBL", .night = 1, .nights = 1}});
    assert_int_equal(r.outcome, REVISION_STALE);
    assert_string_equal(nights_of(f, "DBL", 1, 2), "0/0");
    assert_string_equal(nights_of(f, "DBL", 3, 4), "1/0");
    f->env.now_us = now;
}

/* An undated message in between does not let in what is older than the last date. */
static void the_latest_date_stays(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .at_s = 300, .rooms = {{.type = "DBL", .nights = 1}});
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .rooms = {{.type = "DBL", .night = 1, .nights = 1}});
    struct apply_result r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .at_s = 200,
                                 .rooms = {{.type = "DBL", .night = 2, .nights = 1}});
    assert_int_equal(r.outcome, REVISION_STALE);
    assert_string_equal(nights_of(f, "DBL", 1, 2), "1/0");
}

/* A clock that is years ahead must not make all that follows old. */
static void a_clock_far_ahead_is_no_date(void **state)
{
    struct apply_fixture *f = *state;
    struct apply_result r =
        tell(f, .reference = "A", .at_s = 86400 * 365, .rooms = {{.type = "DBL", .nights = 1}});
    assert_int_equal(r.outcome, REVISION_APPLIED);
    assert_true(r.warning_count > 0);
    r = tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .at_s = 10);
    assert_int_equal(r.outcome, REVISION_APPLIED);
    assert_string_equal(nights_of(f, "DBL", 0, 1), "0/0");
}

/* Some channels do not count a cancellation as a revision. */
static void a_cancellation_under_the_same_revision_cancels(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .revision = "1", .rooms = {{.type = "DBL", .nights = 1}});
    struct apply_result r = tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .revision = "1");
    assert_int_equal(r.outcome, REVISION_APPLIED);
    assert_string_equal(nights_of(f, "DBL", 0, 1), "0/0");
}

static void a_modification_before_its_creation_creates(void **state)
{
    struct apply_fixture *f = *state;
    struct apply_result r = tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a",
                                 .revision = "2", .guest = "Two", .rooms = {{.type = "DBL", .nights = 2}});
    assert_true(r.created);
    assert_int_equal(r.outcome, REVISION_APPLIED);
    assert_int_equal(booking(f, "demo-a", "A")->status, RESERVATION_CONFIRMED);
    r = tell(f, .reference = "A", .by = "demo-a", .revision = "1", .guest = "One",
             .rooms = {{.type = "SGL", .nights = 1}});
    assert_int_equal(r.outcome, REVISION_STALE);
    assert_false(r.created);
    assert_string_equal(booking(f, "demo-a", "A")->guest.last_name.p, "Two");
    assert_string_equal(nights_of(f, "DBL", 0, 2), "1/0 1/0");
    assert_string_equal(nights_of(f, "SGL", 0, 1), "0/0");
}

static void a_late_creation_says_which_nights(void **state)
{
    struct apply_fixture *f = *state;
    /* It is sold, but nobody has said what: a person must know. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .by = "demo-a", .revision = "2", .guest = "Two");
    struct reservation_row *row = booking(f, "demo-a", "A");
    assert_true(row->unmapped);
    assert_string_equal(alerts_of(f), arena_fmt(f->a, "roomless:%lld", (long long)row->id).p);
    struct apply_result r =
        tell(f, .reference = "A", .by = "demo-a", .revision = "1", .guest = "One", .email = "a@example.org",
             .total = "99.00", .rooms = {{.type = "DBL", .nights = 2, .amount = "99.00"}});
    assert_int_equal(r.outcome, REVISION_STALE);
    assert_int_equal(r.change_count, 2);
    row = booking(f, "demo-a", "A");
    assert_string_equal(row->guest.last_name.p, "Two");
    assert_string_equal(row->guest.email.p, "a@example.org");
    assert_string_equal(row->revision.p, "2");
    assert_int_equal(row->total_minor, 9900);
    assert_int_equal(row->revisions, 2);
    assert_false(row->unmapped);
    assert_string_equal(nights_of(f, "DBL", 0, 2), "1/0 1/0");
    assert_string_equal(alerts_of(f), "");
    /* A cancellation first: the late creation fills it, and takes nothing. */
    tell(f, .type = MESSAGE_CANCELLED, .reference = "B", .by = "demo-a", .revision = "4");
    r = tell(f, .reference = "B", .by = "demo-a", .revision = "1", .guest = "One",
             .rooms = {{.type = "SGL", .nights = 2}});
    assert_int_equal(r.outcome, REVISION_STALE);
    row = booking(f, "demo-a", "B");
    assert_int_equal(row->status, RESERVATION_CANCELLED);
    assert_string_equal(row->guest.last_name.p, "One");
    assert_int_equal(row->arrival, FIXTURE_DAY);
    assert_string_equal(nights_of(f, "SGL", 0, 2), "0/0 0/0");
}

static void clocks_and_revisions_of_files(void **state)
{
    struct apply_fixture *f = *state;
    struct said file = {.reference = "A",
                        .channel = "web",
                        .guest = "File",
                        .snapshot = true,
                        .at_s = -100,
                        .rooms = {{.type = "DBL", .nights = 1}}};
    assert_int_equal(tell_said(f, file).outcome, REVISION_APPLIED);
    /* A message after the export; the export again is older and kept once, however often it comes. */
    tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .channel = "web", .at_s = 5, .guest = "Message");
    struct apply_result r = tell_said(f, file);
    assert_int_equal(r.outcome, REVISION_SAME);
    file.notes = "another export of that day";
    assert_int_equal(tell_said(f, file).outcome, REVISION_STALE);
    assert_int_equal(tell_said(f, file).outcome, REVISION_SAME);
    assert_int_equal(booking(f, "web", "A")->revisions, 3);
    /* A newer export may say again what was so before: that is news. */
    file.notes = NULL;
    file.at_s = 50;
    assert_int_equal(tell_said(f, file).outcome, REVISION_APPLIED);
    assert_string_equal(booking(f, "web", "A")->guest.last_name.p, "File");
    assert_int_equal(tell_said(f, file).outcome, REVISION_SAME);
    /* It never revives what was cancelled. */
    tell(f, .type = MESSAGE_CANCELLED, .reference = "A", .channel = "web", .at_s = 60);
    file.at_s = 70;
    file.notes = "seen today";
    assert_int_equal(tell_said(f, file).outcome, REVISION_CONFLICT);
    assert_int_equal(tell_said(f, file).outcome, REVISION_SAME);
    assert_int_equal(booking(f, "web", "A")->status, RESERVATION_CANCELLED);
}

static void a_file_that_says_what_stands(void **state)
{
    struct apply_fixture *f = *state;
    tell(f, .reference = "A", .channel = "web", .revision = "4", .at_s = 1, .guest = "Martin",
         .total = "10.00", .rooms = {{.type = "Double Room", .nights = 2, .amount = "10"}});
    /* In other words (the hotel's code), without revision, and later. */
    struct said file = {.reference = "A",
                        .channel = "web",
                        .snapshot = true,
                        .at_s = 50,
                        .guest = "Martin",
                        .total = "10.0",
                        .rooms = {{.type = "DBL", .nights = 2, .amount = "10.00"}}};
    struct apply_result r = tell_said(f, file);
    assert_int_equal(r.outcome, REVISION_SAME);
    assert_int_equal(r.change_count, 0);
    size_t n;
    events_of(f, &n);
    assert_int_equal(n, 1);
    assert_int_equal(booking(f, "web", "A")->revisions, 1);
    /* One thing is different: then it is news. */
    file.rooms[0].nights = 3;
    assert_int_equal(tell_said(f, file).outcome, REVISION_APPLIED);
    assert_string_equal(nights_of(f, "DBL", 0, 3), "1/0 1/0 1/0");
    file.currency = "USD";
    assert_int_equal(tell_said(f, file).outcome, REVISION_APPLIED);
    assert_string_equal(booking(f, "web", "A")->currency.p, "USD");
    /* A message that says the same again in other words is not a file: it is kept. */
    assert_int_equal(tell(f, .type = MESSAGE_MODIFIED, .reference = "A", .channel = "web", .revision = "5",
                          .at_s = 60, .guest = "Martin")
                         .outcome,
                     REVISION_APPLIED);
}

/* Everything that is to be the same whatever the order of arrival. */
static const char *state_of(struct apply_fixture *f, const char *reference)
{
    struct reservation_row *r = booking(f, "demo-a", reference);
    struct buf b = buf_in(f->a);
    buf_fmt(&b, "%s r%s %s %s total %lld, %lld revisions;", reservation_statuses[r->status], r->revision.p,
            r->guest.last_name.p, r->notes.p, (long long)r->total_minor, (long long)r->revisions);
    for (size_t i = 0; i < r->stay_count; i++) {
        struct stay_row *s = &r->stays[i];
        buf_fmt(&b, " %s %s %d–%d %lld", s->reference.p, s->room_type.p, s->arrival - FIXTURE_DAY,
                s->departure - FIXTURE_DAY, (long long)s->amount_minor);
    }
    return buf_str(&b).p;
}

/* The k-th permutation of 4. */
static void permute(int k, int out[4])
{
    int left[4] = {0, 1, 2, 3};
    for (int n = 4; n > 0; n--) {
        int at = k % n;
        k /= n;
        out[4 - n] = left[at];
        for (int i = at; i + 1 < n; i++) {
            left[i] = left[i + 1];
        }
    }
}

static void every_order_ends_the_same(struct apply_fixture *f, const char *prefix,
                                      const struct said messages[4], bool by_clock, bool in_one_batch,
                                      const char *state, const char *dbl, const char *sgl)
{
    for (int k = 0; k < 24; k++) {
        int order[4];
        char reference[16];
        struct said said[4];
        permute(k, order);
        snprintf(reference, sizeof(reference), "%s%d", prefix, k);
        for (int i = 0; i < 4; i++) {
            said[i] = messages[order[i]];
            said[i].reference = reference;
            said[i].by = "demo-a";
            said[i].at_s = by_clock ? order[i] + 1 : 0;
            said[i].revision = by_clock ? NULL : said[i].revision;
            if (!in_one_batch) {
                tell_said(f, said[i]);
            }
        }
        if (in_one_batch) {
            tell_all(f, said, 4);
        }
        if (state) {
            assert_string_equal(state_of(f, reference), state);
        }
        assert_string_equal(nights_of(f, "DBL", 0, 5), dbl);
        assert_string_equal(nights_of(f, "SGL", 0, 5), sgl);
        assert_string_equal(alerts_of(f), "");
        /* And once more, in order: nothing new. */
        for (int i = 0; i < 4; i++) {
            assert_int_equal(tell_said(f, said[i]).outcome, REVISION_SAME);
        }
        /* Room for the next one. */
        tell(f, .type = MESSAGE_CANCELLED, .reference = reference, .by = "demo-a", .revision = "99",
             .at_s = 99);
    }
}

static void whole_messages_in_every_order(void **state)
{
    struct apply_fixture *f = *state;
    struct said messages[4] = {
        {.type = MESSAGE_CREATED,
         .revision = "8",
         .guest = "One",
         .notes = "n1",
         .total = "10",
         .rooms = {{.type = "DBL", .reference = "r1", .nights = 2, .amount = "10"}}},
        {.type = MESSAGE_MODIFIED,
         .revision = "9",
         .guest = "Two",
         .notes = "n2",
         .total = "20",
         .status = "confirmed",
         .rooms = {{.type = "SGL", .reference = "r1", .nights = 3, .amount = "15"},
                   {.type = "DBL", .reference = "r2", .nights = 1, .amount = "5"}}},
        {.type = MESSAGE_MODIFIED,
         .revision = "10",
         .guest = "Three",
         .notes = "n3",
         .total = "30",
         .status = "confirmed",
         .rooms = {{.type = "DBL", .reference = "r1", .night = 1, .nights = 3, .amount = "30"}}},
        {.type = MESSAGE_CANCELLED,
         .revision = "11",
         .guest = "Four",
         .notes = "n4",
         .total = "0",
         .rooms = {{.type = "DBL", .reference = "r1", .night = 1, .nights = 3, .amount = "0"}}},
    };
    const char *none = "0/0 0/0 0/0 0/0 0/0";
    const char *cancelled = "cancelled r11 Four n4 total 0, 4 revisions; r1 DBL 1–4 0";
    every_order_ends_the_same(f, "P", messages, false, false, cancelled, none, none);
    every_order_ends_the_same(f, "Q", messages, false, true, cancelled, none, none);
    every_order_ends_the_same(f, "R", messages, true, false, NULL, none, none);
    /* And one that is changed in the end. */
    messages[3].type = MESSAGE_MODIFIED;
    messages[3].status = "hold";
    const char *held = "hold r11 Four n4 total 0, 4 revisions; r1 DBL 1–4 0";
    every_order_ends_the_same(f, "S", messages, false, false, held, "0/0 0/1 0/1 0/1 0/0", none);
    every_order_ends_the_same(f, "T", messages, true, true, NULL, "0/0 0/1 0/1 0/1 0/0", none);
}

static void a_bare_cancellation_in_every_order(void **state)
{
    struct apply_fixture *f = *state;
    const struct said messages[4] = {
        {.type = MESSAGE_CREATED, .revision = "1", .rooms = {{.type = "DBL", .nights = 2}}},
        {.type = MESSAGE_MODIFIED, .revision = "2", .rooms = {{.type = "SGL", .nights = 2}}},
        {.type = MESSAGE_MODIFIED, .revision = "3", .rooms = {{.type = "DBL", .night = 1, .nights = 2}}},
        {.type = MESSAGE_CANCELLED, .revision = "4"},
    };
    const char *none = "0/0 0/0 0/0 0/0 0/0";
    every_order_ends_the_same(f, "U", messages, false, false, NULL, none, none);
    every_order_ends_the_same(f, "V", messages, true, true, NULL, none, none);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_hotel, close_hotel)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compare),
        CASE(the_same_message_is_once),
        CASE(the_same_message_in_its_first_batch),
        CASE(the_same_without_a_revision_by_its_body),
        CASE(the_same_revision_with_other_content),
        CASE(older_is_kept_and_not_applied),
        CASE(cancelled_stays_cancelled),
        CASE(cancelled_comes_back_when_it_says_so),
        CASE(looked_at_again_is_not_newer),
        CASE(the_latest_date_stays),
        CASE(a_clock_far_ahead_is_no_date),
        CASE(a_cancellation_under_the_same_revision_cancels),
        CASE(a_modification_before_its_creation_creates),
        CASE(a_late_creation_says_which_nights),
        CASE(clocks_and_revisions_of_files),
        CASE(a_file_that_says_what_stands),
        CASE(whole_messages_in_every_order),
        CASE(a_bare_cancellation_in_every_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
