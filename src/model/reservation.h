/* reservation.h: the canonical reservation message, to which every connector translates and which is also
 * our own wire format (docs/messages.md). Views into the message's arena.
 *
 * Absent members stay absent (see base/field.h): in a modification they mean "as it was". */
#ifndef MODEL_RESERVATION_H
#define MODEL_RESERVATION_H

#include "model/charge.h"

enum reservation_status {
    RESERVATION_INQUIRY,   /* asks; takes no stock */
    RESERVATION_HOLD,      /* held for a while; counts as held */
    RESERVATION_CONFIRMED, /* counts as sold, like the next three */
    RESERVATION_CHECKED_IN,
    RESERVATION_CHECKED_OUT,
    RESERVATION_CANCELLED, /* takes no stock */
    RESERVATION_NO_SHOW,   /* sold for the first night; the later ones are free unless the hotel keeps them */
};
extern const char *const reservation_statuses[]; /* wire names in that order, NULL-terminated */
struct text reservation_status_text(int status);

enum message_type { MESSAGE_CREATED, MESSAGE_MODIFIED, MESSAGE_CANCELLED };
extern const char *const message_types[]; /* "reservation.created", … */

/* The reason of the cancellation that the program makes itself when a hold has expired. */
#define RESERVATION_EXPIRED "hold_expired"

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
    int status;          /* enum reservation_status; -1 absent: as it was, in a new room the reservation's */
    int8_t keeps_nights; /* of a no-show: 1 when the later nights stay sold too; -1 absent */
    struct charge_set charge; /* members of the room itself: nights, extras, taxes, commission, collect */
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
    int64_t expires_at;       /* of a hold: from then on it takes nothing */
    struct charge_set charge; /* members of the reservation itself: extras, taxes, collect */
};

struct reservation_message {
    int type;          /* enum message_type */
    int64_t timestamp; /* of the event, at the sender */
    struct str reason; /* why, in the sender's words, or RESERVATION_EXPIRED */
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

/* What a room of a reservation is, when the reservation as a whole is `whole` and the room has a status `own` (-1: none,
 * it follows). A cancelled reservation has no other rooms; else the room's own status counts. */
int reservation_room_status(int whole, int own);
/* The nights that a room in this status takes are [arrival, this day). */
int32_t reservation_taken_to(int status, int32_t arrival, int32_t departure, bool keeps_nights);
/* What one stay of a reservation in this status takes from each of those nights. */
int reservation_sold(int status);
int reservation_held(int status);

#endif
