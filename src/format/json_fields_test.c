#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/json_fields.h"

#include <stdlib.h>
#include <string.h>

struct room {
    struct str code;
    int32_t arrival;
    int64_t adults;
};

struct address {
    struct str city;
    struct str key;
};

struct sample {
    struct str name, notes, secret, id;
    int64_t count, free;
    int8_t active;
    int64_t at;
    struct decimal amount, balance;
    int status;
    struct address address;
    struct field_list rooms;
    struct str extra;
};

static const char *const statuses[] = {"confirmed", "cancelled", NULL};

static const struct field room_list[] = {
    {"code", FIELD_STR, offsetof(struct room, code), FIELD_REQUIRED},
    {"arrival", FIELD_DATE, offsetof(struct room, arrival)},
    {"adults", FIELD_INT, offsetof(struct room, adults), .min = 1, .max = 20},
};
static const struct field_table room_fields = {"room", sizeof(struct room), room_list, ARRAY_LEN(room_list)};

static const struct field address_list[] = {
    {"city", FIELD_STR, offsetof(struct address, city)},
    {"key", FIELD_STR, offsetof(struct address, key), FIELD_SECRET},
};
static const struct field_table address_fields = {"address", sizeof(struct address), address_list,
                                                  ARRAY_LEN(address_list)};

static const struct field sample_list[] = {
    {"name", FIELD_STR, offsetof(struct sample, name), FIELD_REQUIRED, .max = 10},
    {"notes", FIELD_STR, offsetof(struct sample, notes), FIELD_MULTILINE, .min = 2},
    {"secret", FIELD_STR, offsetof(struct sample, secret), FIELD_SECRET},
    {"id", FIELD_STR, offsetof(struct sample, id), FIELD_READ_ONLY},
    {"count", FIELD_INT, offsetof(struct sample, count), .min = 2},
    {"free", FIELD_INT, offsetof(struct sample, free)},
    {"active", FIELD_BOOL, offsetof(struct sample, active)},
    {"at", FIELD_INSTANT, offsetof(struct sample, at)},
    {"amount", FIELD_DECIMAL, offsetof(struct sample, amount)},
    {"balance", FIELD_DECIMAL, offsetof(struct sample, balance), FIELD_NEGATIVE},
    {"status", FIELD_ENUM, offsetof(struct sample, status), .choices = statuses},
    {"address", FIELD_OBJECT, offsetof(struct sample, address), .of = &address_fields},
    {"rooms", FIELD_LIST, offsetof(struct sample, rooms), .max = 2, .of = &room_fields},
    {"extra", FIELD_JSON, offsetof(struct sample, extra)},
};
static const struct field_table sample_fields = {"sample", sizeof(struct sample), sample_list,
                                                 ARRAY_LEN(sample_list)};

