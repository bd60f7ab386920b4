/* A line that is a pick, and a document for it: what compiles also runs, within its budget of steps, and its values are
 * values of JSON whose text says what they are. */
#include "format/pick.h"
#include "fuzz.h"

static void is_value(const struct json *v)
{
    ARENA_SCOPE a;
    struct err e = {0};
    arena_init(&a, LIMIT_ARENA);
    const struct json *again = json_parse(&a, v->source, &e);
    if (again == NULL) {
        must(strstr(e.en, "at most") != NULL ||
             strstr(e.en, "deep") != NULL); /* a value that grew too large */
        return;
    }
    must(again->type == v->type && again->count == v->count);
    must((v->type != JSON_STRING && v->type != JSON_NUMBER) || str_eq(again->text, v->text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct err e = {0};
    struct str document = {(const char *)data, size}, source = fuzz_line(&document);
    const struct json *root = json_parse(&a, document, &e);
    const struct pick *p = pick_compile(&a, source, root != NULL, &e);
    if (p == NULL) {
        must_say_why(&e);
        must(str_starts(str_of(e.en), S("column ")) || source.n > PICK_LENGTH);
        return 0;
    }
    if (root == NULL) {
        return 0;
    }
    struct pick_env env = pick_env(&a, root), other = pick_env(&a, root);
    env.item = other.item = root->first;
    size_t steps = env.steps;
    struct pick_values out = {0};
    const struct json *one = NULL;
    if (!pick_run(p, &env, &out, &e)) {
        must_say_why(&e);
        must(e.code == ERR_INVALID);
        return 0;
    }
    must(env.steps <= steps && out.count <= steps);
    for (size_t i = 0; i < out.count; i++) {
        is_value(out.items[i]);
    }
    if (pick_one(p, &other, &one, &e)) {
        must(one == NULL || (out.count == 1 && one->type != JSON_ARRAY && one->type != JSON_OBJECT));
    } else {
        must_say_why(&e);
    }
    return 0;
}
