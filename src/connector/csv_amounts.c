#include "connector/csv_decode.h"

#include <string.h>

/* What a currency code or sign means in this file; NULL with the problem noted. */
static const struct currency *currency_of(struct csv_decode *x, enum csv_column column, struct str sign)
{
    struct csv_memo *memo = x->d->memo;
    size_t slot = (sign.n + (unsigned char)sign.p[0]) % ARRAY_LEN(memo->currencies);
    struct csv_known_currency *known = &memo->currencies[slot];
    if (known->n != sign.n || memcmp(known->text, sign.p, sign.n) != 0) {
        struct str several;
        const struct currency *c = csv_currency_read(sign, x->d->hotel, &several);
        if (c == NULL && !str_given(several)) {
            REFUSE(x, column, "“%s” is no currency (three letters of ISO 4217, like EUR).",
                   "« %s » n'est pas une devise (trois lettres ISO 4217, comme EUR).",
                   csv_decode_quoted(x, sign));
            return NULL;
        }
        if (sign.n > sizeof known->text) {
            return c != NULL ? c : x->d->currency;
        }
        memcpy(known->text, sign.p, sign.n);
        known->n = sign.n;
        known->currency = c;
    }
    return known->currency != NULL ? known->currency : x->d->currency;
}

/* The number in an amount's cell, with the file's decimal sign. False: empty, or a problem is noted. */
static bool amount_of(struct csv_decode *x, enum csv_column column, struct csv_amount *amount,
                      struct decimal *value)
{
    struct str s = csv_decode_cell(x, column);
    if (s.n == 0) {
        return false;
    }
    if (!csv_amount_read(s, amount)) {
        REFUSE(x, column, "“%s” is not an amount.", "« %s » n'est pas un montant.", csv_decode_quoted(x, s));
        return false;
    }
    unsigned style = x->d->decimal == CSV_DECIMAL_COMMA ? CSV_DECIMAL_COMMA : CSV_DECIMAL_POINT;
    if ((amount->styles & style) == 0 && style == CSV_DECIMAL_COMMA) {
        REFUSE(x, column, "“%s” is no amount with a decimal comma, as this file has them.",
               "« %s » n'est pas un montant à virgule décimale, comme ce fichier les écrit.",
               csv_decode_quoted(x, s));
        return false;
    }
    if ((amount->styles & style) == 0) {
        REFUSE(x, column, "“%s” is no amount with a decimal point, as this file has them.",
               "« %s » n'est pas un montant à point décimal, comme ce fichier les écrit.",
               csv_decode_quoted(x, s));
        return false;
    }
    *value = amount->value[style == CSV_DECIMAL_COMMA];
    return true;
}

void csv_amounts_total(struct csv_decode *x, struct reservation *r)
{
    struct csv_amount amount;
    struct decimal value;
    struct str code = csv_decode_cell(x, CSV_COLUMN_CURRENCY);
    const struct currency *named = code.n > 0 ? currency_of(x, CSV_COLUMN_CURRENCY, code) : NULL;
    x->currency = named != NULL ? named : x->d->currency;
    bool has_total = amount_of(x, CSV_COLUMN_TOTAL_AMOUNT, &amount, &value);
    if (has_total && amount.currency.n > 0) {
        struct str several;
        const struct currency *c =
            csv_currency_read(amount.currency, named != NULL ? named : x->d->hotel, &several);
        c = c == NULL || named == NULL ? currency_of(x, CSV_COLUMN_TOTAL_AMOUNT, amount.currency) : c;
        if (c == NULL) {
            return;
        }
        if (named != NULL && c != named) {
            REFUSE(x, CSV_COLUMN_TOTAL_AMOUNT, "“%s” is in %s, but the row's currency is %s.",
                   "« %s » est en %s, mais la devise de la ligne est %s.",
                   csv_decode_quoted(x, csv_decode_cell(x, CSV_COLUMN_TOTAL_AMOUNT)), c->code, named->code);
            return;
        }
        x->currency = c;
    }
    if (has_total || named != NULL || csv_decode_cell(x, CSV_COLUMN_AMOUNT).n > 0 ||
        csv_decode_cell(x, CSV_COLUMN_COMMISSION).n > 0) {
        r->currency = (struct str){x->currency->code, 3};
    }
    if (!has_total) {
        return;
    }
    int64_t minor;
    if (value.digits < 0) {
        REFUSE(x, CSV_COLUMN_TOTAL_AMOUNT, "“%s” is below zero.", "« %s » est négatif.",
               csv_decode_quoted(x, csv_decode_cell(x, CSV_COLUMN_TOTAL_AMOUNT)));
    } else if (!money_from_decimal(value, x->currency, false, &minor, NULL)) {
        REFUSE(x, CSV_COLUMN_TOTAL_AMOUNT, "“%s” is finer than %s allows (%d decimal places).",
               "« %s » est plus fin que la devise %s ne le permet (%d décimales).",
               csv_decode_quoted(x, csv_decode_cell(x, CSV_COLUMN_TOTAL_AMOUNT)), x->currency->code,
               x->currency->exponent);
    } else {
        r->total_amount = value;
    }
}

struct decimal csv_amounts_secondary(struct csv_decode *x, enum csv_column column, bool absolute)
{
    struct csv_amount amount;
    struct decimal value;
    if (!amount_of(x, column, &amount, &value)) {
        return (struct decimal){0};
    }
    if (amount.currency.n > 0) {
        struct str several;
        const struct currency *c = csv_currency_read(amount.currency, x->currency, &several);
        if (c != x->currency) {
            csv_decode_note(x, "Line %llu: “%s” was left out: it is not in %s.",
                            "Ligne %llu : « %s » a été laissé de côté : ce n'est pas en %s.",
                            (unsigned long long)x->row->line,
                            csv_decode_quoted(x, csv_decode_cell(x, column)), x->currency->code);
            return (struct decimal){0};
        }
    }
    if (value.digits < 0 && absolute) {
        value.digits = -value.digits; /* written as a deduction */
    }
    int64_t minor;
    bool rounded;
    if (value.digits < 0) {
        REFUSE(x, column, "“%s” is below zero.", "« %s » est négatif.",
               csv_decode_quoted(x, csv_decode_cell(x, column)));
    } else if (!money_from_decimal(value, x->currency, true, &minor, &rounded)) {
        REFUSE(x, column, "“%s” is too large.", "« %s » est trop grand.",
               csv_decode_quoted(x, csv_decode_cell(x, column)));
    } else if (rounded) {
        struct decimal exact = {.digits = minor, .scale = x->currency->exponent, .given = true};
        struct str text = money_fmt(x->a, minor, x->currency);
        csv_decode_note(
            x, "Line %llu, column “%s”: “%s” is finer than %s allows and was rounded to %s.",
            "Ligne %llu, colonne « %s » : « %s » est plus fin que la devise %s ne le permet et a été arrondi à %s.",
            (unsigned long long)x->row->line, csv_decode_heading(x, x->d->column[column]).p,
            csv_decode_quoted(x, csv_decode_cell(x, column)), x->currency->code, text.p);
        return exact;
    }
    return value;
}
