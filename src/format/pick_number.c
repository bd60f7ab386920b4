#include "format/pick_function.h"

/* Room for the product of two decimals: 36 digits. */
__extension__ typedef __int128 wide_int;

struct wide {
    wide_int digits; /* × 10^-scale */
    int scale;
};

#define DIGITS_LIMIT ((wide_int)1000000000000000000) /* 10^18, as struct decimal */
#define SCALE_LIMIT  18

static struct wide widen(struct decimal d)
{
    return (struct wide){d.digits, d.scale};
}

static wide_int power(int n)
{
    wide_int v = 1;
    while (n-- > 0) {
        v *= 10;
    }
    return v;
}

static wide_int magnitude(wide_int v)
{
    return v < 0 ? -v : v;
}

/* n / d, to the nearest; a half to the even neighbour. d > 0. */
static wide_int divide_half_even(wide_int n, wide_int d)
{
    wide_int q = n / d, rest = magnitude(n % d);
    bool up = rest > d - rest || (rest == d - rest && q % 2 != 0);
    return up ? q + (n < 0 ? -1 : 1) : q;
}

/* To exactly so many places; false when that takes too many digits. */
static bool to_places(struct wide *v, int places)
{
    if (places < v->scale) {
        v->digits = divide_half_even(v->digits, power(v->scale - places));
    } else if (magnitude(v->digits) >= DIGITS_LIMIT) {
        return false;
    } else {
        v->digits *= power(places - v->scale);
    }
    v->scale = places;
    return magnitude(v->digits) < DIGITS_LIMIT;
}

static bool give(struct pick_call *c, struct pick_values *out, struct wide v)
{
    while ((v.scale > SCALE_LIMIT || magnitude(v.digits) >= DIGITS_LIMIT) && v.scale > 0 &&
           v.digits % 10 == 0) {
        v.digits /= 10;
        v.scale--;
    }
    if (v.scale > SCALE_LIMIT || magnitude(v.digits) >= DIGITS_LIMIT) {
        return pick_fail(c, "the result has more than 18 digits", "le résultat a plus de 18 chiffres");
    }
    struct decimal d = {.digits = (int64_t)v.digits, .scale = (uint8_t)v.scale, .given = true};
    return pick_give_number(c, out, decimal_fmt(c->env->a, d));
}

static bool number_of(struct pick_call *c, const struct json *v, struct decimal *out)
{
    struct str s;
    if (!pick_text_of(c, v, &s)) {
        return false;
    }
    return decimal_parse(str_trim(s), out) ||
           pick_fail(c, "“%s” is not a number (digits, with a point for decimals; at most 18 digits)",
                     "« %s » n'est pas un nombre (des chiffres, avec un point décimal ; 18 chiffres au plus)",
                     pick_shown(c, s));
}

static bool only_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') {
            return false;
        }
    }
    return s.n > 0;
}

/* Long digit strings (references of 19 digits and more) stay as they are, without leading zeros. */
static bool whole(struct arena *a, struct str s, struct str *out)
{
    struct decimal d;
    bool negative = str_starts(s, S("-"));
    struct str digits = negative || str_starts(s, S("+")) ? str_sub(s, 1, s.n) : s;
    if (!only_digits(digits)) {
        if (!decimal_parse(s, &d)) {
            return false;
        }
        for (; d.scale > 0 && d.digits % 10 == 0; d.scale--) {
            d.digits /= 10;
        }
        *out = decimal_fmt(a, d);
        return d.scale == 0;
    }
    while (digits.n > 1 && digits.p[0] == '0') {
        digits = str_sub(digits, 1, digits.n);
    }
    bool zero = digits.n == 1 && digits.p[0] == '0';
    *out = arena_fmt(a, "%s%.*s", negative && !zero ? "-" : "", STR_ARG(digits));
    return true;
}

static bool fn_int(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct str s, digits;
    if (!pick_text_of(c, v, &s)) {
        return false;
    }
    if (!whole(c->env->a, str_trim(s), &digits)) {
        return pick_fail(c, "“%s” is not a whole number", "« %s » n'est pas un nombre entier",
                         pick_shown(c, s));
    }
    return pick_give_number(c, out, digits);
}

/* "1.234,50" with mark ',' → "1234.50": the mark becomes a point; the other mark, spaces and apostrophes
 * separate thousands and go. */
static struct str unformat(struct arena *a, struct str s, char mark)
{
    struct buf b = buf_in(a);
    char other = mark == ',' ? '.' : ',';
    while (s.n > 0) {
        struct str before = s;
        uint32_t code = utf8_next(&s);
        bool separator = code == (unsigned char)other || code == ' ' || code == '\'' || code == 0xa0 ||
                         code == 0x2009 || code == 0x202f || code == 0x2019;
        if (code == (unsigned char)mark) {
            buf_char(&b, '.');
        } else if (!separator) {
            buf_add(&b, str_sub(before, 0, before.n - s.n));
        }
    }
    return buf_str(&b);
}

static bool fn_decimal(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct str s, mark;
    struct decimal d;
    if (!pick_text_of(c, v, &s)) {
        return false;
    }
    struct str number = str_trim(s);
    if (c->count > 0 && v->type == JSON_STRING) {
        if (!pick_arg_text(c, 0, &mark)) {
            return false;
        }
        number = unformat(c->env->a, number, mark.p[0]);
    }
    if (!decimal_parse(number, &d)) {
        return pick_fail(c, "“%s” is not a number", "« %s » n'est pas un nombre", pick_shown(c, s));
    }
    return pick_give_number(c, out, number);
}

