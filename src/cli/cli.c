#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define VERSION_TEXT "selfkey " SELFKEY_VERSION "\n"

static const struct cli_command *const commands[] = {
    &cli_serve,  &cli_demo,   &cli_hotel_add,  &cli_hotel_list, &cli_user_add, &cli_token_add,
    &cli_import, &cli_export, &cli_key_status, &cli_routes,     &cli_verify,
};

static enum lang terminal_language(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str value = str_of(getenv(names[i]));
        if (value.n) {
            return str_starts(value, S("fr")) ? LANG_FR : LANG_EN;
        }
    }
    return LANG_EN;
}

void cli_print(struct str s)
{
    fwrite(s.p ? s.p : "", 1, s.n, stdout);
    fflush(stdout);
}

bool cli_stderr_is_terminal(void)
{
    return isatty(STDERR_FILENO);
}

int cli_usage(struct err *e, const char *en, const char *fr)
{
    err_set(e, ERR_INVALID, "%s", "%s", en);
    snprintf(e->fr, sizeof(e->fr), "%s", fr);
    return CLI_USAGE;
}

struct str cli_value(const struct cli *cli, const char *name)
{
    struct str value = {0};
    for (size_t i = 0; i < cli->given_count; i++) {
        if (strcmp(cli->given[i].name, name) == 0) {
            value = cli->given[i].value;
        }
    }
    return value;
}

bool cli_flag(const struct cli *cli, const char *name)
{
    return str_given(cli_value(cli, name));
}

bool cli_next(const struct cli *cli, const char *name, size_t *at, struct str *value)
{
    while (*at < cli->given_count) {
        size_t i = (*at)++;
        if (strcmp(cli->given[i].name, name) == 0) {
            *value = cli->given[i].value;
            return true;
        }
    }
    return false;
}

const struct cli_option *cli_option_find(const struct cli_command *c, struct str name)
{
    for (const struct cli_option *o = c->options; o && o->name; o++) {
        if (str_eq(str_of(o->name), name)) {
            return o;
        }
    }
    return NULL;
}

/* One "--name", "--name value" or "--name=value"; *i moves over what was used. */
static bool take_option(struct cli *cli, int argc, char **argv, int *i, struct err *e)
{
    struct str word = str_sub(str_of(argv[*i]), 2, SIZE_MAX), name = word;
    size_t equals = str_find_char(word, '=');
    name = equals == SIZE_MAX ? word : str_sub(word, 0, equals);
    const struct cli_option *o = cli_option_find(cli->command, name);
    if (!o) {
        return err_set(e, ERR_INVALID, "there is no option --%.*s; see selfkey %s --help",
                       "il n'y a pas d'option --%.*s ; voir selfkey %s --help", STR_ARG(name),
                       cli->command->name);
    }
    if (cli->given_count == CLI_OPTIONS_MAX) {
        return err_set(e, ERR_INVALID, "too many options", "trop d'options");
    }
    struct str value = S("");
    if (o->kind == CLI_FLAG && equals != SIZE_MAX) {
        return err_set(e, ERR_INVALID, "--%s takes no value", "--%s ne prend pas de valeur", o->name);
    }
    if (o->kind != CLI_FLAG) {
        if (equals == SIZE_MAX && ++*i == argc) {
            return err_set(e, ERR_INVALID, "--%s needs a value", "--%s demande une valeur", o->name);
        }
        value = equals == SIZE_MAX ? str_of(argv[*i]) : str_sub(word, equals + 1, word.n);
    }
    cli->given[cli->given_count].name = o->name;
    cli->given[cli->given_count++].value = value;
    return true;
}

static bool parse(struct cli *cli, int argc, char **argv, struct err *e)
{
    bool options = true;
    for (int i = 0; i < argc; i++) {
        struct str word = str_of(argv[i]);
        if (options && str_eq(word, S("--"))) {
            options = false;
        } else if (options && str_starts(word, S("--"))) {
            if (!take_option(cli, argc, argv, &i, e)) {
                return false;
            }
        } else if (cli->word_count == cli->command->positional_max ||
                   cli->word_count == ARRAY_LEN(cli->words)) {
            return err_set(e, ERR_INVALID, "“%s” is one argument too many; usage: selfkey %s %s",
                           "« %s » est un argument de trop ; usage : selfkey %s %s", argv[i],
                           cli->command->name, cli->command->usage);
        } else {
            cli->words[cli->word_count++] = word;
        }
    }
    if (cli->word_count < cli->command->positional_min) {
        return err_set(e, ERR_INVALID, "an argument is missing; usage: selfkey %s %s",
                       "il manque un argument ; usage : selfkey %s %s", cli->command->name,
                       cli->command->usage);
    }
    return true;
}

