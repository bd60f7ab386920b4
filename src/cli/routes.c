/* selfkey routes */
#include "api/router.h"
#include "cli/cli.h"
#include "format/json.h"

static int run(struct cli *cli, struct err *e)
{
    (void)e;
    size_t count;
    const struct api_route *routes = api_routes(&count);
    struct buf b = buf_in(&cli->arena);
    for (size_t i = 0; i < count; i++) {
        struct json_out o = json_out(&b);
        json_open(&o, '{');
        json_member_str(&o, S("method"), str_of(routes[i].method));
        json_member_str(&o, S("path"), str_of(routes[i].pattern));
        json_member_str(&o, S("access"), str_of(api_access_names[routes[i].access]));
        json_member_str(&o, S("body"), str_of(api_body_names[routes[i].body]));
        json_close(&o, '}');
        buf_add(&b, S("\n"));
    }
    cli_print(buf_str(&b));
    return CLI_DONE;
}

static const struct cli_option options[] = {{0}};

const struct cli_command cli_routes = {
    "routes",
    "",
    TEXT_INIT("lists every address of the HTTP API and who may call it, one JSON object a line",
              "liste chaque adresse de l'API HTTP et qui peut l'appeler, un objet JSON par ligne"),
    0,
    0,
    options,
    run,
    .notes = TEXT_INIT(
        "access: public (anybody), session (whoever is signed in), operator, or the least role in the hotel: "
        "viewer, manager, owner.",
        "access : public (n'importe qui), session (qui est connecté), operator, ou le rôle minimal dans "
        "l'hôtel : viewer, manager, owner.")};
