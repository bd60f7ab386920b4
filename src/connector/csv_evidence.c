#include "connector/csv_evidence.h"

#include "base/limits.h"
#include "format/hint.h"

#include <string.h>

static const enum csv_dates orders[] = {CSV_DATES_DMY, CSV_DATES_MDY, CSV_DATES_YMD};
static const struct {
    struct str answer;
    struct text name;
} order_names[] = {
    {S_INIT("dmy"), TEXT_INIT("day/month/year", "jour/mois/année")},
    {S_INIT("mdy"), TEXT_INIT("month/day/year", "mois/jour/année")},
    {S_INIT("ymd"), TEXT_INIT("year/month/day", "année/mois/jour")},
};

void csv_evidence_finding(struct csv_analysis *out, const char *name, struct str value,
                          enum csv_certainty certainty, struct text text)
{
    if (out->finding_count < CSV_FINDINGS) {
        out->findings[out->finding_count++] = (struct csv_finding){name, value, certainty, text};
    }
}

void csv_evidence_question(struct csv_analysis *out, struct str name, struct text text,
                           const struct csv_choice *choices, size_t count)
{
    if (out->question_count < CSV_QUESTIONS) {
        out->questions[out->question_count++] = (struct csv_question){name, text, choices, count};
    }
}

/* --- row by row --- */

static void keep(struct csv_example *slot, const struct csv_dialect *d, const struct csv_row *row,
                 enum csv_column column)
{
    if (slot->line != 0) {
        return;
    }
    struct str s = csv_cell_of(d, row, column);
    size_t n = s.n < sizeof slot->text - 1 ? s.n : sizeof slot->text - 1;
    while (n > 0 && n < s.n && (s.p[n] & 0xC0) == 0x80) {
        n--;
    }
    memcpy(slot->text, s.p, n);
    slot->text[n] = 0;
    slot->n = n;
    slot->line = row->line;
    slot->column = d->column[column];
}

/* fits: the orders in which the row makes sense; days: of the cell that is quoted. */
static void weigh_dates(struct csv_date_evidence *ev, const struct csv_dialect *d, const struct csv_row *row,
                        enum csv_column column, unsigned fits, const int32_t days[3])
{
    static const int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};
    if (fits == 0) {
        return;
    }
    ev->seen = true;
    for (int i = 0; i < 3; i++) {
        bool both = (fits >> pairs[i][0] & 1) && (fits >> pairs[i][1] & 1);
        if ((fits & orders[i]) == 0) {
            keep(&ev->against[i], d, row, column);
        }
        if (both && days[pairs[i][0]] != days[pairs[i][1]]) {
            keep(&ev->differ[i], d, row, column);
        }
    }
}

static void weigh_stay(struct csv_evidence *ev, const struct csv_dialect *d, const struct csv_row *row)
{
    struct csv_date arrival, departure;
    if (!csv_date_read(csv_cell_of(d, row, CSV_COLUMN_ARRIVAL), &arrival)) {
        return;
    }
    if (!csv_date_read(csv_cell_of(d, row, CSV_COLUMN_DEPARTURE), &departure)) {
        weigh_dates(&ev->stays, d, row, CSV_COLUMN_ARRIVAL, arrival.orders, arrival.day);
        return;
    }
    unsigned both = arrival.orders & departure.orders, fits = 0;
    if (arrival.orders == CSV_DATES_ANY && departure.orders == CSV_DATES_ANY &&
        csv_date_day(&arrival, CSV_DATES_NONE) != DATE_NONE &&
        csv_date_day(&departure, CSV_DATES_NONE) != DATE_NONE) {
        ev->stays.seen = true; /* both can only be read one way: they say nothing */
        return;
    }
    int64_t nights = 0;
    struct str stated = csv_cell_of(d, row, CSV_COLUMN_NIGHTS);
    bool counted = stated.n > 0 && csv_count_read(stated, &nights);
    for (int i = 0; i < 3; i++) {
        if ((both & orders[i]) != 0) {
            int32_t length = departure.day[i] - arrival.day[i];
            bool sense = length >= 1 && length <= LIMIT_NIGHTS && (!counted || length == nights);
            fits |= sense ? orders[i] : 0;
        }
    }
    fits = fits == 0 ? both : fits;
    /* The cell that says more is quoted first. */
    if (__builtin_popcount(departure.orders) >= __builtin_popcount(arrival.orders)) {
        weigh_dates(&ev->stays, d, row, CSV_COLUMN_ARRIVAL, fits, arrival.day);
    }
    weigh_dates(&ev->stays, d, row, CSV_COLUMN_DEPARTURE, fits, departure.day);
}

