/* resource.h: the handlers of the routes, one .c file a resource. Each reads the call, calls the hub once, and
 * answers; see call.h. */
#ifndef API_RESOURCE_H
#define API_RESOURCE_H

#include "api/call.h"

/* ui.c */
bool ui_front(struct api_call *c, struct err *e);
bool ui_asset(struct api_call *c, struct err *e);

/* health.c */
bool health_front(struct api_call *c, struct err *e);
bool health_live(struct api_call *c, struct err *e);
bool health_ready(struct api_call *c, struct err *e);

/* session.c */
bool session_login(struct api_call *c, struct err *e);
bool session_logout(struct api_call *c, struct err *e);
bool session_me(struct api_call *c, struct err *e);
bool session_setup_status(struct api_call *c, struct err *e);
bool session_setup(struct api_call *c, struct err *e);

/* setup_page.c */
bool setup_page_show(struct api_call *c, struct err *e);
bool setup_page_send(struct api_call *c, struct err *e);
bool setup_page_style(struct api_call *c, struct err *e);

/* integrations.c */
bool integrations_types(struct api_call *c, struct err *e);
bool integrations_list(struct api_call *c, struct err *e);
bool integrations_create(struct api_call *c, struct err *e);
bool integrations_read(struct api_call *c, struct err *e);
bool integrations_change(struct api_call *c, struct err *e);
bool integrations_delete(struct api_call *c, struct err *e);
bool integrations_test(struct api_call *c, struct err *e);
bool integrations_sync(struct api_call *c, struct err *e);
bool integrations_logs(struct api_call *c, struct err *e);

/* messages.c */
bool messages_list(struct api_call *c, struct err *e);
bool messages_read(struct api_call *c, struct err *e);
bool messages_replay_one(struct api_call *c, struct err *e);
bool messages_replay(struct api_call *c, struct err *e);

/* rooms.c */
bool rooms_list(struct api_call *c, struct err *e);
bool rooms_create(struct api_call *c, struct err *e);
bool rooms_change(struct api_call *c, struct err *e);
bool rooms_stock(struct api_call *c, struct err *e);
bool rooms_calendar(struct api_call *c, struct err *e);

/* reservations.c */
bool reservations_list(struct api_call *c, struct err *e);
bool reservations_create(struct api_call *c, struct err *e);
bool reservations_read(struct api_call *c, struct err *e);
bool reservations_change(struct api_call *c, struct err *e);
bool reservations_cancel(struct api_call *c, struct err *e);
bool reservations_no_show(struct api_call *c, struct err *e);

/* guests.c */
bool guests_list(struct api_call *c, struct err *e);

/* rate_plans.c */
bool rate_plans_list(struct api_call *c, struct err *e);
bool rate_plans_create(struct api_call *c, struct err *e);
bool rate_plans_read(struct api_call *c, struct err *e);
bool rate_plans_change(struct api_call *c, struct err *e);
bool rate_plans_delete(struct api_call *c, struct err *e);

/* rates.c */
bool rates_read(struct api_call *c, struct err *e);
bool rates_change(struct api_call *c, struct err *e);

/* edits.c */
bool edits_list(struct api_call *c, struct err *e);
bool edits_history(struct api_call *c, struct err *e);
bool edits_undo(struct api_call *c, struct err *e);

/* mappings.c */
bool mappings_list(struct api_call *c, struct err *e);
bool mappings_set(struct api_call *c, struct err *e);

/* happenings.c */
bool happenings_alerts(struct api_call *c, struct err *e);
bool happenings_events(struct api_call *c, struct err *e);
bool happenings_outbox(struct api_call *c, struct err *e);

/* live.c */
bool live_events(struct api_call *c, struct err *e);

/* imports.c */
bool imports_list(struct api_call *c, struct err *e);
bool imports_create(struct api_call *c, struct err *e);
bool imports_read(struct api_call *c, struct err *e);
bool imports_answer(struct api_call *c, struct err *e);
bool imports_bad_rows(struct api_call *c, struct err *e);

/* exports.c */
bool exports_read(struct api_call *c, struct err *e);

#endif
