/* Rate plans by themselves; declared in model/rate.h. */
#include "model/rate.h"

const char *const rate_pricings[] = {[RATE_PER_ROOM] = "room", [RATE_PER_PERSON] = "person", NULL};
const char *const rate_meals[] = {"room_only",  "breakfast",     "half_board",
                                  "full_board", "all_inclusive", NULL};
const char *const rate_units[] = {[RATE_HOURS] = "hours", [RATE_DAYS] = "days", NULL};

static const struct field derivation_members[] = {
    {FIELD_MEMBER("parent", FIELD_STR, rate_derivation, parent), .flags = FIELD_REQUIRED, .min = 1, .max = 60,
     .example = "BAR"},
    {FIELD_MEMBER("percent", FIELD_DECIMAL, rate_derivation, percent), .flags = FIELD_NEGATIVE,
     .example = "-10"},
    {FIELD_MEMBER("amount", FIELD_DECIMAL, rate_derivation, amount), .flags = FIELD_NEGATIVE,
     .example = "15.00"},
};
static const struct field_table derivation_fields = {"rateDerivation", sizeof(struct rate_derivation),
                                                     derivation_members, ARRAY_LEN(derivation_members)};

static const struct field cancellation_members[] = {
    {FIELD_MEMBER("text", FIELD_STR, rate_cancellation, text), .flags = FIELD_MULTILINE},
    {FIELD_MEMBER("before", FIELD_INT, rate_cancellation, before), .min = 0, .max = 9999, .example = "2"},
    {FIELD_MEMBER("unit", FIELD_ENUM, rate_cancellation, unit), .choices = rate_units},
    {FIELD_MEMBER("feePercent", FIELD_DECIMAL, rate_cancellation, fee_percent), .example = "100"},
    {FIELD_MEMBER("feeNights", FIELD_INT, rate_cancellation, fee_nights), .min = 1, .max = 99,
     .example = "1"},
};
static const struct field_table cancellation_fields = {"rateCancellation", sizeof(struct rate_cancellation),
                                                       cancellation_members, ARRAY_LEN(cancellation_members)};

static const struct field rate_plan_members[] = {
    {FIELD_MEMBER("code", FIELD_STR, rate_plan, code), .flags = FIELD_REQUIRED, .min = 1, .max = 60,
     .label = TEXT_INIT("Code", "Code"), .example = "BAR"},
    {FIELD_MEMBER("name", FIELD_STR, rate_plan, name), .max = 200, .label = TEXT_INIT("Name", "Nom"),
     .example = "Best available rate"},
    {FIELD_MEMBER("pricing", FIELD_ENUM, rate_plan, pricing), .choices = rate_pricings},
    {FIELD_MEMBER("baseOccupancy", FIELD_INT, rate_plan, base_occupancy), .min = 1,
     .max = RATE_OCCUPANCY_MAX},
    {FIELD_MEMBER("derived", FIELD_OBJECT, rate_plan, derived), .of = &derivation_fields},
    {FIELD_MEMBER("mealPlan", FIELD_ENUM, rate_plan, meal_plan), .choices = rate_meals},
    {FIELD_MEMBER("cancellation", FIELD_OBJECT, rate_plan, cancellation), .of = &cancellation_fields},
    {FIELD_MEMBER("taxesIncluded", FIELD_BOOL, rate_plan, taxes_included)},
    {FIELD_MEMBER("currency", FIELD_STR, rate_plan, currency), .min = 3, .max = 3, .example = "EUR"},
    {FIELD_MEMBER("active", FIELD_BOOL, rate_plan, active)},
};
const struct field_table rate_plan_fields = {"ratePlan", sizeof(struct rate_plan), rate_plan_members,
                                             ARRAY_LEN(rate_plan_members)};

#define PPM_SCALE 4 /* of a percent, so that its digits are millionths */

static bool to_ppm(struct decimal d, int64_t least_percent, int64_t most_percent, int64_t *out)
{
    for (; d.scale > PPM_SCALE && d.digits % 10 == 0; d.scale--) {
        d.digits /= 10;
    }
    if (d.scale > PPM_SCALE || d.digits > RATE_MAX_MINOR || d.digits < -RATE_MAX_MINOR) {
        return false;
    }
    for (; d.scale < PPM_SCALE; d.scale++) {
        d.digits *= 10;
    }
    *out = d.digits;
    return d.digits >= least_percent * (RATE_PPM / 100) && d.digits <= most_percent * (RATE_PPM / 100);
}

struct decimal rate_percent(int64_t ppm)
{
    struct decimal d = {ppm, PPM_SCALE, true};
    for (; d.scale > 0 && d.digits % 10 == 0; d.scale--) {
        d.digits /= 10;
    }
    return d;
}

static bool check_derivation(struct rate_plan *p, const struct currency *c, struct err *e)
{
    const struct rate_derivation *d = &p->derived;
    p->percent_ppm = p->amount_minor = FIELD_INT_NONE;
    if (!str_given(d->parent)) {
        return true;
    }
    if (d->percent.given == d->amount.given) {
        err_field(e, ERR_INVALID, "percent", "give a percentage or an amount, and not both",
                  "indiquez un pourcentage ou un montant, mais pas les deux");
        return err_in(e, S("derived"));
    }
    if (d->percent.given && !to_ppm(d->percent, -100, RATE_PERCENT_MAX, &p->percent_ppm)) {
        err_field(e, ERR_INVALID, "percent", "a percentage from -100 to %d with at most 4 decimals is needed",
                  "il faut un pourcentage de -100 à %d avec 4 décimales au plus", RATE_PERCENT_MAX);
        return err_in(e, S("derived"));
    }
    if (d->amount.given && (!money_from_decimal(d->amount, c, false, &p->amount_minor, NULL) ||
                            p->amount_minor > RATE_MAX_MINOR || p->amount_minor < -RATE_MAX_MINOR)) {
        err_field(e, ERR_INVALID, "amount", "this is no amount in %s: too fine or too large",
                  "ce n'est pas un montant en %s : trop précis ou trop grand", c->code);
        return err_in(e, S("derived"));
    }
    return true;
}

