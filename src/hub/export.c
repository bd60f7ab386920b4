#include "hub/export.h"

#include "connector/csv_export.h"
#include "hub/desk.h"
#include "hub/nights.h"
#include "io/zone.h"
#include "store/guest.h"

#define PIECE       (64u << 10) /* bytes given to the sink at once, about */
#define NIGHTS      550         /* of a stock export when nobody says how many */
#define NIGHTS_MAX  3660        /* ten years */
#define NIGHTS_STEP 366         /* read at once */

const char *const export_names[] = {"reservations", "guests", "stock", NULL};

struct writer {
    const struct export_options *o;
    struct db_conn *c;
    const struct establishment *hotel;
    struct arena memory; /* of what the sink has not got yet */
    struct arena row;    /* of the row under way */
    struct buf b;
    struct csv_out csv;
    bool begun; /* JSON: an element was written */
    bool (*sink)(void *ctx, struct str bytes, struct err *e);
    void *ctx;
};

static bool flush(struct writer *w, size_t least, struct err *e)
{
    arena_reset(&w->row);
    if (w->b.n < least || w->b.n == 0) {
        return true;
    }
    if (!w->sink(w->ctx, buf_str(&w->b), e)) {
        return false;
    }
    arena_reset(&w->memory);
    w->b = buf_in(&w->memory);
    return true;
}

/* The next element of the array, on a line of its own. */
static struct json_out next_json(struct writer *w)
{
    buf_add(&w->b, w->begun ? S(",\n") : S("\n"));
    w->begun = true;
    return json_out(&w->b);
}

static struct str id_text(struct arena *a, int64_t id)
{
    return arena_fmt(a, "%lld", (long long)id);
}

/* --- reservations --- */

static struct decimal amount_of(int64_t minor, const struct currency *c)
{
    return minor == FIELD_INT_NONE
               ? (struct decimal){0}
               : (struct decimal){.digits = minor, .scale = c ? c->exponent : 0, .given = true};
}

struct rooms {
    struct room_type *list;
    size_t count;
};

/* The hotel's own code of a room that is mapped: so that the file means the same to whoever reads it without the
 * channel's mappings. */
static struct str room_name(const struct rooms *rooms, const struct stay_row *s)
{
    for (size_t i = 0; i < rooms->count && s->room_type_id; i++) {
        if (rooms->list[i].id == s->room_type_id) {
            return rooms->list[i].code;
        }
    }
    return s->room_type;
}

/* All that a row says of what is charged besides rooms. */
static int collect_of(struct arena *a, struct str charges)
{
    struct charge_set s;
    return charge_read(a, charges, &s, NULL) ? s.collect : -1;
}

static struct reservation reservation_of(struct arena *a, const struct rooms *rooms,
                                         const struct reservation_row *r)
{
    const struct currency *c = currency_find(r->currency);
    struct reservation out = {
        .reference = r->reference,
        .status = r->status,
        .revision = r->revision,
        .booked_at = r->booked_us,
        .currency = r->currency,
        .total_amount = amount_of(r->total_minor, c),
        .commission = amount_of(r->commission_minor, c),
        .channel = r->channel,
        .guest = r->guest,
        .notes = r->notes,
        .expires_at = r->expires_us,
        .charge.collect = collect_of(a, r->charges),
    };
    struct room_stay *stays = arena_array(a, struct room_stay, r->stay_count);
    for (size_t i = 0; i < r->stay_count; i++) {
        const struct stay_row *s = &r->stays[i];
        stays[i] = (struct room_stay){
            .reference = s->reference,
            .room_type = room_name(rooms, s),
            .rate_plan = s->rate_plan,
            .arrival = s->arrival,
            .departure = s->departure,
            .adults = s->adults,
            .children = s->children,
            .amount = amount_of(s->amount_minor, c),
            .status = s->apart ? s->status : -1,
            .keeps_nights = -1,
            .charge.collect = -1,
        };
    }
    out.rooms = (struct field_list){stays, r->stay_count};
    return out;
}

struct reservations {
    struct writer *w;
    struct rooms rooms;
};

static bool write_reservation(void *ctx, struct arena *a, const struct reservation_row *r, struct err *e)
{
    struct reservations *x = ctx;
    struct writer *w = x->w;
    if (w->o->format == EXPORT_JSON) {
        struct json_out o = next_json(w);
        desk_reservation_json(a, &o, r, LANG_EN);
    } else {
        struct reservation plain = reservation_of(a, &x->rooms, r);
        csv_export_reservation(&w->csv, a, &plain);
    }
    return flush(w, PIECE, e);
}

static bool write_reservations(struct writer *w, struct err *e)
{
    ARENA_SCOPE a;
    struct reservations x = {.w = w};
    arena_init(&a, SIZE_MAX);
    if (w->o->format == EXPORT_CSV) {
        csv_export_reservation_header(&w->csv);
    }
    return room_type_list(w->c, &a, w->hotel->id, &x.rooms.list, &x.rooms.count, e) &&
           reservation_each(w->c, w->hotel->id, write_reservation, &x, e);
}

/* --- guests --- */

