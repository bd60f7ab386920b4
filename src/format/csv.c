#include "format/csv.h"

#include <string.h>

#define DETECT_ROWS 100
#define FIRST_ROOM  (64u << 10)

void csv_reader_init(struct csv_reader *r, char delimiter)
{
    memset(r, 0, sizeof *r);
    r->delimiter = delimiter;
    r->line = 1;
    r->ends_cell[(unsigned char)delimiter] = 1;
    r->ends_cell['\r'] = 1;
    r->ends_cell['\n'] = 1;
    arena_init(&r->memory, SIZE_MAX);
}

void csv_reader_free(struct csv_reader *r)
{
    arena_free(&r->memory);
    memset(r, 0, sizeof *r);
}

void csv_push(struct csv_reader *r, struct str bytes)
{
    size_t kept = r->end - r->start;
    if (kept + bytes.n + 1 > r->room) {
        size_t room = r->room == 0 ? FIRST_ROOM : r->room;
        while (room < kept + bytes.n + 1) {
            room *= 2;
        }
        char *p = arena_alloc(&r->memory, room);
        if (kept > 0) {
            memcpy(p, r->p + r->start, kept);
        }
        r->p = p;
        r->room = room;
    } else if (kept > 0 && r->start > 0) {
        memmove(r->p, r->p + r->start, kept);
    }
    if (bytes.n > 0) {
        memcpy(r->p + kept, bytes.p, bytes.n);
    }
    r->start = 0;
    r->end = kept + bytes.n;
    r->p[r->end] = '\n'; /* so that the scan of a cell needs no other check for the end */
}

void csv_finish(struct csv_reader *r)
{
    if (r->p == NULL) {
        csv_push(r, S(""));
    }
    r->finished = true;
}

/* The first CR or LF in [p, end), or end. */
static const char *line_end(const char *p, const char *end)
{
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    const char *stop = lf == NULL ? end : lf;
    const char *cr = memchr(p, '\r', (size_t)(stop - p));
    return cr == NULL ? stop : cr;
}

static uint64_t count_lines(const char *p, const char *end)
{
    uint64_t n = 0;
    while ((p = line_end(p, end)) < end) {
        p += p[0] == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
        n++;
    }
    return n;
}

/* Goes on after the line end at `at` (or at the end of the bytes). */
static void pass_line_end(struct csv_reader *r, const char *at)
{
    r->start = (size_t)(at - r->p);
    if (r->start < r->end) {
        r->after_cr = *at == '\r';
        r->start++;
    }
    r->line++;
}

enum outcome { DONE, UNFINISHED, UNCLOSED, TEXT_AFTER_QUOTE };

struct scan {
    const char *p, *end;
    size_t count;
    uint64_t lines;      /* line breaks inside quotes so far */
    size_t plain_n;      /* of r->plain in use */
    size_t fault_column; /* of UNCLOSED and TEXT_AFTER_QUOTE */
    uint64_t fault_line; /* lines after the row's first */
};

static struct str undouble(struct csv_reader *r, struct scan *s, struct str cell)
{
    if (s->plain_n + cell.n > r->plain_room) {
        /* Cells of this row that lie in the old room stay where they are. */
        r->plain_room = r->room > 2 * cell.n ? r->room : 2 * cell.n;
        r->plain = arena_alloc(&r->memory, r->plain_room);
        s->plain_n = 0;
    }
    char *out = r->plain + s->plain_n;
    size_t n = 0;
    for (const char *p = cell.p, *end = cell.p + cell.n; p < end;) {
        const char *q = memchr(p, '"', (size_t)(end - p));
        size_t run = (size_t)((q == NULL ? end : q + 1) - p);
        memcpy(out + n, p, run);
        n += run;
        p += run + (q != NULL); /* the second of the two */
    }
    s->plain_n += n;
    return (struct str){out, n};
}

