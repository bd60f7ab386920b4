/* edit.h: the values of a night that people set: stock, prices, restrictions. A cell is one of them. */
#ifndef MODEL_EDIT_H
#define MODEL_EDIT_H

#include "base/err.h"
#include "base/field.h"

/* The numbers are stored: new ones go to the end. */
enum edit_field {
    EDIT_PHYSICAL, /* absent: the room type's units */
    EDIT_OUT_OF_ORDER,
    EDIT_OVERBOOKING_LIMIT,
    EDIT_PRICE, /* minor units; absent: none of its own */
    /* Restrictions: absent is "inherit", 0 is "none, whatever is inherited". */
    EDIT_MIN_STAY_ARRIVAL, /* nights, when arriving on that day */
    EDIT_MIN_STAY_THROUGH, /* nights, of every stay that touches that night */
    EDIT_MAX_STAY,         /* nights, when arriving on that day */
    EDIT_CLOSED_TO_ARRIVAL,
    EDIT_CLOSED_TO_DEPARTURE,
    EDIT_STOP_SELL,
    EDIT_MIN_ADVANCE_DAYS, /* booked at least so many days before arrival */
    EDIT_MAX_ADVANCE_DAYS, /* at most */
    EDIT_FIELDS
};
#define EDIT_RESTRICTION_FIRST EDIT_MIN_STAY_ARRIVAL
#define EDIT_RESTRICTIONS      (EDIT_FIELDS - EDIT_RESTRICTION_FIRST)
#define EDIT_STAY_MAX          1000 /* nights or days that a restriction may ask for */

/* Members of the API: "physical", "price", "minStayArrival", … */
extern const char *const edit_field_names[EDIT_FIELDS + 1];
bool edit_is_stock(int field);
bool edit_is_restriction(int field);
bool edit_is_flag(int field); /* 0 or 1 */
/* As in a line for people: "min stay on arrival". */
struct text edit_field_label(int field);

/* A value of a night, and what an edit made of it. FIELD_INT_NONE: absent. */
struct edit_cell {
    int64_t room_type_id;
    int64_t rate_plan_id; /* 0: stock, or all plans */
    int32_t night;
    int64_t occupancy; /* of a price; else 0 */
    int field;         /* enum edit_field */
    int64_t before, after;
};

/* Which days of the week are meant: bit 0 Monday … bit 6 Sunday. */
#define EDIT_EVERY_DAY 127u
extern const char *const edit_weekdays[8]; /* "monday" … "sunday", NULL */
bool edit_on_weekday(unsigned weekdays, int32_t night);
/* "Fri, Sat"; empty for every day. */
struct text edit_weekdays_text(struct arena *a, unsigned weekdays);

#endif
