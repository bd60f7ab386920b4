/* Any text as a decimal, an amount in a cell and a currency: what is read keeps its value exactly, and is read again
 * from its own words. Lines: a decimal, a currency, a cell. */
#include "base/money.h"
#include "connector/csv_values.h"
#include "fuzz.h"

static __int128 power(unsigned n)
{
    __int128 p = 1;
    while (n-- > 0) {
        p *= 10;
    }
    return p;
}

static void same_value(struct decimal a, struct decimal b)
{
    must((__int128)a.digits * power(b.scale) == (__int128)b.digits * power(a.scale));
}

static void bounded(struct decimal d)
{
    must(d.given && d.scale <= 18 && d.digits < INT64_C(1000000000000000000) &&
         d.digits > -INT64_C(1000000000000000000));
}

/* minor × 10^-exponent is the decimal, or what half-even makes of it. */
static void minor_units(struct arena *a, struct decimal d, const struct currency *c)
{
    int64_t exact = 0, round = 0;
    bool rounded = false, is_exact = money_from_decimal(d, c, false, &exact, NULL);
    if (!money_from_decimal(d, c, true, &round, &rounded)) {
        __int128 minor = (__int128)d.digits * power(c->exponent);
        must(!is_exact && d.scale <= c->exponent && (minor > INT64_MAX || minor < INT64_MIN));
        return;
    }
    must(is_exact == !rounded && (!is_exact || exact == round));
    /* Compared in units of 10^-(scale + exponent), in which both are whole. */
    __int128 off = (__int128)round * power(d.scale) - (__int128)d.digits * power(c->exponent);
    __int128 half = power(d.scale);
    must(2 * off <= half && 2 * off >= -half && (off == 0) == is_exact);
    must(!(2 * off == half || 2 * off == -half) || round % 2 == 0);
    struct decimal again;
    if (round < INT64_C(1000000000000000000) && round > -INT64_C(1000000000000000000)) {
        must(decimal_parse(money_fmt(a, round, c), &again));
        same_value(again, (struct decimal){round, c->exponent, true});
    }
    must(money_show(a, round, c, LANG_EN).n > 0 && money_show(a, round, c, LANG_FR).n > 0);
}

static void cell_read(struct arena *a, struct str cell, const struct currency *hotel)
{
    struct csv_amount amount = {0};
    int64_t count;
    if (csv_count_read(cell, &count)) {
        must(count >= 0 && count <= 1000);
    }
    if (!csv_amount_read(cell, &amount)) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        struct csv_amount again = {0};
        if (!(amount.styles & (1u << i))) {
            continue;
        }
        bounded(amount.value[i]);
        /* Written plainly it is the same number with a decimal point. */
        must(csv_amount_read(decimal_fmt(a, amount.value[i]), &again) && (again.styles & CSV_DECIMAL_POINT));
        same_value(amount.value[i], again.value[0]);
    }
    struct str several = {0};
    const struct currency *c = csv_currency_read(amount.currency, hotel, &several);
    must(c == NULL || currency_find((struct str){c->code, 3}) == c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct str rest = {(const char *)data, size}, number = fuzz_line(&rest), code = fuzz_line(&rest);
    struct decimal d, again;
    const struct currency *c = currency_find(code);
    c = c != NULL ? c : currency_find(S("EUR"));
    if (decimal_parse(number, &d)) {
        bounded(d);
        must(decimal_parse(decimal_fmt(&a, d), &again) && again.digits == d.digits && again.scale == d.scale);
        minor_units(&a, d, c);
    }
    cell_read(&a, rest, c);
    return 0;
}
