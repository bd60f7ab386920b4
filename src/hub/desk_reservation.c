/* Reservations, alerts, events and the outbox; declared in hub/desk.h. */
#include "base/limits.h"
#include "hub/desk.h"

struct booking {
    struct env *env;
    struct arena *a;
    const struct establishment *hotel;
    struct str actor;
    struct reservation *r;
    int64_t id; /* of an existing one; 0: a new one */
    struct reservation_row *out;
};

static bool book_work(struct db_conn *c, void *arg, struct err *e)
{
    struct booking *b = arg;
    int64_t now = clock_now_us(&b->env->clock);
    /* A cancellation at the desk stands against what the channel had said before. Another edit (a note, a phone
     * number) has no date: what the channel sends next must not be older than it. */
    bool cancels = b->r->status == RESERVATION_CANCELLED;
    struct reservation_message m = {.type = b->id ? MESSAGE_MODIFIED : MESSAGE_CREATED,
                                    .timestamp = cancels ? now : INSTANT_NONE};
    struct apply_source source = {.actor = b->actor, .received_us = now, .numbered = true, .person = true};
    struct reservation_row before;
    struct apply_result result;
    bool found = false;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    struct apply *ap = apply_begin(c, &batch, b->hotel, now, e);
    if (!ap || (b->id && !reservation_get(c, b->a, b->hotel->id, b->id, &before, e))) {
        return false;
    }
    /* As it will be stored: otherwise " Direct" would be another channel here and the same one there. */
    struct str channel = reservation_channel(b->a, b->r->channel);
    b->r->channel = b->id ? before.channel : str_given(channel) ? channel : S("direct");
    b->r->reference = b->id ? before.reference : str_trim(b->r->reference);
    m.data = *b->r;
    if (!b->id &&
        !reservation_find(c, b->a, b->hotel->id, m.data.channel, m.data.reference, &before, &found, e)) {
        return false;
    }
    if (found) {
        return err_field(e, ERR_CONFLICT, "reference", "there is already a reservation %.*s on this channel",
                         "il y a déjà une réservation %.*s sur ce canal", STR_ARG(m.data.reference));
    }
    return apply_message(ap, b->a, &m, &source, APPLY_REFUSE, &result, e) && apply_end(ap, e) &&
           reservation_get(c, b->a, b->hotel->id, result.reservation_id, b->out, e);
}

/* Errors of the message are errors of the body: without the message's own "/data". */
static bool as_body(bool ok, struct err *e)
{
    struct str pointer = err_pointer(e);
    if (!ok && str_starts(pointer, S("/data"))) {
        struct err copy = *e;
        for (size_t i = 0; i <= pointer.n - 5; i++) {
            e->pointer[i] = copy.pointer[i + 5];
        }
    }
    return ok;
}

bool desk_book(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
               struct reservation *r, struct reservation_row *out, struct err *e)
{
    struct booking b = {env, a, hotel, actor, r, 0, out};
    return as_body(db_write(env->store->hotel, book_work, &b, e), e);
}

bool desk_change(struct env *env, struct arena *a, const struct establishment *hotel, struct str actor,
                 int64_t id, struct reservation *r, struct reservation_row *out, struct err *e)
{
    struct booking b = {env, a, hotel, actor, r, id, out};
    return as_body(db_write(env->store->hotel, book_work, &b, e), e);
}

bool desk_reservations(struct env *env, struct arena *a, const struct establishment *hotel,
                       const struct reservation_filter *f, struct reservation_row **list, size_t *count,
                       struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && reservation_list(c, a, hotel->id, f, list, count, e);
}

bool desk_reservation(struct env *env, struct arena *a, const struct establishment *hotel, int64_t id,
                      struct reservation_row *out, struct revision_row **history, size_t *count,
                      struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && reservation_get(c, a, hotel->id, id, out, e) &&
           revision_list(c, a, hotel->id, id, history, count, e);
}

static void member_given(struct json_out *o, struct str name, struct str s)
{
    if (str_given(s)) {
        json_member_str(o, name, s);
    }
}

