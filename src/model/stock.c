#include "model/stock.h"

static const struct field room_type_members[] = {
    {FIELD_MEMBER("code", FIELD_STR, room_type, code), .flags = FIELD_REQUIRED, .min = 1, .max = 60,
     .label = TEXT_INIT("Code", "Code"), .example = "DBL"},
    {FIELD_MEMBER("name", FIELD_STR, room_type, name), .max = 200, .label = TEXT_INIT("Name", "Nom"),
     .example = "Double Room"},
    {FIELD_MEMBER("units", FIELD_INT, room_type, units), .flags = FIELD_REQUIRED, .min = 0, .max = 10000,
     .label = TEXT_INIT("Rooms of this type", "Nombre de chambres"), .example = "3"},
};
const struct field_table room_type_fields = {"roomType", sizeof(struct room_type), room_type_members,
                                             ARRAY_LEN(room_type_members)};

int64_t stock_capacity(const struct stock_day *d, int64_t units)
{
    int64_t physical = d->physical == FIELD_INT_NONE ? units : d->physical;
    int64_t capacity = physical - d->out_of_order + d->overbooking_limit;
    return capacity > 0 ? capacity : 0;
}

int64_t stock_available(const struct stock_day *d, int64_t units)
{
    int64_t left = stock_capacity(d, units) - d->sold - d->held;
    return left > 0 ? left : 0;
}

bool stock_is_over(const struct stock_day *d, int64_t units)
{
    return d->sold + d->held > stock_capacity(d, units);
}
