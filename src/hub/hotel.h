/* hotel.h: adding a hotel to the installation. */
#ifndef HUB_HOTEL_H
#define HUB_HOTEL_H

#include "base/field.h"
#include "hub/env.h"
#include "store/establishment.h"

struct hotel_new {
    struct str slug; /* [a-z0-9-], 1 to 60; the {hotel} of every path */
    struct str name;
    struct str timezone; /* IANA */
    struct str currency; /* ISO 4217, any case */
};
extern const struct field_table hotel_new_fields;

/* Checks each member and fills *out, which becomes a row by establishment_insert(). ERR_INVALID with the
 * pointer of the member at fault. */
bool hotel_prepare(const struct env *env, struct arena *a, const struct hotel_new *in,
                   struct establishment *out, struct err *e);
/* ERR_CONFLICT when the slug is taken. Nobody is its member yet: see account_add(). */
bool hotel_add(struct env *env, struct arena *a, const struct hotel_new *in, struct establishment *out,
               struct err *e);
/* All hotels of the installation, by slug: for the operator's command line. */
bool hotel_list(struct env *env, struct arena *a, struct establishment **list, size_t *count, struct err *e);

#endif
