#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connector/csv_connector.h"
#include "hub/folder.h"
#include "hub/import_fixture.h"
#include "store/event.h"

static struct import_fixture f;
static struct integration_loaded in;
static struct folder_report report;

/* The integration as it is stored now. */
static void load(struct str id)
{
    DB_READ_SCOPE *c = db_read(f.env.store.hotel, &f.e);
    assert_true(c && integration_load(&f.env.env, c, f.at, id, f.a, &in, &f.e));
}

static void connect(const char *settings)
{
    const char *body =
        arena_fmt(f.a, "{\"type\":\"csv\",\"name\":\"Files\",\"configuration\":%s}", settings).p;
    load(integrate(&f, body));
}

static int setup(void **state)
{
    (void)state;
    import_fixture_open(&f);
    connect("{\"importPath\":\"in\",\"exportPath\":\"out\"}");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    import_fixture_close(&f);
    return 0;
}

/* --- files below FILES/demo --- */

static const char *path_of(const char *name)
{
    return arena_fmt(f.a, "%s/files/demo/%s", f.env.dir, name).p;
}

static struct str read_file(const char *name)
{
    return contents(&f, str_of(path_of(name)));
}

/* Seconds before now that it was written. */
static void put(const char *name, const char *text, int64_t age_s)
{
    FILE_SCOPE fd = file_create(str_of(path_of(name)), &f.e);
    if (fd < 0 || !file_write(fd, str_of(text), &f.e)) {
        fail_msg("%s: %s", name, f.e.en);
    }
    int64_t at = f.env.now_us - age_s * 1000000;
    struct timespec times[2] = {{.tv_sec = at / 1000000, .tv_nsec = at % 1000000 * 1000}};
    times[1] = times[0];
    assert_int_equal(futimens(fd, times), 0);
}

/* The names in a folder, in order, also hidden ones: "a.csv b.csv". */
static const char *listed(const char *folder)
{
    struct dirent **names;
    int n = scandir(path_of(folder), &names, NULL, alphasort);
    struct buf b = buf_in(f.a);
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i]->d_name, ".") != 0 && strcmp(names[i]->d_name, "..") != 0) {
            buf_fmt(&b, "%s%s", b.n ? " " : "", names[i]->d_name);
        }
        free(names[i]);
    }
    if (n >= 0) {
        free(names);
    }
    return b.n ? buf_str(&b).p : "";
}

static void look(void)
{
    if (!folder_import(&f.env.env, f.a, &in, &report, &f.e)) {
        fail_msg("%s", f.e.en);
    }
}

static void check_report(int files, int waiting, int failed, int created, int changed, int refused)
{
    const char *got =
        arena_fmt(f.a, "%lld %lld %lld %lld %lld %lld", (long long)report.files, (long long)report.waiting,
                  (long long)report.failed, (long long)report.rows.created, (long long)report.rows.changed,
                  (long long)report.rows.refused)
            .p;
    assert_string_equal(
        got, arena_fmt(f.a, "%d %d %d %d %d %d", files, waiting, failed, created, changed, refused).p);
}

#define HEADER "reference,channel,arrival,departure,roomType\n"
#define R1     HEADER "R1,direct,2027-05-01,2027-05-02,SGL\n"
#define R2     HEADER "R2,direct,2027-05-03,2027-05-04,SGL\n"

/* --- in --- */

static void test_done(void **state)
{
    (void)state;
    look(); /* makes the folders */
    check_report(0, 0, 0, 0, 0, 0);
    assert_string_equal(listed("in"), "done failed");
    put("in/b.csv", R2, 60);
    put("in/a.csv", R1, 60);
    put("in/.hidden.csv", R1, 60);
    look();
    check_report(2, 0, 0, 2, 0, 0);
    assert_string_equal(listed("in"), ".hidden.csv done failed");
    assert_string_equal(listed("in/done"), "a.csv b.csv");
    assert_string_equal(listed("in/failed"), "");
    struct reservation_row *r = booking(&f, "direct", "R1");
    assert_true(str_eq(r->integration_id, in.row.id));
    assert_int_equal(r->ordered_us, f.env.now_us - 60000000); /* when the file was written */
    assert_non_null(
        strstr(history(&f, in.row.id), "imported ok: a.csv: 1 created\nimported ok: b.csv: 1 created\n"));
    look();
    check_report(0, 0, 0, 0, 0, 0);
}

