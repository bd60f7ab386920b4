#include "store/rate.h"

static struct rate_plan read_plan(const struct db_rows *rows, struct arena *a)
{
    return (struct rate_plan){
        .id = db_int(rows, 0),
        .code = db_copy(rows, 1, a),
        .code_key = db_copy(rows, 2, a),
        .name = db_copy(rows, 3, a),
        .pricing = (int)db_int(rows, 4),
        .base_occupancy = db_int(rows, 5),
        .parent_id = db_int(rows, 6),
        .percent_ppm = db_int_or(rows, 7, FIELD_INT_NONE),
        .amount_minor = db_int_or(rows, 8, FIELD_INT_NONE),
        .meal_plan = (int)db_int(rows, 9),
        .cancellation = {.text = db_copy(rows, 10, a),
                         .before = db_int_or(rows, 11, FIELD_INT_NONE),
                         .unit = (int)db_int_or(rows, 12, -1),
                         .fee_nights = db_int_or(rows, 14, FIELD_INT_NONE)},
        .fee_ppm = db_int_or(rows, 13, FIELD_INT_NONE),
        .taxes_included = (int8_t)db_int(rows, 15),
        .currency = db_copy(rows, 16, a),
        .active = (int8_t)db_int(rows, 17),
        .version = db_int(rows, 18),
    };
}

bool rate_plan_list(struct db_conn *c, struct arena *a, int64_t establishment_id, struct rate_plan **list,
                    size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    int64_t n = 0;
    if (!db_get_int(c, &n, e, SQL("SELECT count(*) FROM rate_plans WHERE establishment_id = $1"),
                    V_INT(establishment_id)) ||
        !db_query(
            c, &rows, e,
            SQL("SELECT id, code, code_key, name, pricing, base_occupancy, parent_id, percent_ppm, "
                "amount_minor, meal_plan, cancellation_text, cancellation_before, cancellation_unit, fee_ppm, "
                "fee_nights, taxes_included, currency, is_active, version FROM rate_plans WHERE "
                "establishment_id = $1 ORDER BY code_key"),
            V_INT(establishment_id))) {
        return false;
    }
    *list = arena_array(a, struct rate_plan, (size_t)n);
    *count = 0;
    while (*count < (size_t)n && db_next(&rows, e)) {
        (*list)[(*count)++] = read_plan(&rows, a);
    }
    if (e->code != ERR_NONE) {
        return false;
    }
    for (size_t i = 0; i < *count; i++) {
        const struct rate_plan *parent = rate_plan_of(*list, *count, (*list)[i].parent_id);
        rate_plan_show(a, &(*list)[i], parent ? parent->code : S("?"));
    }
    return true;
}

/* The columns that an insert and an update share, $3 to $18. */
#define PLAN_VALUES(p)                                                                                       \
    V_TEXT((p)->name), V_INT((p)->pricing), V_INT((p)->base_occupancy), V_INT_OR((p)->parent_id, 0),         \
        V_INT_OR((p)->percent_ppm, FIELD_INT_NONE), V_INT_OR((p)->amount_minor, FIELD_INT_NONE),             \
        V_INT((p)->meal_plan), V_TEXT((p)->cancellation.text),                                               \
        V_INT_OR((p)->cancellation.before, FIELD_INT_NONE), V_INT_OR((p)->cancellation.unit, -1),            \
        V_INT_OR((p)->fee_ppm, FIELD_INT_NONE), V_INT_OR((p)->cancellation.fee_nights, FIELD_INT_NONE),      \
        V_INT((p)->taxes_included), V_TEXT((p)->currency), V_INT((p)->active), V_INT((p)->version)

bool rate_plan_insert(struct db_conn *c, int64_t establishment_id, const struct rate_plan *p, int64_t now_us,
                      struct err *e)
{
    int64_t taken = 0;
    if (!db_get_int(c, &taken, e,
                    SQL("SELECT count(*) FROM rate_plans WHERE establishment_id = $1 AND code_key = $2"),
                    V_INT(establishment_id), V_TEXT(p->code_key))) {
        return false;
    }
    if (taken) {
        return err_field(e, ERR_CONFLICT, "code", "there is already a rate plan “%.*s”",
                         "il y a déjà un plan tarifaire « %.*s »", STR_ARG(p->code));
    }
    return db_exec(
        c, e,
        SQL("INSERT INTO rate_plans (establishment_id, id, name, pricing, base_occupancy, parent_id, "
            "percent_ppm, amount_minor, meal_plan, cancellation_text, cancellation_before, "
            "cancellation_unit, fee_ppm, fee_nights, taxes_included, currency, is_active, version, code, "
            "code_key, created_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
            "$16, $17, $18, $19, $20, $21)"),
        V_INT(establishment_id), V_INT(p->id), PLAN_VALUES(p), V_TEXT(p->code), V_TEXT(p->code_key),
        V_INT(now_us));
}

