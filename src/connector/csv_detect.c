#include "base/limits.h"
#include "connector/csv_evidence.h"
#include "connector/csv_words.h"
#include "format/hint.h"

#include <string.h>

#define HEAD_SIZE (64u << 10) /* what the delimiter is told from */

struct csv_analyser {
    struct arena *a;      /* of the result */
    struct arena scratch; /* decoded bytes of one piece */
    struct csv_settings settings;
    struct csv_given given;
    enum charset encoding; /* by an answer, else CHARSET_AUTO */
    char delimiter;        /* by an answer, else 0 */
    struct charset_decoder charset;
    struct csv_reader reader;
    bool reading; /* the head was opened */
    bool header_done;
    struct buf head;
    struct csv_evidence evidence;
    struct csv_analysis *out;
    struct csv_column_use *uses;
};

/* --- answers --- */

static bool answer_delimiter(struct str value, char *out, struct err *e)
{
    static const struct {
        struct str name;
        char c;
    } names[] = {{S_INIT("comma"), ','},
                 {S_INIT("semicolon"), ';'},
                 {S_INIT("tab"), '\t'},
                 {S_INIT("pipe"), '|'},
                 {S_INIT("\\t"), '\t'}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq_nocase(value, names[i].name)) {
            *out = names[i].c;
            return true;
        }
    }
    if (value.n == 1 && value.p[0] != '"' && value.p[0] != '\r' && value.p[0] != '\n' && value.p[0] > 0) {
        *out = value.p[0];
        return true;
    }
    return err_field(e, ERR_INVALID, "delimiter",
                     "The delimiter is one character, or comma, semicolon, tab or pipe.",
                     "Le séparateur est un caractère, ou comma, semicolon, tab ou pipe.");
}

static bool answer_dates(struct str value, enum csv_dates *out, struct err *e)
{
    *out = str_eq_nocase(value, S("dmy"))   ? CSV_DATES_DMY
           : str_eq_nocase(value, S("mdy")) ? CSV_DATES_MDY
           : str_eq_nocase(value, S("ymd")) ? CSV_DATES_YMD
                                            : CSV_DATES_NONE;
    return *out != CSV_DATES_NONE ||
           err_field(e, ERR_INVALID, "dates", "The order of dates is dmy (day/month/year), mdy or ymd.",
                     "L'ordre des dates est dmy (jour/mois/année), mdy ou ymd.");
}

static bool answer_decimal(struct str value, enum csv_decimal *out, struct err *e)
{
    bool comma = str_eq_nocase(value, S("comma")) || str_eq(value, S(","));
    bool point = str_eq_nocase(value, S("point")) || str_eq(value, S("."));
    *out = comma ? CSV_DECIMAL_COMMA : point ? CSV_DECIMAL_POINT : CSV_DECIMAL_NONE;
    return comma || point ||
           err_field(e, ERR_INVALID, "decimal", "The decimal sign is point or comma.",
                     "Le signe décimal est point ou comma (virgule).");
}

static bool answer_currency(struct str value, const struct currency **out, struct err *e)
{
    *out = currency_find(value);
    return *out != NULL ||
           err_field(e, ERR_INVALID, "currency", "A currency is three letters of ISO 4217, like EUR.",
                     "Une devise s'écrit en trois lettres ISO 4217, comme EUR.");
}

static bool answer_encoding(struct str value, enum charset *out, struct err *e)
{
    return charset_find(value, out) ||
           err_field(e, ERR_INVALID, "encoding", "The encoding is utf-8, windows-1252, utf-16le or utf-16be.",
                     "L'encodage est utf-8, windows-1252, utf-16le ou utf-16be.");
}

static bool names_column(struct str name)
{
    return str_starts(name, S("column.")) && csv_column_named(str_sub(name, 7, name.n)) >= 0;
}

