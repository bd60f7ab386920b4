#include "connector/csv_presets.h"

#include "base/limits.h"

const struct csv_column_kind csv_columns[CSV_COLUMN_COUNT] = {
    [CSV_COLUMN_REFERENCE] = {"reference", TEXT_INIT("reference", "référence"), LIMIT_REFERENCE},
    [CSV_COLUMN_STATUS] = {"status", TEXT_INIT("status", "statut"), 0},
    [CSV_COLUMN_REVISION] = {"revision", TEXT_INIT("revision", "révision"), 100},
    [CSV_COLUMN_BOOKED_AT] = {"bookedAt", TEXT_INIT("date of booking", "date de réservation"), 0},
    [CSV_COLUMN_CHANNEL] = {"channel", TEXT_INIT("channel", "canal"), 60},
    [CSV_COLUMN_CURRENCY] = {"currency", TEXT_INIT("currency", "devise"), 0},
    [CSV_COLUMN_TOTAL_AMOUNT] = {"totalAmount", TEXT_INIT("total amount", "montant total"), 0},
    [CSV_COLUMN_COMMISSION] = {"commission", TEXT_INIT("commission", "commission"), 0},
    [CSV_COLUMN_FIRST_NAME] = {"firstName", TEXT_INIT("first name", "prénom"), 200},
    [CSV_COLUMN_LAST_NAME] = {"lastName", TEXT_INIT("last name", "nom"), 200},
    [CSV_COLUMN_EMAIL] = {"email", TEXT_INIT("e-mail", "e-mail"), 320},
    [CSV_COLUMN_PHONE] = {"phone", TEXT_INIT("phone", "téléphone"), 60},
    [CSV_COLUMN_COUNTRY] = {"country", TEXT_INIT("country", "pays"), 60},
    [CSV_COLUMN_LANGUAGE] = {"language", TEXT_INIT("language", "langue"), 35},
    [CSV_COLUMN_ROOM_REFERENCE] = {"roomReference", TEXT_INIT("room reference", "référence de la chambre"),
                                   LIMIT_REFERENCE},
    [CSV_COLUMN_ROOM_TYPE] = {"roomType", TEXT_INIT("room type", "type de chambre"), 200},
    [CSV_COLUMN_RATE_PLAN] = {"ratePlan", TEXT_INIT("rate plan", "plan tarifaire"), 200},
    [CSV_COLUMN_ARRIVAL] = {"arrival", TEXT_INIT("arrival", "arrivée"), 0},
    [CSV_COLUMN_DEPARTURE] = {"departure", TEXT_INIT("departure", "départ"), 0},
    [CSV_COLUMN_ADULTS] = {"adults", TEXT_INIT("adults", "adultes"), 0},
    [CSV_COLUMN_CHILDREN] = {"children", TEXT_INIT("children", "enfants"), 0},
    [CSV_COLUMN_AMOUNT] = {"amount", TEXT_INIT("amount of the room", "montant de la chambre"), 0},
    [CSV_COLUMN_NOTES] = {"notes", TEXT_INIT("notes", "remarques"), 10000},
    [CSV_COLUMN_EXPIRES_AT] = {"expiresAt", TEXT_INIT("end of the hold", "fin de l'option"), 0},
    [CSV_COLUMN_COLLECT] = {"collect", TEXT_INIT("who collects", "qui encaisse"), 0},
    [CSV_COLUMN_ROOM_STATUS] = {"roomStatus", TEXT_INIT("status of the room", "statut de la chambre"), 0},
    [CSV_COLUMN_GUEST] = {"guest", TEXT_INIT("guest's full name", "nom complet du client"), 1000},
    [CSV_COLUMN_BOOKER] = {"booker", TEXT_INIT("booker's full name", "nom complet du réservant"), 1000},
    [CSV_COLUMN_PERSONS] = {"persons", TEXT_INIT("number of persons", "nombre de personnes"), 0},
    [CSV_COLUMN_ROOMS] = {"rooms", TEXT_INIT("number of rooms", "nombre de chambres"), 0},
    [CSV_COLUMN_NIGHTS] = {"nights", TEXT_INIT("number of nights", "nombre de nuits"), 0},
    [CSV_COLUMN_PROPERTY] = {"property", TEXT_INIT("property", "hébergement"), 200},
    [CSV_COLUMN_TYPE] = {"type", TEXT_INIT("kind of row", "nature de la ligne"), 0},
};

