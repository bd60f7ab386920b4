/* Which message wins; see hub/apply.h. */
#include "hub/apply_job.h"

int apply_compare(const struct revision_row *v, const struct reservation_row *r, bool snapshot, bool *says_so)
{
    *says_so = true;
    if (v->revision.n && r->revision.n) {
        int64_t mine, theirs;
        bool numbers = str_to_i64(v->revision, &mine) && str_to_i64(r->revision, &theirs);
        if (numbers && mine != theirs) {
            return mine < theirs ? -1 : 1;
        }
        if (numbers || str_eq(v->revision, r->revision)) {
            return v->dated && r->dated == RESERVATION_DATED_BY_MESSAGE && v->ordered_us > r->ordered_us ? 1
                                                                                                         : 0;
        }
    }
    bool dated = v->dated && (r->dated == RESERVATION_DATED_BY_MESSAGE || (snapshot && r->dated));
    if (dated && v->ordered_us != r->ordered_us) {
        return v->ordered_us < r->ordered_us ? -1 : 1;
    }
    /* Nobody says so: then what arrived last, which for a message that is looked at again was long ago. */
    *says_so = false;
    return v->received_us < r->arrived_us ? -1 : 1;
}

static bool cancels(const struct job *j)
{
    return j->m->data.status == RESERVATION_CANCELLED &&
           (j->old.status != RESERVATION_CANCELLED || apply_has_expired(&j->old));
}

/* What becomes of the message if nobody has said it before. */
static enum revision_outcome outcome_of(struct job *j)
{
    bool says_so;
    if (j->source->person || j->source->by_clock) {
        return REVISION_APPLIED;
    }
    int order = apply_compare(&j->revision, &j->old, j->source->snapshot, &says_so);
    bool revives = j->old.status == RESERVATION_CANCELLED && !apply_has_expired(&j->old) &&
                   j->m->data.status != RESERVATION_CANCELLED && j->m->data.status != -1;
    j->says_so = says_so;
    if (order < 0) {
        return REVISION_STALE;
    }
    if (order == 0 && cancels(j)) {
        return REVISION_APPLIED; /* some channels do not count a cancellation as a revision */
    }
    if (order == 0) {
        j->disputed = true;
        apply_warn(
            j, S("it has the revision that is in force but other content: kept in the history, not applied"),
            S("il porte la révision en vigueur mais un autre contenu : gardé dans l'historique, pas appliqué"));
        return REVISION_STALE;
    }
    if (j->source->snapshot && !j->source->ordered_said && j->old.dated == RESERVATION_DATED_BY_MESSAGE) {
        apply_warn(
            j,
            S("the file says otherwise than a dated message, and not as of when it speaks: not applied; say when "
              "it was exported if it is newer"),
            S("le fichier dit autre chose qu'un message daté, sans dire de quand il date : pas appliqué ; indiquez "
              "quand il a été exporté s'il est plus récent"));
        return REVISION_CONFLICT;
    }
    if (revives && (!says_so || j->source->snapshot)) {
        j->disputed = !j->source->snapshot;
        apply_warn(
            j,
            S("this reservation was cancelled, and the message does not say that it is newer: not applied"),
            S("cette réservation a été annulée, et le message ne dit pas qu'il est plus récent : pas appliqué"));
        return REVISION_CONFLICT;
    }
    return REVISION_APPLIED;
}

bool apply_decide(struct job *j, struct err *e)
{
    struct apply *ap = j->ap;
    int64_t hash = j->revision.body_hash;
    bool known;
    if (j->source->by_clock) {
        j->out->outcome = REVISION_APPLIED; /* the same words may come true twice */
        return true;
    }
    if (!revision_known(ap->c, ap->hotel->id, j->old.id, hash, j->source->snapshot || j->source->numbered,
                        &known, e)) {
        return false;
    }
    j->out->outcome = known ? REVISION_SAME : outcome_of(j);
    /* A snapshot may say again what was so before, and then it is news; what is not applied is none, and is not
     * kept a second time. */
    if (j->source->snapshot && !known && j->out->outcome != REVISION_APPLIED) {
        if (!revision_known(ap->c, ap->hotel->id, j->old.id, hash, false, &known, e)) {
            return false;
        }
        j->out->outcome = known ? REVISION_SAME : j->out->outcome;
    }
    if (j->out->outcome == REVISION_SAME) {
        j->out->warning_count = 0; /* what there was to say was said the first time */
    }
    return true;
}

static bool same_stay(const struct stay_row *x, const struct stay_row *y)
{
    return str_eq(x->reference, y->reference) && x->room_type_id == y->room_type_id &&
           (x->room_type_id != 0 || str_eq(x->room_type, y->room_type)) &&
           str_eq(x->rate_plan, y->rate_plan) && x->arrival == y->arrival && x->departure == y->departure &&
           x->adults == y->adults && x->children == y->children && x->amount_minor == y->amount_minor &&
           x->apart == y->apart && (!x->apart || x->status == y->status) &&
           x->keeps_nights == y->keeps_nights && str_eq(x->charges, y->charges);
}

static bool same_guest(const struct guest *x, const struct guest *y)
{
    return str_eq(x->first_name, y->first_name) && str_eq(x->last_name, y->last_name) &&
           str_eq(x->email, y->email) && str_eq(x->phone, y->phone) && str_eq(x->country, y->country) &&
           str_eq(x->language, y->language);
}

bool apply_same_content(const struct reservation_row *x, const struct reservation_row *y)
{
    bool same = x->status == y->status && str_eq(x->currency, y->currency) &&
                x->total_minor == y->total_minor && x->commission_minor == y->commission_minor &&
                x->booked_us == y->booked_us && x->expires_us == y->expires_us &&
                str_eq(x->charges, y->charges) && str_eq(x->revision, y->revision) &&
                str_eq(x->notes, y->notes) && same_guest(&x->guest, &y->guest) &&
                x->stay_count == y->stay_count;
    for (size_t i = 0; same && i < x->stay_count; i++) {
        same = same_stay(&x->stays[i], &y->stays[i]);
    }
    return same;
}