static bool read_answer(struct csv_analyser *x, const struct csv_answer *answer, struct err *e)
{
    struct str name = answer->name, value = csv_cell_trim(answer->value);
    if (str_eq(name, S("encoding"))) {
        return answer_encoding(value, &x->encoding, e);
    }
    if (str_eq(name, S("delimiter"))) {
        return answer_delimiter(value.n > 0 ? value : answer->value, &x->delimiter, e);
    }
    if (str_eq(name, S("dates"))) {
        return answer_dates(value, &x->given.dates, e);
    }
    if (str_eq(name, S("decimal"))) {
        return answer_decimal(value, &x->given.decimal, e);
    }
    if (str_eq(name, S("currency"))) {
        return answer_currency(value, &x->given.currency, e);
    }
    if (names_column(name)) {
        return true; /* looked up when the header is known */
    }
    struct str quoted = hint_excerpt(x->a, name);
    err_set(
        e, ERR_INVALID,
        "“%s” is no setting of a CSV import. There are encoding, delimiter, dates, decimal, currency and "
        "column.NAME, as in column.reference=Booking no.",
        "« %s » n'est pas un réglage d'un import CSV. Il y a encoding, delimiter, dates, decimal, currency et "
        "column.NOM, comme dans column.reference=N° de réservation.",
        quoted.p);
    return err_in(e, quoted);
}

bool csv_answers_of_mapping(struct arena *a, const struct json *mapping, struct csv_answer **out,
                            size_t *count, struct err *e)
{
    *out = NULL;
    *count = 0;
    if (mapping == NULL || mapping->type == JSON_NULL) {
        return true;
    }
    if (mapping->type != JSON_OBJECT) {
        return err_set(e, ERR_INVALID, "The mapping is an object: our name, and the heading of your column.",
                       "La correspondance est un objet : notre nom, et l'intitulé de votre colonne.");
    }
    *out = arena_array(a, struct csv_answer, mapping->count);
    for (const struct json *m = mapping->first; m != NULL; m = m->next) {
        if (csv_column_named(m->key) < 0 || m->type != JSON_STRING) {
            struct str name = hint_excerpt(a, m->key);
            if (m->type != JSON_STRING) {
                err_set(e, ERR_INVALID, "The heading of a column is a text.",
                        "L'intitulé d'une colonne est un texte.");
            } else {
                err_set(
                    e, ERR_INVALID,
                    "“%s” is none of our columns; see reference, arrival, departure, guest, …",
                    "« %s » n'est pas une de nos colonnes ; voyez reference, arrival, departure, guest, …",
                    name.p);
            }
            return err_in(e, name);
        }
        (*out)[(*count)++] = (struct csv_answer){arena_fmt(a, "column.%.*s", STR_ARG(m->key)), m->text};
    }
    return true;
}

struct csv_analyser *csv_analyse_begin(struct arena *a, const struct csv_settings *s, struct err *e)
{
    struct csv_analyser *x = arena_new(a, struct csv_analyser);
    x->a = a;
    x->settings = *s;
    x->head = buf_in(a);
    x->out = arena_new(a, struct csv_analysis);
    x->out->dialect.hotel = x->out->dialect.currency = s->hotel;
    x->out->dialect.error_column = -1;
    x->out->dialect.memo = arena_new(a, struct csv_memo);
    for (int i = 0; i < CSV_COLUMN_COUNT; i++) {
        x->out->dialect.column[i] = -1;
    }
    for (size_t i = 0; i < s->count; i++) {
        if (!read_answer(x, &s->answers[i], e)) {
            return NULL;
        }
    }
    arena_init(&x->scratch, SIZE_MAX);
    return x;
}

void csv_analyse_abandon(struct csv_analyser *x)
{
    arena_free(&x->scratch);
    if (x->reading) {
        csv_reader_free(&x->reader);
        x->reading = false;
    }
}

/* --- the header --- */

/* The heading without a currency in brackets at its end, "Total (EUR)", which *c becomes. */
static struct str without_currency(struct str name, const struct currency *hotel, const struct currency **c)
{
    struct str several;
    size_t open = name.n;
    *c = NULL;
    if (name.n < 3 || (name.p[name.n - 1] != ')' && name.p[name.n - 1] != ']')) {
        return name;
    }
    while (open > 0 && name.p[open - 1] != '(' && name.p[open - 1] != '[') {
        open--;
    }
    if (open > 0) {
        *c = csv_currency_read(csv_cell_trim(str_sub(name, open, name.n - open - 1)), hotel, &several);
    }
    return *c != NULL ? csv_cell_trim(str_sub(name, 0, open - 1)) : name;
}

