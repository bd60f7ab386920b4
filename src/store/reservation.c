#include "store/reservation.h"

#include "store/search.h"

const char *const revision_outcomes[] = {"applied", "stale", "conflict", "same", NULL};

/* The columns that read_row() expects, with the guest joined. */
#define ROW_COLUMNS                                                                                                                     \
    "r.id, r.channel, r.reference, r.integration_id, r.status, r.revision, r.ordered_us, r.is_dated, "                                  \
    "r.booked_us, r.currency, r.total_minor, r.commission_minor, r.arrival, r.departure, r.guest_id, "                                  \
    "r.notes, r.is_oversold, r.is_unmapped, r.revisions, r.created_us, r.updated_us, g.first_name, "                                    \
    "g.last_name, g.email, g.phone, g.country, g.language, r.arrived_us, r.expires_us, r.charges FROM reservations r JOIN guests g ON " \
    "g.establishment_id = r.establishment_id AND g.id = r.guest_id "

static void read_row(const struct db_rows *rows, struct arena *a, struct reservation_row *r)
{
    *r = (struct reservation_row){
        .id = db_int(rows, 0),
        .channel = db_copy(rows, 1, a),
        .reference = db_copy(rows, 2, a),
        .integration_id = db_copy(rows, 3, a),
        .status = (int)db_int(rows, 4),
        .revision = db_copy(rows, 5, a),
        .ordered_us = db_int(rows, 6),
        .dated = (enum reservation_dated)db_int(rows, 7),
        .booked_us = db_int_or(rows, 8, INSTANT_NONE),
        .currency = db_copy(rows, 9, a),
        .total_minor = db_int_or(rows, 10, FIELD_INT_NONE),
        .commission_minor = db_int_or(rows, 11, FIELD_INT_NONE),
        .arrival = (int32_t)db_int_or(rows, 12, DATE_NONE),
        .departure = (int32_t)db_int_or(rows, 13, DATE_NONE),
        .guest_id = db_int(rows, 14),
        .notes = db_copy(rows, 15, a),
        .oversold = db_int(rows, 16) != 0,
        .unmapped = db_int(rows, 17) != 0,
        .revisions = db_int(rows, 18),
        .created_us = db_int(rows, 19),
        .updated_us = db_int(rows, 20),
        .arrived_us = db_int(rows, 27),
        .expires_us = db_int_or(rows, 28, INSTANT_NONE),
        .charges = db_copy(rows, 29, a),
        .guest = {db_copy(rows, 21, a), db_copy(rows, 22, a), db_copy(rows, 23, a), db_copy(rows, 24, a),
                  db_copy(rows, 25, a), db_copy(rows, 26, a)},
    };
}

int reservation_stay_status(const struct reservation_row *r, const struct stay_row *s)
{
    return reservation_room_status(r->status, s->apart ? s->status : -1);
}

int32_t reservation_stay_taken_to(const struct reservation_row *r, const struct stay_row *s)
{
    return reservation_taken_to(reservation_stay_status(r, s), s->arrival, s->departure, s->keeps_nights);
}

static bool read_stays(struct db_conn *c, struct arena *a, int64_t establishment_id,
                       struct reservation_row *r, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(
            c, &rows, e,
            SQL("SELECT s.reference, s.room_type_id, s.room_type, s.rate_plan, s.arrival, s.departure, s.adults, "
                "s.children, s.amount_minor, s.is_oversold, s.named_by, s.room_key, s.position, s.status, "
                "s.keeps_nights, s.charges, t.code FROM room_stays s LEFT JOIN room_types t ON "
                "t.establishment_id = s.establishment_id AND t.id = s.room_type_id WHERE s.establishment_id = $1 "
                "AND s.reservation_id = $2 ORDER BY s.position"),
            V_INT(establishment_id), V_INT(r->id))) {
        return false;
    }
    size_t room = 0;
    while (db_next(&rows, e)) {
        arena_more(a, r->stays, r->stay_count, room, 2);
        r->stays[r->stay_count++] = (struct stay_row){
            .reference = db_copy(&rows, 0, a),
            .room_type_id = db_int(&rows, 1),
            .room_type = db_copy(&rows, 2, a),
            .rate_plan = db_copy(&rows, 3, a),
            .arrival = (int32_t)db_int(&rows, 4),
            .departure = (int32_t)db_int(&rows, 5),
            .adults = db_int_or(&rows, 6, FIELD_INT_NONE),
            .children = db_int_or(&rows, 7, FIELD_INT_NONE),
            .amount_minor = db_int_or(&rows, 8, FIELD_INT_NONE),
            .oversold = db_int(&rows, 9) != 0,
            .named_by = db_copy(&rows, 10, a),
            .room_key = db_copy(&rows, 11, a),
            .position = db_int(&rows, 12),
            .apart = !db_is_null(&rows, 13),
            .status = (int)db_int(&rows, 13),
            .keeps_nights = db_int(&rows, 14) != 0,
            .charges = db_copy(&rows, 15, a),
            .code = db_copy(&rows, 16, a),
        };
    }
    return e->code == ERR_NONE;
}