static void weigh_sign(struct csv_evidence *ev, const struct csv_dialect *d, const struct csv_row *row,
                       enum csv_column column, struct str sign, bool row_named)
{
    if (sign.n == 0) {
        if (!row_named) {
            keep(&ev->bare, d, row, column);
        }
        return;
    }
    if (row_named || (sign.n == ev->last_sign_n && memcmp(sign.p, ev->last_sign, sign.n) == 0)) {
        return; /* the row's own currency decides, or it is known already */
    }
    struct str several, of_anyone;
    const struct currency *c = csv_currency_read(sign, d->hotel, &several);
    csv_currency_read(sign, NULL, &of_anyone);
    if (c != NULL) {
        keep(str_given(of_anyone) ? &ev->hotels : &ev->named, d, row, column);
    } else if (str_given(several)) {
        keep(&ev->unclear, d, row, column);
        ev->unclear_codes = several;
    } else {
        return;
    }
    if (sign.n <= sizeof ev->last_sign) {
        memcpy(ev->last_sign, sign.p, sign.n);
        ev->last_sign_n = sign.n;
    }
}

static void weigh_amount(struct csv_evidence *ev, const struct csv_dialect *d, const struct csv_row *row,
                         enum csv_column column, bool row_named)
{
    struct csv_amount amount;
    struct str s = csv_cell_of(d, row, column);
    if (s.n == 0 || !csv_amount_read(s, &amount)) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        if ((amount.styles & 1u << i) == 0) {
            keep(&ev->decimal_against[i], d, row, column);
        }
    }
    if (amount.styles == CSV_DECIMAL_ANY && amount.value[0].scale != amount.value[1].scale) {
        keep(&ev->decimal_differ, d, row, column);
    }
    weigh_sign(ev, d, row, column, amount.currency, row_named);
}

void csv_evidence_row(struct csv_evidence *ev, const struct csv_dialect *d, const struct csv_row *row)
{
    weigh_stay(ev, d, row);
    struct csv_date booked;
    struct str s = csv_cell_of(d, row, CSV_COLUMN_BOOKED_AT);
    if (s.n > 0 && csv_date_read(s, &booked)) {
        weigh_dates(&ev->booked, d, row, CSV_COLUMN_BOOKED_AT, booked.orders, booked.day);
    }
    bool named = csv_cell_of(d, row, CSV_COLUMN_CURRENCY).n > 0;
    weigh_amount(ev, d, row, CSV_COLUMN_TOTAL_AMOUNT, named);
    weigh_amount(ev, d, row, CSV_COLUMN_COMMISSION, true); /* its currency is that of the total */
    weigh_amount(ev, d, row, CSV_COLUMN_AMOUNT, named || d->column[CSV_COLUMN_TOTAL_AMOUNT] >= 0);
}

/* --- and in the end --- */

static struct str shown(const struct csv_example *x)
{
    return (struct str){x->text, x->n};
}

/* “03/04/2027” in column “arrival” (line 2) */
static struct text place(struct arena *a, const struct csv_analysis *out, const struct csv_example *x)
{
    struct str cell = hint_excerpt(a, shown(x));
    struct str name = x->column >= 0 && (size_t)x->column < out->dialect.width
                          ? hint_excerpt(a, out->dialect.header[x->column])
                          : S("?");
    return (struct text){arena_fmt(a, "“%.*s” in column “%.*s” (line %llu)", STR_ARG(cell), STR_ARG(name),
                                   (unsigned long long)x->line),
                         arena_fmt(a, "« %.*s » dans la colonne « %.*s » (ligne %llu)", STR_ARG(cell),
                                   STR_ARG(name), (unsigned long long)x->line)};
}

