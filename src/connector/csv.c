#include "connector/csv.h"

#include "base/limits.h"
#include "format/hint.h"

#include <string.h>

#define GROUP_BYTES LIMIT_ARENA /* of the rows of one booking */

void csv_import_init(struct csv_import *x, const struct csv_dialect *d)
{
    *x = (struct csv_import){.dialect = d};
    charset_decoder_init(&x->charset, d->charset);
    csv_reader_init(&x->reader, d->delimiter);
    arena_init(&x->scratch, SIZE_MAX);
    arena_init(&x->group_memory[0], GROUP_BYTES);
    arena_init(&x->group_memory[1], GROUP_BYTES);
    arena_init(&x->last_memory, SIZE_MAX);
    arena_init(&x->memory, SIZE_MAX);
    x->group = d->one_room_a_row ? arena_array(&x->memory, struct csv_row, LIMIT_ROOMS) : NULL;
}

void csv_import_free(struct csv_import *x)
{
    csv_reader_free(&x->reader);
    arena_free(&x->scratch);
    arena_free(&x->group_memory[0]);
    arena_free(&x->group_memory[1]);
    arena_free(&x->last_memory);
    arena_free(&x->memory);
}

void csv_import_push(struct csv_import *x, struct str bytes)
{
    csv_push(&x->reader, charset_decode(&x->charset, &x->scratch, bytes));
    arena_reset(&x->scratch);
}

void csv_import_finish(struct csv_import *x)
{
    csv_push(&x->reader, charset_decode_end(&x->charset, &x->scratch));
    arena_reset(&x->scratch);
    csv_finish(&x->reader);
}

/* Whether the row repeats the one before it byte for byte; otherwise it is remembered. In our own export two rooms of a
 * booking that have no reference may well look alike. */
static bool repeats(struct csv_import *x, const struct csv_row *row)
{
    const struct csv_dialect *d = x->dialect;
    bool may = d->preset != &csv_preset_own || csv_cell_of(d, row, CSV_COLUMN_ROOM_REFERENCE).n > 0;
    if (may && x->last_raw.n == row->raw.n && memcmp(x->last_raw.p, row->raw.p, row->raw.n) == 0) {
        return true;
    }
    arena_reset(&x->last_memory);
    x->last_raw = arena_str(&x->last_memory, row->raw);
    x->last_line = row->line;
    return false;
}

static void skip_duplicate(struct csv_import *x, struct arena *a, const struct csv_row *row,
                           struct csv_decoded *out)
{
    unsigned long long line = row->line, before = x->last_line;
    *out = (struct csv_decoded){.kind = CSV_SKIPPED, .line = row->line, .last_line = row->line};
    out->reason = (struct text){
        arena_fmt(a,
                  "Line %llu is the same as line %llu and was left out. If it is a second room, tell the "
                  "rooms apart in a column roomReference.",
                  line, before),
        arena_fmt(a,
                  "La ligne %llu est identique à la ligne %llu et a été laissée de côté. Si c'est une "
                  "deuxième chambre, distinguez les chambres dans une colonne roomReference.",
                  line, before)};
}

static void refuse_row(struct arena *a, const struct csv_row *row, const struct err *e,
                       struct csv_decoded *out)
{
    *out = (struct csv_decoded){.kind = CSV_REFUSED, .line = row->line, .last_line = row->line};
    out->errors = arena_new(a, struct err);
    *out->errors = *e;
    out->error_count = 1;
    out->raw = arena_new(a, struct str);
    *out->raw = arena_str(a, row->raw);
    out->raw_count = 1;
}

/* --- bookings of several rows --- */

static void add_to_group(struct csv_import *x, const struct csv_row *row)
{
    struct arena *m = &x->group_memory[x->group_at];
    if (x->next_is_doubtful) {
        x->group_error = arena_new(m, struct err);
        *x->group_error = x->doubt;
        x->next_is_doubtful = false;
    }
    if (x->group_count == LIMIT_ROOMS || arena_over(m)) {
        x->group_too_long = true;
        return;
    }
    struct str *cells = arena_array(m, struct str, row->count);
    for (size_t i = 0; i < row->count; i++) {
        cells[i] = arena_str(m, row->cells[i]);
    }
    x->group[x->group_count++] = (struct csv_row){cells, row->count, row->line, arena_str(m, row->raw)};
}

static bool belongs(const struct csv_import *x, const struct csv_row *row)
{
    const struct csv_dialect *d = x->dialect;
    struct str reference = csv_cell_of(d, row, CSV_COLUMN_REFERENCE);
    return reference.n > 0 && str_eq(reference, csv_cell_of(d, &x->group[0], CSV_COLUMN_REFERENCE)) &&
           str_eq(csv_cell_of(d, row, CSV_COLUMN_CHANNEL), csv_cell_of(d, &x->group[0], CSV_COLUMN_CHANNEL));
}

static void refuse_group(struct csv_import *x, struct arena *a, const struct err *e, struct csv_decoded *out)
{
    refuse_row(a, &x->group[0], e, out);
    out->last_line = x->group[x->group_count - 1].line;
    out->raw = arena_array(a, struct str, x->group_count);
    out->raw_count = x->group_count;
    for (size_t i = 0; i < x->group_count; i++) {
        out->raw[i] = arena_str(a, x->group[i].raw);
    }
}