/* Below 10^37, which wide_int holds: each side has at most 36 digits. */
static struct wide sum_of(struct wide a, struct wide b)
{
    int scale = a.scale > b.scale ? a.scale : b.scale;
    return (struct wide){a.digits * power(scale - a.scale) + b.digits * power(scale - b.scale), scale};
}

static bool sum_or_difference(struct pick_call *c, const struct json *v, struct pick_values *out, int sign)
{
    struct decimal left, right;
    if (!number_of(c, v, &left) || !pick_arg_decimal(c, 0, &right)) {
        return false;
    }
    right.digits *= sign;
    return give(c, out, sum_of(widen(left), widen(right)));
}

static bool fn_add(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    return sum_or_difference(c, v, out, 1);
}

static bool fn_sub(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    return sum_or_difference(c, v, out, -1);
}

static bool rounded(struct pick_call *c, struct pick_values *out, struct wide v, size_t argument)
{
    int64_t places = 0;
    if (!pick_arg_int(c, argument, 0, SCALE_LIMIT, &places)) {
        return false;
    }
    if (!to_places(&v, (int)places)) {
        return pick_fail(c, "the result has more than 18 digits", "le résultat a plus de 18 chiffres");
    }
    return give(c, out, v);
}

static bool fn_mul(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct decimal left, right;
    if (!number_of(c, v, &left) || !pick_arg_decimal(c, 0, &right)) {
        return false;
    }
    struct wide product = {(wide_int)left.digits * right.digits, left.scale + right.scale};
    return c->count > 1 ? rounded(c, out, product, 1) : give(c, out, product);
}

static bool fn_div(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct decimal left, right;
    int64_t places = 0;
    if (!number_of(c, v, &left) || !pick_arg_decimal(c, 0, &right) ||
        !pick_arg_int(c, 1, 0, SCALE_LIMIT, &places)) {
        return false;
    }
    if (right.digits == 0) {
        return pick_fail(c, "division by zero", "division par zéro");
    }
    wide_int n = right.digits < 0 ? -(wide_int)left.digits : left.digits;
    wide_int d = magnitude(right.digits), q = n / d, rest = n % d;
    int shift = (int)places + right.scale - left.scale; /* quotient × 10^shift, to the nearest whole number */
    if (shift < 0) {
        return give(c, out, (struct wide){divide_half_even(n, d * power(-shift)), (int)places});
    }
    for (; shift > 0; shift--) { /* one digit at a time, so that nothing overflows */
        q = q * 10 + rest * 10 / d;
        rest = rest * 10 % d;
        if (magnitude(q) >= DIGITS_LIMIT) {
            return pick_fail(c, "the result has more than 18 digits", "le résultat a plus de 18 chiffres");
        }
    }
    wide_int left_over = magnitude(rest);
    bool up = left_over > d - left_over || (left_over == d - left_over && q % 2 != 0);
    q += up ? (n < 0 ? -1 : 1) : 0;
    return give(c, out, (struct wide){q, (int)places});
}

static bool fn_round(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct decimal d;
    return number_of(c, v, &d) && rounded(c, out, widen(d), 0);
}

static bool fn_money(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct str s, code, digits;
    int64_t minor = 0;
    if (!pick_text_of(c, v, &s) || !pick_arg_text(c, 0, &code)) {
        return false;
    }
    const struct currency *currency = currency_find(str_trim(code));
    if (currency == NULL) {
        return pick_fail(c, "“%s” is not a currency (three letters of ISO 4217, such as EUR)",
                         "« %s » n'est pas une devise (trois lettres ISO 4217, comme EUR)",
                         pick_shown(c, code));
    }
    if (!whole(c->env->a, str_trim(s), &digits) || !str_to_i64(digits, &minor)) {
        return pick_fail(c, "“%s” is not a whole number of minor units (cents)",
                         "« %s » n'est pas un nombre entier d'unités mineures (centimes)", pick_shown(c, s));
    }
    return pick_give_number(c, out, money_fmt(c->env->a, minor, currency));
}

static bool fn_sum(struct pick_call *c, const struct pick_values *in, struct pick_values *out)
{
    struct decimal d;
    struct wide sum = {0, 0};
    for (size_t i = 0; i < in->count; i++) {
        if (!number_of(c, in->items[i], &d)) {
            return false;
        }
        sum = sum_of(sum, widen(d));
        if (magnitude(sum.digits) >= DIGITS_LIMIT * power(sum.scale)) {
            return pick_fail(c, "the result has more than 18 digits", "le résultat a plus de 18 chiffres");
        }
    }
    return in->count == 0 || give(c, out, sum);
}

const struct pick_function pick_number_functions[] = {
    {.name = "int", .args = "", .each = fn_int},
    {.name = "decimal", .args = "M", .each = fn_decimal},
    {.name = "add", .args = "d", .least = 1, .each = fn_add},
    {.name = "sub", .args = "d", .least = 1, .each = fn_sub},
    {.name = "mul", .args = "di", .least = 1, .each = fn_mul},
    {.name = "div", .args = "di", .least = 2, .each = fn_div},
    {.name = "round", .args = "i", .least = 1, .each = fn_round},
    {.name = "money", .args = "t", .least = 1, .each = fn_money},
    {.name = "sum", .args = "", .all = fn_sum},
    {.name = NULL},
};
