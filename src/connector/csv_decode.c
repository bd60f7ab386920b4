#include "connector/csv_decode.h"
#include "base/limits.h"
#include "connector/csv_words.h"
#include "format/hint.h"

#include <stdio.h>
#include <string.h>

#define MAX_PROBLEMS 20 /* of one booking; more help nobody */
#define MAX_NOTES    20

struct str csv_cell_of(const struct csv_dialect *d, const struct csv_row *row, enum csv_column column)
{
    int i = d->column[column];
    if (i < 0 || (size_t)i >= row->count) {
        return S("");
    }
    return csv_undo_neutral(csv_cell_trim(row->cells[i]));
}

bool csv_row_is_empty(const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->cells[i].n > 0 && csv_cell_trim(row->cells[i]).n > 0) {
            return false;
        }
    }
    return true;
}

struct str csv_decode_cell(const struct csv_decode *x, enum csv_column column)
{
    return csv_cell_of(x->d, x->row, column);
}

struct str csv_decode_heading(const struct csv_decode *x, int index)
{
    struct str name = index >= 0 && (size_t)index < x->d->width ? x->d->header[index] : S("");
    return name.n > 0 ? hint_excerpt(x->a, name) : arena_fmt(x->a, "%d", index + 1);
}

void csv_decode_refuse(struct csv_decode *x, int index, const char *en, const char *fr, ...)
{
    struct csv_decoded *out = x->out;
    out->kind = CSV_REFUSED;
    if (out->errors == NULL) {
        out->errors = arena_array(x->a, struct err, MAX_PROBLEMS);
    }
    if (out->error_count == MAX_PROBLEMS) {
        return;
    }
    va_list args, again;
    va_start(args, fr);
    va_copy(again, args);
    struct str text_en = arena_vfmt(x->a, en, args), text_fr = arena_vfmt(x->a, fr, again);
    va_end(again);
    va_end(args);
    struct err *e = &out->errors[out->error_count++];
    *e = (struct err){.code = ERR_INVALID};
    unsigned long long line = x->row->line;
    if (index < 0) {
        snprintf(e->en, sizeof e->en, "Line %llu: %.*s", line, STR_ARG(text_en));
        snprintf(e->fr, sizeof e->fr, "Ligne %llu : %.*s", line, STR_ARG(text_fr));
        return;
    }
    struct str name = csv_decode_heading(x, index);
    snprintf(e->en, sizeof e->en, "Line %llu, column %d “%.*s”: %.*s", line, index + 1, STR_ARG(name),
             STR_ARG(text_en));
    snprintf(e->fr, sizeof e->fr, "Ligne %llu, colonne %d « %.*s » : %.*s", line, index + 1, STR_ARG(name),
             STR_ARG(text_fr));
    err_in(e, name);
}

const char *csv_decode_quoted(struct csv_decode *x, struct str s)
{
    return hint_excerpt(x->a, s).p;
}

void csv_decode_note(struct csv_decode *x, const char *en, const char *fr, ...)
{
    struct csv_decoded *out = x->out;
    if (out->notes == NULL) {
        out->notes = arena_array(x->a, struct csv_note, MAX_NOTES);
    }
    if (out->note_count == MAX_NOTES) {
        return;
    }
    va_list args, again;
    va_start(args, fr);
    va_copy(again, args);
    struct text text = {arena_vfmt(x->a, en, args), arena_vfmt(x->a, fr, again)};
    va_end(again);
    va_end(args);
    out->notes[out->note_count++] = (struct csv_note){x->row->line, text};
}