bool rate_plan_update(struct db_conn *c, int64_t establishment_id, const struct rate_plan *p, struct err *e)
{
    return db_exec(
        c, e,
        SQL("UPDATE rate_plans SET name = $3, pricing = $4, base_occupancy = $5, parent_id = $6, "
            "percent_ppm = $7, amount_minor = $8, meal_plan = $9, cancellation_text = $10, "
            "cancellation_before = $11, cancellation_unit = $12, fee_ppm = $13, fee_nights = $14, "
            "taxes_included = $15, currency = $16, is_active = $17, version = $18 WHERE establishment_id = "
            "$1 AND id = $2"),
        V_INT(establishment_id), V_INT(p->id), PLAN_VALUES(p));
}

bool rate_plan_delete(struct db_conn *c, int64_t establishment_id, int64_t id, struct err *e)
{
    return db_exec(c, e, SQL("DELETE FROM rate_plans WHERE establishment_id = $1 AND id = $2"),
                   V_INT(establishment_id), V_INT(id));
}

/* Rows are found by room type first, so that one look-up a room type answers. */
bool rate_plan_used(struct db_conn *c, int64_t establishment_id, int64_t id, bool *prices, bool *anything,
                    struct err *e)
{
    int64_t has_price = 0, has_rule = 0, has_child = 0;
    bool ok =
        db_get_int(c, &has_price, e,
                   SQL("SELECT count(*) FROM room_types t WHERE t.establishment_id = $1 AND EXISTS (SELECT 1 "
                       "FROM rate_days d WHERE d.establishment_id = $1 AND d.room_type_id = t.id AND "
                       "d.rate_plan_id = $2)"),
                   V_INT(establishment_id), V_INT(id)) &&
        db_get_int(c, &has_rule, e,
                   SQL("SELECT count(*) FROM room_types t WHERE t.establishment_id = $1 AND EXISTS (SELECT 1 "
                       "FROM restriction_days d WHERE d.establishment_id = $1 AND d.room_type_id = t.id AND "
                       "d.rate_plan_id = $2)"),
                   V_INT(establishment_id), V_INT(id)) &&
        db_get_int(c, &has_child, e,
                   SQL("SELECT count(*) FROM rate_plans WHERE establishment_id = $1 AND parent_id = $2"),
                   V_INT(establishment_id), V_INT(id));
    *prices = has_price > 0;
    *anything = has_price > 0 || has_rule > 0 || has_child > 0;
    return ok;
}

bool rate_day_read(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t room_type_id,
                   int64_t rate_plan_id, int32_t from, int32_t to, struct rate_days *out, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(
            c, &rows, e,
            SQL("SELECT night, occupancy, amount_minor, version FROM rate_days WHERE establishment_id = "
                "$1 AND room_type_id = $2 AND rate_plan_id = $3 AND night >= $4 AND night < $5 ORDER BY "
                "night, occupancy"),
            V_INT(establishment_id), V_INT(room_type_id), V_INT(rate_plan_id), V_INT(from), V_INT(to))) {
        return false;
    }
    while (db_next(&rows, e)) {
        arena_more(a, out->list, out->count, out->room, 64);
        out->list[out->count++] = (struct rate_day){room_type_id,
                                                    rate_plan_id,
                                                    (int32_t)db_int(&rows, 0),
                                                    db_int(&rows, 1),
                                                    db_int_or(&rows, 2, FIELD_INT_NONE),
                                                    db_int(&rows, 3)};
    }
    return e->code == ERR_NONE;
}

