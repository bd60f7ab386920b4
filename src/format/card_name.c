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

#define W S_INIT
static const struct str card_words[] = {W("card"), W("carte"), W("karte"), W("tarjeta"), W("vcc")};
/* cards that pay nothing */
static const struct str other_cards[] = {W("loyal"),  W("gift"),    W("cadeau"), W("fidel"),   W("identi"),
                                         W("idcard"), W("keycard"), W("member"), W("discard"), W("cardinal")};
static const struct str code_parts[] = {W("cvv"), W("cvc")};
static const struct str code_beginnings[] = {W("cryptogram")};
static const struct str codes[] = {W("csc"),          W("cvn"),           W("cvn2"),         W("cvd"),
                                   W("cvx"),          W("cav2"),          W("securitycode"), W("seriescode"),
                                   W("codesecurite"), W("codedesecurite")};
static const struct str card_code_endings[] = {W("code"), W("verificationvalue")};
static const struct str codes_inside[] = {W("code"),
                                          W("cid"),
                                          W("pin"),
                                          W("track1"),
                                          W("track2"),
                                          W("trackdata"),
                                          W("verificationcode"),
                                          W("verificationvalue")};
static const struct str numbers[] = {W("pan"),   W("fpan"), W("dpan"), W("ccnumber"),
                                     W("ccnum"), W("ccno"), W("ccnr"), W("primaryaccountnumber")};
static const struct str number_words[] = {W("number"), W("numero"), W("nummer"), W("num"),
                                          W("no"),     W("nr"),     W("pan")};
static const struct str numbers_inside[] = {W("number"), W("num"),    W("no"),
                                            W("nr"),     W("numero"), W("accountnumber")};
static const struct str number_references[] = {W("token"), W("ref"), W("reference"), W("hash"), W("id")};
static const struct str reference_endings[] = {W("reference"),
                                               W("referenz"),
                                               W("referencia"),
                                               W("riferimento"),
                                               W("confirmation"),
                                               W("confirmacion"),
                                               W("conferma"),
                                               W("code"),
                                               W("codigo"),
                                               W("codice"),
                                               W("locator"),
                                               W("token"),
                                               W("signature"),
                                               W("hash"),
                                               W("digest"),
                                               W("checksum"),
                                               W("fingerprint"),
                                               W("nonce"),
                                               W("uuid"),
                                               W("guid"),
                                               W("iban"),
                                               W("siret"),
                                               W("siren"),
                                               W("bookingnumber"),
                                               W("booknumber"),
                                               W("reservationnumber"),
                                               W("confirmationnumber"),
                                               W("ordernumber"),
                                               W("invoicenumber"),
                                               W("itinerarynumber"),
                                               W("vouchernumber"),
                                               W("ticketnumber"),
                                               W("folionumber"),
                                               W("transactionnumber"),
                                               W("messagenumber"),
                                               W("buchungsnummer"),
                                               W("reservierungsnummer"),
                                               W("bestatigungsnummer"),
                                               W("rechnungsnummer")};
/* only as words of their own */
static const struct str reference_words[] = {W("ref"), W("id"),  W("uid"),  W("key"), W("bic"),  W("vat"),
                                             W("tva"), W("ean"), W("etag"), W("pnr"), W("sha1"), W("sha256")};
static const struct str bookings[] = {W("booking"), W("reserv"), W("buchung"), W("prenotazion"),
                                      W("confirm")};
static const struct str booking_beginnings[] = {W("numero"), W("num"), W("no"),  W("code"), W("codigo"),
                                                W("codice"), W("id"),  W("ref"), W("n\1de")};
static const struct str joined_endings[] = {W("id"), W("ref")};
/* joined to id and ref without a capital */
static const struct str owners[] = {
    W("booking"),  W("reservation"), W("guest"),   W("room"),     W("hotel"),       W("order"),
    W("external"), W("message"),     W("event"),   W("property"), W("transaction"), W("channel"),
    W("user"),     W("customer"),    W("listing"), W("client"),   W("account"),     W("rate"),
    W("unit"),     W("payment"),     W("request"), W("trace"),    W("remote"),      W("internal"),
    W("group"),    W("partner"),     W("source")};
static const struct str phone_endings[] = {W("phone"),  W("telefon"),  W("telefono"),    W("mobile"),
                                           W("msisdn"), W("whatsapp"), W("phonenumber"), W("telefonnummer")};
