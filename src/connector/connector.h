/* connector.h: what a type of integration is: a const struct, one line in the registry.
 *
 * A connector knows only its format: bytes in, records out. It is given what it needs in a struct
 * connector_call and reaches nothing else, so that its test is bytes and records. The form, sealing, masking,
 * logs and schedule come from the struct. Slots are NULL where a type is not capable. What a receiving type does
 * with a request (is it theirs, what does it say) is in connector/webhook_message.h. */
#ifndef CONNECTOR_CONNECTOR_H
#define CONNECTOR_CONNECTOR_H

#include "base/field.h"
#include "io/random.h"
#include "model/reservation.h"

enum connector_capability {
    CONNECTOR_RECEIVES = 1, /* takes messages at an address of its own (webhook) */
    CONNECTOR_PULLS = 2,    /* fetches on a schedule, or when asked (sync) */
    CONNECTOR_PUSHES = 4,   /* is told the stock */
    CONNECTOR_IMPORTS = 8,  /* reads files of reservations */
    CONNECTOR_EXPORTS = 16, /* writes files */
};

struct connector_call {
    struct arena *arena;
    const void *settings; /* of the type's own struct */
    struct str state;     /* what the last fetch left; absent at first */
    const struct random *random;
    int64_t now_us;
};

/* Reservation messages in their order. */
struct connector_records {
    struct reservation_message *messages;
    size_t count;
};

/* What the program made itself, to be shown once. */
struct connector_made {
    const char *member; /* of the settings; NULL: nothing was made */
    struct str shown;   /* as a person needs it; what is stored may be a hash of it */
};

struct connector {
    const char *name; /* the `type` of an integration */
    struct text title;
    struct text description; /* one or two sentences for a hotelier */
    unsigned capabilities;
    const struct field_table *settings; /* has a FIELD_BOOL `enabled` */

    /* Fills in what the program makes itself (FIELD_GENERATED) when it is needed and absent: one member at most. */
    struct connector_made (*complete)(const struct connector_call *call, void *settings);
    /* The rules that no table can say; ERR_INVALID with the pointer of the member. */
    bool (*check)(struct arena *a, const void *settings, struct err *e);

    /* Whether it wants to know of changes of stock, with these settings; NULL: CONNECTOR_PUSHES says it. */
    bool (*is_told)(const void *settings);

    /* Asks the other side: bytes, and the state for the next time. Both are on disk before decode sees them. */
    bool (*fetch)(const struct connector_call *call, struct str *bytes, struct str *next_state,
                  struct err *e);
    bool (*decode)(const struct connector_call *call, struct str bytes, struct connector_records *out,
                   struct err *e);
    /* Tells the other side that what it sent is on disk. */
    bool (*acknowledge)(const struct connector_call *call, struct str bytes, struct err *e);
    /* Says the state as it is now. */
    bool (*push)(const struct connector_call *call, struct str values, struct err *e);
};

#endif
