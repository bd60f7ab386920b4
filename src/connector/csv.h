/* csv.h: tables of reservations to reservation messages, as streams in constant memory.
 *
 * Two passes over the same bytes, neither of which reads a file:
 *   1. csv_analyse_…: the whole file goes through once and tells its encoding, delimiter, layout, date order, decimal
 *      sign and currency from exact evidence, with the questions that only a person can answer;
 *   2. csv_import_…: with the dialect of the first pass, rows become messages; a row that cannot be read is given back
 *      as it stood with what is wrong, and the others go on.
 *
 * Rows of one booking. Most exports have one row a booking, some with several rooms in it (a number of rooms and
 * "Double Room, Twin Room"): that row is one message with several stays. Our own export, and any table without a
 * preset that has a column roomType or roomReference, has one row a room: rows that follow each other with the same
 * reference and channel are joined into one message. Booking-level columns are read from the first of them, and a
 * later row that says otherwise is an error; when one row of a booking is bad, all its rows are: half a booking is
 * never imported. A row so damaged that its reference cannot be told makes the bookings before and after it bad too.
 * A row that repeats the one before it byte for byte is skipped as a duplicate; in our own export, when it names no
 * room reference, it is a second room like the first.
 *
 * Answers, as --set NAME=VALUE or in the settings: encoding (utf-8, windows-1252, utf-16le, utf-16be), delimiter (one
 * character, or comma, semicolon, tab, pipe), dates (dmy, mdy, ymd), decimal (point, comma), currency (ISO 4217: of
 * amounts that name none, or whose sign fits several), column.NAME (the heading of that column, NAME as in
 * csv_presets.c; empty: no column). They win over what is detected. */
#ifndef CONNECTOR_CSV_H
#define CONNECTOR_CSV_H

#include "connector/csv_dates.h"
#include "connector/csv_presets.h"
#include "connector/csv_text.h"
#include "connector/csv_values.h"
#include "format/charset.h"
#include "format/csv.h"
#include "format/json.h"
#include "model/reservation.h"

/* --- what was found and what must be asked --- */

struct csv_answer {
    struct str name;
    struct str value;
};

struct csv_settings {
    const struct currency *hotel; /* required */
    const struct csv_answer *answers;
    size_t count;
};

/* The answers of a settings object {"reference": "Col name", …} (may be NULL): column.reference=Col name. False
 * (ERR_INVALID, pointer to the member) when it is no object of texts or names no column of ours. */
bool csv_answers_of_mapping(struct arena *a, const struct json *mapping, struct csv_answer **out,
                            size_t *count, struct err *e);

/* Words looked up lately: files say the same few over and over. */
struct csv_known_status {
    char text[24];
    size_t n;
    int status;
};
struct csv_known_currency {
    char text[12];
    size_t n;
    const struct currency *currency; /* NULL: the sign fits several */
};
struct csv_memo {
    struct csv_known_status statuses[16];
    struct csv_known_currency currencies[4];
};

/* How to read one file. Its texts live in the analysis' arena. */
struct csv_dialect {
    enum charset charset;
    char delimiter;
    bool sep_line;        /* the first line is Excel's "sep=;" */
    uint64_t header_line; /* line of the file */
    struct str header_raw;
    const struct str *header;        /* trimmed names */
    size_t width;                    /* columns of the header */
    int error_column;                /* index of selfkey_error from an earlier import, or -1 */
    const struct csv_preset *preset; /* NULL: a layout of its own */
    int column[CSV_COLUMN_COUNT];    /* index in a row, -1 when there is none */
    bool one_room_a_row;
    enum csv_dates stay_dates, booked_dates;
    enum csv_decimal decimal;
    const struct currency *hotel;
    const struct currency *currency; /* of amounts that name none */
    struct csv_memo *memo;           /* changed while decoding: one thread at a time */
};

enum csv_certainty {
    CSV_GIVEN,   /* by an answer */
    CSV_CERTAIN, /* nothing else fits */
    CSV_ASSUMED, /* nothing speaks against it */
    CSV_OPEN,    /* a question */
};

struct csv_finding {
    const char
        *name; /* of the answer that would change it: "encoding", "delimiter", "dates", …; or "layout" */
    struct str
        value; /* "windows-1252", ";", "airbnb_fr", "dmy" ("any": no date needs one); absent while open */
    enum csv_certainty certainty;
    struct text text; /* one sentence for people, with the reason */
};

struct csv_choice {
    struct str value; /* the answer */
    struct text label;
};

struct csv_question {
    struct str name;  /* of the answer: "dates" */
    struct text text; /* quotes a cell of the file */
    const struct csv_choice *choices;
    size_t count;
};