static void test_fresh_waits(void **state)
{
    (void)state;
    look();
    put("in/a.csv", R1, 1);
    put("in/b.csv", R2, 2);
    look();
    check_report(1, 1, 0, 1, 0, 0);
    assert_string_equal(listed("in"), "a.csv done failed");
    f.env.now_us += 1000000;
    look();
    check_report(1, 0, 0, 1, 0, 0);
    /* A clock a little ahead of ours may still be writing; one that is a week ahead is wrong. */
    put("in/c.csv", R1, -5);
    put("in/d.csv", R2, -7 * 86400);
    look();
    check_report(1, 1, 0, 0, 0, 0);
    assert_string_equal(listed("in"), "c.csv done failed");
    assert_true(booking(&f, "direct", "R2")->ordered_us <= f.env.now_us);
}

static void test_failed(void **state)
{
    (void)state;
    look();
    put("in/table.xlsx", "PK\x03\x04", 60);
    put("in/when.csv", "ref,guest,arrival,departure\nA-1,Ana,03/04/2027,05/04/2027\n", 60);
    put("in/some.csv", HEADER "R1,direct,2027-05-01,2027-05-02,SGL\nR2,direct,2027-05-02,2027-05-01,SGL\n",
        60);
    look();
    check_report(3, 0, 2, 1, 0, 1);
    assert_string_equal(listed("in"), "done failed");
    assert_string_equal(listed("in/done"), "some.csv");
    assert_string_equal(listed("in/failed"),
                        "some.csv.bad.csv table.xlsx table.xlsx.txt when.csv when.csv.txt");
    struct str why = read_file("in/failed/when.csv.txt");
    assert_true(str_find(why, S("« 03/04/2027 »")) != SIZE_MAX);
    assert_true(str_find(why, S("“03/04/2027”")) != SIZE_MAX);
    assert_true(read_file("in/failed/table.xlsx.txt").n > 40);
    assert_string_equal(arena_cstr(f.a, read_file("in/failed/some.csv.bad.csv")),
                        "\xEF\xBB\xBFreference,channel,arrival,departure,roomType,selfkey_error\r\n"
                        "R2,direct,2027-05-02,2027-05-01,SGL,\"Line 3, column 4 “departure”: the departure "
                        "“2027-05-01” is not after the arrival “2027-05-02”.\"\r\n");
    /* The question can be answered, with the file where it is. */
    struct import_row *list;
    size_t count;
    assert_true(import_page(&f.env.env, f.a, f.at, 0, 10, &list, &count, &f.e) && count == 3);
    assert_true(str_eq(list[0].status, S("asking")) && str_eq(list[0].name, S("when.csv")));
    assert_true(str_eq(list[0].source, S("folder")));
    struct csv_answer dmy = {S("dates"), S("dmy")};
    assert_true(import_answer(&f.env.env, f.a, f.at, list[0].id, &dmy, 1, S("x"), &f.result, &f.e));
    assert_non_null(booking(&f, arena_cstr(f.a, in.row.id), "A-1"));
}

static void test_names(void **state)
{
    (void)state;
    look();
    for (int i = 0; i < 3; i++) {
        put("in/a.csv", i == 1 ? R2 : R1, 60);
        put("in/bad", "x", 60);
        look();
        assert_int_equal(report.files, 2);
    }
    assert_string_equal(listed("in/done"), "a-2.csv a-3.csv a.csv");
    assert_string_equal(arena_cstr(f.a, read_file("in/done/a-2.csv")), R2);
    assert_string_equal(listed("in/failed"), "bad bad-2 bad-2.txt bad-3 bad-3.txt bad.txt");
    /* What somebody left there is not overwritten by a note. */
    put("in/failed/c.txt", "mine", 60);
    put("in/c", "x", 60);
    put("in/d.csv", HEADER "R9,direct,2027-05-02,2027-05-01,SGL\n", 60);
    put("in/failed/d.csv.bad.csv", "not mended yet", 60);
    look();
    assert_string_equal(arena_cstr(f.a, read_file("in/failed/c.txt")), "mine");
    assert_true(read_file("in/failed/c-2.txt").n > 40);
    assert_string_equal(arena_cstr(f.a, read_file("in/failed/d.csv.bad.csv")), "not mended yet");
    assert_true(str_starts(read_file("in/failed/d.csv.bad-2.csv"), S("\xEF\xBB\xBFreference,")));
    /* As long as names can be. */
    char name[260] = "in/";
    memset(name + 3, 'n', 255);
    name[258] = 0;
    put(name, "x", 60);
    look();
    put(name, "x", 60);
    look();
    check_report(1, 0, 1, 0, 0, 0);
    assert_string_equal(listed("in"), "done failed");
}

