#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_presets.h"
#include "connector/csv_text.h"
#include "model/reservation.h"

/* Our own columns are the members of our messages, with their limits. */
static void test_columns_follow_the_field_tables(void **state)
{
    (void)state;
    for (int i = 0; i < CSV_COLUMN_OWN; i++) {
        struct str name = str_of(csv_columns[i].name);
        struct str in_room = i == CSV_COLUMN_ROOM_REFERENCE ? S("reference") : S("status");
        bool of_room = i == CSV_COLUMN_ROOM_REFERENCE || i == CSV_COLUMN_ROOM_STATUS;
        const struct field_table *tables[] = {&reservation_fields, &guest_fields, &room_stay_fields};
        const struct field *found = NULL;
        for (size_t t = 0; t < ARRAY_LEN(tables) && found == NULL; t++) {
            found = field_find(tables[of_room ? 2 : t], of_room ? in_room : name);
        }
        assert_non_null(found);
        if (csv_columns[i].max > 0) {
            assert_int_equal(found->max, csv_columns[i].max);
        }
    }
    /* All but the guest and the lists, and what a room has of its own of keepsNights, commission and collect. */
    size_t members = guest_fields.count - 3;
    for (size_t t = 0; t < 2; t++) {
        const struct field_table *table = t ? &room_stay_fields : &reservation_fields;
        for (size_t i = 0; i < table->count; i++) {
            members += table->fields[i].type != FIELD_LIST && table->fields[i].type != FIELD_OBJECT;
        }
    }
    assert_int_equal(members, CSV_COLUMN_OWN);
    for (int i = 0; i < CSV_COLUMN_COUNT; i++) {
        assert_int_equal(csv_column_named(str_of(csv_columns[i].name)), i);
        assert_true(csv_columns[i].label.en.n > 0 && csv_columns[i].label.fr.n > 0);
    }
    assert_int_equal(csv_column_named(S("nonsense")), -1);
}

static const struct csv_preset *preset_of(struct arena *a, const char *header, bool backwards)
{
    struct str keys[40];
    size_t n = 0;
    for (struct str name, rest = str_of(header); str_given(rest);) {
        name = str_cut(&rest, '|');
        keys[n++] = csv_key(a, name);
    }
    for (size_t i = 0; backwards && i < n / 2; i++) {
        struct str swap = keys[i];
        keys[i] = keys[n - 1 - i];
        keys[n - 1 - i] = swap;
    }
    return csv_preset_of_header(keys, n);
}

static void test_headers(void **state)
{
    (void)state;
    static const struct {
        const char *id, *header;
    } headers[] = {
        {"airbnb_en",
         "Confirmation code|Status|Guest name|Contact|# of adults|# of children|# of infants|Start date|"
         "End date|# of nights|Booked|Listing|Earnings"},
        {"airbnb_fr",
         "Code de confirmation|Statut|Nom du voyageur|Contact|# des adultes|# des enfants|# des bébés|"
         "Date de début|Date de fin|# des nuits|Réservée|Annonce|Revenus"},
        {"airbnb_es",
         "Código de confirmación|Estado|Nombre de la persona|Contacto|N.º de adultos|N.º de niños|"
         "N.º de bebés|Fecha de inicio|Fecha de finalización|N.º de noches|Reservada|Anuncio|Ingresos"},
        {"airbnb_transactions_en",
         "Date|Arriving by date|Type|Confirmation code|Booking date|Start date|End date|"
         "Nights|Guest|Listing|Details|Reference code|Currency|Amount|Paid out|Service fee|"
         "Fast pay fee|Cleaning fee|Gross earnings|Occupancy taxes|Earnings year"},
        {"booking_en", "book NUMBER|Booked by|Guest Name(s)|Check-in|Check-out|Status|People|Price"},
        {"booking_de",
         "Buchungsnummer|Gebucht von|Gästename(n) |Anreise|Abreise|Gebucht am|Status|Zimmer|Preis"},
        {"booking_es", "Numero de reserva|Entrada|Salida|Estado|Precio"},
        {"booking_fr", "Numéro de réservation|Réservé par|Arrivée|Départ|Réservé le|Statut|Prix"},
        {"lodgify_en", "Id|Type|Source|SourceText|Name|DateArrival|DateDeparture|Nights|HouseName"},
        {"selfkey",
         "reference|status|channel|totalAmount|firstName|lastName|roomReference|arrival|departure"},
    };
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        ARENA_SCOPE a = {0};
        arena_init(&a, 1 << 20);
        const struct csv_preset *p = preset_of(&a, headers[i].header, false);
        assert_non_null(p);
        assert_string_equal(p->id, headers[i].id);
        assert_ptr_equal(preset_of(&a, headers[i].header, true), p);
        for (size_t h = 0; h < p->count; h++) {
            assert_true(str_eq(csv_key(&a, p->headings[h].key), p->headings[h].key));
        }
    }
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    assert_null(preset_of(&a, "ref|guest|arrival|departure|total", false));
    assert_int_equal(csv_preset_column(&csv_preset_own, S("arrival")), CSV_COLUMN_ARRIVAL);
    assert_int_equal(csv_preset_column(&csv_preset_own, S("nonsense")), -2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_follow_the_field_tables),
        cmocka_unit_test(test_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
