#include "model/charge.h"

#include "base/limits.h"
#include "format/json_fields.h"

const char *const charge_collects[] = {"channel", "hotel", "unknown", NULL};
const char *const charge_pers[] = {"stay", "night", NULL};

static const struct field extra_members[] = {
    {FIELD_MEMBER("name", FIELD_STR, charge_extra, name), .flags = FIELD_REQUIRED, .min = 1, .max = 200},
    {FIELD_MEMBER("quantity", FIELD_INT, charge_extra, quantity), .min = 0, .max = 10000},
    {FIELD_MEMBER("unitPrice", FIELD_DECIMAL, charge_extra, unit_price), .flags = FIELD_NEGATIVE},
    {FIELD_MEMBER("per", FIELD_ENUM, charge_extra, per), .choices = charge_pers},
    {FIELD_MEMBER("amount", FIELD_DECIMAL, charge_extra, amount), .flags = FIELD_NEGATIVE},
};
const struct field_table charge_extra_fields = {"extra", sizeof(struct charge_extra), extra_members,
                                                ARRAY_LEN(extra_members)};

static const struct field tax_members[] = {
    {FIELD_MEMBER("name", FIELD_STR, charge_tax, name), .flags = FIELD_REQUIRED, .min = 1, .max = 200},
    {FIELD_MEMBER("amount", FIELD_DECIMAL, charge_tax, amount)},
    {FIELD_MEMBER("included", FIELD_BOOL, charge_tax, included)},
    {FIELD_MEMBER("collect", FIELD_ENUM, charge_tax, collect), .choices = charge_collects},
};
const struct field_table charge_tax_fields = {"tax", sizeof(struct charge_tax), tax_members,
                                              ARRAY_LEN(tax_members)};

static const struct field night_members[] = {
    {FIELD_MEMBER("date", FIELD_DATE, charge_night, date), .flags = FIELD_REQUIRED},
    {FIELD_MEMBER("amount", FIELD_DECIMAL, charge_night, amount), .flags = FIELD_REQUIRED},
};
const struct field_table charge_night_fields = {"night", sizeof(struct charge_night), night_members,
                                                ARRAY_LEN(night_members)};

static const struct field set_members[] = {
    {FIELD_MEMBER("nights", FIELD_LIST, charge_set, nights), .of = &charge_night_fields, .max = LIMIT_NIGHTS},
    {FIELD_MEMBER("extras", FIELD_LIST, charge_set, extras), .of = &charge_extra_fields,
     .max = LIMIT_CHARGES},
    {FIELD_MEMBER("taxes", FIELD_LIST, charge_set, taxes), .of = &charge_tax_fields, .max = LIMIT_CHARGES},
    {FIELD_MEMBER("commission", FIELD_DECIMAL, charge_set, commission)},
    {FIELD_MEMBER("collect", FIELD_ENUM, charge_set, collect), .choices = charge_collects},
};
const struct field_table charge_set_fields = {"charges", sizeof(struct charge_set), set_members,
                                              ARRAY_LEN(set_members)};

static struct charge_extra *extra_of(const struct charge_set *s, size_t i)
{
    return (struct charge_extra *)s->extras.items + i;
}

static struct charge_tax *tax_of(const struct charge_set *s, size_t i)
{
    return (struct charge_tax *)s->taxes.items + i;
}

static struct charge_night *night_of(const struct charge_set *s, size_t i)
{
    return (struct charge_night *)s->nights.items + i;
}

struct str charge_write(struct arena *a, const struct charge_set *s)
{
    if (charge_is_empty(s)) {
        return (struct str){0};
    }
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_encode(&o, &charge_set_fields, s);
    return buf_str(&b);
}

bool charge_read(struct arena *a, struct str json, struct charge_set *out, struct err *e)
{
    field_clear(&charge_set_fields, out);
    if (!json.n) {
        return true;
    }
    struct err why = {0};
    const struct json *v = json_parse(a, json, &why);
    return (v && json_decode(a, &charge_set_fields, v, out, &why)) ||
           err_set(e, ERR_INTERNAL, "stored charges cannot be read: %s",
                   "des frais enregistrés sont illisibles : %s", why.en);
}

