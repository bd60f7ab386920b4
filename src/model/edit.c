#include "model/edit.h"

const char *const edit_field_names[EDIT_FIELDS + 1] = {
    [EDIT_PHYSICAL] = "physical",
    [EDIT_OUT_OF_ORDER] = "outOfOrder",
    [EDIT_OVERBOOKING_LIMIT] = "overbookingLimit",
    [EDIT_PRICE] = "price",
    [EDIT_MIN_STAY_ARRIVAL] = "minStayArrival",
    [EDIT_MIN_STAY_THROUGH] = "minStayThrough",
    [EDIT_MAX_STAY] = "maxStay",
    [EDIT_CLOSED_TO_ARRIVAL] = "closedToArrival",
    [EDIT_CLOSED_TO_DEPARTURE] = "closedToDeparture",
    [EDIT_STOP_SELL] = "stopSell",
    [EDIT_MIN_ADVANCE_DAYS] = "minAdvanceDays",
    [EDIT_MAX_ADVANCE_DAYS] = "maxAdvanceDays",
};

static const struct text labels[EDIT_FIELDS] = {
    [EDIT_PHYSICAL] = TEXT_INIT("rooms", "chambres"),
    [EDIT_OUT_OF_ORDER] = TEXT_INIT("out of order", "hors service"),
    [EDIT_OVERBOOKING_LIMIT] = TEXT_INIT("overbooking limit", "limite de surréservation"),
    [EDIT_PRICE] = TEXT_INIT("price", "prix"),
    [EDIT_MIN_STAY_ARRIVAL] = TEXT_INIT("min stay on arrival", "séjour min. à l'arrivée"),
    [EDIT_MIN_STAY_THROUGH] = TEXT_INIT("min stay through", "séjour min. traversant"),
    [EDIT_MAX_STAY] = TEXT_INIT("max stay", "séjour max."),
    [EDIT_CLOSED_TO_ARRIVAL] = TEXT_INIT("closed to arrival", "fermé à l'arrivée"),
    [EDIT_CLOSED_TO_DEPARTURE] = TEXT_INIT("closed to departure", "fermé au départ"),
    [EDIT_STOP_SELL] = TEXT_INIT("stop sell", "vente arrêtée"),
    [EDIT_MIN_ADVANCE_DAYS] = TEXT_INIT("min days in advance", "jours d'avance min."),
    [EDIT_MAX_ADVANCE_DAYS] = TEXT_INIT("max days in advance", "jours d'avance max."),
};

bool edit_is_stock(int field)
{
    return field >= EDIT_PHYSICAL && field <= EDIT_OVERBOOKING_LIMIT;
}

bool edit_is_restriction(int field)
{
    return field >= EDIT_RESTRICTION_FIRST && field < EDIT_FIELDS;
}

bool edit_is_flag(int field)
{
    return field >= EDIT_CLOSED_TO_ARRIVAL && field <= EDIT_STOP_SELL;
}

struct text edit_field_label(int field)
{
    return field >= 0 && field < EDIT_FIELDS ? labels[field] : TEXT("?", "?");
}

const char *const edit_weekdays[8] = {"monday", "tuesday",  "wednesday", "thursday",
                                      "friday", "saturday", "sunday",    NULL};

bool edit_on_weekday(unsigned weekdays, int32_t night)
{
    return (weekdays >> date_weekday(night) & 1) != 0;
}

struct text edit_weekdays_text(struct arena *a, unsigned weekdays)
{
    static const char *const en[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const fr[] = {"lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."};
    struct buf e = buf_in(a), f = buf_in(a);
    if ((weekdays & EDIT_EVERY_DAY) == EDIT_EVERY_DAY) {
        return TEXT("", "");
    }
    for (unsigned day = 0; day < 7; day++) {
        if (weekdays >> day & 1) {
            buf_fmt(&e, "%s%s", e.n ? ", " : "", en[day]);
            buf_fmt(&f, "%s%s", f.n ? ", " : "", fr[day]);
        }
    }
    return (struct text){buf_str(&e), buf_str(&f)};
}
