#include "cli/demo.h"

#include "base/show.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define PAUSE_S 15 /* between two bookings of a demonstration that goes on */

/* Nights of the story: some weeks from today, so that nothing lies in the past. */
static struct str day(struct demo *d, int after)
{
    int32_t today = (int32_t)(clock_now_us(&d->clock) / 86400000000);
    return date_fmt(d->a, today + 40 + after);
}

static struct str room(struct demo *d, const char *type, int from, int to, const char *amount)
{
    return arena_fmt(
        d->a,
        "{\"reference\":\"1\",\"roomType\":\"%s\",\"ratePlan\":\"BAR\",\"arrival\":\"%.*s\",\"departure\":"
        "\"%.*s\",\"adults\":2,\"amount\":\"%s\"}",
        type, STR_ARG(day(d, from)), STR_ARG(day(d, to)), amount);
}

static struct str booking(struct demo *d, const char *type, const char *reference, const char *revision,
                          const char *first, const char *last, struct str rooms, const char *amount)
{
    char now[INSTANT_TEXT_SIZE];
    struct str sent = instant_text(clock_now_us(&d->clock), now);
    return arena_fmt(
        d->a,
        "{\"type\":\"reservation.%s\",\"timestamp\":\"%.*s\",\"data\":{\"reference\":\"%s\",\"revision\":"
        "\"%s\",\"currency\":\"EUR\",\"totalAmount\":\"%s\",\"channel\":\"website\",\"guest\":{"
        "\"firstName\":\"%s\",\"lastName\":\"%s\"},\"rooms\":[%.*s]}}",
        type, STR_ARG(sent), reference, revision, amount, first, last, STR_ARG(rooms));
}

/* --- what the hotel's data say now --- */

static int64_t left_on(struct demo *d, const char *type, int after, struct err *e)
{
    int status;
    const struct json *answer;
    struct str on = day(d, after);
    struct str path = arena_fmt(d->a, "/api/admin/demo/calendar?from=%.*s&to=%.*s", STR_ARG(on),
                                STR_ARG(day(d, after + 1)));
    if (!demo_api(d, "GET", path, (struct str){0}, &status, &answer, e)) {
        return -1;
    }
    const struct json *list = json_get(answer, S("rooms"));
    for (const struct json *r = list ? list->first : NULL; r; r = r->next) {
        int64_t left;
        if (str_eq(demo_text(r, "roomType"), str_of(type)) &&
            str_to_i64(demo_text(json_at(json_get(r, S("days")), 0), "available"), &left)) {
            return left;
        }
    }
    return -1;
}

static bool show_stock(struct demo *d, int from, int to, struct err *e)
{
    static const char *const types[] = {"DBL", "TWN", "SGL"};
    for (int night = from; night < to; night++) {
        struct buf b = buf_in(d->a);
        int32_t date;
        date_parse(day(d, night), &date);
        struct str shown = show_date(d->a, date, d->cli->lang);
        buf_fmt(&b, d->cli->lang == LANG_FR ? "stock du %.*s : reste" : "stock on %.*s: left",
                STR_ARG(shown));
        for (size_t i = 0; i < ARRAY_LEN(types); i++) {
            int64_t left = left_on(d, types[i], night, e);
            if (left < 0) {
                return false;
            }
            buf_fmt(&b, "%s %lld %s", i ? "," : "", (long long)left, types[i]);
        }
        demo_line(d, "  ", buf_str(&b));
    }
    return true;
}

/* What is queued for the other systems. */
static bool show_outbox(struct demo *d, bool expected, struct err *e)
{
    int status;
    const struct json *answer;
    if (!demo_api(d, "GET", S("/api/admin/demo/outbox"), (struct str){0}, &status, &answer, e)) {
        return false;
    }
    const struct json *list = json_get(answer, S("data"));
    size_t count = list ? list->count : 0;
    demo_line(d, "→ ",
              arena_fmt(d->a,
                        d->cli->lang == LANG_FR
                            ? "à dire au dossier d'échange : la disponibilité de %zu %s"
                            : "to be told to the exchange folder: the availability of %zu %s",
                        count,
                        show_plural((int64_t)count, d->cli->lang, d->cli->lang == LANG_FR ? "nuit" : "night",
                                    d->cli->lang == LANG_FR ? "nuits" : "nights")));
    demo_expect(d, (count > 0) == expected, "the outbox is not as it should be",
                "la file d'envoi n'est pas ce qu'elle devrait");
    return true;
}

/* --- one message --- */

