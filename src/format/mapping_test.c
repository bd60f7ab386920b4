#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/json_fields.h"
#include "format/mapping.h"
#include "model/reservation.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    struct arena a;
    struct err e;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->a, LIMIT_ARENA);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->a);
    free(f);
    return 0;
}

static const struct json *parse(struct fixture *f, const char *text)
{
    const struct json *v = json_parse(&f->a, str_of(text), &f->e);
    if (v == NULL) {
        fail_msg("%s: %s", text, f->e.en);
    }
    return v;
}

/* The outcome as text: the new document, "skipped", or "! pointer: error". */
static const char *outcome(struct fixture *f, const char *form, const struct field_table *target,
                           const char *document)
{
    struct mapping_result result;
    const struct mapping *m = mapping_compile(&f->a, parse(f, form), target, &f->e);
    if (m == NULL || !mapping_run(m, &f->a, parse(f, document), &result, &f->e)) {
        assert_int_equal(f->e.code, ERR_INVALID);
        assert_true(strlen(f->e.fr) > 0);
        return arena_fmt(&f->a, "%s %s: %s", m == NULL ? "form!" : "!", f->e.pointer, f->e.en).p;
    }
    return result.skipped ? "skipped" : arena_cstr(&f->a, result.json);
}

static const char booking_form[] =
    "{\"skip\": \"$.event | equals('ping')\","
    " \"type\": \"$.event | table('new','reservation.created','upd','reservation.modified',"
    "'del','reservation.cancelled')\","
    " \"timestamp\": \"$.sent | unix\","
    " \"data\": {\"reference\": \"$.booking.id\","
    "  \"status\": \"$.event | equals('del') | if('cancelled','confirmed')\","
    "  \"currency\": \"$.booking.currency | upper\","
    "  \"totalAmount\": \"$.booking.cents | money($.booking.currency)\","
    "  \"channel\": \"'direct'\","
    "  \"guest\": {\"firstName\": \"$.booking.guest | name_first\", \"lastName\": \"$.booking.guest | name_last\","
    "   \"language\": \"'fr'\"},"
    "  \"rooms\": {\"each\": \"$.booking.rooms\", \"reference\": \"@.no\", \"roomType\": \"@.code\","
    "   \"arrival\": \"@.from | date('DD/MM/YYYY')\","
    "   \"departure\": \"@.from | date('DD/MM/YYYY') | add_days(@.nights)\","
    "   \"adults\": \"@.guests[?@.kind=='adult'] | count\", \"children\": \"@.kids\","
    "   \"amount\": \"@.price | decimal(',')\", \"ratePlan\": \"$.booking.rate\"},"
    "  \"notes\": \"$.booking.remarks[*].text | join('\\n')\"}}";

static void a_foreign_message_becomes_ours(void **state)
{
    struct fixture *f = *state;
    const char *got = outcome(
        f, booking_form, &reservation_message_fields,
        "{\"event\":\"new\",\"sent\":1782900131,\"booking\":{\"id\":1098765432109876543,\"currency\":\"eur\","
        "\"cents\":41250,\"guest\":\"Zoë Martin\",\"rate\":\"BAR\",\"rooms\":["
        "{\"no\":1,\"code\":\"DBL\",\"from\":\"14/07/2026\",\"nights\":3,\"kids\":\"1\",\"price\":\"1.212,50\","
        "\"guests\":[{\"kind\":\"adult\"},{\"kind\":\"adult\"},{\"kind\":\"child\"}]},"
        "{\"no\":2,\"code\":\"SGL\",\"from\":\"28/02/2028\",\"nights\":2,\"kids\":\"\",\"guests\":[]}],"
        "\"remarks\":[{\"text\":\"late\"},{\"text\":\"a \\\"dog\\\"\"}]}}");
    assert_string_equal(
        got,
        "{\"type\":\"reservation.created\",\"timestamp\":\"2026-07-01T10:02:11Z\",\"data\":{"
        "\"reference\":\"1098765432109876543\",\"status\":\"confirmed\",\"currency\":\"EUR\","
        "\"totalAmount\":412.50,\"channel\":\"direct\",\"guest\":{\"firstName\":\"Zoë\",\"lastName\":\"Martin\","
        "\"language\":\"fr\"},"
        "\"rooms\":[{\"reference\":\"1\",\"roomType\":\"DBL\",\"arrival\":\"2026-07-14\","
        "\"departure\":\"2026-07-17\",\"adults\":2,\"children\":1,\"amount\":1212.50,\"ratePlan\":\"BAR\"},"
        "{\"reference\":\"2\",\"roomType\":\"SGL\",\"arrival\":\"2028-02-28\",\"departure\":\"2028-03-01\","
        "\"adults\":0,\"ratePlan\":\"BAR\"}],"
        "\"notes\":\"late\\na \\\"dog\\\"\"}}");
    struct reservation_message message;
    if (!json_decode(&f->a, &reservation_message_fields, parse(f, got), &message, &f->e)) {
        fail_msg("%s: %s", f->e.pointer, f->e.en);
    }
    assert_int_equal(message.data.rooms.count, 2);
}