/* s->p is at the opening quote; goes behind the closing one. */
static enum outcome scan_quoted(struct csv_reader *r, struct scan *s, struct str *cell)
{
    const char *first = s->p + 1, *p = first;
    bool doubled = false;
    s->fault_column = s->count + 1;
    s->fault_line = s->lines;
    for (;;) {
        const char *q = memchr(p, '"', (size_t)(s->end - p));
        if (q == NULL) {
            return UNCLOSED;
        }
        if (q + 1 == s->end && !r->finished) {
            return UNFINISHED;
        }
        p = q + 1;
        if (p == s->end || *p != '"') {
            break;
        }
        doubled = true;
        p++;
    }
    *cell = (struct str){first, (size_t)(p - 1 - first)};
    s->lines += count_lines(first, p - 1);
    if (doubled) {
        *cell = undouble(r, s, *cell);
    }
    s->p = p;
    return p == s->end || r->ends_cell[(unsigned char)*p] ? DONE : TEXT_AFTER_QUOTE;
}

/* One row from s->p: DONE with s->p at its line end or at the end of the bytes. */
static enum outcome scan_row(struct csv_reader *r, struct scan *s)
{
    const unsigned char *ends_cell = r->ends_cell;
    for (;;) {
        struct str cell;
        if (*s->p == '"' && s->p < s->end) {
            enum outcome outcome = scan_quoted(r, s, &cell);
            if (outcome != DONE) {
                return outcome == UNCLOSED && !r->finished ? UNFINISHED : outcome;
            }
        } else {
            const unsigned char *p = (const unsigned char *)s->p;
            while (!ends_cell[*p]) {
                p++;
            }
            cell = (struct str){s->p, (size_t)((const char *)p - s->p)};
            s->p = (const char *)p;
        }
        if (s->count < LIMIT_CSV_COLUMNS) {
            r->cells[s->count] = cell;
        }
        s->count++;
        if (s->p == s->end) {
            return r->finished ? DONE : UNFINISHED;
        }
        if (*s->p != r->delimiter) {
            return DONE;
        }
        s->p++;
    }
}

static void explain(struct err *e, enum outcome outcome, const struct scan *s, uint64_t line)
{
    unsigned long long at = line + s->fault_line;
    switch (outcome) {
    case UNCLOSED:
        err_set(e, ERR_INVALID, "Line %llu, column %zu: the quote that opens here is never closed.",
                "Ligne %llu, colonne %zu : le guillemet ouvert ici n'est jamais fermé.", at, s->fault_column);
        break;
    case TEXT_AFTER_QUOTE:
        err_set(
            e, ERR_INVALID,
            "Line %llu, column %zu: the cell goes on after its closing quote. Double the quotes inside it, or "
            "remove them.",
            "Ligne %llu, colonne %zu : la cellule continue après son guillemet fermant. Doublez les guillemets "
            "à l'intérieur, ou supprimez-les.",
            at, s->fault_column);
        break;
    case DONE:
        err_set(e, ERR_INVALID, "Line %llu: the row has %zu columns; at most %d are read.",
                "Ligne %llu : la ligne compte %zu colonnes ; %d au plus sont lues.", (unsigned long long)line,
                s->count, LIMIT_CSV_COLUMNS);
        break;
    case UNFINISHED:
        err_set(
            e, ERR_INVALID,
            "Line %llu: the row that begins here is longer than %u bytes. Perhaps a quote is never closed.",
            "Ligne %llu : la ligne qui commence ici dépasse %u octets. Un guillemet n'est peut-être jamais fermé.",
            (unsigned long long)line, LIMIT_CSV_ROW);
        break;
    }
}

/* Refuses the row at r->start and goes on at the next line of the file. */
static enum csv_next refuse_line(struct csv_reader *r, struct csv_row *row)
{
    const char *first = r->p + r->start, *end = r->p + r->end;
    const char *stop = line_end(first, end);
    size_t n = (size_t)(stop - first);
    if (stop == end && !r->finished && n <= LIMIT_CSV_ROW) {
        return CSV_MORE;
    }
    *row = (struct csv_row){.line = r->line, .raw = {first, n < LIMIT_CSV_ROW ? n : LIMIT_CSV_ROW}};
    if (stop == end && !r->finished) {
        r->discarding = true;
        r->start = r->end;
    } else {
        pass_line_end(r, stop);
    }
    return CSV_BAD;
}