struct fixture {
    struct arena a;
    struct err e;
    struct sample s;
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

static void assert_str(struct str got, const char *wanted)
{
    if (!str_eq(got, str_of(wanted))) {
        fail_msg("got “%.*s”, wanted “%s”", STR_ARG(got), wanted);
    }
}

static bool decode(struct fixture *f, const char *json)
{
    const struct json *v = json_parse(&f->a, str_of(json), &f->e);
    if (v == NULL) {
        fail_msg("%s: %s", json, f->e.en);
    }
    memset(&f->s, 0xa5, sizeof f->s);
    f->e = (struct err){0};
    return json_decode(&f->a, &sample_fields, v, &f->s, &f->e);
}

static const char full[] =
    "{\"name\":\"Zoë\",\"notes\":\"a\\nb\\tc\",\"secret\":\"hush\",\"count\":2,\"free\":-3.0,"
    "\"active\":false,\"at\":\"2026-07-01T12:02:11+02:00\",\"amount\":412.50,\"balance\":\"-1.10\","
    "\"status\":\"cancelled\",\"address\":{\"city\":\"Lyon\",\"key\":\"k\"},"
    "\"rooms\":[{\"code\":\"A\"},{\"code\":\"B\",\"arrival\":\"2026-07-14\",\"adults\":2}],"
    "\"extra\":{\"b\" : [1, 2]}}";

static void decodes_every_type(void **state)
{
    struct fixture *f = *state;
    if (!decode(f, full)) {
        fail_msg("%s: %s", f->e.pointer, f->e.en);
    }
    assert_str(f->s.name, "Zoë");
    assert_str(f->s.notes, "a\nb\tc");
    assert_false(str_given(f->s.id));
    assert_int_equal(f->s.count, 2);
    assert_int_equal(f->s.free, -3);
    assert_int_equal(f->s.active, 0);
    assert_true(f->s.at == INT64_C(1782900131) * 1000000);
    assert_str(decimal_fmt(&f->a, f->s.amount), "412.50");
    assert_str(decimal_fmt(&f->a, f->s.balance), "-1.10");
    assert_int_equal(f->s.status, 1);
    assert_str(f->s.address.city, "Lyon");
    assert_int_equal(f->s.rooms.count, 2);
    const struct room *rooms = f->s.rooms.items;
    assert_str(rooms[0].code, "A");
    assert_int_equal(rooms[0].arrival, DATE_NONE);
    assert_true(rooms[0].adults == FIELD_INT_NONE);
    assert_int_equal(rooms[1].adults, 2);
    assert_int_equal(rooms[1].arrival, date_from_ymd(2026, 7, 14));
    assert_str(f->s.extra, "{\"b\" : [1, 2]}");
}

static void absent_and_null_are_absent(void **state)
{
    struct fixture *f = *state;
    static const char *const documents[] = {
        "{\"name\":\"x\"}",
        "{\"name\":\"x\",\"notes\":null,\"secret\":null,\"id\":null,\"count\":null,\"free\":null,\"active\":null,"
        "\"at\":null,\"amount\":null,\"balance\":null,\"status\":null,\"address\":null,\"rooms\":null,"
        "\"extra\":null}",
    };
    for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
        assert_true(decode(f, documents[i]));
        assert_false(str_given(f->s.notes) || str_given(f->s.secret) || str_given(f->s.extra));
        assert_true(f->s.count == FIELD_INT_NONE && f->s.at == INSTANT_NONE);
        assert_int_equal(f->s.active, -1);
        assert_int_equal(f->s.status, -1);
        assert_false(f->s.amount.given);
        assert_null(f->s.rooms.items);
        assert_false(str_given(f->s.address.city));
        struct buf b = buf_in(&f->a);
        struct json_out o = json_out(&b);
        json_encode(&o, &sample_fields, &f->s);
        assert_str(buf_str(&b), "{\"name\":\"x\"}");
    }
}

static void encodes(void **state)
{
    struct fixture *f = *state;
    assert_true(decode(f, full));
    struct buf b = buf_in(&f->a), masked = buf_in(&f->a);
    struct json_out o = json_out(&b), om = json_out(&masked);
    json_encode_secrets(&o, &sample_fields, &f->s);
    assert_str(buf_str(&b),
               "{\"name\":\"Zoë\",\"notes\":\"a\\nb\\tc\",\"secret\":\"hush\",\"count\":2,\"free\":-3,"
               "\"active\":false,\"at\":\"2026-07-01T10:02:11Z\",\"amount\":\"412.50\",\"balance\":\"-1.10\","
               "\"status\":\"cancelled\",\"address\":{\"city\":\"Lyon\",\"key\":\"k\"},"
               "\"rooms\":[{\"code\":\"A\"},{\"code\":\"B\",\"arrival\":\"2026-07-14\",\"adults\":2}],"
               "\"extra\":{\"b\" : [1, 2]}}");
    json_encode(&om, &sample_fields, &f->s);
    assert_true(str_find(buf_str(&masked), S("hush")) == SIZE_MAX);
    assert_true(str_find(buf_str(&masked), S("\"secret\":\"" SECRET_MASK "\"")) != SIZE_MAX);
    assert_true(str_find(buf_str(&masked), S("\"city\":\"Lyon\",\"key\":\"" SECRET_MASK "\"")) != SIZE_MAX);
    /* An empty secret is no secret, an empty list is a list. */
    assert_true(decode(f, "{\"name\":\"x\",\"secret\":\"\",\"rooms\":[],\"status\":\"confirmed\"}"));
    masked = buf_in(&f->a);
    om = json_out(&masked);
    json_encode(&om, &sample_fields, &f->s);
    assert_str(buf_str(&masked), "{\"name\":\"x\",\"secret\":\"\",\"status\":\"confirmed\",\"rooms\":[]}");
}

