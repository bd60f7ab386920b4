#include "cli/demo.h"

#include "hub/account.h"
#include "hub/desk.h"
#include "hub/hotel.h"
#include "hub/keys.h"
#include "io/file.h"

#include <stdio.h>
#include <string.h>

#define READY_MS 20000

static const struct {
    const char *code;
    struct text name;
    int64_t units;
} rooms[] = {
    {"DBL", TEXT_INIT("Double Room", "Chambre double"), 3},
    {"TWN", TEXT_INIT("Twin Room", "Chambre à deux lits"), 2},
    {"SGL", TEXT_INIT("Single Room", "Chambre simple"), 1},
};

static bool add_rooms(struct demo *d, struct env *env, const struct establishment *hotel, struct err *e)
{
    for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
        struct room_type r = {.code = str_of(rooms[i].code),
                              .name = text_in(rooms[i].name, d->cli->lang),
                              .units = rooms[i].units};
        int64_t repaired;
        if (!desk_room_add(env, d->a, hotel, S("demo"), &r, &repaired, e)) {
            return false;
        }
    }
    return true;
}

/* As an installation is set up by the command line, before its server starts. */
static bool set_up(struct demo *d, struct err *e)
{
    struct cli_data data;
    struct establishment hotel;
    struct principal p;
    int64_t user;
    struct hotel_new in = {S("demo"),
                           d->cli->lang == LANG_FR ? S("Hôtel du Vieux-Port") : S("Old Harbour Hotel"),
                           S("Europe/Paris"), S("EUR")};
    d->cli->given[d->cli->given_count].name = "data";
    d->cli->given[d->cli->given_count++].value = d->data;
    if (!cli_open(d->cli, &data, false, e)) {
        return false;
    }
    d->email = S("demo@example.org");
    d->password = random_base62(data.env.random, d->a, 12);
    struct account_new owner = {.email = d->email,
                                .password = d->password,
                                .language = d->cli->lang,
                                .is_operator = true,
                                .hotel = in.slug,
                                .role = ROLE_OWNER};
    bool ok = hotel_add(&data.env, d->a, &in, &hotel, e) && account_add(&data.env, d->a, &owner, &user, e) &&
              account_find(&data.env, d->a, d->email, &p, e) &&
              account_token_create(&data.env, d->a, p.user_id, S("demo"), &d->token, e) &&
              add_rooms(d, &data.env, &hotel, e);
    cli_close(&data);
    return ok;
}

bool demo_open(struct demo *d, struct err *e)
{
    if (!secret_init(e)) {
        return false;
    }
    d->dir = file_make_temporary(d->a, S("selfkey-demo"), e);
    if (!d->dir.n) {
        return false;
    }
    d->data = arena_fmt(d->a, "%.*s/data", STR_ARG(d->dir));
    d->files = arena_fmt(d->a, "%.*s/files", STR_ARG(d->dir));
    d->log = arena_fmt(d->a, "%.*s/server.log", STR_ARG(d->dir));
    d->url = arena_fmt(d->a, "http://%.*s", STR_ARG(d->listen));
    d->http = http_client_new(e);
    return d->http && set_up(d, e);
}

bool demo_start_server(struct demo *d, struct err *e)
{
    const char *arguments[] = {"serve",
                               "--data",
                               arena_cstr(d->a, d->data),
                               "--files",
                               arena_cstr(d->a, d->files),
                               "--listen",
                               arena_cstr(d->a, d->listen),
                               NULL};
    if (!child_start(&d->server, arguments, d->log, e)) {
        return false;
    }
    int64_t until = clock_monotonic_us(&d->clock) + READY_MS * 1000;
    while (child_runs(&d->server) && clock_monotonic_us(&d->clock) < until) {
        int status;
        const struct json *answer;
        struct err ignored;
        if (demo_api(d, "GET", S("/readyz"), (struct str){0}, &status, &answer, &ignored) && status == 200) {
            return true;
        }
        clock_sleep_ms(20);
    }
    return err_set(
        e, ERR_UPSTREAM, "the demo's server did not start; %.*s says why (another --listen may help)",
        "le serveur de la démonstration n'a pas démarré ; %.*s dit pourquoi (un autre --listen peut aider)",
        STR_ARG(d->log));
}

static bool create(struct demo *d, struct str body, const struct json **answer, struct err *e)
{
    int status;
    if (!demo_api(d, "POST", S("/api/admin/demo/integrations"), body, &status, answer, e)) {
        return false;
    }
    return status == 201 ||
           err_set(e, ERR_UPSTREAM, "the server refused an integration: %.*s",
                   "le serveur a refusé une intégration : %.*s", STR_ARG(demo_text(*answer, "detail")));
}

bool demo_connect(struct demo *d, struct err *e)
{
    const struct json *answer;
    bool french = d->cli->lang == LANG_FR;
    struct str webhook = arena_fmt(d->a, "{\"type\":\"webhook\",\"name\":\"%s\",\"configuration\":{}}",
                                   french ? "Site de l'hôtel" : "Hotel website");
    if (!create(d, webhook, &answer, e)) {
        return false;
    }
    d->webhook_id = demo_text(answer, "id");
    d->webhook_secret = demo_text(json_get(answer, S("configuration")), "secret");
    struct str folder =
        arena_fmt(d->a,
                  "{\"type\":\"csv\",\"name\":\"%s\",\"configuration\":{\"importPath\":\"arrivals\","
                  "\"exportPath\":\"exports\"}}",
                  french ? "Dossier d'échange" : "Exchange folder");
    if (!create(d, folder, &answer, e)) {
        return false;
    }
    d->folder_id = demo_text(answer, "id");
    /* The folders are there once the integration was tested, as a hotelier would do. */
    int status;
    struct str test = arena_fmt(d->a, "/api/admin/demo/integrations/%.*s/test", STR_ARG(d->folder_id));
    return demo_api(d, "POST", test, S("{}"), &status, &answer, e);
}

void demo_close(struct demo *d)
{
    child_stop(&d->server);
    http_client_free(d->http);
    if (d->dir.n && d->failures == 0) {
        file_remove_tree(d->dir); /* after a failure it stays, to be looked at */
    }
}
