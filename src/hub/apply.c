#include "hub/apply.h"

#include "base/fold.h"
#include "base/show.h"
#include "format/json_fields.h"
#include "hub/apply_stock.h"
#include "io/secret.h"
#include "store/event.h"

#include <string.h>

struct apply {
    struct db_conn *c;
    struct arena *a;
    const struct establishment *hotel;
    const struct currency *currency;
    int64_t now_us;
    struct establishment_lock lock;
    struct stock_batch stock;
};

/* The message in hand. */
struct job {
    struct apply *ap;
    struct arena *a; /* scratch */
    const struct reservation_message *m;
    const struct apply_source *source;
    struct reservation_row old, new;
    bool found;
    struct revision_row revision;
    struct apply_result *out;
};

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
    bool ok =
        establishment_lock(c, hotel->id, &ap->lock, e) && stock_begin(&ap->stock, c, batch, hotel->id, e);
    return ok ? ap : NULL;
}

struct establishment_lock *apply_lock(struct apply *ap)
{
    return &ap->lock;
}

const struct room_type *apply_room(const struct apply *ap, int64_t room_type_id)
{
    for (size_t i = 0; i < ap->stock.room_count; i++) {
        if (ap->stock.rooms[i].id == room_type_id) {
            return &ap->stock.rooms[i];
        }
    }
    return NULL;
}

bool apply_event(struct apply *ap, struct str type, int64_t entity_id, struct str data, struct err *e)
{
    struct event_row v = {ap->lock.next_event++, type, entity_id, data, ap->now_us};
    return event_insert(ap->c, ap->hotel->id, &v, e);
}

bool apply_end(struct apply *ap, struct err *e)
{
    return stock_flush(&ap->stock, ap->now_us, e) && establishment_unlock(ap->c, &ap->lock, e);
}

static void warn(struct job *j, struct str en, struct str fr)
{
    if (j->out->warning_count < ARRAY_LEN(j->out->warnings)) {
        j->out->warnings[j->out->warning_count++] = (struct text){en, fr};
    }
}

/* --- which message wins --- */

/* <0: older than what is in force, 0: the same revision, >0: newer. *says_so: the message says so itself, by
 * revision or timestamp, rather than by arriving later. */
static int compare_order(const struct revision_row *v, const struct reservation_row *r, bool *says_so)
{
    int64_t mine, theirs;
    *says_so = true;
    if (v->revision.n && r->revision.n) {
        if (str_to_i64(v->revision, &mine) && str_to_i64(r->revision, &theirs) && mine != theirs) {
            return mine < theirs ? -1 : 1;
        }
        if (str_eq(v->revision, r->revision)) {
            return v->dated && r->dated && v->ordered_us > r->ordered_us ? 1 : 0;
        }
    }
    if (v->dated && r->dated && v->ordered_us != r->ordered_us) {
        return v->ordered_us < r->ordered_us ? -1 : 1;
    }
    *says_so = false;
    return 1;
}

static bool decide(struct job *j, struct err *e)
{
    bool known, says_so;
    if (!revision_known(j->ap->c, j->ap->hotel->id, j->old.id, j->revision.body_hash, j->source->snapshot,
                        &known, e)) {
        return false;
    }
    int order = compare_order(&j->revision, &j->old, &says_so);
    bool revives = j->old.status == RESERVATION_CANCELLED && j->m->data.status != RESERVATION_CANCELLED &&
                   j->m->data.status != -1;
    if (known) {
        j->out->outcome = REVISION_SAME;
    } else if (order < 0) {
        j->out->outcome = REVISION_STALE;
    } else if (order == 0) {
        j->out->outcome = REVISION_STALE;
        warn(
            j, S("it has the revision that is in force but other content: kept in the history, not applied"),
            S("il porte la révision en vigueur mais un autre contenu : gardé dans l'historique, pas appliqué"));
    } else if (revives && (!says_so || j->source->snapshot)) {
        j->out->outcome = REVISION_CONFLICT;
        warn(
            j,
            S("this reservation was cancelled, and the message does not say that it is newer: not applied"),
            S("cette réservation a été annulée, et le message ne dit pas qu'il est plus récent : pas appliqué"));
    } else {
        j->out->outcome = REVISION_APPLIED;
    }
    return true;
}

