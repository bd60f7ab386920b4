/* selfkey serve: the long-running server. */
#include "api/api.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "hub/account.h"
#include "hub/folder.h"
#include "hub/integration.h"
#include "hub/process.h"
#include "hub/process_pace.h"
#include "hub/work.h"
#include "io/file.h"
#include "io/looper.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LISTEN_DEFAULT     "127.0.0.1:8080"
#define PROCESS_TROUBLE_MS 2000
#define PROXIES_MAX        16
#define UPLOADS_MAX        1000 /* files of one look */

struct server {
    struct cli *cli;
    struct cli_data data;
    struct str listen;
    struct looper *processor, *worker;
    struct work work;
    struct process_pace pace; /* of the processor, on its thread */
    atomic_size_t batches;    /* taken since its last round */
    atomic_bool resting;      /* it need not be told of more */
    atomic_bool trouble;      /* the last round of processing failed */
    atomic_bool stopping;
    int uploads; /* their directory; a shared lock on it says that a server is here */
    struct api *api;
};

static int64_t process_turn(void *ctx)
{
    struct server *s = ctx;
    struct err e;
    size_t done, batches = atomic_exchange(&s->batches, 0);
    if (!process_next(&s->data.env, s->pace.round, &done, &e)) {
        log_event(LOG_ERROR, "process.trouble", LOG_STR("error", str_of(e.en)));
        atomic_store(&s->trouble, true);
        return PROCESS_TROUBLE_MS;
    }
    atomic_store(&s->trouble, false);
    int64_t due_ms = process_pace_next(&s->pace, done, batches, clock_monotonic_us(&s->data.env.clock));
    atomic_store(&s->resting, s->pace.rests);
    return due_ms;
}

static int64_t work_turn(void *ctx)
{
    struct server *s = ctx;
    return work_tick(&s->work);
}

static void on_taken(void *ctx)
{
    struct server *s = ctx;
    atomic_fetch_add(&s->batches, 1);
    if (!atomic_load(&s->resting)) {
        looper_poke(s->processor);
    }
}

static bool is_ready(void *ctx, struct err *e)
{
    struct server *s = ctx;
    return !atomic_load(&s->trouble) ||
           err_set(e, ERR_BUSY, "messages are taken, but applying them fails at the moment; see the log",
                   "les messages sont reçus, mais leur application échoue en ce moment ; voyez le journal");
}

static bool read_proxies(struct cli *cli, struct http_network *out, size_t *count, struct err *e)
{
    struct str value;
    *count = 0;
    for (size_t at = 0; cli_next(cli, "behind-proxy", &at, &value);) {
        for (struct str rest = value; str_given(rest);) {
            struct str one = str_trim(str_cut(&rest, ','));
            if (*count == PROXIES_MAX || !http_network_parse(one, &out[*count])) {
                return err_set(
                    e, ERR_INVALID,
                    "--behind-proxy %.*s: give the proxy's IP address or network (at most 16)",
                    "--behind-proxy %.*s : donnez l'adresse IP ou le réseau du mandataire (16 au plus)",
                    STR_ARG(one));
            }
            (*count)++;
        }
    }
    return true;
}

/* The link of a first start, on standard error so that it does not end in a file with the output. */
static bool offer_setup(struct server *s, struct err *e)
{
    struct str token;
    if (!account_setup_start(&s->data.env, &s->cli->arena, &token, e)) {
        return false;
    }
    if (token.n) {
        fprintf(
            stderr,
            s->cli->lang == LANG_FR
                ? "Premier démarrage : créez votre compte avec ce lien, valable une heure et une seule fois :\n"
                  "    %.*s/setup?token=%.*s\n"
                : "First start: make your account with this link, which works once and for one hour:\n"
                  "    %.*s/setup?token=%.*s\n",
            STR_ARG(s->data.env.public_url), STR_ARG(token));
    }
    return true;
}

/* Where we listen, as a URL; port 0: the one in the text. */
static struct str own_url(struct server *s, struct str listen, uint16_t port)
{
    struct arena *a = &s->cli->arena;
    const char *scheme = cli_value(s->cli, "tls-cert").n ? "https" : "http";
    size_t colon = listen.n;
    while (colon > 0 && listen.p[colon - 1] != ':') {
        colon--;
    }
    return port ? arena_fmt(a, "%s://%.*s%u", scheme, (int)colon, listen.p, port)
                : arena_fmt(a, "%s://%.*s", scheme, STR_ARG(listen));
}

/* Removes what a killed server left among the uploads, unless another one serves here as well. */
static bool empty_uploads(struct server *s, struct str path, struct err *e)
{
    struct str *names;
    size_t count;
    bool alone = file_try_lock(s->uploads);
    do {
        count = 0;
        if (alone && !file_dir_list(s->uploads, &s->cli->arena, UPLOADS_MAX, &names, &count, e)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (!file_remove(arena_fmt(&s->cli->arena, "%.*s/%.*s", STR_ARG(path), STR_ARG(names[i])))) {
                return err_set(e, ERR_INTERNAL, "%.*s cannot be emptied", "%.*s ne peut pas être vidé",
                               STR_ARG(path));
            }
        }
    } while (count == UPLOADS_MAX);
    file_share_lock(s->uploads);
    return true;
}

/* The directory of uploads and answers under way. */
static bool open_uploads(struct server *s, struct str *path, struct err *e)
{
    *path = arena_fmt(&s->cli->arena, "%.*s/uploads", STR_ARG(s->data.env.data_dir));
    s->uploads = file_make_dir(*path, e) ? file_dir_open(*path, S(""), false, e) : -1;
    return s->uploads >= 0 && empty_uploads(s, *path, e);
}