static const struct {
    const char *json, *pointer, *en, *fr;
} bad[] = {
    {"[]", "", "an object is needed here; what came is of type array",
     "il faut ici un objet ; la valeur reçue est de type tableau"},
    {"{}", "/name", "“name” is missing", "« name » manque"},
    {"{\"name\":null}", "/name", "“name” is missing", NULL},
    {"{\"name\":\"\"}", "/name", "this may not be empty", NULL},
    {"{\"name\":\"x\",\"foo\":1}", "/foo", "there is no member “foo” here",
     "il n'y a pas de membre « foo » ici"},
    {"{\"name\":\"x\",\"adress\":{}}", "/adress", "there is no member “adress” here; did you mean “address”?",
     "il n'y a pas de membre « adress » ici ; vouliez-vous dire « address » ?"},
    {"{\"name\":\"x\",\"a/b~\":{}}", "/a~1b~0", "there is no member “a/b~” here", NULL},
    {"{\"name\":5}", "/name", "a text is needed here; what came is of type number",
     "il faut ici un texte ; la valeur reçue est de type nombre"},
    {"{\"name\":\"éééééééééé!\"}", "/name", "this text has 11 characters; at most 10 are accepted", NULL},
    {"{\"name\":\"x\",\"notes\":\"a\"}", "/notes", "this text is too short; at least 2 characters are needed",
     NULL},
    {"{\"name\":\"a\\nb\"}", "/name", "the control character U+000A is not accepted here",
     "le caractère de contrôle U+000A n'est pas accepté ici"},
    {"{\"name\":\"x\",\"notes\":\"a\\u001b[0m\"}", "/notes",
     "the control character U+001B is not accepted here", NULL},
    {"{\"name\":\"a\\u009b\"}", "/name", "the control character U+009B is not accepted here", NULL},
    {"{\"name\":\"x\",\"id\":\"7\"}", "/id", "this is set by the program and cannot be sent", NULL},
    {"{\"name\":\"x\",\"count\":1}", "/count", "1 is out of range: at least 2 is needed", NULL},
    {"{\"name\":\"x\",\"free\":\"1\"}", "/free",
     "a whole number (without quotes) is needed here; what came is of type text", NULL},
    {"{\"name\":\"x\",\"free\":1.5}", "/free", "a whole number of at most 18 digits is needed here", NULL},
    {"{\"name\":\"x\",\"free\":99999999999999999999}", "/free",
     "a whole number of at most 18 digits is needed here", NULL},
    {"{\"name\":\"x\",\"free\":-9223372036854775808}", "/free",
     "a whole number of at most 18 digits is needed here", NULL},
    {"{\"name\":\"x\",\"active\":\"true\"}", "/active",
     "true or false (without quotes) is needed here; what came is of type text", NULL},
    {"{\"name\":\"x\",\"at\":\"2026-07-01T10:02:11\"}", "/at",
     "“2026-07-01T10:02:11” is not a date and time with its offset, such as 2026-07-01T10:02:11Z", NULL},
    {"{\"name\":\"x\",\"at\":7}", "/at",
     "a date and time such as \"2026-07-01T10:02:11Z\" is needed here; what came is of type number", NULL},
    {"{\"name\":\"x\",\"amount\":\"412,50\"}", "/amount",
     "“412,50” is not an amount; write digits and a point, such as 412.50 (at most 18 digits)", NULL},
    {"{\"name\":\"x\",\"amount\":-1}", "/amount", "an amount below zero is not accepted here", NULL},
    {"{\"name\":\"x\",\"amount\":true}", "/amount",
     "an amount such as \"412.50\" is needed here; what came is of type boolean", NULL},
    {"{\"name\":\"x\",\"status\":\"canceled\"}", "/status", "“canceled” is not one of: confirmed, cancelled",
     "« canceled » ne fait pas partie de : confirmed, cancelled"},
    {"{\"name\":\"x\",\"status\":1}", "/status",
     "one of these texts is needed here: confirmed, cancelled; what came is of type number", NULL},
    {"{\"name\":\"x\",\"address\":\"Lyon\"}", "/address",
     "an object is needed here; what came is of type text", NULL},
    {"{\"name\":\"x\",\"address\":{\"town\":1}}", "/address/town", "there is no member “town” here", NULL},
    {"{\"name\":\"x\",\"rooms\":{}}", "/rooms", "an array is needed here; what came is of type object", NULL},
    {"{\"name\":\"x\",\"rooms\":[{\"code\":\"A\"},{\"code\":\"A\"},{\"code\":\"A\"}]}", "/rooms",
     "there are 3 items; at most 2 are accepted", NULL},
    {"{\"name\":\"x\",\"rooms\":[1]}", "/rooms/0", "an object is needed here; what came is of type number",
     NULL},
    {"{\"name\":\"x\",\"rooms\":[{\"code\":\"A\"},{}]}", "/rooms/1/code", "“code” is missing", NULL},
    {"{\"name\":\"x\",\"rooms\":[{\"code\":\"A\",\"arrival\":\"2026-02-30\"}]}", "/rooms/0/arrival",
     "30 February 2026 does not exist", "le 30 février 2026 n'existe pas"},
    {"{\"name\":\"x\",\"rooms\":[{\"code\":\"A\",\"arrival\":\"14/07/2026\"}]}", "/rooms/0/arrival",
     "“14/07/2026” is not a date; write year-month-day, such as 2026-07-14", NULL},
    {"{\"name\":\"x\",\"rooms\":[{\"code\":\"A\",\"arrival\":20260714}]}", "/rooms/0/arrival",
     "a date such as \"2026-07-14\" is needed here; what came is of type number", NULL},
    {"{\"name\":\"x\",\"rooms\":[{\"code\":\"A\",\"adults\":21}]}", "/rooms/0/adults",
     "21 is out of range: from 1 to 20 is accepted", "21 est hors limites : de 1 à 20 est accepté"},
};