/* A text for a message: a copy; line breaks and tabs become spaces unless lines are welcome. Absent when empty. */
static struct str text_cell(struct csv_decode *x, enum csv_column column, struct str s, bool lines)
{
    if (s.n == 0) {
        return (struct str){0};
    }
    char *copy = (char *)arena_cstr(x->a, s);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)copy[i];
        bool c1 = c == 0xC2 && (unsigned char)copy[i + 1] < 0xA0; /* U+0080 to U+009F; the copy ends in NUL */
        if ((c >= 0x20 && c != 0x7F && !c1) || (lines && (c == '\n' || c == '\r' || c == '\t'))) {
            continue;
        }
        if (c != '\n' && c != '\r' && c != '\t') {
            REFUSE(x, column, "“%s” contains a control character that is no text.",
                   "« %s » contient un caractère de contrôle, qui n'est pas du texte.",
                   csv_decode_quoted(x, s));
            return (struct str){0};
        }
        copy[i] = ' ';
    }
    int64_t most = csv_columns[column].max;
    if (most > 0 && s.n > (size_t)most && utf8_count(s) > (size_t)most) {
        REFUSE(x, column, "this text is longer than %lld characters.", "ce texte dépasse %lld caractères.",
               (long long)most);
        return (struct str){0};
    }
    return (struct str){copy, s.n};
}

static struct str text_of(struct csv_decode *x, enum csv_column column)
{
    return text_cell(x, column, csv_decode_cell(x, column), false);
}

/* What only our own exports say, in our own words. */
static int choice_of(struct csv_decode *x, enum csv_column column, const char *const *choices)
{
    struct str s = csv_decode_cell(x, column);
    for (int i = 0; s.n > 0 && choices[i]; i++) {
        if (str_eq_nocase(s, str_of(choices[i]))) {
            return i;
        }
    }
    if (s.n > 0) {
        REFUSE(x, column, "“%s” is not known here.", "« %s » n'est pas connu ici.", csv_decode_quoted(x, s));
    }
    return -1;
}

static void decode_expiry(struct csv_decode *x, struct reservation *r)
{
    struct str s = csv_decode_cell(x, CSV_COLUMN_EXPIRES_AT);
    if (s.n > 0 && !instant_parse(s, &r->expires_at)) {
        REFUSE(x, CSV_COLUMN_EXPIRES_AT, "“%s” is not a date and time such as 2026-07-01T10:02:11Z.",
               "« %s » n'est pas une date et heure telle que 2026-07-01T10:02:11Z.", csv_decode_quoted(x, s));
    }
}

static void decode_status(struct csv_decode *x, struct reservation *r)
{
    struct str s = csv_decode_cell(x, CSV_COLUMN_STATUS);
    if (s.n == 0) {
        return;
    }
    size_t slot = str_hash(s) % ARRAY_LEN(x->d->memo->statuses);
    struct csv_known_status *known = &x->d->memo->statuses[slot];
    if (s.n == known->n && memcmp(s.p, known->text, s.n) == 0) {
        r->status = known->status;
        return;
    }
    r->status = csv_word_status(csv_key(x->a, s));
    if (r->status < 0) {
        REFUSE(
            x, CSV_COLUMN_STATUS,
            "“%s” is no status that is known here. Use inquiry, hold, confirmed, checked_in, checked_out, "
            "cancelled or no_show.",
            "« %s » n'est pas un statut connu ici. Utilisez inquiry, hold, confirmed, checked_in, checked_out, "
            "cancelled ou no_show.",
            csv_decode_quoted(x, s));
    } else if (s.n <= sizeof known->text) {
        memcpy(known->text, s.p, s.n);
        known->n = s.n;
        known->status = r->status;
    }
}

static void refuse_order(struct csv_decode *x, enum csv_column column, enum csv_dates order, const char *s)
{
    if (order == CSV_DATES_DMY) {
        REFUSE(x, column, "“%s” is no day as day/month/year, the order of this file.",
               "« %s » n'est pas un jour en jour/mois/année, l'ordre de ce fichier.", s);
    } else if (order == CSV_DATES_MDY) {
        REFUSE(x, column, "“%s” is no day as month/day/year, the order of this file.",
               "« %s » n'est pas un jour en mois/jour/année, l'ordre de ce fichier.", s);
    } else {
        REFUSE(x, column, "“%s” is no day as year/month/day, the order of this file.",
               "« %s » n'est pas un jour en année/mois/jour, l'ordre de ce fichier.", s);
    }
}