/* Sends it and tells what became of it. */
static bool say(struct demo *d, const char *id, struct str body, const char *outcome, struct err *e)
{
    int status;
    struct str seq;
    const struct json *result;
    if (!demo_send(d, str_of(id), body, false, &status, &seq, e)) {
        return false;
    }
    demo_line(d, "←",
              arena_fmt(d->a,
                        d->cli->lang == LANG_FR ? "webhook %s : HTTP %d, message %.*s"
                                                : "webhook %s: HTTP %d, message %.*s",
                        id, status, STR_ARG(seq)));
    demo_expect(d, status == 200, "the webhook was not taken", "le webhook n'a pas été reçu");
    if (status != 200) {
        return true;
    }
    if (!demo_outcome(d, seq, &result, e)) {
        return false;
    }
    demo_line(d, "=", demo_text(result, "detail"));
    demo_expect(d, str_eq(demo_text(result, "outcome"), str_of(outcome)),
                "the outcome is another than it should be", "le résultat n'est pas celui attendu");
    return true;
}

static bool act_webhooks(struct demo *d, struct err *e)
{
    struct str first =
        booking(d, "created", "BK-1042", "1", "Zoë", "Martin", room(d, "DBL", 0, 3, "412.50"), "412.50");
    demo_title(d, "1. A reservation arrives by webhook, signed by the website",
               "1. Une réservation arrive par webhook, signée par le site");
    if (!say(d, "msg_1", first, "applied", e) || !show_stock(d, 0, 3, e) || !show_outbox(d, true, e)) {
        return false;
    }
    demo_expect(d, left_on(d, "DBL", 0, e) == 2, "one double room should be sold",
                "une double devrait être vendue");

    demo_title(d, "2. The same message again, as senders do when an answer is lost",
               "2. Le même message encore une fois, comme quand une réponse se perd");
    if (!say(d, "msg_1", first, "duplicate", e)) {
        return false;
    }
    demo_expect(d, left_on(d, "DBL", 0, e) == 2, "a repetition changed the stock",
                "une répétition a changé le stock");

    demo_title(d, "3. The guest moves the stay by one day", "3. Le client décale son séjour d'un jour");
    struct str moved =
        booking(d, "modified", "BK-1042", "2", "Zoë", "Martin", room(d, "DBL", 1, 4, "412.50"), "412.50");
    if (!say(d, "msg_2", moved, "applied", e) || !show_stock(d, 0, 4, e)) {
        return false;
    }
    demo_expect(d, left_on(d, "DBL", 0, e) == 3 && left_on(d, "DBL", 3, e) == 2, "the nights did not move",
                "les nuits n'ont pas bougé");

    demo_title(d, "4. An older message arrives late", "4. Un message plus ancien arrive en retard");
    struct str late =
        booking(d, "modified", "BK-1042", "1", "Zoë", "Martin", room(d, "DBL", 0, 2, "300.00"), "300.00");
    return say(d, "msg_0", late, "stale", e);
}

static bool act_tampered(struct demo *d, struct err *e)
{
    int status;
    struct str seq;
    const struct json *answer;
    demo_title(d, "5. Somebody changes a message on its way", "5. Quelqu'un modifie un message en chemin");
    struct str body =
        booking(d, "cancelled", "BK-1042", "3", "Zoë", "Martin", room(d, "DBL", 1, 4, "0"), "0.00");
    if (!demo_send(d, S("msg_3"), body, true, &status, &seq, e)) {
        return false;
    }
    struct str path = arena_fmt(d->a, "/api/admin/demo/integrations/%.*s/messages?rejected=true&limit=1",
                                STR_ARG(d->webhook_id));
    int api_status;
    if (!demo_api(d, "GET", path, (struct str){0}, &api_status, &answer, e)) {
        return false;
    }
    struct str reason = demo_text(json_at(json_get(answer, S("data")), 0), "reason");
    demo_line(d, "←",
              arena_fmt(d->a, d->cli->lang == LANG_FR ? "webhook msg_3 : HTTP %d" : "webhook msg_3: HTTP %d",
                        status));
    demo_line(d, "=", reason);
    demo_expect(d, status == 401 && reason.n, "a changed message was not refused with a reason",
                "un message modifié n'a pas été refusé avec sa raison");
    return true;
}

