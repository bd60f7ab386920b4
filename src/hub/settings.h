/* settings.h: settings of an integration, driven by the field table of its type: merging what a person sends into
 * what is stored, and drawing the form. */
#ifndef HUB_SETTINGS_H
#define HUB_SETTINGS_H

#include "connector/connector.h"
#include "format/json_fields.h"

/* *out (t->size bytes): what is stored, with the members of `in` on top. stored is NULL for new settings; in is
 * NULL or an object.
 *   - a member that is left out stays as it is stored; null and "" take it away;
 *   - SECRET_MASK for a secret keeps the stored one (ERR_INVALID when there is none);
 *   - a change of a FIELD_DESTINATION asks for every secret again: ERR_INVALID with the pointer of a secret that was
 *     not sent along, so that nobody has a stored secret sent to a place of their own;
 *   - what means nothing with the other settings (`when`) is taken away, what is left out and has a `standard`
 *     gets it; then required members must be there. */
bool settings_merge(struct arena *a, const struct field_table *t, const void *stored, const struct json *in,
                    void *out, struct err *e);
/* Names of the members that differ, in the order of the table; room for t->count of them. */
size_t settings_changed(struct arena *a, const struct field_table *t, const void *before, const void *after,
                        const char **names);
/* Whether a member is given. */
bool settings_given(struct arena *a, const struct field *f, const void *record);
/* The settings as an object. Secrets are masked, but for `shown`, which is written in clear (NULL: none). */
void settings_json(struct json_out *o, const struct field_table *t, const void *record,
                   const struct connector_made *shown);

/* {type, title, description, receives, imports, …, fields: [{name, type, label, help, required, secret, generated,
 * advanced, choices, default, example, min, max, visibleWhen}]}. type is text, multiline, secret, number, switch,
 * choice or json; members that say nothing are left out. */
void settings_form(struct json_out *o, const struct connector *c, enum lang lang);

#endif