struct csv_column_use {
    struct str name; /* as in the file */
    int column;      /* enum csv_column, -1: ignored */
    bool by_answer;
};

#define CSV_FINDINGS  8
#define CSV_QUESTIONS 8

struct csv_analysis {
    struct csv_dialect dialect; /* complete when there is no question */
    uint64_t rows;              /* after the header, empty ones not counted */
    struct csv_finding findings[CSV_FINDINGS];
    size_t finding_count;
    struct csv_question questions[CSV_QUESTIONS];
    size_t question_count;
    const struct csv_column_use *columns; /* in the order of the file */
    size_t column_count;
};

/* The first pass. Fails (ERR_INVALID) when the answers make no sense (pointer: the answer's name) and when the bytes are
 * no table: empty, a spreadsheet's own format, no known column at all. */
struct csv_analyser;
struct csv_analyser *csv_analyse_begin(struct arena *a, const struct csv_settings *s,
                                       struct err *e); /* NULL: error */
bool csv_analyse_push(struct csv_analyser *x, struct str bytes, struct err *e);
/* NULL: error. Frees what the analyser held outside the arena, as csv_analyse_abandon() does. */
const struct csv_analysis *csv_analyse_end(struct csv_analyser *x, struct err *e);
void csv_analyse_abandon(struct csv_analyser *x);
/* All three for bytes that are at hand. */
const struct csv_analysis *csv_analyse(struct arena *a, const struct csv_settings *s, struct str bytes,
                                       struct err *e);

/* --- rows to messages --- */

enum csv_kind {
    CSV_MESSAGE, /* message is filled */
    CSV_SKIPPED, /* no reservation: reason says why */
    CSV_REFUSED, /* errors say why; raw gives the rows back */
};

struct csv_note {
    uint64_t line;
    struct text text;
};

struct csv_decoded {
    enum csv_kind kind;
    uint64_t line, last_line; /* where its first and last row began */
    /* type is created or cancelled by the status; timestamp is absent; not yet through reservation_message_check() */
    struct reservation_message message;
    struct text reason;
    struct err *errors; /* pointer "/Column name", the texts name line, column and cell */
    size_t error_count;
    struct csv_note *notes; /* what was changed on the way: a commission rounded, an unclear room */
    size_t note_count;
    struct str *raw; /* the rows as they stood (UTF-8), without line ends; not when skipped */
    size_t raw_count;
};

/* One row that is not the header. Everything in *out is copied to the arena. */
void csv_decode_row(struct arena *a, const struct csv_dialect *d, const struct csv_row *row,
                    struct csv_decoded *out);
/* The rows of one booking, a room each, as one message; count is at least 1. */
void csv_decode_rows(struct arena *a, const struct csv_dialect *d, const struct csv_row *rows, size_t count,
                     struct csv_decoded *out);
/* A cell of a row by what its column means: trimmed, without a neutral '; empty when there is no such column. */
struct str csv_cell_of(const struct csv_dialect *d, const struct csv_row *row, enum csv_column column);
/* Whether all cells are blank. */
bool csv_row_is_empty(const struct csv_row *row);

/* The second pass. */
struct csv_import {
    const struct csv_dialect *dialect;
    struct charset_decoder charset;
    struct csv_reader reader;
    struct arena scratch; /* decoded bytes of one piece */
    struct arena memory;  /* of the list of rows below */
    bool header_done;
    /* Rows of the booking being collected, copied; the row that ended it begins the next one. */
    struct arena group_memory[2];
    int group_at; /* which of the two is in use */
    struct csv_row *group;
    size_t group_count;
    bool group_too_long;
    struct err *group_error; /* of a row that cannot be parsed and belongs to it, or may */
    bool next_is_doubtful;   /* as the row before it may belong to it */
    struct err doubt;
    struct arena last_memory; /* the row before, for duplicates */
    struct str last_raw;
    uint64_t last_line;
};

enum csv_import_next { CSV_IMPORT_ITEM, CSV_IMPORT_MORE, CSV_IMPORT_END };

void csv_import_init(struct csv_import *x, const struct csv_dialect *d);
void csv_import_free(struct csv_import *x);
/* Pull until CSV_IMPORT_MORE, then push the next bytes of the file (pieces of 64 KiB are a good size). */
void csv_import_push(struct csv_import *x, struct str bytes);
void csv_import_finish(struct csv_import *x);
/* The next item, in the order of the file, copied to the arena. Empty rows are passed over. */
enum csv_import_next csv_import_next(struct csv_import *x, struct arena *a, struct csv_decoded *out);

#endif