static void link_to(const char *target, const char *name)
{
    assert_int_equal(symlink(target, path_of(name)), 0);
}

static void test_links(void **state)
{
    (void)state;
    look();
    const char *secret = arena_fmt(f.a, "%s/secret.csv", f.env.dir).p;
    FILE_SCOPE fd = file_create(str_of(secret), &f.e);
    assert_true(fd >= 0 && file_write(fd, S(R1), &f.e));
    /* A file that is a link is none of ours. */
    link_to(secret, "in/link.csv");
    look();
    check_report(0, 0, 0, 0, 0, 0);
    assert_string_equal(listed("in"), "done failed link.csv");
    /* A folder that is a link is refused, also where we write. */
    assert_int_equal(mkdir(path_of("elsewhere"), 0750), 0);
    assert_int_equal(rmdir(path_of("in/done")), 0);
    link_to("../elsewhere", "in/done");
    put("in/a.csv", R1, 60);
    assert_false(folder_import(&f.env.env, f.a, &in, &report, &f.e));
    assert_int_equal(f.e.code, ERR_INVALID);
    assert_string_equal(listed("elsewhere"), "");
    assert_null(booking(&f, "direct", "R1"));
    link_to("elsewhere", "out");
    int64_t files;
    assert_false(folder_export(&f.env.env, f.a, &in, &files, &f.e));
    assert_int_equal(f.e.code, ERR_INVALID);
    assert_string_equal(listed("elsewhere"), "");
    /* So is the hotel's own folder. */
    struct str data;
    connect("{\"importPath\":\"in2\"}");
    assert_int_equal(rename(path_of(""), arena_fmt(f.a, "%s/files/moved", f.env.dir).p), 0);
    assert_int_equal(symlink("moved", arena_fmt(f.a, "%s/files/demo", f.env.dir).p), 0);
    assert_false(folder_test(&f.env.env, f.a, &in, &data, &f.e));
    assert_string_equal(f.e.pointer, "/importPath");
}

/* Refused as settings; and should it ever be stored, when it is used. */
static void test_ways_out(void **state)
{
    (void)state;
    static const char *const paths[] = {"../other/in", "in/../../other", "/etc", "..", "in//x"};
    assert_int_equal(mkdir(arena_fmt(f.a, "%s/files", f.env.dir).p, 0750), 0);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct integration_view v;
        const char *body =
            arena_fmt(f.a, "{\"type\":\"csv\",\"name\":\"F\",\"configuration\":{\"importPath\":\"%s\"}}",
                      paths[i])
                .p;
        assert_false(
            integration_create(&f.env.env, f.a, f.at, S("x"), json_parse(f.a, str_of(body), &f.e), &v, &f.e));
        assert_string_equal(f.e.pointer, "/configuration/importPath");
        struct csv_connector_settings s = *(const struct csv_connector_settings *)in.settings;
        struct integration_loaded forged = in;
        s.import_path = str_of(paths[i]);
        forged.settings = &s;
        assert_false(folder_import(&f.env.env, f.a, &forged, &report, &f.e));
    }
    assert_false(file_exists(arena_fmt(f.a, "%s/files/other", f.env.dir)));
}

static void test_two_hotels(void **state)
{
    (void)state;
    look();
    put("in/a.csv", R1, 60);
    f.at = &f.other;
    connect("{\"importPath\":\"in\"}");
    look();
    check_report(0, 0, 0, 0, 0, 0);
    assert_null(booking(&f, "direct", "R1"));
    f.at = &f.demo;
    assert_null(booking(&f, "direct", "R1"));
}

/* --- out --- */

