/* Taking an edit back; declared in hub/edit.h. */
#include "base/limits.h"
#include "hub/edit.h"
#include "store/rate.h"

struct undo {
    struct env *env;
    struct arena *a;
    const struct establishment *hotel;
    struct str actor;
    int64_t id;
    struct edit_undone *out;

    struct db_conn *c;
    struct edit_row undone; /* the edit that is taken back */
    struct edit_log log;
    struct edit_cell *cells; /* of that edit; after restoring: those that were */
    size_t count;
    bool stock, rates; /* what was restored of */
    int32_t from, to;  /* over the nights restored; half-open */
    int64_t room_type_id;
};

static void copy_day(void *ctx, int32_t night, const struct stock_day *d)
{
    (void)night;
    *(struct stock_day *)ctx = *d;
}

static bool value_now(struct undo *u, const struct edit_cell *cell, int64_t *value, struct err *e)
{
    if (!edit_is_stock(cell->field)) {
        return rate_cell_read(u->c, u->hotel->id, cell, value, e);
    }
    struct stock_day d = {.physical = FIELD_INT_NONE};
    if (!stock_read(u->c, u->hotel->id, cell->room_type_id, cell->night, cell->night + 1, copy_day, &d, e)) {
        return false;
    }
    *value = edit_stock_value(&d, cell->field);
    return true;
}

/* Whether the last to set the cell was the edit in hand, when all that was taken back since is left out. */
static bool last_set_by(struct undo *u, const struct edit_cell *cell, bool *yes, struct err *e)
{
    int64_t before = INT64_MAX, last = 0, undoes = 0;
    do {
        if (!edit_cell_last(u->c, u->hotel->id, cell, before, &last, &undoes, e)) {
            return false;
        }
        before = undoes; /* on with what stood before the edit that this one took back */
    } while (last > u->id && undoes > 0);
    *yes = last == u->id;
    return true;
}

static void leave(struct undo *u, const struct edit_cell *cell, int64_t now)
{
    struct edit_undone *out = u->out;
    if (out->left_shown < EDIT_LEFT_SHOWN) {
        struct edit_cell left = *cell;
        left.after = now;
        out->left_cells[out->left_shown++] = left;
    }
    out->left++;
}

/* Writes down what will be restored, and restores prices and restrictions; stock follows in batches of its own. */
static bool restore_cells(struct undo *u, struct err *e)
{
    size_t kept = 0;
    for (size_t i = 0; i < u->count; i++) {
        struct edit_cell cell = u->cells[i];
        int64_t now;
        bool last;
        if (!value_now(u, &cell, &now, e) || !last_set_by(u, &cell, &last, e)) {
            return false;
        }
        if (!last || now != cell.after) {
            leave(u, &cell, now);
            continue;
        }
        cell.after = cell.before;
        cell.before = now;
        if (!edit_note(&u->log, &cell, e) ||
            (!edit_is_stock(cell.field) &&
             !rate_cell_write(u->c, u->hotel->id, &cell, cell.after, u->log.row.id, e))) {
            return false;
        }
        u->stock = u->stock || edit_is_stock(cell.field);
        u->rates = u->rates || !edit_is_stock(cell.field);
        u->from = kept == 0 || cell.night < u->from ? cell.night : u->from;
        u->to = kept == 0 || cell.night >= u->to ? cell.night + 1 : u->to;
        u->room_type_id = cell.room_type_id;
        u->cells[kept++] = cell;
    }
    u->count = kept;
    u->out->restored = kept;
    return true;
}

static void set_wanted(struct stock_day *d, const struct edit_cell *cell)
{
    switch (cell->field) {
    case EDIT_PHYSICAL:
        d->physical = cell->after == FIELD_INT_NONE ? -1 : cell->after;
        break;
    case EDIT_OUT_OF_ORDER:
        d->out_of_order = cell->after;
        break;
    default:
        d->overbooking_limit = cell->after;
        break;
    }
}

/* The cells of one night, from *at on; moves *at behind them. */
static struct stock_day night_wanted(const struct undo *u, size_t *at)
{
    const struct edit_cell *first = &u->cells[*at];
    struct stock_day d = {
        .physical = FIELD_INT_NONE, .out_of_order = FIELD_INT_NONE, .overbooking_limit = FIELD_INT_NONE};
    for (; *at < u->count && u->cells[*at].night == first->night &&
           u->cells[*at].room_type_id == first->room_type_id;
         (*at)++) {
        set_wanted(&d, &u->cells[*at]);
    }
    return d;
}

