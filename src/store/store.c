#include "store/store.h"

extern const char *const schema_hotel[];
extern const char *const schema_inbox[];

#define MIGRATIONS_MAX 64

static bool open_one(struct db **db, struct str data_dir, const char *name, const char *const *scripts,
                     struct db_options *o, struct err *e)
{
    struct db_migration migrations[MIGRATIONS_MAX];
    size_t n = 0;
    while (scripts[n]) {
        migrations[n] = (struct db_migration){.version = (int)n + 1, .script = scripts[n]};
        n++;
    }
    ARENA_SCOPE a;
    arena_init(&a, 1u << 16);
    o->path = arena_fmt(&a, "%.*s/%s", STR_ARG(data_dir), name);
    o->migrations = migrations;
    o->migration_count = n;
    return db_open(o, db, e);
}

bool store_open(struct store *s, struct str data_dir, bool serving, struct err *e)
{
    *s = (struct store){0};
    struct db_options hotel = {.page_bytes = 4096, .cache_kib = 65536, .readers = 4, .checkpointer = serving};
    struct db_options inbox = {.page_bytes = 8192, .cache_kib = 4096, .readers = 2, .checkpointer = serving};
    if (!open_one(&s->hotel, data_dir, STORE_HOTEL_FILE, schema_hotel, &hotel, e) ||
        !open_one(&s->inbox, data_dir, "inbox.db", schema_inbox, &inbox, e)) {
        store_close(s);
        return false;
    }
    return true;
}

void store_close(struct store *s)
{
    db_close(s->hotel);
    db_close(s->inbox);
    *s = (struct store){0};
}
