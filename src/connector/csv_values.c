#include "connector/csv_values.h"

#include "base/limits.h"
#include "connector/csv_text.h"

/* Bytes of what can part thousands at the beginning of s: ' and ’ and blanks; 0 when there is nothing. */
static size_t gap_at(struct str s)
{
    if (s.n > 0 && s.p[0] == '\'') {
        return 1;
    }
    return str_starts(s, S("’")) ? S("’").n : csv_text_blank(s);
}

/* The digits of a number whose decimal sign is `point`, thousands parted by anything else. */
static bool number_read(struct str s, char point, bool negative, struct decimal *out)
{
    struct decimal d = {.given = true};
    size_t run = 0, groups = 0;
    bool places = false;
    struct str parted = {0};
    for (size_t i = 0; i < s.n;) {
        if (csv_text_digit(s, i)) {
            if (d.digits > 99999999999999999 || (places && d.scale == 18)) {
                return false;
            }
            d.digits = d.digits * 10 + (s.p[i] - '0');
            d.scale = (uint8_t)(d.scale + places);
            run++;
            i++;
            continue;
        }
        if (s.p[i] == point) {
            if (places || (groups > 0 && run != 3)) {
                return false;
            }
            places = true;
            run = 0;
            i++;
            continue;
        }
        size_t gap = s.p[i] == '.' || s.p[i] == ',' ? 1 : gap_at(str_sub(s, i, s.n));
        struct str sign = str_sub(s, i, gap);
        bool fits = groups == 0 ? run >= 1 && run <= 3 && s.p[0] != '0' : run == 3 && str_eq(parted, sign);
        if (places || gap == 0 || !fits) {
            return false;
        }
        parted = sign;
        groups++;
        run = 0;
        i += gap;
    }
    if (places ? run == 0 : groups > 0 && run != 3) {
        return false;
    }
    d.digits = negative ? -d.digits : d.digits;
    *out = d;
    return true;
}

/* A minus sign of any make in front; takes it off. */
static bool take_minus(struct str *s)
{
    static const struct str minus[] = {S_INIT("-"), S_INIT("\u2212"), S_INIT("\u2013")};
    for (size_t i = 0; i < ARRAY_LEN(minus); i++) {
        if (str_starts(*s, minus[i])) {
            *s = csv_cell_trim(str_sub(*s, minus[i].n, s->n));
            return true;
        }
    }
    return false;
}

bool csv_amount_read(struct str cell, struct csv_amount *out)
{
    *out = (struct csv_amount){.currency = S("")};
    bool negative = take_minus(&cell);
    if (!negative && cell.n > 2 && cell.p[0] == '(' && cell.p[cell.n - 1] == ')') {
        negative = true;
        cell = csv_cell_trim(str_sub(cell, 1, cell.n - 2));
    }
    size_t first = 0, last = cell.n;
    while (first < cell.n && !csv_text_digit(cell, first)) {
        first++;
    }
    while (last > first && !csv_text_digit(cell, last - 1)) {
        last--;
    }
    if (first == last || last - first > 60) {
        return false;
    }
    struct str before = csv_cell_trim(str_sub(cell, 0, first));
    struct str after = csv_cell_trim(str_sub(cell, last, cell.n));
    if (!negative && before.n > 0 && str_ends(before, S("-"))) { /* €-12.50 */
        negative = true;
        before = csv_cell_trim(str_sub(before, 0, before.n - 1));
    }
    if ((before.n > 0 && after.n > 0) || before.n + after.n > 12) {
        return false;
    }
    out->currency = before.n > 0 ? before : after;
    struct str number = str_sub(cell, first, last - first);
    for (unsigned i = 0; i < 2; i++) {
        if (number_read(number, i == 0 ? '.' : ',', negative, &out->value[i])) {
            out->styles |= 1u << i;
        }
    }
    return out->styles != 0;
}

