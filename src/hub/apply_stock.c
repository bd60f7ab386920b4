#include "hub/apply_stock.h"

#include "base/limits.h"
#include "store/event.h"

#include <stdlib.h>

bool stock_begin(struct stock_batch *b, struct db_conn *c, struct arena *a, int64_t establishment_id,
                 struct err *e)
{
    *b = (struct stock_batch){.c = c, .a = a, .establishment_id = establishment_id, .size = 256};
    b->table = arena_array(a, struct cell *, b->size);
    return room_type_list(c, a, establishment_id, &b->rooms, &b->room_count, e);
}

static size_t slot_of(const struct stock_batch *b, int64_t room_type_id, int32_t night)
{
    uint64_t h =
        ((uint64_t)room_type_id * 0x9E3779B97F4A7C15u) ^ ((uint64_t)(uint32_t)night * 0xC2B2AE3D27D4EB4Fu);
    size_t i = (size_t)(h ^ h >> 31) & (b->size - 1);
    while (b->table[i] && (b->table[i]->night != night || b->table[i]->room->id != room_type_id)) {
        i = (i + 1) & (b->size - 1);
    }
    return i;
}

static struct cell *find_cell(const struct stock_batch *b, int64_t room_type_id, int32_t night)
{
    return b->table[slot_of(b, room_type_id, night)];
}

static void grow(struct stock_batch *b)
{
    struct cell **old = b->table;
    size_t old_size = b->size;
    b->size *= 2;
    b->table = arena_array(b->a, struct cell *, b->size);
    for (size_t i = 0; i < old_size; i++) {
        if (old[i]) {
            b->table[slot_of(b, old[i]->room->id, old[i]->night)] = old[i];
        }
    }
}

static int64_t excess(const struct cell *cell)
{
    return cell->day.sold + cell->day.held - stock_capacity(&cell->day, cell->room->units);
}

static void see_first(struct cell *cell)
{
    cell->available_first = stock_available(&cell->day, cell->room->units);
    cell->excess_first = excess(cell);
    cell->was_over = cell->excess_first > 0;
}

static struct cell *add_cell(struct stock_batch *b, const struct room_type *room, int32_t night)
{
    if (b->used * 2 >= b->size) {
        grow(b);
    }
    struct cell *cell = arena_new(b->a, struct cell);
    *cell = (struct cell){.room = room, .night = night, .day = {.physical = FIELD_INT_NONE}};
    see_first(cell);
    b->table[slot_of(b, room->id, night)] = cell;
    b->used++;
    return cell;
}

struct load {
    struct stock_batch *b;
    const struct room_type *room;
};

static void load_one(void *ctx, int32_t night, const struct stock_day *d)
{
    struct load *l = ctx;
    struct cell *cell = find_cell(l->b, l->room->id, night);
    /* A cell that was there before the query may have been changed in memory since. */
    if (cell && !cell->dirty && !cell->marked) {
        cell->day = *d;
        see_first(cell);
    }
}

/* Makes sure that every night of [from, to) is in memory, with one query when any is missing. */
static bool load_nights(struct stock_batch *b, const struct room_type *room, int32_t from, int32_t to,
                        struct err *e)
{
    bool missing = false;
    for (int32_t night = from; night < to; night++) {
        if (!find_cell(b, room->id, night)) {
            add_cell(b, room, night);
            missing = true;
        }
    }
    struct load l = {b, room};
    return !missing || stock_read(b->c, b->establishment_id, room->id, from, to, load_one, &l, e);
}

static void change(struct stock_batch *b, struct cell *cell, int64_t sold, int64_t held, struct str origin)
{
    if (!cell->marked) {
        cell->marked = true;
        cell->mark = cell->day;
        cell->next_marked = b->marked;
        b->marked = cell;
    }
    if (!cell->dirty) {
        cell->dirty = true;
        cell->origin = str_given(origin) ? arena_str(b->a, origin) : origin;
    } else if (!str_eq(cell->origin, origin)) {
        cell->mixed = true;
    }
    cell->day.sold += sold;
    cell->day.held += held;
    cell->was_over = cell->was_over || stock_is_over(&cell->day, cell->room->units);
}