bool reservation_find(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str channel,
                      struct str reference, struct reservation_row *out, bool *found, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *found = false;
    if (!db_query(c, &rows, e,
                  SQL("SELECT " ROW_COLUMNS
                      "WHERE r.establishment_id = $1 AND r.channel = $2 AND r.reference = $3"),
                  V_INT(establishment_id), V_TEXT(channel), V_TEXT(reference))) {
        return false;
    }
    if (!db_next(&rows, e)) {
        return e->code == ERR_NONE;
    }
    read_row(&rows, a, out);
    *found = true;
    return read_stays(c, a, establishment_id, out, e);
}

bool reservation_get(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t id,
                     struct reservation_row *out, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(c, &rows, e, SQL("SELECT " ROW_COLUMNS "WHERE r.establishment_id = $1 AND r.id = $2"),
                  V_INT(establishment_id), V_INT(id))) {
        return false;
    }
    if (!db_next(&rows, e)) {
        return e->code == ERR_NONE &&
               err_set(e, ERR_NOT_FOUND, "there is no such reservation", "cette réservation n'existe pas");
    }
    read_row(&rows, a, out);
    return read_stays(c, a, establishment_id, out, e);
}

static bool save_guest(struct db_conn *c, int64_t establishment_id, const struct reservation_row *r,
                       bool is_new, struct err *e)
{
    const struct guest *g = &r->guest;
    if (is_new) {
        return db_exec(
            c, e,
            SQL("INSERT INTO guests (establishment_id, id, first_name, last_name, email, phone, country, "
                "language) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
            V_INT(establishment_id), V_INT(r->guest_id), V_TEXT(g->first_name), V_TEXT(g->last_name),
            V_TEXT(g->email), V_TEXT(g->phone), V_TEXT(g->country), V_TEXT(g->language));
    }
    return db_exec(
        c, e,
        SQL("UPDATE guests SET first_name = $3, last_name = $4, email = $5, phone = $6, country = $7, "
            "language = $8 WHERE establishment_id = $1 AND id = $2"),
        V_INT(establishment_id), V_INT(r->guest_id), V_TEXT(g->first_name), V_TEXT(g->last_name),
        V_TEXT(g->email), V_TEXT(g->phone), V_TEXT(g->country), V_TEXT(g->language));
}

static bool save_stays(struct db_conn *c, int64_t establishment_id, const struct reservation_row *r,
                       bool is_new, struct err *e)
{
    if (!is_new &&
        !db_exec(c, e, SQL("DELETE FROM room_stays WHERE establishment_id = $1 AND reservation_id = $2"),
                 V_INT(establishment_id), V_INT(r->id))) {
        return false;
    }
    int64_t position = -1;
    for (size_t i = 0; i < r->stay_count; i++) {
        const struct stay_row *s = &r->stays[i];
        position = s->position > position ? s->position : position + 1;
        if (!db_exec(
                c, e,
                SQL("INSERT INTO room_stays (establishment_id, reservation_id, position, reference, "
                    "room_type_id, room_type, rate_plan, arrival, departure, adults, children, amount_minor, "
                    "is_oversold, named_by, room_key, status, keeps_nights, charges) VALUES ($1, $2, $3, $4, $5, $6, $7, "
                    "$8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"),
                V_INT(establishment_id), V_INT(r->id), V_INT(position), V_TEXT(s->reference),
                V_INT_OR(s->room_type_id, 0), V_TEXT(s->room_type), V_TEXT(s->rate_plan), V_INT(s->arrival),
                V_INT(s->departure), V_INT_OR(s->adults, FIELD_INT_NONE),
                V_INT_OR(s->children, FIELD_INT_NONE), V_INT_OR(s->amount_minor, FIELD_INT_NONE),
                V_INT(s->oversold), V_TEXT(s->named_by), V_TEXT(s->room_key),
                V_INT_OR(s->apart ? s->status : FIELD_INT_NONE, FIELD_INT_NONE), V_INT(s->keeps_nights),
                V_TEXT(s->charges))) {
            return false;
        }
    }
    return true;
}

/* Parameters $1 to $25 of both statements below. */
#define ROW_VALUES(r)                                                                                        \
    V_INT(establishment_id), V_INT((r)->id), V_TEXT((r)->channel), V_TEXT((r)->reference),                   \
        V_TEXT((r)->integration_id), V_INT((r)->status), V_TEXT((r)->revision), V_INT((r)->ordered_us),      \
        V_INT((r)->dated), V_INT_OR((r)->booked_us, INSTANT_NONE), V_TEXT((r)->currency),                    \
        V_INT_OR((r)->total_minor, FIELD_INT_NONE), V_INT_OR((r)->commission_minor, FIELD_INT_NONE),         \
        V_INT_OR((r)->arrival, DATE_NONE), V_INT_OR((r)->departure, DATE_NONE), V_INT((r)->guest_id),        \
        V_TEXT((r)->notes), V_INT((r)->oversold), V_INT((r)->unmapped), V_INT((r)->revisions),               \
        V_INT((r)->created_us), V_INT((r)->updated_us), V_INT((r)->arrived_us),                              \
        V_INT_OR((r)->expires_us, INSTANT_NONE), V_TEXT((r)->charges)

bool reservation_save(struct db_conn *c, int64_t establishment_id, const struct reservation_row *r,
                      bool is_new, bool keep_stays, struct err *e)
{
    bool ok =
        is_new
            ? db_exec(
                  c, e,
                  SQL("INSERT INTO reservations (establishment_id, id, channel, reference, integration_id, status, "
                      "revision, ordered_us, is_dated, booked_us, currency, total_minor, commission_minor, "
                      "arrival, departure, guest_id, notes, is_oversold, is_unmapped, revisions, created_us, "
                      "updated_us, arrived_us, expires_us, charges) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
                      "$11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)"),
                  ROW_VALUES(r))
            : db_exec(
                  c, e,
                  SQL("UPDATE reservations SET channel = $3, reference = $4, integration_id = $5, status = $6, "
                      "revision = $7, ordered_us = $8, is_dated = $9, booked_us = $10, currency = $11, "
                      "total_minor = $12, commission_minor = $13, arrival = $14, departure = $15, guest_id = $16, "
                      "notes = $17, is_oversold = $18, is_unmapped = $19, revisions = $20, created_us = $21, "
                      "updated_us = $22, arrived_us = $23, expires_us = $24, charges = $25 WHERE establishment_id = $1 AND id = $2"),
                  ROW_VALUES(r));
    return ok && save_guest(c, establishment_id, r, is_new, e) &&
           (keep_stays || save_stays(c, establishment_id, r, is_new, e));
}

bool reservation_list(struct db_conn *c, struct arena *a, int64_t establishment_id,
                      const struct reservation_filter *f, struct reservation_row **list, size_t *count,
                      struct err *e)
{
    *list = arena_array(a, struct reservation_row, f->limit);
    *count = 0;
    {
        DB_ROWS_SCOPE rows = {0};
        if (!db_query(
                c, &rows, e,
                SQL("SELECT " ROW_COLUMNS "WHERE r.establishment_id = $1 AND ($2 = 0 OR r.id < $2) AND "
                    "($3 = '%' OR lower(r.reference) LIKE lower($3) ESCAPE '!' OR lower(coalesce(g.first_name, '') "
                    "|| ' ' || coalesce(g.last_name, '')) LIKE lower($3) ESCAPE '!') AND ($4 = -1 OR r.status = $4) AND "
                    "(CAST($5 AS TEXT) IS NULL OR r.channel = $5) AND ($6 = 0 OR (r.departure > $7 AND "
                    "r.arrival < $8)) AND ($9 = 0 OR r.is_oversold = 1 OR r.is_unmapped = 1) AND "
                    "(CAST($10 AS TEXT) IS NULL OR r.reference = $10) ORDER BY r.id DESC LIMIT $11"),
                V_INT(establishment_id), V_INT(f->after_id), V_TEXT(search_pattern(a, f->search)),
                V_INT(f->status), V_TEXT(f->channel), V_INT(f->from != DATE_NONE), V_INT(f->from),
                V_INT(f->to), V_INT(f->attention), V_TEXT(f->reference), V_INT((int64_t)f->limit))) {
            return false;
        }
        while (*count < f->limit && db_next(&rows, e)) {
            read_row(&rows, a, &(*list)[(*count)++]);
        }
        if (e->code != ERR_NONE) {
            return false;
        }
    }
    for (size_t i = 0; i < *count; i++) {
        if (!read_stays(c, a, establishment_id, &(*list)[i], e)) {
            return false;
        }
    }
    return true;
}

bool reservation_each(struct db_conn *c, int64_t establishment_id,
                      bool (*each)(void *ctx, struct arena *a, const struct reservation_row *r,
                                   struct err *e),
                      void *ctx, struct err *e)
{
    ARENA_SCOPE a;
    DB_ROWS_SCOPE rows = {0};
    arena_init(&a, SIZE_MAX);
    if (!db_query(c, &rows, e, SQL("SELECT " ROW_COLUMNS "WHERE r.establishment_id = $1 ORDER BY r.id"),
                  V_INT(establishment_id))) {
        return false;
    }
    while (db_next(&rows, e)) {
        struct reservation_row r;
        arena_reset(&a);
        read_row(&rows, &a, &r);
        if (!read_stays(c, &a, establishment_id, &r, e) || !each(ctx, &a, &r, e)) {
            return false;
        }
    }
    return e->code == ERR_NONE;
}

static bool read_ids(struct db_rows *rows, struct arena *a, size_t limit, int64_t **ids, size_t *count,
                     struct err *e)
{
    *ids = arena_array(a, int64_t, limit);
    *count = 0;
    while (*count < limit && db_next(rows, e)) {
        (*ids)[(*count)++] = db_int(rows, 0);
    }
    return *count == limit || e->code == ERR_NONE;
}

bool reservation_waits(struct db_conn *c, int64_t establishment_id, struct str named_by, struct str room_key,
                       bool *waits, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *waits = false;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT r.status, s.status FROM room_stays s JOIN reservations r ON r.establishment_id = "
                "s.establishment_id AND r.id = s.reservation_id WHERE s.establishment_id = $1 AND "
                "s.room_key = $2 AND s.room_type_id IS NULL AND coalesce(s.named_by, '') = $3"),
            V_INT(establishment_id), V_TEXT(room_key), V_TEXT(named_by.n ? named_by : S("")))) {
        return false;
    }
    while (!*waits && db_next(&rows, e)) {
        int status = reservation_room_status((int)db_int(&rows, 0), (int)db_int_or(&rows, 1, -1));
        *waits = reservation_sold(status) || reservation_held(status);
    }
    return *waits || e->code == ERR_NONE;
}

