/* import_fixture.h: for the tests of what goes in and out as files: two hotels with the same rooms in a folder of
 * their own, short ways to give a file and to look at what became of it. What must not fail in a test ends it. Include cmocka.h first. */
#ifndef HUB_IMPORT_FIXTURE_H
#define HUB_IMPORT_FIXTURE_H

#include "base/fold.h"
#include "base/limits.h"
#include "format/json_fields.h"
#include "hub/apply.h"
#include "hub/desk.h"
#include "hub/env_fixture.h"
#include "hub/hotel.h"
#include "hub/import.h"
#include "hub/integration.h"
#include "hub/keys.h"
#include "io/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct import_fixture {
    struct env_fixture env;
    struct establishment demo, other;
    const struct establishment *at; /* the hotel that the helpers speak of */
    struct arena *a;                /* of the environment */
    struct err e;                   /* of the last call */
    struct import_result result;
};

static inline void import_fixture_must(const struct import_fixture *f, bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "%s: %s %s\n", what, f->e.en, f->e.pointer);
        abort();
    }
}

static inline void import_fixture_room(struct import_fixture *f, const struct establishment *hotel,
                                       struct str code, struct str name, int64_t units)
{
    struct room_type r = {.code = code, .name = name, .units = units};
    int64_t repaired;
    import_fixture_must(f, desk_room_add(&f->env.env, f->a, hotel, S("test"), &r, &repaired, &f->e), "room");
}

/* Both hotels have DBL (Double Room, 5), TWN (Twin Room, 3) and SGL (Single Room, 2). */
static inline void import_fixture_open(struct import_fixture *f)
{
    bool created;
    *f = (struct import_fixture){0};
    env_fixture_open(&f->env);
    f->a = &f->env.a;
    f->env.env.files_dir = arena_fmt(f->a, "%s/files", f->env.dir);
    struct hotel_new demo = {S("demo"), S("Demo"), S("Europe/Paris"), S("EUR")};
    struct hotel_new other = {S("other"), S("Other"), S("Europe/Paris"), S("EUR")};
    import_fixture_must(f,
                        keys_open(&f->env.env, &created, &f->e) &&
                            hotel_add(&f->env.env, f->a, &demo, &f->demo, &f->e) &&
                            hotel_add(&f->env.env, f->a, &other, &f->other, &f->e),
                        "hotels");
    const struct establishment *hotels[] = {&f->demo, &f->other};
    for (size_t i = 0; i < ARRAY_LEN(hotels); i++) {
        import_fixture_room(f, hotels[i], S("DBL"), S("Double Room"), 5);
        import_fixture_room(f, hotels[i], S("TWN"), S("Twin Room"), 3);
        import_fixture_room(f, hotels[i], S("SGL"), S("Single Room"), 2);
    }
    f->at = &f->demo;
}

static inline int import_fixture_remove(const char *path, const struct stat *s, int type, struct FTW *at)
{
    (void)s;
    (void)type;
    return at->level ? remove(path) : 0;
}

static inline void import_fixture_close(struct import_fixture *f)
{
    nftw(f->env.dir, import_fixture_remove, 16, FTW_DEPTH | FTW_PHYS);
    keys_close(&f->env.env);
    env_fixture_close(&f->env);
}

/* --- giving --- */

#define GOOD_AND_BAD                                                                                         \
    "reference;roomType;arrival;departure;totalAmount;guest\r\n"                                             \
    "R1;DBL;2027-05-01;2027-05-03;200,00;\"Martin; Zoë\"\r\n"                                               \
    "R2;DBL;2027-05-04;2027-05-04;100,00;Nul\r\n"                                                            \
    "R3;DBL;2027-05-05;2027-05-06;100,00;Bon\r\n"                                                            \
    ";DBL;2027-05-05;2027-05-06;abc;\"Deux \"\"fautes\"\"\"\r\n"                                             \
    "R5;DBL;2027-05-07;2027-05-08;100,00;Bon\r\n"

