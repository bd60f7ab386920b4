/* demo.h: the demonstration, seen from outside the server: it signs webhooks and drops files as a third party
 * would, and asks the API what became of them. */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "cli/cli.h"
#include "format/json.h"
#include "io/child.h"
#include "io/http_client.h"

struct demo {
    struct cli *cli;
    struct arena *a; /* of the whole demonstration */
    struct clock clock;
    struct str dir; /* everything lies here, and is removed at the end */
    struct str data, files, log;
    struct str listen, url;
    struct str email, password, token;
    struct str webhook_id, webhook_secret, folder_id;
    struct child server;
    struct http_client *http;
    int failures; /* things that were not as they should be */
    int checks;
};

/* demo_hotel.c: makes the demo hotel in fresh data and starts its server; waits until it is ready. */
bool demo_open(struct demo *d, struct err *e);
bool demo_start_server(struct demo *d, struct err *e);
bool demo_connect(struct demo *d, struct err *e); /* adds the two integrations, by the API */
void demo_close(struct demo *d);

/* demo_talk.c: talking to the server, and to whoever looks on. */
/* Calls the API with the demo's token; *answer is the parsed body (NULL when there is none). False only when
 * no answer came. */
bool demo_api(struct demo *d, const char *method, struct str path, struct str body, int *status,
              const struct json **answer, struct err *e);
/* Sends a webhook, signed with the integration's secret unless tampered is set. *seq: the message's number. */
bool demo_send(struct demo *d, struct str id, struct str body, bool tampered, int *status, struct str *seq,
               struct err *e);
/* Waits until the message was looked at; *result: {"outcome","detail",…}. */
bool demo_outcome(struct demo *d, struct str seq, const struct json **result, struct err *e);
/* Puts a file into the watched folder, finished some seconds ago. */
bool demo_drop(struct demo *d, const char *name, struct str content, struct err *e);
void demo_title(struct demo *d, const char *en, const char *fr);
void demo_line(struct demo *d, const char *mark, struct str text);
/* Counts what was found as right or wrong, and says it when it is wrong. */
void demo_expect(struct demo *d, bool right, const char *en, const char *fr);
struct str demo_text(const struct json *v, const char *name); /* a member's text; "" without one */

/* demo_play.c: the acts. */
bool demo_play(struct demo *d, struct err *e);
/* Goes on booking now and then, until the program is asked to stop. */
bool demo_go_on(struct demo *d, struct err *e);

#endif
