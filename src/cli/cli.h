/* cli.h: what the commands share: options, languages, output, and opening the installation's data.
 *
 * A command is a function and a table of options. Exit status: 0 done, 1 failed, 2 usage. Errors go to standard
 * error in one line that says what to do. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "hub/env.h"
#include "store/establishment.h"

#define CLI_DONE   0
#define CLI_FAILED 1
#define CLI_USAGE  2

enum cli_option_kind { CLI_FLAG, CLI_VALUE, CLI_LIST };

struct cli_option {
    const char *name; /* without "--" */
    enum cli_option_kind kind;
    struct text help;
};

struct cli;

struct cli_command {
    const char *name;  /* "hotel add" */
    const char *usage; /* what follows the name: "SLUG --name NAME …" */
    struct text help;
    size_t positional_min, positional_max;
    const struct cli_option *options; /* ends with a NULL name */
    int (*run)(struct cli *cli, struct err *e);
    bool makes_data;   /* on an empty directory it makes an installation; others want one that is there */
    struct text notes; /* shown below the options; absent: none */
};

#define CLI_OPTIONS_MAX 64

struct cli {
    struct arena arena;
    enum lang lang; /* of the terminal: LC_ALL, LC_MESSAGES, LANG */
    bool temporary; /* the data will be thrown away: no advice about keeping things safe */
    const struct cli_command *command;
    struct str words[8]; /* positional arguments */
    size_t word_count;
    struct {
        const char *name;
        struct str value;
    } given[CLI_OPTIONS_MAX];
    size_t given_count;
};

/* The commands, one file each (or one a group). */
extern const struct cli_command cli_serve, cli_demo, cli_hotel_add, cli_hotel_list, cli_user_add,
    cli_token_add, cli_import, cli_export, cli_key_status, cli_routes, cli_verify;

/* Runs the program: finds the command, reads its options, runs it, prints its error. */
int cli_main(int argc, char **argv);

/* The command's option of that name; NULL when it has none. */
const struct cli_option *cli_option_find(const struct cli_command *c, struct str name);
/* The option's value; absent when it was not given. The last one wins. */
struct str cli_value(const struct cli *cli, const char *name);
bool cli_flag(const struct cli *cli, const char *name);
/* The next value of a CLI_LIST from *at on (start with 0); false when there is no more. */
bool cli_next(const struct cli *cli, const char *name, size_t *at, struct str *value);
/* For a missing or wrong argument: fills *e and returns CLI_USAGE. */
int cli_usage(struct err *e, const char *en, const char *fr);

/* Standard output and error, as bytes. */
void cli_print(struct str s);
/* One line of standard input without its end (a password); at a terminal it is asked for without echo. */
bool cli_read_secret(struct cli *cli, struct text prompt, struct str *out, struct err *e);
bool cli_stderr_is_terminal(void);

/* --- the installation's data --- */

struct cli_data {
    struct store store;
    struct random random;
    struct secret_gate gate;
    struct env env;
};
/* Options that every command on stored data takes. */
#define CLI_DATA_OPTIONS                                                                                     \
    {"data", CLI_VALUE,                                                                                      \
     TEXT_INIT("directory of the data, keys and files (./data)",                                             \
               "répertoire des données, clés et fichiers (./data)")},                                        \
    {                                                                                                        \
        "key-file", CLI_VALUE,                                                                               \
            TEXT_INIT("the master key (DATA/master.key)", "la clé maîtresse (DATA/master.key)")              \
    }
/* Opens stores and keys; at first a command that makes_data makes the directory (0700) and them. ERR_NOT_FOUND when there
 * are none for any other. Close it on every path. */
bool cli_open(struct cli *cli, struct cli_data *d, bool serving, struct err *e);
void cli_close(struct cli_data *d);
/* The hotel that --hotel names; ERR_NOT_FOUND. In the command's arena. */
bool cli_hotel(struct cli *cli, struct cli_data *d, struct establishment *out, struct err *e);
/* A path that stays valid when the working directory changes. */
struct str cli_absolute(struct arena *a, struct str path);

#endif
