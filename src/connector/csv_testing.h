/* csv_testing.h: what the tests of the CSV connector share; to be included behind cmocka.h. */
#ifndef CONNECTOR_CSV_TESTING_H
#define CONNECTOR_CSV_TESTING_H

#include "connector/csv.h"

#include <string.h>

#define CSV_TESTING_ITEMS 64

struct csv_testing {
    struct arena a;
    const struct csv_analysis *analysis; /* NULL: e says why */
    struct err e;
    struct csv_decoded items[CSV_TESTING_ITEMS];
    size_t count;
};

static inline void csv_testing_free(struct csv_testing *f)
{
    arena_free(&f->a);
}
#define CSV_TESTING __attribute__((cleanup(csv_testing_free))) struct csv_testing

/* "dates=dmy\ncurrency=EUR": answers, a line each; NULL for none. hotel: "EUR". step: bytes a piece. */
static inline void csv_testing_run(struct csv_testing *f, struct str bytes, const char *hotel,
                                   const char *answers, size_t step)
{
    arena_init(&f->a, SIZE_MAX);
    struct csv_answer list[16];
    size_t n = 0;
    for (struct str line, rest = str_of(answers); str_given(rest) && n < 16; n++) {
        line = str_cut(&rest, '\n');
        list[n].name = str_cut(&line, '=');
        list[n].value = str_given(line) ? line : S("");
    }
    struct csv_settings settings = {currency_find(str_of(hotel)), list, n};
    struct csv_analyser *x = csv_analyse_begin(&f->a, &settings, &f->e);
    bool good = x != NULL;
    for (size_t i = 0; good && i < bytes.n; i += step) {
        good = csv_analyse_push(x, str_sub(bytes, i, step), &f->e);
    }
    f->analysis = good ? csv_analyse_end(x, &f->e) : NULL;
    if (f->analysis == NULL || f->analysis->question_count > 0) {
        return;
    }
    struct csv_import import;
    csv_import_init(&import, &f->analysis->dialect);
    size_t at = 0;
    enum csv_import_next next;
    while ((next = csv_import_next(&import, &f->a, &f->items[f->count])) != CSV_IMPORT_END) {
        if (next == CSV_IMPORT_ITEM) {
            f->count += f->count + 1 < CSV_TESTING_ITEMS;
        } else if (at >= bytes.n) {
            csv_import_finish(&import);
        } else {
            csv_import_push(&import, str_sub(bytes, at, step));
            at += step;
        }
    }
    csv_import_free(&import);
}

/* What was found under a name; NULL when there is nothing. */
static inline const struct csv_finding *csv_testing_finding(const struct csv_testing *f, const char *name)
{
    for (size_t i = 0; i < f->analysis->finding_count; i++) {
        if (strcmp(f->analysis->findings[i].name, name) == 0) {
            return &f->analysis->findings[i];
        }
    }
    return NULL;
}

/* The value found for a name is `want`, "?" when it is asked; in pieces of several sizes. */
static inline void csv_testing_found(struct str text, const char *hotel, const char *answers,
                                     const char *name, const char *want)
{
    for (size_t step = 1; step < 2000; step = step * 11 + 3) {
        CSV_TESTING f = {0};
        csv_testing_run(&f, text, hotel, answers, step);
        assert_non_null(f.analysis);
        const struct csv_finding *x = csv_testing_finding(&f, name);
        assert_non_null(x);
        assert_string_equal(x->certainty == CSV_OPEN ? "?" : arena_cstr(&f.a, x->value), want);
        assert_true(x->text.en.n > 0 && x->text.fr.n > 0);
    }
}

#endif