bool charge_is_empty(const struct charge_set *s)
{
    return s->nights.count == 0 && s->extras.count == 0 && s->taxes.count == 0 && !s->commission.given &&
           s->collect < 0;
}

static struct field_list pick_list(struct field_list before, struct field_list given)
{
    return given.items ? given : before;
}

struct charge_set charge_merge(const struct charge_set *before, const struct charge_set *given)
{
    return (struct charge_set){
        .nights = pick_list(before->nights, given->nights),
        .extras = pick_list(before->extras, given->extras),
        .taxes = pick_list(before->taxes, given->taxes),
        .commission = given->commission.given ? given->commission : before->commission,
        .collect = given->collect >= 0 ? given->collect : before->collect,
    };
}

static bool round_one(struct decimal *d, const struct currency *c)
{
    int64_t minor;
    bool rounded = false;
    if (d->given && money_from_decimal(*d, c, true, &minor, &rounded)) {
        *d = (struct decimal){minor, c->exponent, true};
    }
    return !rounded;
}

bool charge_round(struct charge_set *s, const struct currency *c)
{
    bool exact = round_one(&s->commission, c);
    for (size_t i = 0; i < s->nights.count; i++) {
        exact = round_one(&night_of(s, i)->amount, c) && exact;
    }
    for (size_t i = 0; i < s->extras.count; i++) {
        exact = round_one(&extra_of(s, i)->amount, c) && exact;
        exact = round_one(&extra_of(s, i)->unit_price, c) && exact;
    }
    for (size_t i = 0; i < s->taxes.count; i++) {
        exact = round_one(&tax_of(s, i)->amount, c) && exact;
    }
    return exact;
}

bool charge_amount_check(struct decimal d, const struct currency *c, const char *name, struct err *e)
{
    int64_t minor;
    if (!d.given || money_from_decimal(d, c, false, &minor, NULL)) {
        return true;
    }
    if (d.scale <= c->exponent) {
        return err_field(e, ERR_INVALID, name, "this amount is too large", "ce montant est trop grand");
    }
    return err_field(e, ERR_INVALID, name, "this amount has more decimal places than %s has (%d)",
                     "ce montant a plus de décimales que la devise %s n'en a (%d)", c->code, c->exponent);
}

static bool in_list(struct err *e, const char *list, size_t i)
{
    err_in_index(e, i);
    return err_in(e, str_of(list));
}

bool charge_check(const struct charge_set *s, const struct currency *c, struct err *e)
{
    for (size_t i = 0; i < s->nights.count; i++) {
        if (!charge_amount_check(night_of(s, i)->amount, c, "amount", e)) {
            return in_list(e, "nights", i);
        }
    }
    for (size_t i = 0; i < s->extras.count; i++) {
        if (!charge_amount_check(extra_of(s, i)->amount, c, "amount", e) ||
            !charge_amount_check(extra_of(s, i)->unit_price, c, "unitPrice", e)) {
            return in_list(e, "extras", i);
        }
    }
    for (size_t i = 0; i < s->taxes.count; i++) {
        if (!charge_amount_check(tax_of(s, i)->amount, c, "amount", e)) {
            return in_list(e, "taxes", i);
        }
    }
    return charge_amount_check(s->commission, c, "commission", e);
}

/* --- adding up --- */

struct adding {
    const struct charge_whole *w;
    struct charge_mismatch *list;
    size_t count;
    /* Of all that counts; false when a sum is beyond any number. */
    int64_t rooms, extras, on_top, unsaid, at_hotel;
    bool fits;
};

static void differs(struct adding *x, struct charge_mismatch m)
{
    if (x->count < CHARGE_MISMATCHES) {
        x->list[x->count++] = m;
    }
}

static void add(struct adding *x, int64_t *sum, int64_t minor)
{
    x->fits = x->fits && !__builtin_add_overflow(*sum, minor, sum);
}

