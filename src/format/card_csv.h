/* card_csv.h: the kept copy of a table, without card data, as a stream.
 *
 * Bytes in, as many bytes out, the same but for masked digits, which become '*': by the heading of their column
 * (format/card_name.h) or as running text (format/card_text.h). Columns of references are never altered. Rows and cells
 * are those of format/csv.h. The header is the first row with two cells or more that are not empty; until row 30 a row
 * takes its place in which more headings are known, at least two. Rows before the header, and cells without heading,
 * are running text.
 *
 * A number in groups that a delimiter cuts ("4111,1111,1111,1111" in a table with commas) is several cells and not
 * found. A quote that is not closed within LIMIT_CSV_ROW (or at the end) ends with its line, as it does for the reader.
 * A longer line is running text.
 *
 * Any encoding whose ASCII is one byte (UTF-8, Windows-1252), and UTF-16 with or without mark: there a masked
 * digit becomes the two bytes of '*'. */
#ifndef FORMAT_CARD_CSV_H
#define FORMAT_CARD_CSV_H

#include "base/arena.h"
#include "base/limits.h"
#include "format/card_name.h"
#include "format/charset.h"

enum card_csv_state { CARD_CSV_BEGIN, CARD_CSV_PLAIN, CARD_CSV_QUOTED, CARD_CSV_QUOTE, CARD_CSV_ROW };

struct card_csv {
    enum charset charset; /* CHARSET_AUTO: any with ASCII in one byte */
    char delimiter;
    bool started;
    bool torn;    /* the row is the rest of a line that was too long: its columns are not known */
    bool changed; /* something was masked so far */
    /* Bytes taken and not given back; of UTF-16 also one byte for each unit (for others it is the same memory). */
    char *bytes, *units;
    size_t byte_count, room;
    size_t row, at;            /* units: where the row begins, and up to where it was looked at */
    size_t given;              /* units that the last call gave back */
    enum card_csv_state state; /* at `at` */
    size_t rows;
    size_t known;      /* headings whose class is not PLAIN */
    size_t count;      /* of the header's columns; 0: no header yet */
    bool card_columns; /* some are NUMBER, CODE or CARD */
    enum card_name columns[LIMIT_CSV_COLUMNS];
    struct arena memory;
};

/* charset CHARSET_AUTO: as charset_of_head() says of the first piece, which should hold 4 KiB or the whole file.
 * delimiter 0: as csv_detect_delimiter() says of the first piece. */
void card_csv_init(struct card_csv *c, enum charset charset, char delimiter);
void card_csv_free(struct card_csv *c);
/* Takes a piece of any size. Gives the bytes of the rows that it completed (maybe none), valid until the next call. At
 * most LIMIT_CSV_ROW units are held back. */
struct str card_csv_push(struct card_csv *c, struct str bytes);
/* The bytes held back, at the end of the file. */
struct str card_csv_end(struct card_csv *c);

#endif
