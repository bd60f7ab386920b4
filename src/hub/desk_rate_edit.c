/* Setting prices and restrictions for many nights at once; declared in hub/desk_rate.h. */
#include "base/fold.h"
#include "base/limits.h"
#include "hub/desk_rate.h"
#include "hub/nights.h"
#include "store/rate.h"

struct rate_work {
    struct env *env;
    struct arena *a;
    const struct establishment *hotel;
    struct str actor;
    const struct desk_rate_edit *edit;
    struct desk_rate_edited *out;

    struct db_conn *c;
    struct edit_log log;
    struct room_type *rooms; /* of the edit */
    struct rate_plan *all;
    size_t all_count;
    const struct rate_plan **plans; /* of the edit; NULL: all plans */
    int64_t *values;                /* by plan × set */
};

/* The pointer of a set: "/prices/2/amount", "/maxStay". */
static bool at_set(const struct desk_rate_set *s, const char *member, struct err *e)
{
    if (!s->list) {
        return err_in(e, str_of(edit_field_names[s->field]));
    }
    err_in(e, str_of(member));
    err_in_index(e, s->index);
    return err_in(e, str_of(s->list));
}

/* --- what can be said without looking --- */

static bool check_range(const struct desk_rate_edit *edit, struct err *e)
{
    int64_t nights = 0;
    if (!nights_check(edit->from, edit->to, DESK_RATE_NIGHTS, e)) {
        return false;
    }
    for (int32_t night = edit->from; night < edit->to; night++) {
        nights += edit_on_weekday(edit->weekdays, night);
    }
    if (nights == 0) {
        return err_field(e, ERR_INVALID, "weekdays", "no night of that range is on such a day",
                         "aucune nuit de cette période ne tombe un de ces jours");
    }
    int64_t each = (int64_t)(edit->room_type_count * edit->rate_plan_count * edit->set_count);
    return nights * each <= DESK_RATE_CELLS ||
           err_field(
               e, ERR_INVALID, "to",
               "these are %lld values; at most %d at once: choose fewer nights, room types or plans",
               "cela fait %lld valeurs ; au plus %d à la fois : choisissez moins de nuits, de types ou de "
               "plans",
               (long long)(nights * each), DESK_RATE_CELLS);
}

static const struct desk_rate_set *set_of(const struct desk_rate_edit *edit, int field)
{
    for (size_t i = 0; i < edit->set_count; i++) {
        if (edit->sets[i].field == field && !edit->sets[i].inherit) {
            return &edit->sets[i];
        }
    }
    return NULL;
}

/* Two limits of one call, of which the first may not be above the second; 0 is no limit. */
static bool check_pair(const struct desk_rate_edit *edit, int least, int most, struct err *e)
{
    const struct desk_rate_set *low = set_of(edit, least), *high = set_of(edit, most);
    if (!low || !high || high->value == 0 || low->value <= high->value) {
        return true;
    }
    return err_field(e, ERR_INVALID, edit_field_names[least],
                     "%lld is more than the maximum of %lld that is set with it: nothing could be sold",
                     "%lld dépasse le maximum de %lld fixé avec lui : rien ne serait vendable",
                     (long long)low->value, (long long)high->value);
}

static bool check_sets(const struct desk_rate_edit *edit, struct err *e)
{
    if (edit->set_count == 0) {
        return err_set(e, ERR_INVALID, "say what to change: a price or a restriction",
                       "dites ce qu'il faut modifier : un prix ou une restriction");
    }
    for (size_t i = 0; i < edit->set_count; i++) {
        const struct desk_rate_set *s = &edit->sets[i];
        int64_t most = edit_is_flag(s->field) ? 1 : EDIT_STAY_MAX;
        if (edit_is_restriction(s->field) && !s->inherit && (s->value < 0 || s->value > most)) {
            err_set(e, ERR_INVALID, "%lld is out of range: from 0 to %lld is accepted",
                    "%lld est hors limites : de 0 à %lld est accepté", (long long)s->value, (long long)most);
            return at_set(s, "value", e);
        }
        if (s->occupancy < 0 || s->occupancy > RATE_OCCUPANCY_MAX) {
            err_set(e, ERR_INVALID, "%lld people: from 1 to %d is accepted",
                    "%lld personnes : de 1 à %d est accepté", (long long)s->occupancy, RATE_OCCUPANCY_MAX);
            return at_set(s, "occupancy", e);
        }
    }
    return check_pair(edit, EDIT_MIN_STAY_ARRIVAL, EDIT_MAX_STAY, e) &&
           check_pair(edit, EDIT_MIN_STAY_THROUGH, EDIT_MAX_STAY, e) &&
           check_pair(edit, EDIT_MIN_ADVANCE_DAYS, EDIT_MAX_ADVANCE_DAYS, e);
}

