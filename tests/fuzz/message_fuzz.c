/* Any JSON to the reservation message: what is taken keeps the rules of model/reservation.h, and read again from our own
 * words it is the same. */
#include "format/json_fields.h"
#include "fuzz.h"
#include "model/reservation.h"

static struct str encoded(struct arena *a, const struct reservation_message *m)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_encode(&o, &reservation_message_fields, m);
    return buf_str(&b);
}

static bool decode(struct arena *a, struct str bytes, struct reservation_message *m, struct err *e)
{
    const struct json *v = json_parse(a, bytes, e);
    return v != NULL && json_decode(a, &reservation_message_fields, v, m, e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct err e = {0};
    struct reservation_message m, again;
    if (!decode(&a, (struct str){(const char *)data, size}, &m, &e)) {
        must_say_why(&e);
        return 0;
    }
    struct str before = encoded(&a, &m);
    must(decode(&a, before, &again, &e) && str_eq(encoded(&a, &again), before));
    if (!reservation_message_check(&a, &m, currency_find(S("EUR")), &e)) {
        must_say_why(&e);
        must(e.code == ERR_INVALID);
        return 0;
    }
    for (size_t i = 0; i < m.data.rooms.count; i++) {
        const struct room_stay *stay = reservation_room(&m.data, i);
        must(stay->departure > stay->arrival && stay->departure - stay->arrival <= LIMIT_NIGHTS);
    }
    /* What was filled in stays as it is. */
    struct str checked = encoded(&a, &m);
    must(decode(&a, checked, &again, &e));
    must(reservation_message_check(&a, &again, currency_find(S("EUR")), &e));
    must(str_eq(encoded(&a, &again), checked));
    return 0;
}