static struct text day_in_words(struct arena *a, int32_t day)
{
    static const struct text months[] = {
        TEXT_INIT("January", "janvier"),
        TEXT_INIT("February", "février"),
        TEXT_INIT("March", "mars"),
        TEXT_INIT("April", "avril"),
        TEXT_INIT("May", "mai"),
        TEXT_INIT("June", "juin"),
        TEXT_INIT("July", "juillet"),
        TEXT_INIT("August", "août"),
        TEXT_INIT("September", "septembre"),
        TEXT_INIT("October", "octobre"),
        TEXT_INIT("November", "novembre"),
        TEXT_INIT("December", "décembre"),
    };
    int y, m, d;
    date_to_ymd(day, &y, &m, &d);
    return (struct text){arena_fmt(a, "%d %s %d", d, months[m - 1].en.p, y),
                         arena_fmt(a, "%d%s %s %d", d, d == 1 ? "er" : "", months[m - 1].fr.p, y)};
}

static unsigned possible_orders(const struct csv_date_evidence *ev)
{
    unsigned set = 0;
    for (int i = 0; i < 3; i++) {
        set |= ev->against[i].line == 0 ? orders[i] : 0;
    }
    return set;
}

static int first_order(unsigned set)
{
    return (set & CSV_DATES_DMY) != 0 ? 0 : (set & CSV_DATES_MDY) != 0 ? 1 : 2;
}

/* A cell that two of the possible orders read as different days; NULL when there is none. */
static const struct csv_example *undecided(const struct csv_date_evidence *ev, unsigned set)
{
    static const unsigned pairs[3] = {CSV_DATES_DMY | CSV_DATES_MDY, CSV_DATES_DMY | CSV_DATES_YMD,
                                      CSV_DATES_MDY | CSV_DATES_YMD};
    for (int i = 0; i < 3; i++) {
        if ((set & pairs[i]) == pairs[i] && ev->differ[i].line != 0) {
            return &ev->differ[i];
        }
    }
    return NULL;
}

static void ask_dates(struct arena *a, struct csv_analysis *out, const struct csv_example *x, unsigned set)
{
    struct csv_date date;
    csv_date_read(shown(x), &date);
    struct csv_choice *choices = arena_array(a, struct csv_choice, 3);
    size_t n = 0;
    struct buf en = buf_in(a), fr = buf_in(a);
    for (int i = 0; i < 3; i++) {
        if ((set & orders[i]) == 0 || date.day[i] == DATE_NONE) {
            continue;
        }
        struct text day = day_in_words(a, date.day[i]);
        buf_fmt(&en, "%s%s", n == 0 ? "" : " or ", day.en.p);
        buf_fmt(&fr, "%s%s", n == 0 ? "le " : " ou le ", day.fr.p);
        choices[n++] = (struct csv_choice){order_names[i].answer,
                                           {arena_fmt(a, "%s (%s)", order_names[i].name.en.p, day.en.p),
                                            arena_fmt(a, "%s (%s)", order_names[i].name.fr.p, day.fr.p)}};
    }
    struct text where = place(a, out, x);
    struct text text = {arena_fmt(a, "The dates of this file can be read in %zu ways. %s: is it %s?", n,
                                  where.en.p, buf_str(&en).p),
                        arena_fmt(a,
                                  "Les dates de ce fichier peuvent se lire de %zu façons. %s : est-ce %s ?",
                                  n, where.fr.p, buf_str(&fr).p)};
    csv_evidence_question(out, S("dates"), text, choices, n);
    csv_evidence_finding(out, "dates", (struct str){0}, CSV_OPEN, text);
}

