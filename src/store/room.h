/* room.h: room types, what integrations call them, and their stock by night. */
#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include "io/db.h"
#include "model/stock.h"

/* All room types of a hotel by code, in the arena. */
bool room_type_list(struct db_conn *c, struct arena *a, int64_t establishment_id, struct room_type **list,
                    size_t *count, struct err *e);
/* ERR_CONFLICT when the code is taken. r->id and the keys must be set. */
bool room_type_insert(struct db_conn *c, int64_t establishment_id, const struct room_type *r, int64_t now_us,
                      struct err *e);
bool room_type_update(struct db_conn *c, int64_t establishment_id, const struct room_type *r, struct err *e);

/* Sets holds_unmapped of all: what is held for unmapped stays is held of them from now on. */
bool room_type_welcome(struct db_conn *c, int64_t establishment_id, struct err *e);

struct room_mapping {
    struct str integration_id, remote, remote_key;
    int64_t room_type_id; /* 0: seen, not yet mapped */
    int64_t seen_us;
};
/* *room_type_id stays 0 when there is no mapping. */
bool room_mapping_find(struct db_conn *c, int64_t establishment_id, struct str integration_id,
                       struct str remote_key, int64_t *room_type_id, struct err *e);
/* Remembers a name that nothing is mapped to; one that is known already stays as it is. */
bool room_mapping_note(struct db_conn *c, int64_t establishment_id, const struct room_mapping *m,
                       struct err *e);
bool room_mapping_set(struct db_conn *c, int64_t establishment_id, const struct room_mapping *m,
                      struct err *e);
bool room_mapping_list(struct db_conn *c, struct arena *a, int64_t establishment_id,
                       struct room_mapping **list, size_t *count, struct err *e);

/* Calls each(ctx, night, day) for the rows of [from, to), in order. Nights without a row are not called. */
bool stock_read(struct db_conn *c, int64_t establishment_id, int64_t room_type_id, int32_t from, int32_t to,
                void (*each)(void *ctx, int32_t night, const struct stock_day *d), void *ctx, struct err *e);
bool stock_write(struct db_conn *c, int64_t establishment_id, int64_t room_type_id, int32_t night,
                 const struct stock_day *d, struct err *e);

#endif
