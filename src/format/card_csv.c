#include "format/card_csv.h"

#include "format/card_text.h"
#include "format/csv.h"

#include <string.h>

#define FIRST_ROOM  (64u << 10)
#define HEADER_ROWS 30
#define CUT_BACK    4096 /* how far back a cut looks for a place outside of a number */

void card_csv_init(struct card_csv *c, enum charset charset, char delimiter)
{
    memset(c, 0, sizeof *c);
    c->charset = charset;
    c->delimiter = delimiter;
    arena_init(&c->memory, SIZE_MAX);
}

void card_csv_free(struct card_csv *c)
{
    arena_free(&c->memory);
    memset(c, 0, sizeof *c);
}

static bool is_wide(const struct card_csv *c)
{
    return c->charset == CHARSET_UTF16LE || c->charset == CHARSET_UTF16BE;
}

static size_t width(const struct card_csv *c)
{
    return is_wide(c) ? 2 : 1;
}

static enum card_csv_state step(enum card_csv_state state, char unit, char delimiter)
{
    if (state == CARD_CSV_QUOTED) {
        return unit == '"' ? CARD_CSV_QUOTE : CARD_CSV_QUOTED;
    }
    if (unit == '\n' || unit == '\r') {
        return CARD_CSV_ROW;
    }
    if (unit == delimiter) {
        return CARD_CSV_BEGIN;
    }
    return unit == '"' && state != CARD_CSV_PLAIN ? CARD_CSV_QUOTED : CARD_CSV_PLAIN;
}

/* --- UTF-16: one byte that stands for each unit --- */

/* The byte that format/card_text.h reads in the same way; 0x1A for what it has no word for. */
static char byte_of_unit(const struct card_csv *c, size_t at)
{
    const unsigned char *p = (const unsigned char *)c->bytes + 2 * at;
    unsigned unit = c->charset == CHARSET_UTF16LE ? p[0] | (unsigned)p[1] << 8 : (unsigned)p[0] << 8 | p[1];
    if (unit < 0x100) {
        return (char)unit;
    }
    if (unit >= 0xFF10 && unit <= 0xFF19) {
        return (char)('0' + (unit - 0xFF10));
    }
    bool dash = (unit >= 0x2010 && unit <= 0x2015) || unit == 0x2212;
    bool space = unit == 0x202F || unit == 0x2007 || unit == 0x2009;
    return dash ? '-' : space ? ' ' : 0x1A;
}

static void write_back(struct card_csv *c, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (c->units[i] != byte_of_unit(c, i)) {
            bool little = c->charset == CHARSET_UTF16LE;
            c->bytes[2 * i] = little ? c->units[i] : '\0';
            c->bytes[2 * i + 1] = little ? '\0' : c->units[i];
        }
    }
}

/* --- bytes in --- */

static void make_room(struct card_csv *c, size_t more)
{
    if (c->byte_count + more <= c->room) {
        return;
    }
    size_t room = c->room ? c->room : FIRST_ROOM;
    while (room < c->byte_count + more) {
        room *= 2;
    }
    char *bytes = arena_alloc(&c->memory, room);
    char *units = is_wide(c) ? arena_alloc(&c->memory, room / 2) : bytes;
    if (c->byte_count) {
        memcpy(bytes, c->bytes, c->byte_count);
        memcpy(units, c->units, c->byte_count / width(c));
    }
    c->bytes = bytes;
    c->units = units;
    c->room = room;
}

/* Forgets what was given back. */
static void forget_given(struct card_csv *c)
{
    size_t w = width(c), given = c->given * w;
    if (given == 0) {
        return;
    }
    if (is_wide(c)) {
        memmove(c->units, c->units + c->given, c->byte_count / w - c->given);
    }
    memmove(c->bytes, c->bytes + given, c->byte_count - given);
    c->byte_count -= given;
    c->row -= c->given;
    c->at -= c->given;
    c->given = 0;
}

static void take_bytes(struct card_csv *c, struct str bytes)
{
    make_room(c, bytes.n);
    size_t from = c->byte_count / width(c);
    if (bytes.n) {
        memcpy(c->bytes + c->byte_count, bytes.p, bytes.n);
    }
    c->byte_count += bytes.n;
    for (size_t i = from; is_wide(c) && i < c->byte_count / 2; i++) {
        c->units[i] = byte_of_unit(c, i);
    }
}

/* What the first piece says of the encoding and the delimiter; a byte-order mark is no part of the first heading. */
static void start(struct card_csv *c, struct str head)
{
    size_t mark = 0;
    enum charset found = charset_of_head(head, &mark);
    if (c->charset == CHARSET_AUTO || (is_wide(c) && mark == 2)) {
        c->charset = found;
    }
    c->started = true;
    take_bytes(c, head);
    c->row = c->at = is_wide(c) == (mark == 2) ? mark / width(c) : 0;
    if (c->delimiter == '\0') {
        size_t n = c->byte_count / width(c) - c->row;
        c->delimiter = csv_detect_delimiter((struct str){c->units + c->row, n}, n < CUT_BACK, NULL);
    }
}

/* --- rows --- */

static struct str heading(struct str cell)
{
    cell = str_trim(cell);
    if (cell.n >= 2 && cell.p[0] == '"' && cell.p[cell.n - 1] == '"') {
        cell = str_trim(str_sub(cell, 1, cell.n - 2));
    }
    return cell;
}