static void use(struct csv_analyser *x, size_t index, int column, bool by_answer)
{
    struct csv_dialect *d = &x->out->dialect;
    if (d->column[column] == -1) {
        d->column[column] = (int)index;
        x->uses[index].column = column;
        x->uses[index].by_answer = by_answer;
    }
}

/* column.NAME answers: by the heading as written, else by its key. An empty one forbids the column: -2. */
static bool use_answers(struct csv_analyser *x, const struct str *keys, struct err *e)
{
    struct csv_dialect *d = &x->out->dialect;
    for (size_t i = 0; i < x->settings.count; i++) {
        struct str name = x->settings.answers[i].name, value = csv_cell_trim(x->settings.answers[i].value);
        if (!names_column(name)) {
            continue;
        }
        int column = csv_column_named(str_sub(name, 7, name.n));
        struct str key = csv_key(x->a, value);
        size_t found = SIZE_MAX;
        for (size_t c = 0; c < d->width && found == SIZE_MAX; c++) {
            found = str_eq(d->header[c], value) ? c : SIZE_MAX;
        }
        for (size_t c = 0; c < d->width && found == SIZE_MAX; c++) {
            found = key.n > 0 && str_eq(keys[c], key) ? c : SIZE_MAX;
        }
        if (value.n == 0) {
            d->column[column] = -2;
        } else if (found != SIZE_MAX) {
            d->column[column] = -1;
            use(x, found, column, true);
        } else {
            struct str quoted = hint_excerpt(x->a, value);
            err_set(e, ERR_INVALID, "The file has no column “%s”.", "Le fichier n'a pas de colonne « %s ».",
                    quoted.p);
            return err_in(e, hint_excerpt(x->a, name));
        }
    }
    return true;
}

static bool is_error_column(struct str name)
{
    return str_eq_nocase(name, S(CSV_ERROR_COLUMN));
}

/* What each heading means: by the preset, else by its usual meaning; answers came first. */
static void use_names(struct csv_analyser *x, const struct str *keys)
{
    struct csv_dialect *d = &x->out->dialect;
    int *meant = arena_array(x->a, int, d->width);
    for (size_t i = 0; i < d->width; i++) {
        meant[i] = d->preset != NULL ? csv_preset_column(d->preset, keys[i]) : -2;
        if (meant[i] >= 0 && x->uses[i].column < 0) {
            use(x, i, meant[i], false);
        }
    }
    for (size_t i = 0; i < d->width; i++) {
        if (meant[i] != -2 || x->uses[i].column >= 0 || is_error_column(d->header[i])) {
            continue;
        }
        const struct currency *c;
        int column = csv_word_column(keys[i]);
        struct str shorter = without_currency(d->header[i], d->hotel, &c);
        if (column < 0 && c != NULL && (column = csv_word_column(csv_key(x->a, shorter))) >= 0) {
            x->evidence.of_header = c;
        }
        if (column >= 0) {
            use(x, i, column, false);
        }
    }
}

static void rename_column(struct csv_analyser *x, enum csv_column from, enum csv_column to)
{
    struct csv_dialect *d = &x->out->dialect;
    int i = d->column[from];
    if (i >= 0 && d->column[to] == -1 && !x->uses[i].by_answer) {
        d->column[from] = -1;
        d->column[to] = i;
        x->uses[i].column = to;
    }
}

/* Words that mean something else beside others: "Nom" beside "Prénom", "Amount" without a total. */
static void use_company(struct csv_analyser *x)
{
    struct csv_dialect *d = &x->out->dialect;
    bool first = d->column[CSV_COLUMN_FIRST_NAME] >= 0, last = d->column[CSV_COLUMN_LAST_NAME] >= 0;
    if (first != last) {
        rename_column(x, CSV_COLUMN_GUEST, first ? CSV_COLUMN_LAST_NAME : CSV_COLUMN_FIRST_NAME);
    }
    if (d->preset == NULL && d->column[CSV_COLUMN_TOTAL_AMOUNT] == -1) {
        rename_column(x, CSV_COLUMN_AMOUNT, CSV_COLUMN_TOTAL_AMOUNT);
    }
    bool rooms_apart = d->column[CSV_COLUMN_ROOM_TYPE] >= 0 || d->column[CSV_COLUMN_ROOM_REFERENCE] >= 0;
    d->one_room_a_row = d->preset != NULL ? d->preset->one_room_a_row : rooms_apart;
}