static bool same_wanted(const struct stock_day *x, const struct stock_day *y)
{
    return x->physical == y->physical && x->out_of_order == y->out_of_order &&
           x->overbooking_limit == y->overbooking_limit;
}

/* Nights that follow each other and get the same go together. The cells are in order: room type, night, field. */
static bool restore_stock(struct undo *u, struct err *e)
{
    for (size_t i = 0; u->stock && i < u->count;) {
        const struct edit_cell *first = &u->cells[i];
        struct stock_day wanted = night_wanted(u, &i);
        int32_t end = first->night + 1;
        for (size_t next = i; next < u->count && u->cells[next].room_type_id == first->room_type_id &&
                              u->cells[next].night == end;) {
            struct stock_day d = night_wanted(u, &next);
            if (!same_wanted(&d, &wanted)) {
                break;
            }
            i = next;
            end++;
        }
        if (!edit_stock_nights(u->c, u->a, u->hotel, u->log.row.made_us, first->room_type_id, first->night,
                               end, &wanted, &u->out->overs, e)) {
            return false;
        }
    }
    return true;
}

/* An edit that takes back another that took one back does that one again. */
static bool summary(struct undo *u, struct text *out, struct err *e)
{
    struct edit_row of = u->undone;
    bool again = of.kind == EDIT_KIND_UNDO;
    if (again && !edit_find(u->c, u->a, u->hotel->id, of.undoes, &of, e)) {
        return false;
    }
    out->en = arena_fmt(u->a, again ? "done again: %.*s" : "taken back: %.*s", STR_ARG(of.summary.en));
    out->fr = arena_fmt(u->a, again ? "rétabli : %.*s" : "annulé : %.*s", STR_ARG(of.summary.fr));
    return true;
}

static bool may_undo(struct undo *u, struct err *e)
{
    if (!edit_find(u->c, u->a, u->hotel->id, u->id, &u->undone, e)) {
        return false;
    }
    if (u->undone.undone_by != 0) {
        return err_set(e, ERR_CONFLICT, "this change was taken back already",
                       "cette modification a déjà été annulée");
    }
    return u->undone.cells > 0 ||
           err_set(e, ERR_CONFLICT, "a change of a rate plan itself cannot be taken back: edit the plan",
                   "la modification d'un plan tarifaire lui-même ne s'annule pas : modifiez le plan");
}

static bool finish(struct undo *u, struct apply *ap, struct err *e)
{
    struct text text;
    u->log.row.undoes = u->id;
    u->out->edit_id = u->log.row.id;
    return summary(u, &text, e) && edit_end(&u->log, text, e) &&
           edit_set_undone(u->c, u->hotel->id, u->id, u->log.row.id, e) &&
           (u->undone.undoes == 0 || edit_set_undone(u->c, u->hotel->id, u->undone.undoes, 0, e)) &&
           (!u->stock ||
            edit_event(ap, u->a, S("stock.modified"), &u->log, u->room_type_id, u->from, u->to, e)) &&
           (!u->rates || edit_event(ap, u->a, S("rates.modified"), &u->log, 0, u->from, u->to, e)) &&
           apply_end(ap, e) && restore_stock(u, e);
}

static bool undo_work(struct db_conn *c, void *arg, struct err *e)
{
    struct undo *u = arg;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    int64_t now = clock_now_us(&u->env->clock);
    *u->out = (struct edit_undone){.left_cells = arena_array(u->a, struct edit_cell, EDIT_LEFT_SHOWN)};
    u->c = c;
    struct apply *ap = apply_begin(c, &batch, u->hotel, now, e);
    if (!ap || !may_undo(u, e)) {
        return false;
    }
    edit_begin(&u->log, c, ap, u->hotel, EDIT_KIND_UNDO, u->actor, now);
    if (!edit_cell_list(c, u->a, u->hotel->id, u->id, &u->cells, &u->count, e) || !restore_cells(u, e)) {
        return false;
    }
    return u->out->restored > 0 ? finish(u, ap, e) : apply_end(ap, e);
}

bool edit_undo(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
               int64_t id, struct edit_undone *out, struct err *e)
{
    struct undo u = {.env = env, .a = a, .hotel = hotel, .actor = actor, .id = id, .out = out};
    return db_write(env->store->hotel, undo_work, &u, e);
}