static void ask_contradicting_dates(struct arena *a, struct csv_analysis *out,
                                    const struct csv_date_evidence *ev)
{
    struct csv_choice *choices = arena_array(a, struct csv_choice, 3);
    size_t n = 0;
    for (int i = 0; i < 3; i++) {
        if (i < 2 || ev->differ[1].line != 0 || ev->differ[2].line != 0) {
            choices[n++] = (struct csv_choice){order_names[i].answer, order_names[i].name};
        }
    }
    struct text one = place(a, out, &ev->against[0]), other = place(a, out, &ev->against[1]);
    struct text text = {
        arena_fmt(a,
                  "The dates of this file contradict each other: %s cannot be day/month/year, %s cannot be "
                  "month/day/year. Which order do you mean? Rows that do not fit will be given back to you.",
                  one.en.p, other.en.p),
        arena_fmt(
            a,
            "Les dates de ce fichier se contredisent : %s ne peut pas être jour/mois/année, %s ne peut pas être "
            "mois/jour/année. Quel ordre voulez-vous ? Les lignes qui ne correspondent pas vous seront rendues.",
            one.fr.p, other.fr.p)};
    csv_evidence_question(out, S("dates"), text, choices, n);
    csv_evidence_finding(out, "dates", (struct str){0}, CSV_OPEN, text);
}

static void found_dates(struct arena *a, struct csv_analysis *out, const struct csv_date_evidence *ev, int i)
{
    const struct csv_example *why = &ev->against[i == 0 ? 1 : 0];
    if (why->line == 0) {
        csv_evidence_finding(out, "dates", S("any"), CSV_CERTAIN,
                             TEXT("Every date of this file can only be read one way.",
                                  "Chaque date de ce fichier ne peut se lire que d'une façon."));
        return;
    }
    struct text where = place(a, out, why);
    struct text text = {
        arena_fmt(a, "Dates are %s: %s only makes sense that way.", order_names[i].name.en.p, where.en.p),
        arena_fmt(a, "Les dates sont en %s : %s n'a de sens qu'ainsi.", order_names[i].name.fr.p,
                  where.fr.p)};
    csv_evidence_finding(out, "dates", order_names[i].answer, CSV_CERTAIN, text);
}

static bool decided(const struct csv_date_evidence *ev)
{
    unsigned set = possible_orders(ev);
    return ev->seen && set != 0 && undecided(ev, set) == NULL;
}

/* Whether the evidence rules out an order that the other group of dates leaves open. */
static bool speaks(const struct csv_date_evidence *ev)
{
    return decided(ev) && (ev->against[0].line != 0 || ev->against[1].line != 0);
}

/* The order of one group of dates; false when it stays open. */
static bool settle_group(const struct csv_date_evidence *ev, const struct csv_date_evidence *other,
                         const struct csv_given *given, bool given_first, enum csv_dates *out)
{
    unsigned set = possible_orders(ev);
    if (given->dates != CSV_DATES_NONE && (given_first || !speaks(ev))) {
        *out = given->dates;
    } else if (decided(ev) || !ev->seen) {
        *out = orders[first_order(set)];
    } else if (speaks(other) && (set & orders[first_order(possible_orders(other))]) != 0) {
        *out = orders[first_order(possible_orders(other))];
    } else {
        return false;
    }
    return true;
}

static void settle_dates(struct arena *a, const struct csv_evidence *ev, const struct csv_given *given,
                         struct csv_analysis *out)
{
    struct csv_dialect *d = &out->dialect;
    const struct csv_date_evidence *open = NULL;
    if (!settle_group(&ev->booked, &ev->stays, given, false, &d->booked_dates)) {
        open = &ev->booked;
    }
    if (!settle_group(&ev->stays, &ev->booked, given, true, &d->stay_dates)) {
        open = &ev->stays;
    }
    if (open == NULL && given->dates != CSV_DATES_NONE) {
        int i = first_order(given->dates);
        struct text text = {
            arena_fmt(a, "Dates are read as %s, as you said.", order_names[i].name.en.p),
            arena_fmt(a, "Les dates sont lues en %s, comme vous l'avez indiqué.", order_names[i].name.fr.p)};
        csv_evidence_finding(out, "dates", order_names[i].answer, CSV_GIVEN, text);
        return;
    }
    if (open == NULL) {
        const struct csv_date_evidence *why =
            !speaks(&ev->stays) && speaks(&ev->booked) ? &ev->booked : &ev->stays;
        found_dates(a, out, why, first_order(d->stay_dates));
        return;
    }
    unsigned set = possible_orders(open);
    const struct csv_example *x = undecided(open, set);
    if (set == 0) {
        ask_contradicting_dates(a, out, open);
    } else if (x != NULL) {
        ask_dates(a, out, x, set);
    }
}