bool reservation_oversold(struct db_conn *c, struct arena *a, int64_t establishment_id, int64_t room_type_id,
                          int32_t from, int32_t to, int64_t after_id, size_t limit, int64_t **ids,
                          size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    return db_query(
               c, &rows, e,
               SQL("SELECT DISTINCT reservation_id FROM room_stays WHERE establishment_id = $1 AND room_type_id = $2 "
                   "AND departure > $3 AND arrival < $4 AND is_oversold = 1 AND reservation_id > $5 "
                   "ORDER BY reservation_id LIMIT $6"),
               V_INT(establishment_id), V_INT(room_type_id), V_INT(from), V_INT(to), V_INT(after_id),
               V_INT((int64_t)limit)) &&
           read_ids(&rows, a, limit, ids, count, e);
}

bool reservation_waiting(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str room_key,
                         int64_t after_id, size_t limit, int64_t **ids, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    return db_query(
               c, &rows, e,
               SQL("SELECT DISTINCT reservation_id FROM room_stays WHERE establishment_id = $1 AND "
                   "room_key = $2 AND room_type_id IS NULL AND reservation_id > $3 ORDER BY reservation_id "
                   "LIMIT $4"),
               V_INT(establishment_id), V_TEXT(room_key), V_INT(after_id), V_INT((int64_t)limit)) &&
           read_ids(&rows, a, limit, ids, count, e);
}