int csv_column_named(struct str name)
{
    for (int i = 0; i < CSV_COLUMN_COUNT; i++) {
        if (str_eq_nocase(name, str_of(csv_columns[i].name))) {
            return i;
        }
    }
    return -1;
}

#define MUST(key, column)                                                                                    \
    {                                                                                                        \
        S_INIT(key), CSV_COLUMN_##column, true                                                               \
    }
#define MAY(key, column)                                                                                     \
    {                                                                                                        \
        S_INIT(key), CSV_COLUMN_##column, false                                                              \
    }
#define KNOWN(key)                                                                                           \
    {                                                                                                        \
        S_INIT(key), -1, false                                                                               \
    }

/* Airbnb, Reservations > Export: the names of the columns in the site's languages. Earnings is what the host gets. */
static const struct csv_heading airbnb_en[] = {
    MUST("confirmationcode", REFERENCE),
    MUST("status", STATUS),
    MAY("guestname", GUEST),
    MAY("contact", PHONE),
    MAY("ofadults", ADULTS),
    MAY("ofchildren", CHILDREN),
    KNOWN("ofinfants"),
    MUST("startdate", ARRIVAL),
    MUST("enddate", DEPARTURE),
    MAY("ofnights", NIGHTS),
    MAY("booked", BOOKED_AT),
    MUST("listing", ROOM_TYPE),
    MUST("earnings", TOTAL_AMOUNT),
};

static const struct csv_heading airbnb_fr[] = {
    MUST("codedeconfirmation", REFERENCE),
    MUST("statut", STATUS),
    MAY("nomduvoyageur", GUEST),
    MAY("contact", PHONE),
    MAY("desadultes", ADULTS),
    MAY("desenfants", CHILDREN),
    KNOWN("desbebes"),
    MUST("datededebut", ARRIVAL),
    MUST("datedefin", DEPARTURE),
    MAY("desnuits", NIGHTS),
    MAY("reservee", BOOKED_AT),
    MUST("annonce", ROOM_TYPE),
    MUST("revenus", TOTAL_AMOUNT),
};

/* Names as a public importer of these files reads them (its upload_vut_file), with the variants of Latin America. */
static const struct csv_heading airbnb_es[] = {
    MUST("codigodeconfirmacion", REFERENCE),
    MUST("estado", STATUS),
    MAY("nombredelapersona", GUEST),
    MAY("nombredelhuesped", GUEST),
    MAY("contacto", PHONE),
    MAY("ndeadultos", ADULTS),
    MAY("deadultos", ADULTS),
    MAY("ndeninos", CHILDREN),
    MAY("deninos", CHILDREN),
    KNOWN("ndebebes"),
    KNOWN("debebes"),
    MUST("fechadeinicio", ARRIVAL),
    MAY("fechadefinalizacion", DEPARTURE),
    MAY("fechadefin", DEPARTURE),
    MAY("ndenoches", NIGHTS),
    MAY("denoches", NIGHTS),
    MAY("reservada", BOOKED_AT),
    MAY("reservado", BOOKED_AT),
    MUST("anuncio", ROOM_TYPE),
    MAY("ingresos", TOTAL_AMOUNT),
    MAY("ganancias", TOTAL_AMOUNT),
};