static bool take_header(struct csv_analyser *x, const struct csv_row *row, struct err *e)
{
    struct csv_dialect *d = &x->out->dialect;
    size_t bad;
    if (!csv_row_is_text(row, &bad)) {
        return err_set(
            e, ERR_INVALID,
            "Line %llu, column %zu: the first row, which names the columns, is no text in the encoding %s.",
            "Ligne %llu, colonne %zu : la première ligne, qui nomme les colonnes, n'est pas du texte dans "
            "l'encodage %s.",
            (unsigned long long)row->line, bad, charset_name(x->charset.charset));
    }
    struct str *header = arena_array(x->a, struct str, row->count),
               *keys = arena_array(x->a, struct str, row->count);
    x->uses = arena_array(x->a, struct csv_column_use, row->count);
    for (size_t i = 0; i < row->count; i++) {
        header[i] = arena_str(x->a, csv_undo_neutral(csv_cell_trim(row->cells[i])));
        keys[i] = csv_key(x->a, header[i]);
        x->uses[i] = (struct csv_column_use){.name = header[i], .column = -1};
        d->error_column = is_error_column(header[i]) ? (int)i : d->error_column;
    }
    d->header = header;
    d->width = row->count;
    d->header_line = row->line;
    d->header_raw = arena_str(x->a, row->raw);
    d->preset = csv_preset_of_header(keys, row->count);
    x->out->columns = x->uses;
    x->out->column_count = row->count;
    if (!use_answers(x, keys, e)) {
        return false;
    }
    use_names(x, keys);
    use_company(x);
    for (int i = 0; i < CSV_COLUMN_COUNT; i++) {
        if (d->column[i] >= 0) {
            return true;
        }
    }
    struct str line = hint_excerpt(x->a, row->raw);
    return err_set(
        e, ERR_INVALID,
        "The first row must name the columns, and none of these names is known: “%s”. Name them reference, "
        "arrival, departure, guest, total, …, or say which is which, as in column.reference=…",
        "La première ligne doit nommer les colonnes, et aucun de ces noms n'est connu : « %s ». Nommez-les "
        "référence, arrivée, départ, client, total, … ou dites laquelle est laquelle, comme dans "
        "column.reference=…",
        line.p);
}

/* --- the bytes --- */

static bool refuse_other_formats(struct str head, struct err *e)
{
    static const struct {
        struct str begins;
        struct text name;
    } formats[] = {
        {S_INIT("PK\x03\x04"),
         TEXT_INIT("an Excel or LibreOffice workbook", "un classeur Excel ou LibreOffice")},
        {S_INIT("\xD0\xCF\x11\xE0"),
         TEXT_INIT("an old Excel workbook (.xls)", "un ancien classeur Excel (.xls)")},
        {S_INIT("%PDF"), TEXT_INIT("a PDF document", "un document PDF")},
        {S_INIT("\x1F\x8B"), TEXT_INIT("a compressed file (gzip)", "un fichier compressé (gzip)")},
        {S_INIT("<html"), TEXT_INIT("a web page", "une page web")},
        {S_INIT("<!DOCTYPE"), TEXT_INIT("a web page", "une page web")},
    };
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        if (str_starts(head, formats[i].begins)) {
            struct err french;
            err_set(
                &french, ERR_INVALID, "%s",
                "Ce n'est pas un fichier CSV : c'est %s. Enregistrez-le au format CSV (UTF-8) et réessayez.",
                formats[i].name.fr.p);
            err_set(e, ERR_INVALID, "This is not a CSV file: it is %s. Save it as CSV (UTF-8) and try again.",
                    "%s", formats[i].name.en.p);
            if (e != NULL) {
                memcpy(e->fr, french.fr, sizeof e->fr);
            }
            return false;
        }
    }
    return true;
}