static void help_command(const struct cli *cli, const struct cli_command *c)
{
    printf("selfkey %s %s\n    %.*s\n", c->name, c->usage, STR_ARG(text_in(c->help, cli->lang)));
    for (const struct cli_option *o = c->options; o && o->name; o++) {
        printf("      --%-18s %.*s\n", o->name, STR_ARG(text_in(o->help, cli->lang)));
    }
    if (str_given(c->notes.en)) {
        printf("    %.*s\n", STR_ARG(text_in(c->notes, cli->lang)));
    }
}

static int help(const struct cli *cli)
{
    puts(cli->lang == LANG_FR ? "SelfKey Integrations : relie un hôtel à ses canaux de vente.\n"
                              : "SelfKey Integrations: connects a hotel to where its rooms are sold.\n");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        printf("selfkey %s %s\n    %.*s\n", commands[i]->name, commands[i]->usage,
               STR_ARG(text_in(commands[i]->help, cli->lang)));
    }
    puts(cli->lang == LANG_FR
             ? "\nselfkey version\nselfkey COMMANDE --help montre les options d'une commande."
             : "\nselfkey version\nselfkey COMMAND --help shows a command's options.");
    return CLI_DONE;
}

/* The command that argv begins with; *used: how many words its name has. */
static const struct cli_command *find_command(int argc, char **argv, int *used)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        struct str rest = str_of(commands[i]->name);
        int n = 0;
        bool same = true;
        while (same && str_given(rest)) {
            struct str word = str_cut(&rest, ' ');
            same = n < argc && str_eq(word, str_of(argv[n]));
            n++;
        }
        if (same) {
            *used = n;
            return commands[i];
        }
    }
    return NULL;
}

/* Names of the commands that begin with this word, as "key status, key rotate"; absent when there are none. */
static struct str family(struct cli *cli, struct str word)
{
    struct buf b = buf_in(&cli->arena);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        struct str rest = str_of(commands[i]->name);
        if (str_eq(str_cut(&rest, ' '), word)) {
            buf_fmt(&b, "%s%s", b.n ? ", " : "", commands[i]->name);
        }
    }
    return b.n ? buf_str(&b) : (struct str){0};
}

static int no_command(struct cli *cli, int argc, char **argv, struct err *e)
{
    struct str others = family(cli, str_of(argv[0]));
    bool two = argc > 1 && argv[1][0] != '-';
    if (!others.n) {
        err_set(e, ERR_INVALID, "there is no command “%s”; selfkey --help lists them",
                "il n'y a pas de commande « %s » ; selfkey --help les montre", argv[0]);
        return CLI_USAGE;
    }
    err_set(e, ERR_INVALID, "there is no command “%s%s%s”; with this word there is: %.*s",
            "il n'y a pas de commande « %s%s%s » ; avec ce mot il existe : %.*s", argv[0], two ? " " : "",
            two ? argv[1] : "", STR_ARG(others));
    return CLI_USAGE;
}

static bool asks_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

static int run(struct cli *cli, int argc, char **argv, struct err *e)
{
    int used = 0;
    if (argc == 0 || strcmp(argv[0], "help") == 0 || strcmp(argv[0], "--help") == 0 ||
        strcmp(argv[0], "-h") == 0) {
        return help(cli);
    }
    if (strcmp(argv[0], "version") == 0 || strcmp(argv[0], "--version") == 0) {
        cli_print(S(VERSION_TEXT));
        return CLI_DONE;
    }
    cli->command = find_command(argc, argv, &used);
    if (!cli->command) {
        return no_command(cli, argc, argv, e);
    }
    if (asks_help(argc - used, argv + used)) {
        help_command(cli, cli->command);
        return CLI_DONE;
    }
    return parse(cli, argc - used, argv + used, e) ? cli->command->run(cli, e) : CLI_USAGE;
}

int cli_main(int argc, char **argv)
{
    struct cli cli = {.lang = terminal_language()};
    struct err e = {0};
    arena_init(&cli.arena, 256u << 20);
    int status = run(&cli, argc - 1, argv + 1, &e);
    if (status != CLI_DONE && e.code != ERR_NONE) {
        struct str text = err_text(&e, cli.lang);
        fprintf(stderr, "selfkey%s %.*s\n", cli.lang == LANG_FR ? " :" : ":", STR_ARG(text));
    }
    arena_free(&cli.arena);
    return status;
}

bool cli_read_secret(struct cli *cli, struct text prompt, struct str *out, struct err *e)
{
    char line[1026];
    struct termios before, quiet;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
    if (terminal) {
        fprintf(stderr, "%.*s", STR_ARG(text_in(prompt, cli->lang)));
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    char *got = fgets(line, sizeof(line), stdin);
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    if (!got) {
        return err_set(e, ERR_INVALID, "nothing came on standard input: give the password there, on one line",
                       "rien n'est arrivé sur l'entrée standard : donnez-y le mot de passe, sur une ligne");
    }
    line[strcspn(line, "\r\n")] = 0;
    *out = arena_str(&cli->arena, str_of(line));
    secret_wipe(line, sizeof(line));
    return true;
}
