#include "hub/apply_job.h"

#include "base/show.h"
#include "format/card.h"
#include "format/json_fields.h"
#include "hub/sums.h"
#include "io/secret.h"
#include "store/event.h"

#include <string.h>

#define AHEAD_US INT64_C(600000000) /* a sender's clock may be wrong by so much */

void apply_warn(struct job *j, struct str en, struct str fr)
{
    if (j->out->warning_count < ARRAY_LEN(j->out->warnings)) {
        j->out->warnings[j->out->warning_count++] = (struct text){en, fr};
    }
}

struct apply *apply_begin(struct db_conn *c, struct arena *batch, const struct establishment *hotel,
                          int64_t now_us, struct err *e)
{
    struct apply *ap = arena_new(batch, struct apply);
    *ap = (struct apply){.c = c, .a = batch, .hotel = hotel, .now_us = now_us};
    ap->currency = currency_find(hotel->currency);
    if (!ap->currency) {
        err_set(e, ERR_INTERNAL, "the hotel's currency “%.*s” is not known",
                "la devise de l'hôtel « %.*s » est inconnue", STR_ARG(hotel->currency));
        return NULL;
    }
    bool ok = establishment_lock(c, hotel->id, &ap->lock, e) &&
              stock_begin(&ap->stock, c, batch, hotel->id, e) && apply_welcome_rooms(ap, e);
    return ok ? ap : NULL;
}

bool apply_event(struct apply *ap, struct str type, int64_t entity_id, struct str data, struct err *e)
{
    struct event_row v = {ap->lock.next_event++, type, entity_id, data, ap->now_us};
    return event_insert(ap->c, ap->hotel->id, &v, e);
}

bool apply_end(struct apply *ap, struct err *e)
{
    return apply_settle_oversold(ap, e) && apply_settle_unmapped(ap, e) &&
           stock_flush(&ap->stock, ap->now_us, e) && establishment_unlock(ap->c, &ap->lock, e);
}

/* --- texts --- */

static struct str stay_list(struct job *j, enum lang lang)
{
    struct buf b = buf_in(j->a);
    for (size_t i = 0; i < j->new.stay_count &&i < 3; i++) {
        const struct stay_row *s = &j->new.stays[i];
        const struct room_type *room = apply_room(j->ap, s->room_type_id);
        struct str name = room ? room->code : s->room_type.n ? s->room_type : S("?");
        buf_fmt(&b, "%s%.*s %.*s", i ? ", " : "", STR_ARG(name),
                STR_ARG(show_stay(j->a, s->arrival, s->departure, lang)));
    }
    if (j->new.stay_count > 3) {
        buf_fmt(&b, " + %zu", j->new.stay_count - 3);
    }
    return buf_str(&b);
}

static struct text describe(struct job *j)
{
    static const struct text verbs[] = {TEXT_INIT("created", "créée"), TEXT_INIT("changed", "modifiée"),
                                        TEXT_INIT("cancelled", "annulée")};
    static const struct text outcomes[] = {
        [REVISION_STALE] = TEXT_INIT("older than what is in force, kept in the history",
                                     "plus ancien que ce qui est en vigueur, gardé dans l'historique"),
        [REVISION_CONFLICT] = TEXT_INIT("not applied: the reservation is cancelled",
                                        "pas appliqué : la réservation est annulée"),
        [REVISION_SAME] = TEXT_INIT("said already, nothing changed", "déjà dit, rien n'a changé"),
    };
    struct str ref = j->m->data.reference;
    if (j->out->outcome != REVISION_APPLIED) {
        struct text t = outcomes[j->out->outcome];
        return (struct text){arena_fmt(j->a, "%.*s: %.*s", STR_ARG(ref), STR_ARG(t.en)),
                             arena_fmt(j->a, "%.*s : %.*s", STR_ARG(ref), STR_ARG(t.fr))};
    }
    struct text verb = verbs[j->new.status == RESERVATION_CANCELLED ? 2 : j->found ? 1 : 0];
    struct str en = stay_list(j, LANG_EN), fr = stay_list(j, LANG_FR);
    return (struct text){
        arena_fmt(j->a, "%.*s %.*s%s%.*s", STR_ARG(ref), STR_ARG(verb.en), en.n ? ": " : "", STR_ARG(en)),
        arena_fmt(j->a, "%.*s %.*s%s%.*s", STR_ARG(ref), STR_ARG(verb.fr), fr.n ? " : " : "", STR_ARG(fr)),
    };
}