/* Airbnb, Transaction history: rows of several kinds; only those of the type Reservation are reservations. */
static const struct csv_heading airbnb_transactions[] = {
    KNOWN("date"),
    KNOWN("arrivingbydate"),
    MUST("type", TYPE),
    MUST("confirmationcode", REFERENCE),
    MAY("bookingdate", BOOKED_AT),
    MUST("startdate", ARRIVAL),
    MAY("enddate", DEPARTURE),
    MUST("nights", NIGHTS),
    MUST("guest", GUEST),
    MUST("listing", ROOM_TYPE),
    KNOWN("details"),
    KNOWN("referencecode"),
    MAY("currency", CURRENCY),
    KNOWN("amount"),
    KNOWN("paidout"),
    MAY("servicefee", COMMISSION),
    KNOWN("fastpayfee"),
    KNOWN("cleaningfee"),
    MUST("grossearnings", TOTAL_AMOUNT),
    KNOWN("occupancytaxes"),
    KNOWN("earningsyear"),
};

/* Booking.com extranet, Reservations > Download. Which columns there are depends on the property's settings. */
static const struct csv_heading booking_en[] = {
    MUST("booknumber", REFERENCE), MAY("bookedby", BOOKER),
    MAY("guestnames", GUEST),      MUST("checkin", ARRIVAL),
    MUST("checkout", DEPARTURE),   MAY("bookedon", BOOKED_AT),
    MUST("status", STATUS),        MAY("rooms", ROOMS),
    MAY("people", PERSONS),        MAY("persons", PERSONS),
    MAY("adults", ADULTS),         MAY("children", CHILDREN),
    KNOWN("childrensages"),        MUST("price", TOTAL_AMOUNT),
    KNOWN("commission%"),          MAY("commissionamount", COMMISSION),
    KNOWN("paymentstatus"),        KNOWN("paymentmethodpaymentprovider"),
    KNOWN("paymentmethod"),        MAY("remarks", NOTES),
    KNOWN("bookergroup"),          MAY("bookercountry", COUNTRY),
    KNOWN("travelpurpose"),        KNOWN("device"),
    MAY("unittype", ROOM_TYPE),    MAY("durationnights", NIGHTS),
    KNOWN("cancellationdate"),     KNOWN("address"),
    MAY("phonenumber", PHONE),
};

/* The same in German, as a public importer of these downloads reads them (its bookingcom-parser.ts, all 27 names). */
static const struct csv_heading booking_de[] = {
    MUST("buchungsnummer", REFERENCE),
    MAY("gebuchtvon", BOOKER),
    MAY("gastenamen", GUEST),
    MUST("anreise", ARRIVAL),
    MUST("abreise", DEPARTURE),
    MAY("gebuchtam", BOOKED_AT),
    MUST("status", STATUS),
    MAY("zimmer", ROOMS),
    MAY("personen", PERSONS),
    MAY("erwachsene", ADULTS),
    MAY("kinder", CHILDREN),
    KNOWN("alterderkinder"),
    MUST("preis", TOTAL_AMOUNT),
    KNOWN("kommission%"),
    MAY("kommissionsbetrag", COMMISSION),
    KNOWN("zahlungsstatus"),
    KNOWN("zahlungsmethodezahlungsanbieter"),
    MAY("bemerkungen", NOTES),
    KNOWN("buchergruppe"),
    MAY("bookercountry", COUNTRY),
    KNOWN("reisegrund"),
    KNOWN("gerat"),
    MAY("artderwohneinheit", ROOM_TYPE),
    MAY("aufenthaltsdauernachte", NIGHTS),
    KNOWN("stornierungsdatum"),
    KNOWN("adresse"),
    MAY("telefonnummer", PHONE),
};