static struct str airbnb_table(struct demo *d)
{
    int y, m, n, y2, m2, n2;
    int32_t from, to;
    date_parse(day(d, 2), &from);
    date_parse(day(d, 5), &to);
    date_to_ymd(from, &y, &m, &n);
    date_to_ymd(to, &y2, &m2, &n2);
    return arena_fmt(
        d->a,
        "Code de confirmation,Statut,Nom du voyageur,Contact,# des adultes,# des enfants,# des bébés,Date "
        "de début,Date de fin,# des nuits,Réservée,Annonce,Revenus\r\n"
        "HMDEMO0001,Confirmée,Inès Faure,+33 6 00 00 00 00,2,0,0,%02d/%02d/%04d,%02d/%02d/%04d,3,2026-01-05,"
        "Studio sous les toits,\"287,40 €\"\r\n"
        "HMDEMO0002,Confirmée,Karl Lind,,1,0,0,%02d/%02d/%04d,%02d/%02d/%04d,3,2026-01-06,Studio sous les "
        "toits,\"beaucoup\"\r\n",
        n, m, y, n2, m2, y2, n, m, y, n2, m2, y2);
}

static bool sync_folder(struct demo *d, const struct json **data, struct err *e)
{
    int status;
    const struct json *answer;
    struct str path = arena_fmt(d->a, "/api/admin/demo/integrations/%.*s/sync", STR_ARG(d->folder_id));
    if (!demo_api(d, "POST", path, S("{}"), &status, &answer, e)) {
        return false;
    }
    *data = json_get(answer, S("data"));
    return true;
}

static bool act_table(struct demo *d, struct err *e)
{
    const struct json *data, *answer;
    int status;
    demo_title(
        d,
        "6. A CSV export of Airbnb is dropped into the watched folder; one line is wrong, and nobody has said "
        "which room “Studio sous les toits” is",
        "6. Un export CSV d'Airbnb est déposé dans le dossier surveillé ; une ligne est fausse, et personne n'a "
        "dit quelle chambre est « Studio sous les toits »");
    if (!demo_drop(d, "reservations.csv", airbnb_table(d), e) || !sync_folder(d, &data, e)) {
        return false;
    }
    demo_line(d, "←",
              arena_fmt(d->a,
                        d->cli->lang == LANG_FR ? "arrivals/reservations.csv : %.*s créée, %.*s refusée"
                                                : "arrivals/reservations.csv: %.*s created, %.*s refused",
                        STR_ARG(demo_text(data, "created")), STR_ARG(demo_text(data, "refused"))));
    demo_expect(d, str_eq(demo_text(data, "created"), S("1")) && str_eq(demo_text(data, "refused"), S("1")),
                "the good line should be in and the bad one out",
                "la bonne ligne devrait être entrée, la mauvaise non");
    if (!demo_api(d, "GET", S("/api/admin/demo/imports"), (struct str){0}, &status, &answer, e)) {
        return false;
    }
    const struct json *problems =
        json_get(json_get(json_at(json_get(answer, S("data")), 0), S("report")), S("problems"));
    for (const struct json *p = problems ? problems->first : NULL; p; p = p->next) {
        const struct json *text = json_get(p, S("text"));
        struct str said = text && text->type == JSON_OBJECT
                              ? demo_text(text, d->cli->lang == LANG_FR ? "fr" : "en")
                              : demo_text(p, "text");
        demo_line(d, "=", said);
    }
    if (!show_stock(d, 2, 4, e)) {
        return false;
    }
    demo_expect(d, left_on(d, "SGL", 2, e) == 0, "a room of each type should be held",
                "une chambre de chaque type devrait être retenue");
    demo_title(d, "7. The hotelier says which room it is: everything is put right",
               "7. L'hôtelier dit quelle chambre c'est : tout est remis en ordre");
    struct str map = arena_fmt(
        d->a, "{\"integrationId\":\"%.*s\",\"remote\":\"Studio sous les toits\",\"roomType\":\"TWN\"}",
        STR_ARG(d->folder_id));
    if (!demo_api(d, "POST", S("/api/admin/demo/mappings"), map, &status, &answer, e)) {
        return false;
    }
    demo_expect(d, status < 300 && left_on(d, "SGL", 2, e) == 1 && left_on(d, "TWN", 2, e) == 1,
                "the held rooms were not given back", "les chambres retenues n'ont pas été rendues");
    return show_stock(d, 2, 4, e);
}

