#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/child.h"
#include "io/clock.h"
#include "io/file.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena a;
static struct err e;
static struct str dir, log_path;

/* What this program does as its own child. */
static volatile sig_atomic_t told;

static void on_term(int signal)
{
    (void)signal;
    told = 1;
}

static int as_child(int argc, char **argv)
{
    char byte;
    if (strcmp(argv[1], "say") == 0) {
        for (int i = 2; i < argc; i++) {
            fprintf(stderr, "[%s]", argv[i]);
        }
        /* Standard input is nobody's terminal: it is at its end. */
        fprintf(stderr, "%s %ld\n", argv[0], (long)read(STDIN_FILENO, &byte, 1));
        return 0;
    }
    struct sigaction act = {.sa_handler = on_term};
    sigaction(SIGTERM, &act, NULL);
    fprintf(stderr, "ready\n");
    while (!told) {
        clock_sleep_ms(5);
    }
    fprintf(stderr, "told to stop\n");
    return 0;
}

static struct str log_text(void)
{
    char *bytes = arena_alloc(&a, 4096);
    size_t got = 0;
    FILE_SCOPE fd = file_open(log_path, &e);
    assert_true(fd < 0 || file_read(fd, bytes, 4096, &got, &e));
    return (struct str){bytes, got};
}

static void wait_for(const char *text)
{
    for (int i = 0; i < 4000; i++) {
        if (str_find(log_text(), str_of(text)) != SIZE_MAX) {
            return;
        }
        clock_sleep_ms(5);
    }
    fail_msg("never said: %s", text);
}

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 64u << 20);
    dir = file_make_temporary(&a, S("selfkey-child"), &e);
    log_path = arena_fmt(&a, "%.*s/log", STR_ARG(dir));
    return dir.n ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    file_remove_tree(dir);
    arena_free(&a);
    return 0;
}

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_runs(void **state)
{
    (void)state;
    struct child c = {0};
    assert_false(child_runs(&c));
    for (int i = 1; i <= 2; i++) {
        assert_true(child_start(&c, ARGUMENTS("say", "a b", "", "$HOME \"é\""), log_path, &e));
        while (child_runs(&c)) {
            clock_sleep_ms(5);
        }
        assert_int_equal(c.pid, 0);
    }
    const char *line = "[a b][][$HOME \"é\"]selfkey 0\n";
    assert_true(str_eq(log_text(), arena_fmt(&a, "%s%s", line, line))); /* added at the end */
}

static void test_stop(void **state)
{
    (void)state;
    struct child c = {0};
    assert_true(child_start(&c, ARGUMENTS("wait"), log_path, &e));
    wait_for("ready");
    assert_true(child_runs(&c));
    child_stop(&c);
    assert_false(child_runs(&c));
    assert_true(str_ends(log_text(), S("told to stop\n")));
    child_stop(&c);
    child_kill(&c);
}

static void test_kill(void **state)
{
    (void)state;
    struct child c = {0};
    assert_true(child_start(&c, ARGUMENTS("wait"), log_path, &e));
    int pid = c.pid;
    wait_for("ready");
    child_kill(&c);
    assert_false(child_runs(&c));
    assert_true(kill(pid, 0) != 0 && errno == ESRCH); /* not even its remains */
    assert_true(str_find(log_text(), S("told")) == SIZE_MAX);
}

/* Somebody else has waited for it. */
static void test_taken(void **state)
{
    (void)state;
    struct child c = {0};
    assert_true(child_start(&c, ARGUMENTS("say"), log_path, &e));
    assert_int_equal(waitpid(c.pid, NULL, 0), c.pid);
    assert_false(child_runs(&c));
}

static void test_refused(void **state)
{
    (void)state;
    struct child c = {0};
    const char *many[34] = {0};
    assert_false(child_start(&c, ARGUMENTS("say"), arena_fmt(&a, "%.*s/no/log", STR_ARG(dir)), &e));
    assert_true(e.code == ERR_INTERNAL && e.fr[0] && c.pid == 0);
    for (int i = 0; i < 33; i++) {
        many[i] = "say";
    }
    assert_false(child_start(&c, many, log_path, &e));
    assert_true(e.code == ERR_INVALID && c.pid == 0);
    many[32] = NULL;
    assert_true(child_start(&c, many, log_path, &e));
    child_kill(&c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_runs), TEST(test_stop), TEST(test_kill), TEST(test_taken), TEST(test_refused),
    };
    return argc > 1 ? as_child(argc, argv) : cmocka_run_group_tests(tests, NULL, NULL);
}