/* DATE_NONE, with the problem noted, when the cell is no day in the file's order. */
static int32_t day_of(struct csv_decode *x, enum csv_column column, enum csv_dates order, int64_t *time_us)
{
    struct str s = csv_decode_cell(x, column);
    struct csv_date date;
    *time_us = 0;
    if (!csv_date_read(s, &date)) {
        REFUSE(x, column, "“%s” is not a date.", "« %s » n'est pas une date.", csv_decode_quoted(x, s));
        return DATE_NONE;
    }
    *time_us = date.time_us;
    int32_t day = csv_date_day(&date, order);
    if (day == DATE_NONE && date.orders == 0) {
        REFUSE(x, column, "“%s” is a day that does not exist.", "« %s » est un jour qui n'existe pas.",
               csv_decode_quoted(x, s));
    } else if (day == DATE_NONE) {
        refuse_order(x, column, order, csv_decode_quoted(x, s));
    }
    return day;
}

/* The nights of one row; false when they cannot be told (and a problem is noted). */
static bool decode_dates(struct csv_decode *x, int32_t *arrival, int32_t *departure)
{
    int64_t time_us, nights = 0;
    struct str stated = csv_decode_cell(x, CSV_COLUMN_NIGHTS);
    if (stated.n > 0 && !csv_count_read(stated, &nights)) {
        REFUSE(x, CSV_COLUMN_NIGHTS, "“%s” is no number of nights.", "« %s » n'est pas un nombre de nuits.",
               csv_decode_quoted(x, stated));
        return false;
    }
    *arrival = day_of(x, CSV_COLUMN_ARRIVAL, x->d->stay_dates, &time_us);
    bool by_nights = csv_decode_cell(x, CSV_COLUMN_DEPARTURE).n == 0 && nights > 0;
    *departure = by_nights ? *arrival : day_of(x, CSV_COLUMN_DEPARTURE, x->d->stay_dates, &time_us);
    if (*arrival == DATE_NONE || *departure == DATE_NONE) {
        return false;
    }
    *departure += by_nights ? (int32_t)nights : 0;
    int32_t length = *departure - *arrival;
    if (length < 1) {
        REFUSE(x, CSV_COLUMN_DEPARTURE, "the departure “%s” is not after the arrival “%s”.",
               "le départ « %s » n'est pas après l'arrivée « %s ».",
               csv_decode_quoted(x, csv_decode_cell(x, CSV_COLUMN_DEPARTURE)),
               csv_decode_quoted(x, csv_decode_cell(x, CSV_COLUMN_ARRIVAL)));
    } else if (length > LIMIT_NIGHTS) {
        REFUSE(x, CSV_COLUMN_DEPARTURE, "a stay of %d nights is longer than the %d allowed.",
               "un séjour de %d nuits dépasse les %d permises.", length, LIMIT_NIGHTS);
    } else if (nights > 0 && length != nights) {
        REFUSE(x, CSV_COLUMN_NIGHTS, "%lld nights are stated, but from “%s” to “%s” there are %d.",
               "%lld nuits sont indiquées, mais il y en a du « %s » au « %s » : %d.", (long long)nights,
               csv_decode_quoted(x, csv_decode_cell(x, CSV_COLUMN_ARRIVAL)),
               csv_decode_quoted(x, csv_decode_cell(x, CSV_COLUMN_DEPARTURE)), length);
    } else {
        return true;
    }
    return false;
}

static void decode_booked_at(struct csv_decode *x, struct reservation *r)
{
    int64_t time_us;
    struct str s = csv_decode_cell(x, CSV_COLUMN_BOOKED_AT);
    if (s.n > 0 && !instant_parse(s, &r->booked_at)) {
        int32_t day = day_of(x, CSV_COLUMN_BOOKED_AT, x->d->booked_dates, &time_us);
        r->booked_at = day == DATE_NONE ? INSTANT_NONE : instant_of_date(day) + time_us;
    }
}

