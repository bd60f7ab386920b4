/* Opening an installation's data; declared in cli/cli.h. */
#include "cli/cli.h"

#include "base/log.h"
#include "hub/keys.h"
#include "io/file.h"
#include "io/reason.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct str cli_absolute(struct arena *a, struct str path)
{
    char here[PATH_MAX];
    if ((path.n && path.p[0] == '/') || !getcwd(here, sizeof(here))) {
        return arena_str(a, path);
    }
    return arena_fmt(a, "%s/%.*s", here, STR_ARG(path));
}

static bool make_directory(const char *path, struct err *e)
{
    struct stat s;
    if (mkdir(path, 0700) == 0) {
        return true;
    }
    int why = errno;
    if (why == EEXIST && stat(path, &s) == 0 && S_ISDIR(s.st_mode)) {
        return true;
    }
    return err_set(
        e, ERR_INVALID, "cannot use %s as data directory: %s%.0s; name another with --data",
        "impossible d'utiliser %s comme répertoire de données : %.0s%s ; donnez-en un autre avec --data",
        path, REASON(why));
}

/* A wrong --data must not leave a second, empty installation behind. */
static bool find_installation(struct arena *a, struct str dir, struct err *e)
{
    return file_exists(arena_fmt(a, "%.*s/%s", STR_ARG(dir), STORE_HOTEL_FILE)) ||
           err_set(
               e, ERR_NOT_FOUND,
               "there is no installation in %.*s: name its directory with --data, or make one there with selfkey "
               "hotel add or selfkey serve",
               "il n'y a pas d'installation dans %.*s : indiquez son répertoire avec --data, ou créez-en une avec "
               "selfkey hotel add ou selfkey serve",
               STR_ARG(dir));
}

static void write_line(void *ctx, struct str line)
{
    (void)ctx;
    /* One write a line, so that lines of several threads do not mix. */
    if (write(STDERR_FILENO, line.p, line.n) < 0) {
        return; /* nobody reads the log: not a reason to stop */
    }
}

static int64_t log_now(void *ctx)
{
    return clock_now_us(ctx);
}

bool cli_open(struct cli *cli, struct cli_data *d, bool serving, struct err *e)
{
    struct arena *a = &cli->arena;
    *d = (struct cli_data){.random = random_system()};
    struct str dir = cli_value(cli, "data");
    dir = cli_absolute(a, dir.n ? dir : S("data"));
    struct str key_file = cli_value(cli, "key-file");
    secret_forbid_dumps(); /* before the master key is read */
    if (!secret_init(e) ||
        !(cli->command->makes_data ? make_directory(arena_cstr(a, dir), e) : find_installation(a, dir, e))) {
        return false;
    }
    secret_gate_init(&d->gate, SECRET_GATE_PLACES);
    d->env = (struct env){
        .clock = clock_system(),
        .random = &d->random,
        .store = &d->store,
        .gate = &d->gate,
        .data_dir = dir,
        .files_dir = arena_fmt(a, "%.*s/files", STR_ARG(dir)),
    };
    static struct clock log_clock;
    log_clock = d->env.clock;
    struct log_sink sink = {write_line, log_now, &log_clock, serving ? LOG_INFO : LOG_WARN};
    log_open(&sink);
    d->env.key_file = key_file.n ? cli_absolute(a, key_file) : key_file;
    bool created;
    if (!store_open(&d->store, dir, serving, e) || !keys_open(&d->env, &created, e)) {
        cli_close(d);
        return false;
    }
    if (created && !cli->temporary) {
        struct str path = keys_path(&d->env, a);
        fprintf(
            stderr,
            cli->lang == LANG_FR
                ? "selfkey : clé maîtresse créée dans %.*s ; gardez-en une copie en lieu sûr, hors des sauvegardes\n"
                : "selfkey: made a master key in %.*s; keep a copy in a safe place, apart from the backups\n",
            STR_ARG(path));
    }
    return true;
}

void cli_close(struct cli_data *d)
{
    keys_close(&d->env);
    store_close(&d->store);
    secret_gate_destroy(&d->gate);
}

bool cli_hotel(struct cli *cli, struct cli_data *d, struct establishment *out, struct err *e)
{
    DB_READ_SCOPE *c = db_read(d->store.hotel, e);
    return c && establishment_find(c, &cli->arena, cli_value(cli, "hotel"), out, e);
}