/* Common signs, from CLDR 42 (currencies, symbol and narrow symbol). */
static const struct {
    struct str sign;
    struct str codes; /* what it can mean, the likeliest first */
} signs[] = {
    {S_INIT("€"), S_INIT("EUR")},
    {S_INIT("$"), S_INIT("USD,CAD,AUD,NZD,MXN,SGD,HKD,ARS,CLP,COP,TWD,FJD,BSD,BBD,BZD,JMD,TTD,XCD,NAD,UYU")},
    {S_INIT("£"), S_INIT("GBP,EGP,FKP,LBP,SHP,SYP,SSP,SDG")},
    {S_INIT("¥"), S_INIT("JPY,CNY")},
    {S_INIT("kr"), S_INIT("SEK,NOK,DKK,ISK")},
    {S_INIT("kr."), S_INIT("DKK,SEK,NOK,ISK")},
    {S_INIT("US$"), S_INIT("USD")},
    {S_INIT("CA$"), S_INIT("CAD")},
    {S_INIT("C$"), S_INIT("CAD")},
    {S_INIT("A$"), S_INIT("AUD")},
    {S_INIT("AU$"), S_INIT("AUD")},
    {S_INIT("NZ$"), S_INIT("NZD")},
    {S_INIT("HK$"), S_INIT("HKD")},
    {S_INIT("S$"), S_INIT("SGD")},
    {S_INIT("MX$"), S_INIT("MXN")},
    {S_INIT("NT$"), S_INIT("TWD")},
    {S_INIT("R$"), S_INIT("BRL")},
    {S_INIT("CN¥"), S_INIT("CNY")},
    {S_INIT("JP¥"), S_INIT("JPY")},
    {S_INIT("Fr."), S_INIT("CHF")},
    {S_INIT("SFr."), S_INIT("CHF")},
    {S_INIT("zł"), S_INIT("PLN")},
    {S_INIT("Kč"), S_INIT("CZK")},
    {S_INIT("Ft"), S_INIT("HUF")},
    {S_INIT("lei"), S_INIT("RON,MDL")},
    {S_INIT("₺"), S_INIT("TRY")},
    {S_INIT("₽"), S_INIT("RUB")},
    {S_INIT("₴"), S_INIT("UAH")},
    {S_INIT("₹"), S_INIT("INR")},
    {S_INIT("₩"), S_INIT("KRW")},
    {S_INIT("₪"), S_INIT("ILS")},
    {S_INIT("฿"), S_INIT("THB")},
    {S_INIT("₫"), S_INIT("VND")},
    {S_INIT("₱"), S_INIT("PHP")},
    {S_INIT("Rp"), S_INIT("IDR")},
    {S_INIT("RM"), S_INIT("MYR")},
    {S_INIT("R"), S_INIT("ZAR")},
    {S_INIT("円"), S_INIT("JPY")},
    {S_INIT("元"), S_INIT("CNY")},
    {S_INIT("DH"), S_INIT("MAD,AED")},
    {S_INIT("DT"), S_INIT("TND")},
};

