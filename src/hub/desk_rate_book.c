/* Reading what holds when; declared in hub/desk_rate.h. */
#include "base/fold.h"
#include "hub/desk_rate.h"
#include "hub/nights.h"
#include "store/rate.h"

static bool pick_rooms(struct arena *a, struct str room_type, struct desk_rate_book *out, struct err *e)
{
    if (!str_given(room_type)) {
        return true;
    }
    struct str key = fold(a, room_type);
    for (size_t i = 0; i < out->room_count; i++) {
        if (str_eq(out->rooms[i].code_key, key)) {
            out->rooms += i;
            out->room_count = 1;
            return true;
        }
    }
    return err_field(e, ERR_NOT_FOUND, "roomType", "there is no room type “%.*s”",
                     "il n'y a pas de type de chambre « %.*s »", STR_ARG(room_type));
}

static bool range_check(const struct desk_rate_book *b, int32_t from, int32_t to, struct err *e)
{
    int64_t rows = (int64_t)(b->room_count * (b->book.plan_count + 1));
    if (!nights_check(from, to, DESK_RATE_NIGHTS, e)) {
        return false;
    }
    return (to - from) * rows <= DESK_RATE_CELLS ||
           err_field(
               e, ERR_INVALID, "to",
               "with so many room types and rate plans at most %lld nights at once; or ask for one room type",
               "avec autant de types de chambre et de plans, au plus %lld nuits à la fois ; ou demandez un "
               "seul type de chambre",
               (long long)(DESK_RATE_CELLS / rows));
}

bool desk_rates(struct env *env, struct arena *a, const struct establishment *hotel, struct str room_type,
                int32_t from, int32_t to, struct desk_rate_book *out, struct err *e)
{
    struct rate_plan *plans;
    struct rate_days days = {0};
    struct restriction_list rules = {0};
    *out = (struct desk_rate_book){0};
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c || !room_type_list(c, a, hotel->id, &out->rooms, &out->room_count, e) ||
        !rate_plan_list(c, a, hotel->id, &plans, &out->book.plan_count, e) ||
        !pick_rooms(a, room_type, out, e) || !range_check(out, from, to, e)) {
        return false;
    }
    out->book.plans = plans;
    for (size_t i = 0; i < out->room_count; i++) {
        int64_t room = out->rooms[i].id;
        bool ok = restriction_day_read(c, a, hotel->id, room, 0, from, to, &rules, e);
        for (size_t k = 0; ok && k < out->book.plan_count; k++) {
            ok = rate_day_read(c, a, hotel->id, room, plans[k].id, from, to, &days, e) &&
                 restriction_day_read(c, a, hotel->id, room, plans[k].id, from, to, &rules, e);
        }
        if (!ok) {
            return false;
        }
    }
    out->book.days = days.list;
    out->book.day_count = days.count;
    out->book.restrictions = rules.list;
    out->book.restriction_count = rules.count;
    rate_book_sort(&out->book);
    return true;
}