/* 0 when absent. */
static int64_t minor_of(struct decimal d, const struct currency *c)
{
    int64_t minor;
    return d.given && money_from_decimal(d, c, true, &minor, NULL) ? minor : 0;
}

static int64_t extra_amount(struct adding *x, const struct charge_extra *extra, int32_t nights, size_t room)
{
    const struct currency *c = x->w->currency;
    int64_t sum = minor_of(extra->unit_price, c), said = minor_of(extra->amount, c);
    int64_t quantity = extra->quantity == FIELD_INT_NONE ? 1 : extra->quantity;
    bool known = extra->unit_price.given && !__builtin_mul_overflow(sum, quantity, &sum) &&
                 (extra->per != CHARGE_PER_NIGHT || !__builtin_mul_overflow(sum, nights, &sum));
    if (!extra->amount.given) {
        return known ? sum : 0;
    }
    if (known && sum != said) {
        differs(x, (struct charge_mismatch){CHARGE_EXTRA, room, extra->name, said, sum});
    }
    return said;
}

static void add_set(struct adding *x, const struct charge_set *s, int32_t nights, size_t room)
{
    for (size_t i = 0; s && i < s->extras.count; i++) {
        add(x, &x->extras, extra_amount(x, extra_of(s, i), nights, room));
    }
    for (size_t i = 0; s && i < s->taxes.count; i++) {
        const struct charge_tax *tax = tax_of(s, i);
        int64_t minor = minor_of(tax->amount, x->w->currency);
        if (tax->included != 1) {
            add(x,
                tax->included < 0                 ? &x->unsaid
                : tax->collect == CHARGE_BY_HOTEL ? &x->at_hotel
                                                  : &x->on_top,
                minor);
        }
    }
}

/* Whether the nights with a price are exactly the room's, each once. */
static bool nights_fit(struct arena *a, const struct charge_room *room)
{
    int32_t length = room->departure - room->arrival;
    bool *seen = arena_array(a, bool, (size_t)(length > 0 ? length : 1));
    for (size_t i = 0; i < room->set->nights.count; i++) {
        int32_t at = night_of(room->set, i)->date - room->arrival;
        if (at < 0 || at >= length || seen[at]) {
            return false;
        }
        seen[at] = true;
    }
    return room->set->nights.count == (size_t)length;
}

static void add_room(struct adding *x, struct arena *a, size_t i)
{
    const struct charge_room *room = &x->w->rooms[i];
    add(x, &x->rooms, room->amount_minor == FIELD_INT_NONE ? 0 : room->amount_minor);
    add_set(x, room->set, room->departure - room->arrival, i);
    if (!room->set || room->set->nights.count == 0) {
        return;
    }
    int64_t sum = 0;
    for (size_t k = 0; k < room->set->nights.count; k++) {
        add(x, &sum, minor_of(night_of(room->set, k)->amount, x->w->currency));
    }
    if (!nights_fit(a, room)) {
        differs(x, (struct charge_mismatch){CHARGE_NIGHTS_DATES, i, {0}, 0, sum});
    } else if (x->fits && room->amount_minor != FIELD_INT_NONE && sum != room->amount_minor) {
        differs(x, (struct charge_mismatch){CHARGE_NIGHTS, i, {0}, room->amount_minor, sum});
    }
}

/* From the first arrival to the last departure of what counts. */
static int32_t nights_of_all(const struct charge_whole *w)
{
    int32_t from = INT32_MAX, to = INT32_MIN;
    for (size_t i = 0; i < w->room_count; i++) {
        const struct charge_room *room = &w->rooms[i];
        from = room->counts && room->arrival < from ? room->arrival : from;
        to = room->counts && room->departure > to ? room->departure : to;
    }
    return to > from ? to - from : 0;
}

static void compare_total(struct adding *x)
{
    int64_t sum = 0, total = x->w->total_minor;
    add(x, &sum, x->rooms);
    add(x, &sum, x->extras);
    add(x, &sum, x->on_top);
    for (int with = 0; x->fits && with < 4; with++) {
        int64_t one = sum;
        add(x, &one, with & 1 ? x->unsaid : 0);
        add(x, &one, with & 2 ? x->at_hotel : 0);
        if (one == total) {
            return;
        }
    }
    if (x->fits) {
        differs(x, (struct charge_mismatch){CHARGE_TOTAL, SIZE_MAX, {0}, total, sum});
    }
}

