/* selfkey demo: fresh temporary data, a demo hotel, and what happens to it, told in the terminal. */
#include "cli/demo.h"

#include <signal.h>
#include <stdio.h>

static void greet(struct demo *d, bool once)
{
    bool french = d->cli->lang == LANG_FR;
    printf(french ? "SelfKey Integrations : démonstration\n\n"
                    "Un hôtel de démonstration tourne à l'adresse %.*s\n"
                    "  données temporaires : %.*s\n  journal du serveur : %.*s\n"
                  : "SelfKey Integrations: demonstration\n\n"
                    "A demo hotel is running at %.*s\n  temporary data: %.*s\n  server's log: %.*s\n",
           STR_ARG(d->url), STR_ARG(d->dir), STR_ARG(d->log));
    if (!once) {
        printf(french ? "  compte : %.*s, mot de passe : %.*s\n  jeton pour l'API : %.*s\n"
                      : "  account: %.*s, password: %.*s\n  token for the API: %.*s\n",
               STR_ARG(d->email), STR_ARG(d->password), STR_ARG(d->token));
    }
    fflush(stdout);
}

static void sum_up(struct demo *d)
{
    bool french = d->cli->lang == LANG_FR;
    if (d->failures) {
        printf(french
                   ? "\nÉCHEC : %d vérifications sur %d n'ont pas donné ce qu'elles devaient ; voyez %.*s\n"
                   : "\nFAILED: %d of %d checks did not give what they should; see %.*s\n",
               d->failures, d->checks, STR_ARG(d->log));
    } else {
        printf(french ? "\nTout s'est passé comme il faut : %d vérifications, aucune en défaut.\n"
                      : "\nEverything went as it should: %d checks, none failed.\n",
               d->checks);
    }
    fflush(stdout);
}

static bool play(struct demo *d, bool once, struct err *e)
{
    if (!demo_open(d, e) || !demo_start_server(d, e) || !demo_connect(d, e)) {
        return false;
    }
    greet(d, once);
    if (!demo_play(d, e)) {
        return false;
    }
    sum_up(d);
    return once || demo_go_on(d, e);
}

static int run(struct cli *cli, struct err *e)
{
    struct str listen = cli_value(cli, "listen");
    struct demo d = {.cli = cli,
                     .a = &cli->arena,
                     .clock = clock_system(),
                     .listen = listen.n ? listen : S("127.0.0.1:8080")};
    signal(SIGPIPE, SIG_IGN);
    cli->temporary = true;
    /* Both end the demonstration in order, so that nothing of it is left behind. */
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    bool ok = play(&d, cli_flag(cli, "once"), e);
    demo_close(&d);
    return ok && d.failures == 0 ? CLI_DONE : CLI_FAILED;
}

static const struct cli_option options[] = {
    {"listen", CLI_VALUE, TEXT_INIT("HOST:PORT (127.0.0.1:8080)", "HÔTE:PORT (127.0.0.1:8080)")},
    {"once", CLI_FLAG,
     TEXT_INIT("plays it through and ends with a summary", "la joue une fois et finit par un bilan")},
    {0},
};

const struct cli_command cli_demo = {
    "demo",
    "[--listen HOST:PORT] [--once]",
    TEXT_INIT("shows what the program does, on a demo hotel with temporary data",
              "montre ce que fait le programme, sur un hôtel de démonstration aux données temporaires"),
    0,
    0,
    options,
    run,
    .makes_data = true};