/* --- from message to rows --- */

static struct str pick_str(struct str given, struct str before)
{
    return str_given(given) ? given : before;
}

static int64_t minor_of(struct decimal d, const struct currency *c, int64_t before)
{
    int64_t minor;
    return d.given && money_from_decimal(d, c, false, &minor, NULL) ? minor : before;
}

/* The room type that a message's name means: what the integration's mapping says, else the hotel's code,
 * else its name. 0: nobody knows yet. */
static bool resolve_room(struct job *j, struct str room_type, int64_t *id, struct err *e)
{
    struct stock_batch *stock = &j->ap->stock;
    struct str key = fold(j->a, room_type);
    *id = 0;
    if (str_given(j->source->integration_id) && key.n &&
        !mapping_find(j->ap->c, j->ap->hotel->id, j->source->integration_id, key, id, e)) {
        return false;
    }
    for (size_t i = 0; *id == 0 && i < stock->room_count && key.n; i++) {
        *id = str_eq(stock->rooms[i].code_key, key) ? stock->rooms[i].id : 0;
    }
    for (size_t i = 0; *id == 0 && i < stock->room_count && key.n; i++) {
        *id = str_eq(stock->rooms[i].name_key, key) ? stock->rooms[i].id : 0;
    }
    if (*id == 0 && !key.n && stock->room_count == 1) {
        *id = stock->rooms[0].id; /* a house with one kind of room need not name it */
    }
    return true;
}

/* The room of the old reservation that a new one continues, so that what it leaves out stays. */
static const struct stay_row *former_stay(const struct job *j, const struct room_stay *room, size_t i)
{
    for (size_t k = 0; room->reference.n && k < j->old.stay_count; k++) {
        if (str_eq(j->old.stays[k].reference, room->reference)) {
            return &j->old.stays[k];
        }
    }
    return !room->reference.n && j->old.stay_count == j->m->data.rooms.count ? &j->old.stays[i] : NULL;
}

static bool build_stays(struct job *j, const struct currency *c, struct err *e)
{
    const struct reservation *r = &j->m->data;
    j->new.stay_count = r->rooms.count;
    j->new.stays = arena_array(j->a, struct stay_row, r->rooms.count);
    for (size_t i = 0; i < r->rooms.count; i++) {
        static const struct stay_row none = {
            .adults = FIELD_INT_NONE, .children = FIELD_INT_NONE, .amount_minor = FIELD_INT_NONE};
        const struct room_stay *room = reservation_room(r, i);
        const struct stay_row *before = former_stay(j, room, i);
        before = before ? before : &none;
        struct stay_row *s = &j->new.stays[i];
        *s = (struct stay_row){
            .reference = pick_str(room->reference, before->reference),
            .room_type = pick_str(room->room_type, before->room_type),
            .rate_plan = pick_str(room->rate_plan, before->rate_plan),
            .arrival = room->arrival,
            .departure = room->departure,
            .adults = room->adults == FIELD_INT_NONE ? before->adults : room->adults,
            .children = room->children == FIELD_INT_NONE ? before->children : room->children,
            .amount_minor = minor_of(room->amount, c, before->amount_minor),
        };
        if (!resolve_room(j, s->room_type, &s->room_type_id, e)) {
            return false;
        }
    }
    return true;
}

static void summarise_stays(struct reservation_row *r)
{
    r->arrival = r->departure = DATE_NONE;
    r->unmapped = r->stay_count == 0 && (reservation_sold(r->status) || reservation_held(r->status));
    for (size_t i = 0; i < r->stay_count; i++) {
        const struct stay_row *s = &r->stays[i];
        r->arrival = r->arrival == DATE_NONE || s->arrival < r->arrival ? s->arrival : r->arrival;
        r->departure = s->departure > r->departure ? s->departure : r->departure;
        r->unmapped = r->unmapped || (s->room_type_id == 0 && r->status != RESERVATION_CANCELLED);
    }
}

