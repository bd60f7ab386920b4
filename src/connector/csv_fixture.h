/* csv_fixture.h: for the tests of the CSV connector: analyse and import bytes in one go. */
#ifndef CONNECTOR_CSV_FIXTURE_H
#define CONNECTOR_CSV_FIXTURE_H

#include "connector/csv.h"

#include <stdio.h>
#include <stdlib.h>

#define CSV_FIXTURE_ITEMS 64

struct csv_fixture {
    struct arena a;
    const struct csv_analysis *analysis; /* NULL: e says why */
    struct err e;
    struct csv_decoded items[CSV_FIXTURE_ITEMS];
    size_t count;
};

static inline void csv_fixture_free(struct csv_fixture *f)
{
    arena_free(&f->a);
}
#define CSV_FIXTURE __attribute__((cleanup(csv_fixture_free))) struct csv_fixture

/* "dates=dmy\ncurrency=EUR": answers, a line each; NULL for none. hotel: "EUR". step: bytes a piece. */
static inline void csv_fixture_run(struct csv_fixture *f, struct str bytes, const char *hotel,
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
            f->count += f->count + 1 < CSV_FIXTURE_ITEMS;
        } else if (at >= bytes.n) {
            csv_import_finish(&import);
        } else {
            csv_import_push(&import, str_sub(bytes, at, step));
            at += step;
        }
    }
    csv_import_free(&import);
}

/* A file of the shared test data, or the absent string when it is not here. */
static inline struct str csv_fixture_file(struct arena *a, const char *name)
{
    const char *folder = getenv("SELFKEY_SHARED");
    char path[512];
    snprintf(path, sizeof path, "%s/data/csv/%s", folder != NULL ? folder : "/nowhere", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return (struct str){0};
    }
    char *bytes = arena_alloc(a, 1 << 16);
    size_t n = fread(bytes, 1, 1 << 16, file);
    fclose(file);
    return (struct str){bytes, n};
}

#endif
