#include "model/reservation.h"

#include "base/limits.h"

const char *const reservation_statuses[] = {"inquiry",     "hold",      "confirmed", "checked_in",
                                            "checked_out", "cancelled", "no_show",   NULL};
const char *const message_types[] = {"reservation.created", "reservation.modified", "reservation.cancelled",
                                     NULL};

struct text reservation_status_text(int status)
{
    static const struct text names[] = {
        TEXT_INIT("inquiry", "demande"),         TEXT_INIT("on hold", "en option"),
        TEXT_INIT("confirmed", "confirmée"),     TEXT_INIT("checked in", "arrivée faite"),
        TEXT_INIT("checked out", "départ fait"), TEXT_INIT("cancelled", "annulée"),
        TEXT_INIT("no-show", "non présentée"),
    };
    return status >= 0 && status < (int)ARRAY_LEN(names) ? names[status] : TEXT("unknown", "inconnu");
}

static const struct field guest_members[] = {
    {FIELD_MEMBER("firstName", FIELD_STR, guest, first_name), .max = 200},
    {FIELD_MEMBER("lastName", FIELD_STR, guest, last_name), .max = 200},
    {FIELD_MEMBER("email", FIELD_STR, guest, email), .max = 320},
    {FIELD_MEMBER("phone", FIELD_STR, guest, phone), .max = 60},
    {FIELD_MEMBER("country", FIELD_STR, guest, country), .max = 60},
    {FIELD_MEMBER("language", FIELD_STR, guest, language), .max = 35},
};
const struct field_table guest_fields = {"guest", sizeof(struct guest), guest_members,
                                         ARRAY_LEN(guest_members)};

static const struct field room_stay_members[] = {
    {FIELD_MEMBER("reference", FIELD_STR, room_stay, reference), .max = LIMIT_REFERENCE},
    {FIELD_MEMBER("roomType", FIELD_STR, room_stay, room_type), .max = 200},
    {FIELD_MEMBER("ratePlan", FIELD_STR, room_stay, rate_plan), .max = 200},
    {FIELD_MEMBER("arrival", FIELD_DATE, room_stay, arrival), .flags = FIELD_REQUIRED},
    {FIELD_MEMBER("departure", FIELD_DATE, room_stay, departure), .flags = FIELD_REQUIRED},
    {FIELD_MEMBER("adults", FIELD_INT, room_stay, adults), .min = 0, .max = 200},
    {FIELD_MEMBER("children", FIELD_INT, room_stay, children), .min = 0, .max = 200},
    {FIELD_MEMBER("amount", FIELD_DECIMAL, room_stay, amount)},
    {FIELD_MEMBER("status", FIELD_ENUM, room_stay, status), .choices = reservation_statuses},
    {FIELD_MEMBER("keepsNights", FIELD_BOOL, room_stay, keeps_nights)},
    {FIELD_MEMBER("nights", FIELD_LIST, room_stay, charge.nights), .of = &charge_night_fields,
     .max = LIMIT_NIGHTS},
    {FIELD_MEMBER("extras", FIELD_LIST, room_stay, charge.extras), .of = &charge_extra_fields,
     .max = LIMIT_CHARGES},
    {FIELD_MEMBER("taxes", FIELD_LIST, room_stay, charge.taxes), .of = &charge_tax_fields,
     .max = LIMIT_CHARGES},
    {FIELD_MEMBER("commission", FIELD_DECIMAL, room_stay, charge.commission)},
    {FIELD_MEMBER("collect", FIELD_ENUM, room_stay, charge.collect), .choices = charge_collects},
};
const struct field_table room_stay_fields = {"roomStay", sizeof(struct room_stay), room_stay_members,
                                             ARRAY_LEN(room_stay_members)};

