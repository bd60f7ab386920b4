#include "base/money.h"

#define POWERS 19
static const int64_t ten_to[POWERS] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

/* ISO 4217, list one (active codes of countries), grouped by exponent; source: SIX, ISO 4217 maintenance
 * agency, "List One: Currency, fund and precious metal codes". Funds, metals and test codes are left out. */
#define C2(c)                                                                                                \
    {                                                                                                        \
        c, 2                                                                                                 \
    }
static const struct currency currencies[] = {
    C2("AED"),  C2("AFN"),  C2("ALL"),  C2("AMD"), C2("ANG"),  C2("AOA"),  C2("ARS"),  C2("AUD"),  C2("AWG"),
    C2("AZN"),  C2("BAM"),  C2("BBD"),  C2("BDT"), C2("BGN"),  {"BHD", 3}, {"BIF", 0}, C2("BMD"),  C2("BND"),
    C2("BOB"),  C2("BRL"),  C2("BSD"),  C2("BTN"), C2("BWP"),  C2("BYN"),  C2("BZD"),  C2("CAD"),  C2("CDF"),
    C2("CHF"),  {"CLP", 0}, C2("CNY"),  C2("COP"), C2("CRC"),  C2("CUP"),  C2("CVE"),  C2("CZK"),  {"DJF", 0},
    C2("DKK"),  C2("DOP"),  C2("DZD"),  C2("EGP"), C2("ERN"),  C2("ETB"),  C2("EUR"),  C2("FJD"),  C2("FKP"),
    C2("GBP"),  C2("GEL"),  C2("GHS"),  C2("GIP"), C2("GMD"),  {"GNF", 0}, C2("GTQ"),  C2("GYD"),  C2("HKD"),
    C2("HNL"),  C2("HTG"),  C2("HUF"),  C2("IDR"), C2("ILS"),  C2("INR"),  {"IQD", 3}, C2("IRR"),  {"ISK", 0},
    C2("JMD"),  {"JOD", 3}, {"JPY", 0}, C2("KES"), C2("KGS"),  C2("KHR"),  {"KMF", 0}, C2("KPW"),  {"KRW", 0},
    {"KWD", 3}, C2("KYD"),  C2("KZT"),  C2("LAK"), C2("LBP"),  C2("LKR"),  C2("LRD"),  C2("LSL"),  {"LYD", 3},
    C2("MAD"),  C2("MDL"),  C2("MGA"),  C2("MKD"), C2("MMK"),  C2("MNT"),  C2("MOP"),  C2("MRU"),  C2("MUR"),
    C2("MVR"),  C2("MWK"),  C2("MXN"),  C2("MYR"), C2("MZN"),  C2("NAD"),  C2("NGN"),  C2("NIO"),  C2("NOK"),
    C2("NPR"),  C2("NZD"),  {"OMR", 3}, C2("PAB"), C2("PEN"),  C2("PGK"),  C2("PHP"),  C2("PKR"),  C2("PLN"),
    {"PYG", 0}, C2("QAR"),  C2("RON"),  C2("RSD"), C2("RUB"),  {"RWF", 0}, C2("SAR"),  C2("SBD"),  C2("SCR"),
    C2("SDG"),  C2("SEK"),  C2("SGD"),  C2("SHP"), C2("SLE"),  C2("SOS"),  C2("SRD"),  C2("SSP"),  C2("STN"),
    C2("SVC"),  C2("SYP"),  C2("SZL"),  C2("THB"), C2("TJS"),  C2("TMT"),  {"TND", 3}, C2("TOP"),  C2("TRY"),
    C2("TTD"),  C2("TWD"),  C2("TZS"),  C2("UAH"), {"UGX", 0}, C2("USD"),  C2("UYU"),  C2("UZS"),  C2("VED"),
    C2("VES"),  {"VND", 0}, {"VUV", 0}, C2("WST"), {"XAF", 0}, C2("XCD"),  C2("XCG"),  {"XOF", 0}, {"XPF", 0},
    C2("YER"),  C2("ZAR"),  C2("ZMW"),  C2("ZWG"),
};

static bool digit_add(int64_t *v, char c)
{
    int64_t next;
    if (__builtin_mul_overflow(*v, 10, &next) || __builtin_add_overflow(next, c - '0', &next) ||
        next >= ten_to[18]) {
        return false;
    }
    *v = next;
    return true;
}

