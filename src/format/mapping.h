/* mapping.h: a field mapping: how any JSON document becomes one of our own shape.
 *
 * It is itself JSON, shaped like what it makes. Each member is one of
 *   text              a pick (format/pick.h); no value: the member is left out
 *   number, boolean   itself
 *   object            an object, of its members; left out when the document gave none of them (constants
 *                     alone do not make an object, unless it has nothing else)
 *   object with "each": an array, one object for each value of that pick (one array stands for its items); in
 *                     the other members @ is that value and $ still the whole document; left out when empty
 *   array of objects  an array of just these, for a sender that writes everything flat; those that come
 *                     out empty are left out
 *   null              nothing, as if the member were not there
 * and at the top level "skip", a pick: when its result is true (pick_truth), the message is not for us.
 *
 *   {"skip": "$.event | equals('ping')",
 *    "type": "$.event | table('new','reservation.created','del','reservation.cancelled')",
 *    "data": {"reference": "$.booking.id",
 *             "rooms": {"each": "$.booking.rooms", "roomType": "@.code",
 *                       "arrival": "@.from | date('DD/MM/YYYY')"}}}
 *
 * With the field table of the target, names and shapes are checked, and what loses nothing is converted:
 * numbers and booleans to text where a text is wanted, digits to a whole number where one is wanted; an empty
 * text counts as nothing where the target is not a text. */
#ifndef FORMAT_MAPPING_H
#define FORMAT_MAPPING_H

#include "base/field.h"
#include "format/json.h"

struct mapping;

struct mapping_result {
    bool skipped;    /* the message is none of our business; no json */
    struct str json; /* the new document, in the arena */
};

/* NULL with *e (ERR_INVALID, pointer to the member at fault in `form`): a pick that does not compile, and with
 * a target (may be NULL): unknown member, required member missing, an array where none is wanted, …. Keeps no
 * view into form. */
const struct mapping *mapping_compile(struct arena *a, const struct json *form,
                                      const struct field_table *target, struct err *e);

/* root is the document that came. ERR_INVALID with the pointer of the member that could not be made
 * ("/data/rooms/1/arrival") and a text that names the path its value came from. Whether the result is a valid
 * message is for json_decode() to say. */
bool mapping_run(const struct mapping *m, struct arena *a, const struct json *root,
                 struct mapping_result *out, struct err *e);

#endif
