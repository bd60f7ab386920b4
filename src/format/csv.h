/* csv.h: tables as text (RFC 4180), read and written as streams in constant memory.
 *
 * Reading. Rows end in CR, LF or CRLF, the last one also at the end of the file. A cell that begins with a quote ends
 * at the next single quote; inside it quotes are doubled and line breaks are text. A quote later in a cell is text.
 * Empty lines are no rows. A row is refused, and the next one read, when
 *   - a quoted cell is not closed at the end of the file, or goes on after its closing quote,
 *   - it is longer than LIMIT_CSV_ROW bytes or has more than LIMIT_CSV_COLUMNS cells.
 * After the first kind and a row too long the reading goes on at the next line of the file: what follows a lost
 * quote is not lost with it. Outcomes do not depend on how the bytes were cut into pieces. */
#ifndef FORMAT_CSV_H
#define FORMAT_CSV_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"

struct csv_row {
    const struct str *cells; /* without quotes; a cell's column number is its index + 1 */
    size_t count;            /* 0 for a row that was refused */
    uint64_t line;           /* of the file, from 1, where the row began */
    struct str raw;          /* the row as it stood, without its line end (cut at LIMIT_CSV_ROW) */
};

enum csv_next {
    CSV_ROW,  /* *row is filled */
    CSV_MORE, /* push more bytes, or finish */
    CSV_END,  /* no more rows */
    CSV_BAD,  /* a row was refused: *e says why, row->raw and row->line which; go on */
};

struct csv_reader {
    char delimiter;
    bool finished;
    bool after_cr;   /* a LF now belongs to the CR before it */
    bool discarding; /* the rest of a line that was too long */
    char *p;         /* bytes not read yet are [start, end); p[end] is a line feed */
    size_t start, end, room;
    size_t wanted; /* a row began and did not end within this length: wait for as much */
    uint64_t line; /* of p[start] */
    char *plain;   /* cells whose doubled quotes were undone */
    size_t plain_room;
    struct arena memory;
    unsigned char ends_cell[256];
    struct str cells[LIMIT_CSV_COLUMNS];
};

void csv_reader_init(struct csv_reader *r, char delimiter);
void csv_reader_free(struct csv_reader *r);
/* Copies the bytes (UTF-8, of any size); invalidates the last row. Pull until CSV_MORE before pushing again:
 * then at most LIMIT_CSV_ROW × 1.5 and two pieces are kept. */
void csv_push(struct csv_reader *r, struct str bytes);
void csv_finish(struct csv_reader *r);
/* The row and its cells are valid until the next call of csv_next or csv_push. */
enum csv_next csv_next(struct csv_reader *r, struct csv_row *row, struct err *e);

/* False when a cell holds a zero byte or bytes that are not UTF-8; *column is then its number, from 1. */
bool csv_row_is_text(const struct csv_row *row, size_t *column);

/* The delimiter among , ; TAB | that cuts the first rows most evenly: the number of rows with as many cells as the
 * first, times that number less one, is greatest. ',' when none cuts the first row. A first line "sep=X" (written
 * for Excel) decides; *sep_line (may be NULL) tells, and the reader still gives that line as the first row.
 * whole: the text ends here, so that a last row without line end counts. */
char csv_detect_delimiter(struct str text, bool whole, bool *sep_line);

/* Writing: rows end in CRLF; a cell is quoted when it holds the delimiter, a quote or a line break, or begins or
 * ends with a space.
 *   struct csv_out o = csv_out(&buf, ',', true);
 *   csv_cell(&o, S("a")); csv_cell(&o, S("b")); csv_end_row(&o);
 * neutral: no spreadsheet takes a cell for a formula. A cell that begins with = + - @ TAB CR LF or the fullwidth form
 * of the first four gets a ' in front (OWASP, "CSV Injection"), unless it is a plain number such as -12.50. So does
 * a cell that begins with ' and such a character, so that csv_undo_neutral() gives every text back. */
struct csv_out {
    struct buf *b;
    char delimiter;
    bool neutral;
    bool blank;   /* the first cell of this row is empty */
    size_t cells; /* of this row so far */
};

struct csv_out csv_out(struct buf *b, char delimiter, bool neutral);
void csv_cell(struct csv_out *o, struct str cell); /* absent is empty */
void csv_end_row(struct csv_out *o);
/* Whether the neutral mode puts a ' in front of the cell. */
bool csv_neutral_needed(struct str cell);
/* The cell without the ' that the neutral mode put there; other cells as they are. */
struct str csv_undo_neutral(struct str cell);

#endif