static void what_is_missing_is_left_out(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(
        outcome(f, booking_form, &reservation_message_fields,
                "{\"event\":\"del\",\"booking\":{\"id\":\"B7\"}}"),
        "{\"type\":\"reservation.cancelled\",\"data\":{\"reference\":\"B7\",\"status\":\"cancelled\","
        "\"channel\":\"direct\"}}");
}

static void skipped(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(outcome(f, booking_form, &reservation_message_fields, "{\"event\":\"ping\"}"),
                        "skipped");
    static const char *const truths[][2] = {
        {"{}", "{}"},
        {"{\"test\":null}", "{}"},
        {"{\"test\":false}", "{}"},
        {"{\"test\":\"\"}", "{}"},
        {"{\"test\":[]}", "{}"},
        {"{\"test\":true}", "skipped"},
        {"{\"test\":\"x\"}", "skipped"},
    };
    for (size_t i = 0; i < ARRAY_LEN(truths); i++) {
        assert_string_equal(outcome(f, "{\"skip\":\"$.test\"}", NULL, truths[i][0]), truths[i][1]);
    }
    assert_string_equal(outcome(f, "{\"skip\":\"$.a | int\"}", NULL, "{\"a\":\"x\"}"),
                        "! /skip: $.a, int: “x” is not a whole number");
}

