/* json.h: JSON (RFC 8259) to a tree in an arena, and back.
 *
 * Written by hand because numbers must keep their text (money, 19-digit references), duplicate names must be
 * refused, and an error must say line and column: see docs/decisions/. Views into the parsed bytes are used
 * where a string has no escapes, so the bytes must outlive the tree. */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include "base/arena.h"
#include "base/err.h"

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_type type;
    struct str text;          /* JSON_STRING: decoded; JSON_NUMBER: exactly as written */
    struct str source;        /* the bytes of the whole value as they stood */
    struct str key;           /* decoded name, when this is a member of an object */
    const struct json *first; /* first child of an array or object */
    const struct json *next;  /* next sibling */
    size_t count;             /* number of children */
};

/* Exactly one value with optional white space around it. Refused, with line and column: malformed text,
 * invalid UTF-8, unpaired surrogates, U+0000 (also escaped), a byte-order mark, duplicate names, more than
 * LIMIT_JSON_DEPTH levels or LIMIT_JSON_NODES values. NULL with *e (ERR_INVALID) on failure. */
const struct json *json_parse(struct arena *a, struct str bytes, struct err *e);

/* A member of an object; NULL when it is not there or v is not an object (v may be NULL). */
const struct json *json_get(const struct json *v, struct str name);
const struct json *json_at(const struct json *v, size_t index);
/* "object", "array", "text", "number", … for error texts. */
struct text json_type_name(enum json_type type);

/* Writing: straight into a buf; commas are placed by the writer, nesting is checked by assertion.
 *   struct json_out o = json_out(&buf);
 *   json_open(&o, '{'); json_key(&o, S("a")); json_i64(&o, 1); json_close(&o, '}');          */
struct json_out {
    struct buf *b;
    unsigned depth;
    bool comma; /* the next value needs a comma before it */
    bool after_key;
};

struct json_out json_out(struct buf *b);
void json_open(struct json_out *o, char bracket);  /* '{' or '[' */
void json_close(struct json_out *o, char bracket); /* '}' or ']' */
void json_key(struct json_out *o, struct str name);
void json_str(struct json_out *o, struct str s); /* absent becomes null; bad UTF-8 becomes U+FFFD */
void json_i64(struct json_out *o, int64_t v);
void json_bool(struct json_out *o, bool v);
void json_null(struct json_out *o);
void json_raw(struct json_out *o, struct str json); /* a complete JSON value, trusted */
/* Shorthands for members. */
void json_member_str(struct json_out *o, struct str name, struct str s);
void json_member_i64(struct json_out *o, struct str name, int64_t v);
void json_member_bool(struct json_out *o, struct str name, bool v);
void json_member_raw(struct json_out *o, struct str name, struct str json);

#endif
