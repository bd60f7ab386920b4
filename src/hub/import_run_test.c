#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/import_fixture.h"
#include "hub/import_report.h"
#include "store/user.h"

#include <sys/wait.h>

static struct import_fixture f;

static int setup(void **state)
{
    (void)state;
    import_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    import_fixture_close(&f);
    return 0;
}

/* --- bad rows --- */

static void test_bad_rows(void **state)
{
    (void)state;
    check_counts(&f, give(&f, GOOD_AND_BAD), 3, 0, 0, 0, 0, 2, 0);
    assert_true(str_eq(f.result.row.status, S("done")));
    struct str bad = bad_rows(&f);
    assert_string_equal(arena_cstr(f.a, bad), BAD_ROWS);
    const struct json *problems = json_get(json_parse(f.a, f.result.row.report, &f.e), S("problems"));
    assert_int_equal(problems->count, 3);
    const struct json *p = json_at(problems, 0);
    assert_true(str_eq(json_get(p, S("line"))->text, S("3")));
    assert_true(str_eq(json_get(p, S("severity"))->text, S("error")));
    assert_true(str_eq(json_get(p, S("pointer"))->text, S("/departure")));

    /* As it is, it is bad again, with the reason once; put right, it goes in. */
    check_counts(&f, give(&f, .bytes = bad), 0, 0, 0, 0, 0, 2, 0);
    assert_int_equal(bad_rows(&f).n,
                     bad.n - strlen("Line 3") + strlen("Line 2") - strlen("Line 5") + strlen("Line 3"));
    struct str fixed = replaced(&f, bad, "2027-05-04;100", "2027-05-05;100");
    fixed = replaced(&f, fixed, "\n;DBL", "\nR4;DBL");
    fixed = replaced(&f, fixed, ";abc;", ";9,50;");
    check_counts(&f, give(&f, .bytes = fixed), 2, 0, 0, 0, 0, 0, 0);
    assert_false(str_given(bad_rows(&f)));
    assert_int_equal(booking(&f, "direct", "R4")->total_minor, 950);
    assert_true(str_eq(booking(&f, "direct", "R4")->guest.first_name, S("Deux")));
}

static bool user_work(struct db_conn *c, void *arg, struct err *e)
{
    return user_insert(c, arg, e);
}

/* Whoever gave the file reads French. */
static void test_bad_rows_in_french(void **state)
{
    (void)state;
    struct user user = {
        .email = S("owner@example.org"), .password_hash = S("x"), .language = LANG_FR, .created_us = 1};
    assert_true(db_write(f.env.store.hotel, user_work, &user, &f.e));
    give(&f, GOOD_AND_BAD);
    assert_true(str_find(bad_rows(&f), S("Ligne 3, colonne 4 « departure » : ")) != SIZE_MAX);
}

/* What cannot be told from the row alone, but when it is applied. */
static void test_refused_when_applied(void **state)
{
    (void)state;
    const char *file = "reference,roomReference,roomType,arrival,departure\n"
                       "R1,1,DBL,2027-05-01,2027-05-02\n"
                       "R2,1,DBL,2027-05-01,2027-05-02\n"
                       "R2,1,SGL,2027-05-01,2027-05-02\n"
                       "R3,1,DBL,2027-05-01,2027-05-02\n";
    check_counts(&f, give(&f, file), 2, 0, 0, 0, 0, 1, 0);
    struct str bad = bad_rows(&f);
    assert_true(
        str_starts(bad, S("\xEF\xBB\xBFreference,roomReference,roomType,arrival,departure,selfkey_error\r\n"
                          "R2,1,DBL,2027-05-01,2027-05-02,")));
    assert_true(str_find(bad, S("\r\nR2,1,SGL,2027-05-01,2027-05-02,")) != SIZE_MAX);
    struct str fixed = replaced(&f, bad, "R2,1,SGL", "R2,2,SGL");
    check_counts(&f, give(&f, .bytes = fixed), 1, 0, 0, 0, 0, 0, 0);
    assert_int_equal(booking(&f, "direct", "R2")->stay_count, 2);
}

