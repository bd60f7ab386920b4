#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "io/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena a;
static struct err e;
static struct str dir;
static const char *data;            /* --data DIR, as two arguments: the second */
static const char *out, *complaint; /* what the last command said on standard output and standard error */

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 16u << 20);
    dir = file_make_temporary(&a, S("selfkey-cli"), &e);
    data = arena_fmt(&a, "%.*s/data", STR_ARG(dir)).p;
    setenv("LC_ALL", "C.UTF-8", 1);
    return dir.n ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    file_remove_tree(dir);
    arena_free(&a);
    return 0;
}

static const char *content(const char *path)
{
    char *bytes = arena_alloc(&a, 32768);
    size_t got = 0;
    FILE_SCOPE fd = file_open(str_of(path), &e);
    assert_true(fd >= 0 && file_read(fd, bytes, 32767, &got, &e));
    return bytes;
}

/* Sends what goes to `to` into a file; gives back what to undo it with. */
static int turn(FILE *stream, int to, const char *path, int flags)
{
    fflush(stream);
    int before = dup(to), fd = open(path, flags | O_CREAT | O_CLOEXEC, 0600);
    assert_true(before >= 0 && fd >= 0 && dup2(fd, to) == to);
    close(fd);
    return before;
}

static void turn_back(FILE *stream, int to, int before)
{
    fflush(stream);
    dup2(before, to);
    close(before);
}

/* As the program is started, with the words after its name. */
static int say(const char *const *words)
{
    char *argv[100] = {(char *)"selfkey"};
    int argc = 1;
    while (words[argc - 1]) {
        argv[argc] = (char *)words[argc - 1];
        argc++;
    }
    const char *out_path = arena_fmt(&a, "%.*s/out", STR_ARG(dir)).p;
    const char *err_path = arena_fmt(&a, "%.*s/err", STR_ARG(dir)).p;
    int to_out = turn(stdout, STDOUT_FILENO, out_path, O_WRONLY | O_TRUNC);
    int to_err = turn(stderr, STDERR_FILENO, err_path, O_WRONLY | O_TRUNC);
    int status = cli_main(argc, argv);
    turn_back(stdout, STDOUT_FILENO, to_out);
    turn_back(stderr, STDERR_FILENO, to_err);
    out = content(out_path);
    complaint = content(err_path);
    return status;
}
#define SAY(...) say((const char *const[]){__VA_ARGS__, NULL})

static void done(int status)
{
    if (status != CLI_DONE) {
        fail_msg("%d: %s", status, complaint);
    }
}

/* Exit status, and one line that says what to do. */
static void fails(int status, int expected, const char *part)
{
    assert_int_equal(status, expected);
    if (!strstr(complaint, part)) {
        fail_msg("“%s” is not in: %s", part, complaint);
    }
    assert_true(str_starts(str_of(complaint), S("selfkey")) && str_ends(str_of(complaint), S("\n")));
    assert_int_equal(str_find_char(str_of(complaint), '\n'), strlen(complaint) - 1);
    assert_string_equal(out, "");
}

static void test_help(void **state)
{
    (void)state;
    const char *const ways[] = {"help", "--help", "-h"};
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        done(SAY(ways[i]));
        assert_non_null(strstr(out, "selfkey serve"));
        assert_non_null(strstr(out, "selfkey hotel add SLUG --name NAME --timezone ZONE --currency CUR"));
        assert_string_equal(complaint, "");
    }
    done(say((const char *const[]){NULL}));
    assert_non_null(strstr(out, "selfkey import"));
    const char *const versions[] = {"version", "--version"};
    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        done(SAY(versions[i]));
        assert_string_equal(out, "selfkey " SELFKEY_VERSION "\n");
    }
    /* A command's help comes wherever it is asked for, whatever else is wrong. */
    done(SAY("hotel", "add", "--help"));
    assert_non_null(strstr(out, "--timezone"));
    done(SAY("hotel", "add", "--nonsense", "-h"));
    assert_non_null(strstr(out, "--timezone"));
    done(SAY("import", "--help"));
    assert_non_null(strstr(out, "Exit status: 0 when everything went in, 1 when rows were refused"));
    setenv("LC_ALL", "fr_FR.UTF-8", 1);
    done(SAY("--help"));
    assert_non_null(strstr(out, "relie un hôtel"));
    done(SAY("hotel", "add", "--help"));
    assert_non_null(strstr(out, "ajoute un hôtel"));
}

