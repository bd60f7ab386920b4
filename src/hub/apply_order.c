/* Which message wins; see hub/apply.h. */
#include "hub/apply_job.h"

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

bool apply_decide(struct job *j, struct err *e)
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
        apply_warn(
            j, S("it has the revision that is in force but other content: kept in the history, not applied"),
            S("il porte la révision en vigueur mais un autre contenu : gardé dans l'historique, pas appliqué"));
    } else if (revives && (!says_so || j->source->snapshot)) {
        j->out->outcome = REVISION_CONFLICT;
        apply_warn(
            j,
            S("this reservation was cancelled, and the message does not say that it is newer: not applied"),
            S("cette réservation a été annulée, et le message ne dit pas qu'il est plus récent : pas appliqué"));
    } else {
        j->out->outcome = REVISION_APPLIED;
    }
    return true;
}