bool restriction_day_read(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t room_type_id,
                          int64_t rate_plan_id, int32_t from, int32_t to, struct restriction_list *out,
                          struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(c, &rows, e,
                  SQL("SELECT night, version, min_stay_arrival, min_stay_through, max_stay, "
                      "closed_to_arrival, closed_to_departure, stop_sell, min_advance_days, max_advance_days "
                      "FROM restriction_days WHERE establishment_id = $1 AND room_type_id = $2 AND "
                      "rate_plan_id = $3 AND night >= $4 AND night < $5 ORDER BY night"),
                  V_INT(establishment_id), V_INT(room_type_id), V_INT(rate_plan_id), V_INT(from),
                  V_INT(to))) {
        return false;
    }
    while (db_next(&rows, e)) {
        arena_more(a, out->list, out->count, out->room, 64);
        struct restriction_day *d = &out->list[out->count++];
        *d = (struct restriction_day){.room_type_id = room_type_id,
                                      .rate_plan_id = rate_plan_id,
                                      .night = (int32_t)db_int(&rows, 0),
                                      .version = db_int(&rows, 1)};
        for (int i = 0; i < EDIT_RESTRICTIONS; i++) {
            d->values[i] = db_int_or(&rows, 2 + i, FIELD_INT_NONE);
        }
    }
    return e->code == ERR_NONE;
}

#define READ(column)                                                                                         \
    SQL("SELECT " column " FROM restriction_days WHERE establishment_id = $1 AND room_type_id = $2 AND "     \
        "rate_plan_id = $3 AND night = $4")
#define WRITE(column)                                                                                        \
    SQL("INSERT INTO restriction_days (establishment_id, room_type_id, rate_plan_id, night, " column         \
        ", version) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (establishment_id, room_type_id, "           \
        "rate_plan_id, night) DO UPDATE SET " column " = excluded." column ", version = excluded.version")

struct restriction_sql {
    struct sql read, write;
};

static struct restriction_sql restriction_sql(int field)
{
    const struct restriction_sql columns[EDIT_RESTRICTIONS] = {
        {READ("min_stay_arrival"), WRITE("min_stay_arrival")},
        {READ("min_stay_through"), WRITE("min_stay_through")},
        {READ("max_stay"), WRITE("max_stay")},
        {READ("closed_to_arrival"), WRITE("closed_to_arrival")},
        {READ("closed_to_departure"), WRITE("closed_to_departure")},
        {READ("stop_sell"), WRITE("stop_sell")},
        {READ("min_advance_days"), WRITE("min_advance_days")},
        {READ("max_advance_days"), WRITE("max_advance_days")},
    };
    return columns[field - EDIT_RESTRICTION_FIRST];
}

static bool no_such_cell(const struct edit_cell *key, struct err *e)
{
    return err_set(e, ERR_INTERNAL, "field %d is neither a price nor a restriction",
                   "le champ %d n'est ni un prix ni une restriction", key->field);
}

bool rate_cell_read(struct db_conn *c, int64_t establishment_id, const struct edit_cell *key, int64_t *value,
                    struct err *e)
{
    *value = FIELD_INT_NONE;
    if (key->field == EDIT_PRICE) {
        return db_get_int(c, value, e,
                          SQL("SELECT amount_minor FROM rate_days WHERE establishment_id = $1 AND "
                              "room_type_id = $2 AND rate_plan_id = $3 AND night = $4 AND occupancy = $5"),
                          V_INT(establishment_id), V_INT(key->room_type_id), V_INT(key->rate_plan_id),
                          V_INT(key->night), V_INT(key->occupancy));
    }
    if (!edit_is_restriction(key->field)) {
        return no_such_cell(key, e);
    }
    return db_get_int(c, value, e, restriction_sql(key->field).read, V_INT(establishment_id),
                      V_INT(key->room_type_id), V_INT(key->rate_plan_id), V_INT(key->night));
}

bool rate_cell_write(struct db_conn *c, int64_t establishment_id, const struct edit_cell *key, int64_t value,
                     int64_t version, struct err *e)
{
    if (key->field == EDIT_PRICE) {
        return db_exec(
            c, e,
            SQL("INSERT INTO rate_days (establishment_id, room_type_id, rate_plan_id, night, "
                "occupancy, amount_minor, version) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT "
                "(establishment_id, room_type_id, rate_plan_id, night, occupancy) DO UPDATE SET "
                "amount_minor = excluded.amount_minor, version = excluded.version"),
            V_INT(establishment_id), V_INT(key->room_type_id), V_INT(key->rate_plan_id), V_INT(key->night),
            V_INT(key->occupancy), V_INT_OR(value, FIELD_INT_NONE), V_INT(version));
    }
    if (!edit_is_restriction(key->field)) {
        return no_such_cell(key, e);
    }
    return db_exec(c, e, restriction_sql(key->field).write, V_INT(establishment_id), V_INT(key->room_type_id),
                   V_INT(key->rate_plan_id), V_INT(key->night), V_INT_OR(value, FIELD_INT_NONE),
                   V_INT(version));
}