static const char *outbox(void)
{
    struct outbox_row *list;
    size_t count = 0;
    struct buf b = buf_in(f.a);
    DB_READ_SCOPE *c = db_read(f.env.store.hotel, &f.e);
    assert_true(c && outbox_list(c, f.a, f.at->id, in.row.id, 100, &list, &count, &f.e));
    for (size_t i = 0; i < count; i++) {
        buf_fmt(&b, "%s%.*s", i ? " " : "", STR_ARG(date_fmt(f.a, list[i].night)));
    }
    return b.n ? buf_str(&b).p : "";
}

#define SAID(reference, from, to)                                                                            \
    "{\"type\":\"reservation.created\",\"data\":{\"reference\":\"" reference                                 \
    "\",\"channel\":\"direct\",\"rooms\":[{\"roomType\":\"SGL\",\"arrival\":\"" from                         \
    "\",\"departure\":\"" to "\"}]}}"

static void test_export(void **state)
{
    (void)state;
    int64_t files;
    assert_true(folder_export_due(&f.env.env, &in, 3600000000));
    say(&f, NULL, SAID("X1", "2026-08-01", "2026-08-03"));
    assert_string_equal(outbox(), "2026-08-01 2026-08-02");
    assert_true(folder_export(&f.env.env, f.a, &in, &files, &f.e));
    assert_int_equal(files, 3);
    assert_string_equal(listed("out"), "guests.csv reservations.csv stock.csv");
    assert_true(str_find(read_file("out/reservations.csv"), S("\r\nX1,confirmed,")) != SIZE_MAX);
    assert_true(str_find(read_file("out/stock.csv"), S("\r\n2026-08-01,SGL,2,0,1,0,0,1\r\n")) != SIZE_MAX);
    assert_true(str_starts(read_file("out/guests.csv"), S("\xEF\xBB\xBFid,reservations,firstName,")));
    assert_string_equal(outbox(), "");
    assert_false(folder_export_due(&f.env.env, &in, 3600000000));

    /* Whoever fetches the files may take them away; it is due by the clock. */
    assert_int_equal(remove(path_of("out/stock.csv")), 0);
    assert_false(folder_export_due(&f.env.env, &in, 3600000000));
    f.env.now_us += 3600000000;
    assert_true(folder_export_due(&f.env.env, &in, 3600000000));
    say(&f, NULL, SAID("X2", "2026-08-02", "2026-08-03"));
    assert_true(folder_export(&f.env.env, f.a, &in, &files, &f.e));
    assert_true(str_find(read_file("out/stock.csv"), S("\r\n2026-08-02,SGL,2,0,2,0,0,0\r\n")) != SIZE_MAX);
    assert_false(folder_export_due(&f.env.env, &in, 3600000000));
}

static void test_export_delimiter(void **state)
{
    (void)state;
    int64_t files;
    connect("{\"exportPath\":\"a/b/out\",\"delimiter\":\";\"}");
    assert_true(folder_export(&f.env.env, f.a, &in, &files, &f.e));
    assert_true(str_starts(read_file("a/b/out/stock.csv"), S("\xEF\xBB\xBFnight;roomType;physical;")));
    connect("{}");
    assert_true(folder_export(&f.env.env, f.a, &in, &files, &f.e) && files == 0);
}

/* An old file stays whole until the new one is, and stays when that fails. */
static void test_export_whole(void **state)
{
    (void)state;
    int64_t files;
    assert_true(folder_export(&f.env.env, f.a, &in, &files, &f.e));
    struct str before = read_file("out/reservations.csv");
    say(&f, NULL, SAID("X1", "2026-08-01", "2026-08-03"));
    /* The way of the second file is blocked. */
    assert_int_equal(remove(path_of("out/guests.csv")), 0);
    assert_int_equal(mkdir(path_of("out/guests.csv"), 0750), 0);
    assert_false(folder_export(&f.env.env, f.a, &in, &files, &f.e));
    assert_true(str_find(read_file("out/reservations.csv"), S("X1")) != SIZE_MAX);
    assert_true(str_find(before, S("X1")) == SIZE_MAX);
    assert_string_equal(outbox(), "2026-08-01 2026-08-02"); /* nobody was told yet */
    assert_int_equal(rmdir(path_of("out/guests.csv")), 0);
    assert_true(folder_export(&f.env.env, f.a, &in, &files, &f.e));
    assert_string_equal(listed("out"), "guests.csv reservations.csv stock.csv");
    assert_string_equal(outbox(), "");
}