/* A wrong --data makes no second installation. */
static void test_no_installation(void **state)
{
    (void)state;
    const char *part =
        arena_fmt(&a, "there is no installation in %s: name its directory with --data", data).p;
    for (int there = 0; there < 2; there++) {
        fails(SAY("export", "stock", "--hotel", "demo", "--data", data), CLI_FAILED, part);
        fails(SAY("import", "x.csv", "--hotel", "demo", "--data", data), CLI_FAILED, part);
        fails(SAY("hotel", "list", "--data", data), CLI_FAILED, part);
        fails(SAY("key", "status", "--data", data), CLI_FAILED, part);
        fails(SAY("token", "add", "x", "--user", "o@x.example", "--data", data), CLI_FAILED, part);
        fails(SAY("user", "add", "o@x.example", "--operator", "--data", data), CLI_FAILED, part);
        assert_int_equal(file_exists(str_of(data)), there);
        assert_false(file_exists(arena_fmt(&a, "%s/master.key", data)));
        assert_false(file_exists(arena_fmt(&a, "%s/selfkey.db", data)));
        assert_true(file_make_dir(str_of(data), &e)); /* an empty one is no installation either */
    }
    setenv("LC_ALL", "fr_FR.UTF-8", 1);
    fails(SAY("hotel", "list", "--data", data), CLI_FAILED, "il n'y a pas d'installation dans");
    setenv("LC_ALL", "C.UTF-8", 1);
    done(SAY("hotel", "add", "demo", "--name", "D", "--timezone", "Europe/Paris", "--currency", "EUR",
             "--data", data));
    done(SAY("hotel", "list", "--data", data));
}

/* One JSON object a line, without any data. */
static void test_routes(void **state)
{
    (void)state;
    done(SAY("routes"));
    assert_true(str_starts(str_of(out), S("{\"method\":\"GET\",\"path\":\"/\",\"access\":\"public\",")));
    assert_non_null(
        strstr(out, "{\"method\":\"POST\",\"path\":\"/api/admin/{hotel}/rooms\",\"access\":\"manager\","
                    "\"body\":\"json\"}\n"));
    assert_false(file_exists(str_of(data)));
    fails(SAY("routes", "all"), CLI_USAGE, "one argument too many");
    fails(SAY("routes", "--data", data), CLI_USAGE, "there is no option --data");
}

static void test_unknown(void **state)
{
    (void)state;
    fails(SAY("fly"), CLI_USAGE, "there is no command “fly”; selfkey --help lists them");
    fails(SAY("hotel"), CLI_USAGE, "“hotel”");
    fails(SAY("hotel", "sell"), CLI_USAGE,
          "there is no command “hotel sell”; with this word there is: hotel add, hotel list");
    fails(SAY("key", "rotate"), CLI_USAGE, "“key rotate”; with this word there is: key status");
    fails(SAY("key", "--data", "x"), CLI_USAGE, "“key”; with this word there is: key status");
    setenv("LC_ALL", "fr_FR.UTF-8", 1);
    fails(SAY("key", "rotate"), CLI_USAGE, "« key rotate » ; avec ce mot il existe : key status");
    setenv("LC_ALL", "C.UTF-8", 1);
    fails(SAY("add", "hotel"), CLI_USAGE, "“add”");
    fails(SAY(""), CLI_USAGE, "there is no command");
    fails(SAY("hotel", "add", "one", "--colour", "red"), CLI_USAGE,
          "there is no option --colour; see selfkey hotel add --help");
    fails(SAY("hotel", "add", "one", "--colour=red"), CLI_USAGE, "--colour;");
    fails(SAY("hotel", "add", "one", "--"), CLI_USAGE, "--name");
    fails(SAY("hotel", "list", "--operator"), CLI_USAGE, "--operator"); /* another command's */
}

static void test_arguments(void **state)
{
    (void)state;
    fails(SAY("hotel", "add"), CLI_USAGE, "an argument is missing; usage: selfkey hotel add SLUG --name");
    fails(SAY("hotel", "add", "one", "two"), CLI_USAGE, "“two” is one argument too many");
    fails(SAY("hotel", "list", "all"), CLI_USAGE, "“all” is one argument too many");
    fails(SAY("hotel", "add", "one", "--name"), CLI_USAGE, "--name needs a value");
    fails(SAY("import", "x.csv", "--hotel", "one", "--dry-run=yes"), CLI_USAGE, "--dry-run takes no value");
    fails(SAY("hotel", "add", "one", "--name", "One", "--timezone", "UTC"), CLI_USAGE, "--currency");
    fails(SAY("hotel", "add", "one", "--name", "", "--timezone", "UTC", "--currency", "EUR"), CLI_USAGE,
          "--name");
    fails(SAY("user", "add", "a@b", "--hotel", "one", "--role", "king"), CLI_USAGE, "--role must be owner");
    assert_false(file_exists(str_of(data))); /* nothing was opened for any of this */
    const char *words[2 * CLI_OPTIONS_MAX + 10] = {"import", "x"};
    for (size_t i = 0; i <= CLI_OPTIONS_MAX; i++) {
        words[2 + i] = "--set=a=b";
    }
    fails(say(words), CLI_USAGE, "too many options");
}

