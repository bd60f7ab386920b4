#include "format/card_name.h"

#include <string.h>

#define NAME_MAX_LETTERS 96

struct folded {
    char p[NAME_MAX_LETTERS + 1];
    bool begins[NAME_MAX_LETTERS + 1]; /* a word begins here */
    size_t n;
};

/* Base letters of U+00C0 to U+00FF; '\1' stands for what is no letter of ours. */
static const char latin[] = "aaaaaaaceeeeiiiidnooooo\1ouuuuytsaaaaaaaceeeeiiiidnooooo\1ouuuuyty";

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* Takes one character off the name: its code point, or 1 for any that no name of ours holds. */
static unsigned next_point(struct str *s, bool escaped)
{
    const unsigned char *p = (const unsigned char *)s->p;
    size_t used = 1;
    unsigned point = p[0];
    if (escaped && p[0] == '\\' && s->n >= 6 && p[1] == 'u') {
        int v = 0;
        for (size_t i = 2; i < 6; i++) {
            int h = hex_value((char)p[i]);
            v = v < 0 || h < 0 ? -1 : v * 16 + h;
        }
        point = v > 0 ? (unsigned)v : 1;
        used = 6;
    } else if (escaped && p[0] == '\\') {
        point = 1;
        used = s->n > 1 ? 2 : 1;
    } else if ((p[0] == 0xC2 || p[0] == 0xC3) && s->n > 1 && p[1] >= 0x80 && p[1] <= 0xBF) {
        point = (p[0] & 3u) << 6 | (p[1] & 0x3Fu);
        used = 2;
    }
    *s = (struct str){s->p + used, s->n - used};
    return point;
}

static void fold_name(struct str name, bool escaped, struct folded *f)
{
    f->n = 0;
    bool begins = true, small = false;
    while (name.n > 0) {
        unsigned c = next_point(&name, escaped);
        if (c == '_' || c == '-' || c == ' ' || c == '.' || c == 0xA0) {
            begins = true;
            continue;
        }
        bool capital = c >= 'A' && c <= 'Z';
        if (f->n == NAME_MAX_LETTERS) {
            memmove(f->p, f->p + 1, f->n - 1);
            memmove(f->begins, f->begins + 1, f->n - 1);
            f->n--;
        }
        f->begins[f->n] = begins || (capital && small);
        char base = c >= 0xC0 && c <= 0xFF ? latin[c - 0xC0] : '\1';
        f->p[f->n++] = c < 0x80 ? (char)(capital ? c + 32 : c) : base;
        begins = false;
        small = !capital;
    }
    if (f->n > 2 && f->p[f->n - 1] == 's') {
        f->n--;
    }
    f->p[f->n] = '\0';
}

static bool is(const struct folded *f, const char *const *list)
{
    for (; *list; list++) {
        if (strcmp(f->p, *list) == 0) {
            return true;
        }
    }
    return false;
}

static bool holds(const struct folded *f, const char *const *list)
{
    for (; *list; list++) {
        if (strstr(f->p, *list)) {
            return true;
        }
    }
    return false;
}

static bool begins(const struct folded *f, const char *const *list)
{
    for (; *list; list++) {
        if (strncmp(f->p, *list, strlen(*list)) == 0) {
            return true;
        }
    }
    return false;
}

