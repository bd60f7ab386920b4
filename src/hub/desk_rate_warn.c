/* What is done although it may be a slip; declared in hub/desk_rate.h. */
#include "hub/desk_rate.h"

#define JUMP 10 /* a price that grows or shrinks so many times is worth a look */

static void warn(struct desk_rate_edited *out, const struct desk_rate_change *at, const char *code,
                 struct text message)
{
    for (size_t i = 0; i < out->warning_count; i++) {
        if (str_eq(str_of(out->warnings[i].code), str_of(code))) {
            out->warnings[i].count++;
            return;
        }
    }
    if (out->warning_count < DESK_RATE_WARNINGS) {
        out->warnings[out->warning_count++] = (struct desk_rate_warning){
            .code = code,
            .message = message,
            .count = 1,
            .room_type = at->room->code,
            .rate_plan = at->plan ? at->plan->code : RATE_ALL_PLANS,
            .night = at->night,
        };
    }
}

void desk_rate_warn_price(struct desk_rate_edited *out, const struct desk_rate_change *at, int64_t before,
                          int64_t after)
{
    if (after == 0) {
        warn(out, at, "zero",
             TEXT("a price of 0: the room is sold for nothing", "un prix de 0 : la chambre est offerte"));
    } else if (after > 0 && before > 0 && (after / JUMP >= before || before / JUMP >= after)) {
        warn(out, at, "jump",
             TEXT("a price ten times higher or lower than before: is the decimal point right?",
                  "un prix dix fois plus haut ou plus bas qu'avant : la virgule est-elle juste ?"));
    }
}

/* 0 is no limit, like nothing. */
static int64_t limit_of(const struct rate_book *b, const struct desk_rate_change *at, int field)
{
    struct rate_value v = rate_restriction(b, at->room->id, at->plan ? at->plan->id : 0, at->night, field);
    return v.value == FIELD_INT_NONE ? 0 : v.value;
}

void desk_rate_warn_rules(struct desk_rate_edited *out, const struct desk_rate_change *at,
                          const struct rate_book *b)
{
    int64_t arrival = limit_of(b, at, EDIT_MIN_STAY_ARRIVAL),
            through = limit_of(b, at, EDIT_MIN_STAY_THROUGH);
    int64_t most = limit_of(b, at, EDIT_MAX_STAY);
    int64_t early = limit_of(b, at, EDIT_MIN_ADVANCE_DAYS), late = limit_of(b, at, EDIT_MAX_ADVANCE_DAYS);
    if (most > 0 && (arrival > most || through > most)) {
        warn(out, at, "stays",
             TEXT("with what is inherited, the shortest stay is longer than the longest: nothing can be sold",
                  "avec ce qui est hérité, le séjour minimal dépasse le maximal : rien n'est vendable"));
    }
    if (late > 0 && early > late) {
        warn(out, at, "advance",
             TEXT("with what is inherited, the days in advance contradict each other: nothing can be sold",
                  "avec ce qui est hérité, les jours d'avance se contredisent : rien n'est vendable"));
    }
}