static bool is_digit(struct str s, size_t i)
{
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* Applies an exponent, as in 12.5e2, as long as the value stays exact and in range. */
static bool scale_by(struct decimal *d, int64_t exponent)
{
    int64_t scale = (int64_t)d->scale - exponent;
    if (d->digits == 0) { /* whatever its exponent */
        d->scale = (uint8_t)(scale < 0 ? 0 : scale > 18 ? 18 : scale);
        return true;
    }
    while (scale < 0) {
        if (d->digits >= ten_to[17]) {
            return false;
        }
        d->digits *= 10;
        scale++;
    }
    while (scale > 18) {
        if (d->digits % 10 != 0) {
            return false;
        }
        d->digits /= 10;
        scale--;
    }
    d->scale = (uint8_t)scale;
    return true;
}

bool decimal_parse(struct str s, struct decimal *out)
{
    size_t i = s.n && s.p[0] == '-';
    bool negative = i == 1;
    struct decimal d = {.given = true};
    if (!is_digit(s, i) || (s.p[i] == '0' && is_digit(s, i + 1))) {
        return false;
    }
    for (; is_digit(s, i); i++) {
        if (!digit_add(&d.digits, s.p[i])) {
            return false;
        }
    }
    if (i < s.n && s.p[i] == '.') {
        if (!is_digit(s, ++i)) {
            return false;
        }
        for (; is_digit(s, i); i++) {
            if (d.scale == 18 || !digit_add(&d.digits, s.p[i])) {
                return false;
            }
            d.scale++;
        }
    }
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        struct str exponent = str_sub(s, i + 1, s.n);
        if (exponent.n > 1 && exponent.p[0] == '+' && exponent.p[1] != '-') {
            exponent = str_sub(exponent, 1, exponent.n);
        }
        int64_t e;
        if (!str_to_i64(exponent, &e) || e > 64 || e < -64 || !scale_by(&d, e)) {
            return false;
        }
        i = s.n;
    }
    if (i != s.n) {
        return false;
    }
    d.digits = negative ? -d.digits : d.digits;
    *out = d;
    return true;
}

/* digits × 10^-scale with exactly `scale` places. */
static struct str places_fmt(struct arena *a, int64_t digits, unsigned scale, char point)
{
    uint64_t magnitude = digits < 0 ? 0 - (uint64_t)digits : (uint64_t)digits;
    const char *sign = digits < 0 ? "-" : "";
    if (scale == 0) {
        return arena_fmt(a, "%s%llu", sign, (unsigned long long)magnitude);
    }
    uint64_t unit = (uint64_t)ten_to[scale];
    return arena_fmt(a, "%s%llu%c%0*llu", sign, (unsigned long long)(magnitude / unit), point, (int)scale,
                     (unsigned long long)(magnitude % unit));
}

struct str decimal_fmt(struct arena *a, struct decimal d)
{
    return d.given ? places_fmt(a, d.digits, d.scale, '.') : (struct str){0};
}

const struct currency *currency_find(struct str code)
{
    for (size_t i = 0; i < ARRAY_LEN(currencies); i++) {
        if (str_eq_nocase(code, (struct str){currencies[i].code, 3})) {
            return &currencies[i];
        }
    }
    return NULL;
}

bool money_from_decimal(struct decimal d, const struct currency *c, bool round, int64_t *minor, bool *rounded)
{
    if (rounded) {
        *rounded = false;
    }
    if (d.scale <= c->exponent) {
        return !__builtin_mul_overflow(d.digits, ten_to[c->exponent - d.scale], minor);
    }
    int64_t unit = ten_to[d.scale - c->exponent];
    int64_t whole = d.digits / unit, rest = d.digits % unit;
    if (rest != 0) {
        if (!round) {
            return false;
        }
        if (rounded) {
            *rounded = true;
        }
        int64_t twice = (rest < 0 ? -rest : rest) * 2;
        bool up = twice > unit || (twice == unit && whole % 2 != 0);
        whole += up ? (d.digits < 0 ? -1 : 1) : 0;
    }
    *minor = whole;
    return true;
}

struct str money_fmt(struct arena *a, int64_t minor, const struct currency *c)
{
    return places_fmt(a, minor, c->exponent, '.');
}

/* Thousands in groups of three. */
static struct str group(struct arena *a, struct str number, struct str separator)
{
    size_t whole = number.n;
    for (size_t i = 0; i < number.n; i++) {
        if (number.p[i] == '.' || number.p[i] == ',') {
            whole = i;
        }
    }
    struct buf b = buf_in(a);
    for (size_t i = 0; i < number.n; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0 && number.p[i - 1] != '-') {
            buf_add(&b, separator);
        }
        buf_char(&b, number.p[i]);
    }
    return buf_str(&b);
}

struct str money_show(struct arena *a, int64_t minor, const struct currency *c, enum lang lang)
{
    static const struct {
        const char *code, *sign;
    } signs[] = {{"EUR", "€"}, {"GBP", "£"}, {"JPY", "¥"}, {"USD", "$"}};
    const char *sign = NULL;
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        if (str_eq(str_of(signs[i].code), (struct str){c->code, 3})) {
            sign = signs[i].sign;
        }
    }
    bool french = lang == LANG_FR;
    /* French: narrow no-break space between thousands, no-break space before the sign (CLDR, fr). */
    struct str number =
        group(a, places_fmt(a, minor, c->exponent, french ? ',' : '.'), french ? S("\u202f") : S(","));
    if (french) {
        return arena_fmt(a, "%.*s\u00a0%s", STR_ARG(number), sign ? sign : c->code);
    }
    bool negative = number.n && number.p[0] == '-';
    number = str_sub(number, negative, number.n);
    return arena_fmt(a, "%s%s%s%.*s", negative ? "-" : "", sign ? sign : c->code, sign ? "" : "\u00a0",
                     STR_ARG(number));
}
