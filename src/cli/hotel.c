/* selfkey hotel add | list */
#include "hub/hotel.h"
#include "cli/cli.h"

static int run_add(struct cli *cli, struct err *e)
{
    struct cli_data d;
    struct hotel_new in = {cli->words[0], cli_value(cli, "name"), cli_value(cli, "timezone"),
                           cli_value(cli, "currency")};
    if (!in.name.n || !in.timezone.n || !in.currency.n) {
        return cli_usage(e, "--name, --timezone (like Europe/Paris) and --currency (like EUR) are needed",
                         "il faut --name, --timezone (comme Europe/Paris) et --currency (comme EUR)");
    }
    if (!cli_open(cli, &d, false, e)) {
        return CLI_FAILED;
    }
    struct establishment hotel;
    bool ok = hotel_add(&d.env, &cli->arena, &in, &hotel, e);
    cli_close(&d);
    return ok ? CLI_DONE : CLI_FAILED;
}

static int run_list(struct cli *cli, struct err *e)
{
    struct cli_data d;
    if (!cli_open(cli, &d, false, e)) {
        return CLI_FAILED;
    }
    struct establishment *list;
    size_t count;
    bool ok = hotel_list(&d.env, &cli->arena, &list, &count, e);
    for (size_t i = 0; ok && i < count; i++) {
        cli_print(arena_fmt(&cli->arena, "%.*s\t%.*s\t%.*s\t%.*s\n", STR_ARG(list[i].slug),
                            STR_ARG(list[i].name), STR_ARG(list[i].timezone), STR_ARG(list[i].currency)));
    }
    cli_close(&d);
    return ok ? CLI_DONE : CLI_FAILED;
}

static const struct cli_option add_options[] = {
    CLI_DATA_OPTIONS,
    {"name", CLI_VALUE, TEXT_INIT("the hotel's name", "le nom de l'hôtel")},
    {"timezone", CLI_VALUE, TEXT_INIT("IANA zone, like Europe/Paris", "fuseau IANA, comme Europe/Paris")},
    {"currency", CLI_VALUE, TEXT_INIT("ISO 4217, like EUR", "ISO 4217, comme EUR")},
    {0},
};
static const struct cli_option list_options[] = {CLI_DATA_OPTIONS, {0}};

const struct cli_command cli_hotel_add = {"hotel add",
                                          "SLUG --name NAME --timezone ZONE --currency CUR",
                                          TEXT_INIT("adds a hotel", "ajoute un hôtel"),
                                          1,
                                          1,
                                          add_options,
                                          run_add,
                                          .makes_data = true};
const struct cli_command cli_hotel_list = {"hotel list",
                                           "",
                                           TEXT_INIT("lists the hotels: slug, name, time zone, currency",
                                                     "liste les hôtels : identifiant, nom, fuseau, devise"),
                                           0,
                                           0,
                                           list_options,
                                           run_list};