static void decode_guest(struct csv_decode *x, struct guest *g)
{
    struct str first = csv_decode_cell(x, CSV_COLUMN_FIRST_NAME),
               last = csv_decode_cell(x, CSV_COLUMN_LAST_NAME);
    enum csv_column of_first = CSV_COLUMN_FIRST_NAME, of_last = CSV_COLUMN_LAST_NAME;
    if (first.n == 0 && last.n == 0) {
        struct str name = csv_decode_cell(x, CSV_COLUMN_BOOKER);
        of_first = of_last = name.n > 0 ? CSV_COLUMN_BOOKER : CSV_COLUMN_GUEST;
        csv_name_split(csv_decode_cell(x, of_first), &first, &last);
    }
    g->first_name = text_cell(x, of_first, first, false);
    g->last_name = text_cell(x, of_last, last, false);
    g->email = text_of(x, CSV_COLUMN_EMAIL);
    g->phone = text_of(x, CSV_COLUMN_PHONE);
    g->language = text_of(x, CSV_COLUMN_LANGUAGE);
    g->country = text_of(x, CSV_COLUMN_COUNTRY);
    if (g->country.n == 2 && x->d->preset != &csv_preset_own) {
        char *code = (char *)arena_cstr(x->a, g->country);
        for (int i = 0; i < 2; i++) {
            code[i] = (char)(code[i] >= 'a' && code[i] <= 'z' ? code[i] - 32 : code[i]);
        }
        g->country.p = code;
    }
}

static void decode_channel(struct csv_decode *x, struct reservation *r)
{
    const struct csv_preset *preset = x->d->preset;
    if (preset != NULL && str_given(preset->channel)) {
        r->channel = preset->channel;
        return;
    }
    struct str s = csv_decode_cell(x, CSV_COLUMN_CHANNEL);
    if (s.n == 0) {
        return;
    }
    struct str known = preset == &csv_preset_own ? (struct str){0} : csv_word_channel(csv_key(x->a, s));
    bool others_count = preset == NULL || preset == &csv_preset_own;
    if (str_given(known) || others_count) {
        r->channel = str_given(known) ? known : text_of(x, CSV_COLUMN_CHANNEL);
    }
}

/* FIELD_INT_NONE when the cell is empty. */
static int64_t count_of(struct csv_decode *x, enum csv_column column, int64_t most)
{
    struct str s = csv_decode_cell(x, column);
    int64_t n = FIELD_INT_NONE;
    if (s.n > 0 && (!csv_count_read(s, &n) || n > most)) {
        REFUSE(x, column, "“%s” is no whole number from 0 to %lld.",
               "« %s » n'est pas un nombre entier de 0 à %lld.", csv_decode_quoted(x, s), (long long)most);
        return FIELD_INT_NONE;
    }
    return n;
}

/* The i-th of n shares of a number of guests: as even as can be, the first ones larger. */
static int64_t share(int64_t total, size_t n, size_t i)
{
    if (total == FIELD_INT_NONE) {
        return total;
    }
    return total / (int64_t)n + ((int64_t)i < total % (int64_t)n);
}