const struct currency *csv_currency_read(struct str sign, const struct currency *hotel, struct str *several)
{
    *several = (struct str){0};
    if (sign.n == 3) {
        if (hotel != NULL && str_eq_nocase(sign, (struct str){hotel->code, 3})) {
            return hotel;
        }
        const struct currency *c = currency_find(sign);
        if (c != NULL) {
            return c;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        if (!str_eq(sign, signs[i].sign)) {
            continue;
        }
        for (struct str code, rest = signs[i].codes; hotel != NULL && str_given(rest);) {
            code = str_cut(&rest, ',');
            if (str_eq(code, (struct str){hotel->code, 3})) {
                return hotel;
            }
        }
        if (signs[i].codes.n == 3) {
            return currency_find(signs[i].codes);
        }
        *several = signs[i].codes;
    }
    return NULL;
}

bool csv_count_read(struct str cell, int64_t *out)
{
    size_t i = 0;
    int64_t v = 0;
    for (; csv_text_digit(cell, i) && v <= 1000; i++) {
        v = v * 10 + (cell.p[i] - '0');
    }
    if (i == 0 || v > 1000) {
        return false;
    }
    if (i < cell.n && (cell.p[i] == '.' || cell.p[i] == ',')) {
        size_t zeros = ++i;
        while (i < cell.n && cell.p[i] == '0') {
            i++;
        }
        if (i == zeros) {
            return false;
        }
    }
    *out = v;
    return i == cell.n;
}

/* Letters whose lower case opens a name's particle: ASCII is enough (van, de, la, al). */
static bool particle(struct str word)
{
    return word.n > 0 && word.p[0] >= 'a' && word.p[0] <= 'z';
}

void csv_name_split(struct str cell, struct str *first, struct str *last)
{
    size_t end = 0;
    while (end < cell.n && cell.p[end] != ';' && cell.p[end] != '\n' && cell.p[end] != '\r') {
        end++;
    }
    struct str name = csv_cell_trim(str_sub(cell, 0, end));
    *first = *last = (struct str){0};
    size_t comma = str_find_char(name, ',');
    if (comma != SIZE_MAX) {
        struct str left = csv_cell_trim(str_sub(name, 0, comma));
        struct str right = csv_cell_trim(str_sub(name, comma + 1, name.n));
        *last = left.n > 0 ? left : *last;
        *first = right.n > 0 ? right : *first;
        return;
    }
    size_t cut = SIZE_MAX;
    for (size_t i = 1; i < name.n; i++) {
        size_t n = csv_text_blank(str_sub(name, i, name.n));
        if (n == 0) {
            continue;
        }
        cut = i;
        i += n - 1;
        if (particle(str_sub(name, i + 1, name.n))) {
            break;
        }
    }
    if (cut == SIZE_MAX) {
        *first = name.n > 0 ? name : *first;
        return;
    }
    *first = csv_cell_trim(str_sub(name, 0, cut));
    *last = csv_cell_trim(str_sub(name, cut, name.n));
}

/* "2 x Double Room" or "2x Double": takes the number off; 1 when there is none. */
static int64_t take_times(struct str *s)
{
    int v;
    size_t i = 0;
    if (csv_text_number(*s, &i, 3, &v) == 0 || v == 0) {
        return 1;
    }
    csv_text_skip(*s, &i);
    struct str rest = str_sub(*s, i, s->n);
    size_t sign = str_starts(rest, S("×")) ? 2 : rest.n > 0 && (rest.p[0] == 'x' || rest.p[0] == 'X') ? 1 : 0;
    struct str name = csv_cell_trim(str_sub(rest, sign, rest.n));
    bool word = sign == 1 && rest.n > 1 && csv_text_blank(str_sub(rest, 1, rest.n)) == 0 && i > 0 &&
                s->p[i - 1] == ' ';
    if (sign == 0 || name.n == 0 || word) {
        return 1;
    }
    *s = name;
    return v;
}

/* The names in out, which has room for max; max + 1 when there are more. */
static size_t expand(struct str cell, char separator, struct str *out, size_t max, bool *times)
{
    size_t n = 0;
    for (struct str part, rest = cell; str_given(rest);) {
        part = csv_cell_trim(separator == 0 ? rest : str_cut(&rest, separator));
        if (separator == 0) {
            rest = (struct str){0};
        }
        struct str name = part;
        int64_t k = take_times(&name);
        *times |= name.n != part.n;
        for (; k > 0 && name.n > 0; k--) {
            if (n == max) {
                return max + 1;
            }
            out[n++] = name;
        }
    }
    return n;
}

bool csv_rooms_split(struct arena *a, struct str cell, int64_t rooms, struct str **out, size_t *count,
                     bool *unclear)
{
    *unclear = false;
    if (rooms > LIMIT_ROOMS) {
        return false;
    }
    bool comma = str_find_char(cell, ',') != SIZE_MAX;
    if (rooms <= 1 && !comma && !csv_text_digit(cell, 0)) {
        *out = arena_new(a, struct str);
        **out = cell;
        *count = 1;
        return true;
    }
    size_t max = rooms > 0 ? (size_t)rooms : LIMIT_ROOMS;
    struct str *names = arena_array(a, struct str, max);
    static const char separators[] = {',', ';', '\n', '+', 0};
    *out = names;
    for (size_t i = 0; i < sizeof separators; i++) {
        bool times = false;
        size_t n = expand(cell, separators[i], names, max, &times);
        if (n > LIMIT_ROOMS) {
            return false;
        }
        if (n > 0 && (rooms > 0 ? n == (size_t)rooms : times)) {
            *count = n;
            return true;
        }
    }
    bool times = false;
    size_t n = expand(cell, 0, names, max, &times);
    *count = rooms > 1 ? (size_t)rooms : 1;
    *unclear = (n > 1 && rooms > 0) || (rooms > 1 && comma);
    struct str whole = n == 1 ? names[0] : cell;
    for (size_t i = 0; i < *count; i++) {
        names[i] = whole;
    }
    return true;
}