/* Its bad rows, as they come back. */
#define BAD_ROWS                                                                                                   \
    "\xEF\xBB\xBFreference;roomType;arrival;departure;totalAmount;guest;selfkey_error\r\n"                         \
    "R2;DBL;2027-05-04;2027-05-04;100,00;Nul;Line 3, column 4 “departure”: the departure “2027-05-04” is " \
    "not after the arrival “2027-05-04”.\r\n"                                                                  \
    ";DBL;2027-05-05;2027-05-06;abc;\"Deux \"\"fautes\"\"\";Line 5, column 1 “reference”: the reference is "   \
    "missing. Line 5, column 5 “totalAmount”: “abc” is not an amount.\r\n"

/* Nobody knows in which order its dates are. */
#define AMBIGUOUS                                                                                            \
    "ref,guest,arrival,departure,total\nA-1,Ana,03/04/2027,05/04/2027,100.00\n"                              \
    "A-2,Ben,07/08/2027,09/08/2027,120.00\n"

/* "dates=dmy,currency=EUR" as answers. */
static inline size_t import_fixture_answers(const char *text, struct csv_answer *list, size_t most)
{
    size_t n = 0;
    for (struct str part, rest = str_of(text); str_given(rest) && n < most; n++) {
        part = str_cut(&rest, ',');
        list[n].name = str_cut(&part, '=');
        list[n].value = part;
    }
    return n;
}

struct given {
    const char *text;        /* of the file */
    struct str bytes;        /* instead of text */
    const char *name;        /* NULL: file.csv */
    const char *answers;     /* NULL: none */
    const char *integration; /* NULL: none */
    bool dry_run;
    int64_t ordered_us; /* 0: now */
};

static inline bool try_give_given(struct import_fixture *f, struct given g)
{
    struct csv_answer answers[16];
    struct str bytes = g.text ? str_of(g.text) : g.bytes;
    struct import_options o = {
        .integration_id = str_of(g.integration),
        .name = g.name ? str_of(g.name) : S("file.csv"),
        .source = S("upload"),
        .actor = S("owner@example.org"),
        .answers = answers,
        .answer_count = import_fixture_answers(g.answers, answers, ARRAY_LEN(answers)),
        .dry_run = g.dry_run,
        .ordered_us = g.ordered_us ? g.ordered_us : INSTANT_NONE,
    };
    FILE_SCOPE fd = memfd_create("file.csv", MFD_CLOEXEC);
    if (fd < 0 || !file_write(fd, bytes, &f->e) || lseek(fd, 0, SEEK_SET) != 0) {
        abort();
    }
    f->e = (struct err){0};
    return import_file(&f->env.env, f->a, f->at, fd, &o, &f->result, &f->e);
}
#define try_give(f, ...) try_give_given((f), (struct given){__VA_ARGS__})

static inline struct import_counts give_given(struct import_fixture *f, struct given g)
{
    import_fixture_must(f, try_give_given(f, g), "import");
    return f->result.counts;
}
#define give(f, ...) give_given((f), (struct given){__VA_ARGS__})

struct import_fixture_saying {
    struct import_fixture *f;
    const struct reservation_message *m;
    const struct apply_source *source;
    struct apply_result result;
};

static inline bool import_fixture_say_work(struct db_conn *c, void *arg, struct err *e)
{
    struct import_fixture_saying *s = arg;
    ARENA_SCOPE batch;
    arena_init(&batch, LIMIT_ARENA);
    struct reservation_message m = *s->m;
    struct apply *ap = apply_begin(c, &batch, s->f->at, s->f->env.now_us, e);
    return ap && apply_message(ap, s->f->a, &m, s->source, APPLY_KEEP, &s->result, e) && apply_end(ap, e);
}

/* A message as a channel sends it; integration NULL: the hotel itself. */
static inline struct apply_result say(struct import_fixture *f, const char *integration, const char *json)
{
    struct reservation_message m;
    struct apply_source source = {
        .integration_id = str_of(integration), .received_us = f->env.now_us, .ordered_us = INSTANT_NONE};
    struct import_fixture_saying s = {.f = f, .m = &m, .source = &source};
    const struct json *v = json_parse(f->a, str_of(json), &f->e);
    import_fixture_must(f,
                        v && json_decode(f->a, &reservation_message_fields, v, &m, &f->e) &&
                            db_write(f->env.store.hotel, import_fixture_say_work, &s, &f->e),
                        json);
    return s.result;
}