static bool take_rows(struct csv_analyser *x, struct err *e)
{
    struct csv_dialect *d = &x->out->dialect;
    for (;;) {
        struct csv_row row;
        struct err bad;
        enum csv_next next = csv_next(&x->reader, &row, &bad);
        if (next == CSV_MORE || next == CSV_END) {
            return true;
        }
        if (!x->header_done && d->sep_line && row.line == 1) {
            continue;
        }
        if (!x->header_done) {
            if (next == CSV_BAD) {
                if (e != NULL) {
                    *e = bad;
                }
                return false;
            }
            if (csv_row_is_empty(&row)) {
                continue;
            }
            if (!take_header(x, &row, e)) {
                return false;
            }
            x->header_done = true;
            continue;
        }
        size_t column;
        if (next == CSV_BAD) {
            x->out->rows++;
        } else if (!csv_row_is_empty(&row)) {
            x->out->rows++;
            if (csv_row_is_text(&row, &column)) {
                csv_evidence_row(&x->evidence, d, &row);
            }
        }
    }
}

/* The head is complete (or the file ended): what it takes to read rows. */
static bool open_head(struct csv_analyser *x, bool whole, struct err *e)
{
    struct csv_dialect *d = &x->out->dialect;
    struct str head = buf_str(&x->head);
    if (!refuse_other_formats(head, e)) {
        return false;
    }
    charset_decoder_init(&x->charset, x->encoding);
    struct str text = charset_decode(&x->charset, &x->scratch, head);
    struct str told = str_sub(text, 0, HEAD_SIZE); /* however large the last piece was */
    d->delimiter = csv_detect_delimiter(told, whole && told.n == text.n, &d->sep_line);
    if (x->delimiter != 0) {
        d->delimiter = x->delimiter;
    }
    csv_reader_init(&x->reader, d->delimiter);
    x->reading = true;
    csv_push(&x->reader, text);
    arena_reset(&x->scratch);
    return take_rows(x, e);
}

bool csv_analyse_push(struct csv_analyser *x, struct str bytes, struct err *e)
{
    bool good;
    if (!x->reading) {
        buf_add(&x->head, bytes);
        good = x->head.n < HEAD_SIZE || open_head(x, false, e);
    } else {
        csv_push(&x->reader, charset_decode(&x->charset, &x->scratch, bytes));
        arena_reset(&x->scratch);
        good = take_rows(x, e);
    }
    if (!good) {
        csv_analyse_abandon(x);
    }
    return good;
}

/* --- findings --- */

static void found_encoding(struct csv_analyser *x)
{
    struct csv_dialect *d = &x->out->dialect;
    d->charset = x->charset.charset;
    const char *name = charset_name(d->charset);
    struct text text;
    if (x->charset.bad > 0) {
        text = (struct text){
            arena_fmt(x->a, "The text is %s, but %llu bytes of it are not (the first at byte %llu).", name,
                      (unsigned long long)x->charset.bad, (unsigned long long)x->charset.bad_at + 1),
            arena_fmt(x->a,
                      "Le texte est en %s, mais %llu octets ne le sont pas (le premier à l'octet %llu).",
                      name, (unsigned long long)x->charset.bad, (unsigned long long)x->charset.bad_at + 1)};
    } else {
        text = (struct text){
            arena_fmt(x->a, "The text is %s%s.", name, x->charset.mark ? ", with a byte-order mark" : ""),
            arena_fmt(x->a, "Le texte est en %s%s.", name,
                      x->charset.mark ? ", avec marque d'ordre des octets" : "")};
    }
    csv_evidence_finding(x->out, "encoding", str_of(name),
                         x->encoding != CHARSET_AUTO ? CSV_GIVEN
                         : x->charset.bad > 0        ? CSV_ASSUMED
                                                     : CSV_CERTAIN,
                         text);
}

static void found_layout(struct csv_analyser *x)
{
    struct csv_dialect *d = &x->out->dialect;
    struct str delimiter = d->delimiter == '\t' ? S("tab") : arena_fmt(x->a, "%c", d->delimiter);
    struct text text = {arena_fmt(x->a, "Columns are parted by %s.", delimiter.p),
                        arena_fmt(x->a, "Les colonnes sont séparées par %s.", delimiter.p)};
    csv_evidence_finding(x->out, "delimiter", delimiter,
                         x->delimiter != 0 || d->sep_line ? CSV_GIVEN : CSV_CERTAIN, text);
    if (d->preset != NULL) {
        text = (struct text){arena_fmt(x->a, "Recognised by its header: %s.", d->preset->name.en.p),
                             arena_fmt(x->a, "Reconnu à son en-tête : %s.", d->preset->name.fr.p)};
        csv_evidence_finding(x->out, "layout", str_of(d->preset->id), CSV_CERTAIN, text);
    } else {
        csv_evidence_finding(x->out, "layout", S("custom"), CSV_ASSUMED,
                             TEXT("A layout of its own: columns are taken by their names.",
                                  "Une disposition propre : les colonnes sont prises d'après leurs noms."));
    }
}