bool reservation_named(struct db_conn *c, struct arena *a, int64_t establishment_id, struct str named_by,
                       struct str room_key, int32_t today, int64_t after_id, size_t limit, int64_t **ids,
                       size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    return db_query(
               c, &rows, e,
               SQL("SELECT DISTINCT reservation_id FROM room_stays WHERE establishment_id = $1 AND "
                   "room_key = $2 AND coalesce(named_by, '') = $3 AND (room_type_id IS NULL OR departure >= "
                   "$4) AND reservation_id > $5 ORDER BY reservation_id LIMIT $6"),
               V_INT(establishment_id), V_TEXT(room_key), V_TEXT(named_by.n ? named_by : S("")), V_INT(today),
               V_INT(after_id), V_INT((int64_t)limit)) &&
           read_ids(&rows, a, limit, ids, count, e);
}

static struct unmapped_stays read_taken(const struct db_rows *rows)
{
    struct unmapped_stays s = {.arrival = (int32_t)db_int(rows, 0),
                               .status =
                                   reservation_room_status((int)db_int(rows, 2), (int)db_int_or(rows, 3, -1)),
                               .count = db_int(rows, 5)};
    s.taken_to = reservation_taken_to(s.status, s.arrival, (int32_t)db_int(rows, 1), db_int(rows, 4) != 0);
    return s;
}

