/* Any bytes to the JSON reader: what it takes, it also takes again from its own words. */
#include "base/limits.h"
#include "format/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t nodes(const struct json *v)
{
    size_t n = 1;
    for (const struct json *c = v->first; c != NULL; c = c->next)
        n += nodes(c);
    return n;
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct err e = {0};
    const struct json *v = json_parse(&a, (struct str){(const char *)data, size}, &e);
    if (v == NULL) {
        if (e.code != ERR_INVALID || e.en[0] == '\0' || e.fr[0] == '\0')
            abort(); /* a refusal that does not say why */
        return 0;
    }
    struct buf b = buf_in(&a);
    struct json_out o = json_out(&b);
    write_value(&o, v);
    const struct json *again = json_parse(&a, buf_str(&b), &e);
    if (again == NULL || nodes(again) != nodes(v))
        abort();
    return 0;
}