/* What the reservation will be: the message laid over what was; what it leaves out stays. */
static bool build_row(struct job *j, struct err *e)
{
    const struct reservation *r = &j->m->data;
    struct reservation_row *n = &j->new;
    *n = j->old;
    n->status = r->status != -1 ? r->status : j->found ? j->old.status : RESERVATION_CONFIRMED;
    n->currency = str_given(r->currency) ? r->currency : j->found ? j->old.currency : j->ap->hotel->currency;
    const struct currency *c = currency_find(n->currency);
    n->total_minor = minor_of(r->total_amount, c, j->found ? j->old.total_minor : FIELD_INT_NONE);
    n->commission_minor = minor_of(r->commission, c, j->found ? j->old.commission_minor : FIELD_INT_NONE);
    n->revision = pick_str(r->revision, j->old.revision);
    n->ordered_us = j->revision.ordered_us;
    n->dated = j->revision.dated;
    n->booked_us = r->booked_at != INSTANT_NONE ? r->booked_at : j->found ? j->old.booked_us : INSTANT_NONE;
    n->notes = pick_str(r->notes, j->old.notes);
    n->guest = (struct guest){
        pick_str(r->guest.first_name, j->old.guest.first_name),
        pick_str(r->guest.last_name, j->old.guest.last_name),
        pick_str(r->guest.email, j->old.guest.email),
        pick_str(r->guest.phone, j->old.guest.phone),
        pick_str(r->guest.country, j->old.guest.country),
        pick_str(r->guest.language, j->old.guest.language),
    };
    n->updated_us = j->ap->now_us;
    n->revisions = j->old.revisions + 1;
    if (!j->found) {
        n->id = j->ap->lock.next_id++;
        n->guest_id = j->ap->lock.next_id++;
        n->integration_id = j->source->integration_id;
        n->created_us = j->ap->now_us;
    }
    if ((r->rooms.count > 0 || !j->found) && !build_stays(j, c, e)) {
        return false;
    }
    summarise_stays(n);
    return true;
}

/* --- stock --- */

static struct str night_text(struct job *j, int32_t night, enum lang lang)
{
    return show_date(j->a, night, lang);
}

static struct str source_name(const struct job *j)
{
    return str_given(j->source->integration_name) ? j->source->integration_name : j->new.channel;
}

static bool refuse_sale(size_t i, const struct cell *cell, struct err *e)
{
    char night[DATE_TEXT_SIZE];
    date_text(cell->night, night);
    err_field(e, ERR_CONFLICT, "roomType", "no %.*s is left for the night of %s: nothing was booked",
              "il ne reste plus de %.*s pour la nuit du %s : rien n'a été réservé", STR_ARG(cell->room->code),
              night);
    err_in_index(e, i);
    return err_in(e, S("rooms"));
}

static bool raise_oversold(struct job *j, const struct cell *cell, struct err *e)
{
    long long taken = (long long)(cell->day.sold + cell->day.held);
    long long capacity = (long long)stock_capacity(&cell->day, cell->room->units);
    struct str by = source_name(j);
    struct text message = {
        arena_fmt(
            j->a,
            "%.*s sold %.*s for the night of %.*s beyond what the hotel has: %lld taken of %lld. Reservation "
            "%.*s was kept; find it another room, or cancel one.",
            STR_ARG(by), STR_ARG(cell->room->code), STR_ARG(night_text(j, cell->night, LANG_EN)), taken,
            capacity, STR_ARG(j->new.reference)),
        arena_fmt(
            j->a,
            "%.*s a vendu %.*s pour la nuit du %.*s au-delà de ce que l'hôtel possède : %lld prises sur %lld. La "
            "réservation %.*s a été gardée ; trouvez-lui une autre chambre, ou annulez-en une.",
            STR_ARG(by), STR_ARG(cell->room->code), STR_ARG(night_text(j, cell->night, LANG_FR)), taken,
            capacity, STR_ARG(j->new.reference)),
    };
    struct alert_row alert = {.fingerprint = stock_fingerprint(j->a, cell),
                              .severity = S("critical"),
                              .message = message,
                              .reservation_id = j->new.id,
                              .integration_id = j->source->integration_id,
                              .last_us = j->ap->now_us};
    bool fresh;
    warn(j, message.en, message.fr);
    return alert_raise(j->ap->c, j->ap->hotel->id, &alert, &fresh, e) &&
           (!fresh || apply_event(j->ap, S("alert.raised"), j->new.id,
                                  arena_fmt(j->a, "{\"fingerprint\":\"%.*s\",\"severity\":\"critical\"}",
                                            STR_ARG(alert.fingerprint)),
                                  e));
}