/* Takes the next cell off the row; false when there is none. */
static bool next_cell(const struct card_csv *c, struct str row, size_t *at, struct str *cell)
{
    if (*at > row.n) {
        return false;
    }
    size_t from = *at;
    enum card_csv_state state = CARD_CSV_BEGIN;
    for (; *at < row.n; ++*at) {
        state = step(state, row.p[*at], c->delimiter);
        if (state == CARD_CSV_BEGIN || state == CARD_CSV_ROW) {
            break;
        }
    }
    *cell = (struct str){row.p + from, *at - from};
    ++*at;
    return true;
}

static void consider_header(struct card_csv *c, struct str row)
{
    enum card_name names[LIMIT_CSV_COLUMNS];
    size_t count = 0, filled = 0, known = 0, at = 0;
    struct str cell;
    while (count < LIMIT_CSV_COLUMNS && next_cell(c, row, &at, &cell)) {
        cell = heading(cell);
        names[count] = card_name_of(cell, false, CARD_NAME_PLAIN);
        filled += cell.n > 0;
        known += names[count] != CARD_NAME_PLAIN;
        count++;
    }
    bool better = c->count ? known >= 2 && known > c->known : filled >= 2;
    if (!better || str_starts(row, S("sep="))) {
        return;
    }
    c->count = count;
    c->known = known;
    c->card_columns = false;
    for (size_t i = 0; i < count; i++) {
        c->columns[i] = names[i];
        c->card_columns |=
            names[i] == CARD_NAME_NUMBER || names[i] == CARD_NAME_CODE || names[i] == CARD_NAME_CARD;
    }
}

/* Units [from, to), without a line end outside of quotes. */
static void mask_row(struct card_csv *c, size_t from, size_t to)
{
    struct str row = {c->units + from, to - from};
    if (row.n == 0) {
        return;
    }
    if (!c->torn && c->rows < HEADER_ROWS) {
        c->rows++;
        consider_header(c, row);
    }
    if ((c->torn || !c->card_columns) && !card_text_suspicious(row)) {
        return;
    }
    struct card_text t = {.in = row, .out = c->units + from};
    size_t at = 0, column = 0;
    struct str cell;
    while (!c->torn && next_cell(c, row, &at, &cell)) {
        enum card_name name = column < c->count ? c->columns[column] : CARD_NAME_PLAIN;
        size_t begin = (size_t)(cell.p - row.p);
        card_text_mask_value(&t, begin, begin + cell.n, false, name);
        column++;
    }
    if (c->torn) {
        card_text_mask(&t, 0, row.n, false);
    }
    if (t.changed && is_wide(c)) {
        write_back(c, from, to);
    }
    c->changed |= t.changed;
}

static void end_row(struct card_csv *c, size_t line_end)
{
    mask_row(c, c->row, line_end);
    c->torn = false;
    c->row = c->at = line_end + 1;
    c->state = CARD_CSV_BEGIN;
}

/* Rows that quotes do not hold together: every line is one. What follows the last line end stays. */
static void end_lines(struct card_csv *c, size_t count)
{
    for (size_t i = c->row; i < count; i++) {
        if (c->units[i] == '\n' || c->units[i] == '\r') {
            end_row(c, i);
        }
    }
}

/* A line too long for a row: given back up to a place that is not inside of a number. */
static void cut_line(struct card_csv *c, size_t count)
{
    size_t cut = count;
    while (cut > c->row && count - cut < CUT_BACK &&
           str_find_char(S("0123456789 -.+"), c->units[cut - 1]) != SIZE_MAX) {
        cut--;
    }
    cut = count - cut < CUT_BACK && cut > c->row ? cut : count;
    c->torn = true;
    mask_row(c, c->row, cut);
    c->row = cut;
    c->at = count;
    c->state = CARD_CSV_PLAIN;
}

static void read_rows(struct card_csv *c)
{
    size_t count = c->byte_count / width(c);
    for (;;) {
        while (c->at < count) {
            c->state = step(c->state, c->units[c->at], c->delimiter);
            if (c->state == CARD_CSV_ROW) {
                end_row(c, c->at);
            } else {
                c->at++;
            }
            if (c->at - c->row > LIMIT_CSV_ROW) {
                break;
            }
        }
        if (c->at - c->row <= LIMIT_CSV_ROW) {
            return;
        }
        size_t row = c->row;
        end_lines(c, c->at);
        if (c->row == row) {
            cut_line(c, c->at);
        }
    }
}

struct str card_csv_push(struct card_csv *c, struct str bytes)
{
    if (bytes.n == 0) {
        return S("");
    }
    if (c->started) {
        forget_given(c);
        take_bytes(c, bytes);
    } else {
        start(c, bytes);
    }
    read_rows(c);
    c->given = c->row;
    return (struct str){c->bytes, c->row * width(c)};
}

struct str card_csv_end(struct card_csv *c)
{
    if (!c->started) {
        return S("");
    }
    forget_given(c);
    size_t count = c->byte_count / width(c);
    if (c->state == CARD_CSV_QUOTED) {
        end_lines(c, count);
    }
    mask_row(c, c->row, count);
    c->row = c->at = c->given = count;
    return (struct str){c->bytes, c->byte_count};
}