bool reservation_unmapped(struct db_conn *c, int64_t establishment_id,
                          bool (*each)(void *ctx, const struct unmapped_stays *s, struct err *e), void *ctx,
                          struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(
            c, &rows, e,
            SQL("SELECT s.arrival, s.departure, r.status, s.status, s.keeps_nights, count(*) FROM room_stays s JOIN "
                "reservations r ON r.establishment_id = s.establishment_id AND r.id = s.reservation_id WHERE "
                "s.establishment_id = $1 AND s.room_type_id IS NULL GROUP BY s.arrival, s.departure, r.status, "
                "s.status, s.keeps_nights ORDER BY s.arrival, s.departure, r.status"),
            V_INT(establishment_id))) {
        return false;
    }
    while (db_next(&rows, e)) {
        struct unmapped_stays s = read_taken(&rows);
        if (!each(ctx, &s, e)) {
            return false;
        }
    }
    return e->code == ERR_NONE;
}

bool reservation_taken(struct db_conn *c, int64_t establishment_id,
                       bool (*each)(void *ctx, int64_t room_type_id, const struct unmapped_stays *s,
                                    struct err *e),
                       void *ctx, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    if (!db_query(
            c, &rows, e,
            SQL("SELECT s.arrival, s.departure, r.status, s.status, s.keeps_nights, count(*), s.room_type_id FROM "
                "room_stays s JOIN reservations r ON r.establishment_id = s.establishment_id AND r.id = "
                "s.reservation_id WHERE s.establishment_id = $1 GROUP BY s.room_type_id, s.arrival, s.departure, "
                "r.status, s.status, s.keeps_nights ORDER BY s.room_type_id, s.arrival, s.departure, r.status"),
            V_INT(establishment_id))) {
        return false;
    }
    while (db_next(&rows, e)) {
        struct unmapped_stays s = read_taken(&rows);
        if (!each(ctx, db_int(&rows, 6), &s, e)) {
            return false;
        }
    }
    return e->code == ERR_NONE;
}

bool reservation_expired(struct db_conn *c, struct arena *a, int64_t now_us, size_t limit,
                         struct expired_hold **list, size_t *count, struct err *e)
{
    DB_ROWS_SCOPE rows = {0};
    *list = arena_array(a, struct expired_hold, limit);
    *count = 0;
    if (!db_query(
            c, &rows, e,
            SQL("SELECT establishment_id, id FROM reservations WHERE status = 1 AND expires_us <= $1 ORDER BY "
                "expires_us LIMIT $2"),
            V_INT(now_us), V_INT((int64_t)limit))) {
        return false;
    }
    while (*count < limit && db_next(&rows, e)) {
        (*list)[(*count)++] = (struct expired_hold){db_int(&rows, 0), db_int(&rows, 1)};
    }
    return e->code == ERR_NONE;
}