/* The same in Spanish, as two public importers read them that agree on all names. */
static const struct csv_heading booking_es[] = {
    MUST("numerodereserva", REFERENCE),
    MAY("reservadopor", BOOKER),
    MAY("nombredelclienteoclientes", GUEST),
    MUST("entrada", ARRIVAL),
    MUST("salida", DEPARTURE),
    MAY("fechadereserva", BOOKED_AT),
    MUST("estado", STATUS),
    MAY("habitaciones", ROOMS),
    MAY("personas", PERSONS),
    MAY("adultos", ADULTS),
    MAY("ninos", CHILDREN),
    KNOWN("edadesdelosninos"),
    MUST("precio", TOTAL_AMOUNT),
    KNOWN("comision%"),
    MAY("importedelacomision", COMMISSION),
    KNOWN("estadodelpago"),
    KNOWN("formadepago"),
    MAY("comentarios", NOTES),
    KNOWN("grupodereserva"),
    MAY("bookercountry", COUNTRY),
    KNOWN("motivodelviaje"),
    KNOWN("dispositivo"),
    MAY("tipodeunidad", ROOM_TYPE),
    MAY("duracionnoches", NIGHTS),
    KNOWN("fechadecancelacion"),
    KNOWN("direccion"),
    MAY("numerodetelefono", PHONE),
};

/* The same in French: names from memory, not seen in a file, hence few required ones and several spellings. */
static const struct csv_heading booking_fr[] = {
    MUST("numerodereservation", REFERENCE),
    MAY("reservepar", BOOKER),
    MAY("nomduclientoudesclients", GUEST),
    MAY("nomduclientouclients", GUEST),
    MAY("nomsduclient", GUEST),
    MAY("nomsdesclients", GUEST),
    MUST("arrivee", ARRIVAL),
    MUST("depart", DEPARTURE),
    MAY("reservele", BOOKED_AT),
    MAY("datedereservation", BOOKED_AT),
    MUST("statut", STATUS),
    MAY("hebergements", ROOMS),
    MAY("chambres", ROOMS),
    MAY("personnes", PERSONS),
    MAY("adultes", ADULTS),
    MAY("enfants", CHILDREN),
    KNOWN("agedesenfants"),
    KNOWN("agesdesenfants"),
    MAY("prix", TOTAL_AMOUNT),
    MAY("tarif", TOTAL_AMOUNT),
    KNOWN("commission%"),
    MAY("montantdelacommission", COMMISSION),
    KNOWN("statutdupaiement"),
    KNOWN("moyendepaiement"),
    KNOWN("modedepaiement"),
    MAY("remarques", NOTES),
    MAY("commentaires", NOTES),
    KNOWN("groupedereservation"),
    MAY("bookercountry", COUNTRY),
    KNOWN("motifduvoyage"),
    KNOWN("appareil"),
    MAY("typedhebergement", ROOM_TYPE),
    MAY("typedelogement", ROOM_TYPE),
    MAY("typedunite", ROOM_TYPE),
    MAY("dureenuits", NIGHTS),
    MAY("dureedusejournuits", NIGHTS),
    KNOWN("datedannulation"),
    KNOWN("adresse"),
    MAY("numerodetelephone", PHONE),
};

static const struct csv_heading lodgify_en[] = {
    MUST("id", REFERENCE),
    MAY("type", TYPE),
    MUST("source", CHANNEL),
    KNOWN("sourcetext"),
    MAY("name", GUEST),
    MUST("datearrival", ARRIVAL),
    MUST("datedeparture", DEPARTURE),
    MAY("nights", NIGHTS),
    MUST("housename", PROPERTY),
    KNOWN("internalcode"),
    KNOWN("houseid"),
    MAY("roomtypes", ROOM_TYPE),
    MAY("people", PERSONS),
    MAY("datecreated", BOOKED_AT),
    MAY("totalamount", TOTAL_AMOUNT),
    MAY("currency", CURRENCY),
    MAY("status", STATUS),
    MAY("email", EMAIL),
    MAY("phone", PHONE),
    MAY("countryname", COUNTRY),
};