const struct charge_mismatch *charge_add_up(struct arena *a, const struct charge_whole *w, size_t *count)
{
    struct adding x = {.w = w, .fits = true};
    bool priced = false, all = true, any = w->set != NULL;
    *count = 0;
    for (size_t i = 0; i < w->room_count; i++) {
        any = any || w->rooms[i].set;
        all = all && (!w->rooms[i].counts || w->rooms[i].amount_minor != FIELD_INT_NONE);
        priced = priced || (w->rooms[i].counts && w->rooms[i].amount_minor != FIELD_INT_NONE);
    }
    if (!w->counts || !w->currency || !(any || (all && priced))) {
        return NULL; /* by far the most: nothing that could differ */
    }
    x.list = arena_array(a, struct charge_mismatch, CHARGE_MISMATCHES);
    for (size_t i = 0; i < w->room_count; i++) {
        if (w->rooms[i].counts) {
            add_room(&x, a, i);
        }
    }
    add_set(&x, w->set, nights_of_all(w), SIZE_MAX);
    if (all && priced && w->total_minor != FIELD_INT_NONE) {
        compare_total(&x);
    }
    *count = x.count;
    return x.count ? x.list : NULL;
}

static struct text in_words(struct arena *a, const struct charge_mismatch *m, const struct currency *c,
                            struct text what, struct text parts)
{
    return (struct text){
        arena_fmt(a, "%.*s add up to %.*s, but %.*s says %.*s.", STR_ARG(parts.en),
                  STR_ARG(money_show(a, m->sum, c, LANG_EN)), STR_ARG(what.en),
                  STR_ARG(money_show(a, m->said, c, LANG_EN))),
        arena_fmt(a, "%.*s font %.*s, mais %.*s indique %.*s.", STR_ARG(parts.fr),
                  STR_ARG(money_show(a, m->sum, c, LANG_FR)), STR_ARG(what.fr),
                  STR_ARG(money_show(a, m->said, c, LANG_FR))),
    };
}

struct text charge_mismatch_text(struct arena *a, const struct charge_mismatch *m, const struct currency *c)
{
    size_t number = m->room == SIZE_MAX ? 0 : m->room + 1;
    switch (m->kind) {
    case CHARGE_TOTAL:
        return in_words(a, m, c, TEXT("the total", "le total"),
                        TEXT("The rooms, extras and taxes", "Les chambres, les suppléments et les taxes"));
    case CHARGE_NIGHTS:
        return in_words(a, m, c, TEXT("its amount", "son montant"),
                        (struct text){arena_fmt(a, "The nights of room %zu", number),
                                      arena_fmt(a, "Les nuits de la chambre %zu", number)});
    case CHARGE_NIGHTS_DATES:
        return (struct text){
            arena_fmt(a, "The nights with a price are not the nights of room %zu.", number),
            arena_fmt(a, "Les nuits qui ont un prix ne sont pas celles de la chambre %zu.", number)};
    case CHARGE_EXTRA:
        break;
    }
    return in_words(
        a, m, c, TEXT("its amount", "son montant"),
        (struct text){arena_fmt(a, "Quantity and unit price of “%.*s”", STR_ARG(m->name)),
                      arena_fmt(a, "La quantité et le prix unitaire de « %.*s »", STR_ARG(m->name))});
}

struct str charge_mismatch_pointer(struct arena *a, const struct charge_mismatch *m)
{
    static const char *const members[] = {
        [CHARGE_TOTAL] = "totalAmount",
        [CHARGE_NIGHTS] = "amount",
        [CHARGE_NIGHTS_DATES] = "nights",
        [CHARGE_EXTRA] = "extras",
    };
    return m->room == SIZE_MAX ? arena_fmt(a, "/%s", members[m->kind])
                               : arena_fmt(a, "/rooms/%zu/%s", m->room, members[m->kind]);
}
