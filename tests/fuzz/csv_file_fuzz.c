/* Any bytes as a file of reservations, from the first pass to the messages.
 *   - How the bytes are cut into pieces changes nothing, neither of what is found nor of what is imported.
 *   - Every question that is answered with one of its choices is settled.
 *   - A message that is good is the same one after our own export of it was imported.
 *   - The cells of a row that is given back are those that came. */
#include "connector/csv_export.h"
#include "format/json_fields.h"
#include "fuzz.h"

#define ANSWERS 16

#define CLOSELY 3 /* items of a file that are looked at closely, which takes long */

static uint64_t mix;
static unsigned messages, refusals;

static size_t chance(size_t n)
{
    mix = mix * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (size_t)(mix >> 33) % n;
}

static void tell_text(struct buf *b, struct text t)
{
    buf_fmt(b, "“%.*s|%.*s” ", STR_ARG(t.en), STR_ARG(t.fr));
}

static const struct csv_analysis *analyse(struct arena *a, const struct csv_settings *s, struct str bytes,
                                          bool whole, struct buf *told)
{
    struct err e = {0};
    struct csv_analyser *x = csv_analyse_begin(a, s, &e);
    must(x != NULL);
    bool good = true;
    for (size_t n; good && bytes.n > 0; bytes = str_sub(bytes, n, bytes.n)) {
        n = whole ? bytes.n : 1 + chance(chance(2) ? 3 : 700);
        good = csv_analyse_push(x, str_sub(bytes, 0, n), &e);
    }
    const struct csv_analysis *out = good ? csv_analyse_end(x, &e) : NULL;
    if (!good) {
        csv_analyse_abandon(x);
    }
    if (out == NULL) {
        must_say_why(&e);
        buf_fmt(told, "refused %s", e.en);
        return NULL;
    }
    buf_fmt(told, "rows %llu %d %d ", (unsigned long long)out->rows, (int)out->dialect.charset,
            out->dialect.delimiter);
    for (size_t i = 0; i < out->finding_count; i++) {
        buf_fmt(told, "%s=%.*s ", out->findings[i].name, STR_ARG(out->findings[i].value));
        tell_text(told, out->findings[i].text);
    }
    for (size_t i = 0; i < out->question_count; i++) {
        must(out->questions[i].count > 0);
        tell_text(told, out->questions[i].text);
    }
    for (size_t i = 0; i < out->column_count; i++) {
        buf_fmt(told, "%.*s:%d ", STR_ARG(out->columns[i].name), out->columns[i].column);
    }
    return out;
}

static void message_json(struct buf *b, const struct reservation_message *m)
{
    struct json_out o = json_out(b);
    json_encode(&o, &reservation_message_fields, m);
}

static void tell_item(struct buf *b, const struct csv_decoded *d)
{
    buf_fmt(b, "\n%d %llu-%llu ", (int)d->kind, (unsigned long long)d->line,
            (unsigned long long)d->last_line);
    if (d->kind == CSV_MESSAGE) {
        message_json(b, &d->message);
    } else if (d->kind == CSV_SKIPPED) {
        must(d->reason.en.n > 0 && d->reason.fr.n > 0);
        tell_text(b, d->reason);
    } else {
        must(d->error_count > 0);
    }
    for (size_t i = 0; i < d->error_count; i++) {
        must_say_why(&d->errors[i]);
        buf_fmt(b, "%s:%s ", d->errors[i].pointer, d->errors[i].en);
    }
    for (size_t i = 0; i < d->note_count; i++) {
        tell_text(b, d->notes[i].text);
    }
    for (size_t i = 0; i < d->raw_count; i++) {
        buf_fmt(b, "%zu;", d->raw[i].n);
        buf_add(b, d->raw[i]);
    }
}

typedef void each_fn(struct arena *a, const struct csv_dialect *d, struct csv_decoded *item);

static void import(struct arena *a, const struct csv_dialect *d, struct str bytes, bool whole,
                   struct buf *told, each_fn *each)
{
    struct csv_import *x = malloc(sizeof *x);
    must(x != NULL);
    csv_import_init(x, d);
    struct csv_decoded item;
    enum csv_import_next next;
    while ((next = csv_import_next(x, a, &item)) != CSV_IMPORT_END) {
        size_t n = whole ? bytes.n : 1 + chance(chance(2) ? 3 : 700);
        if (next == CSV_IMPORT_ITEM) {
            tell_item(told, &item);
            if (each != NULL) {
                each(a, d, &item);
            }
        } else if (bytes.n == 0) {
            csv_import_finish(x);
        } else {
            csv_import_push(x, str_sub(bytes, 0, n));
            bytes = str_sub(bytes, n, bytes.n);
        }
    }
    csv_import_free(x);
    free(x);
}