static struct str unmapped_fingerprint(struct arena *a, struct str integration_id, struct str key)
{
    return arena_fmt(a, "unmapped:%.*s:%.*s", STR_ARG(integration_id), STR_ARG(key));
}

static bool raise_unmapped(struct job *j, struct err *e)
{
    for (size_t i = 0; i < j->new.stay_count; i++) {
        const struct stay_row *s = &j->new.stays[i];
        if (s->room_type_id != 0) {
            continue;
        }
        struct str name = str_given(s->room_type) ? s->room_type : S("");
        struct str key = fold(j->a, name);
        struct str integration = str_given(j->source->integration_id) ? j->source->integration_id : S("");
        struct mapping seen = {integration, name, key, 0, j->ap->now_us};
        struct text message = {
            arena_fmt(
                j->a,
                "The room “%.*s” of %.*s is not one of the hotel's. Its reservations are kept, and one room of each type "
                "is held for their nights until you say which room type it is.",
                STR_ARG(name), STR_ARG(source_name(j))),
            arena_fmt(
                j->a,
                "La chambre « %.*s » de %.*s n'est pas connue de l'hôtel. Ses réservations sont gardées, et une "
                "chambre de chaque type est retenue pour leurs nuits jusqu'à ce que vous disiez de quel type elle est.",
                STR_ARG(name), STR_ARG(source_name(j))),
        };
        struct alert_row alert = {.fingerprint = unmapped_fingerprint(j->a, integration, key),
                                  .severity = S("warning"),
                                  .message = message,
                                  .reservation_id = j->new.id,
                                  .integration_id = j->source->integration_id,
                                  .last_us = j->ap->now_us};
        bool fresh;
        warn(j, message.en, message.fr);
        if (!mapping_note(j->ap->c, j->ap->hotel->id, &seen, e) ||
            !alert_raise(j->ap->c, j->ap->hotel->id, &alert, &fresh, e)) {
            return false;
        }
    }
    return true;
}