static const struct csv_heading own[] = {
    MUST("reference", REFERENCE),
    MUST("status", STATUS),
    MAY("revision", REVISION),
    MAY("bookedat", BOOKED_AT),
    MUST("channel", CHANNEL),
    MAY("currency", CURRENCY),
    MUST("totalamount", TOTAL_AMOUNT),
    MAY("commission", COMMISSION),
    MUST("firstname", FIRST_NAME),
    MUST("lastname", LAST_NAME),
    MAY("email", EMAIL),
    MAY("phone", PHONE),
    MAY("country", COUNTRY),
    MAY("language", LANGUAGE),
    MUST("roomreference", ROOM_REFERENCE),
    MAY("roomtype", ROOM_TYPE),
    MAY("rateplan", RATE_PLAN),
    MUST("arrival", ARRIVAL),
    MUST("departure", DEPARTURE),
    MAY("adults", ADULTS),
    MAY("children", CHILDREN),
    MAY("amount", AMOUNT),
    MAY("notes", NOTES),
    MAY("expiresat", EXPIRES_AT),
    MAY("collect", COLLECT),
    MAY("roomstatus", ROOM_STATUS),
};

const struct csv_preset csv_preset_own = {
    "selfkey", TEXT_INIT("SelfKey export", "Export SelfKey"), {0}, true, own, ARRAY_LEN(own)};

static const struct csv_preset presets[] = {
    {"airbnb_en", TEXT_INIT("Airbnb reservations (English)", "Réservations Airbnb (anglais)"),
     S_INIT("airbnb"), false, airbnb_en, ARRAY_LEN(airbnb_en)},
    {"airbnb_fr", TEXT_INIT("Airbnb reservations (French)", "Réservations Airbnb (français)"),
     S_INIT("airbnb"), false, airbnb_fr, ARRAY_LEN(airbnb_fr)},
    {"airbnb_es", TEXT_INIT("Airbnb reservations (Spanish)", "Réservations Airbnb (espagnol)"),
     S_INIT("airbnb"), false, airbnb_es, ARRAY_LEN(airbnb_es)},
    {"airbnb_transactions_en",
     TEXT_INIT("Airbnb transaction history (English)", "Historique des transactions Airbnb (anglais)"),
     S_INIT("airbnb"), false, airbnb_transactions, ARRAY_LEN(airbnb_transactions)},
    {"booking_en", TEXT_INIT("Booking.com reservations (English)", "Réservations Booking.com (anglais)"),
     S_INIT("booking"), false, booking_en, ARRAY_LEN(booking_en)},
    {"booking_fr", TEXT_INIT("Booking.com reservations (French)", "Réservations Booking.com (français)"),
     S_INIT("booking"), false, booking_fr, ARRAY_LEN(booking_fr)},
    {"booking_de", TEXT_INIT("Booking.com reservations (German)", "Réservations Booking.com (allemand)"),
     S_INIT("booking"), false, booking_de, ARRAY_LEN(booking_de)},
    {"booking_es", TEXT_INIT("Booking.com reservations (Spanish)", "Réservations Booking.com (espagnol)"),
     S_INIT("booking"), false, booking_es, ARRAY_LEN(booking_es)},
    {"lodgify_en",
     TEXT_INIT("Lodgify bookings (English)", "Réservations Lodgify (anglais)"),
     {0},
     false,
     lodgify_en,
     ARRAY_LEN(lodgify_en)},
};

static bool has_required(const struct csv_preset *p, const struct str *keys, size_t count)
{
    for (size_t h = 0; h < p->count; h++) {
        bool found = !p->headings[h].required;
        for (size_t i = 0; i < count && !found; i++) {
            found = str_eq(keys[i], p->headings[h].key);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

const struct csv_preset *csv_preset_of_header(const struct str *keys, size_t count)
{
    for (size_t i = 0; i < ARRAY_LEN(presets); i++) {
        if (has_required(&presets[i], keys, count)) {
            return &presets[i];
        }
    }
    return has_required(&csv_preset_own, keys, count) ? &csv_preset_own : NULL;
}

int csv_preset_column(const struct csv_preset *p, struct str key)
{
    for (size_t i = 0; i < p->count; i++) {
        if (str_eq(p->headings[i].key, key)) {
            return p->headings[i].column;
        }
    }
    return -2;
}
