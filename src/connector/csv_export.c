#include "connector/csv_export.h"

#include "connector/csv_text.h"
#include "model/reservation.h"

static void count_cell(struct csv_out *o, struct arena *a, int64_t n)
{
    csv_cell(o, n == FIELD_INT_NONE ? S("") : arena_fmt(a, "%lld", (long long)n));
}

static void date_cell(struct csv_out *o, struct arena *a, int32_t day)
{
    csv_cell(o, day == DATE_NONE ? S("") : date_fmt(a, day));
}

void csv_export_reservation_header(struct csv_out *o)
{
    for (int i = 0; i < CSV_COLUMN_OWN; i++) {
        csv_cell(o, str_of(csv_columns[i].name));
    }
    csv_end_row(o);
}

static void choice_cell(struct csv_out *o, const char *const *choices, int choice)
{
    csv_cell(o, choice < 0 ? S("") : str_of(choices[choice]));
}

static struct str text_of(const struct reservation *r, const struct room_stay *stay, enum csv_column column)
{
    const struct guest *g = &r->guest;
    const struct str texts[CSV_COLUMN_OWN] = {
        [CSV_COLUMN_REFERENCE] = r->reference,
        [CSV_COLUMN_REVISION] = r->revision,
        [CSV_COLUMN_CHANNEL] = r->channel,
        [CSV_COLUMN_CURRENCY] = r->currency,
        [CSV_COLUMN_FIRST_NAME] = g->first_name,
        [CSV_COLUMN_LAST_NAME] = g->last_name,
        [CSV_COLUMN_EMAIL] = g->email,
        [CSV_COLUMN_PHONE] = g->phone,
        [CSV_COLUMN_COUNTRY] = g->country,
        [CSV_COLUMN_LANGUAGE] = g->language,
        [CSV_COLUMN_ROOM_REFERENCE] = stay->reference,
        [CSV_COLUMN_ROOM_TYPE] = stay->room_type,
        [CSV_COLUMN_RATE_PLAN] = stay->rate_plan,
        [CSV_COLUMN_NOTES] = r->notes,
    };
    return texts[column];
}

/* One cell of a reservation; stay is NULL when it has no rooms. */
static void cell_of(struct csv_out *o, struct arena *a, const struct reservation *r,
                    const struct room_stay *stay, enum csv_column column)
{
    static const struct room_stay none = {.arrival = DATE_NONE,
                                          .departure = DATE_NONE,
                                          .adults = FIELD_INT_NONE,
                                          .children = FIELD_INT_NONE,
                                          .status = -1};
    stay = stay == NULL ? &none : stay;
    switch (column) {
    case CSV_COLUMN_STATUS:
        choice_cell(o, reservation_statuses, r->status);
        return;
    case CSV_COLUMN_ROOM_STATUS:
        choice_cell(o, reservation_statuses, stay->status);
        return;
    case CSV_COLUMN_COLLECT:
        choice_cell(o, charge_collects, r->charge.collect);
        return;
    case CSV_COLUMN_EXPIRES_AT:
        csv_cell(o, r->expires_at == INSTANT_NONE ? S("") : instant_fmt(a, r->expires_at));
        return;
    case CSV_COLUMN_BOOKED_AT:
        csv_cell(o, r->booked_at == INSTANT_NONE ? S("") : instant_fmt(a, r->booked_at));
        return;
    case CSV_COLUMN_TOTAL_AMOUNT:
        csv_cell(o, decimal_fmt(a, r->total_amount));
        return;
    case CSV_COLUMN_COMMISSION:
        csv_cell(o, decimal_fmt(a, r->commission));
        return;
    case CSV_COLUMN_AMOUNT:
        csv_cell(o, decimal_fmt(a, stay->amount));
        return;
    case CSV_COLUMN_ARRIVAL:
        date_cell(o, a, stay->arrival);
        return;
    case CSV_COLUMN_DEPARTURE:
        date_cell(o, a, stay->departure);
        return;
    case CSV_COLUMN_ADULTS:
        count_cell(o, a, stay->adults);
        return;
    case CSV_COLUMN_CHILDREN:
        count_cell(o, a, stay->children);
        return;
    default:
        csv_cell(o, text_of(r, stay, column));
        return;
    }
}

void csv_export_reservation(struct csv_out *o, struct arena *a, const struct reservation *r)
{
    size_t rows = r->rooms.count > 0 ? r->rooms.count : 1;
    for (size_t i = 0; i < rows; i++) {
        for (int c = 0; c < CSV_COLUMN_OWN; c++) {
            cell_of(o, a, r, r->rooms.count > 0 ? reservation_room(r, i) : NULL, (enum csv_column)c);
        }
        csv_end_row(o);
    }
}

void csv_export_guest_header(struct csv_out *o)
{
    for (size_t i = 0; i < guest_fields.count; i++) {
        csv_cell(o, str_of(guest_fields.fields[i].name));
    }
    csv_end_row(o);
}