/* The rooms of one row, appended to the list; max is the list's room. */
static void decode_stays(struct csv_decode *x, struct field_list *rooms)
{
    int32_t arrival, departure;
    if (x->out->message.data.status == RESERVATION_CANCELLED &&
        csv_decode_cell(x, CSV_COLUMN_ARRIVAL).n == 0 && csv_decode_cell(x, CSV_COLUMN_DEPARTURE).n == 0) {
        return; /* nothing is left of the booking */
    }
    bool dated = decode_dates(x, &arrival, &departure);
    int64_t adults = count_of(x, CSV_COLUMN_ADULTS, 200), children = count_of(x, CSV_COLUMN_CHILDREN, 200);
    int64_t persons = count_of(x, CSV_COLUMN_PERSONS, 400),
            number = count_of(x, CSV_COLUMN_ROOMS, LIMIT_ROOMS);
    if (adults == FIELD_INT_NONE && persons != FIELD_INT_NONE) {
        adults = persons - (children > 0 ? children : 0);
        adults = adults < 0 ? 0 : adults > 200 ? 200 : adults;
    }
    struct str type = csv_decode_cell(x, CSV_COLUMN_ROOM_TYPE);
    enum csv_column of_type = type.n > 0 ? CSV_COLUMN_ROOM_TYPE : CSV_COLUMN_PROPERTY;
    type = csv_decode_cell(x, of_type);
    struct str *names = &type;
    size_t n = 1;
    bool unclear = false;
    if (x->d->preset != &csv_preset_own && (number > 1 || type.n > 0)) {
        if (!csv_rooms_split(x->a, type, number > 0 ? number : 0, &names, &n, &unclear)) {
            n = LIMIT_ROOMS + 1;
        }
    }
    if (rooms->count + n > LIMIT_ROOMS) {
        REFUSE(x, of_type, "a booking has at most %d rooms.", "une réservation compte au plus %d chambres.",
               LIMIT_ROOMS);
        return;
    }
    if (unclear) {
        csv_decode_note(
            x, "Line %llu: it is not clear which %zu rooms “%s” means; please check them.",
            "Ligne %llu : on ne sait pas quelles sont les %zu chambres de « %s » ; merci de les vérifier.",
            (unsigned long long)x->row->line, n, csv_decode_quoted(x, type));
    }
    if (!dated) {
        return;
    }
    struct room_stay *stays = arena_array(x->a, struct room_stay, rooms->count + n);
    if (rooms->count > 0) {
        memcpy(stays, rooms->items, rooms->count * sizeof *stays);
    }
    struct room_stay first;
    field_clear(&room_stay_fields, &first);
    first.arrival = arrival;
    first.departure = departure;
    first.rate_plan = text_of(x, CSV_COLUMN_RATE_PLAN);
    first.reference = n == 1 ? text_of(x, CSV_COLUMN_ROOM_REFERENCE) : (struct str){0};
    first.status = choice_of(x, CSV_COLUMN_ROOM_STATUS, reservation_statuses);
    first.amount = n == 1 ? csv_amounts_secondary(x, CSV_COLUMN_AMOUNT, false) : (struct decimal){0};
    for (size_t i = 0; i < n; i++) {
        struct room_stay *stay = &stays[rooms->count + i];
        *stay = first;
        stay->room_type = text_cell(x, of_type, names[i], false);
        stay->adults = share(adults, n, i);
        stay->children = share(children, n, i);
    }
    *rooms = (struct field_list){stays, rooms->count + n};
}

static void decode_reference(struct csv_decode *x, struct reservation *r)
{
    struct str s = csv_decode_cell(x, CSV_COLUMN_REFERENCE);
    if (s.n == 0) {
        REFUSE(x, CSV_COLUMN_REFERENCE, "the reference is missing.", "la référence manque.");
        return;
    }
    size_t e = 0;
    while (e < s.n && ((s.p[e] >= '0' && s.p[e] <= '9') || s.p[e] == '.' || s.p[e] == ',')) {
        e++;
    }
    if (e > 0 && e + 2 < s.n && (s.p[e] | 32) == 'e' && s.p[e + 1] == '+' &&
        str_find_char(s, ' ') == SIZE_MAX) {
        REFUSE(
            x, CSV_COLUMN_REFERENCE,
            "“%s” is what a spreadsheet made of a long number; the reference is lost. Please export the file "
            "again, or format the column as text.",
            "« %s » est ce qu'un tableur a fait d'un long numéro ; la référence est perdue. Merci d'exporter à "
            "nouveau le fichier, ou de mettre la colonne au format texte.",
            csv_decode_quoted(x, s));
        return;
    }
    r->reference = text_of(x, CSV_COLUMN_REFERENCE);
}

/* What speaks against any reading of the row at all. */
static bool readable(struct csv_decode *x)
{
    const struct csv_row *row = x->row;
    size_t column;
    if (!csv_row_is_text(row, &column)) {
        csv_decode_refuse(
            x, (int)column - 1,
            "the cell contains bytes that are no text (a zero byte, or the encoding is another one).",
            "la cellule contient des octets qui ne sont pas du texte (un octet nul, ou un autre encodage).");
        return false;
    }
    for (size_t i = x->d->width; i < row->count; i++) {
        if (csv_cell_trim(row->cells[i]).n > 0) {
            csv_decode_refuse(
                x, -1,
                "the row has %zu cells, but the header has %zu. A cell with the delimiter in it must be quoted.",
                "la ligne a %zu cellules, mais l'en-tête en a %zu. Une cellule qui contient le séparateur doit "
                "être entre guillemets.",
                row->count, x->d->width);
            return false;
        }
    }
    return true;
}