/* A clock that lets something happen while the export is under way. */
struct meddling {
    int64_t now_us;
    int countdown; /* looks at the clock until then; below 0: it happened */
};

static int64_t meddle(void *ctx)
{
    struct meddling *m = ctx;
    if (m->countdown-- == 0) {
        say(&f, NULL, SAID("LATE", "2026-08-02", "2026-08-04"));
    }
    return m->now_us;
}

static void test_newer_versions_stay(void **state)
{
    (void)state;
    int64_t files;
    say(&f, NULL, SAID("X1", "2026-08-01", "2026-08-03"));
    struct clock before = f.env.env.clock;
    struct meddling m = {f.env.now_us, 1}; /* after the outbox was read, at the first file */
    f.env.env.clock = (struct clock){meddle, meddle, &m};
    assert_true(folder_export(&f.env.env, f.a, &in, &files, &f.e));
    f.env.env.clock = before;
    assert_true(m.countdown < 0);
    assert_string_equal(outbox(), "2026-08-02 2026-08-03");
    assert_true(folder_export(&f.env.env, f.a, &in, &files, &f.e));
    assert_string_equal(outbox(), "");
}

static void test_many_cells(void **state)
{
    (void)state;
    int64_t files;
    struct room_type r = {.code = S("SGL"), .name = S("Single"), .units = 7};
    for (int i = 0; i < 4; i++) { /* every night of the horizon of four more types */
        struct room_type more = {.code = arena_fmt(f.a, "T%d", i), .units = 1};
        assert_true(desk_room_add(&f.env.env, f.a, f.at, S("x"), &more, &(int64_t){0}, &f.e));
        more.units = 2;
        assert_true(desk_room_change(&f.env.env, f.a, f.at, S("x"), &more, &(int64_t){0},
                                     &(struct apply_overs){0}, &f.e));
    }
    assert_true(
        desk_room_change(&f.env.env, f.a, f.at, S("x"), &r, &(int64_t){0}, &(struct apply_overs){0}, &f.e));
    struct outbox_row *list;
    size_t count;
    assert_true(desk_outbox(&f.env.env, f.a, f.at, 100000, &list, &count, &f.e));
    assert_true(count > 2000);
    assert_true(folder_export(&f.env.env, f.a, &in, &files, &f.e));
    assert_true(desk_outbox(&f.env.env, f.a, f.at, 100000, &list, &count, &f.e));
    assert_int_equal(count, 0);
}

/* --- hooks --- */

static void test_hooks(void **state)
{
    (void)state;
    struct str data;
    assert_true(folder_test(&f.env.env, f.a, &in, &data, &f.e));
    assert_string_equal(arena_cstr(f.a, data), "{\"importFolder\":\"ready\",\"exportFolder\":\"ready\"}");
    put("in/a.csv", HEADER "R1,direct,2027-05-01,2027-05-02,SGL\nR2,direct,2027-05-02,2027-05-01,SGL\n", 60);
    put("in/b.csv", R1, 0);
    put("in/c.csv", "x", 60);
    assert_true(folder_sync(&f.env.env, f.a, &in, &data, &f.e));
    assert_string_equal(arena_cstr(f.a, data),
                        "{\"filesRead\":2,\"filesWaiting\":1,\"filesFailed\":1,\"created\":1,\"changed\":0,"
                        "\"refused\":1,\"filesWritten\":3}");
    connect("{}");
    assert_true(folder_test(&f.env.env, f.a, &in, &data, &f.e));
    assert_string_equal(arena_cstr(f.a, data),
                        "{\"importFolder\":\"not used\",\"exportFolder\":\"not used\"}");
    assert_true(folder_sync(&f.env.env, f.a, &in, &data, &f.e));
    /* A folder that is a file. */
    connect("{\"exportPath\":\"in/b.csv\"}");
    assert_false(folder_test(&f.env.env, f.a, &in, &data, &f.e));
    assert_string_equal(f.e.pointer, "/exportPath");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_done, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fresh_waits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_links, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ways_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_hotels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_export, setup, teardown),
        cmocka_unit_test_setup_teardown(test_export_delimiter, setup, teardown),
        cmocka_unit_test_setup_teardown(test_export_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_newer_versions_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_cells, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hooks, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