static const struct str phone_words[] = {W("tel"), W("fax")};
static const struct str numbers_of_reference[] = {W("number"), W("value"), W("no"), W("nr"), W("num")};
static const struct str cards[] = {
    W("card"),          W("creditcard"),  W("debitcard"), W("paymentcard"), W("bankcard"), W("carte"),
    W("cartebancaire"), W("kreditkarte"), W("tarjeta"),   W("vcc"),         W("cc")};
static const struct str not_about_card[] = {W("addres"), W("phone"), W("contact"), W("booking"), W("reserv")};
#undef W

#define IN(list) list, ARRAY_LEN(list)

static bool is(const struct folded *f, const struct str *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].n == f->n && list[i].p[0] == f->p[0] && memcmp(f->p, list[i].p, f->n) == 0) {
            return true;
        }
    }
    return false;
}

static bool begins(const struct folded *f, const struct str *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].n <= f->n && list[i].p[0] == f->p[0] && memcmp(f->p, list[i].p, list[i].n) == 0) {
            return true;
        }
    }
    return false;
}

static bool holds(const struct folded *f, const struct str *list, size_t count)
{
    for (size_t at = 0; at < f->n; at++) {
        for (size_t i = 0; i < count; i++) {
            if (list[i].p[0] == f->p[at] && list[i].n <= f->n - at &&
                memcmp(f->p + at, list[i].p, list[i].n) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Length of the ending that fits, 0 when none does; word: it must be a word of its own. */
static size_t ends(const struct folded *f, const struct str *list, size_t count, bool word)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = list[i].n;
        if (n <= f->n && list[i].p[n - 1] == f->p[f->n - 1] && memcmp(f->p + f->n - n, list[i].p, n) == 0 &&
            (!word || f->begins[f->n - n])) {
            return n;
        }
    }
    return 0;
}

static bool about_card(const struct folded *f)
{
    return holds(f, IN(card_words)) && !holds(f, IN(other_cards));
}

static bool is_code(const struct folded *f, bool card, bool inside)
{
    return holds(f, IN(code_parts)) || begins(f, IN(code_beginnings)) || is(f, IN(codes)) ||
           (card && ends(f, IN(card_code_endings), false)) || (inside && is(f, IN(codes_inside)));
}

static bool is_number(const struct folded *f, bool card, bool inside)
{
    return is(f, IN(numbers)) ||
           (card && (begins(f, IN(number_words)) || ends(f, IN(number_words), false))) ||
           (inside && is(f, IN(numbers_inside)));
}

static bool is_phone(const struct folded *f)
{
    return ends(f, IN(phone_endings), false) || ends(f, IN(phone_words), true);
}

static bool is_reference(const struct folded *f)
{
    if (ends(f, IN(reference_endings), false) || ends(f, IN(reference_words), true)) {
        return true;
    }
    if (begins(f, IN(booking_beginnings)) && holds(f, IN(bookings))) {
        return true;
    }
    size_t joined = ends(f, IN(joined_endings), false);
    if (joined == 0) {
        return false;
    }
    struct folded rest = *f;
    rest.n -= joined;
    return ends(&rest, IN(owners), false) > 0;
}

enum card_name card_name_of(struct str name, bool escaped, enum card_name around)
{
    struct folded f;
    fold_name(name, escaped, &f);
    bool card = about_card(&f), inside = around == CARD_NAME_CARD || around == CARD_NAME_INSIDE;
    if (is_code(&f, card, inside)) {
        return CARD_NAME_CODE;
    }
    if (is_number(&f, card, inside) && !ends(&f, IN(number_references), true)) {
        return CARD_NAME_NUMBER;
    }
    if (is_phone(&f)) {
        return CARD_NAME_PHONE;
    }
    if (is_reference(&f)) {
        return CARD_NAME_REFERENCE;
    }
    if (around == CARD_NAME_NUMBER || around == CARD_NAME_CODE) {
        return around;
    }
    if ((around == CARD_NAME_REFERENCE || around == CARD_NAME_PHONE) && is(&f, IN(numbers_of_reference))) {
        return around;
    }
    if (is(&f, IN(cards))) {
        return CARD_NAME_CARD;
    }
    if (card || (inside && !holds(&f, IN(not_about_card)))) {
        return CARD_NAME_INSIDE;
    }
    return CARD_NAME_PLAIN;
}