/* False when the end of the line that is thrown away has not come yet. */
static bool discard(struct csv_reader *r)
{
    const char *stop = line_end(r->p + r->start, r->p + r->end);
    r->start = (size_t)(stop - r->p);
    if (r->start == r->end && !r->finished) {
        return false;
    }
    r->discarding = false;
    pass_line_end(r, stop);
    return true;
}

static enum csv_next read_row(struct csv_reader *r, struct csv_row *row, struct err *e)
{
    const char *first = r->p + r->start;
    struct scan s = {.p = first, .end = r->p + r->end};
    enum outcome outcome = scan_row(r, &s);
    size_t seen = (size_t)(s.end - first);
    if (outcome == DONE && (size_t)(s.p - first) <= LIMIT_CSV_ROW) {
        *row = (struct csv_row){r->cells, s.count, r->line, {first, (size_t)(s.p - first)}};
        if (s.count > LIMIT_CSV_COLUMNS) {
            explain(e, DONE, &s, r->line);
            row->count = 0;
        }
        r->line += s.lines;
        pass_line_end(r, s.p);
        return s.count > LIMIT_CSV_COLUMNS ? CSV_BAD : CSV_ROW;
    }
    bool too_long = seen > LIMIT_CSV_ROW && outcome != TEXT_AFTER_QUOTE;
    if (outcome == TEXT_AFTER_QUOTE && (size_t)(s.p - first) > LIMIT_CSV_ROW) {
        too_long = true;
    }
    if (outcome != UNFINISHED || too_long) {
        enum csv_next next = refuse_line(r, row);
        if (next == CSV_BAD) {
            explain(e, too_long ? UNFINISHED : outcome, &s, row->line);
            return CSV_BAD;
        }
    }
    r->wanted = seen + seen / 2;
    return CSV_MORE;
}

enum csv_next csv_next(struct csv_reader *r, struct csv_row *row, struct err *e)
{
    for (;;) {
        if (r->discarding && !discard(r)) {
            return CSV_MORE;
        }
        if (r->after_cr && r->start < r->end) {
            r->after_cr = false;
            r->start += r->p[r->start] == '\n';
        }
        size_t waiting = r->end - r->start;
        if (waiting == 0 || (waiting < r->wanted && !r->finished)) {
            return waiting == 0 && r->finished ? CSV_END : CSV_MORE;
        }
        r->wanted = 0;
        enum csv_next next = read_row(r, row, e);
        if (next != CSV_ROW || row->raw.n > 0) {
            return next;
        }
    }
}

bool csv_row_is_text(const struct csv_row *row, size_t *column)
{
    const char *p = row->raw.p;
    size_t n = row->raw.n, i = 0;
    uint64_t odd = 0; /* a byte above 7F, or (by the borrow of its neighbour at worst) a zero */
    for (; i + 8 <= n; i += 8) {
        uint64_t w;
        memcpy(&w, p + i, 8);
        odd |= (w | (w - 0x0101010101010101u)) & 0x8080808080808080u;
    }
    for (; i < n; i++) {
        odd |= (unsigned char)(p[i] - 1) >= 0x7F;
    }
    if (odd == 0) {
        return true;
    }
    for (size_t c = 0; c < row->count; c++) {
        size_t at;
        struct str cell = row->cells[c];
        if (!utf8_valid(cell, &at) || (cell.n > 0 && memchr(cell.p, 0, cell.n) != NULL)) {
            *column = c + 1;
            return false;
        }
    }
    return true;
}

static size_t evenness(struct str text, bool whole, char delimiter)
{
    struct csv_reader r;
    csv_reader_init(&r, delimiter);
    csv_push(&r, text);
    if (whole) {
        csv_finish(&r);
    }
    struct csv_row row;
    size_t first = 0, even = 0;
    for (size_t rows = 0; rows < DETECT_ROWS; rows++) {
        enum csv_next next = csv_next(&r, &row, NULL);
        if (next == CSV_MORE || next == CSV_END) {
            break;
        }
        first = rows == 0 ? row.count : first;
        even += row.count == first;
    }
    csv_reader_free(&r);
    return first < 2 ? 0 : even * (first - 1);
}

