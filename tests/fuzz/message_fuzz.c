/* Any JSON to the reservation message: what is taken keeps the rules of model/reservation.h. */
#include "base/limits.h"
#include "format/json_fields.h"
#include "model/reservation.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct err e = {0};
    const struct json *v = json_parse(&a, (struct str){(const char *)data, size}, &e);
    if (v == NULL)
        return 0;
    struct reservation_message m;
    if (!json_decode(&a, &reservation_message_fields, v, &m, &e) ||
        !reservation_message_check(&a, &m, currency_find(S("EUR")), &e)) {
        if (e.code != ERR_INVALID || e.en[0] == '\0' || e.fr[0] == '\0')
            abort();
        return 0;
    }
    for (size_t i = 0; i < m.data.rooms.count; i++) {
        const struct room_stay *stay = reservation_room(&m.data, i);
        if (stay->departure <= stay->arrival || stay->departure - stay->arrival > LIMIT_NIGHTS)
            abort();
    }
    struct buf b = buf_in(&a);
    struct json_out o = json_out(&b);
    json_encode(&o, &reservation_message_fields, &m);
    if (json_parse(&a, buf_str(&b), &e) == NULL)
        abort();
    return 0;
}
