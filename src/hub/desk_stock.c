/* Changes of a room type's nights; declared in hub/desk.h. */
#include "base/fold.h"
#include "base/limits.h"
#include "hub/desk.h"
#include "hub/edit.h"
#include "hub/nights.h"

#define STOCK_MAX_NIGHTS 800

static const struct field stock_edit_members[] = {
    {FIELD_MEMBER("roomType", FIELD_STR, stock_edit, room_type), .flags = FIELD_REQUIRED, .min = 1,
     .max = 60},
    {FIELD_MEMBER("from", FIELD_DATE, stock_edit, from), .flags = FIELD_REQUIRED},
    {FIELD_MEMBER("to", FIELD_DATE, stock_edit, to), .flags = FIELD_REQUIRED},
    {FIELD_MEMBER("weekdays", FIELD_JSON, stock_edit, weekday_names)},
    {FIELD_MEMBER("physical", FIELD_INT, stock_edit, physical), .min = -1, .max = 10000},
    {FIELD_MEMBER("outOfOrder", FIELD_INT, stock_edit, out_of_order), .min = 0, .max = 10000},
    {FIELD_MEMBER("overbookingLimit", FIELD_INT, stock_edit, overbooking_limit), .min = 0, .max = 10000},
};
const struct field_table stock_edit_fields = {"stockEdit", sizeof(struct stock_edit), stock_edit_members,
                                              ARRAY_LEN(stock_edit_members)};

struct stock_work {
    struct env *env;
    struct arena *a;
    const struct establishment *hotel;
    struct str actor;
    const struct stock_edit *edit;
    unsigned weekdays;
    struct stock_day *days; /* as they were, by night − from */
    struct edit_log log;
    struct apply_overs overs;
};

static void copy_day(void *ctx, int32_t night, const struct stock_day *d)
{
    struct stock_work *w = ctx;
    w->days[night - w->edit->from] = *d;
}

/* What the edit says of a field; FIELD_INT_NONE: nothing. */
static int64_t said(const struct stock_edit *edit, int field)
{
    return field == EDIT_PHYSICAL       ? edit->physical
           : field == EDIT_OUT_OF_ORDER ? edit->out_of_order
                                        : edit->overbooking_limit;
}

static bool note_nights(struct stock_work *w, int64_t room_type_id, struct err *e)
{
    for (int32_t night = w->edit->from; night < w->edit->to; night++) {
        for (int field = EDIT_PHYSICAL; field <= EDIT_OVERBOOKING_LIMIT; field++) {
            int64_t wanted = said(w->edit, field);
            if (wanted == FIELD_INT_NONE || !edit_on_weekday(w->weekdays, night)) {
                continue;
            }
            struct edit_cell cell = {.room_type_id = room_type_id, .night = night, .field = field};
            cell.before = edit_stock_value(&w->days[night - w->edit->from], field);
            cell.after = wanted < 0 ? FIELD_INT_NONE : wanted;
            if (!edit_note(&w->log, &cell, e)) {
                return false;
            }
        }
    }
    return true;
}

/* Each stretch of nights that are meant. */
static bool change_nights(struct db_conn *c, struct stock_work *w, int64_t room_type_id, struct err *e)
{
    const struct stock_edit *edit = w->edit;
    const struct stock_day wanted = {.physical = edit->physical,
                                     .out_of_order = edit->out_of_order,
                                     .overbooking_limit = edit->overbooking_limit};
    for (int32_t night = edit->from; night < edit->to; night++) {
        int32_t end = night;
        while (end < edit->to && edit_on_weekday(w->weekdays, end)) {
            end++;
        }
        if (end > night && !edit_stock_nights(c, w->a, w->hotel, w->log.row.made_us, room_type_id, night, end,
                                              &wanted, &w->overs, e)) {
            return false;
        }
        night = end;
    }
    return true;
}

static struct text summary(const struct stock_work *w, struct str code)
{
    struct buf en = buf_in(w->a), fr = buf_in(w->a);
    for (int field = EDIT_PHYSICAL; field <= EDIT_OVERBOOKING_LIMIT; field++) {
        int64_t v = said(w->edit, field);
        struct text label = edit_field_label(field);
        if (v == FIELD_INT_NONE) {
            continue;
        }
        buf_fmt(&en, "%s%.*s", en.n ? ", " : "", STR_ARG(label.en));
        buf_fmt(&fr, "%s%.*s", fr.n ? ", " : "", STR_ARG(label.fr));
        if (v < 0) {
            buf_add(&en, S(": as the room type has"));
            buf_add(&fr, S(" : celles du type"));
        } else {
            buf_fmt(&en, ": %lld", (long long)v);
            buf_fmt(&fr, " : %lld", (long long)v);
        }
    }
    struct text nights = edit_nights_text(w->a, w->edit->from, w->edit->to, w->weekdays);
    return (struct text){
        arena_fmt(w->a, "%.*s · %.*s · %.*s", STR_ARG(buf_str(&en)), STR_ARG(code), STR_ARG(nights.en)),
        arena_fmt(w->a, "%.*s · %.*s · %.*s", STR_ARG(buf_str(&fr)), STR_ARG(code), STR_ARG(nights.fr)),
    };
}

static bool stock_work(struct db_conn *c, void *arg, struct err *e)
{
    struct stock_work *w = arg;
    const struct stock_edit *edit = w->edit;
    size_t nights = (size_t)(edit->to - edit->from);
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    int64_t now = clock_now_us(&w->env->clock);
    struct apply *ap = apply_begin(c, &batch, w->hotel, now, e);
    const struct room_type *room = ap ? apply_room_named(ap, fold(w->a, edit->room_type)) : NULL;
    if (!room) {
        return ap && err_field(e, ERR_NOT_FOUND, "roomType", "there is no room type “%.*s”",
                               "il n'y a pas de type de chambre « %.*s »", STR_ARG(edit->room_type));
    }
    w->overs = (struct apply_overs){.room_type = arena_str(w->a, room->code)};
    w->days = arena_array(w->a, struct stock_day, nights);
    for (size_t i = 0; i < nights; i++) {
        w->days[i] = (struct stock_day){.physical = FIELD_INT_NONE};
    }
    edit_begin(&w->log, c, ap, w->hotel, EDIT_KIND_STOCK, w->actor, now);
    if (!stock_read(c, w->hotel->id, room->id, edit->from, edit->to, copy_day, w, e) ||
        !note_nights(w, room->id, e) || !edit_end(&w->log, summary(w, room->code), e)) {
        return false;
    }
    if (w->log.row.cells == 0) {
        return apply_end(ap, e);
    }
    return edit_event(ap, w->a, S("stock.modified"), &w->log, room->id, edit->from, edit->to, e) &&
           apply_end(ap, e) && change_nights(c, w, room->id, e);
}

bool desk_stock_edit(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                     const struct stock_edit *edit, struct apply_overs *overs, struct err *e)
{
    struct stock_work w = {.env = env, .a = a, .hotel = hotel, .actor = actor, .edit = edit};
    w.weekdays = edit->weekdays ? edit->weekdays : EDIT_EVERY_DAY;
    bool ok = nights_check(edit->from, edit->to, STOCK_MAX_NIGHTS, e) &&
              db_write(env->store->hotel, stock_work, &w, e);
    *overs = w.overs;
    return ok;
}