static bool change_nights(struct stock_batch *b, const struct room_type *room, int32_t from, int32_t to,
                          int64_t sold, int64_t held, struct str origin, struct err *e)
{
    if (!load_nights(b, room, from, to, e)) {
        return false;
    }
    for (int32_t night = from; night < to; night++) {
        change(b, find_cell(b, room->id, night), sold, held, origin);
    }
    return true;
}

bool stock_change_stay(struct stock_batch *b, const struct stay_row *stay, int status, int sign,
                       struct str origin, struct err *e)
{
    int sold = reservation_sold(status) * sign, held = reservation_held(status) * sign;
    if (stay->room_type_id == 0) {
        held += sold;
        sold = 0;
    }
    if (sold == 0 && held == 0) {
        return true;
    }
    for (size_t i = 0; i < b->room_count; i++) {
        const struct room_type *room = &b->rooms[i];
        bool takes = stay->room_type_id != 0 ? stay->room_type_id == room->id : room->holds_unmapped;
        if (takes && !change_nights(b, room, stay->arrival, stay->departure, sold, held, origin, e)) {
            return false;
        }
    }
    return true;
}

bool stock_hold(struct stock_batch *b, const struct room_type *room, int32_t from, int32_t to, int64_t held,
                struct err *e)
{
    return change_nights(b, room, from, to, 0, held, (struct str){0}, e);
}

static struct room_type *room_by_id(struct stock_batch *b, int64_t id)
{
    for (size_t i = 0; i < b->room_count; i++) {
        if (b->rooms[i].id == id) {
            return &b->rooms[i];
        }
    }
    return NULL;
}

/* Marks nights as changed by the hotel itself, so that they are written and told. */
static bool touch_nights(struct stock_batch *b, const struct room_type *room, int32_t from, int32_t to,
                         struct err *e)
{
    return change_nights(b, room, from, to, 0, 0, (struct str){0}, e);
}

struct nights {
    struct arena a;
    int32_t *list;
    size_t count, room;
};

static void note_night(void *ctx, int32_t night, const struct stock_day *d)
{
    struct nights *n = ctx;
    (void)d;
    arena_more(&n->a, n->list, n->count, n->room, 64);
    n->list[n->count++] = night;
}

/* Of the nights from that one on, those that anything is known of: somebody may have booked years ahead. */
static bool touch_known(struct stock_batch *b, const struct room_type *room, int32_t from, struct err *e)
{
    struct nights n = {.count = 0};
    arena_init(&n.a, LIMIT_ARENA);
    bool ok = stock_read(b->c, b->establishment_id, room->id, from, INT32_MAX, note_night, &n, e);
    for (size_t i = 0; ok && i < n.count; i++) {
        ok = touch_nights(b, room, n.list[i], n.list[i] + 1, e);
    }
    arena_free(&n.a);
    return ok;
}

bool stock_set_units(struct stock_batch *b, int64_t room_type_id, int64_t units, int32_t from, int32_t to,
                     struct err *e)
{
    struct room_type *room = room_by_id(b, room_type_id);
    if (!room || room->units == units) {
        return true;
    }
    if (!touch_nights(b, room, from, to, e) || !touch_known(b, room, to, e)) {
        return false;
    }
    room->units = units; /* the cells look at it when they are flushed */
    stock_settle(b);
    return true;
}