/* What a later row of a booking says must not differ from its first row. */
static void check_same(struct csv_decode *x, const struct csv_row *first)
{
    static const enum csv_column same[] = {
        CSV_COLUMN_STATUS,    CSV_COLUMN_CURRENCY, CSV_COLUMN_TOTAL_AMOUNT, CSV_COLUMN_COMMISSION,
        CSV_COLUMN_BOOKED_AT, CSV_COLUMN_REVISION, CSV_COLUMN_TYPE};
    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        struct str here = csv_decode_cell(x, same[i]), there = csv_cell_of(x->d, first, same[i]);
        if (here.n > 0 && !str_eq(here, there)) {
            REFUSE(
                x, same[i],
                "“%s” differs from “%s” in line %llu, which belongs to the same booking. Rows of one booking, one "
                "a room, say the same of it.",
                "« %s » diffère de « %s » à la ligne %llu, qui appartient à la même réservation. Les lignes d'une "
                "réservation, une par chambre, en disent la même chose.",
                csv_decode_quoted(x, here), csv_decode_quoted(x, there), (unsigned long long)first->line);
        }
    }
}

static bool is_reservation(struct csv_decode *x)
{
    struct str type = csv_decode_cell(x, CSV_COLUMN_TYPE);
    if (type.n == 0 || csv_word_is_reservation(csv_key(x->a, type))) {
        return true;
    }
    x->out->kind = CSV_SKIPPED;
    x->out->reason = (struct text){arena_fmt(x->a, "Line %llu: “%s” is not a reservation.",
                                             (unsigned long long)x->row->line, csv_decode_quoted(x, type)),
                                   arena_fmt(x->a, "Ligne %llu : « %s » n'est pas une réservation.",
                                             (unsigned long long)x->row->line, csv_decode_quoted(x, type))};
    return false;
}

static void give_back(struct arena *a, const struct csv_row *rows, size_t count, struct csv_decoded *out)
{
    out->raw = arena_array(a, struct str, count);
    out->raw_count = count;
    for (size_t i = 0; i < count; i++) {
        out->raw[i] = arena_str(a, rows[i].raw);
    }
}

void csv_decode_rows(struct arena *a, const struct csv_dialect *d, const struct csv_row *rows, size_t count,
                     struct csv_decoded *out)
{
    *out = (struct csv_decoded){.kind = CSV_MESSAGE, .line = rows[0].line, .last_line = rows[count - 1].line};
    struct csv_decode x = {.a = a, .d = d, .row = rows, .out = out, .currency = d->currency};
    struct reservation_message *m = &out->message;
    struct reservation *r = &m->data;
    field_clear(&reservation_message_fields, m);
    if (readable(&x) && !is_reservation(&x)) {
        return;
    }
    if (out->error_count == 0) {
        decode_reference(&x, r);
        decode_status(&x, r);
        decode_channel(&x, r);
        csv_amounts_total(&x, r);
        r->commission = csv_amounts_secondary(&x, CSV_COLUMN_COMMISSION, true);
        decode_booked_at(&x, r);
        r->revision = text_of(&x, CSV_COLUMN_REVISION);
        decode_guest(&x, &r->guest);
        r->notes = text_cell(&x, CSV_COLUMN_NOTES, csv_decode_cell(&x, CSV_COLUMN_NOTES), true);
        decode_expiry(&x, r);
        r->charge.collect = choice_of(&x, CSV_COLUMN_COLLECT, charge_collects);
        decode_stays(&x, &r->rooms);
    }
    for (size_t i = 1; i < count; i++) {
        x.row = &rows[i];
        if (readable(&x)) {
            check_same(&x, &rows[0]);
            decode_stays(&x, &r->rooms);
        }
    }
    m->type = r->status == RESERVATION_CANCELLED ? MESSAGE_CANCELLED : MESSAGE_CREATED;
    give_back(a, rows, count, out);
}

void csv_decode_row(struct arena *a, const struct csv_dialect *d, const struct csv_row *row,
                    struct csv_decoded *out)
{
    csv_decode_rows(a, d, row, 1, out);
}
