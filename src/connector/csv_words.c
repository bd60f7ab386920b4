#include "connector/csv_words.h"

#include "connector/csv_presets.h"
#include "model/reservation.h"

/* Lists of keys parted by blanks, so that a table of words reads as one. */
static bool listed(struct str words, struct str key)
{
    for (struct str word, rest = words; key.n > 0 && str_given(rest);) {
        word = str_cut(&rest, ' ');
        if (str_eq(word, key)) {
            return true;
        }
    }
    return false;
}

static const struct {
    int column;
    struct str keys; /* en, fr, de, es */
} usual[] = {
    {CSV_COLUMN_REFERENCE,
     S_INIT(
         "reference ref bookingreference bookingref bookingid bookingnumber bookingno bookingcode booking "
         "reservation reservationid reservationnumber reservationno reservationcode reservationreference resid "
         "confirmation confirmationcode confirmationnumber confirmationno id booknumber "
         "numerodereservation nodereservation ndereservation numreservation noreservation referencereservation "
         "referencedereservation numero codedereservation codedeconfirmation dossier nodedossier "
         "buchungsnummer buchungsnr buchungscode buchungsid buchung referenz reservierungsnummer reservierungsnr "
         "reservierung bestatigungscode bestatigungsnummer "
         "numerodereserva ndereserva referencia reserva codigodereserva codigodeconfirmacion localizador")},
    {CSV_COLUMN_STATUS, S_INIT("status bookingstatus reservationstatus statut etat statutdelareservation "
                               "buchungsstatus zustand estado estadodelareserva")},
    {CSV_COLUMN_REVISION, S_INIT("revision version")},
    {CSV_COLUMN_BOOKED_AT,
     S_INIT(
         "bookedat bookedon booked bookingdate bookdate datebooked dateofbooking reservationdate reservedon "
         "createdat createdon created creationdate datecreated "
         "datedereservation reservele reservee datecreation datedecreation creele creele "
         "gebuchtam buchungsdatum reservierungsdatum erstelltam "
         "fechadereserva fechadelareserva reservadoel reservada fechadecreacion creadoel")},
    {CSV_COLUMN_CHANNEL,
     S_INIT("channel source origin bookingsource channelname ota portal agency "
            "canal canaldereservation origine provenance kanal quelle herkunft buchungskanal buchungsquelle "
            "canaldereserva origen fuente agencia")},
    {CSV_COLUMN_CURRENCY, S_INIT("currency currencycode devise monnaie wahrung moneda divisa")},
    {CSV_COLUMN_TOTAL_AMOUNT,
     S_INIT(
         "totalamount total totalprice price grandtotal totalpayment revenue earnings bookingamount bookingtotal "
         "grossamount totalgross "
         "montanttotal prixtotal prix totalttc prixttc montantttc tarif revenus "
         "gesamtbetrag gesamtpreis preis gesamt summe umsatz "
         "importetotal preciototal precio ingresos tarifa totalreserva")},
    {CSV_COLUMN_COMMISSION, S_INIT("commission commissionamount montantdelacommission montantcommission "
                                   "kommission kommissionsbetrag provision comision importedelacomision")},
    {CSV_COLUMN_FIRST_NAME,
     S_INIT("firstname givenname forename guestfirstname prenom prenomduclient vorname "
            "nombredepila primernombre")},
    {CSV_COLUMN_LAST_NAME,
     S_INIT("lastname surname familyname guestlastname nomdefamille nachname familienname "
            "apellido apellidos")},
    {CSV_COLUMN_EMAIL,
     S_INIT("email emailaddress guestemail mail courriel adresseemail adressemail emailadresse "
            "correo correoelectronico")},
    {CSV_COLUMN_PHONE, S_INIT("phone phonenumber telephone mobile mobilephone guestphone contact tel "
                              "numerodetelephone portable telefon telefonnummer handy mobil "
                              "telefono numerodetelefono movil contacto")},
    {CSV_COLUMN_COUNTRY,
     S_INIT("country countrycode countryname bookercountry guestcountry nationality "
            "pays paysduclient nationalite land herkunftsland nationalitat pais nacionalidad")},
    {CSV_COLUMN_LANGUAGE, S_INIT("language guestlanguage langue sprache idioma")},
    {CSV_COLUMN_ROOM_REFERENCE,
     S_INIT("roomreference roomid roomreservationid roomref roomno roomnumber "
            "numerodechambre nodechambre zimmernummer zimmernr numerodehabitacion")},
    {CSV_COLUMN_ROOM_TYPE,
     S_INIT(
         "roomtype room unittype unit roomtypes roomname roomtypename accommodationtype category listing "
         "typedechambre chambre typechambre typedhebergement typedelogement typedunite logement annonce categorie "
         "zimmertyp zimmer zimmerart zimmerkategorie artderwohneinheit unterkunftsart kategorie inserat "
         "tipodehabitacion habitacion tipodeunidad tipodealojamiento categoria anuncio")},
    {CSV_COLUMN_RATE_PLAN,
     S_INIT("rateplan rate ratename rateplanname rateplancode plantarifaire typedetarif "
            "ratenplan tarifplan plandetarifas")},
    {CSV_COLUMN_ARRIVAL,
     S_INIT("arrival arrivaldate checkin checkindate datearrival startdate start from dateofarrival datein "
            "arrivee datedarrivee datearrivee datededebut debut du "
            "anreise anreisedatum ankunft ankunftsdatum anreisetag von "
            "llegada fechadellegada fechadeentrada fechallegada fechaentrada entrada fechadeinicio desde")},
    {CSV_COLUMN_DEPARTURE,
     S_INIT(
         "departure departuredate checkout checkoutdate datedeparture enddate end to until dateofdeparture dateout "
         "depart datededepart datedepart datedefin fin au "
         "abreise abreisedatum abreisetag bis "
         "salida fechadesalida fechasalida fechadefinalizacion fechadefin hasta")},
    {CSV_COLUMN_NIGHTS,
     S_INIT("nights numberofnights ofnights durationnights duration noofnights lengthofstay los "
            "nuits nombredenuits nuitees dureenuits desnuits "
            "nachte anzahlnachte ubernachtungen aufenthaltsdauernachte "
            "noches numerodenoches ndenoches duracionnoches")},
    {CSV_COLUMN_ADULTS, S_INIT("adults numberofadults ofadults adultes nombredadultes desadultes "
                               "erwachsene anzahlerwachsene adultos numerodeadultos ndeadultos")},
    {CSV_COLUMN_CHILDREN,
     S_INIT("children numberofchildren ofchildren kids enfants nombredenfants desenfants "
            "kinder anzahlkinder ninos numerodeninos ndeninos")},
    {CSV_COLUMN_PERSONS,
     S_INIT(
         "persons people pax guests numberofguests noofguests occupancy "
         "personnes nombredepersonnes voyageurs nombredevoyageurs "
         "personen anzahlpersonen gaste anzahlgaste personas numerodepersonas huespedes numerodehuespedes")},
    {CSV_COLUMN_ROOMS,
     S_INIT("rooms numberofrooms noofrooms units chambres nombredechambres hebergements logements "
            "anzahlzimmer wohneinheiten habitaciones numerodehabitaciones unidades")},
    {CSV_COLUMN_AMOUNT,
     S_INIT("amount roomamount roomprice roomtotal montant montantchambre prixchambre betrag "
            "zimmerpreis importe precioporhabitacion preciohabitacion")},
    {CSV_COLUMN_NOTES, S_INIT("notes note remarks remark comments comment specialrequests guestnotes message "
                              "remarques remarque commentaires commentaire demandesparticulieres "
                              "bemerkungen bemerkung notizen anmerkungen sonderwunsche "
                              "comentarios comentario notas observaciones peticiones")},
    {CSV_COLUMN_GUEST,
     S_INIT(
         "guest guestname guestnames guestsname name fullname customer customername client clientname traveler "
         "nom nomduclient nomduvoyageur client voyageur nomcomplet hote "
         "gast gastname gastenamen gastename kunde nameunddesgastes nachnamevorname "
         "huesped nombre nombredelhuesped nombredelcliente nombrecompleto cliente nombredelapersona")},
    {CSV_COLUMN_BOOKER,
     S_INIT("bookedby booker bookername reservepar reservant gebuchtvon bucher reservadopor")},
    {CSV_COLUMN_PROPERTY,
     S_INIT("property propertyname housename house hotel hotelname etablissement hebergement "
            "unterkunft alojamiento propiedad")},
};