static bool write_guest(void *ctx, const struct guest_row *g, int64_t reservations, struct err *e)
{
    struct writer *w = ctx;
    struct str id = id_text(&w->row, g->id);
    if (w->o->format == EXPORT_CSV) {
        csv_cell(&w->csv, id);
        csv_cell(&w->csv, id_text(&w->row, reservations));
        csv_export_guest(&w->csv, &g->guest);
        return flush(w, PIECE, e);
    }
    struct json_out o = next_json(w);
    json_open(&o, '{');
    json_member_str(&o, S("id"), id);
    json_member_str(&o, S("firstName"), g->guest.first_name);
    json_member_str(&o, S("lastName"), g->guest.last_name);
    json_member_str(&o, S("email"), g->guest.email);
    json_member_str(&o, S("phone"), g->guest.phone);
    json_member_str(&o, S("country"), g->guest.country);
    json_member_str(&o, S("language"), g->guest.language);
    json_member_i64(&o, S("reservations"), reservations);
    json_close(&o, '}');
    return flush(w, PIECE, e);
}

static bool write_guests(struct writer *w, struct err *e)
{
    if (w->o->format == EXPORT_CSV) {
        csv_cell(&w->csv, S("id"));
        csv_cell(&w->csv, S("reservations"));
        csv_export_guest_header(&w->csv);
    }
    return guest_each(w->c, w->hotel->id, write_guest, w, e);
}

/* --- stock --- */

static bool write_night(struct writer *w, const struct room_type *room, int32_t night,
                        const struct stock_day *d, struct err *e)
{
    if (w->o->format == EXPORT_CSV) {
        csv_export_stock(&w->csv, &w->row, night, room, d);
        return flush(w, PIECE, e);
    }
    struct json_out o = next_json(w);
    json_open(&o, '{');
    json_member_str(&o, S("night"), date_fmt(&w->row, night));
    json_member_str(&o, S("roomType"), room->code);
    json_member_i64(&o, S("physical"), d->physical == FIELD_INT_NONE ? room->units : d->physical);
    json_member_i64(&o, S("outOfOrder"), d->out_of_order);
    json_member_i64(&o, S("sold"), d->sold);
    json_member_i64(&o, S("held"), d->held);
    json_member_i64(&o, S("overbookingLimit"), d->overbooking_limit);
    json_member_i64(&o, S("available"), stock_available(d, room->units));
    json_close(&o, '}');
    return flush(w, PIECE, e);
}

struct nights {
    struct stock_day days[NIGHTS_STEP];
    int32_t from;
};

static void fill_night(void *ctx, int32_t night, const struct stock_day *d)
{
    struct nights *n = ctx;
    n->days[night - n->from] = *d;
}

/* Nights of which the store has no row are what the room type says, with nothing sold. */
static bool write_nights(struct writer *w, const struct room_type *room, int32_t from, int32_t to,
                         struct err *e)
{
    struct nights n = {.from = from};
    for (size_t i = 0; i < NIGHTS_STEP; i++) {
        n.days[i] = (struct stock_day){.physical = FIELD_INT_NONE};
    }
    if (!stock_read(w->c, w->hotel->id, room->id, from, to, fill_night, &n, e)) {
        return false;
    }
    for (int32_t night = from; night < to; night++) {
        if (!write_night(w, room, night, &n.days[night - from], e)) {
            return false;
        }
    }
    return true;
}

static bool write_stock(struct writer *w, int32_t today, struct err *e)
{
    ARENA_SCOPE a;
    struct room_type *rooms;
    size_t count;
    int32_t from = w->o->from == DATE_NONE ? today : w->o->from;
    int32_t to = w->o->to == DATE_NONE ? from + NIGHTS : w->o->to;
    arena_init(&a, SIZE_MAX);
    if (!nights_check(from, to, NIGHTS_MAX, e) ||
        !room_type_list(w->c, &a, w->hotel->id, &rooms, &count, e)) {
        return false;
    }
    if (w->o->format == EXPORT_CSV) {
        csv_export_stock_header(&w->csv);
    }
    for (size_t i = 0; i < count; i++) {
        for (int32_t at = from; at < to; at += NIGHTS_STEP) {
            int32_t end = to - at < NIGHTS_STEP ? to : at + NIGHTS_STEP;
            if (!write_nights(w, &rooms[i], at, end, e)) {
                return false;
            }
        }
    }
    return true;
}

/* --- the whole --- */

static bool write_rows(struct writer *w, int32_t today, struct err *e)
{
    switch (w->o->what) {
    case EXPORT_RESERVATIONS:
        return write_reservations(w, e);
    case EXPORT_GUESTS:
        return write_guests(w, e);
    case EXPORT_STOCK:
        break;
    }
    return write_stock(w, today, e);
}

static bool write_file(struct writer *w, int32_t today, struct err *e)
{
    bool csv = w->o->format == EXPORT_CSV;
    w->b = buf_in(&w->memory);
    w->csv = csv_out(&w->b, w->o->delimiter ? w->o->delimiter : ',', true);
    /* The mark has Excel read the accents as UTF-8. */
    buf_add(&w->b, csv ? S("\xEF\xBB\xBF") : S("["));
    if (!write_rows(w, today, e)) {
        return false;
    }
    buf_add(&w->b, csv ? S("") : S("\n]\n"));
    return flush(w, 0, e);
}

bool export_write(struct env *env, const struct establishment *hotel, const struct export_options *o,
                  bool (*sink)(void *ctx, struct str bytes, struct err *e), void *ctx, struct err *e)
{
    struct zone_time now;
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    if (!c || !zone_local(hotel->timezone, clock_now_us(&env->clock), &now, e)) {
        return false;
    }
    struct writer w = {.o = o, .c = c, .hotel = hotel, .sink = sink, .ctx = ctx};
    arena_init(&w.memory, SIZE_MAX);
    arena_init(&w.row, SIZE_MAX);
    bool ok = write_file(&w, now.date, e);
    arena_free(&w.memory);
    arena_free(&w.row);
    return ok;
}