static const struct field reservation_members[] = {
    {FIELD_MEMBER("reference", FIELD_STR, reservation, reference), .flags = FIELD_REQUIRED, .min = 1,
     .max = LIMIT_REFERENCE},
    {FIELD_MEMBER("status", FIELD_ENUM, reservation, status), .choices = reservation_statuses},
    {FIELD_MEMBER("revision", FIELD_STR, reservation, revision), .max = 100},
    {FIELD_MEMBER("bookedAt", FIELD_INSTANT, reservation, booked_at)},
    {FIELD_MEMBER("currency", FIELD_STR, reservation, currency), .max = 3},
    {FIELD_MEMBER("totalAmount", FIELD_DECIMAL, reservation, total_amount)},
    {FIELD_MEMBER("commission", FIELD_DECIMAL, reservation, commission)},
    {FIELD_MEMBER("channel", FIELD_STR, reservation, channel), .max = 60},
    {FIELD_MEMBER("guest", FIELD_OBJECT, reservation, guest), .of = &guest_fields},
    {FIELD_MEMBER("rooms", FIELD_LIST, reservation, rooms), .of = &room_stay_fields, .max = LIMIT_ROOMS},
    {FIELD_MEMBER("notes", FIELD_STR, reservation, notes), .flags = FIELD_MULTILINE, .max = 10000},
    {FIELD_MEMBER("expiresAt", FIELD_INSTANT, reservation, expires_at)},
    {FIELD_MEMBER("collect", FIELD_ENUM, reservation, charge.collect), .choices = charge_collects},
    {FIELD_MEMBER("extras", FIELD_LIST, reservation, charge.extras), .of = &charge_extra_fields,
     .max = LIMIT_CHARGES},
    {FIELD_MEMBER("taxes", FIELD_LIST, reservation, charge.taxes), .of = &charge_tax_fields,
     .max = LIMIT_CHARGES},
};
const struct field_table reservation_fields = {"reservation", sizeof(struct reservation), reservation_members,
                                               ARRAY_LEN(reservation_members)};

static const struct field message_members[] = {
    {FIELD_MEMBER("type", FIELD_ENUM, reservation_message, type), .flags = FIELD_REQUIRED,
     .choices = message_types},
    {FIELD_MEMBER("timestamp", FIELD_INSTANT, reservation_message, timestamp)},
    {FIELD_MEMBER("reason", FIELD_STR, reservation_message, reason), .max = 500},
    {FIELD_MEMBER("data", FIELD_OBJECT, reservation_message, data), .flags = FIELD_REQUIRED,
     .of = &reservation_fields},
};
const struct field_table reservation_message_fields = {
    "reservationMessage", sizeof(struct reservation_message), message_members, ARRAY_LEN(message_members)};

static bool room_check(const struct reservation *r, size_t i, const struct currency *c, struct err *e)
{
    const struct room_stay *stay = reservation_room(r, i);
    if (stay->arrival == DATE_NONE || stay->departure == DATE_NONE) {
        const char *name = stay->arrival == DATE_NONE ? "arrival" : "departure";
        return err_field(e, ERR_INVALID, name, "this date is missing", "cette date manque");
    }
    int nights = stay->departure - stay->arrival;
    if (nights < 1) {
        char from[DATE_TEXT_SIZE], to[DATE_TEXT_SIZE];
        date_text(stay->arrival, from);
        date_text(stay->departure, to);
        return err_field(e, ERR_INVALID, "departure", "the departure (%s) must be after the arrival (%s)",
                         "le départ (%s) doit être après l'arrivée (%s)", to, from);
    }
    if (nights > LIMIT_NIGHTS) {
        return err_field(e, ERR_INVALID, "departure", "a stay of %d nights is longer than the %d allowed",
                         "un séjour de %d nuits dépasse les %d permises", nights, LIMIT_NIGHTS);
    }
    for (size_t j = 0; j < i; j++) {
        if (stay->reference.n && str_eq(stay->reference, reservation_room(r, j)->reference)) {
            return err_field(
                e, ERR_INVALID, "reference", "two rooms of this reservation have the reference “%.*s”",
                "deux chambres de cette réservation ont la référence « %.*s »", STR_ARG(stay->reference));
        }
    }
    return charge_amount_check(stay->amount, c, "amount", e) && charge_check(&stay->charge, c, e);
}