static inline struct str integrate(struct import_fixture *f, const char *json)
{
    struct integration_view v;
    const struct json *body = json_parse(f->a, str_of(json), &f->e);
    import_fixture_must(
        f, body && integration_create(&f->env.env, f->a, f->at, S("owner@example.org"), body, &v, &f->e),
        json);
    return v.row.id;
}

/* --- looking --- */

static inline struct reservation_row *booking(struct import_fixture *f, const char *channel,
                                              const char *reference)
{
    struct reservation_row *r = arena_new(f->a, struct reservation_row);
    bool found = false;
    DB_READ_SCOPE *c = db_read(f->env.store.hotel, &f->e);
    import_fixture_must(
        f, c && reservation_find(c, f->a, f->at->id, str_of(channel), str_of(reference), r, &found, &f->e),
        reference);
    return found ? r : NULL;
}

static inline size_t bookings(struct import_fixture *f, struct reservation_row **list)
{
    struct reservation_filter all = {.status = -1, .from = DATE_NONE, .to = DATE_NONE, .limit = 5000};
    size_t count;
    import_fixture_must(f, desk_reservations(&f->env.env, f->a, f->at, &all, list, &count, &f->e),
                        "bookings");
    return count;
}

/* Everything of a reservation but ids and when it came, as JSON: two that are equal give the same text. */
static inline const char *all_of(struct import_fixture *f, const struct reservation_row *r)
{
    struct reservation_row plain = *r;
    struct buf b = buf_in(f->a);
    struct json_out o = json_out(&b);
    plain.id = plain.guest_id = 0;
    plain.integration_id = (struct str){0};
    plain.created_us = plain.updated_us = 0;
    desk_reservation_json(f->a, &o, &plain, LANG_EN);
    return buf_str(&b).p;
}

/* "DBL 2027-07-14 sold 1 held 0, …" of the nights that differ from "nothing sold". */
static inline const char *stock_of(struct import_fixture *f)
{
    struct calendar_room *rooms;
    size_t count;
    struct buf b = buf_in(f->a);
    int32_t days[] = {date_from_ymd(2026, 7, 1), date_from_ymd(2027, 4, 1), date_from_ymd(2028, 4, 1)};
    for (size_t d = 0; d + 1 < ARRAY_LEN(days); d++) {
        import_fixture_must(
            f, desk_calendar(&f->env.env, f->a, f->at, days[d], days[d + 1], &rooms, &count, &f->e), "stock");
        for (size_t i = 0; i < count; i++) {
            for (int32_t n = 0; n < days[d + 1] - days[d]; n++) {
                const struct calendar_day *day = &rooms[i].days[n];
                if (day->stock.sold || day->stock.held) {
                    buf_fmt(&b, "%.*s %.*s sold %lld held %lld\n", STR_ARG(rooms[i].room.code),
                            STR_ARG(date_fmt(f->a, day->night)), (long long)day->stock.sold,
                            (long long)day->stock.held);
                }
            }
        }
    }
    return buf_str(&b).p ? buf_str(&b).p : "";
}

/* The text with what stands first for `from` replaced; it must be there. */
static inline struct str replaced(struct import_fixture *f, struct str text, const char *from, const char *to)
{
    size_t at = str_find(text, str_of(from));
    import_fixture_must(f, at != SIZE_MAX, from);
    size_t after = at + strlen(from);
    return arena_fmt(f->a, "%.*s%s%.*s", (int)at, text.p, to, (int)(text.n - after), text.p + after);
}

static inline struct str contents(struct import_fixture *f, struct str path)
{
    struct buf b = buf_in(f->a);
    char bytes[4096];
    size_t got;
    FILE_SCOPE fd = file_open(path, &f->e);
    import_fixture_must(f, fd >= 0, arena_cstr(f->a, path));
    while (file_read(fd, bytes, sizeof(bytes), &got, &f->e) && got) {
        buf_add(&b, (struct str){bytes, got});
    }
    return buf_str(&b);
}

