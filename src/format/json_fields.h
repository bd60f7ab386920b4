/* json_fields.h: JSON <-> struct, by field table. */
#ifndef FORMAT_JSON_FIELDS_H
#define FORMAT_JSON_FIELDS_H

#include "base/field.h"
#include "format/json.h"

/* Fills *record (t->size bytes) from a JSON object; views into the tree and the arena. Absent and null
 * members get the absent value. Errors (ERR_INVALID, pointer to the member): not an object, unknown member,
 * required member missing (or an empty text), wrong type, out of bounds (texts: at most LIMIT_TEXT code
 * points where the table says nothing), not a choice, control characters in a text (line breaks and tabs are
 * fine where FIELD_MULTILINE is set), a read-only member. A whole number may be written 2.0. */
bool json_decode(struct arena *a, const struct field_table *t, const struct json *v, void *record,
                 struct err *e);
/* Writes *record as an object; absent members are left out. FIELD_SECRET members become SECRET_MASK. */
void json_encode(struct json_out *o, const struct field_table *t, const void *record);
/* The same with secrets in clear: only for what is sealed next. */
void json_encode_secrets(struct json_out *o, const struct field_table *t, const void *record);
/* One JSON value into one member (what json_decode does for each). */
bool json_decode_field(struct arena *a, const struct field *f, const struct json *v, void *record,
                       struct err *e);
/* The member that somebody who wrote `name` probably meant (two typing mistakes at most); absent when none. */
struct str json_fields_near(const struct field_table *t, struct str name);
/* ERR_INVALID: there is no such member, did you mean …; pointer "/name". */
bool json_fields_unknown(struct arena *a, const struct field_table *t, struct str name, struct err *e);

/* What stands for a secret on the way out; sent back, it keeps the stored one. */
#define SECRET_MASK "********"

#endif