static bool start(struct server *s, struct http_network *proxies, size_t proxy_count, struct err *e)
{
    struct cli *cli = s->cli;
    struct env *env = &s->data.env;
    struct str listen = cli_value(cli, "listen");
    s->listen = listen.n ? listen : S(LISTEN_DEFAULT);
    struct str uploads;
    if (!open_uploads(s, &uploads, e)) {
        return false;
    }
    struct api_options o = {
        .env = env,
        .listen = s->listen,
        .tls_cert = cli_value(cli, "tls-cert"),
        .tls_key = cli_value(cli, "tls-key"),
        .proxies = proxies,
        .proxy_count = proxy_count,
        .public_url = env->public_url, /* as it was given */
        .upload_dir = uploads,
        .ctx = s,
        .on_taken = on_taken,
        .ready = is_ready,
    };
    if (!env->public_url.n) {
        env->public_url = own_url(s, o.listen, 0);
    }
    s->work = (struct work){.env = env};
    s->pace = PROCESS_PACE_INIT;
    s->processor = looper_start(process_turn, s, e);
    if (!s->processor || !api_start(&o, &s->api, e)) {
        return false;
    }
    s->worker = looper_start(work_turn, s, e);
    return s->worker != NULL;
}

static void stop(struct server *s)
{
    atomic_store(&s->stopping, true);
    api_stop(s->api);
    looper_stop(s->worker);
    looper_stop(s->processor);
}

static int serve(struct server *s, const sigset_t *signals, struct err *e)
{
    struct http_network proxies[PROXIES_MAX];
    size_t proxy_count;
    int got;
    if (!read_proxies(s->cli, proxies, &proxy_count, e) || !start(s, proxies, proxy_count, e)) {
        stop(s);
        return CLI_FAILED;
    }
    struct str at = own_url(s, s->listen, api_port(s->api));
    if (str_ends(s->listen, S(":0"))) {
        s->data.env.public_url = at; /* nobody knew it before */
    }
    fprintf(stderr,
            s->cli->lang == LANG_FR ? "selfkey : à l'écoute sur %.*s\n" : "selfkey: listening on %.*s\n",
            STR_ARG(at));
    bool ok = offer_setup(s, e);
    while (ok && (sigwait(signals, &got) != 0 || got == SIGHUP)) {
    }
    stop(s);
    return ok ? CLI_DONE : CLI_FAILED;
}

static bool resumed(struct env *env, struct arena *a, const struct establishment *hotel, struct str id,
                    struct err *e)
{
    return process_resume(env, a, hotel, id, e);
}

static const struct integration_hook hooks[] = {
    {.type = "webhook", .resumed = resumed},
    {.type = "csv", .test = folder_test, .sync = folder_sync},
    {0},
};

static int run(struct cli *cli, struct err *e)
{
    static struct server s; /* threads look at it until the very end */
    sigset_t signals;
    /* Before any thread starts, so that signals come to this one only. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    s = (struct server){.cli = cli, .uploads = -1};
    if (!config_read(cli, e)) {
        return CLI_USAGE;
    }
    struct str files = cli_value(cli, "files"), url = cli_value(cli, "public-url");
    if (!cli_open(cli, &s.data, true, e)) {
        return CLI_FAILED;
    }
    s.data.env.hooks = hooks;
    s.data.env.stopping = &s.stopping;
    if (files.n) {
        s.data.env.files_dir = cli_absolute(&cli->arena, files);
    }
    while (url.n && url.p[url.n - 1] == '/') {
        url = str_sub(url, 0, url.n - 1);
    }
    s.data.env.public_url = url;
    int status = serve(&s, &signals, e);
    file_close(&s.uploads);
    cli_close(&s.data);
    return status;
}

static const struct cli_option options[] = {
    CLI_DATA_OPTIONS,
    {"config", CLI_VALUE,
     TEXT_INIT("file with these options, one “name = value” a line",
               "fichier de ces options, un « nom = valeur » par ligne")},
    {"listen", CLI_VALUE, TEXT_INIT("HOST:PORT (" LISTEN_DEFAULT ")", "HÔTE:PORT (" LISTEN_DEFAULT ")")},
    {"public-url", CLI_VALUE,
     TEXT_INIT("how others reach this server, like https://hub.example.org",
               "l'adresse par laquelle on atteint ce serveur, comme https://hub.example.org")},
    {"files", CLI_VALUE,
     TEXT_INIT("directory of watched and export folders (DATA/files)",
               "répertoire des dossiers surveillés et d'export (DATA/files)")},
    {"allow-private", CLI_LIST,
     TEXT_INIT("HOST:PORT on a private network that integrations may call",
               "HÔTE:PORT d'un réseau privé que les intégrations peuvent appeler")},
    {"tls-cert", CLI_VALUE, TEXT_INIT("certificate chain (PEM)", "chaîne de certificats (PEM)")},
    {"tls-key", CLI_VALUE, TEXT_INIT("its private key (PEM)", "sa clé privée (PEM)")},
    {"behind-proxy", CLI_LIST,
     TEXT_INIT("address of the TLS proxy in front, whose headers are believed",
               "adresse du mandataire TLS placé devant, dont les en-têtes sont crus")},
    {0},
};

const struct cli_command cli_serve = {
    "serve",
    "[--listen HOST:PORT] [--public-url URL] [--tls-cert FILE --tls-key FILE | --behind-proxy ADDRESS]…",
    TEXT_INIT("runs the server", "fait tourner le serveur"),
    0,
    0,
    options,
    run,
    .makes_data = true};
