#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_presets.h"
#include "connector/csv_text.h"
#include "connector/csv_words.h"
#include "model/reservation.h"

static void test_words(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    for (int i = 0; reservation_statuses[i] != NULL; i++) {
        assert_int_equal(csv_word_status(csv_key(&a, str_of(reservation_statuses[i]))), i);
        assert_int_equal(csv_word_status(csv_key(&a, reservation_status_text(i).fr)), i);
    }
    static const struct {
        struct str text;
        int status;
    } statuses[] = {
        {S_INIT("ok"), RESERVATION_CONFIRMED},
        {S_INIT("Confirmée"), RESERVATION_CONFIRMED},
        {S_INIT("Booked"), RESERVATION_CONFIRMED},
        {S_INIT("Arriving in 5 days"), RESERVATION_CONFIRMED},
        {S_INIT("cancelled_by_guest"), RESERVATION_CANCELLED},
        {S_INIT("cancelled_by_hotel"), RESERVATION_CANCELLED},
        {S_INIT("Canceled by guest"), RESERVATION_CANCELLED},
        {S_INIT("Annulé par le voyageur"), RESERVATION_CANCELLED},
        {S_INIT("Annulée par l'hôte"), RESERVATION_CANCELLED},
        {S_INIT("Declined"), RESERVATION_CANCELLED},
        {S_INIT("Storniert"), RESERVATION_CANCELLED},
        {S_INIT("No-show"), RESERVATION_NO_SHOW},
        {S_INIT("Open"), RESERVATION_INQUIRY},
        {S_INIT("Tentative"), RESERVATION_HOLD},
        {S_INIT("Currently hosting"), RESERVATION_CHECKED_IN},
        {S_INIT("Ancien voyageur"), RESERVATION_CHECKED_OUT},
        {S_INIT("perhaps"), -1},
        {S_INIT(""), -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        assert_int_equal(csv_word_status(csv_key(&a, statuses[i].text)), statuses[i].status);
    }
    assert_true(str_eq(csv_word_channel(csv_key(&a, S("Booking.com"))), S("booking")));
    assert_true(str_eq(csv_word_channel(csv_key(&a, S("HomeAway"))), S("vrbo")));
    assert_false(str_given(csv_word_channel(csv_key(&a, S("Manual")))));
    assert_int_equal(csv_word_column(csv_key(&a, S("Date d'arrivée"))), CSV_COLUMN_ARRIVAL);
    assert_int_equal(csv_word_column(csv_key(&a, S("Zimmertyp"))), CSV_COLUMN_ROOM_TYPE);
    assert_int_equal(csv_word_column(csv_key(&a, S("Precio total"))), CSV_COLUMN_TOTAL_AMOUNT);
    assert_int_equal(csv_word_column(csv_key(&a, S("Weather"))), -1);
    assert_true(csv_word_is_reservation(S("reservation")));
    assert_false(csv_word_is_reservation(S("payout")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
