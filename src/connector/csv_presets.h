/* csv_presets.h: the tables whose columns we know.
 *
 * Headings are looked up by key (csv_key in csv_values.h), so that case, accents, blanks and punctuation do not count.
 * A layout is recognised by its header alone, in any order of columns. */
#ifndef CONNECTOR_CSV_PRESETS_H
#define CONNECTOR_CSV_PRESETS_H

#include "base/field.h"

/* What a column can mean. The first ones are the members of our own reservation message. */
enum csv_column {
    CSV_COLUMN_REFERENCE,
    CSV_COLUMN_STATUS,
    CSV_COLUMN_REVISION,
    CSV_COLUMN_BOOKED_AT,
    CSV_COLUMN_CHANNEL,
    CSV_COLUMN_CURRENCY,
    CSV_COLUMN_TOTAL_AMOUNT,
    CSV_COLUMN_COMMISSION,
    CSV_COLUMN_FIRST_NAME,
    CSV_COLUMN_LAST_NAME,
    CSV_COLUMN_EMAIL,
    CSV_COLUMN_PHONE,
    CSV_COLUMN_COUNTRY,
    CSV_COLUMN_LANGUAGE,
    CSV_COLUMN_ROOM_REFERENCE,
    CSV_COLUMN_ROOM_TYPE,
    CSV_COLUMN_RATE_PLAN,
    CSV_COLUMN_ARRIVAL,
    CSV_COLUMN_DEPARTURE,
    CSV_COLUMN_ADULTS,
    CSV_COLUMN_CHILDREN,
    CSV_COLUMN_AMOUNT,
    CSV_COLUMN_NOTES,
    CSV_COLUMN_EXPIRES_AT,
    CSV_COLUMN_COLLECT,
    CSV_COLUMN_ROOM_STATUS,
    CSV_COLUMN_OWN,                    /* the number of columns of our own export */
    CSV_COLUMN_GUEST = CSV_COLUMN_OWN, /* full name of the guest, or several guests */
    CSV_COLUMN_BOOKER,                 /* full name of who booked; wins over the guest */
    CSV_COLUMN_PERSONS,                /* adults and children together */
    CSV_COLUMN_ROOMS,                  /* number of rooms */
    CSV_COLUMN_NIGHTS,
    CSV_COLUMN_PROPERTY, /* stands for the room type when that is empty */
    CSV_COLUMN_TYPE,     /* what kind of row: only reservations are imported */
    CSV_COLUMN_COUNT,
};

struct csv_column_kind {
    const char *name;  /* in settings and answers: "totalAmount" */
    struct text label; /* "total amount" */
    int64_t max;       /* of a text, in code points; 0: no text of its own */
};
extern const struct csv_column_kind csv_columns[CSV_COLUMN_COUNT];
/* By its name in settings; -1 when unknown. */
int csv_column_named(struct str name);

struct csv_heading {
    struct str key;
    int column;    /* enum csv_column, -1: known and ignored */
    bool required; /* the preset is recognised when all its required headings are there */
};

struct csv_preset {
    const char *id; /* "booking_es" */
    struct text name;
    struct str channel;  /* of every row; absent: from the channel column */
    bool one_room_a_row; /* rows of one reservation follow each other and are joined */
    const struct csv_heading *headings;
    size_t count;
};

/* NULL when the header is none that we know. */
const struct csv_preset *csv_preset_of_header(const struct str *keys, size_t count);
/* The meaning of a key in a preset: enum csv_column, -1 known and ignored, -2 not in the preset. */
int csv_preset_column(const struct csv_preset *p, struct str key);
extern const struct csv_preset csv_preset_own;

/* The column that a file of bad rows has in addition; ignored when it is imported again. */
#define CSV_ERROR_COLUMN "selfkey_error"

#endif