static bool act_last_room(struct demo *d, struct err *e)
{
    demo_title(
        d, "8. The last single room is sold twice, a moment apart: nothing is lost, nothing is hidden",
        "8. La dernière chambre simple est vendue deux fois, à un instant près : rien n'est perdu ni caché");
    struct str one =
        booking(d, "created", "BK-1043", "1", "Ada", "Okafor", room(d, "SGL", 6, 7, "80.00"), "80.00");
    struct str two =
        booking(d, "created", "BK-1044", "1", "Tomás", "Ruiz", room(d, "SGL", 6, 7, "80.00"), "80.00");
    if (!say(d, "msg_4", one, "applied", e) || !say(d, "msg_5", two, "applied", e)) {
        return false;
    }
    int status;
    const struct json *answer;
    if (!demo_api(d, "GET", S("/api/admin/demo/alerts"), (struct str){0}, &status, &answer, e)) {
        return false;
    }
    struct str severity = demo_text(json_at(json_get(answer, S("data")), 0), "severity");
    demo_expect(d, str_eq(severity, S("critical")), "the incident was not raised",
                "l'incident n'a pas été signalé");
    demo_title(d, "9. One of the two cancels", "9. L'un des deux annule");
    struct str gone =
        booking(d, "cancelled", "BK-1044", "2", "Tomás", "Ruiz", room(d, "SGL", 6, 7, "80.00"), "80.00");
    return say(d, "msg_6", gone, "applied", e) && show_stock(d, 6, 7, e);
}

static bool act_power_cut(struct demo *d, struct err *e)
{
    int status;
    struct str seq;
    const struct json *result;
    demo_title(d, "10. The power fails right after a booking was answered “received”",
               "10. Le courant est coupé juste après qu'une réservation a reçu la réponse « reçu »");
    struct str body =
        booking(d, "created", "BK-1045", "1", "Nora", "Lindqvist", room(d, "DBL", 8, 9, "130.00"), "130.00");
    if (!demo_send(d, S("msg_7"), body, false, &status, &seq, e)) {
        return false;
    }
    child_kill(&d->server);
    demo_line(d, "←",
              arena_fmt(d->a,
                        d->cli->lang == LANG_FR ? "webhook msg_7 : HTTP %d ; serveur tué, puis relancé"
                                                : "webhook msg_7: HTTP %d; server killed, then started again",
                        status));
    if (!demo_start_server(d, e) || !demo_outcome(d, seq, &result, e)) {
        return false;
    }
    demo_line(d, "=", demo_text(result, "detail"));
    demo_expect(d, status == 200 && str_eq(demo_text(result, "outcome"), S("applied")),
                "the booking was lost", "la réservation a été perdue");
    return true;
}

static bool act_export(struct demo *d, struct err *e)
{
    const struct json *data;
    demo_title(d, "11. The exchange folder is told: stock, reservations and guests as files",
               "11. Le dossier d'échange est informé : stock, réservations et clients en fichiers");
    if (!show_outbox(d, true, e) || !sync_folder(d, &data, e)) {
        return false;
    }
    demo_line(d, "→",
              arena_fmt(d->a,
                        d->cli->lang == LANG_FR ? "%.*s fichiers CSV dans %.*s/demo/exports"
                                                : "%.*s CSV files in %.*s/demo/exports",
                        STR_ARG(demo_text(data, "filesWritten")), STR_ARG(d->files)));
    demo_expect(d, str_eq(demo_text(data, "filesWritten"), S("3")), "the files were not written",
                "les fichiers n'ont pas été écrits");
    return show_outbox(d, false, e);
}

bool demo_play(struct demo *d, struct err *e)
{
    return act_webhooks(d, e) && act_tampered(d, e) && act_table(d, e) && act_last_room(d, e) &&
           act_power_cut(d, e) && act_export(d, e);
}

bool demo_go_on(struct demo *d, struct err *e)
{
    sigset_t signals;
    struct timespec pause = {PAUSE_S, 0};
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    demo_title(
        d, "The server goes on; a booking comes in now and then. Ctrl-C ends the demonstration.",
        "Le serveur continue ; une réservation arrive de temps en temps. Ctrl-C termine la démonstration.");
    for (int n = 1; sigtimedwait(&signals, NULL, &pause) < 0; n++) {
        struct str id = arena_fmt(d->a, "msg_more_%d", n), reference = arena_fmt(d->a, "BK-%d", 2000 + n);
        int from = 10 + n * 3 % 200;
        struct str body = booking(d, "created", reference.p, "1", "Lin", "Chen",
                                  room(d, n % 2 ? "DBL" : "TWN", from, from + 2, "210.00"), "210.00");
        if (!say(d, id.p, body, "applied", e)) {
            return false;
        }
    }
    return true;
}
