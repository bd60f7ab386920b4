/* reservation.h: the canonical reservation message, to which every connector translates and which is also
 * our own wire format (docs/messages.md). Views into the message's arena.
 *
 * Absent members stay absent (see base/field.h): in a modification they mean "as it was". */
#ifndef MODEL_RESERVATION_H
#define MODEL_RESERVATION_H

#include "base/field.h"

enum reservation_status {
    RESERVATION_INQUIRY,   /* asks; takes no stock */
    RESERVATION_HOLD,      /* held for a while; counts as held */
    RESERVATION_CONFIRMED, /* counts as sold, like the next three */
    RESERVATION_CHECKED_IN,
    RESERVATION_CHECKED_OUT,
    RESERVATION_CANCELLED, /* takes no stock */
    RESERVATION_NO_SHOW,   /* the room stays sold: the hotel decides when to free it */
};
extern const char *const reservation_statuses[]; /* wire names in that order, NULL-terminated */
struct text reservation_status_text(int status);

enum message_type { MESSAGE_CREATED, MESSAGE_MODIFIED, MESSAGE_CANCELLED };
extern const char *const message_types[]; /* "reservation.created", … */

struct guest {
    struct str first_name, last_name;
    struct str email, phone;
    struct str country;  /* ISO 3166-1 alpha-2, as sent */
    struct str language; /* BCP 47, as sent */
};

struct room_stay {
    struct str reference; /* the channel's id of this room in the booking */
    struct str room_type; /* the hotel's code, or what the channel calls it */
    struct str rate_plan;
    int32_t arrival, departure; /* nights [arrival, departure) */
    int64_t adults, children;
    struct decimal amount;
};

struct reservation {
    struct str reference; /* of the channel; never altered */
    int status;           /* enum reservation_status, -1 absent */
    struct str revision;  /* orders the messages of one reservation */
    int64_t booked_at;
    struct str currency; /* absent: the hotel's */
    struct decimal total_amount, commission;
    struct str channel; /* absent: the integration it came by */
    struct guest guest;
    struct field_list rooms; /* of struct room_stay */
    struct str notes;
};

struct reservation_message {
    int type;          /* enum message_type */
    int64_t timestamp; /* of the event, at the sender */
    struct reservation data;
};

extern const struct field_table guest_fields, room_stay_fields, reservation_fields,
    reservation_message_fields;

/* The rules that no table can say: type and status agree, nights exist and are at most LIMIT_NIGHTS, the
 * currency exists (hotel: the hotel's own, used when absent) and the amounts fit it, no more than LIMIT_ROOMS
 * rooms, room references differ. Fills in what follows from the rest: the status of a message that gives
 * none (created: confirmed, cancelled: cancelled), channel in lower case, currency in upper case.
 * Errors: ERR_INVALID with the pointer inside the message ("/data/rooms/0/departure"). */
bool reservation_message_check(struct arena *a, struct reservation_message *m, const struct currency *hotel,
                               struct err *e);
/* The same for a reservation alone (pointers without "/data"). */
bool reservation_check(struct arena *a, struct reservation *r, const struct currency *hotel, struct err *e);

/* The channel as it is stored: trimmed, in lower case; absent when nothing is left. */
struct str reservation_channel(struct arena *a, struct str channel);

static inline struct room_stay *reservation_room(const struct reservation *r, size_t i)
{
    return (struct room_stay *)r->rooms.items + i;
}

/* What one stay of a reservation in this status takes from each of its nights. */
int reservation_sold(int status);
int reservation_held(int status);

#endif