char csv_detect_delimiter(struct str text, bool whole, bool *sep_line)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    const char *stop = text.n == 0 ? text.p : line_end(text.p, text.p + text.n);
    struct str first = str_sub(text, 0, (size_t)(stop - text.p));
    if (first.n >= 2 && first.p[0] == '"' && first.p[first.n - 1] == '"') {
        first = str_sub(first, 1, first.n - 2);
    }
    bool sep = first.n == 5 && str_eq_nocase(str_sub(first, 0, 4), S("sep="));
    if (sep_line != NULL) {
        *sep_line = sep;
    }
    if (sep) {
        return first.p[4];
    }
    char best = ',';
    size_t best_score = 0;
    for (size_t i = 0; i < ARRAY_LEN(candidates); i++) {
        size_t score = evenness(text, whole, candidates[i]);
        if (score > best_score) {
            best_score = score;
            best = candidates[i];
        }
    }
    return best;
}

struct csv_out csv_out(struct buf *b, char delimiter, bool neutral)
{
    return (struct csv_out){.b = b, .delimiter = delimiter, .neutral = neutral};
}

/* Digits with at most one point, a minus allowed: nothing that a spreadsheet would compute. */
static bool plain_number(struct str s)
{
    size_t i = s.n > 0 && s.p[0] == '-', digits = 0, points = 0;
    for (; i < s.n; i++) {
        digits += s.p[i] >= '0' && s.p[i] <= '9';
        points += s.p[i] == '.';
        if (s.p[i] != '.' && (s.p[i] < '0' || s.p[i] > '9')) {
            return false;
        }
    }
    return digits > 0 && points <= 1 && s.p[s.n - 1] != '.';
}

static bool begins_formula(struct str s)
{
    if (s.n == 0) {
        return false;
    }
    return memchr("=+-@\t\r\n", s.p[0], 7) != NULL || str_starts(s, S("＝")) || str_starts(s, S("＋")) ||
           str_starts(s, S("－")) || str_starts(s, S("＠"));
}

static struct str without_ticks(struct str s)
{
    size_t i = 0;
    while (i < s.n && s.p[i] == '\'') {
        i++;
    }
    return str_sub(s, i, s.n - i);
}

bool csv_neutral_needed(struct str cell)
{
    return begins_formula(without_ticks(cell)) && !plain_number(cell);
}

void csv_cell(struct csv_out *o, struct str cell)
{
    if (o->cells++ > 0) {
        buf_char(o->b, o->delimiter);
    } else {
        o->blank = cell.n == 0;
    }
    bool tick = o->neutral && csv_neutral_needed(cell);
    bool quote = cell.n > 0 && (cell.p[0] == ' ' || cell.p[cell.n - 1] == ' ');
    for (size_t i = 0; i < cell.n && !quote; i++) {
        char c = cell.p[i];
        quote = c == o->delimiter || c == '"' || c == '\r' || c == '\n';
    }
    if (!quote) {
        if (tick) {
            buf_char(o->b, '\'');
        }
        buf_add(o->b, cell);
        return;
    }
    buf_add(o->b, tick ? S("\"'") : S("\""));
    for (struct str part, rest = cell; str_given(rest);) {
        part = str_cut(&rest, '"');
        buf_add(o->b, part);
        if (str_given(rest)) {
            buf_add(o->b, S("\"\""));
        }
    }
    buf_char(o->b, '"');
}

void csv_end_row(struct csv_out *o)
{
    if (o->blank && o->cells == 1) {
        buf_add(o->b, S("\"\"")); /* an empty line would be no row */
    }
    buf_add(o->b, S("\r\n"));
    o->cells = 0;
}

struct str csv_undo_neutral(struct str cell)
{
    if (cell.n > 1 && cell.p[0] == '\'' && begins_formula(without_ticks(cell))) {
        return str_sub(cell, 1, cell.n - 1);
    }
    return cell;
}