static void member_amount(struct arena *a, struct json_out *o, struct str name, int64_t minor,
                          const struct currency *c)
{
    if (minor != FIELD_INT_NONE && c) {
        json_member_str(o, name, money_fmt(a, minor, c));
    }
}

static void member_count(struct json_out *o, struct str name, int64_t n)
{
    if (n != FIELD_INT_NONE) {
        json_member_i64(o, name, n);
    }
}

static void write_stay(struct arena *a, struct json_out *o, const struct stay_row *s,
                       const struct currency *c)
{
    json_open(o, '{');
    member_given(o, S("reference"), s->reference);
    member_given(o, S("roomType"), s->room_type);
    member_given(o, S("ratePlan"), s->rate_plan);
    json_member_str(o, S("arrival"), date_fmt(a, s->arrival));
    json_member_str(o, S("departure"), date_fmt(a, s->departure));
    member_count(o, S("adults"), s->adults);
    member_count(o, S("children"), s->children);
    member_amount(a, o, S("amount"), s->amount_minor, c);
    json_member_bool(o, S("mapped"), s->room_type_id != 0);
    json_member_bool(o, S("oversold"), s->oversold);
    json_close(o, '}');
}

static void write_guest(struct json_out *o, const struct guest *g)
{
    json_open(o, '{');
    member_given(o, S("firstName"), g->first_name);
    member_given(o, S("lastName"), g->last_name);
    member_given(o, S("email"), g->email);
    member_given(o, S("phone"), g->phone);
    member_given(o, S("country"), g->country);
    member_given(o, S("language"), g->language);
    json_close(o, '}');
}

void desk_reservation_json(struct arena *a, struct json_out *o, const struct reservation_row *r)
{
    const struct currency *c = currency_find(r->currency);
    json_open(o, '{');
    json_member_str(o, S("id"), arena_fmt(a, "%lld", (long long)r->id));
    json_member_str(o, S("reference"), r->reference);
    json_member_str(o, S("status"), str_of(reservation_statuses[r->status]));
    member_given(o, S("revision"), r->revision);
    if (r->booked_us != INSTANT_NONE) {
        json_member_str(o, S("bookedAt"), instant_fmt(a, r->booked_us));
    }
    json_member_str(o, S("currency"), r->currency);
    member_amount(a, o, S("totalAmount"), r->total_minor, c);
    member_amount(a, o, S("commission"), r->commission_minor, c);
    json_member_str(o, S("channel"), r->channel);
    member_given(o, S("integrationId"), r->integration_id);
    json_key(o, S("guest"));
    write_guest(o, &r->guest);
    json_member_str(o, S("guestId"), arena_fmt(a, "%lld", (long long)r->guest_id));
    json_key(o, S("rooms"));
    json_open(o, '[');
    for (size_t i = 0; i < r->stay_count; i++) {
        write_stay(a, o, &r->stays[i], c);
    }
    json_close(o, ']');
    member_given(o, S("notes"), r->notes);
    json_member_bool(o, S("oversold"), r->oversold);
    json_member_bool(o, S("unmapped"), r->unmapped);
    json_member_str(o, S("createdAt"), instant_fmt(a, r->created_us));
    json_member_str(o, S("updatedAt"), instant_fmt(a, r->updated_us));
    json_close(o, '}');
}

bool desk_alerts(struct env *env, struct arena *a, const struct establishment *hotel,
                 const struct alert_place *after, size_t limit, struct alert_row **list, size_t *count,
                 struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && alert_list(c, a, hotel->id, after, limit, list, count, e);
}

bool desk_events(struct env *env, struct arena *a, const struct establishment *hotel, int64_t after_seq,
                 size_t limit, struct event_row **list, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && event_list(c, a, hotel->id, after_seq, limit, list, count, e);
}

bool desk_outbox(struct env *env, struct arena *a, const struct establishment *hotel, size_t limit,
                 struct outbox_row **list, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && outbox_list(c, a, hotel->id, (struct str){0}, limit, list, count, e);
}
