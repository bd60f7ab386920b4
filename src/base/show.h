/* show.h: dates, counts and names of files as people are shown them. */
#ifndef BASE_SHOW_H
#define BASE_SHOW_H

#include "base/date.h"
#include "base/err.h"

/* "14 July 2026", "1er juillet 2026". */
struct str show_date(struct arena *a, int32_t d, enum lang lang);
/* "14–17 July 2026", "du 14 au 17 juillet 2026": from arrival to departure. */
struct str show_stay(struct arena *a, int32_t arrival, int32_t departure, enum lang lang);
/* What people may be shown as the name of a file that somebody sent: what stands behind the last / or \, without control
 * characters, line separators and marks that turn the direction of writing, bad UTF-8 as U+FFFD, without white space at
 * both ends; 200 code points at most, of which the last ones (a suffix) stay. Empty when nothing is left. */
struct str show_file_name(struct arena *a, struct str name);
/* one or many, by the language's rule (French: 0 and 1 are singular). */
const char *show_plural(int64_t n, enum lang lang, const char *one, const char *many);

#endif