/* --- the whole --- */

static void describe_revision(struct job *j)
{
    const struct reservation_message *m = j->m;
    const struct apply_source *s = j->source;
    struct buf b = buf_in(j->a);
    struct json_out o = json_out(&b);
    json_encode(&o, &reservation_message_fields, m);
    uint8_t hash[SECRET_HASH_SIZE];
    int64_t body_hash;
    secret_sha256(buf_str(&b), hash);
    memcpy(&body_hash, hash, sizeof(body_hash));
    bool ahead = m->timestamp != INSTANT_NONE && m->timestamp > s->received_us + AHEAD_US;
    bool dated = (m->timestamp != INSTANT_NONE && !ahead) || (s->snapshot && s->ordered_said);
    if (ahead) {
        apply_warn(
            j,
            S("its timestamp lies in the future: the sender's clock is wrong, so the order of arrival counts"),
            S("son horodatage est dans le futur : l'horloge de l'expéditeur est fausse, l'ordre d'arrivée compte"));
    }
    j->revision = (struct revision_row){
        .integration_id = s->integration_id,
        .actor = s->actor,
        .inbox_seq = s->inbox_seq,
        .import_id = s->import_id,
        .line = s->line,
        .type = m->type,
        .revision = m->data.revision,
        .ordered_us = s->snapshot ? s->ordered_us
                      : dated     ? m->timestamp
                                  : s->received_us,
        .dated = dated,
        .received_us = s->received_us,
        .body_hash = body_hash,
        .message = buf_str(&b),
    };
}

static bool keep_revision(struct job *j, struct err *e)
{
    const struct reservation_row *r = j->out->outcome == REVISION_APPLIED ? &j->new : &j->old;
    j->revision.outcome = (int)j->out->outcome;
    j->revision.number = j->old.revisions + 1;
    return revision_insert(j->ap->c, j->ap->hotel->id, r->id, &j->revision, e);
}