bool stock_edit_nights(struct stock_batch *b, int64_t room_type_id, int32_t from, int32_t to,
                       const struct stock_day *wanted, struct err *e)
{
    struct room_type *room = room_by_id(b, room_type_id);
    if (!room || !touch_nights(b, room, from, to, e)) {
        return room == NULL;
    }
    for (int32_t night = from; night < to; night++) {
        struct stock_day *d = &find_cell(b, room->id, night)->day;
        if (wanted->physical != FIELD_INT_NONE) {
            d->physical = wanted->physical < 0 ? FIELD_INT_NONE : wanted->physical;
        }
        d->out_of_order = wanted->out_of_order == FIELD_INT_NONE ? d->out_of_order : wanted->out_of_order;
        d->overbooking_limit =
            wanted->overbooking_limit == FIELD_INT_NONE ? d->overbooking_limit : wanted->overbooking_limit;
    }
    stock_settle(b);
    return true;
}

void stock_settle(struct stock_batch *b)
{
    for (struct cell *cell = b->marked; cell; cell = cell->next_marked) {
        cell->marked = false;
    }
    b->marked = NULL;
}

enum stock_standing stock_stand(const struct cell *cell)
{
    const struct stock_day *now = &cell->day, *before = &cell->mark;
    if (!stock_is_over(now, cell->room->units)) {
        return STOCK_WITHIN;
    }
    if (!cell->marked) {
        return STOCK_STILL_OVER;
    }
    return now->sold + now->held > before->sold + before->held ? STOCK_TAKEN_MORE
           : now->sold > before->sold                          ? STOCK_SOLD_MORE
                                                               : STOCK_STILL_OVER;
}

const struct cell *stock_night(const struct stock_batch *b, int64_t room_type_id, int32_t night)
{
    return find_cell(b, room_type_id, night);
}

bool stock_stay_over(struct stock_batch *b, const struct stay_row *stay, bool *over, struct err *e)
{
    const struct room_type *room = room_by_id(b, stay->room_type_id);
    *over = false;
    if (!room) {
        return true;
    }
    if (!load_nights(b, room, stay->arrival, stay->departure, e)) {
        return false;
    }
    for (int32_t night = stay->arrival; night < stay->departure && !*over; night++) {
        *over = stock_is_over(&find_cell(b, room->id, night)->day, room->units);
    }
    return true;
}

static int by_room_and_night(const void *x, const void *y)
{
    const struct stock_change *p = x, *q = y;
    int order = str_cmp(p->room->code, q->room->code);
    return order ? order : (p->night > q->night) - (p->night < q->night);
}

static const struct room_type *copy_room(struct arena *a, const struct room_type *room)
{
    struct room_type *copy = arena_new(a, struct room_type);
    *copy = *room;
    copy->code = arena_str(a, room->code);
    copy->name = arena_str(a, room->name);
    copy->code_key = arena_str(a, room->code_key);
    copy->name_key = arena_str(a, room->name_key);
    return copy;
}

void stock_changes(const struct stock_batch *b, struct arena *a, const struct stock_change **list,
                   size_t *count)
{
    size_t n = 0;
    for (const struct cell *cell = b->marked; cell; cell = cell->next_marked) {
        n++;
    }
    struct stock_change *changes = arena_array(a, struct stock_change, n);
    *count = 0;
    for (const struct cell *cell = b->marked; cell; cell = cell->next_marked) {
        int64_t before = stock_available(&cell->mark, cell->room->units);
        int64_t after = stock_available(&cell->day, cell->room->units);
        if (after != before) {
            changes[(*count)++] = (struct stock_change){cell->room, cell->night, before, after};
        }
    }
    qsort(changes, *count, sizeof(*changes), by_room_and_night);
    /* The message's arena may outlive the batch, and with it the batch's room types. */
    const struct room_type *room = NULL, *copy = NULL;
    for (size_t i = 0; i < *count; i++) {
        copy = changes[i].room == room ? copy : copy_room(a, changes[i].room);
        room = changes[i].room;
        changes[i].room = copy;
    }
    *list = changes;
}

struct str stock_fingerprint(struct arena *a, const struct cell *cell)
{
    char night[DATE_TEXT_SIZE];
    date_text(cell->night, night);
    return arena_fmt(a, "oversold:%lld:%s", (long long)cell->room->id, night);
}

