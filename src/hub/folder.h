/* folder.h: what a CSV integration does with folders: files dropped into the import folder go in, exports come
 * out into the export folder.
 *
 * Both lie below FILES/HOTEL/ and cannot be left. A file is taken when it has not changed for two seconds; then
 * it is kept, imported, and moved to done/ beside it; or to failed/ when it cannot be read, or is a question.
 * Next to it in failed/ lies NAME.txt with the reason, and NAME.bad.csv with its bad rows when some are. No file is
 * ever overwritten there. */
#ifndef HUB_FOLDER_H
#define HUB_FOLDER_H

#include "hub/env.h"
#include "hub/integration.h"

struct folder_report {
    int64_t files, waiting; /* taken; too fresh to be taken */
    int64_t failed;         /* files that ended in failed/ */
    struct {
        int64_t created, changed, refused;
    } rows; /* bookings over all files */
};

/* Looks into the import folder once and takes what lies there. A file that cannot be taken for a reason of ours stays
 * and is the error, after the others. */
bool folder_import(struct env *env, struct arena *a, const struct integration_loaded *in,
                   struct folder_report *out, struct err *e);
/* Writes reservations.csv, guests.csv and stock.csv into the export folder, each whole or not at all; what was to be
 * told about stock is then told. *files: how many. */
bool folder_export(struct env *env, struct arena *a, const struct integration_loaded *in, int64_t *files,
                   struct err *e);
/* True when the last export is older than that, or there is none. Whoever fetches the files may take them away. */
bool folder_export_due(struct env *env, const struct integration_loaded *in, int64_t every_us);

/* The hooks of type csv (hub/integration.h). */
bool folder_test(struct env *env, struct arena *a, const struct integration_loaded *in, struct str *data,
                 struct err *e);
bool folder_sync(struct env *env, struct arena *a, const struct integration_loaded *in, struct str *data,
                 struct err *e);

#endif
