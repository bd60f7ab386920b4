#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/config.h"
#include "io/file.h"

#include <string.h>

static const struct cli_option options[] = {
    {"config", CLI_VALUE, {{0}, {0}}},
    {"listen", CLI_VALUE, {{0}, {0}}},
    {"quiet", CLI_FLAG, {{0}, {0}}},
    {"proxy", CLI_LIST, {{0}, {0}}},
    {0},
};
static const struct cli_command command = {.name = "serve", .options = options};

static struct cli cli;
static struct err e;

static int setup(void **state)
{
    (void)state;
    cli = (struct cli){.command = &command};
    arena_init(&cli.arena, 1u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&cli.arena);
    return 0;
}

static void give(const char *name, const char *value)
{
    cli.given[cli.given_count].name = name;
    cli.given[cli.given_count++].value = str_of(value);
}

static void good(const char *text)
{
    if (!config_parse(&cli, str_of(text), S("hub.conf"), &e)) {
        fail_msg("%s: %s", text, e.en);
    }
}

static void bad(const char *text, const char *in_english, const char *in_french)
{
    assert_false(config_parse(&cli, str_of(text), S("hub.conf"), &e));
    assert_int_equal(e.code, ERR_INVALID);
    if (!strstr(e.en, in_english) || !strstr(e.fr, in_french)) {
        fail_msg("%s / %s", e.en, e.fr);
    }
}

static void is(const char *name, const char *value)
{
    assert_true(value ? str_eq(cli_value(&cli, name), str_of(value)) : !str_given(cli_value(&cli, name)));
}

static void test_lines(void **state)
{
    (void)state;
    good(
        "# a comment = of ours\n\n  listen = 127.0.0.1:80 \r\n\t#quiet=yes\nquiet=yes\nproxy = 10.0.0.1\nproxy=10.0.0.2, ::1");
    is("listen", "127.0.0.1:80");
    assert_true(cli_flag(&cli, "quiet"));
    struct str value;
    size_t at = 0;
    assert_true(cli_next(&cli, "proxy", &at, &value) && str_eq(value, S("10.0.0.1")));
    assert_true(cli_next(&cli, "proxy", &at, &value) && str_eq(value, S("10.0.0.2, ::1")));
    assert_false(cli_next(&cli, "proxy", &at, &value));
}

static void test_values(void **state)
{
    (void)state;
    good("");
    good("\n\n#\n");
    is("listen", NULL);
    good("listen = a=b = c # no comment");
    is("listen", "a=b = c # no comment"); /* only the first '=' divides, and a comment is a line of its own */
    good("quiet = no");
    assert_false(cli_flag(&cli, "quiet"));
    good("proxy =");
    struct str value = S("x");
    size_t at = 0;
    assert_true(cli_next(&cli, "proxy", &at, &value) && str_given(value) && value.n == 0);
}

static void test_order(void **state)
{
    (void)state;
    give("listen", "here");
    give("proxy", "first");
    good("listen = there\nproxy = second\nquiet = yes\nquiet = no");
    is("listen", "here"); /* the command line wins */
    struct str value;
    size_t at = 0;
    assert_true(cli_next(&cli, "proxy", &at, &value) && str_eq(value, S("first")));
    assert_true(cli_next(&cli, "proxy", &at, &value) && str_eq(value, S("second")));
    assert_true(cli_flag(&cli, "quiet"));
    cli.given_count = 0;
    good("listen = one\nlisten = two");
    is("listen", "one");
}

static void test_bad(void **state)
{
    (void)state;
    bad("listen = a\nlissen = b\n", "hub.conf, line 2: “lissen” is not an option of selfkey serve",
        "hub.conf, ligne 2 : « lissen »");
    bad("\n\nlisten 127.0.0.1", "line 3: “listen 127.0.0.1”", "ligne 3");
    bad("quiet", "line 1: “quiet”", "ligne 1");
    bad("= x", "line 1", "ligne 1");
    bad("--listen = x", "“--listen”", "« --listen »");
    bad("LISTEN = x", "“LISTEN”", "« LISTEN »");
    bad("quiet = maybe", "line 1: quiet is yes or no", "ligne 1 : quiet vaut yes ou no");
    bad("quiet =", "yes or no", "yes ou no");
    bad("config = other.conf", "“config”", "« config »"); /* a file names no further one */
    bad("[section]", "“[section]”", "« [section] »");
}

static void test_many(void **state)
{
    (void)state;
    struct buf b = buf_in(&cli.arena);
    for (int i = 0; i < CLI_OPTIONS_MAX; i++) {
        buf_fmt(&b, "proxy = %d\n", i);
    }
    good(buf_str(&b).p);
    assert_int_equal(cli.given_count, CLI_OPTIONS_MAX);
    bad("proxy = one more", "too many options", "trop d'options");
    assert_int_equal(cli.given_count, CLI_OPTIONS_MAX);
}

static void write_file(struct str path, struct str text)
{
    FILE_SCOPE fd = file_create(path, &e);
    assert_true(fd >= 0 && file_write(fd, text, &e));
}

static void test_file(void **state)
{
    (void)state;
    assert_true(config_read(&cli, &e)); /* none was named */
    struct str dir = file_make_temporary(&cli.arena, S("selfkey-config"), &e);
    struct str path = arena_fmt(&cli.arena, "%.*s/hub.conf", STR_ARG(dir));
    give("config", path.p);
    assert_false(config_read(&cli, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_non_null(strstr(e.en, path.p));
    write_file(path, S("listen = :8080\n"));
    assert_true(config_read(&cli, &e));
    is("listen", ":8080");
    write_file(path, S("listen = :8080\nnothing\n"));
    assert_false(config_read(&cli, &e));
    assert_non_null(strstr(e.en, arena_fmt(&cli.arena, "%.*s, line 2", STR_ARG(path)).p));

    size_t most = 64u << 10;
    char *text = arena_alloc(&cli.arena, most + 1);
    memset(text, '#', most + 1);
    write_file(path, (struct str){text, most});
    assert_true(config_read(&cli, &e));
    write_file(path, (struct str){text, most + 1}); /* half a file would be worse than none */
    assert_false(config_read(&cli, &e));
    assert_int_equal(e.code, ERR_TOO_BIG);
    write_file(path, S(""));
    assert_true(config_read(&cli, &e));
    cli.given_count = 0;
    give("config", dir.p);
    assert_false(config_read(&cli, &e));
    file_remove_tree(dir);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lines), TEST(test_values), TEST(test_order),
        TEST(test_bad),   TEST(test_many),   TEST(test_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