/* --- which rooms and plans --- */

static bool in_list(const char *list, size_t index, struct err *e)
{
    err_in_index(e, index);
    return err_in(e, str_of(list));
}

static bool said_twice(const char *list, size_t index, struct str code, struct err *e)
{
    err_set(e, ERR_INVALID, "“%.*s” is there twice", "« %.*s » y figure deux fois", STR_ARG(code));
    return in_list(list, index, e);
}

static bool none_given(const char *list, struct err *e)
{
    return err_field(e, ERR_INVALID, list, "at least one is needed", "il en faut au moins un");
}

static bool find_rooms(struct rate_work *w, struct err *e)
{
    const struct desk_rate_edit *edit = w->edit;
    struct room_type *all;
    size_t count;
    if (edit->room_type_count == 0) {
        return none_given("roomTypes", e);
    }
    if (!room_type_list(w->c, w->a, w->hotel->id, &all, &count, e)) {
        return false;
    }
    w->rooms = arena_array(w->a, struct room_type, edit->room_type_count);
    for (size_t i = 0; i < edit->room_type_count; i++) {
        struct str key = fold(w->a, edit->room_types[i]);
        for (size_t k = 0; k < count && !w->rooms[i].id; k++) {
            w->rooms[i] = str_eq(all[k].code_key, key) ? all[k] : w->rooms[i];
        }
        if (!w->rooms[i].id) {
            err_set(e, ERR_NOT_FOUND, "there is no room type “%.*s”",
                    "il n'y a pas de type de chambre « %.*s »", STR_ARG(edit->room_types[i]));
            return in_list("roomTypes", i, e);
        }
        for (size_t k = 0; k < i; k++) {
            if (w->rooms[k].id == w->rooms[i].id) {
                return said_twice("roomTypes", i, w->rooms[i].code, e);
            }
        }
    }
    return true;
}

static bool find_plan(struct rate_work *w, size_t i, struct err *e)
{
    struct str code = w->edit->rate_plans[i], key = fold(w->a, code);
    for (size_t k = 0; k < w->all_count && !w->plans[i] && !str_eq(code, RATE_ALL_PLANS); k++) {
        w->plans[i] = str_eq(w->all[k].code_key, key) ? &w->all[k] : NULL;
    }
    if (!w->plans[i] && !str_eq(code, RATE_ALL_PLANS)) {
        err_set(e, ERR_NOT_FOUND, "there is no rate plan “%.*s”", "il n'y a pas de plan tarifaire « %.*s »",
                STR_ARG(code));
        return in_list("ratePlans", i, e);
    }
    for (size_t k = 0; k < i; k++) {
        if (w->plans[k] == w->plans[i]) {
            return said_twice("ratePlans", i, code, e);
        }
    }
    return true;
}

static bool find_plans(struct rate_work *w, struct err *e)
{
    size_t n = w->edit->rate_plan_count;
    if (n == 0) {
        return none_given("ratePlans", e);
    }
    if (!rate_plan_list(w->c, w->a, w->hotel->id, &w->all, &w->all_count, e)) {
        return false;
    }
    w->plans = arena_calloc(w->a, n, sizeof(*w->plans));
    for (size_t i = 0; i < n; i++) {
        if (!find_plan(w, i, e)) {
            return false;
        }
    }
    return true;
}

/* --- what is to be set, for each plan --- */

static bool price_value(const struct rate_plan *p, const struct desk_rate_set *s, int64_t *out, struct err *e)
{
    if (!p) {
        err_set(e, ERR_INVALID, "a price belongs to a rate plan: “*” has restrictions only",
                "un prix appartient à un plan tarifaire : « * » n'a que des restrictions");
        return at_set(s, "amount", e);
    }
    if (p->pricing == RATE_PER_ROOM && s->occupancy > 0) {
        err_set(e, ERR_INVALID, "“%.*s” is priced per room, however many people: leave the occupancy out",
                "« %.*s » est tarifé par chambre, quel que soit le nombre de personnes : n'indiquez pas "
                "d'occupation",
                STR_ARG(p->code));
        return at_set(s, "occupancy", e);
    }
    *out = FIELD_INT_NONE;
    if (s->inherit) {
        return true;
    }
    const struct currency *c = currency_find(p->currency);
    if (s->amount.digits < 0 || !money_from_decimal(s->amount, c, false, out, NULL)) {
        err_set(e, ERR_INVALID, "this is no price in %s: below zero, or finer than the currency",
                "ce n'est pas un prix en %s : négatif, ou plus fin que la devise", c->code);
        return at_set(s, "amount", e);
    }
    if (*out > RATE_MAX_MINOR) {
        err_set(e, ERR_INVALID, "this price is beyond any sense: look at the decimal point",
                "ce prix est hors de toute mesure : vérifiez la virgule");
        return at_set(s, "amount", e);
    }
    return true;
}