/* Length of the ending that fits, 0 when none does; word: it must be a word of its own. */
static size_t ends(const struct folded *f, const char *const *list, bool word)
{
    for (; *list; list++) {
        size_t n = strlen(*list);
        if (n <= f->n && memcmp(f->p + f->n - n, *list, n) == 0 && (!word || f->begins[f->n - n])) {
            return n;
        }
    }
    return 0;
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static bool about_card(const struct folded *f)
{
    return holds(f, LIST("card", "carte", "karte", "tarjeta", "vcc")) &&
           !holds(f, LIST("loyal", "gift", "cadeau", "fidel", "identi", "idcard", "keycard", "member",
                          "discard", "cardinal"));
}

static bool is_code(const struct folded *f, bool card, bool inside)
{
    return holds(f, LIST("cvv", "cvc")) || begins(f, LIST("cryptogram")) ||
           is(f, LIST("csc", "cvn", "cvn2", "cvd", "cvx", "cav2", "securitycode", "seriescode",
                      "codesecurite", "codedesecurite")) ||
           (card && ends(f, LIST("code", "verificationvalue"), false)) ||
           (inside && is(f, LIST("code", "cid", "pin", "track1", "track2", "trackdata", "verificationcode",
                                 "verificationvalue")));
}

static bool is_number(const struct folded *f, bool card, bool inside)
{
    static const char *const words[] = {"number", "numero", "nummer", "num", "no", "nr", "pan", NULL};
    return is(f, LIST("pan", "fpan", "dpan", "ccnumber", "ccnum", "ccno", "ccnr", "primaryaccountnumber")) ||
           (card && (begins(f, words) || ends(f, words, false))) ||
           (inside && is(f, LIST("number", "num", "no", "nr", "numero", "accountnumber")));
}

static bool is_reference(const struct folded *f)
{
    if (ends(f,
             LIST("reference", "referenz", "referencia", "riferimento", "confirmation", "confirmacion",
                  "conferma", "code", "codigo", "codice", "locator", "token", "signature", "hash", "digest",
                  "checksum", "fingerprint", "nonce", "uuid", "guid", "iban", "phone", "telefon", "telefono",
                  "mobile", "msisdn", "whatsapp", "siret", "siren", "phonenumber", "bookingnumber",
                  "booknumber", "reservationnumber", "confirmationnumber", "ordernumber", "invoicenumber",
                  "itinerarynumber", "vouchernumber", "ticketnumber", "folionumber", "transactionnumber",
                  "messagenumber", "buchungsnummer", "reservierungsnummer", "bestatigungsnummer",
                  "rechnungsnummer", "telefonnummer"),
             false) ||
        ends(f,
             LIST("ref", "id", "uid", "key", "tel", "fax", "bic", "vat", "tva", "ean", "etag", "pnr", "sha1",
                  "sha256"),
             true)) {
        return true;
    }
    if (holds(f, LIST("booking", "reserv", "buchung", "prenotazion", "confirm")) &&
        begins(f, LIST("numero", "num", "no", "code", "codigo", "codice", "id", "ref", "n\1de"))) {
        return true;
    }
    size_t short_ending = ends(f, LIST("id", "ref"), false);
    struct folded rest = *f;
    rest.n -= short_ending;
    return short_ending > 0 &&
           ends(&rest,
                LIST("booking", "reservation", "guest", "room", "hotel", "order", "external", "message",
                     "event", "property", "transaction", "channel", "user", "customer", "listing", "client",
                     "account", "rate", "unit", "payment", "request", "trace", "remote", "internal", "group",
                     "partner", "source"),
                false) > 0;
}

enum card_name card_name_of(struct str name, bool escaped, enum card_name around)
{
    struct folded f;
    fold_name(name, escaped, &f);
    bool card = about_card(&f), inside = around == CARD_NAME_CARD || around == CARD_NAME_INSIDE;
    if (is_code(&f, card, inside)) {
        return CARD_NAME_CODE;
    }
    if (is_number(&f, card, inside) && !ends(&f, LIST("token", "ref", "reference", "hash", "id"), true)) {
        return CARD_NAME_NUMBER;
    }
    if (is_reference(&f)) {
        return CARD_NAME_REFERENCE;
    }
    if (around == CARD_NAME_NUMBER || around == CARD_NAME_CODE) {
        return around;
    }
    if (around == CARD_NAME_REFERENCE && is(&f, LIST("number", "value", "no", "nr", "num"))) {
        return CARD_NAME_REFERENCE;
    }
    if (is(&f, LIST("card", "creditcard", "debitcard", "paymentcard", "bankcard", "carte", "cartebancaire",
                    "kreditkarte", "tarjeta", "vcc", "cc"))) {
        return CARD_NAME_CARD;
    }
    if (card || (inside && !holds(&f, LIST("addres", "phone", "contact", "booking", "reserv")))) {
        return CARD_NAME_INSIDE;
    }
    return CARD_NAME_PLAIN;
}
