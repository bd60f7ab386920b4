#include "cli/config.h"

#include "io/file.h"

#include <string.h>

#define CONFIG_MAX (64u << 10)

static bool add(struct cli *cli, const struct cli_option *o, struct str value, size_t line, struct str where,
                struct err *e)
{
    if (o->kind != CLI_LIST && str_given(cli_value(cli, o->name))) {
        return true; /* the command line has said it, or an earlier line */
    }
    if (o->kind == CLI_FLAG && !str_eq(value, S("yes")) && !str_eq(value, S("no"))) {
        return err_set(e, ERR_INVALID, "%.*s, line %zu: %s is yes or no",
                       "%.*s, ligne %zu : %s vaut yes ou no", STR_ARG(where), line, o->name);
    }
    if (o->kind == CLI_FLAG && str_eq(value, S("no"))) {
        return true;
    }
    if (cli->given_count == CLI_OPTIONS_MAX) {
        return err_set(e, ERR_INVALID, "%.*s, line %zu: too many options", "%.*s, ligne %zu : trop d'options",
                       STR_ARG(where), line);
    }
    cli->given[cli->given_count].name = o->name;
    cli->given[cli->given_count++].value = arena_str(&cli->arena, value);
    return true;
}

bool config_parse(struct cli *cli, struct str text, struct str where, struct err *e)
{
    size_t line = 0;
    for (struct str rest = text; str_given(rest);) {
        struct str one = str_trim(str_cut(&rest, '\n'));
        line++;
        if (one.n == 0 || one.p[0] == '#') {
            continue;
        }
        size_t equals = str_find_char(one, '=');
        struct str name = str_trim(str_sub(one, 0, equals == SIZE_MAX ? one.n : equals));
        const struct cli_option *o = cli_option_find(cli->command, name);
        if (equals == SIZE_MAX || !o || str_eq(name, S("config"))) {
            return err_set(e, ERR_INVALID, "%.*s, line %zu: “%.*s” is not an option of selfkey %s",
                           "%.*s, ligne %zu : « %.*s » n'est pas une option de selfkey %s", STR_ARG(where),
                           line, STR_ARG(name), cli->command->name);
        }
        if (!add(cli, o, str_trim(str_sub(one, equals + 1, one.n)), line, where, e)) {
            return false;
        }
    }
    return true;
}

bool config_read(struct cli *cli, struct err *e)
{
    struct str path = cli_value(cli, "config");
    if (!path.n) {
        return true;
    }
    FILE_SCOPE fd = file_open(path, e);
    if (fd < 0) {
        return false;
    }
    char *text = arena_alloc(&cli->arena, CONFIG_MAX + 1);
    size_t n = 0, got = 0;
    do {
        if (!file_read(fd, text + n, CONFIG_MAX + 1 - n, &got, e)) {
            return false;
        }
        n += got;
    } while (got && n <= CONFIG_MAX);
    if (n > CONFIG_MAX) {
        return err_set(e, ERR_TOO_BIG, "%.*s is larger than %u KiB: that is no file of options",
                       "%.*s dépasse %u Kio : ce n'est pas un fichier d'options", STR_ARG(path),
                       CONFIG_MAX >> 10);
    }
    return config_parse(cli, (struct str){text, n}, path, e);
}