/* A good message comes back from our own export as it was. */
static void own_export(struct arena *a, struct reservation_message *m)
{
    struct err e = {0};
    struct csv_settings settings = {.hotel = currency_find(S("EUR"))};
    if (!reservation_message_check(a, m, settings.hotel, &e)) {
        must_say_why(&e);
        return;
    }
    struct buf file = buf_in(a), told = buf_in(a), before = buf_in(a);
    struct csv_out o = csv_out(&file, ',', true);
    csv_export_reservation_header(&o);
    csv_export_reservation(&o, a, &m->data);
    message_json(&before, m);
    const struct csv_analysis *own = analyse(a, &settings, buf_str(&file), true, &told);
    must(own != NULL && own->question_count == 0);
    struct csv_import *x = malloc(sizeof *x);
    must(x != NULL);
    csv_import_init(x, &own->dialect);
    csv_import_push(x, buf_str(&file));
    csv_import_finish(x);
    struct csv_decoded again;
    struct buf after = buf_in(a);
    must(csv_import_next(x, a, &again) == CSV_IMPORT_ITEM && again.kind == CSV_MESSAGE);
    must(reservation_message_check(a, &again.message, settings.hotel, &e));
    message_json(&after, &again.message);
    must(str_eq(buf_str(&before), buf_str(&after)));
    must(csv_import_next(x, a, &again) == CSV_IMPORT_END);
    csv_import_free(x);
    free(x);
}

static struct csv_reader *reader_of(struct str bytes, char delimiter)
{
    struct csv_reader *r = malloc(sizeof *r);
    must(r != NULL);
    csv_reader_init(r, delimiter);
    csv_push(r, bytes);
    csv_finish(r);
    return r;
}

static bool parses(struct str raw, char delimiter)
{
    struct csv_row row;
    struct csv_reader *r = reader_of(raw, delimiter);
    bool good = csv_next(r, &row, NULL) == CSV_ROW && row.raw.n == raw.n;
    csv_reader_free(r);
    free(r);
    return good;
}

/* The cells of the rows that are given back read as those that came, and the reason stands behind them. */
static void given_back(struct arena *a, const struct csv_dialect *d, struct csv_decoded *item)
{
    for (size_t i = 0; i < item->raw_count; i++) {
        if (!parses(item->raw[i], d->delimiter)) {
            return;
        }
    }
    struct buf b = buf_in(a);
    csv_export_bad_rows(&b, d, item, LANG_EN);
    struct csv_reader *out = reader_of(buf_str(&b), d->delimiter);
    for (size_t i = 0; i < item->raw_count; i++) {
        struct csv_reader *in = reader_of(item->raw[i], d->delimiter);
        struct csv_row came, given;
        must(csv_next(in, &came, NULL) == CSV_ROW && csv_next(out, &given, NULL) == CSV_ROW);
        bool had_error = d->error_column >= 0 && (size_t)d->error_column < came.count;
        must(given.count == came.count + 1 - had_error && given.cells[given.count - 1].n > 0);
        for (size_t k = 0, g = 0; k < came.count; k++) {
            if (!had_error || (int)k != d->error_column) {
                must(str_eq(csv_undo_neutral(csv_cell_trim(came.cells[k])),
                            csv_undo_neutral(csv_cell_trim(given.cells[g++]))));
            }
        }
        csv_reader_free(in);
        free(in);
    }
    csv_reader_free(out);
    free(out);
}

static void each_item(struct arena *a, const struct csv_dialect *d, struct csv_decoded *item)
{
    if (item->kind == CSV_MESSAGE && messages++ < CLOSELY) {
        own_export(a, &item->message);
    } else if (item->kind == CSV_REFUSED && refusals++ < CLOSELY) {
        given_back(a, d, item);
    }
}

static bool answered(const struct csv_settings *s, struct str name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (str_eq(s->answers[i].name, name)) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a; /* reset for each input: to make it anew takes longer than all the rest */
    a.limit = SIZE_MAX;
    arena_reset(&a);
    struct str bytes = {(const char *)data, size};
    mix = str_hash(bytes);
    messages = refusals = 0;
    struct csv_answer answers[ANSWERS];
    struct csv_settings settings = {currency_find(S("EUR")), answers, 0};
    const struct csv_analysis *found;
    for (;;) {
        struct buf whole = buf_in(&a), pieces = buf_in(&a);
        found = analyse(&a, &settings, bytes, true, &whole);
        analyse(&a, &settings, bytes, false, &pieces);
        must(str_eq(buf_str(&whole), buf_str(&pieces)));
        if (found == NULL || found->question_count == 0) {
            break;
        }
        for (size_t i = 0; i < found->question_count; i++) {
            const struct csv_question *q = &found->questions[i];
            must(!answered(&settings, q->name) && settings.count < ANSWERS);
            answers[settings.count++] = (struct csv_answer){q->name, q->choices[chance(q->count)].value};
        }
    }
    if (found != NULL) {
        struct buf whole = buf_in(&a), pieces = buf_in(&a);
        import(&a, &found->dialect, bytes, true, &whole, each_item);
        import(&a, &found->dialect, bytes, false, &pieces, NULL);
        must(str_eq(buf_str(&whole), buf_str(&pieces)));
    }
    return 0;
}