static const struct csv_choice decimal_choices[] = {
    {S_INIT("point"), TEXT_INIT("a point, as in 1,204.50", "un point, comme dans 1,204.50")},
    {S_INIT("comma"), TEXT_INIT("a comma, as in 1.204,50", "une virgule, comme dans 1.204,50")},
};

static void ask_contradicting_decimals(struct arena *a, const struct csv_evidence *ev,
                                       struct csv_analysis *out)
{
    struct text comma = place(a, out, &ev->decimal_against[0]),
                point = place(a, out, &ev->decimal_against[1]);
    struct text text = {
        arena_fmt(
            a,
            "The amounts of this file contradict each other: %s has a decimal comma, %s has a decimal point. Which "
            "one do you mean? Rows that do not fit will be given back to you.",
            comma.en.p, point.en.p),
        arena_fmt(
            a,
            "Les montants de ce fichier se contredisent : %s a une virgule décimale, %s a un point décimal. Lequel "
            "voulez-vous ? Les lignes qui ne correspondent pas vous seront rendues.",
            comma.fr.p, point.fr.p)};
    csv_evidence_question(out, S("decimal"), text, decimal_choices, 2);
    csv_evidence_finding(out, "decimal", (struct str){0}, CSV_OPEN, text);
}

static void ask_decimal(struct arena *a, const struct csv_evidence *ev, struct csv_analysis *out)
{
    struct csv_amount amount;
    csv_amount_read(shown(&ev->decimal_differ), &amount);
    struct text where = place(a, out, &ev->decimal_differ);
    struct str as_point = decimal_fmt(a, amount.value[0]), as_comma = decimal_fmt(a, amount.value[1]);
    struct text text = {
        arena_fmt(a, "%s: with a decimal point it is %s, with a decimal comma %s. Which is it?", where.en.p,
                  as_point.p, as_comma.p),
        arena_fmt(a, "%s : avec un point décimal c'est %s, avec une virgule décimale %s. Lequel est juste ?",
                  where.fr.p, as_point.p, as_comma.p)};
    csv_evidence_question(out, S("decimal"), text, decimal_choices, 2);
    csv_evidence_finding(out, "decimal", (struct str){0}, CSV_OPEN, text);
}

static struct text decimal_text(struct arena *a, const struct csv_evidence *ev, const struct csv_given *given,
                                const struct csv_analysis *out, bool comma)
{
    if (given->decimal != CSV_DECIMAL_NONE) {
        return comma ? TEXT("The decimal sign is a comma, as you said.",
                            "Le signe décimal est la virgule, comme vous l'avez indiqué.")
                     : TEXT("The decimal sign is a point, as you said.",
                            "Le signe décimal est le point, comme vous l'avez indiqué.");
    }
    const struct csv_example *why = &ev->decimal_against[!comma];
    if (why->line == 0 && ev->decimal_differ.line != 0) {
        return TEXT("The decimal sign is a point, as in all our own exports.",
                    "Le signe décimal est le point, comme dans tous nos propres exports.");
    }
    if (why->line == 0) {
        return TEXT("No amount of this file needs a decimal sign.",
                    "Aucun montant de ce fichier n'a besoin d'un signe décimal.");
    }
    struct text where = place(a, out, why);
    return (struct text){
        arena_fmt(a, "The decimal sign is a %s: %s.", comma ? "comma" : "point", where.en.p),
        arena_fmt(a, "Le signe décimal est %s : %s.", comma ? "la virgule" : "le point", where.fr.p)};
}