bool apply_reservation_event(struct job *j, struct err *e)
{
    static const struct str types[] = {S_INIT("reservation.created"), S_INIT("reservation.modified"),
                                       S_INIT("reservation.cancelled")};
    struct buf b = buf_in(j->a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_str(&o, S("reference"), j->new.reference);
    json_member_str(&o, S("channel"), j->new.channel);
    json_member_str(&o, S("status"), str_of(reservation_statuses[j->new.status]));
    json_member_bool(&o, S("oversold"), j->new.oversold);
    json_member_bool(&o, S("unmapped"), j->new.unmapped);
    json_close(&o, '}');
    size_t type = !j->found ? 0 : j->new.status == RESERVATION_CANCELLED ? 2 : 1;
    return apply_event(j->ap, types[type], j->new.id, buf_str(&b), e);
}

/* What does not add up is kept as it was said, and said. */
static void warn_of_sums(struct job *j)
{
    size_t count = 0;
    const struct charge_mismatch *m = j->source->summarise ? sums_check(j->a, &j->new, &count) : NULL;
    if (count > 0) {
        struct text text = charge_mismatch_text(j->a, &m[0], currency_find(j->new.currency));
        apply_warn(j, text.en, text.fr);
    }
}

/* Stores j->new and what follows from it. */
static bool store_new(struct job *j, enum apply_policy policy, struct err *e)
{
    if (!apply_move_stock(j, policy, j->source->integration_id, e)) {
        return false;
    }
    warn_of_sums(j);
    stock_changes(&j->ap->stock, j->a, &j->out->changes, &j->out->change_count);
    stock_settle(&j->ap->stock);
    return reservation_save(j->ap->c, j->ap->hotel->id, &j->new, !j->found, false, e) &&
           keep_revision(j, e) && apply_reservation_event(j, e);
}

static bool apply_new(struct job *j, enum apply_policy policy, struct err *e)
{
    return apply_build_row(j, e) && (policy == APPLY_KEEP || apply_refuse_unmapped(j, e)) &&
           store_new(j, policy, e);
}

/* A snapshot that says what stands anyway is no news, however it is worded and however old it is: a file that was
 * exported here changes nothing when it comes back. */
static bool pass_over_known(struct job *j, struct err *e)
{
    const struct str currency = j->m->data.currency;
    if (!j->found || !j->source->snapshot || j->out->outcome == REVISION_SAME ||
        (str_given(currency) && !str_eq(currency, j->old.currency))) {
        return true;
    }
    if (!apply_build_row(j, e)) {
        return false;
    }
    if (apply_same_content(&j->old, &j->new)) {
        j->out->outcome = REVISION_SAME;
        j->out->warning_count = 0;
    }
    return true;
}

/* Kept in the history; the reservation itself only counts it. */
static bool keep_only(struct job *j, enum apply_policy policy, struct err *e)
{
    if (j->out->outcome == REVISION_STALE && j->old.stay_count == 0 && j->m->data.rooms.count > 0) {
        return apply_complete_row(j, e) && store_new(j, policy, e);
    }
    j->new = j->old;
    if (!keep_revision(j, e)) {
        return false;
    }
    j->new.revisions++;
    return reservation_save(j->ap->c, j->ap->hotel->id, &j->new, false, true, e);
}

static struct text not_applied(struct job *j)
{
    struct text why = j->out->warnings[j->out->warning_count - 1];
    struct str ref = j->new.reference;
    return (struct text){
        arena_fmt(j->a, "A message about reservation %.*s was not applied: %.*s. Look whether it is right.",
                  STR_ARG(ref), STR_ARG(why.en)),
        arena_fmt(j->a,
                  "Un message sur la réservation %.*s n'a pas été appliqué : %.*s. Voyez s'il a raison.",
                  STR_ARG(ref), STR_ARG(why.fr))};
}

static struct text room_stays_cancelled(struct job *j)
{
    const struct stay_row *s = j->silent;
    struct str name = s->reference.n ? s->reference : arena_fmt(j->a, "%lld", (long long)s->position + 1);
    struct str ref = j->new.reference;
    return (struct text){
        arena_fmt(
            j->a,
            "A message about reservation %.*s lists its room %.*s, which is cancelled, and does not say that it is "
            "booked again: it stays cancelled. Look whether that is right.",
            STR_ARG(ref), STR_ARG(name)),
        arena_fmt(
            j->a,
            "Un message sur la réservation %.*s cite sa chambre %.*s, qui est annulée, sans dire qu'elle est de "
            "nouveau réservée : elle reste annulée. Voyez si c'est juste.",
            STR_ARG(ref), STR_ARG(name))};
}

/* What is not applied although it may be right is said, until a newer message settles it. */
static bool settle_dispute(struct job *j, struct err *e)
{
    struct apply *ap = j->ap;
    struct str fingerprint = arena_fmt(j->a, "disputed:%lld", (long long)j->new.id);
    bool applied = j->out->outcome == REVISION_APPLIED, silent = applied && j->silent;
    if (!silent && (!j->disputed || j->out->outcome == REVISION_SAME)) {
        return !j->found || !applied || alert_clear(ap->c, ap->hotel->id, fingerprint, ap->now_us, e);
    }
    struct text message = silent ? room_stays_cancelled(j) : not_applied(j);
    bool fresh;
    if (silent) {
        apply_warn(j, message.en, message.fr);
    }
    struct alert_row alert = {.fingerprint = fingerprint,
                              .severity = S("warning"),
                              .message = message,
                              .reservation_id = j->new.id,
                              .integration_id = j->source->integration_id,
                              .last_us = ap->now_us};
    return alert_raise(ap->c, ap->hotel->id, &alert, &fresh, e);
}

/* Raw bodies were masked when they were taken; what people type in has come no such way. References are never
 * altered. */
static void mask_charges(struct arena *a, struct charge_set *s)
{
    for (size_t i = 0; i < s->extras.count; i++) {
        struct str *name = &((struct charge_extra *)s->extras.items)[i].name;
        card_mask_text(a, *name, name);
    }
    for (size_t i = 0; i < s->taxes.count; i++) {
        struct str *name = &((struct charge_tax *)s->taxes.items)[i].name;
        card_mask_text(a, *name, name);
    }
}

static void mask_cards(struct arena *a, struct reservation_message *m)
{
    struct reservation *r = &m->data;
    struct str *const texts[] = {&m->reason, &r->notes, &r->guest.first_name, &r->guest.last_name,
                                 &r->guest.email};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        card_mask_text(a, *texts[i], texts[i]);
    }
    card_mask_cell(a, S("phone"), r->guest.phone, &r->guest.phone);
    mask_charges(a, &r->charge);
    for (size_t i = 0; i < r->rooms.count; i++) {
        struct room_stay *stay = reservation_room(r, i);
        card_mask_text(a, stay->rate_plan, &stay->rate_plan);
        card_mask_text(a, stay->room_type, &stay->room_type);
        mask_charges(a, &stay->charge);
    }
}