/* False when there is none left to choose: whoever asks for more than the file says would get no answer. */
static bool ask_column(struct csv_analyser *x, enum csv_column column, struct err *e)
{
    struct csv_dialect *d = &x->out->dialect;
    struct csv_choice *choices = arena_array(x->a, struct csv_choice, d->width);
    size_t n = 0;
    for (size_t i = 0; i < d->width; i++) {
        if (x->uses[i].column < 0 && d->header[i].n > 0 && !is_error_column(d->header[i])) {
            choices[n++] = (struct csv_choice){d->header[i], {d->header[i], d->header[i]}};
        }
    }
    struct text label = csv_columns[column].label;
    if (n == 0) {
        err_set(
            e, ERR_INVALID,
            "No column is the %s%.0s, and every one there is means something else: add it to the file, or "
            "say which column it is, as in column.%s=…",
            "Aucune colonne ne contient : %.0s%s, et chacune a déjà un autre sens : ajoutez-la au fichier ou "
            "dites laquelle c'est, comme dans column.%s=…",
            label.en.p, label.fr.p, csv_columns[column].name);
        return err_in(e, arena_fmt(x->a, "column.%s", csv_columns[column].name));
    }
    struct text text = {
        arena_fmt(x->a, "Which column is the %s? No heading says so.", label.en.p),
        arena_fmt(x->a, "Quelle colonne contient : %s ? Aucun intitulé ne le dit.", label.fr.p)};
    csv_evidence_question(x->out, arena_fmt(x->a, "column.%s", csv_columns[column].name), text, choices, n);
    return true;
}

/* The three columns without which there is no reservation. */
static bool ask_columns(struct csv_analyser *x, struct err *e)
{
    const int *column = x->out->dialect.column;
    return (column[CSV_COLUMN_REFERENCE] >= 0 || ask_column(x, CSV_COLUMN_REFERENCE, e)) &&
           (column[CSV_COLUMN_ARRIVAL] >= 0 || ask_column(x, CSV_COLUMN_ARRIVAL, e)) &&
           (column[CSV_COLUMN_DEPARTURE] >= 0 || column[CSV_COLUMN_NIGHTS] >= 0 ||
            ask_column(x, CSV_COLUMN_DEPARTURE, e));
}

const struct csv_analysis *csv_analyse_end(struct csv_analyser *x, struct err *e)
{
    struct csv_dialect *d = &x->out->dialect;
    bool good = x->reading || open_head(x, true, e);
    if (good) {
        csv_push(&x->reader, charset_decode_end(&x->charset, &x->scratch));
        csv_finish(&x->reader);
        good = take_rows(x, e);
    }
    csv_analyse_abandon(x);
    if (!good) {
        return NULL;
    }
    if (!x->header_done) {
        err_set(e, ERR_INVALID, "The file is empty: there is not even a row that names the columns.",
                "Le fichier est vide : il n'y a pas même une ligne qui nomme les colonnes.");
        return NULL;
    }
    found_encoding(x);
    found_layout(x);
    if (!ask_columns(x, e)) {
        return NULL;
    }
    csv_evidence_settle(x->a, &x->evidence, &x->given, x->out);
    for (int i = 0; i < CSV_COLUMN_COUNT; i++) {
        d->column[i] = d->column[i] < 0 ? -1 : d->column[i];
    }
    return x->out;
}

const struct csv_analysis *csv_analyse(struct arena *a, const struct csv_settings *s, struct str bytes,
                                       struct err *e)
{
    struct csv_analyser *x = csv_analyse_begin(a, s, e);
    return x != NULL && csv_analyse_push(x, bytes, e) ? csv_analyse_end(x, e) : NULL;
}