static void settle_decimal(struct arena *a, const struct csv_evidence *ev, const struct csv_given *given,
                           struct csv_analysis *out)
{
    bool not_point = ev->decimal_against[0].line != 0, not_comma = ev->decimal_against[1].line != 0;
    bool own =
        out->dialect.preset == &csv_preset_own; /* written with a point, unless a spreadsheet saved it anew */
    bool comma = given->decimal == CSV_DECIMAL_COMMA || (given->decimal == CSV_DECIMAL_NONE && not_point);
    out->dialect.decimal = comma ? CSV_DECIMAL_COMMA : CSV_DECIMAL_POINT;
    if (given->decimal == CSV_DECIMAL_NONE && not_point && not_comma) {
        ask_contradicting_decimals(a, ev, out);
    } else if (given->decimal == CSV_DECIMAL_NONE && !not_point && !not_comma && !own &&
               ev->decimal_differ.line != 0) {
        ask_decimal(a, ev, out);
    } else {
        csv_evidence_finding(out, "decimal", decimal_choices[comma].value,
                             given->decimal != CSV_DECIMAL_NONE ? CSV_GIVEN : CSV_CERTAIN,
                             decimal_text(a, ev, given, out, comma));
    }
}

static void ask_currency(struct arena *a, const struct csv_evidence *ev, struct csv_analysis *out)
{
    struct csv_choice *choices = arena_array(a, struct csv_choice, 24);
    size_t n = 0;
    for (struct str code, rest = ev->unclear_codes; str_given(rest) && n < 24; n++) {
        code = str_cut(&rest, ',');
        choices[n] = (struct csv_choice){code, {code, code}};
    }
    struct text where = place(a, out, &ev->unclear);
    const char *hotel = out->dialect.hotel->code;
    struct text text = {
        arena_fmt(a,
                  "%s: which currency is it? The sign fits several (%.*s, …), and none is your hotel's, %s.",
                  where.en.p, 3, choices[0].value.p, hotel),
        arena_fmt(
            a,
            "%s : de quelle devise s'agit-il ? Le signe convient à plusieurs (%.*s, …), et aucune n'est celle de "
            "votre hôtel, %s.",
            where.fr.p, 3, choices[0].value.p, hotel)};
    csv_evidence_question(out, S("currency"), text, choices, n);
    csv_evidence_finding(out, "currency", (struct str){0}, CSV_OPEN, text);
}

static void settle_currency(struct arena *a, const struct csv_evidence *ev, const struct csv_given *given,
                            struct csv_analysis *out)
{
    struct csv_dialect *d = &out->dialect;
    const struct currency *said = given->currency != NULL ? given->currency : ev->of_header;
    d->currency = said != NULL ? said : d->hotel;
    struct str code = {d->currency->code, 3};
    if (said != NULL) {
        struct text text =
            given->currency != NULL
                ? (struct text){arena_fmt(a, "Amounts that name no currency are in %s, as you said.", code.p),
                                arena_fmt(a,
                                          "Les montants sans devise sont en %s, comme vous l'avez indiqué.",
                                          code.p)}
                : (struct text){arena_fmt(a, "Amounts are in %s: the heading says so.", code.p),
                                arena_fmt(a, "Les montants sont en %s : l'en-tête le dit.", code.p)};
        csv_evidence_finding(out, "currency", code, given->currency != NULL ? CSV_GIVEN : CSV_CERTAIN, text);
    } else if (ev->unclear.line != 0) {
        ask_currency(a, ev, out);
    } else if (ev->hotels.line != 0 || ev->bare.line != 0) {
        struct text where = place(a, out, ev->hotels.line != 0 ? &ev->hotels : &ev->bare);
        struct text text = {
            arena_fmt(a, "Amounts that name no currency are in %s, your hotel's: %s.", code.p, where.en.p),
            arena_fmt(a, "Les montants sans devise sont en %s, celle de votre hôtel : %s.", code.p,
                      where.fr.p)};
        csv_evidence_finding(out, "currency", code, CSV_ASSUMED, text);
    } else {
        csv_evidence_finding(out, "currency", code, CSV_CERTAIN,
                             TEXT("Every amount names its currency.", "Chaque montant indique sa devise."));
    }
}

void csv_evidence_settle(struct arena *a, const struct csv_evidence *ev, const struct csv_given *given,
                         struct csv_analysis *out)
{
    settle_dates(a, ev, given, out);
    settle_decimal(a, ev, given, out);
    settle_currency(a, ev, given, out);
}