/* Gives the old nights back and takes the new ones; notes what is beyond stock. */
static bool move_stock(struct job *j, enum apply_policy policy, struct err *e)
{
    struct stock_batch *stock = &j->ap->stock;
    struct str origin = j->source->integration_id;
    for (size_t i = 0; i < j->old.stay_count; i++) {
        if (!stock_change_stay(stock, &j->old.stays[i], j->old.status, -1, origin, e)) {
            return false;
        }
    }
    for (size_t i = 0; i < j->new.stay_count; i++) {
        if (!stock_change_stay(stock, &j->new.stays[i], j->new.status, +1, origin, e)) {
            return false;
        }
    }
    bool takes = reservation_sold(j->new.status) || reservation_held(j->new.status);
    j->new.oversold = false;
    for (size_t i = 0; takes && i < j->new.stay_count; i++) {
        const struct cell *worst;
        struct stay_row *s = &j->new.stays[i];
        s->oversold = stock_oversells(stock, s, &worst);
        if (!s->oversold) {
            continue;
        }
        if (policy == APPLY_REFUSE) {
            return refuse_sale(i, worst, e);
        }
        j->new.oversold = true;
        if (!raise_oversold(j, worst, e)) {
            return false;
        }
    }
    return !j->new.unmapped || raise_unmapped(j, e);
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
    bool dated = m->timestamp != INSTANT_NONE || s->snapshot;
    j->revision = (struct revision_row){
        .integration_id = s->integration_id,
        .actor = s->actor,
        .inbox_seq = s->inbox_seq,
        .import_id = s->import_id,
        .line = s->line,
        .type = m->type,
        .revision = m->data.revision,
        .ordered_us = m->timestamp != INSTANT_NONE ? m->timestamp
                      : s->snapshot                ? s->ordered_us
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

static bool write_event(struct job *j, struct err *e)
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

static bool apply_new(struct job *j, enum apply_policy policy, struct err *e)
{
    if (!build_row(j, e) || !move_stock(j, policy, e)) {
        return false;
    }
    stock_changes(&j->ap->stock, j->a, &j->out->changes, &j->out->change_count);
    stock_settle(&j->ap->stock);
    bool keep_stays = j->found && j->m->data.rooms.count == 0;
    return reservation_save(j->ap->c, j->ap->hotel->id, &j->new, !j->found, keep_stays, e) &&
           keep_revision(j, e) && write_event(j, e);
}

/* Kept in the history; the reservation itself only counts it. */
static bool keep_only(struct job *j, struct err *e)
{
    j->new = j->old;
    if (!keep_revision(j, e)) {
        return false;
    }
    j->new.revisions++;
    return reservation_save(j->ap->c, j->ap->hotel->id, &j->new, false, true, e);
}

bool apply_message(struct apply *ap, struct arena *scratch, struct reservation_message *m,
                   const struct apply_source *source, enum apply_policy policy, struct apply_result *out,
                   struct err *e)
{
    struct job j = {.ap = ap, .a = scratch, .m = m, .source = source, .out = out};
    *out = (struct apply_result){.outcome = REVISION_APPLIED};
    if (!reservation_message_check(scratch, m, ap->currency, e)) {
        return false;
    }
    struct str channel = str_given(m->data.channel)          ? m->data.channel
                         : str_given(source->integration_id) ? source->integration_id
                                                             : S("direct");
    describe_revision(&j);
    if (!reservation_find(ap->c, scratch, ap->hotel->id, channel, m->data.reference, &j.old, &j.found, e) ||
        (j.found && !decide(&j, e))) {
        return false;
    }
    if (!j.found) {
        j.old = (struct reservation_row){
            .channel = channel, .reference = m->data.reference, .arrival = DATE_NONE, .departure = DATE_NONE};
    }
    bool ok = out->outcome == REVISION_APPLIED ? apply_new(&j, policy, e)
              : out->outcome == REVISION_SAME  ? (j.new = j.old, true)
                                               : keep_only(&j, e);
    out->reservation_id = j.new.id;
    out->created = !j.found;
    out->oversold = j.new.oversold;
    out->unmapped = j.new.unmapped;
    if (ok) {
        out->summary = describe(&j);
    }
    return ok;
}

/* --- repairing what was not mapped --- */

static bool remap_one(struct apply *ap, struct arena *a, int64_t id, int64_t *repaired, struct err *e)
{
    struct apply_result out = {0};
    struct apply_source source = {.received_us = ap->now_us};
    struct job j = {.ap = ap, .a = a, .source = &source, .out = &out, .found = true};
    if (!reservation_get(ap->c, a, ap->hotel->id, id, &j.old, e)) {
        return false;
    }
    source.integration_id = j.old.integration_id;
    j.new = j.old;
    j.new.stays = arena_array(a, struct stay_row, j.old.stay_count);
    bool changed = false;
    for (size_t i = 0; i < j.old.stay_count; i++) {
        j.new.stays[i] = j.old.stays[i];
        if (j.old.stays[i].room_type_id == 0) {
            int64_t *room_type_id = &j.new.stays[i].room_type_id;
            if (!resolve_room(&j, j.old.stays[i].room_type, room_type_id, e)) {
                return false;
            }
            struct str key = fold(a, j.old.stays[i].room_type);
            if (*room_type_id != 0 &&
                !alert_clear(ap->c, ap->hotel->id, unmapped_fingerprint(a, j.old.integration_id, key),
                             ap->now_us, e)) {
                return false;
            }
            changed = changed || *room_type_id != 0;
        }
    }
    if (!changed) {
        return true;
    }
    summarise_stays(&j.new);
    source.integration_id = (struct str){0}; /* the hotel decided: everybody is told */
    source.integration_name = j.old.channel;
    if (!move_stock(&j, APPLY_KEEP, e)) {
        return false;
    }
    stock_settle(&ap->stock);
    (*repaired)++;
    return reservation_save(ap->c, ap->hotel->id, &j.new, false, false, e) && write_event(&j, e);
}

bool apply_remap(struct apply *ap, struct arena *scratch, int64_t *repaired, struct err *e)
{
    enum { STEP = 500 };
    int64_t after = 0, *ids;
    size_t count;
    *repaired = 0;
    do {
        if (!reservation_unmapped(ap->c, scratch, ap->hotel->id, after, STEP, &ids, &count, e)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (!remap_one(ap, scratch, ids[i], repaired, e)) {
                return false;
            }
            after = ids[i];
        }
    } while (count == STEP);
    return true;
}
