/* field.h: field tables, the description of a struct that everything else reads.
 *
 * One table decodes and checks JSON (format/json_fields.h), encodes it, names CSV columns, draws the
 * settings form and marks what is secret. What is said once cannot drift. */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include "base/date.h"
#include "base/money.h"

#include <stddef.h>

enum field_type {
    FIELD_STR,     /* struct str; min and max are lengths in code points */
    FIELD_INT,     /* int64_t; FIELD_INT_NONE when absent; min and max are values */
    FIELD_BOOL,    /* int8_t: 0, 1, or -1 when absent */
    FIELD_DATE,    /* int32_t days; DATE_NONE when absent */
    FIELD_INSTANT, /* int64_t µs; INSTANT_NONE when absent */
    FIELD_DECIMAL, /* struct decimal; a JSON string or number, exactly as written */
    FIELD_ENUM,    /* int: index into choices; -1 when absent */
    FIELD_OBJECT,  /* struct of `of` embedded at offset; FIELD_OBJECT needs no absent value */
    FIELD_LIST,    /* struct field_list of `of`; max is the number of items */
    FIELD_JSON,    /* struct str: any JSON value, kept as its text */
};

#define FIELD_INT_NONE INT64_MIN

enum field_flags {
    FIELD_REQUIRED = 1,
    FIELD_SECRET = 2,      /* masked on the way out, sealed at rest, never logged */
    FIELD_READ_ONLY = 4,   /* encoded, refused when it comes in */
    FIELD_DESTINATION = 8, /* where secrets are sent: a change asks for the secrets again */
    FIELD_ADVANCED = 16,   /* folded away in a form */
    FIELD_GENERATED = 32,  /* a secret that the program makes when it is left out */
    FIELD_NEGATIVE = 64,   /* FIELD_DECIMAL: may be below zero */
    FIELD_MULTILINE = 128, /* FIELD_STR: line breaks are allowed, a larger box in a form */
};

struct field_table;

struct field {
    const char *name; /* JSON member, camelCase */
    enum field_type type;
    size_t offset;
    unsigned flags;
    int64_t min, max;             /* 0,0: the type's own bounds (base/limits.h for texts) */
    const char *const *choices;   /* FIELD_ENUM: NULL-terminated */
    const struct field_table *of; /* FIELD_OBJECT, FIELD_LIST */
    struct text label;            /* forms; may be absent */
    struct text help;
    const char *example;
    const char *standard; /* settings: the value when it is left out, as JSON; NULL: none */
    const char *when;     /* settings: "a=x,b=y": only means something while those members are so */
};

/* The first four members of an entry: {FIELD_MEMBER("firstName", FIELD_STR, guest, first_name), .max = 200} */
#define FIELD_MEMBER(wire_name, kind, record, member)                                                        \
    .name = (wire_name), .type = (kind), .offset = offsetof(struct record, member)

struct field_table {
    const char *name; /* schema name, e.g. "reservation" */
    size_t size;      /* of the struct */
    const struct field *fields;
    size_t count;
};

struct field_list {
    void *items; /* count × of->size bytes, in the arena */
    size_t count;
};

/* Sets every member of *record to its absent value (nested objects too). */
void field_clear(const struct field_table *t, void *record);
const struct field *field_find(const struct field_table *t, struct str name);
/* Index of a choice, or -1. */
int field_choice(const struct field *f, struct str name);

#endif
