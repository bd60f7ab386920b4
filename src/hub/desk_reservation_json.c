/* A reservation as the API and exports show it; declared in hub/desk.h. */
#include "hub/desk.h"
#include "hub/sums.h"

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

/* What is charged besides rooms, as it is kept: it is ours already. */
static void members_charged(struct arena *a, struct json_out *o, struct str charges)
{
    struct err e;
    const struct json *v = charges.n ? json_parse(a, charges, &e) : NULL;
    for (const struct json *m = v ? v->first : NULL; m; m = m->next) {
        json_member_raw(o, m->key, m->source);
    }
}

static void write_stay(struct arena *a, struct json_out *o, const struct reservation_row *r,
                       const struct stay_row *s, const struct currency *c)
{
    int status = reservation_stay_status(r, s);
    json_open(o, '{');
    member_given(o, S("reference"), s->reference);
    member_given(o, S("roomType"), s->room_type);
    member_given(o, S("ratePlan"), s->rate_plan);
    json_member_str(o, S("arrival"), date_fmt(a, s->arrival));
    json_member_str(o, S("departure"), date_fmt(a, s->departure));
    member_count(o, S("adults"), s->adults);
    member_count(o, S("children"), s->children);
    member_amount(a, o, S("amount"), s->amount_minor, c);
    members_charged(a, o, s->charges);
    json_member_str(o, S("status"), str_of(reservation_statuses[status]));
    if (status == RESERVATION_NO_SHOW) {
        json_member_bool(o, S("keepsNights"), s->keeps_nights);
    }
    json_member_i64(o, S("number"), s->position + 1);
    member_given(o, S("code"), s->code);
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

static void write_mismatches(struct arena *a, struct json_out *o, const struct reservation_row *r,
                             enum lang lang)
{
    const struct currency *c = currency_find(r->currency);
    size_t count;
    const struct charge_mismatch *list = sums_check(a, r, &count);
    if (count == 0) {
        return;
    }
    json_key(o, S("mismatches"));
    json_open(o, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(o, '{');
        json_member_str(o, S("pointer"), charge_mismatch_pointer(a, &list[i]));
        if (list[i].kind != CHARGE_NIGHTS_DATES) {
            member_amount(a, o, S("said"), list[i].said, c);
            member_amount(a, o, S("sum"), list[i].sum, c);
        }
        json_member_str(o, S("detail"), text_in(charge_mismatch_text(a, &list[i], c), lang));
        json_close(o, '}');
    }
    json_close(o, ']');
}

void desk_reservation_json(struct arena *a, struct json_out *o, const struct reservation_row *r,
                           enum lang lang)
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
        write_stay(a, o, r, &r->stays[i], c);
    }
    json_close(o, ']');
    member_given(o, S("notes"), r->notes);
    if (r->expires_us != INSTANT_NONE) {
        json_member_str(o, S("expiresAt"), instant_fmt(a, r->expires_us));
        json_member_bool(o, S("expired"), apply_has_expired(r));
    }
    members_charged(a, o, r->charges);
    write_mismatches(a, o, r, lang);
    json_member_bool(o, S("oversold"), r->oversold);
    json_member_bool(o, S("unmapped"), r->unmapped);
    json_member_str(o, S("createdAt"), instant_fmt(a, r->created_us));
    json_member_str(o, S("updatedAt"), instant_fmt(a, r->updated_us));
    json_close(o, '}');
}