static bool check_cancellation(struct rate_plan *p, struct err *e)
{
    struct rate_cancellation *c = &p->cancellation;
    p->fee_ppm = FIELD_INT_NONE;
    c->text = str_given(c->text) && str_trim(c->text).n ? c->text : (struct str){0};
    c->unit = c->before == FIELD_INT_NONE ? -1 : c->unit == -1 ? RATE_HOURS : c->unit;
    if (c->fee_percent.given && c->fee_nights != FIELD_INT_NONE) {
        err_field(e, ERR_INVALID, "feeNights", "give a percentage or nights, and not both",
                  "indiquez un pourcentage ou des nuits, mais pas les deux");
        return err_in(e, S("cancellation"));
    }
    if (c->fee_percent.given && !to_ppm(c->fee_percent, 0, 100, &p->fee_ppm)) {
        err_field(e, ERR_INVALID, "feePercent", "a percentage from 0 to 100 is needed",
                  "il faut un pourcentage de 0 à 100");
        return err_in(e, S("cancellation"));
    }
    return true;
}

bool rate_plan_check(struct rate_plan *p, struct str currency, struct err *e)
{
    p->code = str_trim(p->code);
    if (p->code.n == 0) {
        return err_field(e, ERR_INVALID, "code", "the code is empty", "le code est vide");
    }
    if (str_eq(p->code, RATE_ALL_PLANS)) {
        return err_field(e, ERR_INVALID, "code",
                         "“*” stands for all rate plans and cannot be the code of one",
                         "« * » désigne tous les plans tarifaires et ne peut être le code d'un seul");
    }
    p->name = str_trim(p->name).n ? str_trim(p->name) : p->code;
    p->pricing = p->pricing == -1 ? RATE_PER_ROOM : p->pricing;
    p->base_occupancy = p->base_occupancy == FIELD_INT_NONE ? 2 : p->base_occupancy;
    p->meal_plan = p->meal_plan == -1 ? RATE_ROOM_ONLY : p->meal_plan;
    p->taxes_included = p->taxes_included != 0;
    p->active = p->active != 0;
    const struct currency *c = currency_find(str_given(p->currency) ? p->currency : currency);
    if (!c) {
        return err_field(e, ERR_INVALID, "currency", "“%.*s” is not a currency of ISO 4217",
                         "« %.*s » n'est pas une devise de l'ISO 4217", STR_ARG(p->currency));
    }
    p->currency = str_of(c->code);
    return check_derivation(p, c, e) && check_cancellation(p, e);
}

void rate_plan_show(struct arena *a, struct rate_plan *p, struct str parent_code)
{
    const struct currency *c = currency_find(p->currency);
    p->derived = (struct rate_derivation){0};
    if (p->parent_id != 0) {
        p->derived.parent = arena_str(a, parent_code);
        if (p->percent_ppm != FIELD_INT_NONE) {
            p->derived.percent = rate_percent(p->percent_ppm);
        } else if (p->amount_minor != FIELD_INT_NONE && c) {
            p->derived.amount = (struct decimal){p->amount_minor, c->exponent, true};
        }
    }
    p->cancellation.fee_percent =
        p->fee_ppm == FIELD_INT_NONE ? (struct decimal){0} : rate_percent(p->fee_ppm);
}

const struct rate_plan *rate_plan_of(const struct rate_plan *plans, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (plans[i].id == id) {
            return &plans[i];
        }
    }
    return NULL;
}

/* How many plans stand below this one in the longest line; at most RATE_CHAIN_MAX is looked at. */
static int below(const struct rate_plan *plans, size_t count, int64_t id, int depth)
{
    int most = 0;
    for (size_t i = 0; i < count && depth < RATE_CHAIN_MAX; i++) {
        if (plans[i].parent_id == id && id != 0) {
            int n = 1 + below(plans, count, plans[i].id, depth + 1);
            most = n > most ? n : most;
        }
    }
    return most;
}

bool rate_chain_check(const struct rate_plan *plans, size_t count, int64_t plan_id, int64_t parent_id,
                      struct err *e)
{
    int above = 0;
    for (int64_t id = parent_id; id != 0 && above <= RATE_CHAIN_MAX; above++) {
        const struct rate_plan *p = rate_plan_of(plans, count, id);
        if (id == plan_id) {
            err_field(e, ERR_INVALID, "parent", "the rate plan would be derived from itself",
                      "le plan tarifaire serait dérivé de lui-même");
            return err_in(e, S("derived"));
        }
        id = p ? p->parent_id : 0;
    }
    if (above + 1 + below(plans, count, plan_id, 0) > RATE_CHAIN_MAX) {
        err_field(e, ERR_INVALID, "parent", "at most %d rate plans may be derived one from another",
                  "au plus %d plans tarifaires peuvent dériver les uns des autres", RATE_CHAIN_MAX);
        return err_in(e, S("derived"));
    }
    return true;
}
