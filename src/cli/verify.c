/* selfkey verify stock | reservations */
#include "hub/verify.h"
#include "base/show.h"
#include "cli/cli.h"
#include "hub/hotel.h"

#include <stdio.h>

struct checking {
    struct cli *cli;
    struct arena a; /* of a line */
    struct str slug;
    bool progress;
    bool shown; /* the progress stands on the terminal's line */
};

static void end_progress(struct checking *ch)
{
    if (ch->shown) {
        fputs("\r\33[K", stderr);
        ch->shown = false;
    }
}

static struct str rooms_text(struct arena *a, int64_t sold, int64_t held, enum lang lang)
{
    return lang == LANG_FR ? arena_fmt(a, "%lld %s, %lld %s", (long long)sold,
                                       show_plural(sold, lang, "vendue", "vendues"), (long long)held,
                                       show_plural(held, lang, "retenue", "retenues"))
                           : arena_fmt(a, "%lld sold, %lld held", (long long)sold, (long long)held);
}

static void print_night(void *ctx, const struct verify_night *n)
{
    struct checking *ch = ctx;
    enum lang lang = ch->cli->lang;
    arena_reset(&ch->a);
    struct str stored = rooms_text(&ch->a, n->sold, n->held, lang);
    struct str due = rooms_text(&ch->a, n->sold_due, n->held_due, lang);
    cli_print(arena_fmt(&ch->a,
                        lang == LANG_FR
                            ? "%.*s : %.*s, nuit du %.*s : enregistré%s : %.*s ; il faudrait : %.*s\n"
                            : "%.*s: %.*s, night of %.*s: stored%s: %.*s; it should be: %.*s\n",
                        STR_ARG(ch->slug), STR_ARG(n->room_type), STR_ARG(show_date(&ch->a, n->night, lang)),
                        n->stored         ? ""
                        : lang == LANG_FR ? " (rien pour cette nuit)"
                                          : " (nothing for this night)",
                        STR_ARG(stored), STR_ARG(due)));
}

static struct str value_text(struct arena *a, struct text value, enum lang lang)
{
    struct str s = text_in(value, lang);
    return !s.n              ? lang == LANG_FR ? S("rien") : S("nothing")
                        : lang == LANG_FR ? arena_fmt(a, "« %.*s »", STR_ARG(s))
                             : arena_fmt(a, "“%.*s”", STR_ARG(s));
}

static void print_field(void *ctx, const struct verify_field *f)
{
    struct checking *ch = ctx;
    enum lang lang = ch->cli->lang;
    end_progress(ch);
    arena_reset(&ch->a);
    struct str stands = value_text(&ch->a, f->stands, lang), should = value_text(&ch->a, f->should, lang);
    cli_print(arena_fmt(
        &ch->a,
        lang == LANG_FR
            ? "%.*s : réservation %.*s (%.*s), %.*s : enregistré : %.*s ; selon ses messages : %.*s\n"
            : "%.*s: reservation %.*s (%.*s), %.*s: stored: %.*s; by its messages: %.*s\n",
        STR_ARG(ch->slug), STR_ARG(f->reference), STR_ARG(f->channel), STR_ARG(f->field), STR_ARG(stands),
        STR_ARG(should)));
}

static void show_progress(void *ctx, int64_t done)
{
    struct checking *ch = ctx;
    fprintf(stderr, "\r%.*s: %lld", STR_ARG(ch->slug), (long long)done);
    ch->shown = true;
}

static bool check_hotel(struct checking *ch, struct cli_data *d, const struct establishment *hotel,
                        bool stock, struct verify_count *sum, struct err *e)
{
    struct verify_watch watch = {print_field, ch->progress ? show_progress : NULL, ch};
    struct verify_count count;
    ch->slug = hotel->slug;
    bool ok = stock ? verify_stock(&d->env, hotel, print_night, ch, &count, e)
                    : verify_reservations(&d->env, hotel, &watch, &count, e);
    end_progress(ch);
    sum->looked_at += count.looked_at;
    sum->differences += count.differences;
    return ok;
}

static void print_sum(enum lang lang, bool stock, const struct verify_count *n)
{
    bool french = lang == LANG_FR;
    const char *of = stock    ? french ? show_plural(n->looked_at, lang, "nuit", "nuits")
                                       : show_plural(n->looked_at, lang, "night", "nights")
                        : french ? show_plural(n->looked_at, lang, "réservation", "réservations")
                              : show_plural(n->looked_at, lang, "reservation", "reservations");
    const char *differences = french ? show_plural(n->differences, lang, "différence", "différences")
                                     : show_plural(n->differences, lang, "difference", "differences");
    printf("%lld %s, %lld %s\n", (long long)n->looked_at, of, (long long)n->differences, differences);
}

static bool check_hotels(struct checking *ch, struct cli_data *d, bool stock, struct verify_count *sum,
                         struct err *e)
{
    struct arena *a = &ch->cli->arena;
    struct establishment *list = NULL, one;
    size_t count = 1;
    bool named = cli_value(ch->cli, "hotel").n > 0;
    if (named ? !cli_hotel(ch->cli, d, &one, e) : !hotel_list(&d->env, a, &list, &count, e)) {
        return false;
    }
    list = named ? &one : list;
    for (size_t i = 0; i < count; i++) {
        if (!check_hotel(ch, d, &list[i], stock, sum, e)) {
            return false;
        }
    }
    return true;
}

static int run(struct cli *cli, struct err *e)
{
    struct cli_data d;
    struct verify_count sum = {0};
    bool stock = str_eq(cli->words[0], S("stock"));
    if (!stock && !str_eq(cli->words[0], S("reservations"))) {
        return cli_usage(e, "say what: selfkey verify stock, or selfkey verify reservations",
                         "dites quoi : selfkey verify stock, ou selfkey verify reservations");
    }
    if (!cli_open(cli, &d, false, e)) {
        return CLI_FAILED;
    }
    struct checking ch = {.cli = cli, .progress = cli_stderr_is_terminal()};
    arena_init(&ch.a, SIZE_MAX);
    bool ok = check_hotels(&ch, &d, stock, &sum, e);
    if (ok) {
        print_sum(cli->lang, stock, &sum);
    }
    arena_free(&ch.a);
    cli_close(&d);
    return ok && sum.differences == 0 ? CLI_DONE : CLI_FAILED;
}

static const struct cli_option options[] = {
    CLI_DATA_OPTIONS,
    {"hotel", CLI_VALUE, TEXT_INIT("the hotel's slug (all hotels)", "l'identifiant de l'hôtel (tous)")},
    {0},
};

const struct cli_command cli_verify = {
    "verify",
    "stock|reservations [--hotel SLUG]",
    TEXT_INIT("compares what is stored with what it follows from",
              "compare ce qui est enregistré avec ce dont cela découle"),
    1,
    1,
    options,
    run,
    .notes = TEXT_INIT(
        "stock: counts sold and held of every night again, from the reservations. reservations: makes each one "
        "again from its messages. Nothing is changed; a server may be running.\n"
        "Exit status: 0 without a difference, 1 with one or on failure, 2 when the command was wrong.",
        "stock : recompte ce qui est vendu et retenu chaque nuit, d'après les réservations. reservations : refait "
        "chacune d'après ses messages. Rien n'est modifié ; un serveur peut tourner.\n"
        "Code de sortie : 0 sans différence, 1 s'il y en a ou en cas d'échec, 2 si la commande était fausse.")};