/* False when it had to round. */
static bool round_amount(struct decimal *d, const struct currency *c)
{
    int64_t minor;
    bool rounded = false;
    if (d->given && money_from_decimal(*d, c, true, &minor, &rounded) && rounded) {
        *d = (struct decimal){minor, c->exponent, true};
    }
    return !rounded;
}

/* Secondary amounts must not cost a booking its room; the total stays as strict as money is. */
static bool round_amounts(struct reservation *r, const struct currency *c)
{
    const struct currency *own = str_given(r->currency) ? currency_find(r->currency) : c;
    if (!own) {
        return true; /* the check will say so */
    }
    bool exact = round_amount(&r->commission, own);
    exact = charge_round(&r->charge, own) && exact;
    for (size_t i = 0; i < r->rooms.count; i++) {
        exact = round_amount(&reservation_room(r, i)->amount, own) && exact;
        exact = charge_round(&reservation_room(r, i)->charge, own) && exact;
    }
    return exact;
}

bool apply_message(struct apply *ap, struct arena *scratch, struct reservation_message *m,
                   const struct apply_source *source, enum apply_policy policy, struct apply_result *out,
                   struct err *e)
{
    struct job j = {.ap = ap, .a = scratch, .m = m, .source = source, .out = out};
    *out = (struct apply_result){.outcome = REVISION_APPLIED};
    m->data.reference = str_trim(m->data.reference);
    struct str channel = reservation_channel(scratch, m->data.channel);
    channel = str_given(channel)                  ? channel
              : str_given(source->integration_id) ? source->integration_id
                                                  : S("direct");
    if (!reservation_find(ap->c, scratch, ap->hotel->id, channel, m->data.reference, &j.old, &j.found, e)) {
        return false;
    }
    if (!j.found) {
        j.old = (struct reservation_row){.channel = channel,
                                         .reference = m->data.reference,
                                         .booked_us = INSTANT_NONE,
                                         .total_minor = FIELD_INT_NONE,
                                         .commission_minor = FIELD_INT_NONE,
                                         .arrival = DATE_NONE,
                                         .departure = DATE_NONE,
                                         .expires_us = INSTANT_NONE};
    }
    /* Amounts without a currency are in the reservation's. */
    const struct currency *currency = j.found ? currency_find(j.old.currency) : ap->currency;
    mask_cards(scratch, m);
    if (policy == APPLY_KEEP && !round_amounts(&m->data, currency ? currency : ap->currency)) {
        apply_warn(&j, S("an amount beside the total was finer than the currency: rounded"),
                   S("un montant autre que le total était plus fin que la devise : arrondi"));
    }
    if (!reservation_message_check(scratch, m, currency ? currency : ap->currency, e)) {
        return false;
    }
    describe_revision(&j);
    if (j.found && (!apply_decide(&j, e) || !pass_over_known(&j, e))) {
        return false;
    }
    bool ok = out->outcome == REVISION_APPLIED ? apply_new(&j, policy, e)
              : out->outcome == REVISION_SAME  ? (j.new = j.old, true)
                                               : keep_only(&j, policy, e);
    out->reservation_id = j.new.id;
    out->created = !j.found;
    out->oversold = j.new.oversold;
    out->unmapped = j.new.unmapped;
    if (ok && source->summarise) {
        out->summary = describe(&j);
    }
    return ok && settle_dispute(&j, e);
}