static struct str change_case(struct arena *a, struct str s, char first, int by)
{
    char *copy = (char *)arena_cstr(a, s);
    for (size_t i = 0; i < s.n; i++) {
        copy[i] = (char)(copy[i] >= first && copy[i] < first + 26 ? copy[i] + by : copy[i]);
    }
    return (struct str){copy, s.n};
}

struct str reservation_channel(struct arena *a, struct str channel)
{
    channel = str_trim(channel);
    return channel.n ? change_case(a, channel, 'A', 'a' - 'A') : (struct str){0};
}

bool reservation_check(struct arena *a, struct reservation *r, const struct currency *hotel, struct err *e)
{
    const struct currency *c = hotel;
    if (str_given(r->currency)) {
        c = currency_find(r->currency);
        if (!c) {
            return err_field(
                e, ERR_INVALID, "currency", "“%.*s” is not a currency (three letters of ISO 4217, like EUR)",
                "« %.*s » n'est pas une devise (trois lettres ISO 4217, comme EUR)", STR_ARG(r->currency));
        }
        r->currency = (struct str){c->code, 3};
    }
    r->channel = reservation_channel(a, r->channel);
    if (str_trim(r->reference).n == 0) {
        return err_field(e, ERR_INVALID, "reference", "the reference is empty", "la référence est vide");
    }
    if (!charge_amount_check(r->total_amount, c, "totalAmount", e) ||
        !charge_amount_check(r->commission, c, "commission", e) || !charge_check(&r->charge, c, e)) {
        return false;
    }
    if (r->rooms.count > LIMIT_ROOMS) {
        return err_field(e, ERR_INVALID, "rooms", "a reservation has at most %d rooms, this one has %zu",
                         "une réservation a au plus %d chambres, celle-ci en a %zu", LIMIT_ROOMS,
                         r->rooms.count);
    }
    for (size_t i = 0; i < r->rooms.count; i++) {
        if (!room_check(r, i, c, e)) {
            err_in_index(e, i);
            return err_in(e, S("rooms"));
        }
    }
    return true;
}

bool reservation_message_check(struct arena *a, struct reservation_message *m, const struct currency *hotel,
                               struct err *e)
{
    struct reservation *r = &m->data;
    bool cancels = m->type == MESSAGE_CANCELLED;
    if (r->status == -1 && m->type != MESSAGE_MODIFIED) {
        r->status = cancels ? RESERVATION_CANCELLED : RESERVATION_CONFIRMED;
    }
    if (cancels && r->status != RESERVATION_CANCELLED) {
        err_field(e, ERR_INVALID, "status", "a reservation.cancelled message cannot have the status “%s”",
                  "un message reservation.cancelled ne peut pas avoir le statut « %s »",
                  reservation_statuses[r->status]);
        return err_in(e, S("data"));
    }
    if (m->type == MESSAGE_CREATED && r->rooms.count == 0) {
        err_field(e, ERR_INVALID, "rooms", "a new reservation needs at least one room",
                  "une nouvelle réservation a besoin d'au moins une chambre");
        return err_in(e, S("data"));
    }
    return reservation_check(a, r, hotel, e) || err_in(e, S("data"));
}

int reservation_room_status(int whole, int own)
{
    return own < 0 || whole == RESERVATION_CANCELLED ? whole : own;
}

int32_t reservation_taken_to(int status, int32_t arrival, int32_t departure, bool keeps_nights)
{
    return status == RESERVATION_NO_SHOW && !keeps_nights ? arrival + 1 : departure;
}

int reservation_sold(int status)
{
    return status == RESERVATION_CONFIRMED || status == RESERVATION_CHECKED_IN ||
           status == RESERVATION_CHECKED_OUT || status == RESERVATION_NO_SHOW;
}

int reservation_held(int status)
{
    return status == RESERVATION_HOLD;
}
