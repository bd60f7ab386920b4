/* selfkey key status */
#include "base/date.h"
#include "cli/cli.h"
#include "hub/keys.h"

#include <stdio.h>

static int run_status(struct cli *cli, struct err *e)
{
    struct cli_data d;
    if (!cli_open(cli, &d, false, e)) {
        return CLI_FAILED;
    }
    struct keys_status s;
    bool ok = keys_status(&d.env, &cli->arena, &s, e);
    if (ok) {
        bool french = cli->lang == LANG_FR;
        printf("%s\t%.*s\t%.*s\n", french ? "clé maîtresse" : "master key", STR_ARG(s.master_id),
               STR_ARG(s.path));
        for (size_t i = 0; i < s.count; i++) {
            char made[INSTANT_TEXT_SIZE];
            instant_text(s.keys[i].created_us / 1000000 * 1000000, made);
            printf("%s\t%.*s\t%s\t%s\n", french ? "clé de données" : "data key", STR_ARG(s.keys[i].kid), made,
                   s.keys[i].is_active ? (french ? "active" : "active") : (french ? "ancienne" : "old"));
        }
    }
    cli_close(&d);
    return ok ? CLI_DONE : CLI_FAILED;
}

static const struct cli_option options[] = {CLI_DATA_OPTIONS, {0}};

const struct cli_command cli_key_status = {
    "key status",
    "",
    TEXT_INIT("shows the keys in use, never their values", "montre les clés utilisées, jamais leur valeur"),
    0,
    0,
    options,
    run_status};