int csv_word_column(struct str key)
{
    for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
        if (listed(usual[i].keys, key)) {
            return usual[i].column;
        }
    }
    return -1;
}

/* Booking.com: ok, cancelled_by_guest, cancelled_by_hotel, no_show. Airbnb: what the list of reservations shows.
 * Lodgify: Booked, Tentative, Open, Declined. The others: as hotels write them. */
static const struct {
    int status;
    struct str keys;
} statuses[] = {
    {RESERVATION_CONFIRMED,
     S_INIT("ok confirmed booked new reserved accepted active modified guaranteed paid definite upcoming "
            "arrivingtoday arrivingtomorrow arrivingsoon "
            "confirmee confirme reservee reserve acceptee accepte active modifiee garantie payee avenir "
            "bestatigt gebucht reserviert angenommen akzeptiert neu geandert "
            "confirmada confirmado reservada reservado aceptada aceptado activa modificada pagada")},
    {RESERVATION_CANCELLED,
     S_INIT(
         "cancelled canceled cancelledbyguest canceledbyguest cancelledbyhotel canceledbyhotel cancelledbyhost "
         "canceledbyhost cancelledbyproperty canceledbyairbnb cancelledbyairbnb cancellation cancel void "
         "declined rejected refused expired timedout withdrawn notpossible "
         "annulee annule annuleeparlevoyageur annuleparlevoyageur annuleeparleclient annuleparleclient "
         "annuleeparlhote annuleparlhote annuleeparvous annuleparlhotel annuleeparlhotel annuleeparairbnb "
         "annuleparairbnb annulation declinee decline refusee refuse expiree expire "
         "storniert storno stornierung vomgaststorniert vongaststorniert vomhotelstorniert abgesagt "
         "abgelehnt abgelaufen "
         "cancelada cancelado canceladaporelhuesped canceladaporelviajero canceladaporelcliente "
         "canceladaporelanfitrion canceladaporelhotel canceladaporti canceladoporelhuesped anulada anulado "
         "rechazada rechazado caducada")},
    {RESERVATION_NO_SHOW, S_INIT("noshow noshows nonpresente nonpresentee nonpresentation nonvenu "
                                 "nichtangereist nichterschienen nopresentado nopresentada")},
    {RESERVATION_HOLD, S_INIT("hold onhold tentative option provisional awaitingpayment enoption provisoire "
                              "vorlaufig optioniert provisional")},
    {RESERVATION_INQUIRY, S_INIT("inquiry enquiry open request pending requested bookingrequest quote "
                                 "demande enattente devis anfrage offen angebot ausstehend "
                                 "solicitud pendiente consulta presupuesto abierta")},
    {RESERVATION_CHECKED_IN, S_INIT("checkedin inhouse currentlyhosting checkin arrived staying "
                                    "arriveefaite arrive arrivee sejourencours enchambre present "
                                    "eingecheckt angereist imhaus alojado enlacasa checkinrealizado")},
    {RESERVATION_CHECKED_OUT,
     S_INIT("checkedout departed pastguest completed checkout reviewguest "
            "awaitingguestreview stayed "
            "departfait parti partie termine terminee ancienvoyageur sejourtermine "
            "ausgecheckt abgereist abgeschlossen finalizada completada huespedanterior")},
};