void csv_export_guest(struct csv_out *o, const struct guest *g)
{
    for (size_t i = 0; i < guest_fields.count; i++) {
        csv_cell(o, *(const struct str *)((const char *)g + guest_fields.fields[i].offset));
    }
    csv_end_row(o);
}

void csv_export_stock_header(struct csv_out *o)
{
    static const struct str names[] = {
        S_INIT("night"), S_INIT("roomType"), S_INIT("physical"),         S_INIT("outOfOrder"),
        S_INIT("sold"),  S_INIT("held"),     S_INIT("overbookingLimit"), S_INIT("available")};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        csv_cell(o, names[i]);
    }
    csv_end_row(o);
}

void csv_export_stock(struct csv_out *o, struct arena *a, int32_t night, const struct room_type *room,
                      const struct stock_day *day)
{
    date_cell(o, a, night);
    csv_cell(o, room->code);
    const int64_t numbers[] = {day->physical == FIELD_INT_NONE ? room->units : day->physical,
                               day->out_of_order,
                               day->sold,
                               day->held,
                               day->overbooking_limit,
                               stock_available(day, room->units)};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        count_cell(o, a, numbers[i]);
    }
    csv_end_row(o);
}

/* --- bad rows --- */

/* A cell that reads as the one that was given does, and that no spreadsheet computes. */
static void given_cell(struct csv_out *o, struct str cell)
{
    struct str plain = csv_undo_neutral(csv_cell_trim(cell));
    bool tab = csv_neutral_needed(cell); /* a blank in front: behind a ' it would not be taken off any more */
    csv_cell(o, csv_neutral_needed(plain) || tab ? plain : cell);
}

/* The row's cells but the one of old errors. False when it does not parse. */
static bool whole_row(struct csv_out *o, const struct csv_dialect *d, struct str raw)
{
    struct csv_reader r;
    struct csv_row row;
    csv_reader_init(&r, d->delimiter);
    csv_push(&r, raw);
    csv_finish(&r);
    bool good = csv_next(&r, &row, NULL) == CSV_ROW && row.raw.n == raw.n, as_it_is = d->error_column < 0;
    for (size_t i = 0; good && i < row.count; i++) {
        as_it_is = as_it_is && !csv_neutral_needed(csv_undo_neutral(csv_cell_trim(row.cells[i])));
    }
    for (size_t i = 0; good && !as_it_is && i < row.count; i++) {
        if ((int)i != d->error_column) {
            given_cell(o, row.cells[i]);
        }
    }
    if (good && as_it_is) {
        buf_add(o->b, raw);
        o->cells = 1;
    }
    csv_reader_free(&r);
    return good;
}

/* Nobody can tell its cells: it stays as it stood, so that it is refused again, but where a spreadsheet may see a cell
 * begin, none begins like a formula. */
static void damaged_row(struct csv_out *o, struct str raw)
{
    bool begins = true, quote = false; /* at a cell's first letter, or behind the quote that it begins with */
    for (size_t i = 0; i < raw.n; i++) {
        struct str rest = str_sub(raw, i, raw.n);
        struct str cell = str_cut(&rest, o->delimiter);
        if ((begins || quote) && csv_neutral_needed(cell) && cell.p[0] != '\'') {
            buf_char(o->b, '\'');
        }
        quote = begins && raw.p[i] == '"';
        begins = raw.p[i] == o->delimiter;
        buf_char(o->b, raw.p[i]);
    }
    o->cells = 1;
}

static void bad_row(struct buf *b, const struct csv_dialect *d, struct str raw, struct str error)
{
    struct csv_out o = csv_out(b, d->delimiter, true);
    if (whole_row(&o, d, raw)) {
        csv_cell(&o, error);
    } else {
        /* Quotes around the reason close what the row left open: a spreadsheet then reads the next one rightly. */
        damaged_row(&o, raw);
        buf_fmt(b, "%c\"", d->delimiter);
        for (size_t i = 0; i < error.n; i++) {
            buf_char(b, error.p[i] == '"' ? '\'' : error.p[i]);
        }
        buf_char(b, '"');
    }
    csv_end_row(&o);
}

void csv_export_bad_header(struct buf *b, const struct csv_dialect *d)
{
    buf_add(b, S("\xEF\xBB\xBF"));
    if (d->sep_line) {
        buf_fmt(b, "sep=%c\r\n", d->delimiter);
    }
    bad_row(b, d, d->header_raw, S(CSV_ERROR_COLUMN));
}

void csv_export_bad_rows(struct buf *b, const struct csv_dialect *d, const struct csv_decoded *refused,
                         enum lang lang)
{
    struct buf text = buf_in(b->a);
    for (size_t i = 0; i < refused->error_count; i++) {
        buf_add(&text, i == 0 ? S("") : S(" "));
        buf_add(&text, err_text(&refused->errors[i], lang));
    }
    for (size_t i = 0; i < refused->raw_count; i++) {
        bad_row(b, d, refused->raw[i], buf_str(&text));
    }
}