static void test_many_problems(void **state)
{
    (void)state;
    struct buf b = buf_in(f.a);
    buf_add(&b, S("reference,arrival,departure,roomType\n"));
    for (int i = 0; i < 1203; i++) {
        buf_fmt(&b, "R%d,2027-02-%d,2027-03-01,SGL\n", i, i % 2 ? 30 : 28);
    }
    struct import_counts n = give(&f, .bytes = buf_str(&b));
    assert_true(n.created == 602 && n.refused == 601);
    const struct json *report = json_parse(f.a, f.result.row.report, &f.e);
    assert_int_equal(json_get(report, S("problems"))->count, IMPORT_PROBLEMS_MAX);
    int64_t left = 0;
    assert_true(str_to_i64(json_get(report, S("problemsLeftOut"))->text, &left));
    assert_int_equal(left, 601 + n.warnings - IMPORT_PROBLEMS_MAX);
    size_t lines = 0;
    struct str bad = bad_rows(&f);
    for (size_t i = 0; i < bad.n; i++) {
        lines += bad.p[i] == '\n';
    }
    assert_int_equal(lines, 602);
}

/* --- a stop in the middle --- */

#define ROWS 1700

/* Good, bad, repeated and unmapped rows all over the file. */
static struct str long_file(void)
{
    struct buf b = buf_in(f.a);
    buf_add(&b, S("reference,arrival,departure,type_of_room,notes\n"));
    for (int i = 0; i < ROWS; i++) {
        int day = i % 27 + 1, month = i / 27 % 12 + 1;
        buf_fmt(&b, "R%d,2027-%02d-%02d,2027-%02d-%02d,%s,n\n", i, month, day, month,
                i % 97 == 0 ? day : day + 1, i % 131 == 0 ? "Loft" : "DBL");
    }
    return buf_str(&b);
}

static void die_at(void *ctx, int64_t done, int64_t total)
{
    (void)total;
    if (done >= *(const int64_t *)ctx) {
        _exit(42);
    }
}

/* A clock by which a transaction holds some 200 bookings. */
static int64_t slow_now(void *ctx)
{
    int64_t *us = ctx;
    return *us += 1000;
}

/* Imports in a process of its own that dies after so many bookings. */
static void import_and_die(struct str bytes, int64_t after)
{
    store_close(&f.env.store);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct csv_answer answers[] = {{S("column.roomType"), S("type_of_room")}};
        struct import_options o = {.name = S("long.csv"),
                                   .source = S("command"),
                                   .answers = answers,
                                   .answer_count = 1,
                                   .ordered_us = INSTANT_NONE,
                                   .progress = die_at,
                                   .progress_ctx = &after};
        int fd = memfd_create("long.csv", MFD_CLOEXEC);
        f.env.env.clock.monotonic_us = slow_now;
        if (store_open(&f.env.store, str_of(f.env.dir), false, &f.e) && file_write(fd, bytes, &f.e) &&
            lseek(fd, 0, SEEK_SET) == 0) {
            import_file(&f.env.env, f.a, f.at, fd, &o, &f.result, &f.e);
        }
        _exit(1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
    assert_true(store_open(&f.env.store, str_of(f.env.dir), false, &f.e));
}

static struct import_row newest(void)
{
    struct import_row *list;
    size_t count;
    assert_true(import_page(&f.env.env, f.a, f.at, 0, 1, &list, &count, &f.e) && count == 1);
    return list[0];
}

static void test_stop(void **state)
{
    (void)state;
    struct str file = long_file();
    f.at = &f.other; /* what comes out without a stop */
    check_counts(&f, give(&f, .bytes = file, .answers = "column.roomType=type_of_room"), 1682, 0, 0, 0, 0, 18,
                 87);
    struct import_counts whole = f.result.counts;
    struct str report = f.result.row.report, bad = bad_rows(&f);
    const char *stock = stock_of(&f), *all = summary(&f);
    f.at = &f.demo;
    import_and_die(file, 1000);
    struct import_row row = newest();
    assert_true(str_eq(row.status, S("running")) && row.rows_done >= 1000 && row.rows_done < ROWS);
    assert_string_equal(arena_cstr(f.a, row.name), "long.csv");
    f.env.now_us += 60000000;
    assert_true(import_resume(&f.env.env, &f.e));
    row = newest();
    assert_true(str_eq(row.status, S("done")) && row.rows_done == ROWS);
    assert_string_equal(summary(&f), all);
    assert_string_equal(stock_of(&f), stock);
    assert_string_equal(arena_cstr(f.a, row.report), arena_cstr(f.a, report));
    f.result.row.id = row.id;
    assert_string_equal(arena_cstr(f.a, bad_rows(&f)), arena_cstr(f.a, bad));
    struct reservation_row *list;
    size_t count = bookings(&f, &list);
    assert_int_equal(count, whole.created);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(list[i].revisions, 1);
    }
    /* Nothing is left to go on with. */
    assert_true(import_resume(&f.env.env, &f.e));
    assert_int_equal(newest().updated_us, row.updated_us);
}

static bool rewind_work(struct db_conn *c, void *arg, struct err *e)
{
    return import_update(c, f.at->id, arg, e);
}