int csv_word_status(struct str key)
{
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        if (listed(statuses[i].keys, key)) {
            return statuses[i].status;
        }
    }
    /* Airbnb: "Arriving in 5 days" */
    return str_starts(key, S("arrivingin")) ? RESERVATION_CONFIRMED : -1;
}

static const struct {
    struct str channel;
    struct str keys;
} channels[] = {
    {S_INIT("booking"), S_INIT("booking bookingcom")},
    {S_INIT("airbnb"), S_INIT("airbnb airbnbcom airbnbintegration airbnbapi")},
    {S_INIT("expedia"), S_INIT("expedia expediacom hotelscom expediagroup")},
    {S_INIT("vrbo"), S_INIT("vrbo homeaway vrbohomeaway abritel fewo fewodirekt vrbocom")},
    {S_INIT("agoda"), S_INIT("agoda agodacom")},
    {S_INIT("tripadvisor"), S_INIT("tripadvisor flipkey holidaylettings")},
    {S_INIT("hostelworld"), S_INIT("hostelworld hostelworldcom")},
    {S_INIT("google"), S_INIT("google googlevacationrentals googlehotels")},
    {S_INIT("tripcom"), S_INIT("tripcom ctrip")},
    {S_INIT("hrs"), S_INIT("hrs hrscom")},
    {S_INIT("despegar"), S_INIT("despegar decolar")},
    {S_INIT("hotelbeds"), S_INIT("hotelbeds")},
    {S_INIT("lastminute"), S_INIT("lastminute lastminutecom")},
    {S_INIT("traveloka"), S_INIT("traveloka")},
};

struct str csv_word_channel(struct str key)
{
    for (size_t i = 0; i < ARRAY_LEN(channels); i++) {
        if (listed(channels[i].keys, key)) {
            return channels[i].channel;
        }
    }
    return (struct str){0};
}

bool csv_word_is_reservation(struct str key)
{
    return key.n == 0 || listed(S("reservation booking reserva buchung"), key);
}
