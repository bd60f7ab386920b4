#include "hub/sums.h"

static const struct charge_set *read_set(struct arena *a, struct str charges)
{
    struct charge_set *s = arena_new(a, struct charge_set);
    return charges.n && charge_read(a, charges, s, NULL) ? s : NULL;
}

const struct charge_mismatch *sums_check(struct arena *a, const struct reservation_row *r, size_t *count)
{
    *count = 0;
    if (r->total_minor == FIELD_INT_NONE && !r->charges.n) {
        bool any = false;
        for (size_t i = 0; i < r->stay_count; i++) {
            any = any || r->stays[i].charges.n > 0;
        }
        if (!any) {
            return NULL; /* nothing that could differ, as with most */
        }
    }
    struct charge_room *rooms = arena_array(a, struct charge_room, r->stay_count);
    for (size_t i = 0; i < r->stay_count; i++) {
        const struct stay_row *s = &r->stays[i];
        rooms[i] = (struct charge_room){reservation_stay_status(r, s) != RESERVATION_CANCELLED, s->arrival,
                                        s->departure, s->amount_minor, read_set(a, s->charges)};
    }
    struct charge_whole whole = {.counts = r->status != RESERVATION_CANCELLED,
                                 .total_minor = r->total_minor,
                                 .set = read_set(a, r->charges),
                                 .rooms = rooms,
                                 .room_count = r->stay_count,
                                 .currency = currency_find(r->currency)};
    return charge_add_up(a, &whole, count);
}