static void refuses(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (decode(f, bad[i].json)) {
            fail_msg("accepted: %s", bad[i].json);
        }
        assert_int_equal(f->e.code, ERR_INVALID);
        assert_string_equal(f->e.en, bad[i].en);
        assert_string_equal(f->e.pointer, bad[i].pointer);
        assert_true(strlen(f->e.fr) > 0);
        if (bad[i].fr != NULL) {
            assert_string_equal(f->e.fr, bad[i].fr);
        }
    }
}

static void default_text_limit(void **state)
{
    struct fixture *f = *state;
    for (size_t extra = 0; extra < 2; extra++) {
        struct buf b = buf_in(&f->a);
        buf_add(&b, S("{\"name\":\"x\",\"notes\":\""));
        for (size_t i = 0; i < LIMIT_TEXT + extra; i++) {
            buf_add(&b, S("é"));
        }
        buf_add(&b, S("\"}"));
        assert_int_equal(decode(f, buf_str(&b).p), extra == 0);
    }
    assert_string_equal(f->e.en, "this text has 2001 characters; at most 2000 are accepted");
}

static void one_field(void **state)
{
    struct fixture *f = *state;
    const struct field *count = field_find(&sample_fields, S("count"));
    memset(&f->s, 0xa5, sizeof f->s);
    assert_true(json_decode_field(&f->a, count, json_parse(&f->a, S("17"), &f->e), &f->s, &f->e));
    assert_int_equal(f->s.count, 17);
    assert_true(json_decode_field(&f->a, count, json_parse(&f->a, S("null"), &f->e), &f->s, &f->e));
    assert_true(f->s.count == FIELD_INT_NONE);
    assert_true(json_decode_field(&f->a, field_find(&sample_fields, S("rooms")), NULL, &f->s, &f->e));
    assert_null(f->s.rooms.items);
    assert_false(json_decode_field(&f->a, count, json_parse(&f->a, S("[]"), &f->e), &f->s, &f->e));
    assert_string_equal(f->e.pointer, "/count");
    assert_str(json_fields_near(&sample_fields, S("Status")), "status");
    assert_false(str_given(json_fields_near(&sample_fields, S("unrelated"))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(decodes_every_type, setup, teardown),
        cmocka_unit_test_setup_teardown(absent_and_null_are_absent, setup, teardown),
        cmocka_unit_test_setup_teardown(encodes, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(default_text_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(one_field, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
