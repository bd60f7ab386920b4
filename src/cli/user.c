/* selfkey user add, selfkey token add */
#include "cli/cli.h"
#include "hub/account.h"

static int run_user_add(struct cli *cli, struct err *e)
{
    struct cli_data d;
    struct str role = cli_value(cli, "role");
    struct account_new in = {.email = cli->words[0],
                             .is_operator = cli_flag(cli, "operator"),
                             .hotel = cli_value(cli, "hotel"),
                             .language = cli->lang};
    if (in.hotel.n == 0 && !in.is_operator) {
        return cli_usage(e, "say --hotel SLUG --role owner|manager|viewer, or --operator",
                         "dites --hotel SLUG --role owner|manager|viewer, ou --operator");
    }
    in.role = role_find(role);
    if (in.hotel.n && in.role == ROLE_NONE) {
        return cli_usage(e, "--role must be owner, manager or viewer",
                         "--role doit être owner, manager ou viewer");
    }
    if (!cli_open(cli, &d, false, e)) { /* before anybody types a password in vain */
        return CLI_FAILED;
    }
    int64_t id;
    bool ok = cli_read_secret(cli, TEXT("Password: ", "Mot de passe : "), &in.password, e) &&
              account_add(&d.env, &cli->arena, &in, &id, e);
    secret_wipe_str(in.password);
    cli_close(&d);
    return ok ? CLI_DONE : CLI_FAILED;
}

static int run_token_add(struct cli *cli, struct err *e)
{
    struct cli_data d;
    struct str email = cli_value(cli, "user");
    if (!email.n) {
        return cli_usage(e, "say whose token it is: --user EMAIL", "dites à qui est le jeton : --user EMAIL");
    }
    if (!cli_open(cli, &d, false, e)) {
        return CLI_FAILED;
    }
    struct principal p;
    struct str token;
    bool ok = account_find(&d.env, &cli->arena, email, &p, e) &&
              account_token_create(&d.env, &cli->arena, p.user_id, cli->words[0], &token, e);
    if (ok) {
        cli_print(arena_fmt(&cli->arena, "%.*s\n", STR_ARG(token)));
    }
    cli_close(&d);
    return ok ? CLI_DONE : CLI_FAILED;
}

static const struct cli_option user_options[] = {
    CLI_DATA_OPTIONS,
    {"hotel", CLI_VALUE, TEXT_INIT("the hotel's slug", "l'identifiant de l'hôtel")},
    {"role", CLI_VALUE,
     TEXT_INIT("owner, manager or viewer", "owner (propriétaire), manager (gestion) ou viewer (lecture)")},
    {"operator", CLI_FLAG,
     TEXT_INIT("runs the installation: keys, backups, metrics; no hotel's data",
               "fait tourner l'installation : clés, sauvegardes, mesures ; aucune donnée d'hôtel")},
    {0},
};
static const struct cli_option token_options[] = {
    CLI_DATA_OPTIONS, {"user", CLI_VALUE, TEXT_INIT("the user's e-mail", "l'adresse de l'utilisateur")}, {0}};

const struct cli_command cli_user_add = {
    "user add",
    "EMAIL --hotel SLUG --role owner|manager|viewer | --operator",
    TEXT_INIT("adds a user; the password comes on standard input",
              "ajoute un utilisateur ; le mot de passe vient par l'entrée standard"),
    1,
    1,
    user_options,
    run_user_add};
const struct cli_command cli_token_add = {"token add",
                                          "NAME --user EMAIL",
                                          TEXT_INIT("makes a bearer token and prints it, once",
                                                    "crée un jeton d'accès et l'affiche, une seule fois"),
                                          1,
                                          1,
                                          token_options,
                                          run_token_add};