/* A stop before anything of it was applied, and one whose file is gone. */
static void test_stop_early(void **state)
{
    (void)state;
    give(&f, GOOD_AND_BAD);
    struct import_row row = f.result.row;
    row.status = S("waiting");
    row.rows_done = 0;
    row.report = S("{}");
    assert_true(db_write(f.env.store.hotel, rewind_work, &row, &f.e));
    assert_true(import_resume(&f.env.env, &f.e));
    assert_true(str_eq(newest().status, S("done")));
    assert_true(str_find(newest().report, S("\"unchanged\":3,")) != SIZE_MAX);
    assert_string_equal(arena_cstr(f.a, bad_rows(&f)), BAD_ROWS);
    assert_true(db_write(f.env.store.hotel, rewind_work, &row, &f.e));
    assert_true(file_remove(arena_fmt(f.a, "%s/imports/demo-%lld.csv", f.env.dir, (long long)row.id)));
    assert_true(import_resume(&f.env.env, &f.e));
    assert_true(str_eq(newest().status, S("failed")));
}

/* --- one import, one who works on it --- */

static void resume_meanwhile(void *ctx, int64_t done, int64_t total)
{
    (void)total;
    struct import_row before = newest(), after;
    assert_true(str_eq(before.status, S("running")) && before.rows_done == done);
    assert_true(import_resume(&f.env.env, &f.e)); /* as a server that starts does */
    after = newest();
    assert_true(after.rows_done == done && after.updated_us == before.updated_us);
    f.env.now_us += 1000000;
    (*(int *)ctx)++;
}

static int file_of(struct str bytes)
{
    int fd = memfd_create("long.csv", MFD_CLOEXEC);
    assert_true(fd >= 0 && file_write(fd, bytes, &f.e) && lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static void test_two_at_once(void **state)
{
    (void)state;
    struct csv_answer answers[] = {{S("column.roomType"), S("type_of_room")}};
    int looks = 0;
    struct import_options o = {.name = S("long.csv"),
                               .source = S("command"),
                               .answers = answers,
                               .answer_count = 1,
                               .ordered_us = INSTANT_NONE,
                               .progress = resume_meanwhile,
                               .progress_ctx = &looks};
    FILE_SCOPE fd = file_of(long_file());
    f.env.env.clock.monotonic_us = slow_now;
    assert_true(import_file(&f.env.env, f.a, f.at, fd, &o, &f.result, &f.e));
    assert_true(looks > 4);
    assert_true(f.result.counts.created == 1682 && f.result.counts.unchanged == 0);
    struct reservation_row *list;
    size_t count = bookings(&f, &list);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(list[i].revisions, 1);
    }
}

/* Also an answer is taken once. */
static void test_locked(void **state)
{
    (void)state;
    struct csv_answer answer = {S("dates"), S("dmy")};
    give(&f, AMBIGUOUS);
    assert_true(f.result.asking);
    int64_t id = f.result.row.id;
    struct str path = arena_fmt(f.a, "%s/imports/demo-%lld.csv", f.env.dir, (long long)id);
    int fd = file_open(path, &f.e);
    assert_true(fd >= 0 && file_try_lock(fd));
    assert_false(import_answer(&f.env.env, f.a, f.at, id, &answer, 1, S("o@x"), &f.result, &f.e));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_true(str_eq(newest().status, S("asking")));
    file_close(&fd);
    assert_true(import_answer(&f.env.env, f.a, f.at, id, &answer, 1, S("o@x"), &f.result, &f.e));
    assert_true(str_eq(newest().status, S("done")));
}

/* The server is to stop: the import ends where it is, and goes on later. */
static void test_stopping(void **state)
{
    (void)state;
    atomic_bool stopping = true;
    f.env.env.stopping = &stopping;
    struct import_options o = {.name = S("a.csv"), .source = S("upload"), .ordered_us = INSTANT_NONE};
    FILE_SCOPE fd = file_of(S(GOOD_AND_BAD));
    assert_false(import_file(&f.env.env, f.a, f.at, fd, &o, &f.result, &f.e));
    assert_int_equal(f.e.code, ERR_BUSY);
    assert_true(import_resume(&f.env.env, &f.e));
    assert_true(str_eq(newest().status, S("waiting")));
    stopping = false;
    assert_true(import_resume(&f.env.env, &f.e));
    assert_true(str_eq(newest().status, S("done")));
    assert_non_null(booking(&f, "direct", "R5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bad_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_rows_in_french, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_when_applied, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_problems, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stop, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stop_early, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_locked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stopping, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