static bool same_cell(const struct rate_plan *p, const struct desk_rate_set *x, const struct desk_rate_set *y)
{
    return x->field == y->field && (x->field != EDIT_PRICE || rate_row_occupancy(p, x->occupancy) ==
                                                                  rate_row_occupancy(p, y->occupancy));
}

static bool set_values(struct rate_work *w, struct err *e)
{
    const struct desk_rate_edit *edit = w->edit;
    w->values = arena_array(w->a, int64_t, edit->rate_plan_count * edit->set_count);
    for (size_t i = 0; i < edit->rate_plan_count; i++) {
        for (size_t k = 0; k < edit->set_count; k++) {
            const struct desk_rate_set *s = &edit->sets[k];
            int64_t *value = &w->values[i * edit->set_count + k];
            *value = s->inherit ? FIELD_INT_NONE : s->value;
            if (s->field == EDIT_PRICE && !price_value(w->plans[i], s, value, e)) {
                return false;
            }
            for (size_t before = 0; before < k; before++) {
                if (same_cell(w->plans[i], &edit->sets[before], s)) {
                    err_set(e, ERR_INVALID, "this is said twice", "ceci est dit deux fois");
                    return at_set(s, "occupancy", e);
                }
            }
        }
    }
    return true;
}

/* --- doing it --- */

static bool set_cell(struct rate_work *w, const struct desk_rate_change *at, const struct desk_rate_set *s,
                     int64_t value, struct err *e)
{
    struct edit_cell cell = {
        .room_type_id = at->room->id,
        .rate_plan_id = at->plan ? at->plan->id : 0,
        .night = at->night,
        .occupancy = s->field == EDIT_PRICE ? rate_row_occupancy(at->plan, s->occupancy) : 0,
        .field = s->field,
        .after = value,
    };
    w->out->cells++;
    if (!rate_cell_read(w->c, w->hotel->id, &cell, &cell.before, e)) {
        return false;
    }
    if (cell.before == cell.after) {
        return true;
    }
    if (cell.field == EDIT_PRICE) {
        desk_rate_warn_price(w->out, at, cell.before, cell.after);
    }
    return edit_note(&w->log, &cell, e) &&
           rate_cell_write(w->c, w->hotel->id, &cell, value, w->log.row.id, e);
}

static bool set_nights(struct rate_work *w, const struct room_type *room, size_t plan, struct err *e)
{
    const struct desk_rate_edit *edit = w->edit;
    for (int32_t night = edit->from; night < edit->to; night++) {
        struct desk_rate_change at = {room, w->plans[plan], night};
        for (size_t k = 0; k < edit->set_count && edit_on_weekday(edit->weekdays, night); k++) {
            if (!set_cell(w, &at, &edit->sets[k], w->values[plan * edit->set_count + k], e)) {
                return false;
            }
        }
    }
    return true;
}

/* Whether what holds now contradicts itself, with what is inherited. */
static bool look_back(struct rate_work *w, const struct room_type *room, size_t plan, struct err *e)
{
    const struct desk_rate_edit *edit = w->edit;
    struct restriction_list rules = {0};
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    if (!restriction_day_read(w->c, &a, w->hotel->id, room->id, 0, edit->from, edit->to, &rules, e)) {
        return false;
    }
    for (const struct rate_plan *p = w->plans[plan]; p;
         p = rate_plan_of(w->all, w->all_count, p->parent_id)) {
        if (!restriction_day_read(w->c, &a, w->hotel->id, room->id, p->id, edit->from, edit->to, &rules, e)) {
            return false;
        }
    }
    struct rate_book book = {.plans = w->all,
                             .plan_count = w->all_count,
                             .restrictions = rules.list,
                             .restriction_count = rules.count};
    rate_book_sort(&book);
    for (int32_t night = edit->from; night < edit->to; night++) {
        if (edit_on_weekday(edit->weekdays, night)) {
            desk_rate_warn_rules(w->out, &(struct desk_rate_change){room, w->plans[plan], night}, &book);
        }
    }
    return true;
}

