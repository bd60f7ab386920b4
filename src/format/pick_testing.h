/* pick_testing.h: what the tests of the mapping language share; to be included behind cmocka.h. */
#ifndef FORMAT_PICK_TESTING_H
#define FORMAT_PICK_TESTING_H

#include "base/limits.h"
#include "format/pick.h"

/* A pick, a document, and what comes out: the values as JSON separated by spaces, or "! " and the error. */
struct pick_case {
    const char *pick, *document, *result;
};

static inline struct str pick_outcome(struct arena *a, struct str pick, struct str document)
{
    struct err e = {0};
    struct pick_values v;
    const struct json *root = json_parse(a, document, &e);
    const struct pick *p = root == NULL ? NULL : pick_compile(a, pick, false, &e);
    if (p == NULL) {
        return arena_fmt(a, "! %s", e.en);
    }
    struct pick_env env = pick_env(a, root);
    if (!pick_run(p, &env, &v, &e)) {
        return arena_fmt(a, "! %s", e.en);
    }
    struct buf b = buf_in(a);
    for (size_t i = 0; i < v.count; i++) {
        buf_add(&b, i == 0 ? S("") : S(" "));
        buf_add(&b, v.items[i]->source);
    }
    return buf_str(&b);
}

static inline void pick_check(const struct pick_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena a;
        arena_init(&a, LIMIT_ARENA);
        struct str got = pick_outcome(&a, str_of(cases[i].pick), str_of(cases[i].document));
        if (!str_eq(got, str_of(cases[i].result))) {
            fail_msg("%s of %s\n  gave   %.*s\n  wanted %s", cases[i].pick, cases[i].document, STR_ARG(got),
                     cases[i].result);
        }
        arena_free(&a);
    }
}

#endif
