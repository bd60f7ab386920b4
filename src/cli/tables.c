/* selfkey import, selfkey export */
#include "cli/cli.h"
#include "connector/registry.h"
#include "format/json.h"
#include "hub/export.h"
#include "hub/import.h"
#include "io/file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ANSWERS_MAX 64

static bool read_answers(struct cli *cli, struct csv_answer *out, size_t *count, struct err *e)
{
    struct str value;
    *count = 0;
    for (size_t at = 0; cli_next(cli, "set", &at, &value);) {
        size_t equals = str_find_char(value, '=');
        if (equals == SIZE_MAX || *count == ANSWERS_MAX) {
            return err_set(e, ERR_INVALID, "--set %.*s: write NAME=VALUE, such as dates=dmy",
                           "--set %.*s : écrivez NOM=VALEUR, par exemple dates=dmy", STR_ARG(value));
        }
        out[(*count)++] = (struct csv_answer){str_sub(value, 0, equals), str_sub(value, equals + 1, value.n)};
    }
    return true;
}

static void show_progress(void *ctx, int64_t done, int64_t total)
{
    (void)ctx;
    fprintf(stderr, "\r%lld / %lld", (long long)done, (long long)total);
}

static struct str text_of(const struct cli *cli, const struct json *both)
{
    const struct json *v = json_get(both, cli->lang == LANG_FR ? S("fr") : S("en"));
    return v ? v->text : S("");
}

static void print_detected(struct cli *cli, const struct json *report)
{
    const struct json *list = json_get(report, S("detected"));
    for (const struct json *v = list ? list->first : NULL; v; v = v->next) {
        struct str text = text_of(cli, json_get(v, S("text")));
        printf("  %.*s\n", STR_ARG(text));
    }
}

static void print_problems(struct cli *cli, const struct json *report)
{
    const struct json *list = json_get(report, S("problems"));
    bool french = cli->lang == LANG_FR;
    for (const struct json *v = list ? list->first : NULL; v; v = v->next) {
        struct str severity = json_get(v, S("severity"))->text, text = text_of(cli, json_get(v, S("text")));
        bool error = str_eq(severity, S("error")), warning = str_eq(severity, S("warning"));
        const char *word = french ? (error     ? "erreur"
                                     : warning ? "attention"
                                               : "note")
                                  : (error     ? "error"
                                     : warning ? "warning"
                                               : "note");
        struct str line = json_get(v, S("line"))->text;
        printf(french ? "  ligne %.*s, %s : %.*s\n" : "  line %.*s, %s: %.*s\n", STR_ARG(line), word,
               STR_ARG(text));
    }
    const struct json *left = json_get(report, S("problemsLeftOut"));
    if (left && !str_eq(left->text, S("0"))) {
        printf(french ? "  … et %.*s autres\n" : "  … and %.*s more\n", STR_ARG(left->text));
    }
}

static void print_questions(struct cli *cli, const struct json *report)
{
    const struct json *list = json_get(report, S("questions"));
    for (const struct json *v = list ? list->first : NULL; v; v = v->next) {
        struct str text = text_of(cli, json_get(v, S("text"))), name = json_get(v, S("name"))->text;
        printf("? %.*s\n", STR_ARG(text));
        const struct json *choices = json_get(v, S("choices"));
        for (const struct json *c = choices ? choices->first : NULL; c; c = c->next) {
            struct str value = json_get(c, S("value"))->text, label = text_of(cli, json_get(c, S("label")));
            printf("    --set %.*s=%.*s   %.*s\n", STR_ARG(name), STR_ARG(value), STR_ARG(label));
        }
    }
}

/* What was found, what went in, what did not. */
static void print_result(struct cli *cli, const struct import_result *r, bool dry_run)
{
    bool french = cli->lang == LANG_FR;
    const struct json *report = json_parse(&cli->arena, r->row.report, NULL);
    if (!report) {
        return;
    }
    puts(french ? "Le fichier :" : "The file:");
    print_detected(cli, report);
    print_questions(cli, report);
    print_problems(cli, report);
    if (r->asking) {
        return;
    }
    const struct import_counts *n = &r->counts;
    printf(
        french
            ? "%s : %lld créées, %lld modifiées, %lld inchangées, %lld non appliquées, %lld ignorées, %lld refusées\n"
            : "%s: %lld created, %lld changed, %lld unchanged, %lld not applied, %lld skipped, %lld refused\n",
        dry_run ? (french ? "Essai, rien n'est enregistré" : "Dry run, nothing is stored")
                : (french ? "Réservations" : "Reservations"),
        (long long)n->created, (long long)n->changed, (long long)n->unchanged, (long long)n->not_applied,
        (long long)n->skipped, (long long)n->refused);
}