static bool set_all(struct rate_work *w, struct err *e)
{
    for (size_t i = 0; i < w->edit->room_type_count; i++) {
        for (size_t k = 0; k < w->edit->rate_plan_count; k++) {
            if (!set_nights(w, &w->rooms[i], k, e) || !look_back(w, &w->rooms[i], k, e)) {
                return false;
            }
        }
    }
    return true;
}

/* --- the line about it --- */

static struct str value_text(struct rate_work *w, size_t k, enum lang lang)
{
    const struct desk_rate_set *s = &w->edit->sets[k];
    int64_t value = w->values[k]; /* as the first plan has it */
    if (value == FIELD_INT_NONE) {
        return lang == LANG_FR ? S("hérité") : S("inherited");
    }
    if (s->field == EDIT_PRICE) {
        return money_show(w->a, value, currency_find(w->plans[0]->currency), lang);
    }
    if (edit_is_flag(s->field)) {
        return lang == LANG_FR ? (value ? S("oui") : S("non")) : (value ? S("yes") : S("no"));
    }
    return arena_fmt(w->a, "%lld", (long long)value);
}

static struct str sets_text(struct rate_work *w, enum lang lang)
{
    struct buf b = buf_in(w->a);
    for (size_t k = 0; k < w->edit->set_count && k < 4; k++) {
        const struct desk_rate_set *s = &w->edit->sets[k];
        buf_fmt(&b, "%s%.*s", k ? ", " : "", STR_ARG(text_in(edit_field_label(s->field), lang)));
        if (s->field == EDIT_PRICE && s->occupancy > 0) {
            buf_fmt(&b, " (%lld)", (long long)s->occupancy);
        }
        buf_fmt(&b, "%s%.*s", lang == LANG_FR ? " : " : ": ", STR_ARG(value_text(w, k, lang)));
    }
    if (w->edit->set_count > 4) {
        buf_fmt(&b, " + %zu", w->edit->set_count - 4);
    }
    return buf_str(&b);
}

static struct text summary(struct rate_work *w)
{
    const struct desk_rate_edit *edit = w->edit;
    struct str *rooms = arena_array(w->a, struct str, edit->room_type_count);
    struct str *plans = arena_array(w->a, struct str, edit->rate_plan_count);
    for (size_t i = 0; i < edit->room_type_count; i++) {
        rooms[i] = w->rooms[i].code;
    }
    for (size_t i = 0; i < edit->rate_plan_count; i++) {
        plans[i] = w->plans[i] ? w->plans[i]->code : RATE_ALL_PLANS;
    }
    struct text nights = edit_nights_text(w->a, edit->from, edit->to, edit->weekdays);
    struct str where =
        arena_fmt(w->a, "%.*s · %.*s", STR_ARG(edit_names_text(w->a, rooms, edit->room_type_count)),
                  STR_ARG(edit_names_text(w->a, plans, edit->rate_plan_count)));
    struct str en = sets_text(w, LANG_EN), fr = sets_text(w, LANG_FR);
    return (struct text){
        arena_fmt(w->a, "%.*s · %.*s · %.*s", STR_ARG(en), STR_ARG(where), STR_ARG(nights.en)),
        arena_fmt(w->a, "%.*s · %.*s · %.*s", STR_ARG(fr), STR_ARG(where), STR_ARG(nights.fr))};
}

static bool rate_work(struct db_conn *c, void *arg, struct err *e)
{
    struct rate_work *w = arg;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    int64_t now = clock_now_us(&w->env->clock);
    *w->out = (struct desk_rate_edited){0};
    w->c = c;
    struct apply *ap = apply_begin(c, &batch, w->hotel, now, e);
    if (!ap || !find_rooms(w, e) || !find_plans(w, e) || !set_values(w, e)) {
        return false;
    }
    edit_begin(&w->log, c, ap, w->hotel, EDIT_KIND_RATES, w->actor, now);
    if (!set_all(w, e)) {
        return false;
    }
    w->out->changed = (size_t)w->log.row.cells;
    w->out->edit_id = w->out->changed > 0 ? w->log.row.id : 0;
    return edit_end(&w->log, summary(w), e) &&
           (w->out->changed == 0 ||
            edit_event(ap, w->a, S("rates.modified"), &w->log, 0, w->edit->from, w->edit->to, e)) &&
           apply_end(ap, e);
}

bool desk_rate_edit(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                    const struct desk_rate_edit *edit, struct desk_rate_edited *out, struct err *e)
{
    struct rate_work w = {.env = env, .a = a, .hotel = hotel, .actor = actor, .edit = edit, .out = out};
    return check_sets(edit, e) && check_range(edit, e) && db_write(env->store->hotel, rate_work, &w, e);
}