static int by_key(const void *x, const void *y)
{
    const struct cell *const *p = x, *const *q = y;
    if ((*p)->room->id != (*q)->room->id) {
        return (*p)->room->id < (*q)->room->id ? -1 : 1;
    }
    return ((*p)->night > (*q)->night) - ((*p)->night < (*q)->night);
}

void stock_solved(const struct stock_batch *b, struct arena *a, const struct stock_stretch **list,
                  size_t *count)
{
    const struct cell **cells = arena_array(a, const struct cell *, b->used);
    size_t n = 0;
    for (size_t i = 0; i < b->size; i++) {
        const struct cell *cell = b->table[i];
        if (cell && cell->dirty && cell->was_over && !stock_is_over(&cell->day, cell->room->units)) {
            cells[n++] = cell;
        }
    }
    qsort(cells, n, sizeof(*cells), by_key);
    struct stock_stretch *stretches = arena_array(a, struct stock_stretch, n);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        struct stock_stretch *last = *count ? &stretches[*count - 1] : NULL;
        if (last && last->room_type_id == cells[i]->room->id && last->to == cells[i]->night) {
            last->to++;
        } else {
            stretches[(*count)++] =
                (struct stock_stretch){cells[i]->room->id, cells[i]->night, cells[i]->night + 1};
        }
    }
    *list = stretches;
}

void stock_exceeded(const struct stock_batch *b, struct arena *a, int64_t room_type_id, int32_t from,
                    const struct cell ***list, size_t *count)
{
    *list = arena_array(a, const struct cell *, b->used);
    *count = 0;
    for (size_t i = 0; i < b->size; i++) {
        const struct cell *cell = b->table[i];
        if (cell && cell->room->id == room_type_id && cell->night >= from && excess(cell) > 0 &&
            excess(cell) > cell->excess_first) {
            (*list)[(*count)++] = cell;
        }
    }
    qsort(*list, *count, sizeof(**list), by_key);
}

static bool flush_cell(struct stock_batch *b, struct cell *cell, const struct str *listeners,
                       size_t listener_count, int64_t now_us, struct err *e)
{
    cell->day.version++;
    if (!stock_write(b->c, b->establishment_id, cell->room->id, cell->night, &cell->day, e)) {
        return false;
    }
    if (cell->was_over && !stock_is_over(&cell->day, cell->room->units) &&
        !alert_clear(b->c, b->establishment_id, stock_fingerprint(b->a, cell), now_us, e)) {
        return false;
    }
    int32_t yesterday = (int32_t)(now_us / 86400000000) - 1;
    if (stock_available(&cell->day, cell->room->units) == cell->available_first || cell->night < yesterday) {
        return true;
    }
    for (size_t i = 0; i < listener_count; i++) {
        /* A change is not echoed to where it came from, unless others changed the night as well. */
        if (!cell->mixed && str_given(cell->origin) && str_eq(listeners[i], cell->origin)) {
            continue;
        }
        struct outbox_row row = {listeners[i], cell->room->id, cell->night, cell->day.version, now_us};
        if (!outbox_put(b->c, b->establishment_id, &row, e)) {
            return false;
        }
    }
    return true;
}

bool stock_flush(struct stock_batch *b, int64_t now_us, struct err *e)
{
    struct cell **dirty = arena_array(b->a, struct cell *, b->used);
    size_t n = 0, listener_count;
    struct str *listeners;
    for (size_t i = 0; i < b->size; i++) {
        if (b->table[i] && b->table[i]->dirty) {
            dirty[n++] = b->table[i];
        }
    }
    if (n == 0) {
        return true;
    }
    if (!outbox_listeners(b->c, b->a, b->establishment_id, &listeners, &listener_count, e)) {
        return false;
    }
    /* In key order: keeping b-tree inserts sorted is what makes large imports fast. */
    qsort(dirty, n, sizeof(struct cell *), by_key);
    for (size_t i = 0; i < n; i++) {
        if (!flush_cell(b, dirty[i], listeners, listener_count, now_us, e)) {
            return false;
        }
    }
    return true;
}