static void shapes_without_a_table(void **state)
{
    struct fixture *f = *state;
    static const char *const cases[][3] = {
        {"{\"a\":\"$.x\",\"b\":7.50,\"c\":true,\"d\":null}", "{\"x\":1.10}",
         "{\"a\":1.10,\"b\":7.50,\"c\":true}"},
        {"{\"a\":{\"b\":{\"c\":\"$.x\"}},\"z\":1}", "{}", "{\"z\":1}"},
        {"{\"a\":{\"k\":1,\"b\":\"$.x\"},\"z\":{\"k\":\"'v'\"}}", "{}", "{\"z\":{\"k\":\"v\"}}"},
        {"{\"a\":{\"each\":\"$.l[*]\",\"v\":\"@\"}}", "{\"l\":[1,null,\"x\"]}",
         "{\"a\":[{\"v\":1},{\"v\":\"x\"}]}"},
        {"{\"a\":{\"each\":\"$.l\",\"v\":\"@.n\"}}", "{\"l\":[{\"n\":1},{},{\"n\":2}]}",
         "{\"a\":[{\"v\":1},{\"v\":2}]}"},
        {"{\"a\":{\"each\":\"$.l\",\"v\":\"@.n\"}}", "{\"l\":{\"n\":1}}", "{\"a\":[{\"v\":1}]}"},
        {"{\"a\":{\"each\":\"$.l\",\"v\":\"@.n\"}}", "{\"l\":[]}", "{}"},
        {"{\"a\":{\"each\":\"$.l\",\"i\":{\"each\":\"@.m\",\"v\":\"@\",\"r\":\"$.r\"},\"n\":\"@.n\"}}",
         "{\"r\":0,\"l\":[{\"n\":1,\"m\":[5,6]},{\"n\":2}]}",
         "{\"a\":[{\"i\":[{\"v\":5,\"r\":0},{\"v\":6,\"r\":0}],\"n\":1},{\"n\":2}]}"},
        {"{\"a\":[{\"v\":\"$.x\",\"k\":1},{\"v\":\"$.y\",\"k\":2},{\"v\":\"$.z\",\"k\":3}]}",
         "{\"x\":1,\"z\":2}", "{\"a\":[{\"v\":1,\"k\":1},{\"v\":2,\"k\":3}]}"},
        {"{\"a\":[{\"v\":\"$.x\"}],\"b\":\"$.b\"}", "{\"b\":1}", "{\"b\":1}"},
        {"{\"a \\\"b\\\"\":\"$.x\"}", "{\"x\":\"é\\u0001\"}", "{\"a \\\"b\\\"\":\"é\\u0001\"}"},
        {"{}", "{}", "{}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_string_equal(outcome(f, cases[i][0], NULL, cases[i][1]), cases[i][2]);
    }
}

static void a_failing_pick_is_named(void **state)
{
    struct fixture *f = *state;
    static const char *const cases[][3] = {
        {"{\"data\":{\"rooms\":{\"each\":\"$.r\",\"arrival\":\"@.from | date\"}}}",
         "{\"r\":[{\"from\":\"2026-07-14\"},{\"from\":\"2026-02-30\"}]}",
         "! /data/rooms/1/arrival: @.from, date: 30 February 2026 does not exist"},
        {"{\"data\":{\"total\":\"$.t | decimal\"}}", "{\"t\":\"much\"}",
         "! /data/total: $.t, decimal: “much” is not a number"},
        {"{\"type\":\"$.e | table('a','b')\"}", "{\"e\":\"z\"}",
         "! /type: $.e, table: “z” is not in the table (a)"},
        {"{\"a\":[{\"b\":1},{\"c\":\"$.x\"}]}", "{\"x\":[1,2]}",
         "! /a/1/c: $.x: one single value is needed; what came is of type array"},
        {"{\"a\":{\"each\":\"$.x | split(',')\",\"b\":\"@\"}}", "{\"x\":[1,2]}",
         "! /a: $.x, split: a text or a number is needed; what came is of type array"},
        {"{\"a\":\"$.x[*]\"}", "{\"x\":[1,2]}",
         "! /a: $.x[*]: there are 2 values where one is needed; add | first, | last or | join(\", \")"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_string_equal(outcome(f, cases[i][0], NULL, cases[i][1]), cases[i][2]);
    }
}

static void a_bad_form_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const cases[][2] = {
        {"[]", "form! : a mapping is an object: {\"type\": …, \"data\": {…}}"},
        {"{}", "form! /type: “type” must be mapped: no message is complete without it"},
        {"{\"type\":\"$.t\",\"data\":{\"status\":\"$.s\"}}",
         "form! /data/reference: “reference” must be mapped: no message is complete without it"},
        {"{\"type\":\"$.t |\"}", "form! /type: column 6: the name of a function is missing here"},
        {"{\"typ\":\"$.t\"}", "form! /typ: there is no member “typ” here; did you mean “type”?"},
        {"{\"type\":{\"a\":\"$.t\"}}",
         "form! /type: “type” is a single value: write a pick here, such as \"$.booking.id\""},
        {"{\"type\":\"$.t\",\"data\":\"$.d\"}", "form! /data: “data” is an object: write {\"…\": …} here"},
        {"{\"type\":\"$.t\",\"data\":{\"reference\":\"$.r\",\"rooms\":{\"arrival\":\"$.a\"}}}",
         "form! /data/rooms: “rooms” is a list: write {\"each\": \"$.…\", …} or [{…}] here"},
        {"{\"type\":\"$.t\",\"data\":{\"reference\":\"$.r\",\"guest\":{\"each\":\"$.g\",\"email\":\"@.e\"}}}",
         "form! /data/guest: “guest” is an object: write {\"…\": …} here"},
        {"{\"type\":\"$.t\",\"data\":{\"reference\":\"$.r\",\"rooms\":{\"each\":\"$.g[\",\"arrival\":\"@.e\"}}}",
         "form! /data/rooms/each: column 5: a name in quotes, a number, * or ? is needed here"},
        {"{\"type\":\"$.t\",\"data\":{\"reference\":\"$.r\",\"rooms\":{\"each\":7,\"arrival\":\"@.e\"}}}",
         "form! /data/rooms/each: a pick is needed here, a text such as \"$.booking.id\""},
        {"{\"type\":\"$.t\",\"data\":{\"reference\":\"$.r\",\"rooms\":[{\"arrival\":\"$.a\"}]}}",
         "form! /data/rooms/0/departure: “departure” must be mapped: no message is complete without it"},
        {"{\"type\":\"$.t\",\"data\":{\"reference\":\"$.r\",\"rooms\":[\"$.a\"]}}",
         "form! /data/rooms/0: an object is needed here"},
        {"{\"type\":\"@.t\"}", "form! /type: column 1: @ has no meaning here; a path begins with $"},
        {"{\"skip\":\"$.\",\"type\":\"$.t\"}",
         "form! /skip: column 3: a name is missing here; other names are written ['in quotes']"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_string_equal(outcome(f, cases[i][0], &reservation_message_fields, "{}"), cases[i][1]);
    }
}

static void conversions_lose_nothing(void **state)
{
    struct fixture *f = *state;
    static const char form[] =
        "{\"type\":\"$.t\",\"data\":{\"reference\":\"$.r\",\"totalAmount\":\"$.m\",\"rooms\":["
        "{\"arrival\":\"$.from\",\"departure\":\"$.to\",\"adults\":\"$.n\"}]}}";
    static const char *const cases[][2] = {
        {"{\"r\":12.50,\"n\":\"2\"}", "{\"data\":{\"reference\":\"12.50\",\"rooms\":[{\"adults\":2}]}}"},
        {"{\"r\":true,\"n\":\" 2 \"}", "{\"data\":{\"reference\":\"true\",\"rooms\":[{\"adults\":2}]}}"},
        {"{\"n\":\"02\"}", "{\"data\":{\"rooms\":[{\"adults\":\"02\"}]}}"}, /* for the reader to refuse */
        {"{\"n\":\"two\"}", "{\"data\":{\"rooms\":[{\"adults\":\"two\"}]}}"},
        {"{\"r\":\"\",\"n\":\"\",\"from\":\"\",\"m\":\" \",\"to\":\"2026-07-14\"}",
         "{\"data\":{\"reference\":\"\",\"rooms\":[{\"departure\":\"2026-07-14\"}]}}"},
        {"{\"r\":\"x\",\"n\":\"\",\"from\":\"\"}", "{\"data\":{\"reference\":\"x\"}}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_string_equal(outcome(f, form, &reservation_message_fields, cases[i][0]), cases[i][1]);
    }
}

/* A target that takes any JSON gets it as it stands. */
static void any_json(void **state)
{
    struct fixture *f = *state;
    static const struct field fields[] = {{"raw", FIELD_JSON, 0}};
    static const struct field_table table = {"any", sizeof(struct str), fields, ARRAY_LEN(fields)};
    assert_string_equal(outcome(f, "{\"raw\":\"$.x\"}", &table, "{\"x\":{\"a\" : [1,\"b\"]}}"),
                        "{\"raw\":{\"a\" : [1,\"b\"]}}");
    assert_string_equal(outcome(f, "{\"raw\":\"$.x[*]\"}", &table, "{\"x\":[1,\"b\"]}"),
                        "{\"raw\":[1,\"b\"]}");
    assert_string_equal(outcome(f, "{\"raw\":\"$.x[*]\"}", &table, "{}"), "{}");
}

/* The form is freed after compiling; the mapping serves many documents. */
static void keeps_nothing_of_its_form(void **state)
{
    struct fixture *f = *state;
    struct mapping_result result;
    char *form =
        strdup("{\"type\":\"$.t | table('a','b')\",\"data\":{\"n\":7,\"l\":{\"each\":\"$.l\",\"v\":\"@\"}}}");
    ARENA_SCOPE scratch = {0};
    arena_init(&scratch, LIMIT_ARENA);
    const struct mapping *m = mapping_compile(&f->a, json_parse(&scratch, str_of(form), &f->e), NULL, &f->e);
    assert_non_null(m);
    memset(form, '#', strlen(form));
    free(form);
    arena_free(&scratch);
    for (int i = 0; i < 3; i++) {
        assert_true(mapping_run(m, &f->a, parse(f, "{\"t\":\"a\",\"l\":[1]}"), &result, &f->e));
        assert_true(str_eq(result.json, S("{\"type\":\"b\",\"data\":{\"n\":7,\"l\":[{\"v\":1}]}}")));
    }
}

static const char *long_list(struct arena *a)
{
    struct buf b = buf_in(a);
    buf_add(&b, S("{\"l\":[0"));
    for (int i = 1; i < 5000; i++) {
        buf_fmt(&b, ",%d", i);
    }
    buf_add(&b, S("]}"));
    return buf_str(&b).p;
}

/* Lists of lists of a large document end with an error, not with a busy machine. */
static void cost_is_bounded(void **state)
{
    struct fixture *f = *state;
    static const char *const forms[] = {
        "{\"a\":{\"each\":\"$.l\",\"b\":{\"each\":\"$.l\",\"c\":\"$.l[*] | first\"}}}",
        "{\"a\":{\"each\":\"$.l\",\"b\":{\"each\":\"$.l\",\"c\":{\"each\":\"$.l\"}}}}",
        "{\"a\":{\"each\":\"$.l\",\"b\":{\"each\":\"$.l\",\"c\":\"'constant'\"}}}",
    };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        const char *got = outcome(f, forms[i], NULL, long_list(&f->a));
        if (strstr(got, "too big") == NULL) {
            fail_msg("%s: %.200s", forms[i], got);
        }
        assert_true(f->a.used < 4 * (size_t)LIMIT_ARENA);
        arena_reset(&f->a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_foreign_message_becomes_ours, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_missing_is_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(skipped, setup, teardown),
        cmocka_unit_test_setup_teardown(shapes_without_a_table, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failing_pick_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bad_form_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(conversions_lose_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(any_json, setup, teardown),
        cmocka_unit_test_setup_teardown(keeps_nothing_of_its_form, setup, teardown),
        cmocka_unit_test_setup_teardown(cost_is_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
