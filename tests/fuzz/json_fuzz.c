/* Any bytes to the JSON reader: what it takes, it takes again from our own words and is the same. Any bytes to the
 * writer: what it writes is JSON, and the same text when the bytes were one. */
#include "format/json.h"
#include "fuzz.h"

static void same(const struct json *a, const struct json *b)
{
    must(a->type == b->type && a->count == b->count && str_eq(a->key, b->key));
    must((a->type != JSON_STRING && a->type != JSON_NUMBER) || str_eq(a->text, b->text));
    const struct json *other = b->first;
    for (const struct json *c = a->first; c != NULL; c = c->next, other = other->next) {
        must(other != NULL);
        same(c, other);
    }
    must(other == NULL);
}

static void write_value(struct json_out *o, const struct json *v)
{
    switch (v->type) {
    case JSON_STRING:
        json_str(o, v->text);
        break;
    case JSON_ARRAY:
        json_open(o, '[');
        for (const struct json *c = v->first; c != NULL; c = c->next)
            write_value(o, c);
        json_close(o, ']');
        break;
    case JSON_OBJECT:
        json_open(o, '{');
        for (const struct json *c = v->first; c != NULL; c = c->next) {
            json_key(o, c->key);
            write_value(o, c);
        }
        json_close(o, '}');
        break;
    default:
        json_raw(o, v->source);
    }
}

static void any_text(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    struct err e = {0};
    json_open(&o, '{');
    json_member_str(&o, S("s"), s);
    json_member_i64(&o, S("n"), (int64_t)str_hash(s));
    json_close(&o, '}');
    const struct json *v = json_parse(a, buf_str(&b), &e);
    if (str_find_char(s, '\0') != SIZE_MAX) {
        return; /* written as \u0000, which the reader refuses */
    }
    int64_t n;
    must(v != NULL && str_to_i64(json_get(v, S("n"))->text, &n) && n == (int64_t)str_hash(s));
    struct str text = json_get(v, S("s"))->text;
    must(utf8_valid(text, &(size_t){0}) && (!utf8_valid(s, &(size_t){0}) || str_eq(text, s)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct err e = {0};
    struct str bytes = {(const char *)data, size};
    const struct json *v = json_parse(&a, bytes, &e);
    any_text(&a, size > 0 ? bytes : S(""));
    if (v == NULL) {
        must_say_why(&e);
        must(e.code == ERR_INVALID);
        return 0;
    }
    must(str_eq(v->source, str_trim(bytes)));
    struct buf b = buf_in(&a);
    struct json_out o = json_out(&b);
    write_value(&o, v);
    const struct json *again = json_parse(&a, buf_str(&b), &e);
    must(again != NULL);
    same(v, again);
    return 0;
}