/* The booking that was collected, into *out; the collection is empty afterwards. */
static void close_group(struct csv_import *x, struct arena *a, struct csv_decoded *out)
{
    if (x->group_too_long) {
        struct err e = {0};
        err_set(
            &e, ERR_INVALID,
            "Line %llu: the booking that begins here has too many rows; at most %d rooms are read.",
            "Ligne %llu : la réservation qui commence ici compte trop de lignes ; %d chambres au plus sont lues.",
            (unsigned long long)x->group[0].line, LIMIT_ROOMS);
        refuse_group(x, a, &e, out);
    } else if (x->group_error != NULL) {
        refuse_group(x, a, x->group_error, out);
    } else {
        csv_decode_rows(a, x->dialect, x->group, x->group_count, out);
    }
    arena_reset(&x->group_memory[x->group_at]);
    x->group_count = 0;
    x->group_too_long = false;
    x->group_error = NULL;
}

/* True when a booking was completed by this row, which then begins the next one. */
static bool collect(struct csv_import *x, struct arena *a, const struct csv_row *row, struct csv_decoded *out)
{
    if (x->group_count == 0 || belongs(x, row)) {
        add_to_group(x, row);
        return false;
    }
    close_group(x, a, out);
    x->group_at = !x->group_at;
    add_to_group(x, row);
    return true;
}

/* The cell of a row that could not be parsed, when no quote stands before its end. */
static bool cell_of_damaged(struct str raw, char delimiter, int index, struct str *cell)
{
    for (int i = 0; i <= index; i++) {
        if (!str_given(raw)) {
            return false;
        }
        *cell = str_cut(&raw, delimiter);
        if (str_find_char(*cell, '"') != SIZE_MAX) {
            return false;
        }
    }
    return true;
}

/* A row that could not be parsed, among rows of which several make a booking. True when *out is an item. */
static bool collect_damaged(struct csv_import *x, struct arena *a, const struct csv_row *row,
                            const struct err *e, struct csv_decoded *out)
{
    const struct csv_dialect *d = x->dialect;
    int at[2] = {d->column[CSV_COLUMN_REFERENCE], d->column[CSV_COLUMN_CHANNEL]};
    struct str cells[LIMIT_CSV_COLUMNS] = {{0}};
    struct csv_row known = {cells, 0, row->line, row->raw};
    bool told = at[0] >= 0;
    for (int i = 0; i < 2 && told; i++) {
        if (at[i] >= 0) {
            told = cell_of_damaged(row->raw, d->delimiter, at[i], &cells[at[i]]);
            known.count = (size_t)at[i] + 1 > known.count ? (size_t)at[i] + 1 : known.count;
        }
    }
    if (!told) {
        err_set(&x->doubt, ERR_INVALID,
                "This booking stands beside line %llu, which cannot be read and may belong to it.",
                "Cette réservation touche la ligne %llu, qui est illisible et lui appartient peut-être.",
                (unsigned long long)row->line);
        if (x->group_count > 0 && x->group_error == NULL) {
            x->group_error = arena_new(&x->group_memory[x->group_at], struct err);
            *x->group_error = x->doubt;
        }
        x->next_is_doubtful = true;
        refuse_row(a, row, e, out);
        return true;
    }
    bool item = collect(x, a, &known, out);
    x->group_error = arena_new(&x->group_memory[x->group_at], struct err);
    *x->group_error = *e;
    return item;
}

/* --- the next item --- */

/* Whether the row comes before the data: Excel's first line, empty rows, the header. */
static bool before_data(struct csv_import *x, const struct csv_row *row)
{
    if (x->header_done) {
        return false;
    }
    x->header_done = row->line >= x->dialect->header_line;
    return true;
}

enum csv_import_next csv_import_next(struct csv_import *x, struct arena *a, struct csv_decoded *out)
{
    for (;;) {
        struct csv_row row;
        struct err e = {0};
        enum csv_next next = csv_next(&x->reader, &row, &e);
        if (next == CSV_MORE) {
            return CSV_IMPORT_MORE;
        }
        if (next == CSV_END) {
            if (x->group_count == 0) {
                return CSV_IMPORT_END;
            }
            close_group(x, a, out);
            return CSV_IMPORT_ITEM;
        }
        if (before_data(x, &row) || (next == CSV_ROW && csv_row_is_empty(&row))) {
            continue;
        }
        if (next == CSV_BAD) {
            if (x->dialect->one_room_a_row && !collect_damaged(x, a, &row, &e, out)) {
                continue;
            }
            if (!x->dialect->one_room_a_row) {
                refuse_row(a, &row, &e, out);
            }
            return CSV_IMPORT_ITEM;
        }
        if (repeats(x, &row)) {
            skip_duplicate(x, a, &row, out);
            return CSV_IMPORT_ITEM;
        }
        if (!x->dialect->one_room_a_row) {
            csv_decode_row(a, x->dialect, &row, out);
            return CSV_IMPORT_ITEM;
        }
        if (collect(x, a, &row, out)) {
            return CSV_IMPORT_ITEM;
        }
    }
}