static int import_with(struct cli *cli, struct cli_data *d, struct err *e)
{
    struct csv_answer answers[ANSWERS_MAX];
    struct establishment hotel;
    struct import_options o = {.integration_id = cli_value(cli, "integration"),
                               .source = S("command"),
                               .actor = S("command"),
                               .answers = answers,
                               .dry_run = cli_flag(cli, "dry-run"),
                               .progress = cli_stderr_is_terminal() ? show_progress : NULL};
    struct str path = cli->words[0];
    size_t slash = path.n;
    while (slash > 0 && path.p[slash - 1] != '/') {
        slash--;
    }
    o.name = str_sub(path, slash, path.n);
    FILE_SCOPE fd = -1;
    struct file_info info;
    if (!read_answers(cli, answers, &o.answer_count, e) || !cli_hotel(cli, d, &hotel, e)) {
        return CLI_FAILED;
    }
    fd = file_open(path, e);
    if (fd < 0 || !file_stat(fd, &info, e)) {
        return CLI_FAILED;
    }
    o.ordered_us = info.modified_us;
    struct import_result r = {0};
    bool ok = import_file(&d->env, &cli->arena, &hotel, fd, &o, &r, e);
    if (o.progress) {
        fputc('\n', stderr);
    }
    if (!ok) {
        return CLI_FAILED;
    }
    print_result(cli, &r, o.dry_run);
    struct str bad = o.dry_run ? (struct str){0} : import_bad_rows(&d->env, &cli->arena, &hotel, r.row.id);
    if (r.counts.refused && bad.n) {
        printf(cli->lang == LANG_FR ? "Lignes à corriger : %.*s\n" : "Rows to put right: %.*s\n",
               STR_ARG(bad));
    }
    if (r.asking) {
        err_set(e, ERR_INVALID, "nothing was imported: answer the question with --set and run it again",
                "rien n'a été importé : répondez à la question avec --set et relancez");
    }
    return r.asking || r.counts.refused ? CLI_FAILED : CLI_DONE;
}

static int run_import(struct cli *cli, struct err *e)
{
    struct cli_data d;
    if (!cli_value(cli, "hotel").n) {
        return cli_usage(e, "say which hotel: --hotel SLUG", "dites quel hôtel : --hotel SLUG");
    }
    if (!cli_open(cli, &d, false, e)) {
        return CLI_FAILED;
    }
    int status = import_with(cli, &d, e);
    cli_close(&d);
    return status;
}

static bool to_stdout(void *ctx, struct str bytes, struct err *e)
{
    (void)ctx;
    return file_write(STDOUT_FILENO, bytes, e);
}

static int find_name(const char *const *names, struct str name)
{
    for (int i = 0; names[i]; i++) {
        if (str_eq(str_of(names[i]), name)) {
            return i;
        }
    }
    return -1;
}

static int run_export(struct cli *cli, struct err *e)
{
    static const char *const formats[] = {"csv", "json", NULL};
    struct cli_data d;
    struct str format = cli_value(cli, "format");
    int what = find_name(export_names, cli->words[0]);
    int as = format.n ? find_name(formats, format) : 0;
    if (!cli_value(cli, "hotel").n || what < 0 || as < 0) {
        return cli_usage(e,
                         "usage: selfkey export reservations|guests|stock --hotel SLUG [--format csv|json]",
                         "usage : selfkey export reservations|guests|stock --hotel SLUG [--format csv|json]");
    }
    if (!cli_open(cli, &d, false, e)) {
        return CLI_FAILED;
    }
    struct establishment hotel;
    struct export_options o = {
        .what = (enum export_what)what, .format = (enum export_format)as, .from = DATE_NONE, .to = DATE_NONE};
    bool ok = cli_hotel(cli, &d, &hotel, e) && export_write(&d.env, &hotel, &o, to_stdout, NULL, e);
    cli_close(&d);
    return ok ? CLI_DONE : CLI_FAILED;
}

static const struct cli_option import_options_table[] = {
    CLI_DATA_OPTIONS,
    {"hotel", CLI_VALUE, TEXT_INIT("the hotel's slug", "l'identifiant de l'hôtel")},
    {"integration", CLI_VALUE,
     TEXT_INIT("import as this integration", "importer au nom de cette intégration")},
    {"dry-run", CLI_FLAG, TEXT_INIT("show what would change", "montrer ce qui changerait")},
    {"set", CLI_LIST,
     TEXT_INIT("NAME=VALUE answers a question, e.g. dates=dmy",
               "NOM=VALEUR répond à une question, p. ex. dates=dmy")},
    {0},
};
static const struct cli_option export_options_table[] = {
    CLI_DATA_OPTIONS,
    {"hotel", CLI_VALUE, TEXT_INIT("the hotel's slug", "l'identifiant de l'hôtel")},
    {"format", CLI_VALUE, TEXT_INIT("csv or json (csv)", "csv ou json (csv)")},
    {0},
};

const struct cli_command cli_import = {
    "import",
    "FILE --hotel SLUG [--integration ID] [--dry-run] [--set NAME=VALUE]…",
    TEXT_INIT("imports a table of reservations", "importe un tableau de réservations"),
    1,
    1,
    import_options_table,
    run_import,
    .notes = TEXT_INIT(
        "Exit status: 0 when everything went in, 1 when rows were refused (the good ones are in; their file "
        "is named) or nothing went in, 2 when the command was wrong.",
        "Code de sortie : 0 si tout est entré, 1 si des lignes ont été refusées (les bonnes sont entrées ; "
        "le fichier des autres est indiqué) ou si rien n'est entré, 2 si la commande était fausse.")};
const struct cli_command cli_export = {"export",
                                       "reservations|guests|stock --hotel SLUG [--format csv|json]",
                                       TEXT_INIT("writes a hotel's data to standard output",
                                                 "écrit les données d'un hôtel sur la sortie standard"),
                                       1,
                                       1,
                                       export_options_table,
                                       run_export};
