/* show.h: dates and counts as people of a language write them. */
#ifndef BASE_SHOW_H
#define BASE_SHOW_H

#include "base/date.h"
#include "base/err.h"

/* "14 July 2026", "1er juillet 2026". */
struct str show_date(struct arena *a, int32_t d, enum lang lang);
/* "14–17 July 2026", "du 14 au 17 juillet 2026": from arrival to departure. */
struct str show_stay(struct arena *a, int32_t arrival, int32_t departure, enum lang lang);
/* one or many, by the language's rule (French: 0 and 1 are singular). */
const char *show_plural(int64_t n, enum lang lang, const char *one, const char *many);

#endif
