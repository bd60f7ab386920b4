/* card_name.h: what the name of a member or of a column says about card data in it.
 *
 * Names are compared without case, accents, '_', '-', '.' and blanks; a "word" below begins at the beginning of the
 * name, after one of those, or at a capital after a small letter. An s at the end does not count. In this order:
 *
 *   CODE       contains cvv or cvc; is csc, cvn, cvn2, cvd, cvx, cav2, security code, series code (OTA), code de
 *              sécurité; begins with cryptogram; or contains a card word and ends in security code, verification
 *              code, verification value or code. Inside a card: also code, cid, pin, track 1, track 2, track data,
 *              verification code, verification value.
 *   NUMBER     is pan, fpan, dpan, cc number, cc num, cc no, cc nr, primary account number; or contains a card word
 *              and begins or ends with number, num, no, nr, numero, nummer or pan. Inside a card: also number, num,
 *              no, nr, numero, account number.
 *   PHONE      ends in phone, telephone, telefon, telefono, mobile, msisdn, whatsapp, phone number or telefonnummer, or
 *              in the word tel or fax.
 *   REFERENCE  ends in reference, referenz, referencia, riferimento, confirmation, confirmacion, conferma, code,
 *              codigo, codice, locator, token, signature, hash, digest, checksum, fingerprint, nonce, uuid, guid, iban,
 *              siret, siren, or one of booking, book, reservation, confirmation, order, invoice, itinerary, voucher,
 *              ticket, folio, transaction, message + number, or in buchungsnummer, reservierungsnummer,
 *              bestatigungsnummer, rechnungsnummer; ends in the word ref, id, uid, key, bic, vat, tva, ean, etag, pnr,
 *              sha1, sha256 or in id or ref after a word such as booking or guest (bookingid);
 *              or contains booking, reserv, buchung, prenotazion or confirm and begins with numero, num, no, code,
 *              codigo, codice, id, ref or n° de. Inside a REFERENCE or PHONE also number, value, no, nr, num.
 *   CARD       is card, credit card, debit card, payment card, bank card, carte, carte bancaire, kreditkarte, tarjeta,
 *              vcc or cc.
 *   INSIDE     contains a card word, or stands inside a card and does not contain address, phone, contact, booking or
 *              reserv.
 *
 * A card word is card, carte, karte, tarjeta or vcc, unless the name also contains loyal, gift, cadeau, fidel, identi,
 * id card, key card, member, discard or cardinal. What stands in a NUMBER or CODE and has no class of its own is one
 * too. */
#ifndef FORMAT_CARD_NAME_H
#define FORMAT_CARD_NAME_H

#include "base/str.h"

enum card_name {
    CARD_NAME_PLAIN,
    CARD_NAME_CODE,      /* a security code */
    CARD_NAME_NUMBER,    /* a card's number */
    CARD_NAME_REFERENCE, /* identifies something: never altered */
    CARD_NAME_PHONE,     /* a telephone number: what is longer than one can be a card's number */
    CARD_NAME_CARD,      /* a card: its number, or an object that describes it */
    CARD_NAME_INSIDE,    /* describes a card */
};

/* escaped: the name is the inside of a JSON string. around: the class of the object that holds the member. UTF-8 and
 * Windows-1252 are both read; of names of more than 96 letters the last 96 count. */
enum card_name card_name_of(struct str name, bool escaped, enum card_name around);

#endif
