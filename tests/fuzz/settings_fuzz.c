/* Any JSON as settings of an integration, and another as a change of them. What leaves the program says nothing about a
 * secret but that there is one; sent back as it is, it changes nothing; and what is sealed is read again as it was.
 * Lines: the type's number, the settings, the change. */
#include "connector/registry.h"
#include "fuzz.h"
#include "hub/settings.h"

static struct str shown(struct arena *a, const struct field_table *t, const void *record)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    settings_json(&o, t, record, NULL);
    return buf_str(&b);
}

static const struct json *parsed(struct arena *a, struct str text)
{
    struct err e = {0};
    const struct json *v = json_parse(a, text, &e);
    must(v != NULL);
    return v;
}

static void *copied(struct arena *a, const struct field_table *t, const void *record)
{
    return memcpy(arena_alloc(a, t->size), record, t->size);
}

/* With other secrets in the place of those that are given, the same is shown. */
static void says_nothing(struct arena *a, const struct field_table *t, const void *record)
{
    char *other = copied(a, t, record);
    for (size_t i = 0; i < t->count; i++) {
        const struct field *f = &t->fields[i];
        bool text = f->type == FIELD_STR, json = f->type == FIELD_JSON;
        if ((f->flags & FIELD_SECRET) && settings_given(a, f, record) && (text || json)) {
            *(struct str *)(other + f->offset) = text ? S("qwertyuiop-secret") : S("[\"qwertyuiop-secret\"]");
        }
    }
    must(str_eq(shown(a, t, record), shown(a, t, other)));
    must(str_find(shown(a, t, other), S("qwertyuiop-secret")) == SIZE_MAX ||
         str_find(shown(a, t, record), S("qwertyuiop-secret")) != SIZE_MAX);
}

static void kept(struct arena *a, const struct connector *c, const void *stored)
{
    const struct field_table *t = c->settings;
    const char **names = arena_array(a, const char *, t->count);
    void *again = arena_alloc(a, t->size);
    struct err e = {0};
    says_nothing(a, t, stored);
    must(settings_merge(a, t, stored, parsed(a, shown(a, t, stored)), again, &e));
    must(settings_changed(a, t, stored, again, names) == 0);
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_encode_secrets(&o, t, stored);
    must(json_decode(a, t, parsed(a, buf_str(&b)), again, &e));
    must(settings_changed(a, t, stored, again, names) == 0);
    if (c->check != NULL && !c->check(a, again, &e)) {
        must_say_why(&e);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct err e = {0};
    struct str rest = {(const char *)data, size};
    const struct connector *c = registry_at(fuzz_byte(&rest) & 1u);
    fuzz_line(&rest);
    const struct json *first = json_parse(&a, fuzz_line(&rest), &e), *change = json_parse(&a, rest, &e);
    must(c != NULL);
    if (first == NULL) {
        return 0;
    }
    void *stored = arena_alloc(&a, c->settings->size), *changed = arena_alloc(&a, c->settings->size);
    if (!settings_merge(&a, c->settings, NULL, first, stored, &e)) {
        must_say_why(&e);
        return 0;
    }
    kept(&a, c, stored);
    if (change != NULL && !settings_merge(&a, c->settings, stored, change, changed, &e)) {
        must_say_why(&e);
    } else if (change != NULL) {
        kept(&a, c, changed);
    }
    return 0;
}
