/* dispatch.h: from a request to its handler: what must be true before a handler runs. */
#ifndef API_DISPATCH_H
#define API_DISPATCH_H

#include "api/call.h"

/* What the head alone tells, without waiting for anything: on the HTTP thread. True: the body may come (and on
 * API_LANE_NOW, c->answer is ready). False: c->answer is the refusal. */
bool dispatch_head(struct api_call *c, const struct auth_site *site);

/* The rest, on a worker: who it is, what they may, what the body says; then the handler. c->answer is ready
 * afterwards, whatever came of it. */
void dispatch_run(struct api_call *c);

/* Whether a Content-Type is one that a route with this body takes. *special: no HTML form can send it. Parameters
 * such as charset=utf-8 are fine; another charset than UTF-8 for JSON is not. */
bool dispatch_type_fits(enum api_body body, struct str type, bool *special);

#endif