/* Where the bad rows of the last file are; absent when there are none. */
static inline struct str bad_rows(struct import_fixture *f)
{
    struct str path = import_bad_rows(&f->env.env, f->a, f->at, f->result.row.id);
    return path.n ? contents(f, path) : (struct str){0};
}

/* One line a reservation, oldest first. */
static inline const char *summary(struct import_fixture *f)
{
    struct reservation_row *list;
    size_t count = bookings(f, &list);
    struct buf b = buf_in(f->a);
    for (size_t i = count; i > 0; i--) {
        const struct reservation_row *r = &list[i - 1];
        const struct currency *c = currency_find(r->currency);
        buf_fmt(&b, "%.*s %.*s %s", STR_ARG(r->channel), STR_ARG(r->reference),
                reservation_statuses[r->status]);
        if (r->total_minor != FIELD_INT_NONE) {
            buf_fmt(&b, " %.*s %s", STR_ARG(money_fmt(f->a, r->total_minor, c)), c->code);
        }
        if (r->commission_minor != FIELD_INT_NONE) {
            buf_fmt(&b, " (%.*s)", STR_ARG(money_fmt(f->a, r->commission_minor, c)));
        }
        buf_fmt(&b, " %.*s/%.*s", STR_ARG(r->guest.first_name), STR_ARG(r->guest.last_name));
        for (size_t k = 0; k < r->stay_count; k++) {
            const struct stay_row *s = &r->stays[k];
            buf_fmt(&b, "; %.*s %.*s %.*s", STR_ARG(s->room_type), STR_ARG(date_fmt(f->a, s->arrival)),
                    STR_ARG(date_fmt(f->a, s->departure)));
        }
        buf_char(&b, '\n');
    }
    return b.n ? buf_str(&b).p : "";
}

/* How many bookings were "created 1 changed 0 …" in the order of the struct. */
static inline void check_counts(struct import_fixture *f, struct import_counts n, int created, int changed,
                                int unchanged, int not_applied, int skipped, int refused, int warnings)
{
    const char *got = arena_fmt(f->a, "%lld %lld %lld %lld %lld %lld %lld", (long long)n.created,
                                (long long)n.changed, (long long)n.unchanged, (long long)n.not_applied,
                                (long long)n.skipped, (long long)n.refused, (long long)n.warnings)
                          .p;
    const char *want = arena_fmt(f->a, "%d %d %d %d %d %d %d", created, changed, unchanged, not_applied,
                                 skipped, refused, warnings)
                           .p;
    assert_string_equal(got, want);
}

static inline int count_entries(struct str path)
{
    int n = 0;
    DIR *d = file_exists(path) ? opendir(path.p) : NULL;
    for (struct dirent *x; d && (x = readdir(d));) {
        n += strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0;
    }
    if (d) {
        closedir(d);
    }
    return n;
}

/* Files in DATA/imports and in its folder of new ones, hidden ones too. */
static inline int count_files(struct import_fixture *f)
{
    struct str path = arena_fmt(f->a, "%s/imports", f->env.dir);
    struct str new_path = arena_fmt(f->a, "%s/imports/new", f->env.dir);
    return count_entries(path) - file_exists(new_path) + count_entries(new_path);
}

static inline size_t count_imports(struct import_fixture *f)
{
    struct import_row *list;
    size_t count;
    import_fixture_must(f, import_page(&f->env.env, f->a, f->at, 0, 200, &list, &count, &f->e), "imports");
    return count;
}

/* The history of an integration, oldest first: "imported ok: file.csv: 2 created\n…". */
static inline const char *history(struct import_fixture *f, struct str id)
{
    struct integration_log_row *list;
    size_t count;
    int64_t next;
    struct buf b = buf_in(f->a);
    struct integration_log_filter filter = {.limit = 100};
    import_fixture_must(
        f, integration_history(&f->env.env, f->a, f->at, id, filter, &list, &count, &next, &f->e), "history");
    for (size_t i = count; i > 0; i--) {
        const struct integration_log_row *row = &list[i - 1];
        buf_fmt(&b, "%.*s %.*s: %.*s\n", STR_ARG(row->action), STR_ARG(row->status),
                STR_ARG(row->message.en));
    }
    return buf_str(&b).p ? buf_str(&b).p : "";
}

#endif