/* "--name value", "--name=value", in any order; the last one wins; after "--" nothing is an option. */
static void test_options(void **state)
{
    (void)state;
    done(SAY("hotel", "add", "--data", data, "one", "--name=Hôtel = Un", "--timezone", "Europe/Paris",
             "--currency", "USD", "--currency=EUR"));
    assert_non_null(strstr(complaint, "made a master key"));
    assert_string_equal(out, "");
    done(SAY("hotel", "list", "--data", data));
    assert_string_equal(out, "one\tHôtel = Un\tEurope/Paris\tEUR\n");
    assert_string_equal(complaint, "");
    done(SAY("hotel", "add", arena_fmt(&a, "--data=%s", data).p, "--name", "--help", "--timezone", "UTC",
             "--currency", "EUR", "--", "two")); /* asks for help, does not add */
    assert_non_null(strstr(out, "--timezone"));
    fails(SAY("hotel", "add", "--data", data, "--name", "N", "--timezone", "UTC", "--currency", "EUR", "--",
              "--help"),
          CLI_FAILED, ""); /* a name like this is refused, but it was taken for one */
    fails(SAY("hotel", "add", "--data", data, "one", "--name", "N", "--timezone", "UTC", "--currency", "EUR"),
          CLI_FAILED, "one");
    fails(SAY("hotel", "list", "--data", "/dev/null"), CLI_FAILED, "--data");
}

static void test_language(void **state)
{
    (void)state;
    setenv("LC_ALL", "fr_FR.UTF-8", 1);
    fails(SAY("fly"), CLI_USAGE, "selfkey : il n'y a pas de commande « fly »");
    fails(SAY("hotel", "add", "a", "b"), CLI_USAGE,
          "« b » est un argument de trop ; usage : selfkey hotel add");
    fails(SAY("hotel", "add", "one"), CLI_USAGE, "il faut --name");
    unsetenv("LC_ALL");
    setenv("LC_MESSAGES", "de_DE.UTF-8", 1);
    setenv("LANG", "fr_FR.UTF-8", 1);
    fails(SAY("fly"), CLI_USAGE, "there is no command");
    setenv("LC_MESSAGES", "", 1); /* an empty one counts as none */
    fails(SAY("fly"), CLI_USAGE, "il n'y a pas");
    unsetenv("LC_MESSAGES");
    unsetenv("LANG");
    fails(SAY("fly"), CLI_USAGE, "there is no command");
}

static void test_values(void **state)
{
    (void)state;
    struct cli cli = {.given = {{"a", S_INIT("1")},
                                {"l", S_INIT("x")},
                                {"a", S_INIT("2")},
                                {"l", S_INIT("y")},
                                {"f", S_INIT("")}},
                      .given_count = 5};
    struct str value;
    size_t at = 0;
    assert_true(str_eq(cli_value(&cli, "a"), S("2")) && !str_given(cli_value(&cli, "b")));
    assert_true(cli_flag(&cli, "f") && !cli_flag(&cli, "g"));
    assert_true(cli_next(&cli, "l", &at, &value) && str_eq(value, S("x")));
    assert_true(cli_next(&cli, "l", &at, &value) && str_eq(value, S("y")));
    assert_false(cli_next(&cli, "l", &at, &value));
    assert_int_equal(cli_usage(&e, "100% wrong", "100 % faux"), CLI_USAGE);
    assert_true(e.code == ERR_INVALID && strcmp(e.en, "100% wrong") == 0 && strcmp(e.fr, "100 % faux") == 0);
    assert_true(str_eq(cli_absolute(&a, S("/x/y")), S("/x/y")));
    struct str there = cli_absolute(&a, S("y"));
    assert_true(there.p[0] == '/' && str_ends(there, S("/y")));
}

static void test_secret(void **state)
{
    (void)state;
    struct cli cli = {0};
    struct str got;
    const char *path = arena_fmt(&a, "%.*s/in", STR_ARG(dir)).p;
    {
        FILE_SCOPE fd = file_create(str_of(path), &e);
        assert_true(file_write(fd, S("pass word \r\n\nlast"), &e));
    }
    arena_init(&cli.arena, 1u << 20);
    int before = turn(stdin, STDIN_FILENO, path, O_RDONLY);
    bool all = cli_read_secret(&cli, TEXT("?", "?"), &got, &e) && str_eq(got, S("pass word ")) &&
               cli_read_secret(&cli, TEXT("?", "?"), &got, &e) && str_given(got) && got.n == 0 &&
               cli_read_secret(&cli, TEXT("?", "?"), &got, &e) && str_eq(got, S("last"));
    bool more = cli_read_secret(&cli, TEXT("?", "?"), &got, &e);
    turn_back(stdin, STDIN_FILENO, before);
    assert_true(all);
    assert_false(more);
    assert_int_equal(e.code, ERR_INVALID);
    arena_free(&cli.arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_help),    TEST(test_unknown),         TEST(test_arguments),
        TEST(test_options), TEST(test_language),        TEST(test_values),
        TEST(test_secret),  TEST(test_no_installation), TEST(test_routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
